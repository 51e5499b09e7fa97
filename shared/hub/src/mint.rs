//! Identities made from a command's id, so that a repeated command names the same things. Never here: rules.

use domain::division::DivisionCode;
use domain::ids::{ClueId, ReferralId, ReverseId};
use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// Namespace of events: `v5(command, "event/0")` and so on.
#[must_use]
pub fn event_id(command: Uuid, place: usize) -> Uuid {
    Uuid::new_v5(&command, format!("event/{place}").as_bytes())
}

/// The id of a command that follows from an event: a reaction or a rung clock.
#[must_use]
pub fn follow_up(cause: Uuid, what: &str) -> Uuid {
    Uuid::new_v5(&cause, what.as_bytes())
}

/// The day in Beijing, where all legal dates are counted.
#[must_use]
pub fn beijing_day(at: Timestamp) -> Date {
    jiff::tz::Offset::constant(8).to_datetime(at).date()
}

fn seed(command: Uuid, kind: &str) -> u128 {
    Uuid::new_v5(&command, kind.as_bytes()).as_u128()
}

/// The clue a report command creates. `received` is part of the request, so a repeat on the next day still
/// names the same clue.
#[must_use]
pub fn clue_id(command: Uuid, division: DivisionCode, received: Timestamp) -> ClueId {
    ClueId::new(division, beijing_day(received), seed(command, "clue"))
}

/// The referral a draft command creates, dated like its clue.
#[must_use]
pub fn referral_id(command: Uuid, division: DivisionCode, date: Date) -> ReferralId {
    ReferralId::new(division, date, seed(command, "referral"))
}

/// The reverse referral a send command creates.
#[must_use]
pub fn reverse_id(command: Uuid, division: DivisionCode, date: Date) -> ReverseId {
    ReverseId::new(division, date, seed(command, "reverse"))
}
