//! What is known of a campaign. Never here: a decision.

use std::collections::{BTreeMap, BTreeSet};

use crate::actor::{Agency, Stamp};
use crate::campaign::event::{Event, Return, Snapshot};
use crate::campaign::plan::{Addition, Phase, PhaseKind, Plan, Post};
use crate::division::DivisionCode;
use crate::ids::OfficerId;

/// Where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Written, and signed by these.
    Drafting {
        /// Who has signed.
        signed: BTreeSet<Agency>,
    },
    /// Signed by all.
    Approved,
    /// Sent to all levels.
    Deployed,
    /// These phases have begun.
    Running {
        /// Which.
        begun: BTreeSet<PhaseKind>,
    },
    /// Counting ended.
    DataFrozen {
        /// Who froze it, or corrected it.
        by: OfficerId,
    },
    /// Found to be what was reported.
    Verified,
    /// Published.
    Published,
    /// Over. Final.
    Closed,
}

impl Stage {
    /// A stable word for views.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Stage::Drafting { .. } => "campaign-drafting",
            Stage::Approved => "campaign-approved",
            Stage::Deployed => "campaign-deployed",
            Stage::Running { .. } => "campaign-running",
            Stage::DataFrozen { .. } => "campaign-frozen",
            Stage::Verified => "campaign-verified",
            Stage::Published => "campaign-published",
            Stage::Closed => "campaign-closed",
        }
    }
}

/// A campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    plan: Plan,
    stage: Stage,
    additions: Vec<Addition>,
    returns: BTreeMap<Post, Return>,
    snapshots: Vec<Snapshot>,
}

impl Campaign {
    /// What was issued.
    #[must_use]
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Where it stands.
    #[must_use]
    pub const fn stage(&self) -> &Stage {
        &self.stage
    }

    /// What levels have added, oldest first.
    #[must_use]
    pub fn additions(&self) -> &[Addition] {
        &self.additions
    }

    /// What units have reported, the latest of each. Who is not in it has not reported, which is not zero.
    #[must_use]
    pub const fn returns(&self) -> &BTreeMap<Post, Return> {
        &self.returns
    }

    /// Every version of the frozen figures, oldest first: version 1 is the first.
    #[must_use]
    pub fn snapshots(&self) -> &[Snapshot] {
        &self.snapshots
    }

    /// The units that are to report and have not.
    #[must_use]
    pub fn missing(&self) -> Vec<Post> {
        self.plan.posts().into_iter().filter(|post| !self.returns.contains_key(post)).collect()
    }

    /// A phase as it holds in an area: the strictest of what was issued and what its levels have made of it.
    #[must_use]
    pub fn phase_in(&self, kind: PhaseKind, area: DivisionCode) -> Option<Phase> {
        self.plan.phase_in(&self.additions, kind, area)
    }
}

/// What is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing: no plan was written.
    #[default]
    Unknown,
    /// There is a plan.
    Known(Box<Campaign>),
}

impl State {
    /// The campaign, when there is one.
    #[must_use]
    pub const fn known(&self) -> Option<&Campaign> {
        match self {
            State::Unknown => None,
            State::Known(campaign) => Some(campaign),
        }
    }

    /// Takes in what has happened.
    #[must_use]
    pub(super) fn evolve(self, event: &Event, stamp: &Stamp) -> Self {
        if let Event::Drafted(plan) = event {
            return State::Known(Box::new(Campaign {
                plan: (**plan).clone(),
                stage: Stage::Drafting { signed: BTreeSet::new() },
                additions: Vec::new(),
                returns: BTreeMap::new(),
                snapshots: Vec::new(),
            }));
        }
        let State::Known(mut campaign) = self else { return State::Unknown };
        campaign.take(event, stamp);
        State::Known(campaign)
    }
}

impl Campaign {
    fn take(&mut self, event: &Event, stamp: &Stamp) {
        match event {
            Event::Drafted(_) => {}
            Event::Signed { agency } => {
                if let Stage::Drafting { signed } = &mut self.stage {
                    signed.insert(*agency);
                }
            }
            Event::Approved {} => self.stage = Stage::Approved,
            Event::Deployed {} => self.stage = Stage::Deployed,
            Event::Extended(addition) => self.additions.push(addition.clone()),
            Event::PhaseBegun { phase } => match &mut self.stage {
                Stage::Running { begun } => {
                    begun.insert(*phase);
                }
                Stage::Drafting { .. }
                | Stage::Approved
                | Stage::Deployed
                | Stage::DataFrozen { .. }
                | Stage::Verified
                | Stage::Published
                | Stage::Closed => self.stage = Stage::Running { begun: BTreeSet::from([*phase]) },
            },
            Event::FiguresSubmitted { returns } => self.report(returns),
            Event::Frozen(snapshot) => self.freeze(snapshot, stamp),
            Event::Verified { .. } => self.stage = Stage::Verified,
            Event::Published {} => self.stage = Stage::Published,
            Event::Corrected { snapshot, returns, .. } => {
                self.report(returns);
                self.freeze(snapshot, stamp);
            }
            Event::Closed {} => self.stage = Stage::Closed,
        }
    }

    fn freeze(&mut self, snapshot: &Snapshot, stamp: &Stamp) {
        self.snapshots.push(snapshot.clone());
        self.stage = Stage::DataFrozen { by: stamp.by.officer.clone() };
    }

    fn report(&mut self, returns: &[Return]) {
        self.returns.extend(returns.iter().map(|one| (one.post, one.clone())));
    }
}
