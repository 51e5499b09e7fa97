//! The deletion list: who was erased, to be kept apart from the backups and applied to any that is restored.
//! Never here: a name; the list holds subjects, the numbers of keys, and the certificates as the log has them.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use hub::seal::{Deletion, KeysPlace, STORE_FILE};
use serde::{Deserialize, Serialize};

use super::certificates::{self, Certificate};
use super::{Place, copy, read_only};
use crate::cli::failure::{Failure, Told};
use crate::cli::out::Out;

/// Where to.
#[derive(Args)]
pub(crate) struct Deletions {
    /// 新文件，或 - 表示标准输出 | A new file, or - for standard output
    to: PathBuf,
    #[command(flatten)]
    place: Place,
}

/// One line of the list.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    /// What was destroyed.
    Erasure(Deletion),
    /// How it was certified.
    Certificate(Certificate),
}

/// The list.
pub(super) struct List {
    /// What was destroyed, oldest first.
    pub(super) erasures: Vec<Deletion>,
    /// How it was certified.
    pub(super) certificates: Vec<Certificate>,
}

/// Writes the list: one erasure a line, then one certificate a line.
pub(crate) async fn run(out: &Out, a: &Deletions) -> Result<(), Failure> {
    let config = a.place.config()?;
    let place = KeysPlace::parse(&config.keys, &config.data).map_err(anyhow::Error::from)?;
    if let KeysPlace::Directory(data) = &place
        && !data.join(STORE_FILE).exists()
    {
        let data = data.display();
        return Err(Failure::plain(
            format!("{data} 里没有密钥库；检查 --data。"),
            format!("there is no key store in {data}; check --data."),
        ));
    }
    let log = read_only(&config).await?;
    let asked = tokio::task::spawn_blocking(move || hub::open::keys(&config)?.deletion_list()).await;
    let list = asked.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?;
    let erasures = list.len();
    let certified = certificates::of(&log, &list).await?;
    let lines = list.into_iter().map(Line::Erasure);
    let mut text = String::new();
    for line in lines.chain(certified.into_iter().map(Line::Certificate)) {
        text.push_str(&serde_json::to_string(&line).map_err(anyhow::Error::from)?);
        text.push('\n');
    }
    if a.to == Path::new("-") {
        return if text.is_empty() { Ok(()) } else { out.line(text.trim_end()) };
    }
    let mut file = copy::new_file(&a.to)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    match out.json {
        true => out.object(&serde_json::json!({ "erasures": erasures, "file": a.to.display().to_string() })),
        false => out.line(out.named("删除记录：", "erasures:", erasures)),
    }
}

/// Reads a list.
pub(super) fn read(file: &Path) -> anyhow::Result<List> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let mut list = List { erasures: Vec::new(), certificates: Vec::new() };
    for (number, line) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(Line::Erasure(erasure)) => list.erasures.push(erasure),
            Ok(Line::Certificate(certificate)) if certificate.sound() => list.certificates.push(certificate),
            Ok(Line::Certificate(_)) | Err(_) => return Err(not_a_list(file, number)),
        }
    }
    Ok(list)
}

fn not_a_list(file: &Path, line: usize) -> anyhow::Error {
    let file = file.display();
    Told::error(
        format!("{file} 第 {line} 行不是删除记录；清单由 safeguard deletions 写出。"),
        format!("line {line} of {file} is no erasure; the list is written by safeguard deletions."),
    )
}
