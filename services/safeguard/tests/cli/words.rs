//! Help, complaints and completion scripts in the reader's language.

use std::process::Output;

use crate::program::{complained, program, said};

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

#[test]
fn help_speaks_the_readers_language() {
    let zh = said(&run(&["clue", "--help"]));
    assert!(zh.contains("登记线索") && !zh.contains("Write down"), "{zh}");
    let mut english = program();
    let _ = english.args(["clue", "--help"]).env("LANG", "en_GB.UTF-8");
    let en = said(&english.output().unwrap());
    assert!(en.contains("Write down a new clue") && !en.contains("登记"), "{en}");
}

#[test]
fn wrong_arguments_are_named_with_what_could_be_meant() {
    for (lang, arguments, wanted) in [
        ("zh", vec!["clue", "triagee"], "您是不是想用：triage"),
        ("en", vec!["clue", "triagee"], "similar subcommand exists: 'triage'"),
        ("zh", vec!["clue", "show"], "缺少必填参数"),
        ("en", vec!["clue", "show"], "required arguments"),
        ("zh", vec!["queue", "list", "--kind", "magic"], "可用的值：mandatory-report"),
        ("zh", vec!["clue", "confirm", "CL-1", "--at", "gestern"], "北京时间"),
        ("en", vec!["clue", "confirm", "CL-1", "--at", "gestern"], "Beijing time"),
        ("zh", vec!["who", "--nonsense"], "没有“--nonsense”这个参数"),
        ("zh", vec!["clue", "show"], "用法：safeguard clue show <ID>"),
        ("zh", vec!["clue", "list", "--page-size", "many"], "应为整数"),
        ("zh", vec!["password", "reset", "ADMIN"], "OF-"),
        ("zh", vec!["serve", "--log-json=1"], "不再需要值“1”"),
        ("zh", vec!["who", "--json", "--json"], "只能给一次"),
        ("zh", vec!["clue", "list", "--page-size"], "后面缺少值"),
        ("zh", vec!["inspection", "plann"], "您是不是想用：plan"),
        ("zh", vec!["inspection", "check-in", "JI-1", "--place", "north"], "26.893300"),
        ("en", vec!["hazard", "ledger", "--by", "colour"], "institution, unit, division"),
        ("zh", vec!["campaign", "begin", "CP-1", "--phase", "nap"], "可用的值：self-check"),
        ("zh", vec!["log"], "用法：safeguard log [选项] <命令>"),
        ("en", vec!["log"], "Usage"),
    ] {
        let mut all = vec!["--lang", lang];
        all.extend(arguments);
        let wrong = run(&all);
        assert_eq!(wrong.status.code(), Some(1), "{all:?}");
        assert!(complained(&wrong).contains(wanted), "{all:?}: {}", complained(&wrong));
    }
}

#[test]
fn completion_scripts_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&["completions", shell]);
        assert!(script.status.success(), "{shell}");
        for word in ["confirm-merge", "draw-check", "fixed-on-spot", "staff-counts"] {
            assert!(said(&script).contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn nobody_signed_in_is_told_how_to_sign_in() {
    let folder = tempfile::tempdir().unwrap();
    for (lang, wanted) in [("zh", "safeguard sign-in 警号或工号"), ("en", "safeguard sign-in OFFICER")] {
        let mut who = program();
        let _ = who.args(["--lang", lang, "who", "--session"]).arg(folder.path().join("none"));
        let refused = who.output().unwrap();
        assert_eq!(refused.status.code(), Some(2));
        assert!(complained(&refused).contains(wanted), "{}", complained(&refused));
    }
}

#[test]
fn the_sample_generator_writes_its_three_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut sample = program();
    let _ = sample
        .args(["--json", "sample", "--institutions", "20", "--clues", "30", "--out"])
        .arg(folder.path());
    let tally: serde_json::Value = serde_json::from_slice(&sample.output().unwrap().stdout).unwrap();
    assert_eq!(tally["seed"], 7);
    for name in ["institutions.csv", "clues.jsonl", "tally.json"] {
        assert!(folder.path().join(name).exists(), "{name}");
    }
}

#[test]
fn a_fault_of_the_request_is_named_by_the_argument_that_was_typed() {
    let county = crate::program::County::open();
    let bad = county.admin.run(&["division", "list", "12", "--page-size", "900"]);
    assert_eq!(bad.status.code(), Some(2));
    let text = complained(&bad);
    assert!(text.contains("<PARENT>: ") && text.contains("--page-size: "), "{text}");
}

#[test]
fn no_word_of_the_library_stays_english_in_chinese_help() {
    for arguments in [
        vec!["clue", "list"],
        vec!["serve"],
        vec!["division", "list"],
        vec!["clue", "report"],
        vec!["inspection", "draw"],
        vec!["hazard", "ledger"],
        vec!["campaign", "submit"],
        vec!["document", "check"],
    ] {
        let help = said(&program().args(["--lang", "zh"]).args(&arguments).arg("--help").output().unwrap());
        for word in
            ["Usage", "Options", "OPTIONS", "Arguments", "Commands", "default:", "ossible values", "env:"]
        {
            assert!(!help.contains(word), "{arguments:?}: {word}");
        }
    }
}
