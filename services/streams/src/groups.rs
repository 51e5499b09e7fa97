//! Consumer groups: several members share the following of the log, and the hub keeps their place. Each event that
//! fits is owed until a member acknowledges it; events of one stream go out in order, one at a time, so that a
//! matter that fails waits alone and everything else flows.
//!
//! A group works only when a member asks for more: the member that finds nothing ready reads the next page of the
//! log, writes down the positions that are owed, and takes from them. So a group without members costs nothing, a
//! slow member slows nobody, and what waits stands on disk as positions, never in memory as events. The crash
//! stories stand in `ledger.rs` and `engine.rs`.
//!
//! Never here: an event's content (it is read from the log when it is delivered), or who may use a group (`api.rs`).

mod api;
mod consume;
mod definition;
mod delivery;
mod engine;
mod error;
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
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hub::Time;
use hub::project::{EventLog, Position};
use rusqlite::Connection;
use tokio::sync::{Mutex as Turn, oneshot, watch as signal};

use self::engine::Seat;
use self::ledger::Ledger;
use self::member::Feeder;

pub use self::api::GroupsApi;
pub use self::definition::{Definition, Known, Standing, Warning};
pub use self::delivery::{Delivery, DeliveryId, NotADelivery, Outcome};
pub use self::error::GroupError;
pub use self::member::{Member, Pick};
pub use self::parked::{Discard, Parked, Replay};
pub use self::restored::not_ahead_of;
pub use self::terms::Terms;
pub(crate) use self::viewer::Eyes;

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
    rooms: Mutex<HashMap<i64, Arc<Room>>>,
    members: AtomicI64,
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
    /// Events of the log that it has not looked at, fitting or not, by the distance of positions.
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
    pub fn open(folder: &Path, log: &EventLog, time: &Time) -> Result<Self, GroupError> {
        let ledger = Ledger::open(&ledger::file_in(folder), time.now().as_microsecond())?;
        let (log, time) = (log.clone(), time.clone());
        let rooms = Mutex::new(HashMap::new());
        let (members, closing) = (AtomicI64::new(1), AtomicBool::new(false));
        Ok(Self { inner: Arc::new(Inner { log, time, ledger, rooms, members, closing }) })
    }

    /// Makes a group; asking again in the same words gives the one that was made.
    ///
    /// # Errors
    /// `Exists`, `TooMany`, or the file's faults.
    pub async fn create(&self, wanted: Definition) -> Result<Known, GroupError> {
        let now = self.now();
        self.inner.ledger.change(move |tables| definition::create(tables, &wanted, now)).await?
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
        self.change(id, move |tables| definition::delete(tables, id)).await
    }

    /// How a group stands.
    ///
    /// # Errors
    /// The file's faults, or the log's.
    pub async fn report(&self, group: &Known) -> Result<Report, GroupError> {
        let known = group.clone();
        let standing = self.inner.ledger.read(move |tables| definition::standing(tables, &known)).await?;
        let head = self.inner.log.head().await?.map_or(0, Position::get);
        let unread = head.saturating_sub(group.read_to.unwrap_or(0));
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
        self.change(id, move |tables| parked::replay(tables, id, &positions)).await
    }

    /// Gives parked events up for good; tells how many there were.
    ///
    /// # Errors
    /// The file's faults.
    pub async fn discard(&self, group: &Known, what: Discard) -> Result<u64, GroupError> {
        let (id, now) = (group.id, self.now());
        self.change(id, move |tables| parked::discard(tables, id, &what, now)).await
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
        Ok(reread)
    }

    /// Takes a seat in a group, for at most `most` deliveries that are not answered. `pick` tells which events of
    /// a page of the log the group is owed.
    ///
    /// # Errors
    /// `Crowded`.
    pub fn join(&self, group: &Known, most: u32, pick: Pick) -> Result<Member, GroupError> {
        let seat = Seat { group: group.id, member: self.inner.members.fetch_add(1, Ordering::Relaxed) };
        let mut rooms = self.rooms();
        let room = rooms.entry(group.id).or_insert_with(|| {
            let feeder = Arc::new(Turn::new(Feeder::at(group.read_to)));
            Arc::new(Room { changed: signal::Sender::new(()), feeder, seats: Mutex::default() })
        });
        if room.seats().len() >= SEATS {
            return Err(GroupError::Crowded(SEATS));
        }
        room.seats().insert(seat.member);
        // Sent while the rooms are locked, so that comings and goings reach the file in their order.
        let taken = move |tables: &Connection| engine::occupancy(tables, seat.group, None);
        self.inner.ledger.post(taken, |_| {});
        Ok(Member::new(self.clone(), Arc::clone(room), (seat, group.name.clone()), most, pick))
    }

    /// A member goes: what it held goes to others.
    fn leave(&self, room: &Arc<Room>, seat: Seat) {
        if self.inner.closing.load(Ordering::Relaxed) {
            return;
        }
        let now = self.now();
        let mut rooms = self.rooms();
        room.seats().remove(&seat.member);
        let empty = room.seats().is_empty();
        if empty {
            rooms.remove(&seat.group);
        }
        let left = move |tables: &Connection| {
            engine::leave(tables, seat, now)?;
            if empty { engine::occupancy(tables, seat.group, Some(now)) } else { Ok(()) }
        };
        let room = Arc::clone(room);
        self.inner.ledger.post(left, move |_| room.rouse());
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
