//! A connection that writes the answers of many calls at once. Each answer wakes its connection, which the runtime then runs
//! before all others: one system call an answer, and under load those are what refusing costs most. So a connection
//! that has just written lets whatever else is ready have one turn of the runtime first, and writes what has come together. One
//! that answers now and then never waits. Never here: what is written.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, BufWriter, ReadBuf};
use tokio::time::Instant;
use tonic::transport::server::Connected;

/// A connection that wrote so short a time ago has more to write soon: several calls take less.
const JUST: Duration = Duration::from_micros(100);

/// The connection.
pub(super) struct Gathered<C> {
    inner: BufWriter<C>,
    /// When it wrote last.
    wrote: Option<Instant>,
    /// Whether others have their turn first.
    waiting: bool,
    /// When they had it last. Not at every flush: of answers that are large each is flushed by itself.
    waited: Option<Instant>,
}

impl<C: AsyncWrite> Gathered<C> {
    pub(super) fn new(inner: C) -> Self {
        Self { inner: BufWriter::new(inner), wrote: None, waiting: false, waited: None }
    }
}

impl<C: Connected + AsyncWrite> Connected for Gathered<C> {
    type ConnectInfo = C::ConnectInfo;

    fn connect_info(&self) -> Self::ConnectInfo {
        self.inner.get_ref().connect_info()
    }
}

impl<C: AsyncRead + AsyncWrite + Unpin> AsyncRead for Gathered<C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        waker: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(waker, into)
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Gathered<C> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        waker: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(waker, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, waker: &mut Context<'_>) -> Poll<io::Result<()>> {
        let new = !self.inner.buffer().is_empty();
        let just = |when: Option<Instant>| when.is_some_and(|when| when.elapsed() < JUST);
        if new && !self.waiting && just(self.wrote) && !just(self.waited) {
            self.waiting = true;
            // Who wakes itself goes to the end of the queue.
            waker.waker().wake_by_ref();
            return Poll::Pending;
        }
        if std::mem::take(&mut self.waiting) {
            self.waited = Some(Instant::now());
        }
        ready!(Pin::new(&mut self.inner).poll_flush(waker))?;
        if new {
            self.wrote = Some(Instant::now());
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, waker: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(waker)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        waker: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(waker, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use std::pin::pin;

    use futures::poll;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// What reached the system, call by call.
    #[derive(Default)]
    struct Writes(Vec<Vec<u8>>);

    impl AsyncWrite for Writes {
        fn poll_write(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
            bytes: &[u8],
        ) -> Poll<io::Result<usize>> {
            self.0.push(bytes.to_vec());
            Poll::Ready(Ok(bytes.len()))
        }
        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn answers_close_together_are_written_together_and_a_lone_one_at_once() {
        let mut line = Gathered::new(Writes::default());
        line.write_all(b"a").await.unwrap();
        assert!(poll!(pin!(line.flush())).is_ready(), "nothing was written just before");
        line.write_all(b"b").await.unwrap();
        assert!(poll!(pin!(line.flush())).is_pending());
        line.write_all(b"c").await.unwrap();
        assert!(poll!(pin!(line.flush())).is_ready(), "one turn is enough");
        line.write_all(b"d").await.unwrap();
        assert!(poll!(pin!(line.flush())).is_ready(), "and does for what follows");
        tokio::time::advance(JUST).await;
        line.write_all(b"e").await.unwrap();
        assert!(poll!(pin!(line.flush())).is_ready());
        assert_eq!(line.inner.get_ref().0, [&b"a"[..], b"bc", b"d", b"e"]);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_is_run_again_and_the_end_takes_all_along() {
        let mut line = Gathered::new(Writes::default());
        for piece in [b"a", b"b"] {
            line.write_all(piece).await.unwrap();
            line.flush().await.unwrap();
        }
        line.write_all(b"c").await.unwrap();
        line.shutdown().await.unwrap();
        assert_eq!(line.inner.get_ref().0, [b"a", b"b", b"c"]);
    }
}
