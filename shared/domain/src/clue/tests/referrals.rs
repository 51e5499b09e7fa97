//! A clue and its referrals: opened, ended, ended otherwise, ordered anew; and never a fine instead.

use super::fixture::*;
use crate::category::Urgency;
use crate::clue::{Command, Conclusion, ReferralEnd, State};

fn case() -> Command {
    Command::OpenAdminCase { number: number("衡珠市监罚字〔2026〕13号") }
}

fn fine() -> Command {
    Command::DecideFine { number: number("衡珠市监罚字〔2026〕14号"), fen: 2_000_000 }
}

fn open(seed: u128) -> Command {
    Command::OpenReferral { draft: draft(seed) }
}

fn ended(filed: bool) -> Command {
    Command::EndReferral { referral: referral_id(7), filed }
}

fn anew() -> Command {
    Command::ResumeReferral { referral: referral_id(7) }
}

fn end(state: &State) -> Option<ReferralEnd> {
    state.clue().and_then(|clue| clue.referral()).map(|(_, end)| end)
}

/// A referral without a criminal case, at minute 7.
fn refused() -> Scene {
    in_referral().after(ended(false), by(service(), 7))
}

/// A referral with a criminal case, at minute 7.
fn filed() -> Scene {
    in_referral().after(ended(true), by(service(), 7))
}

#[test]
fn a_referral_is_opened_after_substantiation_or_from_a_case() {
    for scene in [substantiated(), in_case()] {
        scene
            .when(Command::OpenReferral { draft: draft(7) }, by(handler(), 6))
            .then(&["clue.referral-opened"])
            .leaves(|state| assert_eq!(stage(state), "referral-opened"));
    }
    verifying().when(Command::OpenReferral { draft: draft(7) }, by(handler(), 6)).refused("WRONG_STAGE");
    in_referral().when(Command::OpenReferral { draft: draft(8) }, by(handler(), 7)).refused("WRONG_STAGE");
}

#[test]
fn a_draft_that_the_rule_of_referrals_would_refuse_is_refused_here() {
    let mut other = draft(7);
    other.clue = clue_id(2);
    substantiated()
        .when(Command::OpenReferral { draft: other }, by(handler(), 5))
        .refused("OTHER_CLUE")
        .fact("clue", clue_id(2).as_str());
    let mut alone = draft(7);
    alone.team.truncate(1);
    substantiated().when(Command::OpenReferral { draft: alone }, by(handler(), 5)).refused("TEAM_TOO_SMALL");
}

#[test]
fn there_is_no_fine_instead_of_a_referral() {
    in_referral()
        .when(fine(), by(handler(), 7))
        .refused("FINE_INSTEAD_OF_REFERRAL")
        .fact("referral", referral_id(7).as_str());
    in_referral()
        .after(ended(true), by(service(), 7))
        .when(fine(), by(handler(), 8))
        .refused("FINE_INSTEAD_OF_REFERRAL");
}

#[test]
fn administrative_handling_goes_on_after_a_referral_without_a_criminal_case() {
    let direct = || substantiated().after(Command::OpenReferral { draft: draft(7) }, by(handler(), 6));
    direct().when(case(), by(handler(), 7)).refused("FINE_INSTEAD_OF_REFERRAL");
    direct()
        .after(ended(false), by(service(), 7))
        .when(case(), by(handler(), 8))
        .then(&["clue.admin-case-opened"]);
}

#[test]
fn the_end_of_a_referral_is_taken_in_once_and_only_of_the_right_one() {
    in_referral().after(ended(false), by(service(), 7)).when(ended(false), by(service(), 8)).nothing();
    let other = Command::EndReferral { referral: referral_id(9), filed: false };
    in_referral()
        .when(other, by(service(), 7))
        .refused("OTHER_REFERRAL")
        .fact("referral", referral_id(9).as_str());
    in_case().when(ended(false), by(service(), 7)).refused("OTHER_REFERRAL");
}

#[test]
fn a_case_that_was_filed_and_then_withdrawn_comes_back_for_administrative_handling() {
    filed()
        .when(ended(false), by(service(), 9))
        .then(&["clue.referral-ended"])
        .clocks(&["clock.started clue-penalty-after-referral"])
        .leaves(|state| assert_eq!(end(state), Some(ReferralEnd::NotFiled)))
        .given()
        .when(fine(), by(handler(), 10))
        .then(&["clue.fine-decided"])
        .clocks(&["clock.stopped clue-penalty-after-referral"]);
}

#[test]
fn a_withdrawn_case_comes_back_even_when_the_reporter_was_told_of_it() {
    filed()
        .after(inform(), by(handler(), 8))
        .when(ended(false), by(service(), 9))
        .then(&["clue.referral-ended"])
        .clocks(&["clock.started clue-penalty-after-referral"])
        .leaves(|state| assert_eq!(stage(state), "referral-opened"))
        .given()
        .after(case(), by(handler(), 10))
        .after(fine(), by(handler(), 11))
        .when(inform(), by(handler(), 12))
        .then(&["clue.reporter-informed"])
        .leaves(|state| assert_eq!(stage(state), "closed"));
}

