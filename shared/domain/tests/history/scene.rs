//! The units, people and papers of the golden events. Everything is made up; what is about a person is
//! sealed. Values never change: golden files stay as they are. Never here: events.

use domain::actor::{Actor, Agency, Level, Role, Unit};
use domain::document_number::DocumentNumber;
use domain::event::Metadata;
use domain::ids::{ClueId, OfficerId, ReferralId, ReverseId};
use domain::paper::{Paper, PaperKind};
use domain::sealed::{Cipher, Sealed};
use domain::text::Text;
use jiff::Timestamp;
use uuid::Uuid;

pub const CASE: &str = "SU-C7H2M4QX9RA3VTKW";
pub const CHILD: &str = "SU-PR4J7QK2ZC5XNGW6AMTBY3HDEL5VSUFPO";
pub const REPORTER: &str = "SU-PTQ6W3MKZ2A7RJD4XNCY5BGEHLUVSFPO2";
pub const OFFICER: &str = "SU-OF-PSB-430405-017";

pub fn unit(id: &str, agency: Agency, level: Level, division: &str) -> Unit {
    let division = division.parse().unwrap();
    Unit { id: id.parse().unwrap(), agency, level, division }
}
pub fn education() -> Unit {
    unit("UN-EDU-430405", Agency::Education, Level::County, "430405")
}
pub fn education_city() -> Unit {
    unit("UN-EDU-430400", Agency::Education, Level::City, "430400")
}
pub fn market() -> Unit {
    unit("UN-SAMR-430405", Agency::Market, Level::County, "430405")
}
pub fn market_city() -> Unit {
    unit("UN-SAMR-430400", Agency::Market, Level::City, "430400")
}
pub fn fire() -> Unit {
    unit("UN-FIRE-430405", Agency::Fire, Level::County, "430405")
}
pub fn police() -> Unit {
    unit("UN-PSB-430405", Agency::Police, Level::County, "430405")
}
pub fn police_next() -> Unit {
    unit("UN-PSB-430406", Agency::Police, Level::County, "430406")
}
pub fn procuratorate() -> Unit {
    unit("UN-PROC-430405", Agency::Procuratorate, Level::County, "430405")
}
pub fn hub() -> Unit {
    unit("UN-HUB", Agency::Hub, Level::Nation, "100000")
}

pub fn officer(id: &str) -> OfficerId {
    id.parse().unwrap()
}
pub fn duty() -> OfficerId {
    officer("OF-PSB-430405-017")
}
pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}
pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).unwrap()
}
pub fn number(text: &str) -> DocumentNumber {
    text.parse().unwrap()
}

/// The first and the second clue of the scene. Ids are written out: how they are made may change, what was stored
/// may not.
pub fn clue(n: usize) -> ClueId {
    ["CL-430405-20260908-1KK4XV97W2430-4", "CL-430405-20260908-2679TQKER5860-C"][n - 1].parse().unwrap()
}
pub fn referral() -> ReferralId {
    "RF-430405-20260908-SGA97P0YKM7P5-3".parse().unwrap()
}
pub fn reverse() -> ReverseId {
    "RR-430405-20261012-NWCEYR29D0VY2-8".parse().unwrap()
}

/// A value under a key of its subject; the text is not the cipher of anything.
pub fn sealed(subject: &str, key: u64, field: &str) -> Sealed {
    let ct = match field {
        "name" => "pU3KGCUwux1tEyze1iN7LtkeP3IfyxlxF0SU1kk8nVw0YL4xIB4=",
        "phone" => "af7aoO7ouZl/XHwpmf2v5ZMlPNZUr0361xQnoK6z/ukjL4ryIR+e",
        "id_number" => "5JHFsQvstVY7/B5vk0J+y8j+KVXlzY5G3I7Ut8J2TSpaTXZ3BvhdhpACSta9ow==",
        "place" => "9FveqizK7c0rUVdBDk3uSvKzT0MKBzRH3mNsDoBslXumhNZDH7Xq10JNCeFdAkxYSPI9H6b3Nh1/YY0VMucOIA==",
        "feedback" | "text" => {
            "LY4dXdkliQgthSpxIoc+6AWt1YlCFno4UoYZXGefnGmU5FuKsQmAEgcJYfN95Dbd/cmdbnWvZUfPsRtCBw=="
        }
        _ => {
            "4qZmjef0foRn5UbVPsjioSV72yVsmz5Pu0mBRu9wMMv5U3JS3M6t12S2oy+7Ca3q4QnEqZcgOXU1K4eLFFyKQtiEz0z9pw=="
        }
    };
    let (subject, key, field) = (subject.parse().unwrap(), key.to_string(), field.to_owned());
    Sealed { alg: Cipher::Aes256Gcm, subject, key, field, ct: ct.to_owned() }
}

pub fn paper(kind: PaperKind, number: Option<&str>) -> Paper {
    let hash = "3f9a0c5be1d274868f20b7c61a4e5d939c07e8f12b6da45073f81ec29b54d6a0";
    let number = number.map(|text| text.parse().unwrap());
    Paper { kind, number, hash: hash.parse().unwrap(), size: 284_113 }
}

/// What was written beside an event of this kind.
pub fn metadata(kind: &str) -> Metadata {
    let area = kind.split('.').next().unwrap();
    let (id, unit, roles) = match area {
        "claim" => ("OF-PSB-430405-017", police(), vec![Role::Duty]),
        "clock" | "reading" | "door" => ("OF-HUB-CLOCK", hub(), vec![Role::Service]),
        "referral" => ("OF-SAMR-430405-004", market(), vec![Role::Handler]),
        "reverse" => ("OF-PSB-430405-003", police(), vec![Role::Leader, Role::Handler]),
        "clue" => ("OF-EDU-430405-002", education(), vec![Role::Triage]),
        "inspection" | "draw" => ("OF-EDU-430405-002", education(), vec![Role::Handler]),
        "hazard" => ("OF-FIRE-430405-011", fire(), vec![Role::Handler]),
        "dispatch" | "staff-count" => ("OF-EDU-430405-002", education(), vec![Role::Leader]),
        "campaign" => ("OF-EDU-430400-003", education_city(), vec![Role::Head]),
        "break-glass" => ("OF-EDU-430400-007", education_city(), vec![Role::Leader]),
        _ => ("OF-HUB-001", hub(), vec![Role::Administrator]),
    };
    let command: Uuid = "01992762-5a3c-7e10-9d4b-6f2a80c1e357".parse().unwrap();
    let cause: Uuid = "4b7d0a92-61ce-58f3-8a05-d3e91c7f2264".parse().unwrap();
    let late = kind == "clue.call-recorded";
    Metadata {
        by: Actor { officer: id.parse().unwrap(), unit, roles },
        at: at("2026-09-08T01:12:30.250Z"),
        recorded: at(if late { "2026-09-08T01:41:07.903Z" } else { "2026-09-08T01:12:30.25Z" }),
        late,
        command,
        causation: (area == "clock").then_some(cause),
        correlation: if area == "clock" { cause } else { command },
        trace: (area == "clue").then(|| "00-8f4c1d7a90b2e3566471c8d9a0bf1e23-5d2a7c90e1f34b86-01".to_owned()),
    }
}
