//! Counting does not depend on order, repetition or where it was done.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;
use crate::actor::Level;

fn institution(n: u8) -> InstitutionId {
    format!("IN-{n}").parse().unwrap()
}
fn hazard(n: u8) -> HazardId {
    HazardId::new("430405".parse().unwrap(), jiff::civil::date(2023, 10, 9), n.into())
}
fn found(n: u8, at: u8, finding: Finding) -> Record {
    Record::Found { hazard: hazard(n), institution: institution(at), finding }
}
fn inspected(n: u8) -> Record {
    Record::Inspected { institution: institution(n) }
}
fn dispatch(n: u8) -> DispatchId {
    DispatchId::new("430405".parse().unwrap(), jiff::civil::date(2023, 10, 9), n.into())
}
fn sent(n: u8, persons: u32) -> Record {
    Record::Dispatched { dispatch: dispatch(n), persons }
}
fn count(n: u8) -> StaffCountId {
    StaffCountId::new("430405".parse().unwrap(), jiff::civil::date(2023, 10, 9), n.into())
}
fn asked(n: u8, persons: &[u128]) -> Record {
    Record::Queried { count: count(n), persons: persons.iter().copied().map(Uuid::from_u128).collect() }
}
fn counted(records: impl IntoIterator<Item = Record>) -> Count {
    let mut count = Count::default();
    records.into_iter().for_each(|record| count.take(record));
    count
}
fn digest(count: &Count) -> String {
    let post = Post { level: Level::County, division: "430405".parse().unwrap() };
    let figures = count.figures();
    canonical("frame-1", "2026-09-11", &figures, &BTreeMap::from([(post, figures)]))
}

#[test]
fn an_institution_counts_once_in_each_category_however_many_hazards_it_has() {
    let records = [
        inspected(1),
        inspected(1),
        inspected(2),
        inspected(3),
        found(1, 1, Finding::Safety),
        found(2, 1, Finding::Evacuation),
        found(3, 1, Finding::Equipment),
        found(4, 1, Finding::Equipment),
        found(5, 2, Finding::OtherFire),
        sent(1, 2),
        sent(1, 2),
        sent(2, 4),
        asked(1, &[7]),
        asked(2, &[7]),
    ];
    let figures = counted(records).figures();
    let values: Vec<u64> = figures.rows().into_iter().map(|(_, value)| value).collect();
    assert_eq!(values, [6, 3, 1, 2, 1, 1, 1]);
    assert!(figures.consistent());
}

#[test]
fn a_void_hazard_counts_for_nothing_whichever_is_heard_of_first() {
    let (found, void) = (found(1, 1, Finding::Evacuation), Record::Void { hazard: hazard(1) });
    for records in [[found.clone(), void.clone()], [void, found]] {
        assert_eq!(counted(records).figures(), Figures::default());
    }
}

#[test]
fn a_void_dispatch_or_staff_count_counts_for_nothing_and_what_others_said_stays() {
    let (gone, wrong) =
        (Record::DispatchVoid { dispatch: dispatch(1) }, Record::CountVoid { count: count(1) });
    let mut records = vec![sent(1, 2), sent(2, 3), gone, asked(1, &[7, 8]), asked(2, &[8, 9]), wrong];
    for _ in 0..2 {
        let figures = counted(records.clone()).figures();
        assert_eq!((figures.dispatch_person_times, figures.staff_queried), (3, 2));
        records.reverse();
    }
}

#[test]
fn every_finding_of_the_table_comes_from_a_category_and_the_rest_from_none() {
    let counted: BTreeSet<Finding> = Category::ALL.into_iter().filter_map(Finding::of).collect();
    assert_eq!(counted.len(), 4);
    let fire = |category: &Category| Finding::of(*category).is_some_and(|found| found.marks() & FIRE != 0);
    let named: Vec<&str> = Category::ALL.iter().filter(|one| fire(one)).map(|one| one.code()).collect();
    assert!(named.len() == 4 && named.iter().all(|code| code.starts_with("fire")), "{named:?}");
}

#[test]
fn the_keys_are_the_published_ones_and_stand_in_the_canonical_text() {
    let written = serde_json::to_value(Figures::default()).unwrap();
    let keys: BTreeSet<&str> = written.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, Figures::default().rows().map(|(key, _)| key).into());
    let text = digest(&counted([inspected(1)]));
    assert_eq!(
        text,
        "safeguard figures 1\nframe frame-1\ndivisions 2026-09-11\n\
         total dispatch_person_times=0 inst_inspected=1 inst_safety_hazard=0 inst_fire_hazard=0 \
         inst_fire_evacuation=0 inst_fire_equipment=0 staff_queried=0\n\
         county:430405 dispatch_person_times=0 inst_inspected=1 inst_safety_hazard=0 inst_fire_hazard=0 \
         inst_fire_evacuation=0 inst_fire_equipment=0 staff_queried=0\n"
    );
}

fn record() -> impl Strategy<Value = Record> {
    let finding = prop::sample::select(vec![
        Finding::Safety,
        Finding::Evacuation,
        Finding::Equipment,
        Finding::OtherFire,
    ]);
    prop_oneof![
        (0..9u8).prop_map(inspected),
        (0..20u8, 0..9u8, finding).prop_map(|(n, at, finding)| found(n, at, finding)),
        (0..20u8).prop_map(|n| Record::Void { hazard: hazard(n) }),
        (0..9u8, 1..6u32).prop_map(|(n, persons)| sent(n, persons)),
        (0..9u8).prop_map(|n| Record::DispatchVoid { dispatch: dispatch(n) }),
        (0..9u8, prop::collection::vec(0..9u128, 1..4)).prop_map(|(n, persons)| asked(n, &persons)),
        (0..9u8).prop_map(|n| Record::CountVoid { count: count(n) }),
    ]
}

proptest! {
    #[test]
    fn any_order_duplicates_and_a_second_time_come_to_the_same(
        records in prop::collection::vec(record(), 0..60),
        shuffled in any::<prop::sample::Index>(),
    ) {
        let once = counted(records.clone());
        let mut turned = records.clone();
        turned.reverse();
        let by = if turned.is_empty() { 0 } else { shuffled.index(turned.len()) };
        turned.rotate_left(by);
        let twice = counted(turned.into_iter().chain(records.clone()).chain(records));
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(digest(&once), digest(&twice));
    }

    #[test]
    fn what_was_counted_apart_is_merged_either_way(
        records in prop::collection::vec(record(), 0..60),
        at in any::<prop::sample::Index>(),
    ) {
        let cut = if records.is_empty() { 0 } else { at.index(records.len()) };
        let (left, right) = records.split_at(cut);
        let (left, right) = (counted(left.to_vec()), counted(right.to_vec()));
        let mut first = left.clone();
        first.merge(right.clone());
        let mut second = right;
        second.merge(left);
        prop_assert_eq!(&first, &second);
        prop_assert_eq!(first, counted(records));
    }
}
