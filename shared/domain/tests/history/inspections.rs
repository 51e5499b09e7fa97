//! One event of every kind that can happen to a joint inspection. Never here: hazards after they were found.

use domain::checklist::Edition;
use domain::draw::{Algorithm, Assigned, Drawn, Seed, Wanted, record};
use domain::hazard::draft::{Draft, Line};
use domain::hazard::{Category, Grade};
use domain::inspection::{
    Answer, Captured, Event, Member, Planned, Report, Seen, Sheet, Spot, Team, Tier, Verdict, Why,
};
use domain::institution::InstitutionKind;
use domain::paper::PaperKind;

use crate::scene::*;

const VISIT: &str = "JI-430405-20231102-1KK4XV97W2430-H";

fn planned() -> Planned {
    let edition = |checklist: &str| Edition { checklist: text(checklist), version: 1 };
    Planned {
        id: VISIT.parse().unwrap(),
        institution: "IN-91430405MA4L1A2B3C".parse().unwrap(),
        division: "430405".parse().unwrap(),
        lead: education(),
        invited: vec![fire(), police()],
        tier: Tier::County,
        campaign: Some("CP-430400-20260908-2Q6ZJ0A4N7T5E-9".parse().unwrap()),
        earlier: Some("JI-430405-20231102-1KK4XV97W2430-H".parse().unwrap()),
        sheets: vec![
            Sheet { agency: education().agency, edition: edition("facility-safety") },
            Sheet { agency: fire().agency, edition: edition("fire-nine-rules") },
        ],
        on: "2026-09-09".parse().unwrap(),
        drawn: Some(Drawn {
            frame: "dc5fc717-c3b7-54e7-8559-7c4b057ab4e3".parse().unwrap(),
            algorithm: Algorithm::SplitMix64Shuffle,
            seed: Seed(7_020_405_913_466_821),
        }),
    }
}

fn team() -> Team {
    let members = vec![
        Member {
            officer: officer("OF-EDU-430405-002"),
            unit: education(),
            certificate: Some(text("湘衡珠执法0021")),
            fire_delegation: None,
        },
        member(),
    ];
    serde_json::from_value(serde_json::to_value(members).unwrap()).unwrap()
}

fn member() -> Member {
    Member {
        officer: duty(),
        unit: police(),
        certificate: Some(text("湘公执法4305017")),
        fire_delegation: Some(text("衡消委〔2026〕3号")),
    }
}

fn captured() -> Option<Captured> {
    Some(Captured { device: at("2026-09-08T01:13:05Z"), offset_seconds: -35 })
}

fn seen() -> Seen {
    Seen { spot: Some(Spot { north: 26_893_368, east: 112_619_800 }), captured: captured() }
}

fn draft() -> Draft {
    Draft {
        id: "HZ-430405-20231102-1KK4XV97W2430-4".parse().unwrap(),
        institution: planned().institution,
        division: planned().division,
        category: Category::FireEvacuation,
        grade: Grade::Major,
        visit_lead: None,
        found: Some(Line { inspection: planned().id, line: text("FIRE9-4.1") }),
        basis: text("消防法第二十八条"),
        finder: fire(),
        lead: fire(),
        spot: text("二楼东侧楼梯口堆放课桌，宽度不足一米"),
        papers: vec![paper(PaperKind::Evidence, None)],
    }
}

/// Those of inspections.
pub fn events() -> Vec<Event> {
    vec![
        Event::Planned(Box::new(planned())),
        Event::MemberConfirmed(member()),
        Event::MemberRecused { officer: duty(), reason: text("与举办者有亲属关系") },
        Event::TeamFormed { team: team() },
        Event::Notified {},
        Event::Unannounced {},
        Event::SetOut {},
        Event::CheckedIn(seen()),
        Event::CheckedOut(seen()),
        Event::Answered(Answer {
            line: text("FIRE9-4.1"),
            verdict: Verdict::FailFixed,
            finding: Some(text("二楼东侧楼梯口堆放课桌")),
            papers: vec![paper(PaperKind::Evidence, None)],
            captured: captured(),
        }),
        Event::Obstructed { note: text("大门紧锁，负责人拒不到场") },
        Event::Retried { assistance: Some(police().id) },
        Event::Postponed { reason: text("暴雨红色预警，停课") },
        Event::Resumed { on: "2026-09-16".parse().unwrap() },
        Event::Cancelled { reason: text("机构已注销") },
        Event::Recorded {},
        Event::MemberSigned {},
        Event::InstitutionSigned { representative: sealed(CASE, 11, "name") },
        Event::InstitutionRefused { note: text("负责人对结论有异议，拒绝签字") },
        Event::Supplemented {
            note: text("补充楼梯宽度实测值"),
            papers: vec![paper(PaperKind::Evidence, None)],
        },
        Event::Issued { hazards: vec![draft()] },
        Event::NoticeServed { number: number("衡珠教责改〔2026〕12号") },
        Event::ReinspectionDue { why: Why::Requested },
        Event::ReinspectionBegun { asks: vec![text("FIRE9-4.1")] },
        Event::Reinspected { failed: vec![text("FIRE9-4.1")] },
        Event::Closed {},
        Event::Reported(Box::new(Report {
            plan: planned(),
            team: team().members().to_vec(),
            from: at("2026-09-09T01:05:00Z"),
            until: at("2026-09-09T02:40:00Z"),
            answers: vec![Answer {
                line: text("FIRE9-4.1"),
                verdict: Verdict::Fail,
                finding: Some(text("二楼东侧楼梯口堆放课桌")),
                papers: vec![paper(PaperKind::Evidence, None)],
                captured: captured(),
            }],
            refused: Some(text("负责人对结论有异议，拒绝签字")),
            notice: Some(number("衡珠教责改〔2026〕12号")),
        })),
    ]
}

/// Those of draws.
pub fn draws() -> Vec<record::Event> {
    let basis = record::Basis {
        id: "DR-430405-20260908-1KK4XV97W2430-R".parse().unwrap(),
        division: planned().division,
        kinds: vec![InstitutionKind::SubjectTraining, InstitutionKind::NonSubjectTraining],
        excluded: vec!["IN-91430405MA4L1A2B4D".parse().unwrap()],
        why: Some(text("已停止办学")),
        wanted: Wanted { targets: 1, inspectors: 2, agencies: 2 },
    };
    let assigned =
        Assigned { target: planned().institution, inspectors: vec![officer("OF-EDU-430405-002"), duty()] };
    let drawn = planned().drawn.unwrap();
    vec![record::Event::Made(Box::new(record::Made {
        basis,
        frame_size: 412,
        drawn,
        assigned: vec![assigned],
    }))]
}
