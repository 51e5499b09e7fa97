//! The program as processes: one role each over one log and one key store, and asked to stop in the middle of its work.
//! Never here: the command line; these officers use gRPC.

use std::future::Future;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, SystemTime};

use futures::future::join_all;
use safeguard::world::{Desk, Size, World, load};
use tokio::runtime::Runtime;
use tonic::Code;
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;
use wire::v1;
use wire::v1::watch_queue_response::News;

use crate::program::Hub;

const COUNTY: &str = "430405";
const SIZE: Size = Size { counties: 1, staffed: 1, clerks: 1, duty: 2, institutions: 0 };
/// Longest that anything here is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
/// Reports that must have been answered before the hub is asked to stop.
const ENOUGH: usize = 60;

async fn soon<F: Future>(what: &str, future: F) -> F::Output {
    let came = tokio::time::timeout(PATIENCE, future).await;
    came.unwrap_or_else(|_| panic!("{what} did not come within {PATIENCE:?}"))
}

async fn line_to(hub: &Hub) -> Channel {
    Endpoint::from_shared(format!("http://{}", hub.address)).unwrap().connect().await.unwrap()
}

/// The desk of an officer of the world at another process.
async fn desk_at(hub: &Hub, world: &World, name: &str) -> Desk {
    Desk::new(line_to(hub).await, world.officer(name).unwrap()).unwrap()
}

/// Stops a process as a supervisor does; it must end in order.
fn ends_in_order(hub: Hub) {
    let (status, _) = hub.stop();
    assert_eq!(status.code(), Some(0), "SIGTERM stops it in order");
}

fn child_hurt() -> v1::ReportClueRequest {
    let nobody = v1::reporter_statement::Who::Anonymous(v1::AnonymousReporter {});
    v1::ReportClueRequest {
        request_id: Uuid::now_v7().to_string(),
        channel: v1::Channel::School.into(),
        category: v1::Category::MinorAbuse.into(),
        urgency: v1::Urgency::U1.into(),
        minor: v1::Minor::Under14.into(),
        division: COUNTY.to_owned(),
        received_at: Some(SystemTime::now().into()),
        narrative: "班主任发现一名学生身上有多处新伤。".to_owned(),
        reporter: Some(v1::ReporterStatement { who: Some(nobody) }),
        ..Default::default()
    }
}

async fn read(desk: &Desk, clue: &str, token: &str) -> v1::Clue {
    let wanted = v1::GetClueRequest { clue_id: clue.to_owned(), consistency_token: token.to_owned() };
    desk.education().get_clue(wanted).await.unwrap().into_inner().clue.unwrap()
}

/// A folder of its own for a process, views and all, with log, keys and papers those of `home`, which has been served
/// from before.
fn beside(home: &Path, name: &str) -> PathBuf {
    let folder = home.with_file_name(name);
    std::fs::create_dir(&folder).unwrap();
    for shared in ["log.db", "keys.db", "master.key", "attachments"] {
        symlink(home.join(shared), folder.join(shared)).unwrap();
    }
    folder
}

/// Reads on until the matter is on the queue, unclaimed and with its clock.
async fn until_on_the_queue(queue: &mut tonic::Streaming<v1::WatchQueueResponse>, matter: &str) {
    let wait = async {
        loop {
            let told = queue.message().await.unwrap().expect("the watch ended").news;
            if let Some(News::Changed(entry)) = told
                && entry.matter == matter
                && entry.clock.is_some()
            {
                return;
            }
        }
    };
    soon("the report on the queue", wait).await;
}

#[test]
fn a_mandatory_report_goes_from_the_education_process_to_the_police_process_and_back() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("directory");
    let mut directory = Hub::serving(&home, &["directory"]);
    let education = Hub::serving(&beside(&home, "education"), &["education"]);
    let police = Hub::serving(&beside(&home, "police"), &["police"]);
    let password = directory.password();
    Runtime::new().unwrap().block_on(async {
        let world = load(line_to(&directory).await, &password, &SIZE).await.unwrap();
        let clerk = desk_at(&education, &world, "430405.edu.clerk1").await;
        let duty = desk_at(&police, &world, "430405.psb.duty1").await;
        let elsewhere = clerk.police().list_queue(v1::ListQueueRequest::default()).await;
        assert_eq!(elsewhere.unwrap_err().code(), Code::Unimplemented, "one role, one process");

        let wanted = v1::WatchQueueRequest::default();
        let mut queue = duty.police().watch_queue(wanted).await.unwrap().into_inner();
        let reported = clerk.education().report_clue(child_hurt()).await.unwrap().into_inner();
        assert!(reported.call_110);
        let clue = &*reported.clue_id;
        until_on_the_queue(&mut queue, clue).await;
        one_of_two_claims(&duty, &desk_at(&police, &world, "430405.psb.duty2").await, clue).await;
        let token = signed(&duty, clue).await;
        let seen = read(&clerk, clue, &token).await;
        assert_eq!(
            (seen.stage.as_str(), seen.obligation.unwrap().receipt_number),
            ("transferred-police", "受字1号".to_owned())
        );
        read_is_on_record(&desk_at(&directory, &world, "hub.auditor").await, &clerk.account.id).await;
    });
    for process in [police, education, directory] {
        ends_in_order(process);
    }
}

