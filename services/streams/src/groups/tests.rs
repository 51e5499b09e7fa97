//! The groups under test: a group in tables of its own at a time that the test sets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod crash;
mod steps;
mod under_fire;

use rusqlite::Connection;

use super::definition::{self, Definition, Known};
use super::delivery::{DeliveryId, Due};
use super::engine::{self, Seat, Stretch, Taken};
use super::tables;
use super::terms::{SECOND, Terms};

/// When every test begins.
const OPENING: i64 = 1_763_900_000 * SECOND;
/// Three attempts, pauses of 10, 20 and then 30 seconds less chance, a minute to answer.
const TERMS: Terms = Terms { attempts: 3, first_pause: 10, longest_pause: 30, lease: 60 };

fn definition(name: &str) -> Definition {
    Definition {
        unit: "UN-PSB-430405".parse().unwrap(),
        name: name.to_owned(),
        filter: Vec::new(),
        start: "SUBSCRIBE_FROM_BEGINNING".to_owned(),
        after: None,
        terms: TERMS,
        by: "OF-1".to_owned(),
    }
}

/// A group in memory, and the time.
struct Bench {
    tables: Connection,
    group: Known,
    now: i64,
    fed: u64,
}

impl Bench {
    fn new() -> Self {
        let mut tables = Connection::open_in_memory().unwrap();
        hub::kept::prepare(&mut tables, &tables::SHAPE).unwrap();
        let group = definition::create(&tables, &definition("cases"), OPENING).unwrap().unwrap();
        Self { tables, group, now: OPENING, fed: 0 }
    }

    fn seat(&self, member: i64) -> Seat {
        Seat { group: self.group.id, member }
    }

    /// The log grows by one event of each of these streams, in this order, and the group reads them.
    fn feed(&mut self, streams: &[&str]) {
        let after = (self.fed > 0).then_some(self.fed);
        let to = self.fed + streams.len() as u64;
        let fits = (self.fed + 1..).zip(streams.iter().map(|stream| (*stream).to_owned())).collect();
        assert!(engine::feed(&self.tables, self.group.id, &Stretch { after, to, fits }).unwrap());
        self.fed = to;
    }

    fn take(&self, member: i64, most: u32) -> Vec<DeliveryId> {
        match engine::take(&self.tables, self.seat(member), most, self.now).unwrap() {
            Taken::Some(due) => due.into_iter().map(|Due { id, .. }| id).collect(),
            Taken::None { .. } => Vec::new(),
            Taken::Gone => panic!("the group is gone"),
        }
    }

    fn pass(&mut self, seconds: i64) {
        self.now += seconds * SECOND;
    }

    fn standing(&self) -> definition::Standing {
        let known = definition::find(&self.tables, &self.group.unit, &self.group.name).unwrap().unwrap();
        definition::standing(&self.tables, &known).unwrap()
    }
}

fn id(position: u64, attempt: u32) -> DeliveryId {
    DeliveryId { position, attempt }
}
