//! The attachments as an operator sees them; the hub may run meanwhile. `check` reads every paper that the log names and
//! compares it with its hash; `bring` mends the store from a folder. Never here: opening a paper.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use comfy_table::Cell;
use domain::paper::Hash;
use eventlog::EventLog;
use futures::{StreamExt, TryStreamExt, stream};
use hub::papers::{PaperError, Papers as Store, Standing, papers_within};
use serde_json::{Value, json};

use super::log::each;
use super::{Place, bar, read_only};
use crate::cli::failure::{Failure, Told};
use crate::cli::out::Out;

/// Papers read at once, each of which stands in memory.
const AT_ONCE: usize = 8;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Papers {
    /// 核对日志提到的每份材料，按哈希列出缺失和被改动的 | Verify every paper the log names; list missing and altered ones by hash
    Check(Place),
    /// 从一个材料目录补回缺失和被改动的材料 | Bring what is missing or altered from a folder of attachments
    Bring(Bring),
}

/// From where.
#[derive(Args)]
pub(crate) struct Bring {
    /// 材料目录：备份中的 attachments，或原来使用的目录 | The folder: attachments of a backup, or the one used before
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// Where the log names a paper first.
struct Named {
    stream: String,
    position: u64,
}

/// A paper that is not as the log names it.
struct Wrong<'a> {
    hash: &'a Hash,
    named: &'a Named,
    standing: Standing,
}

/// Does a command.
pub(crate) async fn run(out: &Out, asked: Papers) -> Result<(), Failure> {
    match asked {
        Papers::Check(place) => check(out, &place).await,
        Papers::Bring(a) => bring(out, &a).await,
    }
}

async fn check(out: &Out, place: &Place) -> Result<(), Failure> {
    let config = place.config()?;
    let log = read_only(&config).await?;
    let store = hub::open::papers(&config).map_err(anyhow::Error::from)?;
    let named = named(out, &log).await?;
    let wrong = compare(out, &store, &named).await.map_err(anyhow::Error::from)?;
    let of = |standing| wrong.iter().filter(move |wrong| wrong.standing == standing);
    let (missing, altered) = (of(Standing::Missing).count(), of(Standing::Altered).count());
    if out.json {
        let listed = |standing| of(standing).map(Wrong::json).collect::<Vec<_>>();
        out.object(&json!({
            "attachments": store.at(),
            "papers": named.len(),
            "sound": named.len() - wrong.len(),
            "missing": listed(Standing::Missing),
            "altered": listed(Standing::Altered),
            "ok": wrong.is_empty(),
        }))?;
    } else {
        out.facts(&[
            ("材料位置", "attachments", store.at().to_owned()),
            ("日志提到", "named in the log", named.len().to_string()),
            ("完好", "sound", (named.len() - wrong.len()).to_string()),
            ("缺失", "missing", missing.to_string()),
            ("被改动", "altered", altered.to_string()),
        ])?;
        if !wrong.is_empty() {
            let heads = &[("哈希", "hash"), ("问题", "what"), ("事项", "matter"), ("位置", "position")];
            out.table(heads, wrong.iter().map(|wrong| wrong.row(out)).collect())?;
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure::plain(
            format!(
                "缺失 {missing} 份、被改动 {altered} 份；从备份补回：safeguard papers bring --from 备份/attachments"
            ),
            format!(
                "{missing} missing, {altered} altered; bring them back from a backup: safeguard papers bring --from BACKUP/attachments"
            ),
        )),
    }
}

impl Wrong<'_> {
    fn json(&self) -> Value {
        json!({ "hash": self.hash, "stream": self.named.stream, "position": self.named.position.to_string() })
    }

    fn row(&self, out: &Out) -> Vec<Cell> {
        let what = match self.standing {
            Standing::Sound => out.either("完好", "sound"),
            Standing::Missing => out.either("缺失", "missing"),
            Standing::Altered => out.either("被改动", "altered"),
        };
        let Named { stream, position } = self.named;
        [self.hash.to_string(), what.to_owned(), stream.clone(), position.to_string()].map(Cell::new).into()
    }
}

/// Every paper that the log names, with the place that names it first.
async fn named(out: &Out, log: &EventLog) -> Result<BTreeMap<Hash, Named>, Failure> {
    let total = log.statistics().await.map_err(anyhow::Error::from)?.events;
    let bar = bar(out, Some(total), out.either("日志", "log"));
    let mut named = BTreeMap::new();
    each(log, |page| {
        bar.inc(page.len() as u64);
        for event in page {
            for hash in papers_within(event.event.data.as_str()) {
                if let Entry::Vacant(place) = named.entry(hash) {
                    let (stream, position) = (event.event.stream.to_string(), event.position.get());
                    let _ = place.insert(Named { stream, position });
                }
            }
        }
        Ok(())
    })
    .await?;
    bar.finish_and_clear();
    Ok(named)
}

/// Reads each paper; those that are not sound, by hash.
async fn compare<'a>(
    out: &Out,
    store: &Store,
    named: &'a BTreeMap<Hash, Named>,
) -> Result<Vec<Wrong<'a>>, PaperError> {
    let bar = bar(out, Some(named.len() as u64), out.either("材料", "papers"));
    let looks = stream::iter(named).map(|(hash, named)| async move {
        let standing = store.standing(hash).await?;
        Ok(Wrong { hash, named, standing })
    });
    let looked = looks.buffered(AT_ONCE).inspect_ok(|_| bar.inc(1));
    let wrong = looked.try_filter(|wrong| std::future::ready(wrong.standing != Standing::Sound));
    let wrong = wrong.try_collect().await;
    bar.finish_and_clear();
    wrong
}

async fn bring(out: &Out, a: &Bring) -> Result<(), Failure> {
    if !a.from.is_dir() {
        let from = a.from.display();
        return Err(Told::error(format!("没有目录 {from}。"), format!("There is no folder {from}.")).into());
    }
    let config = a.place.config()?;
    let store = hub::open::papers(&config).map_err(anyhow::Error::from)?;
    let source = Store::in_directory(&a.from).map_err(anyhow::Error::from)?;
    let done = source.copy_to(&store).await.map_err(anyhow::Error::from)?;
    let damaged: Vec<String> = done.altered.iter().map(ToString::to_string).collect();
    if out.json {
        let (brought, already) = (done.copied, done.already);
        return out.object(
            &json!({ "attachments": store.at(), "brought": brought, "already": already, "damaged": damaged }),
        );
    }
    out.facts(&[
        ("材料位置", "attachments", store.at().to_owned()),
        ("补回", "brought", done.copied.to_string()),
        ("原已完好", "sound already", done.already.to_string()),
        ("目录中已损坏", "damaged in the folder", damaged.join("\n")),
    ])
}
