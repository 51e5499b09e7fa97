//! Scenarios of doors.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::{Command, DoorMark, DoorMarkError, DoorRule, Event};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::scenario::{given, survives_storage};

fn shut(until: &str) -> Command {
    Command::Shut { until: format!("2026-11-23T{until}Z").parse().unwrap() }
}

fn stamp(at: &str) -> Stamp {
    let unit = Unit {
        id: "UN-HUB".parse().unwrap(),
        agency: Agency::Hub,
        level: Level::Nation,
        division: "100000".parse().unwrap(),
    };
    let by = Actor { officer: "OF-HUB".parse().unwrap(), unit, roles: vec![Role::Service] };
    let at = format!("2026-11-23T{at}Z").parse().unwrap();
    Stamp { by, at, recorded: at }
}

#[test]
fn a_door_is_shut_once_whoever_finds_it_and_again_when_its_time_is_over() {
    let none = given::<DoorRule>(Vec::<(Event, Stamp)>::new());
    let first = none.when(shut("08:15:00"), stamp("08:00:00")).then(&["door.shut"]).given();
    let other = first.when(shut("08:15:01"), stamp("08:14:59")).nothing().given();
    let again = other.when(shut("08:30:00"), stamp("08:15:00")).then(&["door.shut"]);
    let Some(event) = again.events().first() else { unreachable!("one event") };
    survives_storage(event);
}

#[test]
fn a_mark_names_a_stream_and_reads_back() {
    let mark = DoorMark::new(0xAB);
    assert_eq!(mark.as_str(), "DO-000000000000000000000000000000ab");
    assert_eq!(mark.as_str().parse(), Ok(mark));
    for bad in
        ["", "DO-", "DO-ab", "OF-000000000000000000000000000000ab", "DO-g00000000000000000000000000000ab"]
    {
        assert_eq!(bad.parse::<DoorMark>(), Err(DoorMarkError), "{bad}");
    }
}
