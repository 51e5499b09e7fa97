//! Referrals on the queue.

use domain::category::Urgency;
use domain::paper::PaperKind;
use domain::referral::Command;
use wire::v1::MatterKind;

use super::fixture::*;

fn sign() -> Command {
    Command::SignReceipt { number: text("R-1"), paper: paper(PaperKind::Receipt) }
}

fn not_file() -> Command {
    Command::NotFile { number: number(), reason: text("no crime"), paper: paper(PaperKind::Notice) }
}

#[test]
fn a_delivered_referral_counts_as_u2_unless_its_clue_is_u1() {
    let mut story = Story::default();
    let plain = delivered(&mut story, 1);
    reported(&mut story, 1_000, true, Urgency::U1);
    let grave = delivered(&mut story, 2);
    let row = story.row(&plain.id).unwrap();
    assert_eq!((row.kind, row.urgency, row.stage.as_str()), (MatterKind::Referral, 2, "offered"));
    assert_eq!(row.clock.unwrap().rule, "referral-receipt");
    assert_eq!(story.row(&grave.id).unwrap().urgency, 1);
    assert_eq!(story.listed(&here()), [clue_id(1_000).to_string(), grave.id, plain.id]);
}

#[test]
fn a_referral_is_on_the_queue_while_the_police_must_act_or_hold_the_case() {
    let mut story = Story::default();
    let mut it = delivered(&mut story, 1);
    let id = it.id.clone();
    story.does(&mut it, &duty(), Command::Claim);
    story.does(&mut it, &duty(), sign());
    assert_eq!(story.says(&id), "open receipted UN-PSB OF-duty");
    assert_eq!(story.row(&id).unwrap().clock.unwrap().rule, "referral-jurisdiction-notice");
    story.does(&mut it, &duty(), not_file());
    assert_eq!(story.says(&id), "closed not-filed UN-PSB OF-duty");
    story.does(
        &mut it,
        &teacher(),
        Command::RequestReconsideration { number: number(), reason: text("why") },
    );
    assert_eq!(story.says(&id), "open reconsidering UN-PSB OF-duty");
    story.does(&mut it, &duty(), Command::Uphold { number: number(), reason: text("so") });
    assert_eq!(story.says(&id), "closed not-filed-upheld UN-PSB OF-duty");
    story.does(&mut it, &prosecutor(), Command::OpenSupervision { number: number() });
    assert_eq!(story.says(&id), "open filing-supervision UN-PSB OF-duty");
    story.does(&mut it, &duty(), Command::GiveReasons { number: number(), reason: text("so") });
    assert_eq!(story.says(&id), "closed filing-supervision UN-PSB OF-duty");
    story.does(&mut it, &prosecutor(), Command::OrderFiling { number: number() });
    assert_eq!(story.says(&id), "open ordered-to-file UN-PSB OF-duty");
    story.does(&mut it, &duty(), Command::File { number: number(), paper: paper(PaperKind::Decision) });
    story.does(&mut it, &teacher(), Command::HandOver { paper: paper(PaperKind::HandOver) });
    assert_eq!(story.says(&id), "open handed-over UN-PSB OF-duty");
    story.does(&mut it, &duty(), Command::Conclude { number: number(), outcome: text("tried") });
    assert_eq!(story.says(&id), "closed concluded UN-PSB OF-duty");
}

#[test]
fn a_referral_that_is_no_police_matter_leaves_by_that_word() {
    let mut story = Story::default();
    let mut it = delivered(&mut story, 1);
    story.does(&mut it, &duty(), Command::Claim);
    story.does(&mut it, &duty(), sign());
    let (reason, suggestion) = (text("civil"), text("court"));
    story.does(&mut it, &duty(), Command::DeclareNotPolice { number: number(), reason, suggestion });
    let row = story.row(&it.id).unwrap();
    assert_eq!((row.open, row.stage.as_str(), row.why.as_str()), (false, "not-police-matter", "declined"));
}
