//! Bulk intake: every record has an answer of its own, those with one key take turns, no more are under way than may
//! be, and only what concerns the caller or the log ends the stream. Never here: what a record means.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::actor::Actor;
use domain::category::Category;
use domain::clue::ClueRule;
use domain::officer::{self, OfficerRule};
use eventlog::StreamName;
use futures::{Stream, StreamExt, stream};
use hub::bulk::{AT_WORK, MAX_RECORD_BYTES, Numbered, Taken};
use hub::{Hub, refuse};
use tokio::sync::Semaphore;
use tonic::codec::{Codec, EncodeBody};
use tonic::{Code, Request, Status, Streaming};
use tonic_prost::ProstCodec;
use uuid::Uuid;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::BulkOutcome;
use wire::v1::bulk_outcome::What;

use crate::scene::{Scene, clerk, order, report, scene, service, settle};

/// A record of these tests.
#[derive(Clone, PartialEq, prost::Message)]
struct Letter {
    #[prost(uint64, tag = "1")]
    number: u64,
    #[prost(string, tag = "2")]
    about: String,
}

impl Numbered for Letter {
    fn number(&self) -> u64 {
        self.number
    }

    fn key(&self) -> &str {
        &self.about
    }
}

/// Letters as they come off the wire, in the name of the clerk, who has an account without a password.
async fn sent(
    hub: &Hub,
    letters: impl Stream<Item = (u64, impl Into<String>)> + Send + 'static,
) -> Request<Streaming<Letter>> {
    settle(hub).await;
    let Actor { officer, unit, roles } = clerk();
    let stream = StreamName::parse(officer.as_str()).unwrap();
    let subject = format!("SU-{officer}").parse().unwrap();
    let name = hub.keys.seal(&subject, "name", "文员").unwrap();
    let entry = officer::Registered { officer: officer.clone(), unit, name, roles };
    let by = Actor { roles: vec![domain::actor::Role::Administrator], ..service() };
    let entered =
        hub.handle::<OfficerRule>(&stream, &order(by, officer::Command::Register(Box::new(entry)))).await;
    let patience = std::time::Duration::from_secs(20);
    hub.roster.view().wait(&entered.unwrap().token(), patience).await.unwrap();
    let mut codec = ProstCodec::<Letter, Letter>::default();
    let messages = letters.map(|(number, about)| Ok(Letter { number, about: about.into() }));
    let body = EncodeBody::new_client(codec.encoder(), messages, None, None);
    let mut request = Request::new(Streaming::new_request(codec.decoder(), body, None, None));
    let token = hub.tokens.issue(&officer, hub.time.now()).unwrap();
    request.metadata_mut().insert("authorization", format!("Bearer {}", token.text).parse().unwrap());
    request
}

/// Reports the clue that a letter's number names.
async fn clue(hub: Hub, letter: Letter) -> Result<Taken, Refusal> {
    let command = Uuid::from_u128(u128::from(letter.number));
    let (stream, order) = report(&hub, Category::MinorAbuse, command);
    let handled = hub.handle::<ClueRule>(&stream, &order).await.map_err(refuse::handle)?;
    Ok(Taken::from(&handled))
}

