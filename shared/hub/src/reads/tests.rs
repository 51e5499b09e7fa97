//! The read log: what is noted in one process is found by another, an append is there once whatever its answer, what the log
//! does not take survives a kill, and what an earlier release kept in a file is brought in once.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::ops::Range;

use domain::actor::{Level, Unit};
use eventlog::{Expected, Faults, JsonObject, NewEvent, Revision};
use rusqlite::{Connection, OpenFlags};
use tempfile::{TempDir, tempdir};
use tokio::runtime::Builder;

use super::*;
use crate::clocks::service_actor;

const PATIENCE: Duration = Duration::from_secs(20);

fn reading(officer: &str, matter: &str, what: &'static str) -> Reading {
    let unit = Unit {
        id: "UN-EDU-430405".parse().unwrap(),
        agency: Agency::Education,
        level: Level::County,
        division: "430405".parse().unwrap(),
    };
    let actor = Actor { officer: officer.parse().unwrap(), unit, roles: Vec::new() };
    let matter = StreamName::parse(matter).unwrap();
    let at = "2026-11-21T08:00:00Z".parse().unwrap();
    let new = Reading::new(&actor, Way::Query, what, &matter, at);
    Reading { owner: Some("UN-EDU-430405".parse().unwrap()), classes: vec!["P3"], ..new }
}

fn all() -> Asked {
    Asked { limit: 100, ..Asked::default() }
}

fn noting(folder: &TempDir, log: &EventLog) -> Reads {
    Reads::start(folder.path(), log, &Time::system(), service_actor().unwrap())
}

/// Appends that fail, and leave nothing.
fn refusing(appends: Range<u64>) -> EventLog {
    EventLog::memory_with(appends.fold(Faults::none(), Faults::before))
}

/// Parcels on the disk; none when it cannot be told, as there is no file yet.
fn on_the_disk(folder: &TempDir) -> Option<u32> {
    let file = folder.path().join(spool::SHAPE.name);
    let tables = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    tables.query_row("SELECT count(*) FROM waiting", [], |row| row.get(0)).ok()
}

async fn until(holds: impl Fn() -> bool) {
    // The time of a runtime may stand still.
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "it has not come about");
        tokio::task::yield_now().await;
    }
}

/// An instance that is asked, with views of its own.
fn asked(log: &EventLog) -> (ReadLog, TempDir) {
    let folder = tempdir().unwrap();
    (ReadLog::start(folder.path(), log).unwrap(), folder)
}

async fn shown(of: &ReadLog, what: Asked) -> Vec<(String, String, u32)> {
    let found = of.list(what, None, PATIENCE).await.unwrap();
    found.into_iter().map(|read| (read.officer, read.matter, read.count)).collect()
}

fn told(officer: &str, matter: &str, count: u32) -> (String, String, u32) {
    (officer.to_owned(), matter.to_owned(), count)
}

/// Readings in the log, counted in its events.
async fn in_the_log(log: &EventLog) -> u32 {
    let events = log.read_all(None, 1_000).await.unwrap();
    let readings = events.iter().filter(|event| event.event.kind == "reading.noted").flat_map(|event| {
        let domain::reading::Event::Noted { readings } =
            domain::event::decode(&event.event.kind, event.event.data.as_str()).unwrap();
        readings
    });
    readings.map(|reading| reading.count).sum()
}

#[tokio::test]
async fn what_two_processes_noted_is_shown_by_each_instance_that_is_asked_and_by_a_new_one() {
    let log = EventLog::memory();
    let folders = [tempdir().unwrap(), tempdir().unwrap()];
    let [one, other] = folders.each_ref().map(|folder| noting(folder, &log));
    let (here, there) = (asked(&log), asked(&log));
    one.note(reading("OF-1", "CL-1", "GetClue")).await.unwrap();
    let noted = one.flush(PATIENCE).await.unwrap();
    assert_eq!(here.0.list(all(), noted, PATIENCE).await.unwrap().len(), 1);
    let later = Reading { at: "2026-11-21T08:00:01Z".parse().unwrap(), ..reading("OF-2", "CL-2", "GetClue") };
    other.note(later).await.unwrap();
    other.flush(PATIENCE).await.unwrap();
    for of in [&here.0, &there.0, &asked(&log).0] {
        assert_eq!(shown(of, all()).await, [told("OF-2", "CL-2", 1), told("OF-1", "CL-1", 1)]);
        let matter =
            Asked { matter: Some("CL-1".to_owned()), owner: Some("UN-EDU-430405".to_owned()), ..all() };
        assert_eq!(shown(of, matter).await, [told("OF-1", "CL-1", 1)]);
        let owner = Asked { owner: Some("UN-PSB-430405".to_owned()), ..all() };
        assert_eq!(shown(of, owner).await, []);
        let first = of.list(Asked { limit: 1, ..all() }, None, PATIENCE).await.unwrap();
        let behind = first.first().map(|read| (read.at, read.line));
        assert_eq!(shown(of, Asked { behind, ..all() }).await, [told("OF-1", "CL-1", 1)]);
    }
}

