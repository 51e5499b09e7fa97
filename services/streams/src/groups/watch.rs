//! Looks at all groups now and then and writes a line for each that something is wrong with, so that nothing stalls
//! in silence. Never here: what counts as wrong (`definition.rs`).

use std::collections::HashMap;

use hub::Hub;
use hub::read_model::Progress;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch as signal;

use super::definition::{self, Known};
use super::{GroupError, Groups};

/// Warnings by group, with when they were last written.
type Told = HashMap<(i64, &'static str), Timestamp>;

/// How long a warning that lasts is not repeated.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Between two looks.
const LOOK: SignedDuration = SignedDuration::from_secs(30);

impl Groups {
    /// Starts looking, until the hub stops. What is wrong is the health of the groups.
    #[must_use]
    pub fn watch(&self, hub: &Hub) -> signal::Receiver<Progress> {
        let (groups, hub) = (self.clone(), hub.clone());
        let (tell, health) = signal::channel(Progress::default());
        tokio::spawn(async move {
            tokio::select! {
                () = hub.stopped() => {}
                () = groups.look_on(&tell) => {}
            }
        });
        health
    }

    async fn look_on(&self, tell: &signal::Sender<Progress>) {
        let mut told = HashMap::new();
        loop {
            let stopped = match self.look(&mut told).await {
                Ok(wrong) => wrong,
                Err(error) => {
                    tracing::error!(%error, "the groups cannot be looked at");
                    Some(error.to_string())
                }
            };
            tell.send_modify(|health| health.stopped = stopped);
            let next = self.inner.time.now().saturating_add(LOOK).ok();
            self.inner.time.wait_until(next).await;
        }
    }

    /// Looks once; the last that is wrong, in a few words.
    async fn look(&self, told: &mut Told) -> Result<Option<String>, GroupError> {
        if !self.inner.seat.here() {
            return Ok(None);
        }
        let mut wrong = None;
        let now = self.inner.time.now();
        told.retain(|_, at| now.duration_since(*at) < AGAIN);
        let all: Vec<Known> = self.inner.ledger.read(|tables| definition::list(tables, None, true)).await?;
        for group in all {
            let report = self.report(&group).await?;
            for warning in &report.warnings {
                wrong = Some(format!("{} {}: {}", group.unit, group.name, warning.word()));
                if told.contains_key(&(group.id, warning.word())) {
                    continue;
                }
                told.insert((group.id, warning.word()), now);
                tracing::warn!(
                    target: "groups",
                    warning = warning.word(),
                    unit = group.unit,
                    group = group.name,
                    parked = report.standing.parked,
                    retrying = report.standing.retrying,
                    lag = report.lag(),
                    members = report.members,
                    "a consumer group stands",
                );
            }
        }
        Ok(wrong)
    }
}
