//! The switch `pauses` of clock F, on: clock D stands still while the agency supplements. Off, as shipped: it
//! runs on.

use super::*;
use crate::period::TABLE;

const D: &str = "referral-filing-decision";

/// The shipped table with a new version of F's row, switched on.
fn switched_on() -> Periods {
    let mut table: serde_json::Value = serde_json::from_str(TABLE).unwrap();
    let rows = table.get_mut("rows").unwrap().as_array_mut().unwrap();
    let is_f = |row: &&serde_json::Value| row.get("letter").is_some_and(|letter| letter == "F");
    let mut row = rows.iter().find(is_f).unwrap().clone();
    let fields = row.as_object_mut().unwrap();
    fields.insert("version".into(), 2.into());
    fields.insert("pauses".into(), true.into());
    rows.push(row);
    Periods::parse(&table.to_string())
}

/// Receipted on a Monday: D ends with Thursday.
fn told(periods: &Periods, steps: &[(&str, &str)]) -> (Clocks, Vec<ClockEvent>) {
    let (mut clocks, _) = story(&[(&["referral.receipted"], REFERRAL, "2026-11-16T09:10:00")]);
    let written = steps.iter().flat_map(|step| next(&mut clocks, periods, *step)).collect();
    (clocks, written)
}

fn next(clocks: &mut Clocks, periods: &Periods, (kind, when): (&str, &str)) -> Vec<ClockEvent> {
    let events = clocks.follow_in(periods, &[kind], &REFERRAL, at(when));
    events.iter().for_each(|event| clocks.evolve(event));
    events
}

fn due_of(clocks: &Clocks) -> Option<Timestamp> {
    clocks.get(D).map(|running| running.due)
}

const ASKED: (&str, &str) = ("referral.supplement-requested", "2026-11-17T08:00:00");

#[test]
fn as_shipped_the_police_period_runs_on_while_the_agency_supplements() {
    assert!(!Periods::standard().row("referral-supplement", 1).unwrap().pauses);
    let (clocks, written) = told(Periods::standard(), &[ASKED]);
    assert_eq!(due_of(&clocks), Some(at("2026-11-20T00:00:00")));
    assert!(written.iter().all(|event| event.kind() != "clock.paused"));
}

#[test]
fn switched_on_it_stands_still_and_goes_on_by_the_days_that_did_not_count() {
    let periods = switched_on();
    let (mut clocks, written) = told(&periods, &[ASKED]);
    assert_eq!(
        brief(&written),
        [
            "clock.stopped referral-jurisdiction-notice",
            "clock.started referral-supplement",
            "clock.paused referral-filing-decision"
        ]
    );
    assert_eq!(running(&clocks), ["referral-supplement"]);
    assert!(clocks.agenda().iter().all(|ring| ring.rule != D), "it does not ring");
    let written = next(&mut clocks, &periods, ("referral.supplemented", "2026-11-19T17:00:00"));
    assert_eq!(
        brief(&written),
        ["clock.stopped referral-supplement", "clock.started referral-filing-decision"]
    );
    // Two days on from Thursday is a Saturday, which gives way to Monday.
    assert_eq!(due_of(&clocks), Some(at("2026-11-24T00:00:00")));
    let same = clocks.get(D).map(|running| (running.started, running.rule_version));
    assert_eq!(same, Some((at("2026-11-16T09:10:00"), 1)), "it is the same clock");
}

#[test]
fn a_supplement_on_the_same_day_puts_nothing_off() {
    let (clocks, _) = told(&switched_on(), &[ASKED, ("referral.supplemented", "2026-11-17T20:00:00")]);
    assert_eq!(due_of(&clocks), Some(at("2026-11-20T00:00:00")));
}

#[test]
fn what_has_rung_does_not_ring_again() {
    let periods = switched_on();
    let (mut clocks, _) = told(&periods, &[]);
    let half = clocks.ring(D, Stage::Half, Vec::new(), at("2026-11-18T09:00:00"));
    half.iter().for_each(|event| clocks.evolve(event));
    assert_eq!(half.len(), 1);
    next(&mut clocks, &periods, ("referral.supplement-requested", "2026-11-18T10:00:00"));
    next(&mut clocks, &periods, ("referral.supplemented", "2026-11-19T10:00:00"));
    let ring = clocks.agenda().into_iter().find(|ring| ring.rule == D).unwrap();
    assert_eq!(ring.stage, Stage::Most);
    assert!(at("2026-11-19T10:00:00") < ring.at);
}

#[test]
fn a_decision_ends_a_clock_that_stands_still() {
    let (clocks, written) = told(&switched_on(), &[ASKED, ("referral.filed", "2026-11-18T08:00:00")]);
    assert_eq!(running(&clocks), ["referral-hand-over"]);
    let stop = ClockEvent::Stopped { rule: D.to_owned(), on_time: true };
    assert!(written.contains(&stop), "{written:?}");
    assert!(clocks.known(D).is_none());
}

#[test]
fn an_agency_that_keeps_silent_stops_nothing_for_longer_than_its_own_period() {
    let periods = switched_on();
    let (mut clocks, _) = told(&periods, &[ASKED]);
    let over = clocks.ring("referral-supplement", Stage::Due, Vec::new(), at("2026-11-21T00:00:00"));
    over.iter().for_each(|event| clocks.evolve(event));
    assert_eq!(brief(&over), ["clock.breached referral-supplement"]);
    let events = next(&mut clocks, &periods, ("clock.breached", "2026-11-21T00:00:00"));
    assert_eq!(brief(&events), ["clock.started referral-filing-decision"]);
}

#[test]
fn hours_are_put_off_by_hours_and_working_days_by_working_days() {
    use crate::period::PeriodKind::{ElapsedHours, WorkingDays};
    let put_off = |kind, from, to| {
        crate::clock::pause::put_off(
            kind,
            at("2026-11-20T00:00:00"),
            (at(from), at(to)),
            Calendar::standard(),
        )
    };
    let hours = put_off(ElapsedHours, "2026-11-17T08:00:00", "2026-11-17T20:00:00");
    assert_eq!(hours, at("2026-11-20T12:00:00"));
    // From Friday to Monday one working day has begun.
    let days = put_off(WorkingDays, "2026-11-13T08:00:00", "2026-11-16T20:00:00");
    assert_eq!(days, at("2026-11-21T00:00:00"));
}
