//! What is measured: every metric by name in one list, its instrument, and the functions that record it. Labels are
//! closed sets, known when the hub starts: methods, views, rules, reasons. Never here: an officer, an id, a stream, a
//! name or a text.

use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use domain::period::{Effect, Periods};
use eventlog::Commit;
use jiff::Timestamp;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};

use super::live;

/// What a metric is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down by what happens.
    UpDown,
    /// As it was when last looked at.
    Gauge,
    /// How values are spread, by these bounds.
    Histogram(&'static [f64]),
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// Its name in OpenTelemetry.
    pub name: &'static str,
    /// Its unit, as UCUM has it.
    pub unit: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it tells.
    pub about: &'static str,
}

impl Measure {
    /// Its name on the page for Prometheus. A histogram has `_bucket`, `_sum` and `_count` behind it.
    #[must_use]
    pub fn scraped(&self) -> String {
        let unit = if self.unit == "s" { "_seconds" } else { "" };
        let total = if self.kind == Kind::Counter { "_total" } else { "" };
        format!("{}{unit}{total}", self.name.replace('.', "_"))
    }
}

/// Seconds, from a tenth of a millisecond to ten seconds.
const SECONDS: Kind = Kind::Histogram(&[
    0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
]);
/// Appends of one commit, up to the most that there can be.
const GROUPS: Kind = Kind::Histogram(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0]);

const CALL: Measure = Measure {
    name: "rpc.server.call.duration",
    unit: "s",
    kind: SECONDS,
    labels: &["rpc.system.name", "rpc.method", "rpc.response.status_code", "error.type"],
    about: "Calls by method and status, from request to the end of the answer",
};
const ACTIVE: Measure = Measure {
    name: "safeguard.calls.active",
    unit: "{call}",
    kind: Kind::UpDown,
    labels: &[],
    about: "Calls in flight",
};
const APPEND: Measure = Measure {
    name: "safeguard.log.append.duration",
    unit: "s",
    kind: SECONDS,
    labels: &["safeguard.outcome"],
    about: "From handing events to the log until it acknowledged or refused them",
};
const COMMIT: Measure = Measure {
    name: "safeguard.log.commit.duration",
    unit: "s",
    kind: SECONDS,
    labels: &[],
    about: "One commit: of the log's file, flush included; over a cluster, one append until a majority has written it",
};
const GROUP: Measure = Measure {
    name: "safeguard.log.commit.appends",
    unit: "{append}",
    kind: GROUPS,
    labels: &[],
    about: "Appends that shared one commit of the log's file; a cluster groups what it is sent and tells nobody",
};
const LAG: Measure = Measure {
    name: "safeguard.view.lag",
    unit: "{event}",
    kind: Kind::Gauge,
    labels: &["safeguard.view"],
    about: "Events of the log that a view or a reaction has not taken in yet",
};
const QUEUE: Measure = Measure {
    name: "safeguard.queue.depth",
    unit: "{matter}",
    kind: Kind::Gauge,
    labels: &["safeguard.state"],
    about: "Open entries of the police queue, free or held",
};
const OLDEST: Measure = Measure {
    name: "safeguard.queue.unclaimed.age",
    unit: "s",
    kind: Kind::Gauge,
    labels: &[],
    about: "How long the oldest free entry of the police queue has been waiting; 0 when there is none",
};
const BREACHES: Measure = Measure {
    name: "safeguard.clock.breaches",
    unit: "{breach}",
    kind: Kind::Counter,
    labels: &["safeguard.rule"],
    about: "Deadlines that this process wrote down as missed, by period",
};
const PARKED: Measure = Measure {
    name: "safeguard.parked.age",
    unit: "s",
    kind: Kind::Gauge,
    labels: &["safeguard.part"],
    about: "How long the oldest ring that fails, or a reaction that fails, has been waiting; 0 when none does",
};
const READS: Measure = Measure {
    name: "safeguard.reads.waiting",
    unit: "{reading}",
    kind: Kind::Gauge,
    labels: &[],
    about: "Readings of sensitive values that are not in the read log yet",
};
const REFUSED: Measure = Measure {
    name: "safeguard.commands.refused",
    unit: "{command}",
    kind: Kind::Counter,
    labels: &["safeguard.reason"],
    about: "Commands that were not done, by stable reason",
};
const CERTIFICATES: Measure = Measure {
    name: "safeguard.certificate.expiry",
    unit: "s",
    kind: Kind::Gauge,
    labels: &["safeguard.certificate"],
    about: "When a certificate ends, in seconds since 1970",
};
const FRONT: Measure = Measure {
    name: "safeguard.front.call.duration",
    unit: "s",
    kind: SECONDS,
    labels: &["safeguard.service", "rpc.response.status_code"],
    about: "Calls through a front by service and status, from request to the end of the answer",
};
const RETRIES: Measure = Measure {
    name: "safeguard.front.retries",
    unit: "{call}",
    kind: Kind::Counter,
    labels: &["safeguard.role"],
    about: "Calls that a front sent to one more instance because another did not answer or could not",
};
const INSTANCES: Measure = Measure {
    name: "safeguard.front.instances",
    unit: "{instance}",
    kind: Kind::Gauge,
    labels: &["safeguard.role", "safeguard.state"],
    about: "Instances behind a front, up or out",
};
const LEASES: Measure = Measure {
    name: "safeguard.keys.leases",
    unit: "{process}",
    kind: Kind::Gauge,
    labels: &[],
    about: "Processes that may remember keys of this key service; one that fell silent counts until its lease has run out",
};

