//! The groups under test: a group in tables of its own at a time that the test sets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod crash;
mod handover;
mod steps;
mod under_fire;

use std::collections::BTreeMap;

use domain::actor::Stamp;
use domain::consumer_group::{Event, GroupRule, State};
use domain::decider::Decider as _;
use jiff::Timestamp;
use rusqlite::Connection;

use super::definition::{self, Definition, Known};
use super::delivery::{DeliveryId, Due};
use super::engine::{self, Seat, Stretch, Taken};
use super::journal;
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

/// A group in memory, the log as far as it tells of it, and the time.
struct Bench {
    tables: Connection,
    /// The view that every instance has.
    view: Connection,
    /// Each group's stream: what the rule knows, and how many events it has.
    log: BTreeMap<String, (State, u64)>,
    group: Known,
    now: i64,
    fed: u64,
}

fn tables_of_groups() -> Connection {
    let mut tables = Connection::open_in_memory().unwrap();
    hub::kept::prepare(&mut tables, &tables::SHAPE).unwrap();
    tables
}

impl Bench {
    fn new() -> Self {
        let (tables, view) = (tables_of_groups(), crate::deliveries::kept::empty());
        journal::begin(&tables, &[], (true, OPENING)).unwrap();
        let group = definition::create(&tables, &definition("cases"), OPENING).unwrap().unwrap();
        Self { tables, view, log: BTreeMap::new(), group, now: OPENING, fed: 0 }
    }

    /// Writes to the log what changed; what that became.
    fn write(&mut self) -> Vec<Event> {
        let by = hub::clocks::service_actor().unwrap();
        let at = Timestamp::from_microsecond(self.now).unwrap();
        let stamp = Stamp { by, at, recorded: at };
        let mut written = Vec::new();
        for note in journal::notes(&self.tables, true).unwrap() {
            let (state, end) = self.log.entry(note.stream.clone()).or_insert((State::Unknown, 0));
            for command in note.commands(matches!(state, State::Open(_))) {
                for event in
                    GroupRule::decide(&command, state, &stamp).expect("the law has nothing against it")
                {
                    *state = GroupRule::evolve(*state, &event, &stamp);
                    crate::deliveries::kept::fold(&self.view, (&note.stream, *end), &event);
                    *end += 1;
                    written.push(event);
                }
            }
            journal::written(&self.tables, &note).unwrap();
        }
        written
    }

    /// Another instance takes the seat, with nothing but what the log has.
    fn hand_over(&mut self) {
        let kept = crate::deliveries::kept::groups(&self.view).unwrap();
        self.tables = tables_of_groups();
        journal::begin(&self.tables, &kept, (false, self.now)).unwrap();
        self.group = definition::find(&self.tables, "UN-PSB-430405", "cases").unwrap().unwrap();
        self.fed = self.group.read_to.unwrap_or(0);
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
