//! After any lawful story the row says what the law's own fold says: on the queue or not, whose, at which
//! stage, held by whom, and which clock runs out first.

use domain::category::{Category, Minor, Urgency};
use domain::claim::Claim;
use domain::clock::{Clocks, Stage as Ring};
use domain::clue::{self, Answer, Clue, ClueRule, Obligation, Progress, Stage, TransferOutcome};
use domain::paper::PaperKind;
use domain::period::{Duty, Periods};
use domain::referral::{self, Demand, Referral, ReferralRule, Step, SupplementPaper, WithdrawalReason};
use domain::{Actor, Unit};
use proptest::prelude::*;

use super::fixture::*;
use crate::queue::QueueRow;

/// What the queue should say of an open entry: unit, stage, holder, first due.
type Expected = Option<(String, String, Option<String>, Option<i64>)>;

fn shown(row: Option<QueueRow>) -> Expected {
    let row = row.filter(|row| row.open)?;
    Some((row.to.id.to_string(), row.stage, row.claimed_by, row.clock.map(|clock| clock.due)))
}

fn first_due(clocks: &Clocks) -> Option<i64> {
    let own = Periods::standard().all().iter();
    let own = own.filter(|row| row.duty == Duty::Receiver && !row.id.starts_with("claim-lease"));
    own.filter_map(|row| clocks.get(&row.id)).map(|running| running.due.as_microsecond()).min()
}

fn holder(claim: &Claim) -> Option<String> {
    match claim {
        Claim::Open => None,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by.to_string()),
    }
}

fn waiting(claim: &Claim) -> &'static str {
    match claim {
        Claim::Open => "offered",
        Claim::Held { .. } | Claim::Kept { .. } => "claimed",
    }
}

fn of_clue(clue: &Clue) -> Expected {
    let transferred =
        if let Stage::TransferredPolice(transfer) = clue.stage() { Some(&transfer.progress) } else { None };
    let report = match clue.obligation() {
        Obligation::Met { answer: Answer::By { progress, .. }, .. } => Some(progress),
        Obligation::None | Obligation::Open { .. } | Obligation::Met { .. } => None,
    };
    if transferred.is_none() && clue.obligation().owed_by().is_none() {
        return None;
    }
    let stage = match transferred.or(report) {
        None | Some(Progress::Sent) => waiting(clue.claim()),
        Some(Progress::Receipted(_)) => "receipted",
        Some(Progress::Accepted(_) | Progress::Answered(_)) => "accepted",
    };
    let unit: &Unit = clue.receiver()?;
    Some((unit.id.to_string(), stage.to_owned(), holder(clue.claim()), first_due(clue.clocks())))
}

fn of_referral(referral: &Referral) -> Expected {
    let stage = match referral.step() {
        Step::Delivered | Step::Forwarded => waiting(referral.claim()),
        Step::Receipted
        | Step::SupplementRequested { .. }
        | Step::Filed
        | Step::HandedOver
        | Step::Reconsidering
        | Step::FilingSupervision(Demand::Pending { .. })
        | Step::OrderedToFile
        | Step::CaseWithdrawn { notified: false } => referral.step().word(),
        Step::Drafting
        | Step::Abandoned
        | Step::PendingHead
        | Step::HeadRefused
        | Step::Approved
        | Step::NotPoliceMatter
        | Step::NotFiled(_)
        | Step::NotFiledUpheld(_)
        | Step::FilingSupervision(Demand::Answered)
        | Step::ReturnedForAdmin
        | Step::CaseWithdrawn { notified: true }
        | Step::Concluded => return None,
    };
    let unit = referral.police()?;
    Some((unit.id.to_string(), stage.to_owned(), holder(referral.claim()), first_due(referral.clocks())))
}

