//! Reactions: what the law refuses for being in the future is tried again, and a reaction that cannot get past an event
//! says so, to its health entry too. Time stands still here and moves when nothing else can.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::clue::{ClueRule, Rejection};
use eventlog::Positioned;
use hub::react::{self, Reaction, settled};
use hub::read_model::Progress;
use hub::{HandleError, Hub, serve};
use tokio::sync::watch;
use tokio::time::Instant;
use tonic::service::RoutesBuilder;
use tonic::transport::Endpoint;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::scene::{Scene, mandatory, scene};

/// What an attempt at an event comes to.
type Comes = fn(Instant) -> Result<(), HandleError>;

/// Reacts to reports only, and counts its attempts.
struct Tries {
    comes: Comes,
    times: Arc<AtomicUsize>,
    began: Instant,
}

impl Reaction for Tries {
    type Step = ();

    fn name(&self) -> &'static str {
        "tries"
    }

    fn step(&self, kind: &str) -> Option<()> {
        (kind == "clue.reported").then_some(())
    }

    async fn react(&self, _: &Hub, event: &Positioned, (): ()) -> Result<(), HandleError> {
        self.times.fetch_add(1, Ordering::SeqCst);
        settled(event, event.event.stream.as_str(), (self.comes)(self.began))
    }
}

fn in_future() -> HandleError {
    let at = "2026-09-08T02:00:00Z".parse().unwrap();
    let recorded = "2026-09-08T01:00:00Z".parse().unwrap();
    HandleError::Law(Box::new(Rejection::InFuture { at, recorded }))
}

/// A hub with one report, and a reaction to it.
async fn following(comes: Comes) -> (Scene, watch::Receiver<Progress>, Arc<AtomicUsize>) {
    let scene = scene();
    let (stream, report) = mandatory(&scene.hub);
    scene.hub.handle::<ClueRule>(&stream, &report).await.unwrap();
    let times = Arc::new(AtomicUsize::new(0));
    let reaction = Tries { comes, times: times.clone(), began: Instant::now() };
    let progress = react::start(&scene.hub, &scene.hub.views, reaction).unwrap();
    (scene, progress, times)
}

/// Waits until the reaction has done the last event of the log.
async fn caught_up(hub: &Hub, progress: &mut watch::Receiver<Progress>) {
    let head = hub.log.head().await.unwrap();
    progress.wait_for(|now| now.position >= head).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_act_in_the_future_is_tried_again_until_the_clock_gets_there() {
    let comes: Comes =
        |began| if began.elapsed() < Duration::from_secs(5) { Err(in_future()) } else { Ok(()) };
    let (scene, mut progress, times) = following(comes).await;
    caught_up(&scene.hub, &mut progress).await;
    assert_eq!(times.load(Ordering::SeqCst), 6);
    assert_eq!(progress.borrow().stopped, None);
}

#[tokio::test(start_paused = true)]
async fn what_the_law_refuses_for_good_is_settled_at_once() {
    let comes: Comes = |_| Err(HandleError::Law(Box::new(Rejection::TargetClosed)));
    let (scene, mut progress, times) = following(comes).await;
    caught_up(&scene.hub, &mut progress).await;
    assert_eq!(times.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reaction_stuck_at_one_event_says_so_with_event_reason_and_time_and_then_goes_on() {
    let comes: Comes =
        |began| if began.elapsed() < Duration::from_secs(90) { Err(HandleError::Contended) } else { Ok(()) };
    let (scene, mut progress, _) = following(comes).await;
    let began = Instant::now();
    let stopped = progress.wait_for(|now| now.stopped.is_some()).await.unwrap().stopped.clone().unwrap();
    assert_eq!(began.elapsed().as_secs(), 60);
    let first = scene.hub.log.read_all(None, 1).await.unwrap().remove(0).event;
    for part in [first.id.to_string(), first.stream.to_string(), HandleError::Contended.to_string()] {
        assert!(stopped.contains(&part) && stopped.contains(" since "), "{stopped}");
    }
    progress.wait_for(|now| now.stopped.is_none()).await.unwrap();
    assert_eq!(began.elapsed().as_secs(), 90);
    caught_up(&scene.hub, &mut progress).await;
}

#[tokio::test]
async fn the_health_of_a_reaction_is_told_by_its_progress() {
    let (tell, progress) = watch::channel(Progress::default());
    let bound = serve::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("http://{}", bound.address());
    let entries = vec![("safeguard.v1.Tries", progress)];
    let routes = RoutesBuilder::default();
    tokio::spawn(serve::serve(bound, routes, Default::default(), entries, std::future::pending()));
    let channel = Endpoint::from_shared(address).unwrap().connect().await.unwrap();
    let mut client = HealthClient::new(channel);
    let asked = HealthCheckRequest { service: "safeguard.v1.Tries".to_owned() };
    let mut told = client.watch(asked).await.unwrap().into_inner();
    let mut next = async |wanted: ServingStatus| loop {
        if told.message().await.unwrap().unwrap().status() == wanted {
            return;
        }
    };
    next(ServingStatus::Serving).await;
    tell.send_modify(|now| now.stopped = Some("event 1 since then".to_owned()));
    next(ServingStatus::NotServing).await;
    tell.send_modify(|now| now.stopped = None);
    next(ServingStatus::Serving).await;
}
