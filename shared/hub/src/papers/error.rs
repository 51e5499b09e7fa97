//! Why a paper cannot be stored or read. Never here: refusals of the law or of permission.

use std::error::Error;

use domain::paper::Hash;
use object_store::client::{HttpError, HttpErrorKind};

use super::BadSite;
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
    /// The setting `attachments`.
    #[error(transparent)]
    Site(#[from] BadSite),
    /// No credentials for a store elsewhere.
    #[error("there are no credentials for the attachments: {wanted}")]
    NoCredentials {
        /// Where they were looked for, or what is missing there.
        wanted: String,
    },
    /// A store elsewhere cannot be used.
    #[error("the attachments ({at}) cannot be used: {trouble}")]
    Elsewhere {
        /// Bucket and endpoint.
        at: String,
        /// What is wrong.
        trouble: Trouble,
    },
}

/// What is wrong with a store elsewhere. Of an answer only status and error code are kept: its body may repeat the access
/// key and what was signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// 401 or 403.
    #[error(
        "it refuses these credentials ({status} {code}); check the access key, its rights on the bucket, the region and this machine's clock"
    )]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error code of S3, such as `AccessDenied` or `RequestTimeTooSkewed`.
        code: String,
    },
    /// 404 for the bucket itself.
    #[error("there is no such bucket (404); make it, or mend the setting `attachments`")]
    NoBucket,
    /// It took the request and did not answer in time.
    #[error(
        "it did not answer in time, and may have done what it was asked; nothing was recorded, try again"
    )]
    Late,
    /// No connection.
    #[error("it cannot be reached: {cause}")]
    Unreachable {
        /// What the system said.
        cause: String,
    },
    /// Any other answer than a success.
    #[error("it answers {status} {code}")]
    Answered {
        /// The HTTP status.
        status: u16,
        /// The error code of S3, such as `SlowDown`; may be empty.
        code: String,
    },
    /// Anything else, such as an answer that is no S3.
    #[error("{cause}")]
    Odd {
        /// What was wrong with it.
        cause: String,
    },
}

impl PaperError {
    pub(super) fn unavailable(error: &dyn std::fmt::Display) -> Self {
        PaperError::Unavailable { detail: error.to_string() }
    }

    pub(super) fn no_credentials(wanted: String) -> Self {
        PaperError::NoCredentials { wanted }
    }

    pub(super) fn elsewhere(at: &str, error: &object_store::Error) -> Self {
        PaperError::Elsewhere { at: at.to_owned(), trouble: Trouble::of(error) }
    }
}

impl Trouble {
    fn of(error: &object_store::Error) -> Self {
        let innermost = chain(error).last().map(ToString::to_string).unwrap_or_default();
        let lost = chain(error).find_map(|cause| cause.downcast_ref::<HttpError>()).map(HttpError::kind);
        match (lost, answer(error)) {
            (Some(HttpErrorKind::Timeout | HttpErrorKind::Interrupted), _) => Trouble::Late,
            (Some(_), _) => Trouble::Unreachable { cause: innermost },
            (None, Some((404, code))) if code == "NoSuchBucket" => Trouble::NoBucket,
            (None, Some((status @ (401 | 403), code))) => Trouble::Refused { status, code },
            (None, Some((status, code))) => Trouble::Answered { status, code },
            (None, None) => Trouble::Odd { cause: innermost },
        }
    }
}

/// An error and what caused it, innermost last.
fn chain(error: &object_store::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let mut next = Some(error as &(dyn Error + 'static));
    std::iter::from_fn(move || {
        let this = next?;
        next = this.source();
        Some(this)
    })
}

/// The status and S3's code of an answer that was no success. `object_store` keeps them only in the text of the cause,
/// `... status code: 403 Forbidden: <?xml ...><Code>AccessDenied</Code>...`.
fn answer(error: &object_store::Error) -> Option<(u16, String)> {
    let text = chain(error).map(ToString::to_string).find(|text| text.starts_with("Server returned"))?;
    let status = text.split_once("status code: ")?.1.get(..3)?.parse().ok()?;
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map(|(code, _)| code).filter(|code| code.chars().all(char::is_alphanumeric));
    Some((status, code.unwrap_or_default().to_owned()))
}
