//! What follows from education's events in another stream. Each reaction is a command whose id derives from
//! the event, so doing it twice does nothing. Never here: a decision; the rules make those.
//!
//! A merged clue hands its urgency to the clue that goes on: the one it was merged into, or, when that was merged
//! too, the next, to the end of the chain. A chain can close to a circle, when two officers merge two clues into
//! each other at the same moment; then none would go on, so the latest merge in it is undone and its clue goes on.
//!
//! Crash story. Die after the undoing and before the hand-over: the event is reacted to again, finds the chain
//! open now, and hands over. Two instances that follow the same log choose the same merge, and its undoing has
//! one id: it is undone once.

use domain::actor::Actor;
use domain::category::Urgency;
use domain::clue::{self, ClueRule, Stage};
use domain::decider::Decider;
use domain::event::decode;
use domain::ids::ClueId;
use hub::call::stream_of;
use hub::handle::{HandleError, metadata};
use hub::project::{Positioned, Revision};
use hub::react::{Reaction, settled};
use hub::{Hub, Order, mint};
use jiff::Timestamp;
use uuid::Uuid;

/// How often a hand-over looks for the clue that goes on: officers merge while it looks.
const ATTEMPTS: usize = 16;

/// Education's reactions, in the name of the hub.
pub(crate) struct Reactions {
    by: Actor,
}

/// A merge in force.
struct Merge {
    /// When it was recorded; of two in the same microsecond the higher id counts as later.
    at: (Timestamp, ClueId),
    /// Its event.
    event: Uuid,
    into: ClueId,
}

impl Merge {
    fn clue(&self) -> &ClueId {
        &self.at.1
    }
}

/// Where the chain of merges from a clue leads.
enum Way {
    /// The clue is not merged: its merge was undone, and it goes on itself.
    Undone,
    /// To the clue that goes on.
    To(ClueId),
    /// Nowhere, until this merge is undone.
    Closed(Box<Merge>),
}

impl Reactions {
    pub(crate) fn new(by: Actor) -> Self {
        Self { by }
    }

    /// A merged clue hands its urgency to the one that goes on: merging never lowers it (handbook 3.3).
    async fn absorb(&self, hub: &Hub, event: &Positioned) -> Result<(), HandleError> {
        let merged: clue::Event = decode(&event.event.kind, event.event.data.as_str())?;
        let clue::Event::Merged { urgency, .. } = merged else { return Ok(()) };
        let Ok(from) = event.event.stream.as_str().parse::<ClueId>() else { return Ok(()) };
        for _ in 0..ATTEMPTS {
            match way(hub, &from).await? {
                Way::Undone => return Ok(()),
                Way::Closed(merge) => self.undo(hub, event, &merge).await?,
                Way::To(last) => {
                    if self.hand_over(hub, event, (&from, &last), urgency).await? {
                        return Ok(());
                    }
                }
            }
        }
        Err(HandleError::Contended)
    }

    /// Whether it is settled; not when the clue that was to go on has been merged in the meantime.
    async fn hand_over(
        &self,
        hub: &Hub,
        event: &Positioned,
        (from, to): (&ClueId, &ClueId),
        urgency: Urgency,
    ) -> Result<bool, HandleError> {
        let command = clue::Command::Absorb { from: from.clone(), urgency };
        let id = mint::follow_up(event.event.id, &format!("absorb/{to}"));
        match self.give(hub, event, (to, id), command).await {
            Err(HandleError::Law(refused)) if refused.reason() == "WRONG_STAGE" => Ok(false),
            done => settled(event, to.as_str(), done).map(|()| true),
        }
    }

    async fn undo(&self, hub: &Hub, event: &Positioned, merge: &Merge) -> Result<(), HandleError> {
        tracing::warn!(clue = %merge.clue(), into = %merge.into, "clues are merged in a circle; the latest merge is undone");
        let command = clue::Command::UndoMerge { into: merge.into.clone() };
        let id = mint::follow_up(merge.event, "undo-merge");
        settled(event, merge.clue().as_str(), self.give(hub, event, (merge.clue(), id), command).await)
    }

    async fn give(
        &self,
        hub: &Hub,
        event: &Positioned,
        (to, id): (&ClueId, Uuid),
        command: clue::Command,
    ) -> Result<(), HandleError> {
        let Ok(stream) = stream_of(to) else { return Ok(()) };
        let order = Order {
            by: self.by.clone(),
            id,
            occurred: None,
            causation: Some(event.event.id),
            correlation: Some(metadata(&event.event)?.correlation),
            command,
        };
        hub.handle::<ClueRule>(&stream, &order).await.map(|_| ())
    }
}

/// How a clue stands in a chain of merges.
enum Link {
    /// It was merged.
    Merged(Box<Merge>),
    /// It was not, or not any more.
    GoesOn,
    /// Nobody reported it.
    Unknown,
}

/// Follows the merges from a clue.
async fn way(hub: &Hub, from: &ClueId) -> Result<Way, HandleError> {
    let mut chain: Vec<Box<Merge>> = Vec::new();
    let mut at = from.clone();
    loop {
        if let Some(start) = chain.iter().position(|merge| *merge.clue() == at) {
            let latest = chain.drain(start..).max_by(|one, other| one.at.cmp(&other.at));
            return Ok(latest.map_or(Way::Undone, Way::Closed));
        }
        match link(hub, &at).await? {
            Link::Merged(merge) => {
                at = merge.into.clone();
                chain.push(merge);
            }
            Link::GoesOn if chain.is_empty() => return Ok(Way::Undone),
            Link::GoesOn => return Ok(Way::To(at)),
            // Into nothing: the clue before goes on.
            Link::Unknown => return Ok(chain.pop().map_or(Way::Undone, Way::Closed)),
        }
    }
}

async fn link(hub: &Hub, clue: &ClueId) -> Result<Link, HandleError> {
    let Ok(stream) = stream_of(clue) else { return Ok(Link::Unknown) };
    let (mut state, mut last) = (ClueRule::initial(), None);
    for event in hub.log.read(&stream, Revision::FIRST).await? {
        let beside = metadata(&event)?;
        let happened: clue::Event = decode(&event.kind, event.data.as_str())?;
        state = ClueRule::evolve(state, &happened, &beside.stamp());
        if let clue::Event::Merged { into, .. } = happened {
            let at = (beside.recorded, clue.clone());
            last = Some(Box::new(Merge { at, event: event.id, into }));
        }
    }
    let merged = state.clue().map(|known| matches!(known.stage(), Stage::Merged { .. }));
    Ok(match (merged, last) {
        (None, _) => Link::Unknown,
        (Some(true), Some(merge)) => Link::Merged(merge),
        (Some(_), _) => Link::GoesOn,
    })
}

impl Reaction for Reactions {
    type Step = ();

    fn name(&self) -> &'static str {
        "education-reactions"
    }

    fn step(&self, kind: &str) -> Option<()> {
        (kind == "clue.merged").then_some(())
    }

    async fn react(&self, hub: &Hub, event: &Positioned, (): ()) -> Result<(), HandleError> {
        self.absorb(hub, event).await
    }
}
