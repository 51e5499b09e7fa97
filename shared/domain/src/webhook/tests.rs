//! Scenarios of a webhook as the log keeps it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::{Command, Event, Kept, Secret, WebhookRule};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::scenario::{Given, given, survives_storage};
use crate::sealed::{Cipher, Sealed};

fn now() -> Timestamp {
    "2026-11-23T01:00:00Z".parse().unwrap()
}

fn stamp() -> Stamp {
    let unit = Unit {
        id: "UN-HUB".parse().unwrap(),
        agency: Agency::Hub,
        level: Level::Nation,
        division: "100000".parse().unwrap(),
    };
    let by = Actor { officer: "OF-HUB".parse().unwrap(), unit, roles: vec![Role::Service] };
    Stamp { by, at: now(), recorded: now() }
}

fn sealed(field: &str) -> Sealed {
    let (subject, key) = ("SU-WH-7".parse().unwrap(), "1".to_owned());
    Sealed { alg: Cipher::Aes256Gcm, subject, key, field: field.to_owned(), ct: "AAAA".to_owned() }
}

fn kept() -> Box<Kept> {
    Box::new(Kept {
        unit: "UN-EDU-430405".parse().unwrap(),
        owner: "OF-SYS".to_owned(),
        url: sealed("webhook.url"),
        description: sealed("webhook.description"),
        filter: String::new(),
        after: None,
        registered_at: now(),
        standing: "active".to_owned(),
        since: now(),
        changed_by: "OF-SYS".to_owned(),
        last_success: None,
        failing_since: None,
        last_error: String::new(),
        secrets: vec![Secret { sealed: sealed("webhook.secret"), until: None }],
    })
}

fn registered() -> Given<WebhookRule> {
    given(Vec::<(Event, Stamp)>::new()).after(Command::Keep(kept()), stamp())
}

#[test]
fn a_webhook_is_registered_changes_and_is_forgotten_for_good() {
    given::<WebhookRule>(Vec::new()).when(Command::Keep(kept()), stamp()).then(&["webhook.registered"]);
    registered().when(Command::Keep(kept()), stamp()).then(&["webhook.changed"]);
    let gone = registered().when(Command::Forget, stamp()).then(&["webhook.forgotten"]).given();
    gone.when(Command::Keep(kept()), stamp()).refused("WEBHOOK_FORGOTTEN");
}

#[test]
fn who_forgets_it_without_an_answer_asks_again() {
    let gone = registered().when(Command::Forget, stamp()).then(&["webhook.forgotten"]).given();
    gone.when(Command::Forget, stamp()).nothing();
}

#[test]
fn one_that_was_forgotten_before_it_came_does_not_come_any_more() {
    let never = given::<WebhookRule>(Vec::new()).when(Command::Forget, stamp());
    let gone = never.then(&["webhook.forgotten"]).given();
    gone.when(Command::Keep(kept()), stamp()).refused("WEBHOOK_FORGOTTEN");
}

#[test]
fn events_survive_storage() {
    for event in [Event::Registered(kept()), Event::Changed(kept()), Event::Forgotten {}] {
        survives_storage(&event);
    }
}
