//! Why a webhook did not do what was asked, and the refusal it becomes. Never here: texts, or failures of deliveries.

use std::time::Duration;

use hub::kept::KeptError;
use hub::refuse;
use hub::seal::SealError;
use wire::refusal::Refusal;

use super::endpoint::EndpointId;
use crate::groups::GroupError;

/// When a caller may try again after the file could not be written.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Why a webhook did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The operator allows no host.
    #[error("no host is allowed")]
    Off,
    /// The unit has one for the same.
    #[error("there is {0} with this URL and filter")]
    Exists(EndpointId),
    /// A secret of it is being made for somebody.
    #[error("a secret of {0} is being made")]
    UnderWay(EndpointId),
    /// The unit has as many as a unit may have.
    #[error("a unit has at most {0} webhooks")]
    TooMany(usize),
    /// As many older secrets sign as may.
    #[error("{0} older secrets sign")]
    TooManySecrets(u32),
    /// The account it belongs to may not follow any more.
    #[error("account {0} may not follow events of its unit")]
    OwnerLost(String),
    /// It is gone.
    #[error("the webhook is gone")]
    Gone,
    /// The file of the webhooks; nothing was changed.
    #[error("the state of the webhooks: {0}")]
    Store(String),
    /// Requests cannot be sent at all.
    #[error("webhooks cannot be sent: {0}")]
    Client(String),
    /// The key store.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The group behind it.
    #[error(transparent)]
    Group(#[from] GroupError),
    /// What may be seen or done could not be told.
    #[error(transparent)]
    Sight(#[from] Refusal),
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

impl From<rusqlite::Error> for WebhookError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<KeptError> for WebhookError {
    fn from(error: KeptError) -> Self {
        Self::Store(error.to_string())
    }
}

impl From<WebhookError> for Refusal {
    fn from(error: WebhookError) -> Self {
        let law = |reason: &str, facts: &[(&str, String)]| Refusal::Law {
            reason: reason.to_owned(),
            facts: facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        };
        match error {
            WebhookError::Off => law("WEBHOOKS_OFF", &[]),
            WebhookError::Exists(id) => law("WEBHOOK_EXISTS", &[("webhook", id.to_string())]),
            WebhookError::TooMany(most) => law("TOO_MANY_WEBHOOKS", &[("most", most.to_string())]),
            WebhookError::TooManySecrets(most) => law("TOO_MANY_SECRETS", &[("most", most.to_string())]),
            WebhookError::OwnerLost(owner) => law("WEBHOOK_OWNER_LOST", &[("owner", owner)]),
            WebhookError::UnderWay(_) => Refusal::Contended,
            WebhookError::Gone => Refusal::Permission,
            WebhookError::Store(_) | WebhookError::Stopping => {
                tracing::error!(%error, "a webhook could not be served");
                Refusal::LogDown { retry_after: RETRY_AFTER }
            }
            WebhookError::Client(_) => refuse::internal(&error),
            WebhookError::Seal(error) => refuse::seal(error),
            WebhookError::Group(error) => error.into(),
            WebhookError::Sight(refusal) => refusal,
        }
    }
}
