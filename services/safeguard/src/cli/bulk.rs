//! Sending the records of a file to a bulk intake: each is answered by its line, what was not answered before a
//! connection broke is sent again, and what came too early is sent once more at the end. Nothing is recorded twice: a
//! record keeps its id. Never here: what a record is about.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use prost::{Message, Name};
use serde_json::json;
use tokio_stream::Iter;
use tonic::{Request, Response, Streaming};
use wire::v1::bulk_outcome::What;
use wire::{Lang, Violation, v1};

use super::again::Again;
use super::badge::bytes_of;
use super::desk::Desk;
use super::failure::Failure;
use super::import::bar;
use super::out::{Heads, Out, cells, figure};
use super::record::{Bulk, Read, read};

/// How often what came too early is sent once more, as long as some of it is taken each time.
const ROUNDS: u32 = 20;

// What to send.
#[derive(Args)]
pub(crate) struct Feed {
    /// 文件（UTF-8） | The file, UTF-8
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// 格式；不填则看扩展名 | How it is written; by the file's ending when not given
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// 有错误记录时以退出码 2 结束 | Exit with code 2 when a record was refused
    #[arg(long)]
    strict: bool,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Format {
    /// RFC 4180 with a header line.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// How a file is written, by its ending when nobody says.
pub(crate) fn format(format: Option<Format>, file: &std::path::Path) -> Result<v1::ImportFormat, Failure> {
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    match (format, ending.as_str()) {
        (Some(Format::Csv), _) | (None, "csv") => Ok(v1::ImportFormat::Csv),
        (Some(Format::Jsonl), _) | (None, "jsonl" | "ndjson" | "json") => Ok(v1::ImportFormat::JsonLines),
        (None, _) => Err(Failure::plain(
            "从扩展名看不出格式；请加 --format csv 或 --format jsonl。",
            "the file's ending does not tell how it is written; add --format csv or --format jsonl.",
        )),
    }
}

/// An answer of a bulk intake.
pub(crate) trait Answers: Message + Name + Default + 'static {
    /// What became of which record.
    fn outcome(self) -> Option<v1::BulkOutcome>;
}

macro_rules! bulk {
    ($($request:ident $id:literal $answer:ident)+) => {
        $(
            impl Bulk for v1::$request {
                const ID: Option<&'static str> = Some($id);
            }

            impl Answers for v1::$answer {
                fn outcome(self) -> Option<v1::BulkOutcome> {
                    self.outcome
                }
            }
        )+
    };
}

bulk! {
    WorkHazardsRequest "request_id" WorkHazardsResponse
    ReportInspectionsRequest "report.request_id" ReportInspectionsResponse
    SignInspectionsRequest "request_id" SignInspectionsResponse
    ReportDispatchesRequest "request_id" ReportDispatchesResponse
    ReportStaffCountsRequest "request_id" ReportStaffCountsResponse
}

/// The records on their way.
pub(crate) type Sending<M> = Iter<std::vec::IntoIter<M>>;

/// What became of a file.
struct Fate<M> {
    /// Not answered yet.
    open: BTreeMap<u64, M>,
    /// Came too early; with why.
    early: BTreeMap<u64, (M, v1::BulkRefused)>,
    refused: Vec<(u64, v1::BulkRefused)>,
    recorded: u64,
    repeated: u64,
    token: String,
}

/// Sends the records of a file. `given` are fields that the command line states for records that do not.
pub(crate) async fn send<M: Bulk, A: Answers>(
    desk: &Desk,
    feed: &Feed,
    given: &[(&str, String)],
    call: impl AsyncFn(Request<Sending<M>>) -> Result<Response<Streaming<A>>, Failure>,
) -> Result<(), Failure> {
    let bytes = bytes_of(&feed.file)?;
    let Read { good, bad } = read::<M>(format(feed.format, &feed.file)?, &bytes, given)?;
    let bar = bar(&desk.out, good.len() as u64);
    let mut fate = Fate {
        open: good,
        early: BTreeMap::new(),
        refused: Vec::new(),
        recorded: 0,
        repeated: 0,
        token: String::new(),
    };
    let mut done = fate.deliver(desk, &call, &bar).await;
    for _ in 0..ROUNDS {
        let waiting = fate.early.len();
        if done.is_err() || waiting == 0 {
            break;
        }
        fate.open = std::mem::take(&mut fate.early).into_iter().map(|(line, (one, _))| (line, one)).collect();
        done = fate.deliver(desk, &call, &bar).await;
        if fate.early.len() == waiting {
            break;
        }
    }
    bar.finish_and_clear();
    desk.remember(&fate.token);
    let told = fate.tell(&desk.out, &bad);
    done.and(told).and_then(|refused| match feed.strict && refused > 0 {
        true => Err(Failure::BadRows(refused)),
        false => Ok(()),
    })
}

impl<M: Bulk> Fate<M> {
    /// Sends what is open until everything is answered; comes back after a broken connection.
    async fn deliver<A: Answers>(
        &mut self,
        desk: &Desk,
        call: &impl AsyncFn(Request<Sending<M>>) -> Result<Response<Streaming<A>>, Failure>,
        bar: &indicatif::ProgressBar,
    ) -> Result<(), Failure> {
        let mut again = Again::new();
        while !self.open.is_empty() {
            let before = self.open.len();
            let records: Vec<M> = self.open.values().cloned().collect();
            let broken = match call(desk.lasting(tokio_stream::iter(records))?).await {
                Ok(answers) => self.listen(desk, answers.into_inner(), bar).await,
                Err(failure) => Err(failure),
            };
            let failure = match broken {
                Err(failure) => failure,
                Ok(()) if self.open.is_empty() => break,
                Ok(()) => desk.lost("the stream ended early"),
            };
            again.after(&desk.out, failure, self.open.len() < before, ("续传", "going on")).await?;
        }
        Ok(())
    }

