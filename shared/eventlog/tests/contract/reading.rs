//! Reading: streams, pages of the whole log, counts, and what a closed log answers.
//!
//! Must never be here: waiting for events to come; that is `following`.

use eventlog::{
    AppendError, EventLog, Expected, JsonObject, NewEvent, Outage, Position, ReadError, Revision,
};

use crate::support::{at, event_of_bytes, events, everything, name, positions};

pub async fn returns_events_by_value(log: EventLog) {
    let stream = name("clue-4302-1");
    let data = JsonObject::parse(
        "{ \"text\": \"校园\\u6b3a凌 \\\"x\\\" \\n\", \"fen\": \"12345678901234567890\",\n \"b\": [true, null, {\"n\": -7}], \"a\": {} }",
    );
    let given = NewEvent {
        data: data.unwrap(),
        metadata: JsonObject::parse(r#"{"by":"4302-017"}"#).unwrap(),
        ..events(1).remove(0)
    };
    let before = jiff::Timestamp::now();
    log.append(&stream, Expected::NoStream, vec![given.clone()]).await.unwrap();
    let after = jiff::Timestamp::now();

    let [read] = <[_; 1]>::try_from(log.read(&stream, Revision::FIRST).await.unwrap()).unwrap();
    assert_eq!(read.stream, stream);
    assert_eq!(read.revision, Revision::FIRST);
    assert_eq!((read.id, &read.kind), (given.id, &given.kind));
    assert_eq!((&read.data, &read.metadata), (&given.data, &given.metadata));
    let micro = jiff::SignedDuration::from_micros(1);
    assert!(read.recorded_at >= before - micro && read.recorded_at <= after);
    let all = everything(&log).await;
    assert_eq!(all[0].event, read);
    let decoded: serde_json::Value = read.data.decode().unwrap();
    assert_eq!(decoded["text"], "校园欺凌 \"x\" \n");
}

pub async fn reads_a_stream_from_any_revision(log: EventLog) {
    let (stream, other) = (name("clue-1"), name("clue-10"));
    log.append(&stream, Expected::NoStream, events(3)).await.unwrap();
    log.append(&other, Expected::NoStream, events(4)).await.unwrap();
    log.append(&stream, at(2), events(2)).await.unwrap();
    for from in 0..7 {
        let read = log.read(&stream, Revision::new(from)).await.unwrap();
        let revisions: Vec<_> = read.iter().map(|e| e.revision.get()).collect();
        assert_eq!(revisions, (from..5).collect::<Vec<_>>());
        assert!(read.iter().all(|e| e.stream == stream));
    }
    let last = log.read(&stream, Revision::new(u64::MAX)).await.unwrap();
    assert!(last.is_empty());
    let none = log.read(&name("clue-2"), Revision::FIRST).await.unwrap();
    assert!(none.is_empty());
}

pub async fn reads_a_stream_of_any_length_whole(log: EventLog) {
    let stream = name("clue-1");
    let mut written = 0_u64;
    for more in [63, 1, 1, 100] {
        let expected = Expected::after(written.checked_sub(1).map(Revision::new));
        log.append(&stream, expected, events(more as usize)).await.unwrap();
        written += more;
        for from in [0, 1, written - 1, written] {
            let read = log.read(&stream, Revision::new(from)).await.unwrap();
            let revisions: Vec<_> = read.iter().map(|e| e.revision.get()).collect();
            assert_eq!(revisions, (from..written).collect::<Vec<_>>());
        }
    }
}

pub async fn reads_a_stream_of_large_events_whole(log: EventLog) {
    let stream = name("clue-1");
    for (n, bytes) in [40 * 1024, 40 * 1024, 300 * 1024].into_iter().enumerate() {
        let expected = Expected::after((n as u64).checked_sub(1).map(Revision::new));
        log.append(&stream, expected, vec![event_of_bytes(bytes)]).await.unwrap();
        let read = log.read(&stream, Revision::FIRST).await.unwrap();
        assert_eq!(read.len(), n + 1);
    }
}

pub async fn reads_the_log_in_pages(log: EventLog) {
    assert_eq!(log.head().await, Ok(None));
    assert_eq!(log.read_all(None, 10).await, Ok(vec![]));
    for n in 0..25 {
        let stream = name(&format!("clue-{}", n % 4));
        let expected = Expected::after((n >= 4).then(|| Revision::new(n / 4 - 1)));
        log.append(&stream, expected, events(1)).await.unwrap();
    }
    let all = log.read_all(None, 1000).await.unwrap();
    assert_eq!(all.len(), 25);
    assert!(positions(&all).is_sorted_by(|a, b| a < b));
    assert_eq!(log.head().await, Ok(all.last().map(|last| last.position)));
    assert_eq!(log.read_all(None, 0).await, Ok(vec![]));
    for limit in [1, 3, 24, 25, 26] {
        let mut paged = Vec::new();
        while paged.len() < 25 {
            let after = paged.last().map(|last: &eventlog::Positioned| last.position);
            let page = log.read_all(after, limit).await.unwrap();
            assert!((1..=limit).contains(&page.len()));
            paged.extend(page);
        }
        assert_eq!(paged, all);
    }
    assert_eq!(log.read_all(log.head().await.unwrap(), 10).await, Ok(vec![]));
}

pub async fn says_when_the_reader_is_ahead_of_the_log(log: EventLog) {
    let ahead = |after, head| Err(ReadError::AheadOfLog { after, head });
    let after = Position::new(1_000_000);
    assert_eq!(log.read_all(Some(after), 10).await, ahead(after, None));
    log.append(&name("clue-1"), Expected::NoStream, events(1)).await.unwrap();
    let head = log.head().await.unwrap();
    assert_eq!(log.read_all(Some(after), 10).await, ahead(after, head));
    assert_eq!(log.subscribe(Some(after)).next().await, ahead(after, head));
}

pub async fn counts_itself(log: EventLog) {
    let empty = log.statistics().await.unwrap();
    assert_eq!((empty.events, empty.streams, empty.head), (0, 0, None));
    for n in 0..5 {
        let stream = name(&format!("clue-{n}"));
        let batch = vec![event_of_bytes(2000), event_of_bytes(2000)];
        log.append(&stream, Expected::NoStream, batch).await.unwrap();
    }
    let full = log.statistics().await.unwrap();
    assert_eq!((full.events, full.streams), (10, 5));
    assert_eq!(Ok(full.head), log.head().await);
    assert!(full.bytes >= 20_000);
    let report = log.check().await.unwrap();
    assert!(report.ok && report.faults.is_empty());
    assert_eq!((report.events, report.streams), (10, 5));
}

pub async fn refuses_everything_once_closed(log: EventLog) {
    let stream = name("clue-1");
    log.append(&stream, Expected::NoStream, events(1)).await.unwrap();
    log.close().await;
    log.close().await;
    let reason = Outage::Closed;
    let append = log.append(&stream, at(0), events(1)).await;
    assert_eq!(append, Err(AppendError::Unavailable { reason }));
    assert_eq!(log.read(&stream, Revision::FIRST).await, Err(ReadError::Closed));
    assert_eq!(log.read_all(None, 1).await, Err(ReadError::Closed));
    assert_eq!(log.head().await, Err(ReadError::Closed));
    assert_eq!(log.statistics().await, Err(ReadError::Closed));
    assert_eq!(log.check().await, Err(ReadError::Closed));
}
