//! Handling: verification, administrative case, fine, referral, word to the reporter, reopening.
//! Never here: transfers to other units.

use std::collections::BTreeSet;

use crate::actor::Stamp;
use crate::clue::event::{Conclusion, Event};
use crate::clue::guard;
use crate::clue::rejection::Rejection;
use crate::clue::stage::{ReferralEnd, Stage};
use crate::clue::state::Clue;
use crate::decider::Decider;
use crate::document_number::DocumentNumber;
use crate::ids::{OfficerId, ReferralId};
use crate::referral::event::Drafted;
use crate::referral::{self, ReferralRule};
use crate::sealed::Sealed;
use crate::text::Reason;

type Decided = Result<Vec<Event>, Rejection>;

/// Distinct officers a verification needs.
const TEAM: usize = 2;

/// Starts verification by at least two officers.
pub(super) fn start(clue: &Clue, team: &[OfficerId], stamp: &Stamp) -> Decided {
    let Stage::Assigned { .. } = clue.stage else {
        return Err(clue.refuses("clue.verify"));
    };
    guard::of_unit(&stamp.by, clue.in_charge())?;
    let officers = team.iter().collect::<BTreeSet<_>>();
    if officers.len() < TEAM {
        return Err(Rejection::TeamTooSmall { officers: officers.len(), needed: TEAM });
    }
    Ok(vec![Event::VerificationStarted { team: officers.into_iter().cloned().collect() }])
}

/// A leader extends the general period, once; the fire periods are not ours to extend.
pub(super) fn extend(clue: &Clue, reason: &Reason, stamp: &Stamp) -> Decided {
    let Stage::Verifying { extended, .. } = &clue.stage else {
        return Err(clue.refuses("clue.verify"));
    };
    guard::of_unit(&stamp.by, clue.in_charge())?;
    guard::leads(&stamp.by)?;
    if clue.category.fire().is_some() {
        return Err(Rejection::NotExtendable { category: clue.category });
    }
    if *extended {
        return Err(Rejection::AlreadyExtended);
    }
    Ok(vec![Event::VerificationExtended { reason: reason.clone() }])
}

/// A leader of the handling unit concludes.
pub(super) fn conclude(clue: &Clue, result: Conclusion, summary: &Sealed, stamp: &Stamp) -> Decided {
    let Stage::Verifying { .. } = clue.stage else {
        return Err(clue.refuses("clue.conclude"));
    };
    guard::of_unit(&stamp.by, clue.in_charge())?;
    guard::leads(&stamp.by)?;
    Ok(vec![Event::Concluded { result, summary: summary.clone() }])
}

/// Opens an administrative case: after substantiation, or after a referral that led to no criminal case
/// (Order 310 art. 10).
pub(super) fn open_case(clue: &Clue, number: &DocumentNumber, stamp: &Stamp) -> Decided {
    if let Some(case) = clue.stage.case() {
        return Err(Rejection::CaseAlreadyOpen { case: case.clone() });
    }
    no_referral_runs(clue)?;
    if clue.stage != Stage::Substantiated {
        unfiled(clue, "clue.admin-case")?;
    }
    enforcing(clue, stamp)?;
    Ok(vec![Event::AdminCaseOpened { number: number.clone() }])
}

/// Decides a fine; never in place of a referral (Order 310 art. 11).
pub(super) fn fine(clue: &Clue, number: &DocumentNumber, fen: u64, stamp: &Stamp) -> Decided {
    no_referral_runs(clue)?;
    if !matches!(clue.stage, Stage::AdminHandling { .. }) {
        unfiled(clue, "clue.fine")?;
    }
    enforcing(clue, stamp)?;
    Ok(vec![Event::FineDecided { number: number.clone(), fen: fen.to_string() }])
}

/// No referral made from the clue runs, not even one that was ordered anew since the clue was reopened.
fn no_referral_runs(clue: &Clue) -> guard::Guard {
    match clue.running_referral() {
        Some(referral) => Err(Rejection::FineInsteadOfReferral { referral: referral.clone() }),
        None => Ok(()),
    }
}

/// The clue's referral ended without a criminal case, so that administrative handling may go on.
fn unfiled(clue: &Clue, action: &'static str) -> guard::Guard {
    match clue.referral() {
        Some((_, ReferralEnd::NotFiled)) => Ok(()),
        Some((referral, ReferralEnd::Open | ReferralEnd::Filed)) => {
            Err(Rejection::FineInsteadOfReferral { referral: referral.clone() })
        }
        None => Err(clue.refuses(action)),
    }
}

