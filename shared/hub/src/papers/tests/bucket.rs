//! What only a bucket can do wrong: lose an answer, be busy, stay silent, refuse. Against a real socket.

use std::time::Duration;

use super::super::bucket::Patience;
use super::server::{BUCKET, KEY, Mood, SECRET, Store};
use super::*;

/// Little, for tests that wait it out.
const LITTLE: Patience =
    Patience { one_try: Duration::from_millis(300), more_tries: 1, all_tries: Duration::from_secs(2) };

fn credentials(text: &str) -> Credentials {
    let file = TempDir::new().unwrap();
    let file = file.path().join("bucket.env");
    fs::write(&file, text).unwrap();
    Credentials::find(Some(&file)).unwrap()
}

fn with(site: &str, patience: Patience, text: &str) -> Papers {
    let PaperSite::Bucket(bucket) = site.parse().unwrap() else { panic!("{site} is no bucket") };
    Papers::in_bucket_within(patience, &bucket, &credentials(text)).unwrap()
}

/// As the hub has them.
pub fn papers(site: &str) -> Papers {
    with(site, Patience::default(), &Store::credentials())
}

/// A store, and papers in it under `patience`.
struct Scene {
    store: Store,
    house: House,
}

impl Scene {
    fn new() -> Self {
        let store = Store::open();
        Self { house: House::with(Shelf::Bucket(store.clone())), store }
    }

    /// What putting a paper with these papers ends with, and its text.
    async fn refused(&self, papers: &Papers) -> (Trouble, String) {
        let subject = "SU-P1".parse().unwrap();
        let error = papers.put(&self.house.keys, &subject, b"paper".to_vec()).await.unwrap_err();
        let text = error.to_string();
        let PaperError::Elsewhere { trouble, .. } = error else { panic!("{text}") };
        (trouble, text)
    }

    /// The methods and statuses of the requests since the last look.
    fn seen(&self) -> Vec<String> {
        let words = |line: String| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        self.store.seen().into_iter().map(words).map(|words| [&*words[0], &*words[2]].join(" ")).collect()
    }
}

#[tokio::test]
async fn an_answer_that_was_lost_after_the_object_was_stored_is_asked_for_again_and_leaves_one_object() {
    let scene = Scene::new();
    scene.store.next(&[Mood::LosesAnswer]);
    let receipt = scene.house.put("SU-P1", b"once").await;
    assert_eq!(scene.seen(), ["PUT 0", "PUT 200"]);
    let hash = receipt.hash.as_str();
    assert_eq!(scene.store.keys(), [format!("hub/papers/{}/{hash}", &hash[..2])]);
    scene.store.next(&[Mood::LosesAnswer]);
    assert_eq!(scene.house.get(&receipt.hash).await, content(b"once"));
}

#[tokio::test]
async fn a_busy_store_is_asked_again_and_given_up_after_a_bounded_number_of_tries() {
    let scene = Scene::new();
    scene.store.next(&[Mood::SlowDown, Mood::SlowDown]);
    let receipt = scene.house.put("SU-P1", b"later").await;
    assert_eq!(scene.seen(), ["PUT 503", "PUT 503", "PUT 200"]);
    scene.store.next(&[Mood::SlowDown]);
    assert_eq!(scene.house.papers.receipt(&receipt.hash).await, Ok(receipt));
    scene.store.always(Some(Mood::SlowDown));
    let _ = scene.seen();
    let few = with(&scene.store.site(""), LITTLE, &Store::credentials());
    let (trouble, text) = scene.refused(&few).await;
    assert_eq!(trouble, Trouble::Answered { status: 503, code: "SlowDown".to_owned() });
    assert!(text.contains(BUCKET) && text.contains("http://127.0.0.1:"), "{text}");
    assert_eq!(scene.seen(), ["PUT 503", "PUT 503"]);
}

#[tokio::test]
async fn silence_refusal_a_wrong_bucket_and_nobody_there_are_told_apart_and_no_credential_is_told() {
    let scene = Scene::new();
    let here = with(&scene.store.site(""), LITTLE, &Store::credentials());
    scene.store.always(Some(Mood::Silent));
    assert_eq!(scene.refused(&here).await.0, Trouble::Late);
    scene.store.always(Some(Mood::Denies));
    let (denied, text) = scene.refused(&here).await;
    assert_eq!(denied, Trouble::Refused { status: 403, code: "AccessDenied".to_owned() });
    assert!(!text.contains(KEY) && !text.contains(SECRET) && text.contains("clock"), "{text}");
    assert!(matches!(
        here.keys_of(|_| true).await,
        Err(PaperError::Elsewhere { trouble: Trouble::Refused { status: 403, .. }, .. })
    ));
    scene.store.always(None);

    let wrong_secret = Store::credentials().replace("EXAMPLEKEY", "ANOTHERKEY");
    let stranger = with(&scene.store.site(""), LITTLE, &wrong_secret);
    let (forged, text) = scene.refused(&stranger).await;
    assert_eq!(forged, Trouble::Refused { status: 403, code: "SignatureDoesNotMatch".to_owned() });
    assert!(!text.contains(KEY) && !text.contains("ANOTHERKEY"), "{text}");
    let lost = with(&scene.store.site_of("elsewhere", ""), LITTLE, &Store::credentials());
    assert_eq!(scene.refused(&lost).await.0, Trouble::NoBucket);
    let asked = lost.get(&scene.house.keys, &"ab".repeat(32).parse().unwrap()).await;
    assert!(matches!(asked, Err(PaperError::Elsewhere { trouble: Trouble::NoBucket, .. })), "{asked:?}");
    assert!(scene.store.keys().is_empty());

    // Nobody listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = with(&format!("s3://papers/?endpoint=http://{free}"), LITTLE, &Store::credentials());
    let (trouble, text) = scene.refused(&nobody).await;
    assert!(matches!(trouble, Trouble::Unreachable { .. }), "{trouble:?}");
    assert!(text.contains(&free.to_string()), "{text}");
}

#[tokio::test]
async fn processes_share_a_bucket_and_hubs_share_none_of_it_by_their_prefixes() {
    let scene = Scene::new();
    let receipt = scene.house.put("SU-P1", b"ours").await;
    let same = papers(&scene.store.site("hub/papers"));
    assert_eq!(same.get(&scene.house.keys, &receipt.hash).await, content(b"ours"));
    let other = papers(&scene.store.site("hub/other"));
    assert_eq!(other.standing(&receipt.hash).await, Ok(Standing::Missing));
    assert_eq!(other.keys_of(|_| true).await, Ok(Vec::new()));
    assert_eq!(same.reach().await, Ok(()));
}
