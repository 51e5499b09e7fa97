//! The indicators of a campaign (handbook 2.16), counted from records: DISTINCT institutions of each category,
//! DISTINCT staff, and the persons of each dispatch once. The order of records does not matter, nor how often one
//! comes, nor how the counting was split: what was counted apart is merged.
//!
//! Categories overlap, so rows cannot be added up: an institution with three hazards is one institution. A hazard,
//! dispatch or staff count that is void counts for nothing, whichever of the two is heard of first. Inspections are never derived from
//! dispatches: one dispatch covers several institutions.
//!
//! Never here: where records come from, or a hash. The canonical text is what the caller hashes with SHA-256.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::campaign::Post;
use crate::hazard::Category;
use crate::ids::{DispatchId, HazardId, InstitutionId, StaffCountId};
use crate::paper::Hash;
use crate::text::Reason;

/// The category under which a hazard's institution is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// Safety of facilities and production.
    Safety,
    /// Fire: evacuation below standard.
    Evacuation,
    /// Fire: equipment not kept in order.
    Equipment,
    /// Fire: anything else.
    OtherFire,
}

impl Finding {
    /// What a hazard of a category counts as; none: the published table has no figure for it (design: site, building,
    /// equipment, gas and electricity are the safety of facilities and production).
    #[must_use]
    pub const fn of(category: Category) -> Option<Self> {
        match category {
            Category::Site | Category::Structure | Category::Facility | Category::GasElectric => {
                Some(Finding::Safety)
            }
            Category::FireEvacuation => Some(Finding::Evacuation),
            Category::FireEquipment => Some(Finding::Equipment),
            Category::FireSource | Category::FireManagement => Some(Finding::OtherFire),
            Category::StaffAccess
            | Category::Insurance
            | Category::Security
            | Category::BusTraffic
            | Category::Food
            | Category::Gathering
            | Category::Perimeter
            | Category::Fee
            | Category::Drill
            | Category::Other => None,
        }
    }

    /// The bits of the figures in which its institution counts.
    #[must_use]
    pub const fn marks(self) -> u8 {
        match self {
            Finding::Safety => SAFETY,
            Finding::Evacuation => FIRE | EVACUATION,
            Finding::Equipment => FIRE | EQUIPMENT,
            Finding::OtherFire => FIRE,
        }
    }
}

/// The bit of an institution that was inspected.
pub const INSPECTED: u8 = 1;
/// The bit of one with hazards of facilities or production safety.
pub const SAFETY: u8 = 2;
/// The bit of one with fire hazards.
pub const FIRE: u8 = 4;
/// The bit of one with evacuation below standard.
pub const EVACUATION: u8 = 8;
/// The bit of one with fire equipment not kept in order.
pub const EQUIPMENT: u8 = 16;

/// Something that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An institution was inspected.
    Inspected {
        /// Which.
        institution: InstitutionId,
    },
    /// A hazard was found.
    Found {
        /// The hazard.
        hazard: HazardId,
        /// Where.
        institution: InstitutionId,
        /// What it counts as.
        finding: Finding,
    },
    /// A hazard turned out to be none.
    Void {
        /// The hazard.
        hazard: HazardId,
    },
    /// Inspectors were sent out.
    Dispatched {
        /// The dispatch.
        dispatch: DispatchId,
        /// How many, in person-times 人次; of two statements of one dispatch the larger counts.
        persons: u32,
    },
    /// A dispatch never was.
    DispatchVoid {
        /// The dispatch.
        dispatch: DispatchId,
    },
    /// Staff were asked about.
    Queried {
        /// The staff count that says so.
        count: StaffCountId,
        /// The persons, under names that tell nothing of them.
        persons: Vec<Uuid>,
    },
    /// A staff count was wrong.
    CountVoid {
        /// The staff count.
        count: StaffCountId,
    },
}

/// The figures of handbook 2.16, by the keys under which they are published.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
pub struct Figures {
    /// Inspectors dispatched, in person-times 人次.
    #[schemars(extend("class" = "P1"))]
    pub dispatch_person_times: u64,
    /// Distinct institutions inspected.
    #[schemars(extend("class" = "P1"))]
    pub inst_inspected: u64,
    /// Distinct institutions with hazards of facilities or production safety.
    #[schemars(extend("class" = "P1"))]
    pub inst_safety_hazard: u64,
    /// Distinct institutions with fire hazards.
    #[schemars(extend("class" = "P1"))]
    pub inst_fire_hazard: u64,
    /// Of these, with evacuation below standard.
    #[schemars(extend("class" = "P1"))]
    pub inst_fire_evacuation: u64,
    /// Of these, with fire equipment not kept in order.
    #[schemars(extend("class" = "P1"))]
    pub inst_fire_equipment: u64,
    /// Distinct members of staff asked about.
    #[schemars(extend("class" = "P1"))]
    pub staff_queried: u64,
}

