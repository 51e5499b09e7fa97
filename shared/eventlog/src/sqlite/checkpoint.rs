//! Brings what the WAL holds into the file without holding up appends: most of it is moved beside them, by a thread with a
//! connection of its own; what they wrote meanwhile, which is little, by the writer between two commits. With nothing left
//! in it to move the WAL begins anew.
//!
//! Must never be here: durability. An append is safe once it stands in the WAL; a checkpoint that fails, or is killed in
//! the middle, leaves it there for the next one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender, TryRecvError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

/// Pages in the WAL, beyond those that were taken already, after which they are moved: 4 MiB. Commits wait for the disk
/// behind them.
const PAGES: u32 = 1_000;
/// Pages in the WAL from which on it is tried after every commit: whoever read what was before may be gone now. 64 MiB.
const MANY: u32 = 16_000;

/// What the writer knows of the WAL.
pub(super) struct Checkpoints {
    /// Pages in the WAL after the last commit.
    pages: Arc<AtomicU32>,
    /// How many of them were taken last time. They stand there while somebody reads what was before.
    taken: u32,
    /// Whether the thread is at work.
    under_way: bool,
    ask: SyncSender<()>,
    done: Receiver<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// Starts the thread with its connection, for the writer of the same file.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn start(writer: &mut Connection, beside: Connection) -> io::Result<Self> {
        let pages = Arc::new(AtomicU32::new(0));
        let seen = Arc::clone(&pages);
        let hooked = writer.wal_hook(Some(move |_: &mut _, pages: i32| {
            seen.store(pages.unsigned_abs(), Ordering::Relaxed);
            Ok(())
        }));
        hooked.map_err(io::Error::other)?;
        let (ask, asked) = mpsc::sync_channel(1);
        let (tell, done) = mpsc::channel();
        let thread = thread::Builder::new().name("eventlog-moves".to_owned()).spawn(move || {
            while asked.recv().is_ok() {
                take(&beside);
                if tell.send(()).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self { pages, taken: 0, under_way: false, ask, done, thread })
    }

    /// What is to be done after a commit that has been answered.
    pub(super) fn look(&mut self, writer: &Connection) {
        let pages = self.pages.load(Ordering::Relaxed);
        if self.under_way {
            match self.done.try_recv() {
                Err(TryRecvError::Empty) => return,
                Ok(()) | Err(TryRecvError::Disconnected) => self.finish(writer, pages),
            }
        }
        if pages < self.taken {
            self.taken = 0;
        }
        if pages.saturating_sub(self.taken) >= PAGES {
            self.under_way = self.ask.try_send(()).is_ok();
            if !self.under_way {
                self.finish(writer, pages);
            }
        } else if pages >= MANY && pages > self.taken {
            self.finish(writer, pages);
        }
    }

    /// Takes what is left.
    fn finish(&mut self, writer: &Connection, pages: u32) {
        take(writer);
        (self.under_way, self.taken) = (false, pages);
    }

    /// Ends the thread, whose connection must not be the last to close.
    pub(super) fn stop(self) {
        drop((self.ask, self.done));
        // One that ended badly has closed its connection too.
        let _ = self.thread.join();
    }
}

/// Moves what nobody has to read from the WAL any more; neither waits for others nor holds them up.
fn take(conn: &Connection) {
    let row = |row: &rusqlite::Row<'_>| Ok((row.get::<_, bool>(0)?, row.get::<_, i64>(2)?));
    match conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", (), row) {
        // Another process may be moving it already.
        Ok((busy, moved)) => tracing::debug!(busy, moved, "checkpoint"),
        Err(error) => tracing::warn!(%error, "what is in the WAL stays there until the next checkpoint"),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::path::Path;

    use rusqlite::{OpenFlags, params};

    use super::super::{SqliteOptions, schema, writer::INSERT};
    use super::*;

    /// A log and its writer, which looks after each commit of 25 pages.
    struct Written {
        conn: Connection,
        checkpoints: Checkpoints,
        events: i64,
    }

    impl Written {
        fn at(path: &Path) -> Self {
            let mut conn = schema::open(path, &SqliteOptions::default()).unwrap();
            let beside = schema::writer(path, &SqliteOptions::default()).unwrap();
            let checkpoints = Checkpoints::start(&mut conn, beside).unwrap();
            Self { conn, checkpoints, events: 0 }
        }

        fn commit(&mut self) {
            self.commit_of(100_000);
        }

        fn commit_of(&mut self, bytes: usize) {
            self.events += 1;
            let (place, data) = (self.events, "x".repeat(bytes));
            let row = params![place, "s", place, [0_u8; 16], "k", data, "{}", 0];
            self.conn.execute(INSERT, row).unwrap();
            self.checkpoints.look(&self.conn);
        }

        /// Commits until the thread was asked, and on until its work is done.
        fn through_one(&mut self) {
            while !self.checkpoints.under_way {
                self.commit();
            }
            while self.checkpoints.under_way {
                self.commit();
            }
        }

        fn pages(&self) -> u32 {
            self.checkpoints.pages.load(Ordering::Relaxed)
        }
    }

    /// Events in the file itself, whatever is in its WAL.
    fn in_the_file(path: &Path) -> i64 {
        let uri = format!("file:{}?immutable=1", path.display());
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let conn = Connection::open_with_flags(uri, flags).unwrap();
        conn.query_row("SELECT count(*) FROM event", (), |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_was_written_meanwhile_is_moved_too_and_the_wal_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mut log = Written::at(&path);
        for _ in 0..3 {
            log.through_one();
            assert_eq!(in_the_file(&path), log.events);
            log.commit();
            assert!(log.pages() < PAGES / 2, "{} pages", log.pages());
        }
        log.checkpoints.stop();
    }

    #[test]
    fn while_somebody_reads_what_was_before_the_wal_grows_and_is_not_moved_with_every_commit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mut log = Written::at(&path);
        log.commit();
        let reader = schema::reader(&path, &SqliteOptions::default()).unwrap();
        let whole = reader.unchecked_transaction().unwrap();
        let seen = || whole.query_row("SELECT count(*) FROM event", (), |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(seen(), 1);
        log.through_one();
        let after = log.pages();
        log.commit();
        assert!(log.pages() > after && !log.checkpoints.under_way);
        log.through_one();
        assert!(log.pages() >= after + PAGES, "{} pages after {after}", log.pages());
        while log.pages() < MANY || log.checkpoints.under_way {
            log.commit();
        }
        assert_eq!(seen(), 1);
        drop(whole);
        log.commit();
        assert_eq!(in_the_file(&path), log.events, "at once");
        log.commit();
        assert!(log.pages() < PAGES, "{} pages", log.pages());
        log.checkpoints.stop();
    }

    #[test]
    fn a_log_is_opened_while_another_connection_moves_its_wal_into_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let mut opened = 0;
        for round in 0..5 {
            let path = folder.path().join(format!("log-{round}.db"));
            let mut log = Written::at(&path);
            log.commit_of(20_000_000);
            assert!(log.checkpoints.under_way);
            while log.checkpoints.done.try_recv() == Err(TryRecvError::Empty) {
                drop(schema::open(&path, &SqliteOptions::default()).unwrap());
                opened += 1;
            }
            log.checkpoints.stop();
        }
        assert!(opened > 0);
    }
}
