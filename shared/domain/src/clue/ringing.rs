//! The clocks of a clue: what a decision does to them, and what follows when one rings. Never here: which
//! periods there are (that is data) or how they are counted.

use crate::actor::{Agency, Stamp};
use crate::category::Minor;
use crate::clock::{self, ClockEvent, ClockFacts, Told};
use crate::clue::ClueRule;
use crate::clue::event::Event;
use crate::clue::rejection::Rejection;
use crate::clue::stage::{ReferralEnd, Stage};
use crate::clue::state::{Clue, State};
use crate::decider::Decider;
use crate::event::Stored;

/// Periods whose breach hands the clue to the fallback owner.
const UNOWNED: &str = "clue-unowned";
/// Periods whose end takes the entry from the officer who claimed it.
const LEASE: &str = "claim-lease";

/// A clock reached a stage: what it becomes, and what the law lets follow. Ringing a clock that was answered
/// in the meantime does nothing.
pub(super) fn ring(
    clue: &Clue,
    rule: &str,
    stage: clock::Stage,
    told: &[Told],
    stamp: &Stamp,
) -> Result<Vec<Event>, Rejection> {
    if stamp.by.unit.agency != Agency::Hub {
        return Err(Rejection::NotTheClock);
    }
    let rung = clue.clocks.ring(rule, stage, told.to_vec(), stamp.at);
    let mut events = Vec::new();
    for event in rung {
        match &event {
            ClockEvent::Lapsed { rule, .. } if rule.starts_with(LEASE) => {
                events.extend(clue.claim.lapse().into_iter().map(Event::Claim));
            }
            ClockEvent::Breached { rule, .. } if rule.starts_with(UNOWNED) && clue.owner != clue.fallback => {
                events.push(Event::FellBack { to: clue.fallback.clone() });
            }
            ClockEvent::Started { .. }
            | ClockEvent::Paused { .. }
            | ClockEvent::Warned { .. }
            | ClockEvent::Breached { .. }
            | ClockEvent::Lapsed { .. }
            | ClockEvent::Stopped { .. } => {}
        }
        events.insert(0, Event::Clock(event));
    }
    Ok(events)
}

/// The decided events with what they do to the clocks behind them: the one place where clocks start and stop.
pub(super) fn with_clocks(mut events: Vec<Event>, before: &State, stamp: &Stamp) -> Vec<Event> {
    if events.is_empty() {
        return events;
    }
    let kinds: Vec<&str> =
        events.iter().filter(|event| !matches!(event, Event::Clock(_))).map(Stored::kind).collect();
    // The state after these events, so that the facts are those the law just settled.
    let after = events.iter().fold(before.clone(), |state, event| ClueRule::evolve(state, event, stamp));
    let clocks = match &after {
        State::Unknown => Vec::new(),
        // What happened earlier never moves a clock backwards, however late it is told.
        State::Known(clue) => clue.clocks.follow(&kinds, &facts(clue), stamp.at.max(clue.last)),
    };
    let sorting = after.clue().is_some_and(|clue| matches!(clue.stage, Stage::Triaged { .. }));
    let clocks = without_instants(clocks);
    events.extend(clocks.into_iter().filter(|event| sorting || !waits_for_owner(event)).map(Event::Clock));
    events
}

/// A duty that one decision both opens and answers never ran, and flatters no figures: a receipt that is
/// itself the hand-over.
fn without_instants(mut clocks: Vec<ClockEvent>) -> Vec<ClockEvent> {
    while let Some((started, stopped)) = instant(&clocks) {
        clocks.remove(stopped);
        clocks.remove(started);
    }
    clocks
}

/// The places of a start and of the stop that answers it.
fn instant(clocks: &[ClockEvent]) -> Option<(usize, usize)> {
    clocks.iter().enumerate().find_map(|(place, event)| {
        let ClockEvent::Started { rule: begun, .. } = event else { return None };
        let ends = |event: &ClockEvent| matches!(event, ClockEvent::Stopped { rule, .. } if rule == begun);
        let stopped = clocks.iter().skip(place).position(ends)?;
        Some((place, place + stopped))
    })
}

/// A clue sorted anew while a unit has it is not unowned.
fn waits_for_owner(event: &ClockEvent) -> bool {
    match event {
        ClockEvent::Started { rule, .. } => rule.starts_with(UNOWNED),
        ClockEvent::Paused { .. }
        | ClockEvent::Warned { .. }
        | ClockEvent::Breached { .. }
        | ClockEvent::Lapsed { .. }
        | ClockEvent::Stopped { .. } => false,
    }
}

fn facts(clue: &Clue) -> ClockFacts {
    let filed = clue.referral().is_some_and(|(_, end)| end == ReferralEnd::Filed);
    ClockFacts {
        urgency: Some(clue.urgency),
        minor: clue.minor != Minor::None,
        fire: clue.category.fire(),
        confirmed: clue.stage.transfer().is_some_and(|transfer| transfer.confirmed),
        filed,
        grade: None,
    }
}
