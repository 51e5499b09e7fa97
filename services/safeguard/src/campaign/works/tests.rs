//! The records come to the generator's own tally, and the returns to its total.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use domain::campaign::figures::Figures;
use domain::campaign::plan::Template;
use domain::checklist::Checklists;
use domain::ids::{HazardId, InstitutionId, OfficerId, UnitId};

use super::super::noise::disturb;
use super::super::tally::returns;
use super::*;

fn works(scale: &str, opens: Option<Date>) -> Works {
    let template = Template::find("safety-guard-2023").unwrap();
    let calendar = Calendar::new(template, opens.unwrap_or(template.opens));
    let work = Workload::new(7, scale.parse().unwrap(), calendar.opens);
    Works::new(7, work, calendar)
}

fn all(works: &Works) -> Day {
    let mut all = Day::default();
    for on in works.schedule.days() {
        let Day { dispatches, visits, signatures, steps, staff } = works.day(on);
        assert!(visits.iter().all(|visit| day_of(visit.head.occurred_at) <= on));
        all.dispatches.extend(dispatches);
        assert_eq!(signatures.len(), visits.len(), "whoever went along signs on the day");
        all.visits.extend(visits);
        all.signatures.extend(signatures);
        all.steps.extend(steps);
        all.staff.extend(staff);
    }
    all
}

#[test]
fn the_records_come_to_the_tally() {
    let works = works("1/100", None);
    let (tally, all) = (works.work.tally(), all(&works));
    assert_eq!(all.visits.len() as u64, tally.visits);
    assert_eq!(all.dispatches.len() as u64, tally.trips);
    let persons: i32 = all.dispatches.iter().map(|dispatch| dispatch.persons).sum();
    assert_eq!(u64::try_from(persons).unwrap(), tally.figures.dispatch_person_times);
    let staff: BTreeSet<&String> = all.staff.iter().flat_map(|count| &count.persons).collect();
    assert_eq!(staff.len() as u64, tally.figures.staff_queried);
    let named: usize = all.staff.iter().map(|count| count.persons.len()).sum();
    assert_eq!((named - staff.len()) as u64, tally.asked_twice);
    let institutions: BTreeSet<&String> = all.visits.iter().map(|visit| &visit.institution).collect();
    assert_eq!(institutions.len() as u64, tally.figures.inst_inspected);
    assert!(institutions.iter().all(|id| id.parse::<InstitutionId>().is_ok()));
    assert!(all.visits.iter().all(|visit| visit.head.by.parse::<OfficerId>().is_ok()));
    assert!(all.visits.iter().flat_map(|visit| &visit.invited).all(|unit| unit.parse::<UnitId>().is_ok()));
    let ids: BTreeSet<&String> = all.signatures.iter().map(|signature| &signature.inspection).collect();
    assert_eq!(ids.len() as u64, tally.visits, "each visit is signed for once");
    let signed = |visit: &Visit, signature: &Signature| {
        visit.members.iter().any(|member| member.officer == signature.head.by)
    };
    assert!(all.visits.iter().zip(&all.signatures).all(|(visit, signature)| signed(visit, signature)));
    let failed: usize = all.visits.iter().map(|visit| visit.failed.len()).sum();
    assert_eq!(failed as u64, tally.hazards);
}

#[test]
fn every_hazard_goes_through_its_loop_in_order_and_after_it_was_found() {
    let works = works("1/100", None);
    let (tally, all) = (works.work.tally(), all(&works));
    let mut hazards: BTreeMap<&str, Vec<&Act>> = BTreeMap::new();
    let mut last = BTreeMap::new();
    for step in &all.steps {
        hazards.entry(&step.hazard).or_default().push(&step.act);
        let before = last.insert(&step.hazard, step.head.occurred_at);
        assert!(before.is_none_or(|before| before <= step.head.occurred_at));
    }
    assert_eq!(hazards.len() as u64, tally.hazards);
    assert!(hazards.keys().all(|id| id.parse::<HazardId>().is_ok()));
    let verified = hazards.values().filter(|acts| matches!(acts.last(), Some(Act::Verify { .. }))).count();
    assert_eq!(verified as u64, tally.hazards - tally.rectified[3]);
    let major = |acts: &&Vec<&Act>| acts.iter().any(|act| **act == Act::Grade { grade: Grade::Major });
    assert_eq!(hazards.values().filter(major).count() as u64, tally.major);
    let known: BTreeSet<&str> = Checklists::standard()
        .all()
        .iter()
        .flat_map(|list| &list.lines)
        .map(|line| line.id.as_str())
        .collect();
    for visit in &all.visits {
        let lines: BTreeSet<&str> = visit.failed.iter().map(|failed| failed.line.as_str()).collect();
        assert_eq!(lines.len(), visit.failed.len(), "no line fails twice");
        assert!(lines.iter().all(|line| known.contains(line)));
    }
}

#[test]
fn returns_of_all_units_add_up_to_the_total_where_nothing_overlaps() {
    for opens in [None, Some(jiff::civil::date(2025, 12, 6))] {
        let works = works("1", opens);
        let total = works.work.tally().figures;
        let all: Vec<Figures> =
            returns(&works.work, works.calendar.closes).into_iter().map(|(_, one)| one.figures).collect();
        let sum = |of: fn(&Figures) -> u64| all.iter().map(of).sum::<u64>();
        assert_eq!(sum(|one| one.dispatch_person_times), total.dispatch_person_times);
        assert_eq!(sum(|one| one.inst_safety_hazard), total.inst_safety_hazard);
        assert_eq!(sum(|one| one.inst_fire_hazard), total.inst_fire_hazard);
        assert_eq!(sum(|one| one.staff_queried), total.staff_queried);
        assert_eq!(sum(|one| one.inst_inspected), total.inst_inspected + 15_620 + 7_810);
        assert!(all.iter().all(Figures::consistent));
    }
}

#[test]
fn noise_adds_and_never_takes_away() {
    let works = works("1/100", None);
    let (mut sent, mut clean, mut late) = (0, 0, 0);
    for on in works.schedule.days() {
        let mut day = works.day(on);
        let before: BTreeSet<Uuid> = day.visits.iter().map(|visit| visit.head.request_id).collect();
        late += day.visits.iter().filter(|visit| day_of(visit.head.occurred_at) < on).count();
        disturb(7, &mut day);
        let after: BTreeSet<Uuid> = day.visits.iter().map(|visit| visit.head.request_id).collect();
        assert!(after.is_superset(&before));
        clean += before.len();
        sent += day.visits.len();
    }
    let more = (sent - clean) * 1_000 / clean;
    assert!((20..50).contains(&more), "{more} of a thousand more");
    assert!((2..25).contains(&(late * 1_000 / clean)), "{late} of {clean} late");
}
