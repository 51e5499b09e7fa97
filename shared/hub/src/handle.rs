//! One command's way: may this officer do it here, was it done before, what does the law say, append.
//! Never here: a rule, or a retry that could do something twice.
//!
//! Crash story. Before the append nothing has happened. The append is one atomic step of the log. If we
//! die after it, or its answer is lost, the caller repeats the command with the same id: its events are
//! found in the stream by the ids derived from it, and the first answer is given again.

use std::pin::pin;

use domain::actor::{Actor, Stamp};
use domain::decider::{Decider, Refusal};
use domain::event::{CodecError, Metadata, Stored, encode};
use eventlog::{
    AppendError, EventLog, Expected, JsonObject, NewEvent, ReadError, Recorded, Revision, StreamName,
};
use jiff::Timestamp;
use uuid::Uuid;
use wire::show::Told;

use crate::admission::haste;
use crate::history::told;
use crate::mint;
use crate::permit::{Decision, Permit};
use crate::shell::Hub;
use crate::telemetry::{self, Traced};
use crate::time::Time;
use crate::token::Token;

/// How often a command is decided again after losing a race for a revision.
const ATTEMPTS: usize = 32;

/// A command with who gives it and when it happened.
#[derive(Debug, Clone)]
pub struct Order<C> {
    /// Who.
    pub by: Actor,
    /// The command's id, made by the caller; repeating it is harmless.
    pub id: Uuid,
    /// When it really happened; `None` is now.
    pub occurred: Option<Timestamp>,
    /// The event that caused it, for reactions and clocks.
    pub causation: Option<Uuid>,
    /// The first command of the chain, when there is one.
    pub correlation: Option<Uuid>,
    /// What is asked.
    pub command: C,
}

/// What became of a command.
#[derive(Debug, Clone)]
pub struct Handled<S> {
    /// The stream.
    pub stream: StreamName,
    /// The revision of the last event the command wrote, or of the stream when it wrote nothing.
    pub revision: Revision,
    /// The state of the matter now.
    pub state: S,
    /// When the hub recorded it.
    pub recorded: Timestamp,
    /// Whether this was answered from an earlier time.
    pub repeated: bool,
    /// The id of the command's first event: what follow-ups name as their cause.
    pub cause: Uuid,
}

impl<S> Handled<S> {
    /// The token a caller presents to see this in a view.
    #[must_use]
    pub fn token(&self) -> Token {
        Token { stream: self.stream.clone(), revision: self.revision }
    }
}

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum HandleError {
    /// The officer may not do this here, or it does not exist: the caller is not told which.
    #[error("not permitted")]
    Denied,
    /// The law refuses.
    #[error("{0}")]
    Law(Box<dyn Refusal>),
    /// Others kept writing to the same matter.
    #[error("the matter is being changed by others; please try again")]
    Contended,
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log did not acknowledge.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// A stored event cannot be understood by this release.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// What was to be written is not a JSON object.
    #[error("{0}")]
    Json(#[from] eventlog::NotAnObject),
    /// Stored metadata cannot be read.
    #[error("metadata of {stream} at {revision} cannot be read: {cause}")]
    Metadata {
        /// The stream.
        stream: StreamName,
        /// The event.
        revision: Revision,
        /// What serde said.
        #[source]
        cause: serde_json::Error,
    },
}

impl HandleError {
    /// The stable reason, of a set that is closed.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::Denied => "PERMISSION",
            Self::Law(refused) => refused.reason(),
            Self::Contended | Self::Append(AppendError::WrongRevision { .. }) => "CONTENDED",
            Self::Read(_) | Self::Append(AppendError::Unavailable { .. }) => "LOG_DOWN",
            Self::Append(AppendError::TooLarge { .. }) => "TOO_LARGE",
            Self::Append(AppendError::TooMany { .. } | AppendError::Empty | AppendError::Invalid { .. })
            | Self::Codec(_)
            | Self::Json(_)
            | Self::Metadata { .. } => "INTERNAL",
        }
    }
}

