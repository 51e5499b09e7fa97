//! The appends of this handle that the cluster has acknowledged, but does not show in the category stream
//! yet. Whoever asks for the log's end waits for them, so that a caller finds what it has just appended.
//!
//! An append recognised as a replay is acknowledged too, though its events may have been shown long ago. So
//! what was shown is remembered per stream; and of what was shown before this handle was opened, or has been
//! forgotten since, the last event is known: an older one need not be waited for.
//!
//! Must never be here: a request. Nothing here is kept on disk either: after a crash there is nobody left
//! who was acknowledged.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use crate::event::Positioned;
use crate::stream::{Position, Revision, StreamName};
use crate::subscription::Reach;

/// Streams remembered before the older half is forgotten.
const REMEMBERED: usize = 32_768;

/// Doubtful appends asked about at once.
const AT_ONCE: usize = 32;

pub(super) struct Own {
    kept: Mutex<Kept>,
    reach: watch::Sender<Reach>,
}

#[derive(Default)]
struct Kept {
    /// The number of the newest acknowledgement.
    acknowledged: u64,
    unseen: BTreeMap<u64, Unseen>,
    /// Per stream the last revision shown, in two generations.
    young: HashMap<StreamName, Revision>,
    old: HashMap<StreamName, Revision>,
    /// All events up to this one are shown.
    floor: Option<Place>,
    /// The event shown last.
    newest: Option<Place>,
}

impl Kept {
    fn has_shown(&self, stream: &StreamName, revision: Revision) -> bool {
        self.young.get(stream).max(self.old.get(stream)).is_some_and(|shown| *shown >= revision)
    }
}

/// An event's place in its stream.
pub(super) type Place = (StreamName, Revision);

struct Unseen {
    stream: StreamName,
    last: Revision,
    since: Instant,
    /// Whether it was found out when its event was written.
    asked: bool,
}

/// An acknowledged append that is not shown for long.
pub(super) struct Doubt {
    pub(super) number: u64,
    /// Its last event.
    pub(super) last: Place,
}

