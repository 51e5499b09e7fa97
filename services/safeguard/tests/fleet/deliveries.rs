//! Consumer groups and webhooks over two instances of the role: the one that delivers is killed, then stopped, and the
//! other goes on each time. Never here: the load of the other roles.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use domain::consumer_group::Event;
use domain::event::decode;
use eventlog::{EventLog, SqliteOptions};
use safeguard::world::Desk;
use tokio::time::{MissedTickBehavior, interval, timeout};
use uuid::Uuid;
use wire::v1;

use crate::fleet::Fleet;
use crate::load::{child_hurt, passes};
use crate::receiver::Receiver;
use crate::subscriber::Subscriber;

/// The account of another system of the county's bureau.
const SYSTEM: &str = "430405.edu.clerk4";
const GROUP: &str = "cases";
/// Clues reported at a time.
const SOME: usize = 12;
/// How long anything may take on a machine with other work; a lease is two minutes.
const LONG: Duration = Duration::from_secs(300);

/// Looks again and again until there is something.
async fn found<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let mut beat = interval(Duration::from_millis(200));
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let looking = async {
        loop {
            let _ = beat.tick().await;
            if let Some(found) = look().await {
                return found;
            }
        }
    };
    timeout(LONG, looking).await.unwrap_or_else(|_| panic!("{what} did not come"))
}

/// Calls that may meet an instance that knows nothing of it yet, or none at all.
async fn done<T>(what: &str, mut call: impl AsyncFnMut() -> Result<T, tonic::Status>) -> T {
    let done = found(what, async || match call().await {
        Ok(done) => Some(done),
        Err(status) if passes(&status) || status.code() == tonic::Code::PermissionDenied => None,
        Err(status) => panic!("{what}: {status:?}"),
    });
    done.await
}

/// The system, with a group and a webhook that are owed every clue that is reported.
async fn system(fleet: &Fleet, receiver: &Receiver) -> (Desk, String) {
    let (desk, admin) = (fleet.world.desk(SYSTEM).unwrap(), fleet.world.desk("admin").unwrap());
    let officer_id = fleet.world.officer(SYSTEM).unwrap().id.clone();
    let roles = v1::ChangeRolesRequest {
        request_id: Uuid::now_v7().to_string(),
        officer_id,
        roles: vec![v1::Role::Service.into()],
        ..Default::default()
    };
    let _ = admin.directory().change_roles(roles).await.unwrap();
    let filter = Some(v1::EventFilter { kinds: vec!["clue.reported".to_owned()], ..Default::default() });
    let from = v1::SubscribeFrom::Beginning.into();
    let group = v1::CreateGroupRequest { name: GROUP.to_owned(), from, filter, ..Default::default() };
    let _ = done("a group", async || desk.groups().create_group(group.clone()).await).await;
    let webhook = v1::RegisterWebhookRequest {
        url: receiver.url(),
        filter: group.filter.clone(),
        description: "指挥中心".to_owned(),
        from,
        ..Default::default()
    };
    let made = desk.webhooks().register_webhook(webhook).await.unwrap().into_inner();
    let id = made.webhook.unwrap().id;
    (desk, id)
}

async fn report(fleet: &Fleet) -> BTreeSet<String> {
    let clerk = fleet.world.desk("430405.edu.clerk1").unwrap();
    let mut clues = BTreeSet::new();
    for _ in 0..SOME {
        let clue = child_hurt(Uuid::now_v7());
        let made = done("a clue", async || clerk.education().report_clue(clue.clone()).await).await;
        let _ = clues.insert(made.into_inner().clue_id);
    }
    clues
}

/// What came to both.
struct Ends {
    desk: Desk,
    webhook: String,
    member: Subscriber,
    receiver: Receiver,
}

