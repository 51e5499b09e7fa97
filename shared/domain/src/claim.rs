//! The claim: one officer takes an entry of the fast-response queue, holds it under a lease, and keeps it
//! by signing the receipt.
//!
//! ```text
//! Open --claim--> Held --receipt--> Kept
//!   ^------release / lapse--'         '--forward--> Open
//! ```
//! A claim is a decision on the matter's own stream: of two officers who claim at once, one append wins
//! and the other is decided again and refused by name. The lease is a clock of the periods table whose
//! lapse is an event. Never here: lock tables, queues.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Actor, Stamp};
use crate::ids::{OfficerId, UnitId};
use crate::text::Reason;

/// What happened to a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum ClaimEvent {
    /// An officer took the entry.
    #[serde(rename = "claim.taken")]
    Taken {
        /// The officer.
        #[schemars(extend("class" = "P1"))]
        by: OfficerId,
        /// The officer's unit.
        #[schemars(extend("class" = "P1"))]
        unit: UnitId,
    },
    /// The officer gave it back.
    #[serde(rename = "claim.released")]
    Released {
        /// The officer who held it.
        #[schemars(extend("class" = "P1"))]
        by: OfficerId,
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// The lease ran out before a receipt; the entry is offered again.
    #[serde(rename = "claim.lapsed")]
    Lapsed {
        /// The officer who held it.
        #[schemars(extend("class" = "P1"))]
        by: OfficerId,
    },
}

impl ClaimEvent {
    /// The stored name.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            ClaimEvent::Taken { .. } => "claim.taken",
            ClaimEvent::Released { .. } => "claim.released",
            ClaimEvent::Lapsed { .. } => "claim.lapsed",
        }
    }
}

/// Who holds the entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Claim {
    /// Nobody: it is on offer.
    #[default]
    Open,
    /// An officer, until the lease runs out.
    Held {
        /// The officer.
        by: OfficerId,
        /// The officer's unit.
        unit: UnitId,
        /// Since when.
        since: Timestamp,
    },
    /// The officer who signed the receipt.
    Kept {
        /// The officer.
        by: OfficerId,
        /// The officer's unit.
        unit: UnitId,
    },
}

/// Why a claim is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimRefused {
    /// Someone else holds it.
    AlreadyClaimed {
        /// Who.
        by: OfficerId,
        /// Since when, when the lease is running.
        since: Option<Timestamp>,
    },
    /// The officer does not hold it.
    NotClaimedByYou,
}

impl Claim {
    /// Takes the entry; taking what one holds already changes nothing.
    ///
    /// # Errors
    /// Someone else holds it.
    pub fn take(&self, actor: &Actor) -> Result<Vec<ClaimEvent>, ClaimRefused> {
        match self {
            Claim::Open => {
                Ok(vec![ClaimEvent::Taken { by: actor.officer.clone(), unit: actor.unit.id.clone() }])
            }
            Claim::Held { by, .. } | Claim::Kept { by, .. } if *by == actor.officer => Ok(Vec::new()),
            Claim::Held { by, since, .. } => {
                Err(ClaimRefused::AlreadyClaimed { by: by.clone(), since: Some(*since) })
            }
            Claim::Kept { by, .. } => Err(ClaimRefused::AlreadyClaimed { by: by.clone(), since: None }),
        }
    }

    /// Gives the entry back, for a reason that the next officer can read.
    ///
    /// # Errors
    /// The officer does not hold it under a lease.
    pub fn release(&self, actor: &Actor, reason: &Reason) -> Result<Vec<ClaimEvent>, ClaimRefused> {
        match self {
            Claim::Held { by, .. } if *by == actor.officer => {
                Ok(vec![ClaimEvent::Released { by: by.clone(), reason: reason.clone() }])
            }
            Claim::Open | Claim::Held { .. } | Claim::Kept { .. } => Err(ClaimRefused::NotClaimedByYou),
        }
    }

    /// The lease ran out; nothing happens to an entry that is open or kept.
    #[must_use]
    pub fn lapse(&self) -> Vec<ClaimEvent> {
        match self {
            Claim::Held { by, .. } => vec![ClaimEvent::Lapsed { by: by.clone() }],
            Claim::Open | Claim::Kept { .. } => Vec::new(),
        }
    }

    /// Whether the officer may act on the entry: it is theirs.
    ///
    /// # Errors
    /// It is someone else's, or nobody has claimed it.
    pub fn must_be_of(&self, actor: &Actor) -> Result<(), ClaimRefused> {
        match self {
            Claim::Held { by, .. } | Claim::Kept { by, .. } if *by == actor.officer => Ok(()),
            Claim::Held { by, since, .. } => {
                Err(ClaimRefused::AlreadyClaimed { by: by.clone(), since: Some(*since) })
            }
            Claim::Kept { by, .. } => Err(ClaimRefused::AlreadyClaimed { by: by.clone(), since: None }),
            Claim::Open => Err(ClaimRefused::NotClaimedByYou),
        }
    }

    /// The holder keeps the entry from the receipt on.
    #[must_use]
    pub fn kept(self) -> Self {
        match self {
            Claim::Held { by, unit, .. } => Claim::Kept { by, unit },
            Claim::Open | Claim::Kept { .. } => self,
        }
    }

    /// Takes in what has happened.
    #[must_use]
    pub fn evolve(self, event: &ClaimEvent, stamp: &Stamp) -> Self {
        match event {
            ClaimEvent::Taken { by, unit } => {
                Claim::Held { by: by.clone(), unit: unit.clone(), since: stamp.at }
            }
            ClaimEvent::Released { .. } | ClaimEvent::Lapsed { .. } => Claim::Open,
        }
    }
}

#[cfg(test)]
mod tests;
