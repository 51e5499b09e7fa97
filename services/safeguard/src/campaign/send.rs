//! Sending records in the name of their officers: a stream of its own for every officer and kind, many at once, answers
//! matched by number. What a broken connection left unanswered is sent again; what cannot be recorded yet comes again
//! after the rest. Never here: what a record says, or when it is due.

use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use futures::{StreamExt, TryStreamExt, stream};
use hub::Hub;
use jiff::{SignedDuration, Timestamp};
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Response, Status};
use wire::v1::bulk_outcome::What;
use wire::v1::education_service_client::EducationServiceClient;
use wire::v1::upload_paper_request::Part;
use wire::{Lang, v1};

use super::kinds::Kind;
use super::told::{Told, reason};
use crate::world::{Bearer, said};

/// Connections to the hub.
const CHANNELS: usize = 4;
/// Streams under way at once.
const AT_ONCE: usize = 48;
/// How often a stream that broke is opened again without a single answer in between.
const ATTEMPTS: usize = 5;
/// The pause before the first of these.
const BROKEN: Duration = Duration::from_millis(50);
/// Rounds without any success after which what cannot be recorded yet is left for later.
const VAIN: usize = 2;
/// The pause before the first of these: the hub opens a hazard a moment after its visit was recorded.
const EARLY: Duration = Duration::from_millis(5);
/// How long before its end a token is not used any more.
const BEFORE_THE_END: SignedDuration = SignedDuration::from_hours(1);
/// What a photograph of the simulation holds.
const PHOTOGRAPH: &[u8] = b"\xFF\xD8\xFF\xE0 safeguard: a photograph of a simulated campaign \xFF\xD9";

/// A connection that speaks for one officer.
pub(super) type Line = InterceptedService<Channel, Bearer>;

/// What a record is sent with.
#[derive(Debug, Clone, Default)]
pub(super) struct Beside {
    /// The campaign's id.
    pub(super) campaign: String,
    /// Hash of a photograph, for what must be shown.
    pub(super) photograph: String,
}

/// A record that was put off, and why.
#[derive(Debug, Clone)]
pub(super) struct Put<K> {
    pub(super) record: K,
    pub(super) why: String,
}

/// Sends for everybody; cheap to clone.
#[derive(Clone)]
pub(super) struct Sender {
    hub: Hub,
    channels: Arc<[Channel]>,
    lines: Arc<Mutex<HashMap<String, (Line, Timestamp)>>>,
    photographs: Arc<Mutex<HashMap<String, String>>>,
    pub(super) told: Arc<Told>,
}

impl Sender {
    /// Sends to a hub in this process at an address, which may be that of something in between.
    ///
    /// # Errors
    /// The address makes no endpoint.
    pub(super) fn new(hub: &Hub, address: SocketAddr, told: Arc<Told>) -> anyhow::Result<Self> {
        let endpoint = Endpoint::from_shared(format!("http://{address}"))?.tcp_nodelay(true);
        let channels = std::iter::repeat_with(|| endpoint.connect_lazy()).take(CHANNELS).collect();
        let (lines, photographs) = (Arc::default(), Arc::default());
        Ok(Self { hub: hub.clone(), channels, lines, photographs, told })
    }

    /// The line of an officer, on a token made in this process that holds for a while yet.
    ///
    /// # Errors
    /// The id is none, or no token can be made.
    pub(super) fn line(&self, officer: &str) -> anyhow::Result<Line> {
        let now = self.hub.time.now();
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((line, _)) = lines.get(officer).filter(|(_, until)| *until > now) {
            return Ok(line.clone());
        }
        let issued = self.hub.tokens.issue(&officer.parse()?, now)?;
        // The same officer always takes the same connection.
        let place = officer.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let channel = self.channels.get(place % CHANNELS).context("there is no connection")?;
        let line = InterceptedService::new(channel.clone(), Bearer::new(&issued.text)?);
        let until = issued.expires.checked_sub(BEFORE_THE_END)?;
        let _ = lines.insert(officer.to_owned(), (line.clone(), until));
        Ok(line)
    }

    /// Sends records and gives back those that may be recorded later, each with why it was not now.
    ///
    /// # Errors
    /// The hub cannot be reached, or ended a stream for another reason than a record.
    pub(super) async fn send<K: Kind>(&self, all: Vec<K>, campaign: &str) -> anyhow::Result<Vec<Put<K>>> {
        let (mut pauses, mut before) = (pauses(EARLY, VAIN), all.len());
        let mut left = if all.is_empty() { Vec::new() } else { self.round(all, campaign).await? };
        while !left.is_empty() {
            if left.len() < before {
                pauses = self::pauses(EARLY, VAIN);
            }
            let Some(pause) = pauses.next() else { break };
            before = left.len();
            tokio::time::sleep(pause).await;
            left = self.round(left.into_iter().map(|put| put.record).collect(), campaign).await?;
        }
        Ok(left)
    }

    /// Everything once: what others build upon in the first wave.
    async fn round<K: Kind>(&self, records: Vec<K>, campaign: &str) -> anyhow::Result<Vec<Put<K>>> {
        let mut waves: BTreeMap<u8, BTreeMap<String, Vec<K>>> = BTreeMap::new();
        for record in records {
            let officers = waves.entry(record.wave()).or_default();
            officers.entry(record.head().by.clone()).or_default().push(record);
        }
        let mut left = Vec::new();
        for officers in waves.into_values() {
            let sent = stream::iter(officers)
                .map(|(officer, records)| async move { self.desk(&officer, records, campaign).await })
                .buffer_unordered(AT_ONCE);
            left.extend(sent.try_collect::<Vec<Vec<Put<K>>>>().await?.into_iter().flatten());
        }
        Ok(left)
    }

