//! Scenarios of the unit rule. Zhuhui (430405) lies in Hengyang (430400).
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::{Command, Event, Registered, State, UnitRule};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::category::Category;
use crate::decider::{Decider, Scope};
use crate::jurisdiction::Jurisdiction;
use crate::scenario::{Given, given, survives_storage};
use crate::text::Text;

fn office(id: &str, agency: Agency, level: Level, division: &str) -> Unit {
    Unit { id: id.parse().unwrap(), agency, level, division: division.parse().unwrap() }
}

fn zhuhui() -> Unit {
    office("UN-EDU-430405", Agency::Education, Level::County, "430405")
}

fn row(division: &str) -> Jurisdiction {
    let categories = vec![Category::FeeFraud, Category::Premises];
    Jurisdiction { division: division.parse().unwrap(), categories, fallback: true }
}

fn registered(unit: Unit, rows: &[&str]) -> Registered {
    Registered {
        unit,
        name: Text::parse("珠晖区教育局").unwrap(),
        superior: Some("UN-EDU-430400".parse().unwrap()),
        competence: rows.iter().map(|division| row(division)).collect(),
    }
}

fn register(unit: Unit, rows: &[&str]) -> Command {
    Command::Register(Box::new(registered(unit, rows)))
}

fn change(rows: &[&str]) -> Command {
    Command::ChangeCompetence { competence: rows.iter().map(|division| row(division)).collect() }
}

fn now() -> Stamp {
    let unit = office("UN-HUB", Agency::Hub, Level::Nation, "100000");
    let by = Actor { officer: "OF-HUB-1".parse().unwrap(), unit, roles: vec![Role::Administrator] };
    let at = Timestamp::from_second(1_788_800_000).unwrap();
    Stamp { by, at, recorded: at }
}

fn nothing() -> Given<UnitRule> {
    given(Vec::<(Event, Stamp)>::new())
}

fn active() -> Given<UnitRule> {
    nothing().after(register(zhuhui(), &["430405"]), now())
}

fn closed() -> Given<UnitRule> {
    active().after(Command::Close, now())
}

#[test]
fn a_unit_is_registered_changed_and_closed() {
    nothing()
        .when(register(zhuhui(), &["430405"]), now())
        .then(&["unit.registered"])
        .leaves(|state| assert!(matches!(state, State::Active(known) if known.unit == zhuhui())));
    active()
        .when(change(&[]), now())
        .then(&["unit.competence-changed"])
        .leaves(|state| assert!(matches!(state, State::Active(known) if known.competence.is_empty())));
    active()
        .when(Command::Close, now())
        .then(&["unit.closed"])
        .leaves(|state| assert_eq!(state, &State::Closed));
}

#[test]
fn registering_the_same_again_changes_nothing() {
    active().when(register(zhuhui(), &["430405"]), now()).nothing();
}

#[test]
fn an_id_is_given_once() {
    let other = register(zhuhui(), &[]);
    active().when(other.clone(), now()).refused("UNIT_EXISTS").fact("unit", "UN-EDU-430405");
    closed().when(other, now()).refused("UNIT_EXISTS");
    closed().when(register(zhuhui(), &["430405"]), now()).refused("UNIT_EXISTS");
}

#[test]
fn a_unit_that_was_never_registered_is_not_changed_or_closed() {
    nothing().when(change(&["430405"]), now()).refused("UNIT_UNKNOWN");
    nothing().when(Command::Close, now()).refused("UNIT_UNKNOWN");
}

#[test]
fn a_closed_unit_stays_closed() {
    closed().when(change(&["430405"]), now()).refused("UNIT_CLOSED");
    closed().when(Command::Close, now()).refused("UNIT_CLOSED");
    let state = UnitRule::evolve(State::Closed, &Event::CompetenceChanged { competence: vec![] }, &now());
    assert_eq!(state, State::Closed);
}

#[test]
fn competence_lies_inside_the_units_area() {
    let next = ["430405", "430406"];
    nothing()
        .when(register(zhuhui(), &next), now())
        .refused("COMPETENCE_OUTSIDE_AREA")
        .fact("division", "430406")
        .fact("area", "430405");
    active().when(change(&["430400"]), now()).refused("COMPETENCE_OUTSIDE_AREA").fact("division", "430400");
    let city = office("UN-EDU-430400", Agency::Education, Level::City, "430400");
    nothing().when(register(city, &["430400", "430405", "430406"]), now()).then(&["unit.registered"]);
}

#[test]
fn a_ministry_and_the_hub_have_no_area_to_stay_in() {
    let ministry = office("UN-EDU", Agency::Education, Level::Nation, "100000");
    nothing().when(register(ministry, &["430405"]), now()).then(&["unit.registered"]);
    let hub = office("UN-HUB-430400", Agency::Hub, Level::City, "430400");
    nothing().when(register(hub, &["440100"]), now()).then(&["unit.registered"]);
}

/// Where each level belongs: counties, cities, provinces, and the oddities of handbook 4.1.
const FITTING: [(Level, &str); 11] = [
    (Level::County, "430405"),
    (Level::County, "110101"), // a district right under a municipality
    (Level::County, "469001"), // a county-level city right under a province
    (Level::County, "441900"), // a city without counties is its own county ...
    (Level::County, "620200"),
    (Level::City, "441900"), // ... and a city
    (Level::City, "430400"),
    (Level::Province, "430000"),
    (Level::Province, "110000"), // a municipality: its city is the province
    (Level::Province, "810000"),
    (Level::Nation, "100000"),
];

#[test]
fn a_unit_has_the_level_of_its_division() {
    for (level, division) in FITTING {
        let unit = office("UN-EDU-1", Agency::Education, level, division);
        nothing().when(register(unit, &[]), now()).then(&["unit.registered"]);
    }
}

#[test]
fn a_unit_of_another_level_than_its_division_is_refused() {
    let misfits = [
        (Level::County, "430400"),
        (Level::County, "430000"),
        (Level::County, "110000"),
        (Level::City, "430405"),
        (Level::City, "430000"),
        (Level::City, "110000"),
        (Level::Province, "430400"),
        (Level::Province, "100000"),
        (Level::Nation, "110000"),
        (Level::City, "100000"),
        (Level::County, "999999"),
    ];
    for (level, division) in misfits {
        let unit = office("UN-EDU-1", Agency::Education, level, division);
        nothing()
            .when(register(unit, &[]), now())
            .refused("LEVEL_MISMATCH")
            .fact("level", level.code())
            .fact("division", division);
    }
}

#[test]
fn permission_looks_at_the_unit_itself() {
    let of_zhuhui = Scope { division: Some(zhuhui().division), ..Scope::default() }.with(&zhuhui());
    let commands = [register(zhuhui(), &[]), change(&[]), Command::Close];
    let actions = ["unit.register", "unit.change-competence", "unit.close"];
    for (command, action) in commands.iter().zip(actions) {
        assert_eq!(UnitRule::action(command), action);
        assert_eq!(UnitRule::scope(command, active().state()), of_zhuhui);
    }
    assert_eq!(UnitRule::scope(&register(zhuhui(), &[]), &State::Unknown), of_zhuhui);
    assert_eq!(UnitRule::scope(&Command::Close, &State::Unknown), Scope::default());
}

#[test]
fn every_event_survives_storage() {
    let new = Box::new(registered(zhuhui(), &["430405"]));
    let competence = new.competence.clone();
    for event in [Event::Registered(new), Event::CompetenceChanged { competence }, Event::Closed {}] {
        survives_storage(&event);
    }
}
