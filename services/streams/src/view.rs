//! Events of the log as one reader sees them: what is not for them is not there, and each reading of sensitive
//! values is noted before it is sent. Never here: in which order, or how it goes over the wire.

use std::sync::Arc;

use domain::actor::Actor;
use domain::class::{Class, Facet};
use domain::matter::Matter;
use hub::Hub;
use hub::need::{Looking, Sight};
use hub::project::Positioned;
use hub::reads::Way;
use wire::cloudevents::CloudEvent;
use wire::refusal::Refusal;

use crate::filter::Filter;
use crate::render::render;

/// A reader of events.
#[derive(Clone, Copy)]
pub struct Viewer<'a> {
    /// Opens values and knows matters.
    pub hub: &'a Hub,
    /// Who reads.
    pub actor: &'a Actor,
    /// What they want.
    pub filter: &'a Filter,
    /// By which way.
    pub way: Way,
}

/// A matter and what a reader may see of it.
pub type Seen = (Arc<Matter>, Sight);

impl Viewer<'_> {
    /// The event as it is to be sent; none when it is not wanted or not theirs to see.
    ///
    /// # Errors
    /// When the log, the key store or the read log fails.
    pub async fn event(&self, event: &Positioned) -> Result<Option<CloudEvent>, Refusal> {
        if !self.filter.wants(&event.event) {
            return Ok(None);
        }
        let Some((matter, sight)) = self.sight(event).await? else { return Ok(None) };
        let rendered = render(self.hub, event, &matter, &sight)?;
        self.note(event, &(matter, sight), &rendered.read).await?;
        Ok(Some(rendered.event))
    }

    /// The matter of an event, as it is at that event or later, and what the reader may see of it; none when it is
    /// not wanted or they may see nothing.
    ///
    /// # Errors
    /// When the log fails.
    pub async fn sight(&self, event: &Positioned) -> Result<Option<Seen>, Refusal> {
        let matter = self.hub.matter_at(&event.event.stream, event.event.revision).await?;
        self.sight_of(event, matter).await
    }

    /// The same for a matter that is known already.
    ///
    /// # Errors
    /// When the log fails.
    pub async fn sight_of(
        &self,
        event: &Positioned,
        matter: Option<Arc<Matter>>,
    ) -> Result<Option<Seen>, Refusal> {
        let Some(matter) = matter.filter(|matter| self.filter.wants_matter(matter)) else {
            return Ok(None);
        };
        let sight = self.hub.sight(self.actor, &event.event.stream, &matter);
        if sight.nothing() {
            return Ok(None);
        }
        if sight.by_grant() {
            // What is shown stays judged by the matter of this event; the use is on record before it is.
            self.hub.use_grant(self.actor, &event.event.stream, self.way).await?;
        }
        Ok(Some((matter, sight)))
    }

    /// Notes what was read in a rendered event.
    ///
    /// # Errors
    /// When the read log takes no more: then the event may not be sent.
    pub async fn note(
        &self,
        event: &Positioned,
        (matter, sight): &Seen,
        read: &[(Class, Option<Facet>)],
    ) -> Result<(), Refusal> {
        self.hub.note_reading(&self.looking(event), matter, sight, read).await
    }

    fn looking<'b>(&'b self, event: &'b Positioned) -> Looking<'b> {
        Looking { actor: self.actor, stream: &event.event.stream, way: self.way, what: "event" }
    }
}
