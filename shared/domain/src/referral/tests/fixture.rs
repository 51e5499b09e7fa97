//! The people, papers and histories of the scenarios: Zhuhui district (430405) of Hengyang (430400).

use jiff::{SignedDuration, Timestamp};

use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::document_number::DocumentNumber;
use crate::paper::{Paper, PaperKind};
use crate::referral::{Command, Draft, Event, ReferralRule, State, SupplementPaper};
use crate::scenario::{self, Given};
use crate::sealed::{Cipher, Sealed};
use crate::text::{Reason, Text};

pub type Story = Given<ReferralRule>;

pub fn unit(agency: Agency, level: Level, division: &str) -> Unit {
    let id = format!("UN-{}-{division}", agency.code()).parse().unwrap();
    let division = division.parse().unwrap();
    Unit { id, agency, level, division }
}

pub fn education() -> Unit {
    unit(Agency::Education, Level::County, "430405")
}

pub fn superior() -> Unit {
    unit(Agency::Education, Level::City, "430400")
}

pub fn police() -> Unit {
    unit(Agency::Police, Level::County, "430405")
}

/// The police of Nanyue, the district next door.
pub fn other_police() -> Unit {
    unit(Agency::Police, Level::County, "430412")
}

pub fn city_police() -> Unit {
    unit(Agency::Police, Level::City, "430400")
}

pub fn procuratorate() -> Unit {
    unit(Agency::Procuratorate, Level::County, "430405")
}

pub fn actor(officer: &str, unit: Unit, role: Role) -> Actor {
    let officer = format!("OF-{officer}").parse().unwrap();
    Actor { officer, unit, roles: vec![role] }
}

pub fn member() -> Actor {
    actor("team-1", education(), Role::Handler)
}

pub fn colleague() -> Actor {
    actor("clerk-1", education(), Role::Handler)
}

pub fn leader() -> Actor {
    actor("leader-1", education(), Role::Leader)
}

pub fn head() -> Actor {
    actor("head-1", education(), Role::Head)
}

pub fn duty() -> Actor {
    actor("police-1", police(), Role::Duty)
}

pub fn second_duty() -> Actor {
    actor("police-2", police(), Role::Duty)
}

pub fn chief() -> Actor {
    actor("police-head", police(), Role::Head)
}

pub fn prosecutor() -> Actor {
    actor("prosecutor-1", procuratorate(), Role::Handler)
}

pub fn clock_service() -> Actor {
    actor("clock", unit(Agency::Hub, Level::Nation, "100000"), Role::Service)
}

/// Hours since Monday, 2 September 2024, 09:00 in Beijing: weeks without holidays.
pub fn hour(hours: i64) -> Timestamp {
    beijing("2024-09-02T09:00:00") + SignedDuration::from_hours(hours)
}

/// A wall-clock time in Beijing.
pub fn beijing(text: &str) -> Timestamp {
    format!("{text}+08:00").parse().unwrap()
}

/// An act recorded when it happened.
pub fn at(by: Actor, at: Timestamp) -> Stamp {
    Stamp { by, at, recorded: at }
}

pub fn number(serial: u32) -> DocumentNumber {
    format!("珠教移〔2024〕{serial}号").parse().unwrap()
}

pub fn reason() -> Reason {
    Text::parse("facts on record").unwrap()
}

pub fn receipt_number() -> Text<40> {
    Text::parse("A430405202409001").unwrap()
}

pub fn sealed() -> Sealed {
    Sealed {
        alg: Cipher::Aes256Gcm,
        subject: "SU-case-1".parse().unwrap(),
        key: "1".to_owned(),
        field: "facts".to_owned(),
        ct: "AAAA".to_owned(),
    }
}

pub fn paper(kind: PaperKind) -> Paper {
    let hash = format!("{:064x}", kind as u32 + 1).parse().unwrap();
    Paper { kind, number: None, hash, size: 1024 }
}

pub fn letter_papers() -> Vec<Paper> {
    [PaperKind::Letter, PaperKind::Report, PaperKind::Items].map(paper).to_vec()
}

pub fn draft() -> Draft {
    let date = jiff::civil::date(2024, 9, 2);
    let division = "430405".parse().unwrap();
    Draft {
        id: crate::ids::ReferralId::new(division, date, 1),
        clue: crate::ids::ClueId::new(division, date, 1),
        division,
        number: Some(number(30)),
        from: education(),
        superior: superior(),
        procuratorate: procuratorate(),
        team: vec!["OF-team-1".parse().unwrap(), "OF-team-2".parse().unwrap()],
        charges: vec!["266".parse().unwrap()],
        facts: sealed(),
    }
}

pub fn open() -> Command {
    Command::Draft(Box::new(draft()))
}

pub fn submit() -> Command {
    submit_with(vec![paper(PaperKind::Report)])
}

pub fn submit_with(papers: Vec<Paper>) -> Command {
    Command::Submit { number: number(21), papers }
}

pub fn approve() -> Command {
    Command::Approve { number: number(1), paper: None, presiding: None }
}

pub fn refuse() -> Command {
    Command::Refuse { number: number(22), reason: reason(), paper: None, presiding: None }
}

pub fn abandon() -> Command {
    Command::Abandon { number: number(23), reason: reason() }
}

