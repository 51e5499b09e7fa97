//! What every sender needs: who may be sent what now, the secrets of now, one request, and the book that is kept of it.
//! Never here: when something is sent.

use std::sync::Arc;
use std::time::Duration;

use domain::actor::Actor;
use domain::decider::Scope;
use domain::ids::OfficerId;
use hub::caller::scope_of;
use hub::permit::Decision;
use hub::read_model::Progress;
use hub::{Hub, refuse};
use reqwest::{Client, Url};
use rusqlite::Connection;
use tokio::sync::{Semaphore, watch as signal};

use super::allowed::{Allowed, BadUrl};
use super::attempts::{self, Attempt};
use super::client::{Answer, Failure, Letter, send};
use super::endpoint::{Endpoint, EndpointId, Standing};
use super::error::WebhookError;
use super::schedule::TERMS;
use super::signing::Secret;
use super::store::Store;
use super::tables;
use super::telling::Turns;
use crate::groups::{Definition, GroupError, Groups, Known};

/// Requests under way at once, to all endpoints together.
const AT_ONCE: usize = 256;

/// The post of a hub.
pub(super) struct Post {
    pub(super) hub: Hub,
    pub(super) groups: Groups,
    pub(super) store: Store,
    pub(super) allowed: Allowed,
    pub(super) room: Semaphore,
    pub(super) turns: Turns,
    pub(super) health: signal::Sender<Progress>,
    /// None when no host is allowed.
    client: Option<Client>,
}

impl Post {
    pub(super) fn new(
        hub: &Hub,
        groups: &Groups,
        store: Store,
        allowed: Allowed,
    ) -> Result<Arc<Self>, WebhookError> {
        let client = if allowed.nothing() { None } else { Some(super::client::client(allowed.private)?) };
        Ok(Arc::new(Self {
            hub: hub.clone(),
            groups: groups.clone(),
            store,
            allowed,
            room: Semaphore::new(AT_ONCE),
            turns: Turns::default(),
            health: signal::Sender::new(Progress::default()),
            client,
        }))
    }

    /// Now, in microseconds.
    pub(super) fn now(&self) -> i64 {
        self.hub.time.now().as_microsecond()
    }

    /// The account an endpoint belongs to, as the roster knows it now; none when it is shut, or may not follow events of
    /// this unit any more.
    pub(super) fn owner(&self, endpoint: &Endpoint) -> Result<Option<Actor>, WebhookError> {
        let Ok(officer) = endpoint.owner.parse::<OfficerId>() else { return Ok(None) };
        let account = self.hub.roster.account(&officer).map_err(refuse::view)?;
        let Some(account) = account.filter(|account| !account.disabled) else { return Ok(None) };
        let actor = account.actor.clone();
        let may = |action, scope: &Scope| self.hub.permit.check(&actor, action, scope) == Decision::Allowed;
        let still = actor.unit.id.as_str() == endpoint.unit
            && may("stream.subscribe", &Scope::default())
            && may("webhook.register", &scope_of(&actor.unit));
        Ok(still.then_some(actor))
    }

    /// The endpoint, when it is sent to.
    pub(super) async fn active(&self, id: EndpointId) -> Result<Option<Endpoint>, WebhookError> {
        let found = self.store.with(move |tables| tables::find(tables, id)).await?;
        Ok(found.filter(|endpoint| endpoint.standing == Standing::Active))
    }

    /// The group behind an endpoint, made when it is not there yet.
    pub(super) async fn group(&self, endpoint: &Endpoint) -> Result<Known, WebhookError> {
        match self.groups.find(&endpoint.unit, &endpoint.group()).await {
            Err(GroupError::Unknown(_)) => {}
            found => return Ok(found?),
        }
        let unit = endpoint.unit.parse().map_err(|_| WebhookError::Gone)?;
        let wanted = Definition {
            unit,
            name: endpoint.group(),
            filter: endpoint.filter.clone(),
            start: endpoint.id.to_string(),
            after: endpoint.after,
            terms: TERMS,
            by: endpoint.owner.clone(),
        };
        Ok(self.groups.create(wanted).await?)
    }

