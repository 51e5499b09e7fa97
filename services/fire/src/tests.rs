//! The service over a whole hub in a temporary directory: calls without sockets, waiting by token. Never
//! here: the projection's own tests (those are in `inbox`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail by panicking"
)]

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::category::{Category, Channel, Minor, Urgency};
use domain::clue::{self, ClueRule, Report, Reporter};
use domain::decider::Decider;
use domain::ids::ClueId;
use domain::officer::{self, OfficerRule};
use domain::sealed::Sealed;
use domain::text::Text;
use domain::unit::{self, UnitRule};
use hub::config::Config;
use hub::open::{Opened, open};
use hub::{Hub, Order, Time};
use std::time::Duration;
use tempfile::TempDir;
use tonic::{Code, Request};
use uuid::Uuid;
use wire::v1;
use wire::v1::fire_service_server::FireService;

use crate::Fire;

struct House {
    hub: Hub,
    fire: Fire,
    _folder: TempDir,
    _opened: Opened,
}

fn actor(name: &str) -> Actor {
    let (agency, level, division) = match name {
        "edu" => (Agency::Education, Level::County, "430405"),
        "fire" | "second" => (Agency::Fire, Level::County, "430405"),
        _ => (Agency::Hub, Level::Nation, "100000"),
    };
    let id = format!("UN-{}", agency.code()).parse().unwrap();
    let unit = Unit { id, agency, level, division: division.parse().unwrap() };
    let role = if agency == Agency::Hub { Role::Administrator } else { Role::Duty };
    let roles = if agency == Agency::Education { vec![Role::Triage, Role::Leader] } else { vec![role] };
    Actor { officer: format!("OF-{name}").parse().unwrap(), unit, roles }
}

impl House {
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let opened = open(&config, Time::system()).await.unwrap();
        let hub = opened.hub.clone();
        let fire = Fire::start(&hub).unwrap();
        let house = Self { hub, fire, _folder: folder, _opened: opened };
        for name in ["edu", "fire"] {
            let unit = actor(name).unit;
            let (stream, name) = (unit.id.to_string(), Text::parse("an office").unwrap());
            let entry = unit::Registered { unit, name, superior: None, competence: Vec::new() };
            house.acts::<UnitRule>("admin", &stream, unit::Command::Register(Box::new(entry))).await;
        }
        for name in ["edu", "fire", "second"] {
            let Actor { officer, unit, roles } = actor(name);
            let entry =
                officer::Registered { officer: officer.clone(), unit, name: house.sealed("name"), roles };
            let command = officer::Command::Register(Box::new(entry));
            house.acts::<OfficerRule>("admin", officer.as_str(), command).await;
        }
        assert!(house.hub.roster.view().wait_for_head(Duration::from_secs(30)).await.unwrap());
        house
    }

    fn sealed(&self, field: &str) -> Sealed {
        self.hub.keys.seal(&"SU-case".parse().unwrap(), field, "堵住的门").unwrap()
    }

    async fn acts<D: Decider>(&self, name: &str, stream: &str, command: D::Command) -> String {
        let (by, id) = (actor(name), Uuid::now_v7());
        let order = Order { by, id, occurred: None, causation: None, correlation: None, command };
        self.hub.handle::<D>(&stream.parse().unwrap(), &order).await.unwrap().token().to_string()
    }

    /// A blocked exit, handed to the fire unit; answers with its id and its token.
    async fn handed(&self) -> (String, String) {
        let division = "430405".parse().unwrap();
        let id = ClueId::new(division, jiff::civil::date(2026, 9, 8), 1);
        let owner = actor("edu").unit;
        let report = Report {
            id: id.clone(),
            channel: Channel::Phone,
            category: Category::FireExit,
            situation: None,
            urgency: Urgency::U2,
            minor: Minor::None,
            harm: Vec::new(),
            division,
            institution: None,
            received: self.hub.time.now(),
            narrative: self.sealed("narrative"),
            place: None,
            reporter: Reporter::Anonymous,
            persons: Vec::new(),
            papers: Vec::new(),
            owner: owner.clone(),
            police: Unit { agency: Agency::Police, ..owner.clone() },
            fallback: owner,
            source: None,
        };
        let (category, urgency) = (Category::FireExit, Urgency::U2);
        let triage = clue::Command::Triage { category, urgency, minor: Minor::None, harm: Vec::new() };
        self.acts::<ClueRule>("edu", id.as_str(), clue::Command::Report(Box::new(report))).await;
        self.acts::<ClueRule>("edu", id.as_str(), triage).await;
        let letter = r#"{"kind":"letter","hash":"HASH","size":1}"#.replace("HASH", &"ab".repeat(32));
        let papers = vec![serde_json::from_str(&letter).unwrap()];
        let command = clue::Command::TransferOther { to: actor("fire").unit, papers };
        let token = self.acts::<ClueRule>("edu", id.as_str(), command).await;
        (id.to_string(), token)
    }

    fn asks<T>(&self, name: &str, message: T) -> Request<T> {
        let token = self.hub.tokens.issue(&actor(name).officer, self.hub.time.now()).unwrap();
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", format!("Bearer {}", token.text).parse().unwrap());
        request
    }
}

