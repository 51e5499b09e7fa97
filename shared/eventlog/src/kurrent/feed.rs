//! The order of the whole log: the category stream, followed by one task for the whole process.
//!
//! The task keeps a request open at the server, takes in what it answers, and tells the subscriptions. A
//! request that hangs or fails is followed by plain reads for a while: some servers lose their long polls.
//! Beside it stands a look at own appends that do not show, so that they show even while a poll hangs.
//!
//! Crash story: nothing here is on disk. Positions are the category stream's own numbers, and every
//! subscriber's checkpoint stands with its rows; a process that comes back reads on from there.
//!
//! Must never be here: a position that no entry has. An entry whose event is gone is passed over, and the
//! positions of the others stay.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout_at};

use super::client::{Client, Pause};
use super::own::{Own, Place};
use super::page::{Found, Page};
use super::reading::{PAGE, Stream};
use crate::error::{Outage, ReadError};
use crate::event::Positioned;
use crate::moving::{PLACES, moved};
use crate::recent::Recent;
use crate::stream::{Position, Revision, StreamName};
use crate::subscription::Reach;

/// How long an own append may fail to show before it is looked for.
const DOUBT: Duration = Duration::from_millis(500);
/// An empty answer to a poll that comes sooner was no wait.
const NO_WAIT: Duration = Duration::from_millis(50);

pub(super) struct Feed {
    pub(super) client: Client,
    pub(super) own: Own,
    recent: Recent,
    reach: watch::Sender<Reach>,
    /// The number to be taken in next, which is the position of the last one taken in.
    next: Mutex<u64>,
    /// Where the log went, by its last word that was seen.
    moved: Mutex<Option<String>>,
}

/// Where the category stream ends.
#[derive(Debug, Default)]
pub(super) struct End {
    /// The number behind the last entry, also when its event is gone.
    pub(super) next: u64,
    /// The last event.
    pub(super) last: Option<Positioned>,
}

impl End {
    pub(super) fn head(&self) -> Option<Position> {
        self.last.as_ref().map(|last| last.position)
    }
}

/// Part of the log's order.
pub(super) struct Part {
    pub(super) events: Vec<Positioned>,
    /// The number to read next.
    pub(super) next: u64,
    pub(super) at_end: bool,
    /// Numbers whose entry no client of ours can have written, and why.
    pub(super) foreign: Vec<(Option<u64>, String)>,
}

impl Feed {
    pub(super) fn new(client: Client, reach: watch::Sender<Reach>, end: &End) -> Self {
        let shown = end.last.as_ref().map(|last| (last.event.stream.clone(), last.event.revision));
        let own = Own::new(reach.clone(), shown);
        Self {
            client,
            own,
            recent: Recent::default(),
            reach,
            next: Mutex::new(end.next),
            moved: Mutex::default(),
        }
    }

    fn next(&self) -> MutexGuard<'_, u64> {
        self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what the log last said of itself.
    pub(super) fn hear(&self, moved: Option<String>) {
        *self.moved.lock().unwrap_or_else(PoisonError::into_inner) = moved;
    }

    /// Where the log went, as far as it was seen.
    pub(super) fn moved(&self) -> Option<String> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes in a part that continues what was taken in before, or overlaps its end.
    fn take_in(&self, from: u64, part: &Part) {
        let mut next = self.next();
        if from > *next || part.next <= *next {
            return;
        }
        let news = |event: &&Positioned| event.position.get() > *next;
        let events: Vec<_> = part.events.iter().filter(news).cloned().collect();
        for said in events.iter().filter(|event| event.event.stream.as_str() == PLACES) {
            self.hear(moved(&said.event.kind, &said.event.data));
        }
        // Kept before it is told, so that who is woken finds it.
        self.recent.push(*next, events.clone(), part.next);
        *next = part.next;
        self.own.show(&events);
    }

    /// Reads on from a number, at most `count` entries.
    pub(super) async fn part(&self, from: u64, count: usize, until: Instant) -> Result<Part, Outage> {
        let page = self.client.forward(&self.client.category(), from, count, until).await?;
        let part = self.parted(from, page)?;
        self.take_in(from, &part);
        Ok(part)
    }

    fn parted(&self, from: u64, page: Stream<Page>) -> Result<Part, Outage> {
        match page {
            Stream::Here(page) => Ok(parted(&self.client.options().name, from, page)),
            // A log without an event has no category stream yet. Taken for that, the end of one that was
            // seen would make every reader think that it is ahead of the log.
            Stream::Missing if *self.next() == 0 => {
                Ok(Part { events: Vec::new(), next: from, at_end: true, foreign: Vec::new() })
            }
            Stream::Missing | Stream::Gone => Err(self.vanished()),
        }
    }

    fn vanished(&self) -> Outage {
        self.client.members().distrust();
        Outage::Failing { detail: format!("{} has vanished", self.client.category()) }
    }

    /// Where the category stream ends.
    pub(super) async fn end(&self, until: Instant) -> Result<End, Outage> {
        let end = end(&self.client, until).await?;
        if end.next == 0 && *self.next() > 0 { Err(self.vanished()) } else { Ok(end) }
    }

