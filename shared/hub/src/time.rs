//! The hub's clock: the one place where the time of day is read. Tests and the demonstration move it by
//! hand; everything below receives time as an argument. Never here: deadlines.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// Longest time to wait without looking again, so that a changed system clock is noticed.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(30);

/// Tells the time: the system's, moved forward by a shift that only tests and the demonstration set.
#[derive(Clone)]
pub struct Time {
    shift: Arc<watch::Sender<SignedDuration>>,
}

impl Default for Time {
    fn default() -> Self {
        Self::system()
    }
}

impl Time {
    /// The system's time.
    #[must_use]
    pub fn system() -> Self {
        Self { shift: Arc::new(watch::Sender::new(SignedDuration::ZERO)) }
    }

    /// Now, to the microsecond, which is what the log keeps.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        let now = now.checked_add(*self.shift.borrow()).unwrap_or(now);
        Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
    }

    /// Moves this clock forward and wakes all who wait for a moment.
    pub fn advance(&self, by: SignedDuration) {
        self.shift.send_modify(|shift| *shift = shift.saturating_add(by));
    }

    /// Waits until `moment`, or until there is reason to look again: at most 30 s.
    pub async fn wait_until(&self, moment: Option<Timestamp>) {
        let mut shift = self.shift.subscribe();
        let wait = moment.map_or(LONGEST, |moment| {
            let left = moment.duration_since(self.now());
            std::time::Duration::try_from(left).unwrap_or_default().min(LONGEST)
        });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            _ = shift.changed() => {}
        }
    }
}
