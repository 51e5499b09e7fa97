//! Running and finished clocks, as shown.

use domain::category::Urgency;
use domain::clock::{ClockEvent, Stage};
use domain::clue::Command;
use domain::period::Periods;

use super::fixture::*;
use crate::convert::timestamp;
use crate::show::{Clocks, Run, Standing, clock, clue};
use crate::v1;

fn ring(stage: Stage) -> Command {
    Command::Ring { rule: "clue-triage-u2".to_owned(), stage, told: Vec::new() }
}

fn first(story: &Story<domain::clue::ClueRule>) -> v1::Clock {
    clue(&story.told, &OPEN).unwrap().clocks.remove(0)
}

#[test]
fn a_clock_runs_warns_breaches_and_is_stopped_late() {
    let mut report = fees();
    report.urgency = Urgency::U2;
    let story = reported(report);
    let running = first(&story);
    assert_eq!((running.rule.as_str(), running.status), ("clue-triage-u2", v1::ClockStatus::Running as i32));
    assert_eq!((running.name_zh.as_str(), running.name_en.as_str()), ("线索分流", "Triage the clue"));
    assert_eq!(running.article, "本系统设计目标");
    assert_eq!((running.started_at, running.due_at), (wire(0), wire(120)));
    assert_eq!((running.warn_half_at, running.warn_most_at), (wire(60), wire(96)));

    let story = story.act(ring(Stage::Half), service(), 60);
    assert_eq!(first(&story).status, v1::ClockStatus::Warned as i32);
    let story = story.act(ring(Stage::Due), service(), 120);
    assert_eq!((first(&story).status, first(&story).on_time), (v1::ClockStatus::Breached as i32, false));

    let clocks = clue(&story.act(sort(Urgency::U2), sorter(), 130).told, &OPEN).unwrap().clocks;
    assert_eq!(clocks[0].rule, "clue-unowned-u2", "the open one comes first, though it is due later");
    let stopped = &clocks[1];
    assert_eq!((stopped.status, stopped.on_time), (v1::ClockStatus::Stopped as i32, false));
}

#[test]
fn a_clock_stopped_in_time_says_so() {
    let clocks = clue(&reported(fees()).act(sort(Urgency::U3), sorter(), 1).told, &OPEN).unwrap().clocks;
    let triage = clocks.iter().find(|one| one.rule == "clue-triage-u3").unwrap();
    assert_eq!((triage.status, triage.on_time), (v1::ClockStatus::Stopped as i32, true));
}

#[test]
fn a_period_that_ran_twice_is_shown_twice_and_the_lease_lapses() {
    let started = |minutes: i64| {
        let due = minute(minutes + 10);
        let (rule, calendar) = ("claim-lease".to_owned(), "2026".to_owned());
        let (warn_half, warn_most) = (None, None);
        ClockEvent::Started {
            rule,
            rule_version: 1,
            calendar,
            started: minute(minutes),
            warn_half,
            warn_most,
            due,
        }
    };
    let mut clocks = Clocks::default();
    clocks.evolve(&started(0));
    clocks.evolve(&ClockEvent::Lapsed { rule: "claim-lease".to_owned(), due: minute(10) });
    assert_eq!(clocks.first(), None);
    clocks.evolve(&started(20));
    let shown = clocks.shown();
    let statuses: Vec<i32> = shown.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [v1::ClockStatus::Running as i32, v1::ClockStatus::Lapsed as i32]);
    assert_eq!(clocks.first().map(|run| run.due), Some(minute(30)));
}

#[test]
fn a_row_that_keeps_rule_start_and_end_is_shown_with_names_and_warning_points() {
    for period in Periods::standard().all() {
        let run = Run::new(&period.id, period.version, minute(0), minute(100));
        let shown = clock(&run);
        assert_eq!(
            (&shown.name_zh, &shown.name_en, &shown.article),
            (&period.zh, &period.en, &period.article)
        );
        let half = period.warn.contains(&50).then(|| timestamp(minute(50)));
        assert_eq!((shown.warn_half_at, shown.warn_most_at.is_some()), (half, period.warn.contains(&80)));
    }
    let stopped = Run {
        standing: Standing::Stopped { on_time: true },
        ..Run::new("clue-conclude", 1, minute(0), minute(9))
    };
    assert!(clock(&stopped).on_time);
    let unknown = clock(&Run::new("gone", 7, minute(0), minute(1)));
    assert_eq!(
        (unknown.name_zh.as_str(), unknown.name_en.as_str(), unknown.article.as_str()),
        ("gone", "gone", "")
    );
}
