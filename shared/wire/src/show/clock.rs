//! The statutory clocks of a matter as shown: those that run and those that have ended, each with how it
//! stands. A period that ran twice is shown twice. Never here: whether a clock should ring or stop.

use domain::clock::ClockEvent;
use domain::period::{Period, Periods, warn_at};
use jiff::Timestamp;

use crate::convert::timestamp;
use crate::v1;

/// How one run of a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Running, no warning yet.
    Running,
    /// Running, a warning point has passed.
    Warned,
    /// Ran out, and the duty is still to be done.
    Breached,
    /// Stands still while another clock runs.
    Paused,
    /// Stopped by what it waited for, or because the matter moved on.
    Stopped {
        /// By its end.
        on_time: bool,
    },
    /// Ran out without breach: a right, a lease or a window ended.
    Lapsed,
}

impl Standing {
    /// Whether it is still open: it runs, stands still, or is breached and unanswered.
    #[must_use]
    pub const fn is_open(self) -> bool {
        match self {
            Standing::Running | Standing::Warned | Standing::Breached | Standing::Paused => true,
            Standing::Stopped { .. } | Standing::Lapsed => false,
        }
    }

    const fn status(self) -> v1::ClockStatus {
        match self {
            Standing::Running => v1::ClockStatus::Running,
            Standing::Warned => v1::ClockStatus::Warned,
            Standing::Breached => v1::ClockStatus::Breached,
            Standing::Paused => v1::ClockStatus::Paused,
            Standing::Stopped { .. } => v1::ClockStatus::Stopped,
            Standing::Lapsed => v1::ClockStatus::Lapsed,
        }
    }
}

/// One run of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The period's id.
    pub rule: String,
    /// The period's version, kept to the end.
    pub rule_version: u32,
    /// When it started.
    pub started: Timestamp,
    /// When half the span has gone, when this period warns then.
    pub warn_half: Option<Timestamp>,
    /// When 80 % of the span have gone, when this period warns then.
    pub warn_most: Option<Timestamp>,
    /// The last instant in time.
    pub due: Timestamp,
    /// How it stands.
    pub standing: Standing,
}

impl Run {
    /// A clock that has just started; the warning points are those of its period. For views that keep only
    /// rule, version, start and end in a row: set [`Run::standing`] to what the row says.
    #[must_use]
    pub fn new(rule: &str, rule_version: u32, started: Timestamp, due: Timestamp) -> Self {
        let period = Periods::standard().row(rule, rule_version);
        let warn = |percent: u8| {
            period.filter(|period| period.warn.contains(&percent)).map(|_| warn_at(percent, started, due))
        };
        let (warn_half, warn_most) = (warn(50), warn(80));
        let standing = Standing::Running;
        Self { rule: rule.to_owned(), rule_version, started, warn_half, warn_most, due, standing }
    }

    /// Its period, in the version it started under.
    #[must_use]
    pub fn period(&self) -> Option<&'static Period> {
        Periods::standard().row(&self.rule, self.rule_version)
    }
}

/// One run as answered. A period that is no longer in the table goes by its stored word.
#[must_use]
pub fn clock(run: &Run) -> v1::Clock {
    let period = run.period();
    let on_time = match run.standing {
        Standing::Stopped { on_time } => on_time,
        Standing::Running | Standing::Warned | Standing::Breached | Standing::Paused | Standing::Lapsed => {
            false
        }
    };
    v1::Clock {
        rule: run.rule.clone(),
        name_zh: period.map_or_else(|| run.rule.clone(), |period| period.zh.clone()),
        name_en: period.map_or_else(|| run.rule.clone(), |period| period.en.clone()),
        article: period.map(|period| period.article.clone()).unwrap_or_default(),
        started_at: Some(timestamp(run.started)),
        due_at: Some(timestamp(run.due)),
        warn_half_at: run.warn_half.map(timestamp),
        warn_most_at: run.warn_most.map(timestamp),
        status: run.standing.status() as i32,
        on_time,
    }
}

/// Every run of every clock of a matter, in the order they started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks {
    runs: Vec<Run>,
}

impl Clocks {
    /// Takes in what has happened to a clock. Cannot fail; what fits no open run changes nothing.
    pub fn evolve(&mut self, event: &ClockEvent) {
        match event {
            ClockEvent::Started { rule, rule_version, started, warn_half, warn_most, due, .. } => {
                // As in the rule's own fold: a start takes the place of a run nobody stopped.
                self.runs.retain(|run| run.rule != *rule || !run.standing.is_open());
                self.runs.push(Run {
                    rule: rule.clone(),
                    rule_version: *rule_version,
                    started: *started,
                    warn_half: *warn_half,
                    warn_most: *warn_most,
                    due: *due,
                    standing: Standing::Running,
                });
            }
            ClockEvent::Paused { rule, .. } => self.set(rule, Standing::Paused),
            ClockEvent::Warned { rule, .. } => self.warned(rule),
            ClockEvent::Breached { rule, .. } => self.set(rule, Standing::Breached),
            ClockEvent::Lapsed { rule, .. } => self.set(rule, Standing::Lapsed),
            ClockEvent::Stopped { rule, on_time } => self.set(rule, Standing::Stopped { on_time: *on_time }),
        }
    }

    /// A warning never hides a breach.
    fn warned(&mut self, rule: &str) {
        if self.last(rule).is_some_and(|run| run.standing == Standing::Running) {
            self.set(rule, Standing::Warned);
        }
    }

    fn set(&mut self, rule: &str, standing: Standing) {
        let open = |run: &&mut Run| run.rule == rule && run.standing.is_open();
        if let Some(run) = self.runs.iter_mut().rev().find(open) {
            run.standing = standing;
        }
    }

    /// The last run of a period.
    #[must_use]
    pub fn last(&self, rule: &str) -> Option<&Run> {
        self.runs.iter().rev().find(|run| run.rule == rule)
    }

    /// The open clock that runs out first; one breached and unanswered counts as first.
    #[must_use]
    pub fn first(&self) -> Option<&Run> {
        let ends = |run: &&Run| run.standing.is_open() && run.standing != Standing::Paused;
        self.runs.iter().filter(ends).min_by_key(|run| run.due)
    }

    /// All of them as answered: open ones first, then those that have ended, each by due time.
    #[must_use]
    pub fn shown(&self) -> Vec<v1::Clock> {
        let mut runs: Vec<&Run> = self.runs.iter().collect();
        runs.sort_by_key(|run| (!run.standing.is_open(), run.due));
        runs.into_iter().map(clock).collect()
    }
}
