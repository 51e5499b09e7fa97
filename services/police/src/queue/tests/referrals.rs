//! Referrals on the queue.

use domain::actor::Unit;
use domain::category::Urgency;
use domain::paper::PaperKind;
use domain::referral::{Command, ReferralRule};
use wire::v1::MatterKind;

use super::fixture::*;
use crate::queue::{News, Scope};

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
    let list = paper(PaperKind::HandOver);
    story.does(&mut it, &teacher(), Command::HandOver { number: number(), paper: list });
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

fn of(unit: &Unit) -> Scope {
    Scope { unit: Some(unit.id.to_string()), ..Scope::default() }
}

/// Delivered, and nobody signs for 26 hours; then it falls back to the police next door.
fn fallen(story: &mut Story) -> Matter<ReferralRule> {
    let mut it = delivered(story, 1);
    story.minute = 26 * 60;
    story.does(&mut it, &service(), breach_to(psb_next()));
    it
}

#[test]
fn what_nobody_signs_for_in_time_is_on_both_queues() {
    let mut story = Story::default();
    let it = fallen(&mut story);
    let row = story.row(&it.id).unwrap();
    assert_eq!((row.to.clone(), row.fallback.clone(), row.escalation), (psb(), Some(psb_next()), 3));
    for unit in [psb(), psb_next()] {
        assert_eq!(story.listed(&of(&unit)), std::slice::from_ref(&it.id));
        let (news, _) = story.news(&of(&unit), 0);
        assert_eq!(news, [News::Changed(Box::new(row.clone()))]);
    }
    let area = Scope { division: Some("430405".parse().unwrap()), ..Scope::default() };
    assert_eq!(story.listed(&area), [it.id], "once");
}

#[test]
fn the_fallback_unit_that_signs_keeps_it_and_the_other_is_told() {
    let mut story = Story::default();
    let mut it = fallen(&mut story);
    let (_, seen) = story.news(&of(&psb()), 0);
    story.does(&mut it, &next_duty(), Command::Claim);
    assert_eq!(story.says(&it.id), "open claimed UN-PSB OF-next");
    let held = Scope { held_too: true, ..of(&psb()) };
    assert_eq!(story.listed(&held), [it.id.clone()], "until the receipt both have it");
    story.does(&mut it, &next_duty(), sign());
    assert_eq!(story.says(&it.id), "open receipted UN-PSB-NEXT OF-next");
    assert_eq!(story.row(&it.id).unwrap().fallback, None);
    assert!(story.listed(&held).is_empty());
    assert_eq!(story.listed(&Scope { held_too: true, ..of(&psb_next()) }), [it.id.clone()]);
    let (news, _) = story.news(&held, seen);
    let [News::Removed { matter, why, by, .. }] = news.as_slice() else { panic!("{news:?}") };
    assert_eq!((matter, why.as_str(), by.as_str()), (&it.id, "receipted", "OF-next"));
}

#[test]
fn the_unit_it_was_delivered_to_signs_late_and_the_fallback_unit_is_told() {
    let mut story = Story::default();
    let mut it = fallen(&mut story);
    let (_, seen) = story.news(&of(&psb_next()), 0);
    story.does(&mut it, &duty(), Command::Claim);
    story.does(&mut it, &duty(), sign());
    assert_eq!(story.says(&it.id), "open receipted UN-PSB OF-duty");
    let theirs = Scope { held_too: true, ..of(&psb_next()) };
    assert!(story.listed(&theirs).is_empty());
    let (news, _) = story.news(&theirs, seen);
    assert!(matches!(news.as_slice(), [News::Removed { why, .. }] if why == "receipted"), "{news:?}");
}
