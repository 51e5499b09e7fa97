//! Secrets while the log gives no answer and callers leave: whoever was told one holds the live one, and what nobody was told
//! is gone. The hub is real, over a log in memory whose appends fail as they are told to.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use domain::consumer_group;
use domain::event::decode;
use domain::webhook::Event;
use futures::poll;
use hub::Time;
use hub::project::{EventLog, Faults, Recorded, Revision, StreamName};
use tokio::task::yield_now;
use tokio::time::timeout;
use wire::refusal::Refusal;

use super::super::endpoint::EndpointId;
use super::super::signing::Secret;
use super::super::tables::Wanted;
use crate::deliveries::tests::Instance;

/// Longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(40);
/// The first append of a registration; the one before it takes the seat.
const REGISTERING: u64 = 2;
/// The first append after a registration, which writes the endpoint and its group.
const REGISTERED: u64 = 4;
/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// An instance whose log fails so.
async fn over(faults: Faults) -> Instance {
    Instance::start(&EventLog::memory_with(faults), &Time::system(), true).await
}

fn wanted() -> Wanted {
    Wanted { filter: Vec::new(), ..super::wanted("a") }
}

/// An endpoint that is registered, and its secret.
async fn registered(instance: &Instance) -> (EndpointId, String) {
    let made = instance.webhooks.make(wanted()).await.unwrap();
    (made.webhook.unwrap().id.parse().unwrap(), made.secret)
}

/// Begins a call and leaves before it is answered.
async fn leave<T>(call: impl Future<Output = T>) {
    let mut call = pin!(call);
    assert!(poll!(call.as_mut()).is_pending());
}

/// Waits for what must come.
async fn soon(what: &str, come: impl Future<Output = ()>) {
    assert!(timeout(PATIENCE, come).await.is_ok(), "{what} did not come");
}

/// Waits until the log has all that the file has.
async fn followed(instance: &Instance) {
    soon("the log", async { while instance.seat.written().await.is_err() {} }).await;
}

async fn events(instance: &Instance, stream: &str) -> Vec<Recorded> {
    let stream = StreamName::parse(stream).unwrap();
    instance.hub.log.read(&stream, Revision::FIRST).await.unwrap()
}

async fn kinds(instance: &Instance, stream: &str) -> Vec<String> {
    events(instance, stream).await.into_iter().map(|event| event.kind).collect()
}

fn shown(instance: &Instance, sealed: &str) -> String {
    Secret::opened(&instance.hub.keys, sealed).unwrap().shown()
}

/// The secrets that sign now, newest first.
async fn signing(instance: &Instance, id: EndpointId) -> Vec<String> {
    let post = &instance.webhooks.post;
    let sealed = post.signing(id, post.now()).await.unwrap();
    sealed.iter().map(|sealed| shown(instance, sealed)).collect()
}

/// The secrets that the log's last word has, newest first.
async fn logged(instance: &Instance, id: EndpointId) -> Vec<String> {
    let events = events(instance, &id.to_string()).await;
    let last = events.last().unwrap();
    let (Event::Registered(kept) | Event::Changed(kept)) = decode(&last.kind, last.data.as_str()).unwrap()
    else {
        return Vec::new();
    };
    let secrets = kept.secrets.iter().rev();
    secrets.map(|secret| shown(instance, &serde_json::to_string(&secret.sealed).unwrap())).collect()
}

#[tokio::test]
async fn who_registers_is_told_the_secret_that_the_log_has_though_it_gave_no_answer() {
    let instance = over((REGISTERING..60).fold(Faults::none(), Faults::after)).await;
    let (id, secret) = registered(&instance).await;
    assert_eq!(signing(&instance, id).await, [secret.as_str()]);
    assert_eq!(logged(&instance, id).await, [secret.as_str()]);
}

#[tokio::test]
async fn a_registration_that_the_log_did_not_take_leaves_nothing_and_cannot_come_later() {
    let instance = over((REGISTERING..12).fold(Faults::none(), Faults::before)).await;
    let refused = instance.webhooks.make(wanted()).await;
    assert!(matches!(refused, Err(Refusal::LogDown { .. })), "{refused:?}");
    followed(&instance).await;
    // Who appends to a stream that nobody knows meets this.
    assert_eq!(kinds(&instance, "WH-1").await, ["webhook.forgotten"]);
    let (id, secret) = registered(&instance).await;
    assert_eq!(id, EndpointId(2));
    assert_eq!(logged(&instance, id).await, [secret]);
}