async fn answers(
    outcomes: impl Stream<Item = Result<BulkOutcome, Status>>,
) -> Vec<Result<(u64, What), Code>> {
    let told = outcomes.map(|one| one.map(|one| (one.number, one.what.unwrap())).map_err(|no| no.code()));
    told.collect().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_is_answered_by_its_number_and_a_refused_one_leaves_the_others_alone() {
    let Scene { hub, folder: _folder } = scene();
    let letters =
        [(1, "a"), (2, "b"), (1, "a"), (3, "c"), (4, "d")].map(|(number, about)| (number, about.to_owned()));
    let large = (5, "e".repeat(MAX_RECORD_BYTES));
    let request = sent(&hub, stream::iter(letters).chain(stream::iter([large]))).await;
    let to = hub.clone();
    let outcomes = hub.intake(request, move |_, letter: Letter| {
        let hub = to.clone();
        async move {
            match letter.number {
                2 => Err(Refusal::shape("about", &Flaw::new("INSTITUTION_UNKNOWN").with("institution", "b"))),
                3 => Err(Refusal::Permission),
                4 => Err(Refusal::shape("about", &Flaw::new("REQUIRED"))),
                _ => clue(hub, letter).await,
            }
        }
    });
    let mut told: Vec<(u64, What)> =
        answers(outcomes.unwrap()).await.into_iter().collect::<Result<_, _>>().unwrap();
    told.sort_by_key(|(number, what)| (*number, matches!(what, What::Repeated(_))));
    let [(1, What::Recorded(new)), (1, What::Repeated(again)), (2, What::Refused(unknown)), others @ ..] =
        told.as_slice()
    else {
        panic!("{told:?}")
    };
    assert_eq!(new, again);
    assert_eq!((unknown.reason.as_str(), unknown.faults.len(), unknown.not_yet), ("SHAPE", 1, true));
    assert_eq!(unknown.faults[0].reason_zh, "机构未登记。");
    let [(3, What::Refused(denied)), (4, What::Refused(bad)), (5, What::Refused(large))] = others else {
        panic!("{others:?}")
    };
    assert_eq!(large.reason, "TOO_LARGE");
    assert_eq!((denied.reason.as_str(), denied.not_yet), ("PERMISSION", true));
    assert_eq!((bad.faults[0].field.as_str(), bad.not_yet), ("about", false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_of_one_matter_take_turns_in_the_order_they_came_and_others_go_on() {
    let Scene { hub, folder: _folder } = scene();
    let letters = [(1, "slow"), (2, "slow"), (3, "quick"), (4, "slow")];
    let request = sent(&hub, stream::iter(letters)).await;
    let (order, gate) = (Arc::new(std::sync::Mutex::new(Vec::new())), Arc::new(Semaphore::new(0)));
    let (seen, door) = (Arc::clone(&order), Arc::clone(&gate));
    let to = hub.clone();
    let outcomes = hub.intake(request, move |_, letter: Letter| {
        let (hub, seen, door) = (to.clone(), Arc::clone(&seen), Arc::clone(&door));
        async move {
            match letter.number {
                // The first of the slow matter waits for the quick one behind it.
                1 => door.acquire().await.unwrap().forget(),
                3 => door.add_permits(1),
                _ => {}
            }
            seen.lock().unwrap().push(letter.number);
            clue(hub, letter).await
        }
    });
    assert_eq!(answers(outcomes.unwrap()).await.len(), 4);
    let order: Vec<u64> = order.lock().unwrap().iter().copied().filter(|number| *number != 3).collect();
    assert_eq!(order, [1, 2, 4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_records_are_read_than_may_be_under_way() {
    let Scene { hub, folder: _folder } = scene();
    let (read, began) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, gate) = (Arc::clone(&read), Arc::new(Semaphore::new(0)));
    let many = stream::iter(1..=3 * AT_WORK as u64).map(move |number| {
        counted.fetch_add(1, Ordering::SeqCst);
        // So long that few of them fill what the codec holds ready.
        (number, number.to_string().repeat(500))
    });
    let request = sent(&hub, many).await;
    let (at, door) = (Arc::clone(&began), Arc::clone(&gate));
    let outcomes = hub.intake(request, move |_, _: Letter| {
        let (at, door) = (Arc::clone(&at), Arc::clone(&door));
        async move {
            at.fetch_add(1, Ordering::SeqCst);
            door.acquire().await.unwrap().forget();
            Err(Refusal::Permission)
        }
    });
    let mut outcomes = outcomes.unwrap();
    // Asked once for an answer that cannot come: everything that may be read has been read then.
    assert!(futures::poll!(outcomes.next()).is_pending());
    assert!(read.load(Ordering::SeqCst) < 2 * AT_WORK, "{}", read.load(Ordering::SeqCst));
    assert!(began.load(Ordering::SeqCst) <= AT_WORK);
    gate.add_permits(3 * AT_WORK);
    assert_eq!(answers(outcomes).await.len(), 3 * AT_WORK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_down_ends_the_stream_and_nobody_unknown_begins_one() {
    let Scene { hub, folder: _folder } = scene();
    let request = sent(&hub, stream::iter([(1, "a"), (2, "b")])).await;
    hub.log.close().await;
    let to = hub.clone();
    let outcomes = hub.intake(request, move |_, letter: Letter| clue(to.clone(), letter)).unwrap();
    assert_eq!(answers(outcomes).await.first(), Some(&Err(Code::Unavailable)));
    let mut codec = ProstCodec::<Letter, Letter>::default();
    let body = EncodeBody::new_client(codec.encoder(), stream::empty::<Result<Letter, Status>>(), None, None);
    let nobody = Request::new(Streaming::new_request(codec.decoder(), body, None, None));
    let refused = hub.intake(nobody, |_, _: Letter| async { Err(Refusal::Permission) });
    assert!(matches!(refused, Err(Refusal::Identity { .. })));
}
