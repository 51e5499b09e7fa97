//! A stream that one process writes again and again: its state and its end are kept between two commands, so that a
//! stream of a million events is not read for each. Never here: which streams those are.
//!
//! Crash story. What is kept is only what was read from the log or acknowledged by it. Somebody else who writes to the
//! stream makes the next append meet another revision: then what was missed is read, and the law decides again on what
//! is true now. After an append whose answer was lost the same happens: the events are found as what was missed.

use domain::actor::Stamp;
use domain::decider::Decider;
use eventlog::{AppendError, Expected, Revision, StreamName};

use crate::admission::haste;
use crate::handle::{HandleError, Order, written};
use crate::history::told;
use crate::permit::Decision;
use crate::shell::Hub;
use crate::telemetry;

/// How often a command is decided again after losing a race for a revision.
const ATTEMPTS: usize = 8;

/// A stream as it was last known.
pub struct Held<D: Decider> {
    stream: StreamName,
    state: D::State,
    end: Option<Revision>,
}

impl<D: Decider> Held<D> {
    /// A stream with this state at this revision, as a view tells it; none when it has no event.
    #[must_use]
    pub const fn at(stream: StreamName, state: D::State, end: Option<Revision>) -> Self {
        Self { stream, state, end }
    }

    /// Its name.
    #[must_use]
    pub const fn stream(&self) -> &StreamName {
        &self.stream
    }

    /// Its state as last known.
    #[must_use]
    pub const fn state(&self) -> &D::State {
        &self.state
    }

    /// The revision of its last event as last known.
    #[must_use]
    pub const fn end(&self) -> Option<Revision> {
        self.end
    }

    /// Reads what others have written since.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub async fn read_on(&mut self, hub: &Hub) -> Result<(), HandleError> {
        let from = self.end.map_or(Revision::FIRST, Revision::next);
        for event in hub.log.read(&self.stream, from).await? {
            let happened = told::<D::Event>(&event)?;
            self.evolve(&happened.event, &happened.meta.stamp());
            self.end = Some(event.revision);
        }
        Ok(())
    }

    fn evolve(&mut self, event: &D::Event, stamp: &Stamp) {
        let state = std::mem::replace(&mut self.state, D::initial());
        self.state = D::evolve(state, event, stamp);
    }

    /// Handles one command, as [`Hub::handle`] does; tells what happened. The id of a command must be its own: one that
    /// was done before is not recognised here.
    ///
    /// # Errors
    /// [`HandleError`]; after `Append(Unavailable)` the outcome is unknown.
    pub async fn handle(
        &mut self,
        hub: &Hub,
        order: &Order<D::Command>,
    ) -> Result<Vec<D::Event>, HandleError> {
        let (action, scope) = (D::action(&order.command), D::scope(&order.command, &self.state));
        if let Decision::Denied { .. } = hub.permit.check(&order.by, action, &scope) {
            return Err(HandleError::Denied);
        }
        for _ in 0..ATTEMPTS {
            let recorded = hub.time.now();
            let stamp = Stamp { by: order.by.clone(), at: order.occurred.unwrap_or(recorded), recorded };
            let events = D::decide(&order.command, &self.state, &stamp)
                .map_err(|rejection| HandleError::Law(Box::new(rejection)))?;
            if events.is_empty() {
                return Ok(events);
            }
            let expected = self.end.map_or(Expected::NoStream, Expected::At);
            let new = written(&events, &stamp, order)?;
            let append = hub.log.append_in(haste(), &self.stream, expected, new);
            match telemetry::append(events.len(), append).await {
                Ok(revision) => {
                    events.iter().for_each(|event| self.evolve(event, &stamp));
                    self.end = Some(revision);
                    return Ok(events);
                }
                Err(AppendError::WrongRevision { .. }) => self.read_on(hub).await?,
                Err(other) => return Err(other.into()),
            }
        }
        tracing::debug!(stream = %self.stream, kind = action, "others keep writing to a stream that one process holds");
        Err(HandleError::Contended)
    }
}
