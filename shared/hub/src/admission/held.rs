//! The place that the call of this task holds, so that a wait deep inside it can give it back. Never here: who gets it.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use eventlog::Haste;
use wire::refusal::Refusal;

use super::{Class, Pass};

tokio::task_local! {
    static HELD: Arc<Mutex<Option<Pass>>>;
}

/// Does the work of a call at its place.
pub(crate) async fn holding<F: Future>(pass: Pass, work: F) -> F::Output {
    HELD.scope(Arc::new(Mutex::new(Some(pass))), work).await
}

/// How soon what the call of this task writes is wanted: at once, when it is urgent and would have to wait for a core. Urgent
/// records of a file are many and share their commits.
pub(crate) fn haste() -> Haste {
    let hurries = |pass: &Pass| pass.class == Class::Urgent && pass.gate.short();
    let urgent = HELD.try_with(|held| lock(held).as_ref().is_some_and(hurries));
    if urgent.unwrap_or(false) { Haste::Urgent } else { Haste::Usual }
}

fn lock(held: &Mutex<Option<Pass>>) -> MutexGuard<'_, Option<Pass>> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for something that takes no work of this process: a call that holds a place gives it back meanwhile, and stands in
/// line again when it goes on. What is there already is not waited for.
///
/// # Errors
/// `Overloaded` when there is no place any more.
pub(crate) async fn apart<F: Future>(waiting: F) -> Result<F::Output, Refusal> {
    let mut waiting = pin!(waiting);
    let first = std::future::poll_fn(|waker| Poll::Ready(waiting.as_mut().poll(waker))).await;
    if let Poll::Ready(done) = first {
        return Ok(done);
    }
    let held = HELD.try_with(Arc::clone).ok();
    let taken = |held: Arc<Mutex<Option<Pass>>>| {
        let pass = lock(&held).take()?;
        Some((held, pass))
    };
    let Some((held, pass)) = held.and_then(taken) else {
        return Ok(waiting.await);
    };
    let (gate, class, unit) = (pass.gate.clone(), pass.class, pass.unit.clone());
    drop(pass);
    let done = waiting.await;
    let pass = gate.enter(class, &unit).await?;
    *lock(&held) = Some(pass);
    Ok(done)
}
