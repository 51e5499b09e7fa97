//! Who is shut out, where, and for how long; time is an argument.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use super::*;

fn nobody_locked() -> Lockout {
    Lockout::new(&[7; 32])
}

fn officer(text: &str) -> OfficerId {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    format!("2026-11-21T{text}Z").parse().unwrap()
}

fn peer(text: &str) -> Peer {
    Peer::at(Some(text.parse().unwrap()))
}

fn after(seconds: i64) -> Timestamp {
    at("08:00:00").checked_add(SignedDuration::from_secs(seconds)).unwrap()
}

fn locked(until: &str) -> Result<(), Locked> {
    Err(Locked { until: at(until) })
}

fn fail(lockout: &Lockout, who: &OfficerId, from: Peer, now: Timestamp) {
    assert_eq!(lockout.begin(who, from, now), Ok(()));
    let _ = lockout.failed(who, from, now);
}

fn fail_five_times(lockout: &Lockout, who: &OfficerId, from: Peer, now: Timestamp) {
    (0..5).for_each(|_| fail(lockout, who, from, now));
}

#[test]
fn the_sixth_attempt_from_a_peer_is_locked_for_fifteen_minutes_and_then_counts_anew() {
    let (lockout, who, from) = (nobody_locked(), officer("OF-1"), peer("192.0.2.1"));
    fail_five_times(&lockout, &who, from, at("08:00:00"));
    assert_eq!(lockout.begin(&who, from, at("08:00:01")), locked("08:15:00"));
    assert_eq!(lockout.begin(&who, from, at("08:14:59")), locked("08:15:00"), "trying must not prolong it");
    fail_five_times(&lockout, &who, from, at("08:15:00"));
    assert_eq!(lockout.begin(&who, from, at("08:15:00")), locked("08:30:00"));
}

#[test]
fn a_stranger_locks_out_himself_and_not_the_officer_at_another_peer() {
    let (lockout, who) = (nobody_locked(), officer("OF-1"));
    fail_five_times(&lockout, &who, peer("198.51.100.7"), at("08:00:00"));
    assert_eq!(lockout.begin(&who, peer("192.0.2.1"), at("08:00:00")), Ok(()));
}

#[test]
fn guesses_from_many_addresses_wait_for_one_another_and_never_for_the_officer_at_a_known_peer() {
    let (lockout, who, desk) = (nobody_locked(), officer("OF-1"), peer("192.0.2.1"));
    lockout.begin(&who, desk, after(0)).unwrap();
    lockout.succeeded(&who, desk);
    let stranger = |number: usize| peer(&format!("198.51.100.{number}"));
    (0..10).for_each(|number| fail(&lockout, &who, stranger(number), after(1)));
    let mut now = 1;
    for (number, wait) in [1, 2, 4, 8, 16, 30, 30].into_iter().enumerate() {
        let refused = Err(Locked { until: after(now + wait) });
        assert_eq!(lockout.begin(&who, stranger(20 + number), after(now + wait - 1)), refused);
        assert_eq!(lockout.begin(&who, desk, after(now)), Ok(()), "the officer does not wait");
        lockout.succeeded(&who, desk);
        now += wait;
        fail(&lockout, &who, stranger(20 + number), after(now));
    }
    // At a new address the officer waits half a minute at most and is never locked.
    assert_eq!(lockout.begin(&who, peer("203.0.113.5"), after(now + 30)), Ok(()));
}

#[test]
fn a_peer_that_fails_for_many_officers_is_locked_except_for_those_who_signed_in_there() {
    let (lockout, clerk, office) = (nobody_locked(), officer("OF-CLERK"), peer("192.0.2.1"));
    lockout.begin(&clerk, office, after(0)).unwrap();
    lockout.succeeded(&clerk, office);
    for number in 0..50 {
        fail(&lockout, &officer(&format!("OF-X{number}")), office, after(0));
    }
    assert_eq!(lockout.begin(&officer("OF-NEW"), office, after(1)), locked("08:15:00"));
    assert_eq!(lockout.begin(&clerk, office, after(1)), Ok(()));
    assert_eq!(lockout.begin(&officer("OF-NEW"), peer("192.0.2.2"), after(1)), Ok(()));
    assert_eq!(lockout.begin(&officer("OF-NEW"), office, after(900)), Ok(()));
}

#[test]
fn a_whole_office_signs_in_from_one_address_at_once() {
    let (lockout, office) = (nobody_locked(), peer("192.0.2.1"));
    let all: Vec<_> = (0..500).map(|number| officer(&format!("OF-{number}"))).collect();
    assert!(all.iter().all(|who| lockout.begin(who, office, after(0)).is_ok()));
    all.iter().for_each(|who| lockout.succeeded(who, office));
    let books = lockout.books();
    assert_eq!(books.pairs.len() + books.peers.len(), 0);
}

