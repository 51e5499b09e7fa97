//! Who takes part: an education and a fire office for every place of every tier, with their officers, under the ministries.
//! Ids and names are computed from the place. Never here: institutions, or what any office does.

use std::collections::{BTreeMap, BTreeSet};

use domain::actor::{Agency, Level, Role};
use domain::campaign::plan::Post;
use domain::campaign::ratio::{successor, tiers};
use domain::campaign::workload::Workload;
use domain::division::{Division, DivisionCode, DivisionLevel, Divisions};
use jiff::civil::Date;

use super::draw::id;
use super::record::{Office, Officer};
use super::referral;
use crate::sample::cast;

/// The two agencies that visit together.
pub(super) const AGENCIES: [Agency; 2] = [Agency::Education, Agency::Fire];
/// The agencies that issue the campaign.
const ISSUERS: [Agency; 3] = [Agency::Education, Agency::Police, Agency::Fire];
/// The ministries' post.
pub(super) const NATION: Post = Post { level: Level::Nation, division: DivisionCode::NATION };

/// What an agency's office is called at each level, after the name of the area, county first.
const fn office_names(agency: Agency) -> [&'static str; 4] {
    match agency {
        Agency::Police => ["公安局", "公安局", "公安厅", "公安部"],
        Agency::Fire => ["消防救援大队", "消防救援支队", "消防救援总队", "国家消防救援局"],
        Agency::Procuratorate => ["人民检察院", "人民检察院", "人民检察院", "最高人民检察院"],
        Agency::Education
        | Agency::Market
        | Agency::Science
        | Agency::Culture
        | Agency::Sport
        | Agency::Health
        | Agency::Housing
        | Agency::Civil
        | Agency::Hub => ["教育局", "教育局", "教育厅", "教育部"],
    }
}

/// The level that a division has of itself.
fn own_level(division: DivisionCode) -> Level {
    match Divisions::standard().find(division).map(|row| row.level) {
        Some(DivisionLevel::Province) => Level::Province,
        Some(DivisionLevel::City) => Level::City,
        Some(DivisionLevel::County) => Level::County,
        None => Level::Nation,
    }
}

/// The post of the office that does the work of a post: a division has one office, so a city without counties does the
/// work of one, and a province that of a city over the counties it runs itself.
fn seat(post: Post) -> Post {
    Post { level: own_level(post.division), ..post }
}

/// The office of an agency that does the work of a post.
fn place(agency: Agency, post: Post) -> String {
    format!("{}-{}", agency.code(), post.division)
}

/// Id of an office.
pub(super) fn unit(agency: Agency, post: Post) -> String {
    format!("UN-{}", place(agency, post))
}

/// Id of an officer: A handles, B leads, C goes along, H is the head.
pub(super) fn officer(agency: Agency, post: Post, which: char) -> String {
    format!("OF-{}-{which}", place(agency, post))
}

/// Full name of a division: 衡阳市珠晖区.
pub(super) fn full_name(division: DivisionCode) -> String {
    let divisions = Divisions::standard();
    let Some(row) = divisions.find(division) else { return String::new() };
    match divisions.parent(division) {
        Some(above) => format!("{}{}", above.name, row.name),
        None => row.name.clone(),
    }
}

/// The county that answers for a county on a day: itself, or the one it was merged into.
pub(super) fn acting(county: DivisionCode, day: Date) -> DivisionCode {
    successor(Divisions::standard(), county, day).map_or(county, |row| row.code)
}

/// The days on which counties of the workload are merged into others, with those counties.
pub(super) fn mergers(work: &Workload, (opens, closes): (Date, Date)) -> BTreeMap<Date, Vec<DivisionCode>> {
    let mut found: BTreeMap<Date, Vec<DivisionCode>> = BTreeMap::new();
    let counties = work.places().iter().flat_map(|place| &place.counties);
    for row in counties.filter_map(|county| Divisions::standard().find(county.division)) {
        if let Some(day) = merged_on(row).filter(|day| *day > opens && *day <= closes) {
            found.entry(day).or_default().push(row.code);
        }
    }
    found
}

fn merged_on(row: &Division) -> Option<Date> {
    row.valid_to.filter(|_| !row.successors.is_empty())
}

