//! The receiving side: the queue entry is claimed, the receipt signed, the matter accepted, passed on,
//! declined or answered. Open to the police from the moment a mandatory clue is reported, wherever it
//! stands on the education side. Never here: the sending side.

use crate::actor::{Actor, Agency, Stamp, Unit};
use crate::claim::ClaimEvent;
use crate::clue::event::{Event, TransferOutcome};
use crate::clue::guard;
use crate::clue::rejection::Rejection;
use crate::clue::stage::Stage;
use crate::clue::state::{Answer, Clue, Desk, Obligation, Progress};
use crate::sealed::Sealed;
use crate::text::{Reason, Text};

type Decided = Result<Vec<Event>, Rejection>;

/// An officer of the receiving unit takes the entry; taking what one holds already changes nothing.
pub(super) fn claim(clue: &Clue, actor: &Actor) -> Decided {
    if clue.held_by(actor).is_ok() {
        return Ok(Vec::new());
    }
    of_receiver(clue, actor)?;
    Ok(wrapped(clue.claim.take(actor).map_err(|refused| clue.claim_refused(refused))?))
}

/// The officer gives the entry back.
pub(super) fn release(clue: &Clue, reason: &Reason, actor: &Actor) -> Decided {
    Ok(wrapped(clue.claim.release(actor, reason).map_err(|refused| clue.claim_refused(refused))?))
}

fn wrapped(events: Vec<ClaimEvent>) -> Vec<Event> {
    events.into_iter().map(Event::Claim).collect()
}

fn of_receiver(clue: &Clue, actor: &Actor) -> guard::Guard {
    guard::of_unit(actor, clue.receiver().ok_or(Rejection::NothingToReceive)?)
}

/// The officer who holds the entry signs. For the police this, and nothing else, meets the duty to report;
/// and what they sign for is theirs to accept and answer, whether or not anybody sent it to them as well.
pub(super) fn sign(clue: &Clue, number: &Text<40>, stamp: &Stamp) -> Decided {
    let actor = &stamp.by;
    if let Some(receipt) = clue.receipt() {
        let (unit, number, at) = (receipt.unit.clone(), receipt.number.clone(), receipt.at);
        return Err(Rejection::ReceiptImmutable { unit, number, at });
    }
    of_receiver(clue, actor)?;
    clue.held_by(actor)?;
    let due = matches!(clue.obligation, Obligation::Open { .. });
    let hands_over = due && handed_over_by_receipt(&clue.stage);
    // The hand-over comes first: while the report is due it leaves the entry with whoever claimed it.
    let handed = hands_over.then(|| Event::PoliceTransferred {
        to: actor.unit.clone(),
        papers: Vec::new(),
        confirmed: true,
    });
    let met = due.then(|| Event::ObligationMet { receipt: number.clone() });
    // A report that was passed on after its first receipt is met; this one is signed beside it.
    let sent = !due || hands_over || clue.stage.transfer().is_some();
    let receipted =
        sent.then(|| Event::TransferReceipted { number: number.clone(), unit: actor.unit.id.clone() });
    Ok(handed.into_iter().chain(met).chain(receipted).collect())
}

/// Whether the receipt of a mandatory report hands the clue itself over to the police: wherever nobody has
/// sent it yet. An administrative case or a referral goes on by its own law (Order 310), and the police answer
/// the report beside it.
const fn handed_over_by_receipt(stage: &Stage) -> bool {
    match stage {
        Stage::Received
        | Stage::MergeProposed { .. }
        | Stage::Triaged { .. }
        | Stage::Assigned { .. }
        | Stage::Verifying { .. }
        | Stage::Substantiated
        | Stage::Unsubstantiated
        | Stage::Unverifiable
        | Stage::TransferRequested { .. } => true,
        Stage::Merged { .. }
        | Stage::TransferredPolice(_)
        | Stage::TransferredOther(_)
        | Stage::AdminHandling { .. }
        | Stage::ReferralOpened { .. }
        | Stage::AwaitingFeedback(_)
        | Stage::Closed => false,
    }
}

/// The receiving unit accepts what it signed for.
pub(super) fn accept(clue: &Clue, stamp: &Stamp) -> Decided {
    let desk = desk(clue, "clue.accept", stamp)?;
    match desk.progress {
        Progress::Sent => Err(Rejection::ReceiptFirst),
        Progress::Receipted(_) => Ok(vec![Event::TransferAccepted {}]),
        Progress::Accepted(_) | Progress::Answered(_) => Err(accepted(desk)),
    }
}

