//! Who holds a lease on keys of this service, and up to which erasure each has forgotten. Never here: the wire.

use std::collections::BTreeMap;

use tokio::sync::watch;
use tokio::time::{sleep, timeout};

use super::lease::SILENT;
use crate::telemetry;

/// The holders of one service.
pub(super) struct Holders {
    /// The number of erasures that holders are told.
    erasures: watch::Sender<u64>,
    /// What each has said that it forgot up to.
    forgotten: watch::Sender<BTreeMap<u64, u64>>,
}

impl Holders {
    /// None yet, except one that stands for those of an earlier service: see [`Holders::gone`], which is to be called
    /// for it at once.
    pub(super) fn new() -> (Self, u64) {
        let holders =
            Self { erasures: watch::Sender::new(0), forgotten: watch::Sender::new(BTreeMap::new()) };
        let earlier = holders.enter();
        (holders, earlier)
    }

    /// Takes a new holder in; it has forgotten nothing yet.
    pub(super) fn enter(&self) -> u64 {
        let mut name = 0;
        self.forgotten.send_modify(|all| {
            name = all.last_key_value().map_or(0, |(last, _)| last + 1);
            let _ = all.insert(name, 0);
            telemetry::leases(all.len());
        });
        name
    }

    /// What a holder said.
    pub(super) fn forgot(&self, holder: u64, erasures: u64) {
        self.forgotten.send_modify(|all| {
            if let Some(known) = all.get_mut(&holder) {
                *known = erasures.max(*known);
            }
        });
    }

    /// A holder that cannot be heard any more counts as a silent one until its lease has run out.
    pub(super) async fn gone(&self, holder: u64) {
        sleep(SILENT).await;
        self.forgotten.send_modify(|all| {
            let _ = all.remove(&holder);
            telemetry::leases(all.len());
        });
    }

    /// The number of erasures as holders are told it.
    pub(super) fn told(&self) -> watch::Receiver<u64> {
        self.erasures.subscribe()
    }

    /// Tells all holders a number of erasures, unless they know a greater one.
    pub(super) fn tell(&self, erasures: u64) {
        let _ = self.erasures.send_if_modified(|known| {
            let news = *known < erasures;
            *known = erasures.max(*known);
            news
        });
    }

    /// Waits until every holder has forgotten up to this erasure, of which they were told, or until the lease of a silent
    /// one has run out.
    pub(super) async fn all_forgot(&self, erasures: u64) {
        let mut news = self.forgotten.subscribe();
        let all = news.wait_for(|all| all.values().all(|known| *known >= erasures));
        if timeout(SILENT, all).await.is_err() {
            tracing::warn!(
                erasures,
                "a process did not say that it forgot erased keys; its lease has run out"
            );
        }
    }
}
