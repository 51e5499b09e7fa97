//! Other processes on the same file, and processes killed in the middle of thousands of appends.
//!
//! Must never be here: what the children do; that stands in `children`.

use std::collections::{HashMap, HashSet};

use eventlog::{EventLog, Expected, NewEvent, Positioned, Revision};
use futures::future::join_all;
use uuid::Uuid;

use crate::children::{Child, contend};
use crate::support::{event, everything, name, positions, soon, take};
use crate::{open, room};

#[tokio::test(flavor = "multi_thread")]
async fn subscribers_notice_what_another_process_appends() {
    let (_room, path) = room();
    let log = open(&path).await;
    let mut subscription = log.subscribe(None);
    let mut child = Child::start("append", &path);
    let seen = take(&mut subscription, 200).await;
    assert_eq!(child.hear().as_deref(), Some("done"));
    assert!(child.wait().success());
    assert_eq!(seen, everything(&log).await);
    assert_eq!(log.head().await, Ok(seen.last().map(|last| last.position)));
    assert!(subscription.caught_up());
}

#[tokio::test]
async fn who_waits_hears_of_what_another_wrote_though_the_next_append_here_is_refused() {
    let (_room, path) = room();
    let (mine, others) = (open(&path).await, open(&path).await);
    let stream = name("clue-1");
    let mut subscription = mine.subscribe(None);
    for n in 0..100 {
        let expected = Expected::after((n as u64).checked_sub(1).map(Revision::new));
        others.append(&stream, expected, vec![event("")]).await.unwrap();
        // This looks at the head that the other made, and makes none.
        mine.append(&stream, Expected::NoStream, vec![event("")]).await.unwrap_err();
        assert_eq!(take(&mut subscription, 1).await.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_append_to_one_file() {
    let (_room, path) = room();
    let log = open(&path).await;
    let mut subscription = log.subscribe(None);
    let mut child = Child::start("append", &path);
    let writers = (0..4).map(|n| {
        let (log, stream) = (log.clone(), name(&format!("clue-parent-{n}")));
        tokio::spawn(async move {
            let mut expected = Expected::NoStream;
            for _ in 0..25 {
                let last = log.append(&stream, expected, vec![event("")]).await.unwrap();
                expected = Expected::At(last);
                contend(&log).await;
            }
        })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    let seen = take(&mut subscription, 400).await;
    assert_eq!(child.hear().as_deref(), Some("done"));
    assert!(child.wait().success());
    assert_eq!(seen, everything(&log).await);
    assert!(positions(&seen).is_sorted_by(|a, b| a < b));
    let shared = log.read(&name("clue-shared"), Revision::FIRST).await.unwrap();
    assert_eq!(shared.len(), 200, "each won once, whoever competed");
    let report = log.check().await.unwrap();
    assert!(report.ok, "{report:?}");
}

/// What a killed child had acknowledged: per stream and last revision, the ids of the append.
pub type Acknowledged = HashMap<(String, u64), Vec<Uuid>>;

/// What a child said before it died.
#[derive(Default)]
pub struct Heard {
    pub acknowledged: Acknowledged,
    /// Per stream what was begun last: at which revision, with which ids.
    begun: HashMap<String, (u64, Vec<Uuid>)>,
}

impl Heard {
    fn note(&mut self, said: &str) {
        let words: Vec<_> = said.split(' ').collect();
        let [what, stream, revision, ids] = <[_; 4]>::try_from(words).unwrap();
        let ids = ids.split(',').map(|id| id.parse().unwrap()).collect();
        let (stream, revision) = (stream.to_owned(), revision.parse().unwrap());
        if what == "try" {
            self.begun.insert(stream, (revision, ids));
        } else {
            let again = self.acknowledged.insert((stream, revision), ids);
            assert!(again.is_none(), "a revision is acknowledged once");
        }
    }

    /// Hears this many acknowledgements, kills the child, hears what it had still said.
    pub fn until_killed(&mut self, child: &mut Child, acknowledgements: usize) {
        let enough = self.acknowledged.len() + acknowledgements;
        while self.acknowledged.len() < enough {
            let said = child.hear().expect("the child goes on until it is killed");
            self.note(&said);
        }
        child.kill();
        while let Some(said) = child.hear() {
            self.note(&said);
        }
        assert!(!child.wait().success());
    }

    /// Does again what was begun last on each stream that only one caller wrote: whether it was
    /// written, acknowledged or neither, it must be there once afterwards.
    pub async fn retry(&mut self, log: &EventLog) {
        for (stream, (first, ids)) in self.begun.drain() {
            let number: u32 = stream.strip_prefix("clue-").unwrap().parse().unwrap();
            if !(16..48).contains(&number) {
                continue;
            }
            let same = |id: &Uuid| NewEvent { id: *id, ..event("") };
            let batch: Vec<_> = ids.iter().map(same).collect();
            let expected = Expected::after(first.checked_sub(1).map(Revision::new));
            let last = log.append(&name(&stream), expected, batch).await.unwrap();
            assert_eq!(last.get() + 1, first + ids.len() as u64);
            self.acknowledged.insert((stream, last.get()), ids);
        }
    }
}

pub fn verify(acknowledged: &Acknowledged, all: &[Positioned]) {
    let mut ids = HashSet::new();
    let mut streams: HashMap<String, Vec<Uuid>> = HashMap::new();
    for (Positioned { position, event }, n) in all.iter().zip(1..) {
        assert_eq!(position.get(), n, "positions are dense");
        assert!(ids.insert(event.id), "nothing is there twice");
        let stream = streams.entry(event.stream.to_string()).or_default();
        assert_eq!(event.revision.get(), stream.len() as u64, "revisions are gapless");
        stream.push(event.id);
    }
    for ((stream, last), ids) in acknowledged {
        let end = usize::try_from(*last).unwrap() + 1;
        let there = streams.get(stream).map(|s| &s[end - ids.len()..end]);
        assert_eq!(there, Some(ids.as_slice()), "{stream} at {last} was acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let (_room, path) = room();
    let mut heard = Heard::default();
    for acknowledgements in [1, 400, 1700, 3000, 901, 2500] {
        let mut child = Child::start("flood", &path);
        heard.until_killed(&mut child, acknowledgements);
        let log = open(&path).await;
        verify(&heard.acknowledged, &everything(&log).await);
        heard.retry(&log).await;
        verify(&heard.acknowledged, &everything(&log).await);
        let report = log.check().await.unwrap();
        assert!(report.ok, "{report:?}");
        log.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_may_be_killed_while_this_one_goes_on() {
    let (_room, path) = room();
    let log = open(&path).await;
    let mut child = Child::start("flood", &path);
    let (mut heard, running) = (Heard::default(), log.clone());
    let appending = tokio::spawn(async move {
        for _ in 0..50 {
            contend(&running).await;
        }
    });
    heard.until_killed(&mut child, 300);
    soon(appending).await.unwrap();
    soon(contend(&log)).await;
    verify(&heard.acknowledged, &everything(&log).await);
    let shared = log.read(&name("clue-shared"), Revision::FIRST).await;
    assert_eq!(shared.unwrap().len(), 51);
    assert!(log.check().await.unwrap().ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_without_room_acknowledges_nothing_until_there_is_room() {
    let (_room, path) = room();
    let mut child = Child::start("fill", &path);
    let count: usize = child.hear().expect("the child fills").parse().unwrap();
    assert!(child.wait().success());
    let log = open(&path).await;
    assert_eq!(everything(&log).await.len(), count);
    assert!(log.check().await.unwrap().ok);
}
