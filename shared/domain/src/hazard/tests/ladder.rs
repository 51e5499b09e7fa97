//! Scenarios of what presses for a hazard: the ladder of being overdue, and listed supervision.

use super::fixture::*;
use crate::hazard::*;

fn overdue() -> Scene {
    rectifying(Grade::General).after(ring(RECTIFY), hub_at(at("2026-12-08T16:00:05Z")))
}
fn penalty() -> Command {
    Command::OpenPenalty { case: "珠教罚立〔2026〕2号".parse().unwrap() }
}
fn list() -> Command {
    Command::List { reason: why() }
}

#[test]
fn an_overdue_hazard_climbs_the_ladder_by_its_clocks() {
    rectifying(Grade::General)
        .when(ring(RECTIFY), hub_at(at("2026-12-08T16:00:05Z")))
        .then(&["hazard.overdue"])
        .clocks(&[
            "clock.breached hazard-rectify",
            "clock.started hazard-overdue-superior",
            "clock.started hazard-overdue-listing",
            "clock.started hazard-overdue-penalty",
        ])
        .leaves(|state| {
            let hazard = state.known().unwrap();
            let due = |rule: &str| hazard.clocks().get(rule).unwrap().due;
            assert_eq!(due("hazard-overdue-superior"), at("2026-12-11T16:00:00Z"));
            assert_eq!(due(LISTING), at("2026-12-15T16:00:00Z"));
            assert_eq!(due(PENALTY), at("2026-12-23T16:00:00Z"));
            assert_eq!(hazard.pressure(), Pressure::Overdue);
        })
        .given()
        .when(ring("hazard-overdue-superior"), hub_at(at("2026-12-11T16:00:00Z")))
        .then(&[])
        .clocks(&["clock.breached hazard-overdue-superior"])
        .given()
        .when(ring(LISTING), hub_at(at("2026-12-15T16:00:00Z")))
        .then(&["hazard.listed"])
        .clocks(&["clock.breached hazard-overdue-listing", "clock.stopped hazard-overdue-listing"])
        .given()
        .when(ring(PENALTY), hub_at(at("2026-12-23T16:00:00Z")))
        .then(&["hazard.penalty-proposed"])
        .clocks(&["clock.breached hazard-overdue-penalty"])
        .given()
        .when(penalty(), clerk(24 * 32))
        .then(&["hazard.penalty-opened"])
        .clocks(&["clock.stopped hazard-overdue-penalty"])
        .given()
        .when(penalty(), clerk(24 * 33))
        .refused("HAZARD_PENALTY_OPEN");
}

#[test]
fn a_clock_rung_twice_or_early_does_nothing_and_only_the_hub_rings() {
    overdue().when(ring(RECTIFY), hub_at(at("2026-12-09T16:00:00Z"))).nothing();
    rectifying(Grade::General).when(ring(RECTIFY), hub_at(at("2026-12-08T15:59:59Z"))).nothing();
    rectifying(Grade::General).when(ring(RECTIFY), head(24 * 20)).refused("NOT_THE_CLOCK");
}

#[test]
fn being_verified_ends_the_ladder() {
    overdue()
        .after(Command::ReportFix(fix()), clerk(24 * 16))
        .when(Command::Verify(visit(&["OF-second"])), second(24 * 17))
        .clock("clock.stopped hazard-overdue-penalty")
        .leaves(|state| assert_eq!(state.known().unwrap().clocks().agenda(), []));
}

#[test]
fn no_penalty_while_it_is_in_time() {
    rectifying(Grade::General).when(penalty(), clerk(4)).refused("HAZARD_NOT_OVERDUE");
    let listed = rectifying(Grade::General).after(list(), leader(4));
    listed.when(penalty(), clerk(5)).refused("HAZARD_NOT_OVERDUE");
    let _ = overdue().when(penalty(), clerk(24 * 16)).then(&["hazard.penalty-opened"]);
    overdue().when(penalty(), finder(24 * 16)).refused("HAZARD_NOT_YOUR_UNIT");
    let _ = overdue()
        .after(list(), city(24 * 16))
        .when(penalty(), clerk(24 * 16))
        .then(&["hazard.penalty-opened"]);
}

#[test]
fn a_leader_in_charge_or_above_lists_it_once() {
    overdue()
        .when(list(), city(24 * 16))
        .then(&["hazard.listed"])
        .clocks(&["clock.stopped hazard-overdue-listing"])
        .given()
        .when(list(), leader(24 * 17))
        .refused("HAZARD_LISTED_ALREADY");
    found(Grade::Major).when(list(), clerk(1)).refused("NOT_LEADER");
    found(Grade::Major).when(list(), fire_leader(1)).refused("HAZARD_NOT_YOUR_UNIT");
    let _ = found(Grade::Major).when(list(), leader(1)).then(&["hazard.listed"]);
}

#[test]
fn an_extension_asked_in_time_and_granted_late_takes_it_off_the_ladder() {
    rectifying(Grade::General)
        .after(Command::AskExtension { reason: why() }, clerk(5))
        .after(ring(RECTIFY), hub_at(at("2026-12-08T16:00:05Z")))
        .when(Command::GrantExtension { until: None }, leader(24 * 16))
        .clock("clock.stopped hazard-overdue-listing")
        .leaves(|state| assert_eq!(state.known().unwrap().pressure(), Pressure::None));
    rectifying(Grade::General)
        .after(Command::AskExtension { reason: why() }, clerk(5))
        .when(Command::GrantExtension { until: None }, leader(24 * 40))
        .refused("HAZARD_OVERDUE")
        .fact("due", "2026-12-23T16:00:00Z");
}

#[test]
fn an_overdue_hazard_gets_no_extension() {
    // Written down late, as if asked for in time: the breach stands.
    let mut late = clerk(24 * 16);
    late.at = hour(24 * 10);
    overdue().when(Command::AskExtension { reason: why() }, late).refused("HAZARD_OVERDUE");
}
