//! One event of every kind that can happen to an access by break-glass and to an erasure, of readings and of doors: the record of
//! the hub's own acts. Never here: matters.

use domain::actor::Agency;
use domain::break_glass::{self, Ceiling, Requested, Target, Terms, Way};
use domain::door;
use domain::erasure::{self, Basis, Certified};
use domain::reading::{self, Reading};

use crate::scene::*;

/// Those of break-glass.
pub fn accesses() -> Vec<break_glass::Event> {
    use break_glass::Event;
    let requested = Requested {
        id: "BG-430400-20260908-1GGE7YH3KN0AT-M".parse().unwrap(),
        matter: Target::Clue(clue(1)),
        unit: education_city(),
        superior: Some("UN-EDU-430000".parse().unwrap()),
        reason: text("督办：家长反映珠晖区处置不力"),
        terms: Terms { class: Ceiling::Sensitive, reporter: true, hours: 4 },
    };
    vec![
        Event::Requested(Box::new(requested)),
        Event::Approved { class: Ceiling::Sensitive, reporter: true, until: at("2026-09-08T05:12:30.25Z") },
        Event::Refused { reason: text("看期限和办理状态即可") },
        Event::Used { way: Way::Query },
        Event::Ended {},
        Event::Reviewed { justified: true, findings: text("督办确有必要，只查阅一次") },
    ]
}

/// Those of erasures.
pub fn erasures() -> Vec<erasure::Event> {
    let certified = Certified {
        subject: CHILD.parse().unwrap(),
        keys: 7,
        matters: vec![clue(1).to_string(), referral().to_string()],
        papers: 2,
        reason: text("监护人书面申请删除"),
        basis: Basis::ConsentWithdrawn,
        requested_by: officer("OF-HUB-001"),
    };
    vec![erasure::Event::Certified(Box::new(certified))]
}

/// Those of readings.
pub fn readings() -> Vec<reading::Event> {
    let looked = Reading {
        officer: officer("OF-EDU-430405-002"),
        unit: education().id,
        agency: Agency::Education,
        way: Way::Query,
        matter: clue(1).to_string(),
        owner: Some(education().id),
        what: "GetClue".to_owned(),
        shown: vec!["P3".to_owned(), "reporter".to_owned()],
        policies: vec!["see-sensitive".to_owned(), "see-reporter".to_owned()],
        at: at("2026-09-08T01:12:30.118Z"),
        count: 1,
    };
    let system = Reading {
        officer: officer("OF-PSB-430405-SYSTEM"),
        unit: police().id,
        agency: Agency::Police,
        way: Way::Stream,
        matter: referral().to_string(),
        owner: None,
        what: "event".to_owned(),
        shown: vec!["P3".to_owned()],
        policies: vec!["see-sensitive".to_owned()],
        at: at("2026-09-08T01:12:30.2Z"),
        count: 3,
    };
    vec![reading::Event::Noted { readings: vec![looked, system] }]
}

/// Those of doors.
pub fn doors() -> Vec<door::Event> {
    vec![door::Event::Shut { until: at("2026-09-08T01:27:30.25Z") }]
}
