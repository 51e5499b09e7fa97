//! The clocks that run inside a matter: which periods the matter's events start and stop, when they warn,
//! and what is written when they run out. Used by clues and referrals alike; clocks live in the matter's own
//! stream, so a stop and a breach can never both win.
//!
//! ```text
//! Started --> Warned 50 --> Warned 80 --> Breached --> Stopped (late)
//!    '-----------'-----------'--> Stopped    '--> or Lapsed, when a right or lease ends
//! ```
//! Where a row says so, the clocks of the other side are Paused while it runs, and Started again after it.
//! Never here: reading the time, or finding the people who are told.

mod event;
mod pause;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
pub use crate::period::ClockFacts;
use crate::period::{Effect, Period, Periods, Who, due, warn_at};
pub use event::{ClockEvent, Told};

/// The moments at which a clock rings, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Half the span has gone: the handler is told.
    Half,
    /// 80 % of the span have gone: the leader is told.
    Most,
    /// It has run out.
    Due,
}

impl Stage {
    /// Percentage of the span.
    #[must_use]
    pub const fn percent(self) -> u8 {
        match self {
            Stage::Half => 50,
            Stage::Most => 80,
            Stage::Due => 100,
        }
    }

    /// Who is to be told at this stage of a period (handbook 3.3, escalation).
    #[must_use]
    pub fn tells(self, period: &Period) -> Vec<Who> {
        match self {
            Stage::Half => vec![Who::Handler],
            Stage::Most => vec![Who::Leader],
            Stage::Due => period.on_breach.tell.clone(),
        }
    }
}

/// The next ring of a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// The period's id.
    pub rule: String,
    /// The period's version.
    pub rule_version: u32,
    /// Which ring.
    pub stage: Stage,
    /// When.
    pub at: Timestamp,
}

/// A clock that runs, or ran out as a breach and is not yet answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// The version of the period it started under.
    pub rule_version: u32,
    /// When it started.
    pub started: Timestamp,
    /// The last instant in time.
    pub due: Timestamp,
    warn_half: Option<Timestamp>,
    warn_most: Option<Timestamp>,
    rung: Option<Stage>,
}

impl Running {
    /// Whether its breach has been written.
    #[must_use]
    pub fn breached(&self) -> bool {
        self.rung == Some(Stage::Due)
    }

    fn at(&self, stage: Stage) -> Option<Timestamp> {
        match stage {
            Stage::Half => self.warn_half,
            Stage::Most => self.warn_most,
            Stage::Due => Some(self.due),
        }
    }

    fn next(&self) -> Option<(Stage, Timestamp)> {
        [Stage::Half, Stage::Most, Stage::Due]
            .into_iter()
            .filter(|stage| self.rung < Some(*stage))
            .find_map(|stage| Some((stage, self.at(stage)?)))
    }
}

/// The clocks running in a matter now, with breached ones that nobody has answered yet, by period id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks {
    running: BTreeMap<String, Running>,
    /// Those that stand still while another one runs, since when.
    paused: BTreeMap<String, (Running, Timestamp)>,
}

impl Clocks {
    /// What the events just decided do to the clocks, one after the other: first each stops what it
    /// answers, then it starts what it sets running. `kinds` are their stored names in order, `at` is when
    /// they really happened. A clock that runs keeps its version and its end, unless its period restarts.
    #[must_use]
    pub fn follow(&self, kinds: &[&str], facts: &ClockFacts, at: Timestamp) -> Vec<ClockEvent> {
        self.follow_in(Periods::standard(), kinds, facts, at)
    }

    fn follow_in(
        &self,
        periods: &Periods,
        kinds: &[&str],
        facts: &ClockFacts,
        at: Timestamp,
    ) -> Vec<ClockEvent> {
        let mut clocks = self.clone();
        let mut events = Vec::new();
        for kind in kinds {
            let before = clocks.clone();
            let starting = periods.starting(kind, facts);
            for event in clocks.stopped_by(periods, kind, (&starting, at)) {
                clocks.evolve(&event);
                events.push(event);
            }
            for period in starting {
                if let Some(running) = clocks.known(&period.id) {
                    if !period.restart {
                        continue;
                    }
                    events.push(running.stop(&period.id, at));
                }
                let event = before.start(period, at);
                clocks.evolve(&event);
                events.push(event);
            }
        }
        for event in clocks.tightened(facts, at) {
            clocks.evolve(&event);
            events.push(event);
        }
        events.extend(clocks.stood(periods, at));
        events
    }

    /// A clock, whether it runs or stands still.
    fn known(&self, rule: &str) -> Option<&Running> {
        self.running.get(rule).or_else(|| self.paused.get(rule).map(|(running, _)| running))
    }

    /// When the matter has become more urgent, the stricter period of the family takes over from the one
    /// that runs. A laxer one never does: lowering the urgency buys nobody time.
    fn tightened(&self, facts: &ClockFacts, at: Timestamp) -> Vec<ClockEvent> {
        let mut events = Vec::new();
        for (rule, running) in &self.running {
            let family =
                Periods::standard().row(rule, running.rule_version).and_then(|row| row.family.as_deref());
            let fitting = family.and_then(|family| Periods::standard().of_family(family, facts));
            let Some(period) = fitting.filter(|period| !self.running.contains_key(&period.id)) else {
                continue;
            };
            let event = self.start(period, at);
            if matches!(&event, ClockEvent::Started { due, .. } if *due < running.due) {
                events.extend([running.stop(rule, at), event]);
            }
        }
        events
    }

