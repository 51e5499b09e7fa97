//! Agencies subscribing to the log: catch up, say so, then follow. Events go out as they are stored, personal
//! values sealed. Never here: projections, or anything about what an event means.

use std::pin::Pin;
use std::time::Duration;

use domain::decider::Scope;
use domain::division::{DivisionCode, Divisions};
use futures::Stream;
use hub::project::{Position, Positioned, ReadError, Subscription};
use hub::{Caller, Hub, refuse};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use tonic::{Request, Response, Status};
use wire::convert;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::streams_service_server::{StreamsService, StreamsServiceServer};
use wire::v1::subscribe_response::News as Told;

/// Messages waiting for a slow subscriber; when it is full the subscriber is read for no further.
const WAITING: usize = 64;
/// How often a stream shows that it lives, and how soon a lost permission or a token's end ends it.
const HEARTBEAT: Duration = Duration::from_secs(2);

/// The streams service.
#[derive(Clone)]
pub struct Streams {
    hub: Hub,
}

/// Which events a subscriber wants.
struct Filter {
    kinds: Vec<String>,
    prefix: String,
    /// The subscriber's area: matters outside it are not theirs to follow.
    area: DivisionCode,
}

impl Filter {
    /// A kind fits when it is named, or when it begins with a name that ends in a star: `referral.*`.
    fn wants(&self, event: &Positioned) -> bool {
        let kind = event.event.kind.as_str();
        let named = |wanted: &String| match wanted.strip_suffix('*') {
            Some(beginning) => kind.starts_with(beginning),
            None => wanted == kind,
        };
        event.event.stream.as_str().starts_with(&self.prefix)
            && self.within(event.event.stream.as_str())
            && (self.kinds.is_empty() || self.kinds.iter().any(named))
    }
}

impl Filter {
    /// A matter's id names its division; what lies nowhere, such as the directory, is for the whole country.
    fn within(&self, stream: &str) -> bool {
        let place = stream.split('-').nth(1).and_then(|part| part.parse::<DivisionCode>().ok());
        self.area == DivisionCode::NATION
            || place.is_some_and(|place| Divisions::standard().is_within(place, self.area))
    }
}

impl Streams {
    /// The service over a hub.
    #[must_use]
    pub fn new(hub: &Hub) -> Self {
        Self { hub: hub.clone() }
    }

    /// Adds the gRPC service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        routes.add_service(StreamsServiceServer::new(self).send_compressed(CompressionEncoding::Gzip));
    }

    fn subscriber<R>(&self, request: &Request<R>) -> Result<Caller, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        self.hub.allow(&caller, "stream.subscribe", &Scope::default())?;
        Ok(caller)
    }

    /// Where to start: `None` is the beginning.
    async fn start(&self, asked: &v1::SubscribeRequest) -> Result<Option<Position>, Refusal> {
        match asked.from() {
            v1::SubscribeFrom::Beginning => Ok(None),
            v1::SubscribeFrom::After => match asked.after_position.parse() {
                Ok(position) => Ok(Some(position)),
                Err(_) => Err(Refusal::shape("after_position", &Flaw::new("POSITION"))),
            },
            v1::SubscribeFrom::Now => self.hub.log.head().await.map_err(|error| refuse::view(error.into())),
            v1::SubscribeFrom::Unspecified => Err(Refusal::shape("from", &Flaw::new("UNSPECIFIED"))),
        }
    }
}

type News = Result<v1::SubscribeResponse, Status>;

#[tonic::async_trait]
impl StreamsService for Streams {
    type SubscribeStream = Pin<Box<dyn Stream<Item = News> + Send>>;

    async fn subscribe(
        &self,
        request: Request<v1::SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let caller = self.subscriber(&request)?;
        let asked = request.into_inner();
        let after = self.start(&asked).await?;
        let filter =
            Filter { kinds: asked.kinds, prefix: asked.stream_prefix, area: caller.actor.unit.division };
        let (send, waiting) = mpsc::channel(WAITING);
        let hub = self.hub.clone();
        tokio::spawn(async move {
            let events = hub.log.subscribe(after);
            tokio::select! {
                () = hub.stopped() => {}
                () = follow(&hub, &caller, events, &filter, &send) => {}
            }
        });
        Ok(Response::new(Box::pin(ReceiverStream::new(waiting))))
    }

