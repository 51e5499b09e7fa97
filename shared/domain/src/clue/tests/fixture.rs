//! The people, places and papers of the scenarios, and clues at the usual stages. Zhuhui (430405) lies in
//! Hengyang (430400); minutes are counted from a Tuesday, 8 September 2026, 09:00 in Beijing.

use jiff::{SignedDuration, Timestamp};

use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::category::{Category, Channel, Minor, Urgency};
use crate::clue::{ClueRule, Command, Conclusion, Report, Reporter};
use crate::jurisdiction::Jurisdiction;
use crate::paper::{Paper, PaperKind};
use crate::referral::event::Drafted;
use crate::scenario::{Given, given};
use crate::sealed::{Cipher, Sealed};
use crate::text::Text;

/// What the case is about.
pub type Scene = Given<ClueRule>;

pub fn unit(id: &str, agency: Agency, level: Level, division: &str) -> Unit {
    let division = division.parse().unwrap();
    Unit { id: id.parse().unwrap(), agency, level, division }
}

/// The education bureau of Zhuhui, which sorts.
pub fn edu() -> Unit {
    unit("UN-EDU-430405", Agency::Education, Level::County, "430405")
}
/// The fallback owner: another section of the bureau.
pub fn edu_duty() -> Unit {
    unit("UN-EDU-430405-D", Agency::Education, Level::County, "430405")
}
/// The education bureau of the city, superior of both.
pub fn edu_city() -> Unit {
    unit("UN-EDU-430400", Agency::Education, Level::City, "430400")
}
/// Market regulation of Zhuhui, which handles fees.
pub fn samr() -> Unit {
    unit("UN-SAMR-430405", Agency::Market, Level::County, "430405")
}
pub fn fire() -> Unit {
    unit("UN-FIRE-430405", Agency::Fire, Level::County, "430405")
}
/// The police of the place.
pub fn psb() -> Unit {
    unit("UN-PSB-430405", Agency::Police, Level::County, "430405")
}
/// The police of the next district.
pub fn psb_next() -> Unit {
    unit("UN-PSB-430412", Agency::Police, Level::County, "430412")
}
pub fn psb_city() -> Unit {
    unit("UN-PSB-430400", Agency::Police, Level::City, "430400")
}
pub fn proc() -> Unit {
    unit("UN-PROC-430405", Agency::Procuratorate, Level::County, "430405")
}
pub fn hub() -> Unit {
    unit("UN-HUB", Agency::Hub, Level::Nation, "110000")
}

pub fn officer(unit: Unit, id: &str, roles: &[Role]) -> Actor {
    Actor { officer: format!("OF-{id}").parse().unwrap(), unit, roles: roles.to_vec() }
}
/// Sorts for the education bureau.
pub fn sorter() -> Actor {
    officer(edu(), "sorter", &[Role::Triage])
}
/// A second officer who sorts.
pub fn second() -> Actor {
    officer(edu(), "second", &[Role::Triage])
}
pub fn edu_chief() -> Actor {
    officer(edu(), "edu-chief", &[Role::Leader])
}
pub fn city_officer() -> Actor {
    officer(edu_city(), "city", &[Role::Handler])
}
/// Handles cases for market regulation.
pub fn handler() -> Actor {
    officer(samr(), "handler", &[Role::Handler])
}
pub fn chief() -> Actor {
    officer(samr(), "chief", &[Role::Leader])
}
pub fn fireman() -> Actor {
    officer(fire(), "fireman", &[Role::Handler])
}
/// On duty at the fast-response queue.
pub fn duty() -> Actor {
    officer(psb(), "duty", &[Role::Duty])
}
pub fn duty_two() -> Actor {
    officer(psb(), "duty-two", &[Role::Duty])
}
pub fn next_duty() -> Actor {
    officer(psb_next(), "next-duty", &[Role::Duty])
}
pub fn service() -> Actor {
    officer(hub(), "HUB", &[Role::Service])
}

pub fn start() -> Timestamp {
    "2026-09-08T01:00:00Z".parse().unwrap()
}
pub fn minute(minutes: i64) -> Timestamp {
    start() + SignedDuration::from_mins(minutes)
}
/// By whom and when; recorded at once.
pub fn by(actor: Actor, minutes: i64) -> Stamp {
    Stamp { by: actor, at: minute(minutes), recorded: minute(minutes) }
}

pub fn text<const MAX: usize>(text: &str) -> Text<MAX> {
    Text::parse(text).unwrap()
}
pub fn sealed(field: &str) -> Sealed {
    let subject = "SU-case".parse().unwrap();
    Sealed {
        alg: Cipher::Aes256Gcm,
        subject,
        key: "1".to_owned(),
        field: field.to_owned(),
        ct: "c2VhbGVk".to_owned(),
    }
}
pub fn paper(kind: PaperKind) -> Paper {
    Paper { kind, number: None, hash: "ab".repeat(32).parse().unwrap(), size: 12 }
}
pub fn letter() -> Vec<Paper> {
    vec![paper(PaperKind::Letter)]
}
pub fn clue_id(seed: u128) -> crate::ids::ClueId {
    crate::ids::ClueId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), seed)
}
pub fn referral_id(seed: u128) -> crate::ids::ReferralId {
    crate::ids::ReferralId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), seed)
}
pub fn number(text: &str) -> crate::document_number::DocumentNumber {
    text.parse().unwrap()
}
pub fn draft(seed: u128) -> Box<Drafted> {
    Box::new(Drafted {
        id: referral_id(seed),
        clue: clue_id(1),
        division: "430405".parse().unwrap(),
        number: None,
        from: samr(),
        superior: unit("UN-SAMR-430400", Agency::Market, Level::City, "430400"),
        procuratorate: proc(),
        team: vec!["OF-handler".parse().unwrap(), "OF-helper".parse().unwrap()],
        charges: Vec::new(),
        facts: sealed("facts"),
    })
}

