//! Two counties with their units, officers and institutions, over a hub that serves on a free port. Never here: a story.

use std::time::Duration;

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::decider::Decider;
use domain::institution::{self, InstitutionKind, InstitutionRule, Particulars};
use domain::officer::{self, OfficerRule};
use domain::text::Text;
use domain::unit::{self, UnitRule};
use fire::Fire;
use hub::call::stream_of;
use hub::config::Config;
use hub::open::over;
use hub::project::{EventLog, Positioned, Revision};
use hub::{Hub, Order, Time, mint, serve};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tonic::service::RoutesBuilder;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use uuid::Uuid;
use wire::refusal::Refusal;
use wire::v1::inspection_service_client::InspectionServiceClient;

pub type Client = InspectionServiceClient<Channel>;

/// Longest time anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// An institution of the county, and one of the neighbouring county.
pub const SCHOOL: &str = "IN-SCHOOL";
pub const ELSEWHERE: &str = "IN-ELSEWHERE";

/// Everything that runs; dropping it ends it.
pub struct Town {
    pub hub: Hub,
    pub client: Client,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    _folder: TempDir,
}

/// Officers: name, unit, role.
const CAST: [(&str, &str, Role); 13] = [
    ("edu", "UN-EDU-430405", Role::Handler),
    ("edu2", "UN-EDU-430405", Role::Handler),
    ("chief", "UN-EDU-430405", Role::Leader),
    ("fire", "UN-FIRE-430405", Role::Handler),
    ("fire2", "UN-FIRE-430405", Role::Handler),
    ("psb", "UN-PSB-430405", Role::Handler),
    ("market", "UN-SAMR-430405", Role::Handler),
    ("city", "UN-EDU-430400", Role::Head),
    ("firecity", "UN-FIRE-430400", Role::Handler),
    ("marketcity", "UN-SAMR-430400", Role::Handler),
    ("other", "UN-EDU-430412", Role::Handler),
    ("merged", "UN-EDU-500157", Role::Handler),
    ("former", "UN-EDU-500112", Role::Handler),
];

pub fn unit(id: &str) -> Unit {
    let mut parts = id.split('-').skip(1);
    let agency = Agency::parse(parts.next().unwrap()).unwrap();
    let division = parts.next().unwrap();
    let level = if division.ends_with("00") { Level::City } else { Level::County };
    Unit { id: id.parse().unwrap(), agency, level, division: division.parse().unwrap() }
}

pub fn actor(name: &str) -> Actor {
    let (_, id, role) = CAST.into_iter().find(|(who, ..)| *who == name).unwrap();
    Actor { officer: format!("OF-{name}").parse().unwrap(), unit: unit(id), roles: vec![role] }
}

fn operator() -> Actor {
    let unit = Unit {
        id: "UN-HUB".parse().unwrap(),
        agency: Agency::Hub,
        level: Level::Nation,
        division: "100000".parse().unwrap(),
    };
    Actor { officer: "OF-ADMIN".parse().unwrap(), unit, roles: vec![Role::Administrator] }
}

pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}

