//! Clocks A to M: what starts them, what stops them, when they end, who is told.

use super::fixture::*;
use crate::actor::Stamp;
use crate::claim::{Claim, ClaimEvent};
use crate::clock::{ClockEvent, Stage, Told};
use crate::event::Stored;
use crate::period::{Periods, Who};
use crate::referral::{Command, Event, State};

const A: &str = "referral-head-decision";
const B: &str = "referral-delivery";
const C: &str = "referral-receipt";
const D: &str = "referral-filing-decision";
const E: &str = "referral-jurisdiction-notice";
const F: &str = "referral-supplement";
const G: &str = "referral-hand-over";
const J: &str = "referral-reconsideration";
const L: &str = "referral-reasons";
const M: &str = "referral-ordered-filing";
const WITHDRAWAL: &str = "referral-withdrawal-notice";
const LEASE: &str = "claim-lease";

/// Asserts that a clock runs and when it ends, in Beijing time.
#[track_caller]
fn ends(rule: &'static str, due: &'static str) -> impl FnOnce(&State) {
    move |state| {
        let clock = state.known().unwrap().clocks().get(rule).cloned();
        assert_eq!(clock.map(|running| running.due), Some(beijing(due)), "{rule}");
    }
}

#[track_caller]
fn idle(rule: &'static str) -> impl FnOnce(&State) {
    move |state| assert_eq!(state.known().unwrap().clocks().get(rule), None, "{rule}")
}

fn service(time: &str) -> Stamp {
    at(clock_service(), beijing(time))
}

#[test]
fn a_the_head_has_three_days() {
    drafted()
        .when(submit(), at(member(), hour(1)))
        .clocks(&["clock.started referral-head-decision"])
        .leaves(ends(A, "2024-09-06T00:00:00"));
    pending().when(approve(), at(head(), hour(2))).leaves(idle(A)).leaves(stands("S3"));
    pending().when(refuse(), at(head(), hour(2))).leaves(idle(A));
}

#[test]
fn a_breach_of_a_is_told_to_the_superior_and_does_not_block() {
    let told = vec![Told { who: Who::Superior, unit: Some(superior().id) }];
    let late = Command::Ring { rule: A.to_owned(), stage: Stage::Due, told: told.clone(), fallback: None };
    let outcome = pending().when(late, service("2024-09-06T00:01:00"));
    let Some(Event::Clock(ClockEvent::Breached { told: noted, .. })) = outcome.events().first() else {
        panic!("breached")
    };
    assert_eq!(noted, &told);
    outcome
        .given()
        .when(approve(), at(head(), beijing("2024-09-07T09:00:00")))
        .then(&["referral.head-approved"])
        .leaves(idle(A));
}

#[test]
fn b_delivery_has_24_hours_from_the_next_full_hour() {
    pending()
        .when(approve(), at(head(), beijing("2024-09-27T16:20:00")))
        .leaves(ends(B, "2024-09-28T17:00:00"))
        .given()
        .when(deliver_to(police()), at(member(), beijing("2024-09-27T17:00:00")))
        .leaves(idle(B));
}

/// Delivered on the Friday before National Day 2024 (1 to 7 October off, 29 September worked).
fn before_national_day() -> Story {
    approved()
        .when(deliver_to(police()), at(member(), beijing("2024-09-27T16:20:00")))
        .leaves(ends(C, "2024-09-28T17:00:00"))
        .given()
        .after(Command::Claim, at(duty(), beijing("2024-09-28T09:00:00")))
}

#[test]
fn c_d_e_over_national_day_hours_run_through_and_days_roll() {
    before_national_day()
        .when(sign(), at(duty(), beijing("2024-09-28T09:10:00")))
        .clocks(&[
            "clock.stopped claim-lease",
            "clock.stopped referral-receipt",
            "clock.started referral-filing-decision",
            "clock.started referral-jurisdiction-notice",
        ])
        .leaves(idle(C))
        .leaves(ends(D, "2024-10-09T00:00:00"))
        .leaves(ends(E, "2024-09-29T10:00:00"));
}

#[test]
fn d_keeps_running_while_the_agency_supplements_and_f_cancels_nothing() {
    let outcome = receipted()
        .when(ask(), at(duty(), hour(5)))
        .leaves(idle(E))
        .leaves(ends(D, "2024-09-06T00:00:00"))
        .leaves(ends(F, "2024-09-06T00:00:00"));
    let expired = outcome
        .given()
        .when(ring(F, Stage::Due), service("2024-09-06T00:01:00"))
        .clocks(&["clock.breached referral-supplement"])
        .leaves(stands("S6"))
        .given();
    expired
        .when(supplement(letter_papers()), at(member(), hour(100)))
        .then(&["referral.supplemented"])
        .leaves(idle(F))
        .leaves(ends(D, "2024-09-06T00:00:00"));
}

#[test]
fn e_passes_with_a_note_and_a_late_notice_is_still_lawful() {
    let late = beijing("2024-09-04T09:00:00");
    receipted()
        .when(ring(E, Stage::Due), at(clock_service(), late))
        .clocks(&["clock.lapsed referral-jurisdiction-notice"])
        .given()
        .when(forward_to(other_police()), at(duty(), late))
        .then(&["referral.forwarded"]);
}

#[test]
fn forwarding_stops_d_and_starts_a_new_c() {
    receipted()
        .when(forward_to(other_police()), at(duty(), beijing("2024-09-03T08:30:00")))
        .leaves(idle(D))
        .leaves(idle(E))
        .leaves(ends(C, "2024-09-04T09:00:00"));
}

