//! The history in the reader's words.

use domain::category::Urgency;
use domain::clock::{Stage, Told};
use domain::clue::{ClueRule, Command};
use domain::paper::PaperKind;
use domain::period::Who;

use super::fixture::*;
use crate::show::history;
use crate::v1;

fn entry(story: &Story<ClueRule>, kind: &str) -> v1::HistoryEntry {
    history(&story.told, &OPEN).into_iter().rfind(|entry| entry.kind == kind).unwrap()
}

#[test]
fn an_entry_says_who_when_and_that_it_came_late() {
    let story = reported(fees()).heard(sort(Urgency::U3), sorter(), 1, 40);
    let sorted = entry(&story, "clue.triaged");
    assert_eq!((sorted.at, sorted.recorded_at, sorted.late), (wire(1), wire(40), true));
    assert_eq!((sorted.officer.as_str(), sorted.unit.as_str()), ("OF-SORTER", "UN-EDU-430405"));
    assert_eq!(
        (sorted.summary_zh.as_str(), sorted.summary_en.as_str()),
        ("已分流，紧急程度 U3", "Sorted; urgency U3")
    );
    let entries = history(&story.told, &OPEN);
    assert!(entries.iter().zip(0..).all(|(entry, revision)| entry.revision == revision));
}

#[test]
fn units_go_by_name_and_while_unknown_by_id() {
    let forward = Command::Forward { to: psb_next(), reason: words("案发地在雁峰") };
    let story = reported(abuse()).act(Command::Claim, duty(), 1).act(forward, duty(), 2);
    assert_eq!(entry(&story, "clue.obligation-opened").summary_zh, "强制报告义务成立，须由珠晖公安分局签收");
    assert_eq!(entry(&story, "claim.taken").summary_en, "Claimed by OF-DUTY of 珠晖公安分局");
    assert_eq!(entry(&story, "clue.transfer-forwarded").summary_zh, "接收单位已转送UN-PSB-430406");
}

#[test]
fn a_clock_goes_by_the_name_of_its_rule_and_its_end_as_the_law_writes_it() {
    let story = reported(fees());
    let started = entry(&story, "clock.started");
    assert_eq!(started.summary_zh, "期限开始计算：线索分流，截止 2026-09-09 24:00");
    assert_eq!(started.summary_en, "Clock started: Triage the clue, due 2026-09-09 24:00 Beijing time");

    let told = vec![Told { who: Who::Leader, unit: Some(edu().id) }, Told { who: Who::CityDuty, unit: None }];
    let ring = Command::Ring { rule: "clue-triage-u3".to_owned(), stage: Stage::Most, told };
    let story = story.act(ring, service(), 60 * 36);
    let warned = entry(&story, "clock.warned");
    assert_eq!(
        warned.summary_zh,
        "期限已过 80%：线索分流，已提醒负责人（珠晖区教育局）、市级值班人员（未登记）"
    );
    assert_eq!(
        warned.summary_en,
        "80 % of the period gone: Triage the clue; told: leader (珠晖区教育局), duty officer of the city (not on record)"
    );
}

#[test]
fn no_entry_has_a_blank_left_or_a_word_that_somebody_typed() {
    let decline = Command::Decline { reason: words("TYPED"), suggestion: words("TYPED") };
    let story = reported(fees())
        .act(sort(Urgency::U3), sorter(), 1)
        .act(Command::TransferOther { to: fire(), papers: vec![paper(PaperKind::Letter, 'a')] }, chief(), 2)
        .act(Command::Claim, fireman(), 3)
        .act(Command::Release { reason: words("TYPED") }, fireman(), 4)
        .act(Command::Claim, fireman(), 5)
        .act(decline, fireman(), 6);
    let entries = history(&story.told, &OPEN);
    assert_eq!(entries.len(), story.told.len());
    for entry in entries {
        for text in [&entry.summary_zh, &entry.summary_en] {
            assert!(!text.is_empty() && !text.contains(['{', '}']), "{}: {text}", entry.kind);
            let personal = ["TYPED", "机构负责人失联", "张三", "13800000000"];
            assert!(!personal.iter().any(|word| text.contains(word)), "{}: {text}", entry.kind);
        }
    }
}