    async fn listen<A: Answers>(
        &mut self,
        desk: &Desk,
        mut answers: Streaming<A>,
        bar: &indicatif::ProgressBar,
    ) -> Result<(), Failure> {
        while let Some(answer) = answers.message().await.map_err(|status| desk.refused(&status))? {
            let Some(v1::BulkOutcome { number, what: Some(what) }) = answer.outcome() else { continue };
            let Some(record) = self.open.remove(&number) else { continue };
            bar.inc(1);
            self.take(&desk.out, (number, record), what)?;
        }
        Ok(())
    }

    fn take(&mut self, out: &Out, (line, record): (u64, M), what: What) -> Result<(), Failure> {
        let told = match what {
            // A step whose place comes with the one before it may only have come too early.
            What::Refused(why) if why.not_yet || why.reason == "HAZARD_NOT_HERE" => {
                self.early.insert(line, (record, why));
                return Ok(());
            }
            What::Refused(why) => {
                self.refused.push((line, why));
                return Ok(());
            }
            What::Recorded(told) => {
                self.recorded += 1;
                told
            }
            What::Repeated(told) => {
                self.repeated += 1;
                told
            }
        };
        self.token = told.consistency_token;
        if out.json { out.object(&json!({ "line": line, "matter_id": told.matter_id })) } else { Ok(()) }
    }

    /// What became of every record; how many were not recorded.
    fn tell(&self, out: &Out, unread: &[(u64, Vec<Violation>)]) -> Result<u64, Failure> {
        let mut told = unread_ones(out, unread);
        let early = self.early.iter().map(|(line, (_, why))| (line, why));
        for (line, why) in self.refused.iter().map(|(line, why)| (line, why)).chain(early) {
            told.extend(refused(out.lang, *line, why));
        }
        told.sort_by_key(|one| one.line);
        let refused = (unread.len() + self.refused.len() + self.early.len()) as u64;
        let (recorded, repeated) = (self.recorded, self.repeated);
        let read = refused + recorded + repeated + self.open.len() as u64;
        if out.json {
            told.iter().try_for_each(|one| out.object(&one.json()))?;
            let done =
                json!({ "read": read, "recorded": recorded, "repeated": repeated, "refused": refused });
            out.object(&json!({ "done": done }))?;
        } else {
            complain(out, told)?;
            out.line(match out.lang {
                Lang::Zh => {
                    format!("读取 {read} 条，记录 {recorded} 条，已有 {repeated} 条，未记录 {refused} 条。")
                }
                Lang::En => {
                    format!("{read} read, {recorded} recorded, {repeated} there already, {refused} refused.")
                }
            })?;
        }
        Ok(refused)
    }
}

/// Why a record was not recorded.
struct Complaint {
    line: u64,
    field: String,
    reason: String,
    text: String,
}

impl Complaint {
    fn of(line: u64, (field, reason): (&str, &str), text: &str) -> Self {
        Self { line, field: field.to_owned(), reason: reason.to_owned(), text: text.to_owned() }
    }

    fn json(&self) -> serde_json::Value {
        let Self { line, field, reason, text } = self;
        json!({ "line": line, "field": field, "reason": reason, "text": text })
    }
}

/// A refusal as complaints: one for each fault of its shape.
fn refused(lang: Lang, line: u64, why: &v1::BulkRefused) -> Vec<Complaint> {
    let text = |zh: &String, en: &String| match lang {
        Lang::Zh => zh.clone(),
        Lang::En => en.clone(),
    };
    if why.faults.is_empty() {
        let said = text(&why.reason_zh, &why.reason_en);
        return vec![Complaint::of(line, ("", &why.reason), &said)];
    }
    let one = |fault: &v1::BulkFault| {
        let said = text(&fault.reason_zh, &fault.reason_en);
        Complaint::of(line, (&fault.field, &fault.reason), &said)
    };
    why.faults.iter().map(one).collect()
}

/// Tells what could not be read, by line and field.
pub(crate) fn complain_unread(out: &Out, unread: &[(u64, Vec<Violation>)]) -> Result<(), Failure> {
    let told = unread_ones(out, unread);
    if out.json { told.iter().try_for_each(|one| out.object(&one.json())) } else { complain(out, told) }
}

fn unread_ones(out: &Out, unread: &[(u64, Vec<Violation>)]) -> Vec<Complaint> {
    let one = |line: u64, fault: &Violation| {
        Complaint::of(line, (&fault.field, &fault.reason), fault.text(out.lang))
    };
    unread.iter().flat_map(|(line, faults)| faults.iter().map(move |fault| one(*line, fault))).collect()
}

fn complain(out: &Out, told: Vec<Complaint>) -> Result<(), Failure> {
    const HEADS: Heads = &[("行", "line"), ("字段", "field"), ("原因", "why")];
    if told.is_empty() {
        return Ok(());
    }
    let rows = told.into_iter().map(|one| {
        let mut row = vec![figure(one.line)];
        row.extend(cells([one.field, one.text]));
        row
    });
    out.table(HEADS, rows.collect())
}
