//! The team of a joint inspection, and when it is enough (APL art. 42; Fire Law art. 53).
//! Never here: finding officers.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Unit};
use crate::ids::OfficerId;
use crate::inspection::{Planned, Rejection};
use crate::text::Text;

/// Qualified officers at least (行政处罚法第四十二条).
pub const QUALIFIED: usize = 2;

/// A member of the team, as the member's own unit confirmed them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Member {
    /// The officer.
    #[schemars(extend("class" = "P1"))]
    pub officer: OfficerId,
    /// The officer's unit.
    #[schemars(extend("class" = "P1"))]
    pub unit: Unit,
    /// The number of the enforcement certificate 执法证; one without is not qualified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub certificate: Option<Text<40>>,
    /// The paper by which a police station was charged with fire inspections 委托 (消防法第五十三条).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub fire_delegation: Option<Text<60>>,
}

impl Member {
    /// Whether the member may answer fire lines: of the fire service, or of a police station charged with it.
    #[must_use]
    pub fn for_fire(&self) -> bool {
        let delegated = self.unit.agency == Agency::Police && self.fire_delegation.is_some();
        self.unit.agency == Agency::Fire || delegated
    }
}

/// The officers who go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Team {
    members: Vec<Member>,
}

impl From<Vec<Member>> for Team {
    fn from(members: Vec<Member>) -> Self {
        Self { members }
    }
}

impl Team {
    /// Its members in the order they were confirmed.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// A member.
    #[must_use]
    pub fn get(&self, officer: &OfficerId) -> Option<&Member> {
        self.members.iter().find(|member| member.officer == *officer)
    }

    pub(super) fn add(&mut self, member: Member) {
        self.members.push(member);
    }

    pub(super) fn without(&self, officer: &OfficerId) -> Self {
        let stay = |member: &&Member| member.officer != *officer;
        Self { members: self.members.iter().filter(stay).cloned().collect() }
    }

    /// Whether it is enough for the plan: two qualified officers; of a joint inspection at least two agencies and a
    /// member of every unit; somebody for the fire lines.
    pub(super) fn suffices(&self, plan: &Planned) -> Result<(), Rejection> {
        let have = self.members.iter().filter(|member| member.certificate.is_some()).count();
        if have < QUALIFIED {
            return Err(Rejection::TooFewQualified { have, need: QUALIFIED });
        }
        let missing = |unit: &&Unit| !self.members.iter().any(|member| member.unit.id == unit.id);
        if let Some(unit) = plan.units().find(missing) {
            return Err(Rejection::NotConfirmed { unit: unit.id.clone() });
        }
        let agencies: BTreeSet<Agency> = self.members.iter().map(|member| member.unit.agency).collect();
        if !plan.invited.is_empty() && agencies.len() < 2 {
            return Err(Rejection::OneAgency { agency: plan.lead.agency });
        }
        let fire = plan.lines().any(|(_, line)| line.category.fire());
        if fire && !self.members.iter().any(Member::for_fire) {
            Err(Rejection::NobodyForFire)
        } else {
            Ok(())
        }
    }
}
