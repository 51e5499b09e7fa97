//! The event store that stands for the replicated one: streams, the log of all records, truncation and
//! deletion. Must never be here: HTTP, faults, who is leader.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

/// What `$tb` of a soft-deleted stream is.
const EVERYTHING: u64 = i64::MAX as u64;
/// The kind of an event that only points to another.
pub const LINK: &str = "$>";

/// An event that somebody wants to have written.
#[derive(Debug, Clone)]
pub struct Draft {
    pub id: Uuid,
    pub kind: String,
    pub json: bool,
    pub bytes: Vec<u8>,
    pub metadata: Vec<u8>,
}

/// An event as it was written.
#[derive(Debug)]
pub struct Record {
    pub draft: Draft,
    pub stream: String,
    pub number: u64,
    pub at: Timestamp,
    /// Where the record begins and ends in the file of the log, in made-up bytes.
    pub start: u64,
    pub end: u64,
}

/// A record as a reader sees it: itself, or the target of a link when that can be reached.
#[derive(Debug, Clone)]
pub struct Seen {
    pub link: Option<Arc<Record>>,
    pub event: Option<Arc<Record>>,
}

/// What a read of one stream found.
pub enum Found<T> {
    Here(T),
    /// Never written, or deleted softly.
    Missing,
    /// Deleted for ever.
    Gone,
}

/// A page of one stream, oldest first.
pub struct Page {
    /// The number asked for; the last one for a page from the head.
    pub from: u64,
    pub count: u64,
    pub last: u64,
    /// Whether the page reaches the end in its direction.
    pub end: bool,
    pub seen: Vec<Seen>,
}

#[derive(Default)]
struct Stream {
    records: Vec<Arc<Record>>,
    /// `$tb` of its metadata: what lies before is not read.
    before: u64,
    /// `$maxCount` of its metadata.
    most: Option<u64>,
    tombstone: bool,
}

impl Stream {
    fn first_live(&self) -> u64 {
        let kept = self.most.map_or(0, |most| (self.records.len() as u64).saturating_sub(most));
        self.before.max(kept)
    }

    fn soft_deleted(&self) -> bool {
        self.before == EVERYTHING
    }
}

/// All streams of a cluster.
#[derive(Default)]
pub struct Store {
    pub log: Vec<Arc<Record>>,
    streams: HashMap<String, Stream>,
    /// How much of the log the category projection has seen.
    projected: usize,
}

impl Store {
    /// The number of the last event ever written to a stream; -1 when there is none.
    pub fn last(&self, stream: &str) -> i64 {
        self.streams.get(stream).map_or(-1, |stream| stream.records.len() as i64 - 1)
    }

    pub fn tombstone(&self, stream: &str) -> bool {
        self.streams.get(stream).is_some_and(|stream| stream.tombstone)
    }

    pub fn soft_deleted(&self, stream: &str) -> bool {
        self.streams.get(stream).is_some_and(Stream::soft_deleted)
    }

    /// The id at a place, truncated or not.
    pub fn id_at(&self, stream: &str, number: i64) -> Option<Uuid> {
        let number = usize::try_from(number).ok()?;
        Some(self.streams.get(stream)?.records.get(number)?.draft.id)
    }

    /// Writes to the end of a stream and returns the number of the first event.
    pub fn write(&mut self, name: &str, drafts: Vec<Draft>) -> u64 {
        let first = (self.last(name) + 1) as u64;
        if self.soft_deleted(name) {
            self.set_metadata(name, format!("{{\n  \"$tb\": {first}\n}}").into_bytes());
        }
        for (place, draft) in drafts.into_iter().enumerate() {
            self.push(name, first + place as u64, draft);
        }
        first
    }

    fn push(&mut self, name: &str, number: u64, draft: Draft) {
        // Time moves on by at least one tick of 100 ns, so that a link is always younger than its target.
        let before = self.log.last().map(|record| record.at.as_nanosecond() / 100);
        let tick = (Timestamp::now().as_nanosecond() / 100).max(before.unwrap_or_default() + 1);
        let start = self.log.last().map_or(0, |record| record.end);
        let size = 180 + draft.bytes.len() + draft.metadata.len() + name.len();
        let metadata = name.strip_prefix("$$").map(|of| (of.to_owned(), draft.bytes.clone()));
        let record = Arc::new(Record {
            draft,
            stream: name.to_owned(),
            number,
            at: Timestamp::from_nanosecond(tick * 100).unwrap(),
            start,
            end: start + size as u64,
        });
        self.log.push(Arc::clone(&record));
        self.streams.entry(name.to_owned()).or_default().records.push(record);
        if let Some((of, text)) = metadata {
            let settings: Value = serde_json::from_slice(&text).unwrap_or_default();
            let stream = self.streams.entry(of).or_default();
            stream.before = settings["$tb"].as_u64().unwrap_or(0);
            stream.most = settings["$maxCount"].as_u64();
        }
    }