fn fresh() -> String {
    Uuid::now_v7().to_string()
}

#[tokio::test]
async fn a_fire_officer_takes_a_clue_from_the_inbox_to_the_answer() {
    let house = House::open().await;
    let (clue_id, consistency_token) = house.handed().await;
    let api = &house.fire.api;
    let list = v1::ListInboxRequest { consistency_token, ..v1::ListInboxRequest::default() };
    let inbox = api.list_inbox(house.asks("fire", list.clone())).await.unwrap().into_inner().entries;
    let summary = inbox[0].clue.clone().unwrap();
    assert_eq!((summary.id.as_str(), summary.stage.as_str()), (clue_id.as_str(), "offered"));
    assert!(inbox[0].seconds_left > 80_000, "a blocked exit is verified in 24 hours");
    let theirs = v1::ListInboxRequest { unit_id: "UN-FIRE".to_owned(), ..list };
    let denied = api.list_inbox(house.asks("edu", theirs)).await.unwrap_err();
    assert_eq!(denied.code(), Code::PermissionDenied);
    let claim =
        || v1::ClaimFireTransferRequest { request_id: fresh(), occurred_at: None, clue_id: clue_id.clone() };
    let won = api.claim_fire_transfer(house.asks("fire", claim())).await.unwrap().into_inner();
    assert!(won.lease_until.is_some());
    let lost = api.claim_fire_transfer(house.asks("second", claim())).await.unwrap_err();
    assert_eq!(lost.code(), Code::FailedPrecondition);
    let (request_id, receipt_number) = (fresh(), "R-1".to_owned());
    let sign = v1::SignFireReceiptRequest {
        request_id,
        occurred_at: None,
        clue_id: clue_id.clone(),
        receipt_number,
    };
    api.sign_fire_receipt(house.asks("fire", sign)).await.unwrap();
    let accept =
        v1::AcceptFireTransferRequest { request_id: fresh(), occurred_at: None, clue_id: clue_id.clone() };
    api.accept_fire_transfer(house.asks("fire", accept)).await.unwrap();
    let words = v1::GiveFireFeedbackRequest {
        request_id: fresh(),
        occurred_at: None,
        clue_id: clue_id.clone(),
        outcome: v1::TransferOutcome::Handled as i32,
        text: "门已打开".to_owned(),
    };
    let answered =
        api.give_fire_feedback(house.asks("fire", words)).await.unwrap().into_inner().receipt.unwrap();
    assert_eq!(answered.state, "awaiting-feedback");
    let ask = v1::GetFireTransferRequest { consistency_token: answered.consistency_token, clue_id };
    let seen = api.get_fire_transfer(house.asks("fire", ask)).await.unwrap().into_inner();
    let clue = seen.clue.unwrap();
    assert_eq!(clue.narrative.unwrap().text, "堵住的门");
    assert_eq!(clue.transfer.unwrap().feedback.unwrap().text, "门已打开");
    assert_eq!(seen.history.last().unwrap().kind, "clock.stopped");
}
