//! `safeguard campaign simulate` and `report` on a data directory, and `safeguard import FOLDER`: the national campaign of
//! autumn 2023 played through the hub's own gRPC as the agencies would have, from a generator that knows what must come
//! out (handbook 2.16, 5.5).
//!
//! The hub runs in this process with its clock set back to the campaign's first day and is moved on day by day. Offices and
//! officers are entered as an administrator does; officers act on tokens made in the process, because who owns the data
//! directory owns its keys. Records go over the bulk intake in the name of the officer whose work they are.
//!
//! In the autumn of 2023 no county was merged into another. To see the merger of the handbook (500105 and 500112 into 500157,
//! which really happened on 2026-01-25) the same campaign is played later: `--opens 2025-12-06` moves it by 113 weeks.
//!
//! Never here: officers' commands on a running hub.

mod calendar;
mod carry;
mod clues;
mod course;
mod draw;
mod enter;
mod folder;
mod ground;
mod kinds;
mod loops;
mod noise;
mod premises;
mod record;
mod referral;
mod referring;
mod schedule;
mod send;
mod simulate;
mod stage;
mod table;
mod tally;
mod told;
mod works;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::campaign::workload::Scale;
use jiff::civil::Date;

use crate::cli::failure::Failure;
use crate::cli::out::Out;
use crate::operate::bar;

pub use carry::import;
pub use simulate::{Settings, simulate};
pub use stage::{Outcome, Route, Site};
pub use told::{ByKind, Counts, Referred, Watch};

/// Campaigns, played on a data directory.
#[derive(Debug, Subcommand)]
pub(crate) enum Campaign {
    /// 在数据目录上重演 2023 年专项行动 | Replay the campaign of 2023 on a data directory
    Simulate(Simulate),
    /// 打印数据目录中专项行动的公布表 | Print the published table of the campaign in a data directory
    Report(Report),
}

/// Runs a command of this group.
pub(crate) async fn run(out: &Out, asked: Campaign) -> Result<(), Failure> {
    match asked {
        Campaign::Simulate(asked) => play(out, &asked).await,
        Campaign::Report(asked) => table::report(out, asked.at.site()).await,
    }
}

/// The hub of a campaign.
#[derive(Debug, Args)]
struct At {
    /// 数据目录：空目录，或同一模拟的目录 | The data directory: empty, or that of the same simulation
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// 事件日志的地址；不填为数据目录中的文件 | Where the event log is; a file in the data directory when not given
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    log: String,
    /// 每个角色的实例数；0 为一个进程提供全部 | Instances of every role; 0 is one that serves everything
    #[arg(long, value_name = "N", default_value_t = 0)]
    instances: usize,
}

impl At {
    fn site(&self) -> Site<'_> {
        Site { data: &self.data, log: &self.log, instances: self.instances }
    }
}

/// Whose table.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    at: At,
}

/// A campaign to play.
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    #[command(flatten)]
    at: At,
    /// 规模：1 为 2023 年全国，1/100 为其百分之一 | The scale: 1 is the nation of 2023, 1/100 a hundredth of it
    #[arg(long, default_value = "1/100")]
    scale: Scale,
    /// 种子；同样的参数得到同样的记录 | The seed: the same arguments give the same records
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// 首日；不填为 2023-10-07，填 2025-12-06 则遇区县合并 | First day; 2023-10-07 when not given, 2025-12-06 meets a merger of counties
    #[arg(long, value_name = "DATE")]
    opens: Option<Date>,
    /// 同时写入目录，供 safeguard import 使用 | Also write the records into this folder, for safeguard import
    #[arg(long, value_name = "DIR")]
    write: Option<PathBuf>,
}

/// A folder to import.
#[derive(Debug, Args)]
pub(crate) struct Import {
    /// campaign simulate --write 写出的目录 | A folder that campaign simulate --write made
    folder: PathBuf,
    #[command(flatten)]
    at: At,
}

fn watch(out: &Out) -> Watch {
    Watch::new(bar(out, None, ""), !out.shows_progress() && !out.json)
}

/// Plays a campaign and prints what came out.
async fn play(out: &Out, asked: &Simulate) -> Result<(), Failure> {
    let settings = Settings {
        site: asked.at.site(),
        write: asked.write.as_deref(),
        seed: asked.seed,
        scale: asked.scale,
        opens: asked.opens,
    };
    let watch = watch(out);
    let outcome = simulate(settings, (&|address| address, watch.clone())).await;
    watch.done();
    table::outcome(out, &outcome?)
}

/// Imports a folder and prints what came out.
pub(crate) async fn carry(out: &Out, asked: &Import) -> Result<(), Failure> {
    let watch = watch(out);
    let done = import(&asked.folder, asked.at.site(), (&|address| address, watch.clone())).await;
    watch.done();
    let (outcome, unreadable) = done?;
    for line in &unreadable {
        out.notice(line);
    }
    table::outcome(out, &outcome)
}
