//! Where a log lives: one that was moved to another place says so as its last word, and takes no more.
//!
//! The word is an event like any other, in a stream of the log's own, so it is copied with the rest and every
//! place tells the whole way: `log.moved` ends one place, `log.arrived` begins the next. The last of them says
//! how it stands. So a log may come back to a file it left: what is there is the beginning of what comes.
//!
//! Crash story: an embedded log looks for the word in the transaction that writes, so nothing follows it but
//! what its own commit took along. A cluster is followed: a process that has not seen the word yet may still
//! append, and what it appends stands behind the word and is copied like the rest. Whoever moves a log copies
//! until nothing more comes.
//!
//! Must never be here: copying.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{AppendError, Outage, ReadError};
use crate::event::{JsonObject, NewEvent, Recorded};
use crate::log::EventLog;
use crate::stream::{Expected, Revision, StreamName};

/// The stream of a log about itself.
pub const PLACES: &str = "hub-log";
/// The last word of a place.
pub(crate) const MOVED: &str = "log.moved";
/// The first word of the next one.
const ARRIVED: &str = "log.arrived";

#[derive(Serialize, Deserialize)]
struct Place {
    place: String,
}

/// Where the log went, if this is its last word.
pub(crate) fn moved(kind: &str, data: &JsonObject) -> Option<String> {
    let place = || data.decode::<Place>().map_or_else(|_| "another place".to_owned(), |place| place.place);
    (kind == MOVED).then(place)
}

/// Where the log went, by the events about itself.
pub(crate) fn last_word(events: &[Recorded]) -> Option<String> {
    events.last().and_then(|last| moved(&last.kind, &last.data))
}

impl EventLog {
    /// Says that the log goes on at another place: from now on it takes no appends but [`EventLog::arrive`].
    /// Said twice, it is said once.
    ///
    /// # Errors
    /// As [`EventLog::append`]; `Moved` when it went to yet another place before.
    pub async fn retire(&self, to: &str) -> Result<(), AppendError> {
        self.say(MOVED, to).await
    }

    /// Says that the log is at this place again, or now.
    ///
    /// # Errors
    /// As [`EventLog::append`].
    pub async fn arrive(&self, from: &str) -> Result<(), AppendError> {
        self.say(ARRIVED, from).await
    }

    /// Where the log went, when it did.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn moved_to(&self) -> Result<Option<String>, ReadError> {
        Ok(last_word(&self.read(&StreamName::trusted(PLACES), Revision::FIRST).await?))
    }

    async fn say(&self, kind: &str, place: &str) -> Result<(), AppendError> {
        let stream = StreamName::trusted(PLACES);
        let invalid = |_| AppendError::Invalid { place: 0, why: "the place cannot be written as JSON" };
        let data = JsonObject::of(&Place { place: place.to_owned() }).map_err(invalid)?;
        let id = Uuid::now_v7();
        loop {
            let said = self.read(&stream, Revision::FIRST).await;
            let said = said.map_err(|error| AppendError::Unavailable { reason: error.into() })?;
            if said.last().is_some_and(|last| last.kind == kind) {
                return match last_word(&said).filter(|there| there != place) {
                    // Two places that follow one another would both go on.
                    Some(to) => Err(AppendError::Unavailable { reason: Outage::Moved { to } }),
                    None => Ok(()),
                };
            }
            let word =
                NewEvent { id, kind: kind.to_owned(), data: data.clone(), metadata: JsonObject::empty() };
            let expected = Expected::after(said.last().map(|last| last.revision));
            match self.append(&stream, expected, vec![word]).await {
                // Somebody else said something: look again.
                Err(AppendError::WrongRevision { .. }) => {}
                said => return said.map(drop),
            }
        }
    }
}
