//! Clues on the queue: mandatory reports and transfers.

use domain::actor::Stamp;
use domain::category::Urgency;
use domain::claim::ClaimEvent;
use domain::clock::Stage;
use domain::clue::{ClueRule, Command, TransferOutcome};
use domain::paper::PaperKind;
use wire::show::Standing;
use wire::v1::MatterKind;

use super::fixture::*;
use crate::queue::News;

fn sign() -> Command {
    Command::SignReceipt { number: text("R-1") }
}

#[test]
fn a_mandatory_report_is_on_the_queue_from_its_first_moment_until_its_signer_has_answered() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U3);
    let row = story.row(&clue.id).unwrap();
    assert_eq!((row.kind, row.urgency, row.stage.as_str()), (MatterKind::MandatoryReport, 1, "offered"));
    assert_eq!(row.from.id, edu().id);
    let clock = row.clock.unwrap();
    assert_eq!((clock.rule.as_str(), clock.due), ("police-report", minute(30).as_microsecond()));
    story.does(&mut clue, &duty(), Command::Claim);
    assert_eq!(story.says(&clue.id), "open claimed UN-PSB OF-duty");
    assert_eq!(story.row(&clue.id).unwrap().lease_until, Some(minute(10).as_microsecond()));
    story.does(&mut clue, &duty(), sign());
    assert_eq!(story.says(&clue.id), "open receipted UN-PSB OF-duty");
    let row = story.row(&clue.id).unwrap();
    assert_eq!((row.kind, row.clock, row.lease_until), (MatterKind::MandatoryReport, None, None));
    story.does(&mut clue, &duty(), Command::Accept);
    assert_eq!(story.says(&clue.id), "open accepted UN-PSB OF-duty");
    let outcome = TransferOutcome::FiledCriminal;
    story.does(&mut clue, &duty(), Command::GiveFeedback { outcome, text: sealed() });
    assert_eq!(story.says(&clue.id), "closed awaiting-feedback UN-PSB OF-duty");
    assert_eq!(story.row(&clue.id).unwrap().why, "ended");
}

#[test]
fn a_mandatory_report_that_is_also_transferred_stays_until_it_is_answered() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    story.does(&mut clue, &duty(), Command::Claim);
    let offered = story.row(&clue.id).unwrap().offered_at;
    story.minute = 1;
    story.does(&mut clue, &teacher(), triage(Urgency::U1));
    story.does(&mut clue, &teacher(), Command::TransferPolice { to: psb(), papers: Vec::new() });
    let row = story.row(&clue.id).unwrap();
    assert_eq!((row.kind, row.offered_at), (MatterKind::MandatoryReport, offered), "it is the same entry");
    assert_eq!(story.says(&clue.id), "open claimed UN-PSB OF-duty", "and whoever claimed it holds it");
    signed_and_answered(&mut story, &mut clue, "closed awaiting-feedback UN-PSB OF-duty");
}

/// The duty officer who holds the entry signs, accepts and answers.
fn signed_and_answered(story: &mut Story, clue: &mut Matter<ClueRule>, end: &str) {
    story.does(clue, &duty(), sign());
    assert_eq!(story.says(&clue.id), "open receipted UN-PSB OF-duty");
    story.does(clue, &duty(), Command::Accept);
    assert_eq!(story.says(&clue.id), "open accepted UN-PSB OF-duty");
    assert_eq!(story.row(&clue.id).unwrap().clock.unwrap().rule, "clue-police-feedback");
    let outcome = TransferOutcome::FiledCriminal;
    story.does(clue, &duty(), Command::GiveFeedback { outcome, text: sealed() });
    assert_eq!(story.says(&clue.id), end);
    assert_eq!(story.row(&clue.id).unwrap().why, "ended");
}

#[test]
fn a_report_signed_for_beside_a_case_stays_until_it_is_answered() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    open_case(&mut story, &mut clue);
    story.does(&mut clue, &duty(), Command::Claim);
    signed_and_answered(&mut story, &mut clue, "closed answered UN-PSB OF-duty");
}

