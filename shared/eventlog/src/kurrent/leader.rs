//! Which node leads: asked of the nodes themselves, remembered until it fails.
//!
//! Must never be here: a node that neither the address nor a member of the cluster has named. The account
//! is shown to the nodes known here, and to no others.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Deserialize;
use uuid::Uuid;

use super::address::Node;
use super::client::Client;
use crate::error::ClusterFault;

pub(super) struct Members {
    known: Mutex<Known>,
    /// Held by the one who looks for the leader; the others wait for what it finds.
    looking: tokio::sync::Mutex<()>,
}

struct Known {
    seeds: Vec<Node>,
    members: Vec<Node>,
    leader: Option<Node>,
    /// Whom to ask first next time, so that a dead node is not always the first.
    turn: usize,
}

/// What `/gossip` says.
#[derive(Deserialize)]
struct Gossip {
    members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Member {
    state: String,
    is_alive: bool,
    #[serde(default)]
    epoch_number: i64,
    http_end_point_ip: String,
    http_end_point_port: u16,
}

impl Member {
    fn node(&self) -> Node {
        Node::new(&self.http_end_point_ip, self.http_end_point_port)
    }
}

/// What `/info` says.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    #[serde(default)]
    es_version: Option<String>,
    #[serde(default)]
    db_version: Option<String>,
    pub(super) features: Features,
}

impl About {
    pub(super) fn version(&self) -> &str {
        self.db_version.as_deref().or(self.es_version.as_deref()).unwrap_or("unknown")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Features {
    #[serde(default)]
    atom_pub: bool,
    #[serde(default)]
    pub(super) projections: bool,
}

impl Members {
    pub(super) fn new(seeds: Vec<Node>) -> Self {
        // Processes start with different seeds. The last bits of such an id are random.
        let turn = usize::from(Uuid::now_v7().into_bytes()[15]);
        let known = Known { seeds, members: Vec::new(), leader: None, turn };
        Self { known: Mutex::new(known), looking: tokio::sync::Mutex::new(()) }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes another node for the leader, because the former one said so. False when nobody of the
    /// cluster has ever named it.
    pub(super) fn adopt(&self, node: &Node) -> bool {
        let mut known = self.known();
        let member = known.members.contains(node) || known.seeds.contains(node);
        if member {
            known.leader = Some(node.clone());
        }
        member
    }

    /// This node did not do as a leader does: look again before the next request.
    pub(super) fn forget(&self, node: &Node) {
        let mut known = self.known();
        if known.leader.as_ref() == Some(node) {
            known.leader = None;
        }
    }

    /// The leader answers as if it had lost what it showed: ask it again what it is.
    pub(super) fn distrust(&self) {
        self.known().leader = None;
    }

    /// The leader, found now if it is not known.
    pub(super) async fn leader(&self, client: &Client) -> Result<Node, ClusterFault> {
        if let Some(leader) = self.known().leader.clone() {
            return Ok(leader);
        }
        let _alone = self.looking.lock().await;
        if let Some(leader) = self.known().leader.clone() {
            return Ok(leader);
        }
        let leader = self.find(client).await?;
        tracing::debug!(%leader, "the cluster's leader");
        self.known().leader = Some(leader.clone());
        Ok(leader)
    }

    /// Asks the known nodes one after another who leads, and the leader whether it can serve us.
    async fn find(&self, client: &Client) -> Result<Node, ClusterFault> {
        let mut fault = None;
        for node in self.candidates() {
            let said = match client.look(&node, "/gossip").await {
                Ok(said) => said,
                Err(unsettled) => {
                    let detail = format!("{node}: {}", unsettled.detail());
                    fault.get_or_insert(ClusterFault::Unreachable { detail });
                    continue;
                }
            };
            let Some(gossip) = said.and_then(|said| serde_json::from_slice::<Gossip>(&said).ok()) else {
                fault = Some(ClusterFault::Foreign { node: node.to_string() });
                continue;
            };
            match self.told(&node, &gossip) {
                Some(leader) => match about(client, &leader).await {
                    Ok(_) => return Ok(leader),
                    Err(refused) => fault = Some(refused),
                },
                None => fault = Some(ClusterFault::NoLeader { detail: states(&gossip) }),
            }
        }
        let detail = "the address names none".to_owned();
        Err(fault.unwrap_or(ClusterFault::Unreachable { detail }))
    }

    /// Seeds and members, another one first each time.
    fn candidates(&self) -> Vec<Node> {
        let mut known = self.known();
        let mut all = known.members.clone();
        let seeds = known.seeds.iter().filter(|seed| !known.members.contains(seed)).cloned();
        all.extend(seeds.collect::<Vec<_>>());
        if !all.is_empty() {
            let first = known.turn % all.len();
            all.rotate_left(first);
        }
        known.turn = known.turn.wrapping_add(1);
        all
    }

    /// Remembers whom the node named, and who of them leads; of two that claim it, the later elected.
    fn told(&self, node: &Node, gossip: &Gossip) -> Option<Node> {
        let mut known = self.known();
        let leads = |member: &&Member| member.is_alive && member.state == "Leader";
        let leader = gossip.members.iter().filter(leads).max_by_key(|member| member.epoch_number);
        // A server alone often does not know the name by which it is reached from outside.
        if let ([_], [_]) = (known.seeds.as_slice(), gossip.members.as_slice()) {
            return leader.map(|_| node.clone());
        }
        known.members = gossip.members.iter().map(Member::node).collect();
        leader.map(Member::node)
    }
}

/// What a node says about itself, if it can serve us. A node without AtomPub answers that every stream is
/// missing; taken for the truth that would look like an empty log.
pub(super) async fn about(client: &Client, node: &Node) -> Result<About, ClusterFault> {
    let said = client.look(node, "/info").await;
    let said = said.map_err(|unsettled| ClusterFault::Unreachable {
        detail: format!("{node}: {}", unsettled.detail()),
    })?;
    let about = said.and_then(|said| serde_json::from_slice::<About>(&said).ok());
    let about = about.ok_or_else(|| ClusterFault::Foreign { node: node.to_string() })?;
    if about.features.atom_pub { Ok(about) } else { Err(ClusterFault::AtomPubOff { node: node.to_string() }) }
}

fn states(gossip: &Gossip) -> String {
    let states: Vec<_> = gossip
        .members
        .iter()
        .map(|member| {
            format!("{} is {}{}", member.node(), member.state, if member.is_alive { "" } else { ", dead" })
        })
        .collect();
    states.join("; ")
}
