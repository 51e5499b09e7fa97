//! One event of every kind that can happen to a campaign. Never here: inspections or hazards.

use domain::actor::{Agency, Level};
use domain::campaign::figures::Figures;
use domain::campaign::ratio::Share;
use domain::campaign::{Addition, Event, Phase, PhaseKind, Plan, Post, Return, Snapshot};
use jiff::civil::date;

use crate::scene::*;

fn spot_check(of: u32) -> Phase {
    Phase {
        kind: PhaseKind::CitySpotCheck,
        opens: date(2026, 11, 20),
        closes: date(2026, 12, 10),
        counties: Share::new(1, 2).ok(),
        institutions: Share::new(1, of).ok(),
    }
}

fn figures() -> Figures {
    Figures {
        dispatch_person_times: 240,
        inst_inspected: 156,
        inst_safety_hazard: 11,
        inst_fire_hazard: 14,
        inst_fire_evacuation: 4,
        inst_fire_equipment: 9,
        staff_queried: 522,
    }
}

fn reported() -> Return {
    let post = Post { level: Level::County, division: "430405".parse().unwrap() };
    Return { post, through: date(2026, 12, 20), figures: figures() }
}

fn snapshot() -> Box<Snapshot> {
    Box::new(Snapshot {
        position: text("1048576"),
        frame: text("institutions-2026-12-20"),
        divisions: text("2026-09-11"),
        figures: figures(),
        digest: "3f9a0c5be1d274868f20b7c61a4e5d939c07e8f12b6da45073f81ec29b54d6a0".parse().unwrap(),
    })
}

/// Those of campaigns.
pub fn events() -> Vec<Event> {
    let self_check = Phase {
        kind: PhaseKind::SelfCheck,
        opens: date(2026, 10, 8),
        closes: date(2026, 11, 30),
        counties: None,
        institutions: None,
    };
    let plan = Plan {
        id: "CP-430400-20260908-2Q6ZJ0A4N7T5E-9".parse().unwrap(),
        title: text("“安全守护”专项行动"),
        lead: education_city(),
        issuers: [Agency::Education, Agency::Police, Agency::Fire].into(),
        opens: date(2026, 10, 8),
        closes: date(2026, 12, 31),
        phases: vec![self_check, spot_check(10)],
        tasks: vec![text("设施设备安全"), text("消防安全")],
    };
    let addition = Addition {
        division: "430405".parse().unwrap(),
        tasks: vec![text("收费监管")],
        phases: vec![spot_check(5)],
    };
    vec![
        Event::Drafted(Box::new(plan)),
        Event::Signed { agency: Agency::Fire },
        Event::Approved {},
        Event::Deployed {},
        Event::Extended(addition),
        Event::PhaseBegun { phase: PhaseKind::CitySpotCheck },
        Event::FiguresSubmitted { returns: vec![reported()] },
        Event::Frozen(snapshot()),
        Event::Verified {
            missing: vec![Post { level: Level::City, division: "430400".parse().unwrap() }],
            reason: Some(text("市级报表因机构改革迟报")),
        },
        Event::Published {},
        Event::Corrected {
            version: 2,
            snapshot: snapshot(),
            returns: vec![reported()],
            reason: text("珠晖区补报一所机构"),
        },
        Event::Closed {},
    ]
}

/// Those of dispatches.
pub fn dispatches() -> Vec<domain::dispatch::Event> {
    use domain::dispatch::{Event, Report};
    let report = Report {
        id: "DP-430405-20261108-2Q6ZJ0A4N7T5E-Y".parse().unwrap(),
        campaign: "CP-430400-20260908-2Q6ZJ0A4N7T5E-9".parse().unwrap(),
        post: Post { level: Level::County, division: "430405".parse().unwrap() },
        on: date(2026, 11, 8),
        persons: 4,
        institutions: vec!["IN-91430400MA4L1A2B3C".parse().unwrap()],
    };
    vec![Event::Reported(Box::new(report)), Event::Voided { reason: text("与另一条记录重复") }]
}

/// Those of staff counts.
pub fn staff_counts() -> Vec<domain::staff_count::Event> {
    use domain::staff_count::{Event, Report};
    let persons = ["0b6a1f0e-5a3c-5e10-9d4b-6f2a80c1e357", "7d20a4c9-61ce-58f3-8a05-d3e91c7f2264"];
    let report = Report {
        id: "SC-430405-20261108-2Q6ZJ0A4N7T5E-H".parse().unwrap(),
        campaign: "CP-430400-20260908-2Q6ZJ0A4N7T5E-9".parse().unwrap(),
        institution: "IN-91430400MA4L1A2B3C".parse().unwrap(),
        division: "430405".parse().unwrap(),
        on: date(2026, 11, 8),
        persons: persons.map(|person| person.parse().unwrap()).into(),
    };
    vec![Event::Reported(Box::new(report)), Event::Voided { reason: text("机构填错") }]
}
