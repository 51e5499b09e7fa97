//! Bulk intake: a caller streams numbered records, each becomes a command, and each is answered by its number. Never
//! here: what a record means, or a state of a stream that outlives it.
//!
//! Up to [`AT_WORK`] records are under way, so that their appends share commits; no more are read before some are
//! answered, and none while the caller does not take the answers. Records with one key take turns in the order they
//! came. A record that is refused leaves the others alone.
//!
//! Crash story. An answer is given after its append is on disk. Die, or lose the connection, before the answer: the
//! caller sends the record again with its own id, and it counts as repeated if it was written.

use std::future::Future;
use std::hash::{BuildHasher as _, RandomState};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt, TryStreamExt};
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tonic::metadata::MetadataMap;
use tonic::{Request, Status, Streaming};
use wire::Lang;
use wire::refusal::Refusal;
use wire::v1::bulk_outcome::What;
use wire::v1::{BulkFault, BulkOutcome, BulkRecorded, BulkRefused};

use crate::admission::Class;
use crate::caller::Caller;
use crate::handle::Handled;
use crate::refuse;
use crate::shell::Hub;

/// Records of one stream under way at once.
pub const AT_WORK: usize = 512;
/// Largest record, in bytes: what is under way stands in memory.
pub const MAX_RECORD_BYTES: usize = 64 * 1024;
/// Most repeated parts of a record: an empty one takes two bytes on the wire and a hundred in memory.
const MAX_PARTS: usize = 1_000;
/// Keys that may take turns at once; two that share a place wait for each other, which is only slower.
const TURNS: usize = 1_024;
/// How long a caller may send nothing before the stream is given up.
const SILENCE: Duration = Duration::from_secs(300);

/// Faults of what is named and not known, but may be entered yet.
const ENTERED_LATER: [&str; 4] =
    ["UNIT_UNKNOWN", "OFFICER_UNKNOWN", "INSTITUTION_UNKNOWN", "CAMPAIGN_UNKNOWN"];

/// The answers to a stream of records.
pub type Outcomes = Pin<Box<dyn Stream<Item = Result<BulkOutcome, Status>> + Send>>;

/// A record of a bulk intake.
pub trait Numbered: prost::Message + 'static {
    /// The sender's number.
    fn number(&self) -> u64;

    /// What the record is about: records with one key are taken in the order they came.
    fn key(&self) -> &str;

    /// How many repeated parts it has.
    fn parts(&self) -> usize {
        0
    }
}

impl Numbered for wire::v1::ReportInspectionsRequest {
    fn number(&self) -> u64 {
        self.number
    }

    fn key(&self) -> &str {
        self.report.as_ref().map(|report| report.request_id.as_str()).unwrap_or_default()
    }

    fn parts(&self) -> usize {
        let Some(report) = &self.report else { return 0 };
        let papers: usize = report.answers.iter().map(|answer| answer.papers.len()).sum();
        let plan = report.plan.as_ref().map_or(0, |plan| plan.sheets.len() + plan.invited_unit_ids.len());
        report.answers.len() + report.members.len() + papers + plan
    }
}

impl Numbered for wire::v1::WorkHazardsRequest {
    fn number(&self) -> u64 {
        self.number
    }

    /// Steps of one hazard take turns; an opening, which has none yet, waits for nobody.
    fn key(&self) -> &str {
        if self.hazard_id.is_empty() { &self.request_id } else { &self.hazard_id }
    }
}

impl Numbered for wire::v1::SignInspectionsRequest {
    fn number(&self) -> u64 {
        self.number
    }

    fn key(&self) -> &str {
        &self.inspection_id
    }
}

macro_rules! apart {
    ($($record:ident: $parts:ident;)+) => {
        $(
            impl Numbered for wire::v1::$record {
                fn number(&self) -> u64 {
                    self.number
                }

                /// Each is a matter of its own: only the same record sent twice takes turns.
                fn key(&self) -> &str {
                    &self.request_id
                }

                fn parts(&self) -> usize {
                    self.$parts.len()
                }
            }
        )+
    };
}

apart! {
    ReportDispatchesRequest: institution_ids;
    ReportStaffCountsRequest: persons;
}

/// A record that is on disk.
#[derive(Debug, Clone)]
pub struct Taken {
    matter: String,
    token: String,
    repeated: bool,
}

impl<S> From<&Handled<S>> for Taken {
    fn from(handled: &Handled<S>) -> Self {
        let (matter, token) = (handled.stream.to_string(), handled.token().to_string());
        Self { matter, token, repeated: handled.repeated }
    }
}

