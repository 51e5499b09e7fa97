//! Whether an append may happen: the expected version, and replays recognised by their ids.
//! Must never be here: HTTP.

use std::collections::HashMap;

use uuid::Uuid;

use super::store::{Draft, Store};

/// Anything goes; replays are recognised from memory only.
pub const ANY: i64 = -2;
/// Passes the header's parser, and no clean answer comes.
pub const INVALID: i64 = -3;
/// The stream must exist.
pub const EXISTS: i64 = -4;
const NO_STREAM: i64 = -1;

/// What one node remembers of the ids it wrote: one place per id, gone when it restarts.
pub type Remembered = HashMap<Uuid, (String, u64)>;

/// What became of an append.
#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// It stands, now or since an earlier attempt, from this number on.
    Stands {
        first: u64,
    },
    /// The stream is elsewhere; -1 when it has no event.
    Conflict {
        actual: i64,
    },
    Deleted,
}

enum Decision {
    Write,
    Replay { first: u64 },
    Conflict,
    Deleted,
}

/// Decides and writes. One call is one atomic write.
pub fn append(
    store: &mut Store,
    remembered: &mut Remembered,
    stream: &str,
    expected: i64,
    drafts: Vec<Draft>,
) -> Verdict {
    match decide(store, remembered, stream, expected, &drafts) {
        Decision::Write => {
            let ids: Vec<Uuid> = drafts.iter().map(|draft| draft.id).collect();
            let first = store.write(stream, drafts);
            let places = ids.into_iter().zip(first..);
            remembered.extend(places.map(|(id, number)| (id, (stream.to_owned(), number))));
            Verdict::Stands { first }
        }
        Decision::Replay { first } => Verdict::Stands { first },
        Decision::Conflict => Verdict::Conflict { actual: store.last(stream) },
        Decision::Deleted => Verdict::Deleted,
    }
}

fn decide(store: &Store, remembered: &Remembered, stream: &str, expected: i64, drafts: &[Draft]) -> Decision {
    let last = store.last(stream);
    if store.tombstone(stream) {
        return Decision::Deleted;
    }
    match expected {
        EXISTS if store.soft_deleted(stream) => Decision::Deleted,
        // Its metadata is enough to exist.
        EXISTS if last < 0 && store.last(&format!("$${stream}")) < 0 => Decision::Conflict,
        ANY | EXISTS => from_memory(remembered, stream, drafts),
        _ if expected > last => Decision::Conflict,
        _ if expected == last => Decision::Write,
        _ => at_its_place(store, stream, expected, drafts),
    }
}

/// Without a number only the memory of the node tells a replay.
fn from_memory(remembered: &Remembered, stream: &str, drafts: &[Draft]) -> Decision {
    let known = |draft: &Draft| remembered.get(&draft.id).filter(|(known, _)| known == stream);
    match drafts.iter().map(known).collect::<Option<Vec<_>>>() {
        Some(places) => Decision::Replay { first: places[0].1 },
        None if known(&drafts[0]).is_some() => Decision::Conflict,
        None => Decision::Write,
    }
}

/// The stream is further than expected: a replay when the same ids stand exactly there.
fn at_its_place(store: &Store, stream: &str, expected: i64, drafts: &[Draft]) -> Decision {
    let stands =
        |(place, draft): (usize, &Draft)| store.id_at(stream, expected + 1 + place as i64) == Some(draft.id);
    match drafts.iter().enumerate().take_while(|entry| stands(*entry)).count() {
        same if same == drafts.len() => Decision::Replay { first: (expected + 1) as u64 },
        0 if expected == NO_STREAM && store.soft_deleted(stream) => Decision::Write,
        _ => Decision::Conflict,
    }
}
