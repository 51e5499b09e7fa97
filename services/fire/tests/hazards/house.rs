//! A town over a hub in memory: its units and officers, an institution, and steps in officers' names. Never here: an
//! assertion about hazards.

use std::time::Duration;

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::decider::Decider;
use domain::institution::{self, InstitutionKind, InstitutionRule, Particulars};
use domain::officer::{self, OfficerRule};
use domain::text::Text;
use domain::unit::{self, UnitRule};
use fire::{Fire, Hazards};
use hub::bulk::Numbered;
use hub::config::Config;
use hub::open::over;
use hub::project::EventLog;
use hub::{Hub, Order, Time};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tonic::codec::{Codec, EncodeBody};
use tonic::{Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;
use uuid::Uuid;
use wire::v1::hazard_service_server::HazardService;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, CommandReceipt};

/// Where everything is.
pub const DIVISION: &str = "430405";
/// The institution.
pub const SCHOOL: &str = "IN-91430405MA7K2P9T1X";

/// Everything that runs; dropping it ends it.
pub struct House {
    pub hub: Hub,
    pub fire: Fire,
    _folder: TempDir,
}

pub fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}

/// The cast: who works where, as what.
pub fn actor(name: &str) -> Actor {
    let (agency, level, division) = match name {
        "clerk" | "second" | "leader" | "head" => (Agency::Education, Level::County, DIVISION),
        "finder" | "mate" | "captain" => (Agency::Fire, Level::County, DIVISION),
        "city" => (Agency::Education, Level::City, "430400"),
        "chief" => (Agency::Fire, Level::Province, "430000"),
        "warden" => (Agency::Fire, Level::Province, "500000"),
        "away" => (Agency::Fire, Level::County, "430412"),
        "market" => (Agency::Market, Level::County, DIVISION),
        _ => (Agency::Hub, Level::Nation, "100000"),
    };
    let roles = match name {
        "leader" | "captain" | "city" | "chief" | "warden" | "away" => vec![Role::Leader],
        "head" => vec![Role::Head],
        "admin" => vec![Role::Administrator],
        _ => vec![Role::Handler],
    };
    Actor { officer: format!("OF-{name}").parse().unwrap(), unit: unit(agency, level, division), roles }
}

const CAST: [&str; 12] = [
    "clerk", "second", "leader", "head", "finder", "mate", "captain", "city", "chief", "market", "warden",
    "away",
];

pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}