pub fn supplement(papers: Vec<Paper>) -> Command {
    Command::Supplement { number: number(24), papers }
}

pub fn accept_return() -> Command {
    Command::AcceptReturn { number: number(25) }
}

pub fn deliver_to(to: Unit) -> Command {
    Command::Deliver { to, number: number(2), papers: letter_papers() }
}

pub fn sign() -> Command {
    Command::SignReceipt { number: receipt_number(), paper: paper(PaperKind::Receipt) }
}

pub fn ask() -> Command {
    let missing = vec![SupplementPaper { kind: PaperKind::Appraisal, note: reason() }];
    Command::RequestSupplement { number: number(3), missing }
}

pub fn forward_to(to: Unit) -> Command {
    Command::Forward { to, number: number(4), reason: reason() }
}

pub fn designate(to: Unit) -> Command {
    Command::Designate { to, number: number(5) }
}

pub fn not_police() -> Command {
    let suggestion = Text::parse("market regulation").unwrap();
    Command::DeclareNotPolice { number: number(6), reason: reason(), suggestion }
}

pub fn file() -> Command {
    Command::File { number: number(7), paper: paper(PaperKind::Decision) }
}

pub fn not_file() -> Command {
    Command::NotFile { number: number(8), reason: reason(), paper: paper(PaperKind::Notice) }
}

pub fn reconsider() -> Command {
    Command::RequestReconsideration { number: number(9), reason: reason() }
}

pub fn uphold() -> Command {
    Command::Uphold { number: number(10), reason: reason() }
}

pub fn suggest() -> Command {
    Command::SuggestSupervision { number: number(11) }
}

pub fn supervise() -> Command {
    Command::OpenSupervision { number: number(12) }
}

pub fn give_reasons() -> Command {
    Command::GiveReasons { number: number(13), reason: reason() }
}

pub fn accept_reasons() -> Command {
    Command::AcceptReasons { number: number(14) }
}

pub fn order_filing() -> Command {
    Command::OrderFiling { number: number(15) }
}

pub fn hand_over() -> Command {
    Command::HandOver { number: number(26), paper: paper(PaperKind::HandOver) }
}

pub fn withdraw() -> Command {
    let reason = crate::referral::WithdrawalReason::NoCriminalFacts;
    Command::Withdraw { number: number(16), reason }
}

pub fn notify() -> Command {
    Command::NotifyWithdrawal { number: number(17) }
}

pub fn conclude() -> Command {
    Command::Conclude { number: number(18), outcome: reason() }
}

pub fn fine() -> Command {
    Command::DecideFine { number: number(19) }
}

pub fn feedback() -> Command {
    Command::GiveFeedback { text: sealed() }
}

pub fn ring(rule: &str, stage: crate::clock::Stage) -> Command {
    ring_to(rule, stage, None)
}

/// A ring that the fallback owner of the police hears, when the period tells one.
pub fn ring_to(rule: &str, stage: crate::clock::Stage, fallback: Option<Unit>) -> Command {
    Command::Ring { rule: rule.to_owned(), stage, told: Vec::new(), fallback }
}

/// Nothing has happened.
pub fn nothing() -> Story {
    scenario::given(Vec::<(Event, Stamp)>::new())
}

/// S1 at hour 0.
pub fn drafted() -> Story {
    nothing().after(open(), at(member(), hour(0)))
}

/// S2 at hour 1.
pub fn pending() -> Story {
    drafted().after(submit(), at(member(), hour(1)))
}

/// S3 at hour 2.
pub fn approved() -> Story {
    pending().after(approve(), at(head(), hour(2)))
}

/// S4 at hour 3.
pub fn delivered() -> Story {
    approved().after(deliver_to(police()), at(member(), hour(3)))
}

/// S4, claimed by [`duty`] at hour 3.
pub fn claimed() -> Story {
    delivered().after(Command::Claim, at(duty(), hour(3)))
}

/// S5 at hour 4.
pub fn receipted() -> Story {
    claimed().after(sign(), at(duty(), hour(4)))
}

/// S6 at hour 5.
pub fn asked() -> Story {
    receipted().after(ask(), at(duty(), hour(5)))
}

/// S7 at hour 5.
pub fn forwarded() -> Story {
    receipted().after(forward_to(other_police()), at(duty(), hour(5)))
}

/// S9 at hour 5.
pub fn filed() -> Story {
    receipted().after(file(), at(chief(), hour(5)))
}

/// S14 at hour 6.
pub fn withdrawn() -> Story {
    filed().after(withdraw(), at(duty(), hour(6)))
}

/// S10 at hour 5.
pub fn not_filed() -> Story {
    receipted().after(not_file(), at(chief(), hour(5)))
}

/// S11 at hour 6.
pub fn reconsidering() -> Story {
    not_filed().after(reconsider(), at(colleague(), hour(6)))
}

/// S11u at hour 7.
pub fn upheld() -> Story {
    reconsidering().after(uphold(), at(duty(), hour(7)))
}

/// S12 at hour 6.
pub fn supervised() -> Story {
    not_filed().after(supervise(), at(prosecutor(), hour(6)))
}

/// Asserts where the referral stands.
#[track_caller]
pub fn stands(code: &str) -> impl FnOnce(&State) + '_ {
    move |state| assert_eq!(state.known().unwrap().step().code(), code)
}
