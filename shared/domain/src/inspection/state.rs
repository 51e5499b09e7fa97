//! What is known of a joint inspection. Never here: a decision.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::actor::{Stamp, Unit};
use crate::checklist::LineId;
use crate::clock::Clocks;
use crate::ids::OfficerId;
use crate::inspection::answer::{Answer, Verdict};
use crate::inspection::event::Event;
use crate::inspection::plan::Planned;
use crate::inspection::team::Team;

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Planned; units confirm their members.
    Planned,
    /// The team is formed.
    TeamFormed,
    /// The institution was told.
    Notified,
    /// The institution is not told.
    Unannounced,
    /// The team is on its way.
    EnRoute,
    /// At least one member is, or was, there.
    OnSite,
    /// The team was not let in, or not let work.
    Obstructed,
    /// Put off.
    Postponed,
    /// Called off. Final.
    Cancelled,
    /// The record is complete and being signed.
    Recorded,
    /// Signed by all; locked.
    Signed,
    /// Signed by all members; the institution would not. Locked.
    RefusedToSign,
    /// The findings are issued; the notice is to be served.
    Issued,
    /// The institution removes what was found.
    AwaitingRectification,
    /// What failed is looked at again.
    ReInspection,
    /// Nothing is left to do. Final.
    Closed,
}

impl Stage {
    /// A stable word for views.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Stage::Planned => "inspection-planned",
            Stage::TeamFormed => "inspection-team-formed",
            Stage::Notified => "inspection-notified",
            Stage::Unannounced => "inspection-unannounced",
            Stage::EnRoute => "inspection-en-route",
            Stage::OnSite => "inspection-on-site",
            Stage::Obstructed => "inspection-obstructed",
            Stage::Postponed => "inspection-postponed",
            Stage::Cancelled => "inspection-cancelled",
            Stage::Recorded => "inspection-recorded",
            Stage::Signed => "inspection-signed",
            Stage::RefusedToSign => "inspection-refused-to-sign",
            Stage::Issued => "inspection-issued",
            Stage::AwaitingRectification => "inspection-awaiting-rectification",
            Stage::ReInspection => "inspection-re-inspection",
            Stage::Closed => "inspection-closed",
        }
    }

    /// Whether the record is signed by all: it is not changed any more.
    #[must_use]
    pub const fn locked(self) -> bool {
        match self {
            Stage::Signed
            | Stage::RefusedToSign
            | Stage::Issued
            | Stage::AwaitingRectification
            | Stage::ReInspection
            | Stage::Closed => true,
            Stage::Planned
            | Stage::TeamFormed
            | Stage::Notified
            | Stage::Unannounced
            | Stage::EnRoute
            | Stage::OnSite
            | Stage::Obstructed
            | Stage::Postponed
            | Stage::Cancelled
            | Stage::Recorded => false,
        }
    }
}

/// When a member was there, by the member's own times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Presence {
    /// From.
    pub since: Timestamp,
    /// To; none while the member is there.
    pub until: Option<Timestamp>,
}

/// What the institution said to the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It signed.
    Signed,
    /// It would not sign.
    Refused,
}

/// An answer with the unit of the member who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The answer.
    pub answer: Answer,
    /// Whose.
    pub unit: Unit,
}

/// An inspection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    pub(super) plan: Planned,
    pub(super) stage: Stage,
    pub(super) team: Team,
    pub(super) recused: BTreeSet<OfficerId>,
    pub(super) presence: BTreeMap<OfficerId, Presence>,
    pub(super) answers: BTreeMap<LineId, Given>,
    pub(super) signed: BTreeSet<OfficerId>,
    pub(super) said: Option<Said>,
    /// The lines a re-inspection asks for, each with what it found.
    pub(super) asks: BTreeMap<LineId, Option<Verdict>>,
    pub(super) clocks: Clocks,
}

impl Visit {
    fn new(plan: Planned) -> Self {
        Self {
            plan,
            stage: Stage::Planned,
            team: Team::default(),
            recused: BTreeSet::new(),
            presence: BTreeMap::new(),
            answers: BTreeMap::new(),
            signed: BTreeSet::new(),
            said: None,
            asks: BTreeMap::new(),
            clocks: Clocks::default(),
        }
    }

    /// What was planned.
    #[must_use]
    pub const fn plan(&self) -> &Planned {
        &self.plan
    }

    /// Where it stands.
    #[must_use]
    pub const fn stage(&self) -> Stage {
        self.stage
    }

    /// Its members.
    #[must_use]
    pub const fn team(&self) -> &Team {
        &self.team
    }

    /// What was answered, by line.
    #[must_use]
    pub const fn answers(&self) -> &BTreeMap<LineId, Given> {
        &self.answers
    }

    /// The lines a re-inspection asks for: those that failed and were not put right.
    pub fn asks(&self) -> impl Iterator<Item = &LineId> {
        self.asks.keys()
    }

    /// Its clocks.
    #[must_use]
    pub const fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// Whether a member was there at a moment.
    pub(super) fn was_there(&self, officer: &OfficerId, at: Timestamp) -> bool {
        let there =
            |presence: &Presence| presence.since <= at && presence.until.is_none_or(|until| at <= until);
        self.presence.get(officer).is_some_and(there)
    }

