//! A member of a group at work: takes what is ready, reads the log on when nothing is, and answers. Never here: how
//! deliveries travel to a client.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::future::BoxFuture;
use hub::project::{Position, Positioned, Subscription};
use jiff::Timestamp;
use tokio::sync::{Mutex as Turn, watch as signal};
use wire::refusal::Refusal;

use super::delivery::{Delivery, DeliveryId, Due, Outcome};
use super::engine::{self, Seat, Stretch, Taken};
use super::error::GroupError;
use super::{Groups, Room, definition};

/// Events read at once for deliveries.
const PAGE: usize = 64;

/// Tells which events of a page of the log the group is owed: those its filter wants and its members may see.
pub type Pick =
    Arc<dyn Fn(Vec<Positioned>) -> BoxFuture<'static, Result<Vec<Positioned>, Refusal>> + Send + Sync>;

/// Where a group reads the log on.
pub(super) struct Feeder {
    follow: Option<Subscription>,
    reached: Option<Position>,
}

impl Feeder {
    pub(super) fn at(reached: Option<u64>) -> Self {
        Self { follow: None, reached: reached.map(Position::new) }
    }

    async fn take_up(
        &mut self,
        groups: &Groups,
        group: i64,
        (pick, page): (&Pick, Vec<Positioned>),
    ) -> Result<(), GroupError> {
        let Some(last) = page.last().map(|last| last.position) else { return Ok(()) };
        let picked = pick(page).await?;
        let stretch = Stretch {
            after: self.reached.map(Position::get),
            to: last.get(),
            fits: picked.iter().map(|one| (one.position.get(), one.event.stream.to_string())).collect(),
        };
        let feed = move |tables: &rusqlite::Connection| {
            Ok((engine::feed(tables, group, &stretch)?, definition::read_to(tables, group)?))
        };
        let (moved, read_to) = groups.change(group, feed).await?;
        // Not moved: somebody else did, before this room was opened.
        self.reached = if moved { Some(last) } else { read_to.map(Position::new) };
        Ok(())
    }
}

/// A seat in a group. Dropping it gives what was not answered to others.
pub struct Member {
    groups: Groups,
    room: Arc<Room>,
    seat: Seat,
    term: u64,
    name: String,
    most: u32,
    pick: Pick,
    inbox: Turn<Inbox>,
}

/// What a member was handed and has not passed on.
struct Inbox {
    changed: signal::Receiver<()>,
    asked: Option<BoxFuture<'static, Result<Taken, GroupError>>>,
    taken: VecDeque<Due>,
    page: Vec<Positioned>,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.groups.leave(&self.room, (self.seat, self.term));
    }
}

impl Member {
    pub(super) fn new(
        groups: Groups,
        room: Arc<Room>,
        (seat, term, name): (Seat, u64, String),
        most: u32,
        pick: Pick,
    ) -> Self {
        let changed = room.changed.subscribe();
        let inbox = Inbox { changed, asked: None, taken: VecDeque::new(), page: Vec::new() };
        Self { groups, room, seat, term, name, most, pick, inbox: Turn::new(inbox) }
    }

    /// Nothing is delivered or answered once this instance serves no group any more.
    fn serves(&self) -> Result<(), GroupError> {
        if self.groups.serves(self.term) { Ok(()) } else { Err(GroupError::Elsewhere) }
    }

    /// The next event to deal with; waits for one. Cancel-safe: what was taken is kept for the next call.
    ///
    /// # Errors
    /// `Unknown` when the group was deleted; `Elsewhere`; the faults of file, log and need-to-know, after which the call may be
    /// repeated.
    pub async fn next(&self) -> Result<Delivery, GroupError> {
        let mut inbox = self.inbox.lock().await;
        loop {
            self.serves()?;
            while let Some(due) = inbox.taken.front().copied() {
                if due.answer_by > self.groups.now() {
                    let event = self.event(due.id.position, &mut inbox.page).await?;
                    self.serves()?;
                    inbox.taken.pop_front();
                    let answer_by = Timestamp::from_microsecond(due.answer_by).unwrap_or(Timestamp::MAX);
                    return Ok(Delivery { id: due.id, event, answer_by });
                }
                // Its time ran out before anybody asked for it: it is ready again, for whoever asks.
                inbox.taken.pop_front();
            }
            match self.ask(&mut inbox).await? {
                Taken::Some(due) => inbox.taken.extend(due),
                Taken::None { wake, read } => self.wait(&mut inbox.changed, wake, read).await?,
                Taken::Gone => return Err(GroupError::Unknown(self.name.clone())),
            }
        }
    }

