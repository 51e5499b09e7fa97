//! Scenarios of the reverse referral.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::Timestamp;

use super::{Command, Event, ReverseRule, Sent};
use crate::actor::{Actor, Agency, Level, Role, Stamp, Unit};
use crate::decider::Decider;
use crate::ids::ReverseId;
use crate::scenario::{Given, given, survives_storage};
use crate::sealed::{Cipher, Sealed};
use crate::text::Text;

fn unit(agency: Agency, level: Level) -> Unit {
    let id = format!("UN-{}-{}", agency.code(), level.code()).parse().unwrap();
    Unit { id, agency, level, division: "430405".parse().unwrap() }
}

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_second(1_725_240_000 + hours * 3600).unwrap()
}

fn stamp(agency: Agency, hours: i64) -> Stamp {
    let by = Actor {
        officer: "OF-1".parse().unwrap(),
        unit: unit(agency, Level::County),
        roles: vec![Role::Handler],
    };
    Stamp { by, at: hour(hours), recorded: hour(hours) }
}

fn sent() -> Sent {
    let division = "430405".parse().unwrap();
    Sent {
        id: ReverseId::new(division, jiff::civil::date(2024, 9, 2), 1),
        referral: None,
        division,
        from: unit(Agency::Police, Level::County),
        to: unit(Agency::Education, Level::County),
        number: "珠公移〔2024〕1号".parse().unwrap(),
        facts: Sealed {
            alg: Cipher::Aes256Gcm,
            subject: "SU-case-1".parse().unwrap(),
            key: "1".to_owned(),
            field: "facts".to_owned(),
            ct: "AAAA".to_owned(),
        },
        papers: Vec::new(),
    }
}

fn send(sent: Sent) -> Command {
    Command::Send(Box::new(sent))
}

fn sign() -> Command {
    Command::SignReceipt { number: Text::parse("R-1").unwrap() }
}

fn handle() -> Command {
    let outcome = Text::parse("warned and fined").unwrap();
    Command::Handle { number: "珠教罚〔2024〕1号".parse().unwrap(), outcome }
}

fn report() -> Command {
    Command::Report { number: "珠教复〔2024〕1号".parse().unwrap() }
}

fn nothing() -> Given<ReverseRule> {
    given(Vec::<(Event, Stamp)>::new())
}

fn on_its_way() -> Given<ReverseRule> {
    nothing().after(send(sent()), stamp(Agency::Police, 0))
}

fn signed() -> Given<ReverseRule> {
    on_its_way().after(sign(), stamp(Agency::Education, 1))
}

#[test]
fn a_case_is_sent_signed_for_handled_and_reported() {
    nothing()
        .when(send(sent()), stamp(Agency::Police, 0))
        .then(&["reverse.sent"])
        .given()
        .when(sign(), stamp(Agency::Education, 1))
        .then(&["reverse.receipted"])
        .given()
        .when(handle(), stamp(Agency::Education, 2))
        .then(&["reverse.handled"])
        .given()
        .when(report(), stamp(Agency::Education, 3))
        .then(&["reverse.reported"])
        .given()
        .when(report(), stamp(Agency::Education, 4))
        .refused("REVERSE_NOT_HERE")
        .fact("word", "reported")
        .fact("action", "reverse.report");
}

#[test]
fn the_procuratorate_sends_too_and_nobody_else() {
    let from = |agency| Sent { from: unit(agency, Level::County), ..sent() };
    nothing()
        .when(send(from(Agency::Procuratorate)), stamp(Agency::Procuratorate, 0))
        .then(&["reverse.sent"]);
    nothing()
        .when(send(from(Agency::Fire)), stamp(Agency::Fire, 0))
        .refused("NOT_SENDER")
        .fact("agency", "FIRE");
    nothing()
        .when(send(sent()), stamp(Agency::Procuratorate, 0))
        .refused("NOT_YOUR_UNIT")
        .fact("unit", "UN-PSB-county");
}

#[test]
fn it_goes_to_an_enforcing_agency_of_the_same_level() {
    let to = |agency, level| Sent { to: unit(agency, level), ..sent() };
    nothing()
        .when(send(to(Agency::Civil, Level::County)), stamp(Agency::Police, 0))
        .refused("NOT_ENFORCING")
        .fact("agency", "CIVIL");
    nothing()
        .when(send(to(Agency::Education, Level::City)), stamp(Agency::Police, 0))
        .refused("OTHER_LEVEL")
        .fact("unit", "UN-EDU-city")
        .fact("level", "county");
}

#[test]
fn a_receipt_is_never_changed() {
    signed().when(sign(), stamp(Agency::Education, 2)).refused("RECEIPT_IMMUTABLE").fact("number", "R-1");
}

#[test]
fn steps_come_in_order_and_from_the_agency() {
    on_its_way().when(handle(), stamp(Agency::Education, 1)).refused("REVERSE_NOT_HERE");
    signed().when(report(), stamp(Agency::Education, 2)).refused("REVERSE_NOT_HERE");
    signed().when(handle(), stamp(Agency::Police, 2)).refused("NOT_YOUR_UNIT").fact("unit", "UN-EDU-county");
    nothing().when(sign(), stamp(Agency::Education, 0)).refused("REVERSE_UNKNOWN");
    on_its_way()
        .when(send(sent()), stamp(Agency::Police, 1))
        .refused("ALREADY_SENT")
        .fact("reverse", sent().id.as_str());
}

#[test]
fn time_does_not_run_backwards() {
    signed()
        .when(handle(), stamp(Agency::Education, 0))
        .refused("BEFORE_PREVIOUS")
        .fact("previous", &hour(1).to_string());
    let mut early = stamp(Agency::Education, 9);
    early.recorded = hour(8);
    signed().when(handle(), early).refused("IN_FUTURE").fact("recorded", &hour(8).to_string());
}

#[test]
fn every_event_is_stored_under_its_name_and_read_back() {
    let number = || "珠公移〔2024〕2号".parse().unwrap();
    let date = jiff::civil::date(2024, 9, 2);
    let referral = crate::ids::ReferralId::new("430405".parse().unwrap(), date, 1);
    let linked = Sent { referral: Some(referral), ..sent() };
    survives_storage(&Event::Sent(Box::new(sent())));
    survives_storage(&Event::Sent(Box::new(linked)));
    let receipt = Text::parse("R-1").unwrap();
    survives_storage(&Event::Receipted { number: receipt, unit: sent().to.id });
    survives_storage(&Event::Handled { number: number(), outcome: Text::parse("warned").unwrap() });
    survives_storage(&Event::Reported { number: number() });
}

#[test]
fn the_scope_names_sender_and_agency() {
    let scope = ReverseRule::scope(&sign(), on_its_way().state());
    assert_eq!(scope.agencies, [Agency::Police, Agency::Education]);
    assert_eq!(scope, ReverseRule::scope(&send(sent()), nothing().state()));
    assert!(ReverseRule::scope(&sign(), nothing().state()).parties.is_empty());
    assert_eq!(ReverseRule::action(&handle()), "reverse.handle");
}
