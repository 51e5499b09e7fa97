//! A referral, as shown.

use domain::actor::{Agency, Level};
use domain::ids::ReferralId;
use domain::paper::PaperKind;
use domain::referral::{Command, Drafted, ReferralRule, SupplementPaper};

use super::fixture::*;
use crate::convert::{open, withheld};
use crate::show::{Sentence, history, referral};
use crate::v1;

fn drafted() -> Story<ReferralRule> {
    let draft = Drafted {
        id: ReferralId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), 7),
        clue: clue_id(1),
        division: "430405".parse().unwrap(),
        number: Some(number(20)),
        from: edu(),
        superior: unit(Agency::Education, Level::City, "430400"),
        procuratorate: unit(Agency::Procuratorate, Level::County, "430405"),
        team: vec!["OF-SORTER".parse().unwrap(), "OF-OTHER".parse().unwrap()],
        charges: vec!["266".parse().unwrap(), "176".parse().unwrap()],
        facts: sealed("facts", "卷款跑路"),
    };
    Story::new().act(Command::Draft(Box::new(draft)), sorter(), 0)
}

/// With the police, who hold it and have signed.
fn receipted() -> Story<ReferralRule> {
    let report = paper(PaperKind::Report, 'b');
    let papers = vec![paper(PaperKind::Letter, 'a'), report.clone(), paper(PaperKind::Items, 'c')];
    drafted()
        .act(Command::Submit { number: number(21), papers: vec![report] }, sorter(), 1)
        .act(Command::Approve { number: number(1), paper: None, presiding: None }, head(), 2)
        .act(Command::Deliver { to: psb(), number: number(2), papers }, sorter(), 3)
        .act(Command::Claim, duty(), 4)
        .act(Command::SignReceipt { number: words("R-1"), paper: paper(PaperKind::Receipt, 'd') }, duty(), 5)
}

fn ask() -> Command {
    let missing = vec![SupplementPaper { kind: PaperKind::Appraisal, note: words("司法鉴定") }];
    Command::RequestSupplement { number: number(3), missing }
}

#[test]
fn a_draft_shows_the_units_and_the_facts() {
    let shown = referral(&drafted().told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.clue_id.as_str()), ("drafting", clue_id(1).as_str()));
    assert_eq!(shown.charges, ["266", "176"]);
    assert_eq!(shown.facts, Some(open("卷款跑路")));
    assert_eq!(
        shown.from.unwrap().superior,
        "UN-EDU-430400",
        "the draft names it where the directory does not"
    );
    assert_eq!((shown.police, shown.claimed_by.as_str()), (None, ""));
    let documents: Vec<&str> = shown.documents.iter().map(|one| one.number.as_str()).collect();
    assert_eq!(documents, [number(20).as_str()], "the appointment of the team");
    assert!(shown.papers.is_empty());
    assert_eq!(referral(&drafted().told, &BLIND).unwrap().facts, Some(withheld()));
    assert_eq!(referral(&[], &OPEN), None);
}

#[test]
fn papers_come_oldest_first_and_once_and_every_step_leaves_its_number() {
    let shown = referral(&receipted().told, &OPEN).unwrap();
    let kinds: Vec<i32> = shown.papers.iter().map(|paper| paper.kind).collect();
    let expected =
        [v1::PaperKind::Report, v1::PaperKind::Letter, v1::PaperKind::Items, v1::PaperKind::Receipt];
    assert_eq!(kinds, expected.map(|kind| kind as i32));
    let documents: Vec<(&str, &str)> =
        shown.documents.iter().map(|one| (one.kind.as_str(), one.number.as_str())).collect();
    let (first, second) = (number(1), number(2));
    let (appointment, report) = (number(20), number(21));
    let expected = [
        ("referral.drafted", appointment.as_str()),
        ("referral.submitted", report.as_str()),
        ("referral.head-approved", first.as_str()),
        ("referral.delivered", second.as_str()),
        ("referral.receipted", "R-1"),
    ];
    assert_eq!(documents, expected);
    assert_eq!((shown.documents[4].at, shown.documents[4].unit.as_str()), (wire(5), "UN-PSB-430405"));
    assert_eq!((shown.claimed_by.as_str(), shown.police.unwrap().name.as_str()), ("OF-DUTY", "珠晖公安分局"));
    let open: Vec<&str> = shown
        .clocks
        .iter()
        .filter(|one| one.status == v1::ClockStatus::Running as i32)
        .map(|one| one.rule.as_str())
        .collect();
    assert_eq!(open.len(), 2, "{open:?}");
    assert!(shown.clocks.iter().any(|one| one.status == v1::ClockStatus::Stopped as i32 && one.on_time));
}

