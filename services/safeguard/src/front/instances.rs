//! The instances of one role: which are up, as their health says, and which has the least to do. Never here: what a call
//! means, or sending it twice.

use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use hub::read_model::Progress;
use hub::serve::Watched;
use hub::telemetry;
use hub::tls::Tls;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tonic::Streaming;
use tonic::transport::Uri;
use tonic_health::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use super::lines::{Line, Lines, connection};

/// The first pause before an instance that is away is looked for again, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// The instances of one role.
pub(super) struct Instances {
    role: &'static str,
    all: Vec<Lines>,
    /// How often each instance came up; `None` while it is down.
    up: watch::Receiver<Vec<Option<u64>>>,
    health: Watched,
    /// They end with it.
    _following: JoinSet<()>,
}

/// Where a call was tried: an instance, and how often it had come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    instance: usize,
    life: u64,
}

impl Instances {
    /// Begins to watch the health of some instances of a role, as a service of theirs has it or, when that is empty, as a
    /// whole; those at `https` are shown the process's own certificate.
    ///
    /// # Errors
    /// An address or a certificate that cannot be used.
    pub(super) fn watch(
        (role, service): (&'static str, &'static str),
        at: Vec<Uri>,
        tls: Option<&Tls>,
    ) -> Result<Self, tonic::transport::Error> {
        let (tell, up) = watch::channel(vec![None; at.len()]);
        let down = Progress { stopped: Some("no instance is up".to_owned()), ..Progress::default() };
        let (say, health) = watch::channel(down);
        let tell = Arc::new(tell);
        let (mut all, mut following) = (Vec::new(), JoinSet::new());
        for (place, at) in at.into_iter().enumerate() {
            all.push(Lines::new(at.clone(), tls.cloned())?);
            let _ = following.spawn(follow((at, service), tls.cloned(), place, Arc::clone(&tell)));
        }
        let _ = following.spawn(sum_up(service.is_empty().then_some(role), up.clone(), say));
        Ok(Self { role, all, up, health, _following: following })
    }

    /// What they serve.
    pub(super) const fn role(&self) -> &'static str {
        self.role
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
    ) -> Option<(Place, Line)> {
        let mut up = self.up.clone();
        let found = async {
            let there = up.wait_for(|up| self.best(up, caller, tried).is_some()).await.ok()?;
            self.best(&there, caller, tried)
        };
        let place = tokio::time::timeout(patience, found).await.ok().flatten()?;
        Some((place, self.all.get(place.instance)?.line()?))
    }

    fn best(&self, up: &[Option<u64>], caller: Option<u64>, tried: &[Place]) -> Option<Place> {
        let lives =
            up.iter().enumerate().filter_map(|(instance, life)| Some(Place { instance, life: (*life)? }));
        let fresh = lives.filter(|place| !tried.contains(place));
        match caller {
            // By rendezvous: when an instance goes, its callers spread over the others, and nobody else moves.
            Some(caller) => fresh.max_by_key(|place| hash(&(caller, place.instance))),
            None => fresh.min_by_key(|place| self.all.get(place.instance).map(Lines::calls)),
        }
    }
}

/// A hash that is the same in every process.
pub(super) fn hash(what: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Follows the health of one instance, over a line of its own: what calls do to theirs says nothing about the instance.
async fn follow(
    (at, service): (Uri, &'static str),
    mut tls: Option<Tls>,
    place: usize,
    tell: Arc<watch::Sender<Vec<Option<u64>>>>,
) {
    let (mut pause, mut life, mut up) = (FIRST_PAUSE, 0, false);
    loop {
        let mut news = news(&at, service, tls.as_ref()).await;
        while let Some(open) = &mut news {
            tokio::select! {
                told = open.message() => match told {
                    Ok(Some(now)) => {
                        let serves = now.status == ServingStatus::Serving as i32;
                        life += u64::from(serves && !up);
                        up = serves;
                        say(&tell, place, up.then_some(life));
                        pause = FIRST_PAUSE;
                    }
                    Ok(None) | Err(_) => break,
                },
                // Asked again under the new certificate; until that is answered it is as it was.
                () = Tls::another(&mut tls) => news = self::news(&at, service, tls.as_ref()).await,
            }
        }
        up = false;
        say(&tell, place, None);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What an instance says of its health from now on; none when it cannot be asked.
async fn news(at: &Uri, service: &str, tls: Option<&Tls>) -> Option<Streaming<HealthCheckResponse>> {
    let mut health = HealthClient::new(connection(at, tls).ok()?);
    let asked = health.watch(HealthCheckRequest { service: service.to_owned() }).await;
    asked.ok().map(tonic::Response::into_inner)
}

fn say(tell: &watch::Sender<Vec<Option<u64>>>, place: usize, life: Option<u64>) {
    tell.send_if_modified(|up| match up.get_mut(place) {
        Some(known) => std::mem::replace(known, life) != life,
        None => false,
    });
}

/// Tells health and metrics how many are up.
async fn sum_up(
    role: Option<&'static str>,
    mut up: watch::Receiver<Vec<Option<u64>>>,
    say: watch::Sender<Progress>,
) {
    loop {
        let (there, out): (Vec<_>, Vec<_>) =
            up.borrow_and_update().iter().copied().partition(Option::is_some);
        // Of those that have one service of a role, one is meant to have it.
        if let Some(role) = role {
            telemetry::instances(role, (there.len() as u64, out.len() as u64));
        }
        say.send_modify(|now| now.stopped = there.is_empty().then(|| "no instance is up".to_owned()));
        if up.changed().await.is_err() {
            return;
        }
    }
}
