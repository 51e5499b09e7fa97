//! Keeping the line: calling, holding the lease, calling again. Never here: what is asked on it.

use std::collections::VecDeque;
use std::error::Error as _;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use tokio_stream::wrappers::ReceiverStream;
use tonic::Status;
use tonic::transport::Endpoint;
use wire::v1;
use wire::v1::keys_service_client::KeysServiceClient;

use super::{Along, Client};
use crate::config::Config;
use crate::seal::KeysPlace;
use crate::seal::carried::MAX_BYTES;
use crate::seal::lease::{LASTS, Lease};
use crate::telemetry;
use crate::time::Time;
use crate::tls::Tls;

/// How long the line rests before it is tried again.
const AGAIN: Duration = Duration::from_millis(200);

/// The line to a service.
pub(super) struct Line {
    place: KeysPlace,
    /// This process's certificate, on a line to another machine.
    tls: Option<Tls>,
    client: watch::Sender<Client>,
}

impl Line {
    /// A line that is called when it is needed; made inside the runtime it lives on.
    ///
    /// # Errors
    /// What is missing.
    pub(super) fn new(place: &KeysPlace, config: &Config) -> Result<Self, String> {
        let tls = match place {
            KeysPlace::Line(_) => Tls::start(config, &Time::system()).map_err(|error| error.to_string())?,
            KeysPlace::Directory(_) | KeysPlace::Socket(_) => None,
        };
        let client = watch::Sender::new(calling(place, tls.as_ref())?);
        Ok(Self { place: place.clone(), tls, client })
    }

    /// How the service is called now.
    pub(super) fn client(&self) -> watch::Receiver<Client> {
        self.client.subscribe()
    }

    /// Holds the lease, again and again.
    pub(super) async fn keep(mut self, lease: &Lease) {
        let place = self.place.to_string();
        let mut away = true;
        loop {
            let mut client = self.client.borrow().clone();
            let why = tokio::select! {
                why = hold(&mut client, lease, (&place, &mut away)) => why,
                () = Tls::another(&mut self.tls) => {
                    self.call_anew();
                    continue;
                }
            };
            if !away {
                away = true;
                tracing::warn!(
                    place,
                    why,
                    "the key service does not answer; what is sealed stays closed meanwhile"
                );
            }
            sleep(AGAIN).await;
        }
    }

    /// Another line under the new certificate; the old one ends with the last call on it.
    fn call_anew(&self) {
        match calling(&self.place, self.tls.as_ref()) {
            Ok(client) => {
                let _ = self.client.send_replace(client);
            }
            Err(error) => tracing::warn!(%error, "the key service is called with the former certificate"),
        }
    }
}

fn calling(place: &KeysPlace, tls: Option<&Tls>) -> Result<Client, String> {
    let endpoint = Endpoint::from_shared(place.to_string()).map_err(|error| error.to_string())?;
    // A line that was cut without a word is noticed and opened anew.
    let mut endpoint = endpoint
        .connect_timeout(LASTS)
        .http2_keep_alive_interval(LASTS)
        .keep_alive_timeout(LASTS)
        .keep_alive_while_idle(true);
    if let KeysPlace::Line(_) = place {
        let missing =
            "set tls_cert, tls_key and tls_client_ca: it is shown the certificate of this process's role";
        let calling = tls.and_then(Tls::calling).ok_or(missing)?;
        endpoint = endpoint.tls_config(calling).map_err(|error| error.to_string())?;
    }
    let along: Along = telemetry::in_trace;
    let client = KeysServiceClient::with_interceptor(endpoint.connect_lazy(), along);
    Ok(client.max_decoding_message_size(MAX_BYTES).max_encoding_message_size(MAX_BYTES))
}

/// Holds the lease until the line ends; answers why it did.
async fn hold(client: &mut Client, lease: &Lease, (place, away): (&str, &mut bool)) -> String {
    lease.anew(Instant::now());
    let (say, said) = mpsc::channel(1);
    let mut turns = Turns::default();
    // The channel has room for the first.
    let _ = say.try_send(turns.next(0));
    let opened = timeout(LASTS, client.hold_keys(ReceiverStream::new(said))).await;
    let mut told = match opened {
        Ok(Ok(told)) => told.into_inner(),
        Ok(Err(status)) => return why(&status),
        Err(_) => return "no answer".to_owned(),
    };
    loop {
        let heard = match timeout(LASTS, told.message()).await {
            Ok(Ok(Some(heard))) => heard,
            Ok(Ok(None)) => return "it ended the lease".to_owned(),
            Ok(Err(status)) => return why(&status),
            Err(_) => return "silence".to_owned(),
        };
        let Some(sent) = turns.returned(heard.turn) else {
            return "it answers in other words".to_owned();
        };
        // Forgotten first, and then said.
        lease.heard(heard.erasures, sent, Instant::now());
        if *away {
            *away = false;
            tracing::info!(place, "the key service answers");
        }
        if say.send(turns.next(heard.erasures)).await.is_err() {
            return "it hears no more".to_owned();
        }
    }
}

/// What was said and when, as far as the service has not returned something later.
#[derive(Default)]
struct Turns {
    said: u64,
    sent: VecDeque<(u64, Instant)>,
}

impl Turns {
    /// The next turn; it counts as sent now.
    fn next(&mut self, forgotten: u64) -> v1::HoldKeysRequest {
        self.said += 1;
        self.sent.push_back((self.said, Instant::now()));
        v1::HoldKeysRequest { turn: self.said, forgotten }
    }

    /// When a turn was sent; none when it never was, or the service went back.
    fn returned(&mut self, turn: u64) -> Option<Instant> {
        while self.sent.front().is_some_and(|(first, _)| *first < turn) {
            let _ = self.sent.pop_front();
        }
        self.sent.front().filter(|(first, _)| *first == turn).map(|(_, sent)| *sent)
    }
}

/// What the line says went wrong, down to its cause.
pub(super) fn why(status: &Status) -> String {
    let mut text = status.message().to_owned();
    let mut cause = status.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = error.source();
    }
    text
}
