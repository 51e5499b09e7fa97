//! Scenarios of sealing, suspension and use again.

use super::fixture::*;
use crate::hazard::*;
use crate::paper::PaperKind;

fn orally() -> Command {
    Command::SealOrally { part: part(), approver: "OF-fireleader".parse().unwrap() }
}
fn drop_seal() -> Command {
    Command::DropSeal { reason: why() }
}
fn fail() -> Command {
    Command::FailReview { visit: visit(&["OF-a", "OF-b"]), reason: why() }
}
fn pass() -> Command {
    Command::PassReview(visit(&["OF-a", "OF-b"]))
}
fn proposed() -> Scene {
    graded(Grade::Major).after(Command::ProposeSeal(part()), finder(2))
}
/// Sealed, and reported as fixed.
fn sealed() -> Scene {
    let sealed = rectifying(Grade::Major).after(orally(), finder(4)).after(seal(), fire_leader(5));
    sealed.after(Command::ReportFix(fix()), clerk(30))
}

#[test]
fn sealing_is_decided_together_within_three_working_days() {
    graded(Grade::Major)
        .when(Command::ProposeSeal(part()), finder(2))
        .then(&["hazard.seal-proposed"])
        .clocks(&["clock.started hazard-seal-decision"])
        .leaves(|state| {
            let hazard = state.known().unwrap();
            let running = hazard.clocks().get("hazard-seal-decision").unwrap();
            assert_eq!(running.due, at("2026-11-26T16:00:00Z"));
            assert!(!hazard.used().stopped());
        })
        .given()
        .when(seal(), fire_leader(20))
        .then(&["hazard.sealed"])
        .clocks(&["clock.stopped hazard-seal-decision"])
        .leaves(|state| assert_eq!(state.known().unwrap().used(), &Use::Sealed(Review::None)));
}

#[test]
fn an_emergency_seal_holds_at_once_and_is_decided_within_a_day() {
    graded(Grade::Major)
        .when(orally(), finder(2))
        .then(&["hazard.sealed-orally"])
        .clocks(&["clock.started hazard-seal-emergency"])
        .leaves(|state| assert!(state.known().unwrap().used().stopped()))
        .given()
        .when(ring("hazard-seal-emergency"), hub(28))
        .then(&[])
        .clocks(&["clock.breached hazard-seal-emergency"])
        .given()
        .when(drop_seal(), fire_leader(29))
        .then(&["hazard.seal-dropped"])
        .clocks(&["clock.stopped hazard-seal-emergency"])
        .leaves(|state| assert_eq!(state.known().unwrap().used(), &Use::Free));
    proposed()
        .when(orally(), finder(3))
        .clocks(&["clock.stopped hazard-seal-decision", "clock.started hazard-seal-emergency"]);
}

#[test]
fn only_the_fire_service_seals_and_not_alone() {
    graded(Grade::Major).when(Command::ProposeSeal(part()), clerk(2)).refused("HAZARD_NOT_FIRE");
    graded(Grade::Major).when(orally(), clerk(2)).refused("HAZARD_NOT_FIRE");
    graded(Grade::Major).when(orally(), fire_leader(2)).refused("HAZARD_SECOND_PERSON");
    proposed().when(seal(), leader(3)).refused("HAZARD_NOT_FIRE");
    proposed().when(seal(), finder(3)).refused("NOT_LEADER").fact("unit", "UN-FIRE-430405");
    let Command::Seal { paper: decision, .. } = seal() else { unreachable!("a decision") };
    let two = Command::Seal { deciders: officers(&["OF-a", "OF-b", "OF-a"]), paper: decision };
    proposed()
        .when(two, fire_leader(3))
        .refused("HAZARD_NOT_COLLECTIVE")
        .fact("deciders", "2")
        .fact("needed", "3");
    for bare in [paper(PaperKind::Decision, None), paper(PaperKind::Notice, Some("珠消封〔2026〕3号"))]
    {
        let command = Command::Seal { deciders: officers(&["OF-a", "OF-b", "OF-c"]), paper: bare };
        proposed().when(command, fire_leader(3)).refused("HAZARD_DECISION_MISSING");
    }
}

