//! Imports: a file arrives in chunks, becomes numbered records, each is taken or refused by line and field,
//! and the good ones are recorded. Never here: what a record means.
//!
//! Every record becomes one command whose id derives from the record itself, so an import that broke off is
//! simply sent again. Few imports run at once in a process, and each holds its file and the records being
//! recorded, never all of its records. What the law hurries is taken first, wherever it stands in the file, and waits for
//! no other's place; the rest takes turns with all records of bulk.

mod records;
mod turns;

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use futures::stream;
use futures::{Stream, StreamExt};
use serde_json::Value;
use tokio::sync::{Semaphore, SemaphorePermit, mpsc};
use tokio::time::{Instant, timeout};
use tonic::Streaming;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::{ImportBadRow, ImportFormat, ImportOptions, ImportProgress, ImportSummary};
use wire::violations::{Violation, Violations};

use crate::admission::{Class, Records};
use crate::token::Token;

pub use records::{Fields, MAX_RECORDS, Record, records};
pub use turns::Turns;

/// Largest file taken, in bytes.
pub const MAX_FILE_BYTES: usize = 64 * 1024 * 1024;
/// Records being recorded at once: enough to share commits, few enough to leave room for others.
const AT_ONCE: usize = 16;
/// The same of those the law hurries: their unit has reports to make that are not in a file.
const PRESSING_AT_ONCE: usize = 4;
/// Records that may wait until the caller is told of them.
const UNTOLD: usize = 64;
/// Records after which others get a chance to run, whether or not anything had to be waited for.
const BREATH: u64 = 64;
/// Imports of this process, from the first byte received to the last word said.
static AT_WORK: Semaphore = Semaphore::const_new(2);
/// How long an import waits for another to end before it is put off.
const QUEUE: Duration = Duration::from_secs(20);
/// When an import that was put off may come again.
const RETRY_AFTER: Duration = Duration::from_secs(30);
/// Longest time a file may take to arrive, and longest time a caller may take to hear one piece of news: a slow
/// one must not keep others out.
const SLOWEST_UPLOAD: Duration = Duration::from_secs(300);
const SLOWEST_READER: Duration = Duration::from_secs(60);
/// How often progress is told.
const EVERY: Duration = Duration::from_millis(500);

/// One part of an upload.
#[derive(Debug)]
pub enum Part {
    /// The first message.
    Options(ImportOptions),
    /// Bytes of the file.
    Chunk(Vec<u8>),
}

/// What an import tells while it works.
#[derive(Debug)]
pub enum News {
    /// A record was refused.
    BadRow(ImportBadRow),
    /// How far it is.
    Progress(ImportProgress),
    /// It is done.
    Done(ImportSummary),
}

/// What became of one good record.
#[derive(Debug)]
pub enum Taken {
    /// It was recorded; the token of what was written.
    New(Token),
    /// It was there already.
    Repeated,
    /// It would be recorded.
    Dry,
}

/// A received file. While it lives it counts as one of the imports at work.
#[derive(Debug)]
pub struct Upload {
    /// How it is to be imported.
    pub options: ImportOptions,
    bytes: Vec<u8>,
    turns: Records,
    _place: SemaphorePermit<'static>,
}

/// Receives an upload once there is room for one more import; its records enter by `turns`. Whether the caller may import
/// is asked before.
///
/// # Errors
/// `Throttled` when too many imports are at work, options missing or not first, no format, a file over
/// [`MAX_FILE_BYTES`], or `Late` when it does not arrive in time.
pub async fn receive<M>(
    turns: Records,
    upload: Streaming<M>,
    part: impl Fn(M) -> Option<Part>,
) -> Result<Upload, tonic::Status> {
    let Ok(Ok(place)) = timeout(QUEUE, AT_WORK.acquire()).await else {
        return Err(Refusal::Throttled { retry_after: RETRY_AFTER }.into());
    };
    let (options, bytes) =
        timeout(SLOWEST_UPLOAD, all_of(upload, part)).await.map_err(|_| Refusal::Late)??;
    // A call that was broken off ends like a file that is whole; but it is dropped as soon as it waits for anything.
    tokio::task::yield_now().await;
    Ok(Upload { options, bytes, turns, _place: place })
}

