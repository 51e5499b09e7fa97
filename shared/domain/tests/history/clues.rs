//! One event of every kind that can happen to a clue, its claim and its clocks. Never here: other streams.

use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::claim::ClaimEvent;
use domain::clock::{ClockEvent, Told};
use domain::clue::event::{Conclusion, Event, Part, Person, Reported, Reporter, TransferOutcome};
use domain::paper::PaperKind;
use domain::period::Who;

use crate::referrals::drafted;
use crate::scene::*;

/// All of them.
pub fn events() -> Vec<Event> {
    [intake(), verification(), transfers(), handling(), claims(), clocks()].concat()
}

fn reported() -> Reported {
    Reported {
        id: clue(1),
        channel: Channel::School,
        category: Category::MinorAbuse,
        situation: Some(4),
        urgency: Urgency::U1,
        minor: Minor::Under14,
        harm: vec![Harm::Injury, Harm::Danger],
        division: "430405".parse().unwrap(),
        institution: Some("IN-91430405MA7K2P9T1X".parse().unwrap()),
        received: at("2026-09-08T01:05:00Z"),
        narrative: sealed(CASE, 40_117, "narrative"),
        place: Some(sealed(CASE, 40_117, "place")),
        reporter: Reporter::Named {
            subject: REPORTER.parse().unwrap(),
            name: sealed(REPORTER, 40_118, "name"),
            phone: Some(sealed(REPORTER, 40_118, "phone")),
            secret: true,
        },
        persons: vec![Person {
            subject: CHILD.parse().unwrap(),
            part: Part::Victim,
            minor: Minor::Under14,
            name: sealed(CHILD, 40_119, "name"),
            id_number: Some(sealed(CHILD, 40_119, "id_number")),
        }],
        papers: vec![paper(PaperKind::Evidence, None)],
        owner: education(),
        police: police(),
        fallback: education_city(),
        source: Some(text("school-desk/2026/00417")),
    }
}

fn intake() -> Vec<Event> {
    vec![
        Event::Reported(Box::new(reported())),
        Event::ObligationOpened { police: police() },
        Event::CallRecorded { call: text("110-20260908-0131") },
        Event::ObligationMet { receipt: text("珠公接〔2026〕0908-01") },
        Event::Absorbed { from: clue(2), urgency: Urgency::U1 },
        Event::MergeProposed { into: clue(1) },
        Event::Merged { into: clue(1), urgency: Urgency::U2 },
        Event::MergeUndone { into: clue(1) },
        Event::Triaged {
            category: Category::FeeFraud,
            urgency: Urgency::U3,
            minor: Minor::None,
            harm: vec![Harm::Danger],
        },
    ]
}

fn verification() -> Vec<Event> {
    vec![
        Event::Assigned { to: market() },
        Event::Returned { reason: text("机构注册地不在本辖区"), designator: Some(market_city()) },
        Event::VerificationStarted {
            team: vec![officer("OF-SAMR-430405-004"), officer("OF-SAMR-430405-009")],
        },
        Event::VerificationExtended { reason: text("涉及三个校区，需调取银行流水") },
        Event::Concluded { result: Conclusion::Substantiated, summary: sealed(CASE, 40_233, "summary") },
        // The law asks for one of the two; the file holds both, so that both names are guarded.
        Event::ReporterInformed {
            text: Some(sealed(REPORTER, 40_260, "text")),
            no_contact: Some(text("电话停机，无其他联系方式")),
        },
        Event::Reopened {
            reason: text("发现新的受害家长"), order: Some(number("衡教督〔2026〕3号"))
        },
        Event::FellBack { to: education_city() },
    ]
}

fn transfers() -> Vec<Event> {
    let letter =
        || vec![paper(PaperKind::Letter, Some("衡珠市监函〔2026〕41号")), paper(PaperKind::Report, None)];
    vec![
        Event::PoliceTransferRequested { to: police(), papers: letter() },
        Event::PoliceTransferred { to: police(), papers: letter(), confirmed: false },
        Event::TransferConfirmed {},
        Event::TransferredOther { to: fire(), papers: letter() },
        Event::TransferReceipted { number: text("珠消接〔2026〕12"), unit: fire().id },
        Event::TransferAccepted {},
        Event::TransferForwarded { to: police_next(), reason: text("案发地在雁峰区") },
        Event::TransferDeclined {
            reason: text("不属于本机关职责"), suggestion: text("文化和旅游部门")
        },
        Event::FeedbackReceived {
            outcome: TransferOutcome::FiledAdministrative,
            text: sealed(CASE, 40_301, "feedback"),
        },
    ]
}

fn handling() -> Vec<Event> {
    vec![
        Event::AdminCaseOpened { number: number("衡珠市监立字〔2026〕58号") },
        Event::FineDecided { number: number("衡珠市监罚字〔2026〕61号"), fen: "5000000".to_owned() },
        Event::ReferralOpened { draft: Box::new(drafted()) },
        Event::ReferralEnded { referral: referral(), filed: true },
        Event::ReferralResumed { referral: referral() },
    ]
}

fn claims() -> Vec<Event> {
    let claims = [
        ClaimEvent::Taken { by: duty(), unit: police().id },
        ClaimEvent::Released { by: duty(), reason: text("出警处置另一警情") },
        ClaimEvent::Lapsed { by: duty() },
    ];
    claims.map(Event::Claim).to_vec()
}

fn clocks() -> Vec<Event> {
    let told = || {
        let superior = Some("UN-PSB-430400".parse().unwrap());
        vec![Told { who: Who::PoliceSuperior, unit: superior }, Told { who: Who::CityDuty, unit: None }]
    };
    let (rule, due) = (|| "police-report".to_owned(), at("2026-09-08T01:42:30.25Z"));
    let clocks = [
        ClockEvent::Started {
            rule: rule(),
            rule_version: 1,
            calendar: "2026-11-21".to_owned(),
            started: at("2026-09-08T01:12:30.25Z"),
            warn_half: Some(at("2026-09-08T01:27:30.25Z")),
            warn_most: Some(at("2026-09-08T01:36:30.25Z")),
            due,
        },
        ClockEvent::Paused { rule: "referral-filing-decision".to_owned(), since: due },
        ClockEvent::Warned { rule: rule(), percent: 50, told: told() },
        ClockEvent::Breached { rule: rule(), due, told: told() },
        ClockEvent::Lapsed { rule: "claim-lease-u1".to_owned(), due },
        ClockEvent::Stopped { rule: rule(), on_time: false },
    ];
    clocks.map(Event::Clock).to_vec()
}
