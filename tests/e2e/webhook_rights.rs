//! Who may have a webhook, where it may go, and that it ends with the right of its account. Never here: deliveries that
//! go well.

use wire::v1::WebhookStanding;
use wire::{Refusal, v1};

use crate::acts::unit;
use crate::follow::{change_roles, service};
use crate::receiver::Receiver;
use crate::stage::{NEIGHBOURS, Shared, fields, law, play, play_alone, refused, soon};
use crate::webhooks::{SYSTEM, a_clue, register, standing, until, wanted};

static STAGE: Shared = Shared::const_new(std::sync::Weak::new());

#[test]
fn only_where_the_operator_allows_it_and_only_in_good_shape() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let system = service(stage, "430412.edu.handler").await;
        let ask = async |request| system.webhooks().register_webhook(request).await;
        for bad in [
            "https://example.cn/",
            "http://10.0.0.1/",
            "http://localhost/",
            "http://[::1]/",
            "ftp://127.0.0.1/",
            "x",
        ] {
            assert_eq!(fields(ask(wanted(bad.to_owned())).await), ["url"], "{bad}");
        }
        let all_wrong = v1::RegisterWebhookRequest {
            url: "http://u:p@127.0.0.1/".to_owned(),
            filter: Some(v1::EventFilter { kinds: vec!["nonsense".to_owned()], ..Default::default() }),
            ..Default::default()
        };
        assert_eq!(fields(ask(all_wrong).await), ["description", "filter.kinds[0]", "from", "url"]);
        let good = wanted("http://127.0.0.1:9/".to_owned());
        ask(good.clone()).await.unwrap();
        assert_eq!(law(ask(good).await), "WEBHOOK_EXISTS");
    });
}

#[test]
fn a_stranger_is_refused_in_the_same_words_whether_it_exists_or_not() {
    play(&STAGE, NEIGHBOURS, async |stage| {
        let owner = service(stage, "430405.psb.duty2").await;
        let (id, _) = register(&owner, "http://127.0.0.1:9/x".to_owned()).await;
        let stranger = service(stage, "430412.psb.duty1").await;
        for which in [id.as_str(), "WH-999999"] {
            let webhook_id = which.to_owned();
            let asked = v1::GetWebhookRequest { webhook_id: webhook_id.clone() };
            assert_eq!(refused(stranger.webhooks().get_webhook(asked).await), Refusal::Permission, "{which}");
            let asked =
                v1::RotateWebhookSecretRequest { webhook_id: webhook_id.clone(), ..Default::default() };
            assert_eq!(refused(stranger.webhooks().rotate_webhook_secret(asked).await), Refusal::Permission);
            let asked = v1::DeleteWebhookRequest { webhook_id };
            assert_eq!(refused(stranger.webhooks().delete_webhook(asked).await), Refusal::Permission);
        }
        let asked = v1::GetWebhookRequest { webhook_id: "WH-1x".to_owned() };
        assert_eq!(fields(stranger.webhooks().get_webhook(asked).await), ["webhook_id"]);
        // Who reads events by an endpoint is its unit's own system, not who keeps the accounts, and no auditor.
        let (admin, auditor) = (stage.desk("admin"), stage.desk("hub.auditor"));
        for desk in [&admin, &auditor, &stage.desk("430405.edu.clerk1")] {
            let asked = wanted("http://127.0.0.1:9/y".to_owned());
            assert_eq!(refused(desk.webhooks().register_webhook(asked).await), Refusal::Permission);
        }
        let asked = v1::ListWebhooksRequest { unit_id: unit("PSB", "430405") };
        for desk in [&admin, &auditor] {
            let listed = desk.webhooks().list_webhooks(asked.clone()).await.unwrap().into_inner().webhooks;
            assert!(listed.iter().any(|webhook| webhook.id == id));
        }
        let asked = v1::TestWebhookRequest { webhook_id: id.clone() };
        assert_eq!(refused(admin.webhooks().test_webhook(asked).await), Refusal::Permission);
        let asked = v1::DisableWebhookRequest { webhook_id: id.clone() };
        assert_eq!(refused(auditor.webhooks().disable_webhook(asked.clone()).await), Refusal::Permission);
        admin.webhooks().disable_webhook(asked).await.unwrap();
        let webhook = standing(&owner, &id).await;
        assert_eq!(
            (webhook.standing(), &*webhook.changed_by),
            (WebhookStanding::Disabled, &*admin.account.id)
        );
    });
}

#[test]
fn it_ends_with_the_right_of_its_account_and_goes_on_when_that_is_back() {
    play_alone(NEIGHBOURS, async |stage| {
        let (mut there, system) = (Receiver::open().await, service(stage, SYSTEM).await);
        let (id, _) = register(&system, there.url("/")).await;
        change_roles(stage, SYSTEM, vec![v1::Role::Handler.into()]).await;
        let clue = a_clue(stage).await.clue_id;
        let auditor = stage.desk("hub.auditor");
        until(&auditor, &id, |webhook| webhook.standing() == WebhookStanding::OwnerLost).await;
        let asked = v1::EnableWebhookRequest { webhook_id: id.clone() };
        assert_eq!(
            law(stage.desk("admin").webhooks().enable_webhook(asked.clone()).await),
            "WEBHOOK_OWNER_LOST"
        );
        assert!(there.is_quiet(), "nothing was sent");
        change_roles(stage, SYSTEM, vec![v1::Role::Service.into()]).await;
        stage.desk("admin").webhooks().enable_webhook(asked).await.unwrap();
        let got = soon("the event that waited", there.next()).await;
        assert_eq!(got.what().1, clue);
        got.answer(200);
        until(&system, &id, |webhook| webhook.lag == 0).await;
    });
}

#[test]
fn nowhere_is_allowed_when_the_operator_names_no_host() {
    play_alone(NEIGHBOURS, async |stage| {
        stage.stop().await;
        stage.config.webhook_hosts.clear();
        stage.start_again().await;
        let system = service(stage, SYSTEM).await;
        let asked = wanted("https://example.cn/".to_owned());
        assert_eq!(law(system.webhooks().register_webhook(asked).await), "WEBHOOKS_OFF");
    });
}
