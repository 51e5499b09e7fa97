//! Sealed bytes: papers and recordings under a data key, with a header in front that names it.
//! Never here: where they are stored (`papers`).

use std::fmt;

use domain::ids::SubjectId;
use domain::sealed::Cipher as Algorithm;
use serde::{Deserialize, Serialize};

use super::{KeyStore, SealError, Sealer, cipher};

/// The first bytes of a stored form.
const MAGIC: &[u8] = b"SFGB1 ";
/// Most bytes that stand in front of the body.
pub const HEADER_MOST: usize = 512;

/// What stands in front of sealed bytes: everything of a `Sealed` but the ciphertext.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedHeader {
    /// The cipher.
    pub alg: Algorithm,
    /// Whom the bytes are about.
    pub subject: SubjectId,
    /// The data key, a decimal number as text.
    pub key: String,
    /// What the bytes are bound to.
    pub field: String,
}

/// Bytes under a data key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedBytes {
    /// Names subject, key and field.
    pub header: SealedHeader,
    /// Nonce, encrypted bytes and tag.
    pub body: Vec<u8>,
}

/// What opening sealed bytes gives. Its `Debug` form shows no content, so that none reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub enum OpenedBytes {
    /// The bytes.
    Bytes(Vec<u8>),
    /// The key was destroyed: the person was erased.
    Erased,
}

impl fmt::Debug for OpenedBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenedBytes::Bytes(bytes) => write!(f, "Bytes({} of them)", bytes.len()),
            OpenedBytes::Erased => f.write_str("Erased"),
        }
    }
}

impl SealedBytes {
    /// The stored form: magic, header as one line of JSON, body.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        // Four strings and a unit variant always serialise; an empty header would not decode.
        let header = serde_json::to_vec(&self.header).unwrap_or_default();
        let mut stored = Vec::with_capacity(MAGIC.len() + header.len() + 1 + self.body.len());
        stored.extend_from_slice(MAGIC);
        stored.extend_from_slice(&header);
        stored.push(b'\n');
        stored.extend_from_slice(&self.body);
        stored
    }

    /// Reads the stored form.
    ///
    /// # Errors
    /// [`SealError::NotSealed`].
    pub fn decode(stored: &[u8]) -> Result<Self, SealError> {
        let (header, body) = split(stored).ok_or(SealError::NotSealed)?;
        Ok(Self { header, body: body.to_vec() })
    }
}

impl SealedHeader {
    /// Reads the header at the front of a stored form, or of its first [`HEADER_MOST`] bytes, and gives
    /// what follows it.
    ///
    /// # Errors
    /// [`SealError::NotSealed`].
    pub fn at_front(stored: &[u8]) -> Result<(Self, &[u8]), SealError> {
        split(stored).ok_or(SealError::NotSealed)
    }

    /// The data key's id.
    ///
    /// # Errors
    /// [`SealError::NotSealed`].
    pub fn key_id(&self) -> Result<u64, SealError> {
        self.key.parse().map_err(|_| SealError::NotSealed)
    }
}

fn split(stored: &[u8]) -> Option<(SealedHeader, &[u8])> {
    let rest = stored.strip_prefix(MAGIC)?;
    let end = rest.iter().take(HEADER_MOST - MAGIC.len()).position(|byte| *byte == b'\n')?;
    let (header, body) = rest.split_at_checked(end)?;
    Some((serde_json::from_slice(header).ok()?, body.get(1..)?))
}

impl Sealer {
    /// Seals bytes, bound to subject, key and field.
    ///
    /// # Errors
    /// [`SealError::CipherFailed`].
    pub fn seal_bytes(&self, field: &str, plain: &[u8]) -> Result<SealedBytes, SealError> {
        let bound = cipher::bound_to(self.subject.as_str(), self.key, field);
        Ok(SealedBytes {
            header: SealedHeader {
                alg: Algorithm::Aes256Gcm,
                subject: self.subject.clone(),
                key: self.key.to_string(),
                field: field.to_owned(),
            },
            body: self.cipher.seal(&bound, plain)?,
        })
    }
}

impl KeyStore {
    /// Seals bytes under a key of their own.
    ///
    /// # Errors
    /// As [`KeyStore::sealer`].
    pub fn seal_bytes(
        &self,
        subject: &SubjectId,
        field: &str,
        plain: &[u8],
    ) -> Result<SealedBytes, SealError> {
        self.sealer(subject)?.seal_bytes(field, plain)
    }

    /// Opens sealed bytes.
    ///
    /// # Errors
    /// As [`KeyStore::open`].
    pub fn open_bytes(&self, sealed: &SealedBytes) -> Result<OpenedBytes, SealError> {
        let header = &sealed.header;
        let key = header.key_id()?;
        let Some(cipher) = self.cipher_of(key)? else {
            return Ok(OpenedBytes::Erased);
        };
        let bound = cipher::bound_to(header.subject.as_str(), key, &header.field);
        cipher
            .open(&bound, &sealed.body)
            .map(|mut plain| OpenedBytes::Bytes(std::mem::take(&mut *plain)))
            .ok_or_else(|| SealError::Altered {
                subject: header.subject.clone(),
                field: header.field.clone(),
            })
    }
}
