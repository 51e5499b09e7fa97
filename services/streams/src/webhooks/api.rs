//! The gRPC face of the webhooks: who may do what with one, and the shape of what is asked. Never here: sending.

use domain::decider::Scope;
use hub::answer::{Answer, answer};
use hub::project::Position;
use hub::{Caller, page};
use prost::Message as _;
use tonic::Request;
use tonic::metadata::MetadataMap;
use uuid::Uuid;
use wire::cloud;
use wire::cloudevents::CloudEvent;
use wire::cloudevents::cloud_event::Data;
use wire::cloudevents::cloud_event::cloud_event_attribute_value::Attr;
use wire::convert::timestamp;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::webhooks_service_server::WebhooksService;
use wire::violations::Violations;

use super::Webhooks;
use super::attempts::{self, Attempt};
use super::client::Answer as Came;
use super::endpoint::{Endpoint, EndpointId, Standing};
use super::error::WebhookError;
use super::tables::{self, Wanted};
use super::telling::apart;
use super::words::{self, Again, Description};
use crate::filter::Filter;
use crate::start::{Asked, place};

/// A unit that nobody is of: who asks for what does not exist is refused as for another unit's.
const NOBODYS: &str = "-";

impl Webhooks {
    /// The webhook a request names, for a caller who may do this with it. Whether it exists is told only to those who
    /// may; faults found before are told together with those here.
    async fn known(
        &self,
        badge: &MetadataMap,
        (action, id): (&str, &str),
        mut faults: Violations,
    ) -> Result<(Caller, Endpoint), Refusal> {
        let id = faults.id::<EndpointId>("webhook_id", id);
        let found = match id {
            Some(id) => self.post.store.with(move |tables| tables::find(tables, id)).await?,
            None => None,
        };
        let unit = found.as_ref().map_or(NOBODYS, |endpoint| endpoint.unit.as_str());
        let allowed = self.groups.allowed(badge, action, unit);
        // A badge that does not hold comes first, then the shape, then the permission.
        if let Err(refusal @ Refusal::Identity { .. }) = allowed {
            return Err(refusal);
        }
        faults.into_result()?;
        let (caller, endpoint) = (allowed?.0, found.ok_or(Refusal::Permission)?);
        // Nobody was told of one that is being registered: it is there to be looked at.
        if action != "view.webhook" && self.post.turns.registering(endpoint.id) {
            return Err(WebhookError::UnderWay(endpoint.id).into());
        }
        Ok((caller, endpoint))
    }

    pub(super) async fn shown(&self, id: EndpointId) -> Result<v1::Webhook, Refusal> {
        let now = self.post.now();
        let read = self.post.store.with(move |tables| {
            let endpoint = tables::find(tables, id)?.ok_or(WebhookError::Gone)?;
            Ok((endpoint, tables::older_until(tables, id, now)?))
        });
        let (endpoint, older) = read.await?;
        let known = self.post.group(&endpoint).await?;
        let report = self.post.groups.report(&known).await?;
        Ok(words::webhook(endpoint, &(known, report), older))
    }

    async fn register(
        &self,
        badge: &MetadataMap,
        asked: v1::RegisterWebhookRequest,
    ) -> Result<v1::RegisterWebhookResponse, Refusal> {
        let (caller, unit) = self.groups.allowed(badge, "webhook.register", "")?;
        self.post.hub.allow(&caller, "stream.subscribe", &Scope::default())?;
        if self.post.allowed.nothing() {
            return Err(WebhookError::Off.into());
        }
        let mut faults = Violations::new();
        let url = faults.field("url", self.post.allowed.url(&asked.url));
        let filter = asked.filter.clone().unwrap_or_default();
        let sound = faults.within("filter", |faults| Filter::read(faults, &filter));
        let description: Option<Description> = faults.required_text("description", &asked.description);
        let from = Asked { from: asked.from(), after: &asked.after_position, log: "" };
        let after = place(&self.post.hub, &self.log, &from, &mut faults).await?;
        let wanted = (|| {
            sound?;
            Some(Wanted {
                unit,
                owner: caller.actor.officer.to_string(),
                url: url?.to_string(),
                filter: filter.encode_to_vec(),
                description: description?.to_string(),
                after: after.map(Position::get),
            })
        })();
        self.make(faults.done(wanted)?).await
    }

    async fn list(
        &self,
        badge: &MetadataMap,
        asked: v1::ListWebhooksRequest,
    ) -> Result<v1::ListWebhooksResponse, Refusal> {
        let (_, unit) = self.groups.allowed(badge, "view.webhook", &asked.unit_id)?;
        let found = self.post.store.with(move |tables| tables::of_unit(tables, &unit)).await?;
        let mut webhooks = Vec::with_capacity(found.len());
        for endpoint in found {
            webhooks.push(self.shown(endpoint.id).await?);
        }
        Ok(v1::ListWebhooksResponse { webhooks })
    }

