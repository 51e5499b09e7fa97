//! Scenarios of how a hazard ends.

use super::fixture::*;
use crate::hazard::*;

const NOBODY: &[&str] = &[];

#[test]
fn a_general_hazard_goes_round_the_loop_and_is_gone() {
    rectifying(Grade::General)
        .when(Command::ReportFix(fix()), clerk(30))
        .then(&["hazard.fix-reported"])
        .clocks(&["clock.started hazard-reinspect", "clock.paused hazard-rectify"])
        .given()
        .when(Command::Verify(visit(&["OF-second"])), second(40))
        .then(&["hazard.verified"])
        .clocks(&["clock.stopped hazard-reinspect", "clock.stopped hazard-rectify"])
        .leaves(|state| assert_eq!(state.known().unwrap().stage(), &Stage::Verified))
        .given()
        .when(reject(&["OF-second"]), second(41))
        .refused("HAZARD_NOT_HERE")
        .fact("word", "hazard-verified");
}

#[test]
fn a_rejected_fix_gives_back_the_time_that_was_left_and_no_more() {
    fixed(Grade::General)
        .when(reject(&["OF-second"]), second(32))
        .then(&["hazard.rejected"])
        .clocks(&["clock.stopped hazard-reinspect", "clock.started hazard-rectify"])
        .leaves(|state| {
            let hazard = state.known().unwrap();
            assert_eq!(hazard.stage(), &Stage::Rectifying);
            assert_eq!(hazard.clocks().get(RECTIFY).unwrap().due, at("2026-12-08T16:00:00Z"));
        });
}

#[test]
fn an_institution_that_reported_its_fix_is_not_late_because_the_look_at_it_is() {
    fixed(Grade::General)
        .when(ring("hazard-reinspect"), hub(24 * 8))
        .then(&[])
        .clocks(&["clock.breached hazard-reinspect"])
        .given()
        .when(Command::List { reason: why() }, leader(24 * 9))
        .then(&["hazard.listed"])
        .clocks(&[])
        .given()
        .when(reject(&["OF-second"]), second(24 * 30))
        .clocks(&["clock.stopped hazard-reinspect", "clock.started hazard-rectify"])
        .leaves(|state| {
            let running = state.known().unwrap().clocks().get(RECTIFY).unwrap();
            assert_eq!(running.due, at("2027-01-06T16:00:00Z"), "twenty-nine days later");
        });
}

#[test]
fn nobody_closes_what_they_fixed() {
    for officer in ["OF-school", "OF-clerk"] {
        fixed(Grade::General)
            .when(Command::Verify(visit(&[officer])), second(40))
            .refused("HAZARD_FIXED_BY_THEM")
            .fact("officer", officer);
    }
    fixed(Grade::General)
        .when(Command::Verify(visit(&["OF-second"])), clerk(40))
        .refused("HAZARD_FIXED_BY_THEM");
    fixed(Grade::General).when(reject(&["OF-school"]), second(40)).refused("HAZARD_FIXED_BY_THEM");
}

#[test]
fn nothing_is_fixed_or_closed_without_an_attachment() {
    let bare = Fix { papers: Vec::new(), ..fix() };
    rectifying(Grade::General)
        .when(Command::ReportFix(bare.clone()), clerk(30))
        .refused("HAZARD_EVIDENCE_MISSING");
    graded(Grade::General).when(Command::FixOnSpot(bare), finder(2)).refused("HAZARD_EVIDENCE_MISSING");
    let unseen = Visit { papers: Vec::new(), ..visit(&["OF-second"]) };
    fixed(Grade::General).when(Command::Verify(unseen), second(40)).refused("HAZARD_EVIDENCE_MISSING");
}

#[test]
fn a_major_hazard_is_looked_at_by_two_officers_on_site() {
    for alone in [&["OF-second"][..], &["OF-second", "OF-second"]] {
        fixed(Grade::Major)
            .when(Command::Verify(visit(alone)), second(40))
            .refused("HAZARD_TOO_FEW_ON_SITE")
            .fact("present", "1")
            .fact("needed", "2");
    }
    fixed(Grade::General)
        .when(Command::Verify(visit(NOBODY)), second(40))
        .refused("HAZARD_TOO_FEW_ON_SITE")
        .fact("needed", "1");
    let _ = fixed(Grade::Major)
        .when(Command::Verify(visit(&["OF-second", "OF-finder"])), second(40))
        .then(&["hazard.verified"]);
}

#[test]
fn a_general_hazard_fixed_on_the_spot_is_verified_by_a_second_person_or_goes_back() {
    let spot = || graded(Grade::General).after(Command::FixOnSpot(fix()), finder(2));
    let _ = spot().when(Command::Verify(visit(&["OF-second"])), second(3)).then(&["hazard.verified"]);
    spot().when(Command::Verify(visit(&["OF-finder"])), finder(3)).refused("HAZARD_FIXED_BY_THEM");
    spot()
        .when(reject(&["OF-second"]), second(3))
        .then(&["hazard.spot-rejected"])
        .clocks(&["clock.stopped hazard-reinspect", "clock.started hazard-notice"])
        .given()
        .when(Command::Notify(notice(None)), clerk(4))
        .clock("clock.started hazard-rectify");
    graded(Grade::Major).when(Command::FixOnSpot(fix()), finder(2)).refused("HAZARD_MAJOR_ON_SPOT");
}

#[test]
fn another_authority_takes_it_and_this_loop_ends() {
    rectifying(Grade::General)
        .when(transfer(), leader(5))
        .then(&["hazard.transferred"])
        .clocks(&["clock.stopped hazard-rectify"]);
    rectifying(Grade::General).when(transfer(), clerk(5)).refused("NOT_LEADER");
    let afar = Unit { division: "430103".parse().unwrap(), ..market() };
    let afar = Command::Transfer { to: afar, reason: why() };
    rectifying(Grade::General).when(afar, leader(5)).refused("HAZARD_OUTSIDE_AREA").fact("area", "430103");
    let same = Command::Transfer { to: education(), reason: why() };
    rectifying(Grade::General)
        .when(same, leader(5))
        .refused("HAZARD_SAME_UNIT")
        .fact("unit", "UN-EDU-430405");
    let closed = rectifying(Grade::General).after(suspend(), leader(4));
    closed.when(transfer(), leader(5)).refused("HAZARD_OUT_OF_USE");
}

#[test]
fn a_record_is_void_when_two_persons_say_so() {
    let proposed = || found(Grade::General).after(Command::ProposeVoid { reason: why() }, leader(1));
    proposed()
        .when(Command::ApproveVoid, head(2))
        .then(&["hazard.voided"])
        .clocks(&["clock.stopped hazard-notice"]);
    proposed().when(Command::ApproveVoid, leader(2)).refused("HAZARD_SECOND_PERSON");
    proposed().when(Command::ApproveVoid, clerk(2)).refused("NOT_LEADER");
    proposed().when(Command::ProposeVoid { reason: why() }, clerk(2)).refused("HAZARD_VOID_PROPOSED");
    found(Grade::General).when(Command::ApproveVoid, head(2)).refused("HAZARD_NO_VOID_PROPOSED");
}
