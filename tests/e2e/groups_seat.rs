//! A member of a consumer group over a real connection. Never here: a story.

use std::collections::VecDeque;

use futures::channel::mpsc::{UnboundedSender, unbounded};
use safeguard::world::Desk;
use tonic::{Status, Streaming};
use wire::v1::consume_request::Word as Say;
use wire::v1::consume_response::Word as Told;
use wire::{Refusal, cloud, v1};

use crate::stage::soon;

/// A seat in a group. Dropping it cuts the connection.
pub struct Seat {
    say: UnboundedSender<v1::ConsumeRequest>,
    told: Streaming<v1::ConsumeResponse>,
    /// Deliveries that came while an answer was awaited.
    waiting: VecDeque<v1::Delivery>,
}

/// Which group, by its name in one's own unit.
pub fn named(name: &str) -> Option<v1::GroupRef> {
    Some(v1::GroupRef { name: name.to_owned(), unit_id: String::new() })
}

/// Makes a group from the beginning of the log.
pub async fn create(desk: &Desk, name: &str, terms: v1::GroupTerms) -> Result<v1::Group, Status> {
    let request = v1::CreateGroupRequest {
        name: name.to_owned(),
        from: v1::SubscribeFrom::Beginning.into(),
        filter: Some(v1::EventFilter { stream_prefix: "CL-".to_owned(), ..Default::default() }),
        terms: Some(terms),
        ..Default::default()
    };
    Ok(desk.groups().create_group(request).await?.into_inner().group.unwrap())
}

/// How a group stands.
pub async fn show(desk: &Desk, name: &str) -> v1::Group {
    let request = v1::GetGroupRequest { group: named(name) };
    desk.groups().get_group(request).await.unwrap().into_inner().group.unwrap()
}

impl Seat {
    /// Says something before anything else.
    pub async fn saying(desk: &Desk, first: Say) -> Result<Self, Status> {
        let (say, words) = unbounded();
        say.unbounded_send(v1::ConsumeRequest { word: Some(first) }).unwrap();
        let told = desk.groups().consume(words).await?.into_inner();
        Ok(Self { say, told, waiting: VecDeque::new() })
    }

    /// Joins a group of the desk's own unit.
    pub async fn join(desk: &Desk, name: &str, max_in_flight: u32) -> Self {
        let join = v1::JoinGroup { group: named(name), max_in_flight };
        let mut seat = Self::saying(desk, Say::Join(join)).await.unwrap();
        let first = soon("the seat", seat.told.message()).await.unwrap().unwrap().word;
        assert!(matches!(first, Some(Told::Joined(_))), "{first:?}");
        seat
    }

    /// Says something.
    pub fn say(&self, word: Say) {
        self.say.unbounded_send(v1::ConsumeRequest { word: Some(word) }).unwrap();
    }

    /// The next word, whatever it is; none when the stream ends in order.
    pub async fn next(&mut self) -> Result<Option<Told>, Status> {
        Ok(self.told.message().await?.and_then(|told| told.word))
    }

    /// The next delivery.
    pub async fn delivery(&mut self) -> v1::Delivery {
        if let Some(waiting) = self.waiting.pop_front() {
            return waiting;
        }
        let delivery = async {
            loop {
                match self.next().await.unwrap().expect("the stream ended") {
                    Told::Delivery(delivery) => return delivery,
                    Told::Joined(_) | Told::Answered(_) | Told::Heartbeat(_) => {}
                }
            }
        };
        soon("a delivery", delivery).await
    }

    /// The next heartbeat that fits; a delivery before it fails.
    pub async fn beat(&mut self, fits: impl Fn(&v1::GroupHeartbeat) -> bool) -> v1::GroupHeartbeat {
        let beat = async {
            loop {
                match self.next().await.unwrap().expect("the stream ended") {
                    Told::Heartbeat(beat) if fits(&beat) => return beat,
                    Told::Heartbeat(_) | Told::Joined(_) | Told::Answered(_) => {}
                    Told::Delivery(delivery) => panic!("{} was not to come", delivery.id),
                }
            }
        };
        soon("a heartbeat", beat).await
    }

    /// The outcomes of the next message of answers.
    pub async fn answered(&mut self) -> Vec<v1::DeliveryOutcome> {
        let answered = async {
            loop {
                match self.next().await.unwrap().expect("the stream ended") {
                    Told::Answered(answered) => {
                        return answered.answers.iter().map(v1::DeliveryAnswer::outcome).collect();
                    }
                    Told::Delivery(delivery) => self.waiting.push_back(delivery),
                    Told::Joined(_) | Told::Heartbeat(_) => {}
                }
            }
        };
        soon("an answer", answered).await
    }

    /// Acknowledges and waits until that is on disk.
    pub async fn acknowledge(&mut self, ids: &[&str]) -> Vec<v1::DeliveryOutcome> {
        let delivery_ids = ids.iter().map(|id| (*id).to_owned()).collect();
        self.say(Say::Acknowledge(v1::Acknowledge { delivery_ids }));
        self.answered().await
    }

    /// Refuses with a reason and waits for what becomes of it.
    pub async fn refuse(&mut self, id: &str, park: bool) -> Vec<v1::DeliveryOutcome> {
        let refusal =
            v1::RefuseDelivery { delivery_id: id.to_owned(), reason: "database is full".to_owned(), park };
        self.say(Say::Refuse(refusal));
        self.answered().await
    }

    /// Why it ends; none when it ends in order.
    pub async fn end(&mut self) -> Option<Refusal> {
        let end = async {
            loop {
                match self.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => return None,
                    Err(status) => return Some(Refusal::from_status(&status)),
                }
            }
        };
        soon("the end", end).await
    }
}

/// The matter of a delivery and its place in it.
pub fn place(delivery: &v1::Delivery) -> (String, u64) {
    let event = delivery.event.as_ref().unwrap();
    (cloud::word(event, "subject").to_owned(), cloud::word(event, "revision").parse().unwrap())
}
