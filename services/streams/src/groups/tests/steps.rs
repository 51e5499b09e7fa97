//! One step at a time: what is handed out, what waits, what is given up.

use super::super::definition::Warning;
use super::super::delivery::Outcome::{Acknowledged, NotYours, Parked, Retrying};
use super::super::engine::{MEMBER_LEFT, MOST_OWED, NO_ANSWER, acknowledge, feed, leave, refuse, take};
use super::super::error::GroupError;
use super::super::parked::{self, Discard, Replay};
use super::*;

impl Bench {
    fn fail(&self, member: i64, id: DeliveryId) -> super::super::Outcome {
        refuse(&self.tables, self.seat(member), id, ("no room", false), self.now).unwrap()
    }

    fn ack(&self, member: i64, id: DeliveryId) -> super::super::Outcome {
        acknowledge(&self.tables, self.seat(member), id).unwrap()
    }
}

#[test]
fn events_of_one_stream_go_out_one_at_a_time_and_streams_side_by_side() {
    let mut bench = Bench::new();
    bench.feed(&["A", "A", "B", "A", "C"]);
    assert_eq!(bench.take(1, 10), [id(1, 1), id(3, 1), id(5, 1)]);
    assert_eq!(bench.take(2, 10), []);
    assert_eq!(bench.ack(1, id(1, 1)), Acknowledged);
    assert_eq!(bench.take(2, 10), [id(2, 1)]);
    assert_eq!(bench.standing().waiting, 1);
}

#[test]
fn a_member_holds_no_more_than_it_asked_for() {
    let mut bench = Bench::new();
    bench.feed(&["A", "B", "C", "D"]);
    assert_eq!(bench.take(1, 2), [id(1, 1), id(2, 1)]);
    assert_eq!(bench.take(1, 2), []);
    assert_eq!(bench.take(2, 2), [id(3, 1), id(4, 1)]);
}

#[test]
fn a_matter_that_fails_waits_alone_and_everything_else_flows() {
    let mut bench = Bench::new();
    bench.feed(&["A", "B", "A", "B", "A"]);
    assert_eq!(bench.take(1, 10), [id(1, 1), id(2, 1)]);
    assert_eq!(bench.fail(1, id(1, 1)), Retrying);
    assert_eq!(bench.ack(1, id(2, 1)), Acknowledged);
    assert_eq!(bench.take(1, 10), [id(4, 1)]);
    assert_eq!(bench.ack(1, id(4, 1)), Acknowledged);
    for attempt in 2..=3 {
        bench.pass(30);
        assert_eq!(bench.take(1, 10), [id(1, attempt)]);
        let last = bench.fail(1, id(1, attempt));
        assert_eq!(last, if attempt == 3 { Parked } else { Retrying });
    }
    bench.pass(1_000_000);
    bench.feed(&["A", "C"]);
    assert_eq!(bench.take(2, 10), [id(7, 1)]);
    let standing = bench.standing();
    assert_eq!((standing.parked, standing.waiting, standing.owed), (1, 3, 5));
    let listed = parked::list(&bench.tables, bench.group.id, None, 10).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].position, listed[0].deliveries, listed[0].waiting), (1, 3, 3));
    assert_eq!(listed[0].reason, "no room");
}

#[test]
fn a_pause_is_over_when_its_time_comes_and_not_before() {
    let mut bench = Bench::new();
    bench.feed(&["A"]);
    let first = bench.take(1, 1)[0];
    bench.fail(1, first);
    bench.pass(4);
    let Taken::None { wake: Some(wake), read: true } =
        take(&bench.tables, bench.seat(1), 1, bench.now).unwrap()
    else {
        panic!("nothing is ready before half of the first pause");
    };
    bench.now = wake - 1;
    assert_eq!(bench.take(1, 1), []);
    bench.now = wake;
    assert_eq!(bench.take(1, 1), [id(1, 2)]);
}

