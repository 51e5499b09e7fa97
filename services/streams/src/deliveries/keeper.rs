//! Takes the seat of the deliveries, makes the tables of this instance those of the log, renews the seat while it lives,
//! writes now and then how far the deliveries are, and gives the seat up when the hub stops. Never here: who wins the
//! seat (that is the rule's and the log's), or what is delivered.
//!
//! Crash story. The seat is an event with an end. Die holding it, and the others wait for that end; the first who takes
//! it then goes on from the places in the log, which are at most a minute old ([`PLACES`]): what was delivered since comes
//! again, nothing is left out. Whoever takes the seat makes its tables what the log has, its own earlier ones too: what
//! they have more is at most as old, and comes again. Only tables from before the log had any are brought into it, until
//! all of them were. On the same data directory the next life does not wait for its former one.
//!
//! What it costs. Where others may take the seat every renewal is an event of the log, for good, and the rest of the lease
//! is how long everybody waits after a crash; nobody waits after an orderly stop, or for the next life on the same data
//! directory. A lease of two minutes that is renewed every 80 s ([`LEASE`], [`RESERVE`]) costs 394,200 events a year, and
//! after a crash 40 s to two minutes. 30 s renewed every 10 s would be 3,153,600 events, twice what a province of the
//! nation has of its own; five minutes would be 121,292. Subscribers are promised every event and no time, and the queue of
//! the police is a view of every instance that waits for no seat. Where the log is this process's own nobody else takes the
//! seat, and it is never renewed.
//!
//! Clocks. A holder stops [`MARGIN`] before the end by its own clock, and others take the seat at the end by theirs: so
//! long as no two clocks differ by more than that, never two of them deliver. What it had under way is broken off.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use domain::actor::Actor;
use domain::decider::Decider;
use domain::seat::{Command, SeatRule, State};
use hub::held::Held;
use hub::project::{ReadError, StreamName};
use hub::{HandleError, Hub, View, refuse};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use uuid::Uuid;
use wire::refusal::Refusal;

use super::pen::{Pen, order};
use super::seat::{Ask, Seat, Standing, elsewhere};
use super::{Deliveries, kept, last};
use crate::groups::Groups;
use crate::webhooks::Webhooks;

/// How long the seat is held without renewing it, where others may take it.
pub(super) const LEASE: SignedDuration = SignedDuration::from_secs(120);
/// How long before its end it is renewed. Less [`MARGIN`] it is longer than an append may take, which is 30 s over a cluster
/// that chooses a new leader: so a log that answers late costs nobody the seat.
pub(super) const RESERVE: SignedDuration = SignedDuration::from_secs(40);
/// The lease where the log is this process's own: nobody looks at its end.
const ALONE: SignedDuration = SignedDuration::from_hours(1);
/// How long before the end a holder stops: as far as two clocks may differ.
pub(super) const MARGIN: SignedDuration = SignedDuration::from_secs(5);
/// How often it is written how far the deliveries are.
const EVERY: Duration = Duration::from_secs(5);
/// How long to wait after a fault of the hub itself.
const AGAIN: SignedDuration = SignedDuration::from_secs(1);
/// How long the view may take to show the seat as it was taken.
const SHOWN: Duration = Duration::from_secs(30);
/// Of so many beats, one writes also how far groups are of which nothing else is to be said: once a minute.
const PLACES: u32 = 12;
/// How long the last words may take when the hub stops.
const LAST: Duration = Duration::from_secs(5);
/// How long members and senders may take to go when the hub stops.
const LEAVING: Duration = Duration::from_secs(3);

/// What keeps the seat.
pub(super) struct Keeper {
    hub: Hub,
    folder: PathBuf,
    kept: View,
    seat: Seat,
    asked: mpsc::UnboundedReceiver<Ask>,
    groups: Groups,
    webhooks: Webhooks,
    by: Actor,
    /// This life of this process.
    me: Uuid,
    alone: bool,
    /// Until when it holds the seat, in microseconds.
    until: Arc<AtomicI64>,
}

impl Keeper {
    pub(super) fn new(of: Deliveries, (groups, webhooks): (Groups, Webhooks), by: (Actor, bool)) -> Self {
        let Deliveries { hub, folder, kept, seat, asked } = of;
        let ((by, alone), me) = (by, Uuid::now_v7());
        Self { hub, folder, kept, seat, asked, groups, webhooks, by, me, alone, until: Arc::default() }
    }

    /// Until the hub stops.
    pub(super) async fn run(mut self) {
        let hub = self.hub.clone();
        loop {
            let taken = tokio::select! {
                () = hub.stopped() => return,
                taken = self.take() => taken,
            };
            let Some(mut held) = taken else { return };
            let renewing = Renewing::of(&self);
            let stopped = tokio::select! {
                () = renewing.renew(&mut held) => None,
                pen = self.work() => Some(pen),
            };
            if let Some(pen) = stopped {
                self.leave(pen, &mut held).await;
                return;
            }
            self.seat.stand(Standing::Elsewhere);
            self.answer(&Err(elsewhere()));
            tracing::warn!(target: "deliveries", instance = %self.me, "another instance delivers now, or none");
            tokio::join!(self.groups.all_left(), self.webhooks.all_ended());
        }
    }

