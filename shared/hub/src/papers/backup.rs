//! Copying every paper elsewhere. Papers never change, so a copy may be brought up to date again and again.
//! Never here: keys; a copy without them is worth nothing.

use std::path::Path;

use domain::paper::Hash;
use futures::TryStreamExt as _;
use object_store::ObjectStoreExt as _;

use super::{PaperError, Papers, address, place};

/// What copying did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Copied {
    /// Papers copied now.
    pub copied: u64,
    /// Papers that were there already.
    pub already: u64,
    /// Papers whose stored bytes are damaged; they are not copied, so that an older good copy stays.
    pub altered: Vec<Hash>,
}

impl Papers {
    /// Copies to a directory whatever is not there yet, each flushed. Stopped half way it can simply be
    /// run again.
    ///
    /// # Errors
    /// What either store says. A damaged paper does not stop the others.
    pub async fn copy_all(&self, to: &Path) -> Result<Copied, PaperError> {
        let target = Papers::in_directory(to)?;
        let mut done = Copied::default();
        let mut all = self.store.list(None);
        while let Some(object) = all.try_next().await.map_err(|error| PaperError::store(&error))? {
            let Some(hash) = address(&object.location) else { continue };
            match target.store.head(&place(&hash)).await {
                Ok(there) if there.size == object.size => {
                    done.already += 1;
                    continue;
                }
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(PaperError::store(&error)),
            }
            match self.sealed(&hash).await {
                Ok(sealed) => {
                    target.keep(&hash, sealed).await?;
                    done.copied += 1;
                }
                Err(PaperError::Altered { hash }) => {
                    tracing::error!(%hash, "a paper is damaged and was not copied");
                    done.altered.push(hash);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }
}
