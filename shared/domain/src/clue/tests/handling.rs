//! Verification, case, fine, word to the reporter, reopening.

use super::fixture::*;
use crate::actor::{Role, Unit};
use crate::category::{Category, Urgency};
use crate::clue::{Command, Conclusion};
use crate::document_number::DocumentNumber;

fn extend() -> Command {
    Command::ExtendVerification { reason: text("two schools to visit") }
}

fn case() -> Command {
    Command::OpenAdminCase { number: number("衡珠市监罚字〔2026〕13号") }
}

fn fine() -> Command {
    Command::DecideFine { number: number("衡珠市监罚字〔2026〕14号"), fen: 2_000_000 }
}

fn ended(filed: bool) -> Command {
    Command::EndReferral { referral: referral_id(7), filed }
}

fn reopen(order: Option<DocumentNumber>) -> Command {
    Command::Reopen { reason: text("a new witness"), order }
}

/// A clue that the education bureau's fallback section handles and concluded.
fn handled_by(unit: Unit, result: Conclusion) -> Scene {
    let of = |roles: &[Role]| officer(unit.clone(), "own", roles);
    triaged(Urgency::U3)
        .after(assign(unit.clone()), by(sorter(), 2))
        .after(team(), by(of(&[Role::Handler]), 3))
        .after(conclude(result), by(of(&[Role::Leader]), 4))
}

#[test]
fn two_officers_start_a_verification() {
    assigned()
        .when(team(), by(handler(), 3))
        .then(&["clue.verification-started"])
        .leaves(|state| assert_eq!(stage(state), "verifying"));
}

#[test]
fn one_officer_named_twice_is_not_a_team() {
    let alone = vec!["OF-handler".parse().unwrap(), "OF-handler".parse().unwrap()];
    assigned()
        .when(Command::StartVerification { team: alone }, by(handler(), 3))
        .refused("TEAM_TOO_SMALL")
        .fact("officers", "1")
        .fact("needed", "2");
}

#[test]
fn only_the_unit_that_has_the_clue_verifies_it() {
    assigned().when(team(), by(fireman(), 3)).refused("NOT_YOUR_UNIT");
    triaged(Urgency::U3).when(team(), by(sorter(), 3)).refused("WRONG_STAGE");
}

#[test]
fn a_leader_extends_a_verification_once() {
    verifying().when(extend(), by(handler(), 4)).refused("NOT_LEADER").fact("unit", "UN-SAMR-430405");
    verifying().when(extend(), by(edu_chief(), 4)).refused("NOT_YOUR_UNIT");
    verifying()
        .when(extend(), by(chief(), 4))
        .then(&["clue.verification-extended"])
        .given()
        .when(extend(), by(chief(), 5))
        .refused("ALREADY_EXTENDED");
    assigned().when(extend(), by(chief(), 4)).refused("WRONG_STAGE");
}

#[test]
fn the_period_of_a_fire_complaint_is_not_extended() {
    received(fees())
        .after(sort(Category::FireExit, Urgency::U2), by(sorter(), 1))
        .after(assign(samr()), by(sorter(), 2))
        .after(team(), by(handler(), 3))
        .when(extend(), by(chief(), 4))
        .refused("NOT_EXTENDABLE")
        .fact("category", "fire-exit");
}

#[test]
fn a_leader_of_the_unit_concludes() {
    for (result, word) in [
        (Conclusion::Substantiated, "substantiated"),
        (Conclusion::Unsubstantiated, "unsubstantiated"),
        (Conclusion::Unverifiable, "unverifiable"),
    ] {
        verifying()
            .when(conclude(result), by(chief(), 4))
            .then(&["clue.concluded"])
            .leaves(|state| assert_eq!(stage(state), word));
    }
    verifying().when(conclude(Conclusion::Substantiated), by(handler(), 4)).refused("NOT_LEADER");
    verifying().when(conclude(Conclusion::Substantiated), by(edu_chief(), 4)).refused("NOT_YOUR_UNIT");
    assigned().when(conclude(Conclusion::Substantiated), by(chief(), 4)).refused("WRONG_STAGE");
}

#[test]
fn an_enforcing_unit_opens_a_case_on_what_it_found() {
    substantiated()
        .when(case(), by(handler(), 5))
        .then(&["clue.admin-case-opened"])
        .clock("clock.started clue-penalty")
        .leaves(|state| assert_eq!(stage(state), "admin-handling"));
    substantiated().when(case(), by(sorter(), 5)).refused("NOT_YOUR_UNIT");
    verifying().when(case(), by(handler(), 5)).refused("WRONG_STAGE");
    in_case()
        .when(case(), by(handler(), 6))
        .refused("CASE_ALREADY_OPEN")
        .fact("case", "衡珠市监罚字〔2026〕12号");
}