#[test]
fn g_hand_over_has_three_days() {
    receipted().when(file(), at(chief(), hour(5))).leaves(idle(D)).leaves(ends(G, "2024-09-06T00:00:00"));
    filed().when(hand_over(), at(member(), hour(6))).leaves(idle(G));
    filed().when(withdraw(), at(duty(), hour(6))).leaves(idle(G));
}

#[test]
fn h_and_k_are_rights_of_three_days() {
    for rule in ["referral-reconsideration-right", "referral-supervision-right"] {
        let period = Periods::standard().all().iter().find(|row| row.id == rule).unwrap();
        assert!(matches!(period.letter, Some('H' | 'K')));
    }
    receipted()
        .when(not_file(), at(chief(), hour(5)))
        .leaves(ends("referral-reconsideration-right", "2024-09-06T00:00:00"));
    not_filed()
        .when(reconsider(), at(member(), hour(6)))
        .leaves(idle("referral-reconsideration-right"))
        .leaves(ends(J, "2024-09-06T00:00:00"));
    reconsidering()
        .when(uphold(), at(duty(), hour(7)))
        .leaves(idle(J))
        .leaves(ends("referral-supervision-right", "2024-09-06T00:00:00"));
}

#[test]
fn l_seven_days_for_reasons_roll_over_national_day_and_m_has_fifteen() {
    let opened = not_filed()
        .when(supervise(), at(prosecutor(), beijing("2024-09-24T10:00:00")))
        .leaves(idle("referral-reconsideration-right"))
        .leaves(ends(L, "2024-10-09T00:00:00"))
        .given();
    opened
        .after(give_reasons(), at(duty(), beijing("2024-09-25T10:00:00")))
        .when(order_filing(), at(prosecutor(), beijing("2024-09-26T10:00:00")))
        .leaves(idle(L))
        .leaves(ends(M, "2024-10-12T00:00:00"))
        .given()
        .when(file(), at(chief(), beijing("2024-09-27T10:00:00")))
        .leaves(idle(M))
        .leaves(ends(G, "2024-10-01T00:00:00"));
}

#[test]
fn the_agency_hears_of_a_withdrawal_within_three_days() {
    filed().when(withdraw(), at(duty(), hour(6))).leaves(ends(WITHDRAWAL, "2024-09-06T00:00:00"));
    withdrawn().when(notify(), at(duty(), hour(7))).leaves(idle(WITHDRAWAL));
}

#[test]
fn the_lease_lapses_and_the_entry_is_offered_again() {
    let outcome = claimed()
        .when(ring(LEASE, Stage::Due), at(clock_service(), hour(4)))
        .then(&["claim.lapsed"])
        .clocks(&["clock.lapsed claim-lease"])
        .leaves(|state| assert_eq!(state.known().unwrap().claim(), &Claim::Open));
    outcome
        .given()
        .when(Command::Claim, at(second_duty(), hour(4)))
        .then(&["claim.taken"])
        .clocks(&["clock.started claim-lease"]);
    let taken = ClaimEvent::Taken { by: duty().officer, unit: police().id };
    assert_eq!(Event::Claim(taken).kind(), "claim.taken");
}

#[test]
fn a_claim_of_a_lapsed_lease_does_not_sign() {
    claimed()
        .after(ring(LEASE, Stage::Due), at(clock_service(), hour(4)))
        .when(sign(), at(duty(), hour(5)))
        .refused("NOT_CLAIMED_BY_YOU");
}

#[test]
fn ringing_too_early_or_twice_does_nothing() {
    claimed().when(ring(LEASE, Stage::Due), at(clock_service(), hour(3))).nothing();
    let rung = pending()
        .when(ring(A, Stage::Half), service("2024-09-05T09:00:00"))
        .clocks(&["clock.warned referral-head-decision"])
        .given();
    rung.when(ring(A, Stage::Half), service("2024-09-05T09:00:00")).nothing();
    approved().when(ring(A, Stage::Due), service("2024-09-09T09:00:00")).nothing();
}

#[test]
fn only_the_clock_service_rings() {
    pending().when(ring(A, Stage::Due), at(head(), hour(200))).refused("NOT_THE_CLOCK");
}

#[test]
fn a_ring_does_not_date_the_next_step() {
    pending()
        .after(ring(A, Stage::Half), service("2024-09-05T09:00:00"))
        .when(approve(), at(head(), beijing("2024-09-04T09:00:00")))
        .then(&["referral.head-approved"]);
}

#[test]
fn escalations_are_those_of_the_handbook() {
    let expected: [(char, &[Who]); 12] = [
        ('A', &[Who::Superior]),
        ('B', &[Who::Superior, Who::Procuratorate]),
        ('C', &[Who::PoliceSuperior, Who::Fallback]),
        ('D', &[Who::PoliceSuperior, Who::Procuratorate]),
        ('E', &[]),
        ('F', &[Who::Leader]),
        ('G', &[Who::Leader]),
        ('H', &[]),
        ('J', &[Who::Procuratorate]),
        ('K', &[]),
        ('L', &[Who::Procuratorate]),
        ('M', &[Who::Procuratorate]),
    ];
    for (letter, tell) in expected {
        let row = Periods::standard().all().iter().rfind(|row| row.letter == Some(letter)).unwrap();
        assert_eq!(row.on_breach.tell, tell, "{letter}");
    }
}
