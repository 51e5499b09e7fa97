//! One way out: every error of the shell becomes a refusal on the wire, here and nowhere else.
//! Never here: texts (those are in `wire`).

use std::time::Duration;

use eventlog::{AppendError, ReadError};
use wire::refusal::Refusal;

use crate::handle::HandleError;
use crate::papers::PaperError;
use crate::read_model::ViewError;
use crate::reads::ReadsError;
use crate::seal::SealError;

/// When a caller may try again after the log was down.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// What a caller is told of a command that was not done.
#[must_use]
pub fn handle(error: HandleError) -> Refusal {
    match error {
        HandleError::Denied => Refusal::Permission,
        HandleError::Law(rejection) => Refusal::law(&*rejection),
        HandleError::Contended | HandleError::Append(AppendError::WrongRevision { .. }) => Refusal::Contended,
        HandleError::Append(AppendError::Unavailable { .. }) | HandleError::Read(_) => log_down(),
        HandleError::Append(AppendError::TooLarge { limit, .. }) => Refusal::TooLarge { limit: limit as u64 },
        HandleError::Append(
            AppendError::TooMany { .. } | AppendError::Empty | AppendError::Invalid { .. },
        )
        | HandleError::Codec(_)
        | HandleError::Json(_)
        | HandleError::Metadata { .. } => internal(&error),
    }
}

/// What a caller is told of a query that was not answered.
#[must_use]
pub fn view(error: ViewError) -> Refusal {
    match error {
        ViewError::Late(_) => Refusal::Late,
        ViewError::Log(ReadError::Unavailable { .. } | ReadError::Closed)
        | ViewError::Stopping
        | ViewError::Stopped(_) => log_down(),
        ViewError::Log(ReadError::AheadOfLog { .. })
        | ViewError::Sqlite(_)
        | ViewError::Thread(_)
        | ViewError::Project(_) => internal(&error),
    }
}

/// What a caller is told when a reading cannot be noted, so that nothing is shown, or when the read log is not there in time.
#[must_use]
pub fn reads(error: ReadsError) -> Refusal {
    match error {
        ReadsError::Late => Refusal::Late,
        ReadsError::Stopping | ReadsError::Nowhere => log_down(),
    }
}

/// What a caller is told when the key store fails: without a durable key nothing may be recorded, and there may
/// be one when the disk has space again.
#[must_use]
pub fn seal(error: SealError) -> Refusal {
    if error.may_pass() {
        tracing::error!(%error, "the key store gives no key");
        log_down()
    } else {
        internal(&error)
    }
}

/// What a caller is told when a paper of a matter cannot be stored or read.
#[must_use]
pub fn paper(error: PaperError) -> Refusal {
    match error {
        PaperError::TooLarge { most, .. } => Refusal::TooLarge { limit: most },
        PaperError::Seal(error) => seal(error),
        PaperError::Unavailable { .. }
        | PaperError::Elsewhere { .. }
        | PaperError::Site(_)
        | PaperError::NoCredentials { .. } => papers_down(&error),
        // The matter names it, so it was there: the store has lost or changed it.
        PaperError::Missing { .. } | PaperError::Altered { .. } => internal(&error),
    }
}

/// The store of papers does not answer, or not with what was stored.
pub(crate) fn papers_down(error: &PaperError) -> Refusal {
    tracing::error!(%error, "the store of papers does not answer");
    log_down()
}

fn log_down() -> Refusal {
    Refusal::LogDown { retry_after: RETRY_AFTER }
}

/// Something is wrong inside: the caller gets no detail, the log line has it.
#[must_use]
pub fn internal(error: &dyn std::fmt::Display) -> Refusal {
    tracing::error!(%error, "internal error");
    Refusal::Internal
}
