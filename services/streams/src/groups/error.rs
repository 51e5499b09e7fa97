//! Why a group did not do what was asked, and the refusal it becomes. Never here: texts.

use std::time::Duration;

use hub::kept::KeptError;
use hub::project::ReadError;
use wire::refusal::Refusal;

use crate::deliveries::elsewhere;
use crate::start::unread;

/// When a caller may try again after the file could not be written.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Why a group did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// There is no such group, or not any more.
    #[error("there is no group {0}")]
    Unknown(String),
    /// A group of this name stands for something else.
    #[error("group {0} exists with other particulars")]
    Exists(String),
    /// The unit has as many groups as a unit may have.
    #[error("a unit has at most {0} groups")]
    TooMany(usize),
    /// Every seat is taken.
    #[error("a group has at most {0} members")]
    Crowded(usize),
    /// The file of the groups; nothing was changed.
    #[error("the state of the groups: {0}")]
    Store(String),
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// It could not be told what the members may see.
    #[error(transparent)]
    Sight(#[from] Refusal),
    /// This instance does not hold the seat of the deliveries, or not any more.
    #[error("another instance serves groups now")]
    Elsewhere,
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

impl From<rusqlite::Error> for GroupError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<KeptError> for GroupError {
    fn from(error: KeptError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<GroupError> for Refusal {
    fn from(error: GroupError) -> Self {
        let law = |reason: &str, fact: &str, value: String| Refusal::Law {
            reason: reason.to_owned(),
            facts: [(fact.to_owned(), value)].into(),
        };
        match error {
            GroupError::Unknown(name) => law("GROUP_UNKNOWN", "name", name),
            GroupError::Exists(name) => law("GROUP_EXISTS", "name", name),
            GroupError::TooMany(most) => law("TOO_MANY_GROUPS", "most", most.to_string()),
            GroupError::Crowded(most) => law("GROUP_CROWDED", "most", most.to_string()),
            GroupError::Store(_) | GroupError::Stopping => {
                tracing::error!(%error, "a group could not be served");
                Refusal::LogDown { retry_after: RETRY_AFTER }
            }
            GroupError::Elsewhere => elsewhere(),
            GroupError::Log(error) => unread(error),
            GroupError::Sight(refusal) => refusal,
        }
    }
}
