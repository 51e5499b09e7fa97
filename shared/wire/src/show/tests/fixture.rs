//! The people and papers of the stories, and readers with different eyes. Minutes are counted from a Tuesday,
//! 8 September 2026, 09:00 in Beijing.

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::class::{Class, Facet};
use domain::clue::{ClueRule, Command, Part, Person, Report, Reporter};
use domain::decider::Decider;
use domain::document_number::DocumentNumber;
use domain::event::Metadata;
use domain::ids::{ClueId, InstitutionId, UnitId};
use domain::jurisdiction::Jurisdiction;
use domain::paper::{Paper, PaperKind};
use domain::sealed::{Cipher, Sealed};
use domain::text::Text;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::show::{Lens, Told};
use crate::{convert, v1};

/// What happened in one stream, each act decided by its rule.
pub struct Story<R: Decider> {
    state: R::State,
    pub told: Vec<Told<R::Event>>,
}

impl<R: Decider> Story<R> {
    pub fn new() -> Self {
        Self { state: R::initial(), told: Vec::new() }
    }

    /// A lawful act, recorded at once.
    #[track_caller]
    pub fn act(self, command: R::Command, by: Actor, minutes: i64) -> Self {
        self.heard(command, by, minutes, minutes)
    }

    /// A lawful act of which the hub heard at `recorded`.
    #[track_caller]
    pub fn heard(mut self, command: R::Command, by: Actor, minutes: i64, recorded: i64) -> Self {
        let (at, recorded) = (minute(minutes), minute(recorded));
        let id = Uuid::nil();
        let late = recorded.duration_since(at) > SignedDuration::from_mins(15);
        let meta =
            Metadata { by, at, recorded, late, command: id, causation: None, correlation: id, trace: None };
        let stamp = meta.stamp();
        let events = R::decide(&command, &self.state, &stamp).unwrap_or_else(|refusal| panic!("{refusal}"));
        for event in events {
            self.state = R::evolve(self.state, &event, &stamp);
            let revision = self.told.len() as u64;
            self.told.push(Told { event, meta: meta.clone(), revision });
        }
        self
    }
}

/// A reader: which texts are shown, and whose key is gone.
pub struct Eyes {
    pub reporter: bool,
    pub content: bool,
    pub erased: &'static str,
}

/// Sees everything.
pub const OPEN: Eyes = Eyes { reporter: true, content: true, erased: "" };
/// Sees the content, not the reporter.
pub const NEEDED: Eyes = Eyes { reporter: false, ..OPEN };
/// Sees no personal value.
pub const BLIND: Eyes = Eyes { reporter: false, content: false, erased: "" };

impl Lens for Eyes {
    fn sees(&self, class: Class, facet: Option<Facet>) -> bool {
        if facet == Some(Facet::Reporter) { self.reporter } else { self.content || class <= Class::Internal }
    }
    fn open(&self, sealed: &Sealed, class: Class, facet: Option<Facet>) -> v1::PersonalText {
        if !self.sees(class, facet) {
            convert::withheld()
        } else if sealed.field == self.erased {
            convert::erased()
        } else {
            convert::open(sealed.ct.as_str())
        }
    }
    fn unit_name(&self, id: &UnitId) -> String {
        match id.as_str() {
            "UN-EDU-430405" => "珠晖区教育局".to_owned(),
            "UN-PSB-430405" => "珠晖公安分局".to_owned(),
            "UN-FIRE-430405" => "珠晖区消防救援大队".to_owned(),
            _ => String::new(),
        }
    }
    fn institution_name(&self, _id: &InstitutionId) -> String {
        "晨光培训".to_owned()
    }
}

pub fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}
pub fn edu() -> Unit {
    unit(Agency::Education, Level::County, "430405")
}
pub fn psb() -> Unit {
    unit(Agency::Police, Level::County, "430405")
}
pub fn psb_next() -> Unit {
    unit(Agency::Police, Level::County, "430406")
}
pub fn fire() -> Unit {
    unit(Agency::Fire, Level::County, "430405")
}

