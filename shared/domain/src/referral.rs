//! The referral: the formal transfer of a suspected criminal case to the police, with its papers, its
//! clocks and its remedies. One stream is one referral.
//!
//! An agency that finds a crime while enforcing appoints a team of two or more, which reports to the head.
//! The head approves or refuses in three days; what is approved is delivered to the police of the same
//! level in 24 hours, with a copy to the procuratorate. The police sign for it, pass it on when another
//! office is competent, ask for what is missing, and decide in three days whether to file. Against a
//! decision not to file the agency may ask for reconsideration or suggest supervision; the procuratorate
//! may supervise in any case. There is no refusal for missing material, and no fine instead of a referral.
//!
//! ```text
//! S1  Drafting ------------> S2 PendingHead, S1a Abandoned*
//! S2  PendingHead      (A) > S3 Approved, S2r HeadRefused* (a superior's order: S1)
//! S3  Approved         (B) > S4 Delivered
//! S4  Delivered        (C) > S5 Receipted
//! S5  Receipted     (D, E) > S6 SupplementRequested, S7 Forwarded, S8 NotPoliceMatter*, S9 Filed, S10 NotFiled
//! S6  SupplementRequested (F) > S5; the police may do all they may in S5
//! S7  Forwarded        (C) > S5 at the new unit, with a new receipt
//! S9  Filed            (G) > S9h HandedOver, S14 CaseWithdrawn, S15 Concluded*
//! S9h HandedOver ----------> S14, S15
//! S10 NotFiled         (H) > S11 Reconsidering, S12 FilingSupervision, S13 ReturnedForAdmin*
//! S11 Reconsidering    (J) > S9, S11u NotFiledUpheld
//! S11u NotFiledUpheld  (K) > S12, S13
//! S12 FilingSupervision (L) > S9 on their own, S13, S12o OrderedToFile (M) > S9
//! S14 CaseWithdrawn -------> S13, S15, once the agency has been told
//! ```
//! A star marks an end. Letters are clocks of `data/periods.json`; a breach is told, never blocks, and a
//! right that lapses (H, K) binds the agency only.
//!
//! When clock C is breached, nobody has signed: the superior of the police is told, and the entry is put also
//! before the fallback unit of the police for the place. Officers of either unit may claim and sign from then
//! on, and the unit that signs has the referral. Once per arrival; not where the fallback is the unit that has
//! it, or nobody is named. The rule of art. 5 that a referral goes to the police of the same level is kept:
//! the letter went there, and the fallback is the jurisdiction 指定管辖 that the directory named in advance for
//! matters of the area which nobody takes in time.
//!
//! Basis: State Council Order 310 (2001, amended 2020): art. 3 and 5 team, head, delivery; 6 papers; 7
//! receipt and forwarding; 8 decision; 9 remedies; 10 return; 11 no fine instead; 12 hand-over; 14 and 17
//! supervision. MPS procedure 2020: art. 178 head of the county police; 180 supplement; 182 supervision,
//! and that the police may file on their own while it runs: the demand is then answered by the case;
//! 189 withdrawal. SPP rules 2001 art. 10: reasons in 7 days, filing in 15.
//!
//! Decisions of ours: the head of the police unit decides on filing and may act without holding the claim;
//! everyone else there must hold it. The same unit signs one receipt per arrival, and has a case twice only
//! by designation. A fine after the end is lawful and leaves nothing here: it is written in the clue's case.
//!
//! Never here: finding units or officers, reading time, what became of the clue.

pub mod charge;
pub mod command;
pub mod event;
mod evolve;
mod law;
mod outcome;
mod reason;
pub mod rejection;
pub mod state;
pub mod step;
mod who;

use crate::actor::Stamp;
use crate::clock::{ClockFacts, Clocks};
use crate::decider::{Decider, Scope};
use crate::event::Stored;

pub use command::{Command, Draft};
pub use event::{Charge, Drafted, Event, SupplementPaper, WithdrawalReason};
pub use rejection::Rejection;
pub use state::{Arrival, Receipt, Referral, State};
pub use step::{Demand, Remedy, Step};

/// The rule of referrals.
#[derive(Debug)]
pub struct ReferralRule;

impl Decider for ReferralRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        let (events, clocks) = match state {
            State::Unknown => (open(command, stamp)?, Clocks::default()),
            State::Known(referral) => (referral.decide(command, stamp)?, referral.clocks.clone()),
        };
        Ok(with_clocks(events, clocks, stamp))
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        match state {
            State::Unknown => match event.drafted() {
                Some(draft) => State::Known(Box::new(Referral::new(draft.clone(), stamp.at))),
                // Nothing can have happened to what was never drafted.
                None => State::Unknown,
            },
            State::Known(mut referral) => {
                referral.evolve(event, stamp);
                State::Known(referral)
            }
        }
    }

    fn action(command: &Command) -> &'static str {
        command.action()
    }

    fn scope(command: &Command, state: &State) -> Scope {
        if let State::Known(referral) = state {
            return referral.scope();
        }
        let Command::Draft(draft) = command else {
            return Scope::default();
        };
        Scope { division: Some(draft.division), ..Scope::default() }
            .with(&draft.from)
            .with(&draft.superior)
            .with(&draft.procuratorate)
    }
}

fn open(command: &Command, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    let Command::Draft(draft) = command else {
        return Err(Rejection::Unknown);
    };
    law::time(None, stamp)?;
    law::draft(draft, stamp)?;
    Ok(vec![Event::Drafted(draft.clone())])
}

impl Referral {
    fn decide(&self, command: &Command, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        if !self.step.admits(command) {
            return Err(self.out_of_place(command));
        }
        self.may(command, &stamp.by)?;
        // A ring is no act of anyone: it may come in any order and is judged by its clock.
        if !matches!(command, Command::Ring { .. }) {
            law::time(Some(self.last), stamp)?;
        }
        self.lawful(command, stamp)?;
        self.outcome(command.clone(), stamp)
    }

    /// The plainest name for a command that has no place where the referral stands.
    fn out_of_place(&self, command: &Command) -> Rejection {
        let id = self.draft.id.clone();
        if let Command::Draft(_) = command {
            return Rejection::AlreadyDrafted { referral: id };
        }
        if let Command::DecideFine { .. } = command {
            let (code, word) = (self.step.code(), self.step.word());
            return Rejection::FineInsteadOfReferral { id, code, word };
        }
        if let (Command::SignReceipt { .. }, Some(signed)) = (command, self.arrivals.last())
            && let Some(receipt) = &signed.receipt
        {
            return law::immutable(&signed.unit.id, receipt);
        }
        Rejection::not_here(command.action(), &self.step)
    }
}

/// The one place where clocks follow what was decided. A referral has no facts that choose among rows.
fn with_clocks(mut events: Vec<Event>, mut clocks: Clocks, stamp: &Stamp) -> Vec<Event> {
    for event in &events {
        if let Event::Clock(clock) = event {
            clocks.evolve(clock);
        }
    }
    let kinds: Vec<&str> = events.iter().map(Stored::kind).collect();
    let followed = clocks.follow(&kinds, &ClockFacts::default(), stamp.at);
    events.extend(followed.into_iter().map(Event::Clock));
    events
}

#[cfg(test)]
mod tests;
