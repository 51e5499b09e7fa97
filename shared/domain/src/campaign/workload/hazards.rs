//! The hazards of the workload: which institutions have which, how grave, and what becomes of them (handbook 5.5, 5
//! and 6). Safety and fire overlap, so do the parts of fire: who adds up rows gets wrong totals. Never here: dates.

use super::draw::{ends, part};
use super::{Rectified, Workload};
use crate::campaign::figures::Finding;

/// One hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hazard {
    /// Its number, from 0.
    pub number: u64,
    /// The institution.
    pub institution: u64,
    /// What it counts as.
    pub finding: Finding,
    /// Whether it is a major one.
    pub major: bool,
    /// What became of it before the freeze.
    pub rectified: Rectified,
}

/// What fire finds at an institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fire {
    Evacuation,
    Equipment,
    Both,
    Other,
}

/// The parts of fire among 14,400 institutions. The first 2,400 have safety hazards too; none of those has both.
pub(super) const FIRE: [(u64, Fire); 7] = [
    (552, Fire::Evacuation),
    (1_451, Fire::Equipment),
    (397, Fire::Other),
    (2_700, Fire::Evacuation),
    (7_000, Fire::Equipment),
    (2_000, Fire::Other),
    (300, Fire::Both),
];

/// The fates of 51,480 hazards.
pub(super) const FATES: [(u64, Rectified); 4] = [
    (15_444, Rectified::OnTheSpot),
    (31_918, Rectified::OnTime),
    (3_088, Rectified::Overdue),
    (1_030, Rectified::Open),
];

/// Major hazards of 51,480. They are among those that took time.
pub(super) const MAJOR: [(u64, bool); 3] = [(15_444, false), (1_030, true), (35_006, false)];

/// Where the ranks of institutions with hazards end: only safety, safety and fire, only fire. They come in pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ranks {
    pub fire_from: u64,
    pub safety_to: u64,
    pub any_to: u64,
}

impl Workload {
    /// Its rank among those with hazards; none: it is clean.
    fn rank(&self, institution: u64) -> Option<u64> {
        let rank = 2 * self.pairs.place(institution / 2) + institution % 2;
        (rank < self.ranks.any_to).then_some(rank)
    }

    /// Whether an institution has hazards. Both of a pair have, or none.
    #[must_use]
    pub fn has_hazard(&self, institution: u64) -> bool {
        self.rank(institution).is_some()
    }

    /// What is found at an institution of this rank, each once.
    fn findings(&self, rank: u64) -> impl Iterator<Item = Finding> + Clone + use<> {
        let Ranks { fire_from, safety_to, .. } = self.ranks;
        let fire = rank.checked_sub(fire_from).and_then(|place| part(&self.fire, place));
        let of_fire = match fire {
            None => [None, None],
            Some(Fire::Evacuation) => [Some(Finding::Evacuation), None],
            Some(Fire::Equipment) => [Some(Finding::Equipment), None],
            Some(Fire::Both) => [Some(Finding::Evacuation), Some(Finding::Equipment)],
            Some(Fire::Other) => [Some(Finding::OtherFire), None],
        };
        (rank < safety_to).then_some(Finding::Safety).into_iter().chain(of_fire.into_iter().flatten())
    }

    /// The hazards of an institution: two, every fifth has three; what is found more than once is still one institution.
    pub fn hazards_of(&self, institution: u64) -> impl Iterator<Item = Hazard> {
        self.rank(institution).into_iter().flat_map(move |rank| {
            let count = 2 + u64::from(rank % 5 == 4);
            let numbers = (2 * rank + rank / 5..).take(usize::try_from(count).unwrap_or(2));
            numbers.zip(self.findings(rank).cycle()).map(move |(number, finding)| {
                let place = self.fates.place(number);
                let rectified = part(&self.fate_ends, place).unwrap_or(Rectified::Open);
                let major = part(&self.major_ends, place).unwrap_or(false);
                Hazard { number, institution, finding, major, rectified }
            })
        })
    }

    /// Every hazard.
    pub fn hazards(&self) -> impl Iterator<Item = Hazard> {
        (0..self.institutions()).flat_map(|institution| self.hazards_of(institution))
    }
}

/// The ranks when there are so many pairs of institutions.
pub(super) fn ranks(pairs: u64) -> Ranks {
    // 9,000 only safety, 2,400 both, 12,000 only fire, the rest clean; in pairs.
    let found = ends(&[(4_500, 0), (1_200, 1), (6_000, 2), (66_400, 3)], pairs);
    let end = |place: usize| found.get(place).map_or(0, |(end, _)| 2 * end);
    Ranks { fire_from: end(0), safety_to: end(1), any_to: end(2) }
}
