//! Importing clues from CSV or JSON Lines: a record becomes the same request as one typed in, and goes the
//! same way. Never here: reading files or lines (that is `hub::import`), or what makes a report sound.
//!
//! A record's command id derives from the unit and the record's source key, so the same record imported
//! again, in whichever file, on whichever day, changes nothing and counts as repeated. A record without a
//! source key is known by the import's own id and its content: sending the import again is harmless.

mod row;

use domain::clue::ClueRule;
use domain::decider::Scope;
use hub::call::{Call, stream_of};
use hub::import::{Fields, News, Part, Taken, Turns, receive, run};
use hub::{Caller, Hub, mint, refuse};
use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, Streaming};
use uuid::Uuid;
use wire::refusal::Refusal;
use wire::v1::import_clues_request as part;
use wire::v1::import_clues_response as news;
use wire::v1::{ImportCluesRequest, ImportCluesResponse, ImportOptions, ReportClueRequest};
use wire::violations::Violations;

use crate::intake;

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
    let (options, bytes) = receive(request.into_inner(), |message| match message.part? {
        part::Part::Options(options) => Some(Part::Options(options)),
        part::Part::Chunk(bytes) => Some(Part::Chunk(bytes)),
    })
    .await?;
    let (tell, told) = mpsc::channel(AHEAD);
    let hub = hub.clone();
    tokio::spawn(async move {
        if let Err(refusal) = all(&hub, caller, &options, &bytes, &tell).await {
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
    options: &ImportOptions,
    bytes: &[u8],
    tell: &mpsc::Sender<Result<News, Status>>,
) -> Result<(), Refusal> {
    let import = Import { hub, caller, options, turns: Turns::default() };
    run(options, bytes, tell, &PLAIN, |fields| import.take(fields)).await
}

struct Import<'a> {
    hub: &'a Hub,
    caller: Caller,
    options: &'a ImportOptions,
    turns: Turns,
}

impl Import<'_> {
    async fn take(&self, fields: Fields) -> Result<Taken, Refusal> {
        let (mut request, mut faults) = row::request(&fields);
        let id = self.id(&request, &fields)?;
        request.request_id = id.to_string();
        let call = self.hub.call_of(self.caller.clone(), &request, &mut faults);
        let told = intake::told(self.hub, &request, &mut faults).await?;
        first_of_each(faults)?;
        let (Some(call), Some(told)) = (call, told) else {
            return Err(refuse::internal(&"a record without faults gave no clue"));
        };
        let turn = self.turns.of(id);
        let _mine = turn.lock().await;
        if self.options.dry_run {
            return self.look(&call, &told).await;
        }
        let handled = intake::write_down(self.hub, &call, &told).await?;
        Ok(if handled.repeated { Taken::Repeated } else { Taken::New(handled.token()) })
    }

    /// What would become of a sound record.
    async fn look(&self, call: &Call, told: &intake::Told) -> Result<Taken, Refusal> {
        let scope = Scope { division: Some(told.division), ..Scope::default() }.with(&told.units.owner);
        self.hub.allow(&call.caller, "clue.report", &scope)?;
        let stream = stream_of(&mint::clue_id(call.id, told.division, told.received))?;
        let (state, _) = self.hub.state::<ClueRule>(&stream).await.map_err(refuse::handle)?;
        Ok(if state.clue().is_some() { Taken::Repeated } else { Taken::Dry })
    }

    /// The command's id: of the source key, else of this import and the record's content.
    fn id(&self, request: &ReportClueRequest, fields: &Fields) -> Result<Uuid, Refusal> {
        let source = request.source.trim();
        let text = if source.is_empty() {
            let content = serde_json::to_string(fields).map_err(|error| refuse::internal(&error))?;
            format!("import/{}/{content}", self.options.request_id)
        } else {
            format!("source/{}/{source}", self.caller.actor.unit.id)
        };
        Ok(Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
    }
}

/// Refuses with the first fault of every field: a word nobody knows is not also a missing one.
fn first_of_each(faults: Violations) -> Result<(), Refusal> {
    let mut found: Vec<wire::Violation> = Vec::new();
    for violation in faults.into_found() {
        if !found.iter().any(|known| known.field == violation.field) {
            found.push(violation);
        }
    }
    if found.is_empty() { Ok(()) } else { Err(Refusal::Shape(found)) }
}
