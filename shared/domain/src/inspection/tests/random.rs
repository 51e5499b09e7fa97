//! The law under fire: random sequences of commands by whoever. A locked record never changes, what has ended stays
//! ended, hazards come only from a signed record, and nothing panics.

use proptest::prelude::*;

use super::fixture::*;
use crate::actor::Stamp;
use crate::decider::{Decider, Refusal};
use crate::inspection::*;
use crate::scenario::survives_storage;

const LINES: [&str; 4] = ["FS-EQ-1", "FS-EVA-1", "GP-1", "NOT-THERE"];

fn commands() -> Vec<Command> {
    let mut all = vec![
        plan(visit()),
        Command::Report(Box::new(super::reporting::clean())),
        confirm(member(&edu(0))),
        confirm(member(&fire(0))),
        recuse("fire"),
        Command::FormTeam,
        Command::Notify,
        Command::LeaveUnannounced,
        Command::SetOut,
        Command::CheckIn(SEEN),
        Command::CheckOut(SEEN),
        Command::Obstruct { note: text("拒不开门") },
        Command::Retry { assistance: None },
        Command::Postpone { reason: text("停课") },
        Command::Resume { on: jiff::civil::date(2026, 12, 1) },
        Command::Cancel { reason: text("注销") },
        Command::Complete,
        Command::Sign,
        signed_for(),
        refused_to_sign(),
        note(),
        Command::Issue,
        serve(),
        Command::RequestReinspection,
        Command::BeginReinspection,
        Command::CompleteReinspection,
        Command::Close { open: None },
        Command::Close { open: Some(hazard()) },
        ring("inspection-upload"),
        ring("inspection-notice"),
        ring("inspection-rectification"),
    ];
    let verdicts = [Verdict::Pass, Verdict::Fail];
    all.extend(LINES.into_iter().flat_map(|line| verdicts.map(|verdict| answer(line, verdict))));
    all
}

fn scene(number: usize) -> State {
    let scene = match number {
        0 => nothing(),
        1 => confirmed(),
        2 => under_way(),
        3 => answered(&["FS-EQ-1"]),
        4 => recorded(&["FS-EQ-1", "GP-1"]),
        5 => signed(&["FS-EQ-1"]),
        _ => served(&["FS-EQ-1", "FS-EVA-1"]),
    };
    scene.state().clone()
}

fn by(number: usize, minutes: i64) -> Stamp {
    [edu, fire, police, hub].get(number).map_or_else(|| edu(minutes), |who| who(minutes))
}

fn check(before: &State, events: &[Event], after: &State) {
    let (Some(before), Some(after)) = (before.known(), after.known()) else { return };
    let (was, is) = (before.stage(), after.stage());
    if was.locked() {
        assert_eq!(before.answers(), after.answers(), "a locked record changed");
        assert!(is.locked(), "{was:?} became {is:?}");
    }
    if matches!(was, Stage::Closed | Stage::Cancelled) {
        assert_eq!(was, is);
    }
    if events.iter().any(|event| matches!(event, Event::Issued { .. })) {
        let locked = matches!(was, Stage::Signed | Stage::RefusedToSign);
        // One that was recorded outside is issued by the last signature.
        let outside = matches!(before.origin, Origin::Outside { .. }) && was == Stage::Recorded;
        assert!(locked || outside, "issued from {was:?}");
        let signed = |member: &Member| after.signed().contains(&member.officer);
        assert!(after.team().members().iter().all(signed) && after.said().is_some());
    }
    if is == Stage::TeamFormed {
        assert!(after.team().members().len() >= 2);
    }
    events.iter().for_each(survives_storage);
}

proptest! {
    #[test]
    fn whatever_comes_the_record_is_safe(
        start in 0usize..7,
        acts in prop::collection::vec((0usize..38, 0usize..4, 1i64..200), 1..60)
    ) {
        let (commands, mut state, mut now) = (commands(), scene(start), 1000);
        for (command, who, pass) in acts {
            now += pass;
            let Some(command) = commands.get(command) else { continue };
            let stamp = by(who, now);
            match InspectionRule::decide(command, &state, &stamp) {
                Err(refusal) => prop_assert!(!refusal.reason().is_empty()),
                Ok(events) => {
                    let fold = |state, event: &Event| InspectionRule::evolve(state, event, &stamp);
                    let after = events.iter().fold(state.clone(), fold);
                    check(&state, &events, &after);
                    state = after;
                }
            }
        }
    }
}
