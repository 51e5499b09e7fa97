//! The records of a file: lines of JSON, or rows of CSV under a header, numbered by line.
//! One record is read at a time, so that a file of millions of tiny lines takes no more memory than its bytes.
//! Never here: what a field means.

use std::collections::BTreeMap;

use serde_json::Value;
use wire::flaw::Flaw;
use wire::v1::ImportFormat;
use wire::violations::Violation;

/// Longest record, in bytes.
const MAX_RECORD_BYTES: usize = 64 * 1024;
/// Most records of one file.
pub const MAX_RECORDS: usize = 200_000;

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

/// The records of a file, one after the other. Empty lines are passed over; after [`MAX_RECORDS`] one more says
/// that the rest was not read.
pub fn records(format: ImportFormat, bytes: &[u8]) -> impl Iterator<Item = Record> + Send + '_ {
    up_to(MAX_RECORDS, format, bytes)
}

fn up_to(most: usize, format: ImportFormat, bytes: &[u8]) -> impl Iterator<Item = Record> + Send + '_ {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let rows = (format == ImportFormat::Csv).then(|| rows(bytes));
    let lines = (format != ImportFormat::Csv).then(|| lines(bytes));
    let all = rows.into_iter().flatten().chain(lines.into_iter().flatten());
    let told = all.enumerate().map(move |(place, record)| {
        if place < most { record } else { Record { fields: Err(too_many(most)), ..record } }
    });
    told.take(most + 1)
}

fn too_many(most: usize) -> Violation {
    Violation::new("", &Flaw::new("TOO_MANY_RECORDS").with("max", most))
}

fn whole(reason: &'static str) -> Violation {
    Violation::new("", &Flaw::new(reason))
}

fn short_enough(text: &[u8]) -> Result<&[u8], Violation> {
    if text.len() <= MAX_RECORD_BYTES {
        return Ok(text);
    }
    Err(Violation::new("", &Flaw::new("RECORD_TOO_LONG").with("max", MAX_RECORD_BYTES)))
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = Record> + Send + '_ {
    let numbered = (1..).zip(bytes.split(|byte| *byte == b'\n'));
    numbered
        .map(|(line, text)| (line, text.strip_suffix(b"\r").unwrap_or(text)))
        .filter(|(_, text)| !text.trim_ascii().is_empty())
        .map(|(line, text)| Record { line, fields: object(text) })
}

fn object(text: &[u8]) -> Result<Fields, Violation> {
    let text = std::str::from_utf8(short_enough(text)?).map_err(|_| whole("NOT_UTF8"))?;
    serde_json::from_str(text)
        .map_err(|error| Violation::new("", &Flaw::new("NOT_JSON_OBJECT").with("column", error.column())))
}

/// The rows under the header; a header that cannot be read is all there is.
fn rows(bytes: &[u8]) -> impl Iterator<Item = Record> + Send + '_ {
    let mut texts = RowTexts { rest: bytes, line: 1 };
    let (mut names, mut fault) = (Vec::new(), None);
    if let Some((line, text)) = texts.next() {
        match columns(text) {
            Ok(header) => names = header.iter().map(|name| name.trim().to_ascii_lowercase()).collect(),
            Err(violation) => {
                fault = Some(Record { line, fields: Err(violation) });
                texts.rest = &[];
            }
        }
    }
    let named = move |(line, text)| {
        let fields = columns(text).and_then(|columns| named(&names, columns));
        Record { line, fields }
    };
    fault.into_iter().chain(texts.map(named))
}

/// The text of every row with its line. Rows are cut here and parsed one by one, so that one of millions of
/// columns is refused by its length before any column is made.
struct RowTexts<'a> {
    rest: &'a [u8],
    line: u64,
}

impl<'a> Iterator for RowTexts<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let ends = self.rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let (passed, rest) = self.rest.split_at(ends);
        self.line += lines_in(passed);
        if rest.is_empty() {
            return None;
        }
        let (row, rest) = rest.split_at(row_end(rest));
        let line = self.line;
        self.line += lines_in(row);
        self.rest = rest;
        Some((line, row))
    }
}