fn clue_acts() -> Vec<(Actor, clue::Command)> {
    use clue::Command as C;
    let triage = |category, urgency| C::Triage { category, urgency, minor: Minor::None, harm: Vec::new() };
    let letter = || vec![paper(PaperKind::Letter)];
    vec![
        (teacher(), triage(Category::FeeFraud, Urgency::U2)),
        (teacher(), triage(Category::MinorDanger, Urgency::U1)),
        (teacher(), C::TransferPolice { to: psb(), papers: letter() }),
        (teacher(), C::TransferPolice { to: psb_next(), papers: letter() }),
        (teacher(), C::TransferOther { to: fire(), papers: letter() }),
        (chief(), C::ConfirmTransfer),
        (duty(), C::Claim),
        (second(), C::Claim),
        (next_duty(), C::Claim),
        (fireman(), C::Claim),
        (duty(), C::Release { reason: text("off duty") }),
        (duty(), C::SignReceipt { number: text("R-1") }),
        (next_duty(), C::SignReceipt { number: text("R-2") }),
        (fireman(), C::SignReceipt { number: text("R-3") }),
        (duty(), C::Accept),
        (next_duty(), C::Accept),
        (duty(), C::Forward { to: psb_next(), reason: text("theirs") }),
        (next_duty(), C::Forward { to: psb(), reason: text("yours") }),
        (duty(), C::Decline { reason: text("no"), suggestion: text("market") }),
        (duty(), C::GiveFeedback { outcome: TransferOutcome::Handled, text: sealed() }),
        (next_duty(), C::GiveFeedback { outcome: TransferOutcome::Handled, text: sealed() }),
        (teacher(), C::InformReporter { text: None, no_contact: Some(text("unknown")) }),
        (teacher(), C::Reopen { reason: text("new fact"), order: None }),
        (inspector(), C::InformReporter { text: None, no_contact: Some(text("gone")) }),
        (next_duty(), C::Decline { reason: text("no"), suggestion: text("market") }),
        (inspector(), C::OpenAdminCase { number: number() }),
        (service(), C::Absorb { from: clue_id(7), urgency: Urgency::U1 }),
        (service(), ring_clue("claim-lease", Ring::Due)),
        (service(), ring_clue("claim-lease-u1", Ring::Due)),
        (service(), ring_clue("police-report", Ring::Due)),
        (service(), ring_clue("clue-police-receipt", Ring::Half)),
    ]
}

fn referral_acts() -> Vec<(Actor, referral::Command)> {
    use referral::Command as C;
    let missing = vec![SupplementPaper { kind: PaperKind::Items, note: text("the list") }];
    vec![
        (duty(), C::Claim),
        (second(), C::Claim),
        (next_duty(), C::Claim),
        (duty(), C::Release { reason: text("off duty") }),
        (duty(), C::SignReceipt { number: text("R-1"), paper: paper(PaperKind::Receipt) }),
        (next_duty(), C::SignReceipt { number: text("R-2"), paper: paper(PaperKind::Receipt) }),
        (duty(), C::RequestSupplement { number: number(), missing }),
        (teacher(), C::Supplement { number: number(), papers: vec![paper(PaperKind::Items)] }),
        (duty(), C::Forward { to: psb_next(), number: number(), reason: text("theirs") }),
        (duty(), C::File { number: number(), paper: paper(PaperKind::Decision) }),
        (duty(), C::NotFile { number: number(), reason: text("no crime"), paper: paper(PaperKind::Notice) }),
        (teacher(), C::RequestReconsideration { number: number(), reason: text("why") }),
        (duty(), C::Uphold { number: number(), reason: text("so") }),
        (prosecutor(), C::OpenSupervision { number: number() }),
        (duty(), C::GiveReasons { number: number(), reason: text("so") }),
        (prosecutor(), C::AcceptReasons { number: number() }),
        (prosecutor(), C::OrderFiling { number: number() }),
        (teacher(), C::HandOver { number: number(), paper: paper(PaperKind::HandOver) }),
        (teacher(), C::AcceptReturn { number: number() }),
        (duty(), C::Withdraw { number: number(), reason: WithdrawalReason::Amnesty }),
        (duty(), C::NotifyWithdrawal { number: number() }),
        (duty(), C::Conclude { number: number(), outcome: text("tried") }),
        (duty(), C::DeclareNotPolice { number: number(), reason: text("no"), suggestion: text("court") }),
        (service(), ring_referral("claim-lease", Ring::Due)),
        (service(), breach_to(psb_next())),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_clue_stands_on_the_queue_as_it_stands_in_law(
        mandatory in any::<bool>(),
        in_case in any::<bool>(),
        acts in prop::collection::vec((0..31_usize, 0..20_i64), 1..80),
    ) {
        let palette = clue_acts();
        let mut story = Story::default();
        let mut it: Matter<ClueRule> = reported(&mut story, 1, mandatory, Urgency::U2);
        if in_case {
            open_case(&mut story, &mut it);
        }
        for (act, minutes) in acts {
            story.minute += minutes;
            let (by, command) = &palette[act];
            story.tries(&mut it, by, command);
            prop_assert_eq!(shown(story.row(&it.id)), of_clue(it.state.clue().unwrap()));
        }
    }

    #[test]
    fn a_referral_stands_on_the_queue_as_it_stands_in_law(
        acts in prop::collection::vec((0..25_usize, 0..120_i64), 1..120),
    ) {
        let palette = referral_acts();
        let mut story = Story::default();
        let mut it: Matter<ReferralRule> = delivered(&mut story, 1);
        for (act, minutes) in acts {
            story.minute += minutes;
            let (by, command) = &palette[act];
            story.tries(&mut it, by, command);
            let referral = it.state.known().unwrap();
            prop_assert_eq!(shown(story.row(&it.id)), of_referral(referral));
            let fallback = story.row(&it.id).and_then(|row| row.fallback);
            prop_assert_eq!(fallback.as_ref(), referral.fallback());
        }
    }
}
