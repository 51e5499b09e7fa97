//! The draw: reproducible, fair, and free of conflicts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use proptest::prelude::*;

use super::*;

const TWO: Wanted = Wanted { targets: 3, inspectors: 2, agencies: 2 };

fn target(n: usize) -> InstitutionId {
    format!("IN-{n:03}").parse().unwrap()
}

fn inspector(n: usize, conflicts: &[usize]) -> Inspector {
    let agency = if n.is_multiple_of(2) { Agency::Education } else { Agency::Fire };
    Inspector {
        officer: format!("OF-{n:03}").parse().unwrap(),
        unit: format!("UN-{}", agency.code()).parse().unwrap(),
        agency,
        conflicts: conflicts.iter().copied().map(target).collect(),
    }
}

fn frame(targets: usize, inspectors: usize) -> Frame {
    Frame::new((0..targets).map(target), (0..inspectors).map(|n| inspector(n, &[n])))
}

#[test]
fn the_generator_is_splitmix64() {
    let mut numbers = SplitMix64(1_234_567);
    let first: Vec<u64> = (0..5).map(|_| numbers.next()).collect();
    let published = [
        6_457_827_717_110_365_317,
        3_203_168_211_198_807_973,
        9_817_491_932_198_370_423,
        4_593_380_528_125_082_431,
        16_408_922_859_458_223_821,
    ];
    assert_eq!(first, published);
}

#[test]
fn the_name_space_is_what_it_says() {
    assert_eq!(SPACE, Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:safeguard:frame"));
}

#[test]
fn a_recorded_draw_is_recomputed_to_the_officer() {
    let (drawn, assigned) = frame(10, 6).draw(TWO, Seed(7)).unwrap();
    assert_eq!(serde_json::to_value(&drawn).unwrap(), RECORDED.parse::<serde_json::Value>().unwrap());
    let told: Vec<String> = assigned
        .iter()
        .map(|one| format!("{} {} {}", one.target, one.inspectors[0], one.inspectors[1]))
        .collect();
    assert_eq!(told, DRAWN);
}

#[test]
fn too_few_of_either_is_refused_by_name() {
    let refused = frame(2, 6).draw(TWO, Seed(1)).unwrap_err();
    assert_eq!(refused, Rejection::TooFewTargets { have: 2, need: 3 });
    let alone = Frame::new([target(0)], [inspector(0, &[]), inspector(2, &[]), inspector(1, &[0])]);
    let one = Wanted { targets: 1, ..TWO };
    let refused = alone.draw(one, Seed(1)).unwrap_err();
    assert_eq!(refused, Rejection::TooFewInspectors { institution: target(0) });
    assert_eq!((refused.reason(), refused.facts().len()), ("DRAW_TOO_FEW_INSPECTORS", 1));
    assert!(alone.draw(Wanted { agencies: 1, ..one }, Seed(1)).is_ok(), "one agency has two officers");
}

#[test]
fn every_target_is_drawn_about_equally_often() {
    let (frame, mut often) = (frame(10, 4), BTreeMap::<InstitutionId, u32>::new());
    let one = Wanted { targets: 1, inspectors: 1, agencies: 1 };
    for seed in 0..5_000 {
        *often.entry(frame.draw(one, Seed(seed)).unwrap().1.remove(0).target).or_default() += 1;
    }
    assert_eq!(often.len(), 10);
    assert!(often.values().all(|times| (400..600).contains(times)), "{often:?}");
}

#[test]
fn the_work_is_spread() {
    let wanted = Wanted { targets: 30, inspectors: 2, agencies: 2 };
    let free = Frame::new((0..40).map(target), (0..10).map(|n| inspector(n, &[])));
    let (_, assigned) = free.draw(wanted, Seed(3)).unwrap();
    let mut visits = BTreeMap::<&OfficerId, u32>::new();
    for officer in assigned.iter().flat_map(|one| &one.inspectors) {
        *visits.entry(officer).or_default() += 1;
    }
    assert!(visits.len() == 10 && visits.values().all(|times| *times == 6), "{visits:?}");
}

proptest! {
    #[test]
    fn the_same_frame_and_seed_give_the_same_draw_whatever_the_order(
        seed: u64, turn in 0usize..6, targets in 3usize..40, inspectors in 8usize..30
    ) {
        let mut places: Vec<usize> = (0..targets).chain(0..targets).collect();
        places.rotate_left(turn);
        let people = (0..inspectors).rev().map(|n| inspector(n, &[n]));
        let other = Frame::new(places.into_iter().map(target), people);
        let one = frame(targets, inspectors);
        prop_assert_eq!(one.digest(), other.digest());
        prop_assert_eq!(one.draw(TWO, Seed(seed)), other.draw(TWO, Seed(seed)));
    }

    #[test]
    fn a_draw_is_of_the_frame_without_repeats_and_without_conflicts(seed: u64, targets in 3usize..40) {
        let frame = frame(targets, 12);
        let (drawn, assigned) = frame.draw(TWO, Seed(seed)).unwrap();
        prop_assert_eq!(drawn.frame, frame.digest());
        let distinct: BTreeSet<&InstitutionId> = assigned.iter().map(|one| &one.target).collect();
        prop_assert_eq!((distinct.len(), assigned.len()), (3, 3));
        for one in &assigned {
            prop_assert!(frame.targets.contains(&one.target));
            let team: Vec<&Inspector> = one.inspectors.iter().map(|id| &frame.inspectors[id]).collect();
            prop_assert!(team.len() == 2 && team[0].agency != team[1].agency);
            prop_assert!(team.iter().all(|member| !member.conflicts.contains(&one.target)));
        }
    }

    #[test]
    fn another_frame_has_another_digest(targets in 1usize..40) {
        prop_assert_ne!(frame(targets, 3).digest(), frame(targets + 1, 3).digest());
        let same = Frame::new((0..targets).map(target), (0..3).map(|n| inspector(n, &[])));
        prop_assert_ne!(frame(targets, 3).digest(), same.digest());
    }

    #[test]
    fn a_seed_is_stored_as_text_and_read_back(seed: u64) {
        let text = serde_json::to_string(&Seed(seed)).unwrap();
        prop_assert_eq!(&text, &format!("\"{seed}\""));
        prop_assert_eq!(serde_json::from_str::<Seed>(&text).unwrap(), Seed(seed));
    }

    #[test]
    fn a_number_is_below_its_bound(seed: u64, bound in 1u64..) {
        prop_assert!(SplitMix64(seed).below(bound) < bound);
    }
}

/// As a program of another language, written from the description alone, drew it.
const RECORDED: &str =
    r#"{"frame":"dc5fc717-c3b7-54e7-8559-7c4b057ab4e3","algorithm":"splitmix64-shuffle-1","seed":"7"}"#;
const DRAWN: [&str; 3] = ["IN-008 OF-001 OF-002", "IN-001 OF-004 OF-003", "IN-005 OF-000 OF-003"];
