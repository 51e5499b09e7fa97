//! Secrets are made: the first of an endpoint that is registered, and another for one that is there. Writing it down, waiting
//! for the log, and taking it back or telling it are one work that goes on when its caller leaves. Never here: who may ask
//! for one, or what a secret is.
//!
//! A secret is put down in the file, then the log is waited for. When the log gives no answer it is asked what it has: if
//! it has the secret, so has whoever takes the seat, and it is told. Else it is taken back in the file, which the log follows
//! as soon as it can be written, whatever became of the append (`journal.rs`). What the caller was not there to hear is taken
//! back in the same way. Meanwhile nothing is signed with it: an endpoint that is being registered is sent nothing, and for
//! one that gets another secret those sign that did before (`telling.rs`).
//!
//! A call of this service bears no id by which a repeated one could be known, so nobody is told a secret twice, and what was
//! told may be lost on its way: who got no answer registers again, or makes another secret where there is one already.
//!
//! Crash story. Die before the append: the next life makes its file what the log has, without the secret. Die after it and
//! before the caller was told, or while the log was away and had the secret after all, or lose the seat then: the log has
//! a secret that nobody holds, like after an answer that was lost on its way. Its endpoint refuses what is signed with it,
//! nothing is lost, and its owner makes another.

use domain::event::decode;
use domain::webhook::Event;
use hub::answer::moment;
use hub::project::{Revision, StreamName};
use wire::refusal::Refusal;
use wire::v1;

use super::Webhooks;
use super::endpoint::EndpointId;
use super::error::WebhookError;
use super::signing::Secret;
use super::tables::{self, Kept, Wanted};
use super::telling::{Turn, Waiting, apart};

/// A secret that stands in the file and was told to nobody.
struct Fresh {
    /// Whose it is.
    id: EndpointId,
    /// As it is stored.
    sealed: String,
    /// The secrets before it; none when the endpoint is new.
    before: Vec<Kept>,
    turn: Turn,
}

impl Webhooks {
    /// Registers an endpoint.
    ///
    /// # Errors
    /// The endpoint is not there then, or will not be as soon as the log can be written.
    pub(super) async fn make(&self, wanted: Wanted) -> Result<v1::RegisterWebhookResponse, Refusal> {
        let webhooks = self.clone();
        apart(move |caller| webhooks.make_apart(wanted, caller)).await
    }

    async fn make_apart(self, wanted: Wanted, caller: Waiting<v1::RegisterWebhookResponse>) {
        let (fresh, secret) = match self.put_down(wanted).await {
            Ok(made) => made,
            Err(error) => return refused(caller, error.into()).await,
        };
        let id = fresh.id;
        let made = self.entered(&fresh).await.map(|webhook| {
            tracing::info!(target: "webhooks", webhook = %id, officer = webhook.owner, unit = webhook.unit_id, "registered");
            v1::RegisterWebhookResponse { webhook: Some(webhook), secret }
        });
        if self.conclude(fresh, made, caller).await {
            self.wake(id);
        }
    }

    /// Gives an endpoint another secret; those of now sign beside it until a moment, in microseconds.
    ///
    /// # Errors
    /// The secrets are as before then, or will be as soon as the log can be written; `Contended` while another is made.
    pub(super) async fn renew(
        &self,
        id: EndpointId,
        until: i64,
    ) -> Result<v1::RotateWebhookSecretResponse, Refusal> {
        let (webhooks, turn) = (self.clone(), self.post.turns.begin(id)?);
        apart(move |caller| webhooks.renew_apart((id, until), turn, caller)).await
    }

    async fn renew_apart(
        self,
        (id, until): (EndpointId, i64),
        turn: Turn,
        caller: Waiting<v1::RotateWebhookSecretResponse>,
    ) {
        let (fresh, answer) = match self.put_beside((id, until), turn).await {
            Ok(made) => made,
            Err(error) => return refused(caller, error.into()).await,
        };
        let made = self.settled(&fresh).await.map(|()| answer);
        let _ = self.conclude(fresh, made, caller).await;
    }

    async fn put_down(&self, wanted: Wanted) -> Result<(Fresh, String), WebhookError> {
        let (keys, now, turns) = (self.post.hub.keys.clone(), self.post.now(), self.post.turns.clone());
        let made = self.post.store.with(move |tables| {
            let id = tables::register(tables, &wanted, now)?;
            // Before the commit: nobody finds it without its turn.
            let turn = turns.register(id);
            let secret = Secret::fresh()?;
            let sealed = secret.sealed(&keys, id)?;
            tables::add_secret(tables, id, &sealed, (now, now))?;
            Ok((Fresh { id, sealed, before: Vec::new(), turn }, secret.shown()))
        });
        match made.await {
            // It may be taken back yet.
            Err(WebhookError::Exists(id)) if self.post.turns.registering(id) => {
                Err(WebhookError::UnderWay(id))
            }
            made => made,
        }
    }