#[tokio::test]
async fn nothing_is_left_of_a_registration_whose_caller_left() {
    let instance = over(Faults::none()).await;
    leave(instance.webhooks.make(wanted())).await;
    let group = consumer_group::stream(&wanted().unit, "webhook.1");
    let ended = async || {
        kinds(&instance, "WH-1").await == ["webhook.registered", "webhook.forgotten"]
            && kinds(&instance, &group).await.last().is_some_and(|kind| kind == "consumer-group.ended")
    };
    soon("the end of it", async {
        while !ended().await {
            yield_now().await
        }
    })
    .await;
    assert_eq!(registered(&instance).await.0, EndpointId(2), "the same again");
}

#[tokio::test]
async fn one_that_is_being_registered_is_nobody_elses_yet() {
    let instance = over(Faults::none()).await;
    let mut first = pin!(instance.webhooks.make(wanted()));
    assert!(poll!(first.as_mut()).is_pending());
    let turns = &instance.webhooks.post.turns;
    soon("its number", async {
        while !turns.registering(EndpointId(1)) {
            yield_now().await
        }
    })
    .await;
    let second = instance.webhooks.make(wanted()).await;
    assert!(matches!(second, Err(Refusal::Contended)), "{second:?}");
    assert_eq!(signing(&instance, EndpointId(1)).await, Vec::<String>::new());
    let first = first.await.unwrap();
    assert_eq!(signing(&instance, EndpointId(1)).await, [first.secret]);
}

#[tokio::test]
async fn who_rotates_is_told_the_secret_that_the_log_has_though_it_gave_no_answer() {
    let instance = over((REGISTERED..90).fold(Faults::none(), Faults::after)).await;
    let (id, old) = registered(&instance).await;
    let post = &instance.webhooks.post;
    let new = instance.webhooks.renew(id, post.now() + HOUR).await.unwrap().secret;
    assert_eq!(signing(&instance, id).await, [&*new, &*old]);
    assert_eq!(logged(&instance, id).await, [&*new, &*old]);
    let last = instance.webhooks.renew(id, post.now()).await.unwrap().secret;
    assert_eq!(signing(&instance, id).await, [&*last]);
    assert_eq!(logged(&instance, id).await, [&*last]);
}

#[tokio::test]
async fn a_rotation_that_the_log_did_not_take_changes_nothing_at_any_moment() {
    let instance = over((REGISTERED..12).fold(Faults::none(), Faults::before)).await;
    let (id, old) = registered(&instance).await;
    let now = instance.webhooks.post.now();
    // The older ones are to end at once.
    let mut asked = pin!(instance.webhooks.renew(id, now));
    let refused = loop {
        match poll!(asked.as_mut()) {
            Poll::Ready(answer) => break answer,
            Poll::Pending => assert_eq!(signing(&instance, id).await, [&*old], "nobody was told another"),
        }
    };
    assert!(matches!(refused, Err(Refusal::LogDown { .. })), "{refused:?}");
    assert_eq!(signing(&instance, id).await, [&*old]);
    followed(&instance).await;
    assert_eq!(logged(&instance, id).await, [&*old]);
    let new = instance.webhooks.renew(id, now).await.unwrap().secret;
    assert_eq!(signing(&instance, id).await, [&*new]);
}

#[tokio::test]
async fn the_secrets_are_as_before_when_the_caller_of_a_rotation_left() {
    let instance = over(Faults::none()).await;
    let (id, old) = registered(&instance).await;
    leave(instance.webhooks.renew(id, instance.webhooks.post.now())).await;
    let turns = &instance.webhooks.post.turns;
    soon("the end of it", async {
        while turns.begin(id).is_err() {
            yield_now().await
        }
    })
    .await;
    assert_eq!(signing(&instance, id).await, [&*old]);
    followed(&instance).await;
    assert_eq!(logged(&instance, id).await, [&*old]);
}

#[tokio::test]
async fn of_two_who_rotate_at_once_one_is_told_the_live_secret_and_the_other_to_try_again() {
    let instance = over(Faults::none()).await;
    let (id, _) = registered(&instance).await;
    let now = instance.webhooks.post.now();
    let mut first = pin!(instance.webhooks.renew(id, now));
    assert!(poll!(first.as_mut()).is_pending());
    let second = instance.webhooks.renew(id, now).await;
    assert!(matches!(second, Err(Refusal::Contended)), "{second:?}");
    let first = first.await.unwrap().secret;
    assert_eq!(signing(&instance, id).await, [first]);
    let again = instance.webhooks.renew(id, now).await.unwrap().secret;
    assert_eq!(signing(&instance, id).await, [again]);
}
