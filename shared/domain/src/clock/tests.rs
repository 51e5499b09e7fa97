//! Clocks: what events do to them, when they ring, and that they never run backwards.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod pause;

use proptest::prelude::*;

use super::*;
use crate::category::{FireKind, Urgency};

fn at(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

/// The clocks after the events of each step, and everything that was written.
fn story(steps: &[(&[&str], ClockFacts, &str)]) -> (Clocks, Vec<ClockEvent>) {
    let mut clocks = Clocks::default();
    let mut written = Vec::new();
    for (kinds, facts, when) in steps {
        let events = clocks.follow(kinds, facts, at(when));
        events.iter().for_each(|event| clocks.evolve(event));
        written.extend(events);
    }
    (clocks, written)
}

fn brief(events: &[ClockEvent]) -> Vec<String> {
    events.iter().map(|event| format!("{} {}", event.kind(), event.rule())).collect()
}

fn running(clocks: &Clocks) -> Vec<&str> {
    clocks.running.keys().map(String::as_str).collect()
}

const REFERRAL: ClockFacts =
    ClockFacts { urgency: None, minor: false, fire: None, confirmed: false, filed: false, grade: None };
const U1: ClockFacts = ClockFacts { urgency: Some(Urgency::U1), ..REFERRAL };
const U3: ClockFacts = ClockFacts { urgency: Some(Urgency::U3), ..REFERRAL };

#[test]
fn a_receipt_stops_one_clock_and_starts_two() {
    let (clocks, written) = story(&[
        (&["referral.delivered"], REFERRAL, "2026-11-16T09:10:00"),
        (&["referral.receipted"], REFERRAL, "2026-11-16T15:30:00"),
    ]);
    assert_eq!(
        brief(&written),
        [
            "clock.started referral-receipt",
            "clock.stopped referral-receipt",
            "clock.started referral-filing-decision",
            "clock.started referral-jurisdiction-notice"
        ]
    );
    assert_eq!(clocks.first_due(), Some(("referral-jurisdiction-notice", at("2026-11-17T16:00:00"))));
    assert_eq!(clocks.get("referral-filing-decision").unwrap().due, at("2026-11-20T00:00:00"));
}

#[test]
fn a_started_clock_carries_all_that_is_needed_later() {
    let (_, written) = story(&[(&["referral.submitted"], REFERRAL, "2026-11-16T09:10:00")]);
    let started = ClockEvent::Started {
        rule: "referral-head-decision".into(),
        rule_version: 1,
        calendar: "CN-2023-2026.1".into(),
        started: at("2026-11-16T09:10:00"),
        warn_half: Some(at("2026-11-18T04:35:00")),
        warn_most: Some(at("2026-11-19T06:38:00")),
        due: at("2026-11-20T00:00:00"),
    };
    assert_eq!(written, std::slice::from_ref(&started));
    let stored = serde_json::to_string(&started).unwrap();
    assert!(
        stored.starts_with("{\"kind\":\"clock.started\",\"data\":{\"rule\":\"referral-head-decision\""),
        "{stored}"
    );
    assert_eq!(serde_json::from_str::<ClockEvent>(&stored).unwrap(), started);
}

#[test]
fn every_event_is_stored_under_its_kind() {
    let told = vec![Told { who: Who::PoliceSuperior, unit: Some("UN-PSB-430400".parse().unwrap()) }];
    let rule = || "police-report".to_owned();
    let due = at("2026-11-16T09:10:00");
    for event in [
        ClockEvent::Warned { rule: rule(), percent: 50, told: told.clone() },
        ClockEvent::Breached { rule: rule(), due, told },
        ClockEvent::Lapsed { rule: rule(), due },
        ClockEvent::Stopped { rule: rule(), on_time: true },
    ] {
        let stored = serde_json::to_value(&event).unwrap();
        assert_eq!(stored.get("kind").unwrap(), event.kind());
        assert_eq!(serde_json::from_value::<ClockEvent>(stored).unwrap(), event);
    }
}

#[test]
fn a_forwarded_referral_gets_a_new_receipt_and_a_new_decision_clock() {
    let (clocks, written) = story(&[
        (&["referral.receipted"], REFERRAL, "2026-11-16T09:10:00"),
        (&["referral.forwarded"], REFERRAL, "2026-11-16T11:00:00"),
        (&["referral.receipted"], REFERRAL, "2026-11-17T08:00:00"),
    ]);
    assert_eq!(
        brief(&written).get(2..).unwrap(),
        [
            "clock.stopped referral-filing-decision",
            "clock.stopped referral-jurisdiction-notice",
            "clock.started referral-receipt",
            "clock.stopped referral-receipt",
            "clock.started referral-filing-decision",
            "clock.started referral-jurisdiction-notice"
        ]
    );
    assert_eq!(clocks.get("referral-filing-decision").unwrap().due, at("2026-11-21T00:00:00"));
}

#[test]
fn a_running_clock_keeps_its_end_unless_its_period_restarts() {
    let (_, written) = story(&[
        (&["referral.filed"], REFERRAL, "2026-11-16T09:10:00"),
        (&["referral.filed"], REFERRAL, "2026-11-17T09:10:00"),
    ]);
    assert_eq!(brief(&written), ["clock.started referral-hand-over"]);
    let (_, written) = story(&[
        (&["claim.taken"], U1, "2026-11-16T09:10:00"),
        (&["claim.taken"], U1, "2026-11-16T09:15:00"),
    ]);
    let expected =
        ["clock.started claim-lease-u1", "clock.stopped claim-lease-u1", "clock.started claim-lease-u1"];
    assert_eq!(brief(&written), expected);
}

#[test]
fn several_events_of_one_decision_act_in_order() {
    let (clocks, written) =
        story(&[(&["clue.reported", "clue.obligation-opened", "clue.triaged"], U1, "2026-11-16T09:10:00")]);
    assert_eq!(
        brief(&written),
        [
            "clock.started clue-triage-u1",
            "clock.started police-report",
            "clock.stopped clue-triage-u1",
            "clock.started clue-unowned-u1"
        ]
    );
    assert_eq!(running(&clocks), ["clue-unowned-u1", "police-report"]);
}

#[test]
fn only_the_police_receipt_meets_the_reporting_obligation() {
    let opened: (&[&str], _, _) = (&["clue.obligation-opened"], U1, "2026-11-16T09:10:00");
    let closing: &[&str] =
        &["clue.concluded", "clue.merged", "clue.reporter-informed", "clue.police-transferred"];
    let (clocks, _) = story(&[opened, (closing, U1, "2026-11-16T09:20:00")]);
    assert!(clocks.get("police-report").is_some());
    let (clocks, _) = story(&[opened, (&["clue.obligation-met"], U1, "2026-11-16T09:20:00")]);
    assert_eq!(clocks, Clocks::default());
}

#[test]
fn triage_decides_anew_whether_a_fire_period_applies() {
    let fire = ClockFacts { fire: Some(FireKind::Exit), ..U3 };
    let reported: (&[&str], _, _) = (&["clue.reported"], fire, "2026-11-16T09:10:00");
    let (clocks, written) = story(&[reported, (&["clue.triaged"], fire, "2026-11-16T15:00:00")]);
    assert_eq!(
        clocks.get("clue-conclude-fire-exit").unwrap().due,
        at("2026-11-17T10:00:00"),
        "counted from the report"
    );
    assert!(!brief(&written).contains(&"clock.stopped clue-conclude-fire-exit".to_owned()));
    let (clocks, _) = story(&[reported, (&["clue.triaged"], U3, "2026-11-16T15:00:00")]);
    assert_eq!(running(&clocks), ["clue-unowned"]);
}

#[test]
fn a_matter_that_becomes_more_urgent_gets_the_stricter_clock_and_never_a_laxer_one() {
    let raised = story(&[
        (&["clue.assigned"], U3, "2026-11-16T09:00:00"),
        (&["clue.absorbed"], U1, "2026-11-16T10:00:00"),
    ]);
    let expected =
        ["clock.started clue-start-u3", "clock.stopped clue-start-u3", "clock.started clue-start-u1"];
    assert_eq!(brief(&raised.1), expected);
    assert_eq!(raised.0.first_due(), Some(("clue-start-u1", at("2026-11-16T12:00:00"))));
    let lowered = story(&[
        (&["clue.assigned"], U1, "2026-11-16T09:00:00"),
        (&["clue.triaged"], U3, "2026-11-16T10:00:00"),
    ]);
    assert_eq!(running(&lowered.0), ["clue-start-u1", "clue-unowned"]);
}

#[test]
fn an_extension_counts_on_from_the_end_it_extends() {
    let (clocks, _) = story(&[(&["clue.verification-started"], U3, "2026-11-20T15:00:00")]);
    assert_eq!(clocks.get("clue-conclude").unwrap().due, at("2026-12-12T00:00:00"));
    let (clocks, written) = story(&[
        (&["clue.verification-started"], U3, "2026-11-20T15:00:00"),
        (&["clue.verification-extended"], U3, "2026-12-10T15:00:00"),
    ]);
    let extended = clocks.get("clue-conclude-extended").unwrap();
    // Thirty working days from 20 November, with 1 January off and the rest of 2027 provisional.
    assert_eq!((running(&clocks), extended.due), (vec!["clue-conclude-extended"], at("2027-01-05T00:00:00")));
    assert_eq!(extended.started, at("2026-12-10T15:00:00"));
    assert!(written.contains(&ClockEvent::Stopped { rule: "clue-conclude".into(), on_time: true }));
}

#[test]
fn a_clock_rings_once_per_stage_and_not_before_its_moment() {
    let (mut clocks, _) = story(&[(&["clue.reported"], U1, "2026-11-16T09:00:00")]);
    let rule = "clue-triage-u1";
    let told = || vec![Told { who: Who::Handler, unit: None }];
    assert_eq!(clocks.ring(rule, Stage::Half, told(), at("2026-11-16T09:07:29")), []);
    let warned = clocks.ring(rule, Stage::Half, told(), at("2026-11-16T09:07:30"));
    assert_eq!(warned, [ClockEvent::Warned { rule: rule.into(), percent: 50, told: told() }]);
    warned.iter().for_each(|event| clocks.evolve(event));
    assert_eq!(clocks.ring(rule, Stage::Half, told(), at("2026-11-16T09:08:00")), []);
    assert_eq!(clocks.ring(rule, Stage::Due, told(), at("2026-11-16T09:14:59")), []);
    let breached = clocks.ring(rule, Stage::Due, told(), at("2026-11-16T09:15:00"));
    assert_eq!(brief(&breached), ["clock.breached clue-triage-u1"]);
    breached.iter().for_each(|event| clocks.evolve(event));
    assert!(clocks.get(rule).unwrap().breached());
    for stage in [Stage::Half, Stage::Most, Stage::Due] {
        assert_eq!(clocks.ring(rule, stage, told(), at("2026-11-17T00:00:00")), [], "{stage:?}");
    }
    assert_eq!(clocks.ring("clue-triage-u4", Stage::Due, told(), at("2027-01-01T00:00:00")), []);
}

#[test]
fn the_agenda_names_the_next_ring_of_every_clock() {
    let (mut clocks, _) = story(&[
        (&["clue.reported"], U1, "2026-11-16T09:00:00"),
        (&["claim.taken"], U1, "2026-11-16T09:01:00"),
    ]);
    let ring = |rule: &str, stage, when| Ring { rule: rule.into(), rule_version: 1, stage, at: at(when) };
    let lease = ring("claim-lease-u1", Stage::Due, "2026-11-16T09:11:00");
    assert_eq!(clocks.agenda(), [lease.clone(), ring("clue-triage-u1", Stage::Half, "2026-11-16T09:07:30")]);
    for (percent, next) in [
        (50, ring("clue-triage-u1", Stage::Most, "2026-11-16T09:12:00")),
        (80, ring("clue-triage-u1", Stage::Due, "2026-11-16T09:15:00")),
    ] {
        clocks.evolve(&ClockEvent::Warned { rule: "clue-triage-u1".into(), percent, told: vec![] });
        assert_eq!(clocks.agenda(), [lease.clone(), next]);
    }
    clocks.evolve(&ClockEvent::Breached {
        rule: "clue-triage-u1".into(),
        due: at("2026-11-16T09:15:00"),
        told: vec![],
    });
    assert_eq!(clocks.agenda(), [lease], "a breached clock rings no more");
    assert_eq!(clocks.first_due().unwrap().0, "claim-lease-u1");
}

#[test]
fn an_answer_at_the_last_instant_is_in_time_and_a_breach_stands() {
    let stopped = |when: &str, breach: bool| {
        let (mut clocks, _) = story(&[(&["clue.reported"], U1, "2026-11-16T09:00:00")]);
        if breach {
            let due = at("2026-11-16T09:15:00");
            clocks.evolve(&ClockEvent::Breached { rule: "clue-triage-u1".into(), due, told: vec![] });
        }
        match clocks.follow(&["clue.triaged"], &U1, at(when)).first() {
            Some(ClockEvent::Stopped { on_time, .. }) => Some(*on_time),
            _ => None,
        }
    };
    assert_eq!(stopped("2026-11-16T09:15:00", false), Some(true));
    assert_eq!(stopped("2026-11-16T09:15:01", false), Some(false));
    assert_eq!(stopped("2026-11-16T09:14:00", true), Some(false), "an act dated back does not undo a breach");
}

#[test]
fn a_right_and_a_lease_lapse_without_a_breach() {
    for (kind, rule) in
        [("referral.not-filed", "referral-reconsideration-right"), ("claim.taken", "claim-lease")]
    {
        let (mut clocks, _) = story(&[(&[kind], REFERRAL, "2026-11-16T09:00:00")]);
        let due = clocks.get(rule).unwrap().due;
        let lapsed = clocks.ring(rule, Stage::Due, vec![], due);
        assert_eq!(lapsed, [ClockEvent::Lapsed { rule: rule.into(), due }]);
        lapsed.iter().for_each(|event| clocks.evolve(event));
        assert_eq!(clocks, Clocks::default());
    }
}

#[test]
fn each_stage_tells_someone_else() {
    let period = Periods::standard().row("referral-filing-decision", 1).unwrap();
    assert_eq!(Stage::Half.tells(period), [Who::Handler]);
    assert_eq!(Stage::Most.tells(period), [Who::Leader]);
    assert_eq!(Stage::Due.tells(period), [Who::PoliceSuperior, Who::Procuratorate]);
}

/// Every event that starts or stops anything.
fn kinds() -> Vec<&'static str> {
    let rows = Periods::standard().all().iter();
    let mut kinds: Vec<_> =
        rows.flat_map(|row| row.starts.iter().chain(&row.stops)).map(String::as_str).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}

