//! The records of a file: lines of JSON, or rows of CSV under a header, numbered by line.
//! Never here: what a field means.

use std::collections::BTreeMap;

use serde_json::Value;
use wire::flaw::Flaw;
use wire::v1::ImportFormat;
use wire::violations::Violation;

/// Longest record, in bytes.
const MAX_RECORD_BYTES: usize = 64 * 1024;

/// The fields of a record by name. CSV gives texts only.
pub type Fields = BTreeMap<String, Value>;

/// A record with its line, from 1.
#[derive(Debug)]
pub struct Record {
    /// Where it stands.
    pub line: u64,
    /// Its fields, or what is wrong with the record as a whole.
    pub fields: Result<Fields, Violation>,
}

/// Every record of a file. Empty lines are passed over.
#[must_use]
pub fn records(format: ImportFormat, bytes: &[u8]) -> Vec<Record> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match format {
        ImportFormat::Csv => rows(bytes),
        ImportFormat::JsonLines | ImportFormat::Unspecified => lines(bytes),
    }
}

fn whole(reason: &'static str) -> Violation {
    Violation::new("", &Flaw::new(reason))
}

fn lines(bytes: &[u8]) -> Vec<Record> {
    let numbered = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    numbered
        .map(|(line, text)| (line, text.strip_suffix(b"\r").unwrap_or(text)))
        .filter(|(_, text)| !text.trim_ascii().is_empty())
        .map(|(line, text)| Record { line, fields: object(text) })
        .collect()
}

fn object(text: &[u8]) -> Result<Fields, Violation> {
    if text.len() > MAX_RECORD_BYTES {
        return Err(Violation::new("", &Flaw::new("RECORD_TOO_LONG").with("max", MAX_RECORD_BYTES)));
    }
    let text = std::str::from_utf8(text).map_err(|_| whole("NOT_UTF8"))?;
    serde_json::from_str(text)
        .map_err(|error| Violation::new("", &Flaw::new("NOT_JSON_OBJECT").with("column", error.column())))
}

fn rows(bytes: &[u8]) -> Vec<Record> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(bytes);
    let mut header: Option<Vec<String>> = None;
    let mut records = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for row in reader.byte_records() {
        let Ok(row) = row else { continue };
        let begins = begin(bytes, row.position().map_or(0, csv::Position::byte));
        line += lines_in(bytes.get(counted..begins).unwrap_or_default());
        counted = begins;
        let columns = columns(&row);
        match (&header, columns) {
            (None, Ok(names)) => {
                header = Some(names.iter().map(|name| name.trim().to_ascii_lowercase()).collect())
            }
            (None, Err(violation)) => return vec![Record { line, fields: Err(violation) }],
            (Some(names), Ok(columns)) => records.push(Record { line, fields: named(names, columns) }),
            (Some(_), Err(violation)) => records.push(Record { line, fields: Err(violation) }),
        }
    }
    records
}

/// Where a row begins: the reader stops within a line end of two characters, and before empty lines.
fn begin(bytes: &[u8], at: u64) -> usize {
    let at = usize::try_from(at).unwrap_or(bytes.len());
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count()
}

fn lines_in(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn columns(row: &csv::ByteRecord) -> Result<Vec<String>, Violation> {
    if row.as_slice().len() > MAX_RECORD_BYTES {
        return Err(Violation::new("", &Flaw::new("RECORD_TOO_LONG").with("max", MAX_RECORD_BYTES)));
    }
    let columns = row.iter().map(|column| std::str::from_utf8(column).map(str::to_owned));
    columns.collect::<Result<_, _>>().map_err(|_| whole("NOT_UTF8"))
}

fn named(names: &[String], columns: Vec<String>) -> Result<Fields, Violation> {
    if names.len() != columns.len() {
        let flaw = Flaw::new("COLUMNS").with("count", columns.len()).with("expected", names.len());
        return Err(Violation::new("", &flaw));
    }
    Ok(names.iter().cloned().zip(columns.into_iter().map(Value::String)).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn lines_are_numbered_as_an_editor_numbers_them_and_bad_ones_are_named() {
        let found = records(ImportFormat::JsonLines, b"{\"a\":1}\r\n\n[1]\n{\"a\":\"\xff\"}\n{\"a\":2");
        let reasons: Vec<(u64, Option<&str>)> = found
            .iter()
            .map(|record| (record.line, record.fields.as_ref().err().map(|fault| fault.reason.as_str())))
            .collect();
        let expected =
            [(1, None), (3, Some("NOT_JSON_OBJECT")), (4, Some("NOT_UTF8")), (5, Some("NOT_JSON_OBJECT"))];
        assert_eq!(reasons, expected);
    }

    #[test]
    fn rows_take_their_names_from_the_header_and_keep_line_breaks_in_quotes() {
        let found = records(ImportFormat::Csv, b"\xEF\xBB\xBFName,kind\n\"a\nb\",x\nshort\nc,y\n");
        let lines: Vec<u64> = found.iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 4, 5]);
        let windows = records(ImportFormat::Csv, b"Name,kind\r\n\"a\r\nb\",x\r\n\r\nshort\r\nc,y\r\n");
        let lines: Vec<u64> = windows.iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 5, 6]);
        let first = found.first().unwrap().fields.as_ref().unwrap();
        assert_eq!(first.get("name"), Some(&Value::String("a\nb".to_owned())));
        assert_eq!(found.get(1).unwrap().fields.as_ref().unwrap_err().reason, "COLUMNS");
    }
}
