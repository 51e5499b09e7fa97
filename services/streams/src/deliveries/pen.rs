//! Writes to the log what changed in groups and webhooks. Never here: when, or by whose right.

use std::collections::HashMap;

use domain::actor::Actor;
use domain::consumer_group::{GroupRule, State};
use domain::decider::Decider;
use domain::webhook::{self, WebhookRule};
use futures::{StreamExt as _, stream};
use hub::held::Held;
use hub::project::{Revision, StreamName};
use hub::{HandleError, Hub, Order, refuse};
use uuid::Uuid;
use wire::refusal::Refusal;

use super::kept::{KeptGroup, KeptWebhook};
use crate::groups::{Groups, Note as GroupNote};
use crate::webhooks::{Note as WebhookNote, Said, Webhooks};

/// Streams written at once, so that they share commits of the log.
const AT_ONCE: usize = 16;

/// The pen of whoever holds the seat.
pub(super) struct Pen {
    hub: Hub,
    by: Actor,
    groups: HashMap<String, Held<GroupRule>>,
    webhooks: HashMap<String, Held<WebhookRule>>,
    said: Said,
}

impl Pen {
    /// Goes on where the log is.
    pub(super) fn new(
        hub: &Hub,
        by: &Actor,
        (groups, webhooks): (&[KeptGroup], &[KeptWebhook]),
        said: Said,
    ) -> Self {
        let group = |group: &KeptGroup| {
            let (stream, end) = group.at.clone();
            (stream.to_string(), Held::at(stream, group.state(), Some(end)))
        };
        let webhook = |webhook: &KeptWebhook| {
            let (stream, end) = webhook.at.clone();
            (stream.to_string(), Held::at(stream, webhook.state(), Some(end)))
        };
        Self {
            hub: hub.clone(),
            by: by.clone(),
            groups: groups.iter().map(group).collect(),
            webhooks: webhooks.iter().map(webhook).collect(),
            said,
        }
    }

    /// Writes everything that changed; `places` too of groups that are only further than they were.
    ///
    /// # Errors
    /// What was not written is written the next time.
    pub(super) async fn write(
        &mut self,
        (groups, webhooks): (&Groups, &Webhooks),
        places: bool,
    ) -> Result<(), Refusal> {
        let mut failed = None;
        // A webhook before its group: who meets a group without its webhook would owe it to nobody.
        for note in webhooks.notes(&self.said).await? {
            // One that cannot be written keeps nobody else's from the log.
            if let Err(refusal) = self.webhook(note).await {
                failed = Some(refusal);
            }
        }
        let mut under_way = Vec::new();
        for note in groups.notes(places).await? {
            let held = self.groups.remove(&note.stream).map_or_else(|| unknown(&note.stream), Ok)?;
            under_way.push((held, note));
        }
        let (hub, by) = (&self.hub, &self.by);
        let written: Vec<_> = stream::iter(under_way)
            .map(async |(mut held, note)| {
                let done = group(hub, by, (&mut held, &note)).await;
                (held, note, done)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for (held, note, done) in written {
            let _ = self.groups.insert(note.stream.clone(), held);
            match done {
                Ok(()) => groups.written(note).await?,
                Err(error) => failed = Some(refuse::handle(error)),
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn webhook(&mut self, note: WebhookNote) -> Result<(), Refusal> {
        if !self.webhooks.contains_key(&note.stream) {
            let _ = self.webhooks.insert(note.stream.clone(), unknown(&note.stream)?);
        }
        let Some(held) = self.webhooks.get_mut(&note.stream) else { return Err(Refusal::Internal) };
        self.said.begun(&note);
        let command = match &note.kept {
            Some(kept) => webhook::Command::Keep(kept.clone()),
            None => webhook::Command::Forget,
        };
        held.handle(&self.hub, &order(&self.by, command)).await.map_err(refuse::handle)?;
        self.said.written(note);
        Ok(())
    }
}

/// A stream of which the view knows nothing.
fn unknown<D: Decider>(stream: &str) -> Result<Held<D>, Refusal> {
    let name = StreamName::parse(stream).map_err(|error| refuse::internal(&error))?;
    Ok(Held::at(name, D::initial(), None::<Revision>))
}

/// A command of the hub itself.
pub(super) fn order<C>(by: &Actor, command: C) -> Order<C> {
    let id = Uuid::now_v7();
    Order { by: by.clone(), id, occurred: None, causation: None, correlation: None, command }
}

/// Writes what changed of one group, in the order in which it happened.
async fn group(
    hub: &Hub,
    by: &Actor,
    (held, note): (&mut Held<GroupRule>, &GroupNote),
) -> Result<(), HandleError> {
    if note.end {
        // What an append made whose answer was lost is ended too.
        held.read_on(hub).await?;
    }
    let open = matches!(held.state(), State::Open(_));
    for command in note.commands(open) {
        let _ = held.handle(hub, &order(by, command)).await?;
    }
    Ok(())
}
