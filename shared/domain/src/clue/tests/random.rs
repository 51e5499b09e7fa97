//! The law under fire: random sequences of commands by whoever may. Whatever comes, a merged clue stays
//! merged, only a police receipt meets the duty, an entry has one holder, clocks run forward, and nothing panics.

use proptest::prelude::*;

use super::fixture::*;
use crate::actor::{Actor, Agency, Stamp};
use crate::category::{Category, Harm, Minor, Urgency};
use crate::claim::{Claim, ClaimEvent};
use crate::clock::ClockEvent;
use crate::clue::{Clue, ClueRule, Command, Conclusion, Event, Obligation, Report, Stage, State};
use crate::decider::{Decider, Refusal};
use crate::scenario::survives_storage;

fn cast() -> Vec<Actor> {
    let mut cast = vec![sorter(), second(), edu_chief(), city_officer(), handler(), chief()];
    cast.extend([fireman(), duty(), duty_two(), next_duty(), service()]);
    cast.extend([officer(fire(), "fire-chief", &[crate::actor::Role::Leader])]);
    cast.extend([officer(edu_duty(), "fallback", &[crate::actor::Role::Leader])]);
    cast
}

fn any_unit() -> impl Strategy<Value = crate::actor::Unit> {
    prop::sample::select(vec![edu(), edu_duty(), samr(), fire(), psb(), psb_next(), psb_city()])
}

fn any_triage() -> impl Strategy<Value = Command> {
    let minors = prop::sample::select(vec![Minor::None, Minor::Minor, Minor::Under14]);
    let harms = prop::sample::select(vec![vec![], vec![Harm::Danger]]);
    (prop::sample::select(Category::ALL.to_vec()), prop::sample::select(Urgency::ALL.to_vec()), minors, harms)
        .prop_map(|(category, urgency, minor, harm)| Command::Triage { category, urgency, minor, harm })
}

fn any_report() -> impl Strategy<Value = Report> {
    let reports = vec![fees(), fees(), abuse(), Report { minor: Minor::Minor, ..fees() }];
    prop::sample::select(reports)
}

/// Which clock rings is settled when it is known which are running.
fn any_ring() -> impl Strategy<Value = Command> {
    let stages = vec![crate::clock::Stage::Half, crate::clock::Stage::Due];
    prop::sample::select(stages).prop_map(|stage| Command::Ring {
        rule: String::new(),
        stage,
        told: Vec::new(),
    })
}

fn of_running(command: Command, state: &State, pick: usize) -> Command {
    let rings = state.clue().map(|clue| clue.clocks().agenda()).unwrap_or_default();
    match (command, rings.get(pick % rings.len().max(1))) {
        (Command::Ring { stage, told, .. }, Some(ring)) => {
            Command::Ring { rule: ring.rule.clone(), stage, told }
        }
        (command, _) => command,
    }
}

fn any_command() -> impl Strategy<Value = Command> {
    let merge =
        Command::MergeInto { into: clue_id(2), into_institution: fees().institution, into_ended: false };
    let plain = vec![
        merge,
        Command::ConfirmMerge { goes_on: Some(clue_id(2)) },
        Command::Absorb { from: clue_id(3), urgency: Urgency::U1 },
        give_back(),
        team(),
        Command::ExtendVerification { reason: text("more") },
        conclude(Conclusion::Substantiated),
        conclude(Conclusion::Unsubstantiated),
        Command::ConfirmTransfer,
        Command::RecordCall { call: text("110-77") },
        Command::OpenAdminCase { number: number("衡珠市监罚字〔2026〕12号") },
        Command::DecideFine { number: number("衡珠市监罚字〔2026〕12号"), fen: 1 },
        Command::OpenReferral { draft: draft(7) },
        Command::EndReferral { referral: referral_id(7), filed: false },
        Command::EndReferral { referral: referral_id(7), filed: true },
        Command::ResumeReferral { referral: referral_id(7) },
        Command::UndoMerge { into: clue_id(2) },
        inform(),
        Command::Reopen { reason: text("new fact"), order: None },
    ];
    let receiving = vec![
        Command::Claim,
        Command::Claim,
        Command::Release { reason: text("scene") },
        sign("R-1"),
        sign("R-2"),
        Command::Accept,
        decline(),
        feedback(),
    ];
    prop_oneof![
        1 => any_report().prop_map(file),
        2 => any_triage(),
        6 => prop::sample::select(vec![samr(), fire()]).prop_map(assign),
        1 => any_unit().prop_map(assign),
        2 => any_unit().prop_map(to_police),
        1 => any_unit().prop_map(to_other),
        2 => any_unit().prop_map(forward),
        4 => any_ring(),
        24 => prop::sample::select(plain),
        16 => prop::sample::select(receiving),
    ]
}

/// Where a sequence starts: at the report, or in the midst of things.
fn any_scene() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0usize..4, 1 => 4usize..SCENES]
}

const SCENES: usize = 12;

fn scene(number: usize) -> State {
    let mandatory = || received(abuse()).after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 1));
    let checked = || mandatory().after(assign(samr()), by(sorter(), 2)).after(team(), by(handler(), 3));
    let scene = match number {
        0 => received(fees()),
        1 => received(abuse()),
        2 => received(Report { minor: Minor::Minor, ..fees() }),
        3 => checked(),
        4 => substantiated(),
        5 => in_case(),
        6 => in_referral(),
        7 => with_fire(),
        8 => accepted(),
        9 => abuse_in_case(),
        10 => abuse_in_referral().after(Command::Claim, by(duty(), 7)).after(sign("R-1"), by(duty(), 8)),
        _ => closed(),
    };
    scene.state().clone()
}

