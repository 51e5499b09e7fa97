//! What can happen to an access by break-glass: the stored contract. Names and fields are guarded by golden files.
//! Never here: what it means.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Unit;
use crate::class::Class;
use crate::clock::ClockEvent;
use crate::decider::Scope;
use crate::event::Stored;
use crate::ids::{ClueId, GrantId, IdError, ReferralId, ReverseId, UnitId};
use crate::text::Reason;

/// The matter to be seen.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^(CL|RF|RR)-"))]
pub enum Target {
    /// A clue.
    Clue(ClueId),
    /// A referral.
    Referral(ReferralId),
    /// A reverse referral.
    Reverse(ReverseId),
}

impl Target {
    /// The id, which is also the name of the matter's stream.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Target::Clue(id) => id.as_str(),
            Target::Referral(id) => id.as_str(),
            Target::Reverse(id) => id.as_str(),
        }
    }
}

impl FromStr for Target {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let prefix = text.trim().get(..2).map(str::to_ascii_uppercase);
        match prefix.as_deref() {
            Some(ClueId::PREFIX) => text.parse().map(Target::Clue),
            Some(ReferralId::PREFIX) => text.parse().map(Target::Referral),
            Some(ReverseId::PREFIX) => text.parse().map(Target::Reverse),
            Some(_) | None => Err(IdError::Prefix { expected: "CL, RF, RR" }),
        }
    }
}

impl TryFrom<String> for Target {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.as_str().to_owned()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The highest class an access opens. P4 is not among them: nobody can ask for the police file this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Ceiling {
    /// P2: personal.
    #[serde(rename = "P2")]
    Personal,
    /// P3: sensitive, such as all that concerns a minor.
    #[serde(rename = "P3")]
    Sensitive,
}

impl Ceiling {
    /// The class.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Ceiling::Personal => Class::Personal,
            Ceiling::Sensitive => Class::Sensitive,
        }
    }
}

/// A way by which content leaves the hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// The answer to a query about one matter.
    Query,
    /// A queue, a list or a watch.
    Queue,
    /// A subscription.
    Stream,
    /// A webhook.
    Webhook,
    /// An export.
    Export,
    /// A paper.
    Document,
}

impl Way {
    /// Every way.
    pub const ALL: [Way; 6] = [Way::Query, Way::Queue, Way::Stream, Way::Webhook, Way::Export, Way::Document];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Way::Query => "query",
            Way::Queue => "queue",
            Way::Stream => "stream",
            Way::Webhook => "webhook",
            Way::Export => "export",
            Way::Document => "document",
        }
    }
}

/// How much is opened, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Terms {
    /// Up to which class.
    pub class: Ceiling,
    /// Whether who reported is opened too (CPL art. 111).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reporter: bool,
    /// For how many hours, from the approval.
    pub hours: u8,
}

impl Terms {
    /// Whether these terms open nothing that the others do not.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.class <= other.class && self.reporter <= other.reporter && self.hours <= other.hours
    }
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Requested {
    /// The access's id.
    #[schemars(extend("class" = "P1"))]
    pub id: GrantId,
    /// The matter.
    #[schemars(extend("class" = "P1"))]
    pub matter: Target,
    /// The unit in whose name it is asked.
    #[schemars(extend("class" = "P1"))]
    pub unit: Unit,
    /// The unit above it, whose leaders may approve and review too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub superior: Option<UnitId>,
    /// What it is needed for.
    #[schemars(extend("class" = "P2"))]
    pub reason: Reason,
    /// How much, and for how long.
    #[schemars(extend("class" = "P1"))]
    pub terms: Terms,
}

impl Requested {
    /// Whose access it is: the unit's that asks, and the one's above it.
    #[must_use]
    pub fn scope(&self) -> Scope {
        let mut scope = Scope { division: Some(self.unit.division), ..Scope::default() }.with(&self.unit);
        scope.parties.extend(self.superior.clone());
        scope
    }
}

/// What can happen to an access.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was asked for.
    #[serde(rename = "break-glass.requested")]
    Requested(Box<Requested>),
    /// A second person agreed.
    #[serde(rename = "break-glass.approved")]
    Approved {
        /// Up to which class.
        #[schemars(extend("class" = "P1"))]
        class: Ceiling,
        /// Whether who reported is opened too.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[schemars(extend("class" = "P1"))]
        reporter: bool,
        /// The first instant at which it is closed again.
        #[schemars(extend("class" = "P1"))]
        until: Timestamp,
    },
    /// A second person did not agree.
    #[serde(rename = "break-glass.refused")]
    Refused {
        /// Why.
        #[schemars(extend("class" = "P2"))]
        reason: Reason,
    },
    /// Something was about to be shown.
    #[serde(rename = "break-glass.used")]
    Used {
        /// Which way it went out.
        #[schemars(extend("class" = "P1"))]
        way: Way,
    },
    /// Its time is over.
    #[serde(rename = "break-glass.ended")]
    Ended {},
    /// A third person looked at it.
    #[serde(rename = "break-glass.reviewed")]
    Reviewed {
        /// Whether it was needed, and used for what it was given.
        #[schemars(extend("class" = "P1"))]
        justified: bool,
        /// What was found.
        #[schemars(extend("class" = "P2"))]
        findings: Reason,
    },
    /// Something happened to a clock.
    #[serde(untagged)]
    Clock(ClockEvent),
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Requested(_) => "break-glass.requested",
            Event::Approved { .. } => "break-glass.approved",
            Event::Refused { .. } => "break-glass.refused",
            Event::Used { .. } => "break-glass.used",
            Event::Ended {} => "break-glass.ended",
            Event::Reviewed { .. } => "break-glass.reviewed",
            Event::Clock(event) => event.kind(),
        }
    }
}
