//! Backups while the log goes on: consistent, complete, never over an existing file.
//!
//! Must never be here: restoring; a backup is a log and is opened like one.

use std::fs;
use std::sync::{Arc, Mutex};

use eventlog::{BackupError, EventLog, Expected};

use crate::support::{event_of_bytes, events, everything, name, soon};
use crate::{open, room};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_appending_is_a_whole_log() {
    let (room, path) = room();
    let log = open(&path).await;
    let writers: Vec<_> = (0..8)
        .map(|n| {
            let (log, stream) = (log.clone(), name(&format!("clue-{n}")));
            tokio::spawn(async move {
                let mut expected = Expected::NoStream;
                let batch = || (0..5).map(|_| event_of_bytes(3000)).collect();
                while let Ok(last) = log.append(&stream, expected, batch()).await {
                    expected = Expected::At(last);
                }
            })
        })
        .collect();
    let mut subscription = log.subscribe(None);
    for round in 0..3 {
        let before = crate::support::take(&mut subscription, 1000).await;
        let to = room.path().join(format!("backup-{round}"));
        let steps = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&steps);
        let progress = move |done, total| seen.lock().unwrap().push((done, total));
        soon(log.backup(&to, progress)).await.unwrap();
        let steps = steps.lock().unwrap().clone();
        assert!(steps.is_sorted(), "progress moves forward: {steps:?}");
        let (done, total) = *steps.last().unwrap();
        assert_eq!(done, total);
        assert!(steps.len() > 2, "told more than once: {steps:?}");

        let copy = open(&to).await;
        assert!(copy.check().await.unwrap().ok);
        let copied = everything(&copy).await;
        assert!(copied.last().unwrap().position >= before.last().unwrap().position);
        let original = everything(&log).await;
        assert_eq!(copied, original[..copied.len()]);
        copy.close().await;
    }
    log.close().await;
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn a_backup_never_overwrites_and_leaves_nothing_when_it_fails() {
    let (room, path) = room();
    let log = open(&path).await;
    log.append(&name("clue-1"), Expected::NoStream, events(3)).await.unwrap();
    let taken = room.path().join("taken");
    fs::write(&taken, "precious").unwrap();
    let refused = log.backup(&taken, |_, _| {}).await;
    assert_eq!(refused, Err(BackupError::Exists { path: taken.clone() }));
    assert_eq!(fs::read(&taken).unwrap(), b"precious");

    let nowhere = room.path().join("missing/backup");
    let failed = log.backup(&nowhere, |_, _| {}).await;
    assert!(matches!(failed, Err(BackupError::Unavailable { .. })));

    let good = room.path().join("good");
    log.backup(&good, |_, _| {}).await.unwrap();
    let mut names: Vec<_> =
        fs::read_dir(room.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["good", "log.sqlite", "log.sqlite-shm", "log.sqlite-wal", "taken"]);
    log.close().await;
    let again = room.path().join("again");
    assert_eq!(log.backup(&again, |_, _| {}).await, Err(BackupError::Closed));
    let memory = EventLog::memory().backup(&again, |_, _| {}).await;
    assert_eq!(memory, Err(BackupError::NoFile));
}
