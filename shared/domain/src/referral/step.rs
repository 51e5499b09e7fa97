//! Where a referral stands: the states S1 to S15 of handbook 3.4, and which command has a place in which.
//! Never here: who may act, or what the papers must be.

use jiff::Timestamp;

use crate::paper::PaperKind;
use crate::referral::command::Command;

/// The agency's remedy against a decision not to file (Order 310 art. 9).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remedy {
    /// The last instant of the right; none when no such period is in force.
    pub until: Option<Timestamp>,
    /// Whether filing supervision has been suggested.
    pub suggested: bool,
}

/// The procuratorate's demand for the reasons of a decision not to file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Demand {
    /// The police have not answered; the last instant of their period.
    Pending {
        /// None when no such period is in force.
        until: Option<Timestamp>,
    },
    /// The police have stated their reasons.
    Answered,
}

/// Where a referral stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// S1: the case team verifies and writes the report.
    Drafting,
    /// S1a: given up with reasons. Final.
    Abandoned,
    /// S2: the report lies with the head (clock A).
    PendingHead,
    /// S2r: the head refused. Final unless a superior or the procuratorate orders it anew.
    HeadRefused,
    /// S3: approved, to be delivered (clock B).
    Approved,
    /// S4: delivered, not receipted (clock C).
    Delivered,
    /// S5: receipted; the police review (clocks D and E).
    Receipted,
    /// S6: the police asked for material (clock F; D keeps running).
    SupplementRequested {
        /// What was asked for.
        missing: Vec<PaperKind>,
    },
    /// S7: passed to the competent police unit, which has not signed.
    Forwarded,
    /// S8: not a police matter. Final.
    NotPoliceMatter,
    /// S9: a criminal case is filed (clock G).
    Filed,
    /// S9h: items and material are handed over.
    HandedOver,
    /// S10: not filed (clock H).
    NotFiled(Remedy),
    /// S11: the police reconsider (clock J).
    Reconsidering,
    /// S11u: the non-filing was upheld (clock K).
    NotFiledUpheld(Remedy),
    /// S12: the procuratorate supervises (clock L).
    FilingSupervision(Demand),
    /// S12o: the procuratorate ordered filing (clock M).
    OrderedToFile,
    /// S13: back with the agency as an administrative case. Final.
    ReturnedForAdmin,
    /// S14: the police withdrew the case.
    CaseWithdrawn {
        /// Whether the agency has been told.
        notified: bool,
    },
    /// S15: the outcome is reported. Final.
    Concluded,
}

