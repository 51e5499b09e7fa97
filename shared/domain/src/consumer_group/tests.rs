//! Scenarios of a group as the log keeps it.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::{Command, Discarded, Event, GroupRule, Made, Owed, Place, Reached, Standing, State};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::scenario::{Given, given, survives_storage};

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

fn made() -> Box<Made> {
    Box::new(Made {
        unit: "UN-PSB-430405".parse().unwrap(),
        name: "cases".to_owned(),
        filter: "EgNDTC0=".to_owned(),
        start: "SUBSCRIBE_FROM_BEGINNING".to_owned(),
        attempts: 8,
        first_pause: 2,
        longest_pause: 300,
        lease: 60,
        at: now(),
        by: "OF-1".to_owned(),
        place: None,
    })
}

fn owed(position: u64) -> Owed {
    Owed {
        position: Place(position),
        stream: "CL-1".to_owned(),
        standing: Standing::Paused,
        deliveries: 2,
        failures: 2,
        due: Some(now()),
        reason: "NO_ANSWER".to_owned(),
    }
}

fn reach(place: u64) -> Reached {
    Reached { place: Some(Place(place)), ..Reached::default() }
}

/// A group that has come to position 9.
fn at_nine() -> Given<GroupRule> {
    given(Vec::<(Event, Stamp)>::new())
        .after(Command::Make(made()), stamp())
        .after(Command::Reach(reach(9)), stamp())
}

#[test]
fn a_place_goes_forward_and_is_not_written_twice() {
    let on = at_nine().when(Command::Reach(reach(12)), stamp()).then(&["consumer-group.reached"]);
    on.leaves(|state| assert_eq!(*state, State::Open(Some(Place(12)))));
    at_nine().when(Command::Reach(reach(9)), stamp()).nothing();
    let more = Reached { owed: vec![owed(4)], done: vec![Place(3)], ..reach(9) };
    at_nine().when(Command::Reach(more), stamp()).then(&["consumer-group.reached"]);
}

#[test]
fn a_place_goes_back_by_a_rewind_and_by_nothing_else() {
    at_nine().when(Command::Reach(reach(8)), stamp()).refused("CONSUMER_GROUP_BACK").fact("place", "9");
    at_nine().when(Command::Reach(Reached::default()), stamp()).refused("CONSUMER_GROUP_BACK");
    at_nine().when(Command::Rewind(Some(Place(9))), stamp()).nothing();
    let back = at_nine().when(Command::Rewind(Some(Place(2))), stamp()).then(&["consumer-group.rewound"]);
    back.given().when(Command::Reach(reach(3)), stamp()).then(&["consumer-group.reached"]);
    at_nine().when(Command::Rewind(None), stamp()).leaves(|state| assert_eq!(*state, State::Open(None)));
}

#[test]
fn what_is_owed_from_before_the_place_lies_before_it() {
    let beyond = Reached { owed: vec![owed(11)], ..reach(10) };
    at_nine().when(Command::Reach(beyond), stamp()).refused("CONSUMER_GROUP_BEYOND").fact("position", "11");
}

#[test]
fn a_group_is_made_once_ended_once_and_may_be_made_anew() {
    at_nine().when(Command::Make(made()), stamp()).refused("CONSUMER_GROUP_OPEN");
    let ended = at_nine().when(Command::End, stamp()).then(&["consumer-group.ended"]).given();
    let again = ended.when(Command::End, stamp()).refused("CONSUMER_GROUP_NOT_OPEN").given();
    let again = again.when(Command::Make(made()), stamp()).then(&["consumer-group.made"]);
    again.leaves(|state| assert_eq!(*state, State::Open(None)));
    let never = given::<GroupRule>(Vec::new());
    never.when(Command::Reach(reach(1)), stamp()).refused("CONSUMER_GROUP_NOT_OPEN");
}

#[test]
fn events_survive_storage_and_places_are_text() {
    let gone = Discarded {
        position: Place(4),
        stream: "CL-1".to_owned(),
        failure: "NO_ANSWER".to_owned(),
        by: "OF-1".to_owned(),
        reason: "a test".to_owned(),
        at: now(),
    };
    for event in [
        Event::Made(made()),
        Event::Reached(Reached { owed: vec![owed(4)], done: vec![Place(3)], ..reach(9) }),
        Event::Rewound { place: None },
        Event::Discarded(Box::new(gone)),
        Event::Ended {},
    ] {
        survives_storage(&event);
    }
    assert_eq!(serde_json::to_string(&reach(9)).unwrap(), r#"{"place":"9"}"#);
    assert!(serde_json::from_str::<Reached>(r#"{"place":"x"}"#).is_err());
}
