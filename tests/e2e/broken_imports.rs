//! Imports that break off: in the middle of the file nothing is recorded, in the middle of the answer what was recorded
//! stays, nobody else is held up, and sent again the rest goes in. Never here: limits of time (`hub::import`).

use futures::channel::oneshot;
use futures::stream::{self, StreamExt};
use safeguard::world::Desk;
use serde_json::json;
use tonic::{Status, Streaming};
use wire::convert::moment;
use wire::v1;
use wire::v1::import_clues_request::Part;
use wire::v1::import_clues_response::News;

use crate::acts::{HERE, see};
use crate::stage::{SMALL, Stage, id, play_alone, soon};

/// Good records of a large file, and one bad one after each, so that there is much to tell.
const GOOD: usize = 600;
/// More imports than a process takes at once.
const CROWD: usize = 6;

fn options() -> v1::ImportCluesRequest {
    let options = v1::ImportOptions {
        request_id: id(),
        format: v1::ImportFormat::JsonLines.into(),
        file_name: "clues.jsonl".to_owned(),
        dry_run: false,
    };
    v1::ImportCluesRequest { part: Some(Part::Options(options)) }
}

fn chunk(bytes: &[u8]) -> v1::ImportCluesRequest {
    v1::ImportCluesRequest { part: Some(Part::Chunk(bytes.to_vec())) }
}

/// Good records of this source and as many bad ones.
fn file(stage: &Stage, source: &str) -> Vec<u8> {
    let received = moment(&stage.now()).unwrap().to_string();
    let records = (0..GOOD).flat_map(|number| {
        let good = json!({
            "channel": "phone", "category": "fee-fraud", "urgency": "U3", "division": HERE,
            "received_at": received, "narrative": "家长反映培训机构收费后关门。",
            "source": format!("test:{source}-{number}"), "reporter": {"anonymous": {}},
        });
        [format!("{good}\n"), "{\"channel\": \"pigeon\"}\n".to_owned()]
    });
    records.collect::<String>().into_bytes()
}

async fn import(desk: &Desk, bytes: &[u8]) -> Result<Streaming<v1::ImportCluesResponse>, Status> {
    let parts: Vec<_> = std::iter::once(options()).chain(bytes.chunks(50_000).map(chunk)).collect();
    desk.education().import_clues(stream::iter(parts)).await.map(tonic::Response::into_inner)
}

async fn summary(mut news: Streaming<v1::ImportCluesResponse>) -> v1::ImportSummary {
    let wait = async {
        loop {
            let told = news.message().await.unwrap().expect("an import ends with its summary");
            if let Some(News::Done(done)) = told.news {
                return done;
            }
        }
    };
    soon("the end of an import", wait).await
}

/// Starts an import, sends half a line, says nothing more, and goes away.
async fn broken_off(desk: &Desk, half: &[u8]) {
    let (said, heard) = oneshot::channel();
    let parts = [options(), chunk(half)];
    let silence = stream::once(async move {
        let _ = said.send(());
        futures::future::pending().await
    });
    let mut service = desk.education();
    let call = service.import_clues(stream::iter(parts).chain(silence));
    tokio::select! {
        answer = call => panic!("half a file was answered: {:?}", answer.map(|_| ())),
        said = heard => said.unwrap(),
    }
}

#[test]
fn those_who_stop_in_the_middle_of_the_file_leave_nothing_and_hold_up_nobody() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk_apart("430405.edu.clerk1").await;
        let (whole, before) = (file(stage, "whole"), stage.head().await);
        let half = &whole[..whole.len() / 2];
        futures::future::join_all((0..CROWD).map(|_| broken_off(&clerk, half))).await;
        assert_eq!(stage.head().await, before, "nothing of half a file is recorded");
        let done = summary(import(&clerk, &whole).await.unwrap()).await;
        let figures = done.figures.unwrap();
        assert_eq!((figures.imported, figures.repeated, figures.bad), (GOOD as u64, 0, GOOD as u64));
    });
}

#[test]
fn what_was_recorded_before_the_caller_went_away_stays_and_the_rest_goes_in_later() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk_apart("430405.edu.clerk1").await;
        let whole = file(stage, "twice");
        let mut news = import(&clerk, &whole).await.unwrap();
        let first = soon("the first news", news.message()).await.unwrap().unwrap().news.unwrap();
        assert!(matches!(first, News::BadRow(_) | News::Progress(_)), "{first:?}");
        drop(news);
        let done = summary(import(&clerk, &whole).await.unwrap()).await;
        let figures = done.figures.unwrap();
        assert_eq!(figures.imported + figures.repeated, GOOD as u64);
        let again = summary(import(&clerk, &whole).await.unwrap()).await.figures.unwrap();
        assert_eq!((again.imported, again.repeated), (0, GOOD as u64));
        let counted =
            see!(clerk, education.get_statistics, done.consistency_token, GetStatisticsRequest {}).unwrap();
        assert_eq!(counted.rows[0].received, GOOD as u64, "each record is one clue");
    });
}

#[test]
fn a_crowd_of_imports_is_served_one_after_the_other() {
    play_alone(SMALL, async |stage| {
        let clerk = stage.desk_apart("430405.edu.clerk1").await;
        let files: Vec<Vec<u8>> = (0..CROWD).map(|number| file(stage, &number.to_string())).collect();
        let sent = files.iter().map(async |bytes| summary(import(&clerk, bytes).await.unwrap()).await);
        let done = futures::future::join_all(sent).await;
        let imported: u64 = done.iter().map(|summary| summary.figures.unwrap().imported).sum();
        assert_eq!(imported, (CROWD * GOOD) as u64);
        assert!(stage.running().hub.log.check().await.unwrap().ok);
    });
}
