//! Accesses by break-glass as need-to-know and the directory ask for them: which are open now, whose review is
//! overdue, and the record of each use. A view of the accesses' streams. Never here: who may ask or approve.
//!
//! Crash story. A use is an event of the access's stream, appended before anything is shown. Die after the append:
//! a use is on record that showed nothing. There is no moment at which something is shown and not on record.

pub mod listing;
mod tables;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::actor::Actor;
use domain::break_glass::{BreakGlassRule, Command};
use domain::class::Class;
use domain::ids::{GrantId, OfficerId, UnitId};
use eventlog::{EventLog, StreamName};
use jiff::Timestamp;
use wire::refusal::Refusal;

use crate::call::stream_of;
use crate::handle::Order;
use crate::mint;
use crate::read_model::{View, ViewError};
use crate::reads::Way;
use crate::recent::Recent;
use crate::refuse;
use crate::shell::Hub;

pub use tables::GrantTables;

/// Uses remembered, so that a second reading in the same minute asks nobody.
const REMEMBERED: usize = 4_096;
/// Seconds within which readings of one officer, matter and way are one use.
const ONE_USE: i64 = 60;

/// What is open to an officer in a matter, by all accesses together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Opened {
    /// Up to which class.
    pub class: Class,
    /// Whether who reported is open too.
    pub reporter: bool,
}

/// An access that was approved and has not been seen to end.
#[derive(Debug, Clone)]
struct Open {
    grant: GrantId,
    officer: OfficerId,
    unit: UnitId,
    opened: Opened,
    until: Timestamp,
}

impl Open {
    /// Only for its officer, in the unit in whose name it was approved, and only until its end.
    fn holds(&self, actor: &Actor, now: Timestamp) -> bool {
        now < self.until && self.officer == actor.officer && self.unit == actor.unit.id
    }
}

/// The open accesses by matter, of one state of the view.
#[derive(Default)]
struct Known {
    state: Option<u64>,
    open: HashMap<String, Vec<Open>>,
}

/// The accesses; cheap to clone.
#[derive(Clone)]
pub struct Grants {
    view: View,
    /// The number goes up with every page that changed something.
    changes: Arc<AtomicU64>,
    known: Arc<RwLock<Known>>,
    used: Arc<Mutex<Recent<uuid::Uuid, ()>>>,
}

impl Grants {
    /// Opens the view and keeps it current.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn start(folder: &Path, log: &EventLog) -> Result<Self, ViewError> {
        let changes = Arc::new(AtomicU64::new(0));
        let view = View::start(folder, GrantTables::new(changes.clone()), log)?;
        let used = Arc::new(Mutex::new(Recent::new(REMEMBERED)));
        Ok(Self { view, changes, known: Arc::default(), used })
    }

    /// The view, for waiting and for its health.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What is open to an officer in a matter now; none when nothing is, or when that cannot be found out.
    #[must_use]
    pub fn opened(&self, matter: &StreamName, actor: &Actor, now: Timestamp) -> Option<Opened> {
        let join = |one: Opened, other: Opened| Opened {
            class: one.class.max(other.class),
            reporter: one.reporter || other.reporter,
        };
        self.of(matter, actor, now).map(|open| open.opened).reduce(join)
    }

    fn of(&self, matter: &StreamName, actor: &Actor, now: Timestamp) -> impl Iterator<Item = Open> {
        if let Err(error) = self.renew() {
            tracing::error!(%error, "the accesses by break-glass cannot be read; none is open");
            return Vec::new().into_iter();
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let here = known.open.get(matter.as_str()).into_iter().flatten();
        here.filter(|open| open.holds(actor, now)).cloned().collect::<Vec<_>>().into_iter()
    }

    /// Reads the open accesses again when the view has changed.
    fn renew(&self) -> Result<(), ViewError> {
        let state = Some(self.changes.load(Ordering::Acquire));
        if self.known.read().unwrap_or_else(PoisonError::into_inner).state == state {
            return Ok(());
        }
        let open = self.view.read_here(tables::open)?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Known { state, open };
        Ok(())
    }

    /// The access of an officer whose review should have been done by now; the oldest when there are several.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn overdue(&self, officer: &OfficerId, now: Timestamp) -> Result<Option<GrantId>, ViewError> {
        self.view.read_here(|tables| tables::overdue(tables, officer, now))
    }

    fn is_used(&self, id: &uuid::Uuid) -> bool {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).get(id).is_some()
    }
}

impl Hub {
    /// Puts on record that an officer is about to be shown something of a matter by break-glass; nothing may be
    /// shown before this returns. Readings of one officer and matter by one way within a minute of the clock are
    /// one use, on however many instances.
    ///
    /// # Errors
    /// `Permission` when nothing is open to them, the law's `ACCESS_OVER`, or the log's faults.
    pub async fn use_grant(&self, actor: &Actor, matter: &StreamName, way: Way) -> Result<(), Refusal> {
        let now = self.time.now();
        let mut open = self.grants.of(matter, actor, now).peekable();
        if open.peek().is_none() {
            return Err(Refusal::Permission);
        }
        for Open { grant, .. } in open {
            let id = mint::use_id(&grant, way.code(), now.as_second().div_euclid(ONE_USE));
            if self.grants.is_used(&id) {
                continue;
            }
            let order = Order {
                by: actor.clone(),
                id,
                occurred: None,
                causation: None,
                correlation: None,
                command: Command::Use { way },
            };
            self.handle::<BreakGlassRule>(&stream_of(&grant)?, &order).await.map_err(refuse::handle)?;
            self.grants.used.lock().unwrap_or_else(PoisonError::into_inner).put(id, ());
        }
        Ok(())
    }
}
