//! Whether this instance holds the seat of the deliveries now, for whoever serves groups and webhooks. Never here: taking
//! the seat, or what is written about it.

use std::sync::Arc;
use std::time::Duration;

use hub::read_model::Progress;
use hub::{Time, View};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot, watch};
use wire::refusal::Refusal;

use super::kept;

/// When a caller should come back who met an instance that stands by.
const COME_BACK: Duration = Duration::from_secs(1);
/// How long the first answer to whose the seat is may take.
const SETTLING: Duration = Duration::from_secs(10);

/// Where the deliveries are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is not known yet.
    Unsettled,
    /// By another instance, or by none at the moment.
    Elsewhere,
    /// Here, until this moment when one is given.
    Here(Option<Timestamp>),
}

/// Somebody who waits until what changed is in the log.
pub(super) type Ask = oneshot::Sender<Result<(), Refusal>>;

/// The seat as those who work on it see it; cheap to clone.
#[derive(Clone)]
pub struct Seat {
    inner: Arc<Inner>,
}

struct Inner {
    time: Time,
    standing: watch::Sender<Standing>,
    health: watch::Sender<Progress>,
    /// Who writes, and the view of what is written; none where nobody writes anything.
    written: Option<(mpsc::UnboundedSender<Ask>, View)>,
}

impl Seat {
    pub(super) fn new(time: &Time, kept: &View) -> (Self, mpsc::UnboundedReceiver<Ask>) {
        let (asks, asked) = mpsc::unbounded_channel();
        (Self::with(time, Some((asks, kept.clone()))), asked)
    }

    /// A seat that nobody contends for, over tables that nobody else goes on from: nothing is written to a log.
    #[must_use]
    pub fn uncontended(time: &Time) -> Self {
        let seat = Self::with(time, None);
        seat.stand(Standing::Here(None));
        seat
    }

    fn with(time: &Time, written: Option<(mpsc::UnboundedSender<Ask>, View)>) -> Self {
        let inner = Inner {
            time: time.clone(),
            standing: watch::Sender::new(Standing::Unsettled),
            health: watch::Sender::new(standing_by()),
            written,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Says where the deliveries are made from now on.
    pub(super) fn stand(&self, standing: Standing) {
        self.inner.standing.send_replace(standing);
        let here = matches!(standing, Standing::Here(_));
        self.inner.health.send_replace(if here { Progress::default() } else { standing_by() });
    }

    /// They are made here for longer; `false` when that comes too late, and those at work have gone already.
    pub(super) fn prolong(&self, until: Option<Timestamp>) -> bool {
        let mut in_time = true;
        self.inner.standing.send_if_modified(|standing| {
            let Standing::Here(known) = *standing else { return false };
            in_time = known.is_none_or(|known| self.inner.time.now() < known);
            if in_time {
                *standing = Standing::Here(until);
            }
            in_time
        });
        in_time
    }

    /// Whether they are made here at this moment.
    #[must_use]
    pub fn here(&self) -> bool {
        match *self.inner.standing.borrow() {
            Standing::Unsettled | Standing::Elsewhere => false,
            Standing::Here(until) => until.is_none_or(|until| self.inner.time.now() < until),
        }
    }

    /// Refuses, so that the caller comes back to whoever makes them, unless they are made here.
    ///
    /// # Errors
    /// `LogDown`, which a front takes for "ask another".
    pub fn check(&self) -> Result<(), Refusal> {
        if self.here() { Ok(()) } else { Err(elsewhere()) }
    }

    /// Waits until they are not made here any more.
    pub async fn lost(&self) {
        let mut standing = self.inner.standing.subscribe();
        while self.here() {
            let until = match *standing.borrow_and_update() {
                Standing::Here(until) => until,
                Standing::Unsettled | Standing::Elsewhere => return,
            };
            tokio::select! {
                _ = standing.changed() => {}
                () = self.inner.time.wait_until(until) => {}
            }
        }
    }

    /// Waits until it is known whether they are made here, and not for ever.
    pub async fn settled(&self) {
        let mut standing = self.inner.standing.subscribe();
        let known = standing.wait_for(|standing| *standing != Standing::Unsettled);
        // Who is not settled by then stands by until it is.
        let _ = tokio::time::timeout(SETTLING, known).await;
    }

    /// Waits until everything that changed so far is in the log.
    ///
    /// # Errors
    /// When it is not; another instance that takes the seat then does not know of it.
    pub async fn written(&self) -> Result<(), Refusal> {
        let Some((asks, _)) = &self.inner.written else { return Ok(()) };
        let (tell, told) = oneshot::channel();
        if asks.send(tell).is_err() {
            return Err(elsewhere());
        }
        tokio::select! {
            biased;
            written = told => written.unwrap_or_else(|_| Err(elsewhere())),
            () = self.lost() => Err(elsewhere()),
        }
    }

    /// How many events behind a position and up to the log's head somebody may be owed: all but the hub's own notes.
    pub(crate) async fn behind(&self, after: u64, head: u64) -> u64 {
        let all = head.saturating_sub(after);
        let Some((_, kept)) = self.inner.written.as_ref().filter(|_| all > 0) else { return all };
        let mut progress = kept.progress();
        let shown = progress.wait_for(|now| now.position.is_some_and(|at| at.get() >= head));
        if !matches!(tokio::time::timeout(COME_BACK, shown).await, Ok(Ok(_))) {
            return all;
        }
        let notes = kept.read(move |tables| kept::notes(tables, (after, head))).await;
        all.saturating_sub(notes.unwrap_or(0))
    }

    /// Well where they are made: a front sends their calls there.
    #[must_use]
    pub fn health(&self) -> watch::Receiver<Progress> {
        self.inner.health.subscribe()
    }
}

fn standing_by() -> Progress {
    Progress { stopped: Some("this instance stands by".to_owned()), ..Progress::default() }
}

/// What a caller is told whose call another instance serves.
pub(crate) const fn elsewhere() -> Refusal {
    Refusal::LogDown { retry_after: COME_BACK }
}