    /// Waits until the seat is this instance's; none when the log is closed.
    async fn take(&mut self) -> Option<Held<SeatRule>> {
        loop {
            match self.try_to_take().await {
                Ok(Some(held)) => return Some(held),
                Ok(None) => {}
                Err(HandleError::Read(ReadError::Closed)) => return None,
                Err(error) => {
                    tracing::error!(target: "deliveries", %error, "the seat cannot be taken now");
                    self.pause().await;
                }
            }
        }
    }

    async fn pause(&self) {
        self.hub.time.wait_until(self.hub.time.now().checked_add(AGAIN).ok()).await;
    }

    /// Takes the seat, or waits until it may have become free.
    async fn try_to_take(&self) -> Result<Option<Held<SeatRule>>, HandleError> {
        let mut held = self.known().await?;
        held.read_on(&self.hub).await?;
        // Whoever worked on this directory is gone, because its lock is ours; so is anybody on a log of our own.
        let instead_of = if self.alone { held.state().holder() } else { last::read(&self.folder) };
        let until = self.until();
        let command = match held.state().holder() {
            Some(holder) if holder == self.me => Command::Renew { by: self.me, until },
            Some(_) | None => Command::Take { by: self.me, until, instead_of },
        };
        match held.handle(&self.hub, &order(&self.by, command)).await {
            Ok(_) => {}
            Err(HandleError::Law(_)) => {
                self.seat.stand(Standing::Elsewhere);
                self.wait_for(held.state()).await;
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        if let State::Held { until, .. } = held.state() {
            self.until.store(until.as_microsecond(), Ordering::Relaxed);
        }
        tracing::info!(target: "deliveries", instance = %self.me, "this instance delivers now");
        Ok(Some(held))
    }

    /// The seat as the view has it.
    async fn known(&self) -> Result<Held<SeatRule>, HandleError> {
        // A view that cannot be read is no reason to wait: the log has it too.
        let (state, end) = self.kept.read(kept::seat).await.unwrap_or_else(|_| (SeatRule::initial(), None));
        let stream = StreamName::parse(kept::SEAT).map_err(|_| HandleError::Denied)?;
        Ok(Held::at(stream, state, end))
    }

    fn until(&self) -> Timestamp {
        let lease = if self.alone { ALONE } else { LEASE };
        let until = self.hub.time.now().saturating_add(lease);
        until.unwrap_or(Timestamp::MAX)
    }

    /// Waits until the lease of another is over, or the view shows that the seat is not that one's any more.
    async fn wait_for(&self, state: &State) {
        let State::Held { by, until } = *state else { return };
        let mut progress = self.kept.progress();
        loop {
            tokio::select! {
                () = self.hub.time.wait_until(Some(until)) => {}
                changed = progress.changed() => if changed.is_err() { return self.pause().await },
            }
            let now = self.kept.read(kept::seat).await.map(|(state, _)| state);
            let the_same = matches!(now, Ok(State::Held { by: now, .. }) if now == by);
            if !the_same || self.hub.time.now() >= until {
                return;
            }
        }
    }

    /// Makes the tables those of the log, opens the doors, and writes until the hub stops; none when it stops before.
    async fn work(&mut self) -> Option<Pen> {
        let hub = self.hub.clone();
        let mut pen = tokio::select! {
            () = hub.stopped() => return None,
            pen = self.begun() => pen,
        };
        let until = Timestamp::from_microsecond(self.until.load(Ordering::Relaxed)).unwrap_or_default();
        self.seat.stand(Standing::Here(Renewing::of(self).stop_at(until)));
        let (webhooks, seat) = (self.webhooks.clone(), self.seat.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = hub.stopped() => {}
                () = seat.lost() => {}
                () = webhooks.go_on() => {}
            }
        });
        let mut beat = interval(EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut settled, mut beats) = (false, 0_u32);
        loop {
            let mut asks = Vec::new();
            tokio::select! {
                () = self.hub.stopped() => return Some(pen),
                Some(ask) = self.asked.recv() => asks.push(ask),
                _ = beat.tick() => beats = beats.wrapping_add(1),
            }
            while let Ok(ask) = self.asked.try_recv() {
                asks.push(ask);
            }
            let written = self.write(&mut pen, beats % PLACES == 0).await;
            if written.is_ok() && !settled {
                // All that was here before is in the log now, and not before now.
                settled = last::write(&self.folder, self.me)
                    .inspect_err(
                        |error| tracing::error!(target: "deliveries", %error, "cannot say who works here"),
                    )
                    .is_ok();
            }
            for ask in asks {
                // Whoever asked may have gone.
                let _ = ask.send(written.clone());
            }
        }
    }

