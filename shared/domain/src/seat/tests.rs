//! Scenarios of the seat.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::{Command, Event, SeatRule, State};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::scenario::{Given, given, survives_storage};

const ONE: Uuid = Uuid::from_u128(1);
const TWO: Uuid = Uuid::from_u128(2);

/// So many seconds into the story.
fn at(second: i64) -> Timestamp {
    "2026-11-23T01:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_secs(second)
}

fn stamp(second: i64) -> Stamp {
    let unit = Unit {
        id: "UN-HUB".parse().unwrap(),
        agency: Agency::Hub,
        level: Level::Nation,
        division: "100000".parse().unwrap(),
    };
    let by = Actor { officer: "OF-HUB".parse().unwrap(), unit, roles: vec![Role::Service] };
    Stamp { by, at: at(second), recorded: at(second) }
}

fn take(by: Uuid, until: i64) -> Command {
    Command::Take { by, until: at(until), instead_of: None }
}

fn renew(by: Uuid, until: i64) -> Command {
    Command::Renew { by, until: at(until) }
}

/// A seat that the first holds for half a minute.
fn held() -> Given<SeatRule> {
    given(Vec::<(Event, Stamp)>::new()).after(take(ONE, 30), stamp(0))
}

#[test]
fn of_two_who_take_it_one_is_refused_by_name_until_the_lease_is_over() {
    held().when(take(TWO, 59), stamp(29)).refused("SEAT_HELD").fact("by", &ONE.to_string());
    held().when(take(TWO, 60), stamp(30)).then(&["seat.lapsed", "seat.taken"]);
    held().when(take(ONE, 31), stamp(1)).nothing();
}

#[test]
fn a_holder_renews_even_late_but_not_after_another_took_the_seat() {
    held().when(renew(ONE, 40), stamp(10)).then(&["seat.renewed"]);
    held().when(renew(ONE, 20), stamp(10)).nothing();
    held().when(renew(ONE, 90), stamp(60)).then(&["seat.renewed"]);
    held().after(take(TWO, 60), stamp(30)).when(renew(ONE, 70), stamp(40)).refused("SEAT_NOT_HELD");
    held().when(renew(TWO, 40), stamp(10)).refused("SEAT_NOT_HELD");
}

#[test]
fn who_gives_it_up_leaves_it_to_others_at_once() {
    held().when(Command::GiveUp { by: TWO }, stamp(1)).refused("SEAT_NOT_HELD");
    let left = held().after(Command::GiveUp { by: ONE }, stamp(1));
    left.when(take(TWO, 31), stamp(1)).then(&["seat.taken"]);
    let left = held().after(Command::GiveUp { by: ONE }, stamp(1));
    left.when(Command::GiveUp { by: ONE }, stamp(2)).refused("SEAT_NOT_HELD");
}

#[test]
fn a_holder_whose_process_is_known_to_be_gone_is_not_waited_for() {
    let instead_of = |gone| Command::Take { by: TWO, until: at(31), instead_of: Some(gone) };
    held().when(instead_of(ONE), stamp(1)).then(&["seat.lapsed", "seat.taken"]);
    held().when(instead_of(Uuid::from_u128(3)), stamp(1)).refused("SEAT_HELD");
}

#[test]
fn a_lease_ends_after_it_begins_and_not_hours_later() {
    let empty = || given::<SeatRule>(Vec::new());
    empty().when(take(ONE, 0), stamp(0)).refused("SEAT_NO_LEASE");
    empty().when(take(ONE, 7_201), stamp(0)).refused("SEAT_NO_LEASE");
    held().when(renew(ONE, 8_000), stamp(10)).refused("SEAT_NO_LEASE");
}

#[test]
fn whose_it_was_last_is_known() {
    assert_eq!(State::Vacant { last: None }.last(), None);
    let state = State::Held { by: ONE, until: at(30) };
    assert_eq!((state.last(), state.holder()), (Some(ONE), Some(ONE)));
    assert_eq!(State::Vacant { last: Some(ONE) }.holder(), None);
    for event in [
        Event::Taken { by: ONE, until: at(30) },
        Event::Renewed { by: ONE, until: at(40) },
        Event::GivenUp { by: ONE },
        Event::Lapsed { by: TWO },
    ] {
        survives_storage(&event);
    }
}
