//! The state of now for a new subscriber: every matter they may see, then the position to follow from. Never here:
//! what a state looks like (that is `wire::show`), or what may be seen of it.
//!
//! No gap at the seam: the position is taken before the first state is read, so a state is as new as the position or
//! newer. What is in both is told by the state's revision: the follower drops events up to it.

use std::collections::VecDeque;

use domain::clue::ClueRule;
use domain::decider::Decider;
use domain::referral::ReferralRule;
use domain::reverse_referral::ReverseRule;
use hub::project::{Position, Positioned, Revision, StreamName};
use hub::reads::Way;
use hub::{Hub, history};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::show::{self, Lens, Told};
use wire::v1;
use wire::v1::snapshot_response::State;
use wire::violations::Violations;

use crate::badge::Badge;
use crate::filter::Filter;
use crate::start::{told, unread};

/// Events read at a time while looking for matters.
const PAGE: usize = 500;
/// What was asked, in the read log.
const WHAT: &str = "Snapshot";

/// A snapshot under way.
pub struct Snapshot {
    hub: Hub,
    badge: Badge,
    filter: Filter,
    log: String,
    until: Option<Position>,
    after: Option<Position>,
    streams: VecDeque<StreamName>,
    count: u64,
    ended: bool,
}

/// Reads what is asked: a state has no kind.
#[must_use]
pub fn filter(faults: &mut Violations, wanted: &v1::EventFilter) -> Option<Filter> {
    if !wanted.kinds.is_empty() {
        faults.add("kinds", &Flaw::new("MUST_BE_EMPTY"));
    }
    Filter::read(faults, wanted)
}

impl Snapshot {
    /// As of now.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn start(hub: &Hub, badge: Badge, filter: Filter, log: String) -> Result<Self, Refusal> {
        let until = hub.log.head().await.map_err(unread)?;
        let (hub, streams) = (hub.clone(), VecDeque::new());
        Ok(Self { hub, badge, filter, log, until, after: None, streams, count: 0, ended: false })
    }

    /// The next state, the position after the last, then none; an error is the last.
    pub async fn next(&mut self) -> Option<Result<State, Refusal>> {
        if self.ended {
            return None;
        }
        let stopping = self.hub.clone();
        let state = tokio::select! {
            () = stopping.stopped() => return None,
            state = self.state() => state,
        };
        match &state {
            Ok(State::Clue(_) | State::Referral(_) | State::Reverse(_)) => self.count += 1,
            Ok(State::Follow(_)) | Err(_) => self.ended = true,
        }
        Some(state)
    }

    async fn state(&mut self) -> Result<State, Refusal> {
        loop {
            self.badge.check(&self.hub)?;
            while let Some(stream) = self.streams.pop_front() {
                if let Some(state) = self.shown(&stream).await? {
                    return Ok(state);
                }
            }
            if self.after >= self.until {
                let (position, log) = (told(self.until), std::mem::take(&mut self.log));
                return Ok(State::Follow(v1::FollowFrom { position, log, count: self.count }));
            }
            self.look_on().await?;
        }
    }

    /// Takes in the matters that begin in the next page of the log.
    async fn look_on(&mut self) -> Result<(), Refusal> {
        let page = self.hub.log.read_all(self.after, PAGE).await.map_err(unread)?;
        let begins = |event: &&Positioned| {
            event.event.revision == Revision::FIRST && self.filter.wants_stream(&event.event.stream)
        };
        self.streams = page.iter().filter(begins).map(|event| event.event.stream.clone()).collect();
        self.after = page.last().map(|last| last.position).or(self.until);
        Ok(())
    }

    /// A matter as the caller may see it; none when it is no case, not wanted or not theirs.
    async fn shown(&self, stream: &StreamName) -> Result<Option<State>, Refusal> {
        let kind = stream.category();
        if !matches!(kind, "CL" | "RF" | "RR") {
            return Ok(None);
        }
        let matter = self.hub.matter(stream).await?.filter(|matter| self.filter.wants_matter(matter));
        let Some(matter) = matter else { return Ok(None) };
        if self.hub.sight(self.badge.actor(), stream, &matter).nothing() {
            return Ok(None);
        }
        Ok(Some(match kind {
            "CL" => State::Clue(self.state_of::<ClueRule, _>(stream, show::clue).await?),
            "RF" => State::Referral(self.state_of::<ReferralRule, _>(stream, show::referral).await?),
            _ => State::Reverse(self.state_of::<ReverseRule, _>(stream, show::reverse).await?),
        }))
    }

    async fn state_of<D: Decider, T>(
        &self,
        stream: &StreamName,
        show: impl Fn(&[Told<D::Event>], &dyn Lens) -> Option<T>,
    ) -> Result<T, Refusal> {
        let told = history::<D>(&self.hub, stream).await?;
        self.hub.show(self.badge.caller(), stream, (Way::Export, WHAT), |eyes| show(&told, eyes)).await
    }
}
