//! The stored contract: every event under its name, and back.

use super::fixture::*;
use crate::claim::ClaimEvent;
use crate::clock::ClockEvent;
use crate::decider::Decider;
use crate::event::{Stored, decode, encode};
use crate::paper::PaperKind;
use crate::referral::{Charge, Event, ReferralRule, SupplementPaper, WithdrawalReason};
use crate::scenario::survives_storage;
use crate::text::Text;

fn to_the_police() -> Vec<Event> {
    let (to, number, reason) = (police(), number(1), reason());
    vec![
        Event::Drafted(Box::new(draft())),
        Event::Abandoned { number: Some(number.clone()), reason: reason.clone() },
        Event::Submitted { number: Some(number.clone()), papers: letter_papers() },
        Event::HeadApproved { number: number.clone(), paper: None, presiding: Some(number.clone()) },
        Event::HeadRefused {
            number: Some(number.clone()),
            reason: reason.clone(),
            paper: Some(paper(PaperKind::Decision)),
            presiding: None,
        },
        Event::OrderedAnew { number: number.clone() },
        Event::Designated { to: to.clone(), number: number.clone() },
        Event::Delivered {
            to: to.clone(),
            number: number.clone(),
            papers: letter_papers(),
            copy_to: procuratorate().id,
        },
        Event::Receipted { number: receipt_number(), unit: to.id.clone(), paper: paper(PaperKind::Receipt) },
        Event::FellBack { to: to.clone() },
        Event::SupplementRequested {
            number: number.clone(),
            missing: vec![SupplementPaper { kind: PaperKind::Items, note: reason.clone() }],
        },
        Event::Supplemented { number: Some(number.clone()), papers: letter_papers() },
        Event::Forwarded { to: to.clone(), number: number.clone(), reason: reason.clone() },
        Event::NotPoliceMatter {
            number: number.clone(),
            reason: reason.clone(),
            suggestion: Text::parse("market regulation").unwrap(),
        },
        Event::Claim(ClaimEvent::Taken { by: duty().officer, unit: to.id }),
        Event::Claim(ClaimEvent::Released { by: duty().officer, reason }),
        Event::Claim(ClaimEvent::Lapsed { by: duty().officer }),
    ]
}

fn from_the_decision() -> Vec<Event> {
    let (number, reason) = (number(1), reason());
    vec![
        Event::Filed { number: number.clone(), paper: paper(PaperKind::Decision) },
        Event::NotFiled { number: number.clone(), reason: reason.clone(), paper: paper(PaperKind::Notice) },
        Event::ReconsiderationRequested { number: number.clone(), reason: reason.clone() },
        Event::ReconsiderationUpheld { number: number.clone(), reason: reason.clone() },
        Event::SupervisionSuggested { number: number.clone() },
        Event::SupervisionOpened { number: number.clone() },
        Event::ReasonsGiven { number: number.clone(), reason: reason.clone() },
        Event::ReasonsAccepted { number: number.clone() },
        Event::FilingOrdered { number: number.clone() },
        Event::HandedOver { number: Some(number.clone()), paper: paper(PaperKind::HandOver) },
        Event::ReturnedForAdmin { number: Some(number.clone()) },
        Event::Withdrawn { number: number.clone(), reason: WithdrawalReason::TimeBarred },
        Event::WithdrawalNotified { number: number.clone() },
        Event::Concluded { number, outcome: reason },
        Event::FeedbackGiven { text: sealed() },
        Event::Clock(ClockEvent::Stopped { rule: "referral-receipt".to_owned(), on_time: true }),
    ]
}

fn every_event() -> Vec<Event> {
    [to_the_police(), from_the_decision()].concat()
}

#[test]
fn every_event_is_stored_under_its_name_and_read_back() {
    for event in &every_event() {
        survives_storage(event);
    }
}

#[test]
fn stored_names_are_distinct_and_of_this_rule() {
    let mut kinds: Vec<&str> = every_event().iter().map(Stored::kind).collect();
    assert!(
        kinds
            .iter()
            .all(|kind| { ["referral.", "claim.", "clock."].iter().any(|area| kind.starts_with(area)) })
    );
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds.len(), every_event().len());
}

#[test]
fn an_event_without_facts_is_an_empty_object() {
    assert_eq!(encode(&Event::ReturnedForAdmin { number: None }).unwrap(), "{}");
    assert!(decode::<Event>("referral.unheard-of", "{}").is_err());
    assert!(decode::<Event>("referral.filed", "{}").is_err());
}

#[test]
fn a_charge_is_an_article_of_the_criminal_law() {
    for good in ["266", "236-1", " 451 ", "102"] {
        assert_eq!(good.parse::<Charge>().unwrap().to_string(), good.trim());
    }
    for bad in ["", "101", "452", "236-", "-1", "236-21", "+266", "two"] {
        assert!(bad.parse::<Charge>().is_err(), "{bad}");
    }
}

#[test]
fn every_command_has_its_own_action() {
    let commands = super::under_fire::every_command(&police());
    let mut actions: Vec<&str> = commands.iter().map(ReferralRule::action).collect();
    assert!(actions.iter().all(|action| action.starts_with("referral.")));
    actions.sort_unstable();
    actions.dedup();
    assert_eq!(actions.len(), 32);
    assert_eq!(accept_return().action(), "referral.accept-return");
}
