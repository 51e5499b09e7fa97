//! The papers of the stories: short texts, uploaded as an officer does it. Never here: real forms.

use anyhow::anyhow;
use futures::stream;
use wire::v1::upload_paper_request::Part;
use wire::v1::{PaperKind, PaperRef, UploadPaperOptions, UploadPaperRequest};

use crate::world::{Desk, said};

use super::stage::Stage;

/// A paper to upload.
pub(super) struct Sheet<'a> {
    pub(super) kind: PaperKind,
    /// Official number; empty when it has none.
    pub(super) number: String,
    pub(super) text: &'a str,
}

impl Stage {
    /// Uploads a paper of a matter.
    pub(super) async fn upload(
        &self,
        desk: &Desk,
        matter: &str,
        sheet: Sheet<'_>,
    ) -> anyhow::Result<PaperRef> {
        let options = UploadPaperOptions { kind: sheet.kind as i32, matter: matter.to_owned() };
        let parts = [Part::Options(options), Part::Chunk(sheet.text.as_bytes().to_vec())];
        let parts = stream::iter(parts.map(|part| UploadPaperRequest { part: Some(part) }));
        let answer = desk.education().upload_paper(parts).await;
        let stored = answer
            .map_err(|status| {
                anyhow!("a paper of {matter} was refused: {}", said(&status, self.screen.lang()))
            })?
            .into_inner();
        Ok(PaperRef { kind: sheet.kind as i32, number: sheet.number, hash: stored.hash, size: stored.size })
    }
}
