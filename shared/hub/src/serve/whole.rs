//! The body of a call of one message, read before anything is held for it: whoever sends slowly, or never ends, keeps nobody
//! from a place. Never here: what the bytes mean.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use tokio::sync::{Semaphore, SemaphorePermit};
use wire::refusal::Refusal;

use super::MAX_MESSAGE_BYTES;
use crate::admission::RETRY_AFTER;

/// Bytes before a message: whether it is compressed, and its length.
pub(super) const FRAME: usize = 5;
/// Bytes of a body that need no leave: more than most requests have.
const SMALL: usize = 16 * 1024;
/// A step of what is larger.
const STEP: usize = 64 * 1024;
/// Steps of all bodies of this process together: 64 MiB.
static STEPS: Semaphore = Semaphore::const_new(1_024);

/// A body that was read; what it takes of the process' memory counts until this is dropped.
pub struct Whole {
    /// The bytes.
    pub bytes: Bytes,
    /// What it takes.
    pub taken: Option<SemaphorePermit<'static>>,
}

/// Reads a body to its end.
///
/// # Errors
/// `TooLarge`; `Overloaded` when others' bodies take all the memory there is for them; `Late` when the sender goes.
pub async fn whole(body: Body) -> Result<Whole, Refusal> {
    let mut pieces = body.into_data_stream();
    let (mut first, mut read) = (Bytes::new(), BytesMut::new());
    let (mut length, mut room, mut taken) = (0, SMALL, None::<SemaphorePermit<'static>>);
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::Late)?;
        length += piece.len();
        if length > MAX_MESSAGE_BYTES + FRAME {
            return Err(Refusal::TooLarge { limit: MAX_MESSAGE_BYTES as u64 });
        }
        while length > room {
            let step = STEPS.try_acquire().map_err(|_| Refusal::Overloaded { retry_after: RETRY_AFTER })?;
            match &mut taken {
                Some(taken) => taken.merge(step),
                None => taken = Some(step),
            }
            room += STEP;
        }
        // Most requests come in one piece, which need not be copied. Further ones are, because each would keep the buffer that
        // it came in, and many are small.
        if length == piece.len() {
            first = piece;
        } else {
            read.extend_from_slice(&std::mem::take(&mut first));
            read.extend_from_slice(&piece);
        }
    }
    let bytes = if read.is_empty() { first } else { read.freeze() };
    Ok(Whole { bytes, taken })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[tokio::test]
    async fn a_body_in_pieces_is_whole_and_counts_as_one() {
        let pieces = [&b""[..], b"a", b"", b"bc", &[7; SMALL], b"d"]
            .map(|piece| Ok::<_, axum::Error>(Bytes::from_static(piece)));
        let read = whole(Body::from_stream(futures::stream::iter(pieces))).await.unwrap();
        let wanted = [&b"abc"[..], &[7; SMALL], b"d"].concat();
        assert!(read.bytes == wanted && read.taken.is_some_and(|taken| taken.num_permits() == 1));
    }

    #[tokio::test]
    async fn what_others_send_leaves_room_for_what_is_small() {
        let all = STEPS.acquire_many(1_024).await.unwrap();
        let large = whole(Body::from(vec![0; SMALL + 1])).await.err();
        assert_eq!(large, Some(Refusal::Overloaded { retry_after: RETRY_AFTER }));
        assert_eq!(whole(Body::from(vec![7; SMALL])).await.unwrap().bytes.len(), SMALL);
        drop(all);
        let large = whole(Body::from(vec![0; MAX_MESSAGE_BYTES + FRAME])).await.unwrap();
        assert_eq!((large.bytes.len(), STEPS.available_permits()), (MAX_MESSAGE_BYTES + FRAME, 1_024 - 64));
        drop(large);
        let beyond = whole(Body::from(vec![0; MAX_MESSAGE_BYTES + FRAME + 1])).await.err();
        assert_eq!(beyond, Some(Refusal::TooLarge { limit: MAX_MESSAGE_BYTES as u64 }));
        assert_eq!(STEPS.available_permits(), 1_024);
    }
}