impl Step {
    /// The number of handbook 3.4, e.g. `S4`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.names().0
    }

    /// A stable word for views, e.g. `delivered`.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        self.names().1
    }

    const fn names(&self) -> (&'static str, &'static str) {
        match self {
            Step::Drafting => ("S1", "drafting"),
            Step::Abandoned => ("S1a", "abandoned"),
            Step::PendingHead => ("S2", "pending-head"),
            Step::HeadRefused => ("S2r", "head-refused"),
            Step::Approved => ("S3", "approved"),
            Step::Delivered => ("S4", "delivered"),
            Step::Receipted => ("S5", "receipted"),
            Step::SupplementRequested { .. } => ("S6", "supplement-requested"),
            Step::Forwarded => ("S7", "forwarded"),
            Step::NotPoliceMatter => ("S8", "not-police-matter"),
            Step::Filed => ("S9", "filed"),
            Step::HandedOver => ("S9h", "handed-over"),
            Step::NotFiled(_) => ("S10", "not-filed"),
            Step::Reconsidering => ("S11", "reconsidering"),
            Step::NotFiledUpheld(_) => ("S11u", "not-filed-upheld"),
            Step::FilingSupervision(_) => ("S12", "filing-supervision"),
            Step::OrderedToFile => ("S12o", "ordered-to-file"),
            Step::ReturnedForAdmin => ("S13", "returned-for-admin"),
            Step::CaseWithdrawn { .. } => ("S14", "case-withdrawn"),
            Step::Concluded => ("S15", "concluded"),
        }
    }

    /// Whether handbook 3.4 marks it as an end. [`Step::HeadRefused`] is one too, though a superior's
    /// order can open it again.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Step::Abandoned
            | Step::HeadRefused
            | Step::NotPoliceMatter
            | Step::ReturnedForAdmin
            | Step::Concluded => true,
            Step::Drafting
            | Step::PendingHead
            | Step::Approved
            | Step::Delivered
            | Step::Receipted
            | Step::SupplementRequested { .. }
            | Step::Forwarded
            | Step::Filed
            | Step::HandedOver
            | Step::NotFiled(_)
            | Step::Reconsidering
            | Step::NotFiledUpheld(_)
            | Step::FilingSupervision(_)
            | Step::OrderedToFile
            | Step::CaseWithdrawn { .. } => false,
        }
    }

    /// Whether it waits for a police receipt: on the fast-response queue.
    #[must_use]
    pub const fn awaits_receipt(&self) -> bool {
        matches!(self, Step::Delivered | Step::Forwarded)
    }

    /// Whether the police are reviewing. What they may do in S5 they may do in S6 as well: their 3 days
    /// keep running, and missing material is no reason to leave a case undecided (MPS 2020 art. 180).
    const fn under_review(&self) -> bool {
        matches!(self, Step::Receipted | Step::SupplementRequested { .. })
    }

    /// Whether the command has a place here: the column "leaves to" of handbook 3.4.
    pub(super) const fn admits(&self, command: &Command) -> bool {
        match command {
            Command::Draft(_) => false,
            Command::Abandon { .. } | Command::Submit { .. } => matches!(self, Step::Drafting),
            Command::Approve { .. } | Command::Refuse { .. } => matches!(self, Step::PendingHead),
            Command::OrderAnew { .. } => matches!(self, Step::HeadRefused),
            Command::Designate { .. } => {
                matches!(self, Step::Drafting | Step::PendingHead | Step::Approved)
                    || self.awaits_receipt()
                    || self.under_review()
            }
            Command::Deliver { .. } => matches!(self, Step::Approved),
            Command::SignReceipt { .. } | Command::Release { .. } => self.awaits_receipt(),
            Command::RequestSupplement { .. } => matches!(self, Step::Receipted),
            Command::Supplement { .. } => matches!(self, Step::SupplementRequested { .. }),
            Command::Forward { .. } | Command::DeclareNotPolice { .. } | Command::NotFile { .. } => {
                self.under_review()
            }
            // Under supervision too: whoever is asked why there is no case may answer with the case
            // (MPS 2020 art. 182).
            Command::File { .. } => {
                self.under_review()
                    || matches!(self, Step::Reconsidering | Step::FilingSupervision(_) | Step::OrderedToFile)
            }
            Command::RequestReconsideration { .. } => matches!(self, Step::NotFiled(_)),
            Command::Uphold { .. } => matches!(self, Step::Reconsidering),
            Command::SuggestSupervision { .. } | Command::OpenSupervision { .. } => {
                matches!(self, Step::NotFiled(_) | Step::NotFiledUpheld(_))
            }
            Command::GiveReasons { .. } | Command::AcceptReasons { .. } | Command::OrderFiling { .. } => {
                matches!(self, Step::FilingSupervision(_))
            }
            Command::HandOver { .. } => matches!(self, Step::Filed),
            Command::AcceptReturn { .. } => {
                matches!(self, Step::NotFiled(_) | Step::NotFiledUpheld(_) | Step::CaseWithdrawn { .. })
            }
            Command::Withdraw { .. } => matches!(self, Step::Filed | Step::HandedOver),
            Command::NotifyWithdrawal { .. } => matches!(self, Step::CaseWithdrawn { .. }),
            Command::Conclude { .. } => {
                matches!(self, Step::Filed | Step::HandedOver | Step::CaseWithdrawn { .. })
            }
            Command::Claim => self.with_police() && !self.is_final(),
            Command::GiveFeedback { .. } => self.with_police() && !self.awaits_receipt(),
            Command::DecideFine { .. } => self.is_final(),
            Command::Ring { .. } => true,
        }
    }

    /// Whether the police have had it: from the delivery on.
    const fn with_police(&self) -> bool {
        !matches!(
            self,
            Step::Drafting | Step::Abandoned | Step::PendingHead | Step::HeadRefused | Step::Approved
        )
    }
}
