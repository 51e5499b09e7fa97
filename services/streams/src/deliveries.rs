//! The deliveries: what consumer groups and webhooks are owed is handed out by one instance of the role at a time, the
//! one that holds the seat. What must outlive it stands in the log, so that any other goes on from there.
//!
//! - `seat.rs`: whether this instance holds the seat, for whoever works on it.
//! - `keeper.rs`: takes the seat, renews it, gives it up; makes the tables of this instance those of the log.
//! - `pen.rs`: writes to the log what changed.
//! - `kept.rs`: the view of what the log keeps.
//!
//! Never here: what a group or a webhook does.

mod keeper;
pub(crate) mod kept;
mod last;
mod pen;
mod seat;
#[cfg(test)]
pub(crate) mod tests;

use std::path::{Path, PathBuf};

use hub::project::EventLog;
use hub::read_model::Progress;
use hub::{Hub, View, ViewError};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use self::keeper::Keeper;
use self::kept::KeptDeliveries;
use self::seat::Ask;
use crate::groups::Groups;
use crate::webhooks::Webhooks;

pub(crate) use self::kept::{KeptGroup, KeptWebhook};
pub use self::seat::Seat;
pub(crate) use self::seat::elsewhere;

/// The entry of the health service that says whether an instance delivers: a front sends it what only it serves.
pub const HEALTH: &str = "safeguard.v1.Deliveries";

/// Forgets what the view shows of the log and folds it again from the start, telling how many events were read. The hub
/// must not be running on the same folder.
///
/// # Errors
/// The first error of the log, the view's file or an event.
pub async fn rebuild(folder: &Path, log: &EventLog, progress: impl FnMut(u64)) -> Result<(), ViewError> {
    hub::read_model::rebuild(folder, KeptDeliveries, log, progress).await
}

/// The deliveries of an instance that has not begun to take the seat.
pub struct Deliveries {
    hub: Hub,
    folder: PathBuf,
    kept: View,
    seat: Seat,
    asked: mpsc::UnboundedReceiver<Ask>,
}

impl Deliveries {
    /// Opens the view of what the log keeps.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn open(hub: &Hub) -> Result<Self, ViewError> {
        let kept = View::start(&hub.views, KeptDeliveries, &hub.log)?;
        let folder = hub.views.parent().unwrap_or(&hub.views).to_owned();
        let (seat, asked) = Seat::new(&hub.time, &kept);
        Ok(Self { hub: hub.clone(), folder, kept, seat, asked })
    }

    /// The seat, as groups and webhooks see it.
    #[must_use]
    pub const fn seat(&self) -> &Seat {
        &self.seat
    }

    /// How far the view is.
    #[must_use]
    pub fn view(&self) -> watch::Receiver<Progress> {
        self.kept.progress()
    }

    /// Begins to take the seat, until the hub stops; ends when the seat is given up. `alone`: the log is this process's
    /// own, so nobody else can be at work on it.
    ///
    /// # Errors
    /// Never in practice: the hub's own account is a constant.
    pub fn keep(
        self,
        (groups, webhooks): (&Groups, &Webhooks),
        alone: bool,
    ) -> Result<JoinHandle<()>, Box<dyn std::error::Error + Send + Sync>> {
        let by = hub::clocks::service_actor()?;
        let keeper = Keeper::new(self, (groups.clone(), webhooks.clone()), (by, alone));
        Ok(tokio::spawn(keeper.run()))
    }
}
