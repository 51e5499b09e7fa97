//! How much is done at once, and in which order when more is asked: what the law hurries first, then the rest, records of
//! bulk last; within each the units take turns. What cannot be served soon is refused at once, with a time to come back.
//! Never here: what a call means, whether its caller may make it, or which calls are urgent (that is the contract's).
//!
//! Only so many calls are at work together, because more would not be done sooner: they would share the cores, and the one
//! that is urgent with them. So the gate, and not the scheduler, decides who waits. How many is found by looking: while the
//! process is given a core when it wants one there may be more, so that they share the log's commits; when it has to wait
//! for a core there are fewer, and few when urgent calls come ([`pace`]). It bounds memory too: who waits holds one request,
//! and the lines of calls are short.
//!
//! Urgent calls do not wait for others: they have places of their own, of which one unit has at most an eighth. What they write
//! while cores are short is committed at once ([`haste`]). In an
//! ordinary line that is full the longest line of a unit loses its newest call, so that a unit which floods the hub refuses
//! itself, and another's single call finds a place. Whatever is urgent, [`FLOOR`] others are at work, for who cannot sign in
//! again cannot claim. Records of bulk are never refused, their stream is read more slowly; every eighth place that others
//! leave is a record's first, so that an import goes on under any load. A record that the law hurries, such as a mandatory
//! report in a file of yesterday's, enters as urgent ([`crate::import`]).
//!
//! A caller whose deadline passes, or who goes, leaves the line: the call is dropped, and its place in line with it. A call
//! that only waits for a view to show something gives its place back meanwhile ([`apart`]).

mod held;
mod line;
mod pace;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::ids::UnitId;
use tokio::sync::oneshot::{self, error::RecvError};
use wire::refusal::Refusal;

use crate::telemetry;
pub(crate) use held::{apart, haste, holding};
use line::Line;
pub use pace::{LEAST, MOST, keep_pace};

/// Ordinary calls and records of bulk at work together, to begin with.
pub const AT_WORK: usize = 32;
/// Of these, so many whatever urgent calls are at work.
pub const FLOOR: usize = 2;
/// Urgent calls at work together.
pub const URGENT_AT_WORK: usize = 256;
/// Of these, one unit's.
pub const URGENT_OF_UNIT: usize = 32;
/// Calls waiting in the ordinary line, and in the urgent one.
pub const WAITING: usize = 256;
/// When a refused call may come again.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Of so many places that ordinary calls and records leave, one is a record's before any call's.
const BULK_SHARE: u32 = 8;

/// What a call is, when there is more to do than can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What the law hurries: mandatory and most urgent reports, the police queue and what hands matters to it.
    Urgent,
    /// Any other call.
    Ordinary,
    /// One record of a stream or a file.
    Bulk,
}

/// The gate. Cheap to clone; one for all services of a process.
#[derive(Clone, Debug)]
pub struct Gate {
    inner: Arc<Mutex<Lines>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self::of(0)
    }
}

/// A place at work; given back when it is dropped.
#[derive(Debug)]
pub struct Pass {
    gate: Gate,
    class: Class,
    unit: UnitId,
}

impl Drop for Pass {
    fn drop(&mut self) {
        let next = {
            let mut lines = self.gate.lines();
            lines.give_back(self.class, &self.unit);
            lines.next()
        };
        self.gate.send(next);
    }
}

/// Records of one unit that enter one by one.
#[derive(Clone, Debug)]
pub struct Records {
    gate: Gate,
    unit: UnitId,
}

impl Records {
    /// A place at work for one record of this class, as soon as it is its turn. When too many of the class wait, it waits as
    /// any record does.
    ///
    /// # Errors
    /// None in practice: records are not refused.
    pub async fn turn(&self, class: Class) -> Result<Pass, Refusal> {
        match self.gate.place(class, &self.unit).await {
            Some(pass) => Ok(pass),
            None => self.gate.enter(Class::Bulk, &self.unit).await,
        }
    }
}

/// Where a call that waits is told: its pass, or nothing when it must give way.
type Told = oneshot::Sender<Pass>;

/// A call in line, which it leaves when it goes away.
struct Waiting<'a> {
    gate: &'a Gate,
    class: Class,
    unit: &'a UnitId,
    told: oneshot::Receiver<Pass>,
}

impl Waiting<'_> {
    async fn pass(mut self) -> Result<Pass, RecvError> {
        (&mut self.told).await
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.told.is_terminated() {
            let mut lines = self.gate.lines();
            self.told.close();
            lines.line(self.class).forget_the_gone(self.unit);
        }
    }
}

/// What is at work and who waits.
#[derive(Debug)]
struct Lines {
    places: usize,
    fixed: bool,
    at_work: usize,
    urgent_at_work: HashMap<UnitId, usize>,
    urgent_came: u64,
    /// Whether there are not cores enough for all that is at work.
    short: bool,
    urgent: Line,
    ordinary: Line,
    bulk: Line,
    given: u32,
}

impl Gate {
    /// A gate with so many places for ordinary calls and bulk together; 0 lets it find how many are right.
    #[must_use]
    pub fn of(calls_at_work: u16) -> Self {
        let fixed = calls_at_work > 0;
        let lines = Lines {
            places: if fixed { usize::from(calls_at_work) } else { AT_WORK },
            fixed,
            at_work: 0,
            urgent_at_work: HashMap::new(),
            urgent_came: 0,
            short: false,
            urgent: Line::default(),
            ordinary: Line::default(),
            bulk: Line::default(),
            given: 0,
        };
        Self { inner: Arc::new(Mutex::new(lines)) }
    }

