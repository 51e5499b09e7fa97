//! Feeds and entries as Atom JSON: newest first, links with the server's idea of its own host.
//! Must never be here: what is read, and when it is cached.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::ask::encoded;
use super::json::Json;
use super::shape::Unresolved;
use super::store::{Page, Record, Seen};

/// What an entry carries of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Embed {
    Nothing,
    Content,
    Rich,
    Body,
    Pretty,
    TryHarder,
}

impl Embed {
    /// Exactly these spellings; any other is nothing.
    pub fn parse(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "content" => Self::Content,
            "rich" => Self::Rich,
            "body" => Self::Body,
            "pretty" => Self::Pretty,
            "tryharder" => Self::TryHarder,
            _ => Self::Nothing,
        }
    }
}

/// How the feeds of one answer are written.
pub struct Writing {
    /// Scheme and authority of the links.
    pub base: String,
    pub embed: Embed,
    pub unresolved: Unresolved,
}

impl Writing {
    /// The page of a stream from a number on.
    pub fn forward(&self, stream: &str, page: &Page) -> Value {
        let root = format!("{}/streams/{}", self.base, encoded(stream));
        let count = page.count;
        let mut links =
            vec![link("self", root.clone()), link("first", format!("{root}/head/backward/{count}"))];
        if page.from > 0 {
            links.push(link("last", format!("{root}/0/forward/{count}")));
            links.push(link("next", format!("{root}/{}/backward/{count}", page.from - 1)));
        }
        if !page.end || !page.seen.is_empty() {
            let next = page.from.saturating_add(count - 1).min(page.last) + 1;
            links.push(link("previous", format!("{root}/{next}/forward/{count}")));
        }
        links.push(link("metadata", format!("{root}/metadata")));
        let head = Head {
            title: format!("Event stream '{stream}'"),
            stream: Some(stream),
            end: page.end,
            dated_by_oldest: true,
        };
        self.feed(&head, &root, links, &page.seen)
    }

    /// The page of a stream from a number, or its head, back.
    pub fn backward(&self, stream: &str, page: &Page, tag: Option<&str>) -> Value {
        let root = format!("{}/streams/{}", self.base, encoded(stream));
        let count = page.count;
        let mut links =
            vec![link("self", root.clone()), link("first", format!("{root}/head/backward/{count}"))];
        if !page.end {
            links.push(link("last", format!("{root}/0/forward/{count}")));
            links.push(link("next", format!("{root}/{}/backward/{count}", page.from.saturating_sub(count))));
        }
        let previous = page.from.min(page.last) + 1;
        links.push(link("previous", format!("{root}/{previous}/forward/{count}")));
        links.push(link("metadata", format!("{root}/metadata")));
        let title = format!("Event stream '{stream}'");
        let head = Head { title, stream: Some(stream), end: tag.is_some(), dated_by_oldest: false };
        let mut feed = self.feed(&head, &root, links, &page.seen);
        feed["selfUrl"] = root.into();
        feed["eTag"] = tag.into();
        feed
    }

    /// The page of all events; never at its head, and no entry tells its position.
    pub fn all(&self, links: Vec<(&str, String)>, seen: &[Seen]) -> Value {
        let root = format!("{}/streams/%24all", self.base);
        let links = links.into_iter().map(|(relation, path)| link(relation, format!("{root}{path}")));
        let head = Head { title: "All events".to_owned(), stream: None, end: false, dated_by_oldest: false };
        self.feed(&head, &root, links.collect(), seen)
    }

    fn feed(&self, head: &Head<'_>, root: &str, links: Vec<Value>, seen: &[Seen]) -> Value {
        let newest_first = seen.iter().rev();
        let dated = if head.dated_by_oldest { seen.first() } else { seen.last() };
        let dated = dated.and_then(|seen| seen.event.as_ref());
        json!({
            "title": head.title,
            "id": root,
            "updated": dated.map_or("0001-01-01T00:00:00Z".to_owned(), |record| record.at.to_string()),
            "streamId": head.stream,
            "author": { "name": "EventStore" },
            "headOfStream": head.end,
            "selfUrl": null,
            "eTag": null,
            "links": links,
            "entries": newest_first.map(|seen| self.entry(seen, false)).collect::<Vec<_>>(),
        })
    }