fn actor(unit: Unit, id: &str, role: Role) -> Actor {
    Actor { officer: format!("OF-{id}").parse().unwrap(), unit, roles: vec![role] }
}
pub fn sorter() -> Actor {
    actor(edu(), "SORTER", Role::Triage)
}
pub fn chief() -> Actor {
    actor(edu(), "CHIEF", Role::Leader)
}
pub fn head() -> Actor {
    actor(edu(), "HEAD", Role::Head)
}
pub fn duty() -> Actor {
    actor(psb(), "DUTY", Role::Duty)
}
pub fn police_head() -> Actor {
    actor(psb(), "PSBHEAD", Role::Head)
}
pub fn fireman() -> Actor {
    actor(fire(), "FIREMAN", Role::Handler)
}
pub fn service() -> Actor {
    actor(unit(Agency::Hub, Level::Nation, "110000"), "HUB", Role::Service)
}

pub fn minute(minutes: i64) -> Timestamp {
    "2026-09-08T01:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}
pub fn wire(minutes: i64) -> Option<prost_types::Timestamp> {
    Some(convert::timestamp(minute(minutes)))
}
pub fn words<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).unwrap()
}
pub fn number(serial: u32) -> DocumentNumber {
    format!("衡珠字〔2026〕{serial}号").parse().unwrap()
}
/// A sealed value that opens to `text`.
pub fn sealed(field: &str, text: &str) -> Sealed {
    let subject = "SU-case".parse().unwrap();
    Sealed {
        alg: Cipher::Aes256Gcm,
        subject,
        key: "1".to_owned(),
        field: field.to_owned(),
        ct: text.to_owned(),
    }
}
pub fn paper(kind: PaperKind, digit: char) -> Paper {
    Paper { kind, number: None, hash: digit.to_string().repeat(64).parse().unwrap(), size: 12 }
}
pub fn clue_id(seed: u128) -> ClueId {
    ClueId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), seed)
}

/// A named reporter tells of a fee fraud.
pub fn fees() -> Report {
    Report {
        id: clue_id(1),
        channel: Channel::Phone,
        category: Category::FeeFraud,
        situation: None,
        urgency: Urgency::U3,
        minor: Minor::None,
        harm: Vec::new(),
        division: "430405".parse().unwrap(),
        institution: Some("IN-91430400MA4L1A2B3C".parse().unwrap()),
        received: minute(-5),
        narrative: sealed("narrative", "机构负责人失联"),
        place: None,
        reporter: Reporter::Named {
            subject: "SU-reporter".parse().unwrap(),
            name: sealed("name", "张三"),
            phone: Some(sealed("phone", "13800000000")),
            secret: true,
        },
        persons: Vec::new(),
        papers: vec![paper(PaperKind::Evidence, 'e')],
        owner: edu(),
        police: psb(),
        fallback: edu(),
        source: Some(words("12345-0001")),
    }
}
/// A child is harmed: a mandatory report.
pub fn abuse() -> Report {
    let child = Person {
        subject: "SU-child".parse().unwrap(),
        part: Part::Victim,
        minor: Minor::Under14,
        name: sealed("name", "小明"),
        id_number: Some(sealed("id-number", "430405201801011234")),
    };
    Report { category: Category::MinorAbuse, harm: vec![Harm::Injury], persons: vec![child], ..fees() }
}

pub fn reported(report: Report) -> Story<ClueRule> {
    Story::new().act(Command::Report(Box::new(report)), sorter(), 0)
}
pub fn sort(urgency: Urgency) -> Command {
    Command::Triage { category: Category::FeeFraud, urgency, minor: Minor::None, harm: Vec::new() }
}
/// The fee fraud with the bureau's own handlers, under verification.
pub fn verifying() -> Story<ClueRule> {
    let competence =
        vec![Jurisdiction { division: "430405".parse().unwrap(), categories: Vec::new(), fallback: false }];
    let team = vec!["OF-SORTER".parse().unwrap(), "OF-OTHER".parse().unwrap()];
    reported(fees())
        .act(sort(Urgency::U3), sorter(), 1)
        .act(Command::Assign { to: edu(), competence }, sorter(), 2)
        .act(Command::StartVerification { team }, sorter(), 3)
}
