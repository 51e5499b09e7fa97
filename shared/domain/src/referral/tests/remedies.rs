//! S10 to S13: reconsideration, supervision, return.

use super::fixture::*;
use crate::clock::Stage;

const H: &str = "referral-reconsideration-right";
const K: &str = "referral-supervision-right";

#[test]
fn the_agency_asks_for_reconsideration_and_the_head_files() {
    not_filed()
        .when(reconsider(), at(colleague(), hour(6)))
        .then(&["referral.reconsideration-requested"])
        .leaves(stands("S11"));
    reconsidering().when(file(), at(chief(), hour(7))).then(&["referral.filed"]).leaves(stands("S9"));
    reconsidering().when(not_file(), at(chief(), hour(7))).refused("NOT_HERE");
    not_filed().when(reconsider(), at(duty(), hour(6))).refused("NOT_YOUR_UNIT");
}

#[test]
fn the_police_uphold_the_non_filing() {
    reconsidering()
        .when(uphold(), at(duty(), hour(7)))
        .then(&["referral.reconsideration-upheld"])
        .leaves(stands("S11u"));
    upheld().when(reconsider(), at(colleague(), hour(8))).refused("NOT_HERE");
}

// Not filed on Monday, 2 September: the right ends with Thursday, 5 September.
#[test]
fn the_right_to_reconsideration_lapses_whether_or_not_its_clock_rang() {
    not_filed()
        .when(reconsider(), at(member(), beijing("2024-09-06T00:00:00")))
        .then(&["referral.reconsideration-requested"]);
    not_filed()
        .when(reconsider(), at(member(), beijing("2024-09-06T00:00:01")))
        .refused("RIGHT_LAPSED")
        .fact("action", "referral.reconsider")
        .fact("due", "2024-09-05T16:00:00Z");
    not_filed()
        .after(ring(H, Stage::Due), at(clock_service(), beijing("2024-09-06T00:01:00")))
        .when(suggest(), at(member(), beijing("2024-09-06T09:00:00")))
        .refused("RIGHT_LAPSED")
        .fact("action", "referral.suggest-supervision");
}

#[test]
fn a_request_made_in_time_counts_however_late_the_hub_learns_of_it() {
    let lapsed = not_filed()
        .when(ring(H, Stage::Due), at(clock_service(), beijing("2024-09-06T00:01:00")))
        .then(&[])
        .clocks(&["clock.lapsed referral-reconsideration-right"])
        .given();
    let mut late = at(member(), beijing("2024-09-05T10:00:00"));
    late.recorded = beijing("2024-09-09T10:00:00");
    lapsed.when(reconsider(), late).then(&["referral.reconsideration-requested"]);
}

#[test]
fn the_agency_suggests_supervision_once() {
    let suggested = not_filed()
        .when(suggest(), at(colleague(), hour(6)))
        .then(&["referral.supervision-suggested"])
        .leaves(stands("S10"))
        .given();
    suggested.when(suggest(), at(colleague(), hour(7))).refused("ALREADY_SUGGESTED");
    upheld()
        .when(suggest(), at(colleague(), hour(8)))
        .then(&["referral.supervision-suggested"])
        .leaves(stands("S11u"));
}

#[test]
fn a_lapsed_right_does_not_bind_the_procuratorate() {
    let later = beijing("2024-09-20T10:00:00");
    upheld()
        .after(ring(K, Stage::Due), at(clock_service(), later))
        .when(supervise(), at(prosecutor(), later))
        .then(&["referral.supervision-opened"])
        .leaves(stands("S12"));
    upheld().when(suggest(), at(member(), later)).refused("RIGHT_LAPSED");
}

#[test]
fn only_the_procuratorate_supervises() {
    not_filed()
        .when(supervise(), at(head(), hour(6)))
        .refused("NOT_YOUR_UNIT")
        .fact("unit", "UN-PROC-430405");
    reconsidering().when(supervise(), at(prosecutor(), hour(7))).refused("NOT_HERE");
    receipted().when(supervise(), at(prosecutor(), hour(7))).refused("NOT_HERE");
}

#[test]
fn the_police_give_their_reasons_once() {
    let answered = supervised()
        .when(give_reasons(), at(duty(), hour(7)))
        .then(&["referral.reasons-given"])
        .leaves(stands("S12"))
        .given();
    answered.when(give_reasons(), at(duty(), hour(8))).refused("REASONS_ALREADY_GIVEN");
    supervised().when(give_reasons(), at(head(), hour(7))).refused("NOT_YOUR_UNIT");
}

#[test]
fn accepted_reasons_send_the_case_back_to_the_agency() {
    supervised()
        .after(give_reasons(), at(duty(), hour(7)))
        .when(accept_reasons(), at(prosecutor(), hour(8)))
        .then(&["referral.reasons-accepted", "referral.returned-for-admin"])
        .leaves(stands("S13"));
    supervised()
        .when(accept_reasons(), at(prosecutor(), hour(7)))
        .refused("REASONS_PENDING")
        .fact("due", "2024-09-09T16:00:00Z");
}

#[test]
fn the_procuratorate_orders_filing_after_the_reasons_or_after_silence() {
    supervised().when(order_filing(), at(prosecutor(), hour(7))).refused("REASONS_PENDING");
    supervised()
        .when(order_filing(), at(prosecutor(), beijing("2024-09-10T09:00:00")))
        .then(&["referral.filing-ordered"]);
    let ordered = supervised()
        .after(give_reasons(), at(duty(), hour(7)))
        .when(order_filing(), at(prosecutor(), hour(8)))
        .then(&["referral.filing-ordered"])
        .leaves(stands("S12o"))
        .given();
    ordered
        .when(not_file(), at(chief(), hour(9)))
        .refused("NOT_HERE")
        .given()
        .when(file(), at(chief(), hour(9)))
        .then(&["referral.filed"])
        .leaves(stands("S9"));
}

#[test]
fn the_police_may_file_on_their_own_while_they_are_asked_for_their_reasons() {
    let answered = || supervised().after(give_reasons(), at(duty(), hour(7)));
    supervised()
        .when(file(), at(chief(), hour(7)))
        .then(&["referral.filed"])
        .clocks(&["clock.stopped referral-reasons", "clock.started referral-hand-over"])
        .leaves(stands("S9"));
    answered().when(file(), at(chief(), hour(8))).then(&["referral.filed"]).leaves(stands("S9"));
    supervised().when(file(), at(duty(), hour(7))).refused("NOT_HEAD").fact("unit", "UN-PSB-430405");
    supervised().when(not_file(), at(chief(), hour(7))).refused("NOT_HERE");
    let filed = supervised().after(file(), at(chief(), hour(7)));
    filed.when(order_filing(), at(prosecutor(), hour(8))).refused("NOT_HERE");
}

#[test]
fn the_agency_takes_an_unfiled_case_back() {
    for story in [not_filed(), upheld()] {
        story
            .when(accept_return(), at(colleague(), hour(8)))
            .then(&["referral.returned-for-admin"])
            .leaves(stands("S13"));
    }
    not_filed().when(accept_return(), at(duty(), hour(8))).refused("NOT_YOUR_UNIT");
    supervised().when(accept_return(), at(member(), hour(8))).refused("NOT_HERE");
}
