//! How an event is given to the cluster, and what becomes of it there: the server parses it and writes it
//! again, indented. So its size counts as it will be, not as it is.
//!
//! Must never be here: anything about who wrote an event or why.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::error::AppendError;
use crate::event::{self, JsonObject, NewEvent};

/// What one event may have on the server, data and metadata together, once indented.
pub(super) const MAX_STORED_BYTES: usize = 4 * 1024 * 1024;
/// A number may be written longer than it was given: `1e9` comes back as `1000000000.0`.
const NUMBER: usize = 24;

/// Refuses events that would be too large once indented. Sent nevertheless, the server would answer that
/// they are too large, and write them.
pub(super) fn check(events: &[NewEvent]) -> Result<(), AppendError> {
    for event in events {
        let bytes = indented(event.data.as_str()) + indented(event.metadata.as_str());
        if bytes > MAX_STORED_BYTES {
            return Err(AppendError::TooLarge { bytes, limit: MAX_STORED_BYTES });
        }
    }
    Ok(())
}

/// The most bytes that a JSON text can have when the server has written it again: two spaces a level, two
/// bytes a line end, and some line and control characters escaped.
fn indented(text: &str) -> usize {
    let (mut depth, mut bytes) = (0_usize, 0_usize);
    let (mut quoted, mut escaped, mut number) = (false, false, false);
    for letter in text.chars() {
        if quoted {
            bytes += match letter {
                '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => 6,
                other => other.len_utf8(),
            };
            (quoted, escaped) = (escaped || letter != '"', !escaped && letter == '\\');
            continue;
        }
        let digit = letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E');
        let begins = digit && !number;
        number = digit;
        bytes += match letter {
            '"' => {
                quoted = true;
                1
            }
            '{' | '[' => {
                depth += 1;
                3 + 2 * depth
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                3 + 2 * depth
            }
            ',' => 3 + 2 * depth,
            ':' => 2,
            ' ' | '\n' | '\r' | '\t' => 0,
            _ if begins => NUMBER,
            _ => 1,
        };
    }
    bytes
}

/// The body of an append: an array of events, each with its own id and the time it was recorded.
pub(super) fn body(events: &[NewEvent], times: &[Timestamp]) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = Vec::with_capacity(events.iter().map(|event| event.bytes() + 200).sum());
    for (event, at) in events.iter().zip(times) {
        body.push(if body.is_empty() { b'[' } else { b',' });
        let kind = serde_json::to_string(&event.kind)?;
        let head = format!(r#"{{"eventId":"{}","eventType":{kind},"data":"#, event.id);
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(event.data.as_str().as_bytes());
        body.extend_from_slice(br#","metadata":"#);
        body.extend_from_slice(with_time(&event.metadata, *at).as_bytes());
        body.push(b'}');
    }
    body.push(b']');
    Ok(body)
}

/// Metadata that says when the event was recorded.
fn with_time(metadata: &JsonObject, at: Timestamp) -> String {
    let rest = metadata.as_str().trim_start().trim_start_matches('{').trim_start();
    let comma = if rest.starts_with('}') { "" } else { "," };
    format!(r#"{{"{}":"{at:.6}"{comma}{rest}"#, event::RECORDED_AT)
}

/// Metadata as it was given, and when the event was recorded, if one of our clients wrote it.
pub(super) fn without_time(metadata: JsonObject) -> Result<(JsonObject, Option<Timestamp>), String> {
    if !event::names_recorded_at(&metadata) {
        return Ok((metadata, None));
    }
    let bad = |_| "its metadata is no JSON object".to_owned();
    let mut members: Map<String, Value> = metadata.decode().map_err(bad)?;
    let at = members.remove(event::RECORDED_AT);
    let at = at.as_ref().and_then(Value::as_str).and_then(|at| at.parse().ok());
    let at = at.ok_or_else(|| format!("its metadata names no time in {}", event::RECORDED_AT))?;
    let metadata = JsonObject::of(&members).map_err(|error| format!("its metadata is {error}"))?;
    Ok((metadata, Some(at)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn indentation_counts() {
        let flat = format!("{{\"a\":[{}0]}}", "0,".repeat(1000));
        assert!(indented(&flat) >= flat.len() + 1000 * 6, "a line for each number");
        let words = r#"{ "brackets" : "[[[[,,,,\"::::" }"#;
        assert!(indented(words) < words.len() + 20, "nothing in a string is a line");
        let pretty = serde_json::to_string_pretty(&serde_json::from_str::<Value>(&flat).unwrap()).unwrap();
        assert!(indented(&flat) >= pretty.len());
        let deep = format!("{}{}{}", "[".repeat(40), "0,".repeat(100_000) + "0", "]".repeat(40));
        let data = JsonObject::parse(&format!("{{\"a\":{deep}}}")).unwrap();
        let event =
            NewEvent { id: uuid::Uuid::now_v7(), kind: "K".to_owned(), data, metadata: JsonObject::empty() };
        let refused = check(&[event]).unwrap_err();
        assert!(matches!(refused, AppendError::TooLarge { limit: MAX_STORED_BYTES, .. }), "{refused}");
    }

    #[test]
    fn metadata_says_when_it_was_recorded_and_nobody_sees_it() {
        let at: Timestamp = "2024-02-29T23:59:59.123456Z".parse().unwrap();
        for text in ["{}", " { } ", r#"{"by":"4302-017","n":{"recorded_at":1}}"#] {
            let metadata = JsonObject::parse(text).unwrap();
            let kept = JsonObject::parse(&with_time(&metadata, at)).unwrap();
            assert_ne!(kept, metadata);
            assert_eq!(without_time(kept), Ok((metadata.clone(), Some(at))));
            assert_eq!(without_time(metadata.clone()), Ok((metadata, None)));
        }
    }
}