/// A plain clue about fees: no minor, not urgent.
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
        received: start(),
        narrative: sealed("narrative"),
        place: None,
        reporter: Reporter::Anonymous,
        persons: Vec::new(),
        papers: Vec::new(),
        owner: edu(),
        police: psb(),
        fallback: edu_duty(),
        source: None,
    }
}
/// A mandatory clue.
pub fn abuse() -> Report {
    Report { category: Category::MinorAbuse, urgency: Urgency::U3, minor: Minor::Under14, ..fees() }
}

pub fn file(report: Report) -> Command {
    Command::Report(Box::new(report))
}
pub fn sort(category: Category, urgency: Urgency) -> Command {
    Command::Triage { category, urgency, minor: Minor::None, harm: Vec::new() }
}
pub fn assign(to: Unit) -> Command {
    let competence =
        vec![Jurisdiction { division: "430405".parse().unwrap(), categories: Vec::new(), fallback: false }];
    Command::Assign { to, competence }
}
pub fn give_back() -> Command {
    Command::Return { reason: text("not ours"), superior: edu_city() }
}
pub fn team() -> Command {
    Command::StartVerification { team: vec!["OF-handler".parse().unwrap(), "OF-helper".parse().unwrap()] }
}
pub fn conclude(result: Conclusion) -> Command {
    Command::Conclude { result, summary: sealed("summary") }
}
pub fn to_police(to: Unit) -> Command {
    Command::TransferPolice { to, papers: letter() }
}
pub fn to_other(to: Unit) -> Command {
    Command::TransferOther { to, papers: letter() }
}
pub fn sign(receipt: &str) -> Command {
    Command::SignReceipt { number: text(receipt) }
}
pub fn forward(to: Unit) -> Command {
    Command::Forward { to, reason: text("your area") }
}
pub fn decline() -> Command {
    Command::Decline { reason: text("not ours"), suggestion: text("market regulation") }
}
pub fn feedback() -> Command {
    let outcome = crate::clue::TransferOutcome::FiledCriminal;
    Command::GiveFeedback { outcome, text: sealed("feedback") }
}
pub fn inform() -> Command {
    Command::InformReporter { text: Some(sealed("answer")), no_contact: None }
}

pub fn nothing() -> Scene {
    given([])
}
pub fn received(report: Report) -> Scene {
    nothing().after(file(report), by(sorter(), 0))
}
pub fn triaged(urgency: Urgency) -> Scene {
    received(fees()).after(sort(Category::FeeFraud, urgency), by(sorter(), 1))
}
/// With market regulation.
pub fn assigned() -> Scene {
    triaged(Urgency::U3).after(assign(samr()), by(sorter(), 2))
}
pub fn verifying() -> Scene {
    assigned().after(team(), by(handler(), 3))
}
pub fn concluded(result: Conclusion) -> Scene {
    verifying().after(conclude(result), by(chief(), 4))
}
pub fn substantiated() -> Scene {
    concluded(Conclusion::Substantiated)
}
pub fn closed() -> Scene {
    concluded(Conclusion::Unsubstantiated).after(inform(), by(handler(), 5))
}
/// Urgent, with the police, not yet confirmed.
pub fn with_police() -> Scene {
    triaged(Urgency::U2).after(to_police(psb()), by(sorter(), 5))
}
pub fn claimed() -> Scene {
    with_police().after(Command::Claim, by(duty(), 6))
}
pub fn signed() -> Scene {
    claimed().after(sign("R-1"), by(duty(), 7))
}
pub fn accepted() -> Scene {
    signed().after(Command::Accept, by(duty(), 8))
}
pub fn with_fire() -> Scene {
    triaged(Urgency::U3).after(to_other(fire()), by(edu_chief(), 5))
}
pub fn in_case() -> Scene {
    let command = Command::OpenAdminCase { number: number("衡珠市监罚字〔2026〕12号") };
    substantiated().after(command, by(handler(), 5))
}
pub fn in_referral() -> Scene {
    in_case().after(Command::OpenReferral { draft: draft(7) }, by(handler(), 6))
}
/// A mandatory report that nobody at the police has signed for, in an administrative case.
pub fn abuse_in_case() -> Scene {
    received(abuse())
        .after(sort(Category::MinorAbuse, Urgency::U1), by(sorter(), 1))
        .after(assign(samr()), by(sorter(), 2))
        .after(team(), by(handler(), 3))
        .after(conclude(Conclusion::Substantiated), by(chief(), 4))
        .after(Command::OpenAdminCase { number: number("衡珠市监罚字〔2026〕12号") }, by(handler(), 5))
}
/// The same, in a referral from that case.
pub fn abuse_in_referral() -> Scene {
    abuse_in_case().after(Command::OpenReferral { draft: draft(7) }, by(handler(), 6))
}
pub fn stage(scene: &crate::clue::State) -> &'static str {
    scene.clue().map_or("unknown", |clue| clue.stage().name())
}
