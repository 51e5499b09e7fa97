//! A county's campaign on a running hub, typed in by its officers: from the plan to the published table, with a unit whose
//! figures differ.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use crate::inspection::{SCHOOL, Town, does, refused};
use crate::program::{Person, complained, said};

/// A day so many days ago in Beijing.
fn ago(days: i64) -> String {
    let today: Date = jiff::tz::Offset::constant(8).to_datetime(Timestamp::now()).date();
    today.checked_sub(days.days()).unwrap().to_string()
}

struct Bureau {
    town: Town,
    head: Person,
    chief: Person,
}

fn bureau() -> (Bureau, String) {
    let town = Town::open();
    let head = town.county.officer("OF-EDU-3", "UN-EDU-430421", &["head"]);
    let chief = town.county.officer("OF-FIRE-3", "UN-FIRE-430421", &["head"]);
    let phase = format!("county-inspection={}..{},institutions=1/1", ago(20), ago(2));
    let mut draft = vec!["campaign", "draft", "--title", "衡阳县校外培训安全专项行动", "--issuer", "EDU"];
    let (opens, closes) = (ago(20), ago(1));
    draft.extend(["--issuer", "FIRE", "--opens", &opens, "--closes", &closes, "--phase", &phase]);
    draft.extend(["--task", "消防安全"]);
    let id = town.edu.ask(&draft)["campaign_id"].as_str().unwrap().to_owned();
    let bureau = Bureau { town, head, chief };
    assert!(refused(&bureau.town.leader, &["campaign", "deploy", &id]).contains("起草"), "not signed yet");
    does(&bureau.head, &["campaign", "sign", &id]);
    assert!(does(&bureau.chief, &["--lang", "en", "campaign", "sign", &id]).contains("approved"));
    does(&bureau.town.leader, &["campaign", "deploy", &id]);
    does(&bureau.town.edu, &["campaign", "begin", &id, "--phase", "county-inspection"]);
    (bureau, id)
}

/// One visit, signed for by who was invited along, one dispatch of two, three members of staff; beside each something wrong.
fn records(bureau: &Bureau, id: &str) {
    let (town, day) = (&bureau.town, ago(5));
    let write = |name: &str, text: String| {
        std::fs::write(town.file(name), text).unwrap();
        town.file(name).to_str().unwrap().to_owned()
    };
    let visits = write(
        "visits.csv",
        format!(
            "institution_id,tier,on,invited_unit_ids,sheets,members,from,until,answers\n\
             {SCHOOL},county,{day},UN-FIRE-430421,EDU=facility-safety;FIRE=fire-nine-rules,OF-EDU-1=湘E001;OF-FIRE-1=湘F001,{day}T09:00,{day}T10:00,FIRE9-5.1=fail-fixed=过期\n"
        ),
    );
    let told = does(&town.edu, &["--json", "inspection", "report", "--file", &visits, "--campaign", id]);
    let visit: Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
    does(&town.fire, &["inspection", "sign", visit["matter_id"].as_str().unwrap()]);
    let dispatches = write(
        "dispatches.csv",
        format!(
            "post,on,persons,institution_ids\ncounty:430421,{day},2,{SCHOOL}\ncounty:430421,{day},-2,{SCHOOL}\n\
             county:430421,{},2,{SCHOOL}\ncounty:430421,{day},=2,{SCHOOL}\n",
            ago(60)
        ),
    );
    let told = does(&town.edu, &["campaign", "dispatches", "--file", &dispatches, "--campaign", id]);
    assert!(told.contains("读取 4 条，记录 1 条，已有 0 条，未记录 3 条"), "{told}");
    let persons: Vec<String> = (1..=3).map(|n| format!("0198a000-0000-7000-8000-00000000000{n}")).collect();
    let line = serde_json::json!({ "institution_id": SCHOOL, "on": day, "persons": persons });
    let staff = write("staff.jsonl", format!("{line}\nnot json\n"));
    let told = does(&town.edu, &["campaign", "staff-counts", "--file", &staff, "--campaign", id]);
    assert!(told.contains("记录 1 条") && told.contains("未记录 1 条"), "{told}");
}

