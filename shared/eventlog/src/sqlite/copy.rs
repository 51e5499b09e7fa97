//! Copying recorded events into the file, in one transaction of the writer.
//!
//! Crash story: all of a call's events are there afterwards, or none.
//!
//! Must never be here: an event that is not copied exactly.

use rusqlite::{Connection, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::writer::{self, Told};
use super::{outage, reader};
use crate::copy::{follows, standing};
use crate::error::{CopyError, ReadError};
use crate::event::Positioned;
use crate::stream::Position;

/// One caller's events.
pub(super) struct Copy {
    pub(super) events: Vec<Positioned>,
    pub(super) answer: oneshot::Sender<Result<(), CopyError>>,
}

/// Copies, tells who follows, answers.
pub(super) fn settle(conn: &mut Connection, copy: Copy, told: &Told) {
    let answer = match write(conn, &copy.events) {
        Ok(Ok(written)) => {
            if let Some((first, last)) = written.first().zip(written.last()) {
                let (before, head) = (first.position.get() - 1, last.position);
                if told.grown(before, written, Some(head)) {
                    told.tell();
                }
            }
            Ok(())
        }
        Ok(Err(refused)) => Err(refused),
        Err(error) => Err(CopyError::Unavailable { reason: outage(&error) }),
    };
    copy.answer.send(answer).ok();
}

/// What was written, without what stood already.
fn write(
    conn: &mut Connection,
    events: &[Positioned],
) -> rusqlite::Result<Result<Vec<Positioned>, CopyError>> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let written = match place(&tx, events)? {
        Ok(written) => written,
        Err(refused) => return Ok(Err(refused)),
    };
    tx.commit()?;
    Ok(Ok(written))
}

fn place(conn: &Connection, events: &[Positioned]) -> rusqlite::Result<Result<Vec<Positioned>, CopyError>> {
    let mut rest = events;
    while let Some(first) = rest.first() {
        let before = first.position.get() - 1;
        let there = match reader::page(conn, Some(Position::new(before)), rest.len()) {
            Ok(there) => there,
            // The log ends before: `follows` says where.
            Err(ReadError::AheadOfLog { .. }) => break,
            Err(ReadError::Unavailable { reason }) => return Ok(Err(CopyError::Unavailable { reason })),
            Err(ReadError::Closed) => break,
        };
        match standing(rest, &there) {
            Ok(0) => break,
            Ok(same) => rest = rest.get(same..).unwrap_or_default(),
            Err(differs) => return Ok(Err(differs)),
        }
    }
    for event in rest {
        let (head, last) = (reader::head(conn)?, writer::last_revision(conn, &event.event.stream)?);
        if let Err(refused) = follows(event, head, last) {
            return Ok(Err(refused));
        }
        insert(conn, event)?;
    }
    Ok(Ok(rest.to_vec()))
}

fn insert(conn: &Connection, Positioned { position, event }: &Positioned) -> rusqlite::Result<()> {
    let mut insert = conn.prepare_cached(writer::INSERT)?;
    insert.execute(params![
        i64::try_from(position.get()).unwrap_or(i64::MAX),
        event.stream.as_str(),
        writer::signed(event.revision),
        event.id.as_bytes(),
        event.kind,
        event.data.as_str(),
        event.metadata.as_str(),
        event.recorded_at.as_microsecond(),
    ])?;
    Ok(())
}