#[test]
fn the_police_and_other_bodies_without_penalty_power_open_neither_case_nor_referral() {
    let theirs = || handled_by(psb(), Conclusion::Substantiated);
    let own = || officer(psb(), "own", &[Role::Handler]);
    theirs().when(case(), by(own(), 5)).refused("NOT_ENFORCING").fact("agency", "PSB");
    theirs().when(Command::OpenReferral { draft: draft(7) }, by(own(), 5)).refused("NOT_ENFORCING");
}

#[test]
fn a_fine_is_decided_in_a_case_or_after_a_referral_without_a_criminal_case() {
    in_case().when(fine(), by(handler(), 6)).then(&["clue.fine-decided"]).clock("clock.stopped clue-penalty");
    in_referral()
        .after(ended(false), by(service(), 7))
        .when(fine(), by(handler(), 8))
        .then(&["clue.fine-decided"])
        .clock("clock.stopped clue-penalty-after-referral");
    substantiated().when(fine(), by(handler(), 6)).refused("WRONG_STAGE");
    in_case().when(fine(), by(sorter(), 6)).refused("NOT_YOUR_UNIT");
}

#[test]
fn word_to_the_reporter_closes_every_concluding_stage() {
    let answered = || with_fire_answered();
    let scenes = [
        substantiated(),
        concluded(Conclusion::Unsubstantiated),
        concluded(Conclusion::Unverifiable),
        in_case(),
        in_referral().after(ended(true), by(service(), 7)),
        answered(),
    ];
    for scene in scenes {
        scene
            .when(inform(), by(sorter(), 20))
            .then(&["clue.reporter-informed"])
            .leaves(|state| assert_eq!(stage(state), "closed"));
    }
}

fn with_fire_answered() -> Scene {
    with_fire()
        .after(Command::Claim, by(fireman(), 6))
        .after(sign("F-1"), by(fireman(), 7))
        .after(Command::Accept, by(fireman(), 8))
        .after(feedback(), by(fireman(), 9))
}

#[test]
fn a_clue_is_not_closed_while_something_is_under_way() {
    for scene in [
        received(fees()),
        triaged(Urgency::U3),
        assigned(),
        verifying(),
        with_police(),
        with_fire(),
        closed(),
    ] {
        scene.when(inform(), by(sorter(), 20)).refused("WRONG_STAGE");
    }
    in_referral().when(inform(), by(handler(), 7)).refused("REFERRAL_STILL_OPEN");
}

#[test]
fn the_reporter_gets_a_text_or_the_file_a_reason() {
    let with = |text: bool, reason: bool| Command::InformReporter {
        text: text.then(|| sealed("answer")),
        no_contact: reason.then(|| super::fixture::text("anonymous letter")),
    };
    let scene = || concluded(Conclusion::Unsubstantiated);
    scene().when(with(true, true), by(handler(), 5)).refused("TEXT_OR_REASON");
    scene().when(with(false, false), by(handler(), 5)).refused("TEXT_OR_REASON");
    scene().when(with(false, true), by(handler(), 5)).then(&["clue.reporter-informed"]);
    scene().when(inform(), by(fireman(), 5)).refused("NOT_YOUR_UNIT");
}

#[test]
fn a_leader_reopens_a_closed_clue_on_a_new_fact() {
    closed()
        .when(reopen(None), by(edu_chief(), 6))
        .then(&["clue.reopened"])
        .clock("clock.started clue-unowned")
        .leaves(|state| assert_eq!(stage(state), "triaged"));
    closed().when(reopen(None), by(sorter(), 6)).refused("NOT_LEADER");
    substantiated().when(reopen(None), by(edu_chief(), 6)).refused("WRONG_STAGE");
}

#[test]
fn a_superior_reopens_by_a_numbered_order() {
    closed().when(reopen(None), by(city_officer(), 6)).refused("ORDER_NEEDED");
    closed().when(reopen(Some(number("衡教督〔2026〕3号"))), by(city_officer(), 6)).then(&["clue.reopened"]);
    let police = officer(psb_city(), "boss", &[Role::Head]);
    closed().when(reopen(Some(number("衡公〔2026〕3号"))), by(police, 6)).refused("NOT_YOUR_UNIT");
}
