//! Sealing, erasing, restoring: what a value, a key and a backup withstand.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;

mod served;

use served::Served;

fn subject(text: &str) -> SubjectId {
    text.parse().unwrap()
}

fn at() -> Timestamp {
    "2026-11-21T08:00:00Z".parse().unwrap()
}

fn store() -> (TempDir, KeyStore) {
    let directory = TempDir::new().unwrap();
    let store = KeyStore::in_directory(directory.path()).unwrap();
    (directory, store)
}

/// The store of a file, and one behind a service.
fn each(test: impl Fn(KeyStore)) {
    let (_directory, store) = store();
    test(store);
    let served = Served::open();
    test(served.store());
}

fn text(plain: &str) -> Opened {
    Opened::Text(plain.to_owned())
}

fn key_of(sealed: &Sealed) -> u64 {
    sealed.key.parse().unwrap()
}

/// The wrapped form of a key as it stands in the file.
fn wrapped(directory: &Path, key: u64) -> Vec<u8> {
    let conn = rusqlite::Connection::open(directory.join(STORE_FILE)).unwrap();
    let id = i64::try_from(key).unwrap();
    conn.query_row("SELECT wrapped FROM data_key WHERE id = ?1", [id], |row| row.get(0)).unwrap()
}

/// Every byte the engine keeps on disk.
fn bytes_on_disk(directory: &Path) -> Vec<u8> {
    ["keys.db", "keys.db-wal", "keys.db-journal"]
        .iter()
        .flat_map(|name| fs::read(directory.join(name)).unwrap_or_default())
        .collect()
}

#[test]
fn a_sealed_value_opens_again_and_shows_nothing() {
    each(|store| {
        let sealed = store.seal(&subject("SU-P1"), "name", "王小明").unwrap();
        assert_eq!(store.open(&sealed).unwrap(), text("王小明"));
        let shown = serde_json::to_string(&sealed).unwrap();
        assert!(!shown.contains("王小明"));
        assert!(!format!("{:?}{sealed:?}", text("王小明")).contains("王小明"));
        let again = store.seal(&subject("SU-P1"), "name", "王小明").unwrap();
        assert_ne!(sealed.ct, again.ct, "equal values must not look equal");
        let empty = store.seal(&subject("SU-P1"), "note", "").unwrap();
        assert_eq!(store.open(&empty).unwrap(), text(""));
    });
}

#[test]
fn one_sealer_uses_one_key_and_the_next_another() {
    each(|store| {
        let sealer = store.sealer(&subject("SU-P1")).unwrap();
        let (name, phone) = (sealer.seal("name", "a").unwrap(), sealer.seal("phone", "b").unwrap());
        assert_eq!((key_of(&name), key_of(&phone)), (sealer.key(), sealer.key()));
        let other = store.sealer(&subject("SU-P1")).unwrap();
        assert_ne!(sealer.key(), other.key());
        assert_eq!(
            sealed_within(&serde_json::to_string(&[&name, &phone]).unwrap()),
            [(subject("SU-P1"), sealer.key())]
        );
    });
}

#[test]
fn a_value_under_another_name_field_or_key_is_refused() {
    each(|store| {
        let sealer = store.sealer(&subject("SU-P1")).unwrap();
        let sealed = sealer.seal("name", "Li").unwrap();
        let other = store.sealer(&subject("SU-P1")).unwrap().seal("name", "Wu").unwrap();
        let forgeries = [
            Sealed { field: "phone".to_owned(), ..sealed.clone() },
            Sealed { subject: subject("SU-P2"), ..sealed.clone() },
            Sealed { key: other.key.clone(), ..sealed.clone() },
            Sealed { key: "no number".to_owned(), ..sealed.clone() },
            Sealed { ct: "!!!".to_owned(), ..sealed.clone() },
            Sealed { ct: String::new(), ..sealed.clone() },
        ];
        for forged in forgeries {
            let refused = store.open(&forged).unwrap_err();
            assert!(matches!(refused, SealError::Altered { .. }), "{forged:?}: {refused}");
        }
    });
}

#[test]
fn every_flipped_byte_of_a_sealed_value_is_noticed() {
    let (_directory, store) = store();
    let sealed = store.seal(&subject("SU-P1"), "name", "Li Hua").unwrap();
    let whole = cipher::from_base64(&sealed.ct).unwrap();
    for place in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        let forged = Sealed { ct: cipher::to_base64(&bytes), ..sealed.clone() };
        assert!(matches!(store.open(&forged), Err(SealError::Altered { .. })), "byte {place}");
    }
}

#[test]
fn a_restart_keeps_keys_and_never_gives_one_out_twice() {
    let (directory, mut store) = store();
    let mut used = HashSet::new();
    let mut values = Vec::new();
    for round in 0..4 {
        // More than a block in the first rounds, so that the thread's blocks are covered too.
        for number in 0..1_500 {
            let plain = format!("{round}-{number}");
            let sealed = store.seal(&subject("SU-P1"), "note", &plain).unwrap();
            assert!(used.insert(key_of(&sealed)), "key {} was given out twice", sealed.key);
            values.push((sealed, plain));
        }
        drop(store);
        store = KeyStore::in_directory(directory.path()).unwrap();
    }
    for (sealed, plain) in values {
        assert_eq!(store.open(&sealed).unwrap(), text(&plain));
    }
}

