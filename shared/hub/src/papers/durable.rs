//! Making a stored object survive a power cut. Never here: what is stored.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use object_store::path::Path as Place;

use super::{PaperError, blocking};

/// Who flushes.
#[derive(Clone)]
pub(super) enum Durable {
    /// We do, for files below this directory. The object store writes to a draft and renames it, so no
    /// reader sees half a paper, but it flushes nothing unless told to, and then not the name of a directory that
    /// another `put` has just made (object_store 0.14, `local.rs`).
    Directory(Arc<Path>),
    /// The store itself, before it answers.
    ByStore,
}

impl Durable {
    /// Flushes the object, then the names that lead to it.
    ///
    /// Crash story: a crash before this is through may leave an empty or torn file under the address.
    /// Nothing names it yet, since `put` has not answered; and should it ever be asked for, its hash
    /// does not fit.
    pub(super) async fn flush(&self, place: &Place) -> Result<(), PaperError> {
        let Durable::Directory(root) = self else { return Ok(()) };
        let root = Arc::clone(root);
        let names: Vec<String> = place.parts().map(|part| part.as_ref().to_owned()).collect();
        blocking(move || {
            let mut path = root.to_path_buf();
            let mut way = vec![path.clone()];
            for name in names {
                path.push(name);
                way.push(path.clone());
            }
            way.iter()
                .rev()
                .try_for_each(|step| File::open(step)?.sync_all())
                .map_err(|error| PaperError::unavailable(&error))
        })
        .await
    }
}
