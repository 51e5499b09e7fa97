//! Fresh data keys, committed to disk ahead of use: taking one costs no flush, so that a command pays
//! for the log's flush alone. Never here: where they come from.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::SealError;
use super::cipher::PlainKey;
use super::file::BLOCK;
use super::source::Source;
use crate::deadline;

/// Below this many keys the next block is reserved: at 2,000 commands a second, a quarter of a second
/// ahead of need.
const LOW: usize = BLOCK / 2;
/// How long a command waits for a key when the pool ran dry.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the thread rests after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// The pool; dropping it ends its thread. Keys not taken are abandoned: their rows stay, and nothing
/// was ever sealed under them.
pub(super) struct Pool {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    state: Mutex<State>,
    /// The thread waits here for keys to become few.
    wanted: Condvar,
    /// Commands wait here for keys.
    filled: Condvar,
}

#[derive(Default)]
struct State {
    keys: VecDeque<(u64, PlainKey)>,
    /// Why the last block could not be reserved.
    failure: Option<String>,
    closing: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pool {
    /// Reserves the first block, then starts the thread that reserves the following ones.
    pub(super) fn start(source: Source) -> Result<Self, SealError> {
        let state = State { keys: source.reserve()?.into(), ..State::default() };
        let shared =
            Arc::new(Shared { state: Mutex::new(state), wanted: Condvar::new(), filled: Condvar::new() });
        let working = Arc::clone(&shared);
        let thread = thread::Builder::new()
            .name("key-pool".to_owned())
            .spawn(move || fill(&working, &source))
            .map_err(|error| SealError::NoKeys { detail: error.to_string() })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// A key nobody has had before.
    pub(super) fn take(&self) -> Result<(u64, PlainKey), SealError> {
        let mut state = self.shared.lock();
        if state.keys.is_empty() {
            self.shared.wanted.notify_one();
            let longest = deadline::at_most(PATIENCE);
            (state, _) = self
                .shared
                .filled
                .wait_timeout_while(state, longest, |state| state.keys.is_empty() && state.failure.is_none())
                .unwrap_or_else(PoisonError::into_inner);
        }
        let taken = state.keys.pop_front();
        if state.keys.len() < LOW {
            self.shared.wanted.notify_one();
        }
        taken.ok_or_else(|| SealError::NoKeys { detail: state.failure.clone().unwrap_or_default() })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.wanted.notify_one();
        if let Some(thread) = self.thread.take() {
            // It panicked: nothing is left to wait for.
            thread.join().ok();
        }
    }
}

fn fill(shared: &Shared, source: &Source) {
    loop {
        let state = shared
            .wanted
            .wait_while(shared.lock(), |state| state.keys.len() >= LOW && !state.closing)
            .unwrap_or_else(PoisonError::into_inner);
        if state.closing {
            return;
        }
        drop(state);
        let reserved = source.reserve();
        let mut state = shared.lock();
        match reserved {
            Ok(keys) => {
                state.keys.extend(keys);
                state.failure = None;
                shared.filled.notify_all();
            }
            Err(error) => {
                tracing::error!(%error, "no fresh data keys could be reserved");
                state.failure = Some(error.to_string());
                shared.filled.notify_all();
                // Ends early only to close.
                drop(shared.wanted.wait_timeout_while(state, PAUSE, |state| !state.closing));
            }
        }
    }
}
