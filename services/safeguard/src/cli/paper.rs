//! Papers: their bytes go to the hub and come back. Never here: what a paper means to a matter.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use domain::paper::PaperKind;
use wire::v1;

use super::badge::bytes_of;
use super::desk::Desk;
use super::failure::Failure;
use super::words::one_of;
use crate::operate::copy::new_file;

/// Bytes sent at once.
const CHUNK: usize = 256 * 1024;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Paper {
    /// 上传材料 | Upload a paper
    Upload(Upload),
    /// 下载材料 | Download a paper
    Download(Download),
}

/// What to upload.
#[derive(Args)]
pub(crate) struct Upload {
    /// 文件，不超过 20 MiB | The file, at most 20 MiB
    file: PathBuf,
    /// 材料类型 | What it is
    #[arg(long, value_parser = one_of::<PaperKind>())]
    kind: i32,
    /// 所属事项；尚未登记的线索不填 | The matter; empty for a clue not reported yet
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    matter: String,
}

/// What to download.
#[derive(Args)]
pub(crate) struct Download {
    /// 事项编号 | The matter that names it
    matter: String,
    /// 材料哈希 | Its hash
    hash: String,
    /// 保存为（不覆盖已有文件） | Where to write it; never overwrites
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Paper) -> Result<(), Failure> {
    match asked {
        Paper::Upload(a) => {
            let answer = upload(desk, &a.file, a.kind, &a.matter).await?;
            desk.out.answer(&answer, |out, answer| out.line(&answer.hash))
        }
        Paper::Download(a) => download(desk, a).await,
    }
}

/// Uploads a file.
pub(crate) async fn upload(
    desk: &Desk,
    file: &Path,
    kind: i32,
    matter: &str,
) -> Result<v1::UploadPaperResponse, Failure> {
    use v1::upload_paper_request::Part;
    let bytes = bytes_of(file)?;
    let options = Part::Options(v1::UploadPaperOptions { kind, matter: matter.to_owned() });
    let chunks = bytes.chunks(CHUNK).map(|chunk| Part::Chunk(chunk.to_vec()));
    let parts: Vec<_> = std::iter::once(options)
        .chain(chunks)
        .map(|part| v1::UploadPaperRequest { part: Some(part) })
        .collect();
    let upload = desk.signed(tokio_stream::iter(parts))?;
    let answer =
        desk.education().await?.upload_paper(upload).await.map_err(|status| desk.refused(&status))?;
    Ok(answer.into_inner())
}

async fn download(desk: &Desk, a: Download) -> Result<(), Failure> {
    let request = desk.signed(v1::DownloadPaperRequest { matter: a.matter, hash: a.hash })?;
    let answer =
        desk.education().await?.download_paper(request).await.map_err(|status| desk.refused(&status))?;
    let mut pieces = answer.into_inner();
    let mut bytes = Vec::new();
    let mut paper = v1::PaperRef::default();
    while let Some(piece) = pieces.message().await.map_err(|status| desk.refused(&status))? {
        paper = piece.paper.unwrap_or(paper);
        bytes.extend(piece.chunk);
    }
    let mut file = new_file(&a.out)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    desk.out.answer(&paper, |out, _| out.line(format!("{} {}", a.out.display(), bytes.len())))
}
