//! Where the institutions of the workload stand: blocks of 20 over city-level groups, pairs over their counties
//! (handbook 5.5, 1 and 2). Never here: what happens there.

use jiff::civil::Date;

use super::draw::{apportion, cut, number, weight};
use super::{BLOCKS, PER_BLOCK};
use crate::actor::Level;
use crate::campaign::plan::Post;
use crate::campaign::ratio::{Group, Tier, tiers};
use crate::division::{DivisionCode, Divisions};

/// A county with its institutions, which have numbers from `first` on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct County {
    /// The county, or the city that does its work.
    pub division: DivisionCode,
    /// Number of its first institution.
    pub first: u64,
    /// How many it has: always even, never none.
    pub institutions: u64,
}

/// A city-level group with its blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What it is.
    pub group: Group,
    /// The city, or the province where there is none.
    pub division: DivisionCode,
    /// The province.
    pub province: DivisionCode,
    /// How many blocks of 20 institutions.
    pub blocks: u64,
    /// Its counties.
    pub counties: Vec<County>,
    /// Trips of the province that visit two institutions; the others visit one.
    pub double_trips: u64,
}

impl Place {
    /// Who spot-checks at city level: in a municipality its city tier is its province tier.
    #[must_use]
    pub const fn city_post(&self) -> Post {
        let level = match self.group {
            Group::City | Group::CountyLess | Group::Direct => Level::City,
            Group::Municipality => Level::Province,
        };
        Post { level, division: self.division }
    }

    /// Who spot-checks for the province.
    #[must_use]
    pub const fn province_post(&self) -> Post {
        Post { level: Level::Province, division: self.province }
    }

    /// Its institutions, the first of every county before the second of any: so a sample reaches many counties.
    pub fn in_turn(&self) -> impl Iterator<Item = u64> {
        let most = self.counties.iter().map(|county| county.institutions).max().unwrap_or_default();
        (0..most).flat_map(|round| {
            let has = self.counties.iter().filter(move |county| round < county.institutions);
            has.map(move |county| county.first + round)
        })
    }
}

/// The groups that take part, with `blocks` blocks among them. Below full size some are left out: as many as the seed
/// draws before the blocks would not reach.
pub(super) fn frame(seed: u64, blocks: u64, day: Date) -> Vec<Place> {
    let chosen = choose(seed, blocks, tiers(Divisions::standard(), day));
    let shares: Vec<(u64, u64)> = chosen.iter().map(|tier| (least(tier), tier_weight(seed, tier))).collect();
    let mut first = 0;
    let mut places: Vec<Place> = chosen
        .into_iter()
        .zip(apportion(blocks, &shares))
        .map(|(tier, blocks)| {
            let counties = counties(seed, &tier, blocks, first);
            first += blocks * PER_BLOCK;
            let Tier { group, division, province, .. } = tier;
            Place { group, division, province, blocks, counties, double_trips: 0 }
        })
        .collect();
    pair_up(&mut places, cut(2_058, BLOCKS, blocks));
    places
}

/// A quarter of the counties, rounded up: then a sample of a tenth can reach half of them.
fn least(tier: &Tier) -> u64 {
    u64::try_from(tier.counties.len()).unwrap_or(u64::MAX).div_ceil(4).max(1)
}

fn tier_weight(seed: u64, tier: &Tier) -> u64 {
    tier.counties.iter().map(|county| weight(seed, county.as_str())).sum()
}

fn choose(seed: u64, blocks: u64, mut all: Vec<Tier>) -> Vec<Tier> {
    if blocks < all.iter().map(least).sum() {
        all.sort_by_key(|tier| number(seed, tier.division.as_str()));
        let mut left = blocks;
        all.retain(|tier| {
            let fits = least(tier) <= left;
            left = if fits { left - least(tier) } else { left };
            fits
        });
        all.sort_by_key(|tier| tier.division);
    }
    all
}

/// The institutions of a group, in pairs that one trip visits, over its counties.
fn counties(seed: u64, tier: &Tier, blocks: u64, mut first: u64) -> Vec<County> {
    let shares: Vec<(u64, u64)> =
        tier.counties.iter().map(|county| (1, weight(seed, county.as_str()))).collect();
    let pairs = apportion(blocks * PER_BLOCK / 2, &shares);
    tier.counties
        .iter()
        .zip(pairs)
        .map(|(division, pairs)| {
            let county = County { division: *division, first, institutions: 2 * pairs };
            first += county.institutions;
            county
        })
        .collect()
}

/// Spreads the province's double trips; no group gets more than half of its blocks allow.
fn pair_up(places: &mut [Place], wanted: u64) {
    let room: u64 = places.iter().map(|place| place.blocks / 2).sum();
    let (wanted, mut before) = (wanted.min(room), 0);
    for place in places {
        let after = before + place.blocks / 2;
        place.double_trips = cut(after, room, wanted) - cut(before, room, wanted);
        before = after;
    }
}
