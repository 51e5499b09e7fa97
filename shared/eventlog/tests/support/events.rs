//! What the tests of the log write and how they wait: small events, a deadline that fails.
//!
//! Must never be here: assertions about the log.

use std::future::Future;
use std::time::Duration;

use eventlog::{
    EventLog, Expected, JsonObject, NewEvent, Position, Positioned, Revision, StreamName, Subscription,
};
use uuid::Uuid;

pub fn name(text: &str) -> StreamName {
    StreamName::parse(text).unwrap()
}

pub fn event(mark: &str) -> NewEvent {
    NewEvent {
        id: Uuid::now_v7(),
        kind: "Marked".to_owned(),
        data: JsonObject::of(&serde_json::json!({ "mark": mark })).unwrap(),
        metadata: JsonObject::empty(),
    }
}

pub fn events(count: usize) -> Vec<NewEvent> {
    (0..count).map(|n| event(&n.to_string())).collect()
}

/// An event whose data and metadata have exactly this many bytes.
pub fn event_of_bytes(bytes: usize) -> NewEvent {
    let frame = r#"{"fill":""}{}"#.len();
    let text = format!(r#"{{"fill":"{}"}}"#, "x".repeat(bytes - frame));
    NewEvent { data: JsonObject::parse(&text).unwrap(), ..event("") }
}

pub fn at(revision: u64) -> Expected {
    Expected::At(Revision::new(revision))
}

/// Fails instead of hanging when what is awaited never comes.
pub async fn soon<F: Future>(future: F) -> F::Output {
    let deadline = Duration::from_secs(60);
    tokio::time::timeout(deadline, future).await.unwrap()
}

/// The whole log, page by page.
pub async fn everything(log: &EventLog) -> Vec<Positioned> {
    let mut all: Vec<Positioned> = Vec::new();
    loop {
        let after = all.last().map(|last| last.position);
        let page = log.read_all(after, 1000).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// The next events of a subscription, until there are this many.
pub async fn take(subscription: &mut Subscription, count: usize) -> Vec<Positioned> {
    let mut taken = Vec::new();
    while taken.len() < count {
        let page = soon(subscription.next()).await.unwrap();
        assert!(!page.is_empty(), "a page is never empty");
        taken.extend(page);
    }
    taken
}

pub fn positions(events: &[Positioned]) -> Vec<Position> {
    events.iter().map(|event| event.position).collect()
}
