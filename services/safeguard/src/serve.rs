//! Putting the parts together: open the directory, start the services asked for, listen, stop in order.
//! Never here: what any part does.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use axum::Router;
use education::Education;
use fire::Fire;
use hub::config::{Config, Serving};
use hub::open::{Opened, open};
use hub::serve::Watched;
use hub::telemetry::{self, Telemetry};
use hub::tls::Tls;
use hub::{Hub, Time, clocks, serve};
use police::Police;
use streams::deliveries::Seat;
use streams::groups::GroupsApi;
use streams::webhooks::Webhooks;
use streams::{Deliveries, Streams};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::service::RoutesBuilder;

use crate::listening::Listening;

/// How long log and disk may take to accept the last readings of sensitive values.
const READ: Duration = Duration::from_secs(5);

/// A hub that is being served.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it serves.
    pub roles: Vec<Serving>,
    /// The shell, for operators in the same process.
    pub hub: Hub,
    /// The administrator's one-time password, on a first start.
    pub first_password: Option<String>,
    stop: oneshot::Sender<()>,
    listening: Listening,
    /// Gives up the seat of the deliveries when the hub stops, where streams are served.
    leaving: Option<JoinHandle<()>>,
    opened: Opened,
    telemetry: Option<Telemetry>,
}

/// Opens the directory and serves it until [`Running::stop`].
///
/// # Errors
/// When the directory, a view or the address cannot be used; the text says what to do.
pub async fn start(config: &Config, time: Time) -> anyhow::Result<Running> {
    ensure!(
        !config.serve.is_empty(),
        "nothing is to be served: name roles, or take the setting serve away for all"
    );
    let tls = Tls::start(config, &time)?;
    let bound = serve::bind(config.grpc).await?.with_tls(tls.clone());
    let address = bound.address();
    let telemetry = Telemetry::start(config).await?;
    let mut opened = open(config, time).await?;
    opened.hub.tls = tls;
    let hub = opened.hub.clone();
    let first_password = directory::first_start(&hub).await.context("first start")?;
    let Parts { routes, pages, mut views, queue, deliveries } = parts(&hub, config)?;
    let clock = clocks::service_actor().map_err(|error| anyhow::anyhow!(error))?;
    views.push(("safeguard.v1.Erasure", hub.erasure.view().progress()));
    views.push(("safeguard.v1.AccessService", hub.grants.view().progress()));
    views.push(("safeguard.v1.OversightService", hub.reads.health()));
    views.push(("safeguard.v1.Clocks", clocks::start(&hub, &hub.views, clock)?.progress()));
    if let Some(telemetry) = &telemetry {
        telemetry.watch(telemetry::Watched { hub: hub.clone(), views: views.clone(), queue });
    }
    let mut leaving = None;
    if let Some((seat, keeping)) = deliveries {
        // An instance that stands by is as well as one that delivers; only a front asks which it is.
        views.push((streams::deliveries::HEALTH, seat.health()));
        seat.settled().await;
        leaving = Some(keeping);
    }
    let (stop, stopped) = oneshot::channel();
    let asked = async move {
        let _ = stopped.await;
    };
    let serving = serve::serve(bound.of(&hub), routes, pages, views, asked);
    let listening = Listening::to(async { Ok(serving.await?) });
    let roles = config.serve.clone();
    Ok(Running { address, roles, hub, first_password, stop, listening, leaving, opened, telemetry })
}

