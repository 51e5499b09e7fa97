//! What a campaign asks for: phases with windows and shares, tasks, and what lower levels add (handbook 2.9, 3.9).
//! The plans that were really issued are data, data/campaigns. Never here: what has been done.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Level, Unit};
use crate::campaign::ratio::{Group, Share, tiers};
use crate::division::{DivisionCode, Divisions};
use crate::ids::CampaignId;
use crate::text::Title;

/// A part of a campaign. Their windows overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseKind {
    /// Institutions check themselves 自查.
    SelfCheck,
    /// Counties inspect every institution 县级排查.
    CountyInspection,
    /// Cities sample 市级抽查.
    CitySpotCheck,
    /// Provinces sample 省级督导检查.
    ProvincialSpotCheck,
    /// What was found is looked at again 回头看.
    LookBack,
}

impl PhaseKind {
    /// Every kind.
    pub const ALL: [PhaseKind; 5] = [
        PhaseKind::SelfCheck,
        PhaseKind::CountyInspection,
        PhaseKind::CitySpotCheck,
        PhaseKind::ProvincialSpotCheck,
        PhaseKind::LookBack,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            PhaseKind::SelfCheck => "self-check",
            PhaseKind::CountyInspection => "county-inspection",
            PhaseKind::CitySpotCheck => "city-spot-check",
            PhaseKind::ProvincialSpotCheck => "provincial-spot-check",
            PhaseKind::LookBack => "look-back",
        }
    }

    /// The level that reports figures of this phase, when it has figures of its own.
    #[must_use]
    pub const fn tier(self) -> Option<Level> {
        match self {
            PhaseKind::CountyInspection => Some(Level::County),
            PhaseKind::CitySpotCheck => Some(Level::City),
            PhaseKind::ProvincialSpotCheck => Some(Level::Province),
            PhaseKind::SelfCheck | PhaseKind::LookBack => None,
        }
    }
}

/// A phase with its window and what share of the whole it must reach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Phase {
    /// Which.
    #[schemars(extend("class" = "P1"))]
    pub kind: PhaseKind,
    /// Its first day.
    #[schemars(extend("class" = "P1"))]
    pub opens: Date,
    /// Its last day.
    #[schemars(extend("class" = "P1"))]
    pub closes: Date,
    /// The share of counties to be sampled; none: no such ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub counties: Option<Share>,
    /// The share of institutions to be visited; none: no such ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub institutions: Option<Share>,
}

impl Phase {
    /// Whether this phase asks for as much as the other, or more: no later, no smaller share.
    #[must_use]
    pub fn as_strict_as(&self, other: &Self) -> bool {
        let share = |own: Option<Share>, base: Option<Share>| match (own, base) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(base)) => own.at_least(base),
        };
        self.opens <= self.closes
            && self.closes <= other.closes
            && share(self.counties, other.counties)
            && share(self.institutions, other.institutions)
    }

    /// The stricter of the two in every respect; it opens when the later statement says.
    pub(super) fn strictest(self, other: &Self) -> Self {
        let share = |own: Option<Share>, other: Option<Share>| match (own, other) {
            (Some(own), Some(other)) => Some(if own.at_least(other) { own } else { other }),
            (own, other) => own.or(other),
        };
        Self {
            kind: self.kind,
            opens: other.opens,
            closes: self.closes.min(other.closes),
            counties: share(self.counties, other.counties),
            institutions: share(self.institutions, other.institutions),
        }
    }
}

/// What was issued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The campaign's id.
    #[schemars(extend("class" = "P1"))]
    pub id: CampaignId,
    /// Its title.
    #[schemars(extend("class" = "P0"))]
    pub title: Title,
    /// The unit that leads it.
    #[schemars(extend("class" = "P1"))]
    pub lead: Unit,
    /// The agencies that issue it jointly; each signs.
    #[schemars(with = "Vec<Agency>", extend("class" = "P1"))]
    pub issuers: BTreeSet<Agency>,
    /// Its first day.
    #[schemars(extend("class" = "P1"))]
    pub opens: Date,
    /// Its last day.
    #[schemars(extend("class" = "P1"))]
    pub closes: Date,
    /// Its phases, each kind once.
    pub phases: Vec<Phase>,
    /// What is to be done.
    #[schemars(extend("class" = "P1"))]
    pub tasks: Vec<Title>,
}

/// What is wrong with a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanFault {
    /// Nobody issues it, or it asks for nothing.
    Empty,
    /// A phase stands twice.
    Twice(PhaseKind),
    /// A phase ends before it begins, or lies outside the campaign. Only the look-back may come after it.
    Outside(PhaseKind),
}

