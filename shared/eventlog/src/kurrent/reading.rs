//! Reading: pages of streams from the leader, no longer in bytes than one process should hold.
//!
//! Must never be here: what another node than the leader says. A follower may be behind, and a stream read
//! there would be decided upon as if it ended earlier.

use std::time::Duration;

use tokio::time::Instant;

use super::answer::{Settled, Unsettled};
use super::client::{Ask, Client};
use super::page::{Found, Page};
use crate::error::Outage;
use crate::event::Recorded;
use crate::stream::{Revision, StreamName};

/// Most entries of a page. The server takes 4096, but gives them whatever their size.
pub(super) const PAGE: usize = 500;
/// A page with more bytes is asked for again in smaller pieces, unless it is a single event.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// A stream as the cluster has it.
#[derive(Debug)]
pub(super) enum Stream<T> {
    Here(T),
    /// No such stream.
    Missing,
    /// Deleted for ever.
    Gone,
}

impl Client {
    /// The stream of the cluster that keeps a stream of the log. Neither name has a character to escape.
    pub(super) fn path(&self, stream: &StreamName) -> String {
        format!("/streams/{}-{stream}", self.options().name)
    }

    /// The stream that links all events of the log in one order.
    pub(super) fn category(&self) -> String {
        format!("/streams/%24ce-{}", self.options().name)
    }

    /// A page from a number on, forward.
    pub(super) async fn forward(
        &self,
        stream: &str,
        from: u64,
        count: usize,
        until: Instant,
    ) -> Result<Stream<Page>, Outage> {
        self.page(|count| format!("{stream}/{from}/forward/{count}?embed=body"), count, until).await
    }

    /// A page from a number backward, or from the stream's end.
    pub(super) async fn backward(
        &self,
        stream: &str,
        from: Option<u64>,
        count: usize,
        until: Instant,
    ) -> Result<Stream<Page>, Outage> {
        let from = from.map_or_else(|| "head".to_owned(), |from| from.to_string());
        self.page(|count| format!("{stream}/{from}/backward/{count}?embed=body"), count, until).await
    }

    async fn page(
        &self,
        path: impl Fn(usize) -> String,
        count: usize,
        until: Instant,
    ) -> Result<Stream<Page>, Outage> {
        let mut count = count.clamp(1, PAGE);
        loop {
            let most = (count > 1).then_some(PAGE_BYTES);
            let ask = Ask::Page { path: path(count), wait: None, most };
            match page(self.ask(&ask, until).await?)? {
                Some(page) => return Ok(page),
                None => count = (count / 8).max(1),
            }
        }
    }

    /// A page from a number on, kept back by the server until something stands there, but not longer
    /// than so. `None` when there would be more than one page should have.
    pub(super) async fn poll(
        &self,
        stream: &str,
        from: u64,
        wait: Duration,
    ) -> Result<Option<Stream<Page>>, Unsettled> {
        let path = format!("{stream}/{from}/forward/{PAGE}?embed=body");
        let ask = Ask::Page { path, wait: Some(wait), most: Some(PAGE_BYTES) };
        let until = Instant::now() + wait + self.options().request_timeout;
        let settled = self.once(&ask, until).await?;
        page(settled).map_err(|outage| Unsettled::Unanswered { detail: outage.to_string() })
    }

    /// A stream's events from a revision to its end.
    pub(super) async fn stream(
        &self,
        stream: &StreamName,
        from: Revision,
        until: Instant,
    ) -> Result<Vec<Recorded>, Outage> {
        let path = self.path(stream);
        let mut events = Vec::new();
        let mut from = from.get();
        // The server counts in 63 bits; nothing stands beyond.
        while i64::try_from(from).is_ok() {
            let page = match self.forward(&path, from, PAGE, until).await? {
                Stream::Here(page) => page,
                Stream::Missing => break,
                Stream::Gone => return Err(deleted(stream)),
            };
            let (at_end, next) = (page.at_end, page.next);
            for entry in page.entries {
                match entry.found(&self.options().name) {
                    Found::Event { event, .. } => events.push(event),
                    Found::Nothing => {}
                    Found::Foreign { number, why } => return Err(foreign(stream, number, &why)),
                }
            }
            match next {
                Some(next) if !at_end && next > from => from = next,
                Some(_) | None => break,
            }
        }
        Ok(events)
    }

    /// A stream's last revision.
    pub(super) async fn last(&self, stream: &StreamName, until: Instant) -> Result<Option<Revision>, Outage> {
        match self.backward(&self.path(stream), None, 1, until).await? {
            Stream::Here(page) => Ok(page.end().and_then(|end| end.checked_sub(1)).map(Revision::new)),
            Stream::Missing => Ok(None),
            Stream::Gone => Err(deleted(stream)),
        }
    }
}

/// A page, or none when it has more bytes than a page should have.
fn page(settled: Settled) -> Result<Option<Stream<Page>>, Outage> {
    match settled {
        Settled::Body(body) => match Page::parse(&body) {
            Ok(page) => Ok(Some(Stream::Here(page))),
            Err(detail) => Err(Outage::Failing { detail }),
        },
        Settled::TooMuch => Ok(None),
        Settled::Missing => Ok(Some(Stream::Missing)),
        Settled::Gone => Ok(Some(Stream::Gone)),
        other @ (Settled::Written { .. } | Settled::Conflict { .. } | Settled::Refused { .. }) => {
            Err(refused(&other))
        }
    }
}

fn deleted(stream: &StreamName) -> Outage {
    Outage::Failing { detail: format!("stream {stream} was deleted for ever on the cluster") }
}

/// An event somebody put into the stream by other means. To leave it out would shorten the stream.
fn foreign(stream: &StreamName, number: Option<u64>, why: &str) -> Outage {
    let place = number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    Outage::Failing {
        detail: format!("event {place} of stream {stream} was written by another program: {why}"),
    }
}

pub(super) fn refused(settled: &Settled) -> Outage {
    let detail = match settled {
        Settled::Refused { status } => format!("the cluster refuses the request with status {status}"),
        Settled::Missing => "the cluster does not serve streams; AtomPub is off".to_owned(),
        Settled::Gone => "the stream was deleted for ever on the cluster".to_owned(),
        Settled::Written { .. } | Settled::Body(_) | Settled::TooMuch | Settled::Conflict { .. } => {
            "the cluster answers what was not asked".to_owned()
        }
    };
    Outage::Failing { detail }
}
