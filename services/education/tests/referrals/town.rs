//! A county with its units and officers, and a hub that serves education on a free port.

use std::path::Path;
use std::time::Duration;

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::decider::Decider;
use domain::division::DivisionCode;
use domain::jurisdiction::Jurisdiction;
use domain::officer::{self, OfficerRule};
use domain::text::Title;
use domain::unit::{self, UnitRule};
use education::Education;
use hub::call::stream_of;
use hub::config::Config;
use hub::open::{Opened, open};
use hub::project::Positioned;
use hub::seal::case_subject;
use hub::{HandleError, Handled, Hub, Order, Time, serve};
use tokio::sync::oneshot;
use tonic::Request;
use tonic::service::RoutesBuilder;
use tonic::transport::Channel;
use uuid::Uuid;
use wire::v1::education_service_client::EducationServiceClient;

/// Longest time anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The client of the service.
pub type Client = EducationServiceClient<Channel>;

/// A hub on a folder, with education being served or not.
pub struct Town {
    pub hub: Hub,
    opened: Opened,
    serving: Option<(oneshot::Sender<()>, tokio::task::JoinHandle<()>)>,
}

impl Town {
    /// Opens the hub; nothing is served and nothing follows from events.
    pub async fn open(folder: &Path) -> Self {
        let config = Config { data: folder.to_owned(), ..Config::default() };
        let opened = open(&config, Time::system()).await.unwrap();
        Self { hub: opened.hub.clone(), opened, serving: None }
    }

    /// Opens a new hub with units and officers, and serves education.
    pub async fn founded(folder: &Path) -> (Self, Client) {
        let mut town = Self::open(folder).await;
        town.settle().await;
        let client = town.serve().await;
        (town, client)
    }

    /// Serves education on a free port.
    pub async fn serve(&mut self) -> Client {
        let education = Education::start(&self.hub).unwrap();
        let mut routes = RoutesBuilder::default();
        education.add_to(&mut routes);
        let bound = serve::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = bound.address();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap_or_default() };
            serve::serve(bound, routes, Default::default(), Vec::new(), stopped).await.unwrap();
        });
        self.serving = Some((stop, served));
        EducationServiceClient::connect(format!("http://{address}")).await.unwrap()
    }

    /// Stops serving and closes the log, as a stop of the process does.
    pub async fn close(self) {
        if let Some((stop, served)) = self.serving {
            stop.send(()).unwrap();
            served.await.unwrap();
        }
        self.opened.hub.log.close().await;
    }

    /// Enters all units and officers.
    pub async fn settle(&self) {
        for (unit, superior) in UNITS {
            let unit = the_unit(unit);
            let competence =
                vec![Jurisdiction { division: unit.division, categories: Vec::new(), fallback: false }];
            let entry = unit::Registered {
                name: Title::parse(&format!("Office {}", unit.id)).unwrap(),
                superior: superior.map(|id| id.parse().unwrap()),
                competence,
                unit: unit.clone(),
            };
            self.act::<UnitRule>(&unit.id, &operator(), unit::Command::Register(Box::new(entry)))
                .await
                .unwrap();
        }
        for (id, unit, roles) in OFFICERS {
            let actor = officer(id);
            let subject = case_subject(id).unwrap();
            let entry = officer::Registered {
                officer: actor.officer.clone(),
                unit: the_unit(unit),
                name: self.hub.keys.seal(&subject, "name", id).unwrap(),
                roles: roles.to_vec(),
            };
            let done = self
                .act::<OfficerRule>(&actor.officer, &operator(), officer::Command::Register(Box::new(entry)))
                .await
                .unwrap();
            self.hub.roster.view().wait(&done.token(), PATIENCE).await.unwrap();
        }
    }

    /// A command straight to the rule, as another service would send it.
    pub async fn act<D: Decider>(
        &self,
        matter: &impl ToString,
        by: &Actor,
        command: D::Command,
    ) -> Result<Handled<D::State>, HandleError> {
        let order = Order {
            by: by.clone(),
            id: Uuid::now_v7(),
            occurred: None,
            causation: None,
            correlation: None,
            command,
        };
        self.hub.handle::<D>(&stream_of(&matter.to_string()).unwrap(), &order).await
    }

    /// A request from a signed-in officer.
    pub fn from<T>(&self, officer: &str, request: T) -> Request<T> {
        let id = officer.parse().unwrap();
        let token = self.hub.tokens.issue(&id, self.hub.time.now()).unwrap();
        let mut request = Request::new(request);
        request.metadata_mut().insert("authorization", format!("Bearer {}", token.text).parse().unwrap());
        request
    }

    /// Follows the log from its start until this kind of event stands in this stream, and gives it back.
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
        let stream = stream_of(&matter).unwrap();
        let events = self.hub.log.read(&stream, hub::project::Revision::FIRST).await.unwrap();
        events.into_iter().map(|event| event.kind).filter(|kind| !kind.starts_with("clock.")).collect()
    }
}

