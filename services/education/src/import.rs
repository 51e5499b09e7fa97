//! Importing clues from CSV or JSON Lines: a record becomes the same request as one typed in, and goes the
//! same way. Never here: reading files or lines (that is `hub::import`), or what makes a report sound.
//!
//! A record's command id derives from its source key, division and day of receipt, so the same record imported
//! again, by whomever, in whichever file, changes nothing and counts as repeated. The same source with other
//! content is a bad row, never silently dropped: it may be a report the law demands. Division and day are part
//! of the key because they are part of the clue's id: one source told on two days is two clues, each with events
//! of its own. A record without a source key is known by its content.
//!
//! A report that the law hurries is hurried in a file too: it is taken before the others and in a class of its own, when it is
//! news ([`NEWS`]). A file of years past has nothing that presses, however grave it is.

mod row;
mod same;

use domain::clue::ClueRule;
use domain::decider::Scope;
use domain::ids::ClueId;
use hub::call::{Call, stream_of};
use hub::import::{Fields, News, Part, Taken, Turns, Upload, receive, run};
use hub::{Caller, Hub, mint, refuse};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use wire::flaw::Flaw;
use wire::pressing::report_presses;
use wire::refusal::Refusal;
use wire::v1::import_clues_request as part;
use wire::v1::import_clues_response as news;
use wire::v1::{ImportCluesRequest, ImportCluesResponse};
use wire::violations::{Violation, Violations};

use crate::intake;

/// How long ago a report was received that is still news: longer than any holidays, after which an office sends what came
/// meanwhile.
const NEWS: SignedDuration = SignedDuration::from_hours(10 * 24);
/// Answers kept for a caller who reads slowly.
const AHEAD: usize = 64;

/// What `ImportClues` answers with.
pub(crate) type Answers =
    std::pin::Pin<Box<dyn futures::Stream<Item = Result<ImportCluesResponse, Status>> + Send>>;

/// `ImportClues`.
pub(crate) async fn import(
    hub: &Hub,
    request: Request<Streaming<ImportCluesRequest>>,
) -> Result<Response<Answers>, Status> {
    let caller = hub.caller(request.metadata())?;
    // Who may not report at all sends nothing first.
    hub.allow(&caller, "clue.report", &caller.own())?;
    let upload = receive(hub.gate.records(&caller.actor.unit.id), request.into_inner(), |message| {
        match message.part? {
            part::Part::Options(options) => Some(Part::Options(options)),
            part::Part::Chunk(bytes) => Some(Part::Chunk(bytes)),
        }
    })
    .await?;
    let (tell, told) = mpsc::channel(AHEAD);
    let hub = hub.clone();
    tokio::spawn(async move {
        if let Err(refusal) = all(&hub, caller, &upload, &tell).await {
            // What was recorded stands. A caller who has gone does not hear this.
            let _ = tell.send(Err(refusal.into())).await;
        }
    });
    let answers = ReceiverStream::new(told).map(|one| one.map(answer));
    Ok(Response::new(Box::pin(answers)))
}

fn answer(told: News) -> ImportCluesResponse {
    let news = match told {
        News::BadRow(row) => news::News::BadRow(row),
        News::Progress(figures) => news::News::Progress(figures),
        News::Done(summary) => news::News::Done(summary),
    };
    ImportCluesResponse { news: Some(news) }
}

/// The members that never hold anything personal: their values are shown beside their faults.
const PLAIN: [&str; 10] = [
    "channel",
    "category",
    "situation",
    "urgency",
    "minor",
    "harm",
    "division",
    "institution",
    "received_at",
    "source",
];

/// Takes every record of the file in the name of one officer.
///
/// # Errors
/// What concerns the whole import: the log is down, the officer may not report here.
pub(crate) async fn all(
    hub: &Hub,
    caller: Caller,
    upload: &Upload,
    tell: &mpsc::Sender<Result<News, Status>>,
) -> Result<(), Refusal> {
    let import = Import { hub, caller, dry: upload.options.dry_run, turns: Turns::default() };
    // One moment for the whole file, so that a record presses or does not however often this is asked.
    let (dry, now) = (upload.options.dry_run, hub.time.now());
    let hurried = move |fields: &Fields| !dry && presses(fields, now);
    run(upload, tell, &PLAIN, hurried, |fields| import.take(fields)).await
}

