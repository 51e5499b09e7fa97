//! What follows from education's events in another stream. Each reaction is a command whose id derives from
//! the event, so doing it twice does nothing. Never here: a decision; the rules make those.

use domain::actor::Actor;
use domain::clue::{self, ClueRule};
use domain::event::decode;
use domain::ids::ClueId;
use hub::handle::{HandleError, metadata};
use hub::project::Positioned;
use hub::react::Reaction;
use hub::{Hub, Order, mint};

/// Education's reactions, in the name of the hub.
pub(crate) struct Reactions {
    by: Actor,
}

impl Reactions {
    pub(crate) fn new(by: Actor) -> Self {
        Self { by }
    }

    /// A merged clue hands its urgency to the one that stays: merging never lowers it (handbook 3.3).
    async fn absorb(&self, hub: &Hub, event: &Positioned) -> Result<(), HandleError> {
        let merged: clue::Event = decode(&event.event.kind, event.event.data.as_str())?;
        let clue::Event::Merged { into, urgency } = merged else { return Ok(()) };
        let Ok(from) = event.event.stream.as_str().parse::<ClueId>() else { return Ok(()) };
        let command = clue::Command::Absorb { from, urgency };
        self.follow::<ClueRule>(hub, event, ("absorb", into.as_str()), command).await
    }

    /// Sends what follows to the matter it is for. What the law refuses is settled: nothing follows then.
    pub(crate) async fn follow<D: domain::Decider>(
        &self,
        hub: &Hub,
        event: &Positioned,
        (what, matter): (&str, &str),
        command: D::Command,
    ) -> Result<(), HandleError> {
        let Ok(stream) = hub::call::stream_of(&matter) else { return Ok(()) };
        let order = Order {
            by: self.by.clone(),
            id: mint::follow_up(event.event.id, what),
            occurred: None,
            causation: Some(event.event.id),
            correlation: Some(metadata(&event.event)?.correlation),
            command,
        };
        match hub.handle::<D>(&stream, &order).await {
            Ok(_) => Ok(()),
            Err(error @ (HandleError::Law(_) | HandleError::Denied)) => {
                tracing::warn!(matter, what, cause = %event.event.stream, %error, "nothing follows");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}

impl Reaction for Reactions {
    fn name(&self) -> &'static str {
        "education-reactions"
    }

    async fn react(&self, hub: &Hub, event: &Positioned) -> Result<(), HandleError> {
        match event.event.kind.as_str() {
            "clue.merged" => self.absorb(hub, event).await,
            _ => Ok(()),
        }
    }
}
