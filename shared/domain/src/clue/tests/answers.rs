//! What the police say to a mandatory report they signed for, wherever the clue stands: beside an administrative case
//! or a referral the answer moves the duty alone (MPL art. 11; 高检发〔2020〕9号 art. 8 and 11; Order 310).

use super::fixture::*;
use crate::claim::Claim;
use crate::clue::event::Event;
use crate::clue::{Answer, Clue, ClueRule, Command, Obligation, Stage, State};
use crate::decider::Decider;
use crate::scenario::given;

/// Signed for by the duty officer, beside a case and beside a referral.
fn signed_beside() -> [Scene; 2] {
    [abuse_in_case(), abuse_in_referral()]
        .map(|scene| scene.after(Command::Claim, by(duty(), 7)).after(sign("R-1"), by(duty(), 8)))
}

fn word(state: &State) -> Option<&'static str> {
    state.clue().and_then(|clue| clue.obligation().word())
}

/// The case is as it was, and so is the referral when there is one.
#[track_caller]
fn goes_on(state: &State) {
    let clue = state.clue().unwrap();
    assert_eq!(clue.stage().case(), Some(&number("衡珠市监罚字〔2026〕12号")));
    let referral =
        if let Stage::ReferralOpened { referral, .. } = clue.stage() { Some(referral) } else { None };
    assert_eq!(clue.running_referral(), referral);
}

#[test]
fn the_police_accept_and_answer_what_they_signed_for_and_the_case_goes_on() {
    for scene in signed_beside() {
        assert_eq!(word(scene.state()), Some("receipted"));
        let accepted = scene
            .when(Command::Accept, by(duty(), 9))
            .then(&["clue.transfer-accepted"])
            .clocks(&["clock.started clue-police-feedback"])
            .leaves(goes_on)
            .leaves(|state| assert_eq!(word(state), Some("accepted")))
            .given();
        let answered = accepted
            .when(feedback(), by(duty(), 10))
            .then(&["clue.feedback-received"])
            .clocks(&["clock.stopped clue-police-feedback"])
            .leaves(goes_on)
            .leaves(|state| assert_eq!(word(state), Some("answered")))
            .leaves(|state| assert_eq!(state.clue().and_then(Clue::receiver), None))
            .given();
        answered.when(feedback(), by(duty(), 11)).then(&["clue.feedback-received"]).leaves(goes_on);
    }
}

#[test]
fn each_step_of_the_answer_has_its_order_and_its_unit() {
    let [scene, _] = signed_beside();
    let scene = scene.when(feedback(), by(duty(), 9)).refused("ACCEPT_FIRST").given();
    let scene =
        scene.when(sign("R-2"), by(duty(), 9)).refused("RECEIPT_IMMUTABLE").fact("number", "R-1").given();
    let scene = scene.when(Command::Accept, by(next_duty(), 9)).refused("NOT_YOUR_UNIT").given();
    let scene = scene.after(Command::Accept, by(duty(), 9));
    scene.when(Command::Accept, by(duty(), 10)).refused("ALREADY_ACCEPTED");
    abuse_in_case()
        .when(Command::Accept, by(duty(), 7))
        .refused("WRONG_STAGE")
        .fact("stage", "admin-handling");
}

#[test]
fn a_report_signed_for_beside_a_case_may_be_no_matter_of_the_police() {
    for scene in signed_beside() {
        scene
            .when(decline(), by(duty(), 9))
            .then(&["clue.transfer-declined"])
            .clocks(&[])
            .leaves(goes_on)
            .leaves(|state| assert_eq!(word(state), Some("not-police")))
            .given()
            .when(Command::Accept, by(duty(), 10))
            .refused("WRONG_STAGE");
    }
    let [scene, _] = signed_beside();
    scene.after(Command::Accept, by(duty(), 9)).when(decline(), by(duty(), 10)).refused("ALREADY_ACCEPTED");
}

#[test]
fn before_the_receipt_a_report_is_not_declined_whatever_case_is_open() {
    for scene in [abuse_in_case(), abuse_in_referral()] {
        scene.after(Command::Claim, by(duty(), 7)).when(decline(), by(duty(), 8)).refused("MAY_NOT_DECLINE");
    }
}

#[test]
fn a_report_passed_on_is_received_there_before_it_may_be_declined() {
    for scene in signed_beside() {
        scene
            .after(forward(psb_next()), by(duty(), 9))
            .after(Command::Claim, by(next_duty(), 10))
            .when(decline(), by(next_duty(), 11))
            .refused("MAY_NOT_DECLINE");
    }
}

