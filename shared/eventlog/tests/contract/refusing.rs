//! Refusing: what no backend takes is refused before any storage is touched, with a clear text.
//!
//! Must never be here: refusals that depend on what the log holds.

use eventlog::{
    AppendError, EventLog, Expected, JsonObject, MAX_APPEND_BYTES, MAX_EVENT_BYTES, MAX_EVENTS_PER_APPEND,
    MAX_NESTING, NewEvent, NotAnObject, Position, Revision, StreamName,
};
use uuid::Uuid;

use crate::support::{event, event_of_bytes, events, everything, name};

pub async fn refuses_what_is_too_much_and_writes_nothing(log: EventLog) {
    let stream = name("clue-1");
    let append = |batch| log.append(&stream, Expected::NoStream, batch);

    assert_eq!(append(vec![]).await, Err(AppendError::Empty));
    let (count, limit) = (MAX_EVENTS_PER_APPEND + 1, MAX_EVENTS_PER_APPEND);
    let many = append(events(count)).await.unwrap_err();
    let events = count;
    assert_eq!(many, AppendError::TooMany { events, limit });
    assert_eq!(many.to_string(), "501 events in one append; at most 500 are taken");

    let (bytes, limit) = (MAX_EVENT_BYTES + 1, MAX_EVENT_BYTES);
    let large = append(vec![event_of_bytes(bytes)]).await;
    assert_eq!(large, Err(AppendError::TooLarge { bytes, limit }));
    let largest = event_of_bytes(MAX_EVENT_BYTES);
    let limit = MAX_APPEND_BYTES;
    let together = append(vec![largest.clone(); 9]).await;
    let bytes = 9 * MAX_EVENT_BYTES;
    assert_eq!(together, Err(AppendError::TooLarge { bytes, limit }));

    assert!(everything(&log).await.is_empty());
    assert_eq!(append(vec![largest; 8]).await, Ok(Revision::new(7)));
}

pub async fn refuses_malformed_events(log: EventLog) {
    let stream = name("clue-1");
    let with_kind = |kind: &str| NewEvent { kind: kind.to_owned(), ..event("") };
    let nameless = NewEvent { id: Uuid::nil(), ..event("") };
    let reserved = |name: &str| NewEvent {
        metadata: JsonObject::parse(&format!(r#"{{"by":"4302-017","{name}":"2026-01-01T00:00:00Z"}}"#))
            .unwrap(),
        ..event("")
    };
    let long = "k".repeat(121);
    for bad in [
        nameless,
        reserved("$recorded_at"),
        reserved("\\u0024recorded\\u005fat"),
        with_kind(""),
        with_kind("$system"),
        with_kind("two words"),
        with_kind("线索"),
        with_kind(&long),
    ] {
        let answer = log.append(&stream, Expected::NoStream, vec![event(""), bad]).await;
        assert!(matches!(answer, Err(AppendError::Invalid { place: 1, .. })));
    }
    assert!(everything(&log).await.is_empty());
    let good = vec![NewEvent { metadata: reserved("recorded_at").metadata, ..with_kind("clue.reported/1") }];
    let answer = log.append(&stream, Expected::NoStream, good).await;
    assert_eq!(answer, Ok(Revision::FIRST));
}

#[test]
fn takes_json_objects_only() {
    for text in ["[]", "1", "\"{}\"", "null", "true", " [ {} ] "] {
        let refused = JsonObject::parse(text);
        assert!(matches!(refused, Err(NotAnObject::OtherKind)), "{text}");
    }
    for text in ["", "{", "{}{}", "{'a':1}", "{\"a\":}", "{\"a\":1,}"] {
        let refused = JsonObject::parse(text);
        assert!(matches!(refused, Err(NotAnObject::Syntax(_))), "{text}");
    }
    let deep = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(JsonObject::parse(&deep(MAX_NESTING)).is_ok());
    let refused = JsonObject::parse(&deep(MAX_NESTING + 1));
    assert!(matches!(refused, Err(NotAnObject::TooDeep { depth: 49 })));
    let refused = JsonObject::serialised(&deep(MAX_NESTING + 1));
    assert!(matches!(refused, Err(NotAnObject::TooDeep { depth: 49 })));
    assert!(matches!(JsonObject::of(&[1]), Err(NotAnObject::OtherKind)));
    let quoted = format!(r#"{{"brackets":"\"{}"}}"#, "[{".repeat(100));
    assert!(JsonObject::parse(&quoted).is_ok(), "brackets in a string");
    assert_eq!(
        JsonObject::parse(r#"{"a":1,"b":[2]}"#).unwrap(),
        JsonObject::parse("{ \"b\" : [ 2 ],\n\"a\":1 }").unwrap(),
    );
}

#[test]
fn takes_plain_stream_names_only() {
    for good in ["a", "clue-1", "7", "_x", "Case.2024_07-4302"] {
        assert_eq!(name(good).as_str(), good);
    }
    let long = "s".repeat(StreamName::MAX_CHARS + 1);
    for bad in ["", "$all", "-a", ".", "..", "a b", "a/b", "线索", "a#", &long] {
        let refused = StreamName::parse(bad).unwrap_err();
        assert!(refused.to_string().contains("no stream name"));
    }
    assert_eq!(name(&long[1..]).as_str().len(), StreamName::MAX_CHARS);
    assert_eq!(name("clue-4302-7").category(), "clue");
    assert_eq!(name("clue").category(), "clue");
}

#[test]
fn prints_positions_and_parses_them_again() {
    let position = Position::new(18_446_744_073_709_551_615);
    assert_eq!(position.to_string().parse(), Ok(position));
    for bad in ["", "-1", "+1", " 1", "1x", "18446744073709551616"] {
        assert!(bad.parse::<Position>().is_err(), "{bad}");
    }
}
