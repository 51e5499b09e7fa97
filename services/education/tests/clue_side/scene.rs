//! A served education service over a log in memory: a city with two districts, their bureaus, police stations
//! and officers, and one kindergarten. Never here: what is tested.

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::institution::{self, InstitutionRule};
use domain::jurisdiction::Jurisdiction;
use domain::officer::{self, OfficerRule};
use domain::unit::{self, UnitRule};
use education::Education;
use hub::call::stream_of;
use hub::config::Config;
use hub::open::over;
use hub::project::EventLog;
use hub::{Hub, Order, Time, Token, clocks, serve};
use jiff::SignedDuration;
use tonic::Request;
use tonic::service::RoutesBuilder;
use tonic::transport::Channel;
use uuid::Uuid;
use wire::convert;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::reporter_statement::Who;
use wire::v1::{self, ReportClueRequest};

pub const CLERK: &str = "OF-CLERK";
pub const LEADER: &str = "OF-LEADER";
pub const SECOND: &str = "OF-SECOND";
pub const SUPERIOR: &str = "OF-SUPERIOR";
pub const NEIGHBOUR: &str = "OF-NEIGHBOUR";
pub const AUDITOR: &str = "OF-AUDITOR";
pub const DUTY: &str = "OF-DUTY";
pub const CREDIT: &str = "91350100M000100Y43";
/// A county of the city without a police station of its own, or of the city.
pub const CITY: &str = "430400";
pub const HERE: &str = "430405";
pub const THERE: &str = "430412";

pub struct Scene {
    pub hub: Hub,
    pub client: EducationServiceClient<Channel>,
    pub folder: tempfile::TempDir,
}

pub async fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), ..Config::default() };
    let hub = over(&config, EventLog::memory(), Time::system()).unwrap();
    settle(&hub).await;
    let education = Education::start(&hub).unwrap();
    let mut routes = RoutesBuilder::default();
    education.add_to(&mut routes);
    let bound = serve::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = format!("http://{}", bound.address());
    tokio::spawn(serve::serve(bound, routes, Default::default(), Vec::new(), std::future::pending()));
    let client = EducationServiceClient::connect(address).await.unwrap();
    Scene { hub, client, folder }
}

impl Scene {
    /// A request in the name of an officer.
    pub fn by<T>(&self, officer: &str, message: T) -> Request<T> {
        let token = self.hub.tokens.issue(&officer.parse().unwrap(), self.hub.time.now()).unwrap();
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", token.text);
        request.metadata_mut().insert("authorization", bearer.parse().unwrap());
        request
    }

    /// Reports a clue as the clerk.
    pub async fn report(&mut self, request: ReportClueRequest) -> v1::ReportClueResponse {
        let request = self.by(CLERK, request);
        self.client.report_clue(request).await.unwrap().into_inner()
    }

    /// A request that reports a sound, ordinary clue just now.
    pub fn plain(&self) -> ReportClueRequest {
        ReportClueRequest {
            request_id: Uuid::now_v7().to_string(),
            channel: v1::Channel::Phone as i32,
            category: v1::Category::FeeFraud as i32,
            urgency: v1::Urgency::U3 as i32,
            division: HERE.to_owned(),
            received_at: Some(convert::timestamp(self.hub.time.now())),
            narrative: "培训机构收了两年学费后关门".to_owned(),
            reporter: anonymous(),
            ..ReportClueRequest::default()
        }
    }

    /// The same, received on a day in Beijing.
    pub fn received(&self, at: &str) -> ReportClueRequest {
        ReportClueRequest { received_at: Some(convert::timestamp(at.parse().unwrap())), ..self.plain() }
    }
}

pub fn anonymous() -> Option<v1::ReporterStatement> {
    Some(v1::ReporterStatement { who: Some(Who::Anonymous(v1::AnonymousReporter {})) })
}

pub fn named(name: &str, phone: &str) -> Option<v1::ReporterStatement> {
    let named = v1::NamedReporter { name: name.to_owned(), phone: phone.to_owned(), ..Default::default() };
    Some(v1::ReporterStatement { who: Some(Who::Named(named)) })
}

fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}

fn administrator() -> Actor {
    Actor { roles: vec![Role::Administrator], ..clocks::service_actor().unwrap() }
}

async fn done<D: domain::Decider>(hub: &Hub, id: &str, command: D::Command) -> Token {
    let order = Order {
        by: administrator(),
        id: Uuid::now_v7(),
        occurred: None,
        causation: None,
        correlation: None,
        command,
    };
    hub.handle::<D>(&stream_of(&id).unwrap(), &order).await.unwrap().token()
}

async fn register(hub: &Hub, unit: Unit, superior: Option<&Unit>) -> Token {
    let row = Jurisdiction { division: unit.division, categories: Vec::new(), fallback: superior.is_none() };
    let id = unit.id.to_string();
    let entry = unit::Registered {
        name: domain::text::Title::parse(&format!("{id} 单位")).unwrap(),
        superior: superior.map(|unit| unit.id.clone()),
        competence: vec![row],
        unit,
    };
    done::<UnitRule>(hub, &id, unit::Command::Register(Box::new(entry))).await
}

async fn officer(hub: &Hub, id: &str, unit: Unit, roles: &[Role]) -> Token {
    let subject = format!("SU-{id}").parse().unwrap();
    let entry = officer::Registered {
        officer: id.parse().unwrap(),
        unit,
        name: hub.keys.seal(&subject, "name", "李明").unwrap(),
        roles: roles.to_vec(),
    };
    done::<OfficerRule>(hub, id, officer::Command::Register(Box::new(entry))).await
}

async fn settle(hub: &Hub) {
    for agency in [Agency::Education, Agency::Police] {
        let city = unit(agency, Level::City, CITY);
        register(hub, city.clone(), None).await;
        for county in [HERE, THERE] {
            register(hub, unit(agency, Level::County, county), Some(&city)).await;
        }
    }
    let bureau = unit(Agency::Education, Level::County, HERE);
    officer(hub, CLERK, bureau.clone(), &[Role::Handler, Role::Triage]).await;
    officer(hub, SECOND, bureau.clone(), &[Role::Handler, Role::Triage]).await;
    officer(hub, AUDITOR, bureau.clone(), &[Role::Auditor]).await;
    officer(hub, LEADER, bureau, &[Role::Leader]).await;
    officer(hub, SUPERIOR, unit(Agency::Education, Level::City, CITY), &[Role::Leader]).await;
    officer(hub, NEIGHBOUR, unit(Agency::Education, Level::County, THERE), &[Role::Handler, Role::Triage])
        .await;
    officer(hub, DUTY, unit(Agency::Police, Level::County, HERE), &[Role::Duty]).await;
    let id = format!("IN-{CREDIT}");
    let entry = institution::Particulars {
        id: id.parse().unwrap(),
        credit_code: CREDIT.parse().unwrap(),
        name: domain::text::Title::parse("小太阳幼儿园").unwrap(),
        kind: institution::InstitutionKind::Kindergarten,
        division: HERE.parse().unwrap(),
        address: domain::text::Text::parse("立新大道1号").unwrap(),
        lead: Agency::Education,
    };
    let last = done::<InstitutionRule>(hub, &id, institution::Command::Register(Box::new(entry))).await;
    hub.roster.view().wait(&last, std::time::Duration::from_secs(20)).await.unwrap();
}

/// A moment some hours before now.
pub fn hours_ago(hub: &Hub, hours: i64) -> Option<prost_types::Timestamp> {
    Some(convert::timestamp(hub.time.now().checked_sub(SignedDuration::from_hours(hours)).unwrap()))
}
