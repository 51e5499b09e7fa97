//! S4 to S8: claim, receipt, supplement, forwarding.

use super::fixture::*;
use crate::actor::Role;
use crate::claim::{Claim, ClaimEvent};
use crate::paper::PaperKind;
use crate::referral::{Command, Event, Step};
use crate::text::Text;

fn release() -> Command {
    Command::Release { reason: reason() }
}

#[test]
fn one_officer_claims_and_the_other_is_told_who() {
    delivered().when(Command::Claim, at(duty(), hour(3))).then(&["claim.taken"]).leaves(stands("S4"));
    claimed()
        .when(Command::Claim, at(second_duty(), hour(4)))
        .refused("ALREADY_CLAIMED")
        .fact("by", "OF-police-1")
        .fact("since", "2024-09-02T04:00:00Z");
    claimed().when(Command::Claim, at(duty(), hour(4))).nothing();
    receipted()
        .when(Command::Claim, at(second_duty(), hour(5)))
        .refused("ALREADY_CLAIMED")
        .fact("since", "2024-09-02T05:00:00Z");
}

#[test]
fn only_the_receiving_unit_claims() {
    let elsewhere = actor("police-3", other_police(), Role::Duty);
    delivered()
        .when(Command::Claim, at(elsewhere, hour(3)))
        .refused("NOT_YOUR_UNIT")
        .fact("unit", "UN-PSB-430405");
    approved().when(Command::Claim, at(duty(), hour(3))).refused("NOT_HERE");
}

#[test]
fn a_claim_is_given_back_by_its_holder() {
    claimed().when(release(), at(second_duty(), hour(4))).refused("NOT_CLAIMED_BY_YOU");
    let released = claimed().when(release(), at(duty(), hour(4)));
    let given_back = ClaimEvent::Released { by: duty().officer, reason: reason() };
    assert_eq!(released.events().first(), Some(&Event::Claim(given_back)));
    released
        .then(&["claim.released"])
        .clocks(&["clock.stopped claim-lease"])
        .given()
        .when(Command::Claim, at(second_duty(), hour(5)))
        .then(&["claim.taken"]);
}

#[test]
fn the_holder_signs_the_receipt_and_keeps_the_claim() {
    delivered().when(sign(), at(duty(), hour(4))).refused("NOT_CLAIMED_BY_YOU");
    claimed().when(sign(), at(second_duty(), hour(4))).refused("ALREADY_CLAIMED");
    claimed().when(sign(), at(duty(), hour(4))).then(&["referral.receipted"]).leaves(stands("S5")).leaves(
        |state| {
            let referral = state.known().unwrap();
            assert!(matches!(referral.claim(), Claim::Kept { .. }));
            assert_eq!(referral.receipt().unwrap().at, hour(4));
            assert_eq!(referral.queue(), None);
        },
    );
}

#[test]
fn a_receipt_is_a_receipt() {
    let photo = Command::SignReceipt { number: receipt_number(), paper: paper(PaperKind::Evidence) };
    claimed()
        .when(photo, at(duty(), hour(4)))
        .refused("WRONG_PAPER")
        .fact("given", "evidence")
        .fact("expected", "receipt");
}

#[test]
fn a_receipt_is_never_changed() {
    for story in [receipted(), asked(), filed()] {
        story
            .when(sign(), at(duty(), hour(6)))
            .refused("RECEIPT_IMMUTABLE")
            .fact("unit", "UN-PSB-430405")
            .fact("number", "A430405202409001")
            .fact("at", "2024-09-02T05:00:00Z");
    }
}

#[test]
fn a_receipt_is_not_dated_before_the_delivery() {
    let mut back = at(duty(), hour(2));
    back.recorded = hour(6);
    claimed().when(sign(), back).refused("BEFORE_PREVIOUS");
}

#[test]
fn the_police_ask_for_material_and_the_agency_hands_it_in() {
    let asked = receipted()
        .when(ask(), at(duty(), hour(5)))
        .then(&["referral.supplement-requested"])
        .leaves(stands("S6"))
        .given();
    asked
        .when(supplement(vec![paper(PaperKind::Appraisal)]), at(colleague(), hour(6)))
        .then(&["referral.supplemented"])
        .leaves(stands("S5"));
}

#[test]
fn a_supplement_notice_names_what_is_missing_and_a_supplement_has_papers() {
    let empty = Command::RequestSupplement { number: number(3), missing: Vec::new() };
    receipted().when(empty, at(duty(), hour(5))).refused("NOTHING_ASKED");
    asked()
        .when(supplement(Vec::new()), at(member(), hour(6)))
        .refused("MISSING_PAPERS")
        .fact("missing", "appraisal");
    asked().when(supplement(letter_papers()), at(duty(), hour(6))).refused("NOT_YOUR_UNIT");
}

