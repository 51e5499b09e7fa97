//! The people and the visit of the scenarios: education leads, fire and a police station are invited.
//! Never here: scenarios.

use jiff::{SignedDuration, Timestamp};

use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::checklist::{Checklists, LineId};
use crate::ids::{HazardId, InspectionId};
use crate::inspection::*;
use crate::scenario::{Given, given};
use crate::sealed::{Cipher, Sealed};
use crate::text::Text;

pub fn unit(agency: Agency) -> Unit {
    let id = format!("UN-{}-430405", agency.code()).parse().unwrap();
    Unit { id, agency, level: Level::County, division: "430405".parse().unwrap() }
}

/// Minutes after nine in the morning of a Monday, in Beijing.
pub fn minute(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

pub fn who(name: &str, agency: Agency, minutes: i64) -> Stamp {
    let officer = format!("OF-{name}").parse().unwrap();
    let by = Actor { officer, unit: unit(agency), roles: vec![Role::Handler] };
    Stamp { by, at: minute(minutes), recorded: minute(minutes) }
}
pub fn edu(minutes: i64) -> Stamp {
    who("edu", Agency::Education, minutes)
}
pub fn fire(minutes: i64) -> Stamp {
    who("fire", Agency::Fire, minutes)
}
pub fn police(minutes: i64) -> Stamp {
    who("police", Agency::Police, minutes)
}
pub fn hub(minutes: i64) -> Stamp {
    who("HUB", Agency::Hub, minutes)
}

pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).unwrap()
}

pub fn sheet(agency: Agency, checklist: &str) -> Sheet {
    Sheet { agency, edition: Checklists::standard().newest(checklist).unwrap().edition() }
}

pub fn id() -> InspectionId {
    InspectionId::new("430405".parse().unwrap(), jiff::civil::date(2026, 11, 23), 1)
}

pub fn hazard() -> HazardId {
    HazardId::new("430405".parse().unwrap(), jiff::civil::date(2026, 11, 23), 1)
}

pub fn visit() -> Planned {
    Planned {
        id: id(),
        institution: "IN-1".parse().unwrap(),
        division: "430405".parse().unwrap(),
        lead: unit(Agency::Education),
        invited: vec![unit(Agency::Fire)],
        tier: Tier::County,
        campaign: None,
        earlier: None,
        sheets: vec![sheet(Agency::Education, "facility-safety"), sheet(Agency::Fire, "gathering-places")],
        on: jiff::civil::date(2026, 11, 23),
        drawn: None,
    }
}

pub fn plan(planned: Planned) -> Command {
    Command::Plan(Box::new(planned))
}
pub fn member(stamp: &Stamp) -> Member {
    Member {
        officer: stamp.by.officer.clone(),
        unit: stamp.by.unit.clone(),
        certificate: Some(text("湘衡执法 0017")),
        fire_delegation: None,
    }
}
pub fn confirm(member: Member) -> Command {
    Command::ConfirmMember { member: Box::new(member), conflict: false }
}
pub fn recuse(name: &str) -> Command {
    Command::Recuse {
        officer: format!("OF-{name}").parse().unwrap(), reason: text("与负责人有亲属关系")
    }
}
pub const SEEN: Seen = Seen { spot: None, captured: None };

pub fn line(id: &str) -> LineId {
    text(id)
}
pub fn answer(id: &str, verdict: Verdict) -> Command {
    let finding = verdict.failed().then(|| text("二楼东侧楼梯口"));
    Command::RecordLines(vec![Answer {
        line: line(id),
        verdict,
        finding,
        papers: Vec::new(),
        captured: None,
    }])
}
pub fn note() -> Command {
    Command::Supplement { note: text("补充说明"), papers: Vec::new() }
}
pub fn sealed() -> Sealed {
    let (key, field) = ("1".to_owned(), "name".to_owned());
    Sealed { alg: Cipher::Aes256Gcm, subject: "SU-1".parse().unwrap(), key, field, ct: "AAAA".to_owned() }
}
pub fn signed_for() -> Command {
    Command::SignForInstitution { representative: sealed() }
}
pub fn refused_to_sign() -> Command {
    Command::RefuseToSign { note: text("负责人拒绝签字") }
}
pub fn serve() -> Command {
    Command::ServeNotice { number: "衡珠教责改〔2026〕12号".parse().unwrap() }
}
pub fn ring(rule: &str) -> Command {
    Command::Ring { rule: rule.to_owned(), stage: crate::clock::Stage::Due, told: Vec::new() }
}

pub fn nothing() -> Given<InspectionRule> {
    given(Vec::<(Event, Stamp)>::new())
}
pub fn planned() -> Given<InspectionRule> {
    nothing().after(plan(visit()), edu(0))
}
/// Both units confirmed their members.
pub fn confirmed() -> Given<InspectionRule> {
    planned().after(confirm(member(&edu(1))), edu(1)).after(confirm(member(&fire(2))), fire(2))
}
pub fn formed() -> Given<InspectionRule> {
    confirmed().after(Command::FormTeam, edu(3))
}
pub fn under_way() -> Given<InspectionRule> {
    formed().after(Command::LeaveUnannounced, edu(4)).after(Command::SetOut, edu(5))
}
/// Both are there.
pub fn on_site() -> Given<InspectionRule> {
    under_way().after(Command::CheckIn(SEEN), edu(30)).after(Command::CheckIn(SEEN), fire(31))
}

/// Every line has an answer; those named failed.
pub fn answered(failed: &[&str]) -> Given<InspectionRule> {
    visit().lines().fold(on_site(), |given, (agency, line)| {
        let verdict = if failed.contains(&line.id.as_str()) { Verdict::Fail } else { Verdict::Pass };
        let fireman = line.category.fire() || agency == Agency::Fire;
        let by = if fireman { fire(40) } else { edu(40) };
        given.after(answer(line.id.as_str(), verdict), by)
    })
}
pub fn recorded(failed: &[&str]) -> Given<InspectionRule> {
    answered(failed).after(Command::Complete, edu(50))
}
/// Signed by all, and everybody has left.
pub fn signed(failed: &[&str]) -> Given<InspectionRule> {
    recorded(failed)
        .after(Command::Sign, edu(51))
        .after(Command::Sign, fire(52))
        .after(signed_for(), edu(53))
        .after(Command::CheckOut(SEEN), edu(60))
        .after(Command::CheckOut(SEEN), fire(60))
}
pub fn served(failed: &[&str]) -> Given<InspectionRule> {
    signed(failed).after(Command::Issue, edu(70)).after(serve(), edu(80))
}
