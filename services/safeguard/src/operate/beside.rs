//! The files that stand beside the log and are no view of it: groups, webhooks, readings on their way into the log. How each
//! gets into a backup and out of it. Never here: what is in them.

use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use rusqlite::backup::Backup;
use rusqlite::{Connection, OpenFlags};

use super::copy;
use super::manifest::{Hashes, Manifest};

/// Copied before the log. Where subscribers are: a position in them must not lie ahead of the log's copy, because the
/// events that a restored hub writes there would be taken for delivered. And readings that a hub is still bringing into the
/// log, of now and of an earlier release: what it sets aside is in the log's copy then, and what it has not is in this one.
///
/// Groups first, webhooks after: an endpoint whose group is missing gets one that starts where the endpoint was
/// registered; a group whose endpoint is missing would wait for ever.
pub(super) const FILES: [&str; 4] = ["groups.db", "webhooks.db", "reads-waiting.db", "reads.db"];

/// Pages copied in one step.
const STEP: i32 = 1_024;
/// How long to wait for a writer that holds a file.
const BUSY: Duration = Duration::from_secs(30);

/// Copies those of the files that there are, each as it stands at one moment while the hub writes on.
///
/// # Errors
/// When one cannot be read, or the copy not be written.
pub(super) async fn copy_all(
    names: &'static [&'static str],
    from: &Path,
    to: &Path,
) -> anyhow::Result<Hashes> {
    let (from, to) = (from.to_owned(), to.to_owned());
    let copying = tokio::task::spawn_blocking(move || {
        let there = names.iter().filter(|name| from.join(name).exists());
        let copied = there.map(|name| {
            let hash = database(&from.join(name), &to.join(name)).with_context(|| (*name).to_owned())?;
            Ok(((*name).to_owned(), hash))
        });
        copied.collect()
    });
    copying.await?
}

fn database(from: &Path, to: &Path) -> anyhow::Result<String> {
    let file = copy::new_file(to)?;
    let source = Connection::open_with_flags(from, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    source.busy_timeout(BUSY)?;
    // A read transaction throughout: the copy is the file of this moment, and does not start over at every write.
    let moment = source.unchecked_transaction()?;
    moment.query_row("SELECT count(*) FROM sqlite_schema", (), |_| Ok(()))?;
    let mut copied = Connection::open(to)?;
    Backup::new(&source, &mut copied)?.run_to_completion(STEP, Duration::ZERO, None)?;
    copied.close().map_err(|(_, error)| error)?;
    file.sync_all()?;
    copy::hash(to)
}

/// Puts the files of a backup into a folder; a backup of an earlier release has none.
///
/// # Errors
/// When one is missing, or is not as the backup wrote it.
pub(super) fn put_back(manifest: &Manifest, backup: &Path, folder: &Path) -> anyhow::Result<()> {
    for name in FILES {
        if let Some(wanted) = manifest.beside.get(name) {
            copy::whole(&backup.join(name), &folder.join(name), wanted)?;
        }
    }
    Ok(())
}