const WAITING: Measure = Measure {
    name: "safeguard.admission.waiting",
    unit: "{call}",
    kind: Kind::Gauge,
    labels: &["safeguard.class"],
    about: "Calls and records that wait for a place at work: urgent, ordinary or bulk",
};
const PLACES: Measure = Measure {
    name: "safeguard.admission.places",
    unit: "{call}",
    kind: Kind::Gauge,
    labels: &[],
    about: "How many ordinary calls and records may be at work together now",
};

/// Every metric there is.
pub const NAMES: [Measure; 19] = [
    CALL,
    ACTIVE,
    APPEND,
    COMMIT,
    GROUP,
    LAG,
    QUEUE,
    OLDEST,
    BREACHES,
    PARKED,
    READS,
    REFUSED,
    CERTIFICATES,
    FRONT,
    RETRIES,
    INSTANCES,
    LEASES,
    WAITING,
    PLACES,
];

/// The rules whose breach is counted, each once.
static RULES: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let breached = Periods::standard().all().iter().filter(|row| row.on_breach.effect == Effect::Breach);
    let mut rules: Vec<&'static str> = breached.map(|row| row.id.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
});

/// The instruments.
pub(super) struct Metrics {
    pub(super) call: Histogram<f64>,
    pub(super) active: UpDownCounter<i64>,
    append: Histogram<f64>,
    commit: Histogram<f64>,
    group: Histogram<u64>,
    pub(super) lag: Gauge<u64>,
    pub(super) queue: Gauge<u64>,
    pub(super) oldest: Gauge<f64>,
    breaches: Counter<u64>,
    pub(super) parked: Gauge<f64>,
    pub(super) reads: Gauge<u64>,
    refused: Counter<u64>,
    pub(super) certificates: Gauge<i64>,
    pub(super) front: Histogram<f64>,
    retries: Counter<u64>,
    pub(super) instances: Gauge<u64>,
    pub(super) leases: Gauge<u64>,
    pub(super) waiting: Gauge<u64>,
    pub(super) places: Gauge<u64>,
}

macro_rules! built {
    ($meter:ident.$builder:ident($measure:ident)) => {
        $meter
            .$builder($measure.name)
            .with_unit($measure.unit)
            .with_description($measure.about)
            .with_boundaries(bounds(&$measure))
            .build()
    };
    ($meter:ident.$builder:ident[$measure:ident]) => {
        $meter.$builder($measure.name).with_unit($measure.unit).with_description($measure.about).build()
    };
}

fn bounds(measure: &Measure) -> Vec<f64> {
    match measure.kind {
        Kind::Histogram(bounds) => bounds.to_vec(),
        Kind::Counter | Kind::UpDown | Kind::Gauge => Vec::new(),
    }
}

impl Metrics {
    pub(super) fn new(meter: &Meter) -> Self {
        let metrics = Self {
            call: built!(meter.f64_histogram(CALL)),
            active: built!(meter.i64_up_down_counter[ACTIVE]),
            append: built!(meter.f64_histogram(APPEND)),
            commit: built!(meter.f64_histogram(COMMIT)),
            group: built!(meter.u64_histogram(GROUP)),
            lag: built!(meter.u64_gauge[LAG]),
            queue: built!(meter.u64_gauge[QUEUE]),
            oldest: built!(meter.f64_gauge[OLDEST]),
            breaches: built!(meter.u64_counter[BREACHES]),
            parked: built!(meter.f64_gauge[PARKED]),
            reads: built!(meter.u64_gauge[READS]),
            refused: built!(meter.u64_counter[REFUSED]),
            certificates: built!(meter.i64_gauge[CERTIFICATES]),
            front: built!(meter.f64_histogram(FRONT)),
            retries: built!(meter.u64_counter[RETRIES]),
            instances: built!(meter.u64_gauge[INSTANCES]),
            leases: built!(meter.u64_gauge[LEASES]),
            waiting: built!(meter.u64_gauge[WAITING]),
            places: built!(meter.u64_gauge[PLACES]),
        };
        // An alert on the first breach or refusal needs the zero before it.
        for rule in RULES.iter() {
            metrics.breaches.add(0, &[KeyValue::new("safeguard.rule", *rule)]);
        }
        for reason in ["PERMISSION", "CONTENDED", "LOG_DOWN", "OVERLOADED"] {
            metrics.refused.add(0, &[KeyValue::new("safeguard.reason", reason)]);
        }
        metrics
    }

