//! Sending a file to be imported, and showing how it goes: a progress bar, the bad rows as a table, or one JSON object
//! a line. Never here: reading what is in the file.

use std::path::PathBuf;

use clap::Args;
use comfy_table::Cell;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use prost::{Message, Name};
use tonic::Streaming;
use uuid::Uuid;
use wire::{Lang, v1};

use super::badge::bytes_of;
use super::bulk::{Format, format};
use super::desk::Desk;
use super::failure::Failure;
use super::out::{Heads, Out, cells, figure};

/// Bytes sent at once.
const CHUNK: usize = 256 * 1024;

/// What to import.
#[derive(Args)]
pub(crate) struct Import {
    /// 文件（UTF-8） | The file, UTF-8
    file: PathBuf,
    /// 格式；不填则看扩展名 | How it is written; by the file's ending when not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 只检查，不导入 | Check everything and record nothing
    #[arg(long)]
    dry_run: bool,
    /// 有错误行时以退出码 2 结束 | Exit with code 2 when a row was bad
    #[arg(long)]
    strict: bool,
    /// 请求编号（UUID） | Id of the request (UUID)
    #[arg(long, value_name = "UUID")]
    request_id: Option<Uuid>,
}

impl Import {
    fn options(&self) -> Result<v1::ImportOptions, Failure> {
        let format = format(self.format, &self.file)?;
        let name = self.file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        Ok(v1::ImportOptions {
            request_id: self.request_id.unwrap_or_else(Uuid::now_v7).to_string(),
            format: format.into(),
            file_name: name.chars().take(100).collect(),
            dry_run: self.dry_run,
        })
    }
}

/// One piece of news of an import, whatever is imported.
enum News {
    Bad(v1::ImportBadRow),
    Progress(v1::ImportProgress),
    Done(v1::ImportSummary),
}

/// An answer of an import.
trait Tells: Message + Name + Default {
    /// What it says.
    fn news(self) -> Option<News>;
}

macro_rules! import {
    ($run:ident, $service:ident.$method:ident, $request:ident, $part:ident, $answer:ident, $news:ident) => {
        impl Tells for v1::$answer {
            fn news(self) -> Option<News> {
                match self.news? {
                    v1::$news::News::BadRow(row) => Some(News::Bad(row)),
                    v1::$news::News::Progress(figures) => Some(News::Progress(figures)),
                    v1::$news::News::Done(summary) => Some(News::Done(summary)),
                }
            }
        }

        /// Imports a file.
        pub(crate) async fn $run(desk: &Desk, import: &Import) -> Result<(), Failure> {
            let bytes = bytes_of(&import.file)?;
            let lines = lines_of(&bytes);
            let options = v1::$request { part: Some(v1::$part::Part::Options(import.options()?)) };
            let chunk = |bytes: &[u8]| v1::$request { part: Some(v1::$part::Part::Chunk(bytes.to_vec())) };
            let parts: Vec<_> = std::iter::once(options).chain(bytes.chunks(CHUNK).map(chunk)).collect();
            let upload = desk.lasting(tokio_stream::iter(parts))?;
            let answers =
                desk.$service().await?.$method(upload).await.map_err(|status| desk.refused(&status))?;
            follow(desk, answers.into_inner(), lines, import.strict).await
        }
    };
}

import!(
    clues,
    education.import_clues,
    ImportCluesRequest,
    import_clues_request,
    ImportCluesResponse,
    import_clues_response
);
import!(
    institutions,
    directory.import_institutions,
    ImportInstitutionsRequest,
    import_institutions_request,
    ImportInstitutionsResponse,
    import_institutions_response
);

fn lines_of(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count() as u64
}

async fn follow<A: Tells>(
    desk: &Desk,
    mut answers: Streaming<A>,
    lines: u64,
    strict: bool,
) -> Result<(), Failure> {
    let out = &desk.out;
    let bar = bar(out, lines);
    let mut bad = Vec::new();
    let mut summary = None;
    while let Some(answer) = answers.message().await.map_err(|status| desk.refused(&status))? {
        if out.json {
            out.answer(&answer, |_, _| Ok(()))?;
        }
        match answer.news() {
            Some(News::Bad(row)) => bad.push(row),
            Some(News::Progress(figures)) => bar.set_position(figures.read),
            Some(News::Done(done)) => summary = Some(done),
            None => {}
        }
    }
    bar.finish_and_clear();
    let Some(summary) = summary else {
        return Err(Failure::plain(
            "导入中断，已导入的行有效；请用同一文件重新导入，不会重复。",
            "the import broke off; what was imported stands. Import the same file again: nothing is recorded twice.",
        ));
    };
    desk.remember(&summary.consistency_token);
    let figures = summary.figures.unwrap_or_default();
    if !out.json {
        bad_rows(out, &bad)?;
        out.line(conclusion(out, summary.dry_run, figures))?;
    }
    if strict && figures.bad > 0 { Err(Failure::BadRows(figures.bad)) } else { Ok(()) }
}

/// A bar on standard error, when somebody watches.
pub(super) fn bar(out: &Out, lines: u64) -> ProgressBar {
    let target =
        if out.shows_progress() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(lines), target);
    match ProgressStyle::with_template("{bar:40} {pos}/{len} {per_sec} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

fn bad_rows(out: &Out, bad: &[v1::ImportBadRow]) -> Result<(), Failure> {
    const HEADS: Heads = &[("行", "line"), ("字段", "field"), ("原因", "reason"), ("值", "value")];
    if bad.is_empty() {
        return Ok(());
    }
    let rows = bad.iter().map(|row| {
        let reason = match out.lang {
            Lang::Zh => &row.reason_zh,
            Lang::En => &row.reason_en,
        };
        let mut cells: Vec<Cell> = vec![figure(row.line)];
        cells.extend(self::cells([row.field.clone(), reason.clone(), row.value.clone()]));
        cells
    });
    out.table(HEADS, rows.collect())
}

fn conclusion(out: &Out, dry: bool, figures: v1::ImportProgress) -> String {
    let v1::ImportProgress { read, imported, repeated, bad } = figures;
    match (out.lang, dry) {
        (Lang::Zh, false) => {
            format!("读取 {read} 条，导入 {imported} 条，已有 {repeated} 条，错误 {bad} 条。")
        }
        (Lang::Zh, true) => format!(
            "读取 {read} 条，可导入 {imported} 条，已有 {repeated} 条，错误 {bad} 条。仅检查，未导入。"
        ),
        (Lang::En, false) => {
            format!("{read} read, {imported} imported, {repeated} there already, {bad} bad.")
        }
        (Lang::En, true) => {
            format!(
                "{read} read, {imported} importable, {repeated} there already, {bad} bad. Checked only, nothing recorded."
            )
        }
    }
}
