//! THE LOG: opaque JSON events, in order, durable when acknowledged.
//!
//! A log holds many streams. A stream is the history of one matter; its events have revisions
//! 0, 1, 2 ... without gaps. All events of all streams also have a position in the whole log, and
//! a [`Subscription`] delivers them in that order: history first, then what follows.
//!
//! ```
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! use eventlog::{EventLog, Expected, JsonObject, NewEvent, Revision, StreamName};
//!
//! let log = EventLog::memory();
//! let stream = StreamName::parse("clue-0001")?;
//! let reported = NewEvent {
//!     id: uuid::Uuid::now_v7(),
//!     kind: "ClueReported".to_owned(),
//!     data: JsonObject::parse(r#"{"place":"gate 3"}"#)?,
//!     metadata: JsonObject::empty(),
//! };
//! let last = log.append(&stream, Expected::NoStream, vec![reported]).await?;
//! assert_eq!(last, Revision::FIRST);
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! Must never be here: an agency, a clue, a rule, or a look inside a payload. The log must never
//! depend on JSON coming back byte for byte either, because a cluster log re-serialises it.

mod copy;
mod error;
mod event;
mod kurrent;
mod log;
mod memory;
mod moving;
mod observe;
mod recent;
mod report;
mod sqlite;
mod stream;
mod subscription;

pub use error::{AppendError, BackupError, ClusterFault, CopyError, OpenError, Outage, ReadError};
pub use event::{
    JsonObject, MAX_APPEND_BYTES, MAX_EVENT_BYTES, MAX_EVENTS_PER_APPEND, MAX_KIND_CHARS, MAX_NESTING,
    NewEvent, NotAnObject, Positioned, Recorded,
};
pub use kurrent::{AddressFault, BadAddress, KurrentOptions};
pub use log::{EventLog, Haste};
pub use memory::Faults;
pub use moving::PLACES;
pub use observe::{Commit, Observer};
pub use report::{CheckReport, Fault, Statistics};
pub use sqlite::SqliteOptions;
pub use stream::{BadPosition, BadStreamName, Expected, Position, Revision, StreamName};
pub use subscription::Subscription;
