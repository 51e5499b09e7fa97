//! Consumer groups: several members share the following of the log, and the hub keeps their place. Each event that
//! fits is owed until a member acknowledges it; events of one stream go out in order, one at a time, so that a
//! matter that fails waits alone and everything else flows.
//!
//! A group works only when a member asks for more: the member that finds nothing ready reads the next page of the
//! log, writes down the positions that are owed, and takes from them. So a group without members costs nothing, a
//! slow member slows nobody, and what waits stands on disk as positions, never in memory as events. The crash
//! stories stand in `ledger.rs`, `engine.rs` and `journal.rs`.
//!
//! Of several instances one holds the seat of the deliveries and does all this; its tables are its working memory, and
//! what must outlive it is written to the log now and then (`journal.rs`). The others serve no group.
//!
//! Never here: an event's content (it is read from the log when it is delivered), or who may use a group (`api.rs`).

mod api;
mod consume;
mod definition;
mod delivery;
mod engine;
mod error;
mod journal;
mod ledger;
mod member;
mod parked;
mod restored;
mod tables;
mod terms;
mod viewer;
mod watch;
pub(crate) mod words;

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hub::Time;
use hub::project::{EventLog, Position};
use rusqlite::Connection;
use tokio::sync::{Mutex as Turn, oneshot, watch as signal};

use self::engine::Seat as Chair;
use self::ledger::Ledger;
use self::member::Feeder;

pub use self::api::GroupsApi;
pub use self::definition::{Definition, Known, Standing, Warning};
pub use self::delivery::{Delivery, DeliveryId, NotADelivery, Outcome};
pub use self::error::GroupError;
pub(crate) use self::journal::Note;
pub use self::member::{Member, Pick};
pub use self::parked::{Discard, Parked, Replay};
pub use self::restored::not_ahead_of;
pub use self::terms::Terms;
pub(crate) use self::viewer::Eyes;
use crate::deliveries::{KeptGroup, Seat};

/// Members of one group at most.
const SEATS: usize = 100;

/// The groups of a hub; cheap to clone.
#[derive(Clone)]
pub struct Groups {
    inner: Arc<Inner>,
}

struct Inner {
    log: EventLog,
    time: Time,
    ledger: Ledger,
    seat: Seat,
    /// How often this instance has taken the seat: a member of an earlier time is none any more.
    term: AtomicU64,
    rooms: Mutex<HashMap<i64, Arc<Room>>>,
    members: AtomicI64,
    /// How many members there are in all groups.
    present: signal::Sender<usize>,
    closing: AtomicBool,
}

/// A group with members: what they share in memory.
struct Room {
    /// Told whenever something may have become ready.
    changed: signal::Sender<()>,
    /// Who holds it reads the log for all.
    feeder: Arc<Turn<Feeder>>,
    seats: Mutex<BTreeSet<i64>>,
}

impl Room {
    fn rouse(&self) {
        self.changed.send_replace(());
    }