impl Ends {
    /// Waits until both got all of these and nothing is owed to either.
    async fn got(&self, all: &BTreeSet<String>) -> [BTreeMap<String, usize>; 2] {
        found("every event", async || {
            let got = [self.member.got(), self.receiver.got()];
            let whole = got.iter().all(|got| all.iter().all(|clue| got.contains_key(clue)));
            let group = Some(v1::GroupRef { name: GROUP.to_owned(), unit_id: String::new() });
            let group = self.desk.groups().get_group(v1::GetGroupRequest { group }).await.ok()?.into_inner();
            let hook = v1::GetWebhookRequest { webhook_id: self.webhook.clone() };
            let hook = self.desk.webhooks().get_webhook(hook).await.ok()?.into_inner().webhook?;
            let owed = group.group.map(|group| group.in_flight + group.retrying + group.waiting);
            (whole && owed == Some(0) && hook.retrying + hook.waiting == 0)
                .then(|| [self.member.got(), self.receiver.got()])
        })
        .await
    }
}

async fn who_delivers(fleet: &Fleet) -> usize {
    found("an instance that delivers", async || match fleet.delivering().await.as_slice() {
        [] => None,
        [one] => Some(*one),
        more => panic!("{more:?} deliver at once"),
    })
    .await
}

/// The seat's kinds without renewals, and the places of every group, as the log tells them.
async fn told(fleet: &Fleet) -> (Vec<String>, BTreeMap<String, Vec<u64>>) {
    let log = EventLog::open_sqlite(&fleet.log(), SqliteOptions::default()).await.unwrap();
    let (mut seat, mut places, mut after) = (Vec::new(), BTreeMap::<String, Vec<u64>>::new(), None);
    loop {
        let page = log.read_all(after, 500).await.unwrap();
        let Some(last) = page.last() else { return (seat, places) };
        after = Some(last.position);
        for event in page {
            let (kind, stream) = (event.event.kind.clone(), event.event.stream.clone());
            if stream.category() == "SEAT" && kind != "seat.renewed" {
                seat.push(kind.clone());
            }
            if kind == "consumer-group.reached" {
                let Event::Reached(reached) = decode(&kind, event.event.data.as_str()).unwrap() else {
                    panic!("{kind}");
                };
                places.entry(stream.to_string()).or_default().extend(reached.place.map(|place| place.0));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_instance_that_delivers_goes_another_goes_on_and_nothing_is_left_out() {
    let receiver = Receiver::open().await;
    let mut fleet = Fleet::start(2).await;
    let (desk, webhook) = system(&fleet, &receiver).await;
    let member = Subscriber::join(fleet.world.desk(SYSTEM).unwrap(), GROUP);
    let ends = Ends { desk, webhook, member, receiver };
    let mut all = report(&fleet).await;
    let _ = ends.got(&all).await;

    let first = who_delivers(&fleet).await;
    fleet.kill(first);
    all.extend(report(&fleet).await);
    let got = ends.got(&all).await;
    assert!(got.iter().all(|got| got.keys().all(|clue| all.contains(clue))), "nothing but the clues");
    let second = who_delivers(&fleet).await;
    assert_ne!(second, first);

    fleet.again(first);
    assert_eq!(who_delivers(&fleet).await, second, "who comes back stands by");
    let before = ends.got(&all).await;
    fleet.restart(second);
    assert_eq!(who_delivers(&fleet).await, first, "who stops leaves the seat to others");
    let late = report(&fleet).await;
    all.extend(late.iter().cloned());
    let after = ends.got(&all).await;
    for (before, after) in before.iter().zip(&after) {
        assert!(before.iter().all(|(clue, times)| after[clue] == *times), "an orderly stop repeats nothing");
        assert!(late.iter().all(|clue| after[clue] == 1));
    }

    assert_eq!(ends.receiver.twice_at_once(), Vec::<String>::new());
    let (seat, places) = told(&fleet).await;
    assert_eq!(seat, ["seat.taken", "seat.lapsed", "seat.taken", "seat.given-up", "seat.taken"]);
    assert_eq!(places.len(), 2, "the group and the webhook's: {places:?}");
    for (stream, places) in places {
        assert!(places.is_sorted(), "{stream} went back: {places:?}");
        assert!(places.len() < 60, "{stream} is written sparsely: {}", places.len());
    }
}
