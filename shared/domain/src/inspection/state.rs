//! What is known of a joint inspection. Never here: a decision.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::actor::{Stamp, Unit};
use crate::checklist::LineId;
use crate::clock::Clocks;
use crate::document_number::DocumentNumber;
use crate::ids::OfficerId;
use crate::inspection::answer::{Answer, Verdict};
use crate::inspection::event::Event;
use crate::inspection::plan::Planned;
use crate::inspection::report::Report;
use crate::inspection::stage::{Stage, stage_after};
use crate::inspection::team::Team;

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

/// Where its record was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In the hub, step by step.
    Hub,
    /// Outside, and entered whole by the leading unit; each invited unit signs for its own members.
    Outside {
        /// The number of the notice, when it was served.
        notice: Option<DocumentNumber>,
    },
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
    pub(super) origin: Origin,
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
            origin: Origin::Hub,
            asks: BTreeMap::new(),
            clocks: Clocks::default(),
        }
    }

    /// One that was recorded outside the hub: signed by the leading unit's members, who entered it.
    pub(super) fn reported(report: &Report) -> Self {
        let presence = Presence { since: report.from, until: Some(report.until) };
        let officers = || report.team.iter().map(|member| member.officer.clone());
        let refused = report.refused.is_some();
        let own = report.team.iter().filter(|member| member.unit == report.plan.lead);
        let mut visit = Self {
            stage: Stage::Recorded,
            team: report.team.clone().into(),
            presence: officers().map(|officer| (officer, presence)).collect(),
            answers: report.given().collect(),
            signed: own.map(|member| member.officer.clone()).collect(),
            said: Some(if refused { Said::Refused } else { Said::Signed }),
            origin: Origin::Outside { notice: report.notice.clone() },
            ..Self::new(report.plan.clone())
        };
        visit.stage = visit.signed_by_all();
        visit
    }

    /// Who signs when a member does: that one, and of a visit recorded outside all of the member's unit.
    pub(super) fn signers(&self, stamp: &Stamp) -> Vec<OfficerId> {
        match self.origin {
            Origin::Hub => vec![stamp.by.officer.clone()],
            Origin::Outside { .. } => {
                let own = self.team.members().iter().filter(|member| member.unit.id == stamp.by.unit.id);
                own.map(|member| member.officer.clone()).collect()
            }
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

    /// When each member was there last.
    #[must_use]
    pub const fn presence(&self) -> &BTreeMap<OfficerId, Presence> {
        &self.presence
    }

    /// Who has signed.
    #[must_use]
    pub const fn signed(&self) -> &BTreeSet<OfficerId> {
        &self.signed
    }

    /// What the institution said to the record.
    #[must_use]
    pub const fn said(&self) -> Option<Said> {
        self.said
    }

    /// What was answered, by line. A visit recorded outside the hub has only the lines that did not pass.
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
    pub(super) fn signed_by_all(&self) -> Stage {
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
                self.signed.extend(self.signers(stamp));
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
            | Event::Reported(_)
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
        if let Event::Reported(report) = event {
            return State::Known(Box::new(Visit::reported(report)));
        }
        let State::Known(mut visit) = self else { return State::Unknown };
        visit.take(event, stamp);
        State::Known(visit)
    }
}
