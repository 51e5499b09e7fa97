//! `POST /streams/{stream}`: from a body to an atomic write and its answer.
//! Must never be here: whether the stream is where it is expected to be.

use hyper::header::LOCATION;
use uuid::Uuid;

use super::ask::{Ask, BadHeader, Media, encoded};
use super::expected::{INVALID, Verdict, append};
use super::faults::{Fault, OldLeader};
use super::json::Json;
use super::reply::{Dropped, Reply};
use super::seat::Seat;
use super::store::Draft;

/// The most one event's data and metadata may have.
const MAX_EVENT: usize = 4 * 1024 * 1024;
/// Beyond this the web server stops reading, and an empty answer comes.
const MAX_BODY: usize = 30_000_000;
/// The forms an append may have, and its answer.
pub const FORMS: [Media; 7] = [
    Media::Description,
    Media::Xml,
    Media::AtomJson,
    Media::Json,
    Media::EventJson,
    Media::EventsJson,
    Media::Raw,
];

/// A write that was understood.
pub struct Write {
    pub stream: String,
    pub expected: i64,
    pub drafts: Vec<Draft>,
}

/// Reads what shall be written. `id` stands in the path of an idempotent post; `kind` is fixed for metadata.
pub fn understood(
    seat: &Seat,
    ask: &Ask,
    stream: &str,
    id: Option<Uuid>,
    kind: Option<&str>,
) -> Result<Write, Box<Reply>> {
    let header = |bad: BadHeader| Box::new(Reply::from(bad));
    let media = ask.content_type().filter(|media| FORMS.contains(media));
    let media = media.ok_or_else(|| Box::new(Reply::plain(415, "Invalid or missing Content-Type", "")))?;
    let batch = matches!(media, Media::EventJson | Media::EventsJson | Media::AtomJson);
    let kind = kind.or(ask.own("EventType"));
    if !batch && kind.is_none() {
        let told = "Must include an event type with the request either in body or as header.";
        return Err(Box::new(Reply::bad(told)));
    }
    let shown = ask.parsed::<Uuid>("EventId").map_err(header)?;
    if shown.is_some_and(|id| id.is_nil()) {
        return Err(header(BadHeader("EventId")));
    }
    let id = id.or(shown);
    let expected = ask.expected().map_err(header)?;
    if !batch && id.is_none() {
        let path = ask.target.split('?').next().unwrap_or_default();
        return Err(Box::new(Reply::redirect(&format!(
            "{}{path}/incoming/{}",
            seat.base(ask),
            Uuid::now_v7()
        ))));
    }
    if ask.body.len() > MAX_BODY {
        return Err(Box::new(Reply::plain(200, "OK", "")));
    }
    let drafts = drafts(ask, media, id, kind).map_err(|why| Box::new(Reply::bad(&why)))?;
    Ok(Write { stream: stream.to_owned(), expected, drafts })
}

fn drafts(ask: &Ask, media: Media, id: Option<Uuid>, kind: Option<&str>) -> Result<Vec<Draft>, String> {
    let one = |json: bool| {
        let (id, kind) = (id.unwrap_or_default(), kind.unwrap_or_default().to_owned());
        Ok(vec![Draft { id, kind, json, bytes: ask.body.to_vec(), metadata: Vec::new() }])
    };
    match media {
        Media::Json => one(true),
        Media::Raw => one(false),
        Media::EventJson | Media::EventsJson | Media::AtomJson => batch(&ask.body),
        Media::Description | Media::Xml | Media::Html => Err("The fake speaks no XML.".to_owned()),
    }
}

fn batch(body: &[u8]) -> Result<Vec<Draft>, String> {
    let parsed = std::str::from_utf8(body).ok().and_then(Json::parse);
    let Some(Json::List(entries)) = parsed else { return Err("Write request body invalid.".to_owned()) };
    if entries.is_empty() {
        return Err("Write request body invalid.".to_owned());
    }
    entries.iter().map(draft).collect()
}

