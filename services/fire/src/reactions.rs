//! What follows from inspections: every failed line that was issued is a hazard, opened once in the name of the hub.
//! The command's id derives from the event, and the hazard's id from the line, so doing it twice does nothing. Never
//! here: a decision; the rules make those.

use domain::actor::Actor;
use domain::event::decode;
use domain::hazard::draft::Draft;
use domain::hazard::{Command, HazardRule};
use domain::inspection;
use hub::call::stream_of;
use hub::clocks::service_actor;
use hub::handle::metadata;
use hub::project::Positioned;
use hub::react::{self, Reaction, settled};
use hub::serve::Watched;
use hub::{HandleError, Hub, Order, ViewError, mint};

/// Inspections whose hazards are opened at once.
const AT_ONCE: usize = 128;

/// The reaction that opens hazards.
struct Openings {
    by: Actor,
}

/// Starts the reaction.
///
/// # Errors
/// When its checkpoint file cannot be made.
pub(crate) fn start(hub: &Hub) -> Result<Watched, ViewError> {
    let by = service_actor().map_err(|error| ViewError::Stopped(error.to_string()))?;
    react::start(hub, &hub.views, Openings { by })
}

impl Reaction for Openings {
    type Step = ();

    fn name(&self) -> &'static str {
        "hazard-openings"
    }

    /// No hazard waits for another; a campaign day issues thousands at once.
    fn at_once(&self) -> usize {
        AT_ONCE
    }

    fn step(&self, kind: &str) -> Option<()> {
        (kind == "inspection.issued").then_some(())
    }

    async fn react(&self, hub: &Hub, event: &Positioned, (): ()) -> Result<(), HandleError> {
        let issued: inspection::Event = decode(&event.event.kind, event.event.data.as_str())?;
        let inspection::Event::Issued { hazards } = issued else { return Ok(()) };
        let all = hazards.into_iter().map(|draft| self.open(hub, event, draft));
        futures::future::try_join_all(all).await.map(|_| ())
    }
}

impl Openings {
    async fn open(&self, hub: &Hub, event: &Positioned, draft: Draft) -> Result<(), HandleError> {
        let Ok(stream) = stream_of(&draft.id) else { return Ok(()) };
        let beside = metadata(&event.event)?;
        let order = Order {
            by: self.by.clone(),
            id: mint::follow_up(event.event.id, &format!("open/{}", draft.id)),
            // Found when the findings were issued: its times count from then.
            occurred: Some(beside.at),
            causation: Some(event.event.id),
            correlation: Some(beside.correlation),
            command: Command::Open { draft: Box::new(draft) },
        };
        let done = hub.handle::<HazardRule>(&stream, &order).await.map(|_| ());
        settled(event, stream.as_str(), done)
    }
}