/// A stream as read: its state, its end, and whether a command wrote to it before.
struct Folded<S> {
    state: S,
    end: Option<Revision>,
    before: Option<(Revision, Timestamp)>,
}

impl Hub {
    /// Handles one command on one stream.
    ///
    /// # Errors
    /// [`HandleError`]; after `Append(Unavailable)` the outcome is unknown and the same order may be
    /// repeated unchanged.
    pub async fn handle<D: Decider>(
        &self,
        stream: &StreamName,
        order: &Order<D::Command>,
    ) -> Result<Handled<D::State>, HandleError> {
        let door = Door { log: &self.log, permit: &self.permit, time: &self.time };
        door.handle::<D>(stream, order).await
    }

    /// The state of a stream, and the revision of its last event.
    ///
    /// # Errors
    /// When it cannot be read or understood.
    pub async fn state<D: Decider>(
        &self,
        stream: &StreamName,
    ) -> Result<(D::State, Option<Revision>), HandleError> {
        state::<D>(&self.log, stream).await
    }
}

/// What a command goes through. The hub has one; an operator's command that works on a data directory makes its
/// own, because views and sockets belong to whoever serves.
pub struct Door<'a> {
    /// The log.
    pub log: &'a EventLog,
    /// Who may do what.
    pub permit: &'a Permit,
    /// The time.
    pub time: &'a Time,
}