/// The posts that take part from a day on, those above first; the ministries are not among them.
fn posts(work: &Workload) -> Vec<Post> {
    let mut posts = Vec::new();
    for place in work.places() {
        posts.extend([place.province_post(), seat(place.city_post())]);
        posts.extend(place.counties.iter().map(|county| seat(county_post(county.division))));
    }
    posts.sort_by_key(|post| (std::cmp::Reverse(post.level), post.division));
    posts.dedup();
    posts
}

/// The post of a county.
pub(super) const fn county_post(division: DivisionCode) -> Post {
    Post { level: Level::County, division }
}

/// The posts whose offices report figures at the end, with the place they belong to: what was merged reports no more, and
/// a county that came into being reports too.
pub(super) fn reporting(work: &Workload, closes: Date) -> Vec<(DivisionCode, Post)> {
    let mut found = Vec::new();
    for tier in tiers(Divisions::standard(), closes) {
        let Some(place) = work.places().iter().find(|place| place.division == tier.division) else {
            continue;
        };
        let counties = tier.counties.into_iter().map(county_post);
        let above = [place.city_post(), place.province_post()];
        found.extend(counties.chain(above).map(|post| (place.division, post)));
    }
    found.sort_by_key(|(place, post)| (*post, *place));
    found.dedup_by_key(|(_, post)| *post);
    found
}

/// The offices with their officers, those above first. On a later day than the first: those that merged counties made new.
pub(super) struct Ground<'a> {
    pub(super) seed: u64,
    pub(super) work: &'a Workload,
    pub(super) opens: Date,
    pub(super) closes: Date,
    /// The divisions whose offices take part in a referral.
    refer: BTreeSet<DivisionCode>,
}

impl<'a> Ground<'a> {
    /// The ground of a workload, from the first day to the last.
    pub(super) fn new(seed: u64, work: &'a Workload, (opens, closes): (Date, Date)) -> Self {
        let refer = referral::divisions(work, [opens, closes]);
        Self { seed, work, opens, closes, refer }
    }

    /// The days on which the directory changes, the first day first.
    pub(super) fn changes(&self) -> Vec<Date> {
        let later = mergers(self.work, (self.opens, self.closes)).into_keys();
        std::iter::once(self.opens).chain(later).collect()
    }

    /// The offices entered on a day.
    pub(super) fn offices(&self, on: Date) -> Vec<Office> {
        if on == self.opens {
            let nation = ISSUERS.map(|agency| self.office(agency, NATION, on));
            let posts = posts(self.work);
            let both = posts.iter().flat_map(|post| AGENCIES.map(|agency| self.office(agency, *post, on)));
            // The police of each county take its clues.
            let counties = self.work.places().iter().flat_map(|place| &place.counties);
            let seats = counties.map(|county| seat(county_post(county.division)));
            let police = seats.map(|post| self.office(Agency::Police, post, on));
            // The procuratorates see the referrals of their place.
            let first = |division: &&DivisionCode| there(posts.as_slice(), **division);
            let seen = self.refer.iter().filter(first).map(|division| seat(county_post(*division)));
            let top = (!self.refer.is_empty()).then_some(NATION);
            let procuratorates =
                top.into_iter().chain(seen).map(|post| self.office(Agency::Procuratorate, post, on));
            return nation.into_iter().chain(both).chain(police).chain(procuratorates).collect();
        }
        let merged = mergers(self.work, (self.opens, self.closes)).remove(&on).unwrap_or_default();
        let mut new: Vec<DivisionCode> = merged.into_iter().map(|county| acting(county, on)).collect();
        new.dedup();
        let before = posts(self.work);
        let new = new.into_iter().map(county_post).filter(|post| !before.contains(post));
        let agencies = |post: &Post| {
            let sees = self.refer.contains(&post.division).then_some(Agency::Procuratorate);
            ISSUERS.into_iter().chain(sees)
        };
        new.flat_map(|post| agencies(&post).map(move |agency| (agency, post)))
            .map(|(agency, post)| self.office(agency, post, on))
            .collect()
    }

