//! How much is done at once, and in which order when more is asked: what the law hurries first, then the rest, records of
//! bulk last; within each the units take turns. What cannot be served soon is refused at once, with a time to come back.
//! Never here: what a call means, or whether its caller may make it.
//!
//! Only so many calls are at work together, because more would not be done sooner: they would share the cores, and the one
//! that is urgent with them. So the gate, and not the scheduler, decides who waits. How many is found by looking: while the
//! process is given a core when it wants one there may be more, so that they share the log's commits; when it has to wait
//! for a core there are fewer ([`pace`]). It bounds memory too: who waits holds one request, and the lines are short.
//!
//! Urgent calls do not wait for others: they have places of their own. In an ordinary line that is full the longest line
//! of a unit loses its newest call, so that a unit which floods the hub refuses itself, and another's single call finds a
//! place. Records of bulk are never refused: their stream is read more slowly. Every eighth place that comes free is a
//! record's first, so that an import goes on under any load.
//!
//! A caller whose deadline passes, or who goes, leaves the line: the call is dropped, and its place in line with it.

mod line;
mod pace;
mod urgent;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::ids::UnitId;
use tokio::sync::oneshot;
use wire::refusal::Refusal;

use crate::telemetry;
use line::Line;
pub use pace::{LEAST, MOST, keep_pace};
pub(crate) use urgent::of_report;
pub use urgent::{BY_CONTENT, URGENT};

/// Ordinary calls and records of bulk at work together, to begin with.
pub const AT_WORK: usize = 32;
/// Urgent calls at work together.
pub const URGENT_AT_WORK: usize = 256;
/// Calls waiting in the ordinary line, and in the urgent one.
pub const WAITING: usize = 256;
/// When a refused call may come again.
pub const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Of so many places that come free, one is a record's before any ordinary call's.
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

/// Who asks: the unit a call is counted with; none for callers who are not known.
pub type Asker = Option<UnitId>;

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
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.gate.leave(self.class);
    }
}

/// Records of one unit that enter one by one.
#[derive(Clone, Debug)]
pub struct Records {
    gate: Gate,
    asker: Asker,
}

impl Records {
    /// A place at work for one record, as soon as it is its turn.
    ///
    /// # Errors
    /// None in practice: records are not refused.
    pub async fn turn(&self) -> Result<Pass, Refusal> {
        self.gate.enter(Class::Bulk, &self.asker).await
    }
}

/// Where a call that waits is told: its pass, or nothing when it must give way.
type Told = oneshot::Sender<Pass>;

/// What is at work and who waits.
#[derive(Debug)]
struct Lines {
    places: usize,
    fixed: bool,
    at_work: usize,
    urgent_at_work: usize,
    urgent: Line,
    ordinary: Line,
    bulk: Line,
    freed: u32,
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
            urgent_at_work: 0,
            urgent: Line::default(),
            ordinary: Line::default(),
            bulk: Line::default(),
            freed: 0,
        };
        Self { inner: Arc::new(Mutex::new(lines)) }
    }

    /// A place at work for one call of a unit. Waits for one while there is hope.
    ///
    /// # Errors
    /// `Overloaded` at once when the line is full of others with as good a claim, or later when another's call, whose unit
    /// has fewer, comes; records of bulk wait as long as it takes.
    pub async fn enter(&self, class: Class, asker: &Asker) -> Result<Pass, Refusal> {
        let waiting = {
            let mut lines = self.lines();
            if lines.take(class) {
                None
            } else {
                let (tell, told) = oneshot::channel();
                lines.line(class).join(asker, tell, bound(class)).map_err(|_| overloaded(class))?;
                Some(told)
            }
        };
        match waiting {
            None => Ok(Pass { gate: self.clone(), class }),
            Some(told) => told.await.map_err(|_| overloaded(class)),
        }
    }

    /// The turns of records that a file or a stream of one unit brings.
    #[must_use]
    pub fn records(&self, unit: &UnitId) -> Records {
        Records { gate: self.clone(), asker: Some(unit.clone()) }
    }

    /// Places for ordinary calls and records of bulk now.
    #[must_use]
    pub fn places(&self) -> usize {
        self.lines().places
    }

    /// Makes more places or fewer. Those who are at work go on; more are let in when the next one leaves.
    fn resize(&self, change: impl FnOnce(usize, bool) -> usize) {
        let mut lines = self.lines();
        if lines.fixed {
            return;
        }
        let wanted = !lines.ordinary.is_empty() || !lines.bulk.is_empty();
        lines.places = change(lines.places, wanted);
        // What grew is given out at once, one at a time as places are made.
        let next = lines.next();
        drop(lines);
        self.send(next);
    }

    /// How many wait in each line: urgent, ordinary, bulk.
    #[must_use]
    pub fn waiting(&self) -> [usize; 3] {
        let lines = self.lines();
        [lines.urgent.len(), lines.ordinary.len(), lines.bulk.len()]
    }

    /// A place came free: the next in line has it. One who went away meanwhile gives it on, in the same way.
    fn leave(&self, class: Class) {
        let next = {
            let mut lines = self.lines();
            lines.give_back(class);
            lines.next()
        };
        self.send(next);
    }

    fn send(&self, next: Option<(Class, Told)>) {
        if let Some((class, told)) = next {
            // Who is not there any more gets nothing; the pass comes back here and ends in another's hands.
            drop(told.send(Pass { gate: self.clone(), class }));
        }
    }

    fn lines(&self) -> std::sync::MutexGuard<'_, Lines> {
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

    /// Takes a place when there is one and nobody of the class waits for it.
    fn take(&mut self, class: Class) -> bool {
        let free = self.has_place(class) && self.line(class).is_empty();
        if free {
            self.count(class);
        }
        free
    }

    /// Urgent calls count among the others too: while many are at work the others wait.
    const fn has_place(&self, class: Class) -> bool {
        match class {
            Class::Urgent => self.urgent_at_work < URGENT_AT_WORK,
            Class::Ordinary | Class::Bulk => self.at_work + self.urgent_at_work < self.places,
        }
    }

    const fn count(&mut self, class: Class) {
        match class {
            Class::Urgent => self.urgent_at_work += 1,
            Class::Ordinary | Class::Bulk => self.at_work += 1,
        }
    }

    const fn give_back(&mut self, class: Class) {
        match class {
            Class::Urgent => self.urgent_at_work = self.urgent_at_work.saturating_sub(1),
            Class::Ordinary | Class::Bulk => self.at_work = self.at_work.saturating_sub(1),
        }
    }

    /// The next in line that a free place is for, counted as at work.
    fn next(&mut self) -> Option<(Class, Told)> {
        self.freed = self.freed.wrapping_add(1);
        let order = if self.freed.is_multiple_of(BULK_SHARE) {
            [Class::Urgent, Class::Bulk, Class::Ordinary]
        } else {
            [Class::Urgent, Class::Ordinary, Class::Bulk]
        };
        for class in order {
            if self.has_place(class)
                && let Some(told) = self.line(class).next()
            {
                self.count(class);
                return Some((class, told));
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

fn overloaded(class: Class) -> Refusal {
    telemetry::refused("OVERLOADED");
    tracing::debug!(?class, "refused for want of a place");
    Refusal::Overloaded { retry_after: RETRY_AFTER }
}

#[cfg(test)]
mod tests;
