//! Restoring a backup into a new directory. Never here: overwriting anything.
//!
//! Everything is put together in a draft beside the target and checked there; only a whole and sound hub gets the
//! target's name. A crash leaves the draft, which may be deleted.
//!
//! Who was erased since the backup is erased again, and the certificates of that, which the log of the backup is too old
//! to have, are written at its end. No group may lie ahead of the log before that: one that does is put back to its end.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use domain::ids::SubjectId;
use eventlog::{CheckReport, EventLog, SqliteOptions};
use hub::config::{Config, Flags};
use hub::papers::Papers;
use hub::seal::{Deletion, MASTER_FILE, STORE_FILE};
use serde_json::json;

use super::copy::{self, damaged};
use super::deletions::List;
use super::manifest::{ATTACHMENTS, KEYS, LOG, Manifest};
use super::{beside, certificates};
use crate::cli::failure::Failure;
use crate::cli::out::Out;

/// From where, to where.
#[derive(Args)]
pub(crate) struct Restore {
    /// 备份目录 | The backup
    #[arg(long, value_name = "DIR")]
    from: PathBuf,
    /// 平台的配置文件（TOML）；设置 attachments 在别处时，材料补回到那里 | The hub's configuration, TOML; attachments go back to where it says they are
    #[arg(long, value_name = "FILE", env = "SAFEGUARD_CONFIG")]
    config: Option<PathBuf>,
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
    /// Groups that lay ahead of the log.
    groups: usize,
    /// Data keys destroyed again.
    erased: usize,
    /// Certificates written again.
    certified: usize,
    /// Who was erased without a certificate.
    uncertified: Vec<SubjectId>,
}

/// Restores.
pub(crate) async fn run(out: &Out, a: &Restore) -> Result<(), Failure> {
    copy::must_be_free(&a.to)?;
    let list = a.deletions.as_deref().map(super::deletions::read).transpose()?;
    let draft = copy::draft_of(&a.to)?;
    let done = put_together(a, &draft, list).await;
    let done = done.and_then(|done| copy::publish(&draft, &a.to).map(|()| done));
    let done = done.inspect_err(|_| {
        std::fs::remove_dir_all(&draft).ok();
    })?;
    if out.json {
        let Restored { manifest, check, groups, erased, certified, uncertified } = done;
        return out.object(&json!({
            "data": a.to.display().to_string(),
            "events": check.events,
            "streams": check.streams,
            "head": manifest.head,
            "ok": check.ok,
            "groups_put_back": groups,
            "keys_erased": erased,
            "certificates": certified,
            "uncertified": uncertified,
        }));
    }
    tell(out, a, &done)
}

fn tell(out: &Out, a: &Restore, done: &Restored) -> Result<(), Failure> {
    let some = |number: usize| if number == 0 { String::new() } else { number.to_string() };
    out.facts(&[
        ("已恢复到", "restored to", a.to.display().to_string()),
        ("事件", "events", done.check.events.to_string()),
        ("流", "streams", done.check.streams.to_string()),
        ("备份时间", "backup of", wire::texts::moment(done.manifest.made_at)),
        ("退回到日志末尾的消费组", "groups put back to the log's end", some(done.groups)),
        ("再次销毁的密钥", "keys erased again", done.erased.to_string()),
        ("补写的删除证明", "certificates written again", some(done.certified)),
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
    if !done.uncertified.is_empty() {
        out.notice(out.either(
            "以下主体已删除，但日志和清单中没有删除证明；启动后由管理员逐一执行：",
            "These were erased, and neither the log nor the list has a certificate; after the start an administrator runs, for each:",
        ));
        for subject in &done.uncertified {
            out.notice(format!("  safeguard erase --subject {subject} --basis ... --reason ..."));
        }
    }
    Ok(())
}

async fn put_together(a: &Restore, draft: &Path, list: Option<List>) -> anyhow::Result<Restored> {
    let manifest = Manifest::of(&a.from)?;
    let files = [(LOG, LOG, &manifest.log_sha256), (KEYS, STORE_FILE, &manifest.keys_sha256)];
    for (name, here, wanted) in files {
        copy::whole(&a.from.join(name), &draft.join(here), wanted)?;
    }
    beside::put_back(&manifest, &a.from, draft)?;
    let environment = Config::load(a.config.as_deref(), Flags::default())?;
    let config = Config { data: draft.to_owned(), ..environment };
    papers(&a.from.join(ATTACHMENTS), &config, manifest.attachments).await?;
    if let Some(master) = &a.master_key {
        let _ = copy::file(master, &draft.join(MASTER_FILE))?;
    }
    let log = EventLog::open_sqlite(&draft.join(LOG), SqliteOptions::default()).await?;
    let head = log.head().await?.map(eventlog::Position::get);
    let groups = streams::groups::not_ahead_of(draft, head)?;
    let (mut erased, mut certified, mut uncertified) = (0, 0, Vec::new());
    if let Some(list) = list {
        erased = erase_again(config, list.erasures.clone()).await?;
        certified = certificates::put_back(&log, &list.certificates).await?;
        uncertified = certificates::missing(&log, &list.erasures).await?;
    }
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
    Ok(Restored { manifest, check, groups, erased, certified, uncertified })
}

/// Copies the attachments to where the configuration says they are; each is verified against the hash that names it. In a
/// store elsewhere most may be there still: what is sound there stays, what is missing or altered comes back.
async fn papers(from: &Path, config: &Config, wanted: u64) -> anyhow::Result<()> {
    let copied = Papers::in_directory(from)?.copy_to(&hub::open::papers(config)?).await?;
    let found = copied.copied + copied.already;
    if found == wanted && copied.altered.is_empty() {
        return Ok(());
    }
    Err(damaged(
        format!("备份应有材料 {wanted} 份，完好的只有 {found} 份。"),
        format!("The backup should have {wanted} attachments and has {found} sound ones."),
    ))
}

/// Destroys again the keys that were destroyed since the backup.
async fn erase_again(config: Config, list: Vec<Deletion>) -> anyhow::Result<usize> {
    let keys = tokio::task::spawn_blocking(move || hub::open::keys(&config)?.apply_deletions(&list));
    Ok(keys
        .await?
        .context("the deletion list was not applied; give --master-key FILE or SAFEGUARD_MASTER_KEY")?
        .keys)
}
