//! Papers stored, damaged, erased and copied.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::path::PathBuf;

use jiff::Timestamp;
use tempfile::TempDir;

use super::*;

struct House {
    directory: TempDir,
    keys: KeyStore,
    papers: Papers,
}

impl House {
    fn new() -> Self {
        let directory = TempDir::new().unwrap();
        let keys = KeyStore::in_directory(directory.path()).unwrap();
        let papers = Papers::in_directory(&directory.path().join("papers")).unwrap();
        Self { directory, keys, papers }
    }

    fn file(&self, hash: &Hash) -> PathBuf {
        self.directory.path().join("papers").join(&hash.as_str()[..2]).join(hash.as_str())
    }

    async fn put(&self, subject: &str, bytes: &[u8]) -> PaperReceipt {
        self.papers.put(&self.keys, &subject.parse().unwrap(), bytes.to_vec()).await.unwrap()
    }

    async fn get(&self, hash: &Hash) -> Result<PaperContent, PaperError> {
        self.papers.get(&self.keys, hash).await
    }
}

fn content(bytes: &[u8]) -> Result<PaperContent, PaperError> {
    Ok(PaperContent::Bytes(bytes.to_vec()))
}

#[tokio::test]
async fn a_paper_comes_back_as_it_was_and_shows_nothing_on_disk() {
    let house = House::new();
    let letter = "涉嫌犯罪案件移送书".repeat(50);
    let receipt = house.put("SU-P1", letter.as_bytes()).await;
    assert_eq!(receipt.size, letter.len() as u64);
    assert_eq!(house.get(&receipt.hash).await, content(letter.as_bytes()));
    let stored = fs::read(house.file(&receipt.hash)).unwrap();
    assert_eq!(hex::encode(digest(&SHA256, &stored)), receipt.hash.as_str());
    assert!(!stored.windows(12).any(|part| part == &letter.as_bytes()[..12]));
    assert_eq!(house.papers.receipt(&receipt.hash).await, Ok(receipt));
}

#[tokio::test]
async fn equal_papers_get_addresses_of_their_own() {
    let house = House::new();
    let (one, two) = (house.put("SU-P1", b"same").await, house.put("SU-P1", b"same").await);
    assert_ne!(one.hash, two.hash, "an address would tell who has the same paper");
    assert_eq!(house.get(&two.hash).await, content(b"same"));
}

#[tokio::test]
async fn storing_the_same_sealed_bytes_again_changes_nothing() {
    let house = House::new();
    let receipt = house.put("SU-P1", b"once").await;
    let sealed = house.papers.sealed(&receipt.hash).await.unwrap();
    house.papers.keep(&receipt.hash, sealed).await.unwrap();
    assert_eq!(house.get(&receipt.hash).await, content(b"once"));
}

#[tokio::test]
async fn a_paper_altered_on_disk_is_refused() {
    let house = House::new();
    let receipt = house.put("SU-P1", b"evidence").await;
    let path = house.file(&receipt.hash);
    let whole = fs::read(&path).unwrap();
    for place in [0, 10, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        fs::write(&path, bytes).unwrap();
        let refused = Err(PaperError::Altered { hash: receipt.hash.clone() });
        assert_eq!(house.get(&receipt.hash).await, refused, "byte {place}");
    }
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    assert_eq!(house.get(&receipt.hash).await, Err(PaperError::Altered { hash: receipt.hash.clone() }));
    fs::write(&path, whole).unwrap();
    assert_eq!(house.get(&receipt.hash).await, content(b"evidence"));
}

#[tokio::test]
async fn a_paper_put_in_the_place_of_another_is_refused() {
    let house = House::new();
    let (one, two) = (house.put("SU-P1", b"one").await, house.put("SU-P1", b"two").await);
    fs::copy(house.file(&one.hash), house.file(&two.hash)).unwrap();
    assert_eq!(house.get(&two.hash).await, Err(PaperError::Altered { hash: two.hash.clone() }));
}

#[tokio::test]
async fn what_was_never_stored_is_missing() {
    let house = House::new();
    let hash: Hash = "ab".repeat(32).parse().unwrap();
    let missing = PaperError::Missing { hash: hash.clone() };
    assert_eq!(house.get(&hash).await, Err(missing.clone()));
    assert_eq!(house.papers.receipt(&hash).await, Err(missing));
}

#[tokio::test]
async fn twenty_mebibytes_are_taken_and_one_byte_more_is_not() {
    let house = House::new();
    let subject = "SU-P1".parse().unwrap();
    let largest = vec![7; usize::try_from(MOST).unwrap()];
    let receipt = house.papers.put(&house.keys, &subject, largest.clone()).await.unwrap();
    assert_eq!(house.get(&receipt.hash).await, Ok(PaperContent::Bytes(largest.clone())));
    let more = [largest, vec![7]].concat();
    let refused = house.papers.put(&house.keys, &subject, more).await;
    assert_eq!(refused, Err(PaperError::TooLarge { size: MOST + 1, most: MOST }));
    let empty = house.put("SU-P1", b"").await;
    assert_eq!(house.get(&empty.hash).await, content(b""));
}

#[tokio::test]
async fn erasing_a_person_takes_their_papers_and_no_others() {
    let house = House::new();
    let mut gone = Vec::new();
    for number in 0..3 {
        gone.push(house.put("SU-P1", format!("{number}").as_bytes()).await);
    }
    let stays = house.put("SU-P2", b"stays").await;
    let subject = "SU-P1".parse().unwrap();
    let mut keys = house.papers.keys_of(|paper| paper.subject == subject).await.unwrap();
    keys.sort_unstable();
    let mut expected: Vec<u64> = gone.iter().map(|receipt| receipt.key).collect();
    expected.sort_unstable();
    assert_eq!(keys, expected);
    house.keys.erase_keys(&keys, &subject, "OF-1", Timestamp::UNIX_EPOCH).unwrap();
    for receipt in gone {
        assert_eq!(house.get(&receipt.hash).await, Ok(PaperContent::Erased));
    }
    assert_eq!(house.get(&stays.hash).await, content(b"stays"));
}

#[tokio::test]
async fn a_copy_is_complete_can_be_continued_and_keeps_damage_out() {
    let house = House::new();
    let (one, two) = (house.put("SU-P1", b"one").await, house.put("SU-P1", b"two").await);
    let elsewhere = TempDir::new().unwrap();
    let first = house.papers.copy_all(elsewhere.path()).await.unwrap();
    assert_eq!(first, Copied { copied: 2, ..Copied::default() });
    let three = house.put("SU-P1", b"three").await;
    fs::write(house.file(&three.hash), "damage").unwrap();
    let second = house.papers.copy_all(elsewhere.path()).await.unwrap();
    assert_eq!(second, Copied { copied: 0, already: 2, altered: vec![three.hash] });
    let copy = Papers::in_directory(elsewhere.path()).unwrap();
    for (receipt, bytes) in [(&one, b"one"), (&two, b"two")] {
        assert_eq!(copy.get(&house.keys, &receipt.hash).await, content(bytes));
    }
}

#[tokio::test]
async fn any_object_store_will_do() {
    let house = House::new();
    let papers = Papers::over(Arc::new(object_store::memory::InMemory::new()));
    let receipt = papers.put(&house.keys, &"SU-P1".parse().unwrap(), b"far".to_vec()).await.unwrap();
    assert_eq!(papers.get(&house.keys, &receipt.hash).await, content(b"far"));
}
