//! Merging: who may, what stays, and what becomes of clues merged in a circle.

use super::fixture::*;
use crate::category::{Category, Minor, Urgency};
use crate::clue::Command;

fn merge(into: u128) -> Command {
    Command::MergeInto { into: clue_id(into), into_institution: fees().institution, into_ended: false }
}

/// The second officer agrees, who saw that the other clue goes on.
fn confirm(into: u128) -> Command {
    Command::ConfirmMerge { goes_on: Some(clue_id(into)) }
}

fn absorb(from: u128, urgency: Urgency) -> Command {
    Command::Absorb { from: clue_id(from), urgency }
}

fn undo(into: u128) -> Command {
    Command::UndoMerge { into: clue_id(into) }
}

fn merged() -> Scene {
    received(fees()).after(merge(2), by(sorter(), 1))
}

#[test]
fn two_clues_about_one_institution_become_one() {
    received(fees())
        .when(merge(2), by(sorter(), 1))
        .then(&["clue.merged"])
        .leaves(|state| assert_eq!(stage(state), "merged"));
}

#[test]
fn a_clue_is_not_merged_into_itself() {
    received(fees()).when(merge(1), by(sorter(), 1)).refused("MERGE_INTO_ITSELF");
}

#[test]
fn a_clue_is_not_merged_into_one_that_it_absorbed() {
    received(fees())
        .after(absorb(2, Urgency::U4), by(service(), 1))
        .when(merge(2), by(sorter(), 2))
        .refused("MERGE_CIRCLE")
        .fact("clue", clue_id(2).as_str());
}

#[test]
fn clues_about_different_or_unknown_institutions_are_not_merged() {
    let other = Command::MergeInto {
        into: clue_id(2),
        into_institution: Some("IN-other".parse().unwrap()),
        into_ended: false,
    };
    received(fees()).when(other, by(sorter(), 1)).refused("OTHER_INSTITUTION");
    let unknown = Command::MergeInto { into: clue_id(2), into_institution: None, into_ended: false };
    let nowhere = crate::clue::Report { institution: None, ..fees() };
    received(nowhere).when(unknown, by(sorter(), 1)).refused("OTHER_INSTITUTION");
}

#[test]
fn nothing_is_merged_into_a_clue_that_is_closed_or_merged() {
    let ended =
        Command::MergeInto { into: clue_id(2), into_institution: fees().institution, into_ended: true };
    received(fees()).when(ended, by(sorter(), 1)).refused("TARGET_CLOSED");
}

#[test]
fn only_the_owning_unit_merges_and_only_before_triage() {
    received(fees()).when(merge(2), by(handler(), 1)).refused("NOT_YOUR_UNIT").fact("unit", "UN-EDU-430405");
    triaged(Urgency::U3)
        .when(merge(2), by(sorter(), 2))
        .refused("WRONG_STAGE")
        .fact("stage", "triaged")
        .fact("action", "clue.merge");
}

#[test]
fn with_a_minor_concerned_a_second_officer_confirms_the_merge() {
    let report = || crate::clue::Report { minor: Minor::Minor, ..fees() };
    let proposed = || received(report()).after(merge(2), by(sorter(), 1));
    assert_eq!(stage(proposed().state()), "merge-proposed");
    proposed().when(confirm(2), by(sorter(), 2)).refused("SAME_OFFICER").fact("first", "OF-sorter");
    proposed().when(confirm(2), by(handler(), 2)).refused("NOT_YOUR_UNIT");
    proposed().when(confirm(2), by(second(), 2)).then(&["clue.merged"]);
}

#[test]
fn a_merge_is_not_confirmed_into_a_clue_that_has_ended_since_it_was_proposed() {
    let report = crate::clue::Report { minor: Minor::Minor, ..fees() };
    let proposed = received(report).after(merge(2), by(sorter(), 1));
    let ended = Command::ConfirmMerge { goes_on: None };
    let refused = proposed.when(ended, by(second(), 2)).refused("TARGET_CLOSED").given();
    // Another clue that goes on is not the one that was proposed.
    refused
        .when(confirm(3), by(second(), 3))
        .refused("TARGET_CLOSED")
        .given()
        .when(confirm(2), by(second(), 4))
        .then(&["clue.merged"]);
}

#[test]
fn a_proposed_merge_falls_when_the_clue_is_sorted_instead() {
    let report = crate::clue::Report { minor: Minor::Minor, ..fees() };
    received(report)
        .after(merge(2), by(sorter(), 1))
        .when(sort(Category::FeeFraud, Urgency::U3), by(second(), 2))
        .then(&["clue.triaged"])
        .given()
        .when(confirm(2), by(second(), 3))
        .refused("WRONG_STAGE");
}

#[test]
fn merging_raises_the_urgency_of_the_clue_that_stays_and_never_lowers_it() {
    let urgency = |state: &crate::clue::State| state.clue().map(crate::clue::Clue::urgency);
    triaged(Urgency::U3)
        .when(absorb(2, Urgency::U2), by(service(), 2))
        .then(&["clue.absorbed"])
        .leaves(|state| assert_eq!(urgency(state), Some(Urgency::U2)))
        .given()
        .when(absorb(3, Urgency::U4), by(service(), 3))
        .leaves(|state| assert_eq!(urgency(state), Some(Urgency::U2)));
}

#[test]
fn hearing_of_the_same_merge_twice_changes_nothing() {
    triaged(Urgency::U3)
        .after(absorb(2, Urgency::U2), by(service(), 2))
        .when(absorb(2, Urgency::U2), by(service(), 3))
        .nothing();
}

#[test]
fn a_merged_clue_takes_nothing_in_so_that_the_clue_that_goes_on_does() {
    merged()
        .when(absorb(3, Urgency::U1), by(service(), 2))
        .refused("WRONG_STAGE")
        .fact("stage", "merged")
        .fact("action", "clue.react");
}

#[test]
fn a_clue_whose_merge_closed_a_circle_waits_for_triage_again_with_its_clocks() {
    merged()
        .when(undo(2), by(service(), 2))
        .then(&["clue.merge-undone"])
        .clocks(&["clock.started clue-triage-u3"])
        .leaves(|state| assert_eq!(stage(state), "received"))
        .given()
        .when(absorb(2, Urgency::U2), by(service(), 3))
        .then(&["clue.absorbed"])
        .clock("clock.started clue-triage-u2");
}

#[test]
fn a_blocked_exit_is_due_again_when_the_merge_is_undone() {
    let exit = crate::clue::Report { category: Category::FireExit, ..fees() };
    received(exit)
        .after(merge(2), by(sorter(), 1))
        .when(undo(2), by(service(), 2))
        .clock("clock.started clue-conclude-fire-exit");
}

#[test]
fn only_the_merge_that_closed_the_circle_is_undone_and_only_once() {
    merged().when(undo(3), by(service(), 2)).nothing();
    merged().after(undo(2), by(service(), 2)).when(undo(2), by(service(), 3)).nothing();
    triaged(Urgency::U3).when(undo(2), by(service(), 2)).nothing();
}

#[test]
fn a_merge_that_was_undone_can_be_made_anew() {
    merged().after(undo(2), by(service(), 2)).when(merge(3), by(sorter(), 3)).then(&["clue.merged"]);
}
