//! The county's own files: the committed samples go in over gRPC, every bad row is named by line and field, and queue,
//! clocks and statistics agree with a count that knows nothing of the hub. Never here: how the samples are made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use safeguard::sample::Tally;
use safeguard::sample::tally::Fault;
use safeguard::world::{Desk, Size};
use serde_json::Value;
use wire::v1;

use crate::acts::see;
use crate::stage::{Stage, id, play_alone};

/// All twelve counties, officers in the first one, nothing else in it.
const EMPTY: Size = Size { counties: 12, staffed: 1, clerks: 1, duty: 1, institutions: 0 };
const CITY: &str = "430400";

/// What an import said.
#[derive(Debug, PartialEq)]
struct Outcome {
    read: u64,
    imported: u64,
    repeated: u64,
    bad: u64,
    rows: BTreeSet<(usize, String)>,
    token: String,
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/samples").join(name)).unwrap()
}

fn options(format: v1::ImportFormat, file_name: &str, dry_run: bool) -> v1::ImportOptions {
    v1::ImportOptions { request_id: id(), format: format.into(), file_name: file_name.to_owned(), dry_run }
}

/// Sends a file in pieces and gathers what is told: `import!(desk, method, module of the parts, options, bytes)`.
macro_rules! import {
    ($desk:expr, $method:ident, $request:ident, $part:ident, $news:ident, $options:expr, $bytes:expr) => {{
        use v1::$news::News;
        use v1::$part::Part;
        let pieces = $bytes.chunks(50_000).map(|piece| Part::Chunk(piece.to_vec()));
        let parts: Vec<_> = std::iter::once(Part::Options($options))
            .chain(pieces)
            .map(|part| v1::$request { part: Some(part) })
            .collect();
        let mut news = $desk.$method(futures::stream::iter(parts)).await.unwrap().into_inner();
        let mut rows = BTreeSet::new();
        let mut done = None;
        while let Some(told) = news.message().await.unwrap() {
            match told.news.unwrap() {
                News::BadRow(row) => {
                    assert!(!row.reason_zh.is_empty() && !row.reason_en.is_empty(), "{row:?}");
                    assert!(
                        rows.insert((usize::try_from(row.line).unwrap(), row.field.clone())),
                        "{row:?} twice"
                    );
                }
                News::Progress(_) => assert!(done.is_none(), "progress after the end"),
                News::Done(summary) => done = Some(summary),
            }
        }
        let done = done.expect("an import ends with its summary");
        let figures = done.figures.unwrap();
        Outcome {
            read: figures.read,
            imported: figures.imported,
            repeated: figures.repeated,
            bad: figures.bad,
            rows,
            token: done.consistency_token,
        }
    }};
}

async fn institutions(desk: &Desk) -> Outcome {
    let options = options(v1::ImportFormat::Csv, "institutions.csv", false);
    let bytes = sample("institutions.csv");
    import!(
        desk.directory(),
        import_institutions,
        ImportInstitutionsRequest,
        import_institutions_request,
        import_institutions_response,
        options,
        bytes
    )
}

async fn clues(desk: &Desk, bytes: &[u8], dry_run: bool) -> Outcome {
    let options = options(v1::ImportFormat::JsonLines, "clues.jsonl", dry_run);
    import!(
        desk.education(),
        import_clues,
        ImportCluesRequest,
        import_clues_request,
        import_clues_response,
        options,
        bytes
    )
}

fn faults(bad: &[Fault]) -> BTreeSet<(usize, String)> {
    bad.iter().map(|fault| (fault.line, fault.field.clone())).collect()
}

fn counted(counts: &[v1::Count]) -> BTreeMap<String, usize> {
    assert!(counts.iter().all(|count| !count.suppressed));
    counts.iter().map(|one| (one.key.clone(), usize::try_from(one.count).unwrap())).collect()
}

#[test]
fn the_sample_files_go_in_and_come_out_as_counted_independently() {
    play_alone(EMPTY, async |stage| {
        let tally: Tally = serde_json::from_slice(&sample("tally.json")).unwrap();
        let clerk = stage.desk("430400.edu.duty");
        let told = institutions(&clerk).await;
        let known = &tally.institutions;
        assert_eq!(told.rows, faults(&known.bad));
        assert_eq!((told.read, told.imported), (known.rows as u64, known.valid as u64));
        assert_eq!((told.repeated, told.bad), (known.duplicates as u64, known.invalid as u64));
        listed_by_division(&clerk, &told.token, &known.by_division).await;

        let lines = sample("clues.jsonl");
        let before = stage.head().await;
        let dry = clues(&clerk, &lines, true).await;
        assert_eq!(dry.rows, faults(&tally.clues.bad));
        assert_eq!(stage.head().await, before, "a dry run records nothing");
        let told = clues(&clerk, &lines, false).await;
        let known = &tally.clues;
        assert_eq!(told.rows, faults(&known.bad));
        assert_eq!((told.read, told.imported), (known.rows as u64, known.valid as u64));
        assert_eq!((told.repeated, told.bad), (known.duplicates as u64, known.invalid as u64));
        statistics_agree(&clerk, &told.token, &tally).await;
        queue_agrees(stage, &told.token, &tally).await;
        clocks_agree(stage, &told.token, &lines, &tally).await;

        let before = stage.head().await;
        for (again, known) in [
            (
                institutions(&clerk).await,
                (tally.institutions.valid + tally.institutions.duplicates, tally.institutions.invalid),
            ),
            (
                clues(&clerk, &lines, false).await,
                (tally.clues.valid + tally.clues.duplicates, tally.clues.invalid),
            ),
        ] {
            assert_eq!((again.imported, again.repeated, again.bad), (0, known.0 as u64, known.1 as u64));
        }
        assert_eq!(stage.head().await, before, "importing again changes nothing");
    });
}

