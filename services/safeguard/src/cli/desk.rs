//! The officer's desk: the connection to the hub, the session, and the way every call goes out and comes back.
//! Never here: what any call is about.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use hub::telemetry;
use jiff::Timestamp;
use prost::{Message, Name};
use tokio::sync::OnceCell;
use tonic::codec::CompressionEncoding::Gzip;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use wire::{Refusal, v1};

use super::badge::{self, Badge};
use super::failure::Failure;
use super::out::Out;
use super::secure::Secure;
use super::words;

/// Where the hub is when nobody says.
pub(crate) const DEFAULT_SERVER: &str = "http://127.0.0.1:50051";
/// How long connecting may take.
const CONNECTING: Duration = Duration::from_secs(5);
/// How long a call may take; the server uses it to bound what it waits for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How the ids of matters begin.
const MATTERS: [&str; 9] = ["CL-", "RF-", "RR-", "BG-", "HZ-", "JI-", "CP-", "DP-", "SC-"];

/// The officer's desk.
pub(crate) struct Desk {
    /// Where answers go.
    pub(crate) out: Out,
    /// The hub's address.
    pub(crate) server: String,
    file: PathBuf,
    badge: Option<Badge>,
    /// How the line to the hub is secured.
    pub(crate) secure: Secure,
    channel: OnceCell<Channel>,
}

impl Desk {
    /// The desk as the flags and the session file have it.
    pub(crate) fn new(
        out: Out,
        server: Option<&str>,
        session: Option<PathBuf>,
        secure: Secure,
    ) -> Result<Self, Failure> {
        let known = || badge::default_file(|name| std::env::var(name).ok());
        let file = session.or_else(known).ok_or_else(|| {
            Failure::plain(
                "没有主目录；请用 --session 指定会话文件。",
                "there is no home directory; name a session file with --session.",
            )
        })?;
        let badge = badge::read(&file)?;
        let server = match (server, &badge) {
            (Some(server), _) => address(server, secure.wanted()),
            (None, Some(badge)) => badge.server.clone(),
            (None, None) => DEFAULT_SERVER.to_owned(),
        };
        let here = badge.as_ref().filter(|badge| badge.server == server);
        let secure = here.map_or_else(|| secure.clone(), |badge| secure.clone().or(&badge.secure));
        Ok(Self { out, server, file, badge, secure, channel: OnceCell::new() })
    }

