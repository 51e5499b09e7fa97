//! Where a joint inspection stands, and which event leads there. Never here: what else is known of it.

use crate::inspection::event::Event;

/// Where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Planned; units confirm their members.
    Planned,
    /// The team is formed.
    TeamFormed,
    /// The institution was told.
    Notified,
    /// The institution is not told.
    Unannounced,
    /// The team is on its way.
    EnRoute,
    /// At least one member is, or was, there.
    OnSite,
    /// The team was not let in, or not let work.
    Obstructed,
    /// Put off.
    Postponed,
    /// Called off. Final.
    Cancelled,
    /// The record is complete and being signed.
    Recorded,
    /// Signed by all; locked.
    Signed,
    /// Signed by all members; the institution would not. Locked.
    RefusedToSign,
    /// The findings are issued; the notice is to be served.
    Issued,
    /// The institution removes what was found.
    AwaitingRectification,
    /// What failed is looked at again.
    ReInspection,
    /// Nothing is left to do. Final.
    Closed,
}

impl Stage {
    /// A stable word for views.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Stage::Planned => "inspection-planned",
            Stage::TeamFormed => "inspection-team-formed",
            Stage::Notified => "inspection-notified",
            Stage::Unannounced => "inspection-unannounced",
            Stage::EnRoute => "inspection-en-route",
            Stage::OnSite => "inspection-on-site",
            Stage::Obstructed => "inspection-obstructed",
            Stage::Postponed => "inspection-postponed",
            Stage::Cancelled => "inspection-cancelled",
            Stage::Recorded => "inspection-recorded",
            Stage::Signed => "inspection-signed",
            Stage::RefusedToSign => "inspection-refused-to-sign",
            Stage::Issued => "inspection-issued",
            Stage::AwaitingRectification => "inspection-awaiting-rectification",
            Stage::ReInspection => "inspection-re-inspection",
            Stage::Closed => "inspection-closed",
        }
    }

    /// Whether the record is signed by all: it is not changed any more.
    #[must_use]
    pub const fn locked(self) -> bool {
        match self {
            Stage::Signed
            | Stage::RefusedToSign
            | Stage::Issued
            | Stage::AwaitingRectification
            | Stage::ReInspection
            | Stage::Closed => true,
            Stage::Planned
            | Stage::TeamFormed
            | Stage::Notified
            | Stage::Unannounced
            | Stage::EnRoute
            | Stage::OnSite
            | Stage::Obstructed
            | Stage::Postponed
            | Stage::Cancelled
            | Stage::Recorded => false,
        }
    }
}

/// Where an event leads by itself, whatever else is known.
#[must_use]
pub const fn stage_after(event: &Event) -> Option<Stage> {
    Some(match event {
        Event::Planned(_) | Event::Resumed { .. } => Stage::Planned,
        Event::TeamFormed { .. } => Stage::TeamFormed,
        Event::Notified {} => Stage::Notified,
        Event::Unannounced {} => Stage::Unannounced,
        Event::SetOut {} | Event::Retried { .. } => Stage::EnRoute,
        Event::Obstructed { .. } => Stage::Obstructed,
        Event::Postponed { .. } => Stage::Postponed,
        Event::Cancelled { .. } => Stage::Cancelled,
        Event::Recorded {} => Stage::Recorded,
        Event::Issued { .. } => Stage::Issued,
        Event::NoticeServed { .. } | Event::Reinspected { .. } => Stage::AwaitingRectification,
        Event::ReinspectionBegun { .. } => Stage::ReInspection,
        Event::Closed {} => Stage::Closed,
        Event::Reported(_)
        | Event::MemberConfirmed(_)
        | Event::MemberRecused { .. }
        | Event::CheckedIn(_)
        | Event::CheckedOut(_)
        | Event::Answered(_)
        | Event::MemberSigned {}
        | Event::InstitutionSigned { .. }
        | Event::InstitutionRefused { .. }
        | Event::Supplemented { .. }
        | Event::ReinspectionDue { .. }
        | Event::Clock(_) => return None,
    })
}