#[test]
fn many_threads_never_share_a_key() {
    each(|store| {
        let threads: Vec<_> = (0..8)
            .map(|number| {
                let store = store.clone();
                std::thread::spawn(move || {
                    let of = subject(&format!("SU-P{number}"));
                    (0..600)
                        .map(|count| {
                            let plain = format!("{number}-{count}");
                            let sealed = store.seal(&of, "note", &plain).unwrap();
                            assert_eq!(store.open(&sealed).unwrap(), text(&plain));
                            key_of(&sealed)
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        let keys: Vec<u64> = threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 8 * 600);
    });
}

#[test]
fn erased_values_are_gone_and_others_stay() {
    let (directory, store) = store();
    let gone = store.seal(&subject("SU-P1"), "name", "Li").unwrap();
    let stays = store.seal(&subject("SU-P2"), "name", "Wu").unwrap();
    let erasure = store.erase_keys(&[key_of(&gone)], &gone.subject, "OF-1", at()).unwrap();
    assert_eq!(erasure, Erasure { keys: 1 });
    let Source::File(file) = &store.inner.source else { panic!("it is a file") };
    let still = file.reader().cache.get(&key_of(&gone));
    assert!(still.is_none(), "the key is still in memory");
    assert_eq!(store.open(&gone).unwrap(), Opened::Erased);
    assert_eq!(store.open(&stays).unwrap(), text("Wu"));
    let again = store.erase_keys(&[key_of(&gone)], &gone.subject, "OF-2", at()).unwrap();
    assert_eq!(again, Erasure { keys: 0 });
    let list = store.deletion_list().unwrap();
    assert_eq!(list.len(), 1, "{list:?}");
    assert_eq!((list[0].by.as_str(), list[0].keys.as_slice()), ("OF-1", &[key_of(&gone)][..]));
    drop(store);
    let reopened = KeyStore::in_directory(directory.path()).unwrap();
    assert_eq!(reopened.open(&gone).unwrap(), Opened::Erased);
}

#[test]
fn no_copy_of_an_erased_key_stays_on_disk() {
    let (directory, store) = store();
    let sealed: Vec<Sealed> =
        (0..6_000).map(|_| store.seal(&subject("SU-P1"), "name", "Li").unwrap()).collect();
    let doomed: Vec<u64> = sealed.iter().map(key_of).filter(|key| key % 3 == 0).collect();
    let blobs: Vec<Vec<u8>> = doomed.iter().map(|key| wrapped(directory.path(), *key)).collect();
    let before: HashSet<[u8; 16]> = windows(&bytes_on_disk(directory.path()));
    assert!(blobs.iter().all(|blob| before.contains(&blob[..16])), "the search itself is wrong");

    let erasure = store.erase_keys(&doomed, &subject("SU-P1"), "OF-1", at()).unwrap();
    assert_eq!(erasure.keys, doomed.len());
    let after = windows(&bytes_on_disk(directory.path()));
    for blob in &blobs {
        for part in blob.windows(16).step_by(16) {
            assert!(!after.contains(part), "a wrapped key survived its erasure");
        }
    }
    let kept = sealed.iter().find(|sealed| !doomed.contains(&key_of(sealed))).unwrap();
    assert_eq!(store.open(kept).unwrap(), text("Li"));
}

fn windows(bytes: &[u8]) -> HashSet<[u8; 16]> {
    bytes.windows(16).map(|window| window.try_into().unwrap()).collect()
}

#[test]
fn an_erasure_by_another_process_is_seen_at_once() {
    let (directory, server) = store();
    let operator = KeyStore::in_directory(directory.path()).unwrap();
    let sealed = server.seal(&subject("SU-P1"), "name", "Li").unwrap();
    assert_eq!(server.open(&sealed).unwrap(), text("Li"));
    operator.erase_keys(&[key_of(&sealed)], &sealed.subject, "OF-1", at()).unwrap();
    assert_eq!(server.open(&sealed).unwrap(), Opened::Erased);
}

#[test]
fn a_restored_backup_opens_values_and_takes_over_later_erasures() {
    let (directory, store) = store();
    let gone = store.seal(&subject("SU-P1"), "name", "Li").unwrap();
    let stays = store.seal(&subject("SU-P2"), "name", "Wu").unwrap();
    let restored = TempDir::new().unwrap();
    store.backup(&restored.path().join(STORE_FILE)).unwrap();
    let taken = store.backup(&restored.path().join(STORE_FILE)).unwrap_err();
    assert!(matches!(taken, SealError::BackupExists { .. }));
    assert_eq!(fs::read_dir(restored.path()).unwrap().count(), 1, "a draft was left behind");
    // 2,000 keys on, so that the last value lies in a block the backup does not have.
    let mut later = store.seal(&subject("SU-P3"), "name", "Xu").unwrap();
    for _ in 0..2_000 {
        later = store.seal(&subject("SU-P3"), "name", "Xu").unwrap();
    }
    store.erase_keys(&[key_of(&gone), key_of(&later)], &gone.subject, "OF-1", at()).unwrap();
    let list = serde_json::to_string(&store.deletion_list().unwrap()).unwrap();

    fs::copy(directory.path().join(MASTER_FILE), restored.path().join(MASTER_FILE)).unwrap();
    let older = KeyStore::in_directory(restored.path()).unwrap();
    assert_eq!(older.open(&gone).unwrap(), text("Li"));
    assert_eq!(older.open(&later).unwrap_err(), SealError::KeyUnknown { key: key_of(&later) });
    older.apply_deletions(&serde_json::from_str::<Vec<Deletion>>(&list).unwrap()).unwrap();
    assert_eq!(older.open(&gone).unwrap(), Opened::Erased);
    assert_eq!(older.open(&later).unwrap(), Opened::Erased);
    assert_eq!(older.open(&stays).unwrap(), text("Wu"));
    let fresh = older.seal(&subject("SU-P4"), "name", "Hu").unwrap();
    assert!(key_of(&fresh) > key_of(&later), "a key id the log already names was given out again");
}

#[test]
fn a_wrong_or_missing_master_key_says_what_to_do() {
    let (directory, store) = store();
    drop(store);
    let other = MasterKey::parse(&"ab".repeat(32)).unwrap();
    let wrong = KeyStore::with_master(directory.path(), &other).err().unwrap();
    assert!(matches!(wrong, SealError::WrongMasterKey { .. }));
    assert!(wrong.to_string().contains("master.key"), "{wrong}");
    fs::remove_file(directory.path().join(MASTER_FILE)).unwrap();
    let missing = KeyStore::in_directory(directory.path()).err().unwrap();
    assert!(matches!(missing, SealError::MasterKeyMissing { .. }));
    assert!(!directory.path().join(MASTER_FILE).exists(), "a useless new key was made");
    assert_eq!(MasterKey::parse("abc").err(), Some(SealError::MasterKeyMalformed));
}

#[test]
fn only_the_account_itself_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let (directory, _store) = store();
    for name in [MASTER_FILE, STORE_FILE, "keys.db-wal"] {
        let mode = fs::metadata(directory.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn foreign_and_newer_files_are_left_alone() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(STORE_FILE);
    fs::write(&path, "this is not a database, but somebody's notes of some length").unwrap();
    let master = MasterKey::parse(&"ab".repeat(32)).unwrap();
    let foreign = KeyStore::with_master(directory.path(), &master).err().unwrap();
    assert!(matches!(foreign, SealError::Foreign { .. }), "{foreign}");
    fs::remove_file(&path).unwrap();
    drop(KeyStore::with_master(directory.path(), &master).unwrap());
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version=9").unwrap();
    let newer = KeyStore::with_master(directory.path(), &master).err().unwrap();
    assert!(matches!(newer, SealError::NewerSchema { found: 9, known: 1, .. }), "{newer}");
}

#[test]
fn a_person_has_one_pseudonym_per_store() {
    let (directory, store) = store();
    let person = store.person_subject(" 11010519491231002x ").unwrap();
    assert_eq!(store.person_subject("11010519491231002X").unwrap(), person);
    assert_ne!(store.person_subject("110105194912310038").unwrap(), person);
    assert_eq!(person.as_str().len(), 36);
    assert!(!person.as_str().contains("1949"));
    let seed = store.signing_seed().unwrap();
    drop(store);
    let reopened = KeyStore::in_directory(directory.path()).unwrap();
    assert_eq!(reopened.person_subject("11010519491231002X").unwrap(), person);
    assert_eq!(reopened.signing_seed().unwrap(), seed);
    let (_elsewhere, other) = self::store();
    assert_ne!(other.person_subject("11010519491231002X").unwrap(), person);
}

#[test]
fn a_case_has_its_matter_as_subject() {
    let clue = "CL-430405-20260911-0123456789ABC-D";
    assert_eq!(case_subject(clue).unwrap().as_str(), format!("SU-{clue}"));
    assert!(case_subject("a matter with blanks").is_err());
}

#[test]
fn bytes_travel_with_a_header_of_their_own() {
    each(|store| {
        let plain: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        let sealed = store.seal_bytes(&subject("SU-P1"), "paper", &plain).unwrap();
        let stored = sealed.encode();
        assert_eq!(SealedHeader::at_front(&stored).unwrap(), (sealed.header.clone(), &sealed.body[..]));
        let read = SealedBytes::decode(&stored).unwrap();
        assert_eq!(store.open_bytes(&read).unwrap(), OpenedBytes::Bytes(plain));
        let mut other = read.clone();
        other.header.field = "evidence".to_owned();
        assert!(matches!(store.open_bytes(&other), Err(SealError::Altered { .. })));
        assert_eq!(SealedBytes::decode(b"%PDF-1.7").unwrap_err(), SealError::NotSealed);
        store.erase_keys(&[read.header.key_id().unwrap()], &read.header.subject, "OF-1", at()).unwrap();
        assert_eq!(store.open_bytes(&read).unwrap(), OpenedBytes::Erased);
    });
}
