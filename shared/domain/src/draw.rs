//! The random draw 随机抽查 of targets and inspectors (双随机, handbook 2.9), which anybody can recompute: the same frame,
//! algorithm and seed give the same draw on every machine.
//!
//! The algorithm, `splitmix64-shuffle-1`:
//! 1. Targets are sorted by id and repeats dropped; so are inspectors. The digest of the frame is the UUID v5 (name
//!    space [`SPACE`]) of the text with one line for each: `T id`, and `I officer unit agency conflict,conflict,..`,
//!    each ended by a line feed.
//! 2. One generator, splitmix64 with the seed as its state. A number below n: numbers are taken until one is below
//!    the greatest multiple of n that fits 64 bits, and the rest of its division by n is it, so no value is favoured.
//! 3. Shuffle: for i from the last place down to the second, swap place i with a place below i + 1.
//! 4. The targets are shuffled; the first so many are drawn. For each in that order the inspectors without a conflict
//!    there are shuffled and then ordered by how often they were drawn before (equal ones stay as shuffled). They are
//!    taken from the front; while fewer agencies than wanted are among them, those of an agency not yet there first.
//!
//! Never here: choosing the seed, which is drawn in public, or fetching the frame.

pub mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::Agency;
use crate::decider::Refusal;
use crate::ids::{InstitutionId, OfficerId, UnitId};

/// The name space of frame digests: the UUID v5 of `urn:safeguard:frame` in the name space of URLs.
pub const SPACE: Uuid = Uuid::from_u128(0x3d3f_5ec3_9cdc_5489_a832_f0cb_9dfa_f50f);

/// An algorithm of a draw. What was drawn is recomputed with the one it was drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Algorithm {
    /// The one described above.
    #[serde(rename = "splitmix64-shuffle-1")]
    SplitMix64Shuffle,
}

/// A seed; stored as text, for not every reader of JSON keeps 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9]{1,20}$"))]
pub struct Seed(pub u64);

impl TryFrom<String> for Seed {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse().map(Self)
    }
}

impl From<Seed> for String {
    fn from(seed: Seed) -> Self {
        seed.to_string()
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a draw can be recomputed from, beside the snapshot of its frame and the numbers wanted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Drawn {
    /// The digest of the frame.
    pub frame: Uuid,
    /// How it was drawn.
    pub algorithm: Algorithm,
    /// The seed.
    pub seed: Seed,
}

/// An officer who may be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspector {
    /// The officer.
    pub officer: OfficerId,
    /// The officer's unit.
    pub unit: UnitId,
    /// The unit's agency.
    pub agency: Agency,
    /// Where the officer has a conflict of interest.
    #[serde(default)]
    pub conflicts: BTreeSet<InstitutionId>,
}

/// Whom and what may be drawn, as recorded before the seed is known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Frame {
    targets: BTreeSet<InstitutionId>,
    inspectors: BTreeMap<OfficerId, Inspector>,
}

/// How much is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Wanted {
    /// Targets.
    pub targets: usize,
    /// Inspectors for each.
    pub inspectors: usize,
    /// Agencies at least among the inspectors of each.
    pub agencies: usize,
}

/// A target with its inspectors, in the order drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assigned {
    /// The target.
    pub target: InstitutionId,
    /// Its inspectors.
    pub inspectors: Vec<OfficerId>,
}

/// Why nothing is drawn.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// More targets are wanted than the frame has.
    #[error("{need} targets are wanted, the frame has {have}")]
    TooFewTargets {
        /// Those there are.
        have: usize,
        /// Those wanted.
        need: usize,
    },
    /// Without those in conflict there are too few inspectors, or too few agencies among them.
    #[error("too few inspectors without a conflict of interest for {institution}")]
    TooFewInspectors {
        /// The target.
        institution: InstitutionId,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::TooFewTargets { .. } => "DRAW_TOO_FEW_TARGETS",
            Rejection::TooFewInspectors { .. } => "DRAW_TOO_FEW_INSPECTORS",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::TooFewTargets { have, need } => {
                vec![("have", have.to_string()), ("need", need.to_string())]
            }
            Rejection::TooFewInspectors { institution } => vec![("institution", institution.to_string())],
        }
    }
}

