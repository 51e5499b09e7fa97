//! Scenarios of break-glass.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::actor::{Actor, Level, Unit};
use crate::ids::ClueId;
use crate::period::Periods;
use crate::scenario::{Given, Outcome, given, survives_storage};
use crate::text::Text;

fn unit(level: Level) -> Unit {
    let (id, division) = match level {
        Level::County => ("UN-EDU-430405", "430405"),
        Level::City | Level::Province | Level::Nation => ("UN-EDU-430400", "430400"),
    };
    Unit { id: id.parse().unwrap(), agency: Agency::Education, level, division: division.parse().unwrap() }
}

fn minute(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-11-23T01:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

fn who(name: &str, level: Level, roles: &[Role], minutes: i64) -> Stamp {
    let by =
        Actor { officer: format!("OF-{name}").parse().unwrap(), unit: unit(level), roles: roles.to_vec() };
    Stamp { by, at: minute(minutes), recorded: minute(minutes) }
}
fn clerk(minutes: i64) -> Stamp {
    who("clerk", Level::County, &[Role::Handler], minutes)
}
fn leader(minutes: i64) -> Stamp {
    who("leader", Level::County, &[Role::Leader], minutes)
}
fn head(minutes: i64) -> Stamp {
    who("head", Level::County, &[Role::Head], minutes)
}
fn city(minutes: i64) -> Stamp {
    who("city", Level::City, &[Role::Leader], minutes)
}
fn hub(minutes: i64) -> Stamp {
    let mut stamp = who("HUB", Level::Nation, &[Role::Service], minutes);
    stamp.by.unit.agency = Agency::Hub;
    stamp
}

const TERMS: Terms = Terms { class: Ceiling::Sensitive, reporter: false, hours: 2 };

fn asked(terms: Terms) -> Box<Requested> {
    let (division, date) = ("430405".parse().unwrap(), jiff::civil::date(2026, 11, 23));
    Box::new(Requested {
        id: GrantId::new(division, date, 1),
        matter: Target::Clue(ClueId::new(division, date, 1)),
        unit: unit(Level::County),
        superior: Some(unit(Level::City).id),
        reason: Text::parse("督办：家长反映处置不力").unwrap(),
        terms,
    })
}
fn request(terms: Terms) -> Command {
    Command::Request { asked: asked(terms), overdue: None }
}
fn look() -> Command {
    Command::Use { way: Way::Query }
}
fn refuse() -> Command {
    Command::Refuse { reason: Text::parse("理由不足").unwrap() }
}
fn review() -> Command {
    Command::Review { justified: true, findings: Text::parse("确有必要").unwrap() }
}
fn ring(rule: &str) -> Command {
    Command::Ring { rule: rule.to_owned(), stage: clock::Stage::Due, told: Vec::new() }
}

fn nothing() -> Given<BreakGlassRule> {
    given(Vec::<(Event, Stamp)>::new())
}
fn requested() -> Given<BreakGlassRule> {
    nothing().after(request(TERMS), clerk(0))
}
fn open() -> Given<BreakGlassRule> {
    requested().after(Command::Approve { terms: TERMS }, leader(5))
}
fn ended() -> Given<BreakGlassRule> {
    open().after(look(), clerk(6)).after(ring(LASTING), hub(125))
}

#[test]
fn it_is_asked_approved_used_ended_and_reviewed_by_three_people() {
    nothing()
        .when(request(TERMS), clerk(0))
        .then(&["break-glass.requested"])
        .clocks(&[])
        .given()
        .when(Command::Approve { terms: TERMS }, leader(5))
        .then(&["break-glass.approved"])
        .clocks(&["clock.started break-glass-lasting"])
        .given()
        .when(look(), clerk(6))
        .then(&["break-glass.used"])
        .clocks(&["clock.started break-glass-review"])
        .given()
        .when(look(), clerk(8))
        .then(&["break-glass.used"])
        .clocks(&[])
        .given()
        .when(ring(LASTING), hub(125))
        .then(&["break-glass.ended"])
        .clocks(&["clock.lapsed break-glass-lasting"])
        .given()
        .when(review(), head(200))
        .then(&["break-glass.reviewed"])
        .clocks(&["clock.stopped break-glass-review"])
        .leaves(|state| assert_eq!(state.known().unwrap().stage(), &Stage::Reviewed));
}

#[test]
fn an_access_that_nobody_used_is_reviewed_too() {
    open()
        .when(ring(LASTING), hub(125))
        .then(&["break-glass.ended"])
        .clocks(&["clock.lapsed break-glass-lasting", "clock.started break-glass-review"]);
}

#[test]
fn it_ends_at_the_hour_that_was_approved_and_not_before() {
    open().when(ring(LASTING), hub(124)).nothing();
    let _ = open().when(look(), clerk(124)).then(&["break-glass.used"]);
    open().when(look(), clerk(125)).refused("ACCESS_OVER").fact("until", &minute(125).to_string());
    ended().when(look(), clerk(126)).refused("ACCESS_NOT_HERE").fact("word", "access-review-due");
    let row = Periods::standard().row(LASTING, 1).unwrap();
    assert_eq!(row.length, u16::from(MAX_HOURS) * 60, "the row allows what the law does");
}

#[test]
fn a_backdated_approval_opens_nothing_earlier_and_lasts_no_longer() {
    let late = Stamp { at: minute(-600), ..leader(5) };
    requested().when(Command::Approve { terms: TERMS }, late).leaves(|state| {
        let Stage::Open { until, .. } = state.known().unwrap().stage() else { unreachable!("open") };
        assert_eq!(*until, minute(125));
    });
}

#[test]
fn a_second_responsible_person_decides() {
    let approve = || Command::Approve { terms: TERMS };
    let _ = requested().when(approve(), head(1)).then(&["break-glass.approved"]);
    let _ = requested().when(approve(), city(1)).then(&["break-glass.approved"]);
    let _ = requested().when(refuse(), city(1)).then(&["break-glass.refused"]);
    let both = nothing().after(request(TERMS), leader(0));
    both.when(approve(), leader(1)).refused("ACCESS_OWN_REQUEST");
    let plain = who("plain", Level::County, &[Role::Handler], 1);
    requested().when(approve(), plain).refused("NOT_LEADER").fact("unit", "UN-EDU-430405");
    let mut beside = head(1);
    beside.by.unit.id = "UN-EDU-430412".parse().unwrap();
    requested().when(approve(), beside).refused("ACCESS_NOT_YOUR_UNIT").fact("unit", "UN-EDU-430405");
}

#[test]
fn an_approval_narrows_and_never_widens() {
    let narrow = Terms { class: Ceiling::Personal, hours: 1, ..TERMS };
    requested().when(Command::Approve { terms: narrow }, leader(5)).leaves(|state| {
        let Stage::Open { class, until, .. } = state.known().unwrap().stage() else { unreachable!("open") };
        assert_eq!((*class, *until), (Ceiling::Personal, minute(65)));
    });
    for wider in [Terms { reporter: true, ..TERMS }, Terms { hours: 3, ..TERMS }] {
        requested().when(Command::Approve { terms: wider }, leader(5)).refused("ACCESS_WIDER");
    }
    let personal = nothing().after(request(Terms { class: Ceiling::Personal, ..TERMS }), clerk(0));
    personal.when(Command::Approve { terms: TERMS }, leader(5)).refused("ACCESS_WIDER");
    assert!(
        [Ceiling::Personal, Ceiling::Sensitive]
            .iter()
            .all(|ceiling| ceiling.class() < crate::class::Class::Restricted)
    );
}

#[test]
fn the_law_bounds_what_can_be_asked() {
    for hours in [0, MAX_HOURS + 1] {
        nothing()
            .when(request(Terms { hours, ..TERMS }), clerk(0))
            .refused("ACCESS_TOO_LONG")
            .fact("hours", &hours.to_string())
            .fact("max", "8");
    }
    let grant = asked(TERMS).id;
    let overdue = Command::Request { asked: asked(TERMS), overdue: Some(grant.clone()) };
    nothing().when(overdue, clerk(0)).refused("ACCESS_REVIEW_OVERDUE").fact("grant", grant.as_str());
    nothing().when(request(TERMS), city(0)).refused("ACCESS_NOT_YOUR_UNIT");
    requested().when(request(TERMS), clerk(1)).refused("ACCESS_REQUESTED_ALREADY");
    nothing().when(look(), clerk(0)).refused("ACCESS_UNKNOWN");
}

#[test]
fn only_the_one_who_asked_uses_it() {
    open().when(look(), leader(6)).refused("ACCESS_NOT_YOURS").fact("officer", "OF-clerk");
    requested().when(look(), clerk(1)).refused("ACCESS_NOT_HERE").fact("action", "access.use");
    let refused: Outcome<BreakGlassRule> = requested().after(refuse(), leader(1)).when(look(), clerk(2));
    refused.refused("ACCESS_NOT_HERE").fact("word", "access-refused");
}

#[test]
fn a_third_person_reviews_and_only_after_the_end() {
    open().when(review(), head(6)).refused("ACCESS_NOT_HERE").fact("word", "access-open");
    ended().when(review(), clerk(130)).refused("ACCESS_OWN_REQUEST");
    ended().when(review(), leader(130)).refused("ACCESS_APPROVED_BY_YOU").fact("officer", "OF-leader");
    let _ = ended().when(review(), city(130)).then(&["break-glass.reviewed"]);
    ended().after(review(), head(130)).when(review(), city(131)).refused("ACCESS_NOT_HERE");
}

#[test]
fn a_review_that_does_not_come_is_a_breach_until_it_comes() {
    let days = 60 * 24 * 10;
    let breached =
        ended().when(ring(REVIEW), hub(days)).then(&[]).clock("clock.breached break-glass-review").given();
    breached.when(review(), city(days + 1)).clock("clock.stopped break-glass-review");
    ended().when(ring(REVIEW), head(days)).refused("NOT_THE_CLOCK");
}

#[test]
fn every_event_survives_storage_and_targets_read_back() {
    survives_storage(&Event::Requested(asked(TERMS)));
    survives_storage(&Event::Requested(asked(Terms { reporter: true, ..TERMS })));
    survives_storage(&Event::Approved { class: Ceiling::Personal, reporter: true, until: minute(1) });
    survives_storage(&Event::Refused { reason: Text::parse("no").unwrap() });
    for way in Way::ALL {
        survives_storage(&Event::Used { way });
        assert_eq!(serde_json::to_value(way).unwrap(), way.code());
    }
    survives_storage(&Event::Ended {});
    survives_storage(&Event::Reviewed { justified: false, findings: Text::parse("no").unwrap() });
    let matter = asked(TERMS).matter;
    assert_eq!(matter.as_str().parse(), Ok(matter));
    for bad in ["", "CL", "BG-430405-20261123-1-1", "线索一二三"] {
        assert!(bad.parse::<Target>().is_err(), "{bad}");
    }
}

#[test]
fn the_scope_is_the_unit_that_asks_and_the_one_above() {
    let scope = BreakGlassRule::scope(&look(), open().state());
    assert_eq!(scope.parties, [unit(Level::County).id, unit(Level::City).id]);
    assert_eq!(scope.agencies, [Agency::Education]);
    assert_eq!(scope, BreakGlassRule::scope(&request(TERMS), nothing().state()));
    assert_eq!(BreakGlassRule::scope(&look(), nothing().state()), Scope::default());
}
