//! Pages of a list by key: the token names the key of the last row shown, so no page shifts when rows come and
//! go. Never here: a list, or its order.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::flaw::Flaw;
use wire::violations::Violations;

/// The token of the page behind a key; opaque to the caller.
pub fn token<K: Serialize>(key: &K) -> String {
    // A key is numbers and words: as JSON it cannot fail.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

/// The key behind which a page begins: none for the first page. No answer, and a fault, for a text that is no
/// token of this list.
pub fn behind<K: DeserializeOwned>(faults: &mut Violations, token: &str) -> Option<Option<K>> {
    if token.is_empty() {
        return Some(None);
    }
    let key = URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    if key.is_none() {
        faults.add("page_token", &Flaw::new("PAGE_TOKEN"));
    }
    key.map(Some)
}

/// Of rows read with one more than the page holds, leaves the page; answers the key of its last row when
/// another page follows.
pub fn cut<T, K>(rows: &mut Vec<T>, size: u16, key: impl FnOnce(&T) -> K) -> Option<K> {
    let size = usize::from(size);
    let more = rows.len() > size;
    rows.truncate(size);
    rows.last().filter(|_| more).map(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Key = (i64, String);

    #[test]
    fn a_token_reads_back_and_one_of_another_list_is_a_fault() {
        let key: Key = (i64::MIN, "CL-430405-\"'".to_owned());
        let mut faults = Violations::new();
        assert_eq!(behind(&mut faults, &token(&key)), Some(Some(key.clone())));
        assert_eq!(behind::<Key>(&mut faults, ""), Some(None));
        assert!(faults.into_result().is_ok());
        let three = token(&(1, 2, "three"));
        for bad in ["zz", "x", "1~2", "-", &three, &format!("{}A", token(&key))] {
            let mut faults = Violations::new();
            assert_eq!(behind::<Key>(&mut faults, bad), None, "{bad}");
            let found = faults.into_found();
            assert!(found.iter().any(|fault| fault.field == "page_token"), "{bad}");
        }
    }

    #[test]
    fn a_page_that_is_just_full_is_the_last() {
        let mut rows = vec![1, 2, 3];
        assert_eq!(cut(&mut rows, 3, |row| *row), None);
        assert_eq!(cut(&mut rows, 2, |row| *row), Some(2));
        assert_eq!(rows, [1, 2]);
    }
}