impl Plan {
    /// Whether it holds together.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), PlanFault> {
        if self.issuers.is_empty() || self.phases.is_empty() || self.tasks.is_empty() {
            return Err(PlanFault::Empty);
        }
        let mut seen = BTreeSet::new();
        for phase in &self.phases {
            if !seen.insert(phase.kind) {
                return Err(PlanFault::Twice(phase.kind));
            }
            let ends_inside = phase.closes <= self.closes || phase.kind == PhaseKind::LookBack;
            if phase.opens < self.opens || phase.opens > phase.closes || !ends_inside {
                return Err(PlanFault::Outside(phase.kind));
            }
        }
        Ok(())
    }

    /// A phase.
    #[must_use]
    pub fn phase(&self, kind: PhaseKind) -> Option<&Phase> {
        self.phases.iter().find(|phase| phase.kind == kind)
    }

    /// A phase as it holds in an area: the strictest of what was issued and what the levels above the area added.
    #[must_use]
    pub fn phase_in(&self, additions: &[Addition], kind: PhaseKind, area: DivisionCode) -> Option<Phase> {
        let within = |addition: &&Addition| Divisions::standard().is_within(area, addition.division);
        let added = additions.iter().filter(within).flat_map(|addition| &addition.phases);
        let issued = self.phase(kind)?.clone();
        Some(added.filter(|phase| phase.kind == kind).fold(issued, Phase::strictest))
    }

    /// Whether a record of this day can belong to it: from its first day to its last, or to that of a phase that goes
    /// on after it.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        let last = self.phases.iter().map(|phase| phase.closes).fold(self.closes, Date::max);
        (self.opens..=last).contains(&day)
    }

    /// The last day on which figures can still arise that are reported: before it is over nothing is frozen.
    #[must_use]
    pub fn last_counting_day(&self) -> Date {
        let tiers = self.phases.iter().filter(|phase| phase.kind.tier().is_some());
        tiers.map(|phase| phase.closes).fold(self.closes, Date::max)
    }

    /// Who is to report figures: every unit of every tier in the area, on the last day. A municipality reports its
    /// city tier as a province.
    #[must_use]
    pub fn posts(&self) -> BTreeSet<Post> {
        let divisions = Divisions::standard();
        let levels: Vec<Level> = self.phases.iter().filter_map(|phase| phase.kind.tier()).collect();
        let inside = |post: &Post| {
            levels.contains(&post.level) && divisions.is_within(post.division, self.lead.division)
        };
        let post = |level, division| Post { level, division };
        tiers(divisions, self.closes)
            .into_iter()
            .flat_map(|tier| {
                let city = match tier.group {
                    Group::City | Group::CountyLess | Group::Direct => Some(post(Level::City, tier.division)),
                    Group::Municipality => None,
                };
                let counties = tier.counties.into_iter().map(move |county| post(Level::County, county));
                counties.chain(city).chain([post(Level::Province, tier.province)])
            })
            .filter(inside)
            .collect()
    }
}

/// Who reports figures: a level and its division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Post {
    /// The level.
    #[schemars(extend("class" = "P1"))]
    pub level: Level,
    /// The division.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
}

impl fmt::Display for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.level.code(), self.division)
    }
}

/// What a level adds for its own area: tasks of its own, and phases that are stricter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Addition {
    /// The area.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// Further tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub tasks: Vec<Title>,
    /// Phases as they hold there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phases: Vec<Phase>,
}

/// A plan that was really issued: what a new one starts from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Template {
    /// Its name in files and on the command line.
    pub id: String,
    /// Counts up; a change is a new version.
    pub version: u32,
    /// Where it is told.
    pub source: String,
    /// Its Chinese name.
    pub zh: Title,
    /// Its English name.
    pub en: Title,
    /// The level that issues it.
    pub level: Level,
    /// Who issues it.
    pub issuers: BTreeSet<Agency>,
    /// First day.
    pub opens: Date,
    /// Last day.
    pub closes: Date,
    /// The phases.
    pub phases: Vec<Phase>,
    /// The tasks.
    pub tasks: Vec<Title>,
}

impl Template {
    /// The ones that ship with the program.
    #[must_use]
    pub fn standard() -> &'static [Template] {
        static STANDARD: OnceLock<Vec<Template>> = OnceLock::new();
        STANDARD.get_or_init(|| {
            let files = [
                include_str!("../../data/campaigns/safety-guard-2023.json"),
                include_str!("../../data/campaigns/shanxi-2023.json"),
            ];
            files.into_iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
        })
    }

    /// One of them, by its name.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Template> {
        Self::standard().iter().find(|template| template.id == id)
    }

    /// The plan of this kind that a unit leads.
    #[must_use]
    pub fn plan(&self, id: CampaignId, lead: Unit) -> Plan {
        Plan {
            id,
            title: self.zh.clone(),
            lead,
            issuers: self.issuers.clone(),
            opens: self.opens,
            closes: self.closes,
            phases: self.phases.clone(),
            tasks: self.tasks.clone(),
        }
    }
}
