//! Clocks that stand still while another one runs: the switch `pauses` of a row (handbook 3.4, clock D during
//! clock F). Never here: which rows have it switched on.
//!
//! While a clock whose row pauses runs, the duties of the other side stand still. They go on when it is
//! answered, or when it has run out: nobody gains time without end by keeping silent.

use jiff::Timestamp;

use super::{ClockEvent, Clocks, Running, Stage};
use crate::calendar::Calendar;
use crate::period::{BEIJING, Effect, Period, PeriodKind, Periods, due};

impl Clocks {
    /// What must stand still from now on, or go on.
    pub(super) fn stood(&self, periods: &Periods, at: Timestamp) -> Vec<ClockEvent> {
        let row = |rule: &str, running: &Running| periods.row(rule, running.rule_version);
        let pausing = self.running.iter().filter(|(_, running)| !running.breached());
        let pausing: Vec<&Period> =
            pausing.filter_map(|(rule, running)| row(rule, running)).filter(|row| row.pauses).collect();
        if pausing.is_empty() {
            let gone_on = |(rule, (running, since)): (&String, &(Running, Timestamp))| {
                row(rule, running).map(|row| running.resumed(row, (*since, at)))
            };
            return self.paused.iter().filter_map(gone_on).collect();
        }
        let stands = |row: &Period| {
            row.on_breach.effect == Effect::Breach && pausing.iter().any(|other| other.duty != row.duty)
        };
        self.running
            .iter()
            .filter(|(rule, running)| !running.breached() && row(rule, running).is_some_and(stands))
            .map(|(rule, _)| ClockEvent::Paused { rule: rule.clone(), since: at })
            .collect()
    }
}

impl Running {
    /// It goes on: what has rung has rung, and what is left is put off by the time it stood.
    fn resumed(&self, row: &Period, (since, at): (Timestamp, Timestamp)) -> ClockEvent {
        let calendar = Calendar::standard();
        let stood = at.duration_since(since);
        let end = put_off(row.kind, self.due, (since, at), calendar);
        // Days are put off as a whole: a warning that would fall behind the end is none.
        let left = |stage: Stage| {
            let ahead = self.at(stage).filter(|_| self.rung < Some(stage));
            ahead.map(|moment| moment.saturating_add(stood).unwrap_or(moment)).filter(|moment| *moment < end)
        };
        ClockEvent::Started {
            rule: row.id.clone(),
            rule_version: row.version,
            calendar: calendar.version().to_owned(),
            started: self.started,
            warn_half: left(Stage::Half),
            warn_most: left(Stage::Most),
            due: end,
        }
    }
}

/// An end put off by a time that does not count: hours and minutes by as much, days by the days begun in it,
/// as a period that goes on from its old end.
pub(super) fn put_off(
    kind: PeriodKind,
    end: Timestamp,
    (since, at): (Timestamp, Timestamp),
    calendar: &Calendar,
) -> Timestamp {
    let counts = match kind {
        PeriodKind::ElapsedMinutes | PeriodKind::ElapsedHours => {
            return end.saturating_add(at.duration_since(since)).unwrap_or(end);
        }
        PeriodKind::CalendarDaysRoll => false,
        PeriodKind::WorkingDays => true,
    };
    let day = |moment: Timestamp| BEIJING.to_datetime(moment).date();
    let until = day(at);
    let days = std::iter::successors(day(since).tomorrow().ok(), |day| day.tomorrow().ok())
        .take_while(|day| *day <= until)
        .filter(|day| !counts || calendar.is_working_day(*day))
        .count();
    // The end is 24:00 of a day, which is the next one on the clock.
    let last = end.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(end);
    due(kind, u16::try_from(days).unwrap_or(u16::MAX), last, calendar)
}
