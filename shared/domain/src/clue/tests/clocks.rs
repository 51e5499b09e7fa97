//! The clocks of the clue table: what starts and stops them, and what follows when they ring.

use jiff::Timestamp;

use super::fixture::*;
use crate::category::{Category, Minor, Urgency};
use crate::clock::Stage;
use crate::clue::{Clue, ClueRule, Command, Conclusion, State};
use crate::scenario::Outcome;

fn ring(rule: &str, stage: Stage) -> Command {
    Command::Ring { rule: rule.to_owned(), stage, told: Vec::new() }
}

fn due(state: &State, rule: &str) -> Option<Timestamp> {
    state.clue()?.clocks().get(rule).map(|running| running.due)
}

fn running(state: &State) -> Vec<&str> {
    let rings = state.clue().map(|clue| clue.clocks().agenda()).unwrap_or_default();
    let known = |rule: &str| crate::period::Periods::standard().all().iter().find(|row| row.id == rule);
    rings.iter().filter_map(|ring| known(&ring.rule)).map(|row| row.id.as_str()).collect()
}

fn at(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn when_reported(urgency: Urgency) -> Outcome<ClueRule> {
    let report = crate::clue::Report { urgency, ..fees() };
    nothing().when(file(report), by(sorter(), 0))
}

#[test]
fn triage_has_15_minutes_2_hours_1_or_3_working_days() {
    let rows = [
        (Urgency::U1, "clue-triage-u1", "2026-09-08T01:15:00Z"),
        (Urgency::U2, "clue-triage-u2", "2026-09-08T03:00:00Z"),
        (Urgency::U3, "clue-triage-u3", "2026-09-09T16:00:00Z"),
        (Urgency::U4, "clue-triage-u4", "2026-09-11T16:00:00Z"),
    ];
    for (urgency, rule, end) in rows {
        when_reported(urgency)
            .clocks(&[&format!("clock.started {rule}")])
            .leaves(|state| assert_eq!(due(state, rule), at(end)))
            .given()
            .when(sort(Category::FeeFraud, urgency), by(sorter(), 1))
            .clock(&format!("clock.stopped {rule}"));
    }
}

#[test]
fn a_mandatory_report_is_sounded_after_30_minutes() {
    nothing()
        .when(file(abuse()), by(sorter(), 0))
        .clocks(&["clock.started clue-triage-u1", "clock.started police-report"])
        .leaves(|state| assert_eq!(due(state, "police-report"), at("2026-09-08T01:30:00Z")))
        .given()
        .when(ring("police-report", Stage::Due), by(service(), 31))
        .then(&[])
        .clocks(&["clock.breached police-report"])
        .given()
        .after(Command::Claim, by(duty(), 40))
        .when(sign("R-1"), by(duty(), 41))
        .clock("clock.stopped police-report");
}

#[test]
fn verification_starts_within_2_hours_24_hours_3_or_7_working_days() {
    let rows = [
        (Urgency::U1, "clue-start-u1", "2026-09-08T03:02:00Z"),
        (Urgency::U2, "clue-start-u2", "2026-09-09T02:00:00Z"),
        (Urgency::U3, "clue-start-u3", "2026-09-11T16:00:00Z"),
        (Urgency::U4, "clue-start-u4", "2026-09-17T16:00:00Z"),
    ];
    for (urgency, rule, end) in rows {
        triaged(urgency)
            .when(assign(samr()), by(sorter(), 2))
            .leaves(|state| assert_eq!(due(state, rule), at(end)))
            .given()
            .when(team(), by(handler(), 3))
            .clock(&format!("clock.stopped {rule}"));
    }
}

#[test]
fn the_general_period_of_15_working_days_is_extended_by_15_more_from_its_end() {
    assigned()
        .when(team(), by(handler(), 3))
        .clock("clock.started clue-conclude")
        .leaves(|state| assert_eq!(due(state, "clue-conclude"), at("2026-09-29T16:00:00Z")))
        .given()
        .when(Command::ExtendVerification { reason: text("two schools") }, by(chief(), 4))
        .clocks(&["clock.stopped clue-conclude", "clock.started clue-conclude-extended"])
        .leaves(|state| assert!(due(state, "clue-conclude-extended") > at("2026-10-20T15:00:00Z")))
        .given()
        .when(conclude(Conclusion::Unverifiable), by(chief(), 5))
        .clocks(&["clock.stopped clue-conclude-extended"]);
}

#[test]
fn a_fire_complaint_has_24_hours_or_3_working_days_from_its_report_on() {
    let rows = [
        (Category::FireExit, "clue-conclude-fire-exit", "2026-09-09T02:00:00Z"),
        (Category::FireOther, "clue-conclude-fire-other", "2026-09-11T16:00:00Z"),
    ];
    for (category, rule, end) in rows {
        let report = crate::clue::Report { category, ..fees() };
        nothing()
            .when(file(report), by(sorter(), 0))
            .clock(&format!("clock.started {rule}"))
            .leaves(|state| assert_eq!(due(state, rule), at(end)));
    }
}

#[test]
fn the_police_sign_for_an_urgent_clue_within_30_minutes() {
    triaged(Urgency::U1)
        .when(to_police(psb()), by(sorter(), 2))
        .leaves(|state| assert_eq!(due(state, "clue-police-receipt-u1"), at("2026-09-08T01:32:00Z")))
        .leaves(|state| assert_eq!(due(state, "clue-leader-confirm"), at("2026-09-08T03:02:00Z")));
}

#[test]
fn what_was_forwarded_or_sent_elsewhere_is_signed_for_in_time_or_told_to_those_above() {
    let forwarded = |urgency: Urgency| {
        let sent = triaged(urgency).after(to_police(psb()), by(sorter(), 2));
        sent.after(Command::Claim, by(duty(), 3)).when(forward(psb_next()), by(duty(), 4))
    };
    let elsewhere = || triaged(Urgency::U3).when(to_other(fire()), by(edu_chief(), 4));
    let rows = [
        ("clue-forward-receipt-u1", "2026-09-08T01:34:00Z", next_duty()),
        ("clue-forward-receipt", "2026-09-09T02:00:00Z", next_duty()),
        ("clue-other-receipt", "2026-09-09T16:00:00Z", fireman()),
    ];
    for (rule, end, receiver) in rows {
        let begun = || match rule {
            "clue-forward-receipt-u1" => forwarded(Urgency::U1),
            "clue-forward-receipt" => forwarded(Urgency::U2),
            _ => elsewhere(),
        };
        begun()
            .clock(&format!("clock.started {rule}"))
            .leaves(|state| assert_eq!(due(state, rule), at(end)))
            .given()
            .after(Command::Claim, by(receiver.clone(), 5))
            .when(sign("R-2"), by(receiver.clone(), 6))
            .clock(&format!("clock.stopped {rule}"));
        begun()
            .given()
            .when(ring(rule, Stage::Due), by(service(), 9_000))
            .clocks(&[&format!("clock.breached {rule}")])
            .given()
            .after(Command::Claim, by(receiver.clone(), 9_001))
            .when(sign("R-2"), by(receiver, 9_002))
            .clock(&format!("clock.stopped {rule}"));
    }
}

#[test]
fn a_report_that_was_forwarded_before_the_receipt_is_signed_for_in_time_too() {
    let passed = || received(abuse()).after(Command::Claim, by(duty(), 1));
    let begun = || passed().when(forward(psb_next()), by(duty(), 2));
    begun()
        .clock("clock.started clue-forward-receipt-u1")
        .given()
        .after(Command::Claim, by(next_duty(), 3))
        .when(sign("R-2"), by(next_duty(), 4))
        .clock("clock.stopped clue-forward-receipt-u1")
        .leaves(|state| assert_eq!(running(state), Vec::<&str>::new()));
    begun()
        .given()
        .when(ring("clue-forward-receipt-u1", Stage::Due), by(service(), 40))
        .clocks(&["clock.breached clue-forward-receipt-u1"]);
}

#[test]
fn triage_told_late_counts_from_when_it_happened_whatever_rang_since() {
    let rung = received(crate::clue::Report { urgency: Urgency::U2, ..fees() })
        .after(ring("clue-triage-u2", Stage::Half), by(service(), 61))
        .after(ring("clue-triage-u2", Stage::Due), by(service(), 121));
    let late = crate::actor::Stamp { by: sorter(), at: minute(50), recorded: minute(200) };
    assert!(late.late());
    rung.when(sort(Category::FeeFraud, Urgency::U2), late)
        .then(&["clue.triaged"])
        .clock("clock.stopped clue-triage-u2")
        .leaves(|state| assert_eq!(due(state, "clue-unowned-u2"), Some(minute(170))));
}

#[test]
fn a_lease_that_ran_out_is_no_step_either() {
    let late = crate::actor::Stamp { by: edu_chief(), at: minute(10), recorded: minute(50) };
    claimed()
        .after(ring("claim-lease", Stage::Due), by(service(), 37))
        .when(Command::ConfirmTransfer, late)
        .then(&["clue.transfer-confirmed"]);
}

#[test]
fn a_transfer_that_a_leader_approved_waits_for_no_second_confirmation() {
    triaged(Urgency::U3)
        .after(to_police(psb()), by(sorter(), 2))
        .after(Command::Absorb { from: clue_id(2), urgency: Urgency::U1 }, by(service(), 3))
        .when(Command::ConfirmTransfer, by(edu_chief(), 4))
        .leaves(|state| assert_eq!(due(state, "clue-leader-confirm"), None));
}

#[test]
fn the_police_answer_within_3_days_when_a_minor_is_concerned() {
    let sorted = Command::Triage {
        category: Category::FeeFraud,
        urgency: Urgency::U2,
        minor: Minor::Minor,
        harm: Vec::new(),
    };
    received(fees())
        .after(sorted, by(sorter(), 1))
        .after(to_police(psb()), by(sorter(), 2))
        .after(Command::Claim, by(duty(), 3))
        .after(sign("R-1"), by(duty(), 4))
        .when(Command::Accept, by(duty(), 5))
        .clocks(&["clock.started clue-police-feedback"])
        .given()
        .when(feedback(), by(duty(), 6))
        .clocks(&["clock.stopped clue-police-feedback"]);
    signed().when(Command::Accept, by(duty(), 8)).clocks(&[]);
}

#[test]
fn the_police_deadline_for_the_penalty_is_90_days_and_pauses_for_a_referral() {
    substantiated()
        .when(Command::OpenAdminCase { number: number("衡珠市监罚字〔2026〕12号") }, by(handler(), 5))
        .leaves(|state| assert!(due(state, "clue-penalty") >= at("2026-12-07T16:00:00Z")))
        .given()
        .when(Command::OpenReferral { draft: draft(7) }, by(handler(), 6))
        .clocks(&["clock.stopped clue-penalty"])
        .given()
        .when(Command::EndReferral { referral: referral_id(7), filed: false }, by(service(), 7))
        .clocks(&["clock.started clue-penalty-after-referral"]);
}

#[test]
fn a_clue_that_nobody_owns_in_time_falls_to_the_fallback_owner() {
    let breached = |scene: Scene| scene.when(ring("clue-unowned-u2", Stage::Due), by(service(), 200));
    breached(triaged(Urgency::U2))
        .then(&["clue.fell-back"])
        .clock("clock.breached clue-unowned-u2")
        .leaves(|state| assert_eq!(state.clue().map(Clue::owner), Some(&edu_duty())))
        .given()
        .when(assign(samr()), by(sorter(), 201))
        .refused("NOT_YOUR_UNIT")
        .fact("unit", "UN-EDU-430405-D");
}

#[test]
fn sorting_anew_does_not_buy_an_unowned_clue_more_time() {
    let before = triaged(Urgency::U2);
    let end = due(before.state(), "clue-unowned-u2");
    assert_eq!(end, at("2026-09-08T03:01:00Z"));
    before
        .when(sort(Category::Food, Urgency::U2), by(sorter(), 100))
        .leaves(|state| assert_eq!(due(state, "clue-unowned-u2"), end));
}

#[test]
fn a_clue_sorted_anew_by_its_unit_is_not_unowned() {
    assigned()
        .when(sort(Category::FeeFraud, Urgency::U2), by(handler(), 3))
        .leaves(|state| assert_eq!(due(state, "clue-unowned-u2"), None));
}

#[test]
fn a_lease_that_runs_out_offers_the_entry_again() {
    claimed()
        .when(ring("claim-lease", Stage::Due), by(service(), 37))
        .then(&["claim.lapsed"])
        .clocks(&["clock.lapsed claim-lease"])
        .given()
        .when(sign("R-1"), by(duty(), 38))
        .refused("NOT_CLAIMED_BY_YOU")
        .given()
        .when(Command::Claim, by(duty_two(), 39))
        .then(&["claim.taken"])
        .clocks(&["clock.started claim-lease"]);
}

#[test]
fn ringing_too_early_twice_or_after_the_answer_does_nothing() {
    claimed().when(ring("claim-lease", Stage::Due), by(service(), 20)).nothing();
    signed().when(ring("claim-lease", Stage::Due), by(service(), 99)).nothing();
    triaged(Urgency::U2)
        .after(ring("clue-unowned-u2", Stage::Due), by(service(), 200))
        .when(ring("clue-unowned-u2", Stage::Due), by(service(), 201))
        .nothing();
}

#[test]
fn a_warning_changes_nothing_but_says_who_was_told() {
    triaged(Urgency::U2)
        .when(ring("clue-unowned-u2", Stage::Half), by(service(), 70))
        .then(&[])
        .clocks(&["clock.warned clue-unowned-u2"]);
}

#[test]
fn a_ring_from_the_future_is_refused() {
    let ahead = crate::actor::Stamp { by: service(), at: minute(99), recorded: minute(20) };
    claimed().when(ring("claim-lease", Stage::Due), ahead).refused("IN_FUTURE");
}

#[test]
fn what_other_streams_tell_late_is_taken_in() {
    let absorb = Command::Absorb { from: clue_id(2), urgency: Urgency::U1 };
    let late = crate::actor::Stamp { by: service(), at: minute(0), recorded: minute(20) };
    triaged(Urgency::U3)
        .when(absorb, late)
        .then(&["clue.absorbed"])
        .clock("clock.started clue-unowned-u1")
        .leaves(|state| assert_eq!(due(state, "clue-unowned-u1"), at("2026-09-08T01:16:00Z")));
}

#[test]
fn only_the_clock_service_rings() {
    claimed().when(ring("claim-lease", Stage::Due), by(duty_two(), 60)).refused("NOT_THE_CLOCK");
}

#[test]
fn no_clock_outlives_a_clue() {
    let merge =
        Command::MergeInto { into: clue_id(2), into_institution: fees().institution, into_ended: false };
    let merged = received(fees()).after(merge, by(sorter(), 1));
    let answered = accepted()
        .after(Command::ConfirmTransfer, by(edu_chief(), 9))
        .after(feedback(), by(duty(), 10))
        .after(inform(), by(sorter(), 11));
    let fined = in_case()
        .after(Command::DecideFine { number: number("衡珠市监罚字〔2026〕14号"), fen: 100 }, by(handler(), 6))
        .after(inform(), by(handler(), 7));
    for scene in [merged, answered, fined, closed()] {
        assert_eq!(running(scene.state()), Vec::<&str>::new(), "{}", stage(scene.state()));
    }
}
