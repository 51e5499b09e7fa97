//! A hazard as it is found, before anything was done about it: what an inspection hands over for every failed line
//! of its checklists, and what opens a hazard's stream. Never here: what becomes of it.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Unit;
use crate::decider::Scope;
use crate::division::{DivisionCode, Divisions};
use crate::ids::{HazardId, InspectionId, InstitutionId};
use crate::paper::Paper;
use crate::text::Text;

/// What is wrong (handbook 4.5, hazard category).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// The site 场地.
    Site,
    /// The structure of the building 建筑结构.
    Structure,
    /// Facilities and equipment 设施设备.
    Facility,
    /// Evacuation 消防疏散.
    FireEvacuation,
    /// Fire equipment 消防设施器材.
    FireEquipment,
    /// Sources of fire 火源.
    FireSource,
    /// Fire safety management 消防管理.
    FireManagement,
    /// Gas and electricity 燃气用电.
    GasElectric,
    /// Unchecked or barred staff 从业人员准入.
    StaffAccess,
    /// Insurance 保险.
    Insurance,
    /// The three defences: people, physical, technical 三防.
    Security,
    /// School bus and traffic 校车交通.
    BusTraffic,
    /// Food 食品.
    Food,
    /// Gathering places and crowds 人员密集.
    Gathering,
    /// The perimeter 周边.
    Perimeter,
    /// Fees 收费.
    Fee,
    /// Safety education and drills 教育演练.
    Drill,
    /// Anything else.
    Other,
}

impl Category {
    /// Every category.
    pub const ALL: [Category; 18] = [
        Category::Site,
        Category::Structure,
        Category::Facility,
        Category::FireEvacuation,
        Category::FireEquipment,
        Category::FireSource,
        Category::FireManagement,
        Category::GasElectric,
        Category::StaffAccess,
        Category::Insurance,
        Category::Security,
        Category::BusTraffic,
        Category::Food,
        Category::Gathering,
        Category::Perimeter,
        Category::Fee,
        Category::Drill,
        Category::Other,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Category::Site => "site",
            Category::Structure => "structure",
            Category::Facility => "facility",
            Category::FireEvacuation => "fire-evacuation",
            Category::FireEquipment => "fire-equipment",
            Category::FireSource => "fire-source",
            Category::FireManagement => "fire-management",
            Category::GasElectric => "gas-electric",
            Category::StaffAccess => "staff-access",
            Category::Insurance => "insurance",
            Category::Security => "security",
            Category::BusTraffic => "bus-traffic",
            Category::Food => "food",
            Category::Gathering => "gathering",
            Category::Perimeter => "perimeter",
            Category::Fee => "fee",
            Category::Drill => "drill",
            Category::Other => "other",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// Whether it counts as a fire hazard (handbook 2.4, 2.16); every other is a safety hazard.
    #[must_use]
    pub const fn fire(self) -> bool {
        match self {
            Category::FireEvacuation
            | Category::FireEquipment
            | Category::FireSource
            | Category::FireManagement => true,
            Category::Site
            | Category::Structure
            | Category::Facility
            | Category::GasElectric
            | Category::StaffAccess
            | Category::Insurance
            | Category::Security
            | Category::BusTraffic
            | Category::Food
            | Category::Gathering
            | Category::Perimeter
            | Category::Fee
            | Category::Drill
            | Category::Other => false,
        }
    }
}

/// How grave it is (handbook 4.5, hazard grade), the less grave first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// General 一般隐患: little danger, can be removed when found.
    General,
    /// Major 重大隐患: great danger, the use has to stop.
    Major,
}

impl Grade {
    /// Every grade.
    pub const ALL: [Grade; 2] = [Grade::General, Grade::Major];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Grade::General => "general",
            Grade::Major => "major",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grade| grade.code() == code)
    }
}

/// The failed line of an inspection's checklist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Line {
    /// The inspection.
    pub inspection: InspectionId,
    /// The line's id in the checklist the inspection used.
    pub line: Text<60>,
}

/// The hazard that a failed line is. The same line of the same visit is always the same hazard, so opening it twice does
/// nothing.
#[must_use]
pub fn id_of(inspection: &InspectionId, line: &Text<60>, division: DivisionCode, found: Date) -> HazardId {
    let of = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("{inspection}/{line}").as_bytes());
    HazardId::new(Divisions::standard().lasting(division), found, of.as_u128())
}

/// A hazard as found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Draft {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: HazardId,
    /// Where it is.
    #[schemars(extend("class" = "P1"))]
    pub institution: InstitutionId,
    /// The division of the institution.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// What is wrong.
    #[schemars(extend("class" = "P1"))]
    pub category: Category,
    /// How grave it is: the line's own grade, which grading confirms or changes.
    #[schemars(extend("class" = "P1"))]
    pub grade: Grade,
    /// The line that failed, when a checklist found it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub found: Option<Line>,
    /// The article it breaks, as it is cited.
    #[schemars(extend("class" = "P1"))]
    pub basis: Text<200>,
    /// The unit that found it.
    #[schemars(extend("class" = "P1"))]
    pub finder: Unit,
    /// The unit in charge of having it removed.
    #[schemars(extend("class" = "P1"))]
    pub lead: Unit,
    /// The unit that led the visit, which closes its record only when the hazard is gone; none: no visit found it, or
    /// that unit is one of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub visit_lead: Option<Unit>,
    /// Where in the premises, and what is to be seen there.
    #[schemars(extend("class" = "P2"))]
    pub spot: Text<500>,
    /// What shows it: photographs and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P2"))]
    pub papers: Vec<Paper>,
}

impl Draft {
    /// Whose it is: the unit in charge first, then the one that found it, then the one that led the visit.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let scope = Scope { division: Some(self.division), ..Scope::default() };
        [&self.lead, &self.finder].into_iter().chain(&self.visit_lead).fold(scope, Scope::with)
    }
}
