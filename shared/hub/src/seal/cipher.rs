//! AES-256-GCM, the one cipher of sealed values: keys, nonces and what a ciphertext is bound to.
//! Never here: where keys are kept, or the shape of a sealed value.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::SealError;

/// Bytes of a key.
pub(super) const KEY: usize = 32;
/// Bytes of a nonce.
const NONCE: usize = 12;
/// Bytes of a tag.
const TAG: usize = 16;
/// Bytes of a key wrapped under the master key.
pub(super) const WRAPPED: usize = NONCE + KEY + TAG;

/// A key in the clear; wiped when dropped.
pub(super) type PlainKey = Zeroizing<[u8; KEY]>;

/// A fresh random key.
pub(super) fn fresh() -> Result<PlainKey, SealError> {
    let mut key = Zeroizing::new([0; KEY]);
    rand::fill(key.as_mut()).map_err(|_| SealError::CipherFailed)?;
    Ok(key)
}

/// A key ready for use. The library draws a random nonce for every sealing.
pub(super) struct Cipher(RandomizedNonceKey);

impl Cipher {
    pub(super) fn new(key: &PlainKey) -> Result<Self, SealError> {
        RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map(Self).map_err(|_| SealError::CipherFailed)
    }

    /// Seals `plain`, bound to `bound`: nonce, ciphertext, tag. The only copy of the open text made
    /// here is overwritten in place.
    pub(super) fn seal(&self, bound: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(NONCE + plain.len() + TAG);
        sealed.extend_from_slice(&[0; NONCE]);
        sealed.extend_from_slice(plain);
        let (place, text) = sealed.split_at_mut(NONCE);
        let (nonce, tag) =
            self.0.seal_in_place_separate_tag(Aad::from(bound), text).map_err(|_| SealError::CipherFailed)?;
        place.copy_from_slice(nonce.as_ref());
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what [`Cipher::seal`] made. `None`: altered, or bound to something else.
    pub(super) fn open(&self, bound: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.split_at_checked(NONCE)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(text.to_vec());
        let length = self.0.open_in_place(nonce, Aad::from(bound), &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }

    /// Opens a wrapped key.
    pub(super) fn unwrap_key(&self, bound: &str, wrapped: &[u8]) -> Option<PlainKey> {
        let open = self.open(bound, wrapped)?;
        let mut key = Zeroizing::new([0; KEY]);
        if open.len() != KEY {
            return None;
        }
        key.copy_from_slice(&open);
        Some(key)
    }
}

/// What a sealed value is bound to. Subject and key cannot contain the separator, and the field comes
/// last, so no two triples give the same text.
pub(super) fn bound_to(subject: &str, key: u64, field: &str) -> String {
    format!("safeguard-value-1|{subject}|{key}|{field}")
}

/// What a wrapped data key is bound to: its id, so that rows cannot be swapped.
pub(super) fn bound_key(id: u64) -> String {
    format!("safeguard-key-1|{id}")
}

/// What a wrapped secret of the store is bound to.
pub(super) fn bound_secret(name: &str) -> String {
    format!("safeguard-secret-1|{name}")
}

pub(super) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}
