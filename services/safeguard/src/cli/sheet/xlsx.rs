//! A table as an XLSX workbook: texts and codes as text cells, numbers and days as what they are, the heads frozen,
//! columns as wide as their Han text needs. Never here: what is in a table.

use console::measure_text_width as width;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use wire::Lang;

use super::{Field, Sheet};

/// Width of a column in characters, at least and at most.
const WIDTHS: (usize, usize) = (8, 60);

/// The whole file.
///
/// # Errors
/// When a text is longer than a cell may hold (32,767 characters).
pub(super) fn bytes(sheet: &Sheet, lang: Lang) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    fill(page, sheet, lang)?;
    Ok(book.save_to_buffer()?)
}

fn fill(page: &mut Worksheet, sheet: &Sheet, lang: Lang) -> Result<(), XlsxError> {
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let day = Format::new().set_num_format("yyyy-mm-dd");
    page.set_freeze_panes(1, 0)?;
    let mut widths = Vec::new();
    for (column, title) in (0..).zip(sheet.titles(lang)) {
        page.write_string_with_format(0, column, title, &bold)?;
        widths.push(width(title));
    }
    for (line, row) in (1..).zip(&sheet.rows) {
        for (column, field) in (0..).zip(row) {
            match field {
                Field::Text(words) => page.write_string(line, column, words)?,
                Field::Code(code) => page.write_string_with_format(line, column, code, &text)?,
                Field::Count(None) | Field::Day(None) => page,
                Field::Count(Some(number)) => page.write_number(line, column, *number as f64)?,
                Field::Day(Some(date)) => page.write_date_with_format(line, column, date, &day)?,
            };
        }
        for (widest, field) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(width(&field.shown()));
        }
    }
    for (column, width) in (0..).zip(widths) {
        page.set_column_width(column, width.clamp(WIDTHS.0, WIDTHS.1) as f64)?;
    }
    Ok(())
}
