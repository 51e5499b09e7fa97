//! The only member of an endpoint's group: takes what is owed, sends it, and answers the group by what came back. Never
//! here: retries, pauses and the order within a matter; those are the group's.
//!
//! Four events of an endpoint are under way at once at most, each of another matter, so that a slow answer holds up its
//! own matter and nothing else. The account the endpoint belongs to is looked at again for every page of the log and
//! every event.

use std::pin::pin;
use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use hub::reads::Way;
use hub::telemetry;
use jiff::SignedDuration;
use prost::Message as _;
use tokio::sync::watch as signal;
use wire::cloud;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::attempts::Attempt;
use super::client::Answer;
use super::endpoint::{Endpoint, EndpointId, Standing};
use super::error::WebhookError;
use super::post::Post;
use super::schedule::{ANSWERING, not_before};
use crate::filter::Filter;
use crate::groups::{Delivery, Eyes, GroupError, Member, Pick};

/// Events of one endpoint under way at once.
const AT_ONCE: u32 = 4;
/// How long a sender waits after a fault of the hub itself.
const AGAIN: SignedDuration = SignedDuration::from_secs(2);

/// Whether a sender goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Went {
    On,
    Stop,
}

/// Sends until the endpoint is no longer active.
pub(super) async fn run(post: &Arc<Post>, id: EndpointId, told: &mut signal::Receiver<()>) {
    loop {
        told.borrow_and_update();
        match sit(post, id, told).await {
            Ok(()) => return,
            Err(error) => {
                tracing::error!(target: "webhooks", webhook = %id, %error, "cannot send now");
                post.hub.time.wait_until(post.hub.time.now().saturating_add(AGAIN).ok()).await;
            }
        }
    }
}

/// From taking the seat to leaving it.
async fn sit(post: &Arc<Post>, id: EndpointId, told: &mut signal::Receiver<()>) -> Result<(), WebhookError> {
    let Some(endpoint) = post.active(id).await? else { return Ok(()) };
    let known = post.group(&endpoint).await?;
    let Some(actor) = post.owner(&endpoint)? else {
        return post.disable(&endpoint, Standing::OwnerLost).await;
    };
    let wanted = v1::EventFilter::decode(endpoint.filter.as_slice()).map_err(|_| Refusal::Internal)?;
    let filter = Filter::read(&mut Violations::new(), &wanted).ok_or(Refusal::Internal)?;
    let eyes = Arc::new(Eyes::new(&post.hub, filter, Way::Webhook, actor));
    let member = post.groups.join(&known, AT_ONCE, pick(post, &endpoint, &eyes))?;
    let seat = Seat { post, id, eyes: &eyes, member: &member };
    let mut under_way = FuturesUnordered::new();
    let mut goes_on = true;
    while goes_on {
        tokio::select! {
            biased;
            Some(done) = under_way.next(), if !under_way.is_empty() => goes_on = done? == Went::On,
            _ = told.changed() => goes_on = post.active(id).await?.is_some(),
            delivery = member.next(), if under_way.len() < AT_ONCE as usize => match delivery {
                Ok(delivery) => under_way.push(seat.deliver(delivery)),
                Err(error) => goes_on = seat.stumbled(&endpoint, error).await? == Went::On,
            },
        }
    }
    // What is under way is finished, and its answers count.
    while let Some(done) = under_way.next().await {
        done?;
    }
    Ok(())
}

/// Picks what the account may see when the log is read on; when it may not follow any more, nothing is read.
fn pick(post: &Arc<Post>, endpoint: &Endpoint, eyes: &Arc<Eyes>) -> Pick {
    let (post, endpoint, eyes) = (Arc::clone(post), endpoint.clone(), Arc::clone(eyes));
    Arc::new(move |page| match post.owner(&endpoint) {
        Ok(Some(actor)) => {
            eyes.become_of(&actor);
            eyes.pick()(page)
        }
        Ok(None) => Box::pin(async { Err(Refusal::Permission) }),
        Err(error) => Box::pin(async { Err(error.into()) }),
    })
}

/// A sender in its seat.
struct Seat<'a> {
    post: &'a Arc<Post>,
    id: EndpointId,
    eyes: &'a Arc<Eyes>,
    member: &'a Member,
}

impl Seat<'_> {
    /// The group gave nothing.
    async fn stumbled(&self, endpoint: &Endpoint, error: GroupError) -> Result<Went, WebhookError> {
        if matches!(error, GroupError::Unknown(_)) {
            return Ok(Went::Stop);
        }
        if matches!(error, GroupError::Sight(_)) && self.post.owner(endpoint)?.is_none() {
            self.post.disable(endpoint, Standing::OwnerLost).await?;
            return Ok(Went::Stop);
        }
        Err(error.into())
    }

    /// Sends one event as its account may see it at this moment.
    async fn deliver(&self, delivery: Delivery) -> Result<Went, WebhookError> {
        let post = self.post;
        let _room = post.room.acquire().await.map_err(|_| WebhookError::Stopping)?;
        let Some(endpoint) = post.active(self.id).await? else { return Ok(Went::Stop) };
        let now = post.hub.time.now();
        if delivery.answer_by.duration_since(now).unsigned_abs() < ANSWERING || delivery.answer_by < now {
            // It waited for its turn too long, and comes again by itself.
            return Ok(Went::On);
        }
        let Some(actor) = post.owner(&endpoint)? else {
            post.disable(&endpoint, Standing::OwnerLost).await?;
            return Ok(Went::Stop);
        };
        self.eyes.become_of(&actor);
        let event = &delivery.event.event;
        let id = event.id.to_string();
        let answer = match post.reached(&endpoint) {
            Err(failure) => Answer::none(failure, std::time::Duration::ZERO),
            Ok(url) => match self.eyes.show(&delivery.event).await? {
                Some(shown) => {
                    let sending = telemetry::sending(&event.metadata, now, &event.kind);
                    let trace = sending.traceparent().or_else(|| telemetry::stored(&event.metadata));
                    let sent = post.send(self.id, url, (&id, cloud::json(&shown)), trace);
                    let answer = sending.around(pin!(sent)).await?;
                    if let Some(status) = answer.status {
                        sending.answered(status);
                    }
                    if let Some(failure) = answer.failed {
                        sending.failed(failure.word());
                    }
                    answer
                }
                // No longer for this account, so it is dealt with.
                None => {
                    self.member.acknowledge(vec![delivery.id]).await?;
                    return Ok(Went::On);
                }
            },
        };
        let attempt = Attempt {
            at: now.as_microsecond(),
            position: Some(delivery.id.position),
            event: id,
            stream: event.stream.to_string(),
            attempt: delivery.id.attempt,
            status: answer.status,
            milliseconds: u32::try_from(answer.took.as_millis()).unwrap_or(u32::MAX),
            failed: answer.failed,
        };
        let became = post.note(self.id, attempt).await?;
        self.settle(&delivery, &answer).await?;
        Ok(if became.is_some() { Went::Stop } else { Went::On })
    }

    /// Tells the group what became of an event.
    async fn settle(&self, delivery: &Delivery, answer: &Answer) -> Result<(), WebhookError> {
        let Some(failure) = answer.failed else {
            self.member.acknowledge(vec![delivery.id]).await?;
            return Ok(());
        };
        let reason = match answer.status {
            Some(status) => format!("{} {status}", failure.word()),
            None => failure.word().to_owned(),
        };
        let now = self.post.hub.time.now();
        let until = answer.retry_after.as_deref().and_then(|wish| not_before(wish, now));
        self.member.refuse_until(delivery.id, &reason, until).await?;
        Ok(())
    }
}