/// Whether a record is news that the law hurries. One with faults is refused whichever it is.
fn presses(fields: &Fields, now: Timestamp) -> bool {
    let (request, _) = row::request(fields);
    let oldest = now.checked_sub(NEWS).map_or(0, Timestamp::as_second);
    let received = request.received_at.as_ref().map_or(0, |at| at.seconds);
    received >= oldest && report_presses(&request, mint::beijing_day(now))
}

struct Import<'a> {
    hub: &'a Hub,
    caller: Caller,
    dry: bool,
    turns: Turns,
}

impl Import<'_> {
    async fn take(&self, fields: Fields) -> Result<Taken, Refusal> {
        let (mut request, mut faults) = row::request(&fields);
        let told = intake::told(self.hub, &request, &mut faults).await?;
        let id = id(told.as_ref(), &fields)?;
        request.request_id = id.to_string();
        let call = self.hub.call_of(self.caller.clone(), &request, &mut faults);
        first_of_each(faults)?;
        let (Some(call), Some(told)) = (call, told) else {
            return Err(refuse::internal(&"a record without faults gave no clue"));
        };
        let turn = self.turns.of(id);
        let _mine = turn.lock().await;
        if self.dry {
            return self.look(&call, &told).await;
        }
        let handled = intake::write_down(self.hub, &call, &told).await?;
        if handled.repeated { self.again(&call, &told).await } else { Ok(Taken::New(handled.token())) }
    }

    /// What would become of a sound record.
    async fn look(&self, call: &Call, told: &intake::Told) -> Result<Taken, Refusal> {
        let scope = Scope { division: Some(told.division), ..Scope::default() }.with(&told.units.owner);
        self.hub.allow(&call.caller, "clue.report", &scope)?;
        let stream = stream_of(&clue_of(call, told))?;
        let (state, _) = self.hub.state::<ClueRule>(&stream).await.map_err(refuse::handle)?;
        if state.clue().is_some() { self.again(call, told).await } else { Ok(Taken::Dry) }
    }

    /// A record whose clue is there: a repetition, or another matter under a source that is taken.
    async fn again(&self, call: &Call, told: &intake::Told) -> Result<Taken, Refusal> {
        let clue = clue_of(call, told);
        if same::recorded(self.hub, &stream_of(&clue)?, told).await? {
            return Ok(Taken::Repeated);
        }
        let flaw = Flaw::new("SOURCE_TAKEN").with("clue", clue);
        Err(Refusal::Shape(vec![Violation::new("source", &flaw)]))
    }
}

fn clue_of(call: &Call, told: &intake::Told) -> ClueId {
    mint::clue_id(call.id, told.division, told.received)
}

/// The command's id: of source, division and day, else of the content. A record with faults is never recorded.
fn id(told: Option<&intake::Told>, fields: &Fields) -> Result<Uuid, Refusal> {
    let keyed = told.and_then(|told| Some((told, told.source.as_ref()?)));
    let text = if let Some((told, source)) = keyed {
        format!("source/{}/{}/{source}", told.division, mint::beijing_day(told.received))
    } else {
        let content = serde_json::to_string(fields).map_err(|error| refuse::internal(&error))?;
        format!("content/{content}")
    };
    Ok(Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
}

/// Refuses with the first fault of every field: a word nobody knows is not also a missing one.
fn first_of_each(faults: Violations) -> Result<(), Refusal> {
    let mut found: Vec<Violation> = Vec::new();
    for violation in faults.into_found() {
        if !found.iter().any(|known| known.field == violation.field) {
            found.push(violation);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Refusal::Shape(found)) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_mandatory_report_of_these_days_presses_and_one_of_years_past_does_not() {
        let now = "2026-11-23T01:00:00Z".parse().unwrap();
        let hurried = |more: &str| {
            let record = format!(r#"{{"category":"fee-fraud","urgency":"U3"{more}}}"#);
            presses(&serde_json::from_str(&record).unwrap(), now)
        };
        let hurt = r#","minor":"under14","harm":["injury"]"#;
        let friday = r#","received_at":"2026-11-20T16:00:00+08:00""#;
        assert!(hurried(&[hurt, friday].concat()));
        assert!(!hurried(friday), "nobody is harmed");
        assert!(!hurried(&[hurt, r#","received_at":"2024-05-06T10:00:00+08:00""#].concat()));
        assert!(!hurried(hurt), "nobody says when");
    }
}