    async fn get_head(
        &self,
        request: Request<v1::GetHeadRequest>,
    ) -> Result<Response<v1::GetHeadResponse>, Status> {
        self.subscriber(&request)?;
        let head = self.hub.log.head().await.map_err(|error| refuse::view(error.into()))?;
        Ok(Response::new(v1::GetHeadResponse { position: head.map(|at| at.to_string()).unwrap_or_default() }))
    }
}

/// Sends history, then says so, then what follows. Ends when the subscriber goes, the log closes or the
/// caller may no longer subscribe.
async fn follow(
    hub: &Hub,
    caller: &Caller,
    mut events: Subscription,
    filter: &Filter,
    send: &mpsc::Sender<News>,
) {
    let mut told = false;
    let mut check = tokio::time::interval_at(tokio::time::Instant::now() + HEARTBEAT, HEARTBEAT);
    check.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        if !told && events.caught_up() {
            told = true;
            if tell(send, Told::CaughtUp(v1::CaughtUp { position: place(&events) })).await.is_err() {
                return;
            }
        }
        let next = tokio::select! {
            next = events.next() => Some(next),
            _ = check.tick() => None,
        };
        let page = match next {
            Some(Ok(page)) => page,
            Some(Err(error)) => {
                let refusal = match error {
                    ReadError::AheadOfLog { .. } => Refusal::shape("after_position", &Flaw::new("POSITION")),
                    ReadError::Unavailable { .. } | ReadError::Closed => refuse::view(error.into()),
                };
                // The subscriber may have gone; then nobody is left to tell.
                let _ = send.send(Err(refusal.into())).await;
                return;
            }
            None => {
                let beat = Told::Heartbeat(v1::Heartbeat { at: Some(convert::timestamp(hub.time.now())) });
                if tell(send, beat).await.is_err() || !still_allowed(hub, caller, send).await {
                    return;
                }
                continue;
            }
        };
        for event in page.iter().filter(|event| filter.wants(event)) {
            if tell(send, Told::Event(on_wire(event))).await.is_err() {
                return;
            }
        }
    }
}

async fn tell(send: &mpsc::Sender<News>, news: Told) -> Result<(), ()> {
    send.send(Ok(v1::SubscribeResponse { news: Some(news) })).await.map_err(|_| ())
}

async fn still_allowed(hub: &Hub, caller: &Caller, send: &mpsc::Sender<News>) -> bool {
    let account =
        hub.roster.account(&caller.actor.officer).ok().flatten().filter(|account| !account.disabled);
    let now = account.map(|account| Caller { actor: account.actor.clone(), ..caller.clone() });
    let allowed = now.is_some_and(|now| hub.allow(&now, "stream.subscribe", &Scope::default()).is_ok());
    let expired = caller.expires <= hub.time.now();
    let end = if expired { Refusal::identity("TOKEN_EXPIRED") } else { Refusal::Permission };
    if !allowed || expired {
        // The subscriber may have gone; then nobody is left to tell.
        let _ = send.send(Err(end.into())).await;
    }
    allowed && !expired
}

fn place(events: &Subscription) -> String {
    events.after().map(|at| at.to_string()).unwrap_or_default()
}

fn on_wire(event: &Positioned) -> v1::Event {
    let inner = &event.event;
    v1::Event {
        position: event.position.to_string(),
        stream: inner.stream.to_string(),
        revision: inner.revision.get(),
        id: inner.id.to_string(),
        kind: inner.kind.clone(),
        data: inner.data.as_str().to_owned(),
        metadata: inner.metadata.as_str().to_owned(),
        recorded_at: Some(convert::timestamp(inner.recorded_at)),
    }
}
