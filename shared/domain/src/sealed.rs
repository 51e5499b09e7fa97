//! Values that are encrypted before an event exists: names, numbers, addresses, narratives.
//! Never here: keys or ciphers (that is `hub::seal`).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::SubjectId;

/// The cipher of a sealed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cipher {
    /// AES-256-GCM with a random 96-bit nonce before the text and the 128-bit tag behind it.
    #[serde(rename = "A256GCM")]
    Aes256Gcm,
}

/// A personal value under the data key of the person or case it is about. Erasing that key erases the
/// value everywhere it was copied (handbook 8.2, crypto-erasure).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    /// The cipher.
    pub alg: Cipher,
    /// Whom the value is about. Erasing a subject destroys every key its values are under.
    pub subject: SubjectId,
    /// The data key in the key store, a decimal number as text.
    pub key: String,
    /// What the value is bound to, e.g. `narrative`: a sealed name cannot be read as a phone number.
    pub field: String,
    /// Nonce, encrypted text and tag, in base64.
    pub ct: String,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} of {})", self.field, self.subject)
    }
}