impl Door<'_> {
    /// Handles one command on one stream, as [`Hub::handle`] does.
    ///
    /// # Errors
    /// As [`Hub::handle`].
    pub async fn handle<D: Decider>(
        &self,
        stream: &StreamName,
        order: &Order<D::Command>,
    ) -> Result<Handled<D::State>, HandleError> {
        let span = tracing::info_span!("command", action = D::action(&order.command), stream = %stream, id = %order.id, officer = %order.by.officer);
        let traced = telemetry::command(self.time, D::action(&order.command), stream);
        let attempt =
            tracing::Instrument::instrument(self.attempt::<D>(stream, order, &traced), span.clone());
        let outcome = traced.around(pin!(attempt)).await;
        if let Err(error) = &outcome {
            telemetry::refused(error.reason());
            traced.failed(error.reason());
            // A refused command leaves no trace but this line.
            span.in_scope(|| tracing::info!(%error, "command refused"));
        }
        outcome
    }

    async fn attempt<D: Decider>(
        &self,
        stream: &StreamName,
        order: &Order<D::Command>,
        traced: &Traced,
    ) -> Result<Handled<D::State>, HandleError> {
        let cause = mint::event_id(order.id, 0);
        let done = |state, revision, recorded, repeated| Handled {
            stream: stream.clone(),
            revision,
            state,
            recorded,
            repeated,
            cause,
        };
        for _ in 0..ATTEMPTS {
            let recorded = self.time.now();
            let history = self.log.read(stream, Revision::FIRST).await?;
            if let Some(first) = again::<D>(stream, &history, order, cause)? {
                return Ok(first);
            }
            let folded = fold::<D>(history, cause, order.id)?;
            let scope = D::scope(&order.command, &folded.state);
            if let Decision::Denied { .. } = self.permit.check(&order.by, D::action(&order.command), &scope) {
                return Err(HandleError::Denied);
            }
            if let Some((revision, recorded)) = folded.before {
                return Ok(done(folded.state, revision, recorded, true));
            }
            let stamp = Stamp { by: order.by.clone(), at: order.occurred.unwrap_or(recorded), recorded };
            let events = D::decide(&order.command, &folded.state, &stamp)
                .map_err(|rejection| HandleError::Law(Box::new(rejection)))?;
            if events.is_empty() {
                return Ok(done(folded.state, folded.end.unwrap_or(Revision::FIRST), recorded, false));
            }
            let expected = folded.end.map_or(Expected::NoStream, Expected::At);
            let written = written(&events, &stamp, order)?;
            let append = traced.append(written.len(), self.log.append_in(haste(), stream, expected, written));
            match append.await {
                Ok(revision) => {
                    let evolved =
                        events.iter().fold(folded.state, |state, event| D::evolve(state, event, &stamp));
                    return Ok(done(evolved, revision, recorded, false));
                }
                // Someone else was faster: read again and let the law decide on what is true now.
                Err(AppendError::WrongRevision { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
        Err(HandleError::Contended)
    }
}

/// The state of a stream of a log, and the revision of its last event.
///
/// # Errors
/// When it cannot be read or understood.
pub async fn state<D: Decider>(
    log: &EventLog,
    stream: &StreamName,
) -> Result<(D::State, Option<Revision>), HandleError> {
    let folded = fold::<D>(log.read(stream, Revision::FIRST).await?, Uuid::nil(), Uuid::nil())?;
    Ok((folded.state, folded.end))
}

/// The first answer to a command that was done before, given again to the officer who gave it: as the matter stood then,
/// and also when that very step took it out of their hands.
fn again<D: Decider>(
    stream: &StreamName,
    history: &[Recorded],
    order: &Order<D::Command>,
    cause: Uuid,
) -> Result<Option<Handled<D::State>>, HandleError> {
    let Some(first) = history.iter().position(|event| event.id == cause) else { return Ok(None) };
    let mut until = first;
    while let Some(event) = history.get(until)
        && (until == first || metadata(event)?.command == order.id)
    {
        until += 1;
    }
    let past = history.get(..until).unwrap_or_default();
    let Some(last) = past.last() else { return Ok(None) };
    let meta = metadata(last)?;
    if meta.by.officer != order.by.officer {
        return Ok(None);
    }
    let folded = fold::<D>(past.to_vec(), cause, order.id)?;
    Ok(Some(Handled {
        stream: stream.clone(),
        revision: last.revision,
        state: folded.state,
        recorded: meta.recorded,
        repeated: true,
        cause,
    }))
}

fn fold<D: Decider>(
    history: Vec<Recorded>,
    cause: Uuid,
    command: Uuid,
) -> Result<Folded<D::State>, HandleError> {
    let mut folded = Folded { state: D::initial(), end: None, before: None };
    for event in history {
        let Told { event: happened, meta, .. } = told::<D::Event>(&event)?;
        // The first event of a command is recognised by its derived id, the rest by the command's id.
        if event.id == cause || (folded.before.is_some() && meta.command == command) {
            folded.before = Some((event.revision, meta.recorded));
        }
        folded.state = D::evolve(folded.state, &happened, &meta.stamp());
        folded.end = Some(event.revision);
    }
    Ok(folded)
}

/// Reads what is written beside an event.
///
/// # Errors
/// When it is not metadata of this release.
pub fn metadata(event: &Recorded) -> Result<Metadata, HandleError> {
    event.metadata.decode().map_err(|cause| HandleError::Metadata {
        stream: event.stream.clone(),
        revision: event.revision,
        cause,
    })
}

pub(crate) fn written<E: Stored, C>(
    events: &[E],
    stamp: &Stamp,
    order: &Order<C>,
) -> Result<Vec<NewEvent>, HandleError> {
    let beside = Metadata {
        by: stamp.by.clone(),
        at: stamp.at,
        recorded: stamp.recorded,
        late: stamp.late(),
        command: order.id,
        causation: order.causation,
        correlation: order.correlation.unwrap_or(order.id),
        trace: telemetry::current(),
    };
    let beside = JsonObject::of(&beside)?;
    events
        .iter()
        .enumerate()
        .map(|(place, event)| {
            Ok(NewEvent {
                id: mint::event_id(order.id, place),
                kind: event.kind().to_owned(),
                data: JsonObject::serialised(&encode(event)?)?,
                metadata: beside.clone(),
            })
        })
        .collect()
}