    fn seats(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a group stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What it is owed.
    pub standing: Standing,
    /// Events of the log that it has not looked at, fitting or not, without the hub's own notes.
    pub unread: u64,
    /// Members at this hub.
    pub members: usize,
    /// What is wrong.
    pub warnings: Vec<Warning>,
}

impl Report {
    /// How far the group is behind, in events.
    #[must_use]
    pub const fn lag(&self) -> u64 {
        self.standing.owed.saturating_add(self.unread)
    }
}

impl Groups {
    /// Opens the file of the groups in a folder, or makes it.
    ///
    /// # Errors
    /// When the file cannot be used.
    pub fn open(folder: &Path, log: &EventLog, time: &Time, seat: Seat) -> Result<Self, GroupError> {
        let ledger = Ledger::open(&ledger::file_in(folder), time.now().as_microsecond())?;
        let (log, time) = (log.clone(), time.clone());
        let (term, rooms) = (AtomicU64::new(0), Mutex::new(HashMap::new()));
        let (members, closing) = (AtomicI64::new(1), AtomicBool::new(false));
        let present = signal::Sender::new(0);
        let inner = Inner { log, time, ledger, seat, term, rooms, members, present, closing };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whether this instance serves groups now.
    #[must_use]
    pub fn seat(&self) -> &Seat {
        &self.inner.seat
    }

    /// This instance takes the seat: the tables become what the log has, unless they are its `ours` and hold that and
    /// more. Members of an earlier time are none any more.
    ///
    /// # Errors
    /// The file's faults.
    pub(crate) async fn begin(&self, kept: Vec<KeptGroup>, earlier: bool) -> Result<(), GroupError> {
        let now = self.now();
        self.inner.term.fetch_add(1, Ordering::Relaxed);
        self.rooms().clear();
        let begin = move |tables: &Connection| {
            tables::settle(tables, now)?;
            journal::begin(tables, &kept, (earlier, now))
        };
        self.inner.ledger.change(begin).await
    }

    /// What is to be written to the log.
    ///
    /// # Errors
    /// The file's faults.
    pub(crate) async fn notes(&self, places: bool) -> Result<Vec<Note>, GroupError> {
        self.inner.ledger.change(move |tables| journal::notes(tables, places)).await
    }

    /// A note is in the log.
    ///
    /// # Errors
    /// The file's faults.
    pub(crate) async fn written(&self, note: Note) -> Result<(), GroupError> {
        self.inner.ledger.change(move |tables| journal::written(tables, &note)).await
    }

    /// Makes a group; asking again in the same words gives the one that was made.
    ///
    /// # Errors
    /// `Exists`, `TooMany`, or the file's faults.
    pub async fn create(&self, wanted: Definition) -> Result<Known, GroupError> {
        let now = self.now();
        let known =
            self.inner.ledger.change(move |tables| definition::create(tables, &wanted, now)).await??;
        self.inner.seat.written().await?;
        Ok(known)
    }

    /// The group of a unit with this name.
    ///
    /// # Errors
    /// `Unknown`, or the file's faults.
    pub async fn find(&self, unit: &str, name: &str) -> Result<Known, GroupError> {
        let (unit, wanted) = (unit.to_owned(), name.to_owned());
        let found = self.inner.ledger.read(move |tables| definition::find(tables, &unit, &wanted)).await?;
        found.ok_or_else(|| GroupError::Unknown(name.to_owned()))
    }

    /// The groups of a unit by name, without those that the hub itself uses.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn list(&self, unit: &str) -> Result<Vec<Known>, GroupError> {
        let unit = unit.to_owned();
        self.inner.ledger.read(move |tables| definition::list(tables, Some(&unit), false)).await
    }

    /// Forgets a group; its members are told so.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn delete(&self, group: &Known) -> Result<(), GroupError> {
        let id = group.id;
        self.change(id, move |tables| definition::delete(tables, id)).await?;
        Ok(self.inner.seat.written().await?)
    }

    /// How a group stands.
    ///
    /// # Errors
    /// The file's faults, or the log's.
    pub async fn report(&self, group: &Known) -> Result<Report, GroupError> {
        let known = group.clone();
        let standing = self.inner.ledger.read(move |tables| definition::standing(tables, &known)).await?;
        let head = self.inner.log.head().await?.map_or(0, Position::get);
        let unread = self.inner.seat.behind(group.read_to.unwrap_or(0), head).await;
        let members = self.room(group.id).map_or(0, |room| room.seats().len());
        Ok(Report { standing, unread, members, warnings: standing.warnings(unread, self.now()) })
    }

    /// At most `limit` parked events behind a position.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn parked(
        &self,
        group: &Known,
        after: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Parked>, GroupError> {
        let id = group.id;
        self.inner.ledger.read(move |tables| parked::list(tables, id, after, limit)).await
    }

