//! Moving a hub's log to another place while the hub serves: a file to a cluster, or back. Never here: how a log copies.
//!
//! Crash story. The copy is repeatable: what stands there already and is the same is passed over. Only when both are the
//! same event by event does the old log write its last word, and from then on it takes no more; what was appended until
//! then is copied and compared too. Then the new log says that it is the one. Die before the old log's last word: nothing
//! has changed, run it again. Die after it: the hub's appends are refused as unavailable until the same command, run
//! again, finishes; or, where the copy turns out to differ, until it takes the last word back.

use std::time::Duration;

use clap::Args;
use eventlog::{EventLog, OpenError, Position, Positioned};
use hub::config::LogPlace;
use indicatif::ProgressBar;
use serde_json::json;
use tokio::time::Instant;

use super::super::{Place, bar};
use super::digest::Digest;
use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// Events of one step.
const STEP: usize = 500;
/// From where to where.
#[derive(Args)]
pub(crate) struct Move {
    #[command(flatten)]
    place: Place,
    /// 现在的日志；不填为配置中的 | The log as it is; the configured one when not given
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// 新的日志：空的，或上次没搬完的 | The new log: empty, or one that an earlier move began
    #[arg(long, value_name = "ADDRESS")]
    to: String,
    /// 离开集群时，等待其日志静默的秒数，须长于在途写入可能的时间 | Seconds a cluster's log must be quiet after its last word: longer than any append under way takes
    #[arg(long, value_name = "SECONDS", default_value_t = 45)]
    quiet: u64,
    /// 只复制并核对，不切换 | Copy and compare only; the hub stays with the old log
    #[arg(long)]
    copy_only: bool,
}

/// Both logs.
struct Both {
    old: EventLog,
    new: EventLog,
    quiet: Duration,
}

/// Moves the log.
pub(crate) async fn run(out: &Out, a: &Move) -> Result<(), Failure> {
    let config = a.place.config()?;
    let address =
        |text: &str| text.parse::<LogPlace>().map_err(|error| Failure::from(anyhow::Error::from(error)));
    let old = match &a.from {
        Some(from) => address(from)?,
        None => config.log_place().map_err(anyhow::Error::from)?,
    };
    let new = address(&a.to)?;
    if old == new {
        return Err(Failure::plain(
            "新旧日志是同一个，无需搬移。",
            "the old log and the new one are the same.",
        ));
    }
    if let LogPlace::File(path) = &old
        && !path.exists()
    {
        let missing = OpenError::Missing { path: path.clone() };
        return Err(anyhow::Error::from(missing).into());
    }
    // After a file's last word nothing follows but what its own commit took along.
    let quiet = match &old {
        LogPlace::File(_) => Duration::ZERO,
        LogPlace::Cluster(_) => Duration::from_secs(a.quiet),
    };
    let open = async |place: &LogPlace| hub::open::log_at(place).await.map_err(anyhow::Error::from);
    let both = Both { old: open(&old).await?, new: open(&new).await?, quiet };
    let outcome = both.run(out, a, &old.to_string()).await;
    both.old.close().await;
    both.new.close().await;
    outcome
}

impl Both {
    async fn run(&self, out: &Out, a: &Move, from: &str) -> Result<(), Failure> {
        let total = self.old.head().await.map_err(anyhow::Error::from)?.map_or(0, Position::get);
        let copying = bar(out, Some(total), out.either("复制", "copying"));
        self.copy(&copying).await?;
        copying.finish_and_clear();
        let comparing = bar(out, Some(total), out.either("核对", "comparing"));
        let mut digest = Digest::new();
        let compared = self.compare(&mut digest, &comparing).await?;
        comparing.finish_and_clear();
        match compared {
            Compared::Different => return Err(differ(&digest)),
            // The hub goes on meanwhile: what came since is copied before the switch.
            Compared::Same | Compared::Short if !a.copy_only => {
                self.switch(&mut digest, (from, &a.to)).await?;
            }
            Compared::Same | Compared::Short => {}
        }
        tell(out, a, &digest)
    }

    /// Copies until nothing is left to copy.
    async fn copy(&self, told: &ProgressBar) -> anyhow::Result<()> {
        let mut after = self.new.head().await?;
        loop {
            let page = self.old.read_all(after, STEP).await?;
            let Some(last) = page.last() else { return Ok(()) };
            self.new.copy_in(&page).await?;
            after = Some(last.position);
            told.set_position(last.position.get());
        }
    }

