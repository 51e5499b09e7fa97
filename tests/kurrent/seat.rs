//! One node's place in the cluster: its number, its authority, whether it may serve what it is asked.
//! Must never be here: routes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tokio::sync::watch;

use super::ask::Ask;
use super::reply::Reply;
use super::state::State;

/// A running node.
pub struct Seat {
    pub index: usize,
    pub port: u16,
    pub state: Arc<State>,
    /// False ends the node and every connection to it.
    pub living: watch::Sender<bool>,
}

impl Seat {
    pub fn scheme(&self) -> &'static str {
        if self.state.shape.tls { "https" } else { "http" }
    }

    /// Scheme and authority of the links in an answer: the host that was asked, or a foreign one.
    pub fn base(&self, ask: &Ask) -> String {
        let foreign = self.state.faults().foreign.clone();
        foreign.unwrap_or_else(|| format!("{}://{}", self.scheme(), ask.host))
    }

    /// Whether this node may serve the request; otherwise where to go, or that nobody can.
    pub fn may_serve(&self, ask: &Ask, write: bool) -> Result<(), Box<Reply>> {
        let require_leader = ask.require_leader().map_err(|bad| Box::new(bad.into()))?;
        let members = self.state.members();
        let leader = members.living_leader();
        if leader == Some(self.index) || !(require_leader || write) {
            return Ok(());
        }
        let Some(leader) = leader else { return Err(Box::new(Reply::not_ready(false))) };
        if !require_leader {
            // A follower hands a write on by itself.
            return Ok(());
        }
        let authority = format!("127.0.0.1:{}", members.all[leader].port);
        Err(Box::new(self.sent_to(ask, &authority)))
    }

    /// 307 to another authority, with the same path.
    pub fn sent_to(&self, ask: &Ask, authority: &str) -> Reply {
        Reply::redirect(&format!("{}://{authority}{}", self.scheme(), ask.target))
    }

    /// The tag of a page: the version, and a number that only this node gives to this media type.
    pub fn tag(&self, version: u64, media: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (media, self.port).hash(&mut hasher);
        format!("{version};{}", hasher.finish() as i32)
    }

    /// The node dies: nothing more is answered.
    pub fn die(&self) {
        let mut members = self.state.members();
        let member = &mut members.all[self.index];
        member.alive = false;
        member.remembered.clear();
        self.living.send_replace(false);
    }
}
