//! One event of every kind that can happen to a hazard. Never here: other matters.

use domain::hazard::draft::{Category, Draft, Grade, Line};
use domain::hazard::{Elements, Event, Fix, Notice, Part, Visit};
use domain::ids::OfficerId;
use domain::paper::PaperKind;
use jiff::civil::date;

use crate::scene::*;

fn present() -> Vec<OfficerId> {
    vec![officer("OF-EDU-430405-002"), officer("OF-FIRE-430405-011")]
}

fn visit() -> Visit {
    Visit { present: present(), papers: vec![paper(PaperKind::Evidence, None)] }
}

fn fix() -> Fix {
    Fix { fixer: officer("OF-EDU-430405-031"), papers: vec![paper(PaperKind::Evidence, None)] }
}

fn part() -> Part {
    Part { spot: text("二楼东侧教室及走道"), reason: text("唯一安全出口被封堵") }
}

fn draft() -> Draft {
    Draft {
        id: "HZ-430405-20231102-1KK4XV97W2430-4".parse().unwrap(),
        institution: "IN-91430400MA4L1A2B3C".parse().unwrap(),
        division: "430405".parse().unwrap(),
        category: Category::FireEvacuation,
        grade: Grade::Major,
        visit_lead: None,
        found: Some(Line {
            inspection: "JI-430405-20231102-1KK4XV97W2430-H".parse().unwrap(),
            line: text("nine-rules-4-2"),
        }),
        basis: text("中华人民共和国消防法第二十八条"),
        finder: fire(),
        lead: education(),
        spot: text("二楼东侧安全出口被货柜封堵"),
        papers: vec![paper(PaperKind::Evidence, None)],
    }
}

fn elements() -> Elements {
    Elements {
        responsible: text("法定代表人"),
        measures: text("拆除货柜，恢复疏散通道，加装应急照明"),
        fen: "1200000".to_owned(),
        until: date(2023, 12, 10),
        plan: text("分两步整改，附应急预案"),
        interim: Some(text("二楼停课，安排专人值守")),
    }
}

/// Those of the loop.
fn looped() -> Vec<Event> {
    let reason = text("现场复核");
    vec![
        Event::Found(Box::new(draft())),
        Event::Graded { grade: Grade::Major, reason: text("唯一安全出口被封堵") },
        Event::FixedOnSpot(fix()),
        Event::SpotRejected { visit: visit(), reason: text("货柜移回原处") },
        Event::Noticed(Notice { number: number("珠教改〔2023〕7号"), until: Some(date(2023, 12, 15)) }),
        Event::Rectifying(Box::new(elements())),
        Event::ProgressReported { progress: text("货柜已拆除") },
        Event::ExtensionAsked { reason: text("应急照明到货推迟") },
        Event::ExtensionGranted { until: Some(date(2023, 12, 29)) },
        Event::ExtensionDenied { reason: text("期限足够") },
        Event::FixReported(fix()),
        Event::Rejected { visit: visit(), reason },
        Event::Verified(visit()),
        Event::Transferred { to: market(), reason: text("属市场监管部门职责") },
        Event::VoidProposed { reason: text("重复登记") },
        Event::Voided {},
    ]
}

/// Those of the loop, of what presses for it, and of the use of the place.
pub fn events() -> Vec<Event> {
    let mut events = looped();
    events.extend([
        Event::Overdue { rule: "hazard-rectify-major".to_owned() },
        Event::Listed { reason: Some(text("整改不力")) },
        Event::PenaltyProposed {},
        Event::PenaltyOpened { case: number("珠教罚立〔2023〕2号") },
        Event::SealProposed(part()),
        Event::SealedOrally { part: part(), approver: officer("OF-FIRE-430405-001") },
        Event::Sealed {
            deciders: vec![
                officer("OF-FIRE-430405-001"),
                officer("OF-FIRE-430405-002"),
                officer("OF-FIRE-430405-003"),
            ],
            paper: paper(PaperKind::Decision, Some("珠消封〔2023〕3号")),
        },
        Event::SealDropped { reason: text("危险已排除") },
        Event::Suspended {
            number: number("珠教停〔2023〕1号"), reason: text("整改期间不能保证安全")
        },
        Event::ResumeAsked {},
        Event::ReviewPassed(visit()),
        Event::ReviewFailed { visit: visit(), reason: text("应急照明未装") },
        Event::Resumed {},
    ]);
    events
}
