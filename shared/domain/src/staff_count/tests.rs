//! Scenarios of staff counts.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::actor::{Actor, Agency, Level};
use crate::scenario::{Given, given, survives_storage};
use crate::text::Text;

fn by(level: Level, division: &str, role: Role) -> Stamp {
    let at: Timestamp = "2023-11-20T02:00:00Z".parse().unwrap();
    let id = format!("UN-EDU-{division}").parse().unwrap();
    let unit = Unit { id, agency: Agency::Education, level, division: division.parse().unwrap() };
    let by = Actor { officer: "OF-1".parse().unwrap(), unit, roles: vec![role] };
    Stamp { by, at, recorded: at }
}

fn county() -> Stamp {
    by(Level::County, "430405", Role::Handler)
}

fn report() -> Report {
    let (division, on) = ("430405".parse().unwrap(), date(2023, 11, 18));
    Report {
        id: StaffCountId::new(division, on, 1),
        campaign: CampaignId::new("100000".parse().unwrap(), on, 1),
        institution: "IN-1".parse().unwrap(),
        division,
        on,
        persons: (1..4).map(Uuid::from_u128).collect(),
    }
}

fn command(change: impl FnOnce(&mut Report)) -> Command {
    let mut report = report();
    change(&mut report);
    Command::Report(Box::new(report))
}

fn void() -> Command {
    Command::Void { reason: Text::parse("机构填错").unwrap() }
}

fn nothing() -> Given<StaffCountRule> {
    given(Vec::<(Event, Stamp)>::new())
}

#[test]
fn a_unit_reports_for_an_institution_of_its_area_once() {
    nothing().when(command(|_| {}), county()).then(&["staff-count.reported"]);
    let above = by(Level::City, "430400", Role::Handler);
    nothing().when(command(|_| {}), above).then(&["staff-count.reported"]);
    let beside = by(Level::County, "430406", Role::Handler);
    nothing().when(command(|_| {}), beside).refused("STAFF_COUNT_OUTSIDE_AREA").fact("area", "430406");
    let moved = command(|report| report.division = "500157".parse().unwrap());
    nothing().when(moved, by(Level::County, "500105", Role::Handler)).then(&["staff-count.reported"]);
    let reported = nothing().after(command(|_| {}), county());
    reported.when(command(|_| {}), county()).refused("STAFF_COUNT_REPORTED_ALREADY");
}

#[test]
fn persons_are_some_not_too_many_sorted_and_each_once() {
    let refused = |change: fn(&mut Report)| {
        nothing().when(command(change), county()).refused("STAFF_COUNT_PERSONS");
    };
    refused(|report| report.persons.clear());
    refused(|report| report.persons = (0..501).map(Uuid::from_u128).collect());
    refused(|report| report.persons.reverse());
    refused(|report| report.persons.push(Uuid::from_u128(3)));
}

#[test]
fn a_day_to_come_is_refused() {
    let tomorrow = command(|report| report.on = date(2023, 11, 21));
    nothing().when(tomorrow, county()).refused("STAFF_COUNT_FUTURE").fact("on", "2023-11-21");
}

#[test]
fn a_leader_of_the_unit_takes_it_back_once() {
    let reported = || nothing().after(command(|_| {}), county());
    let leader = || by(Level::County, "430405", Role::Leader);
    nothing().when(void(), leader()).refused("STAFF_COUNT_UNKNOWN");
    reported().when(void(), county()).refused("STAFF_COUNT_NOT_LEADER");
    reported().when(void(), leader()).then(&["staff-count.voided"]);
    reported().after(void(), leader()).when(void(), leader()).refused("STAFF_COUNT_VOID_ALREADY");
}

#[test]
fn it_lies_where_the_institution_is_and_is_its_units() {
    let reported = nothing().after(command(|_| {}), by(Level::City, "430400", Role::Handler));
    let scope = StaffCountRule::scope(&void(), reported.state());
    assert_eq!(scope.division, "430405".parse().ok());
    assert_eq!(scope.parties, ["UN-EDU-430400".parse().unwrap()]);
    survives_storage(&Event::Reported(Box::new(report())));
}
