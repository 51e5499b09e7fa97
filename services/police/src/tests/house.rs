//! A hub with the units and officers of Zhuhui, and calls in their names.

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::category::{Category, Channel, Minor, Urgency};
use domain::clue::{self, ClueRule, Report, Reporter};
use domain::decider::Decider;
use domain::ids::ClueId;
use domain::jurisdiction::Jurisdiction;
use domain::officer::{self, OfficerRule};
use domain::sealed::Sealed;
use domain::text::Text;
use domain::unit::{self, UnitRule};
use hub::config::Config;
use hub::open::{Opened, open};
use hub::{Handled, Hub, Order, Time};
use std::time::Duration;
use tempfile::TempDir;
use tonic::Request;
use uuid::Uuid;

use crate::Police;

/// Everything that runs; dropping it ends it.
pub struct House {
    pub hub: Hub,
    pub police: Police,
    pub folder: TempDir,
    _opened: Opened,
}

pub fn place(id: &str, agency: Agency, level: Level, division: &str) -> Unit {
    Unit { id: id.parse().unwrap(), agency, level, division: division.parse().unwrap() }
}
pub fn edu() -> Unit {
    place("UN-EDU", Agency::Education, Level::County, "430405")
}
pub fn psb() -> Unit {
    place("UN-PSB", Agency::Police, Level::County, "430405")
}
fn psb_next() -> Unit {
    place("UN-PSB-NEXT", Agency::Police, Level::County, "430412")
}
pub fn psb_city() -> Unit {
    place("UN-PSB-CITY", Agency::Police, Level::City, "430400")
}

/// A person of the house: the officer's id is `OF-` and the name.
pub fn actor(name: &str) -> Actor {
    let (unit, roles) = match name {
        "teacher" => (edu(), vec![Role::Triage, Role::Leader]),
        "principal" => (edu(), vec![Role::Head]),
        "duty" | "second" => (psb(), vec![Role::Duty]),
        "head" => (psb(), vec![Role::Head]),
        "next" => (psb_next(), vec![Role::Duty]),
        "city" => (psb_city(), vec![Role::Duty]),
        _ => (place("UN-HUB", Agency::Hub, Level::Nation, "100000"), vec![Role::Administrator]),
    };
    Actor { officer: format!("OF-{name}").parse().unwrap(), unit, roles }
}

impl House {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let opened = open(&config, Time::system()).await.unwrap();
        let hub = opened.hub.clone();
        let police = Police::start(&hub).unwrap();
        let house = Self { hub, police, folder, _opened: opened };
        for unit in [edu(), psb(), psb_next(), psb_city()] {
            house.register(unit).await;
        }
        for name in ["teacher", "principal", "duty", "second", "head", "next", "city"] {
            house.hire(name).await;
        }
        assert!(house.hub.roster.view().wait_for_head(Duration::from_secs(30)).await.unwrap());
        house
    }

    async fn register(&self, unit: Unit) {
        let division = unit.division;
        // The city takes what no county owns in time.
        let fallback = unit.level == Level::City;
        let competence = vec![Jurisdiction { division, categories: Vec::new(), fallback }];
        let (stream, name) = (unit.id.to_string(), Text::parse(&format!("office {}", unit.id)).unwrap());
        let entry = unit::Registered { unit, name, superior: None, competence };
        self.acts::<UnitRule>("admin", &stream, unit::Command::Register(Box::new(entry))).await;
    }

    async fn hire(&self, name: &str) {
        let Actor { officer, unit, roles } = actor(name);
        let entry =
            officer::Registered { officer: officer.clone(), unit, name: self.sealed("name", name), roles };
        let command = officer::Command::Register(Box::new(entry));
        self.acts::<OfficerRule>("admin", officer.as_str(), command).await;
    }

    pub fn sealed(&self, field: &str, text: &str) -> Sealed {
        self.hub.keys.seal(&"SU-case".parse().unwrap(), field, text).unwrap()
    }

    /// A command in an officer's name that must be done.
    pub async fn acts<D: Decider>(&self, name: &str, stream: &str, command: D::Command) -> Handled<D::State> {
        let (by, id) = (actor(name), Uuid::now_v7());
        let order = Order { by, id, occurred: None, causation: None, correlation: None, command };
        self.hub.handle::<D>(&stream.parse().unwrap(), &order).await.unwrap()
    }

    /// A mandatory report, told by a named person; answers with its id and its token.
    pub async fn reports(&self, seed: u128) -> (String, String) {
        let division = "430405".parse().unwrap();
        let id = ClueId::new(division, jiff::civil::date(2026, 9, 8), seed);
        let name = self.sealed("name", "王小明");
        let subject = "SU-teller".parse().unwrap();
        let report = Report {
            id: id.clone(),
            channel: Channel::School,
            category: Category::MinorAbuse,
            situation: None,
            urgency: Urgency::U1,
            minor: Minor::Minor,
            harm: Vec::new(),
            division,
            institution: None,
            received: self.hub.time.now(),
            narrative: self.sealed("narrative", "伤痕"),
            place: None,
            reporter: Reporter::Named { subject, name, phone: None, secret: true },
            persons: Vec::new(),
            papers: Vec::new(),
            owner: edu(),
            police: psb(),
            fallback: edu(),
            source: None,
        };
        let command = clue::Command::Report(Box::new(report));
        let done = self.acts::<ClueRule>("teacher", id.as_str(), command).await;
        (id.to_string(), done.token().to_string())
    }

    /// A request in an officer's name.
    pub fn asks<T>(&self, name: &str, message: T) -> Request<T> {
        let token = self.hub.tokens.issue(&actor(name).officer, self.hub.time.now()).unwrap();
        let mut request = Request::new(message);
        request
            .metadata_mut()
            .insert("authorization", format!("Bearer {}", token.text.as_str()).parse().unwrap());
        request
    }
}

/// The id of a new request.
pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}