    /// One officer's records on one stream, until each is answered.
    async fn desk<K: Kind>(
        &self,
        officer: &str,
        records: Vec<K>,
        campaign: &str,
    ) -> anyhow::Result<Vec<Put<K>>> {
        let line = self.line(officer)?;
        let photograph = match records.iter().any(Kind::shown) {
            true => self.photograph(officer, &line).await.with_context(|| officer.to_owned())?,
            false => String::new(),
        };
        let beside = Beside { campaign: campaign.to_owned(), photograph };
        let mut open: BTreeMap<u64, K> = (1..).zip(records).collect();
        let (mut later, mut pauses) = (Vec::new(), pauses(BROKEN, ATTEMPTS));
        while !open.is_empty() {
            let before = open.len();
            let broken = match self.once(&line, &beside, (&mut open, &mut later)).await {
                Ok(()) => Status::unavailable("the stream ended early"),
                Err(broken) if passing(&broken) => broken,
                Err(status) => bail!("{officer} {}: {}", K::FILE, said(&status, Lang::En)),
            };
            if open.is_empty() {
                break;
            }
            if open.len() < before {
                pauses = self::pauses(BROKEN, ATTEMPTS);
            }
            let Some(pause) = pauses.next() else { bail!("{officer} {}: {broken}", K::FILE) };
            self.told.broke(K::FILE);
            tokio::time::sleep(pause).await;
        }
        Ok(later)
    }

    /// Sends what is open and takes the answers.
    async fn once<K: Kind>(
        &self,
        line: &Line,
        beside: &Beside,
        (open, later): (&mut BTreeMap<u64, K>, &mut Vec<Put<K>>),
    ) -> Result<(), Status> {
        let requests: Vec<K::Request> =
            open.iter().map(|(number, record)| record.request(*number, beside)).collect();
        self.told.sent(K::FILE, requests.len());
        let mut answers = K::open(line.clone(), requests).await?;
        while let Some(answer) = answers.message().await? {
            let Some(outcome) = K::outcome(answer) else { continue };
            let Some(record) = open.remove(&outcome.number) else { continue };
            match outcome.what {
                Some(What::Recorded(_)) => self.told.recorded(K::FILE),
                Some(What::Repeated(_)) => self.told.repeated(K::FILE),
                Some(What::Refused(refused)) if K::may_come_later(&refused) => {
                    self.told.put_off(K::FILE);
                    later.push(Put { record, why: reason(&refused) });
                }
                Some(What::Refused(refused)) => self.told.refused(K::FILE, &reason(&refused)),
                None => {}
            }
        }
        Ok(())
    }

    /// A photograph of the officer's, uploaded before the first record that needs one.
    ///
    /// # Errors
    /// It cannot be uploaded.
    pub(super) async fn photograph(&self, officer: &str, line: &Line) -> anyhow::Result<String> {
        let known = self.photographs.lock().unwrap_or_else(PoisonError::into_inner).get(officer).cloned();
        if let Some(hash) = known {
            return Ok(hash);
        }
        let options = v1::UploadPaperOptions { kind: v1::PaperKind::Evidence.into(), matter: String::new() };
        let parts = [Part::Options(options), Part::Chunk(PHOTOGRAPH.to_vec())];
        let parts = parts.map(|part| v1::UploadPaperRequest { part: Some(part) });
        let answer = ask!(EducationServiceClient::new(line.clone()), upload_paper, stream::iter(parts));
        let hash = answer.map_err(|status| anyhow!(said(&status, Lang::En)))?.hash;
        let mut all = self.photographs.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = all.insert(officer.to_owned(), hash.clone());
        Ok(hash)
    }
}

/// Asks, and asks again when the connection broke: every request bears an id of its own, or only reads.
///
/// # Errors
/// What the hub said, or how the connection broke in the end.
pub(super) async fn patiently<T, F>(mut ask: impl FnMut() -> F) -> Result<T, Status>
where
    F: Future<Output = Result<Response<T>, Status>>,
{
    let mut pauses = pauses(BROKEN, ATTEMPTS);
    loop {
        let status = match ask().await {
            Ok(answer) => return Ok(answer.into_inner()),
            Err(status) => status,
        };
        match pauses.next().filter(|_| passing(&status)) {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return Err(status),
        }
    }
}

/// The pauses before so many tries, each twice the one before.
pub(super) fn pauses(first: Duration, tries: usize) -> impl Iterator<Item = Duration> {
    std::iter::successors(Some(first), |last| last.checked_mul(2)).take(tries)
}

/// One call on a client with a request, asked patiently.
macro_rules! ask {
    ($client:expr, $method:ident, $request:expr) => {{
        let (client, request) = ($client, $request);
        $crate::campaign::send::patiently(|| {
            let (mut client, request) = (client.clone(), request.clone());
            async move { client.$method(request).await }
        })
        .await
    }};
}
pub(super) use ask;

/// Whether the connection broke, rather than the hub refusing the stream.
pub(super) fn passing(status: &Status) -> bool {
    match status.code() {
        Code::Unavailable | Code::Unknown | Code::Cancelled | Code::Internal | Code::Aborted => true,
        Code::Ok
        | Code::InvalidArgument
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::DataLoss
        | Code::Unauthenticated => false,
    }
}
