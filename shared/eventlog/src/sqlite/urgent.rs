//! What an urgent append gets that others do not: the core, and a writer that is free.
//!
//! An append is short, but its thread and its caller's each have to be given a core again and again: to begin, after the
//! flush, to go on. Where all cores are busy, each time the kernel lets others finish their slice, which is longer than
//! the commit. So the thread that brings an urgent append waits for it instead of going on with other calls, as far as a
//! [`Budget`] goes; and while urgent ones come, the writer leaves time between the commits of others ([`Spacing`]), so that
//! an urgent one seldom finds a commit under way. It is in the next commit, with whatever waits.
//!
//! Must never be here: what is urgent.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use tokio::task::coop::unconstrained;

/// Longest that a thread waits for one append.
const LONGEST: Duration = Duration::from_millis(5);
/// Of the time that passes, threads may wait one part in so many: were all calls urgent, they had to share commits again.
const SHARE: u32 = 4;
/// What is saved up of it at most.
const SAVED: Duration = Duration::from_millis(20);
/// After a wait in vain no thread waits for so long: the disk is slower than that, and others have work to do.
const IN_VAIN: Duration = Duration::from_secs(1);
/// While urgent appends come the writer is free for so many times what the last commit took, so that an urgent one seldom
/// has to wait for another's.
const FREE: u32 = 2;
/// But no longer than this.
const APART: Duration = Duration::from_millis(5);
/// How long after an urgent append others are expected.
const EXPECTED: Duration = Duration::from_secs(1);

/// Wakes a thread that waits for a future.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits on this thread, for so long at most; none when there was no outcome by then.
pub(super) fn wait_here<F: Future + Unpin>(future: &mut F, longest: Duration) -> Option<F::Output> {
    let until = Instant::now() + longest;
    // A task that has done much is told to come again; a thread that waits for it has nothing else to do.
    let mut future = unconstrained(future);
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(outcome) = Pin::new(&mut future).poll(&mut context) {
            return Some(outcome);
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        std::thread::park_timeout(left);
    }
}

/// How long the threads of all callers may wait yet.
pub(super) struct Budget(Mutex<Saved>);

struct Saved {
    left: Duration,
    /// Until when all that was saved is counted.
    at: Instant,
    waited: Duration,
}

impl Saved {
    /// Whether one append may wait; what it may have is taken out.
    fn take(&mut self, now: Instant) -> bool {
        let since = now.saturating_duration_since(self.at);
        self.at = self.at.max(now);
        self.left = (self.left + since / SHARE).min(SAVED);
        let enough = self.left >= LONGEST;
        if enough {
            self.left -= LONGEST;
        }
        enough
    }

    /// It waited so long, until then.
    fn give_back(&mut self, waited: Duration, in_vain: bool, now: Instant) {
        self.waited += waited;
        if in_vain {
            (self.left, self.at) = (Duration::ZERO, now + IN_VAIN);
        } else {
            self.left += LONGEST.saturating_sub(waited);
        }
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(Mutex::new(Saved { left: SAVED, at: Instant::now(), waited: Duration::ZERO }))
    }
}

impl Budget {
    fn saved(&self) -> MutexGuard<'_, Saved> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits on this thread while the budget lasts; none when it did not last until the outcome.
    pub(super) fn wait<F: Future + Unpin>(&self, future: &mut F) -> Option<F::Output> {
        let began = Instant::now();
        if !self.saved().take(began) {
            return None;
        }
        let outcome = wait_here(future, LONGEST);
        let ended = Instant::now();
        self.saved().give_back(ended - began, outcome.is_none(), ended);
        outcome
    }

    /// How long threads have waited so far.
    pub(super) fn waited(&self) -> Duration {
        self.saved().waited
    }
}

/// When the writer may commit again.
pub(super) struct Spacing {
    /// When an urgent append was last committed.
    pub(super) urgent: Option<Instant>,
    /// From when on others may be.
    pub(super) next: Instant,
}

