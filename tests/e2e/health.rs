//! The hub as its surroundings see it: health, overall and of each part, and reflection, through clients that know nothing
//! of Safeguard. Never here: an officer, a token.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use hub::config::Serving;
use prost::Message;
use prost_types::FileDescriptorProto;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{FileDescriptorResponse, ServerReflectionRequest, ServerReflectionResponse};

use crate::stage::{SMALL, Shared, Stage, play, play_alone, soon};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

/// After this long the hub cuts connections that do not end.
const GRACE: Duration = Duration::from_secs(10);
/// What has views, and with them a health of its own.
const PARTS: [&str; 4] = ["DirectoryService", "EducationService", "PoliceService", "FireService"];

async fn health(channel: &Channel, service: &str) -> Result<ServingStatus, Status> {
    let asked = HealthCheckRequest { service: service.to_owned() };
    HealthClient::new(channel.clone()).check(asked).await.map(|answer| answer.into_inner().status())
}

/// One question to the reflection service.
async fn reflected(stage: &Stage, question: MessageRequest) -> MessageResponse {
    let asked = ServerReflectionRequest { message_request: Some(question), ..Default::default() };
    asked_of(stage, asked).await.unwrap().message_response.unwrap()
}

async fn asked_of(stage: &Stage, asked: ServerReflectionRequest) -> Result<ServerReflectionResponse, Status> {
    let mut client = ServerReflectionClient::new(stage.world.channel.clone());
    let mut answers = client.server_reflection_info(futures::stream::iter([asked])).await?.into_inner();
    let answer = soon("an answer of reflection", answers.message()).await?;
    Ok(answer.expect("reflection answers before it ends"))
}

/// The files that describe a symbol.
async fn described(stage: &Stage, symbol: &str) -> Vec<FileDescriptorProto> {
    match reflected(stage, MessageRequest::FileContainingSymbol(symbol.to_owned())).await {
        MessageResponse::FileDescriptorResponse(FileDescriptorResponse { file_descriptor_proto: files }) => {
            files.iter().map(|file| FileDescriptorProto::decode(&file[..]).unwrap()).collect()
        }
        other => panic!("{symbol} must be described, not {other:?}"),
    }
}

#[test]
fn the_hub_and_each_of_its_parts_say_that_they_serve_to_anybody_who_asks() {
    play(&STAGE, SMALL, async |stage| {
        let channel = &stage.world.channel;
        assert_eq!(health(channel, "").await.unwrap(), ServingStatus::Serving);
        for part in PARTS {
            let status = health(channel, &format!("safeguard.v1.{part}")).await;
            assert_eq!(status.unwrap(), ServingStatus::Serving, "{part}");
        }
        let unknown = health(channel, "safeguard.v1.WeatherService").await;
        assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    });
}

#[test]
fn a_part_that_is_not_served_here_has_no_health_here() {
    play_alone(SMALL, async |stage| {
        stage.stop().await;
        stage.start_only(&[Serving::Police]).await;
        let channel = &stage.world.channel;
        assert_eq!(health(channel, "").await.unwrap(), ServingStatus::Serving);
        assert_eq!(health(channel, "safeguard.v1.PoliceService").await.unwrap(), ServingStatus::Serving);
        let elsewhere = health(channel, "safeguard.v1.EducationService").await;
        assert_eq!(elsewhere.unwrap_err().code(), Code::NotFound);
    });
}

#[test]
fn who_watches_the_health_is_told_at_once_and_sees_the_end() {
    play_alone(SMALL, async |stage| {
        let asked = HealthCheckRequest { service: "safeguard.v1.PoliceService".to_owned() };
        let mut client = HealthClient::new(stage.world.channel.clone());
        let mut news = client.watch(asked).await.unwrap().into_inner();
        let mut status =
            async || soon("news of the health", news.message()).await.unwrap().map(|told| told.status());
        assert_eq!(status().await, Some(ServingStatus::Serving));
        let began = Instant::now();
        stage.stop().await;
        assert!(began.elapsed() < GRACE, "who watches the health must not hold up the end");
        assert_eq!(status().await, Some(ServingStatus::NotServing));
        assert_eq!(status().await, None, "the watch ends in order");
    });
}

#[test]
fn reflection_lists_the_services_and_describes_their_methods() {
    play(&STAGE, SMALL, async |stage| {
        let listed = match reflected(stage, MessageRequest::ListServices(String::new())).await {
            MessageResponse::ListServicesResponse(listed) => listed.service,
            other => panic!("a list of services, not {other:?}"),
        };
        let names: BTreeSet<String> = listed.into_iter().map(|service| service.name).collect();
        for part in PARTS.iter().chain(&["SessionService", "StreamsService"]) {
            assert!(names.contains(&format!("safeguard.v1.{part}")), "{part} is missing in {names:?}");
        }
        assert!(names.contains("grpc.health.v1.Health"));

        let files = described(stage, "safeguard.v1.PoliceService.ClaimEntry").await;
        let service =
            files.iter().flat_map(|file| &file.service).find(|service| service.name() == "PoliceService");
        let method = service.unwrap().method.iter().find(|method| method.name() == "ClaimEntry").unwrap();
        assert_eq!(method.input_type(), ".safeguard.v1.ClaimEntryRequest");
        assert_eq!(method.output_type(), ".safeguard.v1.ClaimEntryResponse");
        assert!(!method.client_streaming() && !method.server_streaming());
        let files = described(stage, "safeguard.v1.ClaimEntryRequest").await;
        let messages = files.iter().flat_map(|file| &file.message_type);
        let request = messages.clone().find(|message| message.name() == "ClaimEntryRequest").unwrap();
        assert!(request.field.iter().any(|field| field.name() == "matter"));

        let unknown = MessageRequest::FileContainingSymbol("safeguard.v1.Weather".to_owned());
        let asked = ServerReflectionRequest { message_request: Some(unknown), ..Default::default() };
        assert_eq!(asked_of(stage, asked).await.unwrap_err().code(), Code::NotFound);
    });
}
