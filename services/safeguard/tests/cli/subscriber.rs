//! A subscriber in another language follows the hub through kills of either side, and loses and repeats nothing. Never
//! here: what is in the events.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use eventlog::{EventLog, SqliteOptions};
use safeguard::world::{Desk, Size, World, load};
use tonic::transport::{Channel, Endpoint};
use wire::{convert, v1};

use crate::program::Hub;

/// The smallest county that reports clues.
const SMALL: Size = Size { counties: 1, staffed: 1, clerks: 1, duty: 1, institutions: 1 };

/// The Python program, following into a folder.
struct Follower {
    child: Child,
    told: BufReader<ChildStdout>,
}

impl Follower {
    fn start(folder: &Path) -> Self {
        let program = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/subscriber/follow.py");
        let mut python = Command::new("python3");
        let mut child = python.arg(program).arg(folder).stdout(Stdio::piped()).spawn().unwrap();
        let told = BufReader::new(child.stdout.take().unwrap());
        Self { child, told }
    }

    /// Waits until it has written down so many more events.
    fn hears(&mut self, events: usize) {
        for _ in 0..events {
            let mut line = String::new();
            assert_ne!(self.told.read_line(&mut line).unwrap(), 0, "it ended");
        }
    }

    /// Waits for its end; whether it ended well.
    fn ends(mut self) -> bool {
        let read = self.told.by_ref().lines().all(|line| line.is_ok());
        read && self.child.wait().unwrap().success()
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        // One that ended is gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn connect(hub: &Hub) -> Channel {
    Endpoint::from_shared(format!("http://{}", hub.address)).unwrap().connect().await.unwrap()
}

/// Tells the subscriber where the hub is; whole or not at all.
fn announce(folder: &Path, hub: &Hub) {
    fs::write(folder.join("address.new"), &hub.address).unwrap();
    fs::rename(folder.join("address.new"), folder.join("address")).unwrap();
}

/// A clue is reported and triaged.
async fn act(desk: &Desk) -> Result<(), tonic::Status> {
    let who = v1::reporter_statement::Who::Anonymous(v1::AnonymousReporter {});
    let request = v1::ReportClueRequest {
        request_id: uuid::Uuid::now_v7().to_string(),
        channel: v1::Channel::Phone.into(),
        category: v1::Category::FeeFraud.into(),
        urgency: v1::Urgency::U3.into(),
        division: safeguard::world::COUNTY.to_owned(),
        received_at: Some(convert::timestamp(jiff::Timestamp::now())),
        narrative: "家长反映培训机构停课不退费。".to_owned(),
        reporter: Some(v1::ReporterStatement { who: Some(who) }),
        ..Default::default()
    };
    let reported = desk.education().report_clue(request).await?;
    let triage = v1::TriageClueRequest {
        request_id: uuid::Uuid::now_v7().to_string(),
        clue_id: reported.into_inner().clue_id,
        category: v1::Category::FeeFraud.into(),
        urgency: v1::Urgency::U3.into(),
        minor: v1::Minor::None.into(),
        ..Default::default()
    };
    desk.education().triage_clue(triage).await.map(|_| ())
}

fn clerk(world: &World, channel: Channel) -> Desk {
    Desk::new(channel, world.officer("430405.edu.clerk1").unwrap()).unwrap()
}

/// How many events the log has.
async fn head(auditor: &Desk) -> usize {
    let head = auditor.streams().get_head(v1::GetHeadRequest {}).await.unwrap().into_inner();
    head.position.parse().unwrap()
}

/// Streams of the hub's own notes, which no subscriber is shown.
const NOTES: [&str; 5] = ["CG", "DO", "RD", "SEAT", "WH"];

/// Ids of the whole log, but for the hub's own notes.
async fn logged(data: &Path) -> Vec<String> {
    let options = SqliteOptions { read_only: true, ..SqliteOptions::default() };
    let log = EventLog::open_sqlite(&data.join("log.db"), options).await.unwrap();
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = log.read_all(after, 500).await.unwrap();
        let Some(last) = page.last() else { return ids };
        after = Some(last.position);
        let shown = page.iter().filter(|event| !NOTES.contains(&event.event.stream.category()));
        ids.extend(shown.map(|event| event.event.id.to_string()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_program_follows_through_kills_of_either_side_and_loses_and_repeats_nothing() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no python3 on this machine; .ci/run insists on it");
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let (data, folder) = (room.path().join("hub"), room.path().join("subscriber"));
    fs::create_dir(&folder).unwrap();
    let mut hub = Hub::start(&data);
    let world = load(connect(&hub).await, &hub.password(), &SMALL).await.unwrap();
    fs::write(folder.join("token"), &world.officer("hub.auditor").unwrap().token).unwrap();
    announce(&folder, &hub);
    let mut follower = Follower::start(&folder);
    follower.hears(10);

    // The hub is killed while officers act, with more heard than the world that was loaded.
    let auditor = Desk::new(connect(&hub).await, world.officer("hub.auditor").unwrap()).unwrap();
    let settled = head(&auditor).await;
    let desk = clerk(&world, connect(&hub).await);
    let acting = tokio::spawn(async move { while act(&desk).await.is_ok() {} });
    tokio::task::block_in_place(|| follower.hears(settled - 10 + 30));
    hub.kill();
    acting.await.unwrap();
    let hub = Hub::start(&data);
    announce(&folder, &hub);
    let desk = clerk(&world, connect(&hub).await);
    for _ in 0..5 {
        act(&desk).await.unwrap();
    }
    tokio::task::block_in_place(|| follower.hears(5));

    // The subscriber is killed while officers act.
    drop(follower);
    for _ in 0..5 {
        act(&desk).await.unwrap();
    }
    let follower = Follower::start(&folder);
    let auditor = Desk::new(connect(&hub).await, world.officer("hub.auditor").unwrap()).unwrap();
    let head = head(&auditor).await;
    fs::write(folder.join("until.new"), head.to_string()).unwrap();
    fs::rename(folder.join("until.new"), folder.join("until")).unwrap();
    assert!(tokio::task::block_in_place(|| follower.ends()), "the subscriber ended badly");

    let _ = tokio::task::block_in_place(|| hub.stop());
    let seen = fs::read_to_string(folder.join("seen")).unwrap();
    let place = seen.lines().next_back().unwrap().split(['@', ' ']).next().unwrap();
    let last_seen: usize = place.parse().unwrap();
    let seen: Vec<&str> = seen.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    let logged = logged(&data).await;
    assert!(seen.len() > 60, "only {} events", seen.len());
    // Clocks may have written more since; what was seen is the log up to where it stopped.
    assert!(last_seen >= head, "it saw {last_seen} of {head}");
    assert_eq!(seen, logged[..seen.len()]);
}
