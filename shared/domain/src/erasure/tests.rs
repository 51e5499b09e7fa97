//! Scenarios of the certificate.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use super::{Basis, Certified, Command, ErasureRule, Event};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::ids::{ErasureId, SubjectId};
use crate::scenario::{Given, given, survives_storage};
use crate::text::Text;

fn stamp() -> Stamp {
    let unit = Unit {
        id: "UN-HUB".parse().unwrap(),
        agency: Agency::Hub,
        level: Level::Nation,
        division: "100000".parse().unwrap(),
    };
    let by = Actor { officer: "OF-ADMIN".parse().unwrap(), unit, roles: vec![Role::Administrator] };
    let at = "2026-11-23T01:00:00Z".parse().unwrap();
    Stamp { by, at, recorded: at }
}

fn certified(keys: u64) -> Box<Certified> {
    Box::new(Certified {
        subject: "SU-PR4J7QK2ZC5XN".parse().unwrap(),
        keys,
        matters: vec!["CL-430405-20260908-1KK4XV97W2430-4".to_owned()],
        papers: 2,
        reason: Text::parse("依法申请删除").unwrap(),
        basis: Basis::ConsentWithdrawn,
        requested_by: "OF-ADMIN".parse().unwrap(),
    })
}

fn never() -> Given<ErasureRule> {
    given(Vec::<(Event, Stamp)>::new())
}

#[test]
fn what_was_destroyed_is_certified_once_and_what_came_later_again() {
    let first = never().when(Command::Certify(certified(3)), stamp()).then(&["erasure.certified"]).given();
    let again = first.when(Command::Certify(certified(3)), stamp()).nothing().given();
    let more = again.when(Command::Certify(certified(5)), stamp()).then(&["erasure.certified"]);
    let Some(Event::Certified(done)) = more.events().first() else { unreachable!("one event") };
    assert_eq!(done.keys, 2, "only what no certificate tells yet");
    let _ = more.leaves(|state| assert_eq!(state.keys, 5));
}

#[test]
fn nothing_destroyed_is_nothing_certified() {
    let _ = never().when(Command::Certify(certified(0)), stamp()).nothing();
}

#[test]
fn a_certificate_survives_storage_and_its_stream_is_named_after_the_subject() {
    survives_storage(&Event::Certified(certified(3)));
    let subject: SubjectId = "SU-PR4J7QK2ZC5XN".parse().unwrap();
    let id = ErasureId::from(&subject);
    assert_eq!(id.as_str(), "ER-PR4J7QK2ZC5XN");
    assert_eq!(id.as_str().parse(), Ok(id));
    for basis in Basis::ALL {
        assert_eq!(serde_json::to_value(basis).unwrap(), basis.code());
    }
}