#[test]
fn a_campaign_is_typed_in_from_the_plan_to_the_published_table() {
    let (bureau, id) = bureau();
    records(&bureau, &id);
    let town = &bureau.town;
    let table = does(&town.edu, &["campaign", "table", &id]);
    assert!(
        table.contains("出动检查人员") && table.contains("0/1") && table.contains("430421 衡阳县"),
        "{table}"
    );
    let now = town.edu.ask(&["campaign", "table", &id]);
    let figures = |answer: &Value| {
        ["dispatch_person_times", "inst_inspected", "inst_fire_hazard", "staff_queried"]
            .map(|key| answer["figures"][key].as_str().unwrap().to_owned())
    };
    assert_eq!(figures(&now), ["2", "1", "1", "3"]);
    let missing = does(&town.edu, &["campaign", "missing", &id]);
    assert!(missing.contains("430421"), "{missing}");
    let progress = does(&town.edu, &["--lang", "en", "campaign", "progress", &id]);
    assert!(progress.contains("missing") && progress.contains("yes"), "{progress}");

    let submit = ["campaign", "submit", &id, "--post", "county:430421", "--through"];
    let through = ago(2);
    let wrong = [&submit[..], &[&through, "--inst-inspected", "-1"]].concat();
    assert!(refused(&town.edu, &wrong).contains("--inst-inspected"), "{}", refused(&town.edu, &wrong));
    // What is not stated is not zero.
    let some = ["--dispatch-person-times", "2", "--inst-inspected", "1", "--staff-queried", "3"];
    let part = refused(&town.edu, &[&submit[..], &[&through], &some].concat());
    assert!(part.contains("--inst-fire-hazard: 必须填写"), "{part}");
    let kinds = ["safety-hazard", "fire-hazard", "fire-evacuation", "fire-equipment"];
    let none: Vec<String> =
        kinds.iter().flat_map(|kind| [format!("--inst-{kind}"), "0".to_owned()]).collect();
    let none: Vec<&str> = none.iter().map(String::as_str).collect();
    does(&town.edu, &[&submit[..], &[&through], &some, &none].concat());
    let differs = does(&town.edu, &["campaign", "post", &id, "county:430421"]);
    assert!(differs.contains("存在消防隐患的机构"), "{differs}");
    frozen_and_corrected(&bureau, &id, &through);
}

fn frozen_and_corrected(bureau: &Bureau, id: &str, through: &str) {
    let town = &bureau.town;
    let frozen = does(&town.edu, &["campaign", "freeze", id]);
    assert!(frozen.contains("第 1 版，摘要 "), "{frozen}");
    let blocked = refused(&bureau.head, &["campaign", "verify", id]);
    assert!(blocked.contains("430421"), "a difference names the unit: {blocked}");
    let file = town.file("returns.csv");
    let head = "post,through,dispatch_person_times,inst_inspected,inst_safety_hazard,inst_fire_hazard,inst_fire_evacuation,inst_fire_equipment,staff_queried";
    std::fs::write(&file, format!("{head}\ncounty:430421,{through},2,one,0,1,0,1,3\n")).unwrap();
    let correct = ["campaign", "correct", id, "--reason", "漏报消防隐患", "--file", file.to_str().unwrap()];
    let bad = town.edu.run(&correct);
    assert_eq!(bad.status.code(), Some(1));
    assert!(
        said(&bad).contains("inst_inspected") && complained(&bad).contains("整份未上报"),
        "{}",
        said(&bad)
    );
    std::fs::write(&file, format!("{head}\ncounty:430421,{through},2,1,0,1,0,1,3\n")).unwrap();
    assert!(does(&town.edu, &correct).contains("第 2 版"));
    let verified = does(&bureau.head, &["campaign", "verify", id]);
    assert!(verified.contains("摘要："), "{verified}");
    does(&bureau.head, &["campaign", "publish", id]);
    let shown = does(&town.edu, &["campaign", "show", id]);
    assert!(shown.contains("第 2 版") && shown.contains("已公布") && shown.contains("机构 1/1"), "{shown}");
    let page = town.file("table.html");
    does(&town.edu, &["campaign", "document", id, "--version", "2", "--out", page.to_str().unwrap()]);
    let html = std::fs::read_to_string(&page).unwrap();
    for word in ["专项行动统计表", "不同机构", "第 2 版", "衡阳县校外培训安全专项行动"]
    {
        assert!(html.contains(word), "{word}");
    }
    let whole = does(&town.edu, &["--lang", "en", "document", "check", page.to_str().unwrap(), "--hub"]);
    assert!(whole.contains("not changed") && whole.contains("the same"), "{whole}");
    let csv = town.file("table.csv");
    does(&town.edu, &["campaign", "table", id, "--version", "2", "--csv", csv.to_str().unwrap()]);
    assert!(std::fs::read_to_string(&csv).unwrap().contains("inst_inspected,检查机构,1,所,"));
    assert!(does(&town.edu, &["campaign", "list"]).contains("已公布"));
    does(&bureau.head, &["campaign", "close", id]);
}

#[test]
fn wrong_turns_of_a_plan_are_named_by_what_was_typed() {
    let town = Town::open();
    let wrong = ["campaign", "draft", "--template", "great-leap"];
    assert!(refused(&town.edu, &wrong).contains("--template"), "{}", refused(&town.edu, &wrong));
    let typed = town.edu.run(&["--lang", "en", "campaign", "draft", "--phase", "nap=1..2"]);
    assert!(complained(&typed).contains("city-spot-check=2023-11-20"), "{}", complained(&typed));
    let missing = town.edu.run(&["campaign", "submit", "CP-1"]);
    assert!(complained(&missing).contains("缺少必填参数"), "{}", complained(&missing));
    let post = town.edu.run(&["--lang", "en", "campaign", "post", "CP-1", "village:430421"]);
    assert!(complained(&post).contains("county:430421"), "{}", complained(&post));
}
