//! The duty to report to the police and the hand-over to another unit, as shown.

use domain::category::Urgency;
use domain::clue::{ClueRule, Command, TransferOutcome};
use domain::paper::PaperKind;

use super::fixture::*;
use crate::convert::{OnWire, open, withheld};
use crate::show::clue;
use crate::v1;

fn transfer(story: &Story<ClueRule>) -> v1::ClueTransfer {
    clue(&story.told, &OPEN).unwrap().transfer.unwrap()
}

fn to_police() -> Command {
    Command::TransferPolice { to: psb(), papers: vec![paper(PaperKind::Letter, 'a')] }
}

#[test]
fn a_mandatory_report_shows_its_duty_from_the_first_moment() {
    let story = reported(abuse()).act(Command::RecordCall { call: words("110-77") }, sorter(), 2);
    let duty_open = clue(&story.told, &OPEN).unwrap().obligation.unwrap();
    assert_eq!((duty_open.opened_at, duty_open.met_at), (wire(0), None));
    assert_eq!(duty_open.police.unwrap().name, "珠晖公安分局");
    assert_eq!(duty_open.call_number, "110-77");

    let sign = Command::SignReceipt { number: words("R-1") };
    let story = story.act(Command::Claim, duty(), 3).act(sign, duty(), 4);
    let shown = clue(&story.told, &OPEN).unwrap();
    let met = shown.obligation.unwrap();
    assert_eq!((met.met_at, met.receipt_number.as_str()), (wire(4), "R-1"));
    let handed = shown.transfer.unwrap();
    assert_eq!((handed.state.as_str(), handed.receipt_number.as_str()), ("receipted", "R-1"));
    assert_eq!((handed.to.unwrap().id.as_str(), handed.claimed_by.as_str()), ("UN-PSB-430405", "OF-DUTY"));
}

#[test]
fn what_the_police_say_to_a_report_is_shown_with_the_duty() {
    let sign = || Command::SignReceipt { number: words("R-1") };
    let text = sealed("feedback", "已立案侦查");
    let feedback = Command::GiveFeedback { outcome: TransferOutcome::FiledCriminal, text };
    let story = reported(abuse());
    let state = |story: &Story<ClueRule>| clue(&story.told, &OPEN).unwrap().obligation.unwrap().state;
    assert_eq!(state(&story), "open");
    let story = story.act(Command::Claim, duty(), 1).act(sign(), duty(), 2);
    assert_eq!(state(&story), "receipted");
    let story = story.act(Command::Accept, duty(), 3).act(feedback, duty(), 4);
    let said = clue(&story.told, &OPEN).unwrap().obligation.unwrap();
    assert_eq!((said.state.as_str(), said.outcome), ("answered", TransferOutcome::FiledCriminal.to_wire()));
    assert_eq!(said.answering.unwrap().id, "UN-PSB-430405");
    assert_eq!(said.feedback, Some(open("已立案侦查")));
    let blind = clue(&story.told, &BLIND).unwrap().obligation.unwrap();
    assert_eq!(blind.feedback, Some(withheld()));
}

#[test]
fn a_forwarded_report_shows_the_unit_that_must_sign_now() {
    let forward = Command::Forward { to: psb_next(), reason: words("案发地在雁峰") };
    let story = reported(abuse()).act(Command::Claim, duty(), 1).act(forward, duty(), 2);
    let shown = clue(&story.told, &OPEN).unwrap();
    let duty_open = shown.obligation.unwrap();
    assert_eq!((duty_open.state.as_str(), duty_open.reason.as_str()), ("open", "案发地在雁峰"));
    assert_eq!((duty_open.police.unwrap().id.as_str(), duty_open.answering), ("UN-PSB-430406", None));
    assert_eq!(shown.transfer, None);
}

#[test]
fn a_hand_over_is_shown_step_by_step_and_stays_after_it_is_over() {
    let story = reported(fees()).act(sort(Urgency::U2), sorter(), 1).act(to_police(), sorter(), 2);
    let sent = transfer(&story);
    assert_eq!((sent.state.as_str(), sent.confirmed, sent.sent_at), ("sent", false, wire(2)));
    assert_eq!(sent.papers.len(), 1);

    let story = story.act(Command::Claim, duty(), 3);
    assert_eq!(
        (transfer(&story).state.as_str(), transfer(&story).claimed_by.as_str()),
        ("claimed", "OF-DUTY")
    );
    let story = story.act(Command::SignReceipt { number: words("R-9") }, duty(), 4);
    assert_eq!(
        (transfer(&story).state.as_str(), transfer(&story).receipt_number.as_str()),
        ("receipted", "R-9")
    );
    let story = story.act(Command::Accept, duty(), 5).act(Command::ConfirmTransfer, chief(), 6);
    assert_eq!((transfer(&story).state.as_str(), transfer(&story).confirmed), ("accepted", true));

    let text = sealed("feedback", "已立案侦查");
    let feedback = Command::GiveFeedback { outcome: TransferOutcome::FiledCriminal, text };
    let no_contact = Command::InformReporter { text: None, no_contact: Some(words("无法接通")) };
    let story = story.act(feedback, duty(), 7).act(no_contact, sorter(), 8);
    let over = clue(&story.told, &OPEN).unwrap();
    let answered = over.transfer.unwrap();
    assert_eq!((over.stage.as_str(), over.no_contact.as_str()), ("closed", "无法接通"));
    assert_eq!(
        (answered.state.as_str(), answered.outcome),
        ("answered", TransferOutcome::FiledCriminal.to_wire())
    );
    assert_eq!(answered.feedback, Some(open("已立案侦查")));
    let blind = clue(&story.told, &BLIND).unwrap().transfer.unwrap();
    assert_eq!(blind.feedback, Some(withheld()));
}

#[test]
fn a_declined_hand_over_keeps_its_reason() {
    let letter = vec![paper(PaperKind::Letter, 'a')];
    let decline = Command::Decline { reason: words("非消防职责"), suggestion: words("市场监管局") };
    let story = reported(fees())
        .act(sort(Urgency::U3), sorter(), 1)
        .act(Command::TransferOther { to: fire(), papers: letter }, chief(), 2)
        .act(Command::Claim, fireman(), 3)
        .act(decline, fireman(), 4);
    let shown = clue(&story.told, &OPEN).unwrap();
    let declined = shown.transfer.unwrap();
    assert_eq!(shown.stage, "triaged");
    assert_eq!((declined.state.as_str(), declined.claimed_by.as_str()), ("declined", ""));
    assert_eq!((declined.reason.as_str(), declined.suggestion.as_str()), ("非消防职责", "市场监管局"));
    assert!(declined.confirmed, "a leader sent it");
}

#[test]
fn a_request_withdrawn_by_sorting_anew_never_was_a_hand_over() {
    let story = reported(fees()).act(sort(Urgency::U3), sorter(), 1).act(to_police(), sorter(), 2);
    let asked = transfer(&story);
    assert_eq!((asked.state.as_str(), asked.sent_at), ("requested", None));
    let confirmed =
        transfer(&reported(fees()).act(sort(Urgency::U3), sorter(), 1).act(to_police(), sorter(), 2).act(
            Command::ConfirmTransfer,
            chief(),
            3,
        ));
    assert_eq!((confirmed.state.as_str(), confirmed.sent_at, confirmed.confirmed), ("sent", wire(3), true));
    let story = story.act(sort(Urgency::U3), sorter(), 3);
    assert_eq!(clue(&story.told, &OPEN).unwrap().transfer, None);
}
