//! A clue through different eyes.

use domain::clue::{ClueRule, Command, Conclusion};

use super::fixture::*;
use crate::convert::{OnWire, erased, open, withheld};
use crate::show::clue;
use crate::v1;

#[test]
fn what_was_written_down_is_shown_as_written() {
    let story = reported(fees());
    let shown = clue(&story.told, &OPEN).unwrap();
    assert_eq!((shown.id.as_str(), shown.stage.as_str()), (clue_id(1).as_str(), "received"));
    assert_eq!((shown.division.as_str(), shown.division_name.as_str()), ("430405", "珠晖区"));
    assert_eq!(shown.institution_name, "晨光培训");
    assert_eq!((shown.received_at, shown.recorded_at), (wire(-5), wire(0)));
    assert_eq!(shown.narrative, Some(open("机构负责人失联")));
    assert_eq!(shown.place, None, "no address was given");
    assert_eq!(shown.urgency, v1::Urgency::U3 as i32);
    assert_eq!(shown.papers.len(), 1);
    assert_eq!(shown.source, "12345-0001");
    let owner = shown.owner.unwrap();
    assert_eq!((owner.id.as_str(), owner.name.as_str()), ("UN-EDU-430405", "珠晖区教育局"));
    assert_eq!((shown.obligation, shown.transfer, shown.assigned), (None, None, None));
    assert_eq!(shown.revision, story.told.len() as u64 - 1);
}

#[test]
fn an_erased_narrative_says_so() {
    let shown = clue(&reported(fees()).told, &Eyes { erased: "narrative", ..OPEN }).unwrap();
    assert_eq!(shown.narrative, Some(erased()));
    assert_eq!(shown.reporter.unwrap().name, Some(open("张三")));
}

#[test]
fn the_reporter_is_withheld_from_who_need_not_know() {
    let reporter = clue(&reported(fees()).told, &NEEDED).unwrap().reporter.unwrap();
    assert_eq!((reporter.name, reporter.phone), (Some(withheld()), Some(withheld())));
    assert!(reporter.secret && !reporter.anonymous);
    assert_eq!(reporter.subject, "", "only who may erase sees the subject");
}

#[test]
fn a_reader_without_content_sees_no_personal_value() {
    let shown = clue(&reported(abuse()).told, &BLIND).unwrap();
    assert_eq!(shown.narrative, Some(withheld()));
    let child = &shown.persons[0];
    assert_eq!((child.name.clone(), child.id_number.clone()), (Some(withheld()), Some(withheld())));
    assert_eq!(child.minor, v1::Minor::Under14 as i32, "what the person is may be known");
}

#[test]
fn an_identity_number_shows_its_last_four_characters() {
    let shown = clue(&reported(abuse()).told, &OPEN).unwrap();
    assert_eq!(shown.persons[0].id_number, Some(open("**************1234")));
    assert_eq!(shown.harm, vec![v1::Harm::Injury as i32]);
    let gone = clue(&reported(abuse()).told, &Eyes { erased: "id-number", ..OPEN }).unwrap();
    assert_eq!(gone.persons[0].id_number, Some(erased()));
}

#[test]
fn a_verification_shows_its_team_its_result_and_what_the_reporter_was_told() {
    let story = verifying();
    let shown = clue(&story.told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.team.len()), ("verifying", 2));
    assert_eq!(shown.assigned.unwrap().id, "UN-EDU-430405");
    assert_eq!((shown.conclusion, shown.summary), (0, None));

    let summary = sealed("summary", "未发现资金异常");
    let told = Command::InformReporter { text: Some(sealed("answer", "经查不属实")), no_contact: None };
    let story = story
        .act(Command::Conclude { result: Conclusion::Unsubstantiated, summary }, chief(), 4)
        .act(told, sorter(), 5);
    let shown = clue(&story.told, &OPEN).unwrap();
    assert_eq!(shown.stage, "closed");
    assert_eq!(shown.conclusion, Conclusion::Unsubstantiated.to_wire());
    assert_eq!(shown.summary, Some(open("未发现资金异常")));
    assert_eq!(shown.told_reporter, Some(open("经查不属实")));

    let again = Command::Reopen { reason: words("新证据"), order: None };
    let shown = clue(&story.act(again, chief(), 6).told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.team.len(), shown.assigned), ("triaged", 0, None));
    assert_eq!(shown.told_reporter, Some(open("经查不属实")), "what was told was told");
}

#[test]
fn a_case_shows_its_number_and_the_last_fine() {
    let summary = sealed("summary", "属实");
    let story = verifying()
        .act(Command::Conclude { result: Conclusion::Substantiated, summary }, chief(), 4)
        .act(Command::OpenAdminCase { number: number(1) }, sorter(), 5)
        .act(Command::DecideFine { number: number(2), fen: 500_005 }, sorter(), 6);
    let shown = clue(&story.told, &OPEN).unwrap();
    assert_eq!((shown.admin_case_number.as_str(), shown.fine_fen), (number(1).as_str(), 500_005));
}

#[test]
fn a_merge_names_the_other_clue_on_both_sides() {
    let report = fees();
    let institution = report.institution.clone();
    let merge = Command::MergeInto { into: clue_id(2), into_institution: institution, into_ended: false };
    let merged = clue(&reported(report).act(merge, sorter(), 1).told, &OPEN).unwrap();
    assert_eq!((merged.stage.as_str(), merged.merged_into.as_str()), ("merged", clue_id(2).as_str()));

    let absorb = Command::Absorb { from: clue_id(2), urgency: domain::category::Urgency::U2 };
    let other = reported(fees()).act(absorb, service(), 1);
    let shown = clue(&other.told, &OPEN).unwrap();
    assert_eq!(shown.absorbed, vec![clue_id(2).to_string()]);
    assert_eq!(shown.urgency, v1::Urgency::U2 as i32);
}

#[test]
fn a_merge_that_was_undone_names_no_other_clue_any_more() {
    let merge =
        Command::MergeInto { into: clue_id(2), into_institution: fees().institution, into_ended: false };
    let undo = Command::UndoMerge { into: clue_id(2) };
    let story = reported(fees()).act(merge, sorter(), 1).act(undo, service(), 2);
    let shown = clue(&story.told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.merged_into.as_str()), ("received", ""));
    let entries = crate::show::history(&story.told, &OPEN);
    let undone = entries.iter().find(|entry| entry.kind == "clue.merge-undone").unwrap();
    assert_eq!(undone.summary_zh, format!("线索相互并入，撤销并入线索 {}，重新等待分流", clue_id(2)));
}

#[test]
fn a_stream_without_a_report_is_no_clue() {
    assert_eq!(clue(&Story::<ClueRule>::new().told, &OPEN), None);
    let story = reported(fees());
    assert_eq!(clue(&story.told[1..], &OPEN), None);
}
