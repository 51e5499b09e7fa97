//! A webhook brings events to another system: signed, as its account may see them, each matter in its order, and once more
//! when they failed. Never here: what strange answers do, or who may have one.

use safeguard::world::Desk;
use wire::v1;

use crate::acts::{HERE, child_hurt_in, child_number, read, report, see, token, triage, victim};
use crate::erasure::{GONE, STORY, nothing_in_the_open};
use crate::follow::service;
use crate::receiver::Receiver;
use crate::stage::{SMALL, Stage, play_alone, soon};

/// The account of the stories: another system of the county's bureau.
pub const SYSTEM: &str = "430405.edu.handler";

/// The event by which a clue begins, and the one by which it is sorted.
pub const REPORTED: &str = "clue.reported";
pub const TRIAGED: &str = "clue.triaged";

/// What registers an endpoint for the two events.
pub fn wanted(url: String) -> v1::RegisterWebhookRequest {
    let kinds = vec![REPORTED.to_owned(), TRIAGED.to_owned()];
    v1::RegisterWebhookRequest {
        url,
        filter: Some(v1::EventFilter { kinds, ..Default::default() }),
        description: "指挥中心".to_owned(),
        from: v1::SubscribeFrom::Now.into(),
        ..Default::default()
    }
}

/// Registers an endpoint; its id and its secret.
pub async fn register(desk: &Desk, url: String) -> (String, String) {
    let made = desk.webhooks().register_webhook(wanted(url)).await.unwrap().into_inner();
    (made.webhook.unwrap().id, made.secret)
}

/// How a webhook stands.
pub async fn standing(desk: &Desk, id: &str) -> v1::Webhook {
    let asked = v1::GetWebhookRequest { webhook_id: id.to_owned() };
    desk.webhooks().get_webhook(asked).await.unwrap().into_inner().webhook.unwrap()
}

/// Asks how a webhook stands until it fits.
pub async fn until(desk: &Desk, id: &str, fits: impl Fn(&v1::Webhook) -> bool) -> v1::Webhook {
    let wait = async {
        loop {
            let webhook = standing(desk, id).await;
            if fits(&webhook) {
                return webhook;
            }
        }
    };
    soon("the standing of a webhook", wait).await
}

/// The attempts of a webhook, newest first.
pub async fn deliveries(desk: &Desk, id: &str) -> Vec<v1::WebhookDelivery> {
    let asked = v1::ListWebhookDeliveriesRequest { webhook_id: id.to_owned(), ..Default::default() };
    desk.webhooks().list_webhook_deliveries(asked).await.unwrap().into_inner().deliveries
}

/// A clue of the county.
pub async fn a_clue(stage: &Stage) -> v1::ReportClueResponse {
    report(&stage.desk("430405.edu.clerk1"), child_hurt_in(stage, HERE)).await
}

/// Sorts a clue.
pub async fn sort(stage: &Stage, reported: &v1::ReportClueResponse) {
    let clerk = stage.desk("430405.edu.clerk1");
    triage(&clerk, &read(&clerk, &reported.clue_id, &token(reported)).await).await;
}

