//! The way back to a lost password, for the operator who holds the data directory: a fresh one-time password set by
//! the hub itself, while it is stopped or running. Never here: what an administrator does over the socket.
//!
//! Crash story. The credential is one command, one append. Die before it: nothing happened. Die after it, before the
//! password was shown: nobody knows it, and the next reset sets another. A hub that runs meanwhile sees the event as
//! it sees any other: the officer's older tokens end, and the new password opens the door.

use domain::ids::OfficerId;
use domain::officer::{Command, OfficerRule, Registered, State};
use hub::Time;
use hub::clocks;
use hub::handle::{Door, HandleError, Order, state};
use hub::identity::{PasswordError, Passwords, one_time_password};
use hub::permit::{Permit, PermitError};
use hub::project::{EventLog, StreamName};
use hub::seal::{KeyStore, SealError};
use uuid::Uuid;

/// Why no password was set.
#[derive(Debug, thiserror::Error)]
pub enum ResetError {
    /// There is no such officer.
    #[error("officer {officer} is not registered")]
    Unknown {
        /// The officer.
        officer: OfficerId,
    },
    /// The account is shut: a password would open nothing.
    #[error(
        "the account of officer {officer} is shut; an administrator opens it with: safeguard officer enable"
    )]
    Shut {
        /// The officer.
        officer: OfficerId,
    },
    /// The log.
    #[error(transparent)]
    Handle(#[from] HandleError),
    /// The key store.
    #[error(transparent)]
    Keys(#[from] SealError),
    /// No password could be made or hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The policies.
    #[error(transparent)]
    Permit(#[from] PermitError),
    /// A constant of the hub cannot be read.
    #[error("{0}")]
    Account(String),
}

/// Sets a one-time password and returns it, to be shown once.
///
/// # Errors
/// [`ResetError`]; nothing was changed then, except that after a lost answer of the log an unknown password may stand.
pub async fn reset(log: &EventLog, keys: &KeyStore, officer: &OfficerId) -> Result<String, ResetError> {
    let account = |error: &dyn std::fmt::Display| ResetError::Account(error.to_string());
    let stream = StreamName::parse(officer.as_str()).map_err(|error| account(&error))?;
    let entry: Box<Registered> = match state::<OfficerRule>(log, &stream).await?.0 {
        State::Active(entry) => entry,
        State::Disabled(_) => return Err(ResetError::Shut { officer: officer.clone() }),
        State::Unknown => return Err(ResetError::Unknown { officer: officer.clone() }),
    };
    let password = one_time_password()?;
    let hash = Passwords::new().hash(officer, &password).await?;
    let credential = keys.seal(&entry.name.subject, "credential", &hash)?;
    let order = Order {
        by: clocks::service_actor().map_err(|error| account(&error))?,
        id: Uuid::now_v7(),
        occurred: None,
        causation: None,
        correlation: None,
        command: Command::SetCredential { credential, one_time: true },
    };
    let (permit, time) = (Permit::standard()?, Time::system());
    let door = Door { log, permit: &permit, time: &time };
    let set = door.handle::<OfficerRule>(&stream, &order).await?;
    tracing::warn!(%officer, revision = set.revision.get(), "one-time password set by the operator");
    Ok(password.to_string())
}
