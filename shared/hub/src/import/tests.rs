//! Imports and time: who sends slowly, stops, or does not listen is ended with a clear word, keeps nobody out and loses
//! nothing that was recorded; and of many large files few are held at once. The time is the runtime's own, and paused.
//! Never here: what a record means.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise; requests are built here"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::Stream;
use tokio::sync::Mutex;
use tonic::Status;
use tonic::codec::{Codec, EncodeBody};
use tonic_prost::ProstCodec;
use wire::v1::ImportCluesRequest;
use wire::v1::import_clues_request::Part as Sent;

use super::*;
use crate::admission::{FLOOR, Gate};

/// The places for imports are the process's own, so these tests take turns.
static ALONE: Mutex<()> = Mutex::const_new(());
const PIECE: usize = 1024 * 1024;

fn options() -> Sent {
    Sent::Options(ImportOptions {
        request_id: uuid::Uuid::now_v7().to_string(),
        format: ImportFormat::JsonLines.into(),
        ..ImportOptions::default()
    })
}

/// An upload as it comes off the wire.
fn arriving(parts: impl Stream<Item = Sent> + Send + 'static) -> Streaming<ImportCluesRequest> {
    let mut codec = ProstCodec::<ImportCluesRequest, ImportCluesRequest>::default();
    let messages = parts.map(|part| Ok(ImportCluesRequest { part: Some(part) }));
    let body = EncodeBody::new_client(codec.encoder(), messages, None, None);
    Streaming::new_request(codec.decoder(), body, None, None)
}

async fn received(parts: impl Stream<Item = Sent> + Send + 'static) -> Result<Upload, Status> {
    received_at(&Gate::default(), parts).await
}

async fn received_at(
    gate: &Gate,
    parts: impl Stream<Item = Sent> + Send + 'static,
) -> Result<Upload, Status> {
    let part = |message: ImportCluesRequest| match message.part? {
        Sent::Options(options) => Some(Part::Options(options)),
        Sent::Chunk(bytes) => Some(Part::Chunk(bytes)),
    };
    let turns = gate.records(&"UN-EDU-430405".parse().unwrap());
    receive(turns, arriving(parts), part).await
}

fn parts(chunks: impl IntoIterator<Item = Vec<u8>>) -> Vec<Sent> {
    std::iter::once(options()).chain(chunks.into_iter().map(Sent::Chunk)).collect()
}

/// A small file that is there at once.
async fn small() -> Upload {
    received(stream::iter(parts([b"{}\n".to_vec()]))).await.unwrap()
}

/// The parts one after the other with this much time between them.
fn every(pause: Duration, parts: Vec<Sent>) -> impl Stream<Item = Sent> + Send {
    let begun = tokio::time::interval(pause);
    stream::unfold((begun, parts.into_iter()), |(mut clock, mut parts)| async move {
        let _ = clock.tick().await;
        Some((parts.next()?, (clock, parts)))
    })
}

#[track_caller]
fn refusal(answer: Result<Upload, Status>) -> Refusal {
    Refusal::from_status(&answer.unwrap_err())
}

