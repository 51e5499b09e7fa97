//! The duty to report to the police: it opens by law, nothing on the education side lowers or ends it, and
//! only a police receipt meets it (MPL art. 11; 高检发〔2020〕9号; handbook 3.2).

use super::fixture::*;
use crate::category::{Category, Harm, Minor, Urgency};
use crate::claim::Claim;
use crate::clue::event::{Part, Person};
use crate::clue::{Command, Obligation, Report, State};

/// What a receipt of a report is that nobody has sent: the hand-over itself.
const HANDED_OVER: [&str; 3] = ["clue.police-transferred", "clue.obligation-met", "clue.transfer-receipted"];

/// The clocks that still ring.
fn running(state: &State) -> Vec<String> {
    let rings = state.clue().map(|clue| clue.clocks().agenda()).unwrap_or_default();
    rings.into_iter().map(|ring| ring.rule).collect()
}

fn open(state: &State) -> bool {
    matches!(state.clue().map(crate::clue::Clue::obligation), Some(Obligation::Open { .. }))
}

fn met(state: &State) -> bool {
    matches!(state.clue().map(crate::clue::Clue::obligation), Some(Obligation::Met { .. }))
}

#[test]
fn a_mandatory_category_is_urgent_and_due_to_the_police_in_the_same_decision() {
    for category in Category::ALL.into_iter().filter(|category| category.mandatory()) {
        nothing()
            .when(file(Report { category, urgency: Urgency::U4, ..fees() }), by(sorter(), 0))
            .then(&["clue.reported", "clue.obligation-opened"])
            .clock("clock.started police-report")
            .clock("clock.started clue-triage-u1")
            .leaves(|state| assert_eq!(state.clue().map(|clue| clue.urgency()), Some(Urgency::U1)));
    }
}

#[test]
fn each_of_the_nine_situations_is_mandatory_whatever_the_category() {
    for situation in 1..=9 {
        nothing()
            .when(file(Report { situation: Some(situation), ..fees() }), by(sorter(), 0))
            .then(&["clue.reported", "clue.obligation-opened"]);
    }
    nothing().when(file(Report { situation: Some(10), ..fees() }), by(sorter(), 0)).then(&["clue.reported"]);
}

#[test]
fn harm_to_a_minor_is_mandatory_and_harm_to_others_is_not() {
    for harm in [Harm::Injury, Harm::Sexual, Harm::Danger] {
        let report = |minor| file(Report { minor, harm: vec![harm], ..fees() });
        nothing()
            .when(report(Minor::Minor), by(sorter(), 0))
            .then(&["clue.reported", "clue.obligation-opened"]);
        nothing().when(report(Minor::None), by(sorter(), 0)).then(&["clue.reported"]);
    }
    nothing()
        .when(file(Report { minor: Minor::Under14, ..fees() }), by(sorter(), 0))
        .then(&["clue.reported"]);
}

#[test]
fn a_minor_among_the_people_counts_whatever_box_was_ticked() {
    let person = Person {
        subject: "SU-child".parse().unwrap(),
        part: Part::Victim,
        minor: Minor::Under14,
        name: sealed("name"),
        id_number: None,
    };
    let report = Report { harm: vec![Harm::Injury], persons: vec![person], ..fees() };
    nothing().when(file(report), by(sorter(), 0)).then(&["clue.reported", "clue.obligation-opened"]);
}

#[test]
fn triage_can_find_that_a_clue_is_mandatory() {
    received(fees())
        .when(sort(Category::SevereBullying, Urgency::U3), by(sorter(), 1))
        .then(&["clue.triaged", "clue.obligation-opened"])
        .leaves(|state| assert!(open(state)))
        .leaves(|state| assert_eq!(state.clue().map(|clue| clue.urgency()), Some(Urgency::U1)));
}

#[test]
fn the_police_can_claim_and_sign_before_anybody_has_sorted_the_clue() {
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .when(sign("R-1"), by(duty(), 2))
        .then(&HANDED_OVER)
        .clocks(&[
            "clock.stopped clue-triage-u1",
            "clock.stopped claim-lease-u1",
            "clock.stopped police-report",
        ])
        .leaves(|state| assert!(met(state)))
        .leaves(|state| assert_eq!(stage(state), "transferred-police"));
}

#[test]
fn the_police_can_sign_at_every_stage_of_the_education_side() {
    let sorted = || received(abuse()).after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 1));
    let given = || sorted().after(assign(samr()), by(sorter(), 2));
    let checked = || given().after(team(), by(handler(), 3));
    for scene in [sorted(), given(), checked()] {
        scene
            .after(Command::Claim, by(duty(), 5))
            .when(sign("R-1"), by(duty(), 6))
            .then(&HANDED_OVER)
            .leaves(|state| assert!(running(state).is_empty(), "{:?}", running(state)));
    }
}

