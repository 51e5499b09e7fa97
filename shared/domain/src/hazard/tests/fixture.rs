//! The people, papers and stages of the scenarios. Never here: assertions.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::hazard::draft::Line;
use crate::hazard::*;
use crate::ids::{HazardId, InspectionId, OfficerId};
use crate::paper::{Paper, PaperKind};
use crate::scenario::{Given, given};
use crate::text::{Reason, Text};

pub type Scene = Given<HazardRule>;

fn unit(id: &str, agency: Agency, level: Level, division: &str) -> Unit {
    Unit { id: id.parse().unwrap(), agency, level, division: division.parse().unwrap() }
}
pub fn education() -> Unit {
    unit("UN-EDU-430405", Agency::Education, Level::County, "430405")
}
pub fn fire_unit() -> Unit {
    unit("UN-FIRE-430405", Agency::Fire, Level::County, "430405")
}
pub fn market() -> Unit {
    unit("UN-SAMR-430405", Agency::Market, Level::County, "430405")
}

/// Beijing, Monday 23 November 2026, 09:00, and so many hours later.
pub fn hour(hours: i64) -> Timestamp {
    let start: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
    start + SignedDuration::from_hours(hours)
}
pub fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}
pub fn who(name: &str, unit: Unit, roles: &[Role], when: Timestamp) -> Stamp {
    let officer = format!("OF-{name}").parse().unwrap();
    Stamp { by: Actor { officer, unit, roles: roles.to_vec() }, at: when, recorded: when }
}
/// Of the unit in charge, as are `second`, `leader` and `head`.
pub fn clerk(hours: i64) -> Stamp {
    who("clerk", education(), &[Role::Handler], hour(hours))
}
pub fn second(hours: i64) -> Stamp {
    who("second", education(), &[Role::Handler], hour(hours))
}
pub fn leader(hours: i64) -> Stamp {
    who("leader", education(), &[Role::Handler, Role::Leader], hour(hours))
}
pub fn head(hours: i64) -> Stamp {
    who("head", education(), &[Role::Head], hour(hours))
}
pub fn city(hours: i64) -> Stamp {
    let unit = unit("UN-EDU-430400", Agency::Education, Level::City, "430400");
    who("city", unit, &[Role::Leader], hour(hours))
}
/// Of the fire service, which found it.
pub fn finder(hours: i64) -> Stamp {
    who("finder", fire_unit(), &[Role::Handler], hour(hours))
}
pub fn fire_leader(hours: i64) -> Stamp {
    who("fireleader", fire_unit(), &[Role::Leader], hour(hours))
}
pub fn hub_at(when: Timestamp) -> Stamp {
    who("HUB", unit("UN-HUB", Agency::Hub, Level::Nation, "100000"), &[Role::Service], when)
}
pub fn hub(hours: i64) -> Stamp {
    hub_at(hour(hours))
}

pub fn why() -> Reason {
    Text::parse("现场核实").unwrap()
}
pub fn officers(ids: &[&str]) -> Vec<OfficerId> {
    ids.iter().map(|id| id.parse().unwrap()).collect()
}
pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}
pub fn paper(kind: PaperKind, number: Option<&str>) -> Paper {
    let number = number.map(|text| text.parse().unwrap());
    Paper { kind, number, hash: "ab".repeat(32).parse().unwrap(), size: 9 }
}
pub fn draft(grade: Grade) -> Draft {
    let (division, date) = ("430405".parse().unwrap(), day("2026-11-23"));
    let found =
        Line { inspection: InspectionId::new(division, date, 1), line: Text::parse("fire-4.2").unwrap() };
    Draft {
        id: HazardId::new(division, date, 1),
        institution: "IN-91430400MA4L1A2B3C".parse().unwrap(),
        division,
        category: Category::FireEvacuation,
        grade,
        visit_lead: None,
        found: Some(found),
        basis: Text::parse("消防法第二十八条").unwrap(),
        finder: fire_unit(),
        lead: education(),
        spot: Text::parse("二楼东侧安全出口被柜子堵住").unwrap(),
        papers: vec![paper(PaperKind::Evidence, None)],
    }
}
pub fn notice(until: Option<&str>) -> Notice {
    Notice { number: "珠教改〔2026〕7号".parse().unwrap(), until: until.map(day) }
}
pub fn elements(until: &str) -> Elements {
    let text = |words: &str| Text::parse(words).unwrap();
    Elements {
        responsible: Text::parse("法定代表人").unwrap(),
        measures: text("清空通道"),
        fen: "120000".to_owned(),
        until: day(until),
        plan: text("方案与应急预案"),
        interim: Some(text("停用二楼")),
    }
}
pub fn fix() -> Fix {
    Fix { fixer: "OF-school".parse().unwrap(), papers: vec![paper(PaperKind::Evidence, None)] }
}
pub fn visit(present: &[&str]) -> Visit {
    Visit { present: officers(present), papers: vec![paper(PaperKind::Evidence, None)] }
}
pub fn part() -> Part {
    Part { spot: Text::parse("二楼").unwrap(), reason: why() }
}

pub fn open(grade: Grade) -> Command {
    Command::Open { draft: Box::new(draft(grade)) }
}
pub fn grade(grade: Grade) -> Command {
    Command::Grade { grade, reason: why() }
}
pub fn rectify(until: &str) -> Command {
    Command::Rectify(Box::new(elements(until)))
}
pub fn reject(present: &[&str]) -> Command {
    Command::Reject { visit: visit(present), reason: why() }
}
pub fn transfer() -> Command {
    Command::Transfer { to: market(), reason: why() }
}
pub fn seal() -> Command {
    let paper = paper(PaperKind::Decision, Some("珠消封〔2026〕3号"));
    Command::Seal { deciders: officers(&["OF-a", "OF-b", "OF-c"]), paper }
}
pub fn suspend() -> Command {
    Command::Suspend { number: "珠教停〔2026〕1号".parse().unwrap(), reason: why() }
}
pub fn ring(rule: &str) -> Command {
    Command::Ring { rule: rule.to_owned(), stage: clock::Stage::Due, told: Vec::new() }
}

pub fn nothing() -> Scene {
    given(Vec::<(Event, Stamp)>::new())
}
pub fn found(of: Grade) -> Scene {
    nothing().after(open(of), finder(0))
}
pub fn graded(of: Grade) -> Scene {
    found(of).after(grade(of), finder(1))
}
/// A general one until 8 December; a major one by plan until 20 December.
pub fn noticed(of: Grade) -> Scene {
    let until = (of == Grade::Major).then_some("2026-12-20");
    graded(of).after(Command::Notify(notice(until)), clerk(2))
}
pub fn rectifying(of: Grade) -> Scene {
    noticed(of).after(rectify("2026-12-05"), clerk(3))
}
pub fn fixed(of: Grade) -> Scene {
    rectifying(of).after(Command::ReportFix(fix()), clerk(30))
}
