//! Sending a clue to the police or to another agency, and the leader's confirmation. Never here: what the
//! receiving unit does with it.

use crate::actor::{Stamp, Unit};
use crate::category::Urgency;
use crate::clue::event::Event;
use crate::clue::guard;
use crate::clue::rejection::Rejection;
use crate::clue::stage::Stage;
use crate::clue::state::{Clue, Obligation};
use crate::paper::Paper;
use crate::text::Text;

type Decided = Result<Vec<Event>, Rejection>;

/// Transfers to the police: an urgent clue goes at once and a leader confirms within two hours; any other
/// waits for the leader.
pub(super) fn police(clue: &Clue, to: &Unit, papers: &[Paper], stamp: &Stamp) -> Decided {
    can_leave(clue, "clue.transfer")?;
    clue.of_sender(&stamp.by)?;
    guard::police(to)?;
    // While the report is due, the police have one door: their duty desk that must sign for it.
    match &clue.obligation {
        Obligation::Open { police } if police.id == to.id => {}
        Obligation::Open { police } => {
            return Err(Rejection::ObligationElsewhere { police: police.id.clone() });
        }
        Obligation::None | Obligation::Met { .. } if to.level > clue.owner.level => {
            return Err(Rejection::PoliceLevelTooHigh { level: to.level, highest: clue.owner.level });
        }
        Obligation::None | Obligation::Met { .. } => {}
    }
    let (to, papers) = (to.clone(), papers.to_vec());
    match clue.urgency {
        Urgency::U1 | Urgency::U2 => Ok(vec![Event::PoliceTransferred { to, papers, confirmed: false }]),
        Urgency::U3 | Urgency::U4 => {
            guard::letter(&papers)?;
            Ok(vec![Event::PoliceTransferRequested { to, papers }])
        }
    }
}

/// A leader transfers to another agency. A report that the police have not signed for goes nowhere else.
pub(super) fn other(clue: &Clue, to: &Unit, papers: &[Paper], stamp: &Stamp) -> Decided {
    can_leave(clue, "clue.transfer")?;
    clue.of_sender(&stamp.by)?;
    guard::leads(&stamp.by)?;
    clue.obligation_met()?;
    guard::elsewhere(to, stamp.by.unit.agency)?;
    guard::letter(papers)?;
    Ok(vec![Event::TransferredOther { to: to.clone(), papers: papers.to_vec() }])
}

fn can_leave(clue: &Clue, action: &'static str) -> guard::Guard {
    let (Stage::Triaged { .. }
    | Stage::Assigned { .. }
    | Stage::Verifying { .. }
    | Stage::Substantiated
    | Stage::TransferRequested { .. }) = clue.stage
    else {
        return Err(clue.refuses(action));
    };
    Ok(())
}

/// A leader, not the officer who asked or sent, confirms.
pub(super) fn confirm(clue: &Clue, stamp: &Stamp) -> Decided {
    let (first, event) = match (&clue.stage, clue.stage.transfer()) {
        (Stage::TransferRequested { to, papers, by }, _) => {
            (by, Event::PoliceTransferred { to: to.clone(), papers: papers.clone(), confirmed: true })
        }
        (_, Some(transfer)) if !transfer.confirmed => (&transfer.by, Event::TransferConfirmed {}),
        (_, Some(_) | None) => return Err(Rejection::NothingToConfirm),
    };
    clue.of_sender(&stamp.by)?;
    guard::leads(&stamp.by)?;
    if *first == stamp.by.officer {
        return Err(Rejection::SameOfficer { first: first.clone() });
    }
    Ok(vec![event])
}

/// Notes the call to 110. That the police were called does not show that they have it: only their receipt
/// meets the duty.
pub(super) fn note_call(clue: &Clue, call: &Text<40>, stamp: &Stamp) -> Decided {
    clue.of_sender(&stamp.by)?;
    match &clue.obligation {
        Obligation::None => Err(Rejection::NoObligation),
        Obligation::Open { .. } | Obligation::Met { .. } => {
            Ok(vec![Event::CallRecorded { call: call.clone() }])
        }
    }
}
