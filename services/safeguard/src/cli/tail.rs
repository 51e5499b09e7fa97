//! Following the event streams over the network, as a subscriber does. Never here: the log's file (`log tail`).

use clap::{Args, ValueEnum};
use domain::actor::Agency;
use domain::category::{Category, Urgency};
use wire::cloudevents::CloudEvent;
use wire::cloudevents::cloud_event::cloud_event_attribute_value::Attr;
use wire::v1::subscribe_response::News;
use wire::{cloud, v1};

use super::again::Again;
use super::desk::Desk;
use super::failure::Failure;
use super::out::Out;
use super::times::shown;
use super::words::one_of;

/// Which events; every condition must hold, within one any value will do.
#[derive(Debug, Clone, Args)]
pub(crate) struct Wanted {
    /// 事件名，如 clue.reported 或 clue.*，可重复 | Name of the event, e.g. clue.reported or clue.*, may be repeated
    #[arg(long)]
    kind: Vec<String>,
    /// 事项类别，可重复 | Category of the matter, may be repeated
    #[arg(long, value_parser = one_of::<Category>(), hide_possible_values = true)]
    category: Vec<i32>,
    /// 流名开头，如 CL-4304 | Beginning of the stream's name, e.g. CL-4304
    #[arg(long, default_value = "", hide_default_value = true, value_name = "PREFIX")]
    stream: String,
    /// 行政区划代码（含下级）或其开头数字，可重复 | Division code (with all below it) or its first digits, may be repeated
    #[arg(long)]
    division: Vec<String>,
    /// 办理或受移送的机关，可重复 | Agency that holds or was handed the matter, may be repeated
    #[arg(long, value_parser = one_of::<Agency>(), hide_possible_values = true)]
    agency: Vec<i32>,
    /// 紧急程度，可重复 | Urgency of the matter, may be repeated
    #[arg(long, value_parser = one_of::<Urgency>())]
    urgency: Vec<i32>,
}

impl Wanted {
    /// As the hub is asked.
    pub(crate) fn filter(&self) -> v1::EventFilter {
        v1::EventFilter {
            kinds: self.kind.clone(),
            stream_prefix: self.stream.clone(),
            categories: self.category.clone(),
            divisions: self.division.clone(),
            agencies: self.agency.clone(),
            urgencies: self.urgency.clone(),
        }
    }
}

/// How events are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// 每个事件一行文字 | A line of text for each event
    Table,
    /// CloudEvents 的 JSON 格式，缩进 | CloudEvents in JSON, indented
    Json,
    /// CloudEvents 的 JSON 格式，每个一行 | CloudEvents in JSON, one a line
    Jsonl,
}

/// What to follow.
#[derive(Args)]
pub(crate) struct Tail {
    #[command(flatten)]
    wanted: Wanted,
    /// 从何处开始：beginning、now，或某位置之后 | Where to start: beginning, now, or behind a position
    #[arg(long, visible_alias = "after", id = "position", default_value = "now", value_name = "WHERE")]
    from: String,
    /// 赶上现状后即结束 | End once everything up to now was shown
    #[arg(long)]
    until_now: bool,
    /// 输出格式；--json 即 jsonl | How to print; --json means jsonl
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Where a connection ended well: everything wanted was shown.
struct Done;

/// Follows until Ctrl-C.
pub(crate) async fn run(desk: &Desk, tail: &Tail) -> Result<(), Failure> {
    tokio::select! {
        outcome = forever(desk, tail) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn forever(desk: &Desk, tail: &Tail) -> Result<(), Failure> {
    let mut from = tail.from.clone();
    let mut again = Again::new();
    loop {
        let before = from.clone();
        let failure = match follow(desk, tail, &mut from).await {
            Ok(Done) => return Ok(()),
            Err(failure) => failure,
        };
        let next = (format!("从位置 {from} 继续"), format!("continuing from {from}"));
        again.after(&desk.out, failure, from != before, (&next.0, &next.1)).await?;
    }
}

/// Follows one connection to its end; `from` moves with what was shown.
async fn follow(desk: &Desk, tail: &Tail, from: &mut String) -> Result<Done, Failure> {
    let (start, after_position) = match from.as_str() {
        "beginning" => (v1::SubscribeFrom::Beginning, String::new()),
        "now" => (v1::SubscribeFrom::Now, String::new()),
        position => (v1::SubscribeFrom::After, position.to_owned()),
    };
    let request = desk.lasting(v1::SubscribeRequest {
        from: start.into(),
        after_position,
        filter: Some(tail.wanted.filter()),
        ..v1::SubscribeRequest::default()
    })?;
    let answer = desk.streams().await?.subscribe(request).await.map_err(|status| desk.refused(&status))?;
    let mut news = answer.into_inner();
    loop {
        let told = news.message().await.map_err(|status| desk.refused(&status))?;
        let told = told.ok_or_else(|| desk.lost("end of stream"))?;
        let reached = match told.news {
            Some(News::Batch(batch)) => {
                for event in &batch.events.unwrap_or_default().events().collect::<Vec<_>>() {
                    print(&desk.out, tail.format, event)?;
                }
                batch.position
            }
            Some(News::CaughtUp(_)) if tail.until_now => return Ok(Done),
            Some(News::CaughtUp(caught_up)) => caught_up.position,
            Some(News::Heartbeat(beat)) => beat.position,
            None => String::new(),
        };
        if !reached.is_empty() {
            *from = reached;
        }
    }
}

/// Prints one event.
pub(super) fn print(out: &Out, format: Format, event: &CloudEvent) -> Result<(), Failure> {
    let json = cloud::json(event);
    match format {
        Format::Jsonl => out.line(json),
        Format::Table if out.json => out.line(json),
        Format::Json => {
            let value: serde_json::Value = serde_json::from_str(&json).map_err(anyhow::Error::from)?;
            out.line(format!("{value:#}"))
        }
        Format::Table => {
            let at = match event.attributes.get("time").and_then(|time| time.attr.as_ref()) {
                Some(Attr::CeTimestamp(at)) => shown(Some(at)),
                Some(_) | None => String::new(),
            };
            let word = |name| cloud::word(event, name);
            let (position, stream, revision) = (word("position"), word("subject"), word("revision"));
            out.line(format!(
                "{position} {at} {stream}@{revision} {} {} {}",
                event.r#type,
                word("classification"),
                cloud::payload(event)
            ))
        }
    }
}
