//! Why a paper cannot be stored or read. Never here: refusals of the law or of permission.

use domain::paper::Hash;

use crate::seal::SealError;

/// Why a paper cannot be stored or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PaperError {
    /// It is larger than a paper may be.
    #[error("the paper has {size} bytes; at most {most} are taken")]
    TooLarge {
        /// Its bytes.
        size: u64,
        /// The most taken.
        most: u64,
    },
    /// There is none under this hash.
    #[error("there is no paper {hash}")]
    Missing {
        /// The hash asked for.
        hash: Hash,
    },
    /// The stored bytes are not those that were stored: bring them back from a backup.
    #[error("paper {hash} was altered in the store; restore it from a backup")]
    Altered {
        /// The paper.
        hash: Hash,
    },
    /// It cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The store cannot be used.
    #[error("the store of papers cannot be used: {detail}")]
    Unavailable {
        /// What the system said.
        detail: String,
    },
}

impl PaperError {
    pub(super) fn unavailable(error: &dyn std::fmt::Display) -> Self {
        PaperError::Unavailable { detail: error.to_string() }
    }

    pub(super) fn store(error: &object_store::Error) -> Self {
        Self::unavailable(error)
    }

    /// An error while looking for one paper.
    pub(super) fn of(error: &object_store::Error, hash: &Hash) -> Self {
        if matches!(error, object_store::Error::NotFound { .. }) {
            PaperError::Missing { hash: hash.clone() }
        } else {
            Self::store(error)
        }
    }
}
