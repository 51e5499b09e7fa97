//! A joint visit of education and fire from the plan to the verified hazard, typed in by officers of both, with its
//! printed record and its notice; draws; visits that were recorded elsewhere.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;

use crate::program::{County, Person, complained, said};

/// The school everybody visits; its code is all digits.
pub const SCHOOL: &str = "IN-124304214445446664";

/// A county with a school, two officers of education and two of the fire service, and a system that listens.
pub struct Town {
    pub county: County,
    pub edu: Person,
    pub leader: Person,
    pub fire: Person,
    pub second: Person,
    system: Person,
}

impl Town {
    /// Opens it.
    pub fn open() -> Self {
        let county = County::open();
        county.unit("UN-EDU-430421", "衡阳县教育局", "EDU");
        county.unit("UN-FIRE-430421", "衡阳县消防救援大队", "FIRE");
        let school =
            ["--name", "衡阳县育才小学", "--kind", "primary", "--division", "430421", "--lead", "EDU"];
        let register =
            ["institution", "register", SCHOOL.trim_start_matches("IN-"), "--address", "湖滨路155号"];
        let _ = county.admin.ask(&[&register[..], &school].concat());
        let edu = county.officer("OF-EDU-1", "UN-EDU-430421", &["handler"]);
        let leader = county.officer("OF-EDU-2", "UN-EDU-430421", &["leader"]);
        let fire = county.officer("OF-FIRE-1", "UN-FIRE-430421", &["handler"]);
        let second = county.officer("OF-FIRE-2", "UN-FIRE-430421", &["handler"]);
        let system = county.officer("OF-FIRE-SYSTEM", "UN-FIRE-430421", &["service"]);
        Self { county, edu, leader, fire, second, system }
    }

    /// A file in the town's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.county.folder.path().join(name)
    }

    /// A photograph, as evidence on the command line.
    pub fn photo(&self) -> String {
        let file = self.file("photo.jpg");
        std::fs::write(&file, b"photo").unwrap();
        format!("evidence={}", file.display())
    }

    /// Who was invited along signs from a file: the findings go out.
    fn fire_signs(&self, id: &str) {
        let file = self.file("signatures.csv");
        std::fs::write(&file, format!("inspection_id\n{id}\nJI-NOWHERE\n")).unwrap();
        let sign = ["inspection", "signatures", "--file", file.to_str().unwrap()];
        let told = does(&self.fire, &sign);
        assert!(told.contains("读取 2 条，记录 1 条，已有 0 条，未记录 1 条"), "{told}");
        let told = does(&self.fire, &sign);
        assert!(told.contains("已有 1 条") && told.contains("inspection_id"), "{told}");
        let hazards = self.edu.ask(&["inspection", "show", id])["inspection"]["hazard_ids"].clone();
        assert_eq!(hazards.as_array().unwrap().len(), 1);
    }

    /// Waits until this event of this matter is on the streams.
    pub fn until(&self, matter: &str, kind: &str) {
        let tail = ["--json", "tail", "--from", "beginning", "--kind", kind, "--stream", matter];
        let mut child = self.system.command(&tail).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        assert!(lines.next().unwrap().contains(matter));
        child.kill().unwrap();
        let _ = child.wait().unwrap();
    }
}

/// Today in Beijing.
pub fn today() -> String {
    jiff::tz::Offset::constant(8).to_datetime(jiff::Timestamp::now()).date().to_string()
}

/// Runs a command that must succeed.
pub fn does(person: &Person, arguments: &[&str]) -> String {
    let output = person.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", complained(&output));
    said(&output)
}

/// Runs a command that must be refused; what was said.
pub fn refused(person: &Person, arguments: &[&str]) -> String {
    let output = person.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
    complained(&output)
}

fn plan(sheets: &[&str]) -> Vec<String> {
    let on = today();
    let mut all: Vec<String> =
        ["inspection", "plan", "--institution", SCHOOL, "--tier", "county", "--on", &on]
            .map(str::to_owned)
            .to_vec();
    all.extend(["--invited", "UN-FIRE-430421"].map(str::to_owned));
    all.extend(sheets.iter().flat_map(|sheet| ["--sheet".to_owned(), (*sheet).to_owned()]));
    all
}

