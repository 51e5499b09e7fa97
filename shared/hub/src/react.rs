//! Reactions: what must follow in another stream. A reaction reads an event and sends a command whose id is
//! derived from the event's id, so doing it twice does nothing. Never here: which reactions there are.
//!
//! Crash story. The checkpoint moves after the reaction. Die between the two: the reaction is done again at
//! the next start, finds its own events by their derived ids, and nothing happens twice.

use std::future::Future;
use std::path::Path;
use std::time::Duration;

use eventlog::{Position, Positioned, ReadError};
use rusqlite::Connection;

use crate::handle::HandleError;
use crate::project::{Fold, ProjectError, Projection};
use crate::read_model::{ViewError, open};
use crate::shell::Hub;

/// How long to wait before a failed reaction is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// What follows from events.
pub trait Reaction: Send + Sync + 'static {
    /// Its name, which is also the name of its checkpoint file.
    fn name(&self) -> &'static str;

    /// Does what follows from one event. Refusals of the law are settled inside; an error means: not done
    /// yet, try again.
    fn react(&self, hub: &Hub, event: &Positioned) -> impl Future<Output = Result<(), HandleError>> + Send;
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

/// Runs a reaction until the log closes.
///
/// # Errors
/// When its checkpoint file cannot be made.
pub fn start<R: Reaction>(hub: &Hub, folder: &Path, reaction: R) -> Result<(), ViewError> {
    let mark = open(&crate::read_model::file_of(folder, reaction.name()), Bookmark(reaction.name()))?;
    let after = mark.checkpoint()?;
    tokio::spawn(follow(hub.clone(), mark, after, reaction));
    Ok(())
}

async fn follow<R: Reaction>(hub: Hub, mut mark: Fold<Bookmark>, after: Option<Position>, reaction: R) {
    let mut events = hub.log.subscribe(after);
    loop {
        let page = match events.next().await {
            Ok(page) => page,
            Err(ReadError::Closed) => return,
            Err(error) => {
                tracing::error!(reaction = reaction.name(), %error, "the reaction cannot read the log");
                tokio::time::sleep(AGAIN).await;
                continue;
            }
        };
        for event in &page {
            while let Err(error) = reaction.react(&hub, event).await {
                if matches!(error, HandleError::Read(ReadError::Closed)) {
                    return;
                }
                tracing::error!(reaction = reaction.name(), stream = %event.event.stream, %error, "reaction not done, trying again");
                tokio::time::sleep(AGAIN).await;
            }
        }
        if let Err(error) = mark.apply(&page) {
            tracing::warn!(reaction = reaction.name(), %error, "checkpoint not stored; the page is done again at the next start");
        }
    }
}
