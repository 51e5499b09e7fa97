//! Lost answers, a full disk, a locked and a read-only file: nothing is acknowledged that is not
//! there, reading goes on, and appending works again when the cause is gone.
//!
//! Must never be here: other processes; those are in `processes`.

use std::time::Duration;

use eventlog::{AppendError, EventLog, Expected, Faults, OpenError, Outage, Revision, SqliteOptions};
use futures::future::join_all;
use rusqlite::Connection;

use crate::support::{at, event_of_bytes, events, everything, name};
use crate::{open, room};

fn lost(reason: Outage) -> Result<Revision, AppendError> {
    Err(AppendError::Unavailable { reason })
}

#[tokio::test]
async fn an_append_that_failed_before_or_after_persisting_is_settled_by_a_retry() {
    let stream = name("clue-1");
    for (faults, left) in [
        (Faults::none().before(2), 2),
        (Faults::none().after(2), 4),
        (Faults::none().before(2).after(3).before(4), 2),
    ] {
        let log = EventLog::memory_with(faults);
        let mut subscription = log.subscribe(None);
        log.append(&stream, Expected::NoStream, events(2)).await.unwrap();
        let batch = events(2);
        let first = log.append(&stream, at(1), batch.clone()).await;
        assert_eq!(first, lost(Outage::Told));
        assert_eq!(everything(&log).await.len(), left);
        let mut answer = first;
        while answer.is_err() {
            answer = log.append(&stream, at(1), batch.clone()).await;
        }
        assert_eq!(answer, Ok(Revision::new(3)));
        let all = everything(&log).await;
        assert_eq!(all.len(), 4, "nothing lost, nothing twice");
        assert_eq!(crate::support::take(&mut subscription, 4).await, all);
    }
}

#[tokio::test]
async fn a_full_file_acknowledges_nothing_and_works_again_when_space_returns() {
    let (_room, path) = room();
    let stream = name("clue-1");
    let seed = open(&path).await;
    seed.append(&stream, Expected::NoStream, events(1)).await.unwrap();
    seed.close().await;
    // Something else that takes space in the same file, and can give it back.
    let shell = Connection::open(&path).unwrap();
    shell
        .execute_batch("CREATE TABLE ballast (x BLOB); INSERT INTO ballast VALUES (zeroblob(400000))")
        .unwrap();
    let pages: u32 = shell.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    let options = SqliteOptions { page_limit: Some(pages + 20), ..SqliteOptions::default() };
    let log = EventLog::open_sqlite(&path, options).await.unwrap();

    let mut last = 0;
    let refused = loop {
        let batch = vec![event_of_bytes(6000)];
        match log.append(&stream, at(last), batch.clone()).await {
            Ok(revision) => last = revision.get(),
            Err(error) => break (batch, error),
        }
    };
    let (batch, reason) = (refused.0, Outage::Full);
    assert_eq!(refused.1, AppendError::Unavailable { reason });
    assert!(refused.1.to_string().contains("free space"));
    assert!(last > 3);
    let waiting = (0..8).map(|n| {
        let (log, stream) = (log.clone(), name(&format!("clue-full-{n}")));
        async move { log.append(&stream, Expected::NoStream, vec![event_of_bytes(9000)]).await }
    });
    for answer in join_all(waiting).await {
        assert_eq!(answer, lost(Outage::Full), "also when many wait together");
    }
    let kept = log.read(&stream, Revision::FIRST).await.unwrap();
    assert_eq!(kept.len() as u64, last + 1, "reading goes on");
    assert_eq!(everything(&log).await.len(), kept.len());

    shell.execute_batch("DROP TABLE ballast").unwrap();
    let answer = log.append(&stream, at(last), batch).await;
    assert_eq!(answer, Ok(Revision::new(last + 1)));
    assert!(log.check().await.unwrap().ok);
}

#[tokio::test]
async fn a_file_locked_for_too_long_is_unavailable_until_it_is_free() {
    let (_room, path) = room();
    let options = SqliteOptions { busy_timeout: Duration::from_millis(20), ..SqliteOptions::default() };
    let log = EventLog::open_sqlite(&path, options).await.unwrap();
    let shell = Connection::open(&path).unwrap();
    shell.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (stream, batch) = (name("clue-1"), events(2));
    let blocked = log.append(&stream, Expected::NoStream, batch.clone()).await;
    assert_eq!(blocked, lost(Outage::Busy));
    assert_eq!(log.read(&stream, Revision::FIRST).await, Ok(vec![]));
    shell.execute_batch("ROLLBACK").unwrap();
    let answer = log.append(&stream, Expected::NoStream, batch).await;
    assert_eq!(answer, Ok(Revision::new(1)));
}

#[tokio::test]
async fn a_log_opened_for_reading_refuses_appends_and_follows_others() {
    let (_room, path) = room();
    let options = SqliteOptions { read_only: true, ..SqliteOptions::default() };
    let missing = EventLog::open_sqlite(&path, options.clone()).await.unwrap_err();
    assert_eq!(missing, OpenError::Missing { path: path.clone() });
    assert!(!path.exists(), "reading makes no file");

    let writing = open(&path).await;
    let stream = name("clue-1");
    writing.append(&stream, Expected::NoStream, events(2)).await.unwrap();
    let reading = EventLog::open_sqlite(&path, options).await.unwrap();
    let refused = reading.append(&stream, at(1), events(1)).await;
    assert_eq!(refused, lost(Outage::ReadOnly));
    assert!(refused.unwrap_err().to_string().contains("open it for writing"));
    let mut subscription = reading.subscribe(None);
    assert_eq!(crate::support::take(&mut subscription, 2).await.len(), 2);
    writing.append(&stream, at(1), events(1)).await.unwrap();
    let seen = crate::support::take(&mut subscription, 1).await;
    assert_eq!(seen[0].event.revision, Revision::new(2));
    assert_eq!(reading.head().await, writing.head().await);
}

#[tokio::test]
async fn closing_finishes_what_was_accepted_and_leaves_one_tidy_file() {
    let (room, path) = room();
    let log = open(&path).await;
    let writers: Vec<_> = (0..64)
        .map(|n| {
            let (log, stream) = (log.clone(), name(&format!("clue-{n}")));
            tokio::spawn(async move {
                let mut acknowledged = 0;
                let mut expected = Expected::NoStream;
                while let Ok(last) = log.append(&stream, expected, events(1)).await {
                    acknowledged += 1;
                    expected = Expected::At(last);
                }
                acknowledged
            })
        })
        .collect();
    let mut subscription = log.subscribe(None);
    crate::support::take(&mut subscription, 500).await;
    log.close().await;
    let counts = join_all(writers).await;
    let acknowledged: usize = counts.into_iter().map(Result::unwrap).sum();
    assert!(acknowledged >= 500);
    let names = std::fs::read_dir(room.path()).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["log.sqlite"], "no -wal and no -shm is left");
    let again = open(&path).await;
    assert_eq!(everything(&again).await.len(), acknowledged);
    assert!(again.check().await.unwrap().ok);
}

#[tokio::test]
async fn pages_are_bounded_in_bytes() {
    let (_room, path) = room();
    let log = open(&path).await;
    let large = vec![event_of_bytes(600_000); 5];
    log.append(&name("clue-1"), Expected::NoStream, large).await.unwrap();
    let page = log.read_all(None, 1000).await.unwrap();
    assert_eq!(page.len(), 2);
    assert_eq!(everything(&log).await.len(), 5);
}
