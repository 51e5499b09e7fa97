//! One member at work over a connection: deliveries out, answers in, a heartbeat. Never here: what becomes of either.
//!
//! Flow control. Nothing is taken for a member that has not read what it was sent: the next delivery waits for the
//! channel of two, and at most `max_in_flight` are unanswered. Answers are written down while deliveries go on, and
//! told in their order; when too many are under way no more are read.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::FuturesOrdered;
use futures::{Stream, StreamExt as _};
use hub::reads::Way;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tonic::metadata::MetadataMap;
use tonic::{Status, Streaming};
use wire::convert::timestamp;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::consume_request::Word as Said;
use wire::v1::consume_response::Word as Told;
use wire::violations::Violations;

use super::api::GroupsApi;
use super::delivery::{Delivery, DeliveryId};
use super::member::Member;
use super::viewer::Eyes;
use super::words::{self, Reason};
use super::{GroupError, Known};
use crate::badge::Badge;
use crate::deliveries::elsewhere;
use crate::filter::Filter;

/// How often the stream shows that it lives, and how soon a lost permission ends it.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// How long a client may take to say which group.
const JOINING: Duration = Duration::from_secs(30);
/// Words on their way to the client.
const WAITING: usize = 2;
/// Messages of answers being written down at once.
const UNDER_WAY: usize = 64;
/// Ids in one message at most.
const IDS: usize = 1_000;
/// Deliveries without an answer: usual, and at most.
const IN_FLIGHT: (u32, u64) = (16, 1_000);

type News = Result<v1::ConsumeResponse, Status>;

/// Begins once the caller is known to be one who may follow at all.
pub(super) async fn start(
    api: GroupsApi,
    badge: MetadataMap,
    said: Streaming<v1::ConsumeRequest>,
) -> Result<Pin<Box<dyn Stream<Item = News> + Send>>, Refusal> {
    let seen = Badge::of(&api.hub, &badge)?;
    let (send, waiting) = mpsc::channel(WAITING);
    tokio::spawn(async move {
        let stopping = api.hub.clone();
        let ended = tokio::select! {
            () = async { stopping.stopped().await; api.groups.close() } => Ok(()),
            // Also in the middle of a word that the client does not read.
            () = api.groups.seat().lost() => Err(elsewhere()),
            // The client went without a word.
            () = send.closed() => Ok(()),
            ended = sit(&api, (seen, badge), said, &send) => ended,
        };
        if let Err(refusal) = ended {
            // The client may have gone; then nobody is left to tell.
            let _ = send.send(Err(refusal.into())).await;
        }
    });
    Ok(Box::pin(futures::stream::unfold(waiting, async |mut waiting| {
        waiting.recv().await.map(|news: News| (news, waiting))
    })))
}

/// A member in its seat.
struct Seat<'a> {
    api: &'a GroupsApi,
    known: Known,
    member: Member,
    eyes: Arc<Eyes>,
    send: &'a mpsc::Sender<News>,
}

/// From taking the seat to leaving it.
async fn sit(
    api: &GroupsApi,
    (mut seen, badge): (Badge, MetadataMap),
    mut said: Streaming<v1::ConsumeRequest>,
    send: &mpsc::Sender<News>,
) -> Result<(), Refusal> {
    let first = timeout(JOINING, said.message()).await;
    let Ok(Ok(Some(v1::ConsumeRequest { word: Some(Said::Join(join)) }))) = first else {
        return Err(Refusal::shape("join", &Flaw::new("REQUIRED")));
    };
    let seat = join_group(api, &badge, &join, send).await?;
    let mut answers: FuturesOrdered<BoxFuture<'_, Result<Vec<v1::DeliveryAnswer>, GroupError>>> =
        FuturesOrdered::new();
    let mut beat = interval(HEARTBEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            // What is told first is decided in this order: who may no longer be here gets nothing more.
            biased;
            _ = beat.tick() => {
                seen.check(&api.hub)?;
                api.allowed(&badge, "group.consume", &seat.known.unit)?;
                seat.eyes.become_of(seen.actor());
                seat.beat().await?;
            }
            Some(answered) = answers.next(), if !answers.is_empty() => {
                seat.tell(Told::Answered(v1::DeliveriesAnswered { answers: answered? })).await;
            }
            word = said.message(), if answers.len() < UNDER_WAY => match word {
                Ok(Some(v1::ConsumeRequest { word: Some(word) })) => answers.push_back(seat.hear(word)?),
                Ok(Some(v1::ConsumeRequest { word: None })) => {}
                // The client has said its last word: it is told what became of those before, and the seat is free.
                Ok(None) => {
                    while let Some(answered) = answers.next().await {
                        seat.tell(Told::Answered(v1::DeliveriesAnswered { answers: answered? })).await;
                    }
                    return Ok(());
                }
                // The connection is gone.
                Err(_) => return Ok(()),
            },
            delivery = seat.member.next() => seat.deliver(delivery?).await?,
        }
    }
}

