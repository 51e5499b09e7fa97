//! How a clue's way to another unit is shown: the duty to report to the police, and the last hand-over, which
//! stays visible after the clue has moved on. Never here: whether a step was lawful.

use domain::actor::Unit;
use domain::claim::Claim;
use domain::clue::{Clue, Event, Obligation, Progress, TransferOutcome};
use domain::ids::{OfficerId, UnitId};
use domain::paper::Paper;
use domain::sealed::Sealed;
use domain::text::{Reason, Text};
use jiff::Timestamp;

use crate::convert::{OnWire, paper, timestamp};
use crate::show::{Lens, content, text, unit};
use crate::v1;

/// The officer who holds the entry.
pub(super) fn holder(claim: &Claim) -> Option<&OfficerId> {
    match claim {
        Claim::Open => None,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by),
    }
}

/// What the events tell of the duty to report.
#[derive(Default)]
pub(super) struct Duty<'a> {
    /// When it began.
    pub opened: Option<Timestamp>,
    /// The last call noted.
    pub call: Option<&'a Text<40>>,
    reason: Option<&'a Reason>,
    suggestion: Option<&'a Text<100>>,
    answer: Option<(TransferOutcome, &'a Sealed)>,
}

impl<'a> Duty<'a> {
    /// What a unit said on the receiving side, when the report was its to answer; `clue` is the rule's state after it.
    pub(super) fn heard(&mut self, event: &'a Event, by: &UnitId, clue: &Clue) {
        match (event, clue.obligation()) {
            (_, Obligation::None) => {}
            (Event::TransferForwarded { to, reason }, Obligation::Open { police }) if police == to => {
                self.reason = Some(reason);
            }
            (Event::TransferForwarded { to, reason }, Obligation::Met { answer, .. })
                if answer.unit() == to =>
            {
                self.reason = Some(reason);
            }
            (Event::TransferDeclined { reason, suggestion }, Obligation::Met { answer, .. })
                if answer.unit().id == *by =>
            {
                (self.reason, self.suggestion) = (Some(reason), Some(suggestion));
            }
            (Event::FeedbackReceived { outcome, text }, Obligation::Met { answer, .. })
                if answer.unit().id == *by =>
            {
                self.answer = Some((*outcome, text));
            }
            (_, Obligation::Open { .. } | Obligation::Met { .. }) => {}
        }
    }

    pub(super) fn shown(&self, obligation: &Obligation, lens: &dyn Lens) -> Option<v1::PoliceObligation> {
        let (police, receipt, answering) = match obligation {
            Obligation::None => return None,
            Obligation::Open { police } => (police, None, None),
            Obligation::Met { police, receipt, answer } => (police, Some(receipt), Some(answer.unit())),
        };
        Some(v1::PoliceObligation {
            opened_at: self.opened.map(timestamp),
            police: Some(unit(lens, police)),
            call_number: text(self.call),
            met_at: receipt.map(|receipt| timestamp(receipt.at)),
            receipt_number: text(receipt.map(|receipt| &receipt.number)),
            state: obligation.word().unwrap_or_default().to_owned(),
            answering: answering.map(|answering| unit(lens, answering)),
            outcome: self.answer.map(|(outcome, _)| outcome.to_wire()).unwrap_or_default(),
            feedback: self.answer.map(|(_, words)| content(lens, words)),
            reason: text(self.reason),
            suggestion: text(self.suggestion),
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Requested,
    Sent,
    Claimed,
    Receipted,
    Accepted,
    Declined,
    Answered,
}

impl Word {
    const fn of(progress: &Progress, held: bool) -> Self {
        match progress {
            Progress::Sent if held => Word::Claimed,
            Progress::Sent => Word::Sent,
            Progress::Receipted(_) => Word::Receipted,
            Progress::Accepted(_) => Word::Accepted,
            Progress::Answered(_) => Word::Answered,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Word::Requested => "requested",
            Word::Sent => "sent",
            Word::Claimed => "claimed",
            Word::Receipted => "receipted",
            Word::Accepted => "accepted",
            Word::Declined => "declined",
            Word::Answered => "answered",
        }
    }
}

struct Transfer<'a> {
    to: Unit,
    sent: Option<Timestamp>,
    confirmed: bool,
    papers: &'a [Paper],
    word: Word,
    claimed_by: Option<OfficerId>,
    receipt: Option<Text<40>>,
    reason: Option<&'a Reason>,
    suggestion: Option<&'a Text<100>>,
    outcome: Option<TransferOutcome>,
    feedback: Option<&'a Sealed>,
}

impl<'a> Transfer<'a> {
    fn new(to: &Unit, papers: &'a [Paper], sent: Option<Timestamp>) -> Self {
        Self {
            to: to.clone(),
            sent,
            confirmed: false,
            papers,
            word: if sent.is_some() { Word::Sent } else { Word::Requested },
            claimed_by: None,
            receipt: None,
            reason: None,
            suggestion: None,
            outcome: None,
            feedback: None,
        }
    }
}

/// The last hand-over; behind a request that waits for its leader, the one before it.
#[derive(Default)]
pub(super) struct Transfers<'a> {
    last: Option<Transfer<'a>>,
    before: Option<Transfer<'a>>,
}

impl<'a> Transfers<'a> {
    /// It waits for a leader.
    pub(super) fn requested(&mut self, to: &Unit, papers: &'a [Paper]) {
        self.withdrawn();
        self.before = self.last.replace(Transfer::new(to, papers, None));
    }