    /// The events are dealt with. Answers, in their order, when that is on disk.
    ///
    /// # Errors
    /// `Elsewhere`, or the file's faults: then none of them is acknowledged.
    pub async fn acknowledge(&self, ids: Vec<DeliveryId>) -> Result<Vec<Outcome>, GroupError> {
        self.serves()?;
        let seat = self.seat;
        let act = move |tables: &rusqlite::Connection| {
            ids.into_iter().map(|id| engine::acknowledge(tables, seat, id)).collect()
        };
        self.groups.change(seat.group, act).await
    }

    /// An event could not be dealt with, and why, without personal data. `park`: without another attempt.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn refuse(&self, id: DeliveryId, reason: &str, park: bool) -> Result<Outcome, GroupError> {
        self.serves()?;
        let (seat, now, reason) = (self.seat, self.groups.now(), reason.to_owned());
        let act = move |tables: &rusqlite::Connection| engine::refuse(tables, seat, id, (&reason, park), now);
        self.groups.change(seat.group, act).await
    }

    /// The same, and no other attempt before a moment, when one is given and the pause would end before it.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn refuse_until(
        &self,
        id: DeliveryId,
        reason: &str,
        until: Option<Timestamp>,
    ) -> Result<Outcome, GroupError> {
        self.serves()?;
        let (seat, now, reason) = (self.seat, self.groups.now(), reason.to_owned());
        let act = move |tables: &rusqlite::Connection| {
            let outcome = engine::refuse(tables, seat, id, (&reason, false), now)?;
            if let (Outcome::Retrying, Some(until)) = (outcome, until) {
                engine::put_off(tables, seat.group, id.position, until.as_microsecond())?;
            }
            Ok(outcome)
        };
        self.groups.change(seat.group, act).await
    }

    /// Asks for events. The question is kept when this is dropped, or what it was granted would be lost until its
    /// lease ends.
    async fn ask(&self, inbox: &mut Inbox) -> Result<Taken, GroupError> {
        let asked = match &mut inbox.asked {
            Some(asked) => asked,
            none => {
                // Marked before asking: what changes from here on ends the wait that may follow.
                inbox.changed.borrow_and_update();
                let (ledger, seat, most) = (self.groups.inner.ledger.clone(), self.seat, self.most);
                let time = self.groups.inner.time.clone();
                none.insert(Box::pin(async move {
                    let now = time.now().as_microsecond();
                    ledger.change(move |tables| engine::take(tables, seat, most, now)).await
                }))
            }
        };
        let taken = asked.await;
        inbox.asked = None;
        taken
    }

    /// Waits until there may be something: a change, a moment, or new events of the log when they may be read.
    async fn wait(
        &self,
        changed: &mut signal::Receiver<()>,
        wake: Option<i64>,
        read: bool,
    ) -> Result<(), GroupError> {
        let wake = wake.and_then(|moment| Timestamp::from_microsecond(moment).ok());
        tokio::select! {
            change = changed.changed() => change.map_err(|_| GroupError::Stopping),
            () = self.groups.inner.time.wait_until(wake) => Ok(()),
            fed = self.feed(), if read => fed,
        }
    }

    /// Reads the log one page on and writes down what of it is owed. One member does it for all, the others wait
    /// for the change. Once a page is read it is taken up to the end, though the member turns to something else.
    async fn feed(&self) -> Result<(), GroupError> {
        let mut feeder = Arc::clone(&self.room.feeder).lock_owned().await;
        let reached = feeder.reached;
        let follow = match &mut feeder.follow {
            Some(follow) if follow.after() == reached => follow,
            other => other.insert(self.groups.inner.log.subscribe(reached)),
        };
        let page = follow.next().await?;
        let (groups, group, pick) = (self.groups.clone(), self.seat.group, Arc::clone(&self.pick));
        let taken_up = tokio::spawn(async move { feeder.take_up(&groups, group, (&pick, page)).await });
        taken_up.await.unwrap_or(Err(GroupError::Stopping))
    }

    /// The event at a position, from the page read last or a new one.
    async fn event(&self, position: u64, page: &mut Vec<Positioned>) -> Result<Positioned, GroupError> {
        let find = |page: &[Positioned]| {
            let place = page.binary_search_by_key(&position, |one| one.position.get()).ok()?;
            page.get(place).cloned()
        };
        if let Some(known) = find(page) {
            return Ok(known);
        }
        let before = position.checked_sub(1).filter(|before| *before > 0).map(Position::new);
        *page = self.groups.inner.log.read_all(before, PAGE).await?;
        find(page).ok_or_else(|| GroupError::Store(format!("the log has no event at {position}")))
    }
}
