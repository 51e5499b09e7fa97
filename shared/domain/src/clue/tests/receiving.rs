//! The queue entry on the receiving side: claim, receipt, acceptance, forwarding, declining, answer.

use jiff::SignedDuration;

use super::fixture::*;
use crate::actor::Stamp;
use crate::category::Urgency;
use crate::claim::{Claim, ClaimEvent};
use crate::clue::{Clue, Command, Event};

fn release() -> Command {
    Command::Release { reason: text("called to the scene") }
}

#[test]
fn an_officer_of_the_receiving_unit_claims_the_entry() {
    with_police()
        .when(Command::Claim, by(duty(), 6))
        .then(&["claim.taken"])
        .clocks(&["clock.started claim-lease"]);
    with_police()
        .when(Command::Claim, by(next_duty(), 6))
        .refused("NOT_YOUR_UNIT")
        .fact("unit", "UN-PSB-430405");
    with_police().when(Command::Claim, by(sorter(), 6)).refused("NOT_YOUR_UNIT");
}

#[test]
fn of_two_officers_who_claim_one_wins_and_the_other_is_told_who() {
    claimed()
        .when(Command::Claim, by(duty_two(), 6))
        .refused("ALREADY_CLAIMED")
        .fact("by", "OF-duty")
        .fact("since", "2026-09-08T01:06:00Z");
    signed()
        .when(Command::Claim, by(duty_two(), 8))
        .refused("ALREADY_CLAIMED")
        .fact("by", "OF-duty")
        .fact("since", "2026-09-08T01:07:00Z");
}

#[test]
fn claiming_what_one_holds_changes_nothing() {
    claimed().when(Command::Claim, by(duty(), 7)).nothing();
    signed().when(Command::Claim, by(duty(), 8)).nothing();
}

#[test]
fn a_clue_that_waits_for_nobody_cannot_be_claimed_or_signed_for() {
    triaged(Urgency::U3).when(Command::Claim, by(duty(), 2)).refused("NOTHING_TO_RECEIVE");
    triaged(Urgency::U3).when(sign("R-1"), by(duty(), 2)).refused("NOTHING_TO_RECEIVE");
    triaged(Urgency::U3).when(forward(psb_next()), by(duty(), 2)).refused("NOTHING_TO_RECEIVE");
    triaged(Urgency::U3).when(decline(), by(duty(), 2)).refused("NOTHING_TO_RECEIVE");
    triaged(Urgency::U3).when(Command::Accept, by(duty(), 2)).refused("WRONG_STAGE");
    triaged(Urgency::U3).when(feedback(), by(duty(), 2)).refused("WRONG_STAGE");
}

#[test]
fn who_gives_the_entry_back_frees_it_for_others() {
    let released = claimed().when(release(), by(duty(), 7));
    let reason = text("called to the scene");
    let given_back = ClaimEvent::Released { by: duty().officer, reason };
    assert_eq!(released.events().first(), Some(&Event::Claim(given_back)));
    released
        .then(&["claim.released"])
        .clocks(&["clock.stopped claim-lease"])
        .given()
        .when(Command::Claim, by(duty_two(), 8))
        .then(&["claim.taken"]);
    claimed().when(release(), by(duty_two(), 7)).refused("NOT_CLAIMED_BY_YOU");
    with_police().when(release(), by(duty(), 7)).refused("NOT_CLAIMED_BY_YOU");
    signed().when(release(), by(duty(), 8)).refused("NOT_CLAIMED_BY_YOU");
}

#[test]
fn who_holds_the_entry_signs_the_receipt_and_keeps_it() {
    claimed()
        .when(sign("R-1"), by(duty(), 7))
        .then(&["clue.transfer-receipted"])
        .clocks(&["clock.stopped claim-lease", "clock.stopped clue-police-receipt"])
        .leaves(|state| assert!(matches!(state.clue().map(Clue::claim), Some(Claim::Kept { .. }))))
        .leaves(|state| assert_eq!(state.clue().and_then(Clue::queue_unit), None));
    claimed().when(sign("R-1"), by(duty_two(), 7)).refused("ALREADY_CLAIMED").fact("by", "OF-duty");
    with_police().when(sign("R-1"), by(duty(), 7)).refused("NOT_CLAIMED_BY_YOU");
}

#[test]
fn a_receipt_is_never_changed_not_even_replayed() {
    for number in ["R-1", "R-2"] {
        signed()
            .when(sign(number), by(duty(), 8))
            .refused("RECEIPT_IMMUTABLE")
            .fact("unit", "UN-PSB-430405")
            .fact("number", "R-1")
            .fact("at", "2026-09-08T01:07:00Z");
    }
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(sign("R-1"), by(duty(), 2))
        .when(sign("R-2"), by(duty(), 3))
        .refused("RECEIPT_IMMUTABLE")
        .fact("number", "R-1");
}

#[test]
fn a_receipt_is_not_dated_back_before_the_transfer() {
    let back = Stamp { by: duty(), at: minute(2), recorded: minute(30) };
    claimed()
        .when(sign("R-1"), back)
        .refused("BEFORE_PREVIOUS")
        .fact("at", "2026-09-08T01:02:00Z")
        .fact("previous", "2026-09-08T01:06:00Z");
    let late = Stamp { by: duty(), at: minute(7), recorded: minute(50) };
    claimed().when(sign("R-1"), late).then(&["clue.transfer-receipted"]);
}

#[test]
fn an_act_cannot_lie_in_the_future() {
    let ahead = Stamp { by: duty(), at: minute(9), recorded: minute(7) };
    claimed().when(sign("R-1"), ahead).refused("IN_FUTURE").fact("recorded", "2026-09-08T01:07:00Z");
}