    async fn rotate(
        &self,
        badge: &MetadataMap,
        asked: v1::RotateWebhookSecretRequest,
    ) -> Result<v1::RotateWebhookSecretResponse, Refusal> {
        let mut faults = Violations::new();
        let overlap = words::overlap(&mut faults, &asked);
        let (caller, endpoint) = self.known(badge, ("webhook.rotate", &asked.webhook_id), faults).await?;
        let until = self.post.now().saturating_add(overlap.ok_or(Refusal::Internal)?);
        let rotated = self.renew(endpoint.id, until).await?;
        tracing::info!(target: "webhooks", webhook = %endpoint.id, officer = %caller.actor.officer, "its secret was rotated");
        Ok(rotated)
    }

    async fn stand(
        &self,
        badge: &MetadataMap,
        (action, id): (&str, &str),
        standing: Standing,
    ) -> Result<v1::Webhook, Refusal> {
        let (caller, endpoint) = self.known(badge, (action, id), Violations::new()).await?;
        if standing == Standing::Active && self.post.owner(&endpoint)?.is_none() {
            return Err(WebhookError::OwnerLost(endpoint.owner).into());
        }
        let (webhooks, by) = (self.clone(), caller.actor.officer.to_string());
        tracing::info!(target: "webhooks", webhook = %endpoint.id, officer = by, "{}", standing.code());
        apart(move |caller| async move {
            // Whoever asked may have gone: it stands so all the same.
            let _ = caller.tell(webhooks.stood(endpoint, standing, by).await, None).await;
        })
        .await
    }

    async fn stood(
        &self,
        endpoint: Endpoint,
        standing: Standing,
        by: String,
    ) -> Result<v1::Webhook, Refusal> {
        let (id, now) = (endpoint.id, self.post.now());
        self.post.store.with(move |tables| tables::stand(tables, id, standing, (&by, now))).await?;
        // What the file has is so, and the log follows it, also when that takes long.
        self.wake(id);
        self.post.groups.seat().written().await?;
        self.post.look().await?;
        if standing == Standing::Deleted {
            self.forget(&endpoint).await?;
            self.post.groups.seat().written().await?;
            return Ok(v1::Webhook::default());
        }
        self.shown(id).await
    }

    async fn test(
        &self,
        badge: &MetadataMap,
        asked: v1::TestWebhookRequest,
    ) -> Result<v1::WebhookDelivery, Refusal> {
        let (_, endpoint) = self.known(badge, ("webhook.test", &asked.webhook_id), Violations::new()).await?;
        let _room = self.post.room.acquire().await.map_err(|_| Refusal::Internal)?;
        let now = self.post.hub.time.now();
        let event = CloudEvent {
            id: Uuid::now_v7().to_string(),
            source: "/safeguard/webhook".to_owned(),
            spec_version: cloud::VERSION.to_owned(),
            r#type: "webhook.test".to_owned(),
            attributes: [
                cloud::text("datacontenttype", "application/json"),
                cloud::text("subject", endpoint.id.to_string()),
                cloud::of("time", Attr::CeTimestamp(timestamp(now))),
            ]
            .into(),
            data: Some(Data::TextData("{}".to_owned())),
        };
        let came = match self.post.reached(&endpoint) {
            Ok(url) => self.post.send(endpoint.id, url, (&event.id, cloud::json(&event)), None).await?,
            Err(failure) => Came::none(failure, std::time::Duration::ZERO),
        };
        let attempt = Attempt {
            at: now.as_microsecond(),
            position: None,
            event: event.id,
            stream: String::new(),
            attempt: 1,
            status: came.status,
            milliseconds: u32::try_from(came.took.as_millis()).unwrap_or(u32::MAX),
            failed: came.failed,
        };
        let noted = attempt.clone();
        self.post.store.with(move |tables| attempts::note(tables, endpoint.id, &noted)).await?;
        Ok(words::delivery(attempt))
    }

    async fn deliveries(
        &self,
        badge: &MetadataMap,
        asked: v1::ListWebhookDeliveriesRequest,
    ) -> Result<v1::ListWebhookDeliveriesResponse, Refusal> {
        let mut faults = Violations::new();
        let size = faults.page_size(asked.page_size);
        let before = page::behind::<i64>(&mut faults, &asked.page_token);
        let (_, endpoint) = self.known(badge, ("view.webhook", &asked.webhook_id), faults).await?;
        let (Some(size), Some(before)) = (size, before) else { return Err(Refusal::Internal) };
        let read = move |tables: &rusqlite::Connection| {
            attempts::list(tables, endpoint.id, before, u32::from(size) + 1)
        };
        let mut rows = self.post.store.with(read).await?;
        let next = page::cut(&mut rows, size, |(mark, _)| *mark);
        Ok(v1::ListWebhookDeliveriesResponse {
            deliveries: rows.into_iter().map(|(_, attempt)| words::delivery(attempt)).collect(),
            next_page_token: next.map(|key| page::token(&key)).unwrap_or_default(),
        })
    }