/// Opens a referral: only an organ with penalty power, from a case found while enforcing (Order 310
/// art. 2 and 3). The referral's own rule judges the draft here and now: a draft that it would refuse later
/// would leave the clue waiting for a referral that never comes.
pub(super) fn open_referral(clue: &Clue, draft: &Drafted, stamp: &Stamp) -> Decided {
    let (Stage::Substantiated | Stage::AdminHandling { .. }) = clue.stage else {
        return Err(clue.refuses("clue.open-referral"));
    };
    not_in_referral(clue)?;
    enforcing(clue, stamp)?;
    if draft.clue != clue.id {
        return Err(Rejection::OtherClue { clue: draft.clue.clone() });
    }
    let command = referral::Command::Draft(Box::new(draft.clone()));
    ReferralRule::decide(&command, &ReferralRule::initial(), stamp)?;
    Ok(vec![Event::ReferralOpened { draft: Box::new(draft.clone()) }])
}

/// The referral ended; hearing it twice changes nothing. Its last word counts: a case that was filed, then
/// withdrawn and returned, is the agency's to handle administratively (Order 310 art. 10 and 13).
pub(super) fn end_referral(clue: &Clue, ended: &ReferralId, filed: bool) -> Decided {
    let end = if filed { ReferralEnd::Filed } else { ReferralEnd::NotFiled };
    if how_it_stands(clue, ended)? == end {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ReferralEnded { referral: ended.clone(), filed }])
}

/// The ended referral was ordered anew: it runs again, and bars a fine again (Order 310 art. 11).
pub(super) fn resume_referral(clue: &Clue, resumed: &ReferralId) -> Decided {
    if how_it_stands(clue, resumed)? == ReferralEnd::Open {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ReferralResumed { referral: resumed.clone() }])
}

fn how_it_stands(clue: &Clue, referral: &ReferralId) -> Result<ReferralEnd, Rejection> {
    let known = clue.referrals.get(referral).copied();
    known.ok_or_else(|| Rejection::OtherReferral { referral: referral.clone() })
}

/// A referral made from the clue still runs.
fn not_in_referral(clue: &Clue) -> guard::Guard {
    match clue.running_referral() {
        Some(referral) => Err(Rejection::ReferralStillOpen { referral: referral.clone() }),
        None => Ok(()),
    }
}

fn enforcing(clue: &Clue, stamp: &Stamp) -> guard::Guard {
    guard::of_unit(&stamp.by, clue.in_charge())?;
    let agency = stamp.by.unit.agency;
    if agency.enforces() { Ok(()) } else { Err(Rejection::NotEnforcing { agency }) }
}

/// Tells the reporter the outcome, or says why that cannot be, and closes (MPL art. 11: the outcome is told). What the
/// police say to a mandatory report is part of it, so their answer comes first.
pub(super) fn inform(
    clue: &Clue,
    text: Option<&Sealed>,
    no_contact: Option<&Reason>,
    stamp: &Stamp,
) -> Decided {
    clue.obligation_met()?;
    match &clue.stage {
        Stage::Substantiated
        | Stage::Unsubstantiated
        | Stage::Unverifiable
        | Stage::AdminHandling { .. }
        | Stage::ReferralOpened { .. } => {}
        Stage::AwaitingFeedback(transfer) if transfer.confirmed => {}
        Stage::AwaitingFeedback(_) => return Err(Rejection::NotConfirmed),
        Stage::Received
        | Stage::MergeProposed { .. }
        | Stage::Merged { .. }
        | Stage::Triaged { .. }
        | Stage::Assigned { .. }
        | Stage::Verifying { .. }
        | Stage::TransferRequested { .. }
        | Stage::TransferredPolice(_)
        | Stage::TransferredOther(_)
        | Stage::Closed => return Err(clue.refuses("clue.inform")),
    }
    not_in_referral(clue)?;
    clue.obligation_answered()?;
    clue.of_sender(&stamp.by)?;
    if text.is_some() == no_contact.is_some() {
        return Err(Rejection::TextOrReason);
    }
    Ok(vec![Event::ReporterInformed { text: text.cloned(), no_contact: no_contact.cloned() }])
}

/// Reopens a closed clue: a leader on a new fact, or a superior unit by its numbered order.
pub(super) fn reopen(clue: &Clue, reason: &Reason, order: Option<&DocumentNumber>, stamp: &Stamp) -> Decided {
    if clue.stage != Stage::Closed {
        return Err(clue.refuses("clue.reopen"));
    }
    match clue.of_sender(&stamp.by) {
        Ok(()) => guard::leads(&stamp.by)?,
        Err(_) if clue.below(&stamp.by.unit) && order.is_some() => {}
        Err(_) if clue.below(&stamp.by.unit) => return Err(Rejection::OrderNeeded),
        Err(refused) => return Err(refused),
    }
    Ok(vec![Event::Reopened { reason: reason.clone(), order: order.cloned() }])
}
