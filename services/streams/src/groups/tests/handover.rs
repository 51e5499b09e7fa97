//! Another instance takes the seat: what the log has of a group is enough to go on without a gap, it is written sparsely,
//! and it never makes itself necessary.

use std::collections::BTreeSet;

use super::super::engine::{acknowledge, refuse, rewind};
use super::super::parked::{self, Discard};
use super::*;

fn kinds(events: &[Event]) -> Vec<&'static str> {
    use domain::event::Stored as _;
    events.iter().map(Event::kind).collect()
}

fn everything(bench: &Bench) -> BTreeSet<u64> {
    let mut got = BTreeSet::new();
    loop {
        let taken = bench.take(1, 99);
        if taken.is_empty() {
            return got;
        }
        for id in taken {
            acknowledge(&bench.tables, bench.seat(1), id).unwrap();
            got.insert(id.position);
        }
    }
}

#[test]
fn an_instance_that_dies_leaves_no_gap_and_only_what_it_did_last_comes_again() {
    let mut bench = Bench::new();
    bench.feed(&["A", "B", "A", "C"]);
    let first = bench.take(1, 2);
    acknowledge(&bench.tables, bench.seat(1), first[0]).unwrap();
    bench.write();
    // From here on nothing is written: the place is behind what was done.
    acknowledge(&bench.tables, bench.seat(1), first[1]).unwrap();
    bench.feed(&["D", "A"]);
    bench.take(1, 9);
    bench.hand_over();
    bench.feed(&["D", "A"]);
    assert_eq!(first.iter().map(|id| id.position).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(everything(&bench), BTreeSet::from([2, 3, 4, 5, 6]), "2 comes again, 1 does not");
}

#[test]
fn what_fails_waits_and_is_given_up_elsewhere_as_it_would_have_been_here() {
    let mut bench = Bench::new();
    bench.feed(&["A", "A"]);
    for failures in 1..3 {
        let taken = bench.take(1, 9);
        refuse(&bench.tables, bench.seat(1), taken[0], ("is full", false), bench.now).unwrap();
        bench.write();
        bench.hand_over();
        let standing = bench.standing();
        assert_eq!((standing.retrying, standing.waiting), (1, 1), "after {failures}");
        assert_eq!(bench.take(1, 9), [], "the pause goes on");
        bench.pass(31);
    }
    let last = bench.take(1, 1);
    assert_eq!(last, [id(1, 3)], "attempts go on being counted");
    refuse(&bench.tables, bench.seat(1), last[0], ("is full", false), bench.now).unwrap();
    bench.write();
    bench.hand_over();
    let listed = parked::list(&bench.tables, bench.group.id, None, 9).unwrap();
    let [one] = listed.as_slice() else { panic!("{listed:?}") };
    assert_eq!((one.position, one.deliveries, one.reason.as_str(), one.waiting), (1, 3, "is full", 1));
    let what = Discard { positions: vec![1], by: "OF-2".to_owned(), reason: "a test".to_owned() };
    parked::discard(&bench.tables, bench.group.id, &what, bench.now).unwrap();
    assert!(kinds(&bench.write()).contains(&"consumer-group.discarded"));
    bench.hand_over();
    let standing = bench.standing();
    assert_eq!((standing.discarded, standing.parked, standing.owed), (1, 0, 1));
    let by: String = bench.tables.query_row("SELECT by FROM discarded", [], |row| row.get(0)).unwrap();
    assert_eq!(by, "OF-2");
}

#[test]
fn what_was_delivered_costs_one_place_however_much_it_was_and_what_was_not_costs_none() {
    let mut bench = Bench::new();
    bench.write();
    for _ in 0..50 {
        bench.feed(&["A", "B", "C", "D"]);
        everything(&bench);
    }
    let written = bench.write();
    let [Event::Reached(reached)] = written.as_slice() else { panic!("{written:?}") };
    assert_eq!(reached.place.map(|place| place.0), Some(200));
    assert!(reached.owed.is_empty() && reached.done.is_empty());
    // The log goes on by events that are not for this group, such as the place itself.
    let mut to = 200;
    for _ in 0..1_018 {
        to += 1;
        let stretch = Stretch { after: Some(to - 1), to, fits: Vec::new() };
        assert!(engine::feed(&bench.tables, bench.group.id, &stretch).unwrap());
        assert_eq!(bench.write(), [], "at {to}");
    }
    to += 2;
    let stretch = Stretch { after: Some(to - 2), to, fits: Vec::new() };
    assert!(engine::feed(&bench.tables, bench.group.id, &stretch).unwrap());
    assert_eq!(kinds(&bench.write()), ["consumer-group.reached"], "a place does not fall behind for ever");
}

#[test]
fn a_rewind_and_a_group_made_anew_are_what_they_are_elsewhere_too() {
    let mut bench = Bench::new();
    bench.feed(&["A", "B", "A"]);
    everything(&bench);
    bench.write();
    rewind(&bench.tables, bench.group.id, Some(1)).unwrap();
    assert_eq!(kinds(&bench.write()), ["consumer-group.rewound"]);
    bench.hand_over();
    assert_eq!(bench.fed, 1);
    definition::delete(&bench.tables, bench.group.id).unwrap();
    definition::create(&bench.tables, &Definition { after: Some(3), ..definition("cases") }, bench.now)
        .unwrap()
        .unwrap();
    assert_eq!(kinds(&bench.write()), ["consumer-group.ended", "consumer-group.made"]);
    bench.hand_over();
    assert_eq!((bench.fed, bench.standing().owed), (3, 0));
    definition::delete(&bench.tables, bench.group.id).unwrap();
    assert_eq!(kinds(&bench.write()), ["consumer-group.ended"]);
    assert!(crate::deliveries::kept::groups(&bench.view).unwrap()[0].made.is_none());
}

#[test]
fn a_group_that_is_deleted_before_the_log_answered_is_ended_there_too() {
    let bench = Bench::new();
    let made = journal::notes(&bench.tables, true).unwrap();
    assert!(made[0].make.is_some() && !made[0].end);
    // Its answer was lost.
    definition::delete(&bench.tables, bench.group.id).unwrap();
    let ended = journal::notes(&bench.tables, true).unwrap();
    assert_eq!((ended.len(), &ended[0].stream, ended[0].end), (1, &made[0].stream, true));
    assert_eq!((ended[0].commands(true).len(), ended[0].commands(false).len()), (1, 0), "if it is there");
    journal::written(&bench.tables, &ended[0]).unwrap();
    assert!(journal::notes(&bench.tables, true).unwrap().is_empty());
}

#[test]
fn tables_of_before_the_log_kept_anything_are_written_to_it_whole() {
    let mut bench = Bench::new();
    bench.feed(&["A", "A", "B", "C"]);
    let taken = bench.take(1, 9);
    acknowledge(&bench.tables, bench.seat(1), taken[2]).unwrap();
    refuse(&bench.tables, bench.seat(1), taken[0], ("poison", true), bench.now).unwrap();
    // As a file is found that an earlier release wrote.
    journal::begin(&bench.tables, &[], (true, bench.now)).unwrap();
    assert_eq!(kinds(&bench.write())[0], "consumer-group.made");
    bench.hand_over();
    let standing = bench.standing();
    assert_eq!((standing.parked, standing.waiting, standing.owed), (1, 1, 3));
    assert_eq!(bench.fed, 4);
}

#[test]
fn tables_that_lack_what_the_log_has_get_it_and_end_nothing() {
    let mut bench = Bench::new();
    bench.feed(&["A", "B"]);
    let _ = bench.write();
    let (kept, before) = (crate::deliveries::kept::groups(&bench.view).unwrap(), bench.standing().owed);
    for earlier in [true, false] {
        // A file that was lost, an empty one of another machine, an upgrade that was broken off.
        bench.tables.execute_batch("DELETE FROM owed; DELETE FROM consumer_group;").unwrap();
        journal::begin(&bench.tables, &kept, (earlier, bench.now)).unwrap();
        bench.group.id =
            definition::find(&bench.tables, &bench.group.unit, &bench.group.name).unwrap().unwrap().id;
        assert_eq!(bench.standing().owed, before);
        let written = kinds(&bench.write());
        assert!(
            !written.iter().any(|kind| kind.ends_with("ended") || kind.ends_with("rewound")),
            "{written:?}"
        );
    }
}
