//! The people and matters of these tests, and a story: commands decided by the law, folded into a queue in
//! memory. Zhuhui (430405) lies in Hengyang (430400); minutes count from a Tuesday, 8 September 2026, 09:00
//! in Beijing.

use domain::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use domain::category::{Category, Channel, Minor, Urgency};
use domain::clock::Stage;
use domain::clue::{self, ClueRule, Report, Reporter};
use domain::decider::Decider;
use domain::document_number::DocumentNumber;
use domain::event::{Metadata, Stored, encode};
use domain::ids::{ClueId, ReferralId};
use domain::jurisdiction::Jurisdiction;
use domain::paper::{Paper, PaperKind};
use domain::referral::{self, Drafted, ReferralRule};
use domain::sealed::{Cipher, Sealed};
use domain::text::Text;
use hub::project::{Position, Positioned, Projection, Recorded, Revision, StreamName};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use uuid::Uuid;

use crate::queue::{News, QueueRow, QueueTables, Scope, news, one, page};

pub fn unit(id: &str, agency: Agency, level: Level, division: &str) -> Unit {
    Unit { id: id.parse().unwrap(), agency, level, division: division.parse().unwrap() }
}
pub fn edu() -> Unit {
    unit("UN-EDU", Agency::Education, Level::County, "430405")
}
pub fn psb() -> Unit {
    unit("UN-PSB", Agency::Police, Level::County, "430405")
}
pub fn psb_next() -> Unit {
    unit("UN-PSB-NEXT", Agency::Police, Level::County, "430412")
}
pub fn fire() -> Unit {
    unit("UN-FIRE", Agency::Fire, Level::County, "430405")
}
fn city(agency: Agency) -> Unit {
    unit("UN-CITY", agency, Level::City, "430400")
}
fn proc() -> Unit {
    unit("UN-PROC", Agency::Procuratorate, Level::County, "430405")
}
pub fn officer(id: &str, unit: Unit, roles: &[Role]) -> Actor {
    Actor { officer: format!("OF-{id}").parse().unwrap(), unit, roles: roles.to_vec() }
}
pub fn teacher() -> Actor {
    officer("edu", edu(), &[Role::Handler, Role::Triage, Role::Leader])
}
pub fn chief() -> Actor {
    officer("chief", edu(), &[Role::Head, Role::Leader])
}
pub fn duty() -> Actor {
    officer("duty", psb(), &[Role::Duty, Role::Head])
}
pub fn second() -> Actor {
    officer("second", psb(), &[Role::Duty])
}
pub fn next_duty() -> Actor {
    officer("next", psb_next(), &[Role::Duty])
}
pub fn fireman() -> Actor {
    officer("fire", fire(), &[Role::Duty, Role::Handler])
}
pub fn inspector() -> Actor {
    let unit = unit("UN-MARKET", Agency::Market, Level::County, "430405");
    officer("market", unit, &[Role::Handler, Role::Leader])
}
pub fn prosecutor() -> Actor {
    officer("proc", proc(), &[Role::Handler])
}
pub fn service() -> Actor {
    officer("HUB", unit("UN-HUB", Agency::Hub, Level::Nation, "110000"), &[Role::Service])
}

pub fn minute(minutes: i64) -> Timestamp {
    "2026-09-08T01:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).unwrap()
}
pub fn number() -> DocumentNumber {
    "湘教〔2026〕7号".parse().unwrap()
}
pub fn sealed() -> Sealed {
    let subject = "SU-case".parse().unwrap();
    Sealed { alg: Cipher::Aes256Gcm, subject, key: "1".into(), field: "text".into(), ct: "c2VhbGVk".into() }
}
pub fn paper(kind: PaperKind) -> Paper {
    Paper { kind, number: None, hash: "ab".repeat(32).parse().unwrap(), size: 1 }
}
pub fn clue_id(seed: u128) -> ClueId {
    ClueId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), seed)
}
pub fn referral_id(seed: u128) -> ReferralId {
    ReferralId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), seed)
}