    /// Waits until the own appends up to this acknowledgement are shown.
    pub(super) async fn own_shown(&self, acknowledged: u64, until: Instant) -> Result<(), Outage> {
        let mut reach = self.reach.subscribe();
        while !self.own.shown(acknowledged) {
            if timeout_at(until, reach.changed()).await.is_err() {
                let detail = "own appends do not show in the category stream".to_owned();
                return Err(Outage::Slow { detail });
            }
        }
        Ok(())
    }

    /// Waits until an event is shown that another process had acknowledged.
    pub(super) async fn foreign_shown(
        &self,
        stream: &StreamName,
        revision: Revision,
        until: Instant,
    ) -> Result<(), Outage> {
        let mut reach = self.reach.subscribe();
        if self.own.has_shown(stream, revision) {
            return Ok(());
        }
        // Not remembered: shown long ago, or not yet.
        let place = (stream.clone(), revision);
        if let Some(floor) = self.own.floor()
            && let (Some(floor), Some(written)) =
                (self.written(&floor, until).await, self.written(&place, until).await)
            && written <= floor
        {
            return Ok(());
        }
        while !self.own.has_shown(stream, revision) {
            if timeout_at(until, reach.changed()).await.is_err() {
                let detail = format!("{stream} at {revision} does not show in the category stream");
                return Err(Outage::Slow { detail });
            }
        }
        Ok(())
    }

    pub(super) fn recent(&self, after: Option<Position>, limit: usize) -> Option<Vec<Positioned>> {
        self.recent.page(after, limit)
    }

    /// At most `limit` events after a position; none at the end.
    pub(super) async fn after(
        &self,
        after: Option<Position>,
        limit: usize,
        until: Instant,
    ) -> Result<Vec<Positioned>, ReadError> {
        let unread = |reason| ReadError::Unavailable { reason };
        let mut from = after.map_or(0, Position::get);
        // The server counts in 63 bits; nothing stands beyond.
        while limit > 0 && i64::try_from(from).is_ok() {
            let part = self.part(from, limit, until).await.map_err(unread)?;
            if !part.events.is_empty() {
                return Ok(part.events);
            }
            if part.at_end {
                break;
            }
            from = part.next;
        }
        let Some(after) = after else { return Ok(Vec::new()) };
        let end = self.end(until).await.map_err(unread)?;
        if after.get() > end.next {
            return Err(ReadError::AheadOfLog { after, head: end.head() });
        }
        Ok(Vec::new())
    }

    /// Follows the category stream for ever.
    pub(super) async fn follow(self: Arc<Self>) {
        tokio::join!(self.poll(), self.doubt());
    }

    async fn poll(&self) {
        let wait = Duration::from_secs(self.client.options().long_poll.as_secs().max(1));
        let mut pause = Pause::new();
        loop {
            let (from, asked) = (*self.next(), Instant::now());
            let answer = self.client.poll(&self.client.category(), from, wait).await;
            let took = asked.elapsed();
            let part = match answer {
                Ok(Some(page)) => self.parted(from, page).map_err(|outage| outage.to_string()),
                Ok(None) => {
                    let until = self.client.deadline();
                    self.part(from, PAGE, until).await.map_err(|outage| outage.to_string())
                }
                Err(unsettled) => Err(unsettled.detail()),
            };
            match part {
                Ok(part) if part.next > from => {
                    self.take_in(from, &part);
                    tell(&part);
                    pause = Pause::new();
                }
                Ok(_) if took >= NO_WAIT => pause = Pause::new(),
                Ok(_) => pause.wait().await,
                Err(detail) => {
                    tracing::debug!(detail, "a poll failed; reading plainly");
                    // One that hung says that polls hang here; then plain reads go on for a while.
                    let plainly = if took >= wait { wait * 2 } else { Duration::ZERO };
                    self.read_plainly(Instant::now() + plainly).await;
                    pause.wait().await;
                }
            }
        }
    }

    /// Reads without asking the server to wait, at least once, more and more seldom while nothing comes.
    async fn read_plainly(&self, until: Instant) {
        let mut pause = Pause::new();
        loop {
            let from = *self.next();
            match self.part(from, PAGE, self.client.deadline()).await {
                Ok(part) if part.next > from => pause = Pause::new(),
                Ok(_) => {}
                Err(outage) => tracing::warn!(%outage, "the log's category stream cannot be read"),
            }
            if !pause.before(until).await {
                return;
            }
        }
    }

    /// Looks for own appends that do not show: reads plainly, and asks how old their events are.
    async fn doubt(&self) {
        loop {
            sleep(DOUBT).await;
            if !self.own.late(DOUBT) {
                continue;
            }
            let until = self.client.deadline();
            let from = *self.next();
            match self.part(from, PAGE, until).await {
                Ok(_) => self.settle(until).await,
                Err(outage) => tracing::debug!(%outage, "own appends do not show"),
            }
        }
    }