#[test]
fn an_answer_that_is_late_repeated_or_of_another_member_harms_nobody() {
    let mut bench = Bench::new();
    bench.feed(&["A", "A"]);
    assert_eq!(bench.take(1, 1), [id(1, 1)]);
    for lie in [id(1, 2), id(1, 0), id(2, 1), id(99, 1), id(u64::MAX, u32::MAX)] {
        assert_eq!((bench.ack(1, lie), bench.fail(1, lie)), (NotYours, NotYours), "{lie}");
    }
    assert_eq!((bench.ack(2, id(1, 1)), bench.fail(2, id(1, 1))), (NotYours, NotYours));
    bench.pass(61);
    assert_eq!(bench.take(2, 1), [], "after a lapse there is a pause");
    assert_eq!(bench.ack(1, id(1, 1)), NotYours, "the time was over and somebody has looked");
    bench.pass(10);
    assert_eq!(bench.take(2, 1), [id(1, 2)]);
    assert_eq!((bench.ack(2, id(1, 2)), bench.ack(2, id(1, 2))), (Acknowledged, NotYours));
    assert_eq!(bench.take(2, 1), [id(2, 1)]);
}

#[test]
fn what_a_member_leaves_behind_goes_to_another_at_once_and_is_parked_when_it_kills_every_reader() {
    let mut bench = Bench::new();
    bench.feed(&["A", "B"]);
    assert_eq!(bench.take(1, 9), [id(1, 1), id(2, 1)]);
    leave(&bench.tables, bench.seat(1), bench.now).unwrap();
    assert_eq!(bench.take(2, 9), [id(1, 2), id(2, 2)]);
    assert_eq!(bench.ack(2, id(2, 2)), Acknowledged);
    for member in 2..=3 {
        leave(&bench.tables, bench.seat(member), bench.now).unwrap();
        bench.pass(30);
        bench.take(member + 1, 9);
    }
    let listed = parked::list(&bench.tables, bench.group.id, None, 10).unwrap();
    assert_eq!((listed[0].position, listed[0].reason.as_str()), (1, MEMBER_LEFT));
}

#[test]
fn silence_is_a_failure() {
    let mut bench = Bench::new();
    bench.feed(&["A"]);
    for _ in 0..3 {
        assert_eq!(bench.take(1, 1).len(), 1);
        bench.pass(61);
        assert_eq!(bench.take(1, 1), []);
        bench.pass(30);
    }
    assert_eq!(bench.take(1, 1), []);
    let listed = parked::list(&bench.tables, bench.group.id, None, 10).unwrap();
    assert_eq!((listed[0].reason.as_str(), listed[0].deliveries), (NO_ANSWER, 3));
}

/// Parks the first event of each stream.
fn with_parked(streams: &[&str]) -> Bench {
    let mut bench = Bench::new();
    bench.feed(streams);
    for id in bench.take(1, 99) {
        refuse(&bench.tables, bench.seat(1), id, ("poison", true), bench.now).unwrap();
    }
    bench
}

#[test]
fn a_replay_is_counted_before_and_gives_all_attempts_again() {
    let bench = with_parked(&["A", "B", "A", "A"]);
    let wanted = Replay { events: 2, waiting: 2 };
    assert_eq!(parked::count(&bench.tables, bench.group.id, &[]).unwrap(), wanted);
    assert_eq!(
        parked::count(&bench.tables, bench.group.id, &[2, 3, 77]).unwrap(),
        Replay { events: 1, waiting: 0 }
    );
    assert_eq!(bench.take(1, 9), [], "counting changes nothing");
    assert_eq!(parked::replay(&bench.tables, bench.group.id, &[]).unwrap(), wanted);
    assert_eq!(bench.take(1, 9), [id(1, 2), id(2, 2)]);
    assert_eq!((bench.fail(1, id(1, 2)), bench.ack(1, id(2, 2))), (Retrying, Acknowledged));
}