#[test]
fn what_the_police_signed_for_they_accept_and_answer_and_then_the_reporter_is_told() {
    let signed = || received(abuse()).after(Command::Claim, by(duty(), 1)).after(sign("R-1"), by(duty(), 2));
    signed().when(to_police(psb()), by(sorter(), 3)).refused("WRONG_STAGE");
    signed().when(Command::ConfirmTransfer, by(edu_chief(), 3)).refused("NOTHING_TO_CONFIRM");
    signed().when(inform(), by(sorter(), 3)).refused("WRONG_STAGE").fact("stage", "transferred-police");
    signed().when(decline(), by(duty(), 3)).refused("MAY_NOT_DECLINE");
    signed().when(sign("R-2"), by(duty(), 3)).refused("RECEIPT_IMMUTABLE");
    let accepted = signed().when(Command::Accept, by(duty(), 3));
    accepted
        .clocks(&["clock.started clue-police-feedback"])
        .given()
        .when(inform(), by(sorter(), 4))
        .refused("WRONG_STAGE")
        .given()
        .when(feedback(), by(duty(), 5))
        .clocks(&["clock.stopped clue-police-feedback"])
        .given()
        .when(inform(), by(sorter(), 6))
        .then(&["clue.reporter-informed"])
        .leaves(|state| assert!(running(state).is_empty()));
}

#[test]
fn the_receipt_hands_the_clue_over_from_the_unit_in_charge_and_the_signer_keeps_it() {
    let signed = received(abuse())
        .after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 1))
        .after(assign(samr()), by(sorter(), 2))
        .after(Command::Claim, by(duty(), 3))
        .after(sign("R-1"), by(duty(), 4));
    let clue = signed.state().clue().unwrap();
    let transfer = clue.stage().transfer().unwrap();
    assert_eq!((&transfer.from, &transfer.to, transfer.confirmed), (&samr(), &psb(), true));
    assert_eq!(clue.claim(), &Claim::Kept { by: duty().officer, unit: psb().id });
}

#[test]
fn a_case_that_is_open_goes_on_when_the_police_sign() {
    abuse_in_case()
        .after(Command::Claim, by(duty(), 6))
        .when(sign("R-1"), by(duty(), 7))
        .then(&["clue.obligation-met"])
        .leaves(|state| assert_eq!(stage(state), "admin-handling"));
}

#[test]
fn a_call_to_110_is_noted_but_does_not_meet_the_duty() {
    received(abuse())
        .when(Command::RecordCall { call: text("110-77") }, by(sorter(), 1))
        .then(&["clue.call-recorded"])
        .leaves(|state| assert!(open(state)));
    received(abuse())
        .when(Command::RecordCall { call: text("110-77") }, by(fireman(), 1))
        .refused("NOT_YOUR_UNIT");
    received(fees())
        .when(Command::RecordCall { call: text("110-77") }, by(sorter(), 1))
        .refused("NO_OBLIGATION");
}

#[test]
fn triage_cannot_lower_a_mandatory_clue() {
    received(abuse())
        .when(sort(Category::Other, Urgency::U3), by(sorter(), 1))
        .refused("CANNOT_DOWNGRADE")
        .fact("from", "U1")
        .fact("to", "U3");
}

#[test]
fn calling_it_something_else_does_not_end_the_duty() {
    received(abuse())
        .when(sort(Category::Other, Urgency::U1), by(sorter(), 1))
        .then(&["clue.triaged"])
        .leaves(|state| assert!(open(state)))
        .leaves(|state| assert_eq!(state.clue().map(|clue| clue.minor()), Some(Minor::Under14)));
}

#[test]
fn even_after_the_receipt_a_mandatory_clue_is_not_lowered() {
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(sign("R-1"), by(duty(), 2))
        .after(Command::Accept, by(duty(), 3))
        .after(feedback(), by(duty(), 4))
        .after(inform(), by(sorter(), 5))
        .after(Command::Reopen { reason: text("new fact"), order: None }, by(edu_chief(), 6))
        .when(sort(Category::Other, Urgency::U2), by(sorter(), 7))
        .refused("CANNOT_DOWNGRADE");
}