/// A clue that is a mandatory report, or one about fees that is not.
pub fn report(seed: u128, mandatory: bool, urgency: Urgency) -> clue::Command {
    clue::Command::Report(Box::new(Report {
        id: clue_id(seed),
        channel: Channel::School,
        category: if mandatory { Category::MinorAbuse } else { Category::FeeFraud },
        situation: None,
        urgency,
        minor: if mandatory { Minor::Minor } else { Minor::None },
        harm: Vec::new(),
        division: "430405".parse().unwrap(),
        institution: Some("IN-SCHOOL".parse().unwrap()),
        received: minute(-10_000),
        narrative: sealed(),
        place: None,
        reporter: Reporter::Anonymous,
        persons: Vec::new(),
        papers: Vec::new(),
        owner: edu(),
        police: psb(),
        fallback: edu(),
        source: None,
    }))
}

/// A referral of the bureau from clue 1000.
pub fn draft(seed: u128) -> referral::Command {
    referral::Command::Draft(Box::new(Drafted {
        id: referral_id(seed),
        clue: clue_id(1_000),
        division: "430405".parse().unwrap(),
        number: Some(number()),
        from: edu(),
        superior: city(Agency::Education),
        procuratorate: proc(),
        team: vec!["OF-edu".parse().unwrap(), "OF-helper".parse().unwrap()],
        charges: Vec::new(),
        facts: sealed(),
    }))
}

/// One matter while its story is told.
pub struct Matter<D: Decider> {
    pub id: String,
    pub state: D::State,
    revision: u64,
}

impl<D: Decider> Matter<D> {
    pub fn new(id: impl ToString) -> Self {
        Self { id: id.to_string(), state: D::initial(), revision: 0 }
    }
}

/// A queue in memory, and every event that went into it.
pub struct Story {
    pub tables: Connection,
    pub told: Vec<Positioned>,
    pub minute: i64,
}

impl Default for Story {
    fn default() -> Self {
        Self { tables: empty(), told: Vec::new(), minute: 0 }
    }
}

/// The tables of a new queue.
pub fn empty() -> Connection {
    let tables = Connection::open_in_memory().unwrap();
    QueueTables.create(&tables).unwrap();
    tables
}

impl Story {
    /// A command that may be refused; what it became is folded in. Answers whether it was lawful.
    pub fn tries<D: Decider>(&mut self, matter: &mut Matter<D>, by: &Actor, command: &D::Command) -> bool {
        let stamp = Stamp { by: by.clone(), at: minute(self.minute), recorded: minute(self.minute) };
        let Ok(events) = D::decide(command, &matter.state, &stamp) else { return false };
        for event in events {
            matter.state = D::evolve(std::mem::replace(&mut matter.state, D::initial()), &event, &stamp);
            self.record(&matter.id, matter.revision, &event, &stamp);
            matter.revision += 1;
        }
        true
    }

    /// A command that must be lawful.
    #[track_caller]
    pub fn does<D: Decider>(&mut self, matter: &mut Matter<D>, by: &Actor, command: D::Command) {
        assert!(self.tries(matter, by, &command), "the law refuses {}", D::action(&command));
    }

    /// Any event, folded in.
    pub fn record(&mut self, stream: &str, revision: u64, event: &impl Stored, stamp: &Stamp) {
        let meta = Metadata {
            by: stamp.by.clone(),
            at: stamp.at,
            recorded: stamp.recorded,
            late: false,
            command: Uuid::nil(),
            causation: None,
            correlation: Uuid::nil(),
            trace: None,
        };
        let event = Positioned {
            position: Position::new(self.told.len() as u64 + 1),
            event: Recorded {
                stream: StreamName::parse(stream).unwrap(),
                revision: Revision::new(revision),
                id: Uuid::from_u128(self.told.len() as u128 + 1),
                kind: event.kind().to_owned(),
                data: encode(event).unwrap().parse().unwrap(),
                metadata: serde_json::to_string(&meta).unwrap().parse().unwrap(),
                recorded_at: stamp.recorded,
            },
        };
        QueueTables.apply(&self.tables, &event).unwrap();
        self.told.push(event);
    }

    pub fn row(&self, matter: &str) -> Option<QueueRow> {
        one(&self.tables, matter).unwrap()
    }

