//! The rule of a clue 线索: from the first word of a problem to the word back to the reporter (handbook 3.3).
//!
//! ```text
//!  Received --> Triaged --> Assigned --> Verifying --> Substantiated --> AdminHandling --> ReferralOpened
//!     |           ^ |           |            |           |   '-----------------------------^      |
//!     v           | |<--return--'            |--> Unsubstantiated --------------------------------|
//!  (MergeProposed)| |                        '--> Unverifiable -----------------------------------|
//!     v           | '--> (TransferRequested) --> TransferredPolice --> AwaitingFeedback ----------|
//!   Merged*       '---------- decline ---------- TransferredOther -----------^                    v
//!                 ^-------------------------------- reopen ------------------------------------ Closed
//! ```
//! Beside these stages runs the **duty to report to the police**. A clue about one of the nine situations, or
//! about a minor harmed or in danger, is U1 and due to the police from the same decision that writes it down
//! (MPL art. 11; 高检发〔2020〕9号 art. 4). It then stands in the queue of the police unit of the place, whatever
//! the education side does; nobody there can lower it, merge it away, send it elsewhere or close it. Only the
//! receipt of a police officer who claimed it meets the duty. The police forward it among themselves, but do
//! not decline it, and what they signed for they answer: with the clue, when nobody had sent it yet and the receipt
//! hands it over; else beside the administrative case or the referral, which the answer leaves as it is.
//!
//! On the receiving side an entry is claimed, signed for (a receipt is never changed), accepted, forwarded or
//! declined, and answered. No fine takes the place of a referral (Order 310 art. 11). What a referral comes to is
//! told by its own stream, and its last word counts: a case that was filed and then withdrawn comes back for
//! administrative handling (art. 10 and 13), and a refused referral that a superior orders anew runs again, even
//! when the clue was closed in between. Clues merged in a circle are none: the last of those merges is undone.
//! Who may do what by role is a policy of `hub`; here stand the unit, the leader and the second officer that
//! the law asks for.
//! Never here: time, storage, deadlines as numbers (those are data).

pub mod command;
pub mod event;
mod evolve;
mod guard;
mod handling;
mod intake;
mod obligation;
mod reason;
mod receiving;
pub mod rejection;
mod reported;
mod ringing;
mod sending;
mod stage;
pub mod state;

pub use command::{Command, Report};
pub use event::{Conclusion, Event, Part, Person, Reported, Reporter, TransferOutcome};
pub use intake::mandatory;
pub use rejection::Rejection;
pub use stage::{ReferralEnd, Stage};
pub use state::{Answer, Clue, Obligation, Progress, Receipt, State, Transfer};

use crate::actor::Stamp;
use crate::decider::{Decider, Scope};

/// The rule of a clue; its stream is named by the clue's id.
#[derive(Debug, Clone, Copy)]
pub struct ClueRule;

impl Decider for ClueRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        let events = match (command, state) {
            (Command::Report(report), State::Unknown) => intake::report(report, stamp)?,
            (_, State::Unknown) => return Err(Rejection::Unknown),
            (command, State::Known(clue)) => decide(command, clue, stamp)?,
        };
        Ok(ringing::with_clocks(events, state, stamp))
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        evolve::state(state, event, stamp)
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Report(_) => "clue.report",
            Command::Absorb { .. }
            | Command::UndoMerge { .. }
            | Command::EndReferral { .. }
            | Command::ResumeReferral { .. } => "clue.react",
            Command::MergeInto { .. } | Command::ConfirmMerge { .. } => "clue.merge",
            Command::Triage { .. } => "clue.triage",
            Command::Assign { .. } => "clue.assign",
            Command::Return { .. } => "clue.return",
            Command::StartVerification { .. } | Command::ExtendVerification { .. } => "clue.verify",
            Command::Conclude { .. } => "clue.conclude",
            Command::TransferPolice { .. } | Command::TransferOther { .. } => "clue.transfer",
            Command::ConfirmTransfer => "clue.confirm",
            Command::RecordCall { .. } => "clue.record-call",
            Command::Claim => "clue.claim",
            Command::Release { .. } => "clue.release",
            Command::SignReceipt { .. } => "clue.receipt",
            Command::Accept => "clue.accept",
            Command::Forward { .. } => "clue.forward",
            Command::Decline { .. } => "clue.decline",
            Command::GiveFeedback { .. } => "clue.feedback",
            Command::OpenAdminCase { .. } => "clue.admin-case",
            Command::DecideFine { .. } => "clue.fine",
            Command::OpenReferral { .. } => "clue.open-referral",
            Command::InformReporter { .. } => "clue.inform",
            Command::Reopen { .. } => "clue.reopen",
            Command::Ring { .. } => "clue.ring",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        match (state, command) {
            (State::Known(clue), _) => scope(clue),
            (State::Unknown, Command::Report(report)) => {
                Scope { division: Some(report.division), ..Scope::default() }.with(&report.owner)
            }
            (State::Unknown, _) => Scope::default(),
        }
    }
}

