//! The engine under random failures, members that come and go, lies, restarts, other instances that go on from the log,
//! and passing time: order is kept per
//! stream, nothing is lost, nothing is delivered after it was acknowledged, what waits behind a failure waits, and
//! everything else flows.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::super::Outcome;
use super::super::engine::{acknowledge, leave, refuse};
use super::super::parked::{self, Discard};
use super::*;

const STREAMS: [&str; 5] = ["A", "B", "C", "D", "E"];
/// Longer than any pause.
const EVERY_PAUSE: i64 = 30 * SECOND;

#[derive(Debug, Clone)]
enum Deed {
    Feed(Vec<usize>),
    Take { member: i64, most: u32 },
    Acknowledge { member: i64, nth: usize },
    Refuse { member: i64, nth: usize, park: bool },
    Leave { member: i64 },
    Pass(i64),
    Restart,
    Write,
    HandOver,
    Replay,
    Discard { nth: usize },
}

fn deed() -> impl Strategy<Value = Deed> {
    let member = 1..4_i64;
    prop_oneof![
        3 => prop::collection::vec(0..STREAMS.len(), 1..6).prop_map(Deed::Feed),
        6 => (member.clone(), 1..6_u32).prop_map(|(member, most)| Deed::Take { member, most }),
        6 => (member.clone(), 0..9_usize).prop_map(|(member, nth)| Deed::Acknowledge { member, nth }),
        4 => (member.clone(), 0..9_usize, prop::bool::weighted(0.2))
            .prop_map(|(member, nth, park)| Deed::Refuse { member, nth, park }),
        1 => member.prop_map(|member| Deed::Leave { member }),
        3 => (1..70_i64).prop_map(Deed::Pass),
        1 => Just(Deed::Restart),
        2 => Just(Deed::Write),
        1 => Just(Deed::HandOver),
        1 => Just(Deed::Replay),
        1 => (0..9_usize).prop_map(|nth| Deed::Discard { nth }),
    ]
}

/// Where an event stands, as whoever watches from outside knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Owed,
    Flying { member: i64, attempt: u32, until: i64 },
    Paused { since: i64 },
    Parked,
}

/// What must be true, kept without looking at the tables.
#[derive(Default)]
struct Watcher {
    stream: BTreeMap<u64, &'static str>,
    open: BTreeMap<u64, (Stands, u32)>,
    done: BTreeSet<u64>,
    every: Vec<(i64, DeliveryId)>,
}

impl Watcher {
    fn fail(&mut self, position: u64, now: i64, park: bool) {
        let (stands, failures) = self.open.get_mut(&position).unwrap();
        *failures += 1;
        *stands =
            if park || *failures >= TERMS.attempts { Stands::Parked } else { Stands::Paused { since: now } };
    }

    /// Leases lapse when somebody looks.
    fn lapse(&mut self, now: i64) {
        let late: Vec<u64> = self
            .open
            .iter()
            .filter(|(_, (stands, _))| matches!(stands, Stands::Flying { until, .. } if *until <= now))
            .map(|(position, _)| *position)
            .collect();
        late.into_iter().for_each(|position| self.fail(position, now, false));
    }

    fn first_of_its_stream(&self, position: u64) -> bool {
        let stream = self.stream[&position];
        self.open.keys().find(|other| self.stream[other] == stream) == Some(&position)
    }

    fn delivered(&mut self, member: i64, id: DeliveryId, now: i64) {
        assert!(!self.done.contains(&id.position), "{id} was dealt with and comes again");
        assert!(self.first_of_its_stream(id.position), "{id} overtakes its stream");
        let (stands, _) = self.open[&id.position];
        assert!(
            matches!(stands, Stands::Owed | Stands::Paused { .. }),
            "{id} is delivered while it is {stands:?}"
        );
        assert!(self.every.iter().all(|(_, before)| *before != id), "{id} is an id used twice");
        self.every.push((member, id));
        let until = now + i64::from(TERMS.lease) * SECOND;
        self.open.get_mut(&id.position).unwrap().0 = Stands::Flying { member, attempt: id.attempt, until };
    }

    /// Nothing was ready although there was room: every stream must have a reason.
    fn nothing_ready(&self, now: i64) {
        for (position, (stands, _)) in self.open.iter().filter(|(at, _)| self.first_of_its_stream(**at)) {
            let held_up = match stands {
                Stands::Flying { .. } | Stands::Parked => true,
                Stands::Paused { since } => now < since + EVERY_PAUSE,
                Stands::Owed => false,
            };
            assert!(held_up, "{position} is {stands:?} and stands still");
        }
    }

    /// What was in flight is owed again, and that is no failure.
    fn nobody_holds_anything(&mut self) {
        for (stands, _) in self.open.values_mut() {
            if matches!(stands, Stands::Flying { .. }) {
                *stands = Stands::Owed;
            }
        }
    }

    fn holds(&self, member: i64, id: DeliveryId) -> bool {
        matches!(self.open.get(&id.position), Some((Stands::Flying { member: of, attempt, .. }, _))
            if *of == member && *attempt == id.attempt)
    }

    fn held_by(&self, member: i64) -> Vec<u64> {
        let holds = |stands: &Stands| matches!(stands, Stands::Flying { member: of, .. } if *of == member);
        self.open.iter().filter(|(_, (stands, _))| holds(stands)).map(|(position, _)| *position).collect()
    }

    fn parked(&self) -> Vec<u64> {
        self.open.iter().filter(|(_, (stands, _))| *stands == Stands::Parked).map(|(at, _)| *at).collect()
    }

