//! What has to be looked at from time to time to be measured: how far views are behind, the queue, what is stuck, when
//! certificates end. Looked at before every answer to Prometheus and every few seconds for OTLP. Never here: what only
//! has to be counted when it happens.

use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use jiff::Timestamp;
use opentelemetry::KeyValue;
use tokio::sync::watch;

use super::Live;
use super::metrics::standing;
use crate::read_model::Progress;
use crate::shell::Hub;

/// How often somebody looks.
pub(super) const EVERY: Duration = Duration::from_secs(5);

/// What waits in the police queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Open entries nobody holds.
    pub free: u64,
    /// Open entries somebody holds.
    pub held: u64,
    /// When the oldest of the free ones came.
    pub oldest: Option<Timestamp>,
}

/// Asks for what waits; none when it cannot be told now.
pub type Queue = Arc<dyn Fn() -> BoxFuture<'static, Option<Waiting>> + Send + Sync>;

/// What is looked at.
#[derive(Clone)]
pub struct Watched {
    /// The hub.
    pub hub: Hub,
    /// Views and reactions by name.
    pub views: Vec<(&'static str, watch::Receiver<Progress>)>,
    /// The queue, where this process has it.
    pub queue: Option<Queue>,
}

/// Looks once at everything: at what this process says of itself, and at a hub where there is one.
pub(super) async fn look(live: &Live, watched: Option<&Watched>) {
    let metrics = &live.metrics;
    if let Some(watched) = watched {
        watched.look(live).await;
    }
    let now = watched.map_or_else(Timestamp::now, |watched| watched.hub.time.now());
    let age = |since| age(now, since);
    standing(|standing| {
        for (part, since) in &standing.parked {
            metrics.parked.record(since.map_or(0.0, age), &[KeyValue::new("safeguard.part", *part)]);
        }
        for (name, end) in &standing.certificates {
            metrics.certificates.record(end.as_second(), &[KeyValue::new("safeguard.certificate", *name)]);
        }
        for (role, (up, out)) in &standing.instances {
            for (state, count) in [("up", up), ("out", out)] {
                let labels =
                    [KeyValue::new("safeguard.role", *role), KeyValue::new("safeguard.state", state)];
                metrics.instances.record(*count, &labels);
            }
        }
        if let Some(leases) = standing.leases {
            metrics.leases.record(leases, &[]);
        }
    });
}

fn age(now: Timestamp, since: Timestamp) -> f64 {
    now.duration_since(since).as_secs_f64().max(0.0)
}

impl Watched {
    /// Looks once at the hub.
    async fn look(&self, live: &Live) {
        let metrics = &live.metrics;
        if let Ok(Some(head)) = self.hub.log.head().await {
            for (view, progress) in &self.views {
                // What has no position of its own only tells its health.
                let Some(position) = progress.borrow().position else { continue };
                let behind = head.get().saturating_sub(position.get());
                metrics.lag.record(behind, &[KeyValue::new("safeguard.view", *view)]);
            }
        }
        if let Some(queue) = &self.queue
            && let Some(waiting) = queue().await
        {
            let state = |state| [KeyValue::new("safeguard.state", state)];
            metrics.queue.record(waiting.free, &state("free"));
            metrics.queue.record(waiting.held, &state("held"));
            let now = self.hub.time.now();
            metrics.oldest.record(waiting.oldest.map_or(0.0, |since| age(now, since)), &[]);
        }
        let gate = &self.hub.gate;
        for (class, waiting) in ["urgent", "ordinary", "bulk"].into_iter().zip(gate.waiting()) {
            metrics.waiting.record(waiting as u64, &[KeyValue::new("safeguard.class", class)]);
        }
        metrics.places.record(gate.places() as u64, &[]);
        metrics.reads.record(self.hub.reads.waiting(), &[]);
    }
}