    /// Answers all who wait until what changed is in the log.
    fn answer(&mut self, written: &Result<(), Refusal>) {
        while let Ok(ask) = self.asked.try_recv() {
            // Whoever asked may have gone.
            let _ = ask.send(written.clone());
        }
    }

    /// The pen, as soon as the tables are those of the log.
    async fn begun(&self) -> Pen {
        loop {
            match self.begin().await {
                Ok(pen) => return pen,
                Err(refusal) => {
                    tracing::error!(target: "deliveries", ?refusal, "cannot go on where the last one stopped");
                }
            }
            self.pause().await;
        }
    }

    async fn begin(&self) -> Result<Pen, Refusal> {
        let shown = self.kept.wait_for_head(SHOWN).await.map_err(refuse::view)?;
        if !shown {
            return Err(Refusal::Late);
        }
        let read = self.kept.read(|tables| Ok((kept::groups(tables)?, kept::webhooks(tables)?))).await;
        let (groups, webhooks) = read.map_err(refuse::view)?;
        let earlier = !last::settled(&self.folder);
        let said = self.webhooks.begin(&webhooks, earlier).await?;
        let pen = Pen::new(&self.hub, &self.by, (&groups, &webhooks), said);
        self.groups.begin(groups, earlier).await?;
        Ok(pen)
    }

    /// Writes what changed; `places` too of groups that are only further than they were.
    async fn write(&self, pen: &mut Pen, places: bool) -> Result<(), Refusal> {
        if !self.seat.here() {
            return Err(elsewhere());
        }
        let written = pen.write((&self.groups, &self.webhooks), places).await;
        if let Err(refusal) = &written {
            tracing::warn!(target: "deliveries", ?refusal, "what changed is not in the log yet");
        }
        written
    }

    /// The hub stops: what is left is written, and the seat is free for another at once.
    async fn leave(&mut self, pen: Option<Pen>, held: &mut Held<SeatRule>) {
        let gone = async { tokio::join!(self.groups.all_left(), self.webhooks.all_ended()) };
        if timeout(LEAVING, gone).await.is_err() {
            tracing::warn!(target: "deliveries", "not everybody has left yet");
        }
        let last = async {
            if let Some(mut pen) = pen {
                let written = self.write(&mut pen, true).await;
                self.answer(&written);
            }
            self.seat.stand(Standing::Elsewhere);
            held.handle(&self.hub, &order(&self.by, Command::GiveUp { by: self.me })).await
        };
        // A log that does not answer keeps nobody from stopping.
        if !matches!(timeout(LAST, last).await, Ok(Ok(_))) {
            tracing::warn!(target: "deliveries", "the seat is free when its lease is over");
        }
    }
}

/// What renewing the seat needs.
struct Renewing {
    hub: Hub,
    seat: Seat,
    by: Actor,
    me: Uuid,
    alone: bool,
    until: Arc<AtomicI64>,
}

impl Renewing {
    fn of(keeper: &Keeper) -> Self {
        let Keeper { hub, seat, by, me, alone, until, .. } = keeper;
        let (hub, seat, by, until) = (hub.clone(), seat.clone(), by.clone(), Arc::clone(until));
        Self { hub, seat, by, me: *me, alone: *alone, until }
    }

    /// When a holder of the seat until a moment stops; never on a log of its own, which nobody else is at work on.
    fn stop_at(&self, until: Timestamp) -> Option<Timestamp> {
        (!self.alone).then(|| until.saturating_sub(MARGIN).unwrap_or(Timestamp::MIN))
    }

    /// Renews the seat until it is lost.
    async fn renew(&self, held: &mut Held<SeatRule>) {
        if self.alone {
            // Nobody else takes it, also when the lease is over: the next life on this directory takes it from this one.
            return std::future::pending().await;
        }
        loop {
            let State::Held { by, until } = *held.state() else { return };
            if by != self.me {
                return;
            }
            let next = until.saturating_sub(RESERVE).unwrap_or(Timestamp::MIN);
            if self.hub.time.now() < next {
                self.hub.time.wait_until(Some(next)).await;
                continue;
            }
            if self.stop_at(until).is_some_and(|stop| self.hub.time.now() >= stop) {
                return;
            }
            let until = self.hub.time.now().saturating_add(LEASE).unwrap_or(Timestamp::MAX);
            let command = order(&self.by, Command::Renew { by: self.me, until });
            match held.handle(&self.hub, &command).await {
                Ok(_) => {
                    self.until.store(until.as_microsecond(), Ordering::Relaxed);
                    if !self.seat.prolong(self.stop_at(until)) {
                        return;
                    }
                }
                Err(HandleError::Law(_)) => return,
                Err(error) => {
                    tracing::warn!(target: "deliveries", %error, "the seat is not renewed yet");
                    self.hub.time.wait_until(self.hub.time.now().checked_add(AGAIN).ok()).await;
                }
            }
        }
    }
}
