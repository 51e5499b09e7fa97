//! Identities made from a command's id, so that a repeated command names the same things. Never here: rules.

use domain::division::{DivisionCode, Divisions};
use domain::ids::{
    CampaignId, ClueId, DispatchId, DrawId, GrantId, HazardId, InspectionId, ReferralId, ReverseId,
    StaffCountId,
};
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

/// The milliseconds of a day take 27 of a serial's 65 bits; these are left for the command's own.
const OWN_BITS: u32 = 38;

/// What makes an id unique. Commands of clients bear version 7 ids with their time in front: their matters
/// are then ordered by time within a day, so that the newest stand side by side in every index.
fn seed(command: Uuid, kind: &str) -> u128 {
    let own = Uuid::new_v5(&command, kind.as_bytes()).as_u128();
    let Some(made) = command.get_timestamp() else { return own };
    let (seconds, nanos) = made.to_unix();
    let millis = u128::from(seconds) * 1_000 + u128::from(nanos) / 1_000_000;
    let day = millis % 86_400_000;
    (day << OWN_BITS) | (own & ((1 << OWN_BITS) - 1))
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

/// The access by break-glass a request creates.
#[must_use]
pub fn grant_id(command: Uuid, division: DivisionCode, date: Date) -> GrantId {
    GrantId::new(division, date, seed(command, "break-glass"))
}

/// The joint inspection that a plan or a report creates, dated by the day of the visit. A report sent again after the
/// division was merged into another still names the same inspection.
#[must_use]
pub fn inspection_id(command: Uuid, division: DivisionCode, on: Date) -> InspectionId {
    InspectionId::new(Divisions::standard().lasting(division), on, seed(command, "inspection"))
}

/// The hazard that an opening without an inspection creates, dated by the day it was found.
#[must_use]
pub fn hazard_id(command: Uuid, division: DivisionCode, found: Date) -> HazardId {
    HazardId::new(Divisions::standard().lasting(division), found, seed(command, "hazard"))
}

/// The random draw that a command makes.
#[must_use]
pub fn draw_id(command: Uuid, division: DivisionCode, date: Date) -> DrawId {
    DrawId::new(division, date, seed(command, "draw"))
}

/// The campaign a draft command creates.
#[must_use]
pub fn campaign_id(command: Uuid, division: DivisionCode, date: Date) -> CampaignId {
    CampaignId::new(division, date, seed(command, "campaign"))
}

/// The dispatch a report command creates.
#[must_use]
pub fn dispatch_id(command: Uuid, division: DivisionCode, date: Date) -> DispatchId {
    DispatchId::new(division, date, seed(command, "dispatch"))
}

/// The staff count a report command creates, dated by the day of the query. One sent again after the institution's
/// division was merged into another still names the same count.
#[must_use]
pub fn staff_count_id(command: Uuid, division: DivisionCode, date: Date) -> StaffCountId {
    StaffCountId::new(Divisions::standard().lasting(division), date, seed(command, "staff-count"))
}

/// When a command's id was made, when it says so: ids of version 7 do.
#[must_use]
pub fn made(command: Uuid) -> Option<Timestamp> {
    let (seconds, nanos) = command.get_timestamp()?.to_unix();
    Timestamp::new(i64::try_from(seconds).ok()?, i32::try_from(nanos).ok()?).ok()
}

/// The command that uses an access by one way within one minute: however often something is shown in it, and by
/// however many instances, it is one use.
#[must_use]
pub fn use_id(grant: &GrantId, way: &str, minute: i64) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{grant}/use/{way}/{minute}").as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    fn id(command: Uuid) -> ClueId {
        clue_id(command, "430405".parse().unwrap(), "2026-11-21T00:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_command_names_the_same_clue_again_and_another_command_another() {
        let (one, two) = (Uuid::now_v7(), Uuid::now_v7());
        assert_eq!(id(one), id(one));
        assert_ne!(id(one), id(two));
        let import = Uuid::new_v5(&Uuid::NAMESPACE_OID, b"row 1");
        assert_eq!(id(import), id(import));
    }

    #[test]
    fn a_visit_reported_before_and_after_a_merger_is_the_same() {
        let (command, on) = (Uuid::now_v7(), jiff::civil::date(2023, 11, 4));
        let id = |division: &str| inspection_id(command, division.parse().unwrap(), on);
        assert_eq!(id("500105"), id("500157"));
        assert_ne!(id("500105"), id("500103"));
    }

    #[test]
    fn clues_of_a_day_are_ordered_by_the_time_of_their_commands() {
        let at = |millis: u64| {
            let time = uuid::Timestamp::from_unix(
                uuid::NoContext,
                1_763_700_000 + millis / 1000,
                (millis % 1000) as u32 * 1_000_000,
            );
            id(Uuid::new_v7(time)).to_string()
        };
        let ids: Vec<String> = (0..500).map(|step| at(step * 37)).collect();
        let mut sorted = ids.clone();
        sorted.sort();
        assert_eq!(ids, sorted);
    }
}
