//! Shares of a whole by integers, and who inspects what: the county, city and province tiers of a campaign on the
//! table of divisions (handbook 2.9, 4.1, 5.5). A ratio that does not come out even is rounded up, never down.
//! Never here: floats, records, or what was inspected.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::division::{Division, DivisionCode, DivisionLevel, Divisions};

/// A share of a whole: more than nothing, at most all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written", into = "Written")]
#[schemars(with = "Written")]
pub struct Share {
    part: u32,
    whole: u32,
}

/// A share as it is written: so many of so many.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, JsonSchema)]
struct Written {
    /// So many.
    part: u32,
    /// Of so many.
    of: u32,
}

/// A share of nothing, of none, or of more than there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a share is at least 1 of a whole and at most all of it")]
pub struct ShareError;

impl Share {
    /// All of it: the county tier.
    pub const ALL: Share = Share { part: 1, whole: 1 };

    /// So many of so many.
    ///
    /// # Errors
    /// None of it, or more than all of it.
    pub const fn new(part: u32, whole: u32) -> Result<Self, ShareError> {
        if part > 0 && part <= whole { Ok(Self { part, whole }) } else { Err(ShareError) }
    }

    /// So many.
    #[must_use]
    pub const fn part(self) -> u32 {
        self.part
    }

    /// Of so many.
    #[must_use]
    pub const fn whole(self) -> u32 {
        self.whole
    }

    /// How many of `total` are enough, rounded up: a half of 5 is 3, a tenth of 14 is 2.
    #[must_use]
    pub fn of(self, total: u64) -> u64 {
        let enough = (u128::from(total) * u128::from(self.part)).div_ceil(u128::from(self.whole));
        u64::try_from(enough).unwrap_or(u64::MAX)
    }

    /// Whether this asks for as much as the other, or more.
    #[must_use]
    pub fn at_least(self, other: Self) -> bool {
        u64::from(self.part) * u64::from(other.whole) >= u64::from(other.part) * u64::from(self.whole)
    }
}

impl TryFrom<Written> for Share {
    type Error = ShareError;

    fn try_from(written: Written) -> Result<Self, ShareError> {
        Self::new(written.part, written.of)
    }
}

impl From<Share> for Written {
    fn from(share: Share) -> Self {
        Self { part: share.part, of: share.whole }
    }
}

/// How the counties of a city-level group hang together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// A prefecture or city with counties.
    City,
    /// A city without counties, which does the work of one: there is no ratio of counties.
    CountyLess,
    /// A municipality: its city tier is its province tier.
    Municipality,
    /// The counties that a province runs itself.
    Direct,
}

/// A city-level group: the frame of a city's spot check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// What it is.
    pub group: Group,
    /// The city, or the province of a municipality and of directly run counties.
    pub division: DivisionCode,
    /// The province.
    pub province: DivisionCode,
    /// The divisions that do the work of counties, by code.
    pub counties: Vec<DivisionCode>,
}

/// What a tier must reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Counties to be sampled; none where the ratio does not apply.
    pub counties: Option<u64>,
    /// Institutions to be visited.
    pub institutions: u64,
}

impl Target {
    /// Whether so many sampled counties and distinct institutions are enough.
    #[must_use]
    pub fn met(&self, counties: u64, institutions: u64) -> bool {
        self.counties.is_none_or(|need| counties >= need) && institutions >= self.institutions
    }
}

impl Tier {
    /// What the spot check of this group must reach, of `institutions` in all.
    #[must_use]
    pub fn target(&self, counties: Option<Share>, institutions: Share, total: u64) -> Target {
        let applies = match self.group {
            Group::City | Group::Municipality | Group::Direct => counties,
            Group::CountyLess => None,
        };
        let known = u64::try_from(self.counties.len()).unwrap_or(u64::MAX);
        Target { counties: applies.map(|share| share.of(known)), institutions: institutions.of(total) }
    }
}

/// The city-level groups of the country on a day, by code of their division; a province without counties in the
/// table (71, 81, 82) has none.
#[must_use]
pub fn tiers(divisions: &Divisions, day: Date) -> Vec<Tier> {
    let mut tiers: Vec<Tier> = divisions.of_level(DivisionLevel::City, day).map(city).collect();
    let cities = tiers.len();
    for province in divisions.of_level(DivisionLevel::Province, day) {
        let has_city = tiers.iter().take(cities).any(|tier| tier.province == province.code);
        let group = if has_city { Group::Direct } else { Group::Municipality };
        let (division, counties) = (province.code, Vec::new());
        tiers.push(Tier { group, division, province: division, counties });
    }
    tiers.sort_by_key(|tier| tier.division);
    for county in divisions.of_level(DivisionLevel::County, day) {
        let place =
            county.parent.and_then(|above| tiers.binary_search_by_key(&above, |tier| tier.division).ok());
        if let Some(tier) = place.and_then(|place| tiers.get_mut(place)) {
            tier.counties.push(county.code);
        }
    }
    tiers.retain_mut(|tier| {
        if tier.group == Group::City && tier.counties.is_empty() {
            tier.group = Group::CountyLess;
            tier.counties.push(tier.division);
        }
        !tier.counties.is_empty()
    });
    tiers
}

