//! Who has read what, who would see what and why, and access by break-glass, as officers type it.

use serde_json::Value;

use crate::program::{County, Person, complained, said};

const STORY: &str = "学生手臂有多处新旧伤痕";
const REPORT: [&str; 17] = [
    "clue",
    "report",
    "--channel",
    "school",
    "--category",
    "minor-abuse",
    "--situation",
    "2",
    "--urgency",
    "U3",
    "--minor",
    "under14",
    "--division",
    "430421",
    "--narrative",
    STORY,
    "--person=victim:某甲:under14",
];

/// A county with a clue; its bureau has a superior, where one works and two are responsible.
struct Staff {
    county: County,
    head: Person,
    duty: Person,
    above: Person,
    leader: Person,
    chief: Person,
    clue: String,
}

fn staff() -> Staff {
    let county = County::open();
    let mut city = vec!["unit", "register", "UN-EDU-430400", "--name", "衡阳市教育局", "--agency", "EDU"];
    city.extend(["--level", "city", "--division", "430400", "--competence", "430400!"]);
    let _ = county.admin.ask(&city);
    county.unit_under("UN-EDU-430421", "衡阳县教育局", "EDU", "UN-EDU-430400");
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    county.unit("UN-FIRE-430421", "衡阳县消防救援大队", "FIRE");
    let clerk = county.officer("OF-EDU-1", "UN-EDU-430421", &["triage", "handler"]);
    let clue = clerk.ask(&REPORT)["clue_id"].as_str().unwrap().to_owned();
    Staff {
        head: county.officer("OF-EDU-2", "UN-EDU-430421", &["head"]),
        duty: county.officer("OF-PSB-1", "UN-PSB-430421", &["duty"]),
        above: county.officer("OF-EDU-3", "UN-EDU-430400", &["handler"]),
        leader: county.officer("OF-EDU-4", "UN-EDU-430400", &["leader"]),
        chief: county.officer("OF-EDU-5", "UN-EDU-430400", &["head"]),
        county,
        clue,
    }
}

/// A command that must be refused, and what it is told.
fn refused(person: &Person, arguments: &[&str], code: i32) -> String {
    let output = person.run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
    complained(&output)
}

/// A command that must succeed, and what it prints.
fn does(person: &Person, arguments: &[&str]) -> String {
    let output = person.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", complained(&output));
    said(&output)
}

#[test]
fn the_unit_that_answers_for_a_matter_sees_who_read_it_by_which_way_and_why() {
    let staff = staff();
    let clue = &*staff.clue;
    assert!(does(&staff.duty, &["clue", "show", clue]).contains(STORY));
    let table = does(&staff.head, &["reads", "--matter", clue, "--officer", "OF-PSB-1"]);
    for word in ["OF-PSB-1", "查询", "P3 身份", "see-sensitive", "个人信息保护法第28、34条"] {
        assert!(table.contains(word), "{word}: {table}");
    }
    assert_eq!(table.matches("个人信息保护法第28、34条").count(), 1, "a basis is told once: {table}");
    let table = does(&staff.head, &["--lang", "en", "reads", "--matter", clue]);
    assert!(table.contains("allowed by") && table.contains("P3 identity"), "{table}");

    let answer = staff.head.ask(&["reads", "--officer", "OF-PSB-1", "--from", "2026-11-20T14:30"]);
    let read = &answer["reads"][0];
    assert_eq!((&read["what"], &read["owner"]), (&"GetClue".into(), &"UN-EDU-430421".into()));
    assert_eq!(does(&staff.head, &["reads", "--from", "2099-01-01"]), "（没有）\n");
    assert!(!does(&staff.head, &["reads"]).contains(STORY), "never what was read");

    assert!(refused(&staff.duty, &["--lang", "en", "reads"], 2).contains("safeguard who"));
    assert!(
        refused(&staff.head, &["--lang", "en", "reads", "--from", "gestern"], 1).contains("Beijing time")
    );
    let fault = refused(&staff.head, &["reads", "--officer", "ADMIN", "--page-size", "900"], 2);
    assert!(fault.contains("--officer: ") && fault.contains("--page-size: "), "{fault}");
}

#[test]
fn what_a_unit_sees_is_told_in_groups_of_equal_values_with_the_policy_that_decides() {
    let staff = staff();
    let clue = &*staff.clue;
    let table = does(&staff.head, &["view-as", clue, "--unit", "UN-PSB-430421"]);
    for word in ["see-party", "narrative", "persons/*/id_number", "P3 举报人", "（无规则允许）", "职责所需"]
    {
        assert!(table.contains(word), "{word}: {table}");
    }
    let rows = |table: &str| table.lines().filter(|line| line.starts_with(" clue.reported ")).count();
    assert_eq!(rows(&table), 4, "one row for each class that is decided alike: {table}");

    let compared = ["view-as", clue, "--unit", "UN-PSB-430421", "--other", "UN-EDU-430400"];
    let whole = does(&staff.head, &compared);
    assert!(whole.contains("另一单位") && whole.contains("see-superior"), "{whole}");
    let table = does(&staff.head, &[&["--lang", "en"], &compared[..], &["--differences"]].concat());
    assert_eq!(rows(&table), 2, "{table}");
    assert!(table.contains("narrative") && table.contains("(nothing permits it)"), "{table}");
    assert!(!table.contains("see-superior") && !table.contains("urgency"), "{table}");
    let same = ["view-as", clue, "--unit", "UN-PSB-430421", "--other", "UN-PSB-430421", "--differences"];
    assert_eq!(does(&staff.head, &same), "（没有）\n");

    let hidden = does(&staff.head, &["view-as", clue, "--unit", "UN-FIRE-430421"]);
    assert_eq!(hidden, "对该单位而言，此事项不存在\n");
    let answer =
        staff.head.ask(&["view-as", clue, "--unit", "UN-PSB-430421", "--role", "service", "--named"]);
    let values = answer["values"].as_array().unwrap();
    let story = values.iter().find(|value| value["path"] == "/narrative").unwrap();
    assert_eq!((&story["class"], &story["seen"]["shown"]), (&"P3".into(), &true.into()));
    assert!(story["seen"]["policies"][0]["basis"].as_str().unwrap().contains("个人信息保护法"));
}

