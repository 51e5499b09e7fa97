//! Whether the tables of this data directory are in the log, and which instance worked here last: nobody else does, because
//! the directory's lock is ours. A copy of a directory tells the first and not the second, for the one it was copied from
//! may live. Never here: deciding whose the seat is.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use uuid::Uuid;

/// The file.
const NAME: &str = "deliveries.seat";

/// Whether what the directory held before is in the log.
pub(super) fn settled(folder: &Path) -> bool {
    folder.join(NAME).exists()
}

/// The instance that worked here last; none when none did, or it cannot be told.
pub(super) fn read(folder: &Path) -> Option<Uuid> {
    let path = folder.join(NAME);
    let text = fs::read_to_string(&path).ok()?;
    let (instance, number) = text.trim().split_once(' ')?;
    // The number of the file itself, which a copy does not have.
    let same = fs::metadata(&path).ok()?.ino() == number.parse::<u64>().ok()?;
    if same { instance.parse().ok() } else { None }
}

/// Writes down, for good, that an instance works here and what it found is in the log.
///
/// # Errors
/// What the file system says.
pub(super) fn write(folder: &Path, instance: Uuid) -> io::Result<()> {
    let draft = folder.join(format!("{NAME}.new"));
    let mut file = File::create(&draft)?;
    let number = file.metadata()?.ino();
    writeln!(file, "{instance} {number}")?;
    file.sync_all()?;
    fs::rename(&draft, folder.join(NAME))?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn who_worked_here_last_is_known_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        for number in 1..3 {
            write(folder.path(), Uuid::from_u128(number)).unwrap();
            assert_eq!(read(folder.path()), Some(Uuid::from_u128(number)));
        }
        assert!(settled(folder.path()));
        let copy = tempfile::tempdir().unwrap();
        let _ = fs::copy(folder.path().join(NAME), copy.path().join(NAME)).unwrap();
        assert_eq!((settled(copy.path()), read(copy.path())), (true, None), "the first may live");
        fs::write(folder.path().join(NAME), "torn").unwrap();
        assert_eq!(read(folder.path()), None);
    }
}
