//! The gRPC face of the streams. Never here: reading the log, or what a subscriber may see.

use std::pin::Pin;

use domain::schema;
use futures::Stream;
use futures::stream::unfold;
use hub::Hub;
use tonic::codec::CompressionEncoding;
use tonic::metadata::MetadataMap;
use tonic::service::RoutesBuilder;
use tonic::{Request, Response, Status};
use wire::cloud::Batch;
use wire::convert;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::streams_service_server::{StreamsService, StreamsServiceServer};
use wire::v1::subscribe_response::News as Told;
use wire::violations::Violations;

use crate::badge::Badge;
use crate::filter::Filter;
use crate::follow::{Follower, News};
use crate::render::Shared;
use crate::snapshot::{self, Snapshot};
use crate::start::{Asked, Log, place, told, unread};

/// The streams service; cheap to clone.
#[derive(Clone)]
pub struct Streams {
    pub(crate) hub: Hub,
    pub(crate) log: Log,
    pub(crate) shared: Shared,
}

impl Streams {
    /// The service over a hub.
    #[must_use]
    pub fn new(hub: &Hub) -> Self {
        Self { hub: hub.clone(), log: Log::default(), shared: Shared::default() }
    }

    /// Adds the gRPC service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        routes.add_service(StreamsServiceServer::new(self).send_compressed(CompressionEncoding::Gzip));
    }

    /// A subscriber with their place in the log; both faces subscribe here.
    ///
    /// # Errors
    /// Identity and permission first; then every fault of `request` at once, those of its filter under `within`.
    pub(crate) async fn follower(
        &self,
        badge: &MetadataMap,
        request: &v1::SubscribeRequest,
        mut faults: Violations,
        within: &str,
    ) -> Result<Follower, Refusal> {
        let badge = Badge::of(&self.hub, badge)?;
        let wanted = request.filter.clone().unwrap_or_default();
        let filter = if within.is_empty() {
            Filter::read(&mut faults, &wanted)
        } else {
            faults.within(within, |faults| Filter::read(faults, &wanted))
        };
        let asked = Asked { from: request.from(), after: &request.after_position, log: &request.log };
        let after = place(&self.hub, &self.log, &asked, &mut faults).await?;
        let filter = faults.done(filter)?;
        Ok(Follower::new(&self.hub, &self.shared, badge, filter, after))
    }

    /// News as it is told to both faces.
    pub(crate) async fn told(&self, news: News) -> Result<Told, Refusal> {
        Ok(match news {
            News::Batch(events, reached) => Told::Batch(v1::EventBatch {
                events: Some(Batch { encoded: events }),
                position: reached.to_string(),
            }),
            News::CaughtUp(reached) => {
                Told::CaughtUp(v1::CaughtUp { position: told(reached), log: self.log.id(&self.hub).await? })
            }
            News::Heartbeat(reached) => Told::Heartbeat(v1::SubscriptionHeartbeat {
                at: Some(convert::timestamp(self.hub.time.now())),
                position: told(reached),
            }),
        })
    }

    /// What comes next for a follower; none after the end.
    pub(crate) async fn next(&self, follower: &mut Follower) -> Option<Result<Told, Refusal>> {
        match follower.next().await? {
            Ok(news) => Some(self.told(news).await),
            Err(refusal) => Some(Err(refusal)),
        }
    }
}

type Sent<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

#[tonic::async_trait]
impl StreamsService for Streams {
    type SubscribeStream = Sent<v1::SubscribeResponse>;
    type SnapshotStream = Sent<v1::SnapshotResponse>;

    async fn subscribe(
        &self,
        request: Request<v1::SubscribeRequest>,
    ) -> Result<Response<Self::SubscribeStream>, Status> {
        let (badge, _, asked) = request.into_parts();
        let follower = self.follower(&badge, &asked, Violations::new(), "filter").await?;
        let news = unfold((self.clone(), follower), async |(streams, mut follower)| {
            let told = streams.next(&mut follower).await?;
            let told = told.map(|news| v1::SubscribeResponse { news: Some(news) }).map_err(Status::from);
            Some((told, (streams, follower)))
        });
        Ok(Response::new(Box::pin(news)))
    }

    async fn snapshot(
        &self,
        request: Request<v1::SnapshotRequest>,
    ) -> Result<Response<Self::SnapshotStream>, Status> {
        let badge = Badge::of(&self.hub, request.metadata())?;
        let wanted = request.into_inner().filter.unwrap_or_default();
        let mut faults = Violations::new();
        let filter = faults.within("filter", |faults| snapshot::filter(faults, &wanted));
        let filter = faults.done(filter)?;
        let states = Snapshot::start(&self.hub, badge, filter, self.log.id(&self.hub).await?).await?;
        let states = unfold(states, async |mut states| {
            let state = states.next().await?;
            let state = state.map(|state| v1::SnapshotResponse { state: Some(state) });
            Some((state.map_err(Status::from), states))
        });
        Ok(Response::new(Box::pin(states)))
    }

    async fn get_head(
        &self,
        request: Request<v1::GetHeadRequest>,
    ) -> Result<Response<v1::GetHeadResponse>, Status> {
        Badge::of(&self.hub, request.metadata())?;
        let head = self.hub.log.head().await.map_err(unread)?;
        let log = self.log.id(&self.hub).await?;
        Ok(Response::new(v1::GetHeadResponse { position: told(head), log }))
    }

    async fn list_schemas(
        &self,
        request: Request<v1::ListSchemasRequest>,
    ) -> Result<Response<v1::ListSchemasResponse>, Status> {
        Badge::of(&self.hub, request.metadata())?;
        let kinds = schema::kinds().iter().map(|kind| (*kind).to_owned()).collect();
        Ok(Response::new(v1::ListSchemasResponse { kinds }))
    }

    async fn get_schema(
        &self,
        request: Request<v1::GetSchemaRequest>,
    ) -> Result<Response<v1::GetSchemaResponse>, Status> {
        Badge::of(&self.hub, request.metadata())?;
        let kind = request.into_inner().kind;
        let schema = schema::json_schema(&kind).ok_or(Refusal::NotFound)?;
        Ok(Response::new(v1::GetSchemaResponse { json_schema: schema.to_string(), kind }))
    }
}