    /// Compares what the old log holds behind the digest's place with the new one, up to the first difference.
    async fn compare(&self, digest: &mut Digest, told: &ProgressBar) -> anyhow::Result<Compared> {
        loop {
            let old = self.old.read_all(digest.after(), STEP).await?;
            if old.is_empty() {
                return Ok(Compared::Same);
            }
            let new = exactly(&self.new, digest.after(), old.len()).await?;
            for (old, new) in old.iter().zip(&new) {
                if old != new {
                    return Ok(Compared::Different);
                }
                digest.add(new)?;
            }
            if new.len() < old.len() {
                return Ok(Compared::Short);
            }
            told.set_position(digest.events());
        }
    }

    /// The old log's last word, what came before it, and the new log's first word of its own.
    async fn switch(&self, digest: &mut Digest, (from, to): (&str, &str)) -> Result<(), Failure> {
        self.old.retire(to).await.map_err(anyhow::Error::from)?;
        let hidden = ProgressBar::hidden();
        let mut since = Instant::now();
        let mut seen = None;
        loop {
            self.copy(&hidden).await?;
            let head = self.new.head().await.map_err(anyhow::Error::from)?;
            if head != seen {
                (seen, since) = (head, Instant::now());
            }
            if since.elapsed() >= self.quiet {
                match self.compare(digest, &hidden).await? {
                    Compared::Same => break,
                    Compared::Short => since = Instant::now(),
                    Compared::Different => {
                        self.old.arrive(from).await.map_err(anyhow::Error::from)?;
                        return Err(differ(digest));
                    }
                }
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        // Run again after a crash, nothing else proves that the last word is among what was copied.
        if self.new.moved_to().await.map_err(anyhow::Error::from)?.is_none() {
            return Err(Failure::plain(
                "旧日志的最后一句还没有复制过来，没有切换：稍后再执行一次。",
                "the old log's last word has not been copied yet; nothing was switched: run it again a little later.",
            ));
        }
        Ok(self.new.arrive(from).await.map_err(anyhow::Error::from)?)
    }
}

/// What became of a comparison.
enum Compared {
    /// Event by event the same.
    Same,
    /// The same as far as the new log goes.
    Short,
    /// Not the same.
    Different,
}

/// As many events of a log behind a place, fewer only at its end.
async fn exactly(log: &EventLog, after: Option<Position>, count: usize) -> anyhow::Result<Vec<Positioned>> {
    let mut found: Vec<Positioned> = Vec::with_capacity(count);
    while found.len() < count {
        let behind = found.last().map(|last| last.position).or(after);
        let page = log.read_all(behind, count - found.len()).await?;
        if page.is_empty() {
            break;
        }
        found.extend(page);
    }
    Ok(found)
}

fn differ(digest: &Digest) -> Failure {
    let position = digest.events() + 1;
    Failure::plain(
        format!("两份日志在位置 {position} 处不同，没有切换：请换一个空的新日志。"),
        format!(
            "the logs differ at position {position}; nothing was switched: give a new log that is empty."
        ),
    )
}

fn tell(out: &Out, a: &Move, digest: &Digest) -> Result<(), Failure> {
    let (events, hash) = (digest.events(), digest.hex());
    if out.json {
        return out.object(&json!({
            "events": events, "sha256": hash, "same": true, "switched": !a.copy_only, "to": a.to,
        }));
    }
    out.facts(&[
        ("新日志", "new log", a.to.clone()),
        ("逐条相同的事件", "events compared, all the same", events.to_string()),
        ("摘要 SHA-256", "digest SHA-256", hash),
    ])?;
    out.notice(match a.copy_only {
        true => out.either(
            "只复制了；平台仍用原来的日志。去掉 --copy-only 再执行即切换。",
            "Copied only; the hub stays with the old log. Run it again without --copy-only to switch.",
        ),
        false => out.either(
            "已切换：原日志不再接受写入，正在运行的平台会自行停止。把配置中的 log 改为新日志再启动。",
            "Switched: the old log takes no more, and hubs that run on it stop. Set log to the new one and start them.",
        ),
    });
    Ok(())
}