#[test]
fn missing_material_never_keeps_the_police_from_deciding() {
    asked().when(file(), at(chief(), hour(6))).then(&["referral.filed"]);
    asked().when(not_file(), at(chief(), hour(6))).then(&["referral.not-filed"]);
    asked().when(not_police(), at(duty(), hour(6))).then(&["referral.not-police-matter"]);
}

#[test]
fn a_forwarded_referral_is_offered_again_at_the_new_unit() {
    forwarded()
        .when(Command::Claim, at(duty(), hour(6)))
        .refused("NOT_YOUR_UNIT")
        .fact("unit", "UN-PSB-430412")
        .leaves(stands("S7"))
        .leaves(|state| {
            let referral = state.known().unwrap();
            assert_eq!(referral.claim(), &Claim::Open);
            assert_eq!(referral.queue(), Some(&other_police()));
        });
    let new = || actor("police-3", other_police(), Role::Duty);
    forwarded()
        .after(Command::Claim, at(new(), hour(6)))
        .when(sign(), at(new(), hour(7)))
        .then(&["referral.receipted"])
        .clock("clock.started referral-filing-decision")
        .leaves(stands("S5"))
        .leaves(|state| {
            let receipts = state.known().unwrap().arrivals().iter();
            assert_eq!(receipts.filter(|arrival| arrival.receipt.is_some()).count(), 2);
        });
}

#[test]
fn a_referral_is_forwarded_to_another_police_unit_that_has_not_had_it() {
    receipted().when(forward_to(procuratorate()), at(duty(), hour(5))).refused("NOT_POLICE");
    receipted()
        .when(forward_to(police()), at(duty(), hour(5)))
        .refused("FORWARD_TO_ITSELF")
        .fact("unit", "UN-PSB-430405");
    let new = || actor("police-3", other_police(), Role::Duty);
    forwarded()
        .after(Command::Claim, at(new(), hour(6)))
        .after(sign(), at(new(), hour(7)))
        .when(forward_to(police()), at(new(), hour(8)))
        .refused("HAD_IT_ALREADY")
        .fact("unit", "UN-PSB-430405");
}

#[test]
fn a_dispute_over_jurisdiction_ends_by_designation() {
    let new = || actor("police-3", other_police(), Role::Duty);
    let by_city = actor("city-1", city_police(), Role::Head);
    let back = forwarded()
        .after(Command::Claim, at(new(), hour(6)))
        .after(sign(), at(new(), hour(7)))
        .after(designate(police()), at(by_city, hour(8)))
        .after(forward_to(police()), at(new(), hour(9)))
        .after(Command::Claim, at(duty(), hour(10)));
    // The unit had it before: its old receipt is not played back.
    let again = back.when(sign(), at(duty(), hour(11))).refused("RECEIPT_IMMUTABLE").given();
    let fresh = Text::parse("A430405202409002").unwrap();
    again
        .after(Command::SignReceipt { number: fresh, paper: paper(PaperKind::Receipt) }, at(duty(), hour(11)))
        .when(forward_to(other_police()), at(duty(), hour(12)))
        .refused("DESIGNATED_HERE")
        .fact("unit", "UN-PSB-430405");
}

#[test]
fn a_forward_follows_the_designation() {
    let by_city = actor("city-1", city_police(), Role::Head);
    receipted()
        .after(designate(other_police()), at(by_city, hour(5)))
        .when(forward_to(city_police()), at(duty(), hour(6)))
        .refused("NOT_DESIGNATED");
}

#[test]
fn not_a_police_matter_ends_it_with_a_suggestion() {
    receipted()
        .when(not_police(), at(duty(), hour(5)))
        .then(&["referral.not-police-matter"])
        .leaves(stands("S8"))
        .leaves(|state| assert!(state.known().unwrap().is_final()));
    delivered().when(not_police(), at(chief(), hour(4))).refused("NOT_HERE");
}

#[test]
fn the_police_act_through_the_holder_or_the_head() {
    for command in [ask(), forward_to(other_police()), not_police(), feedback()] {
        receipted()
            .when(command.clone(), at(second_duty(), hour(5)))
            .refused("ALREADY_CLAIMED")
            .fact("by", "OF-police-1");
        let events = receipted().when(command, at(chief(), hour(5)));
        assert!(!events.events().is_empty());
    }
}

#[test]
fn feedback_changes_nothing_and_needs_a_receipt() {
    delivered().when(feedback(), at(chief(), hour(4))).refused("NOT_HERE");
    forwarded().when(feedback(), at(chief(), hour(6))).refused("NOT_HERE");
    receipted()
        .when(feedback(), at(duty(), hour(5)))
        .then(&["referral.feedback-given"])
        .clocks(&[])
        .leaves(|state| assert_eq!(state.known().unwrap().step(), &Step::Receipted));
}
