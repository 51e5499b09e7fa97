//! Transfers to the police and to other agencies, and the leader's confirmation.

use super::fixture::*;
use crate::actor::Role;
use crate::category::{Category, Urgency};
use crate::clue::{Command, Conclusion};

#[test]
fn an_urgent_clue_goes_to_the_police_at_once_and_a_leader_confirms_within_two_hours() {
    for urgency in [Urgency::U1, Urgency::U2] {
        triaged(urgency)
            .when(to_police(psb()), by(sorter(), 2))
            .then(&["clue.police-transferred"])
            .clock("clock.started clue-leader-confirm")
            .leaves(|state| assert_eq!(stage(state), "transferred-police"))
            .given()
            .when(Command::ConfirmTransfer, by(edu_chief(), 3))
            .then(&["clue.transfer-confirmed"])
            .clocks(&["clock.stopped clue-leader-confirm"]);
    }
}

#[test]
fn an_urgent_clue_goes_even_before_its_letter_is_written() {
    let bare = |to| Command::TransferPolice { to, papers: Vec::new() };
    triaged(Urgency::U1).when(bare(psb()), by(sorter(), 2)).then(&["clue.police-transferred"]);
    triaged(Urgency::U3).when(bare(psb()), by(sorter(), 2)).refused("LETTER_MISSING");
}

#[test]
fn any_other_clue_waits_for_the_leader() {
    for urgency in [Urgency::U3, Urgency::U4] {
        triaged(urgency)
            .when(to_police(psb()), by(sorter(), 2))
            .then(&["clue.police-transfer-requested"])
            .leaves(|state| assert_eq!(stage(state), "transfer-requested"))
            .given()
            .when(Command::ConfirmTransfer, by(edu_chief(), 3))
            .then(&["clue.police-transferred"])
            .clock("clock.started clue-police-receipt")
            .leaves(|state| assert_eq!(stage(state), "transferred-police"));
    }
}

#[test]
fn nobody_confirms_a_transfer_of_their_own() {
    let both = officer(edu(), "both", &[Role::Handler, Role::Leader]);
    triaged(Urgency::U3)
        .after(to_police(psb()), by(both.clone(), 2))
        .when(Command::ConfirmTransfer, by(both.clone(), 3))
        .refused("SAME_OFFICER")
        .fact("first", "OF-both");
    triaged(Urgency::U1)
        .after(to_police(psb()), by(both.clone(), 2))
        .when(Command::ConfirmTransfer, by(both, 3))
        .refused("SAME_OFFICER");
}

#[test]
fn only_a_leader_of_the_sending_side_confirms() {
    with_police().when(Command::ConfirmTransfer, by(second(), 6)).refused("NOT_LEADER");
    with_police().when(Command::ConfirmTransfer, by(chief(), 6)).refused("NOT_YOUR_UNIT");
}

#[test]
fn there_is_nothing_to_confirm_before_a_transfer_after_a_confirmation_or_for_another_agency() {
    triaged(Urgency::U3).when(Command::ConfirmTransfer, by(edu_chief(), 6)).refused("NOTHING_TO_CONFIRM");
    with_police()
        .after(Command::ConfirmTransfer, by(edu_chief(), 6))
        .when(Command::ConfirmTransfer, by(edu_chief(), 7))
        .refused("NOTHING_TO_CONFIRM");
    with_fire().when(Command::ConfirmTransfer, by(edu_chief(), 6)).refused("NOTHING_TO_CONFIRM");
}

#[test]
fn a_transfer_can_be_confirmed_after_the_answer_and_must_be_before_closing() {
    let answered = || accepted().after(feedback(), by(duty(), 9));
    answered().when(inform(), by(sorter(), 10)).refused("NOT_CONFIRMED");
    answered()
        .after(Command::ConfirmTransfer, by(edu_chief(), 10))
        .when(inform(), by(sorter(), 11))
        .then(&["clue.reporter-informed"]);
}

#[test]
fn sorting_anew_withdraws_a_request_and_an_urgent_one_is_sent_at_once() {
    let requested = || triaged(Urgency::U3).after(to_police(psb()), by(sorter(), 2));
    requested()
        .when(sort(Category::FeeFraud, Urgency::U3), by(sorter(), 3))
        .then(&["clue.triaged"])
        .leaves(|state| assert_eq!(stage(state), "triaged"))
        .given()
        .when(Command::ConfirmTransfer, by(edu_chief(), 4))
        .refused("NOTHING_TO_CONFIRM");
    requested()
        .after(Command::Absorb { from: clue_id(2), urgency: Urgency::U1 }, by(service(), 3))
        .when(to_police(psb()), by(sorter(), 4))
        .then(&["clue.police-transferred"]);
}

#[test]
fn a_clue_can_be_transferred_from_triage_to_substantiation_and_not_later() {
    for scene in [triaged(Urgency::U2), assigned(), verifying(), substantiated()] {
        scene.when(to_police(psb()), by(sorter(), 20)).events();
    }
    for scene in [received(fees()), concluded(Conclusion::Unverifiable), in_case(), with_police(), closed()] {
        scene.when(to_police(psb()), by(sorter(), 20)).refused("WRONG_STAGE").fact("action", "clue.transfer");
    }
}

#[test]
fn a_police_transfer_goes_to_the_police_of_the_same_level_or_below() {
    triaged(Urgency::U1).when(to_police(fire()), by(sorter(), 2)).refused("NOT_POLICE");
    triaged(Urgency::U1)
        .when(to_police(psb_city()), by(sorter(), 2))
        .refused("POLICE_LEVEL_TOO_HIGH")
        .fact("level", "city")
        .fact("highest", "county");
    triaged(Urgency::U1).when(to_police(psb_next()), by(sorter(), 2)).then(&["clue.police-transferred"]);
    triaged(Urgency::U1).when(to_police(psb()), by(fireman(), 2)).refused("NOT_YOUR_UNIT");
}

#[test]
fn a_leader_transfers_to_another_agency() {
    triaged(Urgency::U3)
        .when(to_other(fire()), by(edu_chief(), 2))
        .then(&["clue.transferred-other"])
        .clock("clock.started clue-other-receipt")
        .leaves(|state| assert_eq!(stage(state), "transferred-other"));
    triaged(Urgency::U3).when(to_other(fire()), by(sorter(), 2)).refused("NOT_LEADER");
    triaged(Urgency::U3).when(to_other(fire()), by(chief(), 2)).refused("NOT_YOUR_UNIT");
    received(fees()).when(to_other(fire()), by(edu_chief(), 2)).refused("WRONG_STAGE");
}

#[test]
fn a_transfer_to_another_agency_is_neither_to_the_police_nor_to_ones_own_and_has_its_letter() {
    triaged(Urgency::U3)
        .when(to_other(psb()), by(edu_chief(), 2))
        .refused("POLICE_BY_POLICE_TRANSFER")
        .fact("unit", "UN-PSB-430405");
    triaged(Urgency::U3)
        .when(to_other(edu_city()), by(edu_chief(), 2))
        .refused("OWN_AGENCY")
        .fact("agency", "EDU");
    let bare = Command::TransferOther { to: fire(), papers: Vec::new() };
    triaged(Urgency::U3).when(bare, by(edu_chief(), 2)).refused("LETTER_MISSING");
}