impl Figures {
    /// Every figure with its key, in the order of the published table.
    #[must_use]
    pub const fn rows(&self) -> [(&'static str, u64); 7] {
        [
            ("dispatch_person_times", self.dispatch_person_times),
            ("inst_inspected", self.inst_inspected),
            ("inst_safety_hazard", self.inst_safety_hazard),
            ("inst_fire_hazard", self.inst_fire_hazard),
            ("inst_fire_evacuation", self.inst_fire_evacuation),
            ("inst_fire_equipment", self.inst_fire_equipment),
            ("staff_queried", self.staff_queried),
        ]
    }

    /// Whether they can be true together: no part larger than what it is part of.
    #[must_use]
    pub const fn consistent(&self) -> bool {
        self.inst_fire_evacuation <= self.inst_fire_hazard
            && self.inst_fire_equipment <= self.inst_fire_hazard
            && self.inst_fire_hazard <= self.inst_inspected
            && self.inst_safety_hazard <= self.inst_inspected
    }
}

/// A count that goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    inspected: BTreeSet<InstitutionId>,
    hazards: BTreeMap<HazardId, BTreeSet<(InstitutionId, Finding)>>,
    void: BTreeSet<HazardId>,
    dispatches: BTreeMap<DispatchId, u32>,
    dispatches_void: BTreeSet<DispatchId>,
    staff: BTreeMap<StaffCountId, Vec<Uuid>>,
    counts_void: BTreeSet<StaffCountId>,
}

impl Count {
    /// Takes in a record. One that was taken in before changes nothing.
    pub fn take(&mut self, record: Record) {
        match record {
            Record::Inspected { institution } => {
                self.inspected.insert(institution);
            }
            Record::Found { hazard, institution, finding } => {
                self.hazards.entry(hazard).or_default().insert((institution, finding));
            }
            Record::Void { hazard } => {
                self.void.insert(hazard);
            }
            Record::Dispatched { dispatch, persons } => {
                let known = self.dispatches.entry(dispatch).or_default();
                *known = persons.max(*known);
            }
            Record::DispatchVoid { dispatch } => {
                self.dispatches_void.insert(dispatch);
            }
            Record::Queried { count, persons } => {
                let known = self.staff.entry(count).or_default();
                known.extend(persons);
                known.sort_unstable();
                known.dedup();
            }
            Record::CountVoid { count } => {
                self.counts_void.insert(count);
            }
        }
    }

    /// Takes in what was counted elsewhere.
    pub fn merge(&mut self, other: Count) {
        self.inspected.extend(other.inspected);
        for (hazard, found) in other.hazards {
            self.hazards.entry(hazard).or_default().extend(found);
        }
        self.void.extend(other.void);
        for (dispatch, persons) in other.dispatches {
            self.take(Record::Dispatched { dispatch, persons });
        }
        self.dispatches_void.extend(other.dispatches_void);
        for (count, persons) in other.staff {
            self.take(Record::Queried { count, persons });
        }
        self.counts_void.extend(other.counts_void);
    }

    /// The figures so far.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let mut marks: BTreeMap<&InstitutionId, u8> =
            self.inspected.iter().map(|institution| (institution, INSPECTED)).collect();
        let standing = self.hazards.iter().filter(|(hazard, _)| !self.void.contains(*hazard));
        for (institution, finding) in standing.flat_map(|(_, found)| found) {
            *marks.entry(institution).or_default() |= finding.marks();
        }
        let dispatches = self.dispatches.iter().filter(|(id, _)| !self.dispatches_void.contains(*id));
        let counts = self.staff.iter().filter(|(id, _)| !self.counts_void.contains(*id));
        let mut staff: Vec<&Uuid> = counts.flat_map(|(_, persons)| persons).collect();
        staff.sort_unstable();
        staff.dedup();
        let with = |mark: u8| marks.values().filter(|marks| **marks & mark != 0).count() as u64;
        Figures {
            dispatch_person_times: dispatches.map(|(_, persons)| u64::from(*persons)).sum(),
            inst_inspected: with(INSPECTED),
            inst_safety_hazard: with(SAFETY),
            inst_fire_hazard: with(FIRE),
            inst_fire_evacuation: with(EVACUATION),
            inst_fire_equipment: with(EQUIPMENT),
            staff_queried: staff.len() as u64,
        }
    }
}

/// What was counted again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recount {
    /// The digest that came out.
    pub digest: Hash,
    /// The figures of every unit with records; who is not in it has none.
    pub figures: BTreeMap<Post, Figures>,
    /// Why missing returns are put up with, when they are.
    pub missing: Option<Reason>,
}

/// The text whose SHA-256 is the digest of figures: the versions they were counted under, the total, and every unit's
/// in order. It says nothing of when or in which order anything was heard of.
#[must_use]
pub fn canonical(frame: &str, divisions: &str, total: &Figures, posts: &BTreeMap<Post, Figures>) -> String {
    let mut text = format!("safeguard figures 1\nframe {frame}\ndivisions {divisions}\n");
    let mut line = |name: &str, figures: &Figures| {
        text.push_str(name);
        for (key, value) in figures.rows() {
            // Writing to a String cannot fail.
            let _ = write!(text, " {key}={value}");
        }
        text.push('\n');
    };
    line("total", total);
    for (post, figures) in posts {
        line(&post.to_string(), figures);
    }
    text
}

#[cfg(test)]
mod tests;
