//! Event streams over real sockets: catching up, following live, idling. Subscribers run in this process, so memory and
//! processor time are theirs and the hub's together. Never here: what is in the events.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use anyhow::Context;
use tokio::task::JoinHandle;
use tokio::time::MissedTickBehavior;
use tonic::Streaming;
use tonic::transport::Channel;
use wire::v1::streams_service_client::StreamsServiceClient;
use wire::v1::subscribe_response::News;
use wire::{cloud, v1};

use crate::bench::ground::{Caller, Ground};
use crate::bench::million::{fill, resident_mib, write};
use crate::bench::{Figures, millis, quantile};

/// Who sees stages, units and times only: every personal value is withheld.
const AUDITOR: &str = "OF-B-EDU-AUD";
/// Who sees the content of the unit's matters: every value is opened.
const SYSTEM: &str = "OF-B-EDU-SYS";
/// Live subscribers.
const LIVE: usize = 50;
/// Events a second while they follow.
const RATE: f64 = 1_000.0;
/// Idle subscribers, and how many share a connection.
const IDLE: usize = 1_000;
const SHARING: usize = 100;

type Subscribed = Streaming<v1::SubscribeResponse>;
/// When each event came, by stream and revision.
type Received = Vec<(String, u64, Instant)>;

/// Measures catching up, following live and idling.
///
/// # Errors
/// When a call is refused or an event is missing.
pub async fn measure(
    ground: &Ground,
    events: u64,
    load: Duration,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    // First, so that what grows is not hidden by memory that other loads have left.
    idle(ground, figures).await?;
    fill(ground.hub(), events).await?;
    let withheld = catch_up(ground, AUDITOR, "").await?;
    figures.keep("stream_catch_up_per_s", withheld, "at least 100000, nothing opened");
    let opened = catch_up(ground, SYSTEM, "").await?;
    figures.keep("stream_catch_up_opened_per_s", opened, "at least 40000, every value opened");
    let narrow = catch_up(ground, SYSTEM, "clue.reported").await?;
    figures.keep("stream_catch_up_kind_per_s", narrow, "events looked at a second, one kind wanted");
    live(ground, load, figures).await
}

async fn subscribe(
    caller: &Caller,
    channel: Channel,
    wanted: v1::SubscribeRequest,
) -> anyhow::Result<Subscribed> {
    // The message of a page of the log may be larger than a client takes without being asked.
    let mut client = StreamsServiceClient::new(channel).max_decoding_message_size(16 * 1024 * 1024);
    Ok(client.subscribe(caller.ask(wanted)).await?.into_inner())
}

/// Events of the log a second for one subscriber, from the beginning until told that all have come.
async fn catch_up(ground: &Ground, officer: &str, kind: &str) -> anyhow::Result<f64> {
    let head = ground.hub().log.head().await?.map_or(0, |head| head.get());
    let kinds = Some(kind.to_owned()).filter(|kind| !kind.is_empty()).into_iter().collect();
    let wanted = v1::SubscribeRequest {
        from: v1::SubscribeFrom::Beginning.into(),
        filter: Some(v1::EventFilter { kinds, ..v1::EventFilter::default() }),
        ..v1::SubscribeRequest::default()
    };
    let start = Instant::now();
    let mut news = subscribe(&ground.caller(officer)?, ground.connect().await?, wanted).await?;
    let mut got = 0;
    while let Some(told) = news.message().await? {
        match told.news {
            Some(News::Batch(batch)) => got += batch.events.map_or(0, |batch| batch.events().count()),
            Some(News::CaughtUp(_)) => break,
            Some(News::Heartbeat(_)) | None => {}
        }
    }
    anyhow::ensure!(got > 0, "{officer} was sent nothing");
    eprintln!("{officer} was sent {got} of {head} events");
    Ok(head as f64 / start.elapsed().as_secs_f64())
}

/// A subscription from now on, once it has said that it is there.
async fn from_now(caller: &Caller, channel: Channel) -> anyhow::Result<Subscribed> {
    let wanted =
        v1::SubscribeRequest { from: v1::SubscribeFrom::Now.into(), ..v1::SubscribeRequest::default() };
    let mut news = subscribe(caller, channel, wanted).await?;
    let told = news.message().await?.context("the subscription ended")?;
    anyhow::ensure!(matches!(told.news, Some(News::CaughtUp(_))), "something came before now");
    Ok(news)
}

