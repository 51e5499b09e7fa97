//! Keys and deletions on their way between the key service and its callers. Never here: either end of it.

use wire::{convert, v1};
use zeroize::Zeroizing;

use super::Deletion;
use super::cipher::{KEY, PlainKey};

/// Most bytes of one message: an erasure of some million keys is one step, so one message.
pub(super) const MAX_BYTES: usize = 64 * 1024 * 1024;
/// Most keys found in one call.
pub(super) const MOST_FOUND: usize = 1_024;

/// A key from the wire; none when it has not the length of one. The bytes it came in are wiped.
pub(super) fn key(bytes: Vec<u8>) -> Option<PlainKey> {
    let bytes = Zeroizing::new(bytes);
    let mut key = Zeroizing::new([0; KEY]);
    if bytes.len() != KEY {
        return None;
    }
    key.copy_from_slice(&bytes);
    Some(key)
}

/// A deletion for the wire.
pub(super) fn deletion(deletion: Deletion) -> v1::KeyDeletion {
    let at = Some(convert::timestamp(deletion.at));
    v1::KeyDeletion { subject: deletion.subject.to_string(), at, by: deletion.by, keys: deletion.keys }
}

/// A deletion from the wire; none when it is none.
pub(super) fn deleted(deletion: v1::KeyDeletion) -> Option<Deletion> {
    let at = convert::moment(&deletion.at?)?;
    Some(Deletion { subject: deletion.subject.parse().ok()?, at, by: deletion.by, keys: deletion.keys })
}