    /// Locked, once every member signed and the institution said what it has to say.
    fn signed_by_all(&self) -> Stage {
        let all = self.team.members().iter().all(|member| self.signed.contains(&member.officer));
        match self.said {
            Some(Said::Signed) if all => Stage::Signed,
            Some(Said::Refused) if all => Stage::RefusedToSign,
            Some(_) | None => self.stage,
        }
    }

    fn answer(&mut self, answer: &Answer, stamp: &Stamp) {
        if let Some(again) = self.asks.get_mut(&answer.line) {
            *again = Some(answer.verdict);
        } else {
            let given = Given { answer: answer.clone(), unit: stamp.by.unit.clone() };
            self.answers.insert(answer.line.clone(), given);
        }
    }

    /// The findings are out: what failed and was not put right on the spot is asked for again.
    fn issue(&mut self) {
        let left = |given: &&Given| given.answer.verdict == Verdict::Fail;
        self.asks =
            self.answers.values().filter(left).map(|given| (given.answer.line.clone(), None)).collect();
    }

    fn take(&mut self, event: &Event, stamp: &Stamp) {
        self.stage = stage_after(event).unwrap_or(self.stage);
        match event {
            Event::MemberConfirmed(member) => self.team.add(member.clone()),
            Event::MemberRecused { officer, .. } => {
                self.team = self.team.without(officer);
                self.presence.remove(officer);
                self.recused.insert(officer.clone());
            }
            Event::TeamFormed { team } => self.team = team.clone(),
            Event::CheckedIn(_) => {
                let presence = Presence { since: stamp.at, until: None };
                self.presence.insert(stamp.by.officer.clone(), presence);
                if self.stage == Stage::EnRoute {
                    self.stage = Stage::OnSite;
                }
            }
            Event::CheckedOut(_) => {
                if let Some(presence) = self.presence.get_mut(&stamp.by.officer) {
                    presence.until = Some(stamp.at);
                }
            }
            Event::Answered(answer) => self.answer(answer, stamp),
            Event::Resumed { on } => self.plan.on = *on,
            // Whoever was there has left; who comes back checks in again.
            Event::Obstructed { .. } => self.presence.clear(),
            Event::MemberSigned {} => {
                self.signed.insert(stamp.by.officer.clone());
                self.stage = self.signed_by_all();
            }
            Event::InstitutionSigned { .. } => self.say(Said::Signed),
            Event::InstitutionRefused { .. } => self.say(Said::Refused),
            Event::Issued { .. } => self.issue(),
            Event::ReinspectionBegun { asks } => {
                self.ask(asks);
                self.presence.clear();
            }
            Event::Reinspected { failed } => self.ask(failed),
            Event::Clock(clock) => self.clocks.evolve(clock),
            Event::Planned(_)
            | Event::Notified {}
            | Event::Unannounced {}
            | Event::SetOut {}
            | Event::Retried { .. }
            | Event::Postponed { .. }
            | Event::Cancelled { .. }
            | Event::Recorded {}
            | Event::Supplemented { .. }
            | Event::NoticeServed { .. }
            | Event::ReinspectionDue { .. }
            | Event::Closed {} => {}
        }
    }

    fn say(&mut self, said: Said) {
        self.said = Some(said);
        self.stage = self.signed_by_all();
    }

    fn ask(&mut self, lines: &[LineId]) {
        self.asks = lines.iter().map(|line| (line.clone(), None)).collect();
    }
}

/// Where an event leads by itself, whatever else is known.
const fn stage_after(event: &Event) -> Option<Stage> {
    Some(match event {
        Event::Planned(_) | Event::Resumed { .. } => Stage::Planned,
        Event::TeamFormed { .. } => Stage::TeamFormed,
        Event::Notified {} => Stage::Notified,
        Event::Unannounced {} => Stage::Unannounced,
        Event::SetOut {} | Event::Retried { .. } => Stage::EnRoute,
        Event::Obstructed { .. } => Stage::Obstructed,
        Event::Postponed { .. } => Stage::Postponed,
        Event::Cancelled { .. } => Stage::Cancelled,
        Event::Recorded {} => Stage::Recorded,
        Event::Issued { .. } => Stage::Issued,
        Event::NoticeServed { .. } | Event::Reinspected { .. } => Stage::AwaitingRectification,
        Event::ReinspectionBegun { .. } => Stage::ReInspection,
        Event::Closed {} => Stage::Closed,
        Event::MemberConfirmed(_)
        | Event::MemberRecused { .. }
        | Event::CheckedIn(_)
        | Event::CheckedOut(_)
        | Event::Answered(_)
        | Event::MemberSigned {}
        | Event::InstitutionSigned { .. }
        | Event::InstitutionRefused { .. }
        | Event::Supplemented { .. }
        | Event::ReinspectionDue { .. }
        | Event::Clock(_) => return None,
    })
}

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing: not planned.
    #[default]
    Unknown,
    /// It was planned.
    Known(Box<Visit>),
}

impl State {
    /// The inspection, when it was planned.
    #[must_use]
    pub const fn known(&self) -> Option<&Visit> {
        match self {
            State::Unknown => None,
            State::Known(visit) => Some(visit),
        }
    }

    /// Takes in what has happened.
    #[must_use]
    pub(super) fn evolve(self, event: &Event, stamp: &Stamp) -> Self {
        if let Event::Planned(plan) = event {
            return State::Known(Box::new(Visit::new((**plan).clone())));
        }
        let State::Known(mut visit) = self else { return State::Unknown };
        visit.take(event, stamp);
        State::Known(visit)
    }
}
