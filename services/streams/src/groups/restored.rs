//! Groups of a folder that was restored. Never here: a hub that runs.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use super::engine::stored;
use super::error::GroupError;
use super::ledger::file_in;

/// Puts groups that lie ahead of a log back to its last position, and tells how many those are: what they were delivered
/// behind it, this log never had, and what it will write there they have not seen. Nothing is done where there are no
/// groups.
///
/// A backup copies groups before the log, so that this finds nothing; files put together by hand are another matter.
///
/// # Errors
/// When the file cannot be used.
pub fn not_ahead_of(folder: &Path, head: Option<u64>) -> Result<usize, GroupError> {
    let file = file_in(folder);
    if !file.exists() {
        return Ok(0);
    }
    let mut tables = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let whole = tables.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let last = stored(head.unwrap_or(0));
    whole.execute("DELETE FROM owed WHERE position > ?1", [last])?;
    let put_back = whole.execute(
        "UPDATE consumer_group SET read_to = ?2 WHERE read_to > ?1",
        params![last, head.map(stored)],
    )?;
    whole.commit()?;
    Ok(put_back)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use crate::groups::{Definition, Terms, definition, engine, tables};

    /// A file with a group that has read to position 5, is owed 3 and 5, and one that begins behind position 2.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let mut file = Connection::open(file_in(folder.path())).unwrap();
        hub::kept::prepare(&mut file, &tables::SHAPE).unwrap();
        let wanted = |name: &str, after| Definition {
            unit: "UN-PSB-430405".parse().unwrap(),
            name: name.to_owned(),
            filter: Vec::new(),
            start: String::new(),
            after,
            terms: Terms { attempts: 3, first_pause: 10, longest_pause: 30, lease: 60 },
            by: "OF-1".to_owned(),
        };
        let ahead = definition::create(&file, &wanted("ahead", None), 0).unwrap().unwrap();
        let fits = vec![(3, "CL-1".to_owned()), (5, "CL-2".to_owned())];
        let stretch = engine::Stretch { after: None, to: 5, fits };
        assert!(engine::feed(&file, ahead.id, &stretch).unwrap());
        let _ = definition::create(&file, &wanted("behind", Some(2)), 0).unwrap().unwrap();
        folder
    }

    fn left(folder: &Path) -> Vec<(Option<u64>, u64)> {
        let file = Connection::open(file_in(folder)).unwrap();
        let known = definition::list(&file, None, true).unwrap();
        known.iter().map(|one| (one.read_to, definition::standing(&file, one).unwrap().owed)).collect()
    }

    #[test]
    fn a_group_ahead_of_the_log_goes_back_to_its_end_and_is_owed_nothing_that_is_not_there() {
        let folder = folder();
        assert_eq!(not_ahead_of(folder.path(), Some(4)).unwrap(), 1);
        assert_eq!(left(folder.path()), [(Some(4), 1), (Some(2), 0)]);
        assert_eq!(not_ahead_of(folder.path(), None).unwrap(), 2);
        assert_eq!(left(folder.path()), [(None, 0), (None, 0)]);
    }

    #[test]
    fn groups_that_are_not_ahead_stay_as_they_are() {
        let folder = folder();
        assert_eq!(not_ahead_of(folder.path(), Some(5)).unwrap(), 0);
        assert_eq!(left(folder.path()), [(Some(5), 2), (Some(2), 0)]);
        assert_eq!(not_ahead_of(tempfile::tempdir().unwrap().path(), Some(5)).unwrap(), 0);
    }
}
