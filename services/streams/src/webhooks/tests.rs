//! The file of the webhooks under test, in memory, at times that the test sets.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod telling;

use rusqlite::Connection;

use super::attempts::{self, Attempt};
use super::client::Failure;
use super::endpoint::{EndpointId, Standing};
use super::error::WebhookError;
use super::store;
use super::tables::{self, Wanted};

fn file() -> Connection {
    let mut tables = Connection::open_in_memory().unwrap();
    hub::kept::prepare(&mut tables, &store::SHAPE).unwrap();
    store::guard(&tables).unwrap();
    tables
}

fn wanted(path: &str) -> Wanted {
    Wanted {
        unit: "UN-EDU-430405".to_owned(),
        owner: "OF-SYS".to_owned(),
        url: format!("https://hooks.example.cn/{path}"),
        filter: vec![1],
        description: "x".to_owned(),
        after: None,
    }
}

fn attempt(number: u32, failed: Option<Failure>) -> Attempt {
    Attempt {
        at: i64::from(number),
        position: Some(9),
        event: "e".to_owned(),
        stream: "CL-1".to_owned(),
        attempt: number,
        status: failed.is_none().then_some(204),
        milliseconds: 3,
        failed,
    }
}

#[test]
fn older_secrets_sign_until_their_time_and_no_longer() {
    let tables = file();
    let id = tables::register(&tables, &wanted("a"), 0).unwrap();
    let now = |at| tables::secrets(&tables, id, at).unwrap();
    assert_eq!(tables::add_secret(&tables, id, "one", (0, 0)).unwrap(), None);
    assert_eq!(tables::add_secret(&tables, id, "two", (100, 10)).unwrap(), Some(100));
    assert_eq!(now(99), ["two", "one"]);
    assert_eq!(now(100), ["two"]);
    // A longer overlap never gives an older one more time than it was given.
    assert_eq!(tables::add_secret(&tables, id, "three", (300, 20)).unwrap(), Some(300));
    assert_eq!(now(100), ["three", "two"]);
    tables::add_secret(&tables, id, "four", (300, 30)).unwrap();
    let many = tables::add_secret(&tables, id, "five", (300, 40));
    assert!(matches!(many, Err(WebhookError::TooManySecrets(3))), "{many:?}");
    assert_eq!(tables::add_secret(&tables, id, "six", (50, 50)).unwrap(), None);
    assert_eq!(now(50), ["six"]);
}

#[test]
fn a_secret_is_taken_back_while_it_is_the_newest_and_an_endpoint_with_its_first() {
    let tables = file();
    let id = tables::register(&tables, &wanted("a"), 0).unwrap();
    tables::add_secret(&tables, id, "one", (0, 0)).unwrap();
    let before = tables::all_secrets(&tables, id).unwrap();
    tables::add_secret(&tables, id, "two", (10, 10)).unwrap();
    assert_eq!(tables::secrets(&tables, id, 10).unwrap(), ["two"]);
    assert_eq!(tables::take_back(&tables, (id, "two"), &before).unwrap(), None);
    assert_eq!(tables::all_secrets(&tables, id).unwrap(), [("one".to_owned(), None)], "it never ended");
    // What another made meanwhile stays.
    assert_eq!(tables::take_back(&tables, (id, "two"), &[]).unwrap(), None);
    assert_eq!(tables::secrets(&tables, id, 10).unwrap(), ["one"]);
    let gone = tables::take_back(&tables, (id, "one"), &[]).unwrap();
    assert_eq!(gone.map(|endpoint| endpoint.id), Some(id));
    assert_eq!(tables::find(&tables, id).unwrap(), None);
}

#[test]
fn one_endpoint_for_one_address_and_filter_and_no_number_twice() {
    let tables = file();
    let first = tables::register(&tables, &wanted("a"), 0).unwrap();
    let again = tables::register(&tables, &wanted("a"), 0);
    assert!(matches!(again, Err(WebhookError::Exists(id)) if id == first), "{again:?}");
    let second = tables::register(&tables, &wanted("b"), 0).unwrap();
    tables::stand(&tables, second, Standing::Deleted, ("OF-1", 5)).unwrap();
    assert_eq!(tables::find(&tables, second).unwrap(), None, "it is being forgotten");
    tables::stand(&tables, second, Standing::Active, ("OF-1", 6)).unwrap();
    assert_eq!(tables::standing(&tables, &[Standing::Deleted]).unwrap().len(), 1, "and does not come back");
    attempts::note(&tables, second, &attempt(1, None)).unwrap();
    tables::drop_rows(&tables, second).unwrap();
    assert_eq!(attempts::list(&tables, second, None, 9).unwrap(), []);
    assert_eq!(tables::register(&tables, &wanted("b"), 0).unwrap(), EndpointId(3));
    for number in 0..48 {
        tables::register(&tables, &wanted(&number.to_string()), 0).unwrap();
    }
    let many = tables::register(&tables, &wanted("c"), 0);
    assert!(matches!(many, Err(WebhookError::TooMany(50))), "{many:?}");
}

#[test]
fn the_last_thousand_attempts_are_kept_newest_first() {
    let tables = file();
    let id = tables::register(&tables, &wanted("a"), 0).unwrap();
    let other = tables::register(&tables, &wanted("b"), 0).unwrap();
    attempts::note(&tables, other, &attempt(1, Some(Failure::Timeout))).unwrap();
    for number in 1..=1_005 {
        attempts::note(&tables, id, &attempt(number, None)).unwrap();
    }
    let page = attempts::list(&tables, id, None, 2).unwrap();
    assert_eq!(page.iter().map(|(_, one)| one.attempt).collect::<Vec<_>>(), [1_005, 1_004]);
    let rest = attempts::list(&tables, id, page.last().map(|(mark, _)| *mark), 5_000).unwrap();
    assert_eq!((rest.len(), rest.last().unwrap().1.attempt), (998, 6));
    let others: Vec<_> =
        attempts::list(&tables, other, None, 9).unwrap().into_iter().map(|(_, one)| one).collect();
    assert_eq!(others, [attempt(1, Some(Failure::Timeout))]);
}

#[test]
fn enabling_gives_an_endpoint_all_its_patience_again() {
    let tables = file();
    let id = tables::register(&tables, &wanted("a"), 0).unwrap();
    let known = || tables::find(&tables, id).unwrap().unwrap();
    let (fortune, _) = known().fortune.after(Some(Failure::Connect), 7);
    tables::fare(&tables, id, &fortune).unwrap();
    tables::stand(&tables, id, Standing::Failing, ("", 8)).unwrap();
    let endpoint = known();
    assert_eq!(
        (endpoint.standing, endpoint.since, endpoint.fortune.failing_since),
        (Standing::Failing, 8, Some(7))
    );
    tables::stand(&tables, id, Standing::Active, ("OF-2", 9)).unwrap();
    let endpoint = known();
    assert_eq!(
        (endpoint.changed_by.as_str(), endpoint.since, endpoint.fortune.failing_since),
        ("OF-2", 9, None)
    );
    assert_eq!(endpoint.fortune.last_error, None);
}