    /// Any delivery there ever was, most recent first: also those of others, and answered ones.
    fn nth(&self, nth: usize) -> Option<DeliveryId> {
        self.every.iter().rev().nth(nth).map(|(_, id)| *id)
    }
}

fn take(bench: &Bench, watcher: &mut Watcher, member: i64, most: u32) -> usize {
    watcher.lapse(bench.now);
    let room = (most as usize).saturating_sub(watcher.held_by(member).len());
    let taken = bench.take(member, most);
    assert!(taken.len() <= room, "a member of {most} holds more");
    taken.iter().for_each(|id| watcher.delivered(member, *id, bench.now));
    if taken.len() < room {
        watcher.nothing_ready(bench.now);
    }
    taken.len()
}

fn answer(bench: &Bench, watcher: &mut Watcher, (member, id): (i64, DeliveryId), refused: Option<bool>) {
    let held = watcher.holds(member, id);
    let seat = bench.seat(member);
    let outcome = match refused {
        None => acknowledge(&bench.tables, seat, id).unwrap(),
        Some(park) => refuse(&bench.tables, seat, id, ("x", park), bench.now).unwrap(),
    };
    if !held {
        assert_eq!(outcome, Outcome::NotYours, "{id}");
        return;
    }
    match refused {
        None => {
            assert_eq!(outcome, Outcome::Acknowledged);
            watcher.open.remove(&id.position);
            watcher.done.insert(id.position);
        }
        Some(park) => {
            watcher.fail(id.position, bench.now, park);
            let parked = watcher.open[&id.position].0 == Stands::Parked;
            assert_eq!(outcome, if parked { Outcome::Parked } else { Outcome::Retrying });
        }
    }
}

fn restart(bench: &mut Bench, watcher: &mut Watcher) {
    tables::settle(&bench.tables, bench.now).unwrap();
    watcher.nobody_holds_anything();
}

fn replay(bench: &Bench, watcher: &mut Watcher) {
    let parked = watcher.parked();
    let replayed = parked::replay(&bench.tables, bench.group.id, &[]).unwrap();
    assert_eq!(replayed.events, parked.len() as u64);
    parked.iter().for_each(|position| *watcher.open.get_mut(position).unwrap() = (Stands::Owed, 0));
}

fn discard(bench: &Bench, watcher: &mut Watcher, position: u64) {
    let parked = watcher.parked().contains(&position);
    let what = Discard { positions: vec![position], by: "OF-1".to_owned(), reason: "x".to_owned() };
    let discarded = parked::discard(&bench.tables, bench.group.id, &what, bench.now).unwrap();
    assert_eq!(discarded, u64::from(parked));
    if parked {
        watcher.open.remove(&position);
        watcher.done.insert(position);
    }
}

fn play(bench: &mut Bench, watcher: &mut Watcher, deed: Deed) {
    match deed {
        Deed::Feed(streams) => {
            let streams: Vec<&'static str> = streams.into_iter().map(|stream| STREAMS[stream]).collect();
            for (position, stream) in (bench.fed + 1..).zip(&streams) {
                watcher.stream.insert(position, stream);
                watcher.open.insert(position, (Stands::Owed, 0));
            }
            bench.feed(&streams);
        }
        Deed::Take { member, most } => {
            take(bench, watcher, member, most);
        }
        Deed::Acknowledge { member, nth } => {
            if let Some(id) = watcher.nth(nth) {
                answer(bench, watcher, (member, id), None);
            }
        }
        Deed::Refuse { member, nth, park } => {
            if let Some(id) = watcher.nth(nth) {
                answer(bench, watcher, (member, id), Some(park));
            }
        }
        Deed::Leave { member } => {
            leave(&bench.tables, bench.seat(member), bench.now).unwrap();
            watcher.held_by(member).into_iter().for_each(|position| watcher.fail(position, bench.now, false));
        }
        Deed::Pass(seconds) => bench.pass(seconds),
        Deed::Restart => restart(bench, watcher),
        Deed::Write => {
            bench.write();
            assert_eq!(bench.write(), [], "nothing is written twice");
        }
        Deed::HandOver => {
            bench.write();
            bench.hand_over();
            watcher.nobody_holds_anything();
            assert_eq!(bench.write(), [], "what was taken over is what the log has");
        }
        Deed::Replay => replay(bench, watcher),
        Deed::Discard { nth } => {
            if let Some(id) = watcher.nth(nth) {
                discard(bench, watcher, id.position);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn order_is_kept_nothing_is_lost_and_nothing_comes_again(deeds in prop::collection::vec(deed(), 1..80)) {
        let (mut bench, mut watcher) = (Bench::new(), Watcher::default());
        for deed in deeds {
            play(&mut bench, &mut watcher, deed);
            prop_assert_eq!(bench.standing().owed, watcher.open.len() as u64);
        }
        // A member that deals with everything gets all that is left.
        replay(&bench, &mut watcher);
        while !watcher.open.is_empty() {
            bench.pass(100);
            take(&bench, &mut watcher, 9, 100);
            for position in watcher.held_by(9) {
                let Stands::Flying { attempt, .. } = watcher.open[&position].0 else { unreachable!() };
                answer(&bench, &mut watcher, (9, id(position, attempt)), None);
            }
            // What was given up meanwhile had lapsed once too often while others held it.
            replay(&bench, &mut watcher);
        }
        prop_assert_eq!(watcher.done.len() as u64, bench.fed);
        prop_assert_eq!(bench.standing().owed, 0);
    }
}