    /// A connection of its own.
    pub(crate) async fn connect(&self) -> Result<Channel, Failure> {
        let endpoint =
            Endpoint::from_shared(self.server.clone()).map_err(|error| self.unreachable(&error))?;
        let endpoint = endpoint
            .connect_timeout(CONNECTING)
            .tcp_nodelay(true)
            .http2_keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(10));
        let endpoint = match self.secure.line(&self.server)? {
            Some(line) => endpoint.tls_config(line).map_err(|error| self.unreachable(&error))?,
            None => endpoint,
        };
        endpoint.connect().await.map_err(|error| self.unreachable(&error))
    }

    async fn channel(&self) -> Result<Channel, Failure> {
        self.channel.get_or_try_init(|| self.connect()).await.cloned()
    }

    fn unreachable(&self, error: &(dyn std::error::Error + 'static)) -> Failure {
        Failure::Unreachable { server: self.server.clone(), cause: innermost(error), request: None }
    }

    /// A connection that ended without a word.
    pub(crate) fn lost(&self, what: &str) -> Failure {
        Failure::Unreachable { server: self.server.clone(), cause: what.to_owned(), request: None }
    }

    /// A call without the session: signing in.
    pub(crate) fn open<T>(&self, request: T) -> Request<T> {
        let mut request = traced(Request::new(request));
        request.set_timeout(PATIENCE);
        request
    }

    /// A call in the name of the officer who is signed in.
    pub(crate) fn signed<T>(&self, request: T) -> Result<Request<T>, Failure> {
        let mut request = self.lasting(request)?;
        request.set_timeout(PATIENCE);
        Ok(request)
    }

    /// The same for calls that last: a watch, an import.
    pub(crate) fn lasting<T>(&self, request: T) -> Result<Request<T>, Failure> {
        if self.certified() {
            return Ok(Request::new(request));
        }
        let badge = self.badge()?;
        let value = MetadataValue::try_from(format!("Bearer {}", badge.token));
        let value = value.map_err(|_| refusal(Refusal::identity("TOKEN_BAD")))?;
        let mut request = traced(Request::new(request));
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }

    /// Whether a certificate speaks for this side, because nobody is signed in at this hub.
    pub(crate) fn certified(&self) -> bool {
        self.secure.certified() && self.badge.as_ref().is_none_or(|badge| badge.server != self.server)
    }

    /// Who is signed in at this hub. A token goes only to the hub that gave it.
    pub(crate) fn badge(&self) -> Result<&Badge, Failure> {
        match &self.badge {
            Some(badge) if badge.server == self.server => Ok(badge),
            Some(badge) => Err(Failure::plain(
                format!(
                    "您登录的是 {}，不是 {}。\n登录：safeguard --server {} sign-in 警号或工号",
                    badge.server, self.server, self.server
                ),
                format!(
                    "you are signed in at {}, not at {}.\nSign in: safeguard --server {} sign-in OFFICER",
                    badge.server, self.server, self.server
                ),
            )),
            None => Err(refusal(Refusal::identity("TOKEN_MISSING"))),
        }
    }

    /// The officer of the session file, wherever they are signed in.
    pub(crate) fn officer(&self) -> Option<&str> {
        self.badge.as_ref().map(|badge| badge.officer.as_str())
    }

    /// What queries wait for: the officer's own last command.
    pub(crate) fn seen(&self) -> String {
        self.badge.as_ref().map(|badge| badge.consistency_token.clone()).unwrap_or_default()
    }

    /// Keeps a session.
    pub(crate) fn keep(&self, badge: &Badge) -> Result<(), Failure> {
        badge::write(&self.file, badge)
    }

    /// The same desk with a new token, which the session file is given too unless somebody else signed in or out
    /// meanwhile.
    pub(crate) async fn renewed(&self) -> Result<Self, Failure> {
        let request = self.signed(v1::RenewSessionRequest {})?;
        let answer = self.session().await?.renew_session(request).await;
        let answer = answer.map_err(|status| self.refused(&status))?.into_inner();
        let expires_at = answer.expires_at.as_ref().and_then(wire::convert::moment);
        let renew = |badge: &Badge| Badge {
            token: answer.token.clone(),
            expires_at: expires_at.map(|at| at.to_string()).unwrap_or_default(),
            ..badge.clone()
        };
        let former = self.badge()?;
        if let Some(kept) = badge::read(&self.file)?.filter(|kept| kept.token == former.token) {
            self.keep(&renew(&kept))?;
        }
        Ok(Self {
            out: self.out,
            server: self.server.clone(),
            file: self.file.clone(),
            badge: Some(renew(former)),
            secure: self.secure.clone(),
            channel: self.channel.clone(),
        })
    }

    /// When the session's token ends; none when the session file does not say.
    pub(crate) fn expires(&self) -> Option<Timestamp> {
        self.badge.as_ref().and_then(|badge| badge.expires_at.parse().ok())
    }

    /// Ends the session.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        badge::forget(&self.file)
    }

    /// Remembers what was recorded last. The command is done: a session file that cannot be written is told, no more.
    pub(crate) fn remember(&self, token: &str) {
        let Some(badge) = self.badge.as_ref().filter(|_| !token.is_empty()) else { return };
        let newer = Badge { consistency_token: token.to_owned(), ..badge.clone() };
        if let Err(failure) = self.keep(&newer) {
            self.out.notice(failure.say(self.out.lang));
        }
    }

    /// Shows that a command was done.
    pub(crate) fn done<M: Message + Name>(
        &self,
        answer: &M,
        receipt: Option<&v1::CommandReceipt>,
    ) -> Result<(), Failure> {
        if let Some(receipt) = receipt {
            self.remember(&receipt.consistency_token);
        }
        self.out.answer(answer, |out, _| {
            let Some(receipt) = receipt else { return out.line(out.either("已办理", "done")) };
            // Units and officers have states too, but only a matter's stage tells an officer anything.
            let is_matter = MATTERS.iter().any(|prefix| receipt.stream.starts_with(prefix));
            let stage = if is_matter { words::stage(out.lang, &receipt.state) } else { String::new() };
            let repeated = match receipt.repeated {
                true => out.either("（重复的请求，未再记录）", "(repeated; nothing was recorded again)"),
                false => "",
            };
            let told = format!("{} {stage} {repeated}", receipt.stream);
            out.line(out.named("已办理：", "done:", told.trim_end()))
        })
    }

    /// What a status means here.
    pub(crate) fn refused(&self, status: &Status) -> Failure {
        let silent = status.details().is_empty();
        match (status.code(), std::error::Error::source(status)) {
            (Code::Unimplemented, _) => Failure::NotServed { server: self.server.clone() },
            (Code::Unavailable | Code::Unknown, Some(cause)) if silent => self.unreachable(cause),
            (Code::Unavailable, None) if silent => Failure::Unreachable {
                server: self.server.clone(),
                cause: status.message().to_owned(),
                request: None,
            },
            _ => refusal(Refusal::from_status(status)),
        }
    }
}

