//! A clue told by the law and folded into an inbox in memory. Minutes count from a Tuesday, 8 September 2026,
//! 09:00 in Beijing.

use domain::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use domain::category::{Category, Channel, Minor, Urgency};
use domain::clue::{ClueRule, Command, Report, Reporter, State};
use domain::decider::Decider;
use domain::event::{Metadata, Stored, encode};
use domain::ids::ClueId;
use domain::paper::{Paper, PaperKind};
use domain::sealed::{Cipher, Sealed};
use domain::text::Text;
use hub::project::{Position, Positioned, Projection, Recorded, Revision, StreamName};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use uuid::Uuid;

use crate::inbox::{InboxRow, InboxTables, Scope, one, page};

pub fn unit(id: &str, agency: Agency) -> Unit {
    Unit { id: id.parse().unwrap(), agency, level: Level::County, division: "430405".parse().unwrap() }
}
pub fn fire() -> Unit {
    unit("UN-FIRE", Agency::Fire)
}
pub fn fire_next() -> Unit {
    unit("UN-FIRE-NEXT", Agency::Fire)
}
pub fn fire_third() -> Unit {
    unit("UN-FIRE-THIRD", Agency::Fire)
}
pub fn market() -> Unit {
    unit("UN-SAMR", Agency::Market)
}
pub fn officer(id: &str, unit: Unit) -> Actor {
    let roles = vec![Role::Triage, Role::Leader, Role::Duty];
    Actor { officer: format!("OF-{id}").parse().unwrap(), unit, roles }
}
pub fn teacher() -> Actor {
    officer("edu", unit("UN-EDU", Agency::Education))
}
pub fn fireman() -> Actor {
    officer("fire", fire())
}
pub fn minute(minutes: i64) -> Timestamp {
    "2026-09-08T01:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).unwrap()
}
pub fn sealed() -> Sealed {
    let subject = "SU-case".parse().unwrap();
    Sealed { alg: Cipher::Aes256Gcm, subject, key: "1".into(), field: "text".into(), ct: "c2VhbGVk".into() }
}
pub fn letter() -> Vec<Paper> {
    vec![Paper { kind: PaperKind::Letter, number: None, hash: "ab".repeat(32).parse().unwrap(), size: 1 }]
}

/// A clue while its story is told.
pub struct Clue {
    pub id: String,
    state: State,
    revision: u64,
}

/// An inbox in memory, and every event that went into it.
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

/// The tables of a new inbox.
pub fn empty() -> Connection {
    let tables = Connection::open_in_memory().unwrap();
    InboxTables.create(&tables).unwrap();
    tables
}

impl Story {
    /// A clue about a fire hazard, verified and found to hold.
    pub fn verified(&mut self, seed: u128, category: Category) -> Clue {
        let division = "430405".parse().unwrap();
        let id = ClueId::new(division, jiff::civil::date(2026, 9, 8), seed);
        let mut clue = Clue { id: id.to_string(), state: ClueRule::initial(), revision: 0 };
        let owner = teacher().unit;
        let report = Report {
            id,
            channel: Channel::Phone,
            category,
            situation: None,
            urgency: Urgency::U2,
            minor: Minor::None,
            harm: Vec::new(),
            division,
            institution: None,
            received: minute(-10_000),
            narrative: sealed(),
            place: None,
            reporter: Reporter::Anonymous,
            persons: Vec::new(),
            papers: Vec::new(),
            owner: owner.clone(),
            police: unit("UN-PSB", Agency::Police),
            fallback: owner,
            source: None,
        };
        self.does(&mut clue, &teacher(), Command::Report(Box::new(report)));
        let triage = Command::Triage { category, urgency: Urgency::U2, minor: Minor::None, harm: Vec::new() };
        self.does(&mut clue, &teacher(), triage);
        clue
    }

    /// The same, handed to the fire unit.
    pub fn handed(&mut self, seed: u128, category: Category) -> Clue {
        let mut clue = self.verified(seed, category);
        self.does(&mut clue, &teacher(), Command::TransferOther { to: fire(), papers: letter() });
        clue
    }

    /// A lawful command; what it became is folded in.
    #[track_caller]
    pub fn does(&mut self, clue: &mut Clue, by: &Actor, command: Command) {
        let stamp = Stamp { by: by.clone(), at: minute(self.minute), recorded: minute(self.minute) };
        let events = ClueRule::decide(&command, &clue.state, &stamp).unwrap();
        for event in events {
            clue.state = ClueRule::evolve(std::mem::take(&mut clue.state), &event, &stamp);
            self.record(&clue.id, clue.revision, &event, &stamp);
            clue.revision += 1;
        }
    }

    fn record(&mut self, stream: &str, revision: u64, event: &impl Stored, stamp: &Stamp) {
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
        InboxTables.apply(&self.tables, &event).unwrap();
        self.told.push(event);
    }

    pub fn row(&self, clue: &Clue) -> Option<InboxRow> {
        one(&self.tables, &clue.id).unwrap()
    }

    /// Stage, unit, holder and whether it is open, in one line.
    pub fn says(&self, clue: &Clue) -> String {
        let Some(row) = self.row(clue) else { return "none".to_owned() };
        let by = row.claimed_by.unwrap_or_default();
        let open = if row.open { "open" } else { "closed" };
        format!("{open} {} {} {by}", row.stage, row.to.id).trim_end().to_owned()
    }

    /// The ids on the first page of a unit.
    pub fn listed(&self, unit: &Unit, held_too: bool) -> Vec<String> {
        let scope = Scope { unit: unit.id.to_string(), held_too };
        page(&self.tables, &scope, None, 500).unwrap().0.into_iter().map(|row| row.clue).collect()
    }
}