/// Asks the directory process until it shows what the officer read at another one.
async fn read_is_on_record(auditor: &Desk, officer: &str) {
    let wait = async {
        loop {
            let asked = v1::ListReadsRequest { officer: officer.to_owned(), ..Default::default() };
            let found = auditor.oversight().list_reads(asked).await.unwrap().into_inner().reads;
            if found.iter().any(|reading| reading.what == "GetClue") {
                return;
            }
        }
    };
    soon("the reading at the education process", wait).await;
}

/// Of two officers of the police process one gets the entry; the other is told who has it.
async fn one_of_two_claims(first: &Desk, second: &Desk, clue: &str) {
    let claim = |desk: &Desk| {
        let mut service = desk.police();
        let request_id = Uuid::now_v7().to_string();
        let asked = v1::ClaimEntryRequest { request_id, matter: clue.to_owned(), ..Default::default() };
        async move { service.claim_entry(asked).await }
    };
    assert!(claim(first).await.unwrap().into_inner().lease_until.is_some());
    let lost = claim(second).await.unwrap_err();
    assert!(lost.message().contains(&first.account.id), "{lost:?}");
}

/// The receipt, and the token to see it by.
async fn signed(duty: &Desk, clue: &str) -> String {
    let sign = v1::SignReceiptRequest {
        request_id: Uuid::now_v7().to_string(),
        matter: clue.to_owned(),
        receipt_number: "受字1号".to_owned(),
        ..Default::default()
    };
    duty.police().sign_receipt(sign).await.unwrap().into_inner().receipt.unwrap().consistency_token
}

/// Reports until the hub is gone, and notes what was answered.
async fn report_on(desk: Desk, answered: &Mutex<Vec<v1::ReportClueResponse>>, enough: &tokio::sync::Notify) {
    while let Ok(answer) = desk.education().report_clue(child_hurt()).await {
        let mut all = answered.lock().unwrap();
        all.push(answer.into_inner());
        if all.len() == ENOUGH {
            enough.notify_one();
        }
    }
}

#[test]
fn what_a_process_answered_before_sigterm_is_there_when_it_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::start(folder.path());
    let password = hub.password();
    Runtime::new().unwrap().block_on(async {
        let world = load(line_to(&hub).await, &password, &SIZE).await.unwrap();
        let (answered, enough) = (Mutex::new(Vec::new()), tokio::sync::Notify::new());
        let mut desks = Vec::new();
        for _ in 0..8 {
            desks.push(desk_at(&hub, &world, "430405.edu.clerk1").await);
        }
        let reporting = join_all(desks.into_iter().map(|desk| report_on(desk, &answered, &enough)));
        let stopping = async {
            enough.notified().await;
            tokio::task::spawn_blocking(move || ends_in_order(hub)).await.unwrap();
        };
        let _ = soon("the end of the hub", futures::future::join(reporting, stopping)).await;

        let again = Hub::start(folder.path());
        let answered = answered.into_inner().unwrap();
        assert!(answered.len() >= ENOUGH);
        let clerk = desk_at(&again, &world, "430405.edu.clerk1").await;
        for one in &answered {
            let token = &one.receipt.as_ref().unwrap().consistency_token;
            assert_eq!(read(&clerk, &one.clue_id, token).await.stage, "received");
        }
        let duty = desk_at(&again, &world, "430405.psb.duty1").await;
        let figures = v1::GetQueueStatisticsRequest::default();
        let open = duty.police().get_queue_statistics(figures).await.unwrap().into_inner().open;
        assert!(open >= answered.len() as u64, "{open} of {} stand on the queue", answered.len());
        tokio::task::spawn_blocking(move || ends_in_order(again)).await.unwrap();
    });
}
