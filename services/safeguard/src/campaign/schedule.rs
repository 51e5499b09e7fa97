//! When every record happens and when it is sent, as small numbers: the records themselves are made when their day comes.
//! Never here: what a record says.

use std::collections::{BTreeMap, BTreeSet};

use domain::campaign::plan::PhaseKind;
use domain::campaign::workload::{Trip, Workload};
use domain::division::DivisionCode;
use domain::period::BEIJING;
use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::{Calendar, day_of, later};
use super::draw::Dice;
use super::ground;
use super::loops::{self, Stepping};
use super::premises::county_of;

/// Of a thousand records, those sent days later.
const LATE: u64 = 10;
/// Days after a visit before anybody looks back.
const BEFORE_LOOKING_BACK: i64 = 16;
/// Minutes from the beginning of one visit of a trip to the next.
pub(super) const BETWEEN: i64 = 70;
/// Minutes of a visit.
pub(super) const STAY: i64 = 45;
/// Most days that a record is late.
pub(super) const LATEST: i64 = 6;

/// A trip with its moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Outing {
    pub(super) trip: Trip,
    pub(super) start: Timestamp,
}

/// What is sent, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// The dispatch of a trip.
    Dispatch(u32),
    /// The first or second visit of a trip.
    Visit(u32, bool),
    /// The signature of who was invited along on it.
    Signature(u32, bool),
    /// The staff of an institution; those asked about twice once more.
    Staff(u32, bool),
    /// A step of a hazard: institution, which of its hazards, which of its steps.
    Step(u32, u8, u8),
}

/// Everything that is sent, by day.
pub(super) struct Schedule {
    pub(super) outings: Vec<Outing>,
    pub(super) due: Vec<(Date, Due)>,
    /// Counties merged in the campaign, with the day.
    merged: BTreeMap<DivisionCode, Date>,
    seed: u64,
}

impl Schedule {
    pub(super) fn new(seed: u64, work: &Workload, calendar: &Calendar) -> Self {
        let merged = ground::mergers(work, (calendar.opens, calendar.closes));
        let merged = merged.into_iter().flat_map(|(day, all)| all.into_iter().map(move |code| (code, day)));
        let outings = outings(seed, work, calendar);
        let mut schedule = Self { outings, due: Vec::new(), merged: merged.collect(), seed };
        schedule.trips(work);
        schedule.staff(work, calendar);
        schedule.steps(work);
        schedule.due.sort_unstable();
        schedule
    }

    /// The days on which anything is sent.
    pub(super) fn days(&self) -> BTreeSet<Date> {
        self.due.iter().map(|(day, _)| *day).collect()
    }

    /// What is sent on a day.
    pub(super) fn on(&self, day: Date) -> &[(Date, Due)] {
        let first = self.due.partition_point(|(due, _)| *due < day);
        let last = self.due.partition_point(|(due, _)| *due <= day);
        self.due.get(first..last).unwrap_or_default()
    }

    /// When the counties' visit to an institution ended.
    pub(super) fn found(&self, institution: u64) -> Option<Timestamp> {
        // Counties' trips come first, pair by pair.
        let outing = self.outings.get(usize::try_from(institution / 2).ok()?)?;
        let second = i64::try_from(institution % 2).unwrap_or_default();
        Some(after(outing.start, second * BETWEEN + STAY))
    }

    /// The day on which what happened in a county on a day is sent: a few records come days later, none when the county
    /// is no more.
    fn sent(&self, county: Option<DivisionCode>, day: Date, (kind, number): (&str, u64)) -> Date {
        let mut dice = Dice::of(self.seed, kind, number);
        let days = if dice.in_thousand(LATE) { 2 + dice.below(5) } else { 0 };
        let sent = later(day, i64::try_from(days).unwrap_or_default().min(LATEST));
        match county.and_then(|county| self.merged.get(&county)) {
            Some(merged) if day < *merged => sent.min(later(*merged, -1)),
            Some(_) | None => sent,
        }
    }