    /// An append came back after so long, with this outcome.
    pub(super) fn appended(&self, took: Duration, outcome: &'static str) {
        self.append.record(took.as_secs_f64(), &[KeyValue::new("safeguard.outcome", outcome)]);
    }
}

/// A command was not done, for this stable reason.
pub fn refused(reason: &'static str) {
    if let Some(live) = live() {
        live.metrics.refused.add(1, &[KeyValue::new("safeguard.reason", reason)]);
    }
}

/// The log made a commit.
pub fn committed(commit: &Commit) {
    if let Some(live) = live() {
        live.metrics.commit.record(commit.took.as_secs_f64(), &[]);
        if let Some(appends) = commit.appends {
            live.metrics.group.record(appends as u64, &[]);
        }
    }
}

/// A front sent a call to one more instance of a role.
pub fn retried(role: &'static str) {
    if let Some(live) = live() {
        live.metrics.retries.add(1, &[KeyValue::new("safeguard.role", role)]);
    }
}

/// A deadline was written down as missed. A rule that no breach is counted for changes nothing.
pub fn breached(rule: &str) {
    if let Some(live) = live()
        && let Some(rule) = RULES.iter().find(|known| **known == rule)
    {
        live.metrics.breaches.add(1, &[KeyValue::new("safeguard.rule", *rule)]);
    }
}

/// What is known of this process whether or not anybody measures now.
#[derive(Default)]
pub(super) struct Standing {
    pub(super) parked: BTreeMap<&'static str, Option<Timestamp>>,
    pub(super) certificates: BTreeMap<&'static str, Timestamp>,
    /// Behind a front, by role: how many are up, and how many are not.
    pub(super) instances: BTreeMap<&'static str, (u64, u64)>,
    /// Of a key service.
    pub(super) leases: Option<u64>,
}

static STANDING: Mutex<Standing> = Mutex::new(Standing {
    parked: BTreeMap::new(),
    certificates: BTreeMap::new(),
    instances: BTreeMap::new(),
    leases: None,
});

pub(super) fn standing<T>(with: impl FnOnce(&mut Standing) -> T) -> T {
    with(&mut STANDING.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Since when the oldest piece of work of a part fails again and again; none when none does. By the hub's clock.
pub fn parked(part: &'static str, since: Option<Timestamp>) {
    standing(|standing| standing.parked.insert(part, since));
}

/// When a certificate in use ends; `name` is what it is for, such as `server`.
pub fn certificate_expiry(name: &'static str, not_after: Timestamp) {
    standing(|standing| standing.certificates.insert(name, not_after));
}

/// How many instances of a role behind a front are up, and how many are out.
pub fn instances(role: &'static str, (up, out): (u64, u64)) {
    standing(|standing| standing.instances.insert(role, (up, out)));
    if let Some(live) = live() {
        // An alert on the first one needs the zero before it.
        live.metrics.retries.add(0, &[KeyValue::new("safeguard.role", role)]);
    }
}

/// How many processes may remember keys of a key service.
pub fn leases(count: usize) {
    standing(|standing| standing.leases = Some(count as u64));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_one_of_ours_or_of_the_conventions_and_stands_once() {
        let mut scraped: Vec<String> = NAMES.iter().map(Measure::scraped).collect();
        scraped.sort();
        scraped.dedup();
        assert_eq!(scraped.len(), NAMES.len());
        for measure in &NAMES {
            assert!(
                measure.name.starts_with("safeguard.") || measure.name.starts_with("rpc."),
                "{measure:?}"
            );
        }
        assert_eq!(APPEND.scraped(), "safeguard_log_append_duration_seconds");
        assert_eq!(REFUSED.scraped(), "safeguard_commands_refused_total");
        assert!(RULES.len() > 5 && RULES.is_sorted(), "{RULES:?}");
    }
}
