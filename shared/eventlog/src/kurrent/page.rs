//! A page of a stream as the cluster writes it, in Atom as JSON with `embed=body`.
//!
//! Every page lists the newest entry first, also when read forward. An entry whose event was truncated or
//! deleted has no fields but the plain Atom ones (servers up to 26.1.0) or nil and null ones (later
//! servers), so every field is optional here. Links name a host nobody asked for: only the number in
//! their path is taken.
//!
//! Must never be here: a request, or an event made up for a number that has none.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::stored;
use crate::event::{self, JsonObject, Recorded};
use crate::stream::{Revision, StreamName};

/// Entries in the order of the stream, and where it goes on.
#[derive(Debug)]
pub(super) struct Page {
    /// Oldest first.
    pub(super) entries: Vec<Entry>,
    /// The number to read next, forward. None at the end, when nothing stands there yet.
    pub(super) next: Option<u64>,
    /// The number to read next, backward.
    pub(super) older: Option<u64>,
    /// Nothing followed when the page was read.
    pub(super) at_end: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Feed {
    #[serde(default)]
    head_of_stream: bool,
    #[serde(default)]
    links: Vec<Link>,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Link {
    uri: String,
    relation: String,
}

/// An event, or what is left of one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(default)]
    updated: Option<String>,
    #[serde(default)]
    event_id: Option<Uuid>,
    #[serde(default)]
    event_type: Option<String>,
    #[serde(default)]
    event_number: Option<i64>,
    #[serde(default)]
    stream_id: Option<String>,
    #[serde(default)]
    data: Option<String>,
    #[serde(default)]
    meta_data: Option<String>,
    #[serde(default)]
    position_event_number: Option<i64>,
}

/// What an entry stands for.
pub(super) enum Found {
    /// An event of this log, at this number of the stream that was read.
    Event { number: u64, event: Recorded },
    /// A link to an event that is no more.
    Nothing,
    /// An event that no client of ours can have written.
    Foreign { number: Option<u64>, why: String },
}

impl Page {
    pub(super) fn parse(body: &[u8]) -> Result<Self, String> {
        let mut feed: Feed = serde_json::from_slice(body).map_err(|error| {
            // Not the error's own text: it may quote what it stumbled over.
            format!("a page that is none, at byte {} of {}", error.column(), body.len())
        })?;
        feed.entries.reverse();
        let link = |relation: &str, direction: &str| {
            let link = feed.links.iter().find(|link| link.relation == relation)?;
            number_before(&link.uri, direction)
        };
        Ok(Self {
            next: link("previous", "forward"),
            older: link("next", "backward"),
            at_end: feed.head_of_stream,
            entries: feed.entries,
        })
    }

    /// The number behind the last entry.
    pub(super) fn end(&self) -> Option<u64> {
        let last = self.entries.iter().rev().find_map(Entry::number);
        last.map(|last| last + 1).max(self.next)
    }
}

/// The number in `.../{number}/{direction}/{count}`.
fn number_before(uri: &str, direction: &str) -> Option<u64> {
    let path = uri.split(['?', '#']).next()?;
    let mut parts = path.rsplit('/').skip(1);
    if parts.next()? != direction {
        return None;
    }
    parts.next()?.parse().ok()
}

impl Entry {
    pub(super) const fn id(&self) -> Option<Uuid> {
        self.event_id
    }

    /// When the cluster wrote the event, or the link that led to it.
    pub(super) fn updated(&self) -> Option<Timestamp> {
        self.updated.as_ref()?.parse().ok()
    }

    /// The event's number in its own stream.
    pub(super) fn revision(&self) -> Option<u64> {
        u64::try_from(self.event_number?).ok()
    }

    /// The entry's number in the stream that was read.
    fn number(&self) -> Option<u64> {
        u64::try_from(self.position_event_number?).ok()
    }

