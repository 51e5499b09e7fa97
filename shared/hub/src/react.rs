//! Reactions: what must follow in another stream. A reaction reads an event and sends a command whose id is
//! derived from the event's id, so doing it twice does nothing. Never here: which reactions there are.
//!
//! Crash story. The checkpoint moves after the reaction. Die between the two: the reaction is done again at
//! the next start, finds its own events by their derived ids, and nothing happens twice.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use eventlog::{Positioned, ReadError};
use futures::{FutureExt as _, StreamExt as _, future, stream};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::handle::HandleError;
use crate::project::{Fold, ProjectError, Projection};
use crate::read_model::{Progress, ViewError, open};
use crate::shell::Hub;
use crate::telemetry;

/// How long to wait before a failed reaction is tried again.
const AGAIN: Duration = Duration::from_secs(1);
/// A reaction that has not got past one event for this long is stuck: what must follow from later events waits too.
const STUCK_AFTER: Duration = Duration::from_secs(60);

/// The reason of every rule that refuses an act for lying after the time it is recorded.
const IN_FUTURE: &str = "IN_FUTURE";

/// What follows from events.
pub trait Reaction: Send + Sync + 'static {
    /// What may follow from an event, by its kind.
    type Step: Copy + Send + Sync;

    /// Its name, which is also the name of its checkpoint file.
    fn name(&self) -> &'static str;

    /// How many events may be under way at once. More than one only where nothing that follows depends on what follows
    /// from an event before: then they share commits of the log.
    fn at_once(&self) -> usize {
        1
    }

    /// What follows from events of this kind; of none, as from most, nothing is begun.
    fn step(&self, kind: &str) -> Option<Self::Step>;

    /// Does what follows from one event. Refusals of the law are settled inside, by [`settled`]; an error means: not
    /// done yet, try again.
    fn react(
        &self,
        hub: &Hub,
        event: &Positioned,
        step: Self::Step,
    ) -> impl Future<Output = Result<(), HandleError>> + Send;
}

/// A view without tables: only a checkpoint.
struct Bookmark(&'static str);

impl Projection for Bookmark {
    fn name(&self) -> &'static str {
        self.0
    }
    fn shape(&self) -> u32 {
        1
    }
    fn create(&self, _: &Connection) -> rusqlite::Result<()> {
        Ok(())
    }
    fn apply(&mut self, _: &Connection, _: &Positioned) -> Result<(), ProjectError> {
        Ok(())
    }
}

/// What the law or a permission refuses will be refused tomorrow too: it is noted and nothing follows. Not so an act
/// that lies in the future, because this machine's clock was set back: it is lawful when the clock gets there.
///
/// # Errors
/// What is not done yet and must be tried again.
pub fn settled(event: &Positioned, matter: &str, done: Result<(), HandleError>) -> Result<(), HandleError> {
    match done {
        Err(HandleError::Law(refused)) if refused.reason() == IN_FUTURE => Err(HandleError::Law(refused)),
        Err(error @ (HandleError::Law(_) | HandleError::Denied)) => {
            let (cause, kind) = (&event.event.stream, &event.event.kind);
            tracing::warn!(%matter, %cause, kind, %error, "nothing follows");
            Ok(())
        }
        Ok(()) => Ok(()),
        Err(
            error @ (HandleError::Contended
            | HandleError::Read(_)
            | HandleError::Append(_)
            | HandleError::Codec(_)
            | HandleError::Json(_)
            | HandleError::Metadata { .. }),
        ) => Err(error),
    }
}

/// Runs a reaction until the log closes. Answers how far it is, and why it stands still when it does: what its health
/// is told by.
///
/// # Errors
/// When its checkpoint file cannot be made.
pub fn start<R: Reaction>(
    hub: &Hub,
    folder: &Path,
    reaction: R,
) -> Result<watch::Receiver<Progress>, ViewError> {
    let mark = open(&crate::read_model::file_of(folder, reaction.name()), Bookmark(reaction.name()))?;
    let position = mark.checkpoint()?;
    let (tell, progress) = watch::channel(Progress { position, stopped: None });
    tokio::spawn(follow(hub.clone(), mark, reaction, tell));
    Ok(progress)
}

