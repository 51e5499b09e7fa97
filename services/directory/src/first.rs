//! The first start: one administrator with a one-time password, shown once. Never here: any other account.
//!
//! Crash story. Unit, officer and credential are three commands with fixed ids. Die in between: the next
//! start finds no credential, does all three again, and what was there changes nothing. Only a start that
//! sets the credential returns a password.

use domain::actor::{Role, Unit};
use domain::officer::{self, OfficerRule};
use domain::text::Title;
use domain::unit::{self, UnitRule};
use hub::handle::{HandleError, Order};
use hub::identity::one_time_password;
use hub::project::{Revision, StreamName};
use hub::seal::SealError;
use hub::{Hub, clocks};
use uuid::Uuid;

use crate::Directory;

/// The administrator's number.
const ADMINISTRATOR: &str = "OF-ADMIN";

/// Why the first start failed.
#[derive(Debug, thiserror::Error)]
pub enum FirstStartError {
    /// A command was not done.
    #[error(transparent)]
    Handle(#[from] HandleError),
    /// The key store.
    #[error(transparent)]
    Keys(#[from] SealError),
    /// The password could not be hashed or a constant of this file cannot be read.
    #[error("{0}")]
    Account(String),
}

/// Makes the administrator when there is none, and returns the one-time password to show once.
///
/// # Errors
/// When the log or the key store cannot be written.
pub async fn first_start(hub: &Hub) -> Result<Option<String>, FirstStartError> {
    let account = |error: &dyn std::fmt::Display| FirstStartError::Account(error.to_string());
    let actor = clocks::service_actor().map_err(|error| account(&error))?;
    let officer_stream = StreamName::parse(ADMINISTRATOR).map_err(|error| account(&error))?;
    if hub.log.read(&officer_stream, Revision::FIRST).await.map_err(HandleError::Read)?.len() >= 2 {
        return Ok(None);
    }
    let order = |what: &str| Uuid::new_v5(&Uuid::NAMESPACE_OID, what.as_bytes());
    let unit_stream = StreamName::parse(actor.unit.id.as_str()).map_err(|error| account(&error))?;
    let entry = unit::Registered {
        unit: actor.unit.clone(),
        name: Title::parse("安全守护平台运行单位").map_err(|error| account(&error))?,
        superior: None,
        competence: Vec::new(),
    };
    let command = unit::Command::Register(Box::new(entry));
    hub.handle::<UnitRule>(&unit_stream, &plain(&actor, order("first/unit"), command)).await?;

    let subject = "SU-OF-ADMIN".parse().map_err(|error| account(&error))?;
    let sealer = hub.keys.sealer(&subject)?;
    let entry = officer::Registered {
        officer: ADMINISTRATOR.parse().map_err(|error| account(&error))?,
        unit: Unit { ..actor.unit.clone() },
        name: sealer.seal("name", "系统管理员")?,
        roles: vec![Role::Administrator],
    };
    let command = officer::Command::Register(Box::new(entry));
    hub.handle::<OfficerRule>(&officer_stream, &plain(&actor, order("first/officer"), command)).await?;

    let password = one_time_password().map_err(|error| account(&error))?;
    let hash = hub.passwords.hash(&actor.officer, &password).await.map_err(|error| account(&error))?;
    let credential = sealer.seal("credential", &hash)?;
    let command = officer::Command::SetCredential { credential: credential.clone(), one_time: true };
    let set = hub
        .handle::<OfficerRule>(&officer_stream, &plain(&actor, order("first/credential"), command))
        .await?;
    Directory::shown(hub, &set.token()).await;
    // Another process may have started first too, with the same ids: only the password whose hash is kept holds.
    let officer = ADMINISTRATOR.parse().map_err(|error| account(&error))?;
    let kept = hub.roster.account(&officer).map_err(|error| account(&error))?;
    let holds = kept.is_some_and(|kept| kept.credential.as_ref() == Some(&credential));
    Ok(holds.then(|| password.to_string()))
}

fn plain<C>(by: &domain::Actor, id: Uuid, command: C) -> Order<C> {
    Order { by: by.clone(), id, occurred: None, causation: None, correlation: None, command }
}
