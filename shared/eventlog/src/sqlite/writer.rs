//! The one thread that appends: it takes whatever waits, writes it in one transaction, and
//! answers each caller after the commit.
//!
//! Must never be here: a cache of what the file holds. Another process may append between two of
//! our transactions, and each transaction reads what it needs under the write lock.

use std::io;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Instant;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

use super::checkpoint::Checkpoints;
use super::copy::{self, Copy};
use super::outage;
use super::urgent::Spacing;
use crate::error::{AppendError, Outage};
use crate::event::{self, JsonObject, NewEvent, Positioned, Recorded};
use crate::log::Haste;
use crate::moving::{PLACES, moved};
use crate::observe::{Commit, Observer};
use crate::recent::Recent;
use crate::stream::{Expected, Place, Position, Revision, StreamName};
use crate::subscription::{self, Reach};

/// Most appends of one commit.
const GROUP: usize = 512;
/// Most payload bytes of one commit, unless its only append is larger.
const GROUP_BYTES: usize = 4 * 1024 * 1024;

/// A row: position, stream, revision, id, kind, data, metadata, recorded_at.
pub(super) const INSERT: &str = "INSERT INTO event \
    (position, stream, revision, id, kind, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

type Answer = Result<Revision, AppendError>;

/// What the thread is asked for.
pub(super) enum Request {
    Append(Append),
    Copy(Copy),
    /// Finish what was accepted before, then end, and say so.
    Close(oneshot::Sender<()>),
}

/// One caller's events.
pub(super) struct Append {
    stream: StreamName,
    expected: Expected,
    events: Vec<NewEvent>,
    bytes: usize,
    haste: Haste,
    answer: oneshot::Sender<Answer>,
}

impl Append {
    pub(super) fn new(
        stream: StreamName,
        expected: Expected,
        events: Vec<NewEvent>,
        haste: Haste,
        answer: oneshot::Sender<Answer>,
    ) -> Self {
        let bytes = events.iter().map(NewEvent::bytes).sum();
        Self { stream, expected, events, bytes, haste, answer }
    }
}

/// Who learns of a commit.
pub(super) struct Told {
    /// How far the log reaches.
    pub(super) reach: watch::Sender<Reach>,
    /// The newest events.
    pub(super) recent: Arc<Recent>,
    /// Who measures.
    pub(super) observer: Arc<OnceLock<Observer>>,
}

impl Told {
    /// The log has grown, which whoever looks from now on finds; nobody is woken yet. The events are kept before the head is
    /// known, so that they are found too. Whether there is anything new to tell, which may be what another process wrote.
    pub(super) fn grown(&self, before: u64, events: Vec<Positioned>, head: Option<Position>) -> bool {
        if let Some(last) = events.last().map(|last| last.position.get()) {
            self.recent.push(before, events, last);
        }
        subscription::grown(&self.reach, head)
    }

    /// Wakes those who wait for it.
    pub(super) fn tell(&self) {
        subscription::tell(&self.reach);
    }
}

/// Starts the thread. It ends when asked to, or when the last sender is dropped.
pub(super) fn start(
    conn: Connection,
    checkpoints: Checkpoints,
    requests: mpsc::Receiver<Request>,
    told: Told,
) -> io::Result<()> {
    thread::Builder::new()
        .name("eventlog-writer".to_owned())
        .spawn(move || run(conn, checkpoints, requests, &told))
        .map(drop)
}

/// What waited.
#[derive(Default)]
struct Gathered {
    group: Vec<Append>,
    bytes: usize,
    urgent: bool,
    copies: Vec<Copy>,
    closing: Vec<oneshot::Sender<()>>,
}

impl Gathered {
    fn take(&mut self, request: Request) {
        match request {
            Request::Append(append) => {
                self.bytes += append.bytes;
                self.urgent |= append.haste == Haste::Urgent;
                self.group.push(append);
            }
            Request::Copy(copy) => self.copies.push(copy),
            Request::Close(done) => self.closing.push(done),
        }
    }

    fn full(&self) -> bool {
        self.group.len() >= GROUP || self.bytes >= GROUP_BYTES
    }

    /// Whether it may wait for more: not what is urgent, nor who moves the log or closes it.
    fn waits(&self) -> bool {
        !self.urgent && self.copies.is_empty() && self.closing.is_empty()
    }
}

fn run(
    mut conn: Connection,
    mut checkpoints: Checkpoints,
    mut requests: mpsc::Receiver<Request>,
    told: &Told,
) {
    let (mut closing, mut spacing) = (Vec::new(), Spacing::new());
    while let Some(first) = requests.blocking_recv() {
        let gathered = gather(first, &mut requests, &spacing);
        let began = Instant::now();
        closing.extend(gathered.closing);
        if !closing.is_empty() {
            // Takes no more, but still gives what was accepted.
            requests.close();
        }
        if !gathered.group.is_empty() {
            settle(&mut conn, gathered.group, told);
        }
        for copy in gathered.copies {
            copy::settle(&mut conn, copy, told);
        }
        checkpoints.look(&conn);
        spacing.committed(gathered.urgent, (began, Instant::now()));
    }
    checkpoints.stop();
    if let Err((_, error)) = conn.close() {
        tracing::warn!(%error, "the log's file was not closed cleanly; the next open repairs it");
    }
    for done in closing {
        done.send(()).ok();
    }
}

