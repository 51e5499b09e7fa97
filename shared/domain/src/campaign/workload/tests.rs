//! The workload comes to the published figures, and to its own tally at any scale.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::actor::Level;
use crate::campaign::figures::{Count, Finding, Record};
use crate::campaign::plan::PhaseKind;
use crate::campaign::ratio::Group;
use crate::division::DivisionCode;
use crate::ids::{DispatchId, HazardId, StaffCountId};

const DAY: Date = jiff::civil::date(2026, 11, 1);

fn workload(scale: &str) -> Workload {
    Workload::new(7, scale.parse().unwrap(), DAY)
}

/// The figures from the records, by one bit and one byte each, without the accumulator.
fn counted(work: &Workload) -> Tally {
    let mut tally = Tally {
        figures: Figures::default(),
        visits: 0,
        trips: 0,
        hazardous: 0,
        hazards: 0,
        major: 0,
        rectified: [0; 4],
        asked_twice: 0,
        removed: 0,
        clues: 0,
        referrals: 0,
        filed: 0,
    };
    let mut visited = vec![false; usize::try_from(work.institutions()).unwrap()];
    for trip in work.trips() {
        tally.trips += 1;
        tally.figures.dispatch_person_times += u64::from(trip.team);
        for institution in trip.visits() {
            tally.visits += 1;
            visited[usize::try_from(institution).unwrap()] = true;
        }
    }
    tally.figures.inst_inspected = visited.iter().filter(|seen| **seen).count() as u64;
    for institution in 0..work.institutions() {
        let mut found = BTreeSet::new();
        for hazard in work.hazards_of(institution) {
            found.insert(hazard.finding);
            tally.hazards += 1;
            tally.major += u64::from(hazard.major);
            let fate = FATES.iter().position(|(_, fate)| *fate == hazard.rectified).unwrap();
            tally.rectified[fate] += 1;
        }
        let has = |finding| u64::from(found.contains(&finding));
        tally.hazardous += u64::from(!found.is_empty());
        tally.figures.inst_safety_hazard += has(Finding::Safety);
        let fire = found.iter().any(|finding| *finding != Finding::Safety);
        tally.figures.inst_fire_hazard += u64::from(fire);
        tally.figures.inst_fire_evacuation += has(Finding::Evacuation);
        tally.figures.inst_fire_equipment += has(Finding::Equipment);
        for person in work.staff_of(institution) {
            tally.figures.staff_queried += 1;
            tally.asked_twice += u64::from(Workload::asked_twice(person));
            tally.removed += u64::from(matches!(work.answer(person), Answer::Removed | Answer::Upheld));
        }
    }
    for clue in work.clues() {
        tally.clues += 1;
        tally.referrals += u64::from(clue.referral.is_some());
        let filed = [Outcome::Filed, Outcome::FiledOnReconsideration, Outcome::FiledOnOrder];
        tally.filed += u64::from(clue.referral.is_some_and(|(outcome, _)| filed.contains(&outcome)));
    }
    tally
}

#[test]
fn at_full_size_it_is_the_published_table_to_the_unit() {
    let work = workload("1");
    let values = work.tally().figures.rows().map(|(_, value)| value);
    assert_eq!(values, [239_600, 156_200, 11_400, 14_400, 3_552, 8_751, 522_000]);
    let tally = work.tally();
    assert_eq!((tally.visits, tally.trips, tally.hazardous), (203_030, 103_362, 23_400));
    assert_eq!((tally.hazards, tally.major), (51_480, 1_030));
    assert_eq!(tally.rectified, [15_444, 31_918, 3_088, 1_030]);
    assert_eq!((tally.asked_twice, tally.removed), (5_220, 258));
    assert_eq!((tally.clues, tally.referrals, tally.filed), (12_000, 240, 165));
    assert_eq!(counted(&work), tally);
}

#[test]
fn at_full_size_each_phase_has_the_trips_of_the_handbook() {
    let work = workload("1");
    let of = |phase| {
        let trips: Vec<Trip> = work.trips().filter(|trip| trip.phase == phase).collect();
        let visits: Vec<u64> = trips.iter().flat_map(Trip::visits).collect();
        let distinct: BTreeSet<u64> = visits.iter().copied().collect();
        assert_eq!(visits.len(), distinct.len(), "{phase:?} visits nobody twice");
        (trips.len(), visits.len(), trips.iter().map(|trip| trip.team).sum::<u32>())
    };
    assert_eq!(of(PhaseKind::CountyInspection), (78_100, 156_200, 156_200));
    assert_eq!(of(PhaseKind::LookBack), (11_700, 23_400, 23_400));
    assert_eq!(of(PhaseKind::CitySpotCheck), (7_810, 15_620, 31_240));
    assert_eq!(of(PhaseKind::ProvincialSpotCheck), (5_752, 7_810, 28_760));
}