    async fn replay(
        &self,
        badge: &MetadataMap,
        asked: v1::ReplayWebhookRequest,
    ) -> Result<v1::ReplayWebhookResponse, Refusal> {
        let mut faults = Violations::new();
        let again = words::again(&mut faults, &asked);
        let head = self.post.hub.log.head().await.map_err(crate::start::unread)?;
        if let Some(Again::Behind(after)) = &again
            && *after > head.map(Position::get)
        {
            faults.add("after_position", &Flaw::new("POSITION_AHEAD").with("head", crate::start::told(head)));
        }
        // Counting changes nothing: whoever may look may count.
        let action = if asked.dry_run { "view.webhook" } else { "webhook.replay" };
        let (_, endpoint) = self.known(badge, (action, &asked.webhook_id), faults).await?;
        let known = self.post.group(&endpoint).await?;
        match again.ok_or(Refusal::Internal)? {
            Again::Parked(positions) => {
                let replay = self.post.groups.replay(&known, positions, asked.dry_run).await?;
                let (replayed, waiting) = (replay.events, replay.waiting);
                Ok(v1::ReplayWebhookResponse { replayed, waiting, reread: 0 })
            }
            Again::Behind(after) => {
                let reread = match asked.dry_run {
                    true => known.read_to.unwrap_or(0).saturating_sub(after.unwrap_or(0)),
                    false => self.post.groups.rewind(&known, after).await?,
                };
                Ok(v1::ReplayWebhookResponse { reread, ..Default::default() })
            }
        }
    }
}

#[tonic::async_trait]
impl WebhooksService for Webhooks {
    async fn register_webhook(
        &self,
        request: Request<v1::RegisterWebhookRequest>,
    ) -> Answer<v1::RegisterWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.register(&badge, asked).await)
    }

    async fn list_webhooks(
        &self,
        request: Request<v1::ListWebhooksRequest>,
    ) -> Answer<v1::ListWebhooksResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.list(&badge, asked).await)
    }

    async fn get_webhook(&self, request: Request<v1::GetWebhookRequest>) -> Answer<v1::GetWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        let known = self.known(&badge, ("view.webhook", &asked.webhook_id), Violations::new()).await;
        let webhook = self.shown(known?.1.id).await;
        answer(webhook.map(|webhook| v1::GetWebhookResponse { webhook: Some(webhook) }))
    }

    async fn rotate_webhook_secret(
        &self,
        request: Request<v1::RotateWebhookSecretRequest>,
    ) -> Answer<v1::RotateWebhookSecretResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.rotate(&badge, asked).await)
    }

    async fn enable_webhook(
        &self,
        request: Request<v1::EnableWebhookRequest>,
    ) -> Answer<v1::EnableWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        let webhook = self.stand(&badge, ("webhook.enable", &asked.webhook_id), Standing::Active).await;
        answer(webhook.map(|webhook| v1::EnableWebhookResponse { webhook: Some(webhook) }))
    }

    async fn disable_webhook(
        &self,
        request: Request<v1::DisableWebhookRequest>,
    ) -> Answer<v1::DisableWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        let webhook = self.stand(&badge, ("webhook.disable", &asked.webhook_id), Standing::Disabled).await;
        answer(webhook.map(|webhook| v1::DisableWebhookResponse { webhook: Some(webhook) }))
    }

    async fn test_webhook(
        &self,
        request: Request<v1::TestWebhookRequest>,
    ) -> Answer<v1::TestWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        let delivery = self.test(&badge, asked).await;
        answer(delivery.map(|delivery| v1::TestWebhookResponse { delivery: Some(delivery) }))
    }

    async fn list_webhook_deliveries(
        &self,
        request: Request<v1::ListWebhookDeliveriesRequest>,
    ) -> Answer<v1::ListWebhookDeliveriesResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.deliveries(&badge, asked).await)
    }

    async fn replay_webhook(
        &self,
        request: Request<v1::ReplayWebhookRequest>,
    ) -> Answer<v1::ReplayWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        answer(self.replay(&badge, asked).await)
    }

    async fn delete_webhook(
        &self,
        request: Request<v1::DeleteWebhookRequest>,
    ) -> Answer<v1::DeleteWebhookResponse> {
        let (badge, _, asked) = request.into_parts();
        let deleted = self.stand(&badge, ("webhook.delete", &asked.webhook_id), Standing::Deleted).await;
        answer(deleted.map(|_| v1::DeleteWebhookResponse {}))
    }
}