#[test]
fn view_as_says_what_was_wrong_with_the_question() {
    let staff = staff();
    let clue = &*staff.clue;
    let fault = refused(&staff.head, &["view-as", clue, "--unit", "UN-NIX", "--other", "UN-NEVER"], 2);
    assert!(fault.contains("--unit: 单位 UN-NIX") && fault.contains("--other"), "{fault}");
    let fault = refused(&staff.head, &["--lang", "en", "view-as", "CL-1", "--unit", "UN-PSB-430421"], 2);
    assert!(fault.contains("<MATTER>: "), "{fault}");
    let fault = refused(&staff.head, &["view-as", clue, "--unit", "UN-PSB-430421", "--differences"], 1);
    assert!(fault.contains("--other"), "{fault}");
    let fault = refused(&staff.head, &["view-as", clue, "--unit", "UN-PSB-430421", "--role", "king"], 1);
    assert!(fault.contains("handler"), "{fault}");
    let denied = ["--json", "view-as", clue, "--unit", "UN-PSB-430421"];
    let refusal: Value = serde_json::from_str(&refused(&staff.duty, &denied, 2)).unwrap();
    assert_eq!(refusal["error"]["reason"], "PERMISSION", "{refusal}");
    // The operator's administrator runs the machine; what is in a matter is not theirs.
    assert_eq!(staff.county.admin.run(&denied).status.code(), Some(2));
}

#[test]
fn a_matter_is_opened_by_a_second_person_used_on_record_and_listed() {
    let staff = staff();
    let clue = &*staff.clue;
    assert!(!does(&staff.above, &["clue", "show", clue]).contains(STORY));
    let request = ["access", "request", clue, "--reason", "督办：家长反映处置不力", "--class", "P3"];
    let asked = staff.above.ask(&[&request[..], &["--hours", "2"]].concat());
    let access = asked["access_id"].as_str().unwrap();
    assert!(access.starts_with("BG-430400-"), "{asked}");

    let approve = ["access", "approve", access, "--class", "P3", "--hours"];
    let wider = refused(&staff.leader, &[&["--json"], &approve[..], &["3"]].concat(), 2);
    assert!(wider.contains("ACCESS_WIDER"), "{wider}");
    assert_eq!(staff.above.run(&[&approve[..], &["1"]].concat()).status.code(), Some(2), "not by oneself");
    let opened = does(&staff.leader, &[&["--lang", "en"], &approve[..], &["1"]].concat());
    let until = &staff.leader.ask(&["access", "list"])["accesses"][0]["until"];
    let until = wire::texts::moment(until.as_str().unwrap().parse().unwrap());
    assert!(opened.ends_with(&format!("open until: {until}\n")), "Beijing time: {opened}");
    assert!(does(&staff.above, &["clue", "show", clue]).contains(STORY));

    let table = does(&staff.leader, &["access", "list", "--pending"]);
    for word in [access, clue, "OF-EDU-3", "P3 敏感个人信息", "有效", "督办"] {
        assert!(table.contains(word), "{word}: {table}");
    }
    let table = does(&staff.above, &["--lang", "en", "access", "list", "--matter", clue]);
    assert!(table.contains("P3, sensitive") && table.contains("review by"), "{table}");
    let read = staff.head.ask(&["reads", "--officer", "OF-EDU-3"]);
    assert_eq!(read["reads"][0]["policies"][0]["policy"], "see-break-glass-sensitive", "{read}");
    let early = ["access", "review", access, "--findings", "确有必要"];
    assert_eq!(staff.chief.run(&early).status.code(), Some(2), "what is open is not reviewed yet");
    assert_eq!(staff.duty.run(&early).status.code(), Some(2), "nor by a stranger");
}

#[test]
fn a_request_is_refused_with_a_reason_and_wrong_turns_are_named() {
    let staff = staff();
    let clue = &*staff.clue;
    let request = ["access", "request", clue, "--reason", "督办", "--class", "P2", "--hours"];
    let asked = staff.above.ask(&[&request[..], &["8"]].concat());
    let access = asked["access_id"].as_str().unwrap();
    let done = does(&staff.leader, &["--lang", "en", "access", "refuse", access, "--reason", "理由不足"]);
    assert!(done.starts_with(&format!("done: {access}")), "{done}");
    let table = does(&staff.above, &["access", "list"]);
    assert!(table.contains("理由不足") && table.contains("未批准"), "{table}");
    assert_eq!(does(&staff.leader, &["access", "list", "--pending"]), "（没有）\n");

    let long = refused(&staff.above, &[&request[..], &["9"]].concat(), 1);
    assert!(long.contains("应为 1 到 8"), "{long}");
    let police = refused(&staff.above, &["access", "request", clue, "--class", "P4", "--reason", "x"], 1);
    assert!(police.contains("P2 P3"), "{police}");
    let stranger = staff.county.officer("OF-FIRE-1", "UN-FIRE-430421", &["handler"]);
    let told = refused(&stranger, &[&["--lang", "en"], &request[..], &["1"]].concat(), 2);
    assert!(told.contains("safeguard who"), "it may not exist: {told}");
}
