//! A paper cut into messages. Never here: reading it, or who may.

use domain::paper::Paper;
use futures::{Stream, stream};
use tonic::Status;
use wire::convert;
use wire::v1::{DownloadPaperResponse, PaperRef};

/// Bytes of one piece.
const PIECE: usize = 256 * 1024;

/// What is left to send.
struct Rest {
    paper: Option<PaperRef>,
    bytes: Vec<u8>,
    sent: usize,
}

/// The messages of a paper: what it is in the first, its bytes in order in all.
pub(super) fn of(
    paper: &Paper,
    bytes: Vec<u8>,
) -> impl Stream<Item = Result<DownloadPaperResponse, Status>> + use<> {
    let first = Rest { paper: Some(convert::paper(paper)), bytes, sent: 0 };
    stream::unfold(first, |mut rest| async move {
        let end = rest.bytes.len().min(rest.sent + PIECE);
        let chunk = rest.bytes.get(rest.sent..end).unwrap_or_default().to_vec();
        let paper = rest.paper.take();
        if chunk.is_empty() && paper.is_none() {
            return None;
        }
        rest.sent = end;
        Some((Ok(DownloadPaperResponse { paper, chunk }), rest))
    })
}
