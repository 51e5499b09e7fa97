//! The roster: units, officers and institutions as every service needs them, to know who calls and which
//! unit is competent. A view of the directory's streams. Never here: a decision.

pub mod listing;
mod tables;

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::actor::{Actor, Agency, Level, Unit};
use domain::category::Category;
use domain::division::{DivisionCode, Divisions};
use domain::ids::{InstitutionId, OfficerId, UnitId};
use domain::institution::Particulars;
use domain::sealed::Sealed;
use domain::unit::Registered;
use eventlog::EventLog;

use crate::read_model::{View, ViewError};

pub use tables::RosterTables;

/// What a matter needs to find its unit: agency, place, subject, and whether a fallback owner is meant.
type Need = (Agency, DivisionCode, Option<Category>, bool);

/// An officer as the roster knows them.
#[derive(Debug, Clone)]
pub struct Account {
    /// Who acts.
    pub actor: Actor,
    /// The name, sealed.
    pub name: Sealed,
    /// The password hash, sealed; none before one was set.
    pub credential: Option<Sealed>,
    /// Whether the password must be changed at the next sign-in.
    pub one_time: bool,
    /// Whether the account is shut.
    pub disabled: bool,
}

/// Answers kept in memory, all of one state of the directory.
#[derive(Default)]
struct Known {
    state: u64,
    accounts: HashMap<OfficerId, Option<Arc<Account>>>,
    units: HashMap<UnitId, Option<Arc<Registered>>>,
    competent: HashMap<Need, Option<Unit>>,
}

impl Known {
    /// Forgets everything when the directory has changed since.
    fn renew(&mut self, state: u64) {
        if self.state != state {
            *self = Self { state, ..Self::default() };
        }
    }
}

/// The roster; cheap to clone.
#[derive(Clone)]
pub struct Roster {
    view: View,
    // Answers kept until a directory event is folded in: the number goes up with every such page.
    known: Arc<Mutex<Known>>,
    changes: Arc<AtomicU64>,
}

impl Roster {
    /// Opens the roster's view and keeps it current.
    ///
    /// # Errors
    /// When the view's file cannot be made.
    pub fn start(folder: &Path, log: &EventLog) -> Result<Self, ViewError> {
        let changes = Arc::new(AtomicU64::new(0));
        let view = View::start(folder, RosterTables::new(changes.clone()), log)?;
        Ok(Self { view, known: Arc::default(), changes })
    }

    /// The view, for waiting and for directory queries.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// An officer's account.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn account(&self, officer: &OfficerId) -> Result<Option<Arc<Account>>, ViewError> {
        self.keep(
            officer,
            |known| &mut known.accounts,
            || {
                self.view
                    .read_here(|tables| tables::account(tables, officer))
                    .map(|found| found.map(Arc::new))
            },
        )
    }

    /// A unit's entry.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn unit(&self, unit: &UnitId) -> Result<Option<Arc<Registered>>, ViewError> {
        self.keep(
            unit,
            |known| &mut known.units,
            || self.view.read_here(|tables| tables::unit(tables, unit)).map(|found| found.map(Arc::new)),
        )
    }

    /// The unit directly above, when there is one.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn superior(&self, unit: &UnitId) -> Result<Option<Unit>, ViewError> {
        let Some(entry) = self.unit(unit)? else { return Ok(None) };
        let Some(above) = &entry.superior else { return Ok(None) };
        Ok(self.unit(above)?.map(|entry| entry.unit.clone()))
    }

    /// The unit of an agency competent for a place, and for a category when one is given. The narrowest
    /// area wins, a unit named for the category wins over one for everything; a county without its own
    /// unit is served by the unit above it.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn competent(
        &self,
        agency: Agency,
        place: DivisionCode,
        category: Option<Category>,
    ) -> Result<Option<Unit>, ViewError> {
        self.find(&(agency, place, category, false))
    }

    /// The fallback owner of an agency for a place: who takes what nobody owns in time.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn fallback(&self, agency: Agency, place: DivisionCode) -> Result<Option<Unit>, ViewError> {
        self.find(&(agency, place, None, true))
    }

    /// The unit of an agency at a level whose area contains a place.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn at_level(
        &self,
        agency: Agency,
        place: DivisionCode,
        level: Level,
    ) -> Result<Option<Unit>, ViewError> {
        let chain = chain(place);
        self.view.read_here(|tables| tables::at_level(tables, agency, &chain, level))
    }

    /// An institution's particulars.
    ///
    /// # Errors
    /// When the view cannot be read.
    pub fn institution(&self, id: &InstitutionId) -> Result<Option<Particulars>, ViewError> {
        self.view.read_here(|tables| tables::institution(tables, id))
    }

    fn find(&self, need: &Need) -> Result<Option<Unit>, ViewError> {
        let chain = chain(need.1);
        self.keep(
            need,
            |known| &mut known.competent,
            || self.view.read_here(|tables| tables::competent(tables, need.0, &chain, need.2, need.3)),
        )
    }

    /// Answers from what is kept, or asks and keeps, unless the directory changed meanwhile.
    fn keep<K: std::hash::Hash + Eq + Clone, V: Clone>(
        &self,
        key: &K,
        part: impl Fn(&mut Known) -> &mut HashMap<K, V>,
        ask: impl FnOnce() -> Result<V, ViewError>,
    ) -> Result<V, ViewError> {
        let before = self.changes.load(Ordering::Acquire);
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.renew(before);
            if let Some(found) = part(&mut known).get(key) {
                return Ok(found.clone());
            }
        }
        let answer = ask()?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if self.changes.load(Ordering::Acquire) == before && known.state == before {
            let kept = part(&mut known);
            if kept.len() >= 50_000 {
                kept.clear();
            }
            kept.insert(key.clone(), answer.clone());
        }
        Ok(answer)
    }
}

/// A division and those above it, narrowest first.
fn chain(place: DivisionCode) -> Vec<DivisionCode> {
    Divisions::standard().chain(place).into_iter().map(|division| division.code).collect()
}
