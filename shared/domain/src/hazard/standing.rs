//! What stands beside the loop: whether the place may be used, and how hard the hazard is pressed for. Never here: a
//! decision.

use crate::ids::OfficerId;

/// Whether the place may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// It may.
    Free,
    /// It may until the collective decision on sealing it.
    SealProposed,
    /// Sealed on oral approval, until the collective decision.
    SealedOrally,
    /// Sealed by the fire service.
    Sealed(Review),
    /// Suspended by the unit in charge.
    Suspended(Review),
}

/// How far the review is without which nothing is used again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Review {
    /// Not asked for.
    None,
    /// Asked for.
    Asked,
    /// Passed, by these officers.
    Passed(Vec<OfficerId>),
}

impl Use {
    /// A stable word for views.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Use::Free => "free",
            Use::SealProposed => "seal-proposed",
            Use::SealedOrally => "sealed-orally",
            Use::Sealed(_) => "sealed",
            Use::Suspended(_) => "suspended",
        }
    }

    /// How far its review is, when the place may not be used.
    #[must_use]
    pub const fn reviewed(&self) -> Option<&Review> {
        match self {
            Use::Sealed(review) | Use::Suspended(review) => Some(review),
            Use::Free | Use::SealProposed | Use::SealedOrally => None,
        }
    }

    /// Whether it may not be used.
    #[must_use]
    pub const fn stopped(&self) -> bool {
        match self {
            Use::Free | Use::SealProposed => false,
            Use::SealedOrally | Use::Sealed(_) | Use::Suspended(_) => true,
        }
    }

    pub(super) fn review(&mut self, now: Review) {
        if let Use::Sealed(review) | Use::Suspended(review) = self {
            *review = now;
        }
    }
}

/// How hard it is pressed for, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pressure {
    /// In time.
    None,
    /// Overdue.
    Overdue,
    /// Under listed supervision.
    Listed,
    /// A penalty is proposed.
    PenaltyProposed,
    /// A penalty case is open.
    PenaltyOpened,
}

impl Pressure {
    /// Every one, the least first.
    pub const ALL: [Pressure; 5] = [
        Pressure::None,
        Pressure::Overdue,
        Pressure::Listed,
        Pressure::PenaltyProposed,
        Pressure::PenaltyOpened,
    ];

    /// A stable word for views.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Pressure::None => "none",
            Pressure::Overdue => "overdue",
            Pressure::Listed => "listed",
            Pressure::PenaltyProposed => "penalty-proposed",
            Pressure::PenaltyOpened => "penalty-opened",
        }
    }
}
