//! The log as an operator sees it; the hub may run meanwhile. Never here: appending to it.

mod digest;
mod events;
mod moving;

pub(super) use events::each;

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Place, read_only};
use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Log {
    /// 事件数、流数、大小 | Events, streams, size
    Statistics(Place),
    /// 检查日志是否完好 | Check the file's integrity
    Check(Place),
    /// 显示最近的事件 | Show the latest events
    Tail(events::Tail),
    /// 导出为 JSON Lines；密封内容仍是密封的 | Export to JSON Lines; sealed values stay sealed
    Export(Export),
    /// 把日志搬到别处（文件或集群），平台可在运行 | Move the log to a file or a cluster; the hub may run meanwhile
    Move(moving::Move),
}

/// Where to.
#[derive(Args)]
pub(crate) struct Export {
    /// 文件（不覆盖已有文件），或 - 表示标准输出 | A new file, or - for standard output
    to: std::path::PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Does a command.
pub(crate) async fn run(out: &Out, asked: Log) -> Result<(), Failure> {
    match asked {
        Log::Statistics(place) => statistics(out, &place).await,
        Log::Check(place) => check(out, &place).await,
        Log::Tail(tail) => events::tail(out, &tail).await,
        Log::Export(Export { to, place }) => events::export(out, &to, &place).await,
        Log::Move(asked) => moving::run(out, &asked).await,
    }
}

async fn statistics(out: &Out, place: &Place) -> Result<(), Failure> {
    let log = read_only(&place.config()?).await?;
    let found = log.statistics().await.map_err(anyhow::Error::from)?;
    let head = found.head.map(eventlog::Position::get);
    if out.json {
        let (events, streams, bytes) = (found.events, found.streams, found.bytes);
        return out.object(&json!({ "events": events, "streams": streams, "head": head, "bytes": bytes }));
    }
    out.facts(&[
        ("事件", "events", found.events.to_string()),
        ("流", "streams", found.streams.to_string()),
        ("最后位置", "head", head.map(|head| head.to_string()).unwrap_or_default()),
        ("字节", "bytes", found.bytes.to_string()),
    ])
}

async fn check(out: &Out, place: &Place) -> Result<(), Failure> {
    let log = read_only(&place.config()?).await?;
    let head = log.head().await.map_err(anyhow::Error::from)?.map(eventlog::Position::get);
    let report = log.check().await.map_err(anyhow::Error::from)?;
    let faults: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
    if out.json {
        out.object(&json!({
            "events": report.events,
            "streams": report.streams,
            "head": head,
            "ok": report.ok,
            "faults": faults,
        }))?;
    } else {
        out.facts(&[
            ("事件", "events", report.events.to_string()),
            ("流", "streams", report.streams.to_string()),
            ("最后位置", "head", head.map(|head| head.to_string()).unwrap_or_default()),
            (
                "结果",
                "result",
                if report.ok { out.either("完好", "sound").to_owned() } else { String::new() },
            ),
            ("问题", "faults", faults.join("\n")),
        ])?;
    }
    match report.ok {
        true => Ok(()),
        false => Err(Failure::plain(
            "日志有问题：停止写入，保留它和 -wal、-shm 文件的副本，再用 safeguard restore 恢复最近的完好备份。",
            "the log has faults: stop writing, keep a copy of it with its -wal and -shm files, then restore the newest good backup.",
        )),
    }
}