impl House {
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let hub = over(&config, EventLog::memory(), Time::system()).unwrap();
        let fire = Fire::start(&hub).unwrap();
        let house = Self { hub, fire, _folder: folder };
        for name in CAST {
            let Actor { officer, unit, roles } = actor(name);
            let office = Text::parse(&format!("{} 局", unit.agency.code())).unwrap();
            let entry =
                unit::Registered { unit: unit.clone(), name: office, superior: None, competence: Vec::new() };
            // The second of a unit finds it registered.
            let _ =
                house.try_act::<UnitRule>(unit.id.as_str(), unit::Command::Register(Box::new(entry))).await;
            let subject = format!("SU-{officer}").parse().unwrap();
            let name = house.hub.keys.seal(&subject, "name", "某人").unwrap();
            let entry = officer::Registered { officer: officer.clone(), unit, name, roles };
            let command = officer::Command::Register(Box::new(entry));
            house.try_act::<OfficerRule>(officer.as_str(), command).await.unwrap();
        }
        house.school(SCHOOL, DIVISION).await;
        assert!(house.hub.roster.view().wait_for_head(Duration::from_secs(30)).await.unwrap());
        house
    }

    /// Registers an institution.
    pub async fn school(&self, id: &str, division: &str) {
        let entry = Particulars {
            id: id.parse().unwrap(),
            credit_code: id.trim_start_matches("IN-").parse().unwrap(),
            name: Text::parse("阳光培训学校").unwrap(),
            kind: InstitutionKind::NonSubjectTraining,
            division: division.parse().unwrap(),
            address: Text::parse("解放路1号").unwrap(),
            lead: Agency::Education,
        };
        self.try_act::<InstitutionRule>(id, institution::Command::Register(Box::new(entry))).await.unwrap();
    }

    async fn try_act<D: Decider>(&self, stream: &str, command: D::Command) -> Result<(), hub::HandleError> {
        let order = Order {
            by: actor("admin"),
            id: Uuid::now_v7(),
            occurred: None,
            causation: None,
            correlation: None,
            command,
        };
        self.hub.handle::<D>(&stream.parse().unwrap(), &order).await.map(|_| ())
    }

    pub fn api(&self) -> &Hazards {
        self.fire.hazards()
    }

    pub fn now(&self) -> Timestamp {
        self.hub.time.now()
    }

    pub fn days(&self, days: i64) {
        self.hub.time.advance(SignedDuration::from_hours(24 * days));
    }

    pub fn asks<T>(&self, name: &str, message: T) -> Request<T> {
        let token = self.hub.tokens.issue(&actor(name).officer, self.now()).unwrap();
        let mut request = Request::new(message);
        let bearer = format!("Bearer {}", token.text).parse().unwrap();
        let _ = request.metadata_mut().insert("authorization", bearer);
        request
    }

    /// A paper that shows something.
    pub async fn photo(&self) -> v1::PaperRef {
        let subject = "SU-photo".parse().unwrap();
        let kept = self.hub.papers.put(&self.hub.keys, &subject, b"photo".to_vec()).await.unwrap();
        v1::PaperRef {
            kind: v1::PaperKind::Evidence.into(),
            number: String::new(),
            hash: kept.hash.to_string(),
            size: 0,
        }
    }

    /// What the fire service found, with the education bureau in charge.
    pub async fn found(&self, grade: v1::HazardGrade) -> String {
        let opening = v1::HazardOpening {
            institution_id: SCHOOL.to_owned(),
            category: v1::HazardCategory::FireEvacuation.into(),
            grade: grade.into(),
            basis: "消防法第二十八条".to_owned(),
            lead_unit_id: actor("clerk").unit.id.to_string(),
            spot: "二楼东侧安全出口被柜子堵住".to_owned(),
            papers: vec![self.photo().await],
        };
        let asked = v1::OpenHazardRequest {
            request_id: fresh(),
            occurred_at: Some(wire::convert::timestamp(self.now())),
            open: Some(opening),
        };
        self.api().open_hazard(self.asks("finder", asked)).await.unwrap().into_inner().hazard_id
    }

    /// One step; what was recorded, or the reason of the refusal.
    pub async fn step(&self, name: &str, hazard: &str, step: Step) -> Result<CommandReceipt, String> {
        let answers = self.work(name, vec![record(1, hazard, step)]).await;
        match answers.into_iter().next().unwrap().what.unwrap() {
            v1::bulk_outcome::What::Recorded(done) | v1::bulk_outcome::What::Repeated(done) => {
                Ok(CommandReceipt { consistency_token: done.consistency_token, ..CommandReceipt::default() })
            }
            v1::bulk_outcome::What::Refused(refused) => Err(refused.reason),
        }
    }

    /// Every step in turn, each of which must be recorded; the last one's token.
    pub async fn steps(&self, hazard: &str, steps: Vec<(&str, Step)>) -> String {
        let mut token = String::new();
        for (name, step) in steps {
            let said = format!("{name}: {step:?}");
            token = self.step(name, hazard, step).await.expect(&said).consistency_token;
        }
        token
    }

    /// A stream of records; its answers in the order they came.
    pub async fn work(&self, name: &str, records: Vec<v1::WorkHazardsRequest>) -> Vec<v1::BulkOutcome> {
        use futures::StreamExt as _;
        let mut codec = ProstCodec::<v1::WorkHazardsRequest, v1::WorkHazardsRequest>::default();
        let messages = futures::stream::iter(records.into_iter().map(Ok::<_, Status>));
        let body = EncodeBody::new_client(codec.encoder(), messages, None, None);
        let request = self.asks(name, Streaming::new_request(codec.decoder(), body, None, None));
        let answers = self.api().work_hazards(request).await.unwrap().into_inner();
        answers.map(|answer| answer.unwrap().outcome.unwrap()).collect().await
    }

    /// The hazard with its history, as somebody sees it.
    pub async fn seen(&self, name: &str, hazard: &str) -> Result<v1::GetHazardResponse, Status> {
        let asked = v1::GetHazardRequest { hazard_id: hazard.to_owned(), ..Default::default() };
        self.api().get_hazard(self.asks(name, asked)).await.map(Response::into_inner)
    }

    /// The board, with all that was recorded so far.
    pub async fn board(&self, name: &str, asked: v1::ListHazardsRequest) -> v1::ListHazardsResponse {
        self.caught_up().await;
        self.api().list_hazards(self.asks(name, asked)).await.unwrap().into_inner()
    }

    /// The ledger, with all that was recorded so far.
    pub async fn ledger(&self, name: &str, asked: v1::GetHazardLedgerRequest) -> v1::GetHazardLedgerResponse {
        self.caught_up().await;
        self.api().get_hazard_ledger(self.asks(name, asked)).await.unwrap().into_inner()
    }

    pub async fn caught_up(&self) {
        assert!(self.api().view().wait_for_head(Duration::from_secs(30)).await.unwrap());
    }
}

/// A record, with an id of its own.
pub fn record(number: u64, hazard: &str, step: Step) -> v1::WorkHazardsRequest {
    let record = v1::WorkHazardsRequest {
        request_id: fresh(),
        occurred_at: None,
        hazard_id: hazard.to_owned(),
        number,
        step: Some(step),
    };
    assert_eq!(record.number(), number);
    record
}

pub fn graded(grade: v1::HazardGrade) -> Step {
    Step::Grade(v1::HazardGrading { grade: grade.into(), reason: "现场核实".to_owned() })
}

pub fn noticed(until: Option<&str>) -> Step {
    let until = until.unwrap_or_default().to_owned();
    Step::Notify(v1::HazardNotice { number: "珠教改〔2026〕7号".to_owned(), until })
}

pub fn five(until: &str) -> Step {
    Step::Rectify(v1::HazardElements {
        responsible: "法定代表人".to_owned(),
        measures: "清空通道".to_owned(),
        fen: 120_000,
        until: until.to_owned(),
        plan: "方案与应急预案".to_owned(),
        interim: "停用二楼".to_owned(),
    })
}

pub fn reason() -> v1::HazardReason {
    v1::HazardReason { reason: "现场核实".to_owned() }
}

pub fn fixed(fixer: &str, photo: &v1::PaperRef) -> v1::HazardFix {
    v1::HazardFix { fixer: format!("OF-{fixer}"), papers: vec![photo.clone()] }
}

pub fn visit(present: &[&str], photo: &v1::PaperRef) -> v1::HazardVisit {
    let present = present.iter().map(|name| format!("OF-{name}")).collect();
    v1::HazardVisit { present, papers: vec![photo.clone()] }
}

pub fn finding(present: &[&str], photo: &v1::PaperRef) -> v1::HazardFinding {
    v1::HazardFinding { visit: Some(visit(present, photo)), reason: "柜子还在".to_owned() }
}