proptest! {
    #[test]
    fn whatever_happens_clocks_agree_with_what_was_written(
        steps in prop::collection::vec((prop::sample::select(kinds()), 0_i64..200_000, any::<bool>()), 1..40),
        urgency in prop::sample::select(Urgency::ALL.to_vec()),
    ) {
        let mut now = at("2026-09-20T09:00:00");
        let mut clocks = Clocks::default();
        for (kind, gap, minor) in steps {
            now = now.checked_add(SignedDuration::from_secs(gap)).unwrap();
            for ring in clocks.agenda() {
                for event in clocks.ring(&ring.rule, ring.stage, vec![], now) {
                    prop_assert!(ring.at <= now);
                    clocks.evolve(&event);
                }
            }
            let facts = ClockFacts { urgency: Some(urgency), minor, ..REFERRAL };
            for event in clocks.follow(&[kind], &facts, now) {
                if let ClockEvent::Started { rule, started, warn_half, warn_most, due, .. } = &event {
                    prop_assert!(clocks.get(rule).is_none_or(|running| running.started <= *started));
                    // One that stood still goes on with the start it had.
                    let gone_on = clocks.paused.contains_key(rule);
                    prop_assert!(*started <= now && (gone_on || *started == now && now < *due));
                    prop_assert!(gone_on || warn_half <= warn_most);
                    prop_assert!([warn_half, warn_most].into_iter().flatten().all(|warning| warning < due));
                } else {
                    prop_assert!(clocks.known(event.rule()).is_some(), "only what runs is stopped: {event:?}");
                }
                clocks.evolve(&event);
            }
            prop_assert_eq!(clocks.follow(&["no.such-event"], &facts, now), vec![]);
        }
    }
}
