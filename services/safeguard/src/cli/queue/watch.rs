//! Watching the queue: the table as it stands, then one line a change. When the hub goes away it says so, tries again
//! with growing pauses, and shows the table anew; so it does when it renews the session, which it does as long as the
//! hub allows. Never here: changing the queue.

use std::convert::Infallible;
use std::time::Duration;

use clap::Args;
use domain::category::{Category, Urgency};
use jiff::Timestamp;
use tokio::time::sleep;
use wire::v1::watch_queue_response::News;
use wire::{texts, v1};

use super::look::{Scope, entries, escalation};
use crate::cli::again::Again;
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;
use crate::cli::out::Out;
use crate::cli::words::{code, matter, stage, word};

/// Longest silence before the connection counts as lost: the hub sends a heartbeat every 15 seconds.
const SILENCE: Duration = Duration::from_secs(60);
/// How long before its end a token is renewed.
const RENEWAL: Duration = Duration::from_mins(2);

/// What to watch.
#[derive(Args)]
pub(crate) struct Watch {
    #[command(flatten)]
    scope: Scope,
    /// 包括已认领、已签收的 | Also those somebody holds or has signed for
    #[arg(long)]
    all: bool,
}

/// Watches until Ctrl-C.
pub(crate) async fn run(desk: &Desk, watch: &Watch) -> Result<(), Failure> {
    tokio::select! {
        outcome = forever(desk, watch) => match outcome {
            Ok(never) => match never {},
            Err(failure) => Err(failure),
        },
        _ = tokio::signal::ctrl_c() => Ok(()),
    }
}

async fn forever(desk: &Desk, watch: &Watch) -> Result<Infallible, Failure> {
    let mut renewed: Option<Desk> = None;
    // A session that has lasted as long as it may gives tokens that end with it; a certificate is no session.
    let mut last = desk.certified();
    let mut again = Again::new();
    loop {
        let mut lived = false;
        let desk = renewed.as_ref().unwrap_or(desk);
        let ended = tokio::select! {
            // First, so that a session at its end is not used once more.
            biased;
            () = due(desk), if !last => desk.renewed().await,
            Err(failure) = follow(desk, watch, &mut lived) => Err(failure),
        };
        let failure = match ended {
            Ok(next) => {
                last = next.expires() <= desk.expires();
                renewed = Some(next);
                continue;
            }
            Err(failure) => failure,
        };
        again.after(&desk.out, failure, lived, ("重新连接", "connecting again")).await?;
    }
}

/// Waits until the session is to be renewed: shortly before its token ends, and again sooner when that failed.
async fn due(desk: &Desk) {
    let left = desk.expires().map(|end| end.duration_since(Timestamp::now()));
    let left = left.and_then(|left| Duration::try_from(left).ok()).unwrap_or_default();
    if !left.is_zero() {
        sleep(left - RENEWAL.min(left / 2)).await;
    }
}

/// Follows one connection to its end; `lived` says whether it ever told anything.
async fn follow(desk: &Desk, watch: &Watch, lived: &mut bool) -> Result<Infallible, Failure> {
    let request = v1::WatchQueueRequest {
        consistency_token: String::new(),
        unit_id: watch.scope.unit.clone(),
        division: watch.scope.division.clone(),
        include_claimed: watch.all,
    };
    let request = desk.lasting(request)?;
    let answer = desk.police().await?.watch_queue(request).await.map_err(|status| desk.refused(&status))?;
    let mut news = answer.into_inner();
    let mut snapshot = Some(Vec::new());
    loop {
        let next = tokio::time::timeout(SILENCE, news.message()).await.map_err(|_| desk.lost("heartbeat"))?;
        let told = next.map_err(|status| desk.refused(&status))?.ok_or_else(|| desk.lost("end of stream"))?;
        *lived = true;
        if desk.out.json {
            desk.out.answer(&told, |_, _| Ok(()))?;
            continue;
        }
        tell(&desk.out, told, &mut snapshot)?;
    }
}

fn tell(
    out: &Out,
    told: v1::WatchQueueResponse,
    snapshot: &mut Option<Vec<v1::QueueEntry>>,
) -> Result<(), Failure> {
    match told.news {
        Some(News::Changed(entry)) => match snapshot {
            Some(known) => {
                known.push(entry);
                Ok(())
            }
            None => out.line(changed(out, &entry)),
        },
        Some(News::SnapshotDone(_)) => match snapshot.take() {
            Some(mut known) => {
                known.sort_by_key(|entry| (entry.urgency, entry.seconds_left));
                entries(out, &known)?;
                out.notice(out.either("正在等待变化，Ctrl-C 结束。", "waiting for changes; Ctrl-C ends."));
                Ok(())
            }
            None => Ok(()),
        },
        Some(News::Removed(gone)) => {
            let left = out.either("离开队列", "left the queue");
            let why = stage(out.lang, &gone.why);
            out.line(format!("{}  - {} {left} {why} {}", now(), gone.matter, gone.by))
        }
        Some(News::Heartbeat(_)) | None => Ok(()),
    }
}

fn now() -> String {
    texts::moment(Timestamp::now())
}

fn changed(out: &Out, entry: &v1::QueueEntry) -> String {
    let parts = [
        now(),
        format!(" + {}", code::<Urgency>(entry.urgency)),
        entry.matter.clone(),
        matter(out.lang, entry.kind()),
        stage(out.lang, &entry.stage),
        word::<Category>(out.lang, entry.category),
        entry.institution_name.clone(),
        entry.claimed_by.clone(),
        entry.clock.as_ref().map(|_| out.countdown_text(entry.seconds_left)).unwrap_or_default(),
        escalation(out, entry.escalation).to_owned(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