    /// One entry; `single` when it is the whole answer.
    pub fn entry(&self, seen: &Seen, single: bool) -> Value {
        let mut entry = match (&seen.link, &seen.event) {
            // A link bears the place of its target and its own time.
            (Some(link), _) => {
                let text = String::from_utf8_lossy(&link.draft.bytes).into_owned();
                let (number, stream) = text.split_once('@').unwrap_or(("0", ""));
                self.base_entry(stream, number, link.at, "$>")
            }
            (None, Some(event)) => {
                let number = event.number.to_string();
                self.base_entry(&event.stream, &number, event.at, &event.draft.kind)
            }
            (None, None) => Value::Null,
        };
        match (&seen.event, &seen.link) {
            (Some(event), link) => {
                if link.is_none() && event.draft.json && (single || self.embed == Embed::Content) {
                    entry["content"] = described(event);
                }
                if self.embed > Embed::Content {
                    self.enrich(&mut entry, event, link.as_ref());
                }
            }
            (None, Some(link)) if self.unresolved == Unresolved::Positioned => {
                if self.embed > Embed::Content {
                    nowhere(&mut entry, link);
                }
            }
            (None, _) => {}
        }
        entry
    }

    fn base_entry(&self, stream: &str, number: &str, at: Timestamp, summary: &str) -> Value {
        let place = format!("{}/streams/{}/{number}", self.base, encoded(stream));
        json!({
            "title": format!("{number}@{stream}"),
            "id": place,
            "updated": at.to_string(),
            "author": { "name": "EventStore" },
            "summary": summary,
            "retryCount": null,
            "content": null,
            "links": [link("edit", place.clone()), link("alternate", place)],
        })
    }

    fn enrich(&self, entry: &mut Value, event: &Record, link: Option<&Arc<Record>>) {
        let place = link.map_or(event, |link| link);
        let draft = &event.draft;
        entry["eventId"] = draft.id.to_string().into();
        entry["eventType"] = draft.kind.clone().into();
        entry["eventNumber"] = event.number.into();
        entry["streamId"] = event.stream.clone().into();
        entry["isJson"] = draft.json.into();
        entry["isMetaData"] = false.into();
        entry["isLinkMetaData"] = false.into();
        entry["isRedacted"] = false.into();
        entry["positionEventNumber"] = place.number.into();
        entry["positionStreamId"] = place.stream.clone().into();
        for name in ["data", "metaData", "linkMetaData"] {
            entry[name] = Value::Null;
        }
        if self.embed < Embed::Body {
            return;
        }
        if draft.json || self.embed == Embed::TryHarder {
            entry["data"] = self.written(&draft.bytes);
        }
        if !draft.metadata.is_empty() {
            entry["metaData"] = self.written(&draft.metadata);
            entry["isMetaData"] = true.into();
        }
        if let Some(link) = link.filter(|link| !link.draft.metadata.is_empty()) {
            entry["linkMetaData"] = self.written(&link.draft.metadata);
            entry["isLinkMetaData"] = true.into();
        }
    }

    /// A payload as text; from `pretty` on an object is indented again.
    fn written(&self, bytes: &[u8]) -> Value {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let again = Some(&text).filter(|_| self.embed >= Embed::Pretty).and_then(|text| Json::parse(text));
        match again {
            Some(json @ Json::Members(_)) => serde_json::to_string_pretty(&json).unwrap().into(),
            Some(Json::List(_) | Json::Plain(_)) | None => text.into(),
        }
    }
}

struct Head<'a> {
    title: String,
    stream: Option<&'a str>,
    end: bool,
    /// Forward pages bear the time of their first event, all others that of their last.
    dated_by_oldest: bool,
}

fn link(relation: &str, uri: String) -> Value {
    json!({ "uri": uri, "relation": relation, "type": null })
}

fn nowhere(entry: &mut Value, link: &Record) {
    entry["eventId"] = Uuid::nil().to_string().into();
    for name in ["eventType", "streamId", "data", "metaData", "linkMetaData"] {
        entry[name] = Value::Null;
    }
    entry["eventNumber"] = 0.into();
    for name in ["isJson", "isMetaData", "isLinkMetaData", "isRedacted"] {
        entry[name] = false.into();
    }
    entry["positionEventNumber"] = link.number.into();
    entry["positionStreamId"] = link.stream.clone().into();
}

/// An event with its payload as JSON when it is JSON, as text otherwise.
pub fn described(event: &Record) -> Value {
    let draft = &event.draft;
    let shown = |bytes: &[u8]| {
        let parsed = Some(bytes).filter(|_| draft.json).and_then(|bytes| serde_json::from_slice(bytes).ok());
        parsed.unwrap_or_else(|| Value::from(String::from_utf8_lossy(bytes).into_owned()))
    };
    json!({
        "eventStreamId": event.stream,
        "eventNumber": event.number,
        "eventType": draft.kind,
        "eventId": draft.id,
        "data": shown(&draft.bytes),
        "metadata": shown(&draft.metadata),
    })
}