fn words(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

#[test]
fn a_joint_visit_is_typed_in_from_the_plan_to_the_verified_hazard() {
    let town = Town::open();
    let planned = plan(&["EDU=facility-safety", "FIRE=fire-nine-rules"]);
    let answer = town.edu.ask(&words(&planned));
    let id = answer["inspection_id"].as_str().unwrap().to_owned();
    team_goes(&town, &id);
    lines_are_answered(&town, &id);
    let hazard = signed_and_issued(&town, &id);
    town.until(&hazard, "hazard.found");
    rectified(&town, &hazard);
    printed(&town, &id, &hazard);
    let done = does(&town.leader, &["--lang", "en", "inspection", "close", &id]);
    assert!(done.starts_with(&format!("done: {id} closed")), "{done}");
}

fn team_goes(town: &Town, id: &str) {
    let table = does(&town.fire, &["inspection", "list"]);
    assert!(table.contains(id) && table.contains("待组队") && table.contains("县级"), "{table}");
    let alone = refused(&town.edu, &["--lang", "en", "inspection", "form", id]);
    assert!(alone.contains("qualified"), "{alone}");
    does(&town.edu, &["inspection", "confirm", id, "--certificate", "湘E001"]);
    does(&town.fire, &["inspection", "confirm", id, "--certificate", "湘F001"]);
    for step in ["form", "unannounced", "set-out"] {
        does(&town.edu, &["inspection", step, id]);
    }
    does(&town.edu, &["inspection", "check-in", id, "--place", "26.9696,112.3703"]);
    does(&town.fire, &["inspection", "check-in", id]);
}

fn lines_are_answered(town: &Town, id: &str) {
    let wrong = ["inspection", "answer", id, "--answer", "FIRE9-99=pass"];
    assert!(refused(&town.fire, &wrong).contains("FIRE9-99"), "a line that is on no checklist");
    let silent = ["--lang", "en", "inspection", "answer", id, "--answer", "FIRE9-5.1=fail"];
    assert!(refused(&town.fire, &silent).contains("FIRE9-5.1"), "a failed line says where");
    let other = ["inspection", "answer", id, "--answer", "FIRE9-5.1=pass"];
    assert!(refused(&town.edu, &other).contains("消防"), "a fire line is not education's");
    does(&town.edu, &["inspection", "answer", id, "--rest-passed", "facility-safety"]);
    let photo = format!("FIRE9-5.1:{}", town.photo());
    let fire =
        ["inspection", "answer", id, "--answer", "FIRE9-5.1=不合格=灭火器 3 具过期", "--paper", &photo];
    let rest = ["--rest-passed", "fire-nine-rules", "--rest-passed", "facility-safety"];
    does(&town.fire, &[&fire[..], &rest].concat());
    let shown = does(&town.edu, &["inspection", "show", id]);
    assert!(shown.contains("灭火器 3 具过期") && shown.contains("不合格"), "{shown}");
    assert!(shown.contains("消防法") && shown.contains("湘F001") && shown.contains("现场检查"), "{shown}");
    let english = does(&town.edu, &["--lang", "en", "inspection", "show", id]);
    assert!(english.contains("what is looked at") && english.contains("fail"), "{english}");
}

fn signed_and_issued(town: &Town, id: &str) -> String {
    does(&town.edu, &["inspection", "complete", id]);
    let stranger = refused(&town.second, &["--lang", "en", "inspection", "sign", id]);
    assert!(stranger.contains("OF-FIRE-2"), "{stranger}");
    does(&town.edu, &["inspection", "sign", id]);
    does(&town.fire, &["inspection", "sign", id]);
    does(&town.edu, &["inspection", "institution-signed", id, "--representative", "王某"]);
    for member in [&town.edu, &town.fire] {
        does(member, &["inspection", "check-out", id]);
    }
    let issued = town.edu.ask(&["inspection", "issue", id]);
    let hazards = issued["hazard_ids"].as_array().unwrap();
    assert_eq!(hazards.len(), 1, "one line failed: {issued}");
    let bad = refused(&town.edu, &["inspection", "serve-notice", id, "--number", "十二"]);
    assert!(bad.contains("--number: "), "{bad}");
    does(&town.edu, &["inspection", "serve-notice", id, "--number", "蒸教检改〔2026〕12号"]);
    let noted = ["inspection", "supplement", id, "--note", "补充拍摄照片"];
    does(&town.edu, &noted);
    hazards[0].as_str().unwrap().to_owned()
}

fn rectified(town: &Town, hazard: &str) {
    let photo = town.photo();
    does(&town.fire, &["hazard", "grade", hazard, "--grade", "general", "--reason", "当场可整改"]);
    let early = town.fire.run(&["hazard", "document", hazard]);
    assert_eq!(early.status.code(), Some(1));
    assert!(complained(&early).contains("safeguard hazard notify"), "{}", complained(&early));
    does(&town.fire, &["hazard", "notify", hazard, "--number", "蒸消责改〔2026〕7号"]);
    let elements =
        ["--responsible", "安全主任", "--measures", "更换灭火器", "--plan", "值守", "--fen", "30000"];
    let until = today();
    does(&town.fire, &[&["hazard", "rectify", hazard, "--until", &until][..], &elements].concat());
    does(&town.fire, &["hazard", "fixed", hazard, "--paper", &photo]);
    let own = refused(&town.fire, &["--lang", "en", "hazard", "verify", hazard, "--paper", &photo]);
    assert!(own.contains("OF-FIRE-1"), "who fixed it does not verify it: {own}");
    let done = does(&town.second, &["--lang", "en", "hazard", "verify", hazard, "--paper", &photo]);
    assert!(done.contains("verified as gone"), "{done}");
    let shown = does(&town.second, &["hazard", "show", hazard]);
    for word in ["灭火器 3 具过期", "已销号", "300.00 元", "复查合格", "蒸消责改〔2026〕7号"]
    {
        assert!(shown.contains(word), "{word}: {shown}");
    }
}

fn printed(town: &Town, id: &str, hazard: &str) {
    let (record, notice) = (town.file("record.html"), town.file("notice.html"));
    let told = does(&town.edu, &["inspection", "document", id, "--out", record.to_str().unwrap()]);
    assert!(told.contains("record.html") && told.contains("校验码"), "{told}");
    let html = std::fs::read_to_string(&record).unwrap();
    for word in ["检查记录表", "衡阳县育才小学", "湘E001", "灭火器 3 具过期", "王某", "补充拍摄照片", hazard]
    {
        assert!(html.contains(word), "{word}");
    }
    let again = town.edu.run(&["inspection", "document", id, "--out", record.to_str().unwrap()]);
    assert!(complained(&again).contains("从不覆盖"), "{}", complained(&again));
    let _ = does(&town.second, &["hazard", "document", hazard, "--out", notice.to_str().unwrap()]);
    let whole = does(&town.edu, &["document", "check", record.to_str().unwrap(), "--hub"]);
    assert!(whole.contains("未被改动") && whole.contains("一致"), "{whole}");
    let offline = does(&town.edu, &["document", "check", notice.to_str().unwrap()]);
    assert!(offline.contains("蒸消责改〔2026〕7号"), "{offline}");
    std::fs::write(&record, html.replace("3 具", "8 具")).unwrap();
    let changed = town.edu.run(&["--lang", "en", "document", "check", record.to_str().unwrap()]);
    assert_eq!(changed.status.code(), Some(1));
    assert!(complained(&changed).contains("was changed"), "{}", complained(&changed));
}

#[test]
fn wrong_turns_of_a_plan_are_named_by_what_was_typed() {
    let town = Town::open();
    let mut wrong = plan(&["EDU=facility-safety"]);
    wrong[3] = "IN-NOWHERE".to_owned();
    wrong[9] = "UN-NOBODY".to_owned();
    let fault = refused(&town.edu, &words(&wrong));
    assert!(fault.contains("--institution: ") && fault.contains("--invited #1: "), "{fault}");
    assert!(refused(&town.edu, &words(&plan(&["EDU=magic"]))).contains("magic"));
    let typed =
        town.edu.run(&["--lang", "en", "inspection", "answer", "JI-1", "--answer", "FIRE9-1.1=perhaps"]);
    assert_eq!(typed.status.code(), Some(1));
    assert!(complained(&typed).contains("LINE=VERDICT"), "{}", complained(&typed));
    let lists = does(&town.edu, &["inspection", "checklists"]);
    assert!(lists.contains("fire-nine-rules") && lists.contains("九项规定"), "{lists}");
    let list = does(&town.edu, &["--lang", "en", "inspection", "checklist", "fire-nine-rules"]);
    assert!(list.contains("FIRE9-9.1"), "{list}");
    assert!(does(&town.edu, &["inspection", "near", SCHOOL]).contains("没有临近的检查"));
}

#[test]
fn visits_recorded_elsewhere_are_reported_and_signed_for_from_files_and_a_bad_line_leaves_the_others() {
    let town = Town::open();
    let file = town.file("visits.csv");
    let day = today();
    let head = "institution_id,tier,on,invited_unit_ids,sheets,members,from,until,answers\n";
    let row = |institution: &str, answers: &str| {
        format!(
            "{institution},county,{day},UN-FIRE-430421,EDU=facility-safety;FIRE=fire-nine-rules,\
             OF-EDU-1=湘E001;OF-FIRE-1=湘F001,{day}T00:00:01,{day}T00:00:02,{answers}\n"
        )
    };
    let good = row(SCHOOL, "FIRE9-5.1=fail-fixed=过期一具");
    let text =
        [head, &good, &row("IN-NOWHERE", ""), &row(SCHOOL, "NO-SUCH-1=fail=x"), &row("=IN", "")].concat();
    std::fs::write(&file, &text).unwrap();
    let report = ["inspection", "report", "--file", file.to_str().unwrap()];
    let told = does(&town.edu, &report);
    assert!(told.contains("读取 4 条，记录 1 条，已有 0 条，未记录 3 条"), "{told}");
    assert!(told.contains("NO-SUCH-1") && told.contains("institution_id"), "{told}");
    let strict = town.edu.run(&[&["--json"], &report[..], &["--strict"]].concat());
    assert_eq!(strict.status.code(), Some(2));
    let lines: Vec<Value> = said(&strict).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["done"]["repeated"], 1, "sent again, nothing is recorded twice");
    let id = lines[0]["matter_id"].as_str().unwrap();
    let shown = does(&town.edu, &["inspection", "show", id]);
    assert!(shown.contains("整份上报") && shown.contains("过期一具"), "{shown}");
    town.fire_signs(id);
}

