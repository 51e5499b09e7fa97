//! Which instance worked on this data directory last: if it also held the seat last, what the directory holds is what the
//! log holds and possibly more. Never here: deciding whose the seat is.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use uuid::Uuid;

/// The file.
const NAME: &str = "deliveries.seat";

/// The instance that worked here last; none when none did, or it cannot be told.
pub(super) fn read(folder: &Path) -> Option<Uuid> {
    fs::read_to_string(folder.join(NAME)).ok()?.trim().parse().ok()
}

/// Writes down, for good, that an instance works here.
///
/// # Errors
/// What the file system says.
pub(super) fn write(folder: &Path, instance: Uuid) -> io::Result<()> {
    let draft = folder.join(format!("{NAME}.new"));
    let mut file = File::create(&draft)?;
    writeln!(file, "{instance}")?;
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
        fs::write(folder.path().join(NAME), "torn").unwrap();
        assert_eq!(read(folder.path()), None);
    }
}