#[test]
fn watches_that_differ_a_little_do_not_refuse_an_act() {
    let recorded = minute(6) - SignedDuration::from_secs(2);
    let behind = Stamp { by: duty_two(), at: recorded, recorded };
    claimed().when(Command::Claim, behind).refused("ALREADY_CLAIMED");
}

#[test]
fn the_receiving_unit_accepts_after_the_receipt_and_once() {
    claimed().when(Command::Accept, by(duty(), 7)).refused("RECEIPT_FIRST");
    signed().when(Command::Accept, by(duty_two(), 8)).then(&["clue.transfer-accepted"]);
    signed().when(Command::Accept, by(next_duty(), 8)).refused("NOT_YOUR_UNIT");
    accepted().when(Command::Accept, by(duty(), 9)).refused("ALREADY_ACCEPTED").fact("unit", "UN-PSB-430405");
}

#[test]
fn a_forwarded_entry_is_offered_anew_to_the_other_unit() {
    for scene in [claimed(), signed()] {
        scene
            .when(forward(psb_next()), by(duty(), 9))
            .then(&["clue.transfer-forwarded"])
            .clock("clock.started clue-forward-receipt")
            .leaves(|state| assert_eq!(state.clue().and_then(Clue::queue_unit), Some(&psb_next())))
            .given()
            .after(Command::Claim, by(next_duty(), 10))
            .when(sign("N-1"), by(next_duty(), 11))
            .then(&["clue.transfer-receipted"]);
    }
}

#[test]
fn forwarding_is_for_who_holds_the_entry_to_another_police_unit_before_acceptance() {
    with_police().when(forward(psb_next()), by(duty(), 9)).refused("NOT_CLAIMED_BY_YOU");
    claimed().when(forward(psb_next()), by(duty_two(), 9)).refused("ALREADY_CLAIMED");
    claimed().when(forward(psb_next()), by(next_duty(), 9)).refused("NOT_YOUR_UNIT");
    claimed().when(forward(psb()), by(duty(), 9)).refused("FORWARD_TO_ITSELF").fact("unit", "UN-PSB-430405");
    claimed().when(forward(fire()), by(duty(), 9)).refused("NOT_POLICE");
    accepted().when(forward(psb_next()), by(duty(), 9)).refused("ALREADY_ACCEPTED");
}

#[test]
fn two_units_that_both_deny_competence_do_not_send_a_matter_to_and_fro() {
    let passed =
        || claimed().after(forward(psb_next()), by(duty(), 9)).after(Command::Claim, by(next_duty(), 10));
    passed()
        .when(forward(psb()), by(next_duty(), 11))
        .refused("HAD_IT_ALREADY")
        .fact("unit", "UN-PSB-430405");
    passed().when(forward(psb_city()), by(next_duty(), 11)).then(&["clue.transfer-forwarded"]);
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(forward(psb_next()), by(duty(), 2))
        .after(Command::Claim, by(next_duty(), 3))
        .when(forward(psb()), by(next_duty(), 4))
        .refused("HAD_IT_ALREADY");
    passed()
        .after(decline(), by(next_duty(), 11))
        .after(to_police(psb_next()), by(sorter(), 12))
        .after(Command::Claim, by(next_duty(), 13))
        .when(forward(psb()), by(next_duty(), 14))
        .then(&["clue.transfer-forwarded"]);
}

#[test]
fn an_officer_who_moved_to_another_unit_signs_no_more_for_the_old_one() {
    let moved = crate::actor::Actor { unit: psb_next(), ..duty() };
    claimed().when(sign("R-1"), by(moved.clone(), 7)).refused("NOT_YOUR_UNIT");
    claimed().when(forward(psb_city()), by(moved.clone(), 7)).refused("NOT_YOUR_UNIT");
    claimed().when(Command::Release { reason: text("moved") }, by(moved, 7)).then(&["claim.released"]);
}

#[test]
fn another_agency_forwards_neither_to_the_police_nor_back_to_the_sender() {
    let held = || with_fire().after(Command::Claim, by(fireman(), 6));
    held().when(forward(samr()), by(fireman(), 7)).then(&["clue.transfer-forwarded"]);
    held().when(forward(psb()), by(fireman(), 7)).refused("POLICE_BY_POLICE_TRANSFER");
    held().when(forward(edu()), by(fireman(), 7)).refused("OWN_AGENCY");
}

#[test]
fn a_declined_clue_is_not_lost_but_sorted_anew() {
    for scene in [claimed(), signed()] {
        scene
            .when(decline(), by(duty(), 9))
            .then(&["clue.transfer-declined"])
            .clock("clock.started clue-unowned-u2")
            .leaves(|state| assert_eq!(stage(state), "triaged"))
            .given()
            .when(assign(samr()), by(sorter(), 10))
            .then(&["clue.assigned"]);
    }
    with_police().when(decline(), by(duty(), 9)).refused("NOT_CLAIMED_BY_YOU");
    accepted().when(decline(), by(duty(), 9)).refused("ALREADY_ACCEPTED");
    claimed().when(decline(), by(sorter(), 9)).refused("NOT_YOUR_UNIT");
}

#[test]
fn the_receiving_unit_answers_after_acceptance_and_may_answer_again() {
    claimed().when(feedback(), by(duty(), 9)).refused("RECEIPT_FIRST");
    signed().when(feedback(), by(duty(), 9)).refused("ACCEPT_FIRST");
    accepted().when(feedback(), by(next_duty(), 9)).refused("NOT_YOUR_UNIT");
    accepted()
        .when(feedback(), by(duty(), 9))
        .then(&["clue.feedback-received"])
        .leaves(|state| assert_eq!(stage(state), "awaiting-feedback"))
        .given()
        .when(feedback(), by(duty(), 10))
        .then(&["clue.feedback-received"]);
}
