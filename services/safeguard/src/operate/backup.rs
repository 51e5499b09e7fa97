//! Backing a hub up while it runs. Never here: the master key, which is kept elsewhere.
//!
//! The order is groups, webhooks, log, keys, attachments. Whatever the log's copy names was there before it was
//! copied: its keys (and those of the webhooks' secrets) are in the later copy of the key store, its papers in the later
//! copy of the attachments. What came afterwards is more than the log needs, and harmless. Where subscribers are is
//! copied before the log, so that no position lies ahead of it: a restored group is delivered once more what it
//! acknowledged between the two copies, and misses nothing. The other way round, the first events that the restored hub
//! writes would count as delivered. A crash leaves a draft beside the target, which may be deleted.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use eventlog::{EventLog, SqliteOptions, Statistics};
use hub::config::Config;
use hub::papers::{Copied, Papers};
use hub::seal::{KeysPlace, SealError};
use jiff::Timestamp;
use serde_json::json;

use super::manifest::{ATTACHMENTS, FILE, KEYS, LOG, Manifest};
use super::{Place, bar, beside, copy, read_only};
use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// Where to.
#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    place: Place,
    /// 备份目录，须为新目录 | A new directory for the backup
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Makes a backup.
pub(crate) async fn run(out: &Out, a: &Backup) -> Result<(), Failure> {
    let config = a.place.config()?;
    let keys_at = KeysPlace::parse(&config.keys, &config.data).map_err(anyhow::Error::from)?;
    if keys_at.is_served() {
        return Err(anyhow::Error::from(SealError::Elsewhere { place: keys_at.to_string() }).into());
    }
    let log = read_only(&config).await?;
    copy::must_be_free(&a.to)?;
    let draft = copy::draft_of(&a.to)?;
    let made = make(out, &config, &log, &draft).await;
    let made = made.and_then(|made| copy::publish(&draft, &a.to).map(|()| made));
    let (manifest, copied) = made.inspect_err(|_| {
        std::fs::remove_dir_all(&draft).ok();
    })?;
    if out.json {
        let altered: Vec<String> = copied.altered.iter().map(ToString::to_string).collect();
        out.object(
            &json!({ "backup": a.to.display().to_string(), "manifest": manifest, "altered": altered }),
        )?;
    } else {
        out.facts(&[
            ("备份", "backup", a.to.display().to_string()),
            ("事件", "events", manifest.events.to_string()),
            ("最后位置", "head", manifest.head.map(|head| head.to_string()).unwrap_or_default()),
            ("材料", "attachments", manifest.attachments.to_string()),
            ("其他文件", "other files", others(&manifest)),
        ])?;
        out.notice(out.either(
            "主密钥 master.key 不在备份中：请与备份分开保管；keys 目录也应与日志分开存放。",
            "The master key is not in the backup: keep master.key elsewhere, and the keys folder apart from the log.",
        ));
    }
    match copied.altered.is_empty() {
        true => Ok(()),
        false => Err(Failure::plain(
            format!("有 {} 份材料已损坏，没有备份；从较早的备份中找回。", copied.altered.len()),
            format!(
                "{} attachments are damaged and were not copied; bring them back from an older backup.",
                copied.altered.len()
            ),
        )),
    }
}

/// The files beside the log that there were.
fn others(manifest: &Manifest) -> String {
    manifest.beside.keys().map(String::as_str).collect::<Vec<_>>().join(" ")
}

async fn make(
    out: &Out,
    config: &Config,
    log: &EventLog,
    draft: &Path,
) -> anyhow::Result<(Manifest, Copied)> {
    let made_at = Timestamp::now();
    let others = beside::copy_all(&beside::FILES, &config.data, draft).await?;
    let log_copy = draft.join(LOG);
    copy_log(out, log, &log_copy).await?;
    let keys_copy = draft.join(KEYS);
    if let Some(folder) = keys_copy.parent() {
        std::fs::create_dir(folder).with_context(|| format!("{}", folder.display()))?;
    }
    keys(config, &keys_copy).await?;
    let copied = hub::open::papers(config)?.copy_to(&Papers::in_directory(&draft.join(ATTACHMENTS))?).await?;
    let mut manifest = Manifest::new(made_at, (copy::hash(&log_copy)?, copy::hash(&keys_copy)?));
    manifest.beside = others;
    let found = counted(draft).await?;
    manifest.events = found.events;
    manifest.head = found.head.map(eventlog::Position::get);
    manifest.attachments = copied.copied;
    let text = serde_json::to_vec_pretty(&manifest)?;
    let file = draft.join(FILE);
    std::fs::write(&file, text)
        .and_then(|()| std::fs::File::open(&file)?.sync_all())
        .with_context(|| format!("{}", file.display()))?;
    for folder in [draft.join("keys"), draft.join(ATTACHMENTS)] {
        copy::sync_folder(&folder)?;
    }
    Ok((manifest, copied))
}

async fn copy_log(out: &Out, log: &EventLog, to: &Path) -> anyhow::Result<()> {
    let pages = bar(out, None, out.either("日志", "log"));
    let told = pages.clone();
    log.backup(to, move |done, of| {
        told.set_length(of);
        told.set_position(done);
    })
    .await?;
    pages.finish_and_clear();
    Ok(())
}

/// What the log's copy holds.
async fn counted(draft: &Path) -> anyhow::Result<Statistics> {
    let options = SqliteOptions { read_only: true, ..SqliteOptions::default() };
    let known = EventLog::open_sqlite(&draft.join(LOG), options).await?;
    let found = known.statistics().await?;
    known.close().await;
    drop(known);
    for stray in ["log.db-wal", "log.db-shm"] {
        // Reading left them; the copy is whole without them.
        std::fs::remove_file(draft.join(stray)).ok();
    }
    Ok(found)
}

/// Copies the key store, which blocks.
async fn keys(config: &Config, to: &Path) -> anyhow::Result<()> {
    let (config, to) = (config.clone(), to.to_owned());
    tokio::task::spawn_blocking(move || hub::open::keys(&config)?.backup(&to)).await??;
    Ok(())
}
