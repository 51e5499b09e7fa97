//! Files that are not ours, too new, damaged or tampered with: refused or reported, never changed.
//!
//! Must never be here: a log that opens and then fails; that is `outages`.

use std::fs;
use std::path::Path;

use eventlog::{EventLog, Expected, Fault, OpenError, Revision, SqliteOptions};
use rusqlite::Connection;

use crate::support::{event_of_bytes, events, name};
use crate::{open, room};

/// The refusal, which must have left the file and its directory as they were.
async fn refused(path: &Path) -> OpenError {
    let content = fs::read(path).unwrap();
    let beside = || fs::read_dir(path.parent().unwrap()).unwrap().count();
    let files = beside();
    let refusal = EventLog::open_sqlite(path, SqliteOptions::default()).await.unwrap_err();
    assert_eq!(fs::read(path).unwrap(), content);
    assert_eq!(beside(), files);
    refusal
}

/// A closed log of some hundred pages.
async fn filled(path: &Path) {
    let log = open(path).await;
    for n in 0..10 {
        let stream = name(&format!("clue-{n}"));
        let batch: Vec<_> = (0..30).map(|_| event_of_bytes(900)).collect();
        log.append(&stream, Expected::NoStream, batch).await.unwrap();
    }
    log.close().await;
}

#[tokio::test]
async fn a_foreign_file_is_refused_and_not_touched() {
    let (_room, path) = room();
    fs::write(&path, "年度报告\n".repeat(1000)).unwrap();
    let refusal = refused(&path).await;
    assert!(matches!(refusal, OpenError::Foreign { .. }));
    assert!(refusal.to_string().contains("give another path"));

    fs::remove_file(&path).unwrap();
    let other = Connection::open(&path).unwrap();
    other.execute_batch("CREATE TABLE event (position INTEGER PRIMARY KEY)").unwrap();
    other.close().unwrap();
    let refusal = refused(&path).await;
    assert!(refusal.to_string().contains("another program"), "{refusal}");
}

#[tokio::test]
async fn a_log_of_a_newer_release_is_refused() {
    let (_room, path) = room();
    filled(&path).await;
    let shell = Connection::open(&path).unwrap();
    shell.execute_batch("PRAGMA user_version=2").unwrap();
    shell.close().unwrap();
    let refusal = refused(&path).await;
    assert!(matches!(refusal, OpenError::NewerSchema { found: 2, known: 1, .. }));
    assert!(refusal.to_string().contains("run the newer release"));
}

#[tokio::test]
async fn a_damaged_log_is_refused_with_what_to_do() {
    let (_room, path) = room();
    filled(&path).await;
    let whole = fs::read(&path).unwrap();
    for length in [0, 60, 4096, whole.len() / 2] {
        fs::write(&path, &whole[..length]).unwrap();
        let refusal = EventLog::open_sqlite(&path, SqliteOptions::default()).await;
        let refusal = refusal.unwrap_err();
        assert!(matches!(refusal, OpenError::Damaged { .. }), "{length}: {refusal}");
        assert!(refusal.to_string().contains("restore the newest good backup"));
        assert_eq!(fs::read(&path).unwrap().len(), length, "not repaired in place");
    }
    let mut overwritten = whole.clone();
    overwritten[100..4096].fill(0x5a);
    fs::write(&path, &overwritten).unwrap();
    let refusal = EventLog::open_sqlite(&path, SqliteOptions::default()).await.unwrap_err();
    assert!(matches!(refusal, OpenError::Damaged { .. }), "{refusal}");
}

#[tokio::test]
async fn damage_inside_is_found_by_the_check() {
    let (_room, path) = room();
    filled(&path).await;
    let mut content = fs::read(&path).unwrap();
    let middle = content.len() / 2 / 4096 * 4096;
    content[middle..middle + 4096].fill(0x5a);
    fs::write(&path, &content).unwrap();
    let log = open(&path).await;
    let report = log.check().await.unwrap();
    assert!(!report.ok);
    assert!(matches!(report.faults[0], Fault::Storage { .. }), "{report:?}");
}

