//! Report, triage, assign, return.

use super::fixture::*;
use crate::category::{Category, Harm, Minor, Urgency};
use crate::clue::Command;
use crate::jurisdiction::Jurisdiction;

#[test]
fn a_reported_clue_is_received() {
    nothing()
        .when(file(fees()), by(sorter(), 0))
        .then(&["clue.reported"])
        .leaves(|state| assert_eq!(stage(state), "received"));
}

#[test]
fn a_clue_is_reported_once() {
    received(fees())
        .when(file(fees()), by(sorter(), 1))
        .refused("ALREADY_REPORTED")
        .fact("clue", clue_id(1).as_str());
}

#[test]
fn nothing_can_be_asked_of_a_clue_that_nobody_reported() {
    nothing().when(Command::Claim, by(duty(), 0)).refused("CLUE_UNKNOWN");
}

#[test]
fn the_unit_that_must_sign_for_reports_is_a_police_unit() {
    let report = crate::clue::Report { police: fire(), ..fees() };
    nothing().when(file(report), by(sorter(), 0)).refused("NOT_POLICE").fact("unit", "UN-FIRE-430405");
}

#[test]
fn a_word_heard_tomorrow_cannot_be_reported_today() {
    let report = crate::clue::Report { received: minute(60), ..fees() };
    nothing().when(file(report), by(sorter(), 0)).refused("IN_FUTURE").fact("at", "2026-09-08T02:00:00Z");
}

#[test]
fn a_clue_is_sorted_by_its_owner_and_can_be_sorted_again() {
    received(fees()).when(sort(Category::Food, Urgency::U2), by(handler(), 1)).refused("NOT_YOUR_UNIT");
    received(fees())
        .when(sort(Category::Food, Urgency::U2), by(sorter(), 1))
        .then(&["clue.triaged"])
        .leaves(|state| assert_eq!(stage(state), "triaged"))
        .given()
        .when(sort(Category::Premises, Urgency::U4), by(sorter(), 2))
        .then(&["clue.triaged"]);
}

#[test]
fn a_concluded_clue_is_not_sorted() {
    concluded(crate::clue::Conclusion::Unverifiable)
        .when(sort(Category::Food, Urgency::U2), by(sorter(), 9))
        .refused("WRONG_STAGE")
        .fact("stage", "unverifiable");
}

#[test]
fn a_clue_sorted_anew_stays_with_its_unit_and_may_only_become_more_urgent() {
    assigned()
        .when(sort(Category::Food, Urgency::U4), by(handler(), 3))
        .refused("CANNOT_DOWNGRADE")
        .fact("from", "U3")
        .fact("to", "U4");
    assigned()
        .when(sort(Category::Food, Urgency::U2), by(handler(), 3))
        .then(&["clue.triaged"])
        .leaves(|state| assert_eq!(stage(state), "assigned"));
}

#[test]
fn a_minor_in_danger_found_while_verifying_is_due_to_the_police_at_once() {
    let found = Command::Triage {
        category: Category::Premises,
        urgency: Urgency::U3,
        minor: Minor::Minor,
        harm: vec![Harm::Danger],
    };
    verifying()
        .when(found, by(handler(), 4))
        .then(&["clue.triaged", "clue.obligation-opened"])
        .clock("clock.started police-report")
        .leaves(|state| assert_eq!(stage(state), "verifying"))
        .given()
        .when(Command::Claim, by(duty(), 5))
        .then(&["claim.taken"]);
}

#[test]
fn a_clue_goes_to_a_unit_competent_for_its_area_and_category() {
    triaged(Urgency::U3)
        .when(assign(samr()), by(sorter(), 2))
        .then(&["clue.assigned"])
        .leaves(|state| assert_eq!(stage(state), "assigned"));
    let row = |division: &str, categories: Vec<Category>| Command::Assign {
        to: fire(),
        competence: vec![Jurisdiction { division: division.parse().unwrap(), categories, fallback: false }],
    };
    triaged(Urgency::U3)
        .when(row("430405", vec![Category::FireExit]), by(sorter(), 2))
        .refused("UNIT_NOT_COMPETENT")
        .fact("unit", "UN-FIRE-430405")
        .fact("division", "430405")
        .fact("category", "fee-fraud");
    triaged(Urgency::U3).when(row("430412", Vec::new()), by(sorter(), 2)).refused("UNIT_NOT_COMPETENT");
    triaged(Urgency::U3).when(row("430400", Vec::new()), by(sorter(), 2)).then(&["clue.assigned"]);
}

#[test]
fn only_a_sorted_clue_is_assigned_and_only_by_its_owner() {
    received(fees()).when(assign(samr()), by(sorter(), 1)).refused("WRONG_STAGE");
    triaged(Urgency::U3).when(assign(samr()), by(handler(), 2)).refused("NOT_YOUR_UNIT");
}

#[test]
fn a_unit_gives_a_clue_back_once_and_the_second_time_the_superior_designates() {
    let once = || assigned().after(give_back(), by(handler(), 3));
    assert_eq!(stage(once().state()), "triaged");
    let twice = || once().after(assign(fire()), by(sorter(), 4)).after(give_back(), by(fireman(), 5));
    twice()
        .when(assign(samr()), by(sorter(), 6))
        .refused("DESIGNATOR_ONLY")
        .fact("designator", "UN-EDU-430400");
    twice()
        .after(assign(samr()), by(city_officer(), 6))
        .when(give_back(), by(handler(), 7))
        .refused("DESIGNATION_BINDS")
        .fact("designator", "UN-EDU-430400");
}

#[test]
fn only_a_real_superior_is_named_to_designate() {
    let again = |superior| Command::Return { reason: text("not ours"), superior };
    let second = || assigned().after(give_back(), by(handler(), 3)).after(assign(samr()), by(sorter(), 4));
    second()
        .when(again(edu_duty()), by(handler(), 5))
        .refused("NOT_SUPERIOR")
        .fact("unit", "UN-EDU-430405-D");
    second().when(again(psb_city()), by(handler(), 5)).refused("NOT_SUPERIOR");
    second().when(again(edu_city()), by(handler(), 5)).then(&["clue.returned"]);
}

#[test]
fn only_the_unit_that_has_a_clue_gives_it_back_and_only_before_verifying() {
    assigned().when(give_back(), by(fireman(), 3)).refused("NOT_YOUR_UNIT").fact("unit", "UN-SAMR-430405");
    verifying().when(give_back(), by(handler(), 4)).refused("WRONG_STAGE");
}
