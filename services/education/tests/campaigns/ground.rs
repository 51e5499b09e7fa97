//! A country with a few units, officers and institutions, and a hub that serves education on a free port.

use std::time::Duration;

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::decider::Decider;
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use domain::institution::{self, InstitutionKind, InstitutionRule, Particulars};
use domain::jurisdiction::Jurisdiction;
use domain::officer::{self, OfficerRule};
use domain::text::{Text, Title};
use domain::unit::{self, UnitRule};
use education::Education;
use hub::call::stream_of;
use hub::config::Config;
use hub::open::over;
use hub::project::EventLog;
use hub::{Handled, Hub, Order, Time, serve};
use jiff::Timestamp;
use tonic::service::RoutesBuilder;
use tonic::transport::Channel;
use tonic::{Request, Status};
use uuid::Uuid;
use wire::Refusal;
use wire::v1;
use wire::v1::campaign_service_client::CampaignServiceClient;

/// The client of the service.
pub type Client = CampaignServiceClient<Channel>;

/// Longest time anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Divisions with a unit of education and one of fire.
const PLACES: [&str; 9] =
    ["100000", "430000", "430400", "430405", "430406", "441900", "310000", "500105", "500157"];

/// Institutions: id, and division.
pub const INSTITUTIONS: [(&str, &str); 10] = [
    ("IN-A", "430405"),
    ("IN-B", "430405"),
    ("IN-C", "430405"),
    ("IN-N", "430406"),
    ("IN-D", "441900"),
    ("IN-E", "310101"),
    ("IN-X", "500105"),
    ("IN-Y", "500105"),
    ("IN-Z", "500157"),
    ("IN-T", "430412"),
];

/// A hub being served.
pub struct Ground {
    pub hub: Hub,
    pub client: Client,
    /// Whoever presents a token sees everything the log held when it was presented.
    pub token: String,
    _folder: tempfile::TempDir,
}

impl Ground {
    /// A new hub with everything entered.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let hub = over(&config, EventLog::memory(), Time::system()).unwrap();
        let token = settle(&hub).await;
        let client = served(&hub).await;
        Self { hub, client, token, _folder: folder }
    }

    /// A request from an officer.
    pub fn from<T>(&self, officer: &str, request: T) -> Request<T> {
        let token = self.hub.tokens.issue(&officer.parse().unwrap(), self.hub.time.now()).unwrap();
        let mut request = Request::new(request);
        request.metadata_mut().insert("authorization", format!("Bearer {}", token.text).parse().unwrap());
        request.set_timeout(PATIENCE);
        request
    }

    /// A command straight to the rule, as another service would send it, at a moment it happened.
    pub async fn act<D: Decider>(
        &self,
        matter: &impl ToString,
        (by, id): (&Actor, Uuid),
        (command, occurred): (D::Command, Option<Timestamp>),
    ) -> Handled<D::State> {
        act::<D>(&self.hub, matter, (by, id), (command, occurred)).await
    }

    /// What a campaign's table says once it shows everything.
    pub async fn report(&self, campaign: &str, version: u32) -> v1::GetCampaignReportResponse {
        let request = v1::GetCampaignReportRequest {
            consistency_token: self.token.clone(),
            campaign_id: campaign.to_owned(),
            version,
        };
        self.client
            .clone()
            .get_campaign_report(self.from("OF-EDU-430405", request))
            .await
            .unwrap()
            .into_inner()
    }
}

async fn act<D: Decider>(
    hub: &Hub,
    matter: &impl ToString,
    (by, id): (&Actor, Uuid),
    (command, occurred): (D::Command, Option<Timestamp>),
) -> Handled<D::State> {
    let by = by.clone();
    let order = Order { by, id, occurred, causation: None, correlation: None, command };
    hub.handle::<D>(&stream_of(&matter.to_string()).unwrap(), &order).await.unwrap()
}

/// Serves education on a free port for as long as the test runs.
async fn served(hub: &Hub) -> Client {
    let mut routes = RoutesBuilder::default();
    Education::start(hub).unwrap().add_to(&mut routes);
    let bound = serve::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = bound.address();
    tokio::spawn(serve::serve(bound, routes, Default::default(), Vec::new(), std::future::pending()));
    CampaignServiceClient::connect(format!("http://{address}")).await.unwrap()
}

/// Enters units, officers and institutions.
async fn settle(hub: &Hub) -> String {
    let admin = officer("OF-HUB");
    let mut last = None;
    for place in PLACES {
        for agency in [Agency::Education, Agency::Fire, Agency::Police] {
            let unit = unit_of(agency, place);
            let entry = unit::Command::Register(Box::new(title_of(&unit)));
            act::<UnitRule>(hub, &unit.id, (&admin, Uuid::now_v7()), (entry, None)).await;
            for name in [format!("OF-{}-{place}", agency.code()), format!("OF-{}-{place}-2", agency.code())] {
                let Actor { officer, unit, roles } = officer(&name);
                let name = hub.keys.seal(&"SU-P1".parse().unwrap(), "name", "某某").unwrap();
                let entry = officer::Registered { officer: officer.clone(), unit, name, roles };
                let entry = officer::Command::Register(Box::new(entry));
                last = Some(
                    act::<OfficerRule>(hub, &officer, (&admin, Uuid::now_v7()), (entry, None)).await.token(),
                );
            }
        }
    }
    for (id, division) in INSTITUTIONS {
        let particulars = Particulars {
            id: id.parse().unwrap(),
            credit_code: "12100000400009880K".parse().unwrap(),
            name: Text::parse(id).unwrap(),
            kind: InstitutionKind::SubjectTraining,
            division: division.parse().unwrap(),
            address: Text::parse("样例路1号").unwrap(),
            lead: Agency::Education,
        };
        let command = institution::Command::Register(Box::new(particulars));
        let done = act::<InstitutionRule>(hub, &id, (&admin, Uuid::now_v7()), (command, None)).await;
        last = Some(done.token());
    }
    let last = last.unwrap();
    hub.roster.view().wait(&last, PATIENCE).await.unwrap();
    last.to_string()
}

fn title_of(unit: &Unit) -> unit::Registered {
    let everything = Jurisdiction { division: unit.division, categories: Vec::new(), fallback: false };
    let name = Title::parse(&format!("Office {}", unit.id)).unwrap();
    unit::Registered { name, superior: None, competence: vec![everything], unit: unit.clone() }
}

/// The unit of an agency at a place, of the level the place has.
pub fn unit_of(agency: Agency, place: &str) -> Unit {
    let division: DivisionCode = place.parse().unwrap();
    let level = match Divisions::standard().find(division).map(|row| row.level) {
        None => Level::Nation,
        Some(DivisionLevel::Province) => Level::Province,
        Some(DivisionLevel::City) => Level::City,
        Some(DivisionLevel::County) => Level::County,
    };
    Unit { id: format!("UN-{}-{place}", agency.code()).parse().unwrap(), agency, level, division }
}

/// An officer by the id, which tells agency and place.
pub fn officer(id: &str) -> Actor {
    let mut parts = id.split('-').skip(1);
    let agency = Agency::parse(parts.next().unwrap()).unwrap();
    let unit = unit_of(agency, parts.next().unwrap_or("100000"));
    let hub = agency == Agency::Hub;
    let roles = if hub { vec![Role::Administrator] } else { vec![Role::Handler, Role::Leader, Role::Head] };
    Actor { officer: id.parse().unwrap(), unit, roles }
}

/// A new request id.
pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}

/// Why a call was refused: its stable reason.
pub fn why(status: &Status) -> String {
    Refusal::from_status(status).reason().to_owned()
}