#[test]
fn an_event_arrives_signed_and_as_its_account_may_see_it() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, secret) = register(&system, there.url("/in?from=hub")).await;
        let asked = v1::TestWebhookRequest { webhook_id: id.clone() };
        let (tested, ()) =
            futures::join!(async { system.webhooks().test_webhook(asked).await.unwrap() }, async {
                let got = there.next().await;
                assert_eq!(
                    (got.what(), &*got.path),
                    (("webhook.test".to_owned(), id.clone()), "/in?from=hub")
                );
                assert!(got.is_signed_under(&secret));
                got.answer(204);
            });
        let tested = tested.into_inner().delivery.unwrap();
        assert_eq!((tested.status, &*tested.error, &*tested.position), (204, "", ""));

        let clue = a_clue(stage).await.clue_id;
        let got = there.next().await;
        assert_eq!(got.what(), (REPORTED.to_owned(), clue.clone()));
        assert_eq!(got.header("content-type"), "application/cloudevents+json");
        assert!(got.headers.keys().all(|name| name != "cookie" && name != "authorization"));
        assert!(got.is_signed_under(&secret) && !got.is_signed_under(&format!("whsec_{}=", "A".repeat(43))));
        let seconds: i64 = got.header("webhook-timestamp").parse().unwrap();
        assert!((stage.time.now().as_second() - seconds).abs() < 60, "the hub's clock");
        let event = got.event();
        assert_eq!((&event["specversion"], &event["id"]), (&"1.0".into(), &got.header("webhook-id").into()));
        assert!(
            got.body.contains("班主任发现一名学生身上有多处新伤") && !got.body.contains("\"ct\""),
            "{}",
            got.body
        );
        got.answer(200);

        let webhook = until(&system, &id, |webhook| webhook.last_success_at.is_some()).await;
        assert_eq!(
            (webhook.standing(), &*webhook.last_error, webhook.parked),
            (v1::WebhookStanding::Active, "", 0)
        );
        let known = deliveries(&system, &id).await;
        let seen: Vec<_> =
            known.iter().map(|one| (&*one.stream, one.status, one.attempt, &*one.error)).collect();
        assert_eq!(seen, [(&*clue, 200, 1, ""), ("", 204, 1, "")]);
        let auditor = stage.desk("hub.auditor");
        let read = see!(auditor, oversight.list_reads, "", ListReadsRequest { matter: clue }).unwrap().reads;
        let seen: Vec<_> = read.iter().map(|one| (&*one.officer, &*one.way)).collect();
        assert_eq!(seen, [(&*system.account.id, "webhook")], "and that it was shown is on record");
        in_the_open_nowhere(stage, &secret);
    });
}

/// No file of the hub holds the secret.
fn in_the_open_nowhere(stage: &Stage, secret: &str) {
    let bare = secret.strip_prefix("whsec_").unwrap();
    let files = std::fs::read_dir(stage.data()).unwrap().map(|entry| entry.unwrap().path());
    let mut looked_at = 0;
    for file in files.filter(|file| file.is_file()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(bare.len()).any(|window| window == bare.as_bytes()), "{}", file.display());
        looked_at += 1;
    }
    assert!(looked_at > 4, "the files were not found");
}

#[test]
fn a_matter_that_fails_waits_alone_and_comes_again_in_its_order() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, _) = register(&system, there.url("/")).await;
        let first = a_clue(stage).await;
        let got = there.next().await;
        let name = got.header("webhook-id").to_owned();
        got.answer(500);
        sort(stage, &first).await;
        let second = a_clue(stage).await;
        let got = there.next().await;
        assert_eq!(got.what(), (REPORTED.to_owned(), second.clue_id.clone()), "the other matter flows");
        got.answer(202);
        let fits = |webhook: &v1::Webhook| {
            (webhook.retrying, webhook.waiting) == (1, 1) && webhook.last_success_at.is_some()
        };
        assert_eq!(until(&system, &id, fits).await.parked, 0);

        stage.advance(1);
        let got = there.next().await;
        assert_eq!(got.what(), (REPORTED.to_owned(), first.clue_id.clone()));
        assert_eq!(got.header("webhook-id"), name, "the same event has the same id");
        // It asks for more time than its pause would be.
        got.answer_with(503, "retry-after: 600\r\n");
        until(&system, &id, |webhook| webhook.retrying == 1 && webhook.last_error == "STATUS").await;
        stage.advance(9);
        let third = a_clue(stage).await;
        let got = there.next().await;
        assert_eq!(got.what().1, third.clue_id, "nine minutes are not ten");
        got.answer(200);
        stage.advance(2);
        for kind in [REPORTED, TRIAGED] {
            let got = there.next().await;
            assert_eq!(got.what(), (kind.to_owned(), first.clue_id.clone()));
            got.answer(200);
        }
        until(&system, &id, |webhook| webhook.lag == 0).await;
        let of_first: Vec<_> =
            deliveries(&system, &id).await.into_iter().filter(|one| one.stream == first.clue_id).collect();
        let seen: Vec<_> = of_first.iter().rev().map(|one| (one.attempt, one.status, &*one.error)).collect();
        assert_eq!(seen, [(1, 500, "STATUS"), (2, 503, "STATUS"), (3, 200, ""), (1, 200, "")]);
    });
}