/// Reactions and rings say what has happened elsewhere, at their own time: order is the log's, not theirs.
const fn is_reaction(command: &Command) -> bool {
    matches!(
        command,
        Command::Absorb { .. }
            | Command::UndoMerge { .. }
            | Command::EndReferral { .. }
            | Command::ResumeReferral { .. }
            | Command::Ring { .. }
    )
}

fn decide(command: &Command, clue: &Clue, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    guard::not_in_future(stamp)?;
    if !is_reaction(command) {
        guard::not_dated_back(clue, stamp)?;
    }
    let by = &stamp.by;
    match command {
        Command::Report(_) => Err(Rejection::AlreadyReported { clue: clue.id.clone() }),
        Command::Absorb { from, urgency } => intake::absorb(clue, from, *urgency),
        Command::UndoMerge { into } => Ok(intake::undo_merge(clue, into)),
        Command::MergeInto { into, into_institution, into_ended } => {
            let target =
                intake::Target { id: into, institution: into_institution.as_ref(), ended: *into_ended };
            intake::merge(clue, &target, stamp)
        }
        Command::ConfirmMerge { goes_on } => intake::confirm_merge(clue, goes_on.as_ref(), stamp),
        Command::Triage { category, urgency, minor, harm } => {
            let found = intake::Sorting { category: *category, urgency: *urgency, minor: *minor, harm };
            intake::triage(clue, &found, stamp)
        }
        Command::Assign { to, competence } => intake::assign(clue, to, competence, stamp),
        Command::Return { reason, superior } => intake::give_back(clue, reason, superior, stamp),
        Command::StartVerification { team } => handling::start(clue, team, stamp),
        Command::ExtendVerification { reason } => handling::extend(clue, reason, stamp),
        Command::Conclude { result, summary } => handling::conclude(clue, *result, summary, stamp),
        Command::TransferPolice { to, papers } => sending::police(clue, to, papers, stamp),
        Command::TransferOther { to, papers } => sending::other(clue, to, papers, stamp),
        Command::ConfirmTransfer => sending::confirm(clue, stamp),
        Command::RecordCall { call } => sending::note_call(clue, call, stamp),
        Command::Claim => receiving::claim(clue, by),
        Command::Release { reason } => receiving::release(clue, reason, by),
        Command::SignReceipt { number } => receiving::sign(clue, number, stamp),
        Command::Accept => receiving::accept(clue, stamp),
        Command::Forward { to, reason } => receiving::forward(clue, to, reason, stamp),
        Command::Decline { reason, suggestion } => receiving::decline(clue, reason, suggestion, stamp),
        Command::GiveFeedback { outcome, text } => receiving::feedback(clue, *outcome, text, stamp),
        Command::OpenAdminCase { number } => handling::open_case(clue, number, stamp),
        Command::DecideFine { number, fen } => handling::fine(clue, number, *fen, stamp),
        Command::OpenReferral { draft } => handling::open_referral(clue, draft, stamp),
        Command::EndReferral { referral, filed } => handling::end_referral(clue, referral, *filed),
        Command::ResumeReferral { referral } => handling::resume_referral(clue, referral),
        Command::InformReporter { text, no_contact } => {
            handling::inform(clue, text.as_ref(), no_contact.as_ref(), stamp)
        }
        Command::Reopen { reason, order } => handling::reopen(clue, reason, order.as_ref(), stamp),
        Command::Ring { rule, stage, told } => ringing::ring(clue, rule, *stage, told, stamp),
    }
}

/// Owner first, then who handles it, designates it, was handed it, or has the duty to receive it.
fn scope(clue: &Clue) -> Scope {
    let designator = if let Stage::Triaged { designator } = &clue.stage { designator.as_ref() } else { None };
    let (police, answers) = match &clue.obligation {
        Obligation::None => (None, None),
        Obligation::Open { police } => (Some(police), None),
        Obligation::Met { police, answer, .. } => (Some(police), Some(answer.unit())),
    };
    let transfer = clue.stage.transfer().map(|transfer| &transfer.to);
    let parties = [clue.handler.as_ref(), designator, transfer, police, answers];
    let scope = Scope { division: Some(clue.division), ..Scope::default() }.with(&clue.owner);
    parties.into_iter().flatten().fold(scope, Scope::with)
}

#[cfg(test)]
mod tests;