fn draft(entry: &Json) -> Result<Draft, String> {
    let Json::Members(_) = entry else { return Err("Write request body invalid.".to_owned()) };
    let text = |name: &str| entry.member(name).and_then(Json::text);
    let id = text("eventId").map_or(Ok(Uuid::nil()), str::parse);
    let id = id.map_err(|_| "Write request body invalid.".to_owned())?;
    if id.is_nil() {
        return Err("Empty eventId provided.".to_owned());
    }
    let kind = text("eventType").filter(|kind| !kind.is_empty()).ok_or("Empty eventType provided.")?;
    let payload = |name: &str| entry.member(name).map_or((Vec::new(), false), Json::payload);
    let ((bytes, one), (metadata, other)) = (payload("data"), payload("metadata"));
    Ok(Draft { id, kind: kind.to_owned(), json: one || other, bytes, metadata })
}

/// Writes, or fails as the script wants it.
pub async fn post(seat: &Seat, ask: &Ask, write: Write) -> Result<Reply, Dropped> {
    if let Err(elsewhere) = seat.may_serve(ask, true) {
        return Ok(*elsewhere);
    }
    let state = &seat.state;
    let fault = state.faults().next_append();
    match fault {
        Fault::Served => Ok(commit(seat, ask, write)),
        Fault::Refused { retry_after } => Ok(Reply::not_ready(retry_after)),
        Fault::TimedOut => {
            state.pass(state.seconds(10)).await;
            Ok(Reply::timed_out())
        }
        Fault::Failed => Ok(Reply::failed("Write timeout")),
        Fault::Dropped => Err(Dropped),
        Fault::SentTo(authority) => Ok(seat.sent_to(ask, &authority)),
        Fault::CommittedThenFailed => {
            commit(seat, ask, write);
            Ok(Reply::failed("Write timeout"))
        }
        Fault::CommittedThenDropped => {
            commit(seat, ask, write);
            Err(Dropped)
        }
        Fault::CommittedThenTimedOut => {
            commit(seat, ask, write);
            state.pass(state.seconds(10)).await;
            Ok(Reply::timed_out())
        }
        Fault::CommittedThenEmpty => {
            commit(seat, ask, write);
            Ok(Reply::plain(200, "OK", ""))
        }
        Fault::Succession { to, old } => {
            if old == OldLeader::CommitsAndDies {
                commit(seat, ask, write);
                seat.die();
            }
            state.members().lead(Some(to));
            Err(Dropped)
        }
    }
}

fn commit(seat: &Seat, ask: &Ask, write: Write) -> Reply {
    if write.expected == INVALID {
        // Refused in a callback that answers nothing sensible.
        return Reply::plain(200, "OK", "");
    }
    let state = &seat.state;
    let too_big = write.drafts.iter().any(|draft| draft.bytes.len() + draft.metadata.len() > MAX_EVENT);
    let verdict = {
        let mut members = state.members();
        let mut store = state.store();
        let leader = members.leader.unwrap_or(seat.index);
        let remembered = &mut members.all[leader].remembered;
        append(&mut store, remembered, &write.stream, write.expected, write.drafts)
    };
    state.changed();
    if too_big {
        // The server says so and does not return: the write is published all the same.
        return Reply::plain(413, "Request Entity Too Large. Maximum is 4194304 bytes", "");
    }
    match verdict {
        Verdict::Stands { first } => {
            let place = format!("{}/streams/{}/{first}", seat.base(ask), encoded(&write.stream));
            Reply::plain(201, "Created", "").with(LOCATION, &place)
        }
        Verdict::Conflict { actual } => Reply::plain(400, "Wrong expected EventNumber", "").own(
            state.shape.spelling,
            "CurrentVersion",
            &actual.to_string(),
        ),
        Verdict::Deleted => Reply::gone("Stream deleted"),
    }
}
