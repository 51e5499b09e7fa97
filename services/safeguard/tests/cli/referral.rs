//! A referral from the clue to the filed case, typed in at both agencies, with papers from files.

use crate::program::{County, Person, complained, said};

/// A number of the education bureau, of the police, or of the procuratorate.
const NUMBERS: [&str; 4] =
    ["蒸教批〔2026〕1号", "蒸教移〔2026〕1号", "蒸公回〔2026〕1号", "蒸公立字〔2026〕1号"];

struct Staff {
    county: County,
    clerk: Person,
    second: Person,
    leader: Person,
    head: Person,
    duty: Person,
    chief: Person,
}

fn staff() -> Staff {
    let county = County::open();
    let city = ["--level", "city", "--division", "430400", "--competence", "430400!"];
    let mut above = vec!["unit", "register", "UN-EDU-430400", "--name", "衡阳市教育局", "--agency", "EDU"];
    above.extend(city);
    let _ = county.admin.ask(&above);
    county.unit_under("UN-EDU-430421", "衡阳县教育局", "EDU", "UN-EDU-430400");
    county.unit("UN-PSB-430421", "衡阳县公安局", "PSB");
    county.unit("UN-PROC-430421", "衡阳县人民检察院", "PROC");
    let (education, police) = ("UN-EDU-430421", "UN-PSB-430421");
    Staff {
        clerk: county.officer("OF-EDU-1", education, &["triage", "handler"]),
        second: county.officer("OF-EDU-2", education, &["handler"]),
        leader: county.officer("OF-EDU-3", education, &["leader"]),
        head: county.officer("OF-EDU-4", education, &["head"]),
        duty: county.officer("OF-PSB-1", police, &["duty"]),
        chief: county.officer("OF-PSB-2", police, &["head"]),
        county,
    }
}

impl Staff {
    /// A file with this text, as a paper of a kind.
    fn paper(&self, kind: &str, text: &str) -> String {
        let file = self.county.folder.path().join(format!("{kind}.txt"));
        std::fs::write(&file, text).unwrap();
        format!("{kind}={}", file.display())
    }
}

/// Runs a command that must be done.
fn does(person: &Person, arguments: &[&str]) {
    let output = person.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", complained(&output));
}

/// A substantiated clue.
fn substantiated(staff: &Staff) -> String {
    let report = [
        "clue",
        "report",
        "--channel",
        "phone",
        "--category",
        "fee-fraud",
        "--urgency",
        "U2",
        "--division",
        "430421",
        "--narrative",
        "收费后关门",
        "--reporter",
        "李四",
        "--reporter-phone",
        "13800138000",
        "--secret",
    ];
    let clue = staff.clerk.ask(&report)["clue_id"].as_str().unwrap().to_owned();
    does(
        &staff.clerk,
        &["clue", "triage", &clue, "--category", "fee-fraud", "--urgency", "U2", "--minor", "none"],
    );
    does(&staff.clerk, &["clue", "assign", &clue, "UN-EDU-430421"]);
    does(&staff.clerk, &["clue", "verify", &clue, "--team", "OF-EDU-1", "OF-EDU-2"]);
    does(
        &staff.leader,
        &["clue", "conclude", &clue, "--result", "substantiated", "--summary", "查明虚构课程"],
    );
    clue
}

#[test]
fn a_referral_goes_from_the_clue_to_the_filed_case() {
    let staff = staff();
    let clue = substantiated(&staff);
    let [approval, letter, receipt, filing] = NUMBERS;
    let team = ["--team", "OF-EDU-1", "OF-EDU-2", "--charge", "266", "--facts", "虚构课程骗取学费"];
    let opened = ["--number", "珠教移立〔2026〕1号"];
    let mut draft = vec!["referral", "draft", &clue];
    draft.extend(team);
    draft.extend(opened);
    let drafted = staff.clerk.ask(&draft);
    let referral = drafted["referral_id"].as_str().unwrap();
    let report = staff.paper("report", "调查报告正文");
    does(
        &staff.second,
        &["referral", "submit", referral, "--number", "珠教移报〔2026〕1号", "--paper", &report],
    );
    does(&staff.head, &["referral", "approve", referral, "--number", approval]);

    let numbered = format!("{},{letter}", staff.paper("letter", "移送书"));
    let alone = ["--lang", "en", "referral", "deliver", referral, "--number", letter, "--paper", &numbered];
    let missing = staff.clerk.run(&alone);
    assert_eq!(missing.status.code(), Some(2), "article 6 wants more than the letter");
    let items = staff.paper("items", "涉案物品清单");
    let all = ["--number", letter, "--paper", &numbered, "--paper", &report, "--paper", &items];
    let mut deliver = vec!["referral", "deliver", referral];
    deliver.extend(all);
    does(&staff.clerk, &deliver);

    does(&staff.duty, &["queue", "claim", referral]);
    does(
        &staff.duty,
        &["queue", "receipt", referral, "--number", receipt, "--paper", &staff.paper("receipt", "回执")],
    );
    does(
        &staff.chief,
        &["queue", "file", referral, "--number", filing, "--paper", &staff.paper("decision", "立案决定")],
    );
    let shown = said(&staff.clerk.run(&["referral", "show", referral]));
    assert!(shown.contains("已立案") && shown.contains(filing) && shown.contains(letter), "{shown}");

    let answer = staff.clerk.ask(&["referral", "show", referral]);
    let hash = answer["referral"]["papers"][0]["hash"].as_str().unwrap().to_owned();
    let copy = staff.county.folder.path().join("copy.txt");
    does(&staff.duty, &["paper", "download", referral, &hash, "--out", copy.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "调查报告正文");
    let again = staff.duty.run(&["paper", "download", referral, &hash, "--out", copy.to_str().unwrap()]);
    assert_eq!(again.status.code(), Some(1), "nothing is overwritten");
    let listed = said(&staff.clerk.run(&["--lang", "en", "referral", "list", "--mine"]));
    assert!(listed.contains(referral) && listed.contains("266"), "{listed}");
}