    /// Stage, holder and whether it is open, in one line.
    pub fn says(&self, matter: &str) -> String {
        let Some(row) = self.row(matter) else { return "none".to_owned() };
        let by = row.claimed_by.unwrap_or_default();
        let open = if row.open { "open" } else { "closed" };
        format!("{open} {} {} {by}", row.stage, row.to.id).trim_end().to_owned()
    }

    /// The ids on a page of everything open in a scope.
    pub fn listed(&self, scope: &Scope) -> Vec<String> {
        let found = page(&self.tables, scope, None, 500).unwrap();
        found.rows.into_iter().map(|row| row.matter).collect()
    }

    /// The news of a scope since a change, and how far it goes.
    pub fn news(&self, scope: &Scope, seen: i64) -> (Vec<News>, i64) {
        news(&self.tables, scope, seen).unwrap()
    }
}

/// The queue of the police of Zhuhui.
pub fn here() -> Scope {
    Scope { unit: Some(psb().id.to_string()), ..Scope::default() }
}

/// Every row of every table, as text.
pub fn dump(tables: &Connection) -> Vec<String> {
    let mut all = Vec::new();
    for table in ["institution", "matter", "entry", "moved", "clock"] {
        let mut find = tables.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let width = find.column_count();
        let rows = find.query_map([], |row| {
            let cells = (0..width).map(|column| row.get::<_, rusqlite::types::Value>(column));
            Ok(format!("{table} {:?}", cells.collect::<Result<Vec<_>, _>>()?))
        });
        all.extend(rows.unwrap().map(Result::unwrap));
    }
    all
}

pub fn ring_clue(rule: &str, stage: Stage) -> clue::Command {
    clue::Command::Ring { rule: rule.to_owned(), stage, told: Vec::new() }
}
pub fn ring_referral(rule: &str, stage: Stage) -> referral::Command {
    referral::Command::Ring { rule: rule.to_owned(), stage, told: Vec::new(), fallback: None }
}
/// The breach of clock C, told to a fallback unit.
pub fn breach_to(to: Unit) -> referral::Command {
    let (rule, stage) = ("referral-receipt".to_owned(), Stage::Due);
    referral::Command::Ring { rule, stage, told: Vec::new(), fallback: Some(to) }
}

/// A referral delivered to the police of Zhuhui.
pub fn delivered(story: &mut Story, seed: u128) -> Matter<ReferralRule> {
    let mut matter = Matter::new(referral_id(seed));
    story.does(&mut matter, &teacher(), draft(seed));
    let papers = vec![paper(PaperKind::Report)];
    story.does(&mut matter, &teacher(), referral::Command::Submit { number: number(), papers });
    let approve = referral::Command::Approve { number: number(), paper: None, presiding: None };
    story.does(&mut matter, &chief(), approve);
    let papers = [PaperKind::Letter, PaperKind::Report, PaperKind::Items].map(paper).to_vec();
    story.does(&mut matter, &teacher(), referral::Command::Deliver { to: psb(), number: number(), papers });
    matter
}

/// A clue taken to an administrative case by the market regulator.
pub fn open_case(story: &mut Story, clue: &mut Matter<ClueRule>) {
    let (category, minor) = (Category::MinorAbuse, Minor::Minor);
    let triage = clue::Command::Triage { category, urgency: Urgency::U1, minor, harm: Vec::new() };
    story.does(clue, &teacher(), triage);
    let row = Jurisdiction { division: "430405".parse().unwrap(), categories: Vec::new(), fallback: false };
    let assign = clue::Command::Assign { to: inspector().unit, competence: vec![row] };
    story.does(clue, &teacher(), assign);
    let team = ["OF-market", "OF-helper"].map(|id| id.parse().unwrap()).to_vec();
    story.does(clue, &inspector(), clue::Command::StartVerification { team });
    let (result, summary) = (clue::Conclusion::Substantiated, sealed());
    story.does(clue, &inspector(), clue::Command::Conclude { result, summary });
    story.does(clue, &inspector(), clue::Command::OpenAdminCase { number: number() });
}

/// A clue reported by the school.
pub fn reported(story: &mut Story, seed: u128, mandatory: bool, urgency: Urgency) -> Matter<ClueRule> {
    let mut matter = Matter::new(clue_id(seed));
    story.does(&mut matter, &teacher(), report(seed, mandatory, urgency));
    matter
}