/// Someone of the cast for whom the command is lawful, if there is anyone: so that sequences go deep.
fn done(state: &State, command: &Command, first: usize, minutes: i64) -> Option<(Vec<Event>, Stamp)> {
    let cast = cast();
    (0..cast.len()).find_map(|turn| {
        let actor = cast.get((first + turn) % cast.len())?.clone();
        let stamp = by(actor, minutes);
        match ClueRule::decide(command, state, &stamp) {
            Ok(events) => Some((events, stamp)),
            Err(refusal) => {
                assert!(refusal.to_string().contains(' ') && !refusal.reason().is_empty());
                None
            }
        }
    })
}

fn holder(claim: &Claim) -> Option<&crate::ids::OfficerId> {
    match claim {
        Claim::Open => None,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by),
    }
}

fn lawful_event(before: &Clue, event: &Event, command: &Command, stamp: &Stamp) {
    if let Event::ObligationMet { .. } = event {
        assert!(matches!(command, Command::SignReceipt { .. }));
        assert_eq!(stamp.by.unit.agency, Agency::Police);
        assert_eq!(holder(before.claim()), Some(&stamp.by.officer), "who signs holds the entry");
    }
    if let Event::Claim(ClaimEvent::Taken { .. }) = event {
        assert_eq!(before.claim(), &Claim::Open, "one holder per claim");
    }
    if let Event::Clock(ClockEvent::Started { started, due, .. }) = event {
        assert!(*started >= before.last() && due >= started, "clocks never run backwards");
    }
}

fn lawful_step(before: &Clue, event: &Event, after: &Clue) {
    if let Stage::Merged { into } = before.stage()
        && !matches!(event, Event::MergeUndone { .. })
    {
        assert_eq!(after.stage(), &Stage::Merged { into: into.clone() }, "terminal stays terminal");
    }
    if let Event::FineDecided { .. } = event {
        assert_eq!(before.running_referral(), None, "no fine instead of a referral");
    }
    match (before.obligation(), after.obligation()) {
        (Obligation::None, _)
        | (Obligation::Open { .. }, Obligation::Open { .. } | Obligation::Met { .. }) => {}
        (
            Obligation::Met { police, receipt, .. },
            Obligation::Met { police: still, receipt: same, answer },
        ) => {
            assert_eq!((police, receipt), (still, same), "the receipt that met the duty stays");
            assert_eq!(answer.unit().agency, Agency::Police);
        }
        (Obligation::Open { .. }, Obligation::None) | (Obligation::Met { .. }, _) => {
            panic!("a duty neither vanishes nor opens again")
        }
    }
    if before.obligation() != &Obligation::None {
        assert_eq!(after.urgency(), Urgency::U1, "a mandatory clue is never lowered");
    }
    if let Some(police) = after.obligation().owed_by() {
        assert!(!matches!(after.stage(), Stage::Closed | Stage::Merged { .. } | Stage::TransferredOther(_)));
        assert_eq!(after.receiver(), Some(police), "whoever owes a receipt or an answer can give it");
    }
    let said = matches!(
        event,
        Event::TransferAccepted {}
            | Event::TransferForwarded { .. }
            | Event::TransferDeclined { .. }
            | Event::FeedbackReceived { .. }
    );
    if said && before.stage().transfer().is_none() {
        assert_eq!(before.stage(), after.stage(), "an answer beside a case or a referral leaves it");
    }
    if matches!(after.obligation(), Obligation::Open { .. }) {
        assert_eq!(after.queue_unit().map(|unit| unit.agency), Some(Agency::Police), "in the police queue");
    }
    assert!(after.last() >= before.last());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_law_holds_under_random_commands(
        start in any_scene(),
        steps in prop::collection::vec((any_command(), 0usize..13, 0i64..90), 1..120),
    ) {
        let mut state = scene(start);
        let mut minutes = 10;
        for (command, first, pause) in steps {
            minutes += pause;
            let command = of_running(command, &state, first);
            let Some((events, stamp)) = done(&state, &command, first, minutes) else { continue };
            for event in &events {
                survives_storage(event);
                let before = state.clue().unwrap().clone();
                lawful_event(&before, event, &command, &stamp);
                state = ClueRule::evolve(state, event, &stamp);
                lawful_step(&before, event, state.clue().unwrap());
            }
        }
    }

    #[test]
    fn the_order_of_events_never_panics(steps in prop::collection::vec((any_command(), 0usize..13), 1..20)) {
        // Events of one clue told to another in any order: evolve takes them in.
        let mut source = received(abuse()).state().clone();
        let mut other = State::Unknown;
        for (command, first) in steps {
            let Some((events, stamp)) = done(&source, &command, first, 1) else { continue };
            for event in events.iter().rev() {
                other = ClueRule::evolve(other, event, &stamp);
            }
            for event in &events {
                source = ClueRule::evolve(source, event, &stamp);
            }
        }
        prop_assert!(other.clue().is_none_or(|clue| clue.id() == &clue_id(1)));
    }
}