/// The stable reason of a refusal.
#[track_caller]
pub fn refused<T: std::fmt::Debug>(answer: Result<T, Status>) -> String {
    let status = answer.unwrap_err();
    let refusal = Refusal::from_status(&status);
    let Refusal::Shape(found) = &refusal else { return refusal.reason().to_owned() };
    found.iter().map(|one| format!("{}:{}", one.field, one.reason)).collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub fn denied<T: std::fmt::Debug>(answer: Result<T, Status>) {
    assert_eq!(answer.unwrap_err().code(), Code::PermissionDenied);
}

impl Town {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let hub = over(&config, EventLog::memory(), Time::system()).unwrap();
        let mut routes = RoutesBuilder::default();
        Fire::start(&hub).unwrap().add_to(&mut routes);
        let bound = serve::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = bound.address();
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let asked = async { stopped.await.unwrap_or_default() };
        tokio::spawn(async move {
            serve::serve(bound, routes, Default::default(), Vec::new(), asked).await.unwrap();
        });
        let client = InspectionServiceClient::connect(format!("http://{address}")).await.unwrap();
        let town = Self { hub, client, stop: Some(stop), _folder: folder };
        town.settle().await;
        town
    }

    async fn settle(&self) {
        for id in ["UN-EDU-430405", "UN-FIRE-430405", "UN-PSB-430405", "UN-SAMR-430405", "UN-EDU-430400"]
            .into_iter()
            .chain(["UN-FIRE-430400", "UN-SAMR-430400", "UN-EDU-430412", "UN-EDU-500157", "UN-EDU-500112"])
        {
            let name = Text::parse(&format!("Office {id}")).unwrap();
            let entry = unit::Registered { unit: unit(id), name, superior: None, competence: Vec::new() };
            self.act::<UnitRule>(id, &operator(), unit::Command::Register(Box::new(entry))).await;
        }
        for (name, ..) in CAST {
            let Actor { officer, unit, roles } = actor(name);
            let subject = format!("SU-{officer}").parse().unwrap();
            let sealed = self.hub.keys.seal(&subject, "name", "某人").unwrap();
            let entry = officer::Registered { officer: officer.clone(), unit, name: sealed, roles };
            let command = officer::Command::Register(Box::new(entry));
            self.act::<OfficerRule>(officer.as_str(), &operator(), command).await;
        }
        self.institution(SCHOOL, "430405").await;
        self.institution(ELSEWHERE, "430412").await;
        assert!(self.hub.roster.view().wait_for_head(PATIENCE).await.unwrap());
    }

    pub async fn institution(&self, id: &str, division: &str) {
        let entry = Particulars {
            id: id.parse().unwrap(),
            credit_code: "91350100M000100Y43".parse().unwrap(),
            name: Text::parse(&format!("阳光培训学校 {id}")).unwrap(),
            kind: InstitutionKind::NonSubjectTraining,
            division: division.parse().unwrap(),
            address: Text::parse("解放路1号").unwrap(),
            lead: Agency::Education,
        };
        let command = institution::Command::Register(Box::new(entry));
        self.act::<InstitutionRule>(id, &operator(), command).await;
    }

    /// A command straight to the rule, as another service would send it.
    pub async fn act<D: Decider>(&self, stream: &str, by: &Actor, command: D::Command) {
        let order = Order {
            by: by.clone(),
            id: Uuid::now_v7(),
            occurred: None,
            causation: None,
            correlation: None,
            command,
        };
        self.hub.handle::<D>(&stream_of(&stream).unwrap(), &order).await.unwrap();
    }

    /// A request from a signed-in officer.
    pub fn asks<T>(&self, name: &str, message: T) -> Request<T> {
        let token = self.hub.tokens.issue(&actor(name).officer, self.hub.time.now()).unwrap();
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", token.text).parse().unwrap();
        let _ = request.metadata_mut().insert("authorization", bearer);
        request
    }

    pub fn now(&self) -> Timestamp {
        self.hub.time.now()
    }

    /// The day so many days from today, in Beijing.
    pub fn day(&self, days: i64) -> Date {
        mint::beijing_day(self.now() + SignedDuration::from_hours(24 * days))
    }

    /// Follows the log from its start until this kind of event stands in this stream.
    pub async fn until(&self, matter: &str, kind: &str) -> Positioned {
        let mut events = self.hub.log.subscribe(None);
        let found = async {
            loop {
                let page = events.next().await.unwrap();
                let fits = |one: &&Positioned| one.event.stream.as_str() == matter && one.event.kind == kind;
                if let Some(one) = page.iter().find(fits) {
                    return one.clone();
                }
            }
        };
        tokio::time::timeout(PATIENCE, found).await.unwrap_or_else(|_| panic!("no {kind} in {matter}"))
    }

    /// The kinds of all events of a matter, without those of clocks.
    pub async fn kinds(&self, matter: &str) -> Vec<String> {
        let events = self.hub.log.read(&stream_of(&matter).unwrap(), Revision::FIRST).await.unwrap();
        events.into_iter().map(|event| event.kind).filter(|kind| !kind.starts_with("clock.")).collect()
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}
