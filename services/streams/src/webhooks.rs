//! Webhooks: the hub sends events to other systems, signed after the Standard Webhooks convention. A webhook is a
//! consumer group whose only member is the hub's own sender, so order, retries, parking and the place in the log are the
//! group's; here are the endpoint, its secrets, the request and what may be reached by it.
//!
//! Of several instances the one that holds the seat of the deliveries sends, and the others have no sender at all. What an
//! endpoint is goes to the log whenever it changes, sealed (`journal.rs`); the last attempts stay with the instance that
//! made them.
//!
//! What is sent is rendered when it is sent, as the account that registered the endpoint may see it then, and is stored
//! nowhere: positions, statuses and words of failures are all that is kept.
//!
//! Never here: an event's content, or a rule about who sees what.

mod address;
mod allowed;
mod api;
mod attempts;
mod client;
mod endpoint;
mod error;
mod journal;
mod making;
mod post;
mod schedule;
mod sender;
mod signing;
mod store;
mod tables;
mod telling;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hub::Hub;
use hub::read_model::Progress;
use tokio::sync::watch as signal;
use tonic::codec::CompressionEncoding;
use tonic::service::RoutesBuilder;
use wire::v1::webhooks_service_server::WebhooksServiceServer;

use self::allowed::Allowed;
use self::endpoint::{Endpoint, Standing};
use self::post::Post;
use self::store::Store;
use crate::groups::{GroupError, GroupsApi};
use crate::start::Log;

pub use self::endpoint::{EndpointId, NotAnEndpoint};
pub use self::error::WebhookError;
pub(crate) use self::journal::{Note, Said};

/// The webhooks of a hub; cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    groups: GroupsApi,
    post: Arc<Post>,
    log: Log,
    senders: Arc<Mutex<HashMap<EndpointId, signal::Sender<()>>>>,
    /// How many senders there are.
    sending: Arc<signal::Sender<usize>>,
}

impl Webhooks {
    /// Opens the webhooks of a hub, whose file lies beside its groups'; they are sent while this instance holds the seat.
    /// `hosts` and `private` are what the operator allows.
    ///
    /// # Errors
    /// When the file cannot be used, or no request could be sent from this machine.
    pub fn start(
        hub: &Hub,
        groups: &GroupsApi,
        hosts: &[String],
        private: bool,
    ) -> Result<Self, WebhookError> {
        let folder = hub.views.parent().unwrap_or(&hub.views);
        let store = Store::open(folder)?;
        let post = Post::new(hub, groups.groups(), store, Allowed::new(hosts, private))?;
        let (senders, sending) = (Arc::default(), Arc::new(signal::Sender::new(0)));
        Ok(Self { groups: groups.clone(), post, log: Log::default(), senders, sending })
    }

    /// What the hub had to disable and nobody has looked after since is their health.
    #[must_use]
    pub fn health(&self) -> signal::Receiver<Progress> {
        self.post.health.subscribe()
    }

    /// Adds the gRPC service to what is served.
    pub fn add_to(self, routes: &mut RoutesBuilder) {
        routes.add_service(WebhooksServiceServer::new(self).send_compressed(CompressionEncoding::Gzip));
    }

    /// Goes on where the last holder of the seat stopped.
    pub(crate) async fn go_on(&self) {
        if let Err(error) = self.try_to_go_on().await {
            tracing::error!(target: "webhooks", %error, "no webhook is sent");
            self.post.health.send_modify(|health| health.stopped = Some(error.to_string()));
        }
    }

    async fn try_to_go_on(&self) -> Result<(), WebhookError> {
        // A roster that is being rebuilt knows nobody yet: no account may be taken for lost by that.
        let head = self.post.hub.log.head().await.map_err(GroupError::from)?;
        let mut roster = self.post.hub.roster.view().progress();
        roster.wait_for(|now| now.position >= head).await.map_err(|_| WebhookError::Stopping)?;
        let wanted = [Standing::Active, Standing::Deleted];
        for endpoint in self.post.store.with(move |tables| tables::standing(tables, &wanted)).await? {
            if endpoint.standing == Standing::Deleted {
                self.forget(&endpoint).await?;
            } else if !self.post.turns.registering(endpoint.id) {
                self.wake(endpoint.id);
            }
        }
        self.post.look().await
    }

    /// Ends what an endpoint marked as deleted leaves.
    async fn forget(&self, endpoint: &Endpoint) -> Result<(), WebhookError> {
        self.end_group(endpoint).await?;
        let id = endpoint.id;
        self.post.store.with(move |tables| tables::drop_rows(tables, id)).await
    }

    /// Ends the group of an endpoint, when it has one.
    async fn end_group(&self, endpoint: &Endpoint) -> Result<(), WebhookError> {
        match self.post.groups.find(&endpoint.unit, &endpoint.group()).await {
            Ok(known) => Ok(self.post.groups.delete(&known).await?),
            Err(GroupError::Unknown(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Tells the sender of an endpoint that it changed, or starts one.
    fn wake(&self, id: EndpointId) {
        let mut senders = self.senders();
        if let Some(sender) = senders.get(&id) {
            sender.send_replace(());
            return;
        }
        let (tell, mut told) = signal::channel(());
        senders.insert(id, tell);
        self.sending.send_modify(|sending| *sending += 1);
        let webhooks = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = webhooks.post.hub.stopped() => { webhooks.senders().remove(&id); }
                // What is under way is broken off: before the seat can be another's, nothing of this one is on its way.
                () = webhooks.groups.groups().seat().lost() => { webhooks.senders().remove(&id); }
                () = webhooks.serve(id, &mut told) => {}
            }
            webhooks.sending.send_modify(|sending| *sending = sending.saturating_sub(1));
        });
    }

    /// Sends until there is nothing to send and nobody said otherwise meanwhile.
    async fn serve(&self, id: EndpointId, told: &mut signal::Receiver<()>) {
        loop {
            sender::run(&self.post, id, told).await;
            let mut senders = self.senders();
            if !told.has_changed().unwrap_or(false) {
                senders.remove(&id);
                return;
            }
        }
    }

    /// Waits until nothing is being sent any more.
    pub(crate) async fn all_ended(&self) {
        // An error means that every handle is gone, and every sender with it.
        let _ = self.sending.subscribe().wait_for(|sending| *sending == 0).await;
    }

    fn senders(&self) -> MutexGuard<'_, HashMap<EndpointId, signal::Sender<()>>> {
        self.senders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
