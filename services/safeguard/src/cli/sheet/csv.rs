//! A table as CSV that a spreadsheet may open: UTF-8 with its mark, lines ended as RFC 4180 says, nothing that would be
//! taken for a formula, and no code that would be taken for a number. Never here: reading CSV.

use anyhow::Context;
use csv::{Terminator, WriterBuilder};
use wire::Lang;

use super::{Field, Sheet};

/// Spreadsheets read a file as UTF-8 when it begins with this.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What makes a spreadsheet reckon; the wide forms are what Chinese keyboards give.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// The whole file.
///
/// # Errors
/// Never in practice: it is written to memory.
pub(super) fn bytes(sheet: &Sheet, lang: Lang) -> anyhow::Result<Vec<u8>> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(MARK.to_vec());
    writer.write_record(sheet.titles(lang))?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(cell))?;
    }
    writer.into_inner().context("memory cannot be flushed")
}

/// A cell; a quotation mark before it tells both people and spreadsheets that it is text.
fn cell(field: &Field) -> String {
    let shown = field.shown();
    let hostile = match field {
        Field::Text(text) => formula(text),
        Field::Code(code) => formula(code) || code.trim().parse::<f64>().is_ok(),
        Field::Count(_) | Field::Day(_) => false,
    };
    if hostile { format!("'{shown}") } else { shown }
}

/// Whether it begins as formulas do, at once or after what spreadsheets pass over.
fn formula(text: &str) -> bool {
    let begins = |text: &str| text.starts_with(FORMULA);
    begins(text) || begins(text.trim_start())
}
