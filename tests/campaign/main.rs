//! The campaign of 2023 at a thousandth, replayed through a hub: its figures to the unit, and the same digest whatever the
//! order, however often, over whatever connection. Never here: the full scale (that is `safeguard campaign simulate`).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod cut;
#[path = "../kurrent/server.rs"]
mod kurrent;
mod shuffle;

use std::path::Path;

use domain::campaign::workload::Scale;
use safeguard::campaign::{Outcome, Route, Settings, Site, Watch, import, simulate};
use tempfile::TempDir;

/// What a run came to, as one object of keys and values.
fn figures(outcome: &Outcome) -> [i64; 7] {
    let figures = outcome.report.figures.unwrap();
    [
        figures.dispatch_person_times(),
        figures.inst_inspected(),
        figures.inst_safety_hazard(),
        figures.inst_fire_hazard(),
        figures.inst_fire_evacuation(),
        figures.inst_fire_equipment(),
        figures.staff_queried(),
    ]
}

fn expected(outcome: &Outcome) -> [i64; 7] {
    outcome.expected.rows().map(|(_, value)| i64::try_from(value).unwrap())
}

fn direct() -> Route<'static> {
    &|address| address
}

fn settings<'a>(data: &'a Path, write: Option<&'a Path>, scale: &str, seed: u64) -> Settings<'a> {
    Settings { site: Site::at(data), write, seed, scale: scale.parse::<Scale>().unwrap(), opens: None }
}

/// The first seed whose campaign of a five-hundredth has Chongqing in it, on the day it begins.
fn with_chongqing(opens: jiff::civil::Date) -> u64 {
    let scale: Scale = "1/500".parse().unwrap();
    let has = |seed: &u64| {
        let work = domain::campaign::workload::Workload::new(*seed, scale, opens);
        work.places().iter().any(|place| place.division.as_str() == "500000")
    };
    (0..1_000).find(has).unwrap()
}

