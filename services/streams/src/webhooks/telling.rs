//! A secret is told once, to whoever asked for it, or it is none: what makes one goes on when its caller leaves, and learns
//! whether the caller was there to hear it. Until then what signed before signs on, and nobody else makes another. Never
//! here: what is made, or where it is kept.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tracing::Instrument as _;
use wire::refusal::Refusal;

use super::endpoint::EndpointId;
use super::error::WebhookError;
use super::tables::Kept;

/// What signs for an endpoint while a secret of it is under way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Meanwhile {
    /// What the file has: none was put down yet.
    TheFile,
    /// These.
    These(Vec<Kept>),
    /// Nothing: it is being registered.
    Nothing,
}

/// The endpoints of which a secret is under way: one at a time of each. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Turns {
    open: Arc<Mutex<HashMap<EndpointId, Meanwhile>>>,
}

impl Turns {
    /// Begins a new secret.
    ///
    /// # Errors
    /// `UnderWay` while another is: whoever waits for that one holds the live secret when it is told.
    pub(super) fn begin(&self, id: EndpointId) -> Result<Turn, WebhookError> {
        let mut open = self.open();
        if open.contains_key(&id) {
            return Err(WebhookError::UnderWay(id));
        }
        let _ = open.insert(id, Meanwhile::TheFile);
        Ok(Turn { turns: self.clone(), id })
    }

    /// Begins the first secret of an endpoint whose number nobody knows yet.
    pub(super) fn register(&self, id: EndpointId) -> Turn {
        let _ = self.open().insert(id, Meanwhile::Nothing);
        Turn { turns: self.clone(), id }
    }

    /// Whether it is being registered: nobody was told that it is there.
    pub(super) fn registering(&self, id: EndpointId) -> bool {
        self.open().get(&id) == Some(&Meanwhile::Nothing)
    }

    /// The sealed secrets that sign at a moment, newest first, as they were before one was put down that nobody was told
    /// yet; none when the file says which.
    pub(super) fn before(&self, id: EndpointId, now: i64) -> Option<Vec<String>> {
        match self.open().get(&id)? {
            Meanwhile::TheFile => None,
            Meanwhile::Nothing => Some(Vec::new()),
            Meanwhile::These(secrets) => {
                let signs = |until: &Option<i64>| until.is_none_or(|until| until > now);
                let signing = secrets.iter().rev().filter(|(_, until)| signs(until));
                Some(signing.map(|(sealed, _)| sealed.clone()).collect())
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<EndpointId, Meanwhile>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A secret that is under way, until this is dropped.
pub(super) struct Turn {
    turns: Turns,
    id: EndpointId,
}

impl Turn {
    /// These sign until it is told.
    pub(super) fn keep(&self, before: Vec<Kept>) {
        let _ = self.turns.open().insert(self.id, Meanwhile::These(before));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.turns.open().remove(&self.id);
    }
}

/// What a caller is told, and the turn that ends when they have heard it.
struct Told<T> {
    answer: Result<T, Refusal>,
    turn: Option<Turn>,
    heard: oneshot::Sender<()>,
}

/// A caller who waits for an answer.
pub(super) struct Waiting<T> {
    tell: oneshot::Sender<Told<T>>,
}

impl<T> Waiting<T> {
    /// Tells the caller, whose turn ends by that.
    ///
    /// # Errors
    /// They have gone and were told nothing; the turn again, unless they went while they were told.
    pub(super) async fn tell(
        self,
        answer: Result<T, Refusal>,
        turn: Option<Turn>,
    ) -> Result<(), Option<Turn>> {
        let (heard, hears) = oneshot::channel();
        self.tell.send(Told { answer, turn, heard }).map_err(|unsent| unsent.turn)?;
        hears.await.map_err(|_| None)
    }
}

/// Does a work as a task of its own, which goes on when its caller leaves: the future of a call is dropped wherever it waits.
///
/// # Errors
/// What the work refuses; `LogDown` when the process stops in the middle of it.
pub(super) async fn apart<T, W>(work: impl FnOnce(Waiting<T>) -> W) -> Result<T, Refusal>
where
    W: Future<Output = ()> + Send + 'static,
{
    let (tell, told) = oneshot::channel();
    tokio::spawn(work(Waiting { tell }).in_current_span());
    let Ok(Told { answer, turn, heard }) = told.await else {
        return Err(WebhookError::Stopping.into());
    };
    // Nothing is awaited from here to the answer of the call: who comes so far is told. The turn ends before they can ask
    // for the next.
    drop(turn);
    // The work waits for this word.
    let _ = heard.send(());
    answer
}