#[test]
fn at_full_size_every_county_has_institutions_and_every_tier_reaches_its_shares() {
    use crate::campaign::ratio::{Share, Target};
    let work = workload("1");
    assert_eq!(work.places().len(), 341);
    assert_eq!(work.places().iter().map(|place| place.counties.len()).sum::<usize>(), 2_851);
    let mut next = 0;
    for place in work.places() {
        for county in &place.counties {
            assert_eq!(county.first, next);
            assert!(county.institutions > 0 && county.institutions % 2 == 0, "{}", county.division);
            next += county.institutions;
        }
        let total: u64 = place.counties.iter().map(|county| county.institutions).sum();
        assert_eq!(total, 20 * place.blocks);
        let sample: BTreeSet<u64> =
            place.in_turn().take(usize::try_from(2 * place.blocks).unwrap()).collect();
        let has = |first: u64, count: u64| sample.range(first..first + count).next().is_some();
        let reached =
            place.counties.iter().filter(|county| has(county.first, county.institutions)).count() as u64;
        let counties = (place.group != Group::CountyLess)
            .then(|| Share::new(1, 2).unwrap().of(place.counties.len() as u64));
        let target = Target { counties, institutions: Share::new(1, 10).unwrap().of(total) };
        assert!(target.met(reached, sample.len() as u64), "{}: {reached}, {target:?}", place.division);
    }
    assert_eq!(next, work.institutions());
}

#[test]
fn every_scale_comes_to_its_own_tally_and_the_same_twice() {
    for scale in ["1/2", "1/7", "1/100", "1/333", "1/1000"] {
        let (work, again) = (workload(scale), workload(scale));
        assert_eq!(counted(&work), work.tally(), "{scale}");
        assert!(work.trips().eq(again.trips()) && work.hazards().eq(again.hazards()), "{scale}");
        assert!(work.clues().eq(again.clues()), "{scale}");
    }
    let other = Workload::new(8, "1/100".parse().unwrap(), DAY);
    assert!(!other.trips().eq(workload("1/100").trips()), "another seed is another workload");
    for bad in ["0", "1/0", "1/1001", "2", "", "1/x"] {
        assert_eq!(bad.parse::<Scale>(), Err(ScaleError), "{bad}");
    }
}

#[test]
fn the_accumulator_finds_the_tally_with_everything_sent_twice() {
    let work = workload("1/100");
    let mut count = Count::default();
    let name = |number: u64| format!("IN-{number}").parse().unwrap();
    let place: DivisionCode = "430405".parse().unwrap();
    for _ in 0..2 {
        for (number, trip) in (0..).zip(work.trips()) {
            let dispatch = DispatchId::new(place, DAY, number);
            count.take(Record::Dispatched { dispatch, persons: trip.team });
            trip.visits().for_each(|at| count.take(Record::Inspected { institution: name(at) }));
        }
        for hazard in work.hazards() {
            let id = HazardId::new(place, DAY, hazard.number.into());
            let (institution, finding) = (name(hazard.institution), hazard.finding);
            count.take(Record::Found { hazard: id, institution, finding });
        }
        for institution in 0..work.institutions() {
            let persons = work.staff_of(institution).map(|person| Uuid::from_u128(person.into())).collect();
            let id = StaffCountId::new(place, DAY, institution.into());
            count.take(Record::Queried { count: id, persons });
        }
    }
    assert_eq!(count.figures(), work.tally().figures);
}

#[test]
fn a_municipality_spot_checks_as_a_province() {
    let work = workload("1");
    let shanghai = work.places().iter().find(|place| place.division.as_str() == "310000").unwrap();
    assert_eq!(shanghai.city_post(), shanghai.province_post());
    let direct = work.places().iter().find(|place| place.group == Group::Direct).unwrap();
    assert_eq!(direct.city_post().level, Level::City);
}
