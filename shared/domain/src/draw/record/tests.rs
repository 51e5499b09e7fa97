//! A draw is made once, by the algorithm and nobody else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::*;
use crate::actor::{Actor, Agency, Level, Role, Unit};
use crate::scenario::{given, survives_storage};

fn stamp() -> Stamp {
    let division = "430405".parse().unwrap();
    let id = "UN-EDU-430405".parse().unwrap();
    let unit = Unit { id, agency: Agency::Education, level: Level::County, division };
    let by = Actor { officer: "OF-1".parse().unwrap(), unit, roles: vec![Role::Handler] };
    let at: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
    Stamp { by, at, recorded: at }
}

fn frame() -> Frame {
    Frame::new((0..20).map(|n| format!("IN-{n:02}").parse().unwrap()), [])
}

fn make(targets: usize) -> Command {
    let division = "430405".parse().unwrap();
    let basis = Basis {
        id: DrawId::new(division, jiff::civil::date(2026, 11, 23), 1),
        division,
        kinds: vec![InstitutionKind::SubjectTraining],
        excluded: vec!["IN-99".parse().unwrap()],
        why: Some(Reason::parse("已注销").unwrap()),
        wanted: Wanted { targets, inspectors: 0, agencies: 0 },
    };
    Command::Make { basis: Box::new(basis), frame: Box::new(frame()), seed: Seed(7) }
}

#[test]
fn a_draw_is_recorded_as_it_comes_out_and_is_not_made_again() {
    let nothing = || given::<DrawRule>(Vec::new());
    let made = nothing().when(make(3), stamp()).then(&["draw.made"]);
    let Event::Made(record) = &made.events()[0];
    let (drawn, assigned) = frame().draw(record.basis.wanted, Seed(7)).unwrap();
    assert_eq!((&record.drawn, &record.assigned, record.frame_size), (&drawn, &assigned, 20));
    survives_storage(&made.events()[0]);
    let scope = made.given();
    scope.when(make(3), stamp()).refused("DRAW_MADE_ALREADY");
    nothing().when(make(21), stamp()).refused("DRAW_TOO_FEW_TARGETS").fact("have", "20");
}
