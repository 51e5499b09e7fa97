//! The workload of handbook 5.5 by numbers: institutions, trips, hazards, staff and clues of a campaign like that of 2023,
//! the same for the same seed, at any scale from 1/1000 to 1. Nothing is held but the frame; everything else is
//! computed from the number of an institution, a person or a clue. At scale 1 its figures are those of 2.16.
//!
//! The tally is arithmetic on the sizes of the parts and never looks at a record: what is counted from records can be
//! held against it.
//!
//! Never here: days, ids, noise, or sending anything anywhere.

mod draw;
mod frame;
mod hazards;
mod people;
mod visits;

use jiff::civil::Date;

use crate::campaign::figures::Figures;
use crate::category::Urgency;
use draw::{Order, cut, ends, size};
use hazards::{FATES, FIRE, Fire, MAJOR, Ranks};
use people::{ANSWERS, CLUE_FATES, COURSES, OUTCOMES, STAFF, URGENCIES};

pub use frame::{County, Place};
pub use hazards::Hazard;
pub use people::{Answer, Clue, Course, Fate, Outcome};
pub use visits::Trip;

/// Blocks at scale 1.
const BLOCKS: u64 = 7_810;
/// Institutions of a block: a tenth and a twentieth of it are whole.
const PER_BLOCK: u64 = 20;
/// Clues at scale 1.
const CLUES: u64 = 12_000;

/// What became of a hazard before the freeze.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rectified {
    /// Fixed while the inspectors were there.
    OnTheSpot,
    /// Fixed within its time.
    OnTime,
    /// Fixed after it.
    Overdue,
    /// Not yet.
    Open,
}

/// How large the workload is: one part of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scale(u16);

/// Not a scale from 1/1000 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a scale is 1 or 1/2 to 1/1000")]
pub struct ScaleError;

impl Scale {
    /// As large as it was.
    pub const FULL: Scale = Scale(1);

    /// One part of how many.
    #[must_use]
    pub const fn of(self) -> u16 {
        self.0
    }

    fn blocks(self) -> u64 {
        BLOCKS.div_ceil(u64::from(self.0))
    }
}

impl std::fmt::Display for Scale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if *self == Self::FULL { f.write_str("1") } else { write!(f, "1/{}", self.0) }
    }
}

impl std::str::FromStr for Scale {
    type Err = ScaleError;

    fn from_str(text: &str) -> Result<Self, ScaleError> {
        let text = text.trim();
        let parts = if text == "1" { "1" } else { text.strip_prefix("1/").ok_or(ScaleError)? };
        let of: u16 = parts.parse().map_err(|_| ScaleError)?;
        if (1..=1_000).contains(&of) { Ok(Self(of)) } else { Err(ScaleError) }
    }
}

/// The workload of a seed and a scale.
#[derive(Debug)]
pub struct Workload {
    blocks: u64,
    places: Vec<Place>,
    /// Orders: of pairs by hazard, hazards by fate, institutions by size, staff by answer, clues by urgency and by
    /// fate, referrals by course.
    pairs: Order,
    fates: Order,
    sizes: Order,
    answers: Order,
    urgency: Order,
    clue_fates: Order,
    course: Order,
    /// Where the parts end in these orders.
    ranks: Ranks,
    fire: Vec<(u64, Fire)>,
    fate_ends: Vec<(u64, Rectified)>,
    major_ends: Vec<(u64, bool)>,
    size_ends: Vec<(u64, u64)>,
    answer_ends: Vec<(u64, Answer)>,
    urgencies: Vec<(u64, Urgency)>,
    fate_of_clues: Vec<(u64, Fate)>,
    outcomes: Vec<(u64, Outcome)>,
    courses: Vec<(u64, Course)>,
}

/// What the workload comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// The figures of handbook 2.16.
    pub figures: Figures,
    /// Visits, of which an institution may have several.
    pub visits: u64,
    /// Trips.
    pub trips: u64,
    /// Institutions with a hazard of any kind.
    pub hazardous: u64,
    /// Hazards.
    pub hazards: u64,
    /// Of these, major.
    pub major: u64,
    /// Hazards by what became of them: on the spot, on time, overdue, open.
    pub rectified: [u64; 4],
    /// Staff asked about twice.
    pub asked_twice: u64,
    /// Staff removed.
    pub removed: u64,
    /// Clues.
    pub clues: u64,
    /// Referrals.
    pub referrals: u64,
    /// Referrals that were filed in the end.
    pub filed: u64,
}