impl Frame {
    /// The frame of these, in whatever order they come. Of an officer who comes twice the conflicts are joined.
    #[must_use]
    pub fn new(
        targets: impl IntoIterator<Item = InstitutionId>,
        inspectors: impl IntoIterator<Item = Inspector>,
    ) -> Self {
        let mut known = BTreeMap::<OfficerId, Inspector>::new();
        for one in inspectors {
            match known.get_mut(&one.officer) {
                Some(before) => before.conflicts.extend(one.conflicts),
                None => {
                    known.insert(one.officer.clone(), one);
                }
            }
        }
        Self { targets: targets.into_iter().collect(), inspectors: known }
    }

    /// How many targets it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.targets.len()
    }

    /// What is recorded of the frame; another frame has another digest.
    #[must_use]
    pub fn digest(&self) -> Uuid {
        let mut text = String::new();
        for target in &self.targets {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "T {target}");
        }
        for one in self.inspectors.values() {
            let conflicts: Vec<&str> = one.conflicts.iter().map(InstitutionId::as_str).collect();
            let agency = one.agency.code();
            let _ = writeln!(text, "I {} {} {agency} {}", one.officer, one.unit, conflicts.join(","));
        }
        Uuid::new_v5(&SPACE, text.as_bytes())
    }

    /// Draws, with what is to be recorded of it.
    ///
    /// # Errors
    /// Too few targets, or too few inspectors who may go to one of them.
    pub fn draw(&self, wanted: Wanted, seed: Seed) -> Result<(Drawn, Vec<Assigned>), Rejection> {
        let (have, need) = (self.targets.len(), wanted.targets);
        if have < need {
            return Err(Rejection::TooFewTargets { have, need });
        }
        let mut numbers = SplitMix64(seed.0);
        let mut targets: Vec<&InstitutionId> = self.targets.iter().collect();
        numbers.shuffle(&mut targets);
        let mut visits = BTreeMap::<&OfficerId, usize>::new();
        let mut assigned = Vec::with_capacity(need);
        for target in targets.into_iter().take(need) {
            let team = self.team(target, wanted, (&mut numbers, &visits))?;
            for officer in &team {
                *visits.entry(officer).or_default() += 1;
            }
            let inspectors = team.into_iter().cloned().collect();
            assigned.push(Assigned { target: target.clone(), inspectors });
        }
        let drawn = Drawn { frame: self.digest(), algorithm: Algorithm::SplitMix64Shuffle, seed };
        Ok((drawn, assigned))
    }

    fn team<'a>(
        &'a self,
        target: &InstitutionId,
        wanted: Wanted,
        (numbers, visits): (&mut SplitMix64, &BTreeMap<&OfficerId, usize>),
    ) -> Result<Vec<&'a OfficerId>, Rejection> {
        let free = self.inspectors.values().filter(|one| !one.conflicts.contains(target));
        let mut free: Vec<&Inspector> = free.collect();
        numbers.shuffle(&mut free);
        free.sort_by_key(|one| visits.get(&one.officer).copied().unwrap_or_default());
        let (mut team, mut agencies) = (Vec::new(), BTreeSet::new());
        while team.len() < wanted.inspectors && !free.is_empty() {
            let missing = agencies.len() < wanted.agencies;
            let other = free.iter().position(|one| !agencies.contains(&one.agency)).filter(|_| missing);
            let one = free.remove(other.unwrap_or_default());
            agencies.insert(one.agency);
            team.push(&one.officer);
        }
        if team.len() < wanted.inspectors || agencies.len() < wanted.agencies {
            return Err(Rejection::TooFewInspectors { institution: target.clone() });
        }
        Ok(team)
    }
}

/// Sebastiano Vigna's splitmix64: its whole state is one number.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, each as likely as the others; 0 when there is none.
    fn below(&mut self, bound: u64) -> u64 {
        // 2^64 mod bound numbers at the top would favour the small ones: they are passed over.
        let favoured = u64::MAX.checked_rem(bound).map_or(0, |rest| (rest + 1) % bound);
        loop {
            let number = self.next();
            if number <= u64::MAX - favoured {
                return number.checked_rem(bound).unwrap_or_default();
            }
        }
    }

    fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            let place = self.below(last as u64 + 1);
            values.swap(last, usize::try_from(place).unwrap_or(last));
        }
    }
}

#[cfg(test)]
mod tests;
