//! Members of a group in the same process, as the sender of webhooks is one: they read the log on by themselves, share
//! it, and one that goes leaves nothing behind. Never here: a socket.

use std::collections::BTreeMap;
use std::sync::Arc;

use eventlog::{EventLog, Expected, JsonObject, NewEvent, Revision, StreamName};
use futures::FutureExt as _;
use hub::Time;
use jiff::SignedDuration;
use streams::deliveries::Seat;
use streams::groups::{Definition, Delivery, Groups, Known, Member, Outcome, Pick, Terms};
use tempfile::TempDir;
use uuid::Uuid;

use crate::stage::soon;

const UNIT: &str = "UN-PSB-430405";

struct Scene {
    log: EventLog,
    time: Time,
    groups: Groups,
    group: Known,
    folder: TempDir,
}

/// All events but those of streams that begin with `X`.
fn pick() -> Pick {
    Arc::new(|page| {
        let picked = page.into_iter().filter(|one| !one.event.stream.as_str().starts_with('X')).collect();
        async move { Ok(picked) }.boxed()
    })
}

impl Scene {
    async fn set() -> Self {
        let (log, time, folder) = (EventLog::memory(), Time::system(), TempDir::new().unwrap());
        let groups = Groups::open(folder.path(), &log, &time, Seat::uncontended(&time)).unwrap();
        let definition = Definition {
            unit: UNIT.parse().unwrap(),
            name: "cases".to_owned(),
            filter: Vec::new(),
            start: "beginning".to_owned(),
            after: None,
            terms: Terms { attempts: 2, first_pause: 10, longest_pause: 10, lease: 60 },
            by: "OF-1".to_owned(),
        };
        let group = groups.create(definition).await.unwrap();
        Self { log, time, groups, group, folder }
    }

    /// One more event of each of these streams.
    async fn append(&self, streams: &[&str]) {
        for stream in streams {
            let stream = StreamName::parse(stream).unwrap();
            let end = self.log.read(&stream, Revision::FIRST).await.unwrap().last().map(|last| last.revision);
            let event = NewEvent {
                id: Uuid::now_v7(),
                kind: "clue.reported".to_owned(),
                data: JsonObject::empty(),
                metadata: JsonObject::empty(),
            };
            self.log
                .append(&stream, end.map_or(Expected::NoStream, Expected::At), vec![event])
                .await
                .unwrap();
        }
    }

    fn join(&self, most: u32) -> Member {
        self.groups.join(&self.group, most, pick()).unwrap()
    }

    async fn lag(&self) -> u64 {
        let group = self.groups.find(UNIT, "cases").await.unwrap();
        self.groups.report(&group).await.unwrap().lag()
    }
}

async fn next(member: &Member) -> Delivery {
    soon("a delivery", member.next()).await.unwrap()
}

fn stream(delivery: &Delivery) -> String {
    delivery.event.event.stream.to_string()
}

#[tokio::test]
async fn a_member_reads_on_waits_and_is_woken_by_what_is_appended() {
    let scene = Scene::set().await;
    scene.append(&["A-1", "X-1", "A-1", "B-1"]).await;
    let member = scene.join(10);
    let (first, second) = (next(&member).await, next(&member).await);
    assert_eq!((stream(&first), stream(&second)), ("A-1".to_owned(), "B-1".to_owned()));
    assert_eq!(member.acknowledge(vec![first.id]).await.unwrap(), [Outcome::Acknowledged]);
    let third = next(&member).await;
    assert_eq!((stream(&third), third.event.event.revision), ("A-1".to_owned(), Revision::new(1)));
    let (waited, ()) = futures::join!(next(&member), scene.append(&["X-1", "C-1"]));
    assert_eq!(stream(&waited), "C-1");
    let done = member.acknowledge(vec![second.id, third.id, waited.id, first.id]).await.unwrap();
    use Outcome::{Acknowledged, NotYours};
    assert_eq!(done, [Acknowledged, Acknowledged, Acknowledged, NotYours]);
    assert_eq!(scene.lag().await, 0);
}

#[tokio::test]
async fn a_call_that_is_given_up_loses_nothing() {
    let scene = Scene::set().await;
    let member = scene.join(10);
    let mut got: BTreeMap<String, u64> = BTreeMap::new();
    for round in 0..40_u64 {
        scene.append(&["A-1", "B-1"]).await;
        // Given up at some step of the way, another one each time.
        let mut asked = Box::pin(member.next());
        for _ in 0..round {
            if futures::poll!(&mut asked).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
    }
    drop(member);
    scene.time.advance(SignedDuration::from_secs(70));
    let member = scene.join(10);
    while scene.lag().await > 0 {
        let delivery = next(&member).await;
        let revision = got.entry(stream(&delivery)).or_default();
        assert_eq!(delivery.event.event.revision.get(), *revision);
        *revision += 1;
        member.acknowledge(vec![delivery.id]).await.unwrap();
    }
    assert_eq!(got, BTreeMap::from([("A-1".to_owned(), 40), ("B-1".to_owned(), 40)]));
}

#[tokio::test]
async fn four_members_that_come_and_go_get_everything_once_acknowledged_in_order() {
    let scene = Scene::set().await;
    let names: Vec<String> = (0..7).map(|number| format!("S-{number}")).collect();
    for _ in 0..20 {
        scene.append(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
    let got = std::sync::Mutex::new(BTreeMap::<String, u64>::new());
    let work = async |leaves_after: usize| {
        while scene.lag().await > 0 {
            let member = scene.join(3);
            for _ in 0..leaves_after {
                let wait = std::time::Duration::from_millis(50);
                let Ok(delivery) = tokio::time::timeout(wait, member.next()).await else { break };
                let delivery = delivery.unwrap();
                if member.acknowledge(vec![delivery.id]).await.unwrap() == [Outcome::Acknowledged] {
                    let mut got = got.lock().unwrap();
                    let next = got.entry(stream(&delivery)).or_default();
                    assert_eq!(delivery.event.event.revision.get(), *next, "{}", stream(&delivery));
                    *next += 1;
                }
            }
            drop(member);
            // What was left in flight is tried again after a pause, and what was left too often is parked.
            scene.time.advance(SignedDuration::from_secs(11));
            scene.groups.replay(&scene.group, Vec::new(), false).await.unwrap();
        }
    };
    soon("all of it", async { futures::join!(work(3), work(5), work(50), work(200)) }).await;
    let got = got.into_inner().unwrap();
    assert_eq!(got.len(), 7);
    assert!(got.values().all(|count| *count == 20), "{got:?}");
}

#[tokio::test]
async fn a_hub_that_starts_again_goes_on_where_the_members_were() {
    let scene = Scene::set().await;
    scene.append(&["A-1", "B-1", "A-1"]).await;
    let member = scene.join(10);
    let first = next(&member).await;
    member.acknowledge(vec![first.id]).await.unwrap();
    // The process is gone without a word to anybody.
    let groups =
        Groups::open(scene.folder.path(), &scene.log, &scene.time, Seat::uncontended(&scene.time)).unwrap();
    let group = groups.find(UNIT, "cases").await.unwrap();
    let again = groups.join(&group, 10, pick()).unwrap();
    let mut rest = vec![stream(&next(&again).await), stream(&next(&again).await)];
    rest.sort();
    assert_eq!(rest, ["A-1", "B-1"]);
}