#[test]
fn equal_readings_of_one_append_are_one_line_with_their_number_and_all_classes() {
    let close = Reading { classes: vec!["P3", "reporter"], ..reading("OF-1", "CL-1", "event") };
    let told = [reading("OF-1", "CL-1", "event"), reading("OF-1", "CL-2", "event"), close];
    let (lines, asked, stops) = ship::lines(told.into_iter().map(|one| Told::Read(Box::new(one))).collect());
    assert!(asked.is_empty() && stops.is_empty());
    let counts: Vec<_> = lines.iter().map(|line| (line.matter.as_str(), line.count)).collect();
    assert_eq!(counts, [("CL-1", 2), ("CL-2", 1)]);
    assert_eq!(lines.first().unwrap().shown, ["P3", "reporter"]);
}

#[tokio::test(start_paused = true)]
async fn under_load_what_is_read_within_a_quarter_of_a_second_is_one_event() {
    let (log, folder) = (EventLog::memory(), tempdir().unwrap());
    let reads = noting(&folder, &log);
    let (mut events, mut noted) = (log.subscribe(None), 0);
    // Alone it goes at once, then the others together.
    while noted < 41 {
        reads.note(reading("OF-1", &format!("CL-{noted}"), "GetClue")).await.unwrap();
        noted += 1;
        if noted == 1 {
            let first = events.next().await.unwrap();
            assert_eq!(first.len(), 1);
        }
    }
    let begun = tokio::time::Instant::now();
    assert_eq!(events.next().await.unwrap().len(), 1);
    assert!(begun.elapsed() <= ship::GATHER, "{:?}", begun.elapsed());
    assert_eq!((in_the_log(&log).await, reads.waiting()), (41, 0));
}

#[tokio::test]
async fn an_append_without_an_answer_is_there_once_and_while_the_log_takes_nothing_readings_wait() {
    let folder = tempdir().unwrap();
    let log = EventLog::memory_with(Faults::none().after(2).before(4));
    let reads = noting(&folder, &log);
    let mut health = reads.health();
    reads.note(reading("OF-1", "CL-1", "GetClue")).await.unwrap();
    reads.flush(PATIENCE).await.unwrap();
    for officer in ["OF-2", "OF-3"] {
        reads.note(reading(officer, "CL-2", "GetClue")).await.unwrap();
        health.wait_for(|now| now.stopped.is_some()).await.unwrap();
        assert_eq!(reads.waiting(), 1, "not known to be in the log");
        health.wait_for(|now| now.stopped.is_none()).await.unwrap();
    }
    reads.stop(PATIENCE).await.unwrap();
    assert_eq!((in_the_log(&log).await, reads.waiting()), (3, 0));
    assert!(matches!(reads.note(reading("OF-1", "CL-1", "GetClue")).await, Err(ReadsError::Stopping)));
}

/// A process that reads these matters while the log does not answer, and is killed when they are on its disk. Its time
/// stands still, so that it does not try again.
fn killed(folder: &TempDir, log: &EventLog, matters: &[&str]) {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let reads = noting(folder, log);
        for matter in matters {
            reads.note(reading("OF-1", matter, "GetClue")).await.unwrap();
        }
        tokio::task::yield_now().await;
        tokio::time::advance(ship::GATHER).await;
        until(|| on_the_disk(folder) > Some(0)).await;
    });
}