/// What waits now: a lone caller pays for one flush and nothing else, and while that flush runs the next group forms by
/// itself. Only while urgent appends come does what is not urgent stand back for a while, and is joined by what comes.
fn gather(first: Request, requests: &mut mpsc::Receiver<Request>, spacing: &Spacing) -> Gathered {
    let mut gathered = Gathered::default();
    let mut next = Some(first);
    while let Some(request) = next {
        gathered.take(request);
        next = if gathered.full() { None } else { requests.try_recv().ok() };
        if next.is_none() && gathered.waits() && !gathered.full() {
            next = spacing.wait(pin!(requests.recv()));
        }
    }
    gathered
}

/// Writes a group and answers it.
///
/// Until the commit returns nothing is promised: a crash rolls the whole group back or, when it
/// falls between the flush and the answer, leaves it written and unanswered, and the callers'
/// retries find it by its ids. The head is known before the answers, so that whoever holds an answer
/// never finds a subscription that claims to be caught up without having seen it; who waits for it is
/// woken after them, because a dozen views at work would go before the callers.
fn settle(conn: &mut Connection, group: Vec<Append>, told: &Told) {
    let started = Instant::now();
    let (appends, bytes) = (group.len(), group.iter().map(|a| a.bytes).sum::<usize>());
    match write(conn, &group) {
        Ok(written) => {
            let took = started.elapsed();
            let micros = took.as_micros();
            tracing::debug!(appends, bytes, micros, head = ?written.head, "commit");
            let grown = told.grown(written.before.unsigned_abs(), written.events, written.head);
            for (append, answer) in group.into_iter().zip(written.answers) {
                append.answer.send(answer).ok();
            }
            if grown {
                told.tell();
            }
            if let Some(observer) = told.observer.get() {
                observer(&Commit { appends: Some(appends), took });
            }
        }
        Err(error) => {
            tracing::warn!(appends, bytes, %error, "commit failed, rolled back");
            let reason = outage(&error);
            for append in group {
                let reason = reason.clone();
                let lost = Err(AppendError::Unavailable { reason });
                append.answer.send(lost).ok();
            }
        }
    }
}

struct Written {
    /// The last position before.
    before: i64,
    answers: Vec<Answer>,
    events: Vec<Positioned>,
    head: Option<Position>,
}

/// One transaction. Dropping it on an error rolls it back.
///
/// Even a refusal is answered only after the commit, because it may rest on a revision that an
/// earlier append of the same group wrote.
fn write(conn: &mut Connection, group: &[Append]) -> rusqlite::Result<Written> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let before = last_position(&tx)?;
    let mut end = End { last: before, events: Vec::new(), moved: moved_to(&tx)? };
    let mut answers = Vec::with_capacity(group.len());
    for append in group {
        answers.push(place(&tx, append, &mut end)?);
    }
    if end.last > before {
        tx.commit()?;
    }
    let head = u64::try_from(end.last).ok().filter(|&last| last > 0);
    Ok(Written { before, answers, events: end.events, head: head.map(Position::new) })
}

/// Where the log went, when it did. The kind is looked at before the data: this is asked before every commit.
fn moved_to(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT kind, data FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1";
    let mut select = conn.prepare_cached(sql)?;
    let mut rows = select.query([PLACES])?;
    match rows.next()? {
        Some(row) => Ok(moved(row.get_ref(0)?.as_str()?, &JsonObject::trusted(row.get_ref(1)?.as_str()?))),
        None => Ok(None),
    }
}

fn last_position(conn: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(max(position), 0) FROM event";
    conn.prepare_cached(sql)?.query_row((), |row| row.get(0))
}

pub(super) fn last_revision(conn: &Connection, stream: &StreamName) -> rusqlite::Result<Option<Revision>> {
    let sql = "SELECT revision FROM event WHERE stream = ? ORDER BY revision DESC LIMIT 1";
    let mut select = conn.prepare_cached(sql)?;
    let found = select.query_row([stream.as_str()], |row| row.get::<_, i64>(0)).optional()?;
    Ok(found.map(|revision| Revision::new(revision.unsigned_abs())))
}

/// The end of the log while a group is written, and what the group has put there.
struct End {
    last: i64,
    events: Vec<Positioned>,
    /// Where the log went; then it takes only what it says of itself.
    moved: Option<String>,
}

