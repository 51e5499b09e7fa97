//! S13 to S15: withdrawal, return, outcome, and that an end is an end.

use super::fixture::*;
use crate::referral::{Command, Step};

#[test]
fn the_police_withdraw_before_or_after_the_hand_over() {
    filed().when(withdraw(), at(duty(), hour(6))).then(&["referral.withdrawn"]).leaves(stands("S14"));
    filed()
        .after(hand_over(), at(member(), hour(6)))
        .when(withdraw(), at(duty(), hour(7)))
        .then(&["referral.withdrawn"]);
    filed().when(withdraw(), at(member(), hour(6))).refused("NOT_YOUR_UNIT");
}

#[test]
fn the_agency_is_told_of_a_withdrawal_once() {
    let told = withdrawn()
        .when(notify(), at(duty(), hour(7)))
        .then(&["referral.withdrawal-notified"])
        .leaves(stands("S14"))
        .given();
    told.when(notify(), at(duty(), hour(8))).refused("ALREADY_NOTIFIED");
}

#[test]
fn a_withdrawn_case_goes_on_only_after_the_agency_was_told() {
    withdrawn().when(accept_return(), at(member(), hour(7))).refused("WITHDRAWAL_NOT_NOTIFIED");
    withdrawn().when(conclude(), at(duty(), hour(7))).refused("WITHDRAWAL_NOT_NOTIFIED");
    let told = || withdrawn().after(notify(), at(duty(), hour(7)));
    told()
        .when(accept_return(), at(member(), hour(8)))
        .then(&["referral.returned-for-admin"])
        .leaves(stands("S13"));
    told().when(conclude(), at(duty(), hour(8))).then(&["referral.concluded"]).leaves(stands("S15"));
}

#[test]
fn police_or_procuratorate_report_the_outcome() {
    let handed = || filed().after(hand_over(), at(member(), hour(6)));
    for by in [duty(), chief(), prosecutor()] {
        handed()
            .when(conclude(), at(by.clone(), hour(7)))
            .then(&["referral.concluded"])
            .leaves(stands("S15"));
        filed().when(conclude(), at(by, hour(7))).then(&["referral.concluded"]);
    }
    handed().when(conclude(), at(head(), hour(7))).refused("NOT_YOUR_UNIT");
    handed().when(conclude(), at(second_duty(), hour(7))).refused("ALREADY_CLAIMED");
    not_filed().when(conclude(), at(duty(), hour(7))).refused("NOT_HERE");
}

fn ended() -> Vec<Story> {
    vec![
        drafted().after(abandon(), at(leader(), hour(1))),
        receipted().after(not_police(), at(duty(), hour(5))),
        not_filed().after(accept_return(), at(member(), hour(6))),
        filed().after(conclude(), at(duty(), hour(6))),
    ]
}

#[test]
fn an_end_is_an_end_but_feedback_and_the_agencys_own_fine_may_follow() {
    for story in ended() {
        assert!(story.state().known().unwrap().is_final());
        let story = story.when(Command::Claim, at(duty(), hour(9))).refused("NOT_HERE").given();
        let story = story.when(file(), at(chief(), hour(9))).refused("NOT_HERE").given();
        let story = story.when(submit(), at(member(), hour(9))).refused("NOT_HERE").given();
        story.when(fine(), at(member(), hour(9))).nothing();
    }
    let returned = not_filed().after(accept_return(), at(member(), hour(6)));
    returned.when(feedback(), at(duty(), hour(9))).then(&["referral.feedback-given"]).leaves(stands("S13"));
}

#[test]
fn no_clock_runs_on_after_an_end() {
    for story in ended() {
        let referral = story.state().known().unwrap();
        assert!(referral.clocks().agenda().is_empty(), "{:?}", referral.step());
    }
}

#[test]
fn every_step_has_its_own_number_and_word() {
    let told = || withdrawn().after(notify(), at(duty(), hour(7)));
    let stories = [drafted(), pending(), approved(), delivered(), receipted(), asked(), forwarded()];
    let more = [filed(), not_filed(), reconsidering(), upheld(), supervised(), told()];
    let mut names: Vec<(&str, &str)> = Vec::new();
    for story in stories.into_iter().chain(more).chain(ended()) {
        let step: &Step = story.state().known().unwrap().step();
        names.push((step.code(), step.word()));
    }
    let expected = [
        ("S1", "drafting"),
        ("S2", "pending-head"),
        ("S3", "approved"),
        ("S4", "delivered"),
        ("S5", "receipted"),
        ("S6", "supplement-requested"),
        ("S7", "forwarded"),
        ("S9", "filed"),
        ("S10", "not-filed"),
        ("S11", "reconsidering"),
        ("S11u", "not-filed-upheld"),
        ("S12", "filing-supervision"),
        ("S14", "case-withdrawn"),
        ("S1a", "abandoned"),
        ("S8", "not-police-matter"),
        ("S13", "returned-for-admin"),
        ("S15", "concluded"),
    ];
    assert_eq!(names, expected);
}
