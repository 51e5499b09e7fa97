//! What every unit reports in the end: the generator's own count of what it made, never read from the hub.
//! Never here: asking the hub.

use std::collections::{BTreeMap, BTreeSet};

use domain::campaign::Return;
use domain::campaign::figures::{Figures, Finding};
use domain::campaign::plan::{PhaseKind, Post};
use domain::campaign::workload::Workload;
use jiff::civil::Date;

use super::ground::{acting, county_post, reporting};
use super::premises::county_of;

/// The return of every unit that takes part, with the place it belongs to.
pub(super) fn returns(work: &Workload, closes: Date) -> Vec<(domain::division::DivisionCode, Return)> {
    let figures = by_post(work, closes);
    let of = |post: &Post| figures.get(post).copied().unwrap_or_default();
    let all = reporting(work, closes).into_iter();
    all.map(|(place, post)| (place, Return { post, through: closes, figures: of(&post) })).collect()
}

/// A county's records count for the one that answers for it on the last day.
fn by_post(work: &Workload, closes: Date) -> BTreeMap<Post, Figures> {
    let mut all: BTreeMap<Post, Figures> = BTreeMap::new();
    let counted =
        |number: u64| county_of(work, number).map(|county| county_post(acting(county.division, closes)));
    let mut visited: BTreeSet<(Post, u64)> = BTreeSet::new();
    for trip in work.trips() {
        let post = match trip.phase {
            PhaseKind::CitySpotCheck | PhaseKind::ProvincialSpotCheck => Some(trip.post),
            PhaseKind::SelfCheck | PhaseKind::CountyInspection | PhaseKind::LookBack => counted(trip.first),
        };
        let Some(post) = post else { continue };
        let figures = all.entry(post).or_default();
        figures.dispatch_person_times += u64::from(trip.team);
        let new = trip.visits().filter(|number| visited.insert((post, *number))).count();
        figures.inst_inspected += u64::try_from(new).unwrap_or_default();
    }
    for number in 0..work.institutions() {
        let Some(figures) = counted(number).map(|post| all.entry(post).or_default()) else { continue };
        let found: BTreeSet<Finding> = work.hazards_of(number).map(|hazard| hazard.finding).collect();
        let has = |finding| u64::from(found.contains(&finding));
        figures.inst_safety_hazard += has(Finding::Safety);
        figures.inst_fire_hazard += u64::from(found.iter().any(|finding| *finding != Finding::Safety));
        figures.inst_fire_evacuation += has(Finding::Evacuation);
        figures.inst_fire_equipment += has(Finding::Equipment);
        let staff = work.staff_of(number);
        figures.staff_queried += staff.end - staff.start;
    }
    all
}