    /// Ends the wait for replays of what was shown before anybody here looked: for events that are not
    /// younger, by the cluster's own clock, than the last one shown then. The category stream itself
    /// cannot be asked where it shows an event. Each append is asked about once.
    async fn settle(&self, until: Instant) {
        let Some(floor) = self.own.floor() else { return };
        let doubts = self.own.doubts(DOUBT);
        if doubts.is_empty() {
            return;
        }
        let floor = self.written(&floor, until).await;
        for doubt in doubts {
            if let Some(written) = self.written(&doubt.last, until).await {
                self.own.settle(doubt.number, Some(written) <= floor);
            }
        }
    }

    async fn written(&self, (stream, revision): &Place, until: Instant) -> Option<Timestamp> {
        let path = self.client.path(stream);
        let page = self.client.backward(&path, Some(revision.get()), 1, until).await.ok()?;
        let Stream::Here(page) = page else { return None };
        page.entries.into_iter().next()?.updated()
    }
}

fn parted(log: &str, from: u64, page: Page) -> Part {
    // Where the first events were truncated, empty pages still lead on. A page that leads nowhere is the end:
    // to step on by counting would pass over what is written there later.
    let next = page.end().filter(|next| *next > from).unwrap_or(from);
    let at_end = page.at_end || next == from;
    let mut part = Part { events: Vec::new(), next, at_end, foreign: Vec::new() };
    for entry in page.entries {
        match entry.found(log) {
            Found::Event { number, event } if number >= from => {
                let position = Position::new(number + 1);
                part.events.push(Positioned { position, event });
            }
            Found::Event { .. } | Found::Nothing => {}
            Found::Foreign { number, why } => part.foreign.push((number, why)),
        }
    }
    part
}

fn tell(part: &Part) {
    for (number, why) in &part.foreign {
        tracing::warn!(number, why, "an entry of the category stream is no event of this log; passed over");
    }
}

/// Where the category stream ends now.
pub(super) async fn end(client: &Client, until: Instant) -> Result<End, Outage> {
    let (mut next, mut from, mut count) = (0, None, 1);
    loop {
        let page = match client.backward(&client.category(), from, count, until).await? {
            Stream::Here(page) => page,
            Stream::Missing => return Ok(End::default()),
            Stream::Gone => {
                return Err(Outage::Failing { detail: format!("{} was deleted", client.category()) });
            }
        };
        next = next.max(page.end().unwrap_or(0));
        let older = page.older;
        for entry in page.entries.into_iter().rev() {
            if let Found::Event { number, event } = entry.found(&client.options().name) {
                return Ok(End {
                    next,
                    last: Some(Positioned { position: Position::new(number + 1), event }),
                });
            }
        }
        // The newest are gone: look further back.
        match older {
            Some(older) if from.is_none_or(|from| older < from) => (from, count) = (Some(older), PAGE),
            Some(_) | None => return Ok(End { next, last: None }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use uuid::Uuid;

    use super::*;
    use crate::event::{self, JsonObject, Recorded};
    use crate::kurrent::KurrentOptions;
    use crate::stream::{Revision, StreamName};

    fn part(from: u64, next: u64, gone: &[u64]) -> Part {
        let numbers = (from..next).filter(|number| !gone.contains(number));
        let event = |number: u64| Positioned {
            position: Position::new(number + 1),
            event: Recorded {
                stream: StreamName::trusted("s-1"),
                revision: Revision::new(number),
                id: Uuid::from_u128(u128::from(number) + 1),
                kind: "Marked".to_owned(),
                data: JsonObject::empty(),
                metadata: JsonObject::empty(),
                recorded_at: event::now(),
            },
        };
        Part { events: numbers.map(event).collect(), next, at_end: true, foreign: Vec::new() }
    }

    /// A poll and a plain read may bring the same events; each is delivered once, in order, and a part
    /// that does not join leaves no gap.
    #[tokio::test]
    async fn parts_that_overlap_or_do_not_join_are_taken_in_once() {
        let options = KurrentOptions::parse("kurrentdb://db?tls=false").unwrap();
        let client = Client::new(options, None, Vec::new()).unwrap();
        let reach = watch::Sender::new(Reach::default());
        let feed = Feed::new(client, reach.clone(), &End::default());
        for (part, from) in [
            (part(0, 3, &[]), 0),
            (part(1, 3, &[]), 1),
            (part(1, 6, &[4]), 1),
            (part(8, 9, &[]), 8),
            (part(6, 7, &[6]), 6),
            (part(5, 9, &[6]), 5),
        ] {
            feed.take_in(from, &part);
        }
        let page = feed.recent(None, 100).unwrap();
        let numbers: Vec<u64> = page.iter().map(|kept| kept.event.revision.get()).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 5, 7, 8]);
        let tail = feed.recent(Some(Position::new(7)), 1).unwrap();
        assert_eq!(tail.first().unwrap().position, Position::new(8), "behind a hole");
        assert_eq!(reach.borrow().head, Some(Position::new(9)));
    }
}
