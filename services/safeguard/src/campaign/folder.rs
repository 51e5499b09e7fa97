//! The folder of a campaign: every record as a line of JSON, every kind a file, institutions as CSV. It may be read in any
//! order and as often as one likes. Never here: what a record means.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A folder being written.
pub(super) struct Writer {
    folder: PathBuf,
    files: BTreeMap<String, BufWriter<File>>,
}

impl Writer {
    /// A new folder.
    ///
    /// # Errors
    /// It cannot be made, or holds a campaign already.
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        ensure!(!folder.join(CAMPAIGN).exists(), "{} holds a campaign already", folder.display());
        Ok(Self { folder: folder.to_owned(), files: BTreeMap::new() })
    }

    /// Adds lines to `<name>.jsonl`.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn lines<T: Serialize>(&mut self, name: &str, records: &[T]) -> anyhow::Result<()> {
        let file = self.file(&format!("{name}.jsonl"))?;
        for record in records {
            serde_json::to_writer(&mut *file, record)?;
            file.write_all(b"\n")?;
        }
        Ok(())
    }

    /// Writes bytes to the end of a file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn bytes(&mut self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(self.file(name)?.write_all(bytes)?)
    }

    /// Writes a file of one object.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn object<T: Serialize>(&mut self, name: &str, object: &T) -> anyhow::Result<()> {
        let mut words = serde_json::to_vec_pretty(object)?;
        words.push(b'\n');
        self.bytes(name, &words)
    }

    fn file(&mut self, name: &str) -> anyhow::Result<&mut BufWriter<File>> {
        if !self.files.contains_key(name) {
            let path = self.folder.join(name);
            let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
            let _ = self.files.insert(name.to_owned(), BufWriter::new(file));
        }
        self.files.get_mut(name).context("a file that was just opened")
    }

    /// Puts everything on disk.
    ///
    /// # Errors
    /// A file cannot be written.
    pub(super) fn close(self) -> anyhow::Result<()> {
        for (name, file) in self.files {
            let file = file.into_inner().map_err(std::io::IntoInnerError::into_error);
            file.and_then(|file| file.sync_all()).with_context(|| format!("cannot write {name}"))?;
        }
        Ok(())
    }
}

/// What the campaign is.
pub(super) const CAMPAIGN: &str = "campaign.json";
/// What it must come to.
pub(super) const TALLY: &str = "tally.json";

/// The file of institutions of a day: those of the first day have the plain name.
pub(super) fn listing(first: bool, on: Date) -> String {
    if first { "institutions.csv".to_owned() } else { format!("institutions-{on}.csv") }
}

/// A line that is no record.
#[derive(Debug)]
pub(super) struct Unreadable {
    /// The file.
    pub(super) file: String,
    /// The line, from 1.
    pub(super) line: u64,
    /// What is wrong.
    pub(super) cause: String,
}

/// A folder being read.
pub(super) struct Reader {
    folder: PathBuf,
}

impl Reader {
    /// A folder that holds a campaign.
    ///
    /// # Errors
    /// It holds none.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        ensure!(folder.join(CAMPAIGN).exists(), "{} has no {CAMPAIGN}", folder.display());
        Ok(Self { folder: folder.to_owned() })
    }

    /// A file of one object.
    ///
    /// # Errors
    /// It is not there, or is something else.
    pub(super) fn object<T: DeserializeOwned>(&self, name: &str) -> anyhow::Result<T> {
        let path = self.folder.join(name);
        let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| path.display().to_string())
    }

    /// A file as it is; empty when it is not there.
    ///
    /// # Errors
    /// It cannot be read.
    pub(super) fn bytes(&self, name: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.folder.join(name);
        if !path.exists() {
            return Ok(Vec::new());
        }
        std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    /// Every line of `<name>.jsonl` as a record, or what is wrong with it; nothing when there is no such file.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub(super) fn lines<T: DeserializeOwned>(
        &self,
        name: &str,
    ) -> anyhow::Result<impl Iterator<Item = Result<T, Unreadable>> + use<T>> {
        let name = format!("{name}.jsonl");
        let path = self.folder.join(&name);
        let file = if path.exists() {
            Some(File::open(&path).with_context(|| format!("cannot read {}", path.display()))?)
        } else {
            None
        };
        let lines = file.into_iter().flat_map(|file| BufReader::new(file).split(b'\n'));
        Ok((1..).zip(lines).filter_map(move |(line, bytes)| {
            let bytes = match bytes {
                Ok(bytes) if bytes.trim_ascii().is_empty() => return None,
                Ok(bytes) => bytes,
                Err(error) => {
                    return Some(Err(Unreadable { file: name.clone(), line, cause: error.to_string() }));
                }
            };
            let read = serde_json::from_slice(&bytes);
            Some(read.map_err(|error| Unreadable { file: name.clone(), line, cause: error.to_string() }))
        }))
    }
}
