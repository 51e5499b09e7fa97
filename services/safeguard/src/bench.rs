//! `safeguard bench`: the figures the README reports, measured on this machine in one run, each beside the
//! raw speed of the disk. Never here: a figure that is not measured.

mod bulk;
mod campaign;
mod crowd;
mod ground;
mod hazards;
mod instances;
mod list;
mod million;
mod need;
mod overload;
mod raw;
mod report;
mod served;
mod streams;
mod telemetry;
mod watch;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context;
use domain::campaign::workload::Scale;

use crate::bench::ground::Ground;

/// A part of the bench that can run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// 登记与队列可见 | Reports, and how soon the queue shows them
    Load,
    /// 长队列的一页 | A page of a long queue
    List,
    /// 百万事件的日志 | A log of a million events
    Million,
    /// 事件订阅 | Event streams
    Streams,
    /// 按需知悉与查阅记录 | Need-to-know and the read log
    Need,
    /// 批量记录 | Bulk intake
    Bulk,
    /// 专项行动统计 | The figures of a campaign
    Campaign,
    /// 隐患看板 | The hazard board
    Hazards,
    /// 三倍于承受能力的负载 | Three times as much as can be done
    Overload,
    /// 每个角色一个实例与两个实例 | One instance of every role, and two
    Instances,
    /// 遥测的开销 | What telemetry costs
    Telemetry,
}

/// What to measure.
#[derive(Debug, Clone, clap::Args)]
pub struct BenchArgs {
    /// 测量文件放在哪里，测完删除；不填为当前目录 | Where to make the files, removed afterwards; the current directory when not given
    #[arg(long)]
    pub dir: Option<PathBuf>,
    /// 每项负载的秒数 | Seconds per load
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// 大日志的事件数 | Events of the large log
    #[arg(long, default_value_t = 1_000_000)]
    pub events: u64,
    /// 列队列时的待办数 | Open entries of the queue to list
    #[arg(long, default_value_t = 100_000)]
    pub entries: u64,
    /// 看板上的未销号隐患数 | Open hazards on the board
    #[arg(long, default_value_t = 50_000)]
    pub hazards: usize,
    /// 订阅补读的事件数 | Events that a subscriber catches up with
    #[arg(long, default_value_t = 200_000)]
    pub history: u64,
    /// 批量记录数 | Bulk records
    #[arg(long, default_value_t = 100_000)]
    pub records: u64,
    /// 专项行动的规模：1 或 1/2 至 1/1000 | Size of the campaign: 1, or 1/2 to 1/1000
    #[arg(long, default_value = "1")]
    pub scale: Scale,
    /// 只测这一部分，可重复 | Only this part, may be repeated
    #[arg(long, value_enum)]
    pub only: Vec<Part>,
}

/// One figure: its name, its value, and the goal it is held against.
pub struct Figure {
    name: &'static str,
    value: f64,
    goal: String,
}

/// The figures measured so far, told on standard error as they come.
#[derive(Default)]
pub struct Figures {
    all: Vec<Figure>,
}

impl Figures {
    /// Keeps a figure and tells it.
    pub fn keep(&mut self, name: &'static str, value: f64, goal: impl Into<String>) {
        let goal = goal.into();
        eprintln!("{name:<24} {value:>12.2}   {goal}");
        self.all.push(Figure { name, value, goal });
    }

    fn json(&self) -> serde_json::Value {
        let round = |value: f64| (value * 1000.0).round() / 1000.0;
        self.all
            .iter()
            .map(|figure| (figure.name.to_owned(), round(figure.value).into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn table(&self) -> comfy_table::Table {
        let mut table = comfy_table::Table::new();
        table.set_header(["figure 指标", "measured 实测", "goal 目标"]);
        for figure in &self.all {
            table.add_row([figure.name.to_owned(), format!("{:.2}", figure.value), figure.goal.clone()]);
        }
        table
    }
}

/// Runs every measurement and gives the text to print: one JSON object, or a table.
///
/// # Errors
/// When the hub cannot be started or a call is refused.
pub async fn run(args: &BenchArgs, json: bool) -> anyhow::Result<String> {
    let parent = args.dir.clone().unwrap_or_else(|| PathBuf::from("."));
    let folder = parent.join(format!("safeguard-bench-{}", uuid::Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let measured = measure(args, &folder).await;
    // The files are large; a failure to remove them is worth a line but not the figures.
    if let Err(error) = std::fs::remove_dir_all(&folder) {
        eprintln!("{} is left behind: {error}", folder.display());
    }
    let figures = measured?;
    Ok(if json { figures.json().to_string() } else { figures.table().to_string() })
}

async fn measure(args: &BenchArgs, folder: &std::path::Path) -> anyhow::Result<Figures> {
    let load = Duration::from_secs(args.seconds);
    let mut figures = Figures::default();
    let raw = raw::sync_rate(folder, Duration::from_secs(args.seconds.min(3)))?;
    figures.keep("raw_sync_per_s", raw, "642-byte fdatasync appends; what durable figures are held against");

    let wanted = |part: Part| args.only.is_empty() || args.only.contains(&part);
    if wanted(Part::Load) {
        let ground = Ground::start(&folder.join("load")).await?;
        report::measure(&ground, load, raw, &mut figures).await?;
        watch::measure(&ground, load, &mut figures).await?;
        ground.stop().await?;
    }
    if wanted(Part::List) {
        let ground = Ground::start(&folder.join("list")).await?;
        list::measure(&ground, args.entries, &mut figures).await?;
        ground.stop().await?;
    }
    if wanted(Part::Million) {
        million::measure(&folder.join("million"), args.events, &mut figures).await?;
    }
    if wanted(Part::Streams) {
        let ground = Ground::start(&folder.join("streams")).await?;
        streams::measure(&ground, args.history, load, &mut figures).await?;
        ground.stop().await?;
    }
    if wanted(Part::Need) {
        let ground = Ground::start(&folder.join("need")).await?;
        need::measure(&ground, load, &mut figures).await?;
        ground.stop().await?;
    }
    if wanted(Part::Bulk) {
        let ground = Ground::start(&folder.join("bulk")).await?;
        bulk::measure(&ground, args.records, &mut figures).await?;
        ground.stop().await?;
    }
    if wanted(Part::Hazards) {
        hazards::measure(&folder.join("hazards"), args.hazards, &mut figures).await?;
    }
    if wanted(Part::Overload) {
        overload::measure(&folder.join("overload"), load, &mut figures).await?;
    }
    if wanted(Part::Instances) {
        instances::measure(&folder.join("instances"), load, &mut figures).await?;
    }
    if wanted(Part::Telemetry) {
        telemetry::measure(&folder.join("telemetry"), load, &mut figures).await?;
    }
    if wanted(Part::Campaign) {
        campaign::measure(&folder.join("campaign"), args.scale, &mut figures).await?;
    }
    Ok(figures)
}

/// The value at a share of sorted values, e.g. 0.99; 0 when there are none.
fn quantile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = ((values.len() as f64 * share).ceil() as usize).clamp(1, values.len().max(1)) - 1;
    values.get(place).copied().unwrap_or_default()
}

/// Milliseconds of a span.
fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1000.0
}