async fn listed_by_division(desk: &Desk, token: &str, expected: &BTreeMap<String, usize>) {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut page_token = String::new();
    loop {
        let page = see!(
            desk,
            directory.list_institutions,
            token,
            ListInstitutionsRequest { page_size: 37, page_token: page_token }
        )
        .unwrap();
        for institution in page.institutions {
            *found.entry(institution.division).or_default() += 1;
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(&found, expected);
}

async fn statistics_agree(desk: &Desk, token: &str, tally: &Tally) {
    let known = &tally.clues;
    let rows =
        see!(desk, education.get_statistics, token, GetStatisticsRequest { division: CITY }).unwrap().rows;
    let city = &rows[0];
    assert_eq!((city.division.as_str(), city.received), (CITY, known.valid as u64));
    assert_eq!(counted(&city.by_channel), known.by_channel);
    assert_eq!(counted(&city.by_category), known.by_category);
    assert_eq!(counted(&city.by_urgency), known.by_urgency);
    assert_eq!(counted(&city.by_stage), BTreeMap::from([("received".to_owned(), known.valid)]));
    assert_eq!(city.anonymous, known.anonymous as u64);
    assert_eq!((city.obligations_open, city.obligations_met), (known.mandatory as u64, 0));
    let below: BTreeMap<String, usize> = rows[1..]
        .iter()
        .filter(|row| row.received > 0)
        .map(|row| (row.division.clone(), usize::try_from(row.received).unwrap()))
        .collect();
    assert_eq!(below, known.by_division);
}

async fn queue_agrees(stage: &Stage, token: &str, tally: &Tally) {
    let duty = stage.desk("430400.psb.duty");
    let mut matters = BTreeSet::new();
    let mut order = Vec::new();
    let mut page_token = String::new();
    loop {
        let page = see!(
            duty,
            police.list_queue,
            token,
            ListQueueRequest { division: CITY, page_size: 20, page_token: page_token }
        )
        .unwrap();
        for entry in page.entries {
            assert_eq!((entry.kind(), entry.urgency()), (v1::MatterKind::MandatoryReport, v1::Urgency::U1));
            let due = entry.clock.as_ref().unwrap().due_at.unwrap();
            order.push((due.seconds, due.nanos));
            assert!(matters.insert(entry.matter.clone()), "{} stands twice", entry.matter);
        }
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(matters.len(), tally.clues.mandatory);
    assert!(order.is_sorted(), "what runs out first stands first");
    let figures =
        see!(duty, police.get_queue_statistics, token, GetQueueStatisticsRequest { division: CITY }).unwrap();
    assert_eq!((figures.open, figures.claimed), (tally.clues.mandatory as u64, 0));
    let waiting = BTreeMap::from([("U1".to_owned(), tally.clues.mandatory)]);
    assert_eq!(counted(&figures.waiting_by_urgency), waiting);
}

/// The clocks of one bureau, against the lines of its division read here.
async fn clocks_agree(stage: &Stage, token: &str, lines: &[u8], tally: &Tally) {
    const HERE: &str = "430405";
    let bad = tally.bad_clue_lines();
    let mut sources = BTreeSet::new();
    let mut categories: BTreeMap<String, usize> = BTreeMap::new();
    for (place, line) in lines.split(|byte| *byte == b'\n').enumerate() {
        if line.is_empty() || bad.contains(&(place + 1)) {
            continue;
        }
        let clue: Value = serde_json::from_slice(line).unwrap();
        if clue["division"] == HERE && sources.insert(clue["source"].as_str().unwrap().to_owned()) {
            *categories.entry(clue["category"].as_str().unwrap().to_owned()).or_default() += 1;
        }
    }
    assert_eq!(sources.len(), tally.clues.by_division[HERE]);
    let clerk = stage.desk("430405.edu.clerk1");
    let page = see!(clerk, education.list_clocks, token, ListClocksRequest { page_size: 500 }).unwrap();
    let running = |start: &str| {
        let rule = |one: &&v1::MatterClock| one.clock.as_ref().unwrap().rule.starts_with(start);
        page.clocks.iter().filter(rule).count()
    };
    assert_eq!(running("clue-triage"), sources.len());
    for (category, rule) in
        [("fire-exit", "clue-conclude-fire-exit"), ("fire-other", "clue-conclude-fire-other")]
    {
        assert_eq!(running(rule), categories.get(category).copied().unwrap_or_default(), "{rule}");
    }
    assert!(page.clocks.iter().map(|one| one.seconds_left).is_sorted());
}
