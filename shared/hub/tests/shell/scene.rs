//! A district with an education bureau and a police station, and the clue they deal with.

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::category::{Category, Channel, Minor, Urgency};
use domain::clue::command::{Command, Report};
use domain::clue::event::Reporter;
use domain::unit;
use domain::unit::UnitRule;
use eventlog::{EventLog, Faults, StreamName};
use hub::config::Config;
use hub::open::over;
use hub::{Hub, Order, Time, mint};
use jiff::Timestamp;
use uuid::Uuid;

/// A hub over a log in memory; the folder goes with it.
pub struct Scene {
    pub hub: Hub,
    pub folder: tempfile::TempDir,
}

pub fn scene() -> Scene {
    scene_over(EventLog::memory(), Time::system())
}

pub fn scene_with(faults: Faults) -> Scene {
    scene_over(EventLog::memory_with(faults), Time::system())
}

pub fn scene_over(log: EventLog, time: Time) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), ..Config::default() };
    let hub = over(&config, log, time).unwrap();
    Scene { hub, folder }
}

pub fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}

pub fn officer(unit: Unit, name: &str, roles: &[Role]) -> Actor {
    Actor { officer: format!("OF-{name}").parse().unwrap(), unit, roles: roles.to_vec() }
}

pub fn education() -> Unit {
    unit(Agency::Education, Level::County, "430405")
}
pub fn police() -> Unit {
    unit(Agency::Police, Level::County, "430405")
}
pub fn clerk() -> Actor {
    officer(education(), "clerk", &[Role::Handler, Role::Triage])
}
pub fn duty(name: &str) -> Actor {
    officer(police(), name, &[Role::Duty])
}
/// A clerk of another district.
pub fn stranger() -> Actor {
    officer(unit(Agency::Education, Level::County, "430412"), "stranger", &[Role::Handler, Role::Triage])
}
pub fn service() -> Actor {
    hub::clocks::service_actor().unwrap()
}

pub fn order<C>(by: Actor, command: C) -> Order<C> {
    Order { by, id: Uuid::now_v7(), occurred: None, causation: None, correlation: None, command }
}

/// A clue about the harm of a child: a mandatory report. Its stream and the order that reports it.
pub fn mandatory(hub: &Hub) -> (StreamName, Order<Command>) {
    report(hub, Category::MinorAbuse, Uuid::now_v7())
}

/// A clue of a category, reported by the clerk just now.
pub fn report(hub: &Hub, category: Category, command: Uuid) -> (StreamName, Order<Command>) {
    let division = "430405".parse().unwrap();
    let received: Timestamp = hub.time.now();
    let id = mint::clue_id(command, division, received);
    let stream = StreamName::parse(id.as_str()).unwrap();
    let subject = hub::seal::case_subject(id.as_str()).unwrap();
    let report = Report {
        id,
        channel: Channel::WalkIn,
        category,
        situation: None,
        urgency: Urgency::U3,
        minor: Minor::None,
        harm: Vec::new(),
        division,
        institution: None,
        received,
        narrative: hub.keys.seal(&subject, "narrative", "孩子身上有伤").unwrap(),
        place: None,
        reporter: Reporter::Anonymous,
        persons: Vec::new(),
        papers: Vec::new(),
        owner: education(),
        police: police(),
        fallback: unit(Agency::Education, Level::City, "430400"),
        source: None,
    };
    let mut order = order(clerk(), Command::Report(Box::new(report)));
    order.id = command;
    (stream, order)
}

/// Enters the units of the district and those above them into the directory, and waits until the roster
/// knows them.
pub async fn settle(hub: &Hub) {
    let mut last = None;
    for agency in [Agency::Education, Agency::Police] {
        let city = unit(agency, Level::City, "430400");
        let county = unit(agency, Level::County, "430405");
        for (unit, superior) in [(city.clone(), None), (county, Some(city.id))] {
            let stream = StreamName::parse(unit.id.as_str()).unwrap();
            let name = domain::text::Title::parse(unit.id.as_str()).unwrap();
            let entry = unit::Registered { unit, name, superior, competence: Vec::new() };
            let administrator = Actor { roles: vec![Role::Administrator], ..service() };
            let order = order(administrator, unit::Command::Register(Box::new(entry)));
            last = Some(hub.handle::<UnitRule>(&stream, &order).await.unwrap().token());
        }
    }
    let patience = std::time::Duration::from_secs(20);
    hub.roster.view().wait(&last.unwrap(), patience).await.unwrap();
}

/// The kinds of a stream's events, in order.
pub async fn kinds(hub: &Hub, stream: &StreamName) -> Vec<String> {
    let events = hub.log.read(stream, eventlog::Revision::FIRST).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}
