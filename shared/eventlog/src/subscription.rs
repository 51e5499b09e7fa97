//! Following the log: history from a position, then what is appended, with no gap at the seam.
//!
//! Must never be here: storage, or a checkpoint; the subscriber stores its own with its rows.

use tokio::sync::watch;

use crate::error::ReadError;
use crate::event::Positioned;
use crate::log::EventLog;
use crate::stream::Position;

/// Events per page; pages are also bounded in bytes.
const PAGE: usize = 500;

/// How far the log reaches, as told to those who wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reach {
    /// The last position known to be durable.
    pub(crate) head: Option<Position>,
    /// Appends of this process that were acknowledged, but do not show in the log's order yet. Only a
    /// cluster owes: there the order is made after the append.
    pub(crate) owed: usize,
    /// No more will come.
    pub(crate) closed: bool,
}

/// The log has grown, and those who wait are told.
pub(crate) fn grow(reach: &watch::Sender<Reach>, head: Option<Position>) {
    if grown(reach, head) {
        tell(reach);
    }
}

/// The log has grown, for whoever looks from now on; whether it had not already. Never backwards: two threads may learn
/// of appends in the other order.
pub(crate) fn grown(reach: &watch::Sender<Reach>, head: Option<Position>) -> bool {
    let mut grows = false;
    reach.send_if_modified(|known| {
        grows = head > known.head;
        if grows {
            known.head = head;
        }
        false
    });
    grows
}

/// Wakes those who wait.
pub(crate) fn tell(reach: &watch::Sender<Reach>) {
    reach.send_modify(|_| ());
}

/// Tells those who wait that the log is closed.
pub(crate) fn close(reach: &watch::Sender<Reach>) {
    reach.send_if_modified(|known| !std::mem::replace(&mut known.closed, true));
}

/// One reader's place in the log. Make it with [`EventLog::subscribe`].
#[derive(Debug)]
pub struct Subscription {
    log: EventLog,
    after: Option<Position>,
    reach: watch::Receiver<Reach>,
}

impl Subscription {
    pub(crate) fn new(log: EventLog, after: Option<Position>, reach: watch::Receiver<Reach>) -> Self {
        Self { log, after, reach }
    }

    /// The next events in order, never none; waits when there are none yet.
    ///
    /// Cancel-safe: a page that was not returned will be returned by the next call. After an
    /// error the place is kept, so the call may be repeated.
    ///
    /// # Errors
    /// [`ReadError`]; `Closed` when the log is closed, `AheadOfLog` when it was replaced.
    pub async fn next(&mut self) -> Result<Vec<Positioned>, ReadError> {
        loop {
            // The order matters: mark what is known as seen, then read, then wait. An append
            // between the mark and the read is read at once and causes one idle turn; one after
            // the read changes the mark and ends the wait. The other way round would sleep on it.
            let known = *self.reach.borrow_and_update();
            // Level with the head there is nothing to read; closed, the read says so.
            if known.closed || known.head != self.after {
                let page = self.log.page(self.after, PAGE).await?;
                if let Some(last) = page.last() {
                    self.after = Some(last.position);
                    return Ok(page);
                }
            }
            if self.reach.changed().await.is_err() {
                return Err(ReadError::Closed);
            }
        }
    }

    /// The position of the last event returned, or where it started.
    #[must_use]
    pub const fn after(&self) -> Option<Position> {
        self.after
    }

    /// Whether everything this process knows to be durable was returned. Appends of this process
    /// count before they are acknowledged, those of others within 200 ms; on a cluster as soon as
    /// its category stream shows them.
    #[must_use]
    pub fn caught_up(&self) -> bool {
        let reach = self.reach.borrow();
        self.after >= reach.head && reach.owed == 0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn what_has_grown_is_seen_at_once_and_wakes_nobody_before_it_is_told() {
        let reach = watch::Sender::new(Reach::default());
        let waits = reach.subscribe();
        let head = |n| Some(Position::new(n));
        assert!(grown(&reach, head(2)) && !waits.has_changed().unwrap());
        assert_eq!(waits.borrow().head, head(2));
        assert!(!grown(&reach, head(2)) && !grown(&reach, head(1)), "it goes on, and never back");
        tell(&reach);
        assert!(waits.has_changed().unwrap());
        assert_eq!(waits.borrow().head, head(2));
    }
}
