//! The HTTP face, on the same port: events as server-sent events, the schemas of events, and the description of it
//! all. For browsers and curl; the same subscription as over gRPC. Never here: what a subscriber may see.

mod asyncapi;
mod problem;
mod query;

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use domain::schema;
use futures::stream::unfold;
use serde_json::{Value, json};
use tonic::metadata::MetadataMap;
use wire::cloud;
use wire::cloudevents::CloudEvent;
use wire::refusal::Refusal;
use wire::v1::subscribe_response::News;
use wire::violations::Violations;

use crate::api::Streams;
use crate::badge::Badge;
use crate::follow::Follower;
use problem::{Problem, problem};

/// The media type of JSON Schemas.
const SCHEMA: &str = "application/schema+json";
const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// What a request is answered with.
type Answer = Result<Response, Problem>;

impl Streams {
    /// The routes of the HTTP face.
    pub fn pages(&self) -> Router {
        Router::new()
            .route("/v1/events", get(events))
            .route("/v1/schemas", get(schemas))
            .route("/v1/schemas/{kind}", get(one_schema))
            .route("/v1/asyncapi.json", get(description))
            .with_state(self.clone())
    }
}

async fn events(State(streams): State<Streams>, RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let mut faults = Violations::new();
    let request = query::read(&mut faults, query.as_deref().unwrap_or_default(), &headers);
    let badge = MetadataMap::from_headers(headers);
    let follower = streams.follower(&badge, &request, faults, "").await?;
    // Known by now: the follower's place was looked up in this log.
    let log = streams.log.id(&streams.hub).await?;
    let told = unfold((streams, follower, log), async |(streams, mut follower, log)| {
        let text = next(&streams, &mut follower, &log).await?;
        Some((Ok::<_, Infallible>(text), (streams, follower, log)))
    });
    respond(EVENTS, Body::from_stream(told))
}

/// The next news as server-sent events; a refusal is the last.
async fn next(streams: &Streams, follower: &mut Follower, log: &str) -> Option<String> {
    let id =
        |position: &str| if position.is_empty() { String::new() } else { format!("id: {position}@{log}\n") };
    Some(match streams.next(follower).await? {
        Ok(News::Batch(batch)) => {
            let each = |event: CloudEvent| {
                format!("{}data: {}\n\n", id(cloud::word(&event, "position")), cloud::json(&event))
            };
            batch.events.unwrap_or_default().events().map(each).collect()
        }
        Ok(News::CaughtUp(reached)) => {
            let told = json!({ "position": reached.position, "log": reached.log });
            format!("{}event: caught-up\ndata: {told}\n\n", id(&reached.position))
        }
        Ok(News::Heartbeat(beat)) => {
            let at = streams.hub.time.now().to_string();
            let told = json!({ "position": beat.position, "at": at });
            format!("{}event: heartbeat\ndata: {told}\n\n", id(&beat.position))
        }
        Err(refusal) => format!("event: refused\ndata: {}\n\n", problem(&refusal)),
    })
}

async fn schemas(State(streams): State<Streams>, headers: HeaderMap) -> Answer {
    Badge::of(&streams.hub, &MetadataMap::from_headers(headers))?;
    let each = |kind: &&str| {
        let (id, path) = (schema::id(kind), format!("/v1/schemas/{kind}"));
        json!({ "kind": kind, "dataschema": id, "path": path })
    };
    respond_json(JSON, &json!({ "schemas": schema::kinds().iter().map(each).collect::<Vec<_>>() }))
}

async fn one_schema(State(streams): State<Streams>, Path(kind): Path<String>, headers: HeaderMap) -> Answer {
    Badge::of(&streams.hub, &MetadataMap::from_headers(headers))?;
    respond_json(SCHEMA, schema::json_schema(&kind).ok_or(Refusal::NotFound)?)
}

async fn description(State(streams): State<Streams>, headers: HeaderMap) -> Answer {
    Badge::of(&streams.hub, &MetadataMap::from_headers(headers))?;
    respond_json(JSON, &asyncapi::document())
}

fn respond_json(kind: &'static str, value: &Value) -> Answer {
    respond(kind, Body::from(value.to_string()))
}

fn respond(kind: &'static str, body: Body) -> Answer {
    let answer = Response::builder().status(StatusCode::OK).header(CONTENT_TYPE, kind);
    let answer = answer.header(CACHE_CONTROL, "no-store").body(body);
    answer.map_err(|error| Problem(hub::refuse::internal(&error)))
}