#[test]
fn a_draw_is_recomputed_offline_from_its_record() {
    let town = Town::open();
    let file = town.file("draw.json");
    let draw = ["inspection", "draw", "--division", "430421", "--targets", "1", "--seed", "20231105"];
    let who = ["--inspector", "OF-EDU-1@UN-EDU-430421", "--inspector", "OF-FIRE-1@UN-FIRE-430421"];
    let all =
        [&draw[..], &who, &["--team", "2", "--agencies", "2", "--out", file.to_str().unwrap()]].concat();
    let table = does(&town.edu, &all);
    assert!(table.contains(SCHOOL) && table.contains("OF-FIRE-1"), "{table}");
    let mut alone = crate::program::program();
    let check = alone.args(["--lang", "en", "inspection", "draw-check"]).arg(&file).output().unwrap();
    assert!(said(&check).starts_with("the same: "), "{} {}", said(&check), complained(&check));
    let lot: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let mut swapped = lot.clone();
    swapped["assigned"][0]["inspectors"].as_array_mut().unwrap().reverse();
    let mut elsewhere = lot;
    elsewhere["frame"]["targets"] = serde_json::json!([]);
    for (changed, wanted) in [(swapped, "#1 IN-124304214445446664"), (elsewhere, "名单与抽取时的名单不同")]
    {
        std::fs::write(town.file("changed.json"), changed.to_string()).unwrap();
        let mut again = crate::program::program();
        let output =
            again.args(["inspection", "draw-check"]).arg(town.file("changed.json")).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(complained(&output).contains(wanted), "{}", complained(&output));
    }
    let mut planned = plan(&["EDU=facility-safety", "FIRE=fire-nine-rules"]);
    planned.extend(["--drawn".to_owned(), file.to_str().unwrap().to_owned()]);
    let id = town.edu.ask(&words(&planned))["inspection_id"].as_str().unwrap().to_owned();
    assert!(does(&town.edu, &["inspection", "show", &id]).contains("splitmix64-shuffle-1 20231105"));
}
