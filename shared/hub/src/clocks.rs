//! The clock service: turns due moments into commands to the matters whose clocks they are.
//! Never here: a period, or what a breach means.
//!
//! Crash story. The agenda is a view of the clock events in the log. A ring is a command whose id is derived
//! from the clock's start and the stage, and the rule refuses a stage that rang before. Die at any point: at
//! the next start the agenda still holds what has not rung, and what has rung cannot ring again. Two
//! instances ring once, because both send the same command to the same stream.

mod agenda;
mod postponed;
mod tell;

use std::collections::HashSet;
use std::path::Path;
use std::pin::pin;

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::break_glass::BreakGlassRule;
use domain::clock::{Stage, Told};
use domain::clue::ClueRule;
use domain::decider::Decider;
use domain::division::DivisionCode;
use domain::hazard::HazardRule;
use domain::ids::{ClueId, GrantId, HazardId, InspectionId, OfficerId, ReferralId, UnitId};
use domain::inspection::InspectionRule;
use domain::period::{Duty, Effect, Periods, Who};
use domain::referral::ReferralRule;
use eventlog::{JsonObject, Revision, StreamName};
use jiff::SignedDuration;
use uuid::Uuid;

use crate::handle::{HandleError, Order};
use crate::mint;
use crate::read_model::{View, ViewError};
use crate::shell::Hub;
use crate::telemetry;
use crate::token::Token;

pub use agenda::{Agenda, Due};

/// What the clock service is called where parts are told apart.
pub(crate) const PART: &str = "clocks";

use postponed::{Key, Postponed};

/// A rule whose streams carry clocks.
pub trait Chimes: Decider {
    /// The command that rings a clock; with the unit told as fallback owner, when the period tells one.
    fn ring(rule: String, stage: Stage, told: Vec<Told>, fallback: Option<Unit>) -> Self::Command;

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
    /// The fallback owner of an agency for a place.
    Fallback(Agency, DivisionCode),
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
    let mut postponed = Postponed::default();
    loop {
        changes.mark_unchanged();
        let now = hub.time.now();
        let next = match round(&hub, &agenda, &actor, &mut postponed).await {
            // See our own rings before looking again, so that the next look finds only what is left.
            Ok(Some(token)) => match agenda.wait(&token, std::time::Duration::from_secs(5)).await {
                Ok(()) => continue,
                Err(error) => Err(error),
            },
            Ok(None) => agenda.read(move |tables| agenda::next(tables, now)).await,
            Err(error) => Err(error),
        };
        let next = match next {
            Ok(next) => postponed.first().into_iter().chain(next).min(),
            Err(ViewError::Stopping) => return,
            Err(error) => {
                tracing::error!(%error, "the clock service cannot read its agenda");
                now.checked_add(SignedDuration::from_secs(1)).ok()
            }
        };
        tokio::select! {
            () = hub.time.wait_until(next) => {}
            changed = changes.changed() => if changed.is_err() { return },
        }
    }
}

/// Rings everything that is due and not postponed, page by page: what fails is passed over, however much of it there
/// is. Answers where to look for the last ring.
async fn round(
    hub: &Hub,
    agenda: &View,
    actor: &Actor,
    postponed: &mut Postponed,
) -> Result<Option<Token>, ViewError> {
    let now = hub.time.now();
    let (mut behind, mut last, mut due) = (None, None, HashSet::new());
    loop {
        let page = agenda.read(move |tables| agenda::due(tables, now, behind)).await?;
        for one in &page.rings {
            let key = Key::of(one);
            if !postponed.waits(&key, now) {
                match strike(hub, actor, one).await {
                    Ok(token) => last = token.or(last),
                    Err(error) => {
                        tracing::error!(stream = %one.stream, rule = one.rule, %error, "clock not rung, trying again");
                        postponed.failed(key.clone(), now, &error);
                    }
                }
            }
            let _ = due.insert(key);
        }
        behind = page.last;
        if behind.is_none() {
            postponed.forget_but(&due);
            telemetry::parked(PART, postponed.since());
            return Ok(last);
        }
    }
}

