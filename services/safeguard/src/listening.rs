//! Listening: the tasks that serve the addresses of a process. When one ends that nobody asked to, the process must end
//! with an error, so that whoever supervises it starts it again: a process that listens no more and lives on is missed by
//! nobody. Never here: what is served.

use anyhow::{Context as _, anyhow};
use tokio::task::JoinSet;

/// The tasks, one for each address.
#[derive(Default)]
pub(crate) struct Listening(JoinSet<anyhow::Result<()>>);

impl Listening {
    /// One address.
    pub(crate) fn to(serving: impl Future<Output = anyhow::Result<()>> + Send + 'static) -> Self {
        let mut one = Self::default();
        one.add(serving);
        one
    }

    /// One address more.
    pub(crate) fn add(&mut self, serving: impl Future<Output = anyhow::Result<()>> + Send + 'static) {
        let _ = self.0.spawn(serving);
    }

    /// Waits until `stop` resolves.
    ///
    /// # Errors
    /// One of them has ended before.
    pub(crate) async fn until(&mut self, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
        tokio::select! {
            biased;
            () = stop => Ok(()),
            Some(ended) = self.0.join_next() => {
                ended.context("a server task ended badly")??;
                Err(anyhow!("an address is not listened at any more, and nobody asked for that"))
            }
        }
    }

    /// Waits until all have ended.
    ///
    /// # Errors
    /// What the first of them that failed says.
    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        let mut all = Ok(());
        while let Some(ended) = self.0.join_next().await {
            all = all.and(ended.context("a server task ended badly").flatten());
        }
        all
    }

    /// Ends them as nobody should.
    #[cfg(test)]
    pub(crate) fn cut(&mut self) {
        self.0.abort_all();
    }
}