    /// It was sent; whether confirmed, claimed and signed for follows from the rule's state.
    pub(super) fn sent(&mut self, to: &Unit, papers: &'a [Paper], at: Timestamp) {
        self.last = Some(Transfer::new(to, papers, Some(at)));
    }

    /// The clue was sorted anew: a request that still waited never became a hand-over.
    pub(super) fn withdrawn(&mut self) {
        if self.last.as_ref().is_some_and(|transfer| transfer.word == Word::Requested) {
            self.last = self.before.take();
        }
    }

    /// It was passed on. A mandatory report without a hand-over is passed on too, and leaves nothing here.
    pub(super) fn forwarded(&mut self, reason: &'a Reason, clue: &Clue) {
        if let (Some(transfer), Some(_)) = (&mut self.last, clue.stage().transfer()) {
            transfer.reason = Some(reason);
        }
    }

    /// It was declined by a unit.
    pub(super) fn declined(&mut self, by: &UnitId, reason: &'a Reason, suggestion: &'a Text<100>) {
        if let Some(transfer) = self.last.as_mut().filter(|transfer| transfer.to.id == *by) {
            (transfer.reason, transfer.suggestion) = (Some(reason), Some(suggestion));
            (transfer.word, transfer.claimed_by) = (Word::Declined, None);
        }
    }

    /// It was answered by a unit.
    pub(super) fn answered(&mut self, by: &UnitId, outcome: TransferOutcome, feedback: &'a Sealed) {
        if let Some(transfer) = self.last.as_mut().filter(|transfer| transfer.to.id == *by) {
            (transfer.outcome, transfer.feedback) = (Some(outcome), Some(feedback));
        }
    }

    /// The clue was reopened: nobody holds the entry any more.
    pub(super) fn reopened(&mut self) {
        if let Some(transfer) = &mut self.last {
            transfer.claimed_by = None;
        }
    }

    /// Takes over what the rule knows of the hand-over under way. One that is over keeps its last look.
    pub(super) fn follow(&mut self, clue: &Clue) {
        let (Some(transfer), Some(known)) = (&mut self.last, clue.stage().transfer()) else { return };
        let by = holder(clue.claim());
        transfer.to = known.to.clone();
        transfer.confirmed = known.confirmed;
        transfer.word = Word::of(&known.progress, by.is_some());
        transfer.claimed_by = by.cloned();
        transfer.receipt = known.progress.receipt().map(|receipt| receipt.number.clone());
    }

    pub(super) fn shown(&self, lens: &dyn Lens) -> Option<v1::ClueTransfer> {
        let transfer = self.last.as_ref()?;
        Some(v1::ClueTransfer {
            to: Some(unit(lens, &transfer.to)),
            sent_at: transfer.sent.map(timestamp),
            confirmed: transfer.confirmed,
            papers: transfer.papers.iter().map(paper).collect(),
            state: transfer.word.name().to_owned(),
            claimed_by: text(transfer.claimed_by.as_ref()),
            receipt_number: text(transfer.receipt.as_ref()),
            reason: text(transfer.reason),
            suggestion: text(transfer.suggestion),
            outcome: transfer.outcome.map(OnWire::to_wire).unwrap_or_default(),
            feedback: transfer.feedback.map(|sealed| content(lens, sealed)),
        })
    }
}