    /// Takes the entry for an event of the log with this name.
    pub(super) fn found(self, log: &str) -> Found {
        let number = self.number();
        let (Some(id), Some(kind), Some(full)) = (self.event_id, &self.event_type, &self.stream_id) else {
            return Found::Nothing;
        };
        if id.is_nil() {
            return Found::Nothing;
        }
        let foreign = |why: String| Found::Foreign { number, why };
        let stream = full.strip_prefix(log).and_then(|rest| rest.strip_prefix('-')).map(StreamName::parse);
        let Some(Ok(stream)) = stream else {
            return foreign("its stream is none of this log".to_owned());
        };
        if !event::kind_is_valid(kind) {
            return foreign("its kind is malformed".to_owned());
        }
        let (Some(number), Some(revision), Some(updated)) = (number, self.revision(), self.updated()) else {
            return foreign("it has no number or no time".to_owned());
        };
        let kind = kind.clone();
        match payload(&self, updated) {
            Ok((data, metadata, recorded_at)) => {
                let revision = Revision::new(revision);
                let event = Recorded { stream, revision, id, kind, data, metadata, recorded_at };
                Found::Event { number, event }
            }
            Err(why) => foreign(why),
        }
    }
}

fn payload(entry: &Entry, updated: Timestamp) -> Result<(JsonObject, JsonObject, Timestamp), String> {
    let data = entry.data.as_deref().ok_or("its data is no JSON")?;
    let data = JsonObject::parse(data).map_err(|error| format!("its data is {error}"))?;
    let metadata = match entry.meta_data.as_deref() {
        None | Some("") => JsonObject::empty(),
        Some(text) => JsonObject::parse(text).map_err(|error| format!("its metadata is {error}"))?,
    };
    let (metadata, recorded_at) = stored::without_time(metadata)?;
    // Without it another program wrote the event: then the cluster's time is the best there is.
    let recorded_at = recorded_at.unwrap_or(updated);
    // To the microsecond, as every backend keeps it; the cluster knows a digit more.
    let recorded_at = Timestamp::from_microsecond(recorded_at.as_microsecond()).unwrap_or(recorded_at);
    Ok((data, metadata, recorded_at))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    const ID: &str = "0197a3a0-0000-7000-8000-000000000001";

    fn page(entries: &str, links: &str) -> Page {
        let text = format!(
            r#"{{"title":"x","streamId":"$ce-safeguard","headOfStream":false,"links":[{links}],"entries":[{entries}]}}"#
        );
        Page::parse(text.as_bytes()).unwrap()
    }

    fn resolved(number: u64, revision: u64) -> String {
        format!(
            r#"{{"title":"a","id":"http://x","updated":"2026-07-24T10:11:12.1234567Z","summary":"$>","links":[],
            "eventId":"{ID}","eventType":"Marked","eventNumber":{revision},"streamId":"safeguard-a-b",
            "isJson":true,"data":"{{\n  \"mark\": \"m\"\n}}","metaData":null,
            "positionEventNumber":{number},"positionStreamId":"$ce-safeguard"}}"#
        )
    }

    #[test]
    fn pages_are_turned_round_and_links_give_numbers_whatever_their_host() {
        let links = r#"{"uri":"https://elsewhere:1/streams/%24ce-safeguard/12/forward/500","relation":"previous"},
                       {"uri":"http://x/streams/%24ce-safeguard/9/backward/500","relation":"next"}"#;
        let page = page(&format!("{},{}", resolved(11, 4), resolved(10, 3)), links);
        assert_eq!((page.next, page.older, page.end(), page.at_end), (Some(12), Some(9), Some(12), false));
        let mut seen = Vec::new();
        for entry in page.entries {
            let Found::Event { number, event } = entry.found("safeguard") else { panic!("an event") };
            assert_eq!(event.stream.as_str(), "a-b");
            assert_eq!(event.recorded_at.to_string(), "2026-07-24T10:11:12.123456Z");
            assert_eq!(event.metadata, JsonObject::empty());
            seen.push((number, event.revision.get()));
        }
        assert_eq!(seen, [(10, 3), (11, 4)]);
    }

    #[test]
    fn entries_without_an_event_are_nothing_in_either_shape() {
        let old = r#"{"title":"3@$ce-safeguard","updated":"2026-07-24T10:11:12Z","summary":"$>","links":[]}"#;
        let new = r#"{"title":"4@$ce-safeguard","updated":"2026-07-24T10:11:12Z","summary":"$>",
            "eventId":"00000000-0000-0000-0000-000000000000","eventType":null,"streamId":null,"data":null,
            "eventNumber":-1,"positionEventNumber":4,"positionStreamId":"$ce-safeguard"}"#;
        let page = page(&format!("{new},{old}"), "");
        assert_eq!(page.end(), Some(5));
        for entry in page.entries {
            assert!(matches!(entry.found("safeguard"), Found::Nothing));
        }
    }

    #[test]
    fn what_no_client_of_ours_wrote_is_foreign() {
        for (right, wrong) in [
            ("safeguard-a-b", "other-a"),
            ("safeguard-a-b", "safeguard-a b"),
            ("\"Marked\"", "\"$metadata\""),
            (r#""{\n  \"mark\": \"m\"\n}""#, "null"),
            (r#""{\n  \"mark\": \"m\"\n}""#, r#""[1]""#),
            ("\"metaData\":null", r#""metaData":"3""#),
        ] {
            let text = resolved(1, 0).replace(right, wrong);
            let entry = page(&text, "").entries.remove(0);
            assert!(matches!(entry.found("safeguard"), Found::Foreign { number: Some(1), .. }), "{wrong}");
        }
        assert!(Page::parse(b"<feed/>").is_err());
    }
}
