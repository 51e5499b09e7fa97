//! Any series of appends against a plain model: the same answers, the same log, on every backend.
//!
//! Must never be here: concurrency; one caller, so that the model can stay a list.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/events.rs"]
#[allow(dead_code, reason = "shared with the other suites")]
mod support;

#[path = "../../../tests/kurrent/server.rs"]
mod kurrent;

use eventlog::{AppendError, EventLog, Expected, KurrentOptions, NewEvent, Revision, SqliteOptions};
use kurrent::{Cluster, Shape};
use proptest::prelude::*;
use support::{event, everything, name};

/// One try: which stream, how far from its true place, which ids of a small stock.
#[derive(Debug, Clone)]
struct Try {
    stream: usize,
    shift: i64,
    ids: Vec<usize>,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let ids = prop::collection::vec(0..6_usize, 1..4);
    let shift = prop_oneof![4 => Just(0_i64), 3 => -4..0_i64, 1 => 1..3_i64];
    let one = (0..3_usize, shift, ids).prop_map(|(stream, shift, ids)| Try { stream, shift, ids });
    prop::collection::vec(one, 1..60)
}

/// The rule in three lines: free place, write; same ids there, the first answer; else refused.
fn model(stream: &mut Vec<usize>, expected: i64, ids: &[usize]) -> Option<u64> {
    let from = usize::try_from(expected + 1).unwrap();
    if from == stream.len() {
        stream.extend(ids);
    }
    let there = stream.get(from..from + ids.len());
    (there == Some(ids)).then(|| (from + ids.len() - 1) as u64)
}

async fn play(log: &EventLog, tries: &[Try]) {
    let stock: Vec<NewEvent> = (0..6).map(|n| event(&n.to_string())).collect();
    let mut streams = vec![Vec::new(); 3];
    let mut order = Vec::new();
    for Try { stream, shift, ids } in tries {
        let kept = streams.get_mut(*stream).unwrap();
        let last = kept.len() as i64 - 1;
        let wanted = (last + shift).max(-1);
        let expected = match u64::try_from(wanted) {
            Ok(revision) => Expected::At(Revision::new(revision)),
            Err(_) => Expected::NoStream,
        };
        let batch = ids.iter().map(|&id| stock.get(id).unwrap().clone()).collect();
        let before = kept.len();
        let answer = model(kept, wanted, ids);
        order.extend((before..kept.len()).map(|revision| (*stream, revision, kept.clone())));
        let actual = u64::try_from(last).ok().map(Revision::new);
        let refused = AppendError::WrongRevision { expected, actual };
        let stream = name(&format!("clue-{stream}"));
        let given = log.append(&stream, expected, batch).await;
        assert_eq!(given, answer.map(Revision::new).ok_or(refused));
    }
    let all = everything(log).await;
    assert_eq!(all.len(), order.len());
    for (recorded, (stream, revision, kept)) in all.iter().zip(order) {
        let event = stock.get(*kept.get(revision).unwrap()).unwrap();
        assert_eq!(recorded.event.stream, name(&format!("clue-{stream}")));
        assert_eq!(recorded.event.revision, Revision::new(revision as u64));
        assert_eq!((recorded.event.id, &recorded.event.data), (event.id, &event.data));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn every_backend_does_what_the_model_does(tries in tries()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            play(&EventLog::memory(), &tries).await;
            let room = tempfile::tempdir().unwrap();
            let path = room.path().join("log");
            let log = EventLog::open_sqlite(&path, SqliteOptions::default()).await.unwrap();
            play(&log, &tries).await;
            assert!(log.check().await.unwrap().ok);
            log.close().await;
            let cluster = Cluster::start(Shape::default()).await;
            let options = KurrentOptions::parse(&cluster.address("model")).unwrap();
            let log = EventLog::open_kurrent(options).await.unwrap();
            play(&log, &tries).await;
            assert!(log.check().await.unwrap().ok);
            log.close().await;
        });
    }
}
