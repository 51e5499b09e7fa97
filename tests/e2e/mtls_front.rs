//! A front between other systems and a hub, all over TLS: whose certificate a call came with, and what becomes of it when the
//! front's own certificate is renewed or taken back. Never here: who somebody is without a front (`mtls`).

use hub::config::{Config, Serving};
use jiff::{SignedDuration, Timestamp};
use safeguard::authority::Issued;
use safeguard::front::{Fronting, start};
use tonic::transport::Channel;
use tonic::{Request, Status, Streaming};
use wire::v1::session_service_client::SessionServiceClient;
use wire::v1::streams_service_client::StreamsServiceClient;
use wire::{Refusal, v1};

use crate::acts::{HERE, child_hurt_in, report};
use crate::lockout::{OFFICER, WRONG, shut, shut_for};
use crate::mtls_house::{Certificates, YEAR, outlast, read_again, register, tls};
use crate::stage::{SMALL, Stage, play_alone, refused, secured, secured_from, soon};

/// A front before the hub of a stage.
struct Front {
    running: Fronting,
    shown: Issued,
}

impl Front {
    async fn start(stage: &Stage, certificates: &Certificates, lasting: SignedDuration) -> Self {
        let shown = certificates.front(lasting);
        serve_with(certificates, &shown);
        let at = stage.running().address;
        let config = Config {
            serve: vec![Serving::Front],
            routes: Serving::ALL.iter().map(|role| format!("{}=https://{at}", role.name())).collect(),
            grpc: ([127, 0, 0, 1], 0).into(),
            tls_cert: certificates.file("front.pem"),
            tls_key: certificates.file("front.key"),
            tls_client_ca: certificates.file("ca.pem"),
            ..Config::default()
        };
        Self { running: start(&config).await.unwrap(), shown }
    }

    async fn channel(&self, certificates: &Certificates, shown: Option<&Issued>) -> Channel {
        secured(self.running.address, certificates.line(shown)).await.unwrap()
    }

    async fn streams(
        &self,
        certificates: &Certificates,
        shown: Option<&Issued>,
    ) -> StreamsServiceClient<Channel> {
        StreamsServiceClient::new(self.channel(certificates, shown).await)
    }
}

fn serve_with(certificates: &Certificates, shown: &Issued) {
    certificates.write("front.pem", &shown.cert);
    certificates.write("front.key", &shown.key);
}

fn all() -> v1::SubscribeRequest {
    v1::SubscribeRequest { from: v1::SubscribeFrom::Beginning.into(), ..Default::default() }
}

/// What somebody sends who would be the system.
fn forged(system: &str) -> Request<v1::GetHeadRequest> {
    let mut request = Request::new(v1::GetHeadRequest::default());
    let mark = format!("1 9999999999 spiffe://safeguard/account/{system}");
    request.metadata_mut().insert("x-safeguard-certificate", mark.parse().unwrap());
    request
}

/// Reads on until a report comes, or the refusal that ends it.
async fn heard(news: &mut Streaming<v1::SubscribeResponse>) -> Result<(), Refusal> {
    let hears = async {
        loop {
            match news.message().await {
                Ok(Some(told)) => {
                    if let Some(v1::subscribe_response::News::Batch(batch)) = told.news
                        && batch.events.unwrap().events().any(|event| event.r#type == "clue.reported")
                    {
                        return Ok(());
                    }
                }
                Ok(None) => panic!("it ended without a word"),
                Err(status) => return Err(Refusal::from_status(&status)),
            }
        }
    };
    soon("the event", hears).await
}

/// Tries to sign in.
async fn sign_in(stage: &Stage, channel: &Channel, said: Option<&str>, password: &str) -> Result<(), Status> {
    let officer = stage.world.officer(OFFICER).unwrap().id.clone();
    let mut asked = Request::new(v1::SignInRequest { officer, password: password.to_owned() });
    if let Some(address) = said {
        asked.metadata_mut().insert("x-safeguard-address", address.parse().unwrap());
    }
    SessionServiceClient::new(channel.clone()).sign_in(asked).await.map(drop)
}

#[test]
fn wrong_passwords_through_a_front_shut_the_door_where_they_came_from_and_nowhere_else() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let front = Front::start(stage, &certificates, YEAR).await;
        let right = stage.world.officer(OFFICER).unwrap().password.clone();
        let from = async |last: u8| {
            let from = Some([127, 0, 0, last].into());
            secured_from(from, front.running.address, certificates.line(None)).await.unwrap()
        };
        let (guesser, officer) = (from(1).await, from(2).await);
        shut(stage, async || sign_in(stage, &guesser, None, WRONG).await.unwrap_err()).await;
        shut_for(sign_in(stage, &guesser, None, &right).await.unwrap_err());
        // Whatever a caller says of where it is, the front knows better.
        shut_for(sign_in(stage, &guesser, Some("127.0.0.2"), &right).await.unwrap_err());
        sign_in(stage, &officer, None, &right).await.unwrap();

        // At an instance a front is believed, and nobody else.
        let itself = certificates.channel(stage, Some(&front.shown)).await;
        shut_for(sign_in(stage, &itself, Some("127.0.0.1"), &right).await.unwrap_err());
        sign_in(stage, &itself, Some("127.0.0.2"), &right).await.unwrap();
        let role = certificates.channel(stage, Some(&certificates.role(Serving::Streams))).await;
        shut_for(sign_in(stage, &role, Some("127.0.0.2"), &right).await.unwrap_err());
        soon("the end of the front", front.running.stop()).await.unwrap();
    });
}

