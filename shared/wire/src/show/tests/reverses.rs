//! A reverse referral, as shown.

use domain::actor::{Agency, Level};
use domain::ids::ReverseId;
use domain::reverse_referral::{Command, ReverseRule, Sent};

use super::fixture::*;
use crate::convert::{open, withheld};
use crate::show::{history, reverse};

#[test]
fn it_is_shown_from_sending_to_report() {
    let sent = Sent {
        id: ReverseId::new("430405".parse().unwrap(), jiff::civil::date(2026, 9, 8), 3),
        referral: None,
        division: "430405".parse().unwrap(),
        from: psb(),
        to: unit(Agency::Education, Level::County, "430405"),
        number: number(1),
        facts: sealed("facts", "情节轻微"),
        papers: vec![paper(domain::paper::PaperKind::Letter, 'a')],
    };
    let story = Story::<ReverseRule>::new().act(Command::Send(Box::new(sent)), duty(), 0);
    let shown = reverse(&story.told, &OPEN).unwrap();
    assert_eq!((shown.stage.as_str(), shown.sent_at, shown.revision), ("sent", wire(0), 0));
    assert_eq!((shown.facts, shown.papers.len()), (Some(open("情节轻微")), 1));
    assert_eq!((shown.receipt_number.as_str(), shown.referral_id.as_str()), ("", ""));

    let story = story
        .act(Command::SignReceipt { number: words("R-3") }, sorter(), 1)
        .act(Command::Handle { number: number(2), outcome: words("责令改正") }, sorter(), 2)
        .act(Command::Report { number: number(3) }, sorter(), 3);
    let shown = reverse(&story.told, &BLIND).unwrap();
    assert_eq!((shown.stage.as_str(), shown.revision), ("reported", 3));
    assert_eq!((shown.receipt_number.as_str(), shown.outcome.as_str()), ("R-3", ""));
    assert_eq!(reverse(&story.told, &OPEN).unwrap().outcome, "责令改正");
    assert_eq!(shown.facts, Some(withheld()));
    let entries = history(&story.told, &OPEN);
    assert_eq!(entries[0].summary_zh, format!("珠晖公安分局向珠晖区教育局移送行政违法案件，{}", number(1)));
    assert_eq!(reverse(&story.told[1..], &OPEN), None);
}