/// How often a kind was refused for good.
fn refused(outcome: &Outcome, kind: &str) -> u64 {
    outcome.counts.get(kind).map_or(0, |counts| counts.refused.values().sum())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousandth_comes_to_its_tally_in_any_order_and_again() {
    let (one, two, written) = (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let folder = written.path().join("campaign");
    let asked = settings(one.path(), Some(&folder), "1/1000", 7);
    let first = simulate(asked, (direct(), Watch::nobody())).await.unwrap();
    assert_eq!(figures(&first), expected(&first));
    assert_eq!((first.report.stage.as_str(), first.late), ("campaign-published", 1));
    let each = [&first.counts["inspections"], &first.counts["signatures"]].map(|counts| counts.recorded);
    assert_eq!(each[0], each[1], "who was invited along signs for each visit");
    let repeated: u64 = first.counts.values().map(|counts| counts.repeated).sum();
    assert!(repeated > 0, "some records were sent twice: {:?}", first.counts);

    assert_eq!(
        (first.counts["clues"].recorded, refused(&first, "clues")),
        (12, 0),
        "{:?}",
        first.counts["clues"]
    );

    // The same records in another order, some once more, one line that is none, over connections that break.
    let bad = shuffle::disturb(&folder, 23);
    let cutter = cut::Cutter::new();
    let (second, unreadable) =
        import(&folder, Site::at(two.path()), (&|address| cutter.route(address), Watch::nobody()))
            .await
            .unwrap();
    assert_eq!(figures(&second), expected(&first));
    assert_eq!(second.report.digest, first.report.digest, "the order does not matter");
    assert!(cutter.cuts() > 0, "a connection was broken");
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert!(unreadable[0].starts_with(&bad), "{unreadable:?} names {bad}");
    for kind in ["dispatches", "inspections", "signatures", "hazards", "staff-counts", "institutions"] {
        assert_eq!(refused(&second, kind), refused(&first, kind), "{kind}: {:?}", second.counts.get(kind));
    }

    let (third, _) = import(&folder, Site::at(two.path()), (direct(), Watch::nobody())).await.unwrap();
    assert_eq!(third.report.digest, first.report.digest, "nothing counts twice");
    let recorded: u64 = third.counts.values().map(|counts| counts.recorded).sum();
    assert_eq!(recorded, 0, "everything was there already: {:?}", third.counts);
}

/// What the log guarantees is the same whatever keeps it, and however many share the work.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_several_instances_and_a_cluster_come_to_the_same_digest() {
    let (one, two, three) = (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let cluster = kurrent::Cluster::start(kurrent::Shape::default()).await;
    let address = cluster.address("campaign");
    let mut digests = Vec::new();
    for site in [
        Site::at(one.path()),
        Site { instances: 2, ..Site::at(two.path()) },
        Site { log: &address, instances: 1, ..Site::at(three.path()) },
    ] {
        let asked = Settings { site, ..settings(one.path(), None, "1/1000", 7) };
        let played = simulate(asked, (direct(), Watch::nobody())).await.unwrap();
        assert_eq!(figures(&played), expected(&played), "{site:?}");
        digests.push(played.report.digest);
    }
    assert_eq!(digests[1..], [digests[0].clone(), digests[0].clone()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_counties_merged_in_the_campaign_report_as_one() {
    let (one, two, written) = (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let folder = written.path().join("campaign");
    // 500105 and 500112 became 500157 on 2026-01-25.
    let opens = jiff::civil::date(2025, 12, 6);
    let asked = settings(one.path(), Some(&folder), "1/500", with_chongqing(opens));
    let first =
        simulate(Settings { opens: Some(opens), ..asked }, (direct(), Watch::nobody())).await.unwrap();
    assert_eq!(figures(&first), expected(&first), "no institution counts in both counties");
    let moved = std::fs::read_to_string(folder.join("institutions-2026-01-25.csv")).unwrap();
    assert!(
        moved.lines().count() > 1 && moved.lines().skip(1).all(|line| line.contains(",500157,")),
        "{moved}"
    );
    let returns = std::fs::read_to_string(folder.join("returns.jsonl")).unwrap();
    assert!(returns.contains("500157") && !returns.contains("500105") && !returns.contains("500112"));

    let (second, unreadable) =
        import(&folder, Site::at(two.path()), (direct(), Watch::nobody())).await.unwrap();
    assert!(unreadable.is_empty(), "{unreadable:?}");
    assert_eq!(second.report.digest, first.report.digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn referrals_end_as_they_were_drawn_and_as_the_procuratorate_makes_them() {
    let (one, two, written) = (TempDir::new().unwrap(), TempDir::new().unwrap(), TempDir::new().unwrap());
    let folder = written.path().join("campaign");
    let asked = settings(one.path(), Some(&folder), "1/120", 7);
    let first = simulate(asked, (direct(), Watch::nobody())).await.unwrap();
    assert_eq!((first.referred.ended.values().sum::<u64>(), refused(&first, "referrals")), (2, 0));
    assert_eq!(first.referred.ended, first.drawn);

    // The same campaign with the longest ways: one forwarded and filed on order, one supplemented and not filed in the end.
    let clues = std::fs::read_to_string(folder.join("clues.jsonl")).unwrap();
    let mut clues: Vec<serde_json::Value> =
        clues.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut referrals: Vec<_> = clues.iter_mut().filter(|clue| clue["end"] == "referred").collect();
    let elsewhere = referrals[1]["police"].clone();
    assert_ne!(referrals[0]["police"], elsewhere);
    referrals[0]["forwarded"] = elsewhere;
    referrals[0]["ending"] = "filed-on-order".into();
    referrals[1]["supplemented"] = true.into();
    referrals[1]["ending"] = "reasons-accepted".into();
    let lines: String = clues.iter().map(|clue| format!("{clue}\n")).collect();
    std::fs::write(folder.join("clues.jsonl"), lines).unwrap();
    let (second, _) = import(&folder, Site::at(two.path()), (direct(), Watch::nobody())).await.unwrap();
    let ends = [("filed-on-order".to_owned(), 1), ("reasons-accepted".to_owned(), 1)];
    assert_eq!((second.referred.ended, second.counts["referrals"].refused.len()), (ends.into(), 0));
}