#[test]
fn what_the_log_did_not_take_survives_a_kill_and_is_brought_in_once_by_the_next_start() {
    for faults in [Faults::none().before(1), Faults::none().after(1)] {
        let (log, folder) = (EventLog::memory_with(faults), tempdir().unwrap());
        killed(&folder, &log, &["CL-1", "CL-2", "CL-1"]);
        Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
            let next = noting(&folder, &log);
            until(|| on_the_disk(&folder) == Some(0)).await;
            next.stop(PATIENCE).await.unwrap();
            let after = noting(&folder, &log);
            after.stop(PATIENCE).await.unwrap();
            let (of, _views) = asked(&log);
            assert_eq!(shown(&of, all()).await, [told("OF-1", "CL-2", 1), told("OF-1", "CL-1", 2)]);
            assert_eq!(in_the_log(&log).await, 3);
        });
    }
}

#[tokio::test]
async fn what_stood_behind_events_that_a_restored_log_lacks_is_brought_in_all_the_same() {
    let (log, folder) = (EventLog::memory(), tempdir().unwrap());
    let (lines, ..) = ship::lines(vec![Told::Read(Box::new(reading("OF-1", "CL-1", "GetClue")))]);
    let parcel = spool::Parcel { run: uuid::Uuid::now_v7(), first: 3, lines };
    let mut disk = spool::Spool::of(folder.path());
    // Twice, as if a start had died before it took the first one out.
    disk.keep(&parcel).await.unwrap();
    disk.keep(&parcel).await.unwrap();
    drop(disk);
    let _next = noting(&folder, &log);
    until(|| on_the_disk(&folder) == Some(0)).await;
    assert_eq!(in_the_log(&log).await, 1);
}

#[tokio::test]
async fn a_disk_that_gives_nothing_back_or_holds_what_nobody_can_read_keeps_no_reading_waiting() {
    let folder = tempdir().unwrap();
    let parcel = |first| spool::Parcel { run: uuid::Uuid::nil(), first, lines: Vec::new() };
    let mut disk = spool::Spool::of(folder.path());
    disk.keep(&parcel(0)).await.unwrap();
    let file = Connection::open(folder.path().join(spool::SHAPE.name)).unwrap();
    let full = "CREATE TRIGGER full BEFORE DELETE ON waiting BEGIN SELECT RAISE(FAIL, 'full'); END;
        INSERT INTO waiting (parcel) VALUES ('torn');";
    file.execute_batch(full).unwrap();
    let (number, oldest) = disk.oldest().await.unwrap().unwrap();
    assert_eq!(oldest, parcel(0));
    // The log has it; the file keeps it.
    disk.take_out(number).await.unwrap_err();
    assert_eq!(disk.oldest().await.unwrap(), None);
    assert!(disk.is_empty());
    disk.keep(&parcel(1)).await.unwrap();
    assert_eq!(disk.oldest().await.unwrap().unwrap().1, parcel(1));
    file.execute_batch("DROP TRIGGER full; DELETE FROM waiting").unwrap();
    disk.keep(&parcel(2)).await.unwrap();
    assert_eq!(disk.oldest().await.unwrap().unwrap().1, parcel(2), "numbers go on");
}

#[tokio::test]
async fn while_neither_the_log_nor_the_disk_takes_readings_nothing_is_shown() {
    let (log, folder) = (refusing(1..1_000), tempdir().unwrap());
    let file = folder.path().join(spool::SHAPE.name);
    // Something else stands where the file should be.
    std::fs::create_dir(&file).unwrap();
    let reads = noting(&folder, &log);
    let shut = || reads.standing.shut.load(Ordering::Relaxed);
    reads.note(reading("OF-1", "CL-1", "GetClue")).await.unwrap();
    until(shut).await;
    let refused = reads.note(reading("OF-1", "CL-2", "GetClue")).await;
    assert!(matches!(refused, Err(ReadsError::Nowhere)), "{refused:?}");
    std::fs::remove_dir(&file).unwrap();
    until(|| !shut()).await;
    reads.note(reading("OF-1", "CL-3", "GetClue")).await.unwrap();
    reads.stop(PATIENCE).await.unwrap();
    assert_eq!(reads.waiting(), 2, "they are on the disk, where a stop leaves them");
    let back = EventLog::memory();
    let _next = noting(&folder, &back);
    until(|| on_the_disk(&folder) == Some(0)).await;
    assert_eq!(in_the_log(&back).await, 2);
}