    /// Writes the metadata of a stream, which replaces what stood there.
    pub fn set_metadata(&mut self, stream: &str, text: Vec<u8>) {
        let draft = Draft {
            id: Uuid::now_v7(),
            kind: "$metadata".to_owned(),
            json: true,
            bytes: text,
            metadata: Vec::new(),
        };
        let name = format!("$${stream}");
        let number = (self.last(&name) + 1) as u64;
        self.push(&name, number, draft);
    }

    pub fn truncate(&mut self, stream: &str, before: u64) {
        self.set_metadata(stream, format!("{{\n  \"$tb\": {before}\n}}").into_bytes());
    }

    pub fn delete_softly(&mut self, stream: &str) {
        self.truncate(stream, EVERYTHING);
    }

    pub fn delete_for_ever(&mut self, stream: &str) {
        self.streams.entry(stream.to_owned()).or_default().tombstone = true;
    }

    /// Writes the links that `$by_category` owes: every event of a stream `category-...` gets one in
    /// `$ce-category`. Returns whether there were any.
    pub fn project(&mut self) -> bool {
        let mut wrote = false;
        while let Some(record) = self.log.get(self.projected).cloned() {
            self.projected += 1;
            let Some((category, _)) = record.stream.split_once('-') else { continue };
            if record.stream.starts_with('$') || category.is_empty() {
                continue;
            }
            let link = Draft {
                id: Uuid::now_v7(),
                kind: LINK.to_owned(),
                json: false,
                bytes: format!("{}@{}", record.number, record.stream).into_bytes(),
                metadata: br#"{"$v":"1:-1:1:4","$c":0,"$p":0,"$causedBy":""}"#.to_vec(),
            };
            self.write(&format!("$ce-{category}"), vec![link]);
            wrote = true;
        }
        wrote
    }

    /// One event that can still be read.
    pub fn event(&self, stream: &str, number: u64) -> Option<Arc<Record>> {
        let stream = self.streams.get(stream).filter(|stream| !stream.tombstone)?;
        let place = usize::try_from(number).ok().filter(|_| number >= stream.first_live())?;
        stream.records.get(place).cloned()
    }

    /// A record as it is, or what it points to.
    pub fn seen(&self, record: &Arc<Record>, resolve: bool) -> Seen {
        if !resolve || record.draft.kind != LINK {
            return Seen { link: None, event: Some(Arc::clone(record)) };
        }
        let text = String::from_utf8_lossy(&record.draft.bytes).into_owned();
        let target = text.split_once('@').and_then(|(number, stream)| {
            let number = number.parse().ok()?;
            self.event(stream, number)
        });
        Seen { link: Some(Arc::clone(record)), event: target }
    }

    /// A page of a stream from a number on.
    pub fn forward(&self, name: &str, from: u64, count: u64, resolve: bool) -> Found<Page> {
        let (stream, last) = match self.readable(name) {
            Found::Here(found) => found,
            Found::Missing => return Found::Missing,
            Found::Gone => return Found::Gone,
        };
        let until = from.saturating_add(count);
        let first_live = stream.first_live();
        if until <= first_live {
            // Everything asked for is truncated: the reader has to step over it.
            return Found::Here(Page { from, count, last, end: false, seen: Vec::new() });
        }
        let seen = self.between(stream, from.max(first_live), until, resolve);
        Found::Here(Page { from, count, last, end: until > last, seen })
    }

    /// A page of a stream from a number back, or from its head.
    pub fn backward(&self, name: &str, from: Option<u64>, count: u64, resolve: bool) -> Found<Page> {
        let (stream, last) = match self.readable(name) {
            Found::Here(found) => found,
            Found::Missing => return Found::Missing,
            Found::Gone => return Found::Gone,
        };
        let from = from.unwrap_or(last);
        let start = (from + 1).saturating_sub(count);
        let first_live = stream.first_live();
        let seen = self.between(stream, start.max(first_live), from + 1, resolve);
        Found::Here(Page { from, count, last, end: start <= first_live, seen })
    }

    fn readable(&self, name: &str) -> Found<(&Stream, u64)> {
        let Some(stream) = self.streams.get(name) else { return Found::Missing };
        if stream.tombstone {
            return Found::Gone;
        }
        match stream.records.len() as u64 {
            0 => Found::Missing,
            _ if stream.soft_deleted() => Found::Missing,
            length => Found::Here((stream, length - 1)),
        }
    }

    fn between(&self, stream: &Stream, from: u64, until: u64, resolve: bool) -> Vec<Seen> {
        let upto = until.min(stream.records.len() as u64);
        let wanted = (from..upto).filter_map(|number| stream.records.get(number as usize));
        wanted.map(|record| self.seen(record, resolve)).collect()
    }
}
