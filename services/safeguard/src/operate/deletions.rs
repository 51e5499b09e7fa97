//! The deletion list: who was erased, to be kept apart from the backups and applied to any that is restored.
//! Never here: a name; the list holds subjects and the numbers of keys.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use hub::seal::{Deletion, STORE_FILE};

use super::{Place, copy};
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

/// Writes the list, one erasure a line.
pub(crate) async fn run(out: &Out, a: &Deletions) -> Result<(), Failure> {
    let config = a.place.config()?;
    if !config.data.join(STORE_FILE).exists() {
        let data = config.data.display();
        return Err(Failure::plain(
            format!("{data} 里没有密钥库；检查 --data。"),
            format!("there is no key store in {data}; check --data."),
        ));
    }
    let asked = tokio::task::spawn_blocking(move || hub::open::keys(&config)?.deletion_list()).await;
    let list = asked.map_err(anyhow::Error::from)?.map_err(anyhow::Error::from)?;
    let mut text = String::new();
    for deletion in &list {
        text.push_str(&serde_json::to_string(deletion).map_err(anyhow::Error::from)?);
        text.push('\n');
    }
    if a.to == Path::new("-") {
        return if text.is_empty() { Ok(()) } else { out.line(text.trim_end()) };
    }
    let mut file = copy::new_file(&a.to)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    match out.json {
        true => {
            out.object(&serde_json::json!({ "erasures": list.len(), "file": a.to.display().to_string() }))
        }
        false => out.line(out.named("删除记录：", "erasures:", list.len())),
    }
}

/// Reads a list.
pub(crate) fn read(file: &Path) -> anyhow::Result<Vec<Deletion>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let lines = (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty());
    lines.map(|(line, text)| serde_json::from_str(text).map_err(|_| not_a_list(file, line))).collect()
}

fn not_a_list(file: &Path, line: usize) -> anyhow::Error {
    let file = file.display();
    Told::error(
        format!("{file} 第 {line} 行不是删除记录；清单由 safeguard deletions 写出。"),
        format!("line {line} of {file} is no erasure; the list is written by safeguard deletions."),
    )
}
