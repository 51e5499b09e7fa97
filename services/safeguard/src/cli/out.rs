//! What the command line prints: lines, facts and tables for people, one JSON object per answer for machines.
//! Answers go to standard output, everything else to standard error. Never here: what is in them.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr, stdout};

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle, presets};
use prost::{Message, Name};
use serde::Serialize;
use wire::Lang;

use super::failure::Failure;
use super::json::json;
use super::language::either;
use super::times::countdown;

/// The heads of a table's columns, in Chinese and English.
pub(crate) type Heads = &'static [(&'static str, &'static str)];

/// Lines above, below the heads, and below; none between rows, so that a long list stays one picture.
const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// Where answers go, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Out {
    /// The reader's language.
    pub(crate) lang: Lang,
    /// For machines.
    pub(crate) json: bool,
    tty: bool,
    colour: bool,
}

impl Out {
    /// For this reader; colours only on a terminal and without `NO_COLOR`.
    pub(crate) fn new(lang: Lang, json: bool) -> Self {
        let tty = stdout().is_terminal();
        let colour = tty && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        Self { lang, json, tty, colour }
    }

    /// One of two texts.
    pub(crate) const fn either(&self, zh: &'static str, en: &'static str) -> &'static str {
        either(self.lang, zh, en)
    }

    /// A line on standard output, on its way at once.
    pub(crate) fn line(&self, text: impl Display) -> Result<(), Failure> {
        let mut out = stdout().lock();
        writeln!(out, "{text}")?;
        Ok(out.flush()?)
    }

    /// A line on standard error; that nobody reads it is no failure.
    pub(crate) fn notice(&self, text: impl Display) {
        let _ = writeln!(stderr().lock(), "{text}");
    }

    /// A value behind its name; Chinese names end in a full-width colon and need no space.
    pub(crate) fn named(&self, zh: &'static str, en: &'static str, value: impl Display) -> String {
        match self.lang {
            Lang::Zh => format!("{zh}{value}"),
            Lang::En => format!("{en} {value}"),
        }
    }

    /// An object for machines.
    pub(crate) fn object(&self, value: &impl Serialize) -> Result<(), Failure> {
        self.line(serde_json::to_string(value).map_err(anyhow::Error::from)?)
    }

    /// An answer: JSON for machines, else as `people` prints it.
    pub(crate) fn answer<M: Message + Name>(
        &self,
        answer: &M,
        people: impl FnOnce(&Self, &M) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        if self.json { self.object(&json(answer)?) } else { people(self, answer) }
    }

    /// A table; says so when it is empty.
    pub(crate) fn table(&self, heads: Heads, rows: Vec<Vec<Cell>>) -> Result<(), Failure> {
        if rows.is_empty() {
            return self.line(self.either("（没有）", "(none)"));
        }
        let mut table = self.plain_table();
        table.load_style(STYLE);
        table.set_header(heads.iter().map(|(zh, en)| self.either(zh, en)));
        table.add_rows(rows);
        self.line(table.trim_fmt())
    }

    /// Names and values below each other; empty values are left out.
    pub(crate) fn facts(&self, facts: &[(&'static str, &'static str, String)]) -> Result<(), Failure> {
        let mut table = self.plain_table();
        table.load_style(presets::NOTHING);
        let told = facts.iter().filter(|(_, _, value)| !value.is_empty());
        table.add_rows(told.map(|(zh, en, value)| [self.either(zh, en), value.as_str()]));
        self.line(table.trim_fmt())
    }

    fn plain_table(&self) -> Table {
        let mut table = Table::new();
        if self.tty {
            table.set_content_arrangement(ContentArrangement::Dynamic);
        }
        if !self.colour {
            let width = table.width();
            table.force_no_tty();
            if let Some(width) = width {
                table.set_width(width);
            }
        }
        table
    }

    /// A countdown, red once it is overdue.
    pub(crate) fn countdown(&self, left: Option<i64>) -> Cell {
        let Some(left) = left else { return Cell::new("") };
        let cell = Cell::new(countdown(self.lang, left));
        if left < 0 { cell.fg(Color::Red) } else { cell }
    }

    /// A countdown inside a line, red once it is overdue.
    pub(crate) fn countdown_text(&self, left: i64) -> String {
        let text = countdown(self.lang, left);
        if left < 0 && self.colour { format!("\u{1b}[31m{text}\u{1b}[0m") } else { text }
    }

    /// Whether a person is watching a progress bar.
    pub(crate) fn shows_progress(&self) -> bool {
        !self.json && stderr().is_terminal()
    }
}

/// A number in a column of numbers.
pub(crate) fn figure(number: impl Display) -> Cell {
    Cell::new(number).set_alignment(CellAlignment::Right)
}

/// Cells of texts.
pub(crate) fn cells<const N: usize>(texts: [String; N]) -> Vec<Cell> {
    texts.into_iter().map(Cell::new).collect()
}