#[test]
fn a_discarded_event_makes_way_and_who_did_it_and_why_is_kept() {
    let bench = with_parked(&["A", "A", "B"]);
    let what = Discard { positions: vec![1, 2, 99], by: "OF-2".to_owned(), reason: "a test".to_owned() };
    assert_eq!(parked::discard(&bench.tables, bench.group.id, &what, bench.now).unwrap(), 1);
    assert_eq!(bench.take(1, 9), [id(2, 1)]);
    let standing = bench.standing();
    assert_eq!((standing.discarded, standing.parked, standing.owed), (1, 1, 2));
    let kept: (String, String, String) = bench
        .tables
        .query_row("SELECT failure, by, reason FROM discarded", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(kept, ("poison".to_owned(), "OF-2".to_owned(), "a test".to_owned()));
}

#[test]
fn a_stretch_that_was_read_before_changes_nothing() {
    let mut bench = Bench::new();
    bench.feed(&["A"]);
    let again = Stretch { after: None, to: 1, fits: vec![(1, "A".to_owned())] };
    assert!(!feed(&bench.tables, bench.group.id, &again).unwrap());
    assert_eq!(bench.standing().owed, 1);
}

#[test]
fn a_group_is_made_once_and_refused_with_other_particulars() {
    let bench = Bench::new();
    let same = definition::create(&bench.tables, &definition("cases"), OPENING + 5).unwrap().unwrap();
    assert_eq!((same.id, same.created_at), (bench.group.id, OPENING));
    let others = [
        Definition { start: "SUBSCRIBE_FROM_NOW".to_owned(), ..definition("cases") },
        Definition { filter: vec![1], ..definition("cases") },
        Definition { terms: Terms::default(), ..definition("cases") },
    ];
    for other in others {
        let refused = definition::create(&bench.tables, &other, OPENING).unwrap();
        assert!(matches!(refused, Err(GroupError::Exists(_))));
    }
    let elsewhere = Definition { unit: "UN-EDU-430405".parse().unwrap(), ..definition("cases") };
    assert!(definition::create(&bench.tables, &elsewhere, OPENING).unwrap().is_ok());
    for number in 1..definition::MOST_OF_A_UNIT {
        definition::create(&bench.tables, &definition(&format!("g{number}")), OPENING).unwrap().unwrap();
    }
    let refused = definition::create(&bench.tables, &definition("one-more"), OPENING).unwrap();
    assert!(matches!(refused, Err(GroupError::TooMany(_))));
}

#[test]
fn a_group_that_owes_too_much_reads_no_further_and_says_so() {
    let mut bench = Bench::new();
    bench.feed(&["A"]);
    bench.take(1, 1);
    bench.tables.execute("UPDATE consumer_group SET owed = ?1", [MOST_OWED]).unwrap();
    assert!(matches!(
        take(&bench.tables, bench.seat(2), 1, bench.now).unwrap(),
        Taken::None { read: false, .. }
    ));
    assert_eq!(bench.standing().warnings(0, bench.now), [Warning::Full]);
}

#[test]
fn what_is_parked_for_an_hour_and_a_group_left_alone_are_warned_of() {
    let mut bench = with_parked(&["A"]);
    assert_eq!(bench.standing().warnings(0, bench.now), []);
    bench.pass(901);
    assert_eq!(bench.standing().warnings(0, bench.now), [Warning::NoMembers]);
    bench.pass(2_700);
    assert_eq!(bench.standing().warnings(0, bench.now), [Warning::Parked, Warning::NoMembers]);
    super::super::engine::occupancy(&bench.tables, bench.group.id, None).unwrap();
    assert_eq!(bench.standing().warnings(0, bench.now), [Warning::Parked]);
    definition::delete(&bench.tables, bench.group.id).unwrap();
    assert_eq!(take(&bench.tables, bench.seat(1), 1, bench.now).unwrap(), Taken::Gone);
}
