//! What a joint inspection is planned to be: where, by whom, with which checklists. Never here: what came of it.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Level, Stamp, Unit};
use crate::checklist::{Checklists, Edition, Line, LineId};
use crate::decider::Scope;
use crate::division::{DivisionCode, Divisions};
use crate::draw::Drawn;
use crate::ids::{CampaignId, InspectionId, InstitutionId};
use crate::inspection::Rejection;

/// At which tier a visit counts (handbook 2.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Tier {
    /// The county inspects all 县级排查.
    County,
    /// The city spot-checks 市级抽查.
    City,
    /// The province supervises 省级督导检查.
    Province,
    /// A look back after the campaign 回头看.
    LookBack,
}

impl Tier {
    /// Every tier.
    pub const ALL: [Tier; 4] = [Tier::County, Tier::City, Tier::Province, Tier::LookBack];

    /// The least level of a unit that inspects at it: nobody spot-checks from below.
    #[must_use]
    pub const fn least(self) -> Level {
        match self {
            Tier::County | Tier::LookBack => Level::County,
            Tier::City => Level::City,
            Tier::Province => Level::Province,
        }
    }

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Tier::County => "county",
            Tier::City => "city",
            Tier::Province => "province",
            Tier::LookBack => "look-back",
        }
    }
}

/// A checklist in the hands of one agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sheet {
    /// The agency whose members fill it in.
    pub agency: Agency,
    /// The checklist, in the edition of this visit.
    pub edition: Edition,
}

impl Sheet {
    fn name(&self) -> &str {
        self.edition.checklist.as_str()
    }
}

/// A planned inspection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Planned {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: InspectionId,
    /// The institution to be visited.
    #[schemars(extend("class" = "P1"))]
    pub institution: InstitutionId,
    /// The division of the institution.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// The unit that leads.
    #[schemars(extend("class" = "P1"))]
    pub lead: Unit,
    /// The units asked to take part; with any, the inspection is a joint one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub invited: Vec<Unit>,
    /// At which tier it counts.
    #[schemars(extend("class" = "P1"))]
    pub tier: Tier,
    /// The campaign it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub campaign: Option<CampaignId>,
    /// The visit it looks back at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub earlier: Option<InspectionId>,
    /// The checklists, each with its agency.
    #[schemars(extend("class" = "P1"))]
    pub sheets: Vec<Sheet>,
    /// The day of the visit.
    #[schemars(extend("class" = "P1"))]
    pub on: Date,
    /// The draw by which the institution was chosen, when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub drawn: Option<Drawn>,
}

impl Planned {
    /// Whose it is: the leading unit's first, then those invited.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let scope = Scope { division: Some(self.division), ..Scope::default() };
        self.units().fold(scope, Scope::with)
    }

    /// The units that take part: the leading one first.
    pub fn units(&self) -> impl Iterator<Item = &Unit> {
        std::iter::once(&self.lead).chain(&self.invited)
    }

    /// Every line that is to be answered, with the agency whose sheet it stands on.
    pub fn lines(&self) -> impl Iterator<Item = (Agency, &'static Line)> {
        let lines = |sheet: &Sheet| {
            let list = Checklists::standard().find(&sheet.edition);
            let agency = sheet.agency;
            list.into_iter().flat_map(move |list| list.lines.iter().map(move |line| (agency, line)))
        };
        self.sheets.iter().flat_map(lines)
    }

    /// One of these lines.
    #[must_use]
    pub fn line(&self, id: &LineId) -> Option<(Agency, &'static Line)> {
        self.lines().find(|(_, line)| line.id == *id)
    }

    /// Only the leading unit plans a visit, or reports it.
    pub(super) fn led_by(&self, stamp: &Stamp) -> Result<(), Rejection> {
        let unit = &self.lead;
        if *unit == stamp.by.unit { Ok(()) } else { Err(Rejection::NotTheLead { unit: unit.id.clone() }) }
    }

    /// Whether the plan keeps within the law: the units within their areas, the checklists there and current.
    pub(super) fn check(&self) -> Result<(), Rejection> {
        self.check_past()?;
        self.sheets.iter().try_for_each(|sheet| match Checklists::standard().newest(sheet.name()) {
            Some(newest) if newest.version > sheet.edition.version => Err(Rejection::OldChecklist {
                checklist: sheet.edition.checklist.clone(),
                newest: newest.version,
            }),
            Some(_) | None => Ok(()),
        })
    }

    /// The same of a visit that lies behind: it may have used an older edition.
    pub(super) fn check_past(&self) -> Result<(), Rejection> {
        if !self.lead.agency.enforces() {
            return Err(Rejection::CannotLead { agency: self.lead.agency });
        }
        for unit in self.units() {
            if !self.lies_in(unit.division) {
                return Err(Rejection::OutsideArea { division: self.division, area: unit.division });
            }
        }
        if self.lead.level < self.tier.least() {
            return Err(Rejection::TierAbove { tier: self.tier, level: self.lead.level });
        }
        if self.sheets.is_empty() {
            return Err(Rejection::NoChecklist);
        }
        self.sheets.iter().enumerate().try_for_each(|(place, sheet)| self.check_sheet(place, sheet))
    }

    /// Whether the institution lies in an area; after a merger its old code and that of the merged area are one.
    fn lies_in(&self, area: DivisionCode) -> bool {
        let divisions = Divisions::standard();
        divisions.is_within(self.division, area)
            || divisions.is_within(divisions.lasting(self.division), divisions.lasting(area))
    }

    fn check_sheet(&self, place: usize, sheet: &Sheet) -> Result<(), Rejection> {
        let Edition { checklist, version } = &sheet.edition;
        if Checklists::standard().find(&sheet.edition).is_none() {
            return Err(Rejection::NoSuchChecklist { checklist: checklist.clone(), version: *version });
        }
        if !self.units().any(|unit| unit.agency == sheet.agency) {
            return Err(Rejection::AgencyNotInvited { agency: sheet.agency });
        }
        let twice = self.sheets.iter().take(place).any(|other| other.edition.checklist == *checklist);
        if twice { Err(Rejection::ChecklistTwice { checklist: checklist.clone() }) } else { Ok(()) }
    }
}