#[test]
fn a_report_passed_on_after_the_receipt_is_signed_for_and_answered_there_and_stays_met() {
    for scene in signed_beside() {
        let passed = scene
            .when(forward(psb_next()), by(duty(), 9))
            .then(&["clue.transfer-forwarded"])
            .clocks(&["clock.started clue-forward-receipt-u1"])
            .leaves(goes_on)
            .leaves(|state| assert_eq!(word(state), Some("forwarded")))
            .leaves(|state| assert_eq!(state.clue().and_then(Clue::queue_unit), Some(&psb_next())))
            .leaves(|state| assert_eq!(state.clue().map(Clue::claim), Some(&Claim::Open)))
            .given();
        let passed = passed.when(Command::Accept, by(duty(), 10)).refused("NOT_YOUR_UNIT").given();
        let passed = passed.when(Command::Accept, by(next_duty(), 10)).refused("RECEIPT_FIRST").given();
        let there = passed.after(Command::Claim, by(next_duty(), 11));
        let there = there.when(forward(psb()), by(next_duty(), 12)).refused("HAD_IT_ALREADY").given();
        let signed = there
            .when(sign("N-1"), by(next_duty(), 12))
            .then(&["clue.transfer-receipted"])
            .clock("clock.stopped clue-forward-receipt-u1")
            .given();
        let Obligation::Met { police, receipt, answer } = signed.state().clue().unwrap().obligation() else {
            panic!("the duty is met")
        };
        assert_eq!((police, receipt.number.as_str(), answer.unit()), (&psb(), "R-1", &psb_next()));
        signed
            .after(Command::Accept, by(next_duty(), 13))
            .when(feedback(), by(next_duty(), 14))
            .leaves(goes_on)
            .leaves(|state| assert_eq!(word(state), Some("answered")));
    }
}

#[test]
fn the_reporter_is_told_when_the_police_have_answered() {
    let [scene, _] = signed_beside();
    scene
        .when(inform(), by(handler(), 9))
        .refused("ANSWER_OUTSTANDING")
        .fact("police", "UN-PSB-430405")
        .given()
        .after(Command::Accept, by(duty(), 10))
        .after(feedback(), by(duty(), 11))
        .when(inform(), by(handler(), 12))
        .then(&["clue.reporter-informed"]);
    let [scene, _] = signed_beside();
    scene.after(decline(), by(duty(), 9)).when(inform(), by(handler(), 10)).then(&["clue.reporter-informed"]);
}

#[test]
fn a_referral_opened_while_the_police_hold_the_report_takes_nothing_from_them() {
    let [scene, _] = signed_beside();
    scene
        .after(Command::Accept, by(duty(), 9))
        .after(Command::OpenReferral { draft: draft(7) }, by(handler(), 10))
        .when(feedback(), by(duty(), 11))
        .then(&["clue.feedback-received"])
        .leaves(goes_on);
}

#[test]
fn the_answer_to_a_clue_that_was_handed_over_answers_the_duty_too() {
    let handed = received(abuse()).after(Command::Claim, by(duty(), 1)).after(sign("R-1"), by(duty(), 2));
    assert_eq!(word(handed.state()), Some("receipted"));
    let accepted = handed.after(Command::Accept, by(duty(), 3));
    assert_eq!(word(accepted.state()), Some("accepted"));
    let answered = accepted.after(feedback(), by(duty(), 4));
    assert_eq!((word(answered.state()), stage(answered.state())), (Some("answered"), "awaiting-feedback"));
    // What another agency says later changes nothing of what the police said.
    let elsewhere = answered
        .after(inform(), by(sorter(), 5))
        .after(Command::Reopen { reason: text("new fact"), order: None }, by(edu_chief(), 6))
        .after(to_other(fire()), by(edu_chief(), 7))
        .after(Command::Claim, by(fireman(), 8))
        .after(decline(), by(fireman(), 9));
    assert_eq!(word(elsewhere.state()), Some("answered"));
}

#[test]
fn a_receipt_of_an_older_log_that_handed_nothing_over_can_be_answered() {
    let reported = nothing().when(file(abuse()), by(sorter(), 0)).events().to_vec();
    let met = (Event::ObligationMet { receipt: text("R-1") }, by(duty(), 2));
    let history = reported.into_iter().map(|event| (event, by(sorter(), 0))).chain([met]);
    given::<ClueRule>(history)
        .when(Command::Accept, by(duty(), 3))
        .then(&["clue.transfer-accepted"])
        .given()
        .when(feedback(), by(duty(), 4))
        .leaves(|state| assert_eq!((stage(state), word(state)), ("received", Some("answered"))));
}

#[test]
fn both_police_units_of_a_report_passed_on_are_parties_to_it() {
    let [scene, _] = signed_beside();
    let passed = scene.after(forward(psb_next()), by(duty(), 9));
    let scope = ClueRule::scope(&Command::Claim, passed.state());
    for unit in [psb(), psb_next()] {
        assert!(scope.parties.contains(&unit.id), "{scope:?}");
    }
    let Obligation::Met { answer: Answer::By { unit, .. }, .. } = passed.state().clue().unwrap().obligation()
    else {
        panic!("met, and the answer owed")
    };
    assert_eq!(unit, &psb_next());
}
