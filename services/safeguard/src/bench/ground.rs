//! The ground of a measurement: a hub served on a real socket, two districts' units, and signed-in callers.
//! Never here: a measurement.

use std::path::Path;

use anyhow::Context;
use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::ids::OfficerId;
use domain::jurisdiction::Jurisdiction;
use domain::officer::{self, OfficerRule};
use domain::text::Title;
use domain::unit::{self, UnitRule};
use eventlog::StreamName;
use hub::config::{Config, Serving};
use hub::{Hub, Order, Time, Token, clocks};
use tonic::Request;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::serve::{Running, start};

/// The place of every measurement: Zhuhui in Hengyang, Hunan.
pub const PLACE: &str = "430405";
pub(super) const CITY: &str = "430400";

/// A served hub with units and officers.
pub struct Ground {
    running: Running,
}

/// A signed-in caller.
#[derive(Clone)]
pub struct Caller {
    token: MetadataValue<tonic::metadata::Ascii>,
}

impl Caller {
    /// A request with the caller's token.
    pub fn ask<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.token.clone());
        request
    }
}

impl Ground {
    /// Serves a new hub from `data` and enters the district into its directory.
    ///
    /// # Errors
    /// When the hub cannot be started.
    pub async fn start(data: &Path) -> anyhow::Result<Self> {
        Self::over(&Config {
            data: data.to_owned(),
            grpc: std::net::SocketAddr::from(([127, 0, 0, 1], 0)),
            // As for `serve`: what telemetry costs is measured by setting this.
            otlp: std::env::var("SAFEGUARD_OTLP").unwrap_or_default(),
            ..Config::default()
        })
        .await
    }

    /// The same in the place that is configured.
    ///
    /// # Errors
    /// When the hub cannot be started.
    pub async fn over(config: &Config) -> anyhow::Result<Self> {
        let config = Config { serve: Serving::ALL.to_vec(), ..config.clone() };
        let running = start(&config, Time::system()).await?;
        settle(&running.hub).await?;
        Ok(Self { running })
    }

    /// The shell.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.running.hub
    }

    /// A connection of its own to the hub.
    ///
    /// # Errors
    /// When the hub does not answer.
    pub async fn connect(&self) -> anyhow::Result<Channel> {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.running.address))?;
        Ok(endpoint.tcp_nodelay(true).connect().await?)
    }

    /// A caller: `OF-B-EDU`, the education clerk, or `OF-B-PSB`, the duty officer; with `-SYS` another system of the
    /// same unit, with `-AUD` its auditor.
    ///
    /// # Errors
    /// When no token can be issued.
    pub fn caller(&self, officer: &str) -> anyhow::Result<Caller> {
        let hub = self.hub();
        let issued = hub.tokens.issue(&officer.parse()?, hub.time.now())?;
        Ok(Caller { token: format!("Bearer {}", issued.text).parse()? })
    }

    /// Stops the hub.
    ///
    /// # Errors
    /// When it stopped badly.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await
    }
}

/// A unit of the bench, e.g. `UN-EDU-430405`.
///
/// # Errors
/// Never in practice: the parts are constants.
pub fn unit_of(agency: Agency, level: Level, division: &str) -> anyhow::Result<Unit> {
    let id = format!("UN-{}-{division}", agency.code()).parse()?;
    Ok(Unit { id, agency, level, division: division.parse()? })
}

/// Who enters units and officers.
///
/// # Errors
/// Never in practice: the parts are constants.
pub(super) fn administrator() -> anyhow::Result<Actor> {
    let service = clocks::service_actor().map_err(|error| anyhow::anyhow!(error))?;
    Ok(Actor { roles: vec![Role::Administrator], ..service })
}

/// Enters units and officers and waits until the roster knows them.
///
/// # Errors
/// When the log or the roster fails.
pub async fn settle(hub: &Hub) -> anyhow::Result<()> {
    let administrator = administrator()?;
    let mut last = None;
    for agency in [Agency::Education, Agency::Police] {
        let city = unit_of(agency, Level::City, CITY)?;
        let county = unit_of(agency, Level::County, PLACE)?;
        enter_unit(hub, &administrator, city.clone(), None).await?;
        enter_unit(hub, &administrator, county.clone(), Some(city)).await?;
        let id: OfficerId = format!("OF-B-{}", agency.code()).parse()?;
        let roles = vec![Role::Handler, Role::Triage, Role::Duty];
        enter_officer(hub, &administrator, id, county.clone(), roles).await?;
        let system: OfficerId = format!("OF-B-{}-SYS", agency.code()).parse()?;
        enter_officer(hub, &administrator, system, county.clone(), vec![Role::Service]).await?;
        let auditor: OfficerId = format!("OF-B-{}-AUD", agency.code()).parse()?;
        last = Some(enter_officer(hub, &administrator, auditor, county, vec![Role::Auditor]).await?);
    }
    let token = last.context("no officer was entered")?;
    hub.roster.view().wait(&token, std::time::Duration::from_secs(60)).await?;
    Ok(())
}

fn order<C>(by: &Actor, name: &str, command: C) -> Order<C> {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes());
    Order { by: by.clone(), id, occurred: None, causation: None, correlation: None, command }
}

pub(super) async fn enter_unit(hub: &Hub, by: &Actor, unit: Unit, above: Option<Unit>) -> anyhow::Result<()> {
    let stream = StreamName::parse(unit.id.as_str())?;
    let competence =
        vec![Jurisdiction { division: unit.division, categories: Vec::new(), fallback: above.is_none() }];
    let name = Title::parse(unit.id.as_str())?;
    let entry = unit::Registered { unit, name, superior: above.map(|unit| unit.id), competence };
    let command = unit::Command::Register(Box::new(entry));
    hub.handle::<UnitRule>(&stream, &order(by, stream.as_str(), command)).await?;
    Ok(())
}

pub(super) async fn enter_officer(
    hub: &Hub,
    by: &Actor,
    officer: OfficerId,
    unit: Unit,
    roles: Vec<Role>,
) -> anyhow::Result<Token> {
    let stream = StreamName::parse(officer.as_str())?;
    let subject = format!("SU-{officer}").parse()?;
    let name = hub.keys.seal(&subject, "name", "压力测试")?;
    let command = officer::Command::Register(Box::new(officer::Registered { officer, unit, name, roles }));
    Ok(hub.handle::<OfficerRule>(&stream, &order(by, stream.as_str(), command)).await?.token())
}
