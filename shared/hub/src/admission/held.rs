//! The place that the call of this task holds, so that a wait deep inside it can give it back. Never here: who gets it.

use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use wire::refusal::Refusal;

use super::Pass;

tokio::task_local! {
    static HELD: Arc<Mutex<Option<Pass>>>;
}

/// Does the work of a call at its place.
pub(crate) async fn holding<F: Future>(pass: Pass, work: F) -> F::Output {
    HELD.scope(Arc::new(Mutex::new(Some(pass))), work).await
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
    let lock = |held: &Arc<Mutex<Option<Pass>>>| held.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((held, pass)) = held.and_then(|held| lock(&held).map(|pass| (held, pass))) else {
        return Ok(waiting.await);
    };
    let (gate, class, unit) = (pass.gate.clone(), pass.class, pass.unit.clone());
    drop(pass);
    let done = waiting.await;
    let pass = gate.enter(class, &unit).await?;
    *held.lock().unwrap_or_else(PoisonError::into_inner) = Some(pass);
    Ok(done)
}
