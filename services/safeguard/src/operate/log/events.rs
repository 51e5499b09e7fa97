//! Events of the log as lines: the latest ones, what follows, or all of them in a file. Never here: opening a sealed
//! value.

use std::collections::VecDeque;
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

use clap::Args;
use eventlog::{EventLog, JsonObject, Position, Positioned};
use serde_json::Value;
use wire::texts;

use crate::cli::failure::Failure;
use crate::cli::out::Out;
use crate::operate::copy::new_file;
use crate::operate::{Place, bar, read_only};

/// Events read at once.
const PAGE: usize = 1_000;

/// Which events.
#[derive(Args)]
pub(crate) struct Tail {
    #[command(flatten)]
    place: Place,
    /// 持续显示后续事件（Ctrl-C 结束） | Go on with what follows, until Ctrl-C
    #[arg(long)]
    follow: bool,
    /// 事件名，如 clue.reported 或 clue.*，可重复 | Name of the event, e.g. clue.reported or clue.*, may be repeated
    #[arg(long)]
    kind: Vec<String>,
    /// 流名开头，如 CL-4304 | Beginning of the stream's name, e.g. CL-4304
    #[arg(long, default_value = "", hide_default_value = true, value_name = "PREFIX")]
    stream: String,
    /// 最近几条 | How many of the latest
    #[arg(long, default_value_t = 20, value_name = "N")]
    last: usize,
}

impl Tail {
    /// A name fits when it is the same, or begins like one that ends in a star.
    fn wants(&self, event: &Positioned) -> bool {
        let kind = event.event.kind.as_str();
        let fits = |wanted: &String| match wanted.strip_suffix('*') {
            Some(beginning) => kind.starts_with(beginning),
            None => wanted == kind,
        };
        event.event.stream.as_str().starts_with(&self.stream)
            && (self.kind.is_empty() || self.kind.iter().any(fits))
    }
}

/// Shows the latest events that are wanted, and what follows.
pub(crate) async fn tail(out: &Out, tail: &Tail) -> Result<(), Failure> {
    let log = read_only(&tail.place.config()?).await?;
    let mut latest = VecDeque::with_capacity(tail.last.min(PAGE));
    let after = each(&log, |page| {
        for event in page.into_iter().filter(|event| tail.last > 0 && tail.wants(event)) {
            if latest.len() == tail.last {
                latest.pop_front();
            }
            latest.push_back(event);
        }
        Ok(())
    })
    .await?;
    for event in &latest {
        show(out, event)?;
    }
    if !tail.follow {
        return Ok(());
    }
    tokio::select! {
        outcome = follow(out, tail, &log, after) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn follow(out: &Out, tail: &Tail, log: &EventLog, after: Option<Position>) -> Result<(), Failure> {
    let mut news = log.subscribe(after);
    loop {
        let page = news.next().await.map_err(anyhow::Error::from)?;
        for event in page.iter().filter(|event| tail.wants(event)) {
            show(out, event)?;
        }
    }
}

fn show(out: &Out, event: &Positioned) -> Result<(), Failure> {
    if out.json {
        return out.line(line(event)?);
    }
    let Positioned { position, event } = event;
    let at = texts::moment(event.recorded_at);
    out.line(format!(
        "{position} {at} {}@{} {} {}",
        event.stream,
        event.revision,
        event.kind,
        event.data.as_str()
    ))
}

/// Writes every event to a new file or to standard output.
pub(crate) async fn export(out: &Out, to: &Path, place: &Place) -> Result<(), Failure> {
    let log = read_only(&place.config()?).await?;
    let total = log.statistics().await.map_err(anyhow::Error::from)?.events;
    let bar = bar(out, Some(total), out.either("导出", "export"));
    if to == Path::new("-") {
        write_all(&log, BufWriter::new(stdout()), |count| bar.inc(count)).await?;
        return Ok(());
    }
    let file = new_file(to)?;
    let written = write_all(&log, BufWriter::new(&file), |count| bar.inc(count)).await;
    let written = written.and_then(|count| file.sync_all().map(|()| count).map_err(Failure::from));
    bar.finish_and_clear();
    match written {
        Ok(count) if out.json => {
            out.object(&serde_json::json!({ "events": count, "file": to.display().to_string() }))
        }
        Ok(count) => out.line(out.named("已导出事件数：", "events exported:", count)),
        Err(failure) => {
            // Half an export under the name asked for would look like a whole one.
            std::fs::remove_file(to).ok();
            Err(failure)
        }
    }
}

async fn write_all(log: &EventLog, mut to: impl Write, mut told: impl FnMut(u64)) -> Result<u64, Failure> {
    let mut count = 0;
    each(log, |page| {
        for event in &page {
            writeln!(to, "{}", line(event)?)?;
        }
        count += page.len() as u64;
        told(page.len() as u64);
        Ok(())
    })
    .await?;
    to.flush()?;
    Ok(count)
}

/// Every event up to the log's end, page by page; answers with the last position.
pub(in crate::operate) async fn each(
    log: &EventLog,
    mut page: impl FnMut(Vec<Positioned>) -> Result<(), Failure>,
) -> Result<Option<Position>, Failure> {
    let mut after = None;
    loop {
        let events = log.read_all(after, PAGE).await.map_err(anyhow::Error::from)?;
        let Some(last) = events.last() else { return Ok(after) };
        after = Some(last.position);
        page(events)?;
    }
}

/// One event as one line of JSON; the payload as it is stored.
fn line(event: &Positioned) -> Result<String, Failure> {
    let Positioned { position, event } = event;
    let text = |text: &str| Value::from(text).to_string();
    Ok(format!(
        "{{\"position\":\"{position}\",\"stream\":{},\"revision\":{},\"id\":\"{}\",\"kind\":{},\"recorded_at\":\"{}\",\"data\":{},\"metadata\":{}}}",
        text(event.stream.as_str()),
        event.revision,
        event.id,
        text(&event.kind),
        event.recorded_at,
        one_line(&event.data)?,
        one_line(&event.metadata)?,
    ))
}

/// A payload without line breaks: a log may give JSON back in several lines.
fn one_line(payload: &JsonObject) -> Result<String, Failure> {
    let text = payload.as_str();
    if !text.contains(['\n', '\r']) {
        return Ok(text.to_owned());
    }
    let value: Value = serde_json::from_str(text).map_err(anyhow::Error::from)?;
    Ok(value.to_string())
}
