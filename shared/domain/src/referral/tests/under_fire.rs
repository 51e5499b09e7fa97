//! The law under random commands of random people at random times.

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::fixture::*;
use crate::actor::{Actor, Role, Stamp, Unit};
use crate::claim::{Claim, ClaimEvent};
use crate::clock::{ClockEvent, Stage};
use crate::decider::{Decider, Refusal};
use crate::period::Periods;
use crate::referral::{Command, Event, Referral, ReferralRule, Step};
use crate::scenario::survives_storage;
use crate::text::Text;

/// One command of every kind; `to` is where those go that name a police unit.
pub fn every_command(to: &Unit) -> Vec<Command> {
    vec![
        open(),
        submit(),
        approve(),
        deliver_to(to.clone()),
        Command::Claim,
        sign(),
        ask(),
        supplement(letter_papers()),
        forward_to(to.clone()),
        file(),
        not_file(),
        reconsider(),
        uphold(),
        suggest(),
        supervise(),
        give_reasons(),
        accept_reasons(),
        order_filing(),
        hand_over(),
        withdraw(),
        notify(),
        accept_return(),
        conclude(),
        not_police(),
        designate(to.clone()),
        feedback(),
        fine(),
        Command::Release { reason: reason() },
        abandon(),
        refuse(),
        Command::OrderAnew { number: number(20) },
        ring("claim-lease", Stage::Due),
    ]
}

/// A step of the story: which command, by whom, where to, how many minutes later, recorded how late.
#[derive(Debug, Clone, Copy)]
struct Act {
    command: usize,
    by: usize,
    to: usize,
    minutes: i64,
    late: i64,
    rule: usize,
    stage: usize,
}

fn act() -> impl Strategy<Value = Act> {
    let late = prop_oneof![4 => Just(0i64), 1 => -2i64..600];
    (0..64usize, 0..64usize, 0..4usize, 0i64..900, late, 0..64usize, 0..3usize).prop_map(
        |(command, by, to, minutes, late, rule, stage)| Act { command, by, to, minutes, late, rule, stage },
    )
}

fn people() -> Vec<Actor> {
    let both = |mut actor: Actor, role| {
        actor.roles.push(role);
        actor
    };
    vec![
        member(),
        head(),
        duty(),
        chief(),
        prosecutor(),
        clock_service(),
        leader(),
        second_duty(),
        both(actor("police-3", other_police(), Role::Duty), Role::Head),
        actor("city-1", city_police(), Role::Head),
        actor("chief-1", superior(), Role::Head),
    ]
}

/// The person the law expects.
fn expected(command: &Command, referral: Option<&Referral>) -> Actor {
    let here = referral.and_then(Referral::police).cloned().unwrap_or_else(police);
    let officer = if here == police() { duty() } else { actor("police-3", here.clone(), Role::Head) };
    match command {
        Command::Approve { .. } | Command::Refuse { .. } => head(),
        Command::Abandon { .. } => leader(),
        Command::File { .. } | Command::NotFile { .. } => actor("police-head", here, Role::Head),
        Command::OpenSupervision { .. }
        | Command::AcceptReasons { .. }
        | Command::OrderFiling { .. }
        | Command::OrderAnew { .. } => prosecutor(),
        Command::Designate { .. } => actor("city-1", city_police(), Role::Head),
        Command::Ring { .. } => clock_service(),
        Command::Draft(_)
        | Command::Submit { .. }
        | Command::Deliver { .. }
        | Command::Supplement { .. }
        | Command::RequestReconsideration { .. }
        | Command::SuggestSupervision { .. }
        | Command::HandOver { .. }
        | Command::AcceptReturn { .. }
        | Command::DecideFine { .. } => member(),
        Command::Claim
        | Command::Release { .. }
        | Command::SignReceipt { .. }
        | Command::RequestSupplement { .. }
        | Command::Forward { .. }
        | Command::DeclareNotPolice { .. }
        | Command::Uphold { .. }
        | Command::GiveReasons { .. }
        | Command::Withdraw { .. }
        | Command::NotifyWithdrawal { .. }
        | Command::Conclude { .. }
        | Command::GiveFeedback { .. } => officer,
    }
}

