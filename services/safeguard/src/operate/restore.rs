//! Restoring a backup into a new directory. Never here: overwriting anything.
//!
//! Everything is put together in a draft beside the target and checked there; only a whole and sound hub gets the
//! target's name. A crash leaves the draft, which may be deleted.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use eventlog::{CheckReport, EventLog, SqliteOptions};
use hub::config::{Config, Flags};
use hub::papers::Papers;
use hub::seal::{Deletion, MASTER_FILE, STORE_FILE};
use serde_json::json;

use super::copy;
use super::manifest::{ATTACHMENTS, KEYS, LOG, Manifest};
use crate::cli::failure::{Failure, Told};
use crate::cli::out::Out;

/// From where, to where.
#[derive(Args)]
pub(crate) struct Restore {
    /// 备份目录 | The backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// 新的数据目录 | A new data directory
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// 主密钥文件，将复制为 master.key；也可用 SAFEGUARD_MASTER_KEY | The master key's file, copied in as master.key
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
    /// 删除清单（safeguard deletions 的输出），备份之后删除的人须再次删除 | Deletion list, so that who was erased since stays erased
    #[arg(long, value_name = "FILE")]
    deletions: Option<PathBuf>,
}

/// What was restored.
struct Restored {
    manifest: Manifest,
    check: CheckReport,
    erased: usize,
}

/// Restores.
pub(crate) async fn run(out: &Out, a: &Restore) -> Result<(), Failure> {
    copy::must_be_free(&a.to)?;
    let list = a.deletions.as_deref().map(super::deletions::read).transpose()?;
    let draft = copy::draft_of(&a.to)?;
    let done = put_together(a, &draft, list).await;
    let done = done.and_then(|done| copy::publish(&draft, &a.to).map(|()| done));
    let Restored { manifest, check, erased } = done.inspect_err(|_| {
        std::fs::remove_dir_all(&draft).ok();
    })?;
    if out.json {
        return out.object(&json!({
            "data": a.to.display().to_string(),
            "events": check.events,
            "streams": check.streams,
            "head": manifest.head,
            "ok": check.ok,
            "keys_erased": erased,
        }));
    }
    out.facts(&[
        ("已恢复到", "restored to", a.to.display().to_string()),
        ("事件", "events", check.events.to_string()),
        ("流", "streams", check.streams.to_string()),
        ("备份时间", "backup of", wire::texts::moment(manifest.made_at)),
        ("再次销毁的密钥", "keys erased again", erased.to_string()),
    ])?;
    if !a.to.join(MASTER_FILE).exists() {
        out.notice(out.either(
            "还缺主密钥：启动前把 master.key 放入新目录，或设置 SAFEGUARD_MASTER_KEY。",
            "The master key is still missing: put master.key into the new directory or set SAFEGUARD_MASTER_KEY before starting.",
        ));
    }
    if a.deletions.is_none() {
        out.notice(out.either(
            "没有应用删除清单：备份之后被删除的人会重新可见。有清单时请换一个目录重新恢复并加 --deletions。",
            "No deletion list was applied: whoever was erased since the backup can be read again. If there is a list, restore anew with --deletions.",
        ));
    }
    Ok(())
}

/// A backup that must not be trusted.
fn damaged(zh: String, en: String) -> anyhow::Error {
    Told::error(format!("{zh}请换用另一个备份。"), format!("{en} Use another backup."))
}

async fn put_together(a: &Restore, draft: &Path, list: Option<Vec<Deletion>>) -> anyhow::Result<Restored> {
    let manifest = Manifest::of(&a.from)?;
    let files = [(LOG, LOG, &manifest.log_sha256), (KEYS, STORE_FILE, &manifest.keys_sha256)];
    for (name, here, wanted) in files {
        let from = a.from.join(name);
        if copy::file(&from, &draft.join(here))? != *wanted {
            let from = from.display();
            return Err(damaged(
                format!("{from} 与备份时写下的不同。"),
                format!("{from} is not as the backup wrote it."),
            ));
        }
    }
    papers(&a.from.join(ATTACHMENTS), &draft.join(ATTACHMENTS), manifest.attachments).await?;
    if let Some(master) = &a.master_key {
        let _ = copy::file(master, &draft.join(MASTER_FILE))?;
    }
    let erased = match list {
        Some(list) => erase_again(draft, list).await?,
        None => 0,
    };
    let options = SqliteOptions { read_only: true, ..SqliteOptions::default() };
    let log = EventLog::open_sqlite(&draft.join(LOG), options).await?;
    let check = log.check().await?;
    log.close().await;
    if !check.ok {
        let faults: Vec<String> = check.faults.iter().map(ToString::to_string).collect();
        let faults = faults.join("; ");
        return Err(damaged(
            format!("备份中的日志有问题：{faults}。"),
            format!("The log of the backup has faults: {faults}."),
        ));
    }
    Ok(Restored { manifest, check, erased })
}

/// Copies the attachments; each is verified against the hash that names it.
async fn papers(from: &Path, to: &Path, wanted: u64) -> anyhow::Result<()> {
    let copied = Papers::in_directory(from)?.copy_all(to).await?;
    let found = copied.copied;
    if found == wanted && copied.altered.is_empty() {
        return Ok(());
    }
    Err(damaged(
        format!("备份应有材料 {wanted} 份，完好的只有 {found} 份。"),
        format!("The backup should have {wanted} attachments and has {found} sound ones."),
    ))
}

/// Destroys again the keys that were destroyed since the backup.
async fn erase_again(draft: &Path, list: Vec<Deletion>) -> anyhow::Result<usize> {
    let environment = Config::load(None, Flags::default())?;
    let config = Config { data: draft.to_owned(), master_key: environment.master_key, ..Config::default() };
    let keys = tokio::task::spawn_blocking(move || hub::open::keys(&config)?.apply_deletions(&list));
    Ok(keys
        .await?
        .context("the deletion list was not applied; give --master-key FILE or SAFEGUARD_MASTER_KEY")?
        .keys)
}
