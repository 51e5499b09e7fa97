//! Where a record of a campaign counts: at which post, and in which county, as of the campaign's last day (handbook
//! 2.9, 5.5). A county that was merged counts at its successor, a city without counties is its own county, the city
//! tier of a municipality is its province tier. Never here: records or figures.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::actor::Level;
use crate::campaign::plan::{Plan, Post};
use crate::campaign::ratio::{Group, Tier as CityTier, successor, tiers};
use crate::division::{DivisionCode, DivisionLevel, Divisions};
use crate::inspection::plan::Tier;

/// The posts above a county.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Above {
    city: Post,
    province: Post,
}

/// The map of one campaign.
#[derive(Debug, Clone)]
pub struct Places {
    area: DivisionCode,
    day: Date,
    counties: HashMap<DivisionCode, Above>,
}

impl Places {
    /// The map of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let (divisions, area, day) = (Divisions::standard(), plan.lead.division, plan.closes);
        let mut counties = HashMap::new();
        for tier in tiers(divisions, day) {
            let above = above(&tier);
            counties.extend(tier.counties.into_iter().map(|county| (county, above)));
        }
        Self { area, day, counties }
    }

    /// The county that a division belongs to on the last day: none outside the campaign's area.
    #[must_use]
    pub fn county(&self, division: DivisionCode) -> Option<DivisionCode> {
        let divisions = Divisions::standard();
        let county = successor(divisions, division, self.day)?.code;
        divisions.is_within(county, self.area).then_some(county)
    }

    /// The post at which a visit of a tier counts, and its county; none outside the campaign's area.
    #[must_use]
    pub fn visit(&self, tier: Tier, division: DivisionCode) -> Option<(Post, DivisionCode)> {
        let county = self.county(division)?;
        let above = self.counties.get(&county).copied().unwrap_or_else(|| unlisted(county));
        let post = match tier {
            Tier::County | Tier::LookBack => Post { level: Level::County, division: county },
            Tier::City => above.city,
            Tier::Province => above.province,
        };
        Some((post, county))
    }

    /// The post at which a dispatch counts that was reported for `post`; none outside the campaign's area.
    #[must_use]
    pub fn dispatch(&self, post: Post) -> Option<Post> {
        self.county(post.division).map(|division| Post { level: post.level, division })
    }

    /// The post at which staff counts that was asked about in a division; none outside the campaign's area.
    #[must_use]
    pub fn staff(&self, division: DivisionCode) -> Option<Post> {
        self.county(division).map(|division| Post { level: Level::County, division })
    }
}

fn above(tier: &CityTier) -> Above {
    let level = match tier.group {
        Group::City | Group::CountyLess | Group::Direct => Level::City,
        Group::Municipality => Level::Province,
    };
    let province = Post { level: Level::Province, division: tier.province };
    Above { city: Post { level, division: tier.division }, province }
}

/// Of a division that does no county's work, such as a city with counties where an institution is entered by mistake:
/// what stands above it in the table, or it itself.
fn unlisted(code: DivisionCode) -> Above {
    let chain = Divisions::standard().chain(code);
    let at = |level| chain.iter().find(|row| row.level == level).map_or(code, |row| row.code);
    Above {
        city: Post { level: Level::City, division: at(DivisionLevel::City) },
        province: Post { level: Level::Province, division: at(DivisionLevel::Province) },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

    use super::*;
    use crate::actor::{Agency, Unit};
    use crate::campaign::plan::Template;
    use crate::ids::CampaignId;

    fn code(text: &str) -> DivisionCode {
        text.parse().unwrap()
    }

    /// The map of a campaign led from `area` until the end of `year`.
    fn places(level: Level, area: &str, year: i16) -> Places {
        let id = "UN-EDU-1".parse().unwrap();
        let lead = Unit { id, agency: Agency::Education, level, division: code(area) };
        let campaign = CampaignId::new(code(area), jiff::civil::date(year, 10, 7), 1);
        let mut plan = Template::find("safety-guard-2023").unwrap().plan(campaign, lead);
        plan.closes = jiff::civil::date(year, 12, 31);
        Places::of(&plan)
    }

    fn posts(places: &Places, division: &str) -> [String; 4] {
        Tier::ALL.map(|tier| places.visit(tier, code(division)).unwrap().0.to_string())
    }

    #[test]
    fn a_visit_counts_at_the_post_of_its_tier() {
        let nation = places(Level::Nation, "100000", 2023);
        let hengyang = ["county:430405", "city:430400", "province:430000", "county:430405"];
        assert_eq!(posts(&nation, "430405"), hengyang);
        assert_eq!(
            posts(&nation, "441900"),
            ["county:441900", "city:441900", "province:440000", "county:441900"],
            "a city without counties"
        );
        assert_eq!(
            posts(&nation, "310101"),
            ["county:310101", "province:310000", "province:310000", "county:310101"],
            "a municipality"
        );
        assert_eq!(
            posts(&nation, "419001"),
            ["county:419001", "city:410000", "province:410000", "county:419001"],
            "a county that the province runs itself"
        );
        assert_eq!(nation.visit(Tier::City, code("430400")).unwrap().0.to_string(), "city:430400");
    }

    #[test]
    fn a_merged_county_counts_at_its_successor_from_the_year_of_the_merger() {
        let (before, after) = (places(Level::Nation, "100000", 2023), places(Level::Nation, "100000", 2026));
        assert_eq!(before.staff(code("500105")).unwrap().to_string(), "county:500105");
        assert_eq!(after.staff(code("500105")), after.staff(code("500112")));
        assert_eq!(after.county(code("500105")), Some(code("500157")));
        let old = Post { level: Level::County, division: code("500112") };
        assert_eq!(after.dispatch(old).unwrap().to_string(), "county:500157");
    }

    #[test]
    fn what_lies_outside_the_area_counts_nowhere() {
        let hunan = places(Level::Province, "430000", 2023);
        assert!(hunan.visit(Tier::County, code("430405")).is_some());
        assert_eq!(hunan.visit(Tier::County, code("310101")), None);
        assert_eq!(hunan.staff(code("999999")), None);
    }
}
