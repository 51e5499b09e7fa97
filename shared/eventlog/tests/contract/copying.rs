//! Copying: events of another log stand here as they stood there, position by position, once.
//!
//! Must never be here: what a copy is made for.

use eventlog::{CopyError, EventLog, Expected, JsonObject, Position, Positioned, Revision};

use crate::support::{at, event, events, everything, name, positions, take};

/// Another log with two interleaved streams, and what it recorded.
async fn source() -> Vec<Positioned> {
    let log = EventLog::memory();
    let (one, two) = (name("clue-1"), name("referral-4302-1"));
    log.append(&one, Expected::NoStream, events(3)).await.unwrap();
    log.append(&two, Expected::NoStream, events(1)).await.unwrap();
    log.append(&one, at(2), events(501 - 1)).await.unwrap();
    log.append(&two, at(0), events(2)).await.unwrap();
    let mut all = everything(&log).await;
    for (kept, n) in all.iter_mut().zip(0..) {
        // Another time each, and long ago.
        kept.event.recorded_at = jiff::Timestamp::from_microsecond(1_700_000_000_123_456 + n).unwrap();
        kept.event.metadata = JsonObject::parse(&format!(r#"{{"by":"4302-{n}"}}"#)).unwrap();
    }
    all
}

pub async fn keeps_everything_as_it_was(log: EventLog) {
    let all = source().await;
    let mut subscription = log.subscribe(None);
    log.copy_in(&[]).await.unwrap();
    log.copy_in(&all).await.unwrap();
    assert_eq!(everything(&log).await, all);
    assert_eq!(take(&mut subscription, all.len()).await, all, "subscribers are told");
    let stream = log.read(&name("referral-4302-1"), Revision::FIRST).await.unwrap();
    assert_eq!(stream, [all[3].event.clone(), all[504].event.clone(), all[505].event.clone()]);
    // It is a log like any other.
    let next = log.append(&name("referral-4302-1"), at(2), vec![event("next")]).await;
    assert_eq!(next, Ok(Revision::new(3)));
    assert_eq!(log.head().await, Ok(Some(Position::new(507))));
}

pub async fn may_be_made_again_and_in_pieces(log: EventLog) {
    let all = source().await;
    log.copy_in(&all[..2]).await.unwrap();
    log.copy_in(&all[..4]).await.unwrap();
    log.copy_in(&all[1..300]).await.unwrap();
    log.copy_in(&all[300..]).await.unwrap();
    log.copy_in(&all).await.unwrap();
    assert_eq!(everything(&log).await, all);
}

pub async fn refuses_what_does_not_follow_or_differs(log: EventLog) {
    let all = source().await;
    let not_next = |head: Option<u64>| Err(CopyError::NotNext { head: head.map(Position::new) });
    assert_eq!(log.copy_in(&all[1..]).await, not_next(None));
    log.copy_in(&all[..5]).await.unwrap();
    assert_eq!(log.copy_in(&all[6..]).await, not_next(Some(5)));

    let differs = |n| Err(CopyError::Differs { position: Position::new(n) });
    let changed = |change: fn(&mut Positioned), place: usize| {
        let mut events = all[..8].to_vec();
        change(&mut events[place]);
        events
    };
    let other_time = changed(|kept| kept.event.recorded_at += jiff::SignedDuration::from_micros(1), 2);
    assert_eq!(log.copy_in(&other_time).await, differs(3));
    let other_id = changed(|kept| kept.event.id = uuid::Uuid::now_v7(), 4);
    assert_eq!(log.copy_in(&other_id).await, differs(5));
    let gap = changed(|kept| kept.event.revision = Revision::new(9), 5);
    assert_eq!(log.copy_in(&gap).await, differs(6));

    let refused = |answer: Result<(), CopyError>| matches!(answer, Err(CopyError::Refused { .. }));
    let skipping = [all[5].clone(), all[7].clone()];
    assert!(refused(log.copy_in(&skipping).await), "positions follow one another");
    let reserved =
        changed(|kept| kept.event.metadata = JsonObject::parse(r#"{"$recorded_at":"x"}"#).unwrap(), 5);
    assert!(refused(log.copy_in(&reserved).await));
    assert_eq!(positions(&everything(&log).await), positions(&all[..5]), "a refusal copies nothing");
}