impl Own {
    /// `shown` is the newest event that the category stream showed when the log was opened.
    pub(super) fn new(reach: watch::Sender<Reach>, shown: Option<Place>) -> Self {
        let kept = Kept { floor: shown.clone(), newest: shown, ..Kept::default() };
        Self { kept: Mutex::new(kept), reach }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes an append before its caller has the answer. It may have been shown already: the follower can
    /// be faster than the answer.
    pub(super) fn acknowledge(&self, stream: &StreamName, last: Revision) {
        let mut kept = self.kept();
        kept.acknowledged += 1;
        if !kept.has_shown(stream, last) {
            let number = kept.acknowledged;
            kept.unseen
                .insert(number, Unseen { stream: stream.clone(), last, since: Instant::now(), asked: false });
        }
        // Nobody need be woken for what cannot be read yet.
        let owed = kept.unseen.len();
        self.reach.send_if_modified(|reach| {
            reach.owed = owed;
            false
        });
    }

    /// Notes what the category stream shows, in its order, and tells those who wait.
    pub(super) fn show(&self, events: &[Positioned]) {
        let mut kept = self.kept();
        for Positioned { event, .. } in events {
            kept.young.insert(event.stream.clone(), event.revision);
        }
        if let Some(Positioned { event, .. }) = events.last() {
            kept.newest = Some((event.stream.clone(), event.revision));
        }
        if !kept.unseen.is_empty() {
            let Kept { young, unseen, .. } = &mut *kept;
            unseen.retain(|_, own| young.get(&own.stream).is_none_or(|shown| *shown < own.last));
        }
        if kept.young.len() > REMEMBERED {
            kept.old = std::mem::take(&mut kept.young);
            kept.floor = kept.newest.clone();
        }
        let head = events.last().map(|last| last.position);
        self.tell(&kept, head);
    }

    fn tell(&self, kept: &Kept, head: Option<Position>) {
        let owed = kept.unseen.len();
        self.reach.send_if_modified(|reach| {
            let changed = head > reach.head || owed != reach.owed;
            reach.head = reach.head.max(head);
            reach.owed = owed;
            changed
        });
    }

    /// Whether an event is remembered as shown.
    pub(super) fn has_shown(&self, stream: &StreamName, revision: Revision) -> bool {
        self.kept().has_shown(stream, revision)
    }

    /// The newest acknowledgement, and whether all up to a number are shown.
    pub(super) fn acknowledged(&self) -> u64 {
        self.kept().acknowledged
    }

    pub(super) fn shown(&self, upto: u64) -> bool {
        self.kept().unseen.keys().next().is_none_or(|oldest| *oldest > upto)
    }

    /// Whether something has not been shown for so long.
    pub(super) fn late(&self, after: Duration) -> bool {
        self.kept().unseen.values().next().is_some_and(|own| own.since.elapsed() >= after)
    }

    /// The oldest of what is late, and was not asked about yet.
    pub(super) fn doubts(&self, after: Duration) -> Vec<Doubt> {
        let kept = self.kept();
        let doubtful = |own: &Unseen| !own.asked && own.since.elapsed() >= after;
        let late = kept.unseen.iter().filter(|(_, own)| doubtful(own)).take(AT_ONCE);
        late.map(|(&number, own)| Doubt { number, last: (own.stream.clone(), own.last) }).collect()
    }

    /// The event up to which all are shown, whatever is remembered of them.
    pub(super) fn floor(&self) -> Option<Place> {
        self.kept().floor.clone()
    }

    /// A doubtful append was a replay of what had been shown before, or was none.
    pub(super) fn settle(&self, number: u64, shown_before: bool) {
        let mut kept = self.kept();
        if shown_before {
            kept.unseen.remove(&number);
            self.tell(&kept, None);
        } else if let Some(own) = kept.unseen.get_mut(&number) {
            own.asked = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::{self, JsonObject, Recorded};

    fn shown(number: u64) -> Positioned {
        let event = Recorded {
            stream: StreamName::trusted(&format!("s-{number}")),
            revision: Revision::FIRST,
            id: Uuid::from_u128(u128::from(number) + 1),
            kind: "Marked".to_owned(),
            data: JsonObject::empty(),
            metadata: JsonObject::empty(),
            recorded_at: event::now(),
        };
        Positioned { position: Position::new(number + 1), event }
    }

    #[test]
    fn what_was_shown_is_remembered_and_of_the_forgotten_the_last() {
        let reach = watch::Sender::new(Reach::default());
        let own = Own::new(reach.clone(), None);
        let stream = |number: u64| shown(number).event.stream;
        let rounds = 2 * REMEMBERED as u64 + 2;
        for number in 0..rounds {
            own.show(&[shown(number)]);
        }
        // Shown before the answer came, in either generation.
        for number in [rounds - 1, REMEMBERED as u64 + 5] {
            own.acknowledge(&stream(number), Revision::FIRST);
        }
        assert!(own.shown(own.acknowledged()) && reach.borrow().owed == 0);
        // Forgotten; the events up to the floor are known to be shown.
        own.acknowledge(&stream(0), Revision::FIRST);
        assert_eq!(own.floor(), Some((stream(rounds - 1), Revision::FIRST)));
        assert!(!own.shown(own.acknowledged()) && reach.borrow().owed == 1);
        let doubts = own.doubts(Duration::ZERO);
        let numbers: Vec<u64> = doubts.iter().map(|doubt| doubt.number).collect();
        assert_eq!(numbers, [3]);
        own.settle(3, false);
        assert!(own.doubts(Duration::ZERO).is_empty(), "asked about once");
        assert!(own.late(Duration::ZERO) && !own.shown(3));
        own.settle(3, true);
        assert!(own.shown(3) && reach.borrow().owed == 0);
    }
}