async fn all_of<M>(
    mut upload: Streaming<M>,
    part: impl Fn(M) -> Option<Part>,
) -> Result<(ImportOptions, Vec<u8>), tonic::Status> {
    let missing = || Refusal::shape("options", &Flaw::new("REQUIRED"));
    let first = upload.message().await?.and_then(&part);
    let Some(Part::Options(options)) = first else { return Err(missing().into()) };
    let mut faults = Violations::new();
    let _ = faults.request_id(&options.request_id);
    if !matches!(options.format(), ImportFormat::Csv | ImportFormat::JsonLines) {
        faults.add("format", &Flaw::new("UNSPECIFIED"));
    }
    faults.into_result()?;
    let mut bytes = Vec::new();
    while let Some(message) = upload.message().await? {
        match part(message) {
            Some(Part::Chunk(chunk)) if bytes.len() + chunk.len() <= MAX_FILE_BYTES => bytes.extend(chunk),
            Some(Part::Chunk(_)) => return Err(Refusal::TooLarge { limit: MAX_FILE_BYTES as u64 }.into()),
            Some(Part::Options(_)) | None => return Err(missing().into()),
        }
    }
    Ok((options, bytes))
}

/// Takes every record, first those that `presses`, and tells the news; ends early only when the log is down or the caller
/// is gone. The values of the fields named in `plain` are shown beside their faults; all others may be personal. Whether a
/// record presses must be answered in the same way each time.
///
/// # Errors
/// `LogDown`, `Permission` and the like: what concerns the whole import and not one record.
pub async fn run<F, Fut>(
    upload: &Upload,
    news: &mpsc::Sender<Result<News, tonic::Status>>,
    plain: &[&str],
    presses: impl Fn(&Fields) -> bool,
    take: F,
) -> Result<(), Refusal>
where
    F: Fn(Fields) -> Fut,
    Fut: Future<Output = Result<Taken, Refusal>>,
{
    let Upload { options, turns, .. } = upload;
    let (room, take, presses) = (Semaphore::new(UNTOLD), &take, &presses);
    let (queue, mut outcomes) = mpsc::unbounded_channel();
    // Taking goes on while the caller is told, so that no record keeps a place at work because somebody reads slowly.
    let taking = async {
        let (queue, room) = (queue, &room);
        let one = move |class: Class, Record { line, fields }: Record| async move {
            let untold = room.acquire().await;
            let outcome = match fields {
                Ok(fields) => {
                    let shown = shown(&fields, plain);
                    let taken = match turns.turn(class).await {
                        Ok(_at_work) => take(fields).await,
                        Err(refusal) => Err(refusal),
                    };
                    (line, shown, taken)
                }
                Err(violation) => (line, Shown::new(), Err(Refusal::Shape(vec![violation]))),
            };
            (untold, outcome)
        };
        let first = those(upload, presses, true).map(move |record| one(Class::Urgent, record));
        let rest = those(upload, presses, false).map(move |record| one(Class::Bulk, record));
        let taken = first.buffer_unordered(PRESSING_AT_ONCE).chain(rest.buffer_unordered(AT_ONCE));
        let sent = taken.for_each(|outcome| {
            let _ = queue.send(outcome);
            std::future::ready(())
        });
        sent.await;
        Ok(())
    };
    let telling = told(options, news, &mut outcomes);
    futures::future::try_join(taking, telling).await.map(|_| ())
}

/// The records of a file that press, or those that do not; they are found by reading all of it, with room for others in
/// between.
fn those<'a>(
    upload: &'a Upload,
    presses: &'a impl Fn(&Fields) -> bool,
    pressing: bool,
) -> impl Stream<Item = Record> + 'a {
    let all = (1_u64..).zip(records(upload.options.format(), &upload.bytes));
    stream::iter(all).filter_map(move |(place, record)| async move {
        if place % BREATH == 0 {
            tokio::task::yield_now().await;
        }
        let found = record.fields.as_ref().is_ok_and(presses);
        (found == pressing).then_some(record)
    })
}

