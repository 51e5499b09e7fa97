//! The clock service: due moments become events, once, over restarts and several instances.

use std::time::Duration;

use domain::clock::ClockEvent;
use domain::clue::ClueRule;
use domain::clue::command::Command;
use domain::event::{decode, encode};
use eventlog::{EventLog, Expected, JsonObject, NewEvent, Revision, SqliteOptions, StreamName};
use hub::{Hub, Time, clocks};
use jiff::SignedDuration;

use crate::scene::{duty, kinds, mandatory, order, scene_over, service, settle};

/// Follows the log until a stream holds a number of events of a kind.
async fn until(hub: &Hub, stream: &StreamName, kind: &str, wanted: usize) -> Vec<String> {
    let mut events = hub.log.subscribe(None);
    let following = async {
        loop {
            let seen = kinds(hub, stream).await;
            if seen.iter().filter(|seen| *seen == kind).count() >= wanted {
                return seen;
            }
            events.next().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(30), following).await.expect("the clock did not ring")
}

async fn clock_events(hub: &Hub, stream: &StreamName) -> Vec<ClockEvent> {
    let events = hub.log.read(stream, Revision::FIRST).await.unwrap();
    let clocks = events.iter().filter(|event| event.kind.starts_with("clock."));
    clocks.map(|event| decode(&event.kind, event.data.as_str()).unwrap()).collect()
}

#[tokio::test]
async fn an_unanswered_mandatory_report_is_warned_of_twice_then_breached_and_the_superior_named() {
    let time = Time::system();
    let scene = scene_over(EventLog::memory(), time.clone());
    settle(&scene.hub).await;
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    clocks::start(&scene.hub, &scene.hub.views, service()).unwrap();
    time.advance(SignedDuration::from_mins(31));
    let rule = |event: &ClockEvent| event.rule() == "police-report";
    until(&scene.hub, &stream, "clock.breached", 2).await;
    let rung: Vec<ClockEvent> = clock_events(&scene.hub, &stream).await.into_iter().filter(rule).collect();
    let kinds: Vec<&str> = rung.iter().map(ClockEvent::kind).collect();
    assert_eq!(kinds, ["clock.started", "clock.warned", "clock.warned", "clock.breached"]);
    let Some(ClockEvent::Breached { told, .. }) = rung.last() else { panic!("no breach") };
    let told: Vec<String> =
        told.iter().filter_map(|told| told.unit.as_ref().map(ToString::to_string)).collect();
    assert!(told.contains(&"UN-PSB-430400".to_owned()), "{told:?}");
}

#[tokio::test]
async fn a_lease_that_runs_out_offers_the_entry_again() {
    let time = Time::system();
    let scene = scene_over(EventLog::memory(), time.clone());
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    scene.hub.handle::<ClueRule>(&stream, &order(duty("one"), Command::Claim)).await.unwrap();
    clocks::start(&scene.hub, &scene.hub.views, service()).unwrap();
    time.advance(SignedDuration::from_mins(11));
    until(&scene.hub, &stream, "claim.lapsed", 1).await;
    scene.hub.handle::<ClueRule>(&stream, &order(duty("two"), Command::Claim)).await.unwrap();
}

/// A matter with a clock that nobody can ring: what happened in it cannot be read.
async fn unreadable(hub: &Hub, seed: u128) {
    let clue = domain::ids::ClueId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), seed);
    let started = hub.time.now();
    let clock = ClockEvent::Started {
        rule: "clue-triage-u1".to_owned(),
        rule_version: 1,
        calendar: "2026-11-21".to_owned(),
        started,
        warn_half: None,
        warn_most: None,
        due: started,
    };
    let events = [(clock.kind(), encode(&clock).unwrap()), ("clue.from-another-release", "{}".to_owned())];
    let events = events.map(|(kind, body)| NewEvent {
        id: uuid::Uuid::now_v7(),
        kind: kind.to_owned(),
        data: JsonObject::parse(&body).unwrap(),
        metadata: JsonObject::parse("{}").unwrap(),
    });
    let stream = StreamName::parse(clue.as_str()).unwrap();
    hub.log.append(&stream, Expected::NoStream, events.to_vec()).await.unwrap();
}

#[tokio::test]
async fn clocks_that_cannot_ring_however_many_do_not_keep_others_from_ringing() {
    let time = Time::system();
    let scene = scene_over(EventLog::memory(), time.clone());
    for seed in 1..=600 {
        unreadable(&scene.hub, seed).await;
    }
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    clocks::start(&scene.hub, &scene.hub.views, service()).unwrap();
    time.advance(SignedDuration::from_mins(31));
    until(&scene.hub, &stream, "clock.breached", 2).await;
}

#[tokio::test]
async fn two_clock_services_and_a_restart_ring_every_stage_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log.db");
    let time = Time::system();
    let log = EventLog::open_sqlite(&file, SqliteOptions::default()).await.unwrap();
    let scene = scene_over(log, time.clone());
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    let other = tempfile::tempdir().unwrap();
    clocks::start(&scene.hub, &scene.hub.views, service()).unwrap();
    clocks::start(&scene.hub, other.path(), service()).unwrap();
    time.advance(SignedDuration::from_mins(20));
    until(&scene.hub, &stream, "clock.warned", 3).await;
    scene.hub.log.close().await;

    // The agenda of one service survives, that of the other is lost; more time has passed meanwhile.
    let log = EventLog::open_sqlite(&file, SqliteOptions::default()).await.unwrap();
    let again = scene_over(log, time.clone());
    let fresh = tempfile::tempdir().unwrap();
    clocks::start(&again.hub, &scene.hub.views, service()).unwrap();
    clocks::start(&again.hub, fresh.path(), service()).unwrap();
    time.advance(SignedDuration::from_mins(20));
    until(&again.hub, &stream, "clock.breached", 2).await;
    let rung = clock_events(&again.hub, &stream).await;
    let mut seen = std::collections::BTreeSet::new();
    for event in &rung {
        let stage = match event {
            ClockEvent::Warned { percent, .. } => *percent,
            ClockEvent::Started { .. }
            | ClockEvent::Paused { .. }
            | ClockEvent::Breached { .. }
            | ClockEvent::Lapsed { .. }
            | ClockEvent::Stopped { .. } => 0,
        };
        assert!(seen.insert((event.rule().to_owned(), event.kind(), stage)), "rung twice: {event:?}");
    }
    drop(scene.folder);
}