#[tokio::test(start_paused = true)]
async fn who_stops_in_the_middle_of_the_file_is_ended_as_late_and_gives_the_place_back() {
    let _alone = ALONE.lock().await;
    let begun = Instant::now();
    let silent = stream::iter(parts([b"{\"half\":".to_vec()])).chain(stream::pending());
    assert_eq!(refusal(received(silent).await), Refusal::Late);
    assert!(begun.elapsed() >= SLOWEST_UPLOAD && begun.elapsed() < SLOWEST_UPLOAD + QUEUE);
    assert_eq!(AT_WORK.available_permits(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_sends_row_by_row_has_so_long_and_no_longer() {
    let _alone = ALONE.lock().await;
    let rows = |count: usize| parts(vec![b"{}\n".to_vec(); count]);
    let pause = Duration::from_secs(10);
    let upload = received(every(pause, rows(29))).await.unwrap();
    assert_eq!(upload.bytes.len(), 29 * 3, "slow is not late");
    drop(upload);
    assert_eq!(refusal(received(every(pause, rows(60))).await), Refusal::Late);
    assert_eq!(AT_WORK.available_permits(), 2);
}

#[tokio::test(start_paused = true)]
async fn when_all_places_are_taken_the_next_waits_a_while_and_is_put_off() {
    let _alone = ALONE.lock().await;
    let (first, second) = (small().await, small().await);
    let begun = Instant::now();
    let third = received(stream::iter(parts([b"{}\n".to_vec()]))).await;
    assert_eq!(refusal(third), Refusal::Throttled { retry_after: RETRY_AFTER });
    assert!(begun.elapsed() >= QUEUE, "it waits before it is put off");
    drop(first);
    assert_eq!(small().await.bytes, b"{}\n");
    drop(second);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_refused_before_it_has_arrived() {
    let _alone = ALONE.lock().await;
    let endless = std::iter::repeat_with(|| Sent::Chunk(vec![b'\n'; PIECE]));
    let sent = stream::iter(std::iter::once(options()).chain(endless));
    assert_eq!(refusal(received(sent).await), Refusal::TooLarge { limit: MAX_FILE_BYTES as u64 });
    assert_eq!(AT_WORK.available_permits(), 2);
}

#[tokio::test]
async fn of_six_large_files_at_once_no_more_than_two_are_held() {
    const FILES: usize = 6;
    const FILE: usize = 16 * PIECE;
    let _alone = ALONE.lock().await;
    let taken = Arc::new(AtomicUsize::new(0));
    let (arrived, mut arrivals) = mpsc::channel(FILES);
    for _ in 0..FILES {
        let (taken, arrived) = (Arc::clone(&taken), arrived.clone());
        tokio::spawn(async move {
            let chunks = (0..FILE / PIECE).map(move |_| {
                let _ = taken.fetch_add(PIECE, Ordering::SeqCst);
                Sent::Chunk(vec![b'\n'; PIECE])
            });
            let sent = stream::iter(std::iter::once(options()).chain(chunks));
            arrived.send(received(sent).await).await.unwrap();
        });
    }
    for before in 0..FILES {
        let upload = arrivals.recv().await.unwrap().unwrap();
        assert_eq!(upload.bytes.len(), FILE);
        let others = taken.load(Ordering::SeqCst) - before * FILE;
        assert!(others <= 2 * FILE, "{others} bytes are held while file {before} is at work");
        drop(upload);
    }
    assert_eq!(taken.load(Ordering::SeqCst), FILES * FILE);
}

/// A file whose every second record is bad.
async fn half_bad(records: usize) -> Upload {
    let lines = (0..records).map(|number| format!("{{\"number\":{number}}}\n[]\n"));
    received(stream::iter(parts([lines.collect::<String>().into_bytes()]))).await.unwrap()
}

/// Records everything; how much it was is counted.
fn recording(count: &AtomicUsize) -> impl Fn(Fields) -> std::future::Ready<Result<Taken, Refusal>> {
    move |_| {
        let _ = count.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok(Taken::Repeated))
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_listen_ends_the_import_and_what_was_recorded_stays() {
    let _alone = ALONE.lock().await;
    let (upload, count) = (half_bad(500).await, AtomicUsize::new(0));
    let (tell, mut told) = mpsc::channel(8);
    let begun = Instant::now();
    let ended = run(&upload, &tell, &[], |_| false, recording(&count)).await;
    assert_eq!(ended, Err(Refusal::Late));
    assert!(begun.elapsed() >= SLOWEST_READER);
    let recorded = count.load(Ordering::SeqCst);
    assert!((8..500).contains(&recorded), "{recorded} were recorded before the caller's silence");
    drop((upload, tell));
    assert_eq!(AT_WORK.available_permits(), 2, "the next import has its place");
    let mut heard = 0;
    while let Some(one) = told.recv().await {
        assert!(matches!(one, Ok(News::BadRow(_) | News::Progress(_))));
        heard += 1;
    }
    assert_eq!(heard, 8, "what was told before can still be heard");
}

#[tokio::test(start_paused = true)]
async fn a_slow_listener_hears_everything() {
    let _alone = ALONE.lock().await;
    let (upload, count) = (half_bad(20).await, AtomicUsize::new(0));
    let (tell, mut told) = mpsc::channel::<Result<News, Status>>(1);
    let listener = async {
        let (mut clock, mut heard) = (tokio::time::interval(SLOWEST_READER / 2), Vec::new());
        while let Some(one) = told.recv().await {
            heard.push(one.unwrap());
            let _ = clock.tick().await;
        }
        heard
    };
    let import = async {
        let ended = run(&upload, &tell, &[], |_| false, recording(&count)).await;
        drop(tell);
        ended
    };
    let (ended, heard) = futures::future::join(import, listener).await;
    assert_eq!(ended, Ok(()));
    let bad = heard.iter().filter(|one| matches!(one, News::BadRow(_))).count();
    let Some(News::Done(done)) = heard.last() else { panic!("the summary comes last") };
    let figures = done.figures.unwrap();
    assert_eq!((bad, figures.read, figures.bad, figures.repeated), (20, 40, 20, 20));
    assert_eq!(count.load(Ordering::SeqCst), 20);
}

#[tokio::test]
async fn a_caller_who_has_gone_ends_the_import_at_once() {
    let _alone = ALONE.lock().await;
    let (upload, count) = (half_bad(500).await, AtomicUsize::new(0));
    let (tell, told) = mpsc::channel(1);
    drop(told);
    assert_eq!(run(&upload, &tell, &[], |_| false, recording(&count)).await, Err(Refusal::Late));
    assert!(count.load(Ordering::SeqCst) < 500);
}

#[tokio::test]
async fn what_the_law_hurries_is_taken_first_wherever_it_stands_and_waits_for_nobody() {
    const LAST: u64 = 199;
    let _alone = ALONE.lock().await;
    let (gate, unit) = (Gate::of(1), "UN-EDU-430405".parse().unwrap());
    let mut busy = Vec::new();
    for _ in 0..FLOOR {
        busy.push(gate.enter(Class::Ordinary, &unit).await.unwrap());
    }
    let lines: String = (0..=LAST).map(|number| format!("{{\"number\":{number}}}\n")).collect();
    let upload = received_at(&gate, stream::iter(parts([lines.into_bytes()]))).await.unwrap();
    let (say, mut taken) = mpsc::unbounded_channel();
    let take = |fields: Fields| {
        say.send(fields["number"].as_u64().unwrap()).unwrap();
        std::future::ready(Ok(Taken::Repeated))
    };
    let (tell, _told) = mpsc::channel(UNTOLD);
    let import = run(&upload, &tell, &[], |fields| fields["number"] == LAST, take);
    let meanwhile = async {
        assert_eq!(taken.recv().await, Some(LAST));
        while gate.waiting() != [0, 0, AT_ONCE] {
            tokio::task::yield_now().await;
        }
        assert!(taken.try_recv().is_err(), "the others wait for their turns");
        drop(busy);
        let mut rest = Vec::new();
        while rest.len() < usize::try_from(LAST).unwrap() {
            rest.push(taken.recv().await.unwrap());
        }
        rest.sort_unstable();
        assert!(rest.into_iter().eq(0..LAST), "each once");
    };
    let (ended, ()) = futures::future::join(import, meanwhile).await;
    assert_eq!(ended, Ok(()));
}