/// Three acts in four have a place where the referral stands, so that random stories reach the far end.
fn command_of(act: Act, serial: usize, referral: Option<&Referral>) -> Command {
    let to = [police(), other_police(), police(), city_police()];
    let mut commands = every_command(to.get(act.to).unwrap());
    if let Some(referral) = referral.filter(|_| !act.rule.is_multiple_of(4)) {
        commands.retain(|command| referral.step().admits(command));
    }
    let command = commands.get(act.command % commands.len()).unwrap().clone();
    if let Command::Ring { .. } = command {
        let agenda = referral.map(|referral| referral.clocks().agenda()).unwrap_or_default();
        if let Some(next) = agenda.get(act.rule % 8) {
            return ring_to(&next.rule, next.stage, Some(city_police()));
        }
        let rows = Periods::standard().all();
        let stages = [Stage::Half, Stage::Most, Stage::Due];
        return ring(&rows.get(act.rule % rows.len()).unwrap().id, *stages.get(act.stage).unwrap());
    }
    if let Command::SignReceipt { paper, .. } = command {
        let number = Text::parse(&format!("R{serial}")).unwrap();
        return Command::SignReceipt { number, paper };
    }
    command
}

fn beginnings() -> Vec<Story> {
    vec![nothing(), delivered(), receipted(), filed(), not_filed(), supervised()]
}

/// What must hold of every event that was decided on `before`.
fn sound(before: Option<&Referral>, event: &Event, stamp: &Stamp) {
    survives_storage(event);
    if let Event::Claim(claim) = event {
        let held = before.unwrap().claim();
        match claim {
            ClaimEvent::Taken { .. } => assert_eq!(held, &Claim::Open, "one holder"),
            ClaimEvent::Released { by, .. } | ClaimEvent::Lapsed { by } => {
                assert!(
                    matches!(held, Claim::Held { by: holder, .. } if holder == by),
                    "only a held claim ends"
                );
            }
        }
    }
    if let Event::FellBack { to } = event {
        let before = before.unwrap();
        assert!(before.queue().is_some_and(|here| here != to), "only what waits for another unit");
        assert_eq!(before.fallback(), None, "once per arrival");
    }
    if let Event::Clock(clock) = event {
        match clock {
            ClockEvent::Started { started, due, warn_half, warn_most, .. } => {
                assert!(*started == stamp.at && due > started);
                let rings = [warn_half.as_ref(), warn_most.as_ref(), Some(due)];
                assert!(rings.into_iter().flatten().collect::<Vec<&Timestamp>>().is_sorted());
            }
            ClockEvent::Breached { due, .. } | ClockEvent::Lapsed { due, .. } => {
                assert!(*due < stamp.at, "a clock runs out after its end");
            }
            ClockEvent::Paused { .. } | ClockEvent::Warned { .. } | ClockEvent::Stopped { .. } => {}
        }
    }
}

/// What must hold between the state before and after.
fn in_order(before: &Referral, after: &Referral) {
    assert!(before.last() <= after.last(), "steps never run backwards");
    if before.is_final() && *before.step() != Step::HeadRefused {
        assert_eq!(before.step(), after.step(), "an end is an end");
    }
    assert!(after.fallback().is_none() || after.step().awaits_receipt(), "until somebody signs");
    let kept = before.arrivals().len();
    assert!(after.arrivals().len() >= kept);
    for (old, new) in before.arrivals().iter().zip(after.arrivals()) {
        assert!(old.receipt.is_none() || old == new, "receipts are immutable");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn the_law_holds_under_any_commands(start in 0..6usize, acts in prop::collection::vec(act(), 1..200)) {
        let mut state = beginnings().swap_remove(start).state().clone();
        let mut now = hour(8);
        let crowd = people();
        for (serial, act) in acts.into_iter().enumerate() {
            now += SignedDuration::from_mins(act.minutes);
            let command = command_of(act, serial, state.known());
            let by = match crowd.get(act.by) {
                Some(someone) => someone.clone(),
                None => expected(&command, state.known()),
            };
            let stamp = Stamp { by, at: now - SignedDuration::from_mins(act.late), recorded: now };
            match ReferralRule::decide(&command, &state, &stamp) {
                Ok(events) => {
                    events.iter().for_each(|event| sound(state.known(), event, &stamp));
                    let before = state.known().cloned();
                    for event in &events {
                        state = ReferralRule::evolve(state, event, &stamp);
                    }
                    if let (Some(before), Some(after)) = (before, state.known()) {
                        in_order(&before, after);
                    }
                }
                Err(refusal) => prop_assert!(!refusal.reason().is_empty() && !refusal.to_string().is_empty()),
            }
        }
    }
}