#[test]
fn a_system_is_known_by_its_certificate_through_a_front_and_by_nothing_it_says() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let system = register(stage, "1").await;
        let shown = certificates.account(&system, Timestamp::now(), YEAR);
        let front = Front::start(stage, &certificates, YEAR).await;

        let mut by_certificate = front.streams(&certificates, Some(&shown)).await;
        soon("an answer", by_certificate.get_head(v1::GetHeadRequest::default())).await.unwrap();
        let mut nobody = front.streams(&certificates, None).await;
        assert_eq!(refused(nobody.get_head(forged(&system)).await), Refusal::identity("TOKEN_MISSING"));
        let person = stage.world.officer("hub.auditor").unwrap();
        let auditor = |channel| safeguard::world::Desk::new(channel, person).unwrap();
        let by_token = auditor(front.channel(&certificates, None).await);
        by_token.streams().get_head(v1::GetHeadRequest::default()).await.unwrap();
        let both = auditor(front.channel(&certificates, Some(&shown)).await);
        let told = both.streams().get_head(v1::GetHeadRequest::default()).await;
        assert_eq!(refused(told), Refusal::identity("CERTIFICATE_OF_ANOTHER"));

        // Past the front only the front is believed, as long as its own certificate is.
        let mut role = certificates.streams(stage, Some(&certificates.role(Serving::Streams))).await;
        assert_eq!(refused(role.get_head(forged(&system)).await), Refusal::identity("TOKEN_MISSING"));
        let mut itself = certificates.streams(stage, Some(&front.shown)).await;
        itself.get_head(forged(&system)).await.unwrap();
        let told = itself.get_head(v1::GetHeadRequest::default()).await;
        assert_eq!(refused(told), Refusal::identity("TOKEN_MISSING"), "a front is no officer");

        let mut held = by_certificate.subscribe(all()).await.unwrap().into_inner();
        let (mut tls, revoked) = (tls(stage), &front.shown.shown.serial);
        certificates.write("revoked", revoked);
        read_again(&mut tls).await;
        for told in [itself.get_head(forged(&system)).await, by_certificate.get_head(forged(&system)).await] {
            assert_eq!(refused(told), Refusal::identity("CERTIFICATE_REVOKED"));
        }
        assert_eq!(heard(&mut held).await, Err(Refusal::identity("CERTIFICATE_REVOKED")));
        certificates.write("revoked", &shown.shown.serial);
        read_again(&mut tls).await;
        let told = by_certificate.get_head(v1::GetHeadRequest::default()).await;
        assert_eq!(refused(told), Refusal::identity("CERTIFICATE_REVOKED"), "the instance asks its own list");
        soon("the end of the front", front.running.stop()).await.unwrap();
    });
}

#[test]
fn a_front_shows_its_renewed_certificate_with_the_next_call_and_calls_under_way_go_on() {
    play_alone(SMALL, async |stage| {
        let certificates = Certificates::secure(stage).await;
        let system = register(stage, "1").await;
        let shown = certificates.account(&system, Timestamp::now(), YEAR);
        // The hub's clock in a story is not the machine's, by which hands are shaken.
        let now = Timestamp::now();
        let a_day = stage.time.now().max(now).duration_since(now) + SignedDuration::from_hours(24);
        let front = Front::start(stage, &certificates, a_day).await;
        let mut streams = front.streams(&certificates, Some(&shown)).await;
        let mut before = soon("an answer", streams.subscribe(all())).await.unwrap().into_inner();

        let mut files = front.running.tls().unwrap();
        serve_with(&certificates, &certificates.front(YEAR));
        read_again(&mut files).await;
        outlast(stage, a_day);
        soon("an answer", streams.get_head(v1::GetHeadRequest::default())).await.unwrap();
        let clerk = stage.desk("430405.edu.clerk1");
        let _ = report(&clerk, child_hurt_in(stage, HERE)).await;
        heard(&mut before).await.unwrap();
        soon("the end of the front", front.running.stop()).await.unwrap();
    });
}