#[test]
fn success_clears_and_slow_failures_are_forgotten() {
    let (lockout, who, from) = (nobody_locked(), officer("OF-1"), peer("192.0.2.1"));
    for _ in 0..20 {
        assert_eq!(lockout.begin(&who, from, after(0)), Ok(()));
        lockout.succeeded(&who, from);
    }
    (0..24).for_each(|hour| fail(&lockout, &officer("OF-2"), from, at(&format!("{hour:02}:00:00"))));
}

#[test]
fn an_address_is_one_peer_in_all_its_spellings_and_an_ipv6_network_is_one_peer() {
    assert_eq!(peer("::ffff:192.0.2.1"), peer("192.0.2.1"));
    assert_eq!(peer("2001:db8:0:1::5"), peer("2001:db8:0:1:ffff::9"));
    assert_ne!(peer("2001:db8:0:1::5"), peer("2001:db8:0:2::5"));
    assert_ne!(Peer::at(None), peer("192.0.2.1"));
}

#[test]
fn a_flood_of_invented_officers_and_peers_neither_grows_forever_nor_opens_a_lock() {
    let (lockout, who, from) = (nobody_locked(), officer("OF-1"), peer("192.0.2.1"));
    fail_five_times(&lockout, &who, from, after(0));
    for number in 0..u32::try_from(2 * REMEMBERED + 10).unwrap() {
        let stranger = Peer::at(Some(IpAddr::V4(std::net::Ipv4Addr::from_bits(number))));
        fail(&lockout, &officer(&format!("OF-X{number}")), stranger, after(1));
    }
    assert_eq!(lockout.begin(&who, from, after(2)), locked("08:15:00"));
    let books = lockout.books();
    assert!(books.pairs.len() <= REMEMBERED && books.peers.len() <= REMEMBERED);
    assert!(books.officers.len() <= REMEMBERED);
}

#[test]
fn the_fifth_wrong_password_shuts_the_door_for_all_instances_once_and_anew_when_it_was_open_again() {
    let (lockout, who, from) = (nobody_locked(), officer("OF-1"), peer("192.0.2.1"));
    let wrong = |now| {
        lockout.begin(&who, from, now).unwrap();
        lockout.failed(&who, from, now)
    };
    let told: Vec<_> = (0..5).map(|second| wrong(after(second))).collect();
    assert_eq!(told, [None, None, None, None, Some(after(904))]);
    let told: Vec<_> = (0..5).map(|second| wrong(after(1_000 + second))).collect();
    assert_eq!(told, [None, None, None, None, Some(after(1_904))]);
}

#[test]
fn of_five_at_once_of_which_one_is_right_nothing_is_written_down() {
    let (lockout, who, from) = (nobody_locked(), officer("OF-1"), peer("192.0.2.1"));
    (0..5).for_each(|_| lockout.begin(&who, from, after(0)).unwrap());
    assert!((0..4).all(|_| lockout.failed(&who, from, after(1)).is_none()));
    lockout.succeeded(&who, from);
    assert_eq!(lockout.failed(&who, from, after(2)), None, "counted anew");
}

#[test]
fn what_strangers_can_have_written_down_is_bounded_and_starts_anew_with_the_period() {
    let lockout = nobody_locked();
    let shut_many = |now| {
        let stranger = |number: u32| Peer::at(Some(IpAddr::V4(std::net::Ipv4Addr::from_bits(number))));
        let shut = (0..2 * SHUT).filter(|number| {
            let who = officer(&format!("OF-X{number}"));
            let five = (0..5).filter_map(|_| {
                lockout.begin(&who, stranger(*number), now).unwrap();
                lockout.failed(&who, stranger(*number), now)
            });
            five.count() == 1
        });
        shut.count()
    };
    assert_eq!(shut_many(after(0)), SHUT as usize);
    assert!(lockout.begin(&officer("OF-X1999"), peer("0.0.7.207"), after(1)).is_err(), "shut all the same");
    assert_eq!(shut_many(after(900)), SHUT as usize);
}

#[test]
fn the_mark_of_a_door_is_the_same_in_every_instance_and_of_this_officer_this_address_and_this_hub() {
    let (one, other) = (nobody_locked(), nobody_locked());
    let (who, from) = (officer("OF-1"), peer("192.0.2.1"));
    assert_eq!(one.door(&who, from), other.door(&who, peer("::ffff:192.0.2.1")));
    assert_ne!(one.door(&who, from), one.door(&officer("OF-2"), from));
    assert_ne!(one.door(&who, from), one.door(&who, peer("192.0.2.2")));
    assert_ne!(one.door(&who, from), Lockout::new(&[8; 32]).door(&who, from));
}
