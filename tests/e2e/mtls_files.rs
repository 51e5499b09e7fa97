//! What becomes of those who are connected when the files of TLS change: revoked, ended, replaced. Never here: who somebody
//! is (`mtls`).

use hub::Time;
use hub::config::Config;
use hub::tls::TlsError;
use jiff::{SignedDuration, Timestamp};
use safeguard::serve::start;
use tonic::Streaming;
use wire::{Refusal, v1};

use crate::acts::{HERE, child_hurt_in, done, report};
use crate::follow::Watcher;
use crate::mtls_house::{Certificates, YEAR, outlast, read_again, register, tls};
use crate::stage::{SMALL, play_alone, refused, secured, soon};

fn all() -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() }
}

/// The refusal that ends a subscription.
async fn end(mut news: Streaming<v1::SubscribeResponse>) -> Refusal {
    let ends = async {
        loop {
            match news.message().await {
                Ok(Some(_)) => {}
                Ok(None) => panic!("it ended without a word"),
                Err(status) => return Refusal::from_status(&status),
            }
        }
    };
    soon("the end of the subscription", ends).await
}

#[test]
fn a_revoked_serial_a_shut_account_and_the_end_of_a_certificate_end_a_running_subscription() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let (first, second) = (register(stage, "1").await, register(stage, "2").await);
        // The hub's clock in a story is not the machine's, by which hands are shaken.
        let now = Timestamp::now();
        let a_day = stage.time.now().max(now).duration_since(now) + SignedDuration::from_hours(24);
        let lost = certificates.account(&first, now, YEAR);
        let kept = certificates.account(&first, now, a_day);
        let shut = certificates.account(&second, now, YEAR);
        let subscribe = async |shown| {
            certificates.streams(stage, Some(shown)).await.subscribe(all()).await.unwrap().into_inner()
        };
        let (lost_news, kept_news, shut_news) =
            (subscribe(&lost).await, subscribe(&kept).await, subscribe(&shut).await);

        let mut tls = tls(stage);
        certificates.write("revoked", &format!("# stolen\n{}\n", lost.shown.serial.to_uppercase()));
        read_again(&mut tls).await;
        assert_eq!(end(lost_news).await, Refusal::identity("CERTIFICATE_REVOKED"));
        let told = certificates.streams(stage, Some(&lost)).await.subscribe(all()).await.map(|_| ());
        assert_eq!(refused(told), Refusal::identity("CERTIFICATE_REVOKED"));
        let mut officer = certificates.desk(stage, "hub.auditor", Some(&lost)).await.session();
        let told = officer.who_am_i(v1::WhoAmIRequest {}).await;
        assert_eq!(refused(told), Refusal::identity("CERTIFICATE_REVOKED"), "with any token");

        done!(stage.desk("admin"), directory.disable_officer, DisableOfficerRequest { officer_id: &*second });
        assert_eq!(end(shut_news).await, Refusal::identity("CERTIFICATE_BAD"));

        outlast(stage, a_day);
        assert_eq!(
            end(kept_news).await,
            Refusal::identity("CERTIFICATE_EXPIRED"),
            "the other one held so long"
        );
    });
}

#[test]
fn the_hub_takes_a_new_certificate_and_authority_while_a_watch_goes_on() {
    play_alone(SMALL, async |stage| {
        let old = Certificates::secure(stage).await;
        let address = stage.running().address;
        let mut tls = tls(stage);
        let duty = stage.desk("430405.psb.duty1");
        let mut watch = Watcher::open(&duty).await;
        watch.snapshot().await;

        // Half of a change, as a careless copy leaves it: those who come meanwhile are served as before.
        old.write("server.pem", "-----BEGIN CERTIFICATE-----\n");
        secured(address, old.line(None)).await.unwrap();

        let new = Certificates::new();
        let shorter = new.server(SignedDuration::from_hours(24 * 100));
        old.write("ca.pem", &std::fs::read_to_string(new.file("ca.pem")).unwrap());
        old.serve(&shorter);
        read_again(&mut tls).await;
        let system = register(stage, "1").await;
        let shown = new.account(&system, Timestamp::now(), YEAR);
        new.streams(stage, Some(&shown)).await.get_head(v1::GetHeadRequest::default()).await.unwrap();
        assert!(secured(address, old.line(None)).await.is_err(), "the old certificate is not shown any more");
        let ends = tls.expires().into_iter().map(|expiry| (expiry.name, expiry.not_after)).next();
        assert_eq!(ends, Some(("tls_cert", shorter.shown.until)));

        let clerk = stage.desk("430405.edu.clerk1");
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        watch.changed(&reported.clue_id, |_| true).await;
    });
}

#[tokio::test]
async fn a_hub_that_others_could_listen_to_does_not_start_in_the_clear() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let open = Config { data: data.clone(), grpc: ([0, 0, 0, 0], 0).into(), ..Config::default() };
    let refused = start(&open, Time::system()).await.err().unwrap();
    assert!(matches!(refused.downcast_ref(), Some(TlsError::InTheClear { .. })), "{refused}");
    assert!(!data.exists(), "nothing was made");
    let meant = Config { plaintext: true, ..open };
    let running = start(&meant, Time::system()).await.unwrap();
    soon("the end of the hub", running.stop()).await.unwrap();
}