#[test]
fn a_report_signed_for_beside_a_case_is_passed_on_or_is_no_matter_of_the_police() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    open_case(&mut story, &mut clue);
    story.does(&mut clue, &duty(), Command::Claim);
    story.does(&mut clue, &duty(), sign());
    story.does(&mut clue, &duty(), Command::Forward { to: psb_next(), reason: text("theirs") });
    assert_eq!(story.says(&clue.id), "open offered UN-PSB-NEXT");
    story.does(&mut clue, &next_duty(), Command::Claim);
    story.does(&mut clue, &next_duty(), sign());
    assert_eq!(story.says(&clue.id), "open receipted UN-PSB-NEXT OF-next");
    let decline = Command::Decline { reason: text("no"), suggestion: text("market") };
    story.does(&mut clue, &next_duty(), decline);
    assert_eq!(story.says(&clue.id), "closed not-police UN-PSB-NEXT OF-next");
    assert_eq!(story.row(&clue.id).unwrap().why, "declined");
}

fn triage(urgency: Urgency) -> Command {
    let (category, minor) = (domain::category::Category::MinorAbuse, domain::category::Minor::Minor);
    Command::Triage { category, urgency, minor, harm: Vec::new() }
}

#[test]
fn an_entry_that_is_forwarded_is_on_the_other_queue_and_the_first_is_told() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    story.does(&mut clue, &duty(), Command::Claim);
    let seen = story.told.len() as i64;
    story.minute = 5;
    story.does(&mut clue, &duty(), Command::Forward { to: psb_next(), reason: text("theirs") });
    assert_eq!(story.says(&clue.id), "open offered UN-PSB-NEXT");
    assert_eq!(story.row(&clue.id).unwrap().offered_at, minute(5).as_microsecond());
    assert!(story.listed(&here()).is_empty());
    let (news, _) = story.news(&here(), seen);
    let [News::Removed { why, by, .. }] = &news[..] else { panic!("{news:?}") };
    assert_eq!((why.as_str(), by.as_str()), ("forwarded", "OF-duty"));
}

#[test]
fn a_lapsed_lease_puts_it_on_offer_again_and_is_counted() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    story.does(&mut clue, &duty(), Command::Claim);
    story.minute = 10;
    story.does(&mut clue, &service(), ring_clue("claim-lease-u1", Stage::Due));
    assert_eq!(story.says(&clue.id), "open offered UN-PSB");
    let found = crate::queue::figures(&story.tables, &here(), crate::queue::Window::default()).unwrap();
    assert_eq!((found.lapsed, found.free), (1, 1));
}

#[test]
fn warnings_and_a_breach_escalate_the_entry_and_the_receipt_calms_it() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, true, Urgency::U1);
    let warned = Standing::Warned;
    let rings = [
        (15, Stage::Half, (1, warned)),
        (24, Stage::Most, (2, warned)),
        (30, Stage::Due, (3, Standing::Breached)),
    ];
    for (minutes, stage, told) in rings {
        story.minute = minutes;
        story.does(&mut clue, &service(), ring_clue("police-report", stage));
        let row = story.row(&clue.id).unwrap();
        assert_eq!((row.escalation, row.clock.unwrap().standing), told);
    }
    story.does(&mut clue, &second(), Command::Claim);
    story.does(&mut clue, &second(), sign());
    assert_eq!(story.row(&clue.id).unwrap().escalation, 0);
}

#[test]
fn a_transfer_is_declined_and_the_education_side_has_it_back() {
    let mut story = Story::default();
    let mut clue = reported(&mut story, 1, false, Urgency::U2);
    assert_eq!(story.says(&clue.id), "none", "a clue without the duty is no matter of the police");
    let (category, minor) = (domain::category::Category::FeeFraud, domain::category::Minor::None);
    let triage = Command::Triage { category, urgency: Urgency::U2, minor, harm: Vec::new() };
    story.does(&mut clue, &teacher(), triage);
    let papers = vec![paper(PaperKind::Letter)];
    story.does(&mut clue, &teacher(), Command::TransferPolice { to: psb(), papers });
    assert_eq!(story.row(&clue.id).unwrap().kind, MatterKind::ClueTransfer);
    story.does(&mut clue, &duty(), Command::Claim);
    story.does(&mut clue, &duty(), Command::Decline { reason: text("no"), suggestion: text("market") });
    let row = story.row(&clue.id).unwrap();
    assert_eq!((row.open, row.stage.as_str(), row.why.as_str()), (false, "triaged", "declined"));
    let (by, unit) = (fireman().officer, fire().id);
    let stamp = Stamp { by: fireman(), at: minute(9), recorded: minute(9) };
    story.record(&clue.id, 99, &ClaimEvent::Taken { by, unit }, &stamp);
    assert_eq!(
        story.row(&clue.id).unwrap().change,
        row.change,
        "what fire officers do is none of the queue's"
    );
}