    /// Delivers parked events again, all when none is named; or only counts them.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn replay(
        &self,
        group: &Known,
        positions: Vec<u64>,
        dry_run: bool,
    ) -> Result<Replay, GroupError> {
        let id = group.id;
        if dry_run {
            return self.inner.ledger.read(move |tables| parked::count(tables, id, &positions)).await;
        }
        let replay = self.change(id, move |tables| parked::replay(tables, id, &positions)).await?;
        self.inner.seat.written().await?;
        Ok(replay)
    }

    /// Gives parked events up for good; tells how many there were.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn discard(&self, group: &Known, what: Discard) -> Result<u64, GroupError> {
        let (id, now) = (group.id, self.now());
        let discarded = self.change(id, move |tables| parked::discard(tables, id, &what, now)).await?;
        self.inner.seat.written().await?;
        Ok(discarded)
    }

    /// The hub stops: members that go from now on have not failed at anything; the next start makes ready what they
    /// held.
    pub fn close(&self) {
        self.inner.closing.store(true, Ordering::Relaxed);
    }

    /// Puts a group back, so that everything behind a position is delivered again; tells how many events of the log it
    /// looks at again, fitting or not. What it still owes from before that position stays as it is.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn rewind(&self, group: &Known, after: Option<u64>) -> Result<u64, GroupError> {
        let id = group.id;
        let reread = self.change(id, move |tables| engine::rewind(tables, id, after)).await?;
        if let Some(room) = self.room(id) {
            // Who reads the log for all waits at the old place, holding this; told of the change it lets go.
            room.rouse();
            let read_to = self.inner.ledger.read(move |tables| definition::read_to(tables, id)).await?;
            *room.feeder.lock().await = Feeder::at(read_to);
            room.rouse();
        }
        self.inner.seat.written().await?;
        Ok(reread)
    }

    /// Takes a seat in a group, for at most `most` deliveries that are not answered. `pick` tells which events of
    /// a page of the log the group is owed.
    ///
    /// # Errors
    /// `Crowded`.
    pub fn join(&self, group: &Known, most: u32, pick: Pick) -> Result<Member, GroupError> {
        let seat = Chair { group: group.id, member: self.inner.members.fetch_add(1, Ordering::Relaxed) };
        let mut rooms = self.rooms();
        let room = rooms.entry(group.id).or_insert_with(|| {
            let feeder = Arc::new(Turn::new(Feeder::at(group.read_to)));
            Arc::new(Room { changed: signal::Sender::new(()), feeder, seats: Mutex::default() })
        });
        if room.seats().len() >= SEATS {
            return Err(GroupError::Crowded(SEATS));
        }
        room.seats().insert(seat.member);
        self.inner.present.send_modify(|present| *present += 1);
        // Sent while the rooms are locked, so that comings and goings reach the file in their order.
        let taken = move |tables: &Connection| engine::occupancy(tables, seat.group, None);
        self.inner.ledger.post(taken, |_| {});
        let term = self.inner.term.load(Ordering::Relaxed);
        Ok(Member::new(self.clone(), Arc::clone(room), (seat, term, group.name.clone()), most, pick))
    }

    /// Whether this instance holds the seat still, as it did in that term.
    fn serves(&self, term: u64) -> bool {
        self.inner.seat.here() && self.inner.term.load(Ordering::Relaxed) == term
    }

    /// A member goes: what it held goes to others. When the hub stops, or another instance serves, nobody has failed at
    /// anything: what it held is ready for whoever takes the seat next.
    fn leave(&self, room: &Arc<Room>, (seat, term): (Chair, u64)) {
        let failed = !self.inner.closing.load(Ordering::Relaxed) && self.serves(term);
        let now = self.now();
        let mut rooms = self.rooms();
        room.seats().remove(&seat.member);
        let empty = room.seats().is_empty();
        if empty && rooms.get(&seat.group).is_some_and(|there| Arc::ptr_eq(there, room)) {
            rooms.remove(&seat.group);
        }
        if failed {
            let left = move |tables: &Connection| {
                engine::leave(tables, seat, now)?;
                if empty { engine::occupancy(tables, seat.group, Some(now)) } else { Ok(()) }
            };
            let room = Arc::clone(room);
            self.inner.ledger.post(left, move |_| room.rouse());
        }
        drop(rooms);
        self.inner.present.send_modify(|present| *present = present.saturating_sub(1));
    }

    /// Waits until nobody is a member of any group.
    pub(crate) async fn all_left(&self) {
        // An error means that every handle is gone, and every member with it.
        let _ = self.inner.present.subscribe().wait_for(|present| *present == 0).await;
    }

    /// A change of a group that may make events ready; its members look when it is on disk.
    async fn change<T: Send + 'static>(
        &self,
        group: i64,
        act: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, GroupError> {
        let room = self.room(group);
        let (tell, told) = oneshot::channel();
        self.inner.ledger.post(act, move |outcome| {
            if let Some(room) = room {
                room.rouse();
            }
            // Whoever asked may have gone.
            let _ = tell.send(outcome);
        });
        told.await.unwrap_or(Err(GroupError::Stopping))
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<i64, Arc<Room>>> {
        self.inner.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn room(&self, group: i64) -> Option<Arc<Room>> {
        self.rooms().get(&group).cloned()
    }

    /// Now, in microseconds.
    fn now(&self) -> i64 {
        self.inner.time.now().as_microsecond()
    }
}

#[cfg(test)]
mod tests;