async fn follow<R: Reaction>(hub: Hub, mut mark: Fold<Bookmark>, reaction: R, tell: watch::Sender<Progress>) {
    let mut events = hub.log.subscribe(tell.borrow().position);
    loop {
        let page = match events.next().await {
            Ok(page) => page,
            Err(ReadError::Closed) => return,
            Err(error) => {
                tracing::error!(reaction = reaction.name(), %error, "the reaction cannot read the log");
                tell.send_modify(|now| now.stopped = Some(error.to_string()));
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        let steps = page.iter().filter_map(|event| Some((event, reaction.step(&event.event.kind)?)));
        // Each on the heap, because they are large and are moved about.
        let all: Vec<_> = steps.map(|step| done(&hub, &reaction, step, &tell).boxed()).collect();
        if !stream::iter(all).buffer_unordered(reaction.at_once()).all(future::ready).await {
            return;
        }
        let position = page.last().map(|last| last.position);
        tell.send_modify(|now| *now = Progress { position: position.or(now.position), stopped: None });
        if let Err(error) = mark.apply(&page) {
            tracing::warn!(reaction = reaction.name(), %error, "checkpoint not stored; the page is done again at the next start");
        }
    }
}

/// Does what follows from one event, as often as it takes; `false` when the log closed.
async fn done<R: Reaction>(
    hub: &Hub,
    reaction: &R,
    (event, step): (&Positioned, R::Step),
    tell: &watch::Sender<Progress>,
) -> bool {
    let mut trouble: Option<Trouble> = None;
    let again = || telemetry::following(reaction.name(), event, reaction.react(hub, event, step));
    while let Err(error) = again().await {
        if matches!(error, HandleError::Read(ReadError::Closed)) {
            return false;
        }
        let trouble = trouble.get_or_insert_with(|| Trouble::now(hub));
        telemetry::parked(reaction.name(), Some(trouble.since));
        if let Some(stopped) = trouble.met_again(reaction.name(), event, &error) {
            tell.send_modify(|now| now.stopped = Some(stopped));
        }
        tokio::time::sleep(AGAIN).await;
    }
    if trouble.is_some() {
        telemetry::parked(reaction.name(), None);
    }
    if let Some(Trouble { since, told: true, .. }) = trouble {
        tracing::info!(reaction = reaction.name(), event = %event.event.id, %since, "the reaction goes on");
        tell.send_modify(|now| now.stopped = None);
    }
    true
}

/// What a reaction meets at one event.
struct Trouble {
    /// By the hub's clock, for whoever reads of it.
    since: Timestamp,
    /// By a clock that nobody sets, for how long it lasts.
    met: Instant,
    /// How often it has failed.
    times: u32,
    /// Whether it counts as stuck.
    told: bool,
}

impl Trouble {
    fn now(hub: &Hub) -> Self {
        Self { since: hub.time.now(), met: Instant::now(), times: 0, told: false }
    }

    /// The reaction failed at the event again. The first time it is noted; from [`STUCK_AFTER`] on the answer is what
    /// its health says.
    fn met_again(&mut self, reaction: &str, event: &Positioned, error: &HandleError) -> Option<String> {
        let (id, stream, since) = (event.event.id, &event.event.stream, self.since);
        self.times = self.times.saturating_add(1);
        if self.times == 1 {
            tracing::warn!(reaction, event = %id, %stream, %since, %error, "reaction not done, trying again");
        }
        if self.told || self.met.elapsed() < STUCK_AFTER {
            return None;
        }
        self.told = true;
        tracing::error!(reaction, event = %id, %stream, %since, %error, "the reaction is stuck");
        Some(format!("event {id} of {stream} since {since}: {error}"))
    }
}