#[tokio::test]
async fn tampering_is_hindered_and_found_by_the_check() {
    let (_room, path) = room();
    filled(&path).await;
    let shell = Connection::open(&path).unwrap();
    for statement in ["DELETE FROM event", "UPDATE event SET data = '{}'"] {
        let refusal = shell.execute_batch(statement).unwrap_err().to_string();
        assert!(refusal.contains("append-only"), "{refusal}");
    }
    let history: String =
        shell.query_row("SELECT recorded_at FROM history LIMIT 1", (), |row| row.get(0)).unwrap();
    assert!(history.ends_with('Z'), "an operator reads {history}");
    shell
        .execute_batch(
            "DROP TRIGGER event_never_changes; DROP TRIGGER event_never_vanishes;
             DELETE FROM event WHERE stream = 'clue-3' AND revision = 7;
             UPDATE event SET data = '[1]' WHERE position = 1;
             UPDATE event SET metadata = '{' WHERE position = 2;
             UPDATE event SET position = -1 WHERE position = 62;
             UPDATE event SET position = 62 WHERE position = 63;
             UPDATE event SET position = 63 WHERE position = -1;",
        )
        .unwrap();
    let report = open(&path).await.check().await.unwrap();
    assert!(!report.ok);
    let has = |wanted: fn(&Fault) -> bool| report.faults.iter().filter(|f| wanted(f)).count();
    assert_eq!(has(|fault| matches!(fault, Fault::PositionGap { .. })), 1);
    assert_eq!(has(|fault| matches!(fault, Fault::RevisionGap { .. })), 1);
    assert_eq!(has(|fault| matches!(fault, Fault::OutOfOrder { .. })), 1);
    assert_eq!(has(|fault| matches!(fault, Fault::Malformed { .. })), 2);
}

/// Closing any handle of a file drops all locks this process has on it, unless it is the engine
/// that opens and closes; without its locks a log is not safe from other processes.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn opening_a_log_twice_in_one_process_keeps_its_locks() {
    use std::os::unix::fs::MetadataExt;
    let (_room, path) = room();
    let log = open(&path).await;
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    let inode = format!(":{} ", fs::metadata(&path).unwrap().ino());
    let locks = || fs::read_to_string("/proc/locks").unwrap().matches(&inode).count();
    let held = locks();
    assert!(held > 0, "the engine holds the file while it is open");
    let again = open(&path).await;
    again.close().await;
    assert_eq!(locks(), held);
}

/// Every character that means something in a file URI.
#[tokio::test]
async fn any_path_will_do() {
    let (room, _) = room();
    let odd = room.path().join("年 50%?mode=memory#x&'y'");
    let log = open(&odd).await;
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    log.close().await;
    assert!(odd.exists());
    let again = open(&odd).await;
    assert_eq!(again.statistics().await.unwrap().events, 1);
}

#[tokio::test]
async fn many_openers_of_a_new_log_share_one() {
    let (room, path) = room();
    let openers = (0..8).map(|n| {
        let path = path.clone();
        tokio::spawn(async move {
            let log = open(&path).await;
            let stream = name(&format!("clue-{n}"));
            let answer = log.append(&stream, Expected::NoStream, events(3)).await;
            assert_eq!(answer, Ok(Revision::new(2)));
            log.close().await;
        })
    });
    for opener in futures::future::join_all(openers).await {
        opener.unwrap();
    }
    let report = open(&path).await.check().await.unwrap();
    assert!(report.ok, "{report:?}");
    assert_eq!((report.events, report.streams), (24, 8));
    let strays = fs::read_dir(room.path()).unwrap();
    let strays = strays.filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().ends_with("new"));
    assert_eq!(strays.count(), 0);
}

#[tokio::test]
async fn a_place_that_cannot_be_used_is_named() {
    let (room, _) = room();
    for path in [room.path().join("missing/log"), room.path().to_owned()] {
        let refusal = EventLog::open_sqlite(&path, SqliteOptions::default()).await.unwrap_err();
        assert!(matches!(refusal, OpenError::Unavailable { .. }), "{refusal}");
        assert!(refusal.to_string().contains(&path.display().to_string()));
    }
}
