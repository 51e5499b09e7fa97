//! What other systems are sent: all that a consumer group delivers and all that comes to an endpoint, from the beginning
//! until nothing is owed, and what is refused to those who may have neither. Never here: what may be in it.

use std::pin::pin;

use futures::stream;
use safeguard::world::Desk;
use tonic::Response;
use wire::v1;
use wire::v1::consume_request::Word as Say;
use wire::v1::consume_response::Word as Told;

use crate::groups_seat::{Seat, named, place};
use crate::leaks_asks::{Came, Ears};
use crate::receiver::{Got, Receiver};
use crate::stage::soon;
use crate::webhooks::until;

/// Makes a group and an endpoint for everything, and hears all that they bring.
pub async fn sent(desk: &Desk, ears: &mut Ears) {
    let mut others = Ears::default();
    futures::join!(group(desk, ears), webhook(desk, &mut others));
    ears.0.append(&mut others.0);
}

async fn group(desk: &Desk, ears: &mut Ears) {
    // One of its own, whoever else of the unit has one: a group shares everything out among its members.
    let name = desk.account.id.to_lowercase();
    let asked = v1::CreateGroupRequest {
        name: name.clone(),
        from: v1::SubscribeFrom::Beginning.into(),
        ..Default::default()
    };
    let made = desk.groups().create_group(asked).await.map(Response::into_inner);
    let may = made.is_ok();
    ears.hear("create_group", made);
    if may {
        consume(desk, &name, ears).await;
    } else {
        let join = Say::Join(v1::JoinGroup { group: named(&name), ..Default::default() });
        let words = stream::iter([v1::ConsumeRequest { word: Some(join) }]);
        ears.follow("consume", desk.groups().consume(words).await, |_| false).await;
    }
    let listed = v1::ListParkedRequest { group: named(&name), ..Default::default() };
    ears.hear("list_parked", desk.groups().list_parked(listed).await.map(Response::into_inner));
}

/// Works until nothing is owed; the first event of a clue is given up, looked for and brought once more.
async fn consume(desk: &Desk, name: &str, ears: &mut Ears) {
    let mut seat = Seat::join(desk, name, 1_000).await;
    let mut gave_up = false;
    loop {
        let word = soon("a word of a group", seat.next()).await.unwrap().expect("the stream ended");
        ears.hear("consume", Ok(v1::ConsumeResponse { word: Some(word.clone()) }));
        match word {
            Told::Delivery(delivery) if !gave_up && place(&delivery).0.starts_with("CL-") => {
                gave_up = true;
                let reason = "database is full".to_owned();
                seat.say(Say::Refuse(v1::RefuseDelivery { delivery_id: delivery.id, reason, park: true }));
            }
            Told::Delivery(delivery) => {
                seat.say(Say::Acknowledge(v1::Acknowledge { delivery_ids: vec![delivery.id] }));
            }
            Told::Answered(told) => {
                let parked = v1::DeliveryOutcome::Parked;
                if told.answers.iter().any(|answer| answer.outcome() == parked) {
                    parked_and_back(desk, name, ears).await;
                }
            }
            Told::Heartbeat(beat) if (beat.lag, beat.parked) == (0, 0) => return,
            Told::Joined(_) | Told::Heartbeat(_) => {}
        }
    }
}

async fn parked_and_back(desk: &Desk, name: &str, ears: &mut Ears) {
    let asked = v1::ListParkedRequest { group: named(name), ..Default::default() };
    let listed = desk.groups().list_parked(asked).await.unwrap().into_inner();
    assert_eq!(listed.parked.len(), 1);
    ears.hear("list_parked", Ok(listed));
    let asked = v1::ReplayParkedRequest { group: named(name), ..Default::default() };
    ears.hear("replay_parked", desk.groups().replay_parked(asked).await.map(Response::into_inner));
}

async fn webhook(desk: &Desk, ears: &mut Ears) {
    let mut there = Receiver::open().await;
    let asked = v1::RegisterWebhookRequest {
        url: there.url("/"),
        description: "指挥中心".to_owned(),
        from: v1::SubscribeFrom::Beginning.into(),
        ..Default::default()
    };
    let made = desk.webhooks().register_webhook(asked).await.map(Response::into_inner);
    let id = made.as_ref().ok().and_then(|made| made.webhook.clone()).map(|webhook| webhook.id);
    ears.hear("register_webhook", made);
    let webhook_id = id.clone().unwrap_or_else(|| "WH-1".to_owned());
    if let Some(id) = id {
        let mut nothing_owed = pin!(until(desk, &id, |webhook| (webhook.lag, webhook.parked) == (0, 0)));
        loop {
            tokio::select! {
                biased;
                got = there.next() => receive(got, ears),
                _ = &mut nothing_owed => break,
            }
        }
    }
    let asked = v1::ListWebhookDeliveriesRequest { webhook_id, page_size: 500, ..Default::default() };
    let listed = desk.webhooks().list_webhook_deliveries(asked).await;
    ears.hear("list_webhook_deliveries", listed.map(Response::into_inner));
    let listed = desk.webhooks().list_webhooks(v1::ListWebhooksRequest::default()).await;
    ears.hear("list_webhooks", listed.map(Response::into_inner));
}

fn receive(got: Got, ears: &mut Ears) {
    let headers = got.headers.iter().map(|(name, value)| format!("{name}: {value}\n"));
    let bytes = [got.path.clone(), headers.collect(), got.body.clone()].join("\n").into_bytes();
    ears.0.push(Came { call: "webhook", bytes, refused: false });
    got.answer(200);
}
