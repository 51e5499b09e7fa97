//! Who decides in the head's place, by which document, and the numbers of what is decided.

use super::fixture::*;
use crate::actor::Role;
use crate::document_number::DocumentNumber;
use crate::event::encode;
use crate::paper::PaperKind;
use crate::referral::{Command, Event};

fn delegation() -> DocumentNumber {
    number(77)
}

fn approve_as(presiding: Option<DocumentNumber>) -> Command {
    Command::Approve { number: number(1), paper: None, presiding }
}

fn refuse_as(presiding: Option<DocumentNumber>) -> Command {
    Command::Refuse { number: number(22), reason: reason(), paper: None, presiding }
}

#[test]
fn a_leader_who_presides_decides_and_the_delegation_is_on_record() {
    let approved = pending().when(approve_as(Some(delegation())), at(leader(), hour(2)));
    let Some(Event::HeadApproved { presiding, .. }) = approved.events().first() else { panic!("approved") };
    assert_eq!(presiding.as_ref(), Some(&delegation()));
    approved.then(&["referral.head-approved"]).leaves(stands("S3"));
    let refused = pending().when(refuse_as(Some(delegation())), at(leader(), hour(2)));
    let Some(Event::HeadRefused { presiding, number: decision, .. }) = refused.events().first() else {
        panic!("refused")
    };
    assert_eq!((presiding.as_ref(), decision.as_ref()), (Some(&delegation()), Some(&number(22))));
}

#[test]
fn a_leader_without_a_delegation_does_not_decide() {
    pending().when(approve_as(None), at(leader(), hour(2))).refused("NOT_HEAD");
    pending().when(refuse_as(None), at(leader(), hour(2))).refused("NOT_HEAD");
}

#[test]
fn a_delegation_makes_no_leader() {
    pending().when(approve_as(Some(delegation())), at(colleague(), hour(2))).refused("NOT_HEAD");
    let elsewhere = actor("chief-1", superior(), Role::Leader);
    pending().when(approve_as(Some(delegation())), at(elsewhere, hour(2))).refused("NOT_YOUR_UNIT");
}

#[test]
fn who_presides_is_never_one_of_the_team() {
    let mut one = member();
    one.roles.push(Role::Leader);
    pending()
        .when(approve_as(Some(delegation())), at(one, hour(2)))
        .refused("APPROVER_IN_TEAM")
        .fact("officer", "OF-team-1");
}

#[test]
fn the_head_decides_in_their_own_name() {
    let outcome = pending().when(approve_as(Some(delegation())), at(head(), hour(2)));
    let Some(Event::HeadApproved { presiding: None, .. }) = outcome.events().first() else {
        panic!("no delegation")
    };
}

#[test]
fn the_signed_decision_travels_with_it_and_is_nothing_else() {
    let with = |kind| Command::Approve { number: number(1), paper: Some(paper(kind)), presiding: None };
    let outcome = pending().when(with(PaperKind::Decision), at(head(), hour(2)));
    let Some(Event::HeadApproved { paper: Some(signed), .. }) = outcome.events().first() else {
        panic!("with its paper")
    };
    assert_eq!(signed, &paper(PaperKind::Decision));
    pending()
        .when(with(PaperKind::Report), at(head(), hour(2)))
        .refused("WRONG_PAPER")
        .fact("expected", "decision");
}

#[test]
fn every_step_of_the_agency_carries_its_number() {
    let number = |decided: &[Event]| {
        let stored: serde_json::Value = serde_json::from_str(&encode(decided.first()?).unwrap()).unwrap();
        stored.get("number").and_then(|number| number.as_str()).map(ToOwned::to_owned)
    };
    let told = |serial: u32| Some(format!("珠教移〔2024〕{serial}号"));
    let outcome = drafted().when(submit(), at(member(), hour(1)));
    assert_eq!(number(outcome.events()), told(21));
    let outcome = drafted().when(abandon(), at(leader(), hour(1)));
    assert_eq!(number(outcome.events()), told(23));
    let outcome = asked().when(supplement(letter_papers()), at(member(), hour(6)));
    assert_eq!(number(outcome.events()), told(24));
    let outcome = not_filed().when(accept_return(), at(member(), hour(6)));
    assert_eq!(number(outcome.events()), told(25));
    let outcome = filed().when(hand_over(), at(member(), hour(6)));
    assert_eq!(number(outcome.events()), told(26));
}
