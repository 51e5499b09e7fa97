//! Copying files so that they are on disk, and hashing them. Never here: what is in them.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use aws_lc_rs::digest;

use crate::cli::failure::Told;

const BUFFER: usize = 1 << 20;

/// A directory that does not exist yet, or is empty.
///
/// # Errors
/// When something is in it.
pub(crate) fn must_be_free(folder: &Path) -> anyhow::Result<()> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_some()) {
        Ok(true) => Err(in_the_way(folder)),
        Ok(false) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("{}", folder.display())),
    }
}

/// Nothing is ever overwritten.
fn in_the_way(path: &Path) -> anyhow::Error {
    let path = path.display();
    Told::error(
        format!("{path} 已存在；从不覆盖，请换一个名字。"),
        format!("{path} exists; nothing is overwritten, choose another name."),
    )
}

/// A new private file.
///
/// # Errors
/// When there is one already, or it cannot be made.
pub(crate) fn new_file(path: &Path) -> anyhow::Result<File> {
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|error| match error.kind() == ErrorKind::AlreadyExists {
        true => in_the_way(path),
        false => anyhow::Error::from(error).context(path.display().to_string()),
    })
}

/// A new private directory beside `target`, to become it when it is whole. A crash leaves the draft, which may be
/// deleted, and never half a target.
///
/// # Errors
/// When it cannot be made.
pub(crate) fn draft_of(target: &Path) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::DirBuilderExt;
    let whole = std::path::absolute(target)?;
    let name = whole.file_name().with_context(|| format!("{} has no name", target.display()))?;
    let draft = whole.with_file_name(format!(".{}.{}.new", name.to_string_lossy(), std::process::id()));
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(&draft);
    made.with_context(|| format!("{}", draft.display()))?;
    Ok(draft)
}

/// Gives a whole draft its name.
///
/// # Errors
/// When the target is there meanwhile, or the disk fails.
pub(crate) fn publish(draft: &Path, target: &Path) -> anyhow::Result<()> {
    sync_folder(draft)?;
    fs::rename(draft, target).with_context(|| format!("{} to {}", draft.display(), target.display()))?;
    let whole = std::path::absolute(target)?;
    whole.parent().map_or(Ok(()), sync_folder)
}

/// Flushes a directory's entries.
///
/// # Errors
/// What the system says.
pub(crate) fn sync_folder(folder: &Path) -> anyhow::Result<()> {
    File::open(folder).and_then(|folder| folder.sync_all()).with_context(|| format!("{}", folder.display()))
}

/// Copies a file to a new private one, flushed; answers with its hash.
///
/// # Errors
/// When there is a file already, or the disk fails.
pub(crate) fn file(from: &Path, to: &Path) -> anyhow::Result<String> {
    let mut target = new_file(to)?;
    let hash = read(from, |bytes| target.write_all(bytes))?;
    target.sync_all().with_context(|| format!("{}", to.display()))?;
    Ok(hash)
}

/// Copies a file of a backup that has this hash.
///
/// # Errors
/// As [`file`], and when it is not as the backup wrote it.
pub(crate) fn whole(from: &Path, to: &Path, wanted: &str) -> anyhow::Result<()> {
    if file(from, to)? == wanted {
        return Ok(());
    }
    let from = from.display();
    Err(damaged(format!("{from} 与备份时写下的不同。"), format!("{from} is not as the backup wrote it.")))
}

/// A backup that must not be trusted.
pub(crate) fn damaged(zh: String, en: String) -> anyhow::Error {
    Told::error(format!("{zh}请换用另一个备份。"), format!("{en} Use another backup."))
}

/// SHA-256 of a file, in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn hash(file: &Path) -> anyhow::Result<String> {
    read(file, |_| Ok(()))
}

fn read(from: &Path, mut take: impl FnMut(&[u8]) -> std::io::Result<()>) -> anyhow::Result<String> {
    let mut source = File::open(from).with_context(|| format!("{}", from.display()))?;
    let mut digest = digest::Context::new(&digest::SHA256);
    let mut buffer = vec![0; BUFFER];
    loop {
        let count = source.read(&mut buffer).with_context(|| format!("{}", from.display()))?;
        let bytes = buffer.get(..count).unwrap_or_default();
        if bytes.is_empty() {
            return Ok(hex::encode(digest.finish()));
        }
        digest.update(bytes);
        take(bytes)?;
    }
}