#[test]
fn a_case_filed_after_all_stops_the_clock_of_the_penalty() {
    refused()
        .when(ended(true), by(service(), 8))
        .then(&["clue.referral-ended"])
        .clocks(&["clock.stopped clue-penalty-after-referral"])
        .given()
        .when(fine(), by(handler(), 9))
        .refused("FINE_INSTEAD_OF_REFERRAL");
}

#[test]
fn a_referral_ordered_anew_runs_again_and_bars_a_fine_again() {
    refused()
        .when(anew(), by(service(), 8))
        .then(&["clue.referral-resumed"])
        .clocks(&["clock.stopped clue-penalty-after-referral"])
        .leaves(|state| assert_eq!(end(state), Some(ReferralEnd::Open)))
        .given()
        .when(fine(), by(handler(), 9))
        .refused("FINE_INSTEAD_OF_REFERRAL")
        .fact("referral", referral_id(7).as_str())
        .given()
        .when(inform(), by(handler(), 9))
        .refused("REFERRAL_STILL_OPEN")
        .given()
        .when(ended(false), by(service(), 10))
        .then(&["clue.referral-ended"])
        .clocks(&["clock.started clue-penalty-after-referral"]);
}

#[test]
fn a_referral_ordered_anew_takes_the_case_opened_meanwhile_with_it() {
    let direct = substantiated().after(open(7), by(handler(), 5)).after(ended(false), by(service(), 6));
    direct
        .after(case(), by(handler(), 7))
        .when(anew(), by(service(), 8))
        .then(&["clue.referral-resumed"])
        .clocks(&["clock.stopped clue-penalty", "clock.stopped clue-penalty-after-referral"])
        .leaves(|state| assert_eq!(stage(state), "referral-opened"))
        .given()
        .after(ended(false), by(service(), 9))
        .when(case(), by(handler(), 10))
        .refused("CASE_ALREADY_OPEN")
        .fact("case", "衡珠市监罚字〔2026〕13号");
}

#[test]
fn a_referral_ordered_anew_opens_a_closed_clue_again() {
    refused()
        .after(inform(), by(handler(), 8))
        .when(anew(), by(service(), 9))
        .then(&["clue.referral-resumed"])
        .leaves(|state| assert_eq!(stage(state), "referral-opened"))
        .given()
        .when(ended(true), by(service(), 10))
        .leaves(|state| assert_eq!(end(state), Some(ReferralEnd::Filed)));
}

#[test]
fn a_referral_ordered_anew_leaves_new_facts_with_their_unit_and_still_bars_a_fine() {
    let reopened = Command::Reopen { reason: text("a new witness"), order: None };
    let looked_into = refused()
        .after(inform(), by(handler(), 8))
        .after(reopened, by(edu_chief(), 9))
        .after(assign(samr()), by(sorter(), 10))
        .when(anew(), by(service(), 11))
        .then(&["clue.referral-resumed"])
        .leaves(|state| assert_eq!(stage(state), "assigned"))
        .given();
    let found = looked_into
        .after(team(), by(handler(), 12))
        .after(conclude(Conclusion::Substantiated), by(chief(), 13));
    let found = found.when(case(), by(handler(), 14)).refused("FINE_INSTEAD_OF_REFERRAL").given();
    let found = found.when(open(8), by(handler(), 14)).refused("REFERRAL_STILL_OPEN").given();
    found
        .after(ended(false), by(service(), 15))
        .when(case(), by(handler(), 16))
        .then(&["clue.admin-case-opened"]);
}

#[test]
fn an_earlier_referral_ordered_anew_bars_a_fine_beside_a_later_one() {
    let first = substantiated().after(open(7), by(handler(), 5)).after(ended(false), by(service(), 6));
    let later = first.after(case(), by(handler(), 7)).after(open(8), by(handler(), 8));
    let later = later.after(anew(), by(service(), 9));
    let other = Command::EndReferral { referral: referral_id(8), filed: false };
    let scene = later.after(other, by(service(), 10));
    let scene = scene.when(fine(), by(handler(), 11)).refused("FINE_INSTEAD_OF_REFERRAL").given();
    scene.after(ended(false), by(service(), 12)).when(fine(), by(handler(), 13)).then(&["clue.fine-decided"]);
}

#[test]
fn an_order_anew_is_taken_in_once_and_only_for_a_referral_of_this_clue() {
    refused().after(anew(), by(service(), 8)).when(anew(), by(service(), 9)).nothing();
    in_referral().when(anew(), by(service(), 7)).nothing();
    let other = Command::ResumeReferral { referral: referral_id(9) };
    refused()
        .when(other, by(service(), 8))
        .refused("OTHER_REFERRAL")
        .fact("referral", referral_id(9).as_str());
    triaged(Urgency::U3).when(anew(), by(service(), 8)).refused("OTHER_REFERRAL");
}