    /// Where an endpoint is reached, as the operator allows it now.
    pub(super) fn reached(&self, endpoint: &Endpoint) -> Result<Url, Failure> {
        self.allowed.url(&endpoint.url).map_err(|bad| match bad {
            BadUrl::Address(_) => Failure::AddressRefused,
            BadUrl::Host(_) | BadUrl::Scheme | BadUrl::Shape => Failure::HostNotAllowed,
        })
    }

    /// The sealed secrets that sign at a moment, newest first: one that nobody was told yet is not among them.
    pub(super) async fn signing(&self, id: EndpointId, now: i64) -> Result<Vec<String>, WebhookError> {
        let turns = self.turns.clone();
        // Both are asked while nobody writes: a new secret is put down together with what signed before.
        let signing = move |tables: &Connection| match turns.before(id, now) {
            Some(before) => Ok(before),
            None => tables::secrets(tables, id, now),
        };
        self.store.with(signing).await
    }

    /// Signs an event with every secret that holds now, and sends it with the trace context of this work.
    pub(super) async fn send(
        &self,
        id: EndpointId,
        url: Url,
        (event, body): (&str, String),
        traceparent: Option<String>,
    ) -> Result<Answer, WebhookError> {
        let Some(client) = &self.client else {
            return Ok(Answer::none(Failure::HostNotAllowed, Duration::ZERO));
        };
        let now = self.hub.time.now();
        let mut signatures = Vec::new();
        for sealed in self.signing(id, now.as_microsecond()).await? {
            signatures.push(Secret::opened(&self.hub.keys, &sealed)?.signature(
                event,
                now.as_second(),
                &body,
            ));
        }
        let signatures = signatures.join(" ");
        let letter =
            Letter { id: event, seconds: now.as_second(), signatures: &signatures, traceparent, body };
        Ok(send(client, url, letter).await)
    }

    /// Writes an attempt down and what it does to the endpoint; answers what the endpoint became, when it is not active
    /// any more.
    pub(super) async fn note(
        &self,
        id: EndpointId,
        attempt: Attempt,
    ) -> Result<Option<Standing>, WebhookError> {
        let now = self.now();
        let noted = self.store.with(move |tables| {
            attempts::note(tables, id, &attempt)?;
            let Some(endpoint) = tables::find(tables, id)? else { return Ok(None) };
            let (fortune, becomes) = endpoint.fortune.clone().after(attempt.failed, now);
            tables::fare(tables, id, &fortune)?;
            if let Some(standing) = becomes {
                tables::stand(tables, id, standing, ("", now))?;
            }
            Ok(becomes.map(|standing| (standing, endpoint)))
        });
        let Some((standing, endpoint)) = noted.await? else { return Ok(None) };
        self.told(&endpoint, standing).await?;
        Ok(Some(standing))
    }

    /// The hub disables an endpoint.
    pub(super) async fn disable(&self, endpoint: &Endpoint, why: Standing) -> Result<(), WebhookError> {
        let (id, now) = (endpoint.id, self.now());
        self.store.with(move |tables| tables::stand(tables, id, why, ("", now))).await?;
        self.told(endpoint, why).await
    }

    async fn told(&self, endpoint: &Endpoint, why: Standing) -> Result<(), WebhookError> {
        tracing::warn!(
            target: "webhooks",
            webhook = %endpoint.id,
            unit = endpoint.unit,
            owner = endpoint.owner,
            why = why.code(),
            "a webhook was disabled; its owner enables or deletes it",
        );
        self.look().await
    }

    /// What the hub had to disable, and nobody has looked after since, is the health of the webhooks.
    pub(super) async fn look(&self) -> Result<(), WebhookError> {
        if !self.groups.seat().here() {
            self.health.send_modify(|health| health.stopped = None);
            return Ok(());
        }
        let troubled = [Standing::Gone, Standing::Failing, Standing::OwnerLost];
        let found = self.store.with(move |tables| tables::standing(tables, &troubled)).await?;
        let stopped =
            found.first().map(|first| format!("{} {}: {}", first.unit, first.id, first.standing.code()));
        self.health.send_modify(|health| health.stopped = stopped);
        Ok(())
    }
}
