//! Papers of a matter: uploaded and read through the socket. Never here: what they are attached to.

use safeguard::world::Desk;
use tonic::Status;
use wire::v1;
use wire::v1::upload_paper_request::Part;

/// Uploads a paper in pieces.
pub async fn upload(desk: &Desk, matter: &str, kind: v1::PaperKind, bytes: &[u8]) -> v1::PaperRef {
    let options = v1::UploadPaperOptions { kind: kind.into(), matter: matter.to_owned() };
    let pieces = bytes.chunks(100_000).map(|piece| Part::Chunk(piece.to_vec()));
    let parts: Vec<_> = std::iter::once(Part::Options(options))
        .chain(pieces)
        .map(|part| v1::UploadPaperRequest { part: Some(part) })
        .collect();
    let kept = desk.education().upload_paper(futures::stream::iter(parts)).await.unwrap().into_inner();
    assert_eq!(kept.size, bytes.len() as u64);
    v1::PaperRef { kind: kind.into(), hash: kept.hash, ..Default::default() }
}

/// A small paper with these words on it.
pub async fn paper(desk: &Desk, matter: &str, kind: v1::PaperKind, words: &str) -> v1::PaperRef {
    upload(desk, matter, kind, words.as_bytes()).await
}

/// Reads a paper.
pub async fn download(desk: &Desk, matter: &str, hash: &str) -> Result<(v1::PaperRef, Vec<u8>), Status> {
    let wanted = v1::DownloadPaperRequest { matter: matter.to_owned(), hash: hash.to_owned() };
    let mut pieces = desk.education().download_paper(wanted).await?.into_inner();
    let (mut paper, mut bytes) = (None, Vec::new());
    while let Some(piece) = pieces.message().await? {
        paper = paper.or(piece.paper);
        bytes.extend_from_slice(&piece.chunk);
    }
    Ok((paper.unwrap(), bytes))
}