/// The receiving unit passes the matter on; it is offered anew there. A mandatory report moves with it, and
/// only from police to police.
pub(super) fn forward(clue: &Clue, to: &Unit, reason: &Reason, stamp: &Stamp) -> Decided {
    of_receiver(clue, &stamp.by)?;
    if to.id == stamp.by.unit.id {
        return Err(Rejection::ForwardToItself { unit: to.id.clone() });
    }
    // Units that each send a matter to the other would keep it moving for ever: the second one keeps it.
    if clue.passed_on.contains(&to.id) {
        return Err(Rejection::HadItAlready { unit: to.id.clone() });
    }
    match desk_of(clue, stamp) {
        None => clue.held_by(&stamp.by)?,
        Some(desk) => not_accepted(clue, desk, stamp)?,
    }
    if let Stage::TransferredOther(transfer) = &clue.stage {
        guard::elsewhere(to, transfer.from.agency)?;
    } else {
        guard::police(to)?;
    }
    Ok(vec![Event::TransferForwarded { to: to.clone(), reason: reason.clone() }])
}

/// The receiving unit says it is not its matter; a clue that was sent goes back to be sorted anew. The police may not
/// refuse to receive a mandatory report, nor give back a clue that is theirs by it: they accept it or forward it
/// (高检发〔2020〕9号 art. 8). What they signed for beside an agency's case or referral, which goes on, they may find
/// to be no matter of the police.
pub(super) fn decline(clue: &Clue, reason: &Reason, suggestion: &Text<100>, stamp: &Stamp) -> Decided {
    of_receiver(clue, &stamp.by)?;
    let handed_over = clue.stage.transfer().is_some();
    match (&clue.obligation, stamp.by.unit.agency == Agency::Police) {
        (Obligation::Open { .. }, true | false) => return Err(Rejection::MayNotDecline),
        (Obligation::Met { .. }, true) if handed_over => return Err(Rejection::MayNotDecline),
        // Passed on from police to police, and not signed for yet: it must be received first.
        (Obligation::Met { answer: Answer::By { progress: Progress::Sent, .. }, .. }, true) => {
            return Err(Rejection::MayNotDecline);
        }
        (Obligation::None | Obligation::Met { .. }, true | false) => {}
    }
    not_accepted(clue, desk(clue, "clue.decline", stamp)?, stamp)?;
    Ok(vec![Event::TransferDeclined { reason: reason.clone(), suggestion: suggestion.clone() }])
}

/// The receiving unit tells the sender what came of it; more may follow, e.g. before prosecution.
pub(super) fn feedback(clue: &Clue, outcome: TransferOutcome, text: &Sealed, stamp: &Stamp) -> Decided {
    match desk(clue, "clue.feedback", stamp)?.progress {
        Progress::Sent => Err(Rejection::ReceiptFirst),
        Progress::Receipted(_) => Err(Rejection::AcceptFirst),
        Progress::Accepted(_) | Progress::Answered(_) => {
            Ok(vec![Event::FeedbackReceived { outcome, text: text.clone() }])
        }
    }
}

/// Where the officer's unit works on the clue.
fn desk<'a>(clue: &'a Clue, action: &'static str, stamp: &Stamp) -> Result<Desk<'a>, Rejection> {
    let desk = desk_of(clue, stamp).ok_or_else(|| clue.refuses(action))?;
    guard::of_unit(&stamp.by, desk.to)?;
    Ok(desk)
}

/// The transfer under way; else, or when that went elsewhere, the report that is the unit's to answer.
fn desk_of<'a>(clue: &'a Clue, stamp: &Stamp) -> Option<Desk<'a>> {
    let sent = clue.stage.transfer().map(|transfer| Desk { to: &transfer.to, progress: &transfer.progress });
    let report = clue.obligation.desk();
    let own = [sent, report].into_iter().flatten().find(|desk| desk.to.id == stamp.by.unit.id);
    own.or(sent).or(report)
}

/// Before the receipt only the officer who holds the entry acts on it; after acceptance it stays.
fn not_accepted(clue: &Clue, desk: Desk<'_>, stamp: &Stamp) -> guard::Guard {
    match desk.progress {
        Progress::Sent => clue.held_by(&stamp.by),
        Progress::Receipted(_) => Ok(()),
        Progress::Accepted(_) | Progress::Answered(_) => Err(accepted(desk)),
    }
}

fn accepted(desk: Desk<'_>) -> Rejection {
    Rejection::AlreadyAccepted { unit: desk.to.id.clone() }
}