impl Hub {
    /// Takes a stream of records in the name of its caller, who is looked up anew for each: a session that ends, ends
    /// the stream.
    ///
    /// # Errors
    /// `Identity` at once, and on the stream: who the caller is, and the log being down. Anything else is the answer to
    /// one record.
    pub fn intake<M, Fut>(
        &self,
        request: Request<Streaming<M>>,
        take: impl Fn(Caller, M) -> Fut + Send + Sync + 'static,
    ) -> Result<Outcomes, Refusal>
    where
        M: Numbered,
        Fut: Future<Output = Result<Taken, Refusal>> + Send + 'static,
    {
        let (metadata, _, records) = request.into_parts();
        self.caller(&metadata)?;
        let desk = Arc::new(Desk { hub: self.clone(), metadata, take });
        let (hash, turns) = (RandomState::new(), turns());
        let records = tokio_stream::StreamExt::timeout(records, SILENCE);
        let records = records.map(|next| next.unwrap_or_else(|_| Err(Refusal::Late.into())));
        let under_way = records.map_ok(move |record| {
            let place = usize::try_from(hash.hash_one(record.key()) % TURNS as u64).unwrap_or_default();
            let turn = turns.get(place).cloned().unwrap_or_default();
            let desk = Arc::clone(&desk);
            // A larger one is dropped here, before others come.
            let number = record.number();
            let fits = record.encoded_len() <= MAX_RECORD_BYTES && record.parts() <= MAX_PARTS;
            let record = fits.then_some(record);
            async move {
                let Some(record) = record else { return too_large(number) };
                let mine = turn.lock_owned().await;
                // A task of its own, so that all cores work on one stream, and a place at work is never held by what nobody
                // looks at. It ends when its stream does.
                let mut task = JoinSet::new();
                task.spawn(async move { (desk.one(record).await, mine) });
                match task.join_next().await {
                    Some(Ok((outcome, _))) => outcome,
                    Some(Err(error)) => Err(refuse::internal(&error).into()),
                    None => Err(Refusal::Internal.into()),
                }
            }
        });
        Ok(Box::pin(under_way.try_buffer_unordered(AT_WORK)))
    }
}

fn turns() -> Vec<Arc<Mutex<()>>> {
    std::iter::repeat_with(Arc::default).take(TURNS).collect()
}

/// What every record of one stream meets.
struct Desk<F> {
    hub: Hub,
    metadata: MetadataMap,
    take: F,
}

impl<F> Desk<F> {
    async fn one<M, Fut>(&self, record: M) -> Result<BulkOutcome, Status>
    where
        M: Numbered,
        F: Fn(Caller, M) -> Fut,
        Fut: Future<Output = Result<Taken, Refusal>>,
    {
        let number = record.number();
        let caller = self.hub.caller(&self.metadata)?;
        let _at_work = self.hub.gate.records(&caller.actor.unit.id).turn(Class::Bulk).await?;
        let what = match (self.take)(caller, record).await {
            Ok(Taken { matter, token, repeated }) => {
                let written = BulkRecorded { matter_id: matter, consistency_token: token };
                if repeated { What::Repeated(written) } else { What::Recorded(written) }
            }
            Err(refusal) => What::Refused(refused(refusal)?),
        };
        Ok(BulkOutcome { number, what: Some(what) })
    }
}

fn too_large(number: u64) -> Result<BulkOutcome, Status> {
    let refused = refused(Refusal::TooLarge { limit: MAX_RECORD_BYTES as u64 })?;
    Ok(BulkOutcome { number, what: Some(What::Refused(refused)) })
}

/// The answer to a refused record, or the refusal again when it concerns the whole stream.
fn refused(refusal: Refusal) -> Result<BulkRefused, Status> {
    let not_yet = match &refusal {
        Refusal::Permission | Refusal::Contended | Refusal::NotFound => true,
        Refusal::Shape(violations) => {
            violations.iter().all(|fault| ENTERED_LATER.contains(&fault.reason.as_str()))
        }
        Refusal::Law { .. } | Refusal::TooLarge { .. } => false,
        Refusal::Identity { .. }
        | Refusal::LogDown { .. }
        | Refusal::Late
        | Refusal::TooSlow
        | Refusal::Throttled { .. }
        | Refusal::Overloaded { .. }
        | Refusal::Internal => return Err(refusal.into()),
    };
    let (reason, zh, en) = (refusal.reason().to_owned(), refusal.say(Lang::Zh), refusal.say(Lang::En));
    let violations = if let Refusal::Shape(violations) = refusal { violations } else { Vec::new() };
    let faults = violations.into_iter().map(|violation| BulkFault {
        field: violation.field,
        reason: violation.reason,
        reason_zh: violation.zh,
        reason_en: violation.en,
    });
    Ok(BulkRefused { reason, reason_zh: zh, reason_en: en, faults: faults.collect(), not_yet })
}