#[test]
fn a_mandatory_clue_is_not_merged_away_before_the_police_have_signed() {
    let merge =
        || Command::MergeInto { into: clue_id(2), into_institution: fees().institution, into_ended: false };
    received(abuse())
        .when(merge(), by(sorter(), 1))
        .refused("OBLIGATION_OPEN")
        .fact("police", "UN-PSB-430405");
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(sign("R-1"), by(duty(), 2))
        .when(merge(), by(sorter(), 3))
        .refused("WRONG_STAGE");
}

#[test]
fn a_mandatory_clue_is_not_closed_before_the_police_have_signed() {
    let unfounded = || {
        received(abuse())
            .after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 1))
            .after(assign(samr()), by(sorter(), 2))
            .after(team(), by(handler(), 3))
            .after(conclude(crate::clue::Conclusion::Unsubstantiated), by(chief(), 4))
    };
    for actor in [sorter(), edu_chief(), handler(), chief()] {
        unfounded().when(inform(), by(actor, 5)).refused("OBLIGATION_OPEN").fact("police", "UN-PSB-430405");
    }
    unfounded()
        .after(Command::Claim, by(duty(), 5))
        .after(sign("R-1"), by(duty(), 6))
        .when(inform(), by(handler(), 7))
        .refused("WRONG_STAGE")
        .given()
        .after(Command::Accept, by(duty(), 8))
        .after(feedback(), by(duty(), 9))
        .when(inform(), by(handler(), 10))
        .then(&["clue.reporter-informed"]);
}

#[test]
fn a_mandatory_clue_is_not_sent_elsewhere_before_the_police_have_signed() {
    let sorted = || received(abuse()).after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 1));
    sorted().when(to_other(fire()), by(edu_chief(), 2)).refused("OBLIGATION_OPEN");
    sorted()
        .when(to_police(psb_next()), by(sorter(), 2))
        .refused("OBLIGATION_ELSEWHERE")
        .fact("police", "UN-PSB-430405");
}

#[test]
fn one_signature_answers_the_duty_and_the_transfer() {
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 2))
        .after(to_police(psb()), by(sorter(), 3))
        .when(sign("R-1"), by(duty(), 4))
        .then(&["clue.obligation-met", "clue.transfer-receipted"])
        .clock("clock.stopped clue-police-receipt-u1");
}

#[test]
fn only_the_police_of_the_place_take_the_report() {
    for actor in [sorter(), edu_chief(), city_officer(), fireman(), next_duty()] {
        received(abuse())
            .when(Command::Claim, by(actor, 1))
            .refused("NOT_YOUR_UNIT")
            .fact("unit", "UN-PSB-430405");
    }
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .when(sign("R-1"), by(sorter(), 2))
        .refused("NOT_YOUR_UNIT");
}

#[test]
fn the_police_forward_a_report_among_themselves_and_the_duty_goes_with_it() {
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .when(forward(psb_next()), by(duty(), 2))
        .then(&["clue.transfer-forwarded"])
        .leaves(|state| assert!(open(state)))
        .given()
        .after(Command::Claim, by(next_duty(), 3))
        .when(sign("R-2"), by(next_duty(), 4))
        .then(&HANDED_OVER)
        .clock("clock.stopped clue-forward-receipt-u1")
        .leaves(|state| assert!(running(state).is_empty(), "{:?}", running(state)));
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .when(forward(fire()), by(duty(), 2))
        .refused("NOT_POLICE");
    received(abuse()).when(forward(psb_next()), by(duty(), 2)).refused("NOT_CLAIMED_BY_YOU");
}

#[test]
fn the_police_may_not_decline_a_report_about_a_minor() {
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .when(decline(), by(duty(), 2))
        .refused("MAY_NOT_DECLINE");
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 2))
        .after(to_police(psb()), by(sorter(), 3))
        .after(sign("R-1"), by(duty(), 4))
        .when(decline(), by(duty(), 5))
        .refused("MAY_NOT_DECLINE");
}

#[test]
fn another_agency_may_decline_once_the_police_have_the_report() {
    received(abuse())
        .after(Command::Claim, by(duty(), 1))
        .after(sign("R-1"), by(duty(), 2))
        .after(Command::Accept, by(duty(), 3))
        .after(feedback(), by(duty(), 4))
        .after(inform(), by(sorter(), 5))
        .after(Command::Reopen { reason: text("new fact"), order: None }, by(edu_chief(), 6))
        .after(to_other(fire()), by(edu_chief(), 7))
        .after(Command::Claim, by(fireman(), 8))
        .when(decline(), by(fireman(), 9))
        .then(&["clue.transfer-declined"])
        .leaves(|state| assert!(met(state)));
}
