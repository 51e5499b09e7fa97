//! The instances of one role: which are up, as their health says, and which has the least to do. Never here: what a call
//! means, or sending it twice.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use hub::read_model::Progress;
use hub::serve::Watched;
use tokio::sync::watch;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint, Uri};
use tonic_health::ServingStatus;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;
use tower::{Service as _, ServiceExt as _};

/// The first pause before an instance that is away is looked for again, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// How often a connection is asked whether it lives, and how long it may take to say so.
const ALIVE: Duration = Duration::from_secs(5);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(2);

/// Bytes of an answer that may wait for a slow reader, and of all answers of an instance: so many that no number of slow
/// readers holds up the others.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = i32::MAX.unsigned_abs();

/// The instances of one role.
pub(super) struct Instances {
    all: Vec<Instance>,
    /// How often each instance came up; `None` while it is down.
    up: watch::Receiver<Vec<Option<u64>>>,
    health: Watched,
}

struct Instance {
    channel: Channel,
    calls: Arc<AtomicUsize>,
}

/// Where a call was tried: an instance, and how often it had come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    instance: usize,
    life: u64,
}

/// One call's line to an instance.
pub(super) struct Line {
    place: Place,
    channel: Channel,
    calls: Arc<AtomicUsize>,
}

impl Instances {
    /// Begins to watch the health of some instances, as a `service` of theirs has it or, when that is empty, as a whole;
    /// those at `https` are shown the front's own certificate, or none when `calling` has none.
    ///
    /// # Errors
    /// An address that cannot be used.
    pub(super) fn watch(
        at: Vec<Uri>,
        calling: Option<&ClientTlsConfig>,
        service: &'static str,
    ) -> Result<Self, tonic::transport::Error> {
        let (tell, up) = watch::channel(vec![None; at.len()]);
        let down = Progress { stopped: Some("no instance is up".to_owned()), ..Progress::default() };
        let (say, health) = watch::channel(down);
        let tell = Arc::new(tell);
        let mut all = Vec::new();
        for (place, uri) in at.into_iter().enumerate() {
            let over_tls = uri.scheme_str() == Some("https");
            let endpoint = Endpoint::from(uri)
                .tcp_nodelay(true)
                .connect_timeout(CONNECT)
                .http2_keep_alive_interval(ALIVE)
                .keep_alive_timeout(ALIVE)
                .keep_alive_while_idle(true)
                .initial_stream_window_size(STREAM_WINDOW)
                .initial_connection_window_size(CONNECTION_WINDOW);
            let endpoint = match over_tls {
                true => endpoint.tls_config(
                    calling.cloned().unwrap_or_else(|| ClientTlsConfig::new().with_native_roots()),
                )?,
                false => endpoint,
            };
            let channel = endpoint.connect_lazy();
            tokio::spawn(follow((channel.clone(), service), place, Arc::clone(&tell)));
            all.push(Instance { channel, calls: Arc::default() });
        }
        tokio::spawn(sum_up(up.clone(), say));
        Ok(Self { all, up, health })
    }

    /// Whether any instance is up.
    pub(super) fn health(&self) -> Watched {
        self.health.clone()
    }

    /// The caller's own instance, or the one with the least to do for somebody unknown, of those that are up and not yet
    /// tried in this life; waits for one, but none when `patience` runs out first. A caller keeps to one instance while
    /// it is up, because its views show what the caller has just done.
    pub(super) async fn pick(
        &self,
        caller: Option<u64>,
        tried: &[Place],
        patience: Duration,
    ) -> Option<Line> {
        let mut up = self.up.clone();
        let found = async {
            let there = up.wait_for(|up| self.best(up, caller, tried).is_some()).await.ok()?;
            self.best(&there, caller, tried)
        };
        let place = tokio::time::timeout(patience, found).await.ok().flatten()?;
        let instance = self.all.get(place.instance)?;
        let _ = instance.calls.fetch_add(1, Ordering::Relaxed);
        Some(Line { place, channel: instance.channel.clone(), calls: Arc::clone(&instance.calls) })
    }

    fn best(&self, up: &[Option<u64>], caller: Option<u64>, tried: &[Place]) -> Option<Place> {
        let lives =
            up.iter().enumerate().filter_map(|(instance, life)| Some(Place { instance, life: (*life)? }));
        let fresh = lives.filter(|place| !tried.contains(place));
        match caller {
            // By rendezvous: when an instance goes, its callers spread over the others, and nobody else moves.
            Some(caller) => fresh.max_by_key(|place| hash(&(caller, place.instance))),
            None => fresh
                .min_by_key(|place| self.all.get(place.instance).map(|it| it.calls.load(Ordering::Relaxed))),
        }
    }
}

/// A hash that is the same in every process.
pub(super) fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

impl Line {
    /// Where it leads.
    pub(super) const fn place(&self) -> Place {
        self.place
    }

    /// Sends a request and answers when the answer begins.
    ///
    /// # Errors
    /// The connection failed; the call may have been done.
    pub(super) async fn send(&mut self, request: Request) -> Result<Response, tonic::transport::Error> {
        let request = request.map(tonic::body::Body::new);
        let answer = self.channel.ready().await?.call(request).await?;
        Ok(answer.into_response())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let _ = self.calls.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Follows the health of one instance for as long as anybody asks.
async fn follow(
    (channel, service): (Channel, &str),
    place: usize,
    tell: Arc<watch::Sender<Vec<Option<u64>>>>,
) {
    let (mut pause, mut life) = (FIRST_PAUSE, 0);
    loop {
        let mut health = HealthClient::new(channel.clone());
        if let Ok(answer) = health.watch(HealthCheckRequest { service: service.to_owned() }).await {
            let mut news = answer.into_inner();
            while let Ok(Some(now)) = news.message().await {
                let serves = now.status == ServingStatus::Serving as i32;
                life += u64::from(serves);
                say(&tell, place, serves.then_some(life));
                pause = FIRST_PAUSE;
            }
        }
        say(&tell, place, None);
        tokio::select! {
            () = tell.closed() => return,
            () = tokio::time::sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
        }
    }
}

fn say(tell: &watch::Sender<Vec<Option<u64>>>, place: usize, life: Option<u64>) {
    tell.send_if_modified(|up| match up.get_mut(place) {
        Some(known) => std::mem::replace(known, life) != life,
        None => false,
    });
}

async fn sum_up(mut up: watch::Receiver<Vec<Option<u64>>>, say: watch::Sender<Progress>) {
    loop {
        let any = up.borrow_and_update().iter().any(Option::is_some);
        say.send_modify(|now| now.stopped = (!any).then(|| "no instance is up".to_owned()));
        if up.changed().await.is_err() {
            return;
        }
    }
}
