//! Who somebody is over TLS: an officer by a token, another system by its certificate alone, and nobody by anything else.
//! Never here: files that change (`mtls_files`).

use hub::config::Serving;
use jiff::{SignedDuration, Timestamp};
use tonic::Request;
use tonic::transport::Endpoint;
use wire::v1::session_service_client::SessionServiceClient;
use wire::{Refusal, v1};

use crate::acts::{HERE, child_hurt_in, report, see, token};
use crate::follow::change_roles;
use crate::mtls_house::{Certificates, YEAR, register};
use crate::stage::{SMALL, play_alone, refused, secured, soon};

/// What follows, and everything before it.
fn all() -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() }
}

fn head() -> v1::GetHeadRequest {
    v1::GetHeadRequest::default()
}

/// What a handshake came to; with TLS 1.3 a client hears of its refusal with the first answer.
async fn reached(
    connected: Result<tonic::transport::Channel, tonic::transport::Error>,
) -> Result<(), String> {
    let channel = connected.map_err(|error| chain(&error))?;
    let answer = SessionServiceClient::new(channel).who_am_i(v1::WhoAmIRequest {}).await;
    // Whoever is heard has shaken hands, whatever the answer.
    match answer {
        Err(status) if std::error::Error::source(&status).is_some() => Err(chain(&status)),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let all: Vec<String> =
        std::iter::successors(Some(error), |error| error.source()).map(ToString::to_string).collect();
    all.join(": ")
}

#[test]
fn an_officer_works_by_token_and_another_system_subscribes_by_its_certificate_alone() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let clerk = stage.desk("430405.edu.clerk1");
        let reported = report(&clerk, child_hurt_in(stage, HERE)).await;
        see!(clerk, education.list_clues, token(&reported), ListCluesRequest { page_size: 1 }).unwrap();

        let system = register(stage, "1").await;
        let shown = certificates.account(&system, Timestamp::now(), YEAR);
        let mut news =
            certificates.streams(stage, Some(&shown)).await.subscribe(all()).await.unwrap().into_inner();
        let heard = async {
            loop {
                if let Some(v1::subscribe_response::News::Batch(batch)) =
                    news.message().await.unwrap().unwrap().news
                    && batch.events.unwrap().events().any(|event| event.r#type == "clue.reported")
                {
                    return;
                }
            }
        };
        soon("the report, by certificate", heard).await;
        let mut session = SessionServiceClient::new(certificates.channel(stage, Some(&shown)).await);
        let who = session.who_am_i(v1::WhoAmIRequest {}).await.unwrap().into_inner();
        assert_eq!((who.officer.as_str(), who.must_change_password), (system.as_str(), false));
        assert_eq!(who.roles, [i32::from(v1::Role::Service)]);
        let ends = who.expires_at.unwrap().seconds;
        assert_eq!(ends, shown.shown.until.as_second(), "it holds as long as the certificate");

        let nobody = certificates.streams(stage, None).await.get_head(head()).await;
        assert_eq!(refused(nobody), Refusal::identity("TOKEN_MISSING"));
        let in_the_clear = Endpoint::from_shared(format!("http://{}", stage.running().address)).unwrap();
        assert!(reached(in_the_clear.connect().await).await.is_err(), "there is no way around TLS");
    });
}

