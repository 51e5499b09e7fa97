//! Copying every paper elsewhere. Papers never change, so a copy may be brought up to date again and again.
//! Never here: keys; a copy without them is worth nothing.

use domain::paper::Hash;
use futures::TryStreamExt as _;

use super::{PaperError, Papers, Standing};

/// Papers on their way at once, each of which stands in memory.
const AT_ONCE: usize = 4;

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
    /// Copies whatever is not whole there yet; each copy answers when it is safe. Stopped half way it can simply be run
    /// again.
    ///
    /// # Errors
    /// What either store says. A damaged paper does not stop the others.
    pub async fn copy_to(&self, target: &Papers) -> Result<Copied, PaperError> {
        let copies = self.addresses().map_ok(|hash| async move {
            let one = self.copy_one(target, &hash).await;
            one.map(|one| (hash, one))
        });
        let mut copies = copies.try_buffer_unordered(AT_ONCE);
        let mut done = Copied::default();
        while let Some((hash, one)) = copies.try_next().await? {
            match one {
                One::Copied => done.copied += 1,
                One::Already => done.already += 1,
                One::Altered => {
                    tracing::error!(%hash, "a paper is damaged and was not copied");
                    done.altered.push(hash);
                }
            }
        }
        Ok(done)
    }

    async fn copy_one(&self, target: &Papers, hash: &Hash) -> Result<One, PaperError> {
        if target.standing(hash).await? == Standing::Sound {
            return Ok(One::Already);
        }
        match self.sealed(hash).await {
            Ok(sealed) => target.keep(hash, sealed).await.map(|()| One::Copied),
            Err(PaperError::Altered { .. }) => Ok(One::Altered),
            Err(error) => Err(error),
        }
    }
}

/// What became of one paper.
enum One {
    Copied,
    Already,
    Altered,
}
