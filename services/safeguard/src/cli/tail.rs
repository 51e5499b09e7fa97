//! Following the event streams over the network, as a subscriber does. Never here: the log's file (`log tail`).

use std::time::Duration;

use clap::Args;
use tokio::time::sleep;
use wire::v1;
use wire::v1::subscribe_response::News;

use super::desk::Desk;
use super::failure::Failure;
use super::times::{shown, span};

/// Pauses before trying again, in seconds.
const PAUSE: u64 = 1;
const LONGEST_PAUSE: u64 = 30;

/// What to follow.
#[derive(Args)]
pub(crate) struct Tail {
    /// 事件名，如 clue.reported 或 clue.*，可重复 | Name of the event, e.g. clue.reported or clue.*, may be repeated
    #[arg(long)]
    kind: Vec<String>,
    /// 流名开头，如 CL-4304 | Beginning of the stream's name, e.g. CL-4304
    #[arg(long, default_value = "", hide_default_value = true, value_name = "PREFIX")]
    stream: String,
    /// 从何处开始：beginning、now 或位置 | Where to start: beginning, now, or a position
    #[arg(long, default_value = "now", value_name = "WHERE")]
    from: String,
}

/// Follows until Ctrl-C.
pub(crate) async fn run(desk: &Desk, tail: &Tail) -> Result<(), Failure> {
    tokio::select! {
        outcome = forever(desk, tail) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn forever(desk: &Desk, tail: &Tail) -> Result<(), Failure> {
    let mut from = tail.from.clone();
    let mut pause = PAUSE;
    loop {
        let before = from.clone();
        let Err(failure) = follow(desk, tail, &mut from).await;
        if !failure.passes() {
            return Err(failure);
        }
        if from != before {
            pause = PAUSE;
        }
        let out = &desk.out;
        out.notice(failure.say(out.lang));
        let again = span(out.lang, pause);
        out.notice(match out.lang {
            wire::Lang::Zh => format!("{again}后从位置 {from} 继续……"),
            wire::Lang::En => format!("continuing from {from} in {again} ..."),
        });
        sleep(Duration::from_secs(pause)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Follows one connection to its end; `from` moves with what was shown.
async fn follow(desk: &Desk, tail: &Tail, from: &mut String) -> Result<std::convert::Infallible, Failure> {
    let (start, after_position) = match from.as_str() {
        "beginning" => (v1::SubscribeFrom::Beginning, String::new()),
        "now" => (v1::SubscribeFrom::Now, String::new()),
        position => (v1::SubscribeFrom::After, position.to_owned()),
    };
    let request = desk.lasting(v1::SubscribeRequest {
        from: start.into(),
        after_position,
        kinds: tail.kind.clone(),
        stream_prefix: tail.stream.clone(),
    })?;
    let answer = desk.streams().await?.subscribe(request).await.map_err(|status| desk.refused(&status))?;
    let mut news = answer.into_inner();
    loop {
        let told = news.message().await.map_err(|status| desk.refused(&status))?;
        let told = told.ok_or_else(|| desk.lost("end of stream"))?;
        desk.out.answer(&told, |out, told| match &told.news {
            Some(News::Event(event)) => {
                let at = shown(event.recorded_at.as_ref());
                out.line(format!(
                    "{} {at} {}@{} {} {}",
                    event.position, event.stream, event.revision, event.kind, event.data
                ))
            }
            Some(News::CaughtUp(_) | News::Heartbeat(_)) | None => Ok(()),
        })?;
        match told.news {
            Some(News::Event(event)) => *from = event.position,
            Some(News::CaughtUp(reached)) if !reached.position.is_empty() => *from = reached.position,
            Some(News::CaughtUp(_) | News::Heartbeat(_)) | None => {}
        }
    }
}