/// What became of a record, by its line, with the values that may be shown; what comes with it counts until it is told.
type Outcome<T> = (T, (u64, Shown, Result<Taken, Refusal>));

/// Tells what became of the records, how far the import is, and in the end all of it.
async fn told<T>(
    options: &ImportOptions,
    news: &mpsc::Sender<Result<News, tonic::Status>>,
    outcomes: &mut mpsc::UnboundedReceiver<Outcome<T>>,
) -> Result<(), Refusal> {
    let mut figures = ImportProgress::default();
    let mut last = None;
    let mut told = Instant::now();
    while let Some((_untold, (line, shown, outcome))) = outcomes.recv().await {
        figures.read += 1;
        if figures.read % BREATH == 0 {
            tokio::task::yield_now().await;
        }
        match outcome {
            Ok(Taken::New(token)) => {
                figures.imported += 1;
                last = Some(token);
            }
            Ok(Taken::Dry) => figures.imported += 1,
            Ok(Taken::Repeated) => figures.repeated += 1,
            Err(refusal) => {
                figures.bad += 1;
                for mut row in bad_rows(line, refusal)? {
                    row.value = shown.get(row.field.as_str()).cloned().unwrap_or_default();
                    tell(news, News::BadRow(row)).await?;
                }
            }
        }
        if told.elapsed() >= EVERY {
            told = Instant::now();
            tell(news, News::Progress(figures)).await?;
        }
    }
    let consistency_token = last.map(|token| token.to_string()).unwrap_or_default();
    let done = ImportSummary { figures: Some(figures), consistency_token, dry_run: options.dry_run };
    tell(news, News::Done(done)).await
}

/// Values that may be shown beside a fault, by field.
type Shown = BTreeMap<String, String>;

/// Longest value shown, in characters.
const SHOWN: usize = 40;

fn shown(fields: &Fields, plain: &[&str]) -> Shown {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let named = fields.iter().filter(|(name, _)| plain.contains(&name.as_str()));
    named.map(|(name, value)| (name.clone(), text(value).chars().take(SHOWN).collect())).collect()
}

/// What is wrong with one record, or the refusal again when it concerns the whole import.
fn bad_rows(line: u64, refusal: Refusal) -> Result<Vec<ImportBadRow>, Refusal> {
    match refusal {
        Refusal::Shape(violations) => {
            Ok(violations.into_iter().map(|violation| bad_row(line, violation)).collect())
        }
        // A record outside the caller's area is that record's fault, not the file's.
        one @ (Refusal::Law { .. } | Refusal::Permission) => {
            let (zh, en) = (one.say(wire::Lang::Zh), one.say(wire::Lang::En));
            let row = ImportBadRow { line, reason_zh: zh, reason_en: en, ..ImportBadRow::default() };
            Ok(vec![row])
        }
        other @ (Refusal::Identity { .. }
        | Refusal::Contended
        | Refusal::LogDown { .. }
        | Refusal::Late
        | Refusal::NotFound
        | Refusal::TooLarge { .. }
        | Refusal::TooSlow
        | Refusal::Throttled { .. }
        | Refusal::Overloaded { .. }
        | Refusal::Internal) => Err(other),
    }
}

fn bad_row(line: u64, violation: Violation) -> ImportBadRow {
    let Violation { field, zh, en, .. } = violation;
    ImportBadRow { line, field, reason_zh: zh, reason_en: en, value: String::new() }
}

/// Tells the caller; a caller who has gone or does not listen ends the import, and what was recorded stands.
async fn tell(news: &mpsc::Sender<Result<News, tonic::Status>>, one: News) -> Result<(), Refusal> {
    news.send_timeout(Ok(one), SLOWEST_READER).await.map_err(|_| Refusal::Late)
}

#[cfg(test)]
mod tests;
