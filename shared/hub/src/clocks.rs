//! The clock service: turns due moments into commands to the matters whose clocks they are.
//! Never here: a period, or what a breach means.
//!
//! Crash story. The agenda is a view of the clock events in the log. A ring is a command whose id is derived
//! from the clock's start and the stage, and the rule refuses a stage that rang before. Die at any point: at
//! the next start the agenda still holds what has not rung, and what has rung cannot ring again. Two
//! instances ring once, because both send the same command to the same stream.

mod agenda;
mod tell;

use std::collections::HashMap;
use std::path::Path;

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::clock::{Stage, Told};
use domain::clue::ClueRule;
use domain::decider::Decider;
use domain::division::DivisionCode;
use domain::ids::{ClueId, OfficerId, ReferralId, UnitId};
use domain::period::{Duty, Periods, Who};
use domain::referral::ReferralRule;
use eventlog::StreamName;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::handle::{HandleError, Order};
use crate::mint;
use crate::read_model::{View, ViewError};
use crate::shell::Hub;

pub use agenda::{Agenda, Due};

/// After a ring that failed, it is tried again this much later.
const POSTPONE: SignedDuration = SignedDuration::from_secs(30);

/// A rule whose streams carry clocks.
pub trait Chimes: Decider {
    /// The command that rings a clock.
    fn ring(rule: String, stage: Stage, told: Vec<Told>) -> Self::Command;

    /// Where a listener of a clock is found, given which side of the matter must act.
    fn listener(state: &Self::State, duty: Duty, who: Who) -> Option<Listener>;
}

/// Where to look for a listener.
#[derive(Debug, Clone)]
pub enum Listener {
    /// This unit.
    Unit(Unit),
    /// The unit above this one.
    Above(Unit),
    /// The unit of an agency and level for a place.
    At(Agency, DivisionCode, Level),
}

/// The hub itself as an actor: the clock service and reactions.
///
/// # Errors
/// Never in practice: the ids and the code are constants that a test parses.
pub fn service_actor() -> Result<Actor, Box<dyn std::error::Error + Send + Sync>> {
    let division = DivisionCode::NATION;
    let unit = Unit { id: "UN-HUB".parse::<UnitId>()?, agency: Agency::Hub, level: Level::Nation, division };
    Ok(Actor { officer: "OF-HUB".parse::<OfficerId>()?, unit, roles: vec![Role::Service] })
}

/// Starts the clock service.
///
/// # Errors
/// When the agenda's file cannot be made.
pub fn start(hub: &Hub, folder: &Path, actor: Actor) -> Result<View, ViewError> {
    let agenda = View::start(folder, Agenda, &hub.log)?;
    tokio::spawn(run(hub.clone(), agenda.clone(), actor));
    Ok(agenda)
}

async fn run(hub: Hub, agenda: View, actor: Actor) {
    let mut changes = agenda.progress();
    let mut postponed: HashMap<(String, String, Stage), Timestamp> = HashMap::new();
    loop {
        changes.mark_unchanged();
        let now = hub.time.now();
        postponed.retain(|_, until| *until > now);
        let read = agenda.read(move |tables| agenda::due(tables, now)).await;
        let (due, next) = match read {
            Ok(found) => found,
            Err(ViewError::Stopping) => return,
            Err(error) => {
                tracing::error!(%error, "the clock service cannot read its agenda");
                (Vec::new(), Some(now.saturating_add(SignedDuration::from_secs(1)).unwrap_or(now)))
            }
        };
        let mut last = None;
        for one in due {
            let key = (one.stream.to_string(), one.rule.clone(), one.stage);
            if postponed.contains_key(&key) {
                continue;
            }
            match strike(&hub, &actor, &one).await {
                Ok(token) => last = token.or(last),
                Err(error) => {
                    tracing::error!(stream = %one.stream, rule = one.rule, %error, "clock not rung, trying again");
                    let _ = postponed.insert(key, now.saturating_add(POSTPONE).unwrap_or(now));
                }
            }
        }
        if let Some(token) = last {
            // See our own rings before looking again, so that the next look finds only what is left.
            if let Err(ViewError::Stopping) = agenda.wait(&token, std::time::Duration::from_secs(5)).await {
                return;
            }
            continue;
        }
        let next = postponed.values().min().copied().into_iter().chain(next.filter(|at| *at > now)).min();
        tokio::select! {
            () = hub.time.wait_until(next) => {}
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

async fn strike(hub: &Hub, actor: &Actor, due: &Due) -> Result<Option<crate::token::Token>, HandleError> {
    match due.stream.category() {
        ClueId::PREFIX => ring::<ClueRule>(hub, actor, due).await,
        ReferralId::PREFIX => ring::<ReferralRule>(hub, actor, due).await,
        other => {
            tracing::warn!(category = other, "a clock in a stream that no rule here rings");
            Ok(None)
        }
    }
}

async fn ring<R: Chimes>(
    hub: &Hub,
    actor: &Actor,
    due: &Due,
) -> Result<Option<crate::token::Token>, HandleError> {
    let (state, _) = hub.state::<R>(&due.stream).await?;
    let told = listeners::<R>(hub, &state, due);
    let id = mint::follow_up(due.started_by, &format!("ring/{}/{}", due.rule, due.stage.percent()));
    let order = Order {
        by: actor.clone(),
        id,
        // A clock rings at the moment it was set to; the log keeps beside it when the hub got to it.
        occurred: None,
        causation: Some(due.started_by),
        correlation: None,
        command: R::ring(due.rule.clone(), due.stage, told),
    };
    let handled = hub.handle::<R>(&due.stream, &order).await?;
    Ok(Some(handled.token()))
}

fn listeners<R: Chimes>(hub: &Hub, state: &R::State, due: &Due) -> Vec<Told> {
    let Some(period) = Periods::standard().row(&due.rule, due.rule_version) else { return Vec::new() };
    due.stage
        .tells(period)
        .into_iter()
        .map(|who| {
            let found = R::listener(state, period.duty, who).map(|listener| match listener {
                Listener::Unit(unit) => Ok(Some(unit)),
                Listener::Above(unit) => hub.roster.superior(&unit.id),
                Listener::At(agency, place, level) => hub.roster.at_level(agency, place, level),
            });
            let unit = match found {
                Some(Ok(unit)) => unit.map(|unit| unit.id),
                Some(Err(error)) => {
                    tracing::warn!(%error, "the roster could not name who is told");
                    None
                }
                None => None,
            };
            Told { who, unit }
        })
        .collect()
}

/// The event that started a clock, from which the ids of its rings derive.
pub(crate) fn started_by(stream: &StreamName, event: Uuid) -> Uuid {
    mint::follow_up(event, stream.as_str())
}
