//! Appending: the expected revision decides, a replay is harmless, one wins.
//!
//! Must never be here: refusals for an event's own shape; those are in `refusing`.

use std::collections::HashSet;

use eventlog::{AppendError, EventLog, Expected, Haste, Revision};
use futures::future::join_all;

use crate::support::{at, event, events, everything, name};

fn wrong(expected: Expected, actual: Option<u64>) -> Result<Revision, AppendError> {
    let actual = actual.map(Revision::new);
    Err(AppendError::WrongRevision { expected, actual })
}

pub async fn answers_with_the_revision_of_the_last_event(log: EventLog) {
    let stream = name("clue-1");
    let first = log.append(&stream, Expected::NoStream, events(3)).await;
    assert_eq!(first, Ok(Revision::new(2)));
    let second = log.append(&stream, at(2), events(1)).await;
    assert_eq!(second, Ok(Revision::new(3)));
    let most = log.append(&stream, at(3), events(500)).await;
    assert_eq!(most, Ok(Revision::new(503)));
    let other = name("clue-2");
    let first = log.append(&other, Expected::NoStream, events(1)).await;
    assert_eq!(first, Ok(Revision::FIRST));
}

pub async fn refuses_a_stream_that_is_elsewhere(log: EventLog) {
    let stream = name("clue-1");
    let missing = log.append(&stream, at(0), events(1)).await;
    assert_eq!(missing, wrong(at(0), None));
    log.append(&stream, Expected::NoStream, events(3)).await.unwrap();
    for expected in [Expected::NoStream, at(0), at(1), at(3), at(u64::MAX)] {
        let answer = log.append(&stream, expected, events(1)).await;
        assert_eq!(answer, wrong(expected, Some(2)));
    }
    assert_eq!(everything(&log).await.len(), 3, "a refusal writes nothing");
}

pub async fn answers_a_replay_as_the_first_time(log: EventLog) {
    let stream = name("clue-1");
    let (first, second) = (events(3), events(2));
    for _ in 0..3 {
        let answer = log.append(&stream, Expected::NoStream, first.clone()).await;
        assert_eq!(answer, Ok(Revision::new(2)));
    }
    for _ in 0..2 {
        let answer = log.append(&stream, at(2), second.clone()).await;
        assert_eq!(answer, Ok(Revision::new(4)));
        let answer = log.append(&stream, Expected::NoStream, first.clone()).await;
        assert_eq!(answer, Ok(Revision::new(2)), "though the stream went on");
    }
    let ids = |kept: &[eventlog::NewEvent]| kept.iter().map(|e| e.id).collect::<Vec<_>>();
    let there = log.read(&stream, Revision::FIRST).await.unwrap();
    let there: Vec<_> = there.iter().map(|e| e.id).collect();
    assert_eq!(there, [ids(&first), ids(&second)].concat());
}

pub async fn refuses_a_replay_that_differs_anywhere(log: EventLog) {
    let stream = name("clue-1");
    let written = events(3);
    log.append(&stream, Expected::NoStream, written.clone()).await.unwrap();
    let [a, b, c] = <[_; 3]>::try_from(written).unwrap();
    for batch in [
        vec![event("x"), b.clone(), c.clone()],
        vec![a.clone(), event("x"), c.clone()],
        vec![a.clone(), b.clone(), event("x")],
        vec![a.clone(), c.clone(), b.clone()],
        vec![a.clone(), b.clone(), c.clone(), event("x")],
        vec![b.clone(), c.clone()],
    ] {
        let answer = log.append(&stream, Expected::NoStream, batch).await;
        assert_eq!(answer, wrong(Expected::NoStream, Some(2)));
    }
    let tail = log.append(&stream, at(0), vec![b, c]).await;
    assert_eq!(tail, Ok(Revision::new(2)), "these stand exactly there");
    assert_eq!(everything(&log).await.len(), 3);
}

pub async fn knows_ids_only_at_their_place(log: EventLog) {
    let same = events(1);
    for stream in ["clue-1", "clue-2"] {
        let stream = name(stream);
        let answer = log.append(&stream, Expected::NoStream, same.clone()).await;
        assert_eq!(answer, Ok(Revision::FIRST));
        let later = log.append(&stream, at(0), same.clone()).await;
        assert_eq!(later, Ok(Revision::new(1)), "a later place is another event");
    }
}

pub async fn lets_exactly_one_win_each_revision(log: EventLog) {
    let stream = name("referral-1");
    let mut expected = Expected::NoStream;
    for round in 0..20 {
        let rivals = (0..16).map(|_| {
            let (log, stream) = (log.clone(), stream.clone());
            tokio::spawn(async move { log.append(&stream, expected, events(1)).await })
        });
        let answers: Vec<_> = join_all(rivals).await.into_iter().map(Result::unwrap).collect();
        let won = Ok(Revision::new(round));
        let (winners, losers): (Vec<_>, Vec<_>) = answers.into_iter().partition(|a| *a == won);
        assert_eq!(winners.len(), 1);
        for loser in losers {
            assert_eq!(loser, wrong(expected, Some(round)));
        }
        expected = at(round);
    }
    assert_eq!(everything(&log).await.len(), 20);
}

pub async fn gives_each_of_many_callers_its_own_answer(log: EventLog) {
    // Good, refused and replayed appends, urgent or not, wait together and are written in the same commits.
    let busy = name("referral-busy");
    let known = events(2);
    log.append(&busy, Expected::NoStream, known.clone()).await.unwrap();
    let callers = (0..300_u64).map(|n| {
        let (log, busy, known) = (log.clone(), busy.clone(), known.clone());
        let haste = if n % 2 == 0 { Haste::Urgent } else { Haste::Usual };
        tokio::spawn(async move {
            match n % 3 {
                0 => {
                    let own = name(&format!("clue-{n}"));
                    let size = usize::try_from(n % 5 + 1).unwrap();
                    let answer = log.append_in(haste, &own, Expected::NoStream, events(size)).await;
                    assert_eq!(answer, Ok(Revision::new(n % 5)));
                }
                1 => {
                    let answer = log.append_in(haste, &busy, Expected::NoStream, events(1)).await;
                    assert_eq!(answer, wrong(Expected::NoStream, Some(1)));
                }
                _ => {
                    let answer = log.append_in(haste, &busy, Expected::NoStream, known).await;
                    assert_eq!(answer, Ok(Revision::new(1)));
                }
            }
        })
    });
    for caller in join_all(callers).await {
        caller.unwrap();
    }
    let all = everything(&log).await;
    let ids: HashSet<_> = all.iter().map(|kept| kept.event.id).collect();
    assert_eq!(ids.len(), all.len());
    assert_eq!(all.len(), 2 + (0..100_usize).map(|n| n * 3 % 5 + 1).sum::<usize>());
}

pub async fn acknowledges_though_the_caller_went_away(log: EventLog) {
    let stream = name("clue-1");
    let batch = events(2);
    // Polled once and dropped: accepted or not, the caller cannot know.
    let mut lost = Box::pin(log.append(&stream, Expected::NoStream, batch.clone()));
    let _ = futures::poll!(lost.as_mut());
    drop(lost);
    let answer = log.append(&stream, Expected::NoStream, batch).await;
    assert_eq!(answer, Ok(Revision::new(1)));
    assert_eq!(everything(&log).await.len(), 2);
}
