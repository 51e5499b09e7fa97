//! What strange answers and long failures do to a webhook, and how it goes on afterwards. Never here: what is sent.

use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use wire::v1;
use wire::v1::WebhookStanding;

use crate::follow::service;
use crate::receiver::Receiver;
use crate::stage::{SMALL, Stage, play_alone, soon};
use crate::webhooks::{REPORTED, SYSTEM, TRIAGED, a_clue, deliveries, register, sort, standing, until};

/// Bytes of an answer that may be on their way when the hub hangs up: what it reads, and what two sockets hold.
const ON_THE_WAY: u64 = 64 << 20;

/// Waits until the hub says that its webhooks are well, or not.
async fn health(stage: &Stage, wanted: ServingStatus) {
    let asked = HealthCheckRequest { service: "safeguard.v1.WebhooksService/standing".to_owned() };
    let mut told = HealthClient::new(stage.world.channel.clone()).watch(asked).await.unwrap().into_inner();
    let wait = async { while told.message().await.unwrap().unwrap().status() != wanted {} };
    soon("the health of the webhooks", wait).await;
}

#[test]
fn a_gigabyte_is_cut_a_redirect_is_not_followed_and_gone_is_gone() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, _) = register(&system, there.url("/in")).await;
        a_clue(stage).await;
        let taken = there.next().await.answer_without_end().await;
        assert!(taken < ON_THE_WAY, "{taken} bytes were taken");
        until(&system, &id, |webhook| webhook.last_success_at.is_some()).await;

        let second = a_clue(stage).await.clue_id;
        let elsewhere = format!("location: {}\r\n", there.url("/elsewhere"));
        there.next().await.answer_with(307, &elsewhere);
        until(&system, &id, |webhook| webhook.last_error == "REDIRECT").await;
        assert!(there.is_quiet(), "nobody went elsewhere");
        // The connection ends without an answer.
        stage.advance(1);
        drop(there.next().await);
        until(&system, &id, |webhook| webhook.last_error == "BROKEN").await;
        health(stage, ServingStatus::Serving).await;

        stage.advance(1);
        there.next().await.answer(410);
        let webhook = until(&system, &id, |webhook| webhook.standing() != WebhookStanding::Active).await;
        assert_eq!((webhook.standing(), &*webhook.changed_by), (WebhookStanding::Gone, ""));
        health(stage, ServingStatus::NotServing).await;
        let asked = v1::EnableWebhookRequest { webhook_id: id.clone() };
        let webhook = system.webhooks().enable_webhook(asked).await.unwrap().into_inner().webhook.unwrap();
        assert_eq!((webhook.standing(), webhook.failing_since), (WebhookStanding::Active, None));
        health(stage, ServingStatus::Serving).await;
        stage.advance(1);
        let got = there.next().await;
        assert_eq!((&*got.path, got.what()), ("/in", (REPORTED.to_owned(), second)));
        got.answer(200);
        until(&system, &id, |webhook| webhook.lag == 0).await;
        let errors: Vec<_> = deliveries(&system, &id).await.into_iter().map(|one| one.error).collect();
        assert_eq!(errors, ["", "GONE", "BROKEN", "REDIRECT", ""]);
    });
}

#[test]
fn after_five_days_of_failures_it_is_disabled_and_loses_nothing() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, _) = register(&system, there.url("/")).await;
        let clue = a_clue(stage).await;
        let mut attempts = 0;
        let webhook = loop {
            there.next().await.answer(500);
            attempts += 1;
            let webhook = until(&system, &id, |webhook| webhook.retrying == 1).await;
            if webhook.standing() != WebhookStanding::Active {
                break webhook;
            }
            stage.advance(24 * 60);
        };
        assert_eq!(
            (webhook.standing(), attempts),
            (WebhookStanding::Failing, 6),
            "on the fifth day after the first"
        );
        health(stage, ServingStatus::NotServing).await;
        sort(stage, &clue).await;
        stage.stop().await;
        stage.start_again().await;
        let system = stage.desk(SYSTEM);
        assert_eq!(standing(&system, &id).await.standing(), WebhookStanding::Failing);
        health(stage, ServingStatus::NotServing).await;
        let asked = v1::EnableWebhookRequest { webhook_id: id.clone() };
        system.webhooks().enable_webhook(asked).await.unwrap();
        // Longer than the pause after six failures, and too short for the matter to fall back to the unit above.
        stage.advance(3);
        for kind in [REPORTED, TRIAGED] {
            let got = there.next().await;
            assert_eq!(got.what(), (kind.to_owned(), clue.clue_id.clone()));
            got.answer(200);
        }
        until(&system, &id, |webhook| webhook.lag == 0).await;
    });
}

#[test]
fn everything_behind_a_position_is_sent_again_when_asked_for() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, _) = register(&system, there.url("/")).await;
        let before = stage.head().await;
        let first = a_clue(stage).await.clue_id;
        let got = there.next().await;
        let name = got.header("webhook-id").to_owned();
        got.answer(200);
        until(&system, &id, |webhook| webhook.lag == 0).await;
        let replay = async |dry_run: bool| {
            let (webhook_id, after_position) = (id.clone(), before.clone());
            let asked =
                v1::ReplayWebhookRequest { webhook_id, after_position, dry_run, ..Default::default() };
            system.webhooks().replay_webhook(asked).await.unwrap().into_inner().reread
        };
        let counted = replay(true).await;
        assert!(counted > 0);
        assert_eq!(standing(&system, &id).await.lag, 0, "counting changes nothing");
        assert_eq!(replay(false).await, counted);
        let got = there.next().await;
        assert_eq!((got.what().1, got.header("webhook-id")), (first, &*name));
        got.answer(200);
        // Deleted and gone: nothing is sent, and it is as if it had never been.
        let asked = v1::DeleteWebhookRequest { webhook_id: id.clone() };
        system.webhooks().delete_webhook(asked).await.unwrap();
        let asked = v1::ListWebhooksRequest::default();
        assert!(system.webhooks().list_webhooks(asked).await.unwrap().into_inner().webhooks.is_empty());
        let (other, _) = register(&system, there.url("/")).await;
        assert_ne!(other, id);
        let second = a_clue(stage).await.clue_id;
        let got = there.next().await;
        assert_eq!(got.what().1, second);
        got.answer(200);
        until(&system, &other, |webhook| webhook.lag == 0).await;
        assert!(there.is_quiet(), "one endpoint, one delivery");
    });
}