/// The services asked for.
struct Parts {
    routes: RoutesBuilder,
    pages: Router,
    /// The views and reactions whose health is theirs.
    views: Vec<(&'static str, Watched)>,
    /// What waits in the police queue, where it is served.
    queue: Option<telemetry::Queue>,
    /// The seat of the deliveries and who keeps it, where streams are served.
    deliveries: Option<(Seat, JoinHandle<()>)>,
}

fn parts(hub: &Hub, config: &Config) -> anyhow::Result<Parts> {
    let mut routes = RoutesBuilder::default();
    let mut pages = Router::new();
    let mut views = Vec::new();
    let (mut queue, mut deliveries) = (None, None);
    for part in &config.serve {
        match part {
            Serving::Directory => {
                let part = directory::Directory::start(hub)?;
                views.push(("safeguard.v1.OversightService/reads", part.read_log().view().progress()));
                views.push(("safeguard.v1.SessionService", part.doors().view().progress()));
                part.add_to(&mut routes);
                views.push(("safeguard.v1.DirectoryService", hub.roster.view().progress()));
            }
            Serving::Education => {
                let part = Education::start(hub)?;
                views.push(("safeguard.v1.EducationService", part.view().progress()));
                views.push(("safeguard.v1.EducationService/referrals", part.referrals_view().progress()));
                views.push(("safeguard.v1.CampaignService", part.campaigns_view().progress()));
                views.extend(part.reactions());
                part.add_to(&mut routes);
            }
            Serving::Police => {
                let part = Police::start(hub)?;
                views.push(("safeguard.v1.PoliceService", part.view().progress()));
                queue = Some(part.waiting());
                part.add_to(&mut routes);
            }
            Serving::Fire => {
                let part = Fire::start(hub)?;
                views.push(("safeguard.v1.FireService", part.view().progress()));
                views.extend(part.parts());
                part.add_to(&mut routes);
            }
            Serving::Streams => {
                let part = Streams::new(hub);
                pages = pages.merge(part.pages());
                part.add_to(&mut routes);
                let seat = Deliveries::open(hub)?;
                let groups = GroupsApi::start(hub, seat.seat().clone())?;
                views.push(("safeguard.v1.GroupsService", seat.view()));
                views.push(("safeguard.v1.GroupsService/standing", groups.health()));
                let webhooks = Webhooks::start(hub, &groups, &config.webhook_hosts, config.webhook_private)?;
                views.push(("safeguard.v1.WebhooksService/standing", webhooks.health()));
                let (known, alone) = (seat.seat().clone(), config.log.is_empty());
                let keeping = seat.keep((groups.groups(), &webhooks), alone);
                deliveries = Some((known, keeping.map_err(|error| anyhow::anyhow!(error))?));
                webhooks.add_to(&mut routes);
                groups.add_to(&mut routes);
            }
            Serving::Front => anyhow::bail!("a front runs alone; give it a process of its own"),
            Serving::Keys => anyhow::bail!("a key service runs alone; give it a process of its own"),
        }
    }
    Ok(Parts { routes, pages, views, queue, deliveries })
}

impl Running {
    /// Where metrics are served for Prometheus, when they are.
    #[must_use]
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.telemetry.as_ref().and_then(Telemetry::page)
    }

    /// Waits until `stop` resolves.
    ///
    /// # Errors
    /// It does not listen any more.
    pub async fn until(&mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        self.listening.until(stop).await
    }

    /// Takes no new calls, finishes those it accepted, writes what the log accepted, and closes.
    ///
    /// The order matters. First the socket, so that nothing new comes in; then the seat of the deliveries, so that another
    /// instance goes on at once, and the readings that gathered, which the log takes, or else the disk; then the log, whose writer
    /// finishes every append it took; the directory's lock last. A view may still be at its last page then, which the end of
    /// the process breaks off like a crash: it is folded again. A crash in between leaves what kill -9 leaves: an
    /// acknowledged append is on disk.
    ///
    /// # Errors
    /// When the transport failed while stopping.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.hub.stopping.send_replace(true);
        let _ = self.stop.send(());
        let served = self.listening.end().await;
        if let Some(leaving) = self.leaving {
            leaving.await.context("the task that keeps the deliveries ended badly")?;
        }
        if let Err(error) = self.hub.reads.stop(READ).await {
            let lost = self.hub.reads.waiting();
            tracing::error!(%error, lost, "readings of sensitive values are not on record");
        }
        self.opened.hub.log.close().await;
        drop(self.opened);
        // Last, so that the end of everything before it is told too; it takes two seconds at most.
        if let Some(telemetry) = self.telemetry {
            telemetry.stop().await;
        }
        served
    }
}
