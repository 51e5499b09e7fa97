//! Rings that failed, and when each is tried again. Kept in memory: after a restart everything is tried at once.
//! Never here: the agenda, or why a ring failed.

use std::collections::{HashMap, HashSet};

use domain::clock::Stage;
use eventlog::{AppendError, StreamName};
use jiff::{SignedDuration, Timestamp};

use crate::clocks::Due;
use crate::handle::HandleError;

/// After a ring that failed, it is tried again this much later.
const FIRST: SignedDuration = SignedDuration::from_secs(30);
/// A ring that fails again and again by its own fault is tried at least this often.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// One ring of one clock.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    stream: StreamName,
    rule: String,
    stage: Stage,
}

impl Key {
    pub(super) fn of(due: &Due) -> Self {
        Self { stream: due.stream.clone(), rule: due.rule.clone(), stage: due.stage }
    }
}

struct Failed {
    since: Timestamp,
    until: Timestamp,
    waited: SignedDuration,
}

/// The rings that wait for another attempt.
#[derive(Default)]
pub(super) struct Postponed {
    rings: HashMap<Key, Failed>,
}

impl Postponed {
    pub(super) fn waits(&self, ring: &Key, now: Timestamp) -> bool {
        self.rings.get(ring).is_some_and(|failed| failed.until > now)
    }

    /// It failed. While the log is down every ring fails and is due soon after; one that fails by its own fault, such
    /// as an event that cannot be read, waits twice as long each time.
    pub(super) fn failed(&mut self, ring: Key, now: Timestamp, error: &HandleError) {
        let known = self.rings.get(&ring);
        let since = known.map_or(now, |failed| failed.since);
        let waited = match known.map(|failed| failed.waited) {
            Some(before) if own_fault(error) => before.saturating_add(before).min(LONGEST),
            Some(_) | None => FIRST,
        };
        let until = now.saturating_add(waited).unwrap_or(now);
        let _ = self.rings.insert(ring, Failed { since, until, waited });
    }

    /// Only these are still due; what rang or was stopped is forgotten.
    pub(super) fn forget_but(&mut self, due: &HashSet<Key>) {
        self.rings.retain(|ring, _| due.contains(ring));
    }

    /// Since when the oldest of them has been failing.
    pub(super) fn since(&self) -> Option<Timestamp> {
        self.rings.values().map(|failed| failed.since).min()
    }

    /// When the first of them is tried again.
    pub(super) fn first(&self) -> Option<Timestamp> {
        self.rings.values().map(|failed| failed.until).min()
    }
}

const fn own_fault(error: &HandleError) -> bool {
    match error {
        HandleError::Contended
        | HandleError::Read(_)
        | HandleError::Append(AppendError::Unavailable { .. } | AppendError::WrongRevision { .. }) => false,
        HandleError::Denied
        | HandleError::Law(_)
        | HandleError::Codec(_)
        | HandleError::Json(_)
        | HandleError::Metadata { .. }
        | HandleError::Append(
            AppendError::TooLarge { .. }
            | AppendError::TooMany { .. }
            | AppendError::Empty
            | AppendError::Invalid { .. },
        ) => true,
    }
}
