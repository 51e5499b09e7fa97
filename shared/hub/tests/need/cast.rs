//! The readers of the pages, the matters they look at, and the hub that decides. Never here: what they see.

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::category::Minor;
use domain::class::{Class, Facet};
use domain::decider::Scope;
use domain::matter::{Kind, Matter};
use eventlog::{EventLog, StreamName};
use hub::config::Config;
use hub::need::Sight;
use hub::open::over;
use hub::{Hub, Time};

const COUNTY: &str = "430405";
const BESIDE: &str = "430412";
const CITY: &str = "430400";

/// The kinds of matter, as the pages name them.
pub const KINDS: [(Kind, &str); 11] = [
    (Kind::Clue, "clue"),
    (Kind::Referral, "referral"),
    (Kind::Reverse, "reverse referral"),
    (Kind::Inspection, "inspection"),
    (Kind::Hazard, "hazard"),
    (Kind::Campaign, "campaign"),
    (Kind::Dispatch, "dispatch"),
    (Kind::StaffCount, "staff count"),
    (Kind::Directory, "directory"),
    (Kind::Officer, "officer"),
    (Kind::Record, "record"),
];

/// What is seen or not: the classes, and what is kept closer.
pub const COLUMNS: [(Class, Option<Facet>); 7] = [
    (Class::Open, None),
    (Class::Internal, None),
    (Class::Personal, None),
    (Class::Sensitive, None),
    (Class::Restricted, None),
    (Class::Sensitive, Some(Facet::Reporter)),
    (Class::Personal, Some(Facet::Identity)),
];

/// A reader.
pub struct Reader {
    /// As the pages name them.
    pub name: &'static str,
    actor: Actor,
    party: bool,
    named: bool,
}

fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    Unit { id, agency, level, division: division.parse().unwrap() }
}

/// A reader of one agency's unit with these roles.
fn reader(name: &'static str, (agency, division): (Agency, &str), roles: &[Role]) -> Reader {
    let level = if division == CITY { Level::City } else { Level::County };
    let unit = unit(agency, level, division);
    let actor = Actor { officer: "OF-READER".parse().unwrap(), unit, roles: roles.to_vec() };
    Reader { name, actor, party: false, named: false }
}

impl Reader {
    fn named(self) -> Self {
        Self { named: true, ..self.party() }
    }

    fn party(self) -> Self {
        Self { party: true, ..self }
    }
}

/// Every reader; the matter lies in the county, is the education bureau's and was handed to the police there.
pub fn readers() -> Vec<Reader> {
    use Agency::{Education as Edu, Fire, Hub as Operator, Police, Procuratorate as Proc};
    use Role::{Administrator, Auditor, Duty, Handler, Head, Leader, Service, Triage};
    vec![
        reader("education county: handler named", (Edu, COUNTY), &[Handler]).named(),
        reader("education county: handler not named", (Edu, COUNTY), &[Handler]).party(),
        reader("education county: triage", (Edu, COUNTY), &[Triage]).party(),
        reader("education county: leader", (Edu, COUNTY), &[Leader]).party(),
        reader("education county: head", (Edu, COUNTY), &[Head]).party(),
        reader("education county: service account", (Edu, COUNTY), &[Service]).party(),
        reader("education county: auditor", (Edu, COUNTY), &[Auditor]).party(),
        reader("education city: duty", (Edu, CITY), &[Duty, Triage, Handler]),
        reader("education city: auditor", (Edu, CITY), &[Auditor]),
        reader("police county: duty who holds it", (Police, COUNTY), &[Duty]).named(),
        reader("police county: duty, another", (Police, COUNTY), &[Duty]).party(),
        reader("police county: leader", (Police, COUNTY), &[Leader]).party(),
        reader("police county: service account", (Police, COUNTY), &[Service]).party(),
        reader("police of the county beside", (Police, BESIDE), &[Duty, Leader]),
        reader("police city: duty", (Police, CITY), &[Duty]),
        reader("fire: it was handed to", (Fire, COUNTY), &[Handler, Leader]).party(),
        reader("fire: it was not handed to", (Fire, COUNTY), &[Handler, Leader]),
        reader("procuratorate: it was handed to", (Proc, COUNTY), &[Handler]).party(),
        reader("procuratorate: it was not handed to", (Proc, COUNTY), &[Handler]),
        reader("operator: auditor", (Operator, CITY), &[Auditor]),
        reader("operator: administrator", (Operator, CITY), &[Administrator]),
        reader("stranger: education of the county beside", (Edu, BESIDE), &[Handler, Triage, Leader, Head]),
    ]
}

/// A hub over an empty log; its policies decide.
pub struct House {
    pub hub: Hub,
    _folder: tempfile::TempDir,
}

pub fn house() -> House {
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data: folder.path().to_owned(), ..Config::default() };
    House { hub: over(&config, EventLog::memory(), Time::system()).unwrap(), _folder: folder }
}

impl House {
    /// What a reader sees of a matter of a kind, in which a minor is concerned or not.
    pub fn sight(&self, reader: &Reader, kind: Kind, minor: Minor) -> Sight {
        let own = Scope { division: Some(COUNTY.parse().unwrap()), ..Scope::default() };
        let own = own.with(&unit(Agency::Education, Level::County, COUNTY));
        let handed = matches!(kind, Kind::Clue | Kind::Referral | Kind::Reverse);
        let scope = match handed {
            true if reader.party => {
                own.with(&unit(Agency::Police, Level::County, COUNTY)).with(&reader.actor.unit)
            }
            true => own.with(&unit(Agency::Police, Level::County, COUNTY)),
            // The entries of the education bureau and its officers; of its record.
            false => own,
        };
        let named = if reader.named && handed { vec![reader.actor.officer.clone()] } else { Vec::new() };
        let matter = Matter { kind, minor, named, ..Matter::record(scope) };
        self.hub.sight(&reader.actor, &StreamName::parse("CL-1").unwrap(), &matter)
    }
}
