//! Tables that leave the terminal: the same typed columns as a table for people, as CSV and as XLSX. In a file for
//! spreadsheets no cell is a formula, and no code turns into a number. Never here: what is in a table.

mod csv;
#[cfg(test)]
mod tests;
mod xlsx;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::Cell;
use domain::period::BEIJING;
use jiff::civil::Date;
use prost::{Message, Name};
use serde_json::json;
use wire::Lang;

use super::desk::Desk;
use super::failure::Failure;
use super::language::either;
use super::order::Page;
use super::out::{Heads, Out, figure};
use super::times::last_day;
use crate::operate::copy::new_file;

/// Entries a page when everything is fetched.
const WHOLE_PAGE: i32 = 500;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Field {
    /// Words for people.
    Text(String),
    /// A code or an id: never a number, though it may look like one.
    Code(String),
    /// A number to reckon with; empty when it is not known, which is not zero.
    Count(Option<u64>),
    /// A day.
    Day(Option<Date>),
}

impl Field {
    /// Words for people.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Field::Text(text.into())
    }

    /// A code or an id.
    pub(crate) fn code(code: impl Into<String>) -> Self {
        Field::Code(code.into())
    }

    /// A known number.
    pub(crate) fn count(number: impl Into<u64>) -> Self {
        Field::Count(Some(number.into()))
    }

    /// The Beijing day of a moment of the wire.
    pub(crate) fn day_of(at: Option<&prost_types::Timestamp>) -> Self {
        Field::Day(at.and_then(wire::convert::moment).map(|at| BEIJING.to_datetime(at).date()))
    }

    /// The last day of a period that ends at this moment of the wire.
    pub(crate) fn last_day(end: Option<&prost_types::Timestamp>) -> Self {
        Field::Day(end.and_then(last_day))
    }

    /// A day as the wire writes it; empty when it is not one.
    pub(crate) fn day(text: &str) -> Self {
        Field::Day(text.parse().ok())
    }

    /// As people read it.
    fn shown(&self) -> String {
        match self {
            Field::Text(text) | Field::Code(text) => text.clone(),
            Field::Count(number) => number.map(|number| number.to_string()).unwrap_or_default(),
            Field::Day(day) => day.map(|day| day.to_string()).unwrap_or_default(),
        }
    }
}

/// A table.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    heads: Heads,
    rows: Vec<Vec<Field>>,
}

impl Sheet {
    /// The table with these columns and rows.
    pub(crate) fn new(heads: Heads, rows: impl IntoIterator<Item = Vec<Field>>) -> Self {
        Self { heads, rows: rows.into_iter().collect() }
    }

    /// The heads in the reader's language.
    fn titles(&self, lang: Lang) -> impl Iterator<Item = &'static str> {
        self.heads.iter().map(move |(zh, en)| either(lang, zh, en))
    }

    /// Shows it on the terminal.
    pub(crate) fn show(&self, out: &Out) -> Result<(), Failure> {
        let cell = |field: &Field| match field {
            Field::Count(_) => figure(field.shown()),
            Field::Text(_) | Field::Code(_) | Field::Day(_) => Cell::new(field.shown()),
        };
        out.table(self.heads, self.rows.iter().map(|row| row.iter().map(cell).collect()).collect())
    }
}

/// An answer that is a page of a list.
pub(crate) trait Listing: Message + Name {
    /// Its entries as a table.
    fn sheet(&self, out: &Out) -> Sheet;

    /// The mark of the next page; empty at the end.
    fn next(&self) -> &str;

    /// What is told to people below the table.
    fn below(&self, _out: &Out) -> Result<(), Failure> {
        Ok(())
    }
}

// Files for other programs.
#[derive(Args)]
pub(crate) struct Export {
    /// 把整个列表写入 CSV 文件（不覆盖） | Write the whole list to a CSV file; never overwrites
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// 把整个列表写入 XLSX 文件（不覆盖） | Write the whole list to an XLSX file; never overwrites
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
}

impl Export {
    /// Whether files were asked for.
    pub(crate) const fn wanted(&self) -> bool {
        self.csv.is_some() || self.xlsx.is_some()
    }

    /// Shows one page, or writes every page from there on to the files. `ask` gets how many entries and from where.
    pub(crate) async fn list<A: Listing>(
        &self,
        desk: &Desk,
        page: &Page,
        ask: impl AsyncFn(i32, String) -> Result<A, Failure>,
    ) -> Result<(), Failure> {
        if !self.wanted() {
            let answer = ask(page.page_size, page.page.clone()).await?;
            desk.out.answer(&answer, |out, answer| {
                answer.sheet(out).show(out)?;
                answer.below(out)
            })?;
            Page::more(desk, answer.next());
            return Ok(());
        }
        let answer = ask(WHOLE_PAGE, page.page.clone()).await?;
        let (mut whole, mut next) = (answer.sheet(&desk.out), answer.next().to_owned());
        while !next.is_empty() {
            let answer = ask(WHOLE_PAGE, next).await?;
            whole.rows.extend(answer.sheet(&desk.out).rows);
            next = answer.next().to_owned();
        }
        self.write(&desk.out, &whole)
    }

    /// Shows an answer that is one table, or writes it to the files.
    pub(crate) fn one<M: Message + Name>(&self, out: &Out, answer: &M, sheet: &Sheet) -> Result<(), Failure> {
        if self.wanted() { self.write(out, sheet) } else { out.answer(answer, |out, _| sheet.show(out)) }
    }

    fn write(&self, out: &Out, sheet: &Sheet) -> Result<(), Failure> {
        let mut written = Vec::new();
        if let Some(path) = &self.csv {
            write(path, &csv::bytes(sheet, out.lang)?)?;
            written.push(path);
        }
        if let Some(path) = &self.xlsx {
            write(path, &xlsx::bytes(sheet, out.lang)?)?;
            written.push(path);
        }
        let rows = sheet.rows.len();
        if out.json {
            return out.object(&json!({ "files": written, "rows": rows }));
        }
        written.iter().try_for_each(|path| {
            out.line(match out.lang {
                Lang::Zh => format!("已写入 {}：{rows} 行", path.display()),
                Lang::En => format!("written: {} ({rows} rows)", path.display()),
            })
        })
    }
}

/// Writes a new file, never over another.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = new_file(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}