    fn trips(&mut self, work: &Workload) {
        let mut due = Vec::new();
        for (number, outing) in (0..).zip(&self.outings) {
            let county = county_of(work, outing.trip.first).map(|county| county.division);
            let day = day_of(outing.start);
            let key = u64::from(number);
            due.push((self.sent(county, day, ("late-dispatch", key)), Due::Dispatch(number)));
            for second in [false, true].into_iter().take(outing.trip.visits().count()) {
                let sent = self.sent(county, day, ("late-visit", 2 * key + u64::from(second)));
                due.extend([(sent, Due::Visit(number, second)), (sent, Due::Signature(number, second))]);
            }
        }
        self.due.append(&mut due);
    }

    /// The county asks about the staff of an institution on a working day; about some once more a week later.
    fn staff(&mut self, work: &Workload, calendar: &Calendar) {
        let mut due = Vec::new();
        for institution in 0..work.institutions() {
            let (Some(county), Ok(number)) = (county_of(work, institution), u32::try_from(institution))
            else {
                continue;
            };
            let day = staff_day(self.seed, calendar, institution);
            let county = Some(county.division);
            due.push((self.sent(county, day, ("late-staff", institution)), Due::Staff(number, false)));
            if work.staff_of(institution).any(Workload::asked_twice) {
                due.push((later(day, 7), Due::Staff(number, true)));
            }
        }
        self.due.append(&mut due);
    }

    /// The steps of every hazard, none before the visit that found it was sent.
    fn steps(&mut self, work: &Workload) {
        let visits: BTreeMap<u32, Date> = self
            .due
            .iter()
            .filter_map(|(day, due)| match due {
                Due::Visit(trip, second) => {
                    let outing = self.outings.get(usize::try_from(*trip).ok()?)?;
                    let counted = outing.trip.phase == PhaseKind::CountyInspection;
                    let institution = outing.trip.first + u64::from(*second);
                    counted.then_some((u32::try_from(institution).ok()?, *day))
                }
                Due::Dispatch(_) | Due::Signature(..) | Due::Staff(..) | Due::Step(..) => None,
            })
            .collect();
        let mut due = Vec::new();
        for institution in (0..work.institutions()).filter(|one| work.has_hazard(*one)) {
            let Ok(number) = u32::try_from(institution) else { continue };
            let (Some(found), Some(known)) = (self.found(institution), visits.get(&number)) else { continue };
            for (which, hazard) in (0..).zip(work.hazards_of(institution)) {
                for (place, step) in (0..).zip(loops::steps(self.seed, &hazard, found)) {
                    let Stepping { at, .. } = step;
                    due.push((day_of(at).max(*known), Due::Step(number, which, place)));
                }
            }
        }
        self.due.append(&mut due);
    }
}

/// The day on which a county asks about the staff of an institution.
pub(super) fn staff_day(seed: u64, calendar: &Calendar, institution: u64) -> Date {
    let (opens, closes) = calendar.window(PhaseKind::CountyInspection);
    let days = opens.until(closes).map_or(0, |span| span.get_days()).unsigned_abs();
    let mut dice = Dice::of(seed, "staff-day", institution);
    later(opens, i64::try_from(dice.below(u64::from(days))).unwrap_or_default())
}

/// So many minutes later.
pub(super) fn after(moment: Timestamp, minutes: i64) -> Timestamp {
    BEIJING
        .to_timestamp(BEIJING.to_datetime(moment).saturating_add(jiff::SignedDuration::from_mins(minutes)))
        .unwrap_or(Timestamp::MAX)
}

fn outings(seed: u64, work: &Workload, calendar: &Calendar) -> Vec<Outing> {
    let mut outings: Vec<Outing> = Vec::new();
    for (number, trip) in (0_u64..).zip(work.trips()) {
        let mut dice = Dice::of(seed, "trip", number);
        let earliest = match trip.phase {
            PhaseKind::LookBack => {
                let found = usize::try_from(trip.first / 2).ok().and_then(|pair| outings.get(pair));
                found.map_or(calendar.opens, |found| later(day_of(found.start), BEFORE_LOOKING_BACK))
            }
            PhaseKind::SelfCheck
            | PhaseKind::CountyInspection
            | PhaseKind::CitySpotCheck
            | PhaseKind::ProvincialSpotCheck => calendar.opens,
        };
        outings.push(Outing { trip, start: calendar.visit(trip.phase, earliest, &mut dice) });
    }
    outings
}