    async fn put_beside(
        &self,
        (id, until): (EndpointId, i64),
        turn: Turn,
    ) -> Result<(Fresh, v1::RotateWebhookSecretResponse), WebhookError> {
        let (keys, now) = (self.post.hub.keys.clone(), self.post.now());
        let made = self.post.store.with(move |tables| {
            let _ = tables::find(tables, id)?.ok_or(WebhookError::Gone)?;
            let before = tables::all_secrets(tables, id)?;
            let secret = Secret::fresh()?;
            let sealed = secret.sealed(&keys, id)?;
            let older = tables::add_secret(tables, id, &sealed, (until, now))?;
            // Before the commit: nothing is signed with it.
            turn.keep(before.clone());
            let (secret, older_secrets_until) = (secret.shown(), older.and_then(moment));
            let answer = v1::RotateWebhookSecretResponse { secret, older_secrets_until };
            Ok((Fresh { id, sealed, before, turn }, answer))
        });
        made.await
    }

    /// Waits until a new endpoint is in the log with its group.
    async fn entered(&self, fresh: &Fresh) -> Result<v1::Webhook, Refusal> {
        let webhook = match self.shown(fresh.id).await {
            Ok(webhook) => webhook,
            // Its group could not be made, for example because the unit has as many as it may; or the log gave no answer.
            Err(refusal) => {
                if !self.has(fresh).await {
                    return Err(refusal);
                }
                self.shown(fresh.id).await?
            }
        };
        self.settled(fresh).await?;
        Ok(webhook)
    }

    /// Waits until a secret is in the log and it is sure that it signs.
    async fn settled(&self, fresh: &Fresh) -> Result<(), Refusal> {
        if let Err(refusal) = self.post.groups.seat().written().await {
            return if self.has(fresh).await { Ok(()) } else { Err(refusal) };
        }
        // The seat may have been another's meanwhile, or the endpoint deleted.
        let (id, sealed) = (fresh.id, fresh.sealed.clone());
        let newest = self.post.store.with(move |tables| tables::is_newest(tables, id, &sealed)).await?;
        if newest { Ok(()) } else { Err(Refusal::Contended) }
    }

    /// Whether the log's last word on an endpoint has its fresh secret. A log that cannot be read does not say so.
    async fn has(&self, fresh: &Fresh) -> bool {
        let Ok(stream) = StreamName::parse(&fresh.id.to_string()) else { return false };
        let Ok(events) = self.post.hub.log.read(&stream, Revision::FIRST).await else { return false };
        let Some(last) = events.last() else { return false };
        let same = |stored: serde_json::Result<String>| stored.is_ok_and(|stored| stored == fresh.sealed);
        match decode(&last.kind, last.data.as_str()) {
            Ok(Event::Registered(kept) | Event::Changed(kept)) => {
                kept.secrets.iter().any(|secret| same(serde_json::to_string(&secret.sealed)))
            }
            Ok(Event::Forgotten {}) | Err(_) => false,
        }
    }

    /// Tells a caller what was made, or takes it back; whether it was told.
    async fn conclude<T>(&self, fresh: Fresh, made: Result<T, Refusal>, caller: Waiting<T>) -> bool {
        let Fresh { id, sealed, before, turn } = fresh;
        let (turn, refusal) = match made {
            Ok(answer) => match caller.tell(Ok(answer), Some(turn)).await {
                Ok(()) => return true,
                Err(turn) => (turn, None),
            },
            Err(refusal) => (Some(turn), Some((caller, refusal))),
        };
        let taken =
            self.post.store.with(move |tables| tables::take_back(tables, (id, &sealed), &before)).await;
        drop(turn);
        tracing::warn!(target: "webhooks", webhook = %id, left = refusal.is_none(), "a secret is taken back: nobody was told");
        if let Some((caller, refusal)) = refusal {
            refused(caller, refusal).await;
        }
        let followed = match taken {
            Ok(Some(endpoint)) => self.end_group(&endpoint).await,
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = followed {
            tracing::warn!(target: "webhooks", webhook = %id, %error, "what was taken back is not gone everywhere yet");
        }
        // Now rather than with the next beat; what cannot be written now is written then.
        let _ = self.post.groups.seat().written().await;
        false
    }
}

/// Refuses; whoever asked may have gone.
async fn refused<T>(caller: Waiting<T>, refusal: Refusal) {
    let _ = caller.tell(Err(refusal), None).await;
}
