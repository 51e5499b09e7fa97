//! Which kinds an event type can produce, asked of the type itself: it is given a kind that nobody has, and
//! says which it would have taken. Never here: a list of kinds.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::{self, Display};

use domain::event::Stored;
use serde::de::value::MapDeserializer;

thread_local! {
    static HEARD: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// An error of serde that remembers what was expected.
#[derive(Debug)]
struct Listening;

impl Display for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such kind")
    }
}

impl std::error::Error for Listening {}

impl serde::de::Error for Listening {
    fn custom<T: Display>(_: T) -> Self {
        Self
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        HEARD.with_borrow_mut(|heard| heard.extend(expected));
        Self
    }
}

/// The stored names of every variant of an event type, also of the events it takes in from claims and clocks.
pub fn of<E: Stored>() -> BTreeSet<&'static str> {
    HEARD.with_borrow_mut(BTreeSet::clear);
    let nobody = [("kind", "nobody-has-this"), ("data", "")];
    let asked = E::deserialize(MapDeserializer::<_, Listening>::new(nobody.into_iter()));
    assert!(asked.is_err(), "a kind that nobody has was taken");
    HEARD.with_borrow(Clone::clone)
}

#[test]
fn an_event_type_lists_its_own_kinds_and_those_it_takes_in() {
    let claim = of::<domain::claim::ClaimEvent>();
    assert_eq!(claim, ["claim.taken", "claim.released", "claim.lapsed"].into());
    let clue = of::<domain::clue::Event>();
    assert!(clue.is_superset(&claim) && clue.contains("clock.started") && clue.contains("clue.reported"));
    assert!(clue.iter().all(|kind| kind.contains('.')), "{clue:?}");
}
