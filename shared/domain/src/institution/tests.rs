//! Scenarios of the institution rule.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::{Command, Event, InstitutionKind, InstitutionRule, Particulars, State};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::decider::{Decider, Scope};
use crate::scenario::{Given, given, survives_storage};
use crate::text::Text;

fn school() -> Particulars {
    Particulars {
        id: "IN-12100000400009880K".parse().unwrap(),
        credit_code: "12100000400009880K".parse().unwrap(),
        name: Text::parse("珠晖区样例小学").unwrap(),
        kind: InstitutionKind::Primary,
        division: "430405".parse().unwrap(),
        address: Text::parse("样例路1号").unwrap(),
        lead: Agency::Education,
    }
}

fn register(particulars: Particulars) -> Command {
    Command::Register(Box::new(particulars))
}

fn now() -> Stamp {
    let division = "430405".parse().unwrap();
    let id = "UN-EDU-430405".parse().unwrap();
    let unit = Unit { id, agency: Agency::Education, level: Level::County, division };
    let by = Actor { officer: "OF-1".parse().unwrap(), unit, roles: vec![Role::Administrator] };
    let at = Timestamp::from_second(1_788_800_000).unwrap();
    Stamp { by, at, recorded: at }
}

fn nothing() -> Given<InstitutionRule> {
    given(Vec::<(Event, Stamp)>::new())
}

fn known() -> Given<InstitutionRule> {
    nothing().after(register(school()), now())
}

#[test]
fn an_institution_is_entered() {
    nothing()
        .when(register(school()), now())
        .then(&["institution.registered"])
        .leaves(|state| assert_eq!(state, &State::Known(Box::new(school()))));
}

#[test]
fn entering_the_same_again_changes_nothing_so_an_import_may_be_repeated() {
    known().when(register(school()), now()).nothing();
}

#[test]
fn other_particulars_are_a_change() {
    let moved = Particulars {
        division: "430406".parse().unwrap(),
        address: Text::parse("样例路9号").unwrap(),
        ..school()
    };
    known()
        .when(register(moved.clone()), now())
        .then(&["institution.changed"])
        .leaves(|state| assert_eq!(state, &State::Known(Box::new(moved.clone()))))
        .given()
        .when(register(school()), now())
        .then(&["institution.changed"]);
}

#[test]
fn another_credit_code_is_another_institution() {
    let other = Particulars { credit_code: "91350100M000100Y43".parse().unwrap(), ..school() };
    known()
        .when(register(other), now())
        .refused("OTHER_CREDIT_CODE")
        .fact("known", "12100000400009880K")
        .leaves(|state| assert_eq!(state, &State::Known(Box::new(school()))));
}

#[test]
fn permission_looks_at_the_place() {
    let command = register(school());
    assert_eq!(InstitutionRule::action(&command), "institution.register");
    let here = Scope { division: Some(school().division), ..Scope::default() };
    assert_eq!(InstitutionRule::scope(&command, &State::Unknown), here);
}

#[test]
fn every_event_survives_storage() {
    survives_storage(&Event::Registered(Box::new(school())));
    survives_storage(&Event::Changed(Box::new(school())));
}

#[test]
fn a_kind_is_read_from_its_stored_word() {
    for kind in InstitutionKind::ALL {
        assert_eq!(InstitutionKind::parse(kind.code()), Some(kind));
    }
    assert_eq!(InstitutionKind::parse("university"), None);
}
