//! Where a clue stands, as an enum with a stable word for each stage. Never here: what else is known of a clue.

use crate::actor::Unit;
use crate::clue::state::Transfer;
use crate::document_number::DocumentNumber;
use crate::ids::{ClueId, OfficerId, ReferralId};
use crate::paper::Paper;

/// Where a clue stands (handbook 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Written down, waits for triage.
    Received,
    /// A merge waits for its second officer.
    MergeProposed {
        /// The clue that stays.
        into: ClueId,
        /// The first officer.
        by: OfficerId,
    },
    /// Merged; the other clue goes on. Terminal.
    Merged {
        /// The clue that stays.
        into: ClueId,
    },
    /// Sorted, waits for a unit.
    Triaged {
        /// After a second return: the superior, who alone may assign now.
        designator: Option<Unit>,
    },
    /// With a unit.
    Assigned {
        /// The superior that designated the unit, which may then not give it back.
        designated: Option<Unit>,
    },
    /// Being verified.
    Verifying {
        /// The team.
        team: Vec<OfficerId>,
        /// Whether the period was extended, which is possible once.
        extended: bool,
    },
    /// Verified: it holds 查实.
    Substantiated,
    /// Verified: it does not hold 查否.
    Unsubstantiated,
    /// It cannot be verified 无法查证.
    Unverifiable,
    /// A transfer to the police waits for a leader.
    TransferRequested {
        /// The police unit.
        to: Unit,
        /// Letter and evidence.
        papers: Vec<Paper>,
        /// Who asked.
        by: OfficerId,
    },
    /// With the police.
    TransferredPolice(Transfer),
    /// With another agency.
    TransferredOther(Transfer),
    /// In an administrative case.
    AdminHandling {
        /// The case.
        case: DocumentNumber,
    },
    /// In a referral under Order 310; how that stands is a fact of the clue, see [`Clue::referral`].
    ///
    /// [`Clue::referral`]: crate::clue::Clue::referral
    ReferralOpened {
        /// The referral.
        referral: ReferralId,
        /// The administrative case, when one is open.
        case: Option<DocumentNumber>,
    },
    /// The receiving unit answered; the reporter waits to be told.
    AwaitingFeedback(Transfer),
    /// Closed; may be reopened.
    Closed,
}

impl Stage {
    /// The stable word: the same in tables, texts and on the command line.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Stage::Received => "received",
            Stage::MergeProposed { .. } => "merge-proposed",
            Stage::Merged { .. } => "merged",
            Stage::Triaged { .. } => "triaged",
            Stage::Assigned { .. } => "assigned",
            Stage::Verifying { .. } => "verifying",
            Stage::Substantiated => "substantiated",
            Stage::Unsubstantiated => "unsubstantiated",
            Stage::Unverifiable => "unverifiable",
            Stage::TransferRequested { .. } => "transfer-requested",
            Stage::TransferredPolice(_) => "transferred-police",
            Stage::TransferredOther(_) => "transferred-other",
            Stage::AdminHandling { .. } => "admin-handling",
            Stage::ReferralOpened { .. } => "referral-opened",
            Stage::AwaitingFeedback(_) => "awaiting-feedback",
            Stage::Closed => "closed",
        }
    }

    /// The transfer under way or answered.
    #[must_use]
    pub const fn transfer(&self) -> Option<&Transfer> {
        if let Stage::TransferredPolice(transfer)
        | Stage::TransferredOther(transfer)
        | Stage::AwaitingFeedback(transfer) = self
        {
            Some(transfer)
        } else {
            None
        }
    }

    pub(super) const fn transfer_mut(&mut self) -> Option<&mut Transfer> {
        if let Stage::TransferredPolice(transfer)
        | Stage::TransferredOther(transfer)
        | Stage::AwaitingFeedback(transfer) = self
        {
            Some(transfer)
        } else {
            None
        }
    }

    /// The administrative case, when one is open.
    #[must_use]
    pub const fn case(&self) -> Option<&DocumentNumber> {
        if let Stage::AdminHandling { case } | Stage::ReferralOpened { case: Some(case), .. } = self {
            Some(case)
        } else {
            None
        }
    }
}

/// How a referral opened from a clue stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferralEnd {
    /// It runs.
    Open,
    /// A criminal case came of it.
    Filed,
    /// No criminal case came of it: administrative handling goes on (Order 310 art. 10).
    NotFiled,
}
