//! The trips of the workload: who goes where, how many go, and what they visit (handbook 5.5, 4). Never here: days.

use super::Workload;
use super::frame::Place;
use crate::actor::Level;
use crate::campaign::plan::{PhaseKind, Post};

/// One dispatch: a team that visits one or two institutions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Trip {
    /// The phase; a re-inspection belongs to the look-back.
    pub phase: PhaseKind,
    /// Who goes.
    pub post: Post,
    /// How many go, in person-times 人次.
    pub team: u32,
    /// The first institution.
    pub first: u64,
    /// The second, if any.
    pub second: Option<u64>,
}

impl Trip {
    /// The institutions visited.
    pub fn visits(&self) -> impl Iterator<Item = u64> + use<> {
        [self.first].into_iter().chain(self.second)
    }
}

impl Workload {
    /// Every trip: counties, re-inspections, cities, provinces.
    pub fn trips(&self) -> impl Iterator<Item = Trip> {
        let (again, cities) = (self.by_pair(true), self.places().iter().flat_map(city));
        self.by_pair(false).chain(again).chain(cities).chain(self.places().iter().flat_map(province))
    }

    /// Trips of counties to two institutions each: to all, or again to those with hazards.
    fn by_pair(&self, again: bool) -> impl Iterator<Item = Trip> {
        let phase = if again { PhaseKind::LookBack } else { PhaseKind::CountyInspection };
        let counties = self.places().iter().flat_map(|place| &place.counties);
        counties.flat_map(move |county| {
            let post = Post { level: Level::County, division: county.division };
            let firsts = (0..county.institutions / 2).map(move |pair| county.first + 2 * pair);
            let firsts = firsts.filter(move |first| !again || self.has_hazard(*first));
            firsts.map(move |first| Trip { phase, post, team: 2, first, second: Some(first + 1) })
        })
    }
}

/// A tenth of the institutions, two on each trip, from as many counties as can be.
fn city(place: &Place) -> impl Iterator<Item = Trip> {
    let (phase, post) = (PhaseKind::CitySpotCheck, place.city_post());
    let mut sample = place.in_turn();
    (0..place.blocks).filter_map(move |_| {
        let (first, second) = (sample.next()?, sample.next());
        Some(Trip { phase, post, team: 4, first, second })
    })
}

/// A twentieth of the institutions: others than the city visited.
fn province(place: &Place) -> impl Iterator<Item = Trip> {
    let (phase, post) = (PhaseKind::ProvincialSpotCheck, place.province_post());
    let tenth = usize::try_from(2 * place.blocks).unwrap_or(usize::MAX);
    let mut sample = place.in_turn().skip(tenth);
    let trips = place.blocks - place.double_trips;
    (0..trips).filter_map(move |trip| {
        let first = sample.next()?;
        let second = if trip < place.double_trips { sample.next() } else { None };
        Some(Trip { phase, post, team: 5, first, second })
    })
}