#[test]
fn a_place_is_put_out_of_use_once() {
    proposed().when(Command::ProposeSeal(part()), finder(3)).refused("HAZARD_SEAL_PENDING");
    proposed().when(suspend(), leader(3)).refused("HAZARD_SEAL_PENDING");
    graded(Grade::Major).when(seal(), fire_leader(3)).refused("HAZARD_NO_SEAL_PENDING");
    graded(Grade::Major).when(drop_seal(), fire_leader(3)).refused("HAZARD_NO_SEAL_PENDING");
    sealed().when(Command::ProposeSeal(part()), finder(31)).refused("HAZARD_OUT_OF_USE");
    sealed().when(orally(), finder(31)).refused("HAZARD_OUT_OF_USE");
    sealed().when(suspend(), leader(31)).refused("HAZARD_OUT_OF_USE");
    rectifying(Grade::General).when(suspend(), clerk(4)).refused("NOT_LEADER");
}

#[test]
fn what_was_sealed_is_used_again_only_after_the_fix_a_review_and_an_approval() {
    let asked = || sealed().after(Command::AskResume, finder(31));
    sealed()
        .when(Command::AskResume, finder(31))
        .then(&["hazard.resume-asked"])
        .clocks(&["clock.started hazard-use-review"])
        .given()
        .when(pass(), finder(32))
        .then(&["hazard.review-passed"])
        .clocks(&["clock.stopped hazard-use-review", "clock.started hazard-use-approval"])
        .given()
        .when(Command::Resume, fire_leader(33))
        .then(&["hazard.resumed"])
        .clocks(&["clock.stopped hazard-use-approval"])
        .given()
        .when(Command::Verify(visit(&["OF-second", "OF-finder"])), second(40))
        .then(&["hazard.verified"]);
    let both = visit(&["OF-second", "OF-finder"]);
    sealed().when(Command::Verify(both), second(40)).refused("HAZARD_OUT_OF_USE");
    sealed().when(Command::Resume, fire_leader(33)).refused("HAZARD_NOT_REVIEWED");
    sealed().when(pass(), finder(31)).refused("HAZARD_REVIEW_NOT_ASKED");
    asked().when(Command::AskResume, finder(32)).refused("HAZARD_REVIEW_ASKED");
    asked().when(Command::Resume, fire_leader(33)).refused("HAZARD_NOT_REVIEWED");
    asked().when(Command::AskResume, clerk(32)).refused("HAZARD_NOT_FIRE");
    asked()
        .when(fail(), finder(32))
        .then(&["hazard.review-failed"])
        .given()
        .when(Command::Resume, fire_leader(33))
        .refused("HAZARD_NOT_REVIEWED");
    asked().after(pass(), finder(32)).when(Command::Resume, finder(33)).refused("NOT_LEADER");
    let own = Command::PassReview(visit(&["OF-a", "OF-fireleader"]));
    asked().after(own, finder(32)).when(Command::Resume, fire_leader(33)).refused("HAZARD_SECOND_PERSON");
}

#[test]
fn the_review_looks_as_a_re_inspection_does() {
    let asked = || sealed().after(Command::AskResume, finder(31));
    asked().when(Command::PassReview(visit(&["OF-a"])), finder(32)).refused("HAZARD_TOO_FEW_ON_SITE");
    let fixer = Command::PassReview(visit(&["OF-a", "OF-school"]));
    asked().when(fixer, finder(32)).refused("HAZARD_FIXED_BY_THEM");
}

#[test]
fn a_suspended_use_is_reviewed_by_who_suspended_it_and_not_before_the_fix() {
    let suspended = || rectifying(Grade::General).after(suspend(), leader(4));
    suspended().when(Command::AskResume, clerk(5)).refused("HAZARD_NOT_HERE");
    let fixed_now = || suspended().after(Command::ReportFix(fix()), clerk(30));
    fixed_now().when(Command::AskResume, finder(31)).refused("HAZARD_NOT_YOUR_UNIT");
    let _ = fixed_now()
        .after(Command::AskResume, clerk(31))
        .after(Command::PassReview(visit(&["OF-second"])), second(32))
        .when(Command::Resume, head(33))
        .then(&["hazard.resumed"]);
    fixed(Grade::General).when(Command::AskResume, clerk(31)).refused("HAZARD_IN_USE");
    let pending =
        rectifying(Grade::General).after(orally(), finder(4)).after(Command::ReportFix(fix()), clerk(5));
    pending.when(Command::AskResume, finder(6)).refused("HAZARD_SEAL_PENDING");
}

#[test]
fn a_rejected_fix_takes_the_passed_review_with_it() {
    sealed()
        .after(Command::AskResume, finder(31))
        .after(pass(), finder(32))
        .when(reject(&["OF-second", "OF-finder"]), second(33))
        .clock("clock.stopped hazard-use-approval")
        .leaves(|state| assert_eq!(state.known().unwrap().used(), &Use::Sealed(Review::None)));
}