async fn live(ground: &Ground, load: Duration, figures: &mut Figures) -> anyhow::Result<()> {
    let alone = paced(ground, load).await?;
    let auditor = ground.caller(AUDITOR)?;
    let mut followers = Vec::with_capacity(LIVE);
    for _ in 0..LIVE {
        let news = from_now(&auditor, ground.connect().await?).await?;
        followers.push(tokio::spawn(receive(news)));
    }
    let accompanied = paced(ground, load).await?;
    let head = ground.hub().log.head().await?.map_or(0, |head| head.get());
    let received = until(followers, head).await?;
    let mut spans = Vec::new();
    for (stream, revision, came) in received.into_iter().flatten() {
        if let Some(appended) = accompanied.appended.get(&(stream, revision)) {
            spans.push(millis(came.saturating_duration_since(*appended)));
        }
    }
    anyhow::ensure!(
        spans.len() == LIVE * accompanied.appended.len(),
        "{} receipts of {} events by {LIVE} subscribers",
        spans.len(),
        accompanied.appended.len()
    );
    figures.keep("stream_live_events_per_s", accompanied.rate, "about 1000");
    figures.keep("stream_live_p99_ms", quantile(&mut spans, 0.99), "at most 100, append to receipt, 50 live");
    let slower = (1.0 - accompanied.rate / alone.rate).max(0.0) * 100.0;
    figures.keep("stream_writers_slower_percent", slower, "below 10, rate with and without 50 live");
    eprintln!("one command took {:.2} ms alone, {:.2} ms with {LIVE} live", alone.span, accompanied.span);
    Ok(())
}

/// What became of a paced load.
struct Paced {
    /// Events a second.
    rate: f64,
    /// Median milliseconds of one clue's commands.
    span: f64,
    /// When the append of an event began at the latest, for the last event of each clue.
    appended: HashMap<(String, u64), Instant>,
}

/// Writes clues at a pace that makes [`RATE`] events a second.
async fn paced(ground: &Ground, load: Duration) -> anyhow::Result<Paced> {
    let hub = ground.hub();
    let head = async || anyhow::Ok(hub.log.head().await?.map_or(0, |head| head.get()));
    let before = head().await?;
    write(hub).await?;
    let each = (head().await? - before).max(1) as f64;
    let mut tick = tokio::time::interval(Duration::from_secs_f64(each / RATE));
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let clues = (load.as_secs_f64() * RATE / each).ceil() as usize;
    let (before, start) = (head().await?, Instant::now());
    let mut writes: Vec<JoinHandle<anyhow::Result<_>>> = Vec::with_capacity(clues);
    for _ in 0..clues {
        tick.tick().await;
        let hub = hub.clone();
        writes.push(tokio::spawn(async move {
            let began = Instant::now();
            let last = write(&hub).await?;
            Ok((last, began.elapsed()))
        }));
    }
    let (mut appended, mut spans) = (HashMap::new(), Vec::new());
    for one in writes {
        let ((stream, revision, began), span) = one.await??;
        appended.insert((stream, revision), began);
        spans.push(millis(span));
    }
    let rate = (head().await? - before) as f64 / start.elapsed().as_secs_f64();
    Ok(Paced { rate, span: quantile(&mut spans, 0.5), appended })
}

/// Notes what comes until the position asked for is reached.
async fn receive(mut news: Subscribed) -> anyhow::Result<(Subscribed, Received, u64)> {
    let (mut received, mut reached) = (Received::new(), 0);
    while let Some(told) = news.message().await? {
        let came = Instant::now();
        match told.news {
            Some(News::Batch(batch)) => {
                reached = batch.position.parse()?;
                for event in batch.events.unwrap_or_default().events() {
                    let revision = cloud::word(&event, "revision").parse()?;
                    received.push((cloud::word(&event, "subject").to_owned(), revision, came));
                }
            }
            // A heartbeat is sent when a second brought nothing: the load is over.
            Some(News::Heartbeat(_)) if !received.is_empty() => break,
            Some(News::Heartbeat(_) | News::CaughtUp(_)) | None => {}
        }
    }
    Ok((news, received, reached))
}

async fn until(
    followers: Vec<JoinHandle<anyhow::Result<(Subscribed, Received, u64)>>>,
    head: u64,
) -> anyhow::Result<Vec<Received>> {
    let mut all = Vec::with_capacity(followers.len());
    for follower in followers {
        let (_, received, reached) = follower.await??;
        anyhow::ensure!(reached >= head, "a subscriber stopped at {reached} of {head}");
        all.push(received);
    }
    Ok(all)
}

/// Memory of subscribers who wait for what does not come.
async fn idle(ground: &Ground, figures: &mut Figures) -> anyhow::Result<()> {
    let auditor = ground.caller(AUDITOR)?;
    let before = resident_mib(std::process::id())?;
    let mut idle = Vec::with_capacity(IDLE);
    for _ in 0..IDLE / SHARING {
        let channel = ground.connect().await?;
        for _ in 0..SHARING {
            idle.push(from_now(&auditor, channel.clone()).await?);
        }
    }
    let grown = resident_mib(std::process::id())? - before;
    figures.keep("stream_idle_1000_mib", grown, "at most 100, both ends of 1000 idle subscriptions");
    drop(idle);
    Ok(())
}
