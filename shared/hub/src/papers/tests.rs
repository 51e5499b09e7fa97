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

mod bucket;
#[path = "../../../../tests/s3/server.rs"]
mod server;

/// Where the papers of a house are.
enum Shelf {
    Folder,
    Bucket(server::Store),
}

struct House {
    directory: TempDir,
    keys: KeyStore,
    papers: Papers,
    shelf: Shelf,
}

impl House {
    /// One with a folder and one with a bucket: what a test says holds for both.
    fn both() -> [Self; 2] {
        [Shelf::Folder, Shelf::Bucket(server::Store::open())].map(Self::with)
    }

    fn with(shelf: Shelf) -> Self {
        let directory = TempDir::new().unwrap();
        let keys = KeyStore::in_directory(directory.path()).unwrap();
        let papers = match &shelf {
            Shelf::Folder => Papers::in_directory(&directory.path().join("papers")).unwrap(),
            Shelf::Bucket(store) => bucket::papers(&store.site("hub/papers")),
        };
        Self { directory, keys, papers, shelf }
    }

    fn file(&self, hash: &Hash) -> PathBuf {
        self.directory.path().join("papers").join(&hash.as_str()[..2]).join(hash.as_str())
    }

    /// What is stored under a hash.
    fn stored(&self, hash: &Hash) -> Vec<u8> {
        match &self.shelf {
            Shelf::Folder => fs::read(self.file(hash)).unwrap(),
            Shelf::Bucket(store) => store.bytes(&store.key(hash.as_str())),
        }
    }

    /// Puts other bytes there, behind the hub's back.
    fn alter(&self, hash: &Hash, bytes: &[u8]) {
        match &self.shelf {
            Shelf::Folder => fs::write(self.file(hash), bytes).unwrap(),
            Shelf::Bucket(store) => store.alter(&store.key(hash.as_str()), bytes.to_vec()),
        }
    }

