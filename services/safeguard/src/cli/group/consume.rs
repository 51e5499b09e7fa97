//! A member of a group at the command line: prints each event and acknowledges it when it is printed. Never here:
//! doing anything with an event.

use clap::Args;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::Streaming;
use wire::v1;
use wire::v1::consume_request::Word as Say;
use wire::v1::consume_response::Word as Told;

use super::Which;
use crate::cli::again::Again;
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;
use crate::cli::tail::{Format, print};

/// A member at work.
#[derive(Args)]
pub(crate) struct Consume {
    #[command(flatten)]
    which: Which,
    /// 未答复的投递上限 | Deliveries taken before they are answered
    #[arg(long, default_value_t = 16, value_name = "N")]
    max_in_flight: u32,
    /// 处理这么多事件后结束 | End after so many events
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// 输出格式；--json 即 jsonl | How to print; --json means jsonl
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Works until Ctrl-C or the count.
pub(super) async fn run(desk: &Desk, consume: &Consume) -> Result<(), Failure> {
    tokio::select! {
        outcome = forever(desk, consume) => outcome,
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn forever(desk: &Desk, consume: &Consume) -> Result<(), Failure> {
    let (mut again, mut left) = (Again::new(), consume.count);
    loop {
        let before = left;
        let Err(failure) = work(desk, consume, &mut left).await else { return Ok(()) };
        again.after(&desk.out, failure, left != before, ("重新加入", "joining again")).await?;
    }
}

/// One connection, to the end of the count.
async fn work(desk: &Desk, consume: &Consume, left: &mut Option<u64>) -> Result<(), Failure> {
    if *left == Some(0) {
        return Ok(());
    }
    let (say, words) = mpsc::channel(8);
    // One at a time to a count: what is taken and left counts as a failure.
    let max_in_flight = if left.is_some() { 1 } else { consume.max_in_flight };
    let join = v1::JoinGroup { group: consume.which.on_wire(), max_in_flight };
    tell(desk, &say, Say::Join(join)).await?;
    let request = desk.lasting(ReceiverStream::new(words))?;
    let answer = desk.groups().await?.consume(request).await.map_err(|status| desk.refused(&status))?;
    let mut told = answer.into_inner();
    let mut say = Some(say);
    let mut unanswered = 0_u64;
    loop {
        match next(desk, &mut told).await? {
            Told::Delivery(delivery) => {
                let Some(open) = &say else { continue };
                if let Some(event) = &delivery.event {
                    print(&desk.out, consume.format, event)?;
                }
                let done = v1::Acknowledge { delivery_ids: vec![delivery.id] };
                tell(desk, open, Say::Acknowledge(done)).await?;
                unanswered += 1;
                *left = left.map(|left| left.saturating_sub(1));
                if *left == Some(0) {
                    // The last word: nothing more is handed out to this member.
                    say = None;
                }
            }
            Told::Answered(answered) => {
                unanswered = unanswered.saturating_sub(answered.answers.len() as u64);
                if *left == Some(0) && unanswered == 0 {
                    return Ok(());
                }
            }
            Told::Joined(_) | Told::Heartbeat(_) => {}
        }
    }
}

async fn tell(desk: &Desk, say: &mpsc::Sender<v1::ConsumeRequest>, word: Say) -> Result<(), Failure> {
    let said = say.send(v1::ConsumeRequest { word: Some(word) }).await;
    said.map_err(|_| desk.lost("end of stream"))
}

async fn next(desk: &Desk, told: &mut Streaming<v1::ConsumeResponse>) -> Result<Told, Failure> {
    loop {
        let next = told.message().await.map_err(|status| desk.refused(&status))?;
        let next = next.ok_or_else(|| desk.lost("end of stream"))?;
        if let Some(word) = next.word {
            return Ok(word);
        }
    }
}
