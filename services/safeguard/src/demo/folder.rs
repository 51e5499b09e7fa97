//! The directory of a demonstration: new, loaded, or not ours. Its `demo.json` keeps the accounts with their well-known
//! password, never a name. Never here: the hub's own files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::world::Account;

/// The file that marks a directory as a demonstration.
const FILE: &str = "demo.json";

/// What was in the directory.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing.
    Fresh,
    /// A loaded world with these accounts.
    Ready(BTreeMap<String, Account>),
}

/// The directory.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    pub(super) found: Found,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    about: String,
    ready: bool,
    accounts: BTreeMap<String, Account>,
}

impl Folder {
    /// Looks into the directory, which is made when it is not there.
    ///
    /// # Errors
    /// It holds something else, or a demonstration that was interrupted while it was loaded.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        fs::create_dir_all(path).with_context(|| format!("cannot create {shown}"))?;
        let file = path.join(FILE);
        if !file.exists() {
            let mut inside = fs::read_dir(path).with_context(|| format!("cannot read {shown}"))?;
            if inside.next().is_some() {
                bail!(
                    "{shown} is not empty and no demonstration made it; give an empty directory with --data"
                );
            }
            return Ok(Self { path: path.to_owned(), found: Found::Fresh });
        }
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let kept: Kept = serde_json::from_str(&text)
            .with_context(|| format!("{} cannot be understood", file.display()))?;
        if !kept.ready {
            bail!(
                "a demonstration was interrupted while it filled {shown}; delete it, or give another --data"
            );
        }
        Ok(Self { path: path.to_owned(), found: Found::Ready(kept.accounts) })
    }

    /// Notes that loading has begun: what an interruption leaves is then told from a loaded world.
    pub(super) fn loading(&self) -> anyhow::Result<()> {
        self.keep(false, BTreeMap::new())
    }

    /// Notes that the world is loaded.
    pub(super) fn ready(&self, accounts: &BTreeMap<String, Account>) -> anyhow::Result<()> {
        self.keep(true, accounts.clone())
    }

    fn keep(&self, ready: bool, accounts: BTreeMap<String, Account>) -> anyhow::Result<()> {
        let about = "Made by `safeguard demo`: accounts of a made-up county, for trying only.".to_owned();
        let text = serde_json::to_vec_pretty(&Kept { about, ready, accounts })?;
        let file = self.path.join(FILE);
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}
