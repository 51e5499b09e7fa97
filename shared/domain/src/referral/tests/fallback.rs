//! Clock C without a receipt: the entry falls back to the fallback unit of the police. City police of Hengyang
//! (430400) stand in for those of Zhuhui.

use super::fixture::*;
use crate::actor::{Actor, Role, Stamp, Unit};
use crate::clock::{Stage, Told};
use crate::period::Who;
use crate::referral::{Command, Event, State};

const C: &str = "referral-receipt";

fn fallback_duty() -> Actor {
    actor("city-duty", city_police(), Role::Duty)
}

/// The breach of a clock as the clock service tells it.
fn breach(rule: &str, to: Option<Unit>) -> Command {
    let unit = to.as_ref().map(|unit| unit.id.clone());
    let told = vec![
        Told { who: Who::PoliceSuperior, unit: Some(city_police().id) },
        Told { who: Who::Fallback, unit },
    ];
    Command::Ring { rule: rule.to_owned(), stage: Stage::Due, told, fallback: to }
}

fn service(hours: i64) -> Stamp {
    at(clock_service(), hour(hours))
}

/// S4, delivered at hour 3; nobody signs until hour 28.
fn fallen() -> Story {
    delivered().after(breach(C, Some(city_police())), service(28))
}

#[track_caller]
fn lies_with(police: Unit) -> impl FnOnce(&State) {
    move |state| {
        let referral = state.known().unwrap();
        assert_eq!((referral.police(), referral.fallback()), (Some(&police), None));
    }
}

#[test]
fn what_nobody_signs_for_in_time_lies_before_the_fallback_unit_as_well() {
    let outcome = delivered().when(breach(C, Some(city_police())), service(28)).then(&["referral.fell-back"]);
    let [Event::Clock(breached), Event::FellBack { to }] = outcome.events() else { panic!("breach first") };
    assert_eq!((breached.kind(), to), ("clock.breached", &city_police()));
    outcome.leaves(stands("S4")).leaves(|state| {
        let referral = state.known().unwrap();
        assert_eq!((referral.police(), referral.queue()), (Some(&police()), Some(&police())));
        assert_eq!(referral.fallback(), Some(&city_police()));
        assert!(referral.scope().parties.contains(&city_police().id));
        assert_eq!(referral.last(), hour(3), "the ring is no step");
    });
}

#[test]
fn before_the_breach_the_fallback_unit_has_no_part_in_it() {
    delivered().when(Command::Claim, at(fallback_duty(), hour(4))).refused("NOT_YOUR_UNIT");
    delivered().when(breach(C, Some(city_police())), service(27)).then(&[]);
}

#[test]
fn officers_of_either_unit_claim_and_one_wins() {
    fallen()
        .when(Command::Claim, at(duty(), hour(29)))
        .then(&["claim.taken"])
        .given()
        .when(Command::Claim, at(fallback_duty(), hour(29)))
        .refused("ALREADY_CLAIMED");
    fallen()
        .when(Command::Claim, at(fallback_duty(), hour(29)))
        .then(&["claim.taken"])
        .given()
        .when(sign(), at(duty(), hour(29)))
        .refused("ALREADY_CLAIMED");
    let next = actor("police-9", other_police(), Role::Duty);
    fallen().when(Command::Claim, at(next, hour(29))).refused("NOT_YOUR_UNIT");
}

#[test]
fn the_fallback_unit_that_signs_has_the_referral_and_its_receipt_stands() {
    let signed = fallen()
        .after(Command::Claim, at(fallback_duty(), hour(29)))
        .when(sign(), at(fallback_duty(), hour(30)))
        .then(&["referral.receipted"])
        .leaves(stands("S5"))
        .leaves(lies_with(city_police()))
        .leaves(|state| {
            let units: Vec<_> = state.known().unwrap().arrivals().iter().map(|one| &one.unit).collect();
            assert_eq!(units, [&police(), &city_police()], "the first unit stays on record");
        })
        .given();
    let again = signed
        .when(sign(), at(fallback_duty(), hour(31)))
        .refused("RECEIPT_IMMUTABLE")
        .fact("unit", "UN-PSB-430400");
    let head = actor("city-head", city_police(), Role::Head);
    again.given().when(file(), at(head, hour(31))).then(&["referral.filed"]);
}

#[test]
fn the_unit_it_was_delivered_to_may_still_sign_and_the_fallback_unit_leaves() {
    let signed = fallen()
        .after(Command::Claim, at(duty(), hour(29)))
        .when(sign(), at(duty(), hour(30)))
        .then(&["referral.receipted"])
        .leaves(lies_with(police()))
        .leaves(|state| assert!(!state.known().unwrap().scope().parties.contains(&city_police().id)))
        .given();
    signed.when(ask(), at(fallback_duty(), hour(31))).refused("NOT_YOUR_UNIT");
}

#[test]
fn the_unit_that_let_the_time_pass_gets_it_back_by_designation_only() {
    let signed = || {
        fallen()
            .after(Command::Claim, at(fallback_duty(), hour(29)))
            .after(sign(), at(fallback_duty(), hour(30)))
    };
    signed()
        .when(forward_to(police()), at(fallback_duty(), hour(31)))
        .refused("HAD_IT_ALREADY")
        .fact("unit", "UN-PSB-430405");
    signed().when(forward_to(other_police()), at(fallback_duty(), hour(31))).then(&["referral.forwarded"]);
}

#[test]
fn it_falls_back_once_per_arrival() {
    fallen().when(breach(C, Some(city_police())), service(40)).then(&[]).clocks(&[]);
    // Passed on and silent again: that is another arrival.
    let elsewhere = forwarded().when(breach(C, Some(city_police())), service(40));
    elsewhere.then(&["referral.fell-back"]);
}

#[test]
fn without_another_unit_to_fall_back_to_the_superior_is_told_and_that_is_all() {
    for nobody in [None, Some(police()), Some(procuratorate())] {
        delivered()
            .when(breach(C, nobody), service(28))
            .then(&[])
            .clocks(&["clock.breached referral-receipt"])
            .leaves(lies_with(police()));
    }
}

#[test]
fn no_other_clock_hands_a_referral_to_the_fallback_unit() {
    pending()
        .when(breach("referral-head-decision", Some(city_police())), service(24 * 5))
        .then(&[])
        .clocks(&["clock.breached referral-head-decision"]);
    receipted()
        .when(breach("referral-filing-decision", Some(city_police())), service(24 * 5))
        .then(&[])
        .clocks(&["clock.breached referral-filing-decision"]);
}
