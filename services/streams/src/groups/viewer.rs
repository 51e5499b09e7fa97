//! A member's eyes: which events of the log are for its group, and how each is shown to it. Never here: the place of
//! the group, or how an event travels.

use std::sync::{Arc, Mutex, PoisonError};

use domain::actor::Actor;
use hub::Hub;
use hub::project::Positioned;
use hub::reads::Way;
use wire::cloudevents::CloudEvent;
use wire::refusal::Refusal;

use super::member::Pick;
use crate::filter::Filter;
use crate::view::Viewer;

/// Who looks, at what, by which way.
pub struct Eyes {
    hub: Hub,
    filter: Filter,
    way: Way,
    actor: Mutex<Actor>,
}

impl Eyes {
    /// The eyes of an actor who wants what a filter lets through.
    #[must_use]
    pub fn new(hub: &Hub, filter: Filter, way: Way, actor: Actor) -> Self {
        Self { hub: hub.clone(), filter, way, actor: Mutex::new(actor) }
    }

    /// Who looks from now on: the same officer with other roles, say.
    pub fn become_of(&self, actor: &Actor) {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner).clone_from(actor);
    }

    fn actor(&self) -> Actor {
        self.actor.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The event as it is to be sent; none when it is not, or no longer, for this reader.
    ///
    /// # Errors
    /// When the log, the key store or the read log fails.
    pub async fn show(&self, event: &Positioned) -> Result<Option<CloudEvent>, Refusal> {
        let actor = self.actor();
        let viewer = Viewer { hub: &self.hub, actor: &actor, filter: &self.filter, way: self.way };
        viewer.event(event).await
    }

    /// Picks of a page what is wanted and what the reader may see anything of. What is shown is decided when it is
    /// delivered.
    #[must_use]
    pub fn pick(self: &Arc<Self>) -> Pick {
        let eyes = Arc::clone(self);
        Arc::new(move |page| {
            let eyes = Arc::clone(&eyes);
            Box::pin(async move {
                let actor = eyes.actor();
                let viewer = Viewer { hub: &eyes.hub, actor: &actor, filter: &eyes.filter, way: eyes.way };
                let mut picked = Vec::new();
                for event in page {
                    if eyes.filter.wants(&event.event) && viewer.sight(&event).await?.is_some() {
                        picked.push(event);
                    }
                }
                Ok(picked)
            })
        })
    }
}