async fn join_group<'a>(
    api: &'a GroupsApi,
    badge: &MetadataMap,
    join: &v1::JoinGroup,
    send: &'a mpsc::Sender<News>,
) -> Result<Seat<'a>, Refusal> {
    let mut faults = Violations::new();
    let most = if join.max_in_flight == 0 { IN_FLIGHT.0 } else { join.max_in_flight };
    faults.within("join", |faults| faults.whole("max_in_flight", u64::from(most), (1, IN_FLIGHT.1)));
    let (caller, known) = api.known(badge, "group.consume", join.group.as_ref(), faults).await?;
    let wanted = words::filter(&known).ok_or(Refusal::Internal)?;
    let filter = Filter::read(&mut Violations::new(), &wanted).ok_or(Refusal::Internal)?;
    let eyes = Arc::new(Eyes::new(&api.hub, filter, Way::Stream, caller.actor));
    let member = api.groups.join(&known, most, eyes.pick())?;
    let seat = Seat { api, known, member, eyes, send };
    seat.tell(Told::Joined(v1::GroupJoined { terms: Some(words::terms_shown(seat.known.terms)) })).await;
    Ok(seat)
}

impl Seat<'_> {
    async fn tell(&self, word: Told) {
        // That the client has gone is noticed where its words are read.
        let _ = self.send.send(Ok(v1::ConsumeResponse { word: Some(word) })).await;
    }

    /// Sends an event as the member may see it. One that it may not see, or not any more, is dealt with by that.
    async fn deliver(&self, delivery: Delivery) -> Result<(), Refusal> {
        match self.eyes.show(&delivery.event).await? {
            None => {
                self.member.acknowledge(vec![delivery.id]).await?;
            }
            Some(event) => {
                self.tell(Told::Delivery(v1::Delivery {
                    id: delivery.id.to_string(),
                    attempt: delivery.id.attempt,
                    event: Some(event),
                    answer_by: Some(timestamp(delivery.answer_by)),
                }))
                .await;
            }
        }
        Ok(())
    }

    /// Takes an answer; what became of it is told when it is on disk.
    fn hear(
        &self,
        word: Said,
    ) -> Result<BoxFuture<'_, Result<Vec<v1::DeliveryAnswer>, GroupError>>, Refusal> {
        match word {
            Said::Join(_) => Err(Refusal::shape("join", &Flaw::new("MUST_BE_EMPTY"))),
            Said::Acknowledge(v1::Acknowledge { delivery_ids }) if delivery_ids.len() > IDS => {
                let flaw = Flaw::new("TOO_MANY").with("count", delivery_ids.len()).with("max", IDS);
                Err(Refusal::shape("acknowledge.delivery_ids", &flaw))
            }
            Said::Acknowledge(v1::Acknowledge { delivery_ids }) => {
                Ok(Box::pin(self.acknowledge(delivery_ids)))
            }
            Said::Refuse(refusal) => {
                let mut faults = Violations::new();
                let reason: Option<Reason> =
                    faults.within("refuse", |faults| faults.required_text("reason", &refusal.reason));
                let reason = faults.done(reason)?;
                Ok(Box::pin(self.refuse(refusal.delivery_id, reason, refusal.park)))
            }
        }
    }

    async fn acknowledge(&self, texts: Vec<String>) -> Result<Vec<v1::DeliveryAnswer>, GroupError> {
        let ids: Vec<Option<DeliveryId>> = texts.iter().map(|text| text.parse().ok()).collect();
        let outcomes = self.member.acknowledge(ids.iter().copied().flatten().collect()).await?;
        let mut outcomes = outcomes.into_iter();
        let told =
            |(text, id): (String, Option<DeliveryId>)| words::answer(text, id.and_then(|_| outcomes.next()));
        Ok(texts.into_iter().zip(ids).map(told).collect())
    }

    async fn refuse(
        &self,
        text: String,
        reason: Reason,
        park: bool,
    ) -> Result<Vec<v1::DeliveryAnswer>, GroupError> {
        let outcome = match text.parse() {
            Ok(id) => Some(self.member.refuse(id, reason.as_str(), park).await?),
            Err(_) => None,
        };
        Ok(vec![words::answer(text, outcome)])
    }

    async fn beat(&self) -> Result<(), Refusal> {
        let known = self.api.groups.find(&self.known.unit, &self.known.name).await?;
        let report = self.api.groups.report(&known).await?;
        self.tell(Told::Heartbeat(v1::GroupHeartbeat {
            at: Some(timestamp(self.api.hub.time.now())),
            position: known.read_to.map(|position| position.to_string()).unwrap_or_default(),
            lag: report.lag(),
            parked: report.standing.parked,
            warnings: words::warnings(&report.warnings),
        }))
        .await;
        Ok(())
    }
}
