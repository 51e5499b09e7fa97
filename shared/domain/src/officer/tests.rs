//! Scenarios of the officer rule.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::{Command, Event, OfficerRule, Registered, State};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::decider::{Decider, Scope};
use crate::scenario::{Given, given, survives_storage};
use crate::sealed::{Cipher, Sealed};

fn police() -> Unit {
    Unit {
        id: "UN-PSB-430405".parse().unwrap(),
        agency: Agency::Police,
        level: Level::County,
        division: "430405".parse().unwrap(),
    }
}

fn sealed(field: &str) -> Sealed {
    let subject = "SU-OF-017".parse().unwrap();
    let (key, field) = ("7".to_owned(), field.to_owned());
    Sealed { alg: Cipher::Aes256Gcm, subject, key, field, ct: "AAAA".to_owned() }
}

fn entry(roles: &[Role]) -> Registered {
    let officer = "OF-017".parse().unwrap();
    Registered { officer, unit: police(), name: sealed("name"), roles: roles.to_vec() }
}

fn register(roles: &[Role]) -> Command {
    Command::Register(Box::new(entry(roles)))
}

fn change(roles: &[Role]) -> Command {
    Command::ChangeRoles { roles: roles.to_vec() }
}

fn credential() -> Command {
    Command::SetCredential { credential: sealed("credential"), one_time: true }
}

fn now() -> Stamp {
    let by = Actor { officer: "OF-ADMIN".parse().unwrap(), unit: police(), roles: vec![Role::Administrator] };
    let at = Timestamp::from_second(1_788_800_000).unwrap();
    Stamp { by, at, recorded: at }
}

fn nothing() -> Given<OfficerRule> {
    given(Vec::<(Event, Stamp)>::new())
}

fn active() -> Given<OfficerRule> {
    nothing().after(register(&[Role::Duty]), now())
}

fn disabled() -> Given<OfficerRule> {
    active().after(Command::Disable, now())
}

#[test]
fn an_officer_is_registered_with_an_open_account() {
    nothing()
        .when(register(&[Role::Duty]), now())
        .then(&["officer.registered"])
        .leaves(|state| assert_eq!(state, &State::Active(Box::new(entry(&[Role::Duty])))));
}

#[test]
fn an_account_is_shut_and_opened_again_and_doing_so_twice_changes_nothing() {
    active()
        .when(Command::Disable, now())
        .then(&["officer.disabled"])
        .leaves(|state| assert!(matches!(state, State::Disabled(_))));
    disabled()
        .when(Command::Enable, now())
        .then(&["officer.enabled"])
        .leaves(|state| assert!(matches!(state, State::Active(_))));
    disabled().when(Command::Disable, now()).nothing();
    active().when(Command::Enable, now()).nothing();
}

#[test]
fn roles_are_replaced_and_a_shut_account_stays_shut() {
    let leader = |known: &Registered| assert_eq!(known.roles, [Role::Leader]);
    active().when(change(&[Role::Leader]), now()).then(&["officer.roles-changed"]).leaves(|state| {
        assert!(matches!(state, State::Active(known) if { leader(known); true }));
    });
    disabled().when(change(&[Role::Leader]), now()).then(&["officer.roles-changed"]).leaves(|state| {
        assert!(matches!(state, State::Disabled(known) if { leader(known); true }));
    });
}

#[test]
fn a_credential_is_set_for_an_open_and_for_a_shut_account() {
    for scene in [active(), disabled()] {
        let before = scene.state().clone();
        scene
            .when(credential(), now())
            .then(&["officer.credential-set"])
            .leaves(|state| assert_eq!(state, &before, "the credential is no part of the state"));
    }
}

#[test]
fn an_officers_number_is_given_once() {
    for scene in [active(), disabled()] {
        scene.when(register(&[Role::Duty]), now()).refused("OFFICER_EXISTS").fact("officer", "OF-017");
    }
}

#[test]
fn nothing_is_done_with_an_officer_who_is_not_registered() {
    for command in [change(&[Role::Duty]), credential(), Command::Disable, Command::Enable] {
        nothing().when(command, now()).refused("OFFICER_UNKNOWN");
    }
}

#[test]
fn an_officer_has_a_role() {
    nothing().when(register(&[]), now()).refused("NO_ROLE");
    active().when(change(&[]), now()).refused("NO_ROLE");
    disabled().when(change(&[]), now()).refused("NO_ROLE");
}

#[test]
fn nobody_both_runs_and_audits_the_hub() {
    let both = [Role::Auditor, Role::Handler, Role::Administrator];
    nothing().when(register(&both), now()).refused("DUTIES_NOT_SEPARATED");
    active().when(change(&both), now()).refused("DUTIES_NOT_SEPARATED");
    nothing().when(register(&[Role::Auditor]), now()).then(&["officer.registered"]);
    nothing().when(register(&[Role::Administrator]), now()).then(&["officer.registered"]);
}

#[test]
fn permission_looks_at_the_officers_unit() {
    let here = Scope { division: Some(police().division), ..Scope::default() }.with(&police());
    let told = [
        (register(&[Role::Duty]), "officer.register"),
        (change(&[Role::Duty]), "officer.change-roles"),
        (credential(), "officer.set-credential"),
        (Command::Disable, "officer.disable"),
        (Command::Enable, "officer.disable"),
    ];
    for (command, action) in told {
        assert_eq!(OfficerRule::action(&command), action);
        assert_eq!(OfficerRule::scope(&command, active().state()), here);
        assert_eq!(OfficerRule::scope(&command, disabled().state()), here);
    }
    assert_eq!(OfficerRule::scope(&register(&[Role::Duty]), &State::Unknown), here);
    assert_eq!(OfficerRule::scope(&Command::Enable, &State::Unknown), Scope::default());
}

#[test]
fn every_event_survives_storage_and_none_shows_the_name() {
    let events = [
        Event::Registered(Box::new(entry(&[Role::Duty]))),
        Event::RolesChanged { roles: vec![Role::Head] },
        Event::CredentialSet { credential: sealed("credential"), one_time: false },
        Event::Disabled {},
        Event::Enabled {},
    ];
    for event in events {
        survives_storage(&event);
        assert!(!format!("{event:?}").contains("AAAA"), "not even in a log line");
    }
}