#[test]
fn what_is_missing_is_shown_until_it_comes() {
    let story = receipted().act(ask(), duty(), 6);
    let shown = referral(&story.told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.missing[0].note.as_str()), ("supplement-requested", "司法鉴定"));
    let hand_in = Command::Supplement { number: number(24), papers: vec![paper(PaperKind::Appraisal, 'f')] };
    let shown = referral(&story.act(hand_in, sorter(), 7).told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.missing.len()), ("receipted", 0));
}

#[test]
fn a_decision_not_to_file_shows_its_reason_and_feedback_stays_sealed_from_the_blind() {
    let notice = paper(PaperKind::Notice, 'f');
    let refuse = Command::NotFile { number: number(4), reason: words("没有犯罪事实"), paper: notice };
    let feedback = Command::GiveFeedback { text: sealed("feedback", "已约谈负责人") };
    let story = receipted().act(feedback, duty(), 6).act(refuse, police_head(), 7);
    let shown = referral(&story.told, &OPEN).unwrap();
    let last = shown.documents.last().unwrap();
    assert_eq!((last.kind.as_str(), last.reason.as_str()), ("referral.not-filed", "没有犯罪事实"));
    assert_eq!(shown.feedback, Some(open("已约谈负责人")));
    assert_eq!(referral(&story.told, &BLIND).unwrap().feedback, Some(withheld()));
}

#[test]
fn the_end_shows_withdrawal_and_outcome() {
    let decision = paper(PaperKind::Decision, 'f');
    let reason = domain::referral::WithdrawalReason::SuspectDied;
    let story = receipted()
        .act(Command::File { number: number(4), paper: decision }, police_head(), 6)
        .act(Command::Withdraw { number: number(5), reason }, duty(), 7)
        .act(Command::NotifyWithdrawal { number: number(6) }, duty(), 8)
        .act(Command::Conclude { number: number(7), outcome: words("案件终结") }, duty(), 9);
    let shown = referral(&story.told, &OPEN).unwrap();
    assert_eq!(shown.withdrawal, v1::WithdrawalReason::SuspectDied as i32);
    assert_eq!((shown.stage.as_str(), shown.outcome.as_str()), ("concluded", "案件终结"));
    let entries = history(&story.told, &OPEN);
    let withdrawn = entries.iter().find(|entry| entry.kind == "referral.withdrawn").unwrap();
    let words = Sentence { zh: withdrawn.summary_zh.clone(), en: withdrawn.summary_en.clone() };
    assert_eq!(words.zh, format!("公安机关撤销案件，{}：犯罪嫌疑人死亡", number(5)));
    assert!(words.en.ends_with("the suspect died"));
}

#[test]
fn who_presided_and_where_it_fell_back_to_are_told() {
    let story = drafted()
        .act(Command::Submit { number: number(21), papers: vec![paper(PaperKind::Report, 'b')] }, sorter(), 1)
        .act(
            Command::Refuse {
                number: number(22),
                reason: words("证据不足"),
                paper: Some(paper(PaperKind::Decision, 'e')),
                presiding: Some(number(77)),
            },
            chief(),
            2,
        );
    let shown = referral(&story.told, &OPEN).unwrap();
    assert_eq!(shown.papers.last().unwrap().kind, v1::PaperKind::Decision as i32);
    assert_eq!(shown.documents.last().unwrap().number, number(22).as_str());
    let told =
        history(&story.told, &OPEN).into_iter().find(|entry| entry.kind == "referral.head-refused").unwrap();
    assert_eq!(told.summary_zh, format!("主持工作的负责人不批准移送（授权 {}），{}", number(77), number(22)));
    assert!(told.summary_en.contains("presiding"));
}