/// Where the reader is in a row.
enum At {
    ColumnStart,
    Plain,
    Quoted,
    /// After a quote in a quoted column: it ended, or the quote was doubled.
    Quote,
}

/// Where the first row ends: at the first line end that stands in no quotes.
fn row_end(bytes: &[u8]) -> usize {
    let mut at = At::ColumnStart;
    for (place, byte) in bytes.iter().enumerate() {
        at = match (at, byte) {
            (At::ColumnStart | At::Quote, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::Quote,
            (At::Quoted, _) => At::Quoted,
            (At::ColumnStart | At::Plain | At::Quote, b'\r' | b'\n') => return place,
            (At::ColumnStart | At::Plain | At::Quote, b',') => At::ColumnStart,
            (At::ColumnStart | At::Plain | At::Quote, _) => At::Plain,
        };
    }
    bytes.len()
}

fn lines_in(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

fn columns(text: &[u8]) -> Result<Vec<String>, Violation> {
    let text = short_enough(text)?;
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .buffer_capacity(text.len())
        .from_reader(text);
    let mut row = csv::ByteRecord::new();
    reader.read_byte_record(&mut row).map_err(|_| whole("ROW"))?;
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

    fn read(format: ImportFormat, bytes: &[u8]) -> Vec<Record> {
        records(format, bytes).collect()
    }

    #[test]
    fn lines_are_numbered_as_an_editor_numbers_them_and_bad_ones_are_named() {
        let found = read(ImportFormat::JsonLines, b"{\"a\":1}\r\n\n[1]\n{\"a\":\"\xff\"}\n{\"a\":2");
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
        let found = read(ImportFormat::Csv, b"\xEF\xBB\xBFName,kind\n\"a\nb\",x\nshort\nc,y\n");
        let lines: Vec<u64> = found.iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 4, 5]);
        let windows = read(ImportFormat::Csv, b"Name,kind\r\n\"a\r\nb\",x\r\n\r\nshort\r\nc,y\r\n");
        let lines: Vec<u64> = windows.iter().map(|record| record.line).collect();
        assert_eq!(lines, [2, 5, 6]);
        let first = found.first().unwrap().fields.as_ref().unwrap();
        assert_eq!(first.get("name"), Some(&Value::String("a\nb".to_owned())));
        assert_eq!(found.get(1).unwrap().fields.as_ref().unwrap_err().reason, "COLUMNS");
    }

    #[test]
    fn quotes_count_only_where_a_column_begins_and_a_row_without_end_is_one_fault() {
        let found = read(ImportFormat::Csv, b"a,b\nx\"y,\"say \"\"hi\"\"\n\"\nc,d\r");
        let values: Vec<(u64, Option<&str>, Option<&str>)> = found
            .iter()
            .map(|record| {
                let fields = record.fields.as_ref().unwrap();
                (record.line, fields["a"].as_str(), fields["b"].as_str())
            })
            .collect();
        assert_eq!(values, [(2, Some("x\"y"), Some("say \"hi\"\n")), (4, Some("c"), Some("d"))]);
        let endless = [b"a\n\"".as_slice(), &b"x\n".repeat(MAX_RECORD_BYTES)].concat();
        let found = read(ImportFormat::Csv, &endless);
        let reasons: Vec<&str> =
            found.iter().map(|record| record.fields.as_ref().unwrap_err().reason.as_str()).collect();
        assert_eq!(reasons, ["RECORD_TOO_LONG"]);
    }

    #[test]
    fn more_records_than_allowed_are_told_once_where_they_begin() {
        let lines = b"\n{}\n{}\n{}\n{}\n{}".as_slice();
        let rows = b"a\r\n1\n2\n3\n4\n\n5".as_slice();
        for (format, bytes) in [(ImportFormat::JsonLines, lines), (ImportFormat::Csv, rows)] {
            let found: Vec<Record> = up_to(3, format, bytes).collect();
            assert_eq!(found.len(), 4);
            assert!(found.iter().take(3).all(|record| record.fields.is_ok()));
            let last = found.last().unwrap();
            assert_eq!(
                (last.line, last.fields.as_ref().unwrap_err().reason.as_str()),
                (5, "TOO_MANY_RECORDS")
            );
        }
    }
}
