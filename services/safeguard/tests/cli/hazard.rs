//! Hazards as officers type them: the board and its files, many steps from a file, wrong turns.

use std::io::{BufRead, BufReader, Cursor, Read};
use std::process::Stdio;

use serde_json::Value;
use zip::ZipArchive;

use crate::inspection::{SCHOOL, Town, does, refused};
use crate::program::{County, Hub, complained, said};

/// Opens a hazard in the fire service's name.
fn open(town: &Town, spot: &str) -> String {
    let all =
        ["hazard", "open", "--institution", SCHOOL, "--category", "fire-evacuation", "--grade", "general"];
    let found = ["--basis", "消防法第二十八条", "--spot", spot];
    town.fire.ask(&[&all[..], &found].concat())["hazard_id"].as_str().unwrap().to_owned()
}

#[test]
fn the_board_is_shown_and_written_to_files_that_a_spreadsheet_may_open() {
    let town = Town::open();
    let hazard = open(&town, "=HYPERLINK(\"http://x\")");
    let board = does(&town.fire, &["hazard", "board"]);
    assert!(board.contains(&hazard) && board.contains("待定级") && board.contains("消防疏散"), "{board}");
    assert!(
        board.contains("合计") && does(&town.fire, &["--lang", "en", "hazard", "board"]).contains("total")
    );
    let all = town.fire.ask(&["hazard", "board", "--category", "fire-evacuation", "--age", "0"]);
    assert_eq!((&all["hazards"][0]["id"], &all["total"]), (&hazard.as_str().into(), &"1".into()));
    assert_eq!(does(&town.fire, &["hazard", "board", "--overdue"]), "（没有）\n");

    let (csv, xlsx) = (town.file("board.csv"), town.file("board.xlsx"));
    let files = ["--csv", csv.to_str().unwrap(), "--xlsx", xlsx.to_str().unwrap()];
    let told = does(&town.fire, &[&["hazard", "board"][..], &files].concat());
    assert!(told.contains("board.csv") && told.contains("1 行"), "{told}");
    let text = String::from_utf8(std::fs::read(&csv).unwrap()).unwrap();
    assert!(text.starts_with("\u{feff}编号,") && text.ends_with("\r\n"), "{text}");
    assert!(text.contains(&hazard) && text.contains(",'430421,") && !text.contains(",="), "{text}");
    let mut book = ZipArchive::new(Cursor::new(std::fs::read(&xlsx).unwrap())).unwrap();
    let mut page = String::new();
    let _ = book.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut page).unwrap();
    assert!(!page.contains("<f>") && page.contains("frozen") && !page.contains("430421"), "{page}");
    let again = town.fire.run(&[&["hazard", "board"][..], &files].concat());
    assert!(complained(&again).contains("从不覆盖"), "{}", complained(&again));

    let ledger = does(&town.fire, &["hazard", "ledger", "--by", "unit"]);
    assert!(
        ledger.contains("合计") && ledger.contains("UN-FIRE-430421") && ledger.contains("0.00%"),
        "{ledger}"
    );
}

#[test]
fn many_steps_come_from_a_file_and_what_is_wrong_is_told_by_line() {
    let town = Town::open();
    let (first, second) = (open(&town, "东侧出口堵塞"), open(&town, "西侧出口堵塞"));
    let upload = ["paper", "upload", "--kind", "evidence", "--matter", &first];
    let photo = town.photo().trim_start_matches("evidence=").to_owned();
    let hash = does(&town.fire, &[&upload[..], &[&photo]].concat()).trim().to_owned();
    let rows = format!(
        "hazard_id,step,grade,reason,fixer,present,papers\r\n\
         {first},grade,general,当场可改,,,\r\n\
         {first},fix_on_spot,,,OF-FIRE-1,,evidence={hash}\r\n\
         {first},verify,,,,OF-FIRE-1,evidence={hash}\r\n\
         {second},grade,enormous,,,,\r\n\
         {second},grade,general,=1+1,,,\r\n\
         {second},dance,,,,,\r\n\
         {second},grade,general,可改,,,\r\n"
    );
    let file = town.file("steps.csv");
    std::fs::write(&file, rows).unwrap();
    let work = ["hazard", "work", "--file", file.to_str().unwrap()];
    let told = does(&town.fire, &work);
    assert!(told.contains("读取 7 条，记录 3 条，已有 0 条，未记录 4 条"), "{told}");
    for word in ["OF-FIRE-1", "enormous", "公式", "dance"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let strict = town.fire.run(&[&["--json"], &work[..], &["--strict"]].concat());
    assert_eq!(strict.status.code(), Some(2));
    let lines: Vec<Value> = said(&strict).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.last().unwrap()["done"]["repeated"], 3, "nothing is recorded twice");
    let own = lines.iter().find(|line| line["line"] == 4).unwrap();
    assert_eq!(own["reason"], "HAZARD_FIXED_BY_THEM", "{own}");
    assert_eq!(town.fire.ask(&["hazard", "show", &first])["hazard"]["stage"], "hazard-fixed-on-spot");
}

#[test]
fn a_file_goes_on_where_it_broke_off_once_the_hub_is_back() {
    let town = Town::open();
    let hazard = open(&town, "出口堵塞");
    let file = town.file("steps.jsonl");
    let step = r#"{"hazard_id":"HZ","grade":{"grade":"general","reason":"可改"}}"#.replace("HZ", &hazard);
    std::fs::write(&file, step).unwrap();
    let (data, address) = (town.county.data(), town.county.hub.address.clone());
    let Town { county: County { folder, hub, .. }, fire, .. } = town;
    let _ = hub.stop();
    let work = ["--lang", "en", "hazard", "work", "--file", file.to_str().unwrap()];
    let mut work = fire.command(&work);
    let mut child = work.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut notices = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(notices.any(|line| line.contains("going on in")));
    let _back = Hub::start_at(&data, &address);
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success() && said(&done).contains("1 read, 1 recorded"), "{}", said(&done));
    drop(folder);
}

#[test]
fn wrong_turns_are_named_by_what_was_typed() {
    let town = Town::open();
    let hazard = open(&town, "出口堵塞");
    let fault = refused(&town.fire, &["hazard", "grade", &hazard, "--grade", "major", "--reason", ""]);
    assert!(fault.contains("--reason: "), "{fault}");
    let fault = refused(&town.fire, &["hazard", "grade", "HZ-1", "--grade", "major", "--reason", "x"]);
    assert!(fault.contains("<ID>: "), "{fault}");
    let seal = ["hazard", "seal", "propose", &hazard, "--spot", "出口", "--reason", "严重威胁公共安全"];
    does(&town.fire, &seal);
    assert!(refused(&town.edu, &seal).contains("safeguard who"), "not of this unit");
    let few = ["hazard", "verify", &hazard, "--present", "OF-NOBODY"];
    let fault = refused(&town.second, &few);
    assert!(fault.contains("--present") || fault.contains("--paper"), "{fault}");
    let void = ["hazard", "void", "propose", &hazard, "--reason", "重复登记"];
    does(&town.fire, &void);
    let own = refused(&town.fire, &["hazard", "void", "approve", &hazard]);
    assert!(own.contains("safeguard who") || own.contains("OF-FIRE-1"), "{own}");
    let late = ["--lang", "en", "hazard", "extension", "ask", &hazard, "--reason", "x"];
    assert!(refused(&town.fire, &late).contains("found"), "it is not noticed yet");
    let bad = town.fire.run(&["--lang", "zh", "hazard", "board", "--grade", "huge"]);
    assert!(complained(&bad).contains("可用的值：general"), "{}", complained(&bad));
}
