//! One event of every kind that can happen to a referral and to a reverse referral, without those of claims
//! and clocks, which stand with the clues. Never here: other streams.

use domain::paper::PaperKind;
use domain::referral::event::{Drafted, Event, SupplementPaper, WithdrawalReason};
use domain::reverse_referral::{self, Sent};

use crate::scene::*;

/// Those of referrals.
pub fn events() -> Vec<Event> {
    [drafting(), delivery(), decision(), remedies(), ending()].concat()
}

/// The draft, which the clue's stream holds as well.
pub fn drafted() -> Drafted {
    Drafted {
        id: referral(),
        clue: clue(1),
        division: "430405".parse().unwrap(),
        number: Some(number("衡珠市监立〔2026〕19号")),
        from: market(),
        superior: market_city(),
        procuratorate: procuratorate(),
        team: vec![officer("OF-SAMR-430405-004"), officer("OF-SAMR-430405-009")],
        charges: vec!["224".parse().unwrap(), "236-1".parse().unwrap()],
        facts: sealed(CASE, 41_002, "facts"),
    }
}

fn drafting() -> Vec<Event> {
    vec![
        Event::Drafted(Box::new(drafted())),
        Event::Abandoned {
            number: Some(number("衡珠市监移放〔2026〕1号")),
            reason: text("涉案金额未达立案追诉标准"),
        },
        Event::Submitted {
            number: Some(number("衡珠市监移报〔2026〕7号")),
            papers: vec![paper(PaperKind::Report, None)],
        },
        Event::HeadApproved {
            number: number("衡珠市监移字〔2026〕7号"),
            paper: Some(paper(PaperKind::Decision, Some("衡珠市监移字〔2026〕7号"))),
            presiding: Some(number("衡珠市监任〔2026〕3号")),
        },
        Event::HeadRefused {
            number: Some(number("衡珠市监移不字〔2026〕2号")),
            reason: text("证据尚不足以证明涉嫌犯罪"),
            paper: Some(paper(PaperKind::Decision, Some("衡珠市监移不字〔2026〕2号"))),
            presiding: Some(number("衡珠市监任〔2026〕3号")),
        },
        Event::OrderedAnew { number: number("衡市监督〔2026〕2号") },
        Event::Designated { to: police_next(), number: number("衡公指〔2026〕9号") },
    ]
}

fn delivery() -> Vec<Event> {
    let papers = || {
        let letter = paper(PaperKind::Letter, Some("衡珠市监移字〔2026〕7号"));
        vec![letter, paper(PaperKind::Report, None), paper(PaperKind::Items, None)]
    };
    vec![
        Event::Delivered {
            to: police(),
            number: number("衡珠市监移字〔2026〕7号"),
            papers: papers(),
            copy_to: procuratorate().id,
        },
        Event::Receipted {
            number: text("珠公接〔2026〕0915-02"),
            unit: police().id,
            paper: paper(PaperKind::Receipt, None),
        },
        Event::FellBack { to: police_next() },
        Event::SupplementRequested {
            number: number("珠公补字〔2026〕3号"),
            missing: vec![SupplementPaper {
                kind: PaperKind::Appraisal, note: text("涉案财物价格认定")
            }],
        },
        Event::Supplemented {
            number: Some(number("衡珠市监补〔2026〕3号")),
            papers: vec![paper(PaperKind::Appraisal, Some("衡价认〔2026〕88号"))],
        },
        Event::Forwarded {
            to: police_next(),
            number: number("珠公转字〔2026〕5号"),
            reason: text("主要犯罪地在雁峰区"),
        },
        Event::NotPoliceMatter {
            number: number("珠公退字〔2026〕1号"),
            reason: text("不属于公安机关管辖"),
            suggestion: text("税务稽查部门"),
        },
    ]
}

fn decision() -> Vec<Event> {
    vec![
        Event::Filed {
            number: number("珠公（经）立字〔2026〕21号"),
            paper: paper(PaperKind::Decision, Some("珠公（经）立字〔2026〕21号")),
        },
        Event::NotFiled {
            number: number("珠公（经）不立字〔2026〕6号"),
            reason: text("没有犯罪事实"),
            paper: paper(PaperKind::Notice, Some("珠公（经）不立字〔2026〕6号")),
        },
        Event::HandedOver {
            number: Some(number("衡珠市监交〔2026〕7号")),
            paper: paper(PaperKind::HandOver, None),
        },
        Event::ReturnedForAdmin { number: Some(number("衡珠市监接〔2026〕1号")) },
    ]
}

fn remedies() -> Vec<Event> {
    vec![
        Event::ReconsiderationRequested {
            number: number("衡珠市监复字〔2026〕2号"),
            reason: text("银行流水显示资金转入个人账户"),
        },
        Event::ReconsiderationUpheld {
            number: number("珠公复决〔2026〕2号"), reason: text("维持原决定")
        },
        Event::SupervisionSuggested { number: number("衡珠市监建〔2026〕1号") },
        Event::SupervisionOpened { number: number("珠检立监〔2026〕4号") },
        Event::ReasonsGiven {
            number: number("珠公说〔2026〕4号"),
            reason: text("现有证据不能证明非法占有目的"),
        },
        Event::ReasonsAccepted { number: number("珠检立监复〔2026〕4号") },
        Event::FilingOrdered { number: number("珠检通立〔2026〕1号") },
    ]
}

fn ending() -> Vec<Event> {
    vec![
        Event::Withdrawn {
            number: number("珠公撤字〔2026〕1号"), reason: WithdrawalReason::NoCriminalFacts
        },
        Event::WithdrawalNotified { number: number("珠公撤告〔2026〕1号") },
        Event::Concluded {
            number: number("珠法刑初〔2026〕133号"), outcome: text("一审判处有期徒刑")
        },
        Event::FeedbackGiven { text: sealed(CASE, 41_377, "feedback") },
    ]
}

/// Those of reverse referrals.
pub fn reverses() -> Vec<reverse_referral::Event> {
    use reverse_referral::Event;
    let sent = Sent {
        id: reverse(),
        referral: Some(referral()),
        division: "430405".parse().unwrap(),
        from: police(),
        to: market(),
        number: number("珠公移行〔2026〕2号"),
        facts: sealed(CASE, 41_500, "facts"),
        papers: vec![paper(PaperKind::Letter, Some("珠公移行〔2026〕2号"))],
    };
    vec![
        Event::Sent(Box::new(sent)),
        Event::Receipted { number: text("珠市监收〔2026〕1012-01"), unit: market().id },
        Event::Handled {
            number: number("衡珠市监罚字〔2026〕77号"),
            outcome: text("责令停止违法行为，没收违法所得"),
        },
        Event::Reported { number: number("衡珠市监函〔2026〕63号") },
    ]
}