#[test]
fn a_slow_answer_delays_neither_another_matter_nor_another_endpoint() {
    play_alone(SMALL, async |stage| {
        let (mut slow, mut quick) = (Receiver::open().await, Receiver::open().await);
        let system = service(stage, SYSTEM).await;
        register(&system, slow.url("/")).await;
        register(&system, quick.url("/")).await;
        let first = a_clue(stage).await;
        let held = slow.next().await;
        assert_eq!(held.what().1, first.clue_id);
        quick.next().await.answer(200);
        sort(stage, &first).await;
        let got = quick.next().await;
        assert_eq!(got.what(), (TRIAGED.to_owned(), first.clue_id.clone()), "another endpoint goes on");
        got.answer(200);
        let second = a_clue(stage).await;
        let got = slow.next().await;
        assert_eq!(got.what(), (REPORTED.to_owned(), second.clue_id.clone()), "so does another matter");
        got.answer(200);
        held.answer(200);
        assert_eq!(slow.next().await.what(), (TRIAGED.to_owned(), first.clue_id));
    });
}

#[test]
fn a_new_secret_signs_beside_the_old_one_until_its_time() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, old) = register(&system, there.url("/")).await;
        let rotate = async |overlap_hours: u32, at_once: bool| {
            let asked = v1::RotateWebhookSecretRequest { webhook_id: id.clone(), overlap_hours, at_once };
            system.webhooks().rotate_webhook_secret(asked).await.unwrap().into_inner()
        };
        let new = rotate(2, false).await;
        assert!(new.older_secrets_until.is_some() && new.secret != old);
        a_clue(stage).await;
        let got = there.next().await;
        assert!(got.is_signed_under(&old) && got.is_signed_under(&new.secret));
        assert_eq!(got.header("webhook-signature").split(' ').count(), 2);
        got.answer(200);
        stage.advance(121);
        a_clue(stage).await;
        let got = there.next().await;
        assert!(!got.is_signed_under(&old) && got.is_signed_under(&new.secret));
        got.answer(200);
        let last = rotate(0, true).await;
        assert_eq!(last.older_secrets_until, None);
        a_clue(stage).await;
        let got = there.next().await;
        assert!(!got.is_signed_under(&new.secret) && got.is_signed_under(&last.secret));
        got.answer(200);
    });
}

#[test]
fn what_failed_before_an_erasure_reveals_the_person_no_more_when_it_comes_again() {
    play_alone(SMALL, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, _) = register(&system, there.url("/")).await;
        let about = v1::ReportClueRequest {
            persons: vec![victim(GONE, &child_number("1"))],
            narrative: STORY.to_owned(),
            ..child_hurt_in(stage, HERE)
        };
        let clue = report(&stage.desk("430405.edu.clerk1"), about).await.clue_id;
        let got = there.next().await;
        assert!(got.body.contains(STORY), "{}", got.body);
        got.answer(500);
        until(&system, &id, |webhook| webhook.retrying == 1).await;
        nothing_in_the_open(stage.data());
        let asked = v1::EraseSubjectRequest {
            request_id: crate::stage::id(),
            id_number: child_number("1"),
            reason: "依法申请删除".to_owned(),
            basis: v1::ErasureBasis::ConsentWithdrawn.into(),
            ..Default::default()
        };
        assert!(stage.desk("admin").directory().erase_subject(asked).await.unwrap().into_inner().keys > 0);
        stage.advance(1);
        let got = there.next().await;
        assert_eq!(got.what(), (REPORTED.to_owned(), clue));
        assert!(!got.body.contains(STORY) && !got.body.contains(GONE), "{}", got.body);
        assert!(got.body.contains(r#"{"erased":true}"#), "{}", got.body);
        got.answer(200);
        until(&system, &id, |webhook| webhook.lag == 0).await;
        nothing_in_the_open(stage.data());
    });
}