    fn office(&self, agency: Agency, post: Post, on: Date) -> Office {
        let [county, city, province, nation] = office_names(agency);
        let name = match post.level {
            Level::County => format!("{}{county}", full_name(post.division)),
            Level::City => format!("{}{city}", full_name(post.division)),
            Level::Province => format!("{}{province}", full_name(post.division)),
            Level::Nation => nation.to_owned(),
        };
        let id = unit(agency, post);
        Office {
            request_id: super::draw::id(self.seed, "unit", &id),
            on,
            name,
            agency,
            level: post.level,
            division: post.division.to_string(),
            superior: self.above(agency, post).map(|above| unit(agency, above)).unwrap_or_default(),
            id,
        }
    }

    /// The post above: county, city, province, nation; in a municipality there is no city. Of the police and the
    /// procuratorates only the counties take part, right under the top.
    fn above(&self, agency: Agency, post: Post) -> Option<Post> {
        if matches!(agency, Agency::Police | Agency::Procuratorate) {
            return (post != NATION).then_some(NATION);
        }
        let divisions = Divisions::standard();
        let parent = divisions.parent(post.division).map_or(post.division, |row| row.code);
        let group = |code: DivisionCode| self.work.places().iter().find(|place| place.division == code);
        match post.level {
            Level::Nation => None,
            Level::Province => Some(NATION),
            Level::City => group(post.division).map(|place| place.province_post()),
            Level::County => group(parent).map(|place| place.city_post()),
        }
    }

    /// The officers of an office.
    pub(super) fn officers(&self, office: &Office) -> Vec<Officer> {
        let roles: &[(char, &[Role])] = match office.level {
            Level::County | Level::City if office.agency == Agency::Police => &[('A', DUTY)],
            _ if office.agency == Agency::Procuratorate => &[('A', &[Role::Handler])],
            Level::Nation => &[('A', &[Role::Handler, Role::Head]), ('B', &[Role::Handler, Role::Leader])],
            Level::Province => &[('A', WORK), ('B', LEAD), ('C', WORK)],
            Level::County | Level::City => &[('A', WORK), ('B', LEAD)],
        };
        let place = office.id.trim_start_matches("UN-");
        let refers = self.refer.iter().any(|division| division.as_str() == office.division);
        let decides = refers && matches!(office.agency, Agency::Education | Agency::Police);
        let head: Option<&(char, &[Role])> = decides.then_some(&HEAD);
        let hired = roles.iter().chain(head).map(|(which, roles)| {
            let officer = format!("OF-{place}-{which}");
            Officer {
                request_id: id(self.seed, "officer", &officer),
                on: office.on,
                unit: office.id.clone(),
                name: cast::name(self.seed, &officer),
                roles: roles.to_vec(),
                id: officer,
            }
        });
        hired.collect()
    }
}

const WORK: &[Role] = &[Role::Handler, Role::Triage];
const LEAD: &[Role] = &[Role::Handler, Role::Leader];
const DUTY: &[Role] = &[Role::Handler, Role::Duty];
const HEAD: (char, &[Role]) = ('H', &[Role::Head]);

/// Whether a division is among the posts of the first day.
fn there(posts: &[Post], division: DivisionCode) -> bool {
    posts.contains(&seat(county_post(division)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use domain::campaign::workload::Scale;

    use super::*;

    #[test]
    fn every_office_of_the_whole_country_has_the_level_of_its_division() {
        let (opens, closes) = ("2023-10-07".parse().unwrap(), "2023-12-31".parse().unwrap());
        let work = Workload::new(7, Scale::FULL, opens);
        let ground = Ground::new(7, &work, (opens, closes));
        let offices = ground.offices(opens);
        let fits = |office: &Office| own_level(office.division.parse().unwrap()) == office.level;
        assert!(offices.iter().all(fits));
        let mut ids: Vec<&str> = offices.iter().map(|office| office.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), offices.len(), "no office is entered twice");
        // 31 provinces, 333 cities and 2,847 counties, twice; police of these and of 4 cities without; the ministries;
        // procuratorates where there is a referral, and the highest.
        let procuratorates = 1 + ground.refer.len();
        assert!((200..=252).contains(&ground.refer.len()), "{}", ground.refer.len());
        assert_eq!(offices.len(), 2 * (31 + 333 + 2_847) + 2_851 + 3 + procuratorates);
    }
}