    /// An event that both stops and starts a period decides anew whether it applies: while it does, the
    /// clock just runs on.
    fn stopped_by(
        &self,
        periods: &Periods,
        kind: &str,
        (starting, at): (&[&Period], Timestamp),
    ) -> Vec<ClockEvent> {
        let answered = |(rule, running): &(&String, &Running)| {
            let period = periods.row(rule, running.rule_version);
            period.is_some_and(|period| period.stops.iter().any(|stop| stop == kind))
                && !starting.iter().any(|period| period.id == **rule)
        };
        let paused = self.paused.iter().map(|(rule, (running, _))| (rule, running));
        let all = self.running.iter().chain(paused);
        all.filter(answered).map(|(rule, running)| running.stop(rule, at)).collect()
    }

    fn start(&self, period: &Period, at: Timestamp) -> ClockEvent {
        let calendar = Calendar::standard();
        // An extension counts on from the end of what it extends; that end is 24:00 of a day, and it is the
        // day before that midnight which must not count.
        let extended = period.extends.as_ref().and_then(|rule| self.running.get(rule));
        let from = extended.and_then(|running| running.due.checked_sub(SignedDuration::from_secs(1)).ok());
        let due = due(period.kind, period.length, from.unwrap_or(at), calendar);
        let warn = |percent: u8| period.warn.contains(&percent).then(|| warn_at(percent, at, due));
        ClockEvent::Started {
            rule: period.id.clone(),
            rule_version: period.version,
            calendar: calendar.version().to_owned(),
            started: at,
            warn_half: warn(Stage::Half.percent()),
            warn_most: warn(Stage::Most.percent()),
            due,
        }
    }

    /// Takes in what has happened to a clock.
    pub fn evolve(&mut self, event: &ClockEvent) {
        match event {
            ClockEvent::Started { rule, rule_version, started, warn_half, warn_most, due, .. } => {
                let running = Running {
                    rule_version: *rule_version,
                    started: *started,
                    due: *due,
                    warn_half: *warn_half,
                    warn_most: *warn_most,
                    rung: None,
                };
                self.paused.remove(rule);
                self.running.insert(rule.clone(), running);
            }
            ClockEvent::Paused { rule, since } => {
                if let Some(running) = self.running.remove(rule) {
                    self.paused.insert(rule.clone(), (running, *since));
                }
            }
            ClockEvent::Warned { rule, percent, .. } => {
                let stage = if *percent < Stage::Most.percent() { Stage::Half } else { Stage::Most };
                self.mark(rule, stage);
            }
            ClockEvent::Breached { rule, .. } => self.mark(rule, Stage::Due),
            ClockEvent::Lapsed { rule, .. } | ClockEvent::Stopped { rule, .. } => {
                self.running.remove(rule);
                self.paused.remove(rule);
            }
        }
    }

    fn mark(&mut self, rule: &str, stage: Stage) {
        if let Some(running) = self.running.get_mut(rule) {
            running.rung = running.rung.max(Some(stage));
        }
    }

    /// The next ring of every clock that will still ring, for the clock service's agenda.
    #[must_use]
    pub fn agenda(&self) -> Vec<Ring> {
        let next = |(rule, running): (&String, &Running)| {
            let (stage, at) = running.next()?;
            Some(Ring { rule: rule.clone(), rule_version: running.rule_version, stage, at })
        };
        self.running.iter().filter_map(next).collect()
    }

    /// Decides a ring at `now`. Empty when the clock is not running, has rung that stage or a later one, or
    /// the moment has not come: so ringing twice, or too early, does nothing.
    #[must_use]
    pub fn ring(&self, rule: &str, stage: Stage, told: Vec<Told>, now: Timestamp) -> Vec<ClockEvent> {
        let Some(running) = self.running.get(rule).filter(|running| running.rung < Some(stage)) else {
            return Vec::new();
        };
        if running.at(stage).is_none_or(|at| now < at) {
            return Vec::new();
        }
        let rule = rule.to_owned();
        vec![match stage {
            Stage::Half | Stage::Most => ClockEvent::Warned { rule, percent: stage.percent(), told },
            Stage::Due => match running.effect(&rule) {
                Effect::Breach => ClockEvent::Breached { rule, due: running.due, told },
                Effect::Lapse | Effect::Note => ClockEvent::Lapsed { rule, due: running.due },
            },
        }]
    }

    /// The clock that runs out first, with its end; one already breached and unanswered counts as first.
    #[must_use]
    pub fn first_due(&self) -> Option<(&str, Timestamp)> {
        let first = self.running.iter().min_by_key(|(_, running)| running.due)?;
        Some((first.0.as_str(), first.1.due))
    }

    /// The clock of a period, when it runs or is breached and unanswered.
    #[must_use]
    pub fn get(&self, rule: &str) -> Option<&Running> {
        self.running.get(rule)
    }
}

impl Running {
    fn stop(&self, rule: &str, at: Timestamp) -> ClockEvent {
        // A breach once written stands: an act dated back before the end does not undo it.
        ClockEvent::Stopped { rule: rule.to_owned(), on_time: at <= self.due && !self.breached() }
    }

    fn effect(&self, rule: &str) -> Effect {
        // A version no longer in the table can only be an old duty: better told once too often.
        Periods::standard()
            .row(rule, self.rule_version)
            .map_or(Effect::Breach, |period| period.on_breach.effect)
    }
}

#[cfg(test)]
mod tests;
