//! A member of a consumer group that comes back whenever its connection ends, and notes what it got. Never here: killing.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::channel::mpsc::unbounded;
use safeguard::world::Desk;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};
use tonic::{Code, Status};
use wire::v1;
use wire::v1::consume_request::Word as Say;
use wire::v1::consume_response::Word as Told;

use crate::load::passes;

/// Between two tries to come back.
const AGAIN: Duration = Duration::from_millis(200);

/// A member at work; dropping it ends it.
pub struct Subscriber {
    got: Arc<Mutex<BTreeMap<String, usize>>>,
    work: JoinHandle<()>,
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        self.work.abort();
    }
}

impl Subscriber {
    pub fn join(desk: Desk, group: &str) -> Self {
        let (got, group) = (Arc::new(Mutex::new(BTreeMap::new())), group.to_owned());
        let kept = Arc::clone(&got);
        let work = tokio::spawn(async move {
            let mut beat = interval(AGAIN);
            beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                let _ = beat.tick().await;
                if let Err(status) = sit(&desk, &group, &kept).await {
                    // A connection that breaks behind the front comes as a fault of its stream.
                    assert!(passes(&status) || status.code() == Code::Internal, "{status:?}");
                }
            }
        });
        Self { got, work }
    }

    /// How often each event came, by its matter.
    pub fn got(&self) -> BTreeMap<String, usize> {
        assert!(!self.work.is_finished(), "the subscriber was refused for good");
        self.got.lock().unwrap().clone()
    }
}

async fn sit(desk: &Desk, group: &str, got: &Mutex<BTreeMap<String, usize>>) -> Result<(), Status> {
    let (say, words) = unbounded();
    let group = Some(v1::GroupRef { name: group.to_owned(), unit_id: String::new() });
    let join = Say::Join(v1::JoinGroup { group, max_in_flight: 4 });
    let _ = say.unbounded_send(v1::ConsumeRequest { word: Some(join) });
    let mut told = desk.groups().consume(words).await?.into_inner();
    while let Some(news) = told.message().await? {
        let Some(Told::Delivery(delivery)) = news.word else { continue };
        let event = delivery.event.unwrap();
        let matter = wire::cloud::word(&event, "subject").to_owned();
        *got.lock().unwrap().entry(matter).or_default() += 1;
        let word = Some(Say::Acknowledge(v1::Acknowledge { delivery_ids: vec![delivery.id] }));
        let _ = say.unbounded_send(v1::ConsumeRequest { word });
    }
    Ok(())
}