    /// A place at work for one call of a unit. Waits for one while there is hope.
    ///
    /// # Errors
    /// `Overloaded` at once when the line is full of others with as good a claim, or later when another's call, whose unit
    /// has fewer, comes; records of bulk wait as long as it takes.
    pub async fn enter(&self, class: Class, unit: &UnitId) -> Result<Pass, Refusal> {
        self.place(class, unit).await.ok_or_else(|| {
            telemetry::refused("OVERLOADED");
            Refusal::Overloaded { retry_after: RETRY_AFTER }
        })
    }

    async fn place(&self, class: Class, unit: &UnitId) -> Option<Pass> {
        let waiting = {
            let mut lines = self.lines();
            lines.urgent_came = lines.urgent_came.wrapping_add(u64::from(class == Class::Urgent));
            if lines.has_place(class, unit) {
                lines.count(class, unit);
                return Some(Pass { gate: self.clone(), class, unit: unit.clone() });
            }
            let (tell, told) = oneshot::channel();
            lines.line(class).join(unit, tell, bound(class)).ok()?;
            Waiting { gate: self, class, unit, told }
        };
        waiting.pass().await.ok()
    }

    /// The turns of records that a file or a stream of one unit brings.
    #[must_use]
    pub fn records(&self, unit: &UnitId) -> Records {
        Records { gate: self.clone(), unit: unit.clone() }
    }

    /// How many wait in each line: urgent, ordinary, bulk.
    #[must_use]
    pub fn waiting(&self) -> [usize; 3] {
        let lines = self.lines();
        [lines.urgent.len(), lines.ordinary.len(), lines.bulk.len()]
    }

    /// How many urgent calls came so far.
    fn urgent_came(&self) -> u64 {
        self.lines().urgent_came
    }

    /// Places for ordinary calls and records of bulk now.
    #[must_use]
    pub fn places(&self) -> usize {
        self.lines().places
    }

    /// Whether calls had to wait for a core lately.
    fn short(&self) -> bool {
        self.lines().short
    }

    /// Makes more places or fewer, and tells whether cores are short. Those who are at work go on; more are let in when the
    /// next one leaves.
    fn resize(&self, short: bool, change: impl FnOnce(usize, bool) -> usize) {
        let next = {
            let mut lines = self.lines();
            lines.short = short;
            if lines.fixed {
                return;
            }
            let wanted = !lines.ordinary.is_empty() || !lines.bulk.is_empty();
            lines.places = change(lines.places, wanted);
            // What grew is given out at once: places are made one at a time.
            lines.next()
        };
        self.send(next);
    }

    /// Gives a place to who is next in line. One who went away meanwhile gives it on, in the same way.
    fn send(&self, next: Option<(Class, UnitId, Told)>) {
        if let Some((class, unit, told)) = next {
            // Who is not there any more gets nothing; the pass comes back here and ends in another's hands.
            drop(told.send(Pass { gate: self.clone(), class, unit }));
        }
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn line(&mut self, class: Class) -> &mut Line {
        match class {
            Class::Urgent => &mut self.urgent,
            Class::Ordinary => &mut self.ordinary,
            Class::Bulk => &mut self.bulk,
        }
    }

    /// Urgent calls count among the others too: while many are at work the others wait, but for a few.
    fn has_place(&self, class: Class, unit: &UnitId) -> bool {
        let urgent: usize = self.urgent_at_work.values().sum();
        match class {
            Class::Urgent => {
                urgent < URGENT_AT_WORK
                    && self.urgent_at_work.get(unit).is_none_or(|mine| *mine < URGENT_OF_UNIT)
            }
            Class::Ordinary | Class::Bulk => self.at_work < FLOOR || self.at_work + urgent < self.places,
        }
    }

    fn count(&mut self, class: Class, unit: &UnitId) {
        match class {
            Class::Urgent => *self.urgent_at_work.entry(unit.clone()).or_default() += 1,
            Class::Ordinary | Class::Bulk => self.at_work += 1,
        }
    }

    fn give_back(&mut self, class: Class, unit: &UnitId) {
        match class {
            Class::Urgent => {
                if let Some(mine) = self.urgent_at_work.get_mut(unit) {
                    *mine = mine.saturating_sub(1);
                    if *mine == 0 {
                        self.urgent_at_work.remove(unit);
                    }
                }
            }
            Class::Ordinary | Class::Bulk => self.at_work = self.at_work.saturating_sub(1),
        }
    }

    /// The next in line that a free place is for, counted as at work.
    fn next(&mut self) -> Option<(Class, UnitId, Told)> {
        let order = if self.given % BULK_SHARE == BULK_SHARE - 1 {
            [Class::Urgent, Class::Bulk, Class::Ordinary]
        } else {
            [Class::Urgent, Class::Ordinary, Class::Bulk]
        };
        for class in order {
            let mut line = std::mem::take(self.line(class));
            let next = line.next(|unit| self.has_place(class, unit));
            *self.line(class) = line;
            if let Some((unit, told)) = next {
                self.count(class, &unit);
                self.given = self.given.wrapping_add(u32::from(class != Class::Urgent));
                return Some((class, unit, told));
            }
        }
        None
    }
}

/// How many may wait in the line of a class. Records of bulk are bounded by their streams.
const fn bound(class: Class) -> usize {
    match class {
        Class::Urgent | Class::Ordinary => WAITING,
        Class::Bulk => usize::MAX,
    }
}

#[cfg(test)]
mod tests;
