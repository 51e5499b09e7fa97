//! A matter as its history tells it: the events of its stream, and the state they lead to. Never here: who may
//! see it, or how it is shown.

use domain::decider::Decider;
use domain::event::{Stored, decode};
use eventlog::{Recorded, Revision, StreamName};
use wire::refusal::Refusal;
use wire::show::Told;

use crate::handle::{HandleError, metadata};
use crate::refuse;
use crate::shell::Hub;

/// The events of a matter, in order; none when there is no such matter.
///
/// # Errors
/// When the log cannot be read, or an event cannot be understood.
pub async fn history<D: Decider>(hub: &Hub, stream: &StreamName) -> Result<Vec<Told<D::Event>>, Refusal> {
    let recorded = hub.log.read(stream, Revision::FIRST).await.map_err(HandleError::Read);
    recorded.and_then(|events| events.iter().map(told).collect()).map_err(refuse::handle)
}

/// The state that a history leads to.
#[must_use]
pub fn state_of<D: Decider>(history: &[Told<D::Event>]) -> D::State {
    history.iter().fold(D::initial(), |state, told| D::evolve(state, &told.event, &told.meta.stamp()))
}

/// One event, decoded with what is written beside it.
pub(crate) fn told<E: Stored>(event: &Recorded) -> Result<Told<E>, HandleError> {
    let meta = metadata(event)?;
    let happened = decode(&event.kind, event.data.as_str())?;
    Ok(Told { event: happened, meta, revision: event.revision.get() })
}
