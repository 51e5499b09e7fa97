//! Records of one file that write to the same place take turns, in the order in which they are taken. Never here: waiting for others
//! than the records of the same import.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

/// Two records with one id, a moment apart in one file: the second finds what the first wrote and counts as repeated,
/// instead of both being answered as new by the log; and of two that differ, the one that is taken later has the last word.
#[derive(Default)]
pub struct Turns {
    taken: Mutex<HashMap<Uuid, Arc<tokio::sync::Mutex<()>>>>,
}

impl Turns {
    /// The turn of an id; hold its lock while the record is taken. Those who wait are served in order.
    #[must_use]
    pub fn of(&self, id: Uuid) -> Arc<tokio::sync::Mutex<()>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone()
    }
}