impl Workload {
    /// The workload on the table of divisions as it stood on `day`.
    #[must_use]
    pub fn new(seed: u64, scale: Scale, day: Date) -> Self {
        let blocks = scale.blocks();
        let institutions = blocks * PER_BLOCK;
        let order = |name: &str, of: u64| Order::new(seed, name, of);
        let ranks = hazards::ranks(institutions / 2);
        let hazards = hazard_count(ranks);
        let size_ends = ends(&STAFF, institutions);
        let staff = staff_count(&size_ends);
        let clues = cut(CLUES, BLOCKS, blocks);
        let fate_of_clues = ends(&CLUE_FATES, clues);
        let referrals = size(&fate_of_clues, Fate::Referred);
        Self {
            blocks,
            places: frame::frame(seed, blocks, day),
            pairs: order("hazards", institutions / 2),
            fates: order("fates", hazards),
            sizes: order("sizes", institutions),
            answers: order("answers", staff),
            urgency: order("urgency", clues),
            clue_fates: order("clues", clues),
            course: order("courses", referrals),
            ranks,
            fire: ends(&FIRE, ranks.any_to - ranks.fire_from),
            fate_ends: ends(&FATES, hazards),
            major_ends: ends(&MAJOR, hazards),
            size_ends,
            answer_ends: ends(&ANSWERS, staff),
            urgencies: ends(&URGENCIES, clues),
            fate_of_clues,
            outcomes: ends(&OUTCOMES, referrals),
            courses: ends(&COURSES, referrals),
        }
    }

    /// The city-level groups with their counties.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// How many institutions there are; their numbers count from 0, county by county.
    #[must_use]
    pub const fn institutions(&self) -> u64 {
        self.blocks * PER_BLOCK
    }

    /// How many staff they have; their numbers count from 0.
    #[must_use]
    pub fn staff(&self) -> u64 {
        staff_count(&self.size_ends)
    }

    fn clue_count(&self) -> u64 {
        cut(CLUES, BLOCKS, self.blocks)
    }

    /// What all of it comes to, by arithmetic alone.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let Ranks { fire_from, safety_to, any_to } = self.ranks;
        let (blocks, institutions) = (self.blocks, self.institutions());
        let doubles: u64 = self.places.iter().map(|place| place.double_trips).sum();
        let (county, again, province) = (institutions / 2, any_to / 2, blocks - doubles);
        let fire = |part| size(&self.fire, part);
        let figures = Figures {
            dispatch_person_times: 2 * county + 2 * again + 4 * blocks + 5 * province,
            inst_inspected: institutions,
            inst_safety_hazard: safety_to,
            inst_fire_hazard: any_to - fire_from,
            inst_fire_evacuation: fire(Fire::Evacuation) + fire(Fire::Both),
            inst_fire_equipment: fire(Fire::Equipment) + fire(Fire::Both),
            staff_queried: self.staff(),
        };
        let filed = [Outcome::Filed, Outcome::FiledOnReconsideration, Outcome::FiledOnOrder];
        let removed = [Answer::Removed, Answer::Upheld];
        Tally {
            figures,
            visits: institutions + any_to + 3 * blocks,
            trips: county + again + blocks + province,
            hazardous: any_to,
            hazards: hazard_count(self.ranks),
            major: size(&self.major_ends, true),
            rectified: FATES.map(|(_, fate)| size(&self.fate_ends, fate)),
            asked_twice: self.staff() / 100,
            removed: removed.map(|answer| size(&self.answer_ends, answer)).into_iter().sum(),
            clues: self.clue_count(),
            referrals: size(&self.fate_of_clues, Fate::Referred),
            filed: filed.map(|outcome| size(&self.outcomes, outcome)).into_iter().sum(),
        }
    }
}

/// Two for each institution with hazards, three for every fifth.
const fn hazard_count(ranks: Ranks) -> u64 {
    2 * ranks.any_to + ranks.any_to / 5
}

fn staff_count(size_ends: &[(u64, u64)]) -> u64 {
    STAFF.iter().map(|(_, staff)| staff * size(size_ends, *staff)).sum()
}

#[cfg(test)]
mod tests;