fn city(row: &Division) -> Tier {
    let province = row.parent.unwrap_or(row.code);
    Tier { group: Group::City, division: row.code, province, counties: Vec::new() }
}

/// The division that answers for `code` on `day`: itself, or the main one its area went to.
#[must_use]
pub fn successor(divisions: &Divisions, code: DivisionCode, day: Date) -> Option<&Division> {
    divisions.successor(code, day)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;

    const DAY: Date = jiff::civil::date(2026, 11, 1);

    fn share(part: u32, whole: u32) -> Share {
        Share::new(part, whole).unwrap()
    }

    fn tier(code: &str) -> Tier {
        let code: DivisionCode = code.parse().unwrap();
        tiers(Divisions::standard(), DAY).into_iter().find(|tier| tier.division == code).unwrap()
    }

    #[test]
    fn what_does_not_come_out_even_is_rounded_up() {
        assert_eq!(share(1, 2).of(5), 3);
        assert_eq!(share(1, 10).of(14), 2);
        assert_eq!((share(1, 20).of(0), share(1, 20).of(1), share(1, 20).of(20)), (0, 1, 1));
        assert_eq!(Share::ALL.of(u64::MAX), u64::MAX);
        assert_eq!([Share::new(0, 3), Share::new(1, 0), Share::new(3, 2)], [Err(ShareError); 3]);
        assert!(share(2, 4).at_least(share(1, 2)) && share(1, 2).at_least(share(2, 4)));
        assert!(!share(1, 20).at_least(share(1, 10)));
        assert_eq!(serde_json::to_string(&share(1, 20)).unwrap(), r#"{"part":1,"of":20}"#);
        assert!(serde_json::from_str::<Share>(r#"{"part":2,"of":1}"#).is_err());
    }

    #[test]
    fn the_country_has_341_groups_and_2851_counties() {
        let all = tiers(Divisions::standard(), DAY);
        let of = |group| all.iter().filter(|tier| tier.group == group).count();
        assert_eq!(all.len(), 341);
        assert_eq!((of(Group::City), of(Group::CountyLess)), (329, 4));
        assert_eq!((of(Group::Municipality), of(Group::Direct)), (4, 4));
        assert_eq!(all.iter().map(|tier| tier.counties.len()).sum::<usize>(), 2_851);
    }

    #[test]
    fn oddities_of_the_table_stand_where_the_handbook_says() {
        assert_eq!(tier("441900").counties, ["441900".parse().unwrap()]);
        assert_eq!(tier("310000").group, Group::Municipality);
        assert_eq!(tier("419001".parse::<DivisionCode>().map(|_| "410000").unwrap()).counties.len(), 1);
        assert_eq!(tier("460000").counties.len(), 15);
        assert_eq!(tier("650000").group, Group::Direct);
    }

    #[test]
    fn a_city_samples_half_of_its_counties_and_a_tenth_of_its_institutions() {
        let (half, tenth) = (share(1, 2), share(1, 10));
        let hengyang = tier("430400");
        let target = hengyang.target(Some(half), tenth, 141);
        let counties = u64::try_from(hengyang.counties.len()).unwrap();
        assert_eq!(target, Target { counties: Some(counties.div_ceil(2)), institutions: 15 });
        assert!(target.met(counties, 15) && !target.met(0, 15) && !target.met(counties, 14));
        let without = tier("441900").target(Some(half), tenth, 141);
        assert_eq!(without, Target { counties: None, institutions: 15 });
        assert!(without.met(0, 15));
    }

    #[test]
    fn a_county_merged_in_the_campaign_answers_through_its_successor() {
        let code = |text: &str| text.parse().unwrap();
        let found = |text, day| successor(Divisions::standard(), code(text), day).map(|row| row.code);
        assert_eq!(found("500105", jiff::civil::date(2026, 1, 24)), Some(code("500105")));
        assert_eq!(found("500105", DAY), Some(code("500157")));
        assert_eq!(found("500112", DAY), Some(code("500157")));
        assert_eq!(found("999999", DAY), None);
    }
}