/// A file as the release before wrote it, with these lines.
fn earlier_file(folder: &Path, lines: Range<u32>) {
    let tables = Connection::open(folder.join("reads.db")).unwrap();
    tables
        .execute_batch(
            "PRAGMA user_version = 1;
             CREATE TABLE IF NOT EXISTS reading (line INTEGER PRIMARY KEY, at INTEGER NOT NULL, officer TEXT NOT NULL,
                 unit TEXT NOT NULL, agency TEXT NOT NULL, way TEXT NOT NULL, matter TEXT NOT NULL,
                 owner TEXT NOT NULL, what TEXT NOT NULL, classes TEXT NOT NULL, policies TEXT NOT NULL,
                 count INTEGER NOT NULL) STRICT;",
        )
        .unwrap();
    let rows = tables.unchecked_transaction().unwrap();
    for line in lines {
        let values = (i64::from(line) * 1_000_000, format!("CL-{line}"));
        let sql = "INSERT INTO reading (at, officer, unit, agency, way, matter, owner, what, classes, policies, count)
             VALUES (?1, 'OF-1', 'UN-EDU-430405', 'EDU', 'query', ?2, '', 'GetClue', 'P3 reporter', 'see-sensitive', 2)";
        rows.execute(sql, values).unwrap();
    }
    rows.commit().unwrap();
}

async fn brought_in(folder: &Path, log: &EventLog) {
    bring_in(folder, log, &Time::system(), service_actor().unwrap());
    until(|| !folder.join("reads.db").exists()).await;
}

/// Puts the file back that was set aside.
fn put_back(folder: &Path) {
    std::fs::rename(folder.join("reads.db.in-log"), folder.join("reads.db")).unwrap();
}

#[tokio::test]
async fn the_file_of_an_earlier_release_is_brought_in_once_also_after_a_crash_in_the_middle_and_from_a_copy()
{
    let (one, copy) = (tempdir().unwrap(), tempdir().unwrap());
    earlier_file(one.path(), 0..1_200);
    std::fs::copy(one.path().join("reads.db"), copy.path().join("reads.db")).unwrap();
    let whole = EventLog::memory();
    brought_in(one.path(), &whole).await;
    let events = whole.read_all(None, 10).await.unwrap();
    assert_eq!((events.len(), in_the_log(&whole).await), (3, 2_400));

    // As a start left it that died after its first append.
    let log = EventLog::memory();
    let first = &events.first().unwrap().event;
    let again = NewEvent {
        id: first.id,
        kind: first.kind.clone(),
        data: first.data.clone(),
        metadata: JsonObject::empty(),
    };
    assert_eq!(log.append(&first.stream, Expected::NoStream, vec![again]).await, Ok(Revision::FIRST));
    for folder in [one.path(), copy.path(), one.path()] {
        if folder.join("reads.db.in-log").exists() {
            put_back(folder);
        }
        brought_in(folder, &log).await;
        assert_eq!(in_the_log(&log).await, 2_400);
    }
    let (of, _views) = asked(&log);
    let newest = of.list(Asked { limit: 1, ..all() }, None, PATIENCE).await.unwrap();
    let newest = newest.first().unwrap();
    assert_eq!((&*newest.matter, newest.at, newest.count), ("CL-1199", 1_199_000_000, 2));
    assert_eq!((&*newest.classes, &*newest.policies, &*newest.owner), ("P3 reporter", "see-sensitive", ""));
}

#[tokio::test]
async fn a_file_of_an_earlier_release_that_has_grown_since_loses_none_of_its_lines() {
    let (log, folder) = (EventLog::memory(), tempdir().unwrap());
    earlier_file(folder.path(), 0..600);
    brought_in(folder.path(), &log).await;
    put_back(folder.path());
    earlier_file(folder.path(), 600..700);
    brought_in(folder.path(), &log).await;
    // The page of the last hundred comes again with what was added to it.
    assert_eq!(in_the_log(&log).await, 2 * (500 + 100 + 200));
}