/// Units: id, and the one above.
const UNITS: [(&str, Option<&str>); 8] = [
    ("UN-EDU-430400", None),
    ("UN-EDU-430405", Some("UN-EDU-430400")),
    ("UN-EDU-430406", Some("UN-EDU-430400")),
    ("UN-PSB-430400", None),
    ("UN-PSB-430405", Some("UN-PSB-430400")),
    ("UN-PROC-430400", None),
    ("UN-PROC-430405", Some("UN-PROC-430400")),
    ("UN-FIRE-430405", None),
];

/// Officers: id, unit, roles.
const OFFICERS: [(&str, &str, &[Role]); 12] = [
    ("OF-ONE", "UN-EDU-430405", &[Role::Handler]),
    ("OF-TWO", "UN-EDU-430405", &[Role::Handler]),
    ("OF-SORTER", "UN-EDU-430405", &[Role::Triage]),
    ("OF-CHIEF", "UN-EDU-430405", &[Role::Leader]),
    ("OF-HEAD", "UN-EDU-430405", &[Role::Head]),
    ("OF-AUDITOR", "UN-EDU-430405", &[Role::Auditor]),
    ("OF-STRANGER", "UN-EDU-430406", &[Role::Handler]),
    ("OF-CITY", "UN-EDU-430400", &[Role::Leader]),
    ("OF-DUTY", "UN-PSB-430405", &[Role::Duty]),
    ("OF-CAPTAIN", "UN-PSB-430405", &[Role::Head]),
    ("OF-PSB-CITY", "UN-PSB-430400", &[Role::Duty]),
    ("OF-PROC", "UN-PROC-430405", &[Role::Handler]),
];

/// A unit by its id, which tells agency and division.
pub fn the_unit(id: &str) -> Unit {
    let mut parts = id.split('-').skip(1);
    let agency = Agency::parse(parts.next().unwrap()).unwrap();
    let division: DivisionCode = parts.next().unwrap().parse().unwrap();
    let level = if division.as_str().ends_with("00") { Level::City } else { Level::County };
    Unit { id: id.parse().unwrap(), agency, level, division }
}

/// An officer as an actor.
pub fn officer(id: &str) -> Actor {
    let (_, unit, roles) = OFFICERS.into_iter().find(|(officer, ..)| *officer == id).unwrap();
    Actor { officer: id.parse().unwrap(), unit: the_unit(unit), roles: roles.to_vec() }
}

/// Who runs the hub.
fn operator() -> Actor {
    let unit = Unit {
        id: "UN-HUB".parse().unwrap(),
        agency: Agency::Hub,
        level: Level::Nation,
        division: DivisionCode::NATION,
    };
    Actor { officer: "OF-ADMIN".parse().unwrap(), unit, roles: vec![Role::Administrator] }
}

/// A new request id.
pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}