#[test]
fn a_certificate_and_a_token_must_name_the_same_account() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let issue = |officer: &str| certificates.account(officer, Timestamp::now(), YEAR);
        // The account of the handler becomes that of a system; its token is still good.
        change_roles(stage, "430405.edu.handler", vec![v1::Role::Service.into()]).await;
        let system = stage.world.officer("430405.edu.handler").unwrap().id.clone();
        let both = certificates.desk(stage, "430405.edu.handler", Some(&issue(&system))).await;
        both.streams().get_head(head()).await.unwrap();

        let other = certificates.desk(stage, "hub.auditor", Some(&issue(&system))).await;
        let told = other.streams().get_head(head()).await;
        assert_eq!(refused(told), Refusal::identity("CERTIFICATE_OF_ANOTHER"));
        let bad = stage.world.officer("430405.edu.handler").unwrap().clone();
        let bad = safeguard::world::Account { token: "made.up.token".to_owned(), ..bad };
        let bad = safeguard::world::Desk::new(certificates.channel(stage, Some(&issue(&system))).await, &bad);
        let told = bad.unwrap().streams().get_head(head()).await;
        assert_eq!(refused(told), Refusal::identity("TOKEN_BAD"), "a certificate mends no token");

        // A person, somebody unknown, and a certificate that names nobody.
        let person = stage.world.officer("430405.edu.clerk1").unwrap().id.clone();
        for officer in [&*person, "OF-NOBODY-1"] {
            let told = certificates.streams(stage, Some(&issue(officer))).await.get_head(head()).await;
            assert_eq!(refused(told), Refusal::identity("CERTIFICATE_BAD"), "{officer}");
        }
        let clerk = certificates.desk(stage, "430405.edu.clerk1", Some(&issue(&person))).await;
        see!(clerk, education.list_clues, "", ListCluesRequest { page_size: 1 }).unwrap();
    });
}

#[test]
fn the_certificate_of_a_role_is_no_officer() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let shown = certificates.role(Serving::Streams);
        let told = certificates.streams(stage, Some(&shown)).await.get_head(head()).await;
        assert_eq!(refused(told), Refusal::identity("TOKEN_MISSING"));
        // It takes nothing from the officer whose token it passes on.
        let auditor = certificates.desk(stage, "hub.auditor", Some(&shown)).await;
        auditor.streams().get_head(head()).await.unwrap();
    });
}

#[test]
fn what_a_client_calls_a_certificate_is_none() {
    play_alone(SMALL, async |stage| {
        let system = register(stage, "1").await;
        let forged = |name: &str| {
            let mut request = Request::new(head());
            let mark = format!("1 9999999999 spiffe://safeguard/account/{name}");
            request.metadata_mut().insert("x-safeguard-certificate", mark.parse().unwrap());
            request
        };
        let mut plain =
            wire::v1::streams_service_client::StreamsServiceClient::new(stage.world.channel.clone());
        assert_eq!(refused(plain.get_head(forged(&system)).await), Refusal::identity("TOKEN_MISSING"));
        let certificates = Certificates::secure(stage).await;
        let mut nobody = certificates.streams(stage, None).await;
        assert_eq!(refused(nobody.get_head(forged(&system)).await), Refusal::identity("TOKEN_MISSING"));
        let mut role = certificates.streams(stage, Some(&certificates.role(Serving::Streams))).await;
        assert_eq!(refused(role.get_head(forged(&system)).await), Refusal::identity("TOKEN_MISSING"));
    });
}

#[test]
fn a_certificate_of_another_authority_and_one_that_has_ended_do_not_get_in() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let address = stage.running().address;
        let system = register(stage, "1").await;
        let now = Timestamp::now();
        let past = now.checked_sub(SignedDuration::from_hours(48)).unwrap();
        let good = certificates.account(&system, now, YEAR);
        let strange = Certificates::new().account(&system, now, YEAR);
        let ended = certificates.account(&system, past, SignedDuration::from_hours(24));
        // The hub hangs up on the bad ones, which may cut off the word that says why: only what differs from the good
        // one can be the reason.
        for (shown, gets_in) in [(&good, true), (&strange, false), (&ended, false), (&good, true)] {
            let told = reached(secured(address, certificates.line(Some(shown))).await).await;
            assert_eq!(told.is_ok(), gets_in, "{:?}: {told:?}", shown.shown);
        }
        let told = reached(secured(address, Certificates::new().line(None)).await).await.unwrap_err();
        assert!(told.contains("UnknownIssuer"), "a client that believes another authority: {told}");
        reached(secured(address, certificates.line(None)).await).await.unwrap();
    });
}
