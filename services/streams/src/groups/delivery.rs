//! An event as it is handed to a member, and what becomes of the member's answer. Never here: how either is kept.

use std::fmt;
use std::str::FromStr;

use hub::project::Positioned;
use jiff::Timestamp;

/// Names one delivery of one event in one group: another attempt has another id, so that a late answer to an earlier
/// one is told apart. Written `POSITION.ATTEMPT`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId {
    /// The event's place in the log.
    pub position: u64,
    /// Which delivery of it, from 1.
    pub attempt: u32,
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.position, self.attempt)
    }
}

/// The text is no id of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no id of a delivery")]
pub struct NotADelivery;

impl FromStr for DeliveryId {
    type Err = NotADelivery;

    fn from_str(text: &str) -> Result<Self, NotADelivery> {
        let (position, attempt) = text.split_once('.').ok_or(NotADelivery)?;
        let id = Self {
            position: position.parse().map_err(|_| NotADelivery)?,
            attempt: attempt.parse().map_err(|_| NotADelivery)?,
        };
        // One delivery, one spelling: `07.1` and `7.1` are not the same text.
        if id.to_string() == text { Ok(id) } else { Err(NotADelivery) }
    }
}

/// An event handed to a member, not read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Due {
    pub(super) id: DeliveryId,
    /// Microseconds.
    pub(super) answer_by: i64,
}

/// An event handed to a member.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// What the answer names.
    pub id: DeliveryId,
    /// The event as it is stored; show it through need-to-know.
    pub event: Positioned,
    /// Until when the answer must come; afterwards the event goes to another.
    pub answer_by: Timestamp,
}

/// What became of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// On disk: it is never delivered again.
    Acknowledged,
    /// It will be delivered again.
    Retrying,
    /// It was given up until somebody replays or discards it.
    Parked,
    /// Nothing happened: answered before, too late, another member's, or never delivered.
    NotYours,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = DeliveryId { position: 12, attempt: 3 };
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in
            ["", "12", "12.", ".3", "012.3", "12.03", "+12.3", "12.3.4", "12.-3", "99999999999999999999.1"]
        {
            assert_eq!(bad.parse::<DeliveryId>(), Err(NotADelivery), "{bad}");
        }
    }
}
