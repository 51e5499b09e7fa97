//! The law under fire: whatever comes in whatever order, what ended stays ended, nobody closes what they fixed, two
//! see that a major hazard is gone, no place stays out of use behind an ended one, and clocks run forward.

use proptest::prelude::*;

use super::fixture::*;
use crate::actor::Stamp;
use crate::hazard::*;
use crate::scenario::survives_storage;

fn commands() -> Vec<Command> {
    let two = ["OF-second", "OF-head"];
    vec![
        grade(Grade::General),
        grade(Grade::Major),
        Command::FixOnSpot(fix()),
        Command::Notify(notice(None)),
        Command::Notify(notice(Some("2026-12-20"))),
        rectify("2026-11-28"),
        Command::ReportProgress { progress: why() },
        Command::AskExtension { reason: why() },
        Command::GrantExtension { until: None },
        Command::GrantExtension { until: Some(day("2027-01-20")) },
        Command::DenyExtension { reason: why() },
        Command::ReportFix(fix()),
        Command::ReportFix(Fix { fixer: "OF-second".parse().unwrap(), ..fix() }),
        Command::Verify(visit(&two)),
        Command::Verify(visit(&["OF-head"])),
        reject(&two),
        Command::List { reason: why() },
        Command::OpenPenalty { case: "珠教罚立〔2026〕2号".parse().unwrap() },
        Command::ProposeSeal(part()),
        Command::SealOrally { part: part(), approver: "OF-x".parse().unwrap() },
        seal(),
        Command::DropSeal { reason: why() },
        suspend(),
        Command::AskResume,
        Command::PassReview(visit(&two)),
        Command::FailReview { visit: visit(&two), reason: why() },
        Command::Resume,
        transfer(),
        Command::ProposeVoid { reason: why() },
        Command::ApproveVoid,
    ]
}

fn cast(hours: i64) -> [Stamp; 8] {
    [
        clerk(hours),
        second(hours),
        leader(hours),
        head(hours),
        city(hours),
        finder(hours),
        fire_leader(hours),
        hub(hours),
    ]
}

/// Commands that would end most runs early come rarely.
fn any_step() -> impl Strategy<Value = (usize, usize, i64)> {
    let ending = commands().len() - 3;
    (prop_oneof![20 => 0..ending, 1 => ending..commands().len()], 0usize..8, 0i64..60)
}

fn lawful(before: &Hazard, event: &Event, stamp: &Stamp, after: &Hazard) {
    if !before.stage().open() {
        assert_eq!(before.stage(), after.stage(), "what ended stays ended");
        assert!(matches!(event, Event::Clock(_)), "nothing but clocks after the end: {event:?}");
    }
    if before.stage().open() && !after.stage().open() {
        assert!(!after.used().stopped(), "nothing ends out of use");
    }
    if let (Event::Verified(seen), Stage::FixedOnSpot { fixers } | Stage::FixReported { fixers }) =
        (event, before.stage())
    {
        assert!(!fixers.contains(&stamp.by.officer) && !seen.present.iter().any(|one| fixers.contains(one)));
        assert!(before.grade() == Grade::General || seen.present.len() >= 2);
        assert!(!seen.papers.is_empty());
    }
    if let Event::Voided {} = event {
        assert_ne!(before.void.as_ref(), Some(&stamp.by.officer), "two persons");
    }
    if let Event::Sealed { .. } | Event::SealedOrally { .. } = event {
        assert_eq!(stamp.by.unit.agency, Agency::Fire);
    }
    if let Event::Resumed {} = event {
        let passed =
            matches!(before.used(), Use::Sealed(Review::Passed(_)) | Use::Suspended(Review::Passed(_)));
        assert!(passed, "used again only after review");
    }
    if before.extension == Extension::Granted {
        assert_eq!(after.extension, Extension::Granted, "one extension");
    }
    if let Event::Clock(ClockEvent::Started { started, due, .. }) = event {
        assert!(due > started, "clocks run forward");
    }
}

/// Every clock that is due rings before anything else is done.
fn rung(mut state: State, now: Stamp) -> State {
    for _ in 0..40 {
        let clocks = state.known().unwrap().clocks().agenda();
        let Some(next) = clocks.into_iter().find(|ring| ring.at <= now.recorded) else { break };
        let command = Command::Ring { rule: next.rule, stage: next.stage, told: Vec::new() };
        state = done(state, &command, &now);
    }
    state
}

fn done(state: State, command: &Command, stamp: &Stamp) -> State {
    let Ok(events) = HazardRule::decide(command, &state, stamp) else { return state };
    events.iter().fold(state, |state, event| {
        survives_storage(event);
        let before = state.known().unwrap().clone();
        let state = HazardRule::evolve(state, event, stamp);
        lawful(&before, event, stamp, state.known().unwrap());
        state
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_law_holds_under_random_commands(
        major in any::<bool>(),
        steps in prop::collection::vec(any_step(), 1..150),
    ) {
        let grade = if major { Grade::Major } else { Grade::General };
        let (commands, mut hours) = (commands(), 0);
        let mut state = HazardRule::evolve(State::Unknown, &Event::Found(Box::new(draft(grade))), &finder(0));
        for (which, who, pause) in steps {
            hours += pause;
            state = rung(state, hub(hours));
            let (command, stamp) = (commands.get(which).unwrap(), cast(hours).into_iter().nth(who).unwrap());
            state = done(state, command, &stamp);
        }
        let hazard = state.known().unwrap();
        if !hazard.stage().open() {
            prop_assert_eq!(hazard.clocks().agenda(), vec![], "no clock outlives the loop");
        }
    }
}