async fn strike(hub: &Hub, actor: &Actor, due: &Due) -> Result<Option<Token>, HandleError> {
    match due.stream.category() {
        ClueId::PREFIX => ring::<ClueRule>(hub, actor, due).await,
        ReferralId::PREFIX => ring::<ReferralRule>(hub, actor, due).await,
        InspectionId::PREFIX => ring::<InspectionRule>(hub, actor, due).await,
        HazardId::PREFIX => ring::<HazardRule>(hub, actor, due).await,
        GrantId::PREFIX => ring::<BreakGlassRule>(hub, actor, due).await,
        other => {
            tracing::warn!(category = other, "a clock in a stream that no rule here rings");
            Ok(None)
        }
    }
}

async fn ring<R: Chimes>(hub: &Hub, actor: &Actor, due: &Due) -> Result<Option<Token>, HandleError> {
    let (state, _) = hub.state::<R>(&due.stream).await?;
    let heard = listeners::<R>(hub, &state, due);
    let fallback = heard.iter().find(|(who, _)| *who == Who::Fallback).and_then(|(_, unit)| unit.clone());
    let told = heard.into_iter().map(|(who, unit)| Told { who, unit: unit.map(|unit| unit.id) }).collect();
    let id = mint::follow_up(due.started_by, &format!("ring/{}/{}", due.rule, due.stage.percent()));
    let order = Order {
        by: actor.clone(),
        id,
        // A clock rings at the moment it was set to; the log keeps beside it when the hub got to it.
        occurred: None,
        causation: Some(due.started_by),
        correlation: None,
        command: R::ring(due.rule.clone(), due.stage, told, fallback),
    };
    let started = if telemetry::traces() { started(hub, due).await } else { None };
    let percent = due.stage.percent();
    let traced = telemetry::ring(started.as_ref(), hub.time.now(), (&due.rule, percent));
    let handled = traced.around(pin!(hub.handle::<R>(&due.stream, &order))).await?;
    let period = Periods::standard().row(&due.rule, due.rule_version);
    let missed = period.is_some_and(|period| period.on_breach.effect == Effect::Breach);
    if missed && due.stage == Stage::Due && !handled.repeated {
        telemetry::breached(&due.rule);
    }
    Ok(Some(handled.token()))
}

/// What stands beside the event that started a clock.
async fn started(hub: &Hub, due: &Due) -> Option<JsonObject> {
    let history = hub.log.read(&due.stream, Revision::FIRST).await.ok()?;
    let found = history.into_iter().find(|event| started_by(&due.stream, event.id) == due.started_by);
    found.map(|event| event.metadata)
}

fn listeners<R: Chimes>(hub: &Hub, state: &R::State, due: &Due) -> Vec<(Who, Option<Unit>)> {
    let Some(period) = Periods::standard().row(&due.rule, due.rule_version) else { return Vec::new() };
    due.stage
        .tells(period)
        .into_iter()
        .map(|who| {
            let found = R::listener(state, period.duty, who).map(|listener| match listener {
                Listener::Unit(unit) => Ok(Some(unit)),
                Listener::Above(unit) => hub.roster.superior(&unit.id),
                Listener::At(agency, place, level) => hub.roster.at_level(agency, place, level),
                Listener::Fallback(agency, place) => hub.roster.fallback(agency, place),
            });
            let unit = match found {
                Some(Ok(unit)) => unit,
                Some(Err(error)) => {
                    tracing::warn!(%error, "the roster could not name who is told");
                    None
                }
                None => None,
            };
            (who, unit)
        })
        .collect()
}

/// The event that started a clock, from which the ids of its rings derive.
pub(crate) fn started_by(stream: &StreamName, event: Uuid) -> Uuid {
    mint::follow_up(event, stream.as_str())
}
