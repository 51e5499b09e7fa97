//! Scenarios of dispatches.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::actor::{Actor, Agency};
use crate::scenario::{Given, given, survives_storage};
use crate::text::Text;

fn unit(level: Level, division: &str) -> Unit {
    let id = format!("UN-EDU-{division}").parse().unwrap();
    Unit { id, agency: Agency::Education, level, division: division.parse().unwrap() }
}

fn by(unit: Unit, role: Role) -> Stamp {
    let at: Timestamp = "2023-11-20T02:00:00Z".parse().unwrap();
    let by = Actor { officer: "OF-1".parse().unwrap(), unit, roles: vec![role] };
    Stamp { by, at, recorded: at }
}

fn county() -> Stamp {
    by(unit(Level::County, "430405"), Role::Handler)
}

fn report(level: Level, division: &str) -> Report {
    let division: DivisionCode = division.parse().unwrap();
    let on = date(2023, 11, 18);
    Report {
        id: DispatchId::new(division, on, 1),
        campaign: CampaignId::new("100000".parse().unwrap(), on, 1),
        post: Post { level, division },
        on,
        persons: 4,
        institutions: vec!["IN-1".parse().unwrap(), "IN-2".parse().unwrap()],
    }
}

fn command(change: impl FnOnce(&mut Report)) -> Command {
    let mut report = report(Level::County, "430405");
    change(&mut report);
    let places = vec![report.post.division];
    Command::Report { report: Box::new(report), places }
}

fn void() -> Command {
    Command::Void { reason: Text::parse("重复登记").unwrap() }
}

fn nothing() -> Given<DispatchRule> {
    given(Vec::<(Event, Stamp)>::new())
}

#[test]
fn a_unit_reports_its_own_dispatch_once() {
    nothing().when(command(|_| {}), county()).then(&["dispatch.reported"]);
    let reported = nothing().after(command(|_| {}), county());
    reported.when(command(|_| {}), county()).refused("DISPATCH_REPORTED_ALREADY");
}

#[test]
fn another_level_or_area_is_not_its_own() {
    nothing()
        .when(command(|_| {}), by(unit(Level::County, "430406"), Role::Handler))
        .refused("DISPATCH_NOT_YOUR_POST")
        .fact("post", "county:430405");
    let as_city = command(|report| report.post.level = Level::City);
    nothing().when(as_city, county()).refused("DISPATCH_NOT_YOUR_POST");
    let above = by(unit(Level::City, "430400"), Role::Handler);
    nothing().when(command(|_| {}), above).refused("DISPATCH_NOT_YOUR_POST");
}

#[test]
fn a_city_without_counties_reports_as_one_and_a_city_with_counties_does_not() {
    let of = |division: &str| {
        let report = report(Level::County, division);
        let places = vec![report.post.division];
        (Command::Report { report: Box::new(report), places }, by(unit(Level::City, division), Role::Handler))
    };
    let (dongguan, city) = of("441900");
    nothing().when(dongguan, city).then(&["dispatch.reported"]);
    let (hengyang, city) = of("430400");
    nothing().when(hengyang, city).refused("DISPATCH_NOT_YOUR_POST");
}

#[test]
fn a_province_reports_as_the_city_of_the_counties_it_runs_itself() {
    let henan = report(Level::City, "410000");
    let places = vec!["419001".parse().unwrap()];
    let command = Command::Report { report: Box::new(henan), places };
    let province = by(unit(Level::Province, "410000"), Role::Handler);
    nothing().when(command, province).then(&["dispatch.reported"]);
}

#[test]
fn a_unit_that_was_merged_reports_late_for_institutions_that_were_moved() {
    let places = vec!["500157".parse().unwrap()];
    let command = Command::Report { report: Box::new(report(Level::County, "500105")), places };
    nothing().when(command, by(unit(Level::County, "500105"), Role::Handler)).then(&["dispatch.reported"]);
}

#[test]
fn numbers_places_and_days_that_cannot_be_are_refused() {
    let refused = |change: fn(&mut Report), why| {
        nothing().when(command(change), county()).refused(why);
    };
    refused(|report| report.persons = 0, "DISPATCH_PERSONS");
    refused(|report| report.persons = 201, "DISPATCH_PERSONS");
    refused(|report| report.institutions.clear(), "DISPATCH_INSTITUTIONS");
    refused(|report| report.institutions.push("IN-1".parse().unwrap()), "DISPATCH_INSTITUTIONS");
    refused(|report| report.on = date(2023, 11, 21), "DISPATCH_FUTURE");
    let elsewhere = Command::Report {
        report: Box::new(report(Level::County, "430405")),
        places: vec!["430405".parse().unwrap(), "430406".parse().unwrap()],
    };
    nothing().when(elsewhere, county()).refused("DISPATCH_OUTSIDE_AREA").fact("division", "430406");
}

#[test]
fn a_leader_of_the_unit_takes_it_back_once() {
    let reported = || nothing().after(command(|_| {}), county());
    let leader = || by(unit(Level::County, "430405"), Role::Leader);
    nothing().when(void(), leader()).refused("DISPATCH_UNKNOWN");
    reported().when(void(), county()).refused("DISPATCH_NOT_LEADER").fact("unit", "UN-EDU-430405");
    reported().when(void(), by(unit(Level::City, "430400"), Role::Head)).refused("DISPATCH_NOT_LEADER");
    reported()
        .when(void(), leader())
        .then(&["dispatch.voided"])
        .leaves(|state| assert_eq!(state.word(), "dispatch-void"));
    let voided = || reported().after(void(), leader());
    voided().when(void(), leader()).refused("DISPATCH_VOID_ALREADY");
    voided().when(command(|_| {}), county()).refused("DISPATCH_REPORTED_ALREADY");
}

#[test]
fn it_lies_where_it_was_sent_from_and_is_its_units() {
    let reported = nothing().after(command(|_| {}), county());
    let scope = DispatchRule::scope(&void(), reported.state());
    assert_eq!(scope.division, "430405".parse().ok());
    assert_eq!(scope.parties, ["UN-EDU-430405".parse().unwrap()]);
    survives_storage(&Event::Reported(Box::new(report(Level::County, "430405"))));
}
