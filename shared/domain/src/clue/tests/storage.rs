//! Every event of a clue is stored under its name and read back as it was.

use std::collections::BTreeSet;

use super::fixture::*;
use crate::category::{Category, Harm, Minor, Urgency};
use crate::claim::ClaimEvent;
use crate::clock::{ClockEvent, Told};
use crate::clue::event::{Part, Person};
use crate::clue::{Conclusion, Event, Reporter, TransferOutcome};
use crate::event::{Stored, decode};
use crate::paper::PaperKind;
use crate::period::Who;
use crate::scenario::survives_storage;

fn full_report() -> Event {
    let reporter = Reporter::Named {
        subject: "SU-reporter".parse().unwrap(),
        name: sealed("name"),
        phone: Some(sealed("phone")),
        secret: true,
    };
    let person = Person {
        subject: "SU-child".parse().unwrap(),
        part: Part::Victim,
        minor: Minor::Under14,
        name: sealed("name"),
        id_number: Some(sealed("id-number")),
    };
    let report = crate::clue::Report {
        reporter,
        persons: vec![person],
        harm: vec![Harm::Injury],
        papers: vec![paper(PaperKind::Evidence)],
        situation: Some(4),
        place: Some(sealed("place")),
        source: Some(text("hotline/77")),
        ..abuse()
    };
    nothing().when(file(report), by(sorter(), 0)).events().first().cloned().unwrap()
}

fn intake() -> Vec<Event> {
    vec![
        full_report(),
        Event::ObligationOpened { police: psb() },
        Event::CallRecorded { call: text("110-77") },
        Event::ObligationMet { receipt: text("R-1") },
        Event::Absorbed { from: clue_id(2), urgency: Urgency::U1 },
        Event::MergeProposed { into: clue_id(2) },
        Event::Merged { into: clue_id(2), urgency: Urgency::U2 },
        Event::MergeUndone { into: clue_id(2) },
        Event::Triaged {
            category: Category::FireExit,
            urgency: Urgency::U2,
            minor: Minor::None,
            harm: vec![Harm::Danger],
        },
        Event::Assigned { to: samr() },
        Event::Returned { reason: text("not ours"), designator: Some(edu_city()) },
        Event::VerificationStarted { team: vec!["OF-1".parse().unwrap(), "OF-2".parse().unwrap()] },
        Event::VerificationExtended { reason: text("two schools") },
        Event::Concluded { result: Conclusion::Unverifiable, summary: sealed("summary") },
    ]
}

fn beyond() -> Vec<Event> {
    vec![
        Event::PoliceTransferRequested { to: psb(), papers: letter() },
        Event::PoliceTransferred { to: psb(), papers: letter(), confirmed: false },
        Event::TransferConfirmed {},
        Event::TransferredOther { to: fire(), papers: letter() },
        Event::TransferReceipted { number: text("R-1"), unit: psb().id },
        Event::TransferAccepted {},
        Event::TransferForwarded { to: psb_next(), reason: text("your area") },
        Event::TransferDeclined { reason: text("not ours"), suggestion: text("market") },
        Event::FeedbackReceived { outcome: TransferOutcome::FiledCriminal, text: sealed("feedback") },
        Event::AdminCaseOpened { number: number("衡珠市监罚字〔2026〕12号") },
        Event::FineDecided { number: number("衡珠市监罚字〔2026〕12号"), fen: u64::MAX.to_string() },
        Event::ReferralOpened { draft: draft(7) },
        Event::ReferralEnded { referral: referral_id(7), filed: true },
        Event::ReferralResumed { referral: referral_id(7) },
        Event::ReporterInformed { text: Some(sealed("answer")), no_contact: None },
        Event::Reopened { reason: text("new fact"), order: Some(number("衡教督〔2026〕3号")) },
        Event::FellBack { to: edu_duty() },
    ]
}

fn within() -> Vec<Event> {
    let rule = || "clue-conclude".to_owned();
    let told =
        vec![Told { who: Who::Superior, unit: Some(edu_city().id) }, Told { who: Who::CityDuty, unit: None }];
    let started = ClockEvent::Started {
        rule: rule(),
        rule_version: 1,
        calendar: "2026".to_owned(),
        started: start(),
        warn_half: Some(minute(5)),
        warn_most: None,
        due: minute(10),
    };
    let clocks = vec![
        started,
        ClockEvent::Warned { rule: rule(), percent: 80, told: told.clone() },
        ClockEvent::Breached { rule: rule(), due: minute(10), told },
        ClockEvent::Lapsed { rule: rule(), due: minute(10) },
        ClockEvent::Stopped { rule: rule(), on_time: true },
    ];
    let claims = vec![
        ClaimEvent::Taken { by: duty().officer, unit: psb().id },
        ClaimEvent::Released { by: duty().officer, reason: text("called to the scene") },
        ClaimEvent::Lapsed { by: duty().officer },
    ];
    claims.into_iter().map(Event::Claim).chain(clocks.into_iter().map(Event::Clock)).collect()
}

#[test]
fn every_kind_of_event_survives_storage() {
    let all: Vec<Event> = intake().into_iter().chain(beyond()).chain(within()).collect();
    for event in &all {
        survives_storage(event);
    }
    let kinds: BTreeSet<&str> = all.iter().map(Stored::kind).collect();
    assert_eq!(kinds.len(), 39, "one of each kind");
}

#[test]
fn an_event_of_another_name_or_shape_is_not_a_clue_event() {
    assert!(decode::<Event>("clue.unheard-of", "{}").is_err());
    assert!(decode::<Event>("clue.assigned", "{}").is_err());
    assert!(decode::<Event>("referral.drafted", "{}").is_err());
}

#[test]
fn no_stored_event_shows_what_is_sealed() {
    let body = crate::event::encode(&full_report()).unwrap();
    assert!(body.contains("c2VhbGVk"));
    assert!(!format!("{:?}", full_report()).contains("c2VhbGVk"), "not even in a log line");
}
