//! Scenarios from the notice to the fix.

use super::fixture::*;
use crate::hazard::*;

fn ask() -> Command {
    Command::AskExtension { reason: why() }
}
fn grant(until: Option<&str>) -> Command {
    Command::GrantExtension { until: until.map(day) }
}

#[test]
fn a_general_hazard_has_fifteen_days_by_law() {
    graded(Grade::General)
        .when(Command::Notify(notice(None)), clerk(2))
        .then(&["hazard.noticed"])
        .clocks(&["clock.stopped hazard-notice", "clock.started hazard-rectify"])
        .leaves(|state| {
            let running = state.known().unwrap().clocks().get(RECTIFY).unwrap();
            assert_eq!(running.due, at("2026-12-08T16:00:00Z"));
        });
    let dated = Command::Notify(notice(Some("2026-12-20")));
    graded(Grade::General).when(dated, clerk(2)).refused("HAZARD_DEADLINE_BY_LAW");
    graded(Grade::General).when(Command::Notify(notice(None)), finder(2)).refused("HAZARD_NOT_YOUR_UNIT");
}

#[test]
fn no_step_is_dated_before_the_one_it_follows() {
    let since = |scene: &Scene| scene.state().known().unwrap().since.to_string();
    let (found, fixed) = (graded(Grade::General), fixed(Grade::General));
    let notify = found.when(Command::Notify(notice(None)), clerk(-1));
    notify.refused("HAZARD_BEFORE_LAST").fact("since", &since(&graded(Grade::General)));
    let verify = fixed.when(Command::Verify(visit(&["OF-second"])), second(0));
    verify.refused("HAZARD_BEFORE_LAST").fact("since", &since(&super::fixture::fixed(Grade::General)));
}

#[test]
fn a_major_hazard_ends_as_its_plan_says_and_within_the_longest() {
    noticed(Grade::Major).when(rectify("2026-12-19"), clerk(3)).leaves(|state| {
        let running = state.known().unwrap().clocks().get(RECTIFY_MAJOR).unwrap();
        assert_eq!(running.due, at("2026-12-20T16:00:00Z"));
    });
    graded(Grade::Major).when(Command::Notify(notice(None)), clerk(2)).refused("HAZARD_DEADLINE_MISSING");
    for day in ["2026-11-22", "2028-01-01"] {
        graded(Grade::Major)
            .when(Command::Notify(notice(Some(day))), clerk(2))
            .refused("HAZARD_DEADLINE_OUTSIDE")
            .fact("until", day);
    }
}

#[test]
fn nothing_is_rectified_without_the_five_elements() {
    noticed(Grade::General)
        .when(Command::ReportFix(fix()), clerk(3))
        .refused("HAZARD_NOT_HERE")
        .fact("action", "hazard.report-fix")
        .fact("word", "hazard-noticed");
    noticed(Grade::General).when(rectify("2026-12-09"), clerk(3)).refused("HAZARD_DEADLINE_OUTSIDE");
    let bare = Elements { interim: None, ..elements("2026-12-05") };
    let bare = || Command::Rectify(Box::new(bare.clone()));
    noticed(Grade::Major).when(bare(), clerk(3)).refused("HAZARD_INTERIM_MISSING");
    noticed(Grade::General).when(bare(), clerk(3)).then(&["hazard.rectifying"]).clocks(&[]);
    let poor = Elements { fen: "12.5".to_owned(), ..elements("2026-12-05") };
    noticed(Grade::General)
        .when(Command::Rectify(Box::new(poor)), clerk(3))
        .refused("HAZARD_MONEY_UNREADABLE");
    noticed(Grade::General).when(rectify("2026-12-05"), finder(3)).refused("HAZARD_NOT_YOUR_UNIT");
}

#[test]
fn a_major_hazard_reports_every_week_and_a_general_one_need_not() {
    let progress = || Command::ReportProgress { progress: why() };
    noticed(Grade::Major)
        .when(rectify("2026-12-20"), clerk(3))
        .clocks(&["clock.started hazard-progress"])
        .given()
        .when(progress(), clerk(100))
        .then(&["hazard.progress-reported"])
        .clocks(&["clock.stopped hazard-progress", "clock.started hazard-progress"])
        .given()
        .when(ring("hazard-progress"), hub(24 * 14))
        .then(&[])
        .clocks(&["clock.breached hazard-progress"]);
    rectifying(Grade::General).when(progress(), clerk(4)).clocks(&[]);
}

#[test]
fn there_is_one_extension_asked_in_time_and_granted_by_another() {
    let asked = || rectifying(Grade::General).after(ask(), clerk(5));
    asked()
        .when(grant(None), leader(6))
        .then(&["hazard.extension-granted"])
        .clocks(&["clock.stopped hazard-rectify", "clock.started hazard-rectify-extended"])
        .leaves(|state| {
            let running = state.known().unwrap().clocks().get(RECTIFY_EXTENDED).unwrap();
            assert_eq!(running.due, at("2026-12-23T16:00:00Z"), "thirty days in all");
        })
        .given()
        .when(ask(), clerk(7))
        .refused("HAZARD_EXTENSION_USED");
    asked().when(ask(), clerk(6)).refused("HAZARD_EXTENSION_ASKED");
    asked().when(grant(None), clerk(6)).refused("NOT_LEADER");
    asked().when(grant(None), city(6)).refused("HAZARD_NOT_YOUR_UNIT");
    asked().when(grant(Some("2026-12-30")), leader(6)).refused("HAZARD_DEADLINE_BY_LAW");
    rectifying(Grade::General).when(grant(None), leader(6)).refused("HAZARD_NO_EXTENSION_ASKED");
    let own = rectifying(Grade::General).after(ask(), leader(5));
    own.when(grant(None), leader(6)).refused("HAZARD_SECOND_PERSON");
    rectifying(Grade::General)
        .when(ask(), clerk(24 * 16))
        .refused("HAZARD_OVERDUE")
        .fact("due", "2026-12-08T16:00:00Z");
}

#[test]
fn a_denied_extension_leaves_the_time_as_it_was() {
    rectifying(Grade::General)
        .after(ask(), clerk(5))
        .when(Command::DenyExtension { reason: why() }, leader(6))
        .then(&["hazard.extension-denied"])
        .clocks(&[])
        .leaves(|state| assert!(state.known().unwrap().clocks().get(RECTIFY).is_some()));
}

#[test]
fn the_plan_of_a_major_hazard_is_extended_to_a_later_day() {
    let asked = || rectifying(Grade::Major).after(ask(), clerk(5));
    asked()
        .when(grant(Some("2026-12-20")), leader(6))
        .refused("HAZARD_NO_EXTENSION")
        .fact("until", "2026-12-20");
    asked()
        .when(grant(Some("2027-01-10")), leader(6))
        .clocks(&["clock.stopped hazard-rectify-major", "clock.started hazard-rectify-major"])
        .leaves(|state| {
            let running = state.known().unwrap().clocks().get(RECTIFY_MAJOR).unwrap();
            assert_eq!(running.due, at("2027-01-10T16:00:00Z"));
        });
}