macro_rules! services {
    ($($name:ident: $client:ident::$service:ident)+) => {
        impl Desk {
            $(
                /// The service at the other end.
                pub(crate) async fn $name(&self) -> Result<v1::$client::$service<Channel>, Failure> {
                    let channel = self.channel().await?;
                    Ok(v1::$client::$service::new(channel).accept_compressed(Gzip))
                }
            )+
        }
    };
}

services! {
    session: session_service_client::SessionServiceClient
    directory: directory_service_client::DirectoryServiceClient
    education: education_service_client::EducationServiceClient
    police: police_service_client::PoliceServiceClient
    fire: fire_service_client::FireServiceClient
    inspection: inspection_service_client::InspectionServiceClient
    hazard: hazard_service_client::HazardServiceClient
    campaign: campaign_service_client::CampaignServiceClient
    streams: streams_service_client::StreamsServiceClient
    groups: groups_service_client::GroupsServiceClient
    webhooks: webhooks_service_client::WebhooksServiceClient
    access: access_service_client::AccessServiceClient
    oversight: oversight_service_client::OversightServiceClient
}

/// All calls of one invocation under one W3C trace context: the one whoever runs the program gave it in `TRACEPARENT`, or
/// a new one, so that what an officer did is found together.
fn traced<T>(mut request: Request<T>) -> Request<T> {
    static TRACE: LazyLock<Option<MetadataValue<Ascii>>> = LazyLock::new(|| {
        let given = std::env::var("TRACEPARENT").ok().filter(|given| telemetry::parse(given).is_some());
        given.unwrap_or_else(telemetry::new_traceparent).parse().ok()
    });
    if let Some(trace) = TRACE.clone() {
        request.metadata_mut().insert("traceparent", trace);
    }
    request
}

fn refusal(refusal: Refusal) -> Failure {
    Failure::Refused { refusal: Box::new(refusal), request: None }
}

/// An address with its scheme: what `serve` prints is good enough.
pub(crate) fn address(given: &str, secure: bool) -> String {
    let scheme = if secure { "https" } else { "http" };
    if given.contains("://") { given.to_owned() } else { format!("{scheme}://{given}") }
}

/// The last cause, which says most.
pub(crate) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |error| error.source())
        .last()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// Asks the hub and gives the answer, or the failure in our words.
macro_rules! ask {
    ($desk:expr, $service:ident.$method:ident($request:expr)) => {{
        let request = $desk.signed($request)?;
        match $desk.$service().await?.$method(request).await {
            Ok(answer) => Ok(answer.into_inner()),
            Err(status) => Err($desk.refused(&status)),
        }
    }};
}

/// Sends a command with its request id and time, and shows its receipt.
macro_rules! command {
    ($desk:expr, $service:ident.$method:ident, $order:expr,
     $request:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        let answer = $crate::cli::desk::send!($desk, $service.$method, $order, $request { $($field $(: $value)?),* })?;
        $desk.done(&answer, answer.receipt.as_ref())
    }};
}

/// Sends a command and gives the answer.
macro_rules! send {
    ($desk:expr, $service:ident.$method:ident, $order:expr,
     $request:ident { $($field:ident $(: $value:expr)?),* $(,)? }) => {{
        let order = &$order;
        let id = order.id();
        let request = wire::v1::$request {
            request_id: id.clone(),
            occurred_at: order.at(),
            $($field $(: $value)?),*
        };
        let desk = $desk;
        let sent = async { $crate::cli::desk::ask!(desk, $service.$method(request)) };
        sent.await.map_err(|failure: $crate::cli::failure::Failure| failure.of_request(&id))
    }};
}

pub(crate) use {ask, command, send};