/// Writes one append's events behind the end, or finds why not. An error spoils the whole group.
fn place(conn: &Connection, append: &Append, end: &mut End) -> rusqlite::Result<Answer> {
    let Append { stream, expected, events, .. } = append;
    let expected = *expected;
    let actual = last_revision(conn, stream)?;
    let refused = AppendError::WrongRevision { expected, actual };
    match Place::find(expected, actual) {
        Place::Free(_) if end.moved.is_some() && stream.as_str() != PLACES => {
            let to = end.moved.clone().unwrap_or_default();
            Ok(Err(AppendError::Unavailable { reason: Outage::Moved { to } }))
        }
        Place::Free(first) => {
            let written = insert(conn, stream, signed(first), events, end)?;
            Ok(Ok(written))
        }
        Place::Taken(first) => Ok(replayed(conn, stream, first, events)?.ok_or(refused)),
        Place::Beyond => Ok(Err(refused)),
    }
}

fn insert(
    conn: &Connection,
    stream: &StreamName,
    first: i64,
    events: &[NewEvent],
    end: &mut End,
) -> rusqlite::Result<Revision> {
    let mut insert = conn.prepare_cached(INSERT)?;
    let now = event::now();
    let mut written = first;
    for (event, revision) in events.iter().zip(first..) {
        end.last += 1;
        insert.execute(params![
            end.last,
            stream.as_str(),
            revision,
            event.id.as_bytes(),
            event.kind,
            event.data.as_str(),
            event.metadata.as_str(),
            now.as_microsecond(),
        ])?;
        end.events.push(positioned(end.last, stream, revision, event, now));
        written = revision;
    }
    Ok(Revision::new(written.unsigned_abs()))
}

fn positioned(
    position: i64,
    stream: &StreamName,
    revision: i64,
    new: &NewEvent,
    at: Timestamp,
) -> Positioned {
    let event = Recorded {
        stream: stream.clone(),
        revision: Revision::new(revision.unsigned_abs()),
        id: new.id,
        kind: new.kind.clone(),
        data: new.data.clone(),
        metadata: new.metadata.clone(),
        recorded_at: at,
    };
    Positioned { position: Position::new(position.unsigned_abs()), event }
}

/// The first answer again, if exactly these ids stand at this place.
fn replayed(
    conn: &Connection,
    stream: &StreamName,
    first: Revision,
    events: &[NewEvent],
) -> rusqlite::Result<Option<Revision>> {
    let sql = "SELECT id FROM event WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?";
    let mut select = conn.prepare_cached(sql)?;
    let count = events.len() as u64;
    let mut rows = select.query(params![stream.as_str(), signed(first), count as i64])?;
    for event in events {
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let id: [u8; 16] = row.get(0)?;
        if Uuid::from_bytes(id) != event.id {
            return Ok(None);
        }
    }
    Ok(Some(Revision::new(first.get() + count - 1)))
}

/// A revision as SQLite counts. The log cannot grow to where this would saturate.
pub(super) fn signed(revision: Revision) -> i64 {
    i64::try_from(revision.get()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::time::Duration;

    use super::*;

    fn append(haste: Haste) -> Request {
        let stream = StreamName::parse("clue-1").unwrap();
        Request::Append(Append::new(stream, Expected::NoStream, Vec::new(), haste, oneshot::channel().0))
    }

    /// What is gathered when this comes while an append stands back, which it would do for a minute.
    fn gathered_with(next: Request) -> Gathered {
        let now = Instant::now();
        let spacing = Spacing { urgent: Some(now), next: now + Duration::from_secs(60) };
        let (sender, mut requests) = mpsc::channel(4);
        let other = thread::spawn(move || sender.blocking_send(next).map(|()| sender));
        let gathered = gather(append(Haste::Usual), &mut requests, &spacing);
        assert!(Instant::now() < spacing.next, "it waited to the end");
        drop(other.join().unwrap().unwrap());
        gathered
    }

    #[test]
    fn what_is_not_urgent_stands_back_until_its_time_comes() {
        let now = Instant::now();
        let spacing = Spacing { urgent: Some(now), next: now + Duration::from_millis(5) };
        let (_sender, mut requests) = mpsc::channel(4);
        assert_eq!(gather(append(Haste::Usual), &mut requests, &spacing).group.len(), 1);
        assert!(Instant::now() >= spacing.next);
    }

    #[test]
    fn what_is_urgent_or_ends_the_log_waits_for_nothing_and_takes_along_what_stands_back() {
        let urgent = gathered_with(append(Haste::Urgent));
        assert_eq!((urgent.group.len(), urgent.urgent), (2, true));
        let closing = gathered_with(Request::Close(oneshot::channel().0));
        assert_eq!((closing.group.len(), closing.closing.len()), (1, 1));
    }

    #[test]
    fn nobody_is_left_to_wait_for_when_the_log_has_gone() {
        let now = Instant::now();
        let spacing = Spacing { urgent: Some(now), next: now + Duration::from_secs(60) };
        let (sender, mut requests) = mpsc::channel(4);
        drop(sender);
        assert_eq!(gather(append(Haste::Usual), &mut requests, &spacing).group.len(), 1);
        assert!(Instant::now() < spacing.next);
    }
}
