//! What became of the records, counted by kind, and how far the sending is: a bar where somebody watches, else a line now and
//! then. Never here: sending.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use serde::Serialize;
use wire::v1::BulkRefused;

/// What became of one kind of record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Sent, again and again included.
    pub sent: u64,
    /// Written.
    pub recorded: u64,
    /// There already.
    pub repeated: u64,
    /// Could not be recorded yet, and came again.
    pub put_off: u64,
    /// Streams that broke and were opened again.
    pub broken: u64,
    /// Refused for good, by reason.
    pub refused: BTreeMap<String, u64>,
}

/// Counts of every kind, by the name of its file.
pub type ByKind = BTreeMap<String, Counts>;

/// Referrals that came to their end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Referred {
    /// By how they ended.
    pub ended: BTreeMap<String, u64>,
    /// Those of them of which the generator made a step late, and which were played in time.
    pub in_time: u64,
}

/// Longest silence where nobody sees a bar.
const EVERY: Duration = Duration::from_secs(5);

/// Who is told how far it is.
#[derive(Debug, Clone)]
pub struct Watch {
    bar: ProgressBar,
    lines: bool,
}

impl Watch {
    /// A bar; hidden, with lines on standard error instead of it, or without.
    pub(crate) fn new(bar: ProgressBar, lines: bool) -> Self {
        Self { bar, lines }
    }

    /// Nobody.
    #[must_use]
    pub fn nobody() -> Self {
        Self::new(ProgressBar::hidden(), false)
    }

    /// So many records are to come.
    pub(super) fn expect(&self, records: usize) {
        self.bar.set_length(u64::try_from(records).unwrap_or_default());
    }

    /// It is over.
    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}

/// Counts as they grow.
#[derive(Debug)]
pub(super) struct Told {
    counts: Mutex<ByKind>,
    referred: Mutex<Referred>,
    watch: Watch,
    said: Mutex<Instant>,
}

/// Why a record was refused: the law's reason, or the first fault of its shape.
pub(super) fn reason(refused: &BulkRefused) -> String {
    let field = |path: &str| path.split('[').next().unwrap_or_default().to_owned();
    let fault = refused.faults.first().map(|fault| format!("{}: {}", field(&fault.field), fault.reason));
    fault.unwrap_or_else(|| refused.reason.clone())
}

impl Told {
    /// Nothing yet; the bar moves with every answer.
    pub(super) fn new(watch: Watch) -> Self {
        Self { counts: Mutex::default(), referred: Mutex::default(), watch, said: Mutex::new(Instant::now()) }
    }

    fn count(&self, kind: &str, change: impl FnOnce(&mut Counts)) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        change(counts.entry(kind.to_owned()).or_default());
    }

    pub(super) fn sent(&self, kind: &str, records: usize) {
        self.count(kind, |counts| counts.sent += u64::try_from(records).unwrap_or_default());
    }

    pub(super) fn recorded(&self, kind: &str) {
        self.watch.bar.inc(1);
        self.count(kind, |counts| counts.recorded += 1);
    }

    pub(super) fn repeated(&self, kind: &str) {
        self.watch.bar.inc(1);
        self.count(kind, |counts| counts.repeated += 1);
    }

    pub(super) fn put_off(&self, kind: &str) {
        self.count(kind, |counts| counts.put_off += 1);
    }

    pub(super) fn broke(&self, kind: &str) {
        self.count(kind, |counts| counts.broken += 1);
    }

    /// Refused for good.
    pub(super) fn refused(&self, kind: &str, why: &str) {
        self.watch.bar.inc(1);
        self.count(kind, |counts| *counts.refused.entry(why.to_owned()).or_default() += 1);
    }

    /// Records of an import that were written or there already.
    pub(super) fn rows(&self, kind: &str, (sent, recorded, repeated): (u64, u64, u64)) {
        self.watch.bar.inc(recorded + repeated);
        self.count(kind, |counts| {
            counts.sent += sent;
            counts.recorded += recorded;
            counts.repeated += repeated;
        });
    }

    /// A referral came to its end, now or before.
    pub(super) fn referred(&self, ending: &str, late: bool, again: bool) {
        self.rows(super::clues::REFERRALS, (1, u64::from(!again), u64::from(again)));
        let mut referred = self.referred.lock().unwrap_or_else(PoisonError::into_inner);
        *referred.ended.entry(ending.to_owned()).or_default() += 1;
        referred.in_time += u64::from(late);
    }

    /// The referrals so far.
    pub(super) fn referrals(&self) -> Referred {
        self.referred.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is done now.
    pub(super) fn now(&self, what: &str) {
        self.watch.bar.set_message(what.to_owned());
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if self.watch.lines && said.elapsed() >= EVERY {
            *said = Instant::now();
            let records = self.counts().values().map(|counts| counts.recorded + counts.repeated).sum::<u64>();
            eprintln!("{what} {records}");
        }
    }

    /// The counts so far.
    pub(super) fn counts(&self) -> ByKind {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