    fn lose(&self, hash: &Hash) {
        match &self.shelf {
            Shelf::Folder => fs::remove_file(self.file(hash)).unwrap(),
            Shelf::Bucket(store) => store.lose(&store.key(hash.as_str())),
        }
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
async fn a_paper_comes_back_as_it_was_and_its_store_sees_nothing_of_it() {
    for house in House::both() {
        let letter = "涉嫌犯罪案件移送书".repeat(50);
        let receipt = house.put("SU-P1", letter.as_bytes()).await;
        assert_eq!(receipt.size, letter.len() as u64);
        assert_eq!(house.get(&receipt.hash).await, content(letter.as_bytes()));
        let stored = house.stored(&receipt.hash);
        assert_eq!(hex::encode(digest(&SHA256, &stored)), receipt.hash.as_str());
        assert!(!stored.windows(12).any(|part| part == &letter.as_bytes()[..12]));
        assert_eq!(house.papers.receipt(&receipt.hash).await, Ok(receipt));
    }
}

#[tokio::test]
async fn equal_papers_get_addresses_of_their_own() {
    for house in House::both() {
        let (one, two) = (house.put("SU-P1", b"same").await, house.put("SU-P1", b"same").await);
        assert_ne!(one.hash, two.hash, "an address would tell who has the same paper");
        assert_eq!(house.get(&two.hash).await, content(b"same"));
    }
}

#[tokio::test]
async fn storing_the_same_sealed_bytes_again_changes_nothing_and_mends_damage() {
    for house in House::both() {
        let receipt = house.put("SU-P1", b"once").await;
        let sealed = house.papers.sealed(&receipt.hash).await.unwrap();
        house.papers.keep(&receipt.hash, sealed.clone()).await.unwrap();
        assert_eq!(house.get(&receipt.hash).await, content(b"once"));
        house.alter(&receipt.hash, b"damage");
        house.papers.keep(&receipt.hash, sealed).await.unwrap();
        assert_eq!(house.get(&receipt.hash).await, content(b"once"));
    }
}

#[tokio::test]
async fn a_paper_altered_in_the_store_is_refused() {
    for house in House::both() {
        let receipt = house.put("SU-P1", b"evidence").await;
        let refused = PaperError::Altered { hash: receipt.hash.clone() };
        let whole = house.stored(&receipt.hash);
        for place in [0, 10, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[place] ^= 1;
            house.alter(&receipt.hash, &bytes);
            assert_eq!(house.get(&receipt.hash).await, Err(refused.clone()), "byte {place}");
            assert_eq!(house.papers.standing(&receipt.hash).await, Ok(Standing::Altered), "byte {place}");
        }
        for cut in [whole.len() - 1, 0] {
            house.alter(&receipt.hash, &whole[..cut]);
            assert_eq!(house.get(&receipt.hash).await, Err(refused.clone()), "{cut} bytes");
        }
        assert_eq!(house.papers.receipt(&receipt.hash).await, Err(refused), "nothing is in it");
        house.alter(&receipt.hash, &whole);
        assert_eq!(house.get(&receipt.hash).await, content(b"evidence"));
        assert_eq!(house.papers.standing(&receipt.hash).await, Ok(Standing::Sound));
    }
}

#[tokio::test]
async fn a_paper_put_in_the_place_of_another_is_refused() {
    for house in House::both() {
        let (one, two) = (house.put("SU-P1", b"one").await, house.put("SU-P1", b"two").await);
        house.alter(&two.hash, &house.stored(&one.hash));
        assert_eq!(house.get(&two.hash).await, Err(PaperError::Altered { hash: two.hash.clone() }));
    }
}

#[tokio::test]
async fn what_was_never_stored_or_was_lost_is_missing() {
    for house in House::both() {
        let lost = house.put("SU-P1", b"lost").await.hash;
        house.lose(&lost);
        for hash in ["ab".repeat(32).parse().unwrap(), lost] {
            let missing = PaperError::Missing { hash: hash.clone() };
            assert_eq!(house.get(&hash).await, Err(missing.clone()));
            assert_eq!(house.papers.receipt(&hash).await, Err(missing));
            assert_eq!(house.papers.standing(&hash).await, Ok(Standing::Missing));
        }
    }
}

#[tokio::test]
async fn twenty_mebibytes_are_taken_and_one_byte_more_is_not() {
    for house in House::both() {
        let subject = "SU-P1".parse().unwrap();
        let largest = vec![7; usize::try_from(MOST).unwrap()];
        let receipt = house.papers.put(&house.keys, &subject, largest.clone()).await.unwrap();
        assert!(house.get(&receipt.hash).await == Ok(PaperContent::Bytes(largest.clone())), "it came back");
        let more = [largest, vec![7]].concat();
        let refused = house.papers.put(&house.keys, &subject, more).await;
        assert_eq!(refused, Err(PaperError::TooLarge { size: MOST + 1, most: MOST }));
        let empty = house.put("SU-P1", b"").await;
        assert_eq!(house.get(&empty.hash).await, content(b""));
    }
}

#[tokio::test]
async fn erasing_a_person_takes_their_papers_and_no_others() {
    for house in House::both() {
        let mut gone = Vec::new();
        for number in 0..5 {
            gone.push(house.put("SU-P1", format!("{number}").as_bytes()).await);
        }
        let stays = house.put("SU-P2", b"stays").await;
        let subject = "SU-P1".parse().unwrap();
        let mut keys = house.papers.keys_of(|paper| paper.subject == subject).await.unwrap();
        keys.sort_unstable();
        let mut expected: Vec<u64> = gone.iter().map(|receipt| receipt.key).collect();
        expected.sort_unstable();
        assert_eq!(keys, expected, "a list has several pages");
        house.keys.erase_keys(&keys, &subject, "OF-1", Timestamp::UNIX_EPOCH).unwrap();
        for receipt in gone {
            assert_eq!(house.get(&receipt.hash).await, Ok(PaperContent::Erased));
            assert_eq!(house.papers.standing(&receipt.hash).await, Ok(Standing::Sound));
        }
        assert_eq!(house.get(&stays.hash).await, content(b"stays"));
    }
}

#[tokio::test]
async fn a_copy_is_complete_can_be_continued_keeps_damage_out_and_brings_back_what_is_missing() {
    for house in House::both() {
        let (one, two) = (house.put("SU-P1", b"one").await, house.put("SU-P1", b"two").await);
        let elsewhere = TempDir::new().unwrap();
        let copy = Papers::in_directory(elsewhere.path()).unwrap();
        let first = house.papers.copy_to(&copy).await.unwrap();
        assert_eq!(first, Copied { copied: 2, ..Copied::default() });
        let three = house.put("SU-P1", b"three").await;
        house.alter(&three.hash, b"damage");
        let second = house.papers.copy_to(&copy).await.unwrap();
        assert_eq!(second, Copied { copied: 0, already: 2, altered: vec![three.hash] });
        for (receipt, bytes) in [(&one, b"one"), (&two, b"two")] {
            assert_eq!(copy.get(&house.keys, &receipt.hash).await, content(bytes));
        }

        house.lose(&one.hash);
        house.alter(&two.hash, &house.stored(&two.hash)[1..]);
        let back = copy.copy_to(&house.papers).await.unwrap();
        assert_eq!(back, Copied { copied: 2, ..Copied::default() });
        assert_eq!(
            (house.get(&one.hash).await, house.get(&two.hash).await),
            (content(b"one"), content(b"two"))
        );
    }
}

#[test]
fn the_papers_of_an_event_are_found_wherever_they_stand() {
    let (one, two) = ("1a".repeat(32), "2b".repeat(32));
    let event = format!(
        r#"{{"papers":[{{"hash":"{one}","size":3}},{{"hash":"not one"}}],"reply":{{"paper":{{"hash":"{two}"}}}}}}"#
    );
    let found: Vec<String> = papers_within(&event).iter().map(ToString::to_string).collect();
    assert_eq!(found, [one, two]);
    assert!(papers_within(r#"{"kind":"letter"}"#).is_empty() && papers_within("\"hash\"").is_empty());
}
