//! Who follows, looked at again and again: a stream outlives the question that opened it, so a change of role or
//! unit, a shut account, a new password or the end of a token ends or narrows it. Never here: what may be seen.

use std::time::Duration;

use domain::actor::Actor;
use domain::decider::Scope;
use hub::{Caller, Hub};
use tokio::time::Instant;
use tonic::metadata::MetadataMap;
use wire::refusal::Refusal;

/// How old the last look may be when something is sent. With a heartbeat every second, a stream ends or narrows well
/// within two seconds.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A subscriber and the badge they showed.
pub struct Badge {
    shown: MetadataMap,
    caller: Caller,
    looked: Instant,
}

impl Badge {
    /// Looks at a badge for the first time.
    ///
    /// # Errors
    /// `Identity`, or `Permission` when its bearer may not subscribe.
    pub fn of(hub: &Hub, shown: &MetadataMap) -> Result<Self, Refusal> {
        Ok(Self { caller: subscriber(hub, shown)?, shown: shown.clone(), looked: Instant::now() })
    }

    /// Looks again when the last look is too old.
    ///
    /// # Errors
    /// As [`Badge::of`]: the stream ends with it.
    pub fn check(&mut self, hub: &Hub) -> Result<(), Refusal> {
        if self.looked.elapsed() >= LOOK_AGAIN {
            self.caller = subscriber(hub, &self.shown)?;
            self.looked = Instant::now();
        }
        Ok(())
    }

    /// Who they are, as of the last look.
    #[must_use]
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Who acts.
    #[must_use]
    pub const fn actor(&self) -> &Actor {
        &self.caller.actor
    }
}

fn subscriber(hub: &Hub, shown: &MetadataMap) -> Result<Caller, Refusal> {
    let caller = hub.caller(shown)?;
    hub.allow(&caller, "stream.subscribe", &Scope::default())?;
    Ok(caller)
}