impl Spacing {
    pub(super) fn new() -> Self {
        Self { urgent: None, next: Instant::now() }
    }

    /// How long what waits may wait for more.
    pub(super) fn left(&self, now: Instant) -> Duration {
        let expected = self.urgent.is_some_and(|last| now.saturating_duration_since(last) < EXPECTED);
        if expected { self.next.saturating_duration_since(now) } else { Duration::ZERO }
    }

    /// Waits for more on this thread, as long as what waits may; none when nothing came.
    pub(super) fn wait<T>(&self, mut more: impl Future<Output = Option<T>> + Unpin) -> Option<T> {
        let left = self.left(Instant::now());
        if left.is_zero() { None } else { wait_here(&mut more, left).flatten() }
    }

    /// A group was committed, which took from one instant to the other.
    pub(super) fn committed(&mut self, urgent: bool, (began, ended): (Instant, Instant)) {
        self.next = ended + (FREE * ended.saturating_duration_since(began)).min(APART);
        if urgent {
            self.urgent = Some(ended);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn a_thread_waits_for_what_another_does_and_no_longer_than_told() {
        let (tell, mut told) = oneshot::channel();
        assert!(wait_here(&mut told, Duration::from_millis(2)).is_none(), "nobody has told anything");
        // Whatever the task has done before.
        while tokio::task::coop::has_budget_remaining() {
            tokio::task::coop::consume_budget().await;
        }
        let other = std::thread::spawn(move || tell.send(7));
        assert_eq!(wait_here(&mut told, Duration::from_secs(60)), Some(Ok(7)));
        other.join().unwrap().unwrap();
    }

    #[test]
    fn threads_wait_a_share_of_the_time_and_no_more() {
        let begun = Instant::now();
        let mut saved = Saved { left: SAVED, at: begun, waited: Duration::ZERO };
        let mut waits = |after: u64| saved.take(begun + Duration::from_millis(after));
        assert_eq!((0..100).filter(|_| waits(0)).count(), 4, "what was saved");
        assert_eq!(
            (1..=1000).filter(|&after| waits(after)).count(),
            50,
            "5 ms each of a quarter of a second"
        );
        assert_eq!((0..100).filter(|_| waits(3_600_000)).count(), 4, "no more is saved");
    }

    #[test]
    fn what_an_append_leaves_of_its_time_is_anothers_unless_it_waited_in_vain() {
        let now = Instant::now();
        let mut saved = Saved { left: SAVED, at: now, waited: Duration::ZERO };
        for nth in 1..=1000 {
            assert!(saved.take(now));
            saved.give_back(Duration::ZERO, false, now);
            assert_eq!(saved.left, SAVED, "{nth}");
        }
        assert!(saved.take(now));
        saved.give_back(LONGEST, true, now);
        assert_eq!(saved.waited, LONGEST);
        assert!(!saved.take(now) && !saved.take(now + IN_VAIN));
        assert!(saved.take(now + IN_VAIN + LONGEST * SHARE), "the disk may be quicker now");
    }

    #[test]
    fn commits_are_apart_only_while_urgent_ones_come() {
        let (mut spacing, begun) = (Spacing::new(), Instant::now());
        let after = |millis| begun + Duration::from_millis(millis);
        spacing.committed(false, (begun, after(1)));
        assert_eq!(spacing.left(after(1)), Duration::ZERO);
        spacing.committed(true, (after(1), after(2)));
        assert_eq!(spacing.left(after(2)), Duration::from_millis(2));
        assert_eq!(spacing.left(after(3)), Duration::from_millis(1));
        spacing.committed(false, (after(10), after(30)));
        assert_eq!((spacing.left(after(30)), spacing.left(after(40))), (APART, Duration::ZERO));
        spacing.committed(false, (after(1_001), after(1_002)));
        assert_eq!(spacing.left(after(1_002)), Duration::ZERO, "no urgent one for a second");
    }
}
