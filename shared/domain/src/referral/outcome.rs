//! What a lawful command becomes. Never here: whether it is lawful (that is `step`, `who` and `law`).

use crate::actor::{Agency, Role, Stamp, Unit};
use crate::claim::{ClaimEvent, ClaimRefused};
use crate::clock::ClockEvent;
use crate::document_number::DocumentNumber;
use crate::paper::Paper;
use crate::period::{Period, Periods, Who};
use crate::referral::command::Command;
use crate::referral::event::Event;
use crate::referral::rejection::Rejection;
use crate::referral::state::Referral;
use crate::text::Text;

impl Referral {
    /// What the command becomes.
    pub(super) fn outcome(&self, command: Command, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        Ok(vec![match command {
            Command::Draft(draft) => Event::Drafted(draft),
            Command::Abandon { number, reason } => Event::Abandoned { number: Some(number), reason },
            Command::Submit { number, papers } => Event::Submitted { number: Some(number), papers },
            Command::Approve { number, paper, presiding } => {
                Event::HeadApproved { number, paper, presiding: delegated(presiding, stamp) }
            }
            Command::Refuse { number, reason, paper, presiding } => {
                let presiding = delegated(presiding, stamp);
                Event::HeadRefused { number: Some(number), reason, paper, presiding }
            }
            Command::OrderAnew { number } => Event::OrderedAnew { number },
            Command::Designate { to, number } => Event::Designated { to, number },
            Command::Deliver { to, number, papers } => self.delivered(to, number, papers),
            Command::Claim => return self.claimed(self.claim.take(&stamp.by)),
            Command::Release { reason } => return self.claimed(self.claim.release(&stamp.by, &reason)),
            Command::SignReceipt { number, paper } => receipted(number, paper, stamp),
            Command::RequestSupplement { number, missing } => Event::SupplementRequested { number, missing },
            Command::Supplement { number, papers } => Event::Supplemented { number: Some(number), papers },
            Command::Forward { to, number, reason } => Event::Forwarded { to, number, reason },
            Command::DeclareNotPolice { number, reason, suggestion } => {
                Event::NotPoliceMatter { number, reason, suggestion }
            }
            Command::File { number, paper } => Event::Filed { number, paper },
            Command::NotFile { number, reason, paper } => Event::NotFiled { number, reason, paper },
            Command::RequestReconsideration { number, reason } => {
                Event::ReconsiderationRequested { number, reason }
            }
            Command::Uphold { number, reason } => Event::ReconsiderationUpheld { number, reason },
            Command::OpenSupervision { number } => Event::SupervisionOpened { number },
            Command::SuggestSupervision { number } => Event::SupervisionSuggested { number },
            Command::GiveReasons { number, reason } => Event::ReasonsGiven { number, reason },
            Command::AcceptReasons { number } => return Ok(accepted(number).into()),
            Command::OrderFiling { number } => Event::FilingOrdered { number },
            Command::HandOver { number, paper } => Event::HandedOver { number: Some(number), paper },
            Command::AcceptReturn { number } => Event::ReturnedForAdmin { number: Some(number) },
            Command::Withdraw { number, reason } => Event::Withdrawn { number, reason },
            Command::NotifyWithdrawal { number } => Event::WithdrawalNotified { number },
            Command::Conclude { number, outcome } => Event::Concluded { number, outcome },
            Command::GiveFeedback { text } => Event::FeedbackGiven { text },
            // Only a referral that has ended gets here: the fine is written in the clue's case.
            Command::DecideFine { .. } => return Ok(Vec::new()),
            Command::Ring { rule, stage, told, fallback } => {
                let rung = self.clocks.ring(&rule, stage, told, stamp.at);
                return Ok(self.rung(&rule, rung, fallback));
            }
        }])
    }

    fn delivered(&self, to: Unit, number: DocumentNumber, papers: Vec<Paper>) -> Event {
        let copy_to = self.draft.procuratorate.id.clone();
        Event::Delivered { to, number, papers, copy_to }
    }

    fn claimed(&self, result: Result<Vec<ClaimEvent>, ClaimRefused>) -> Result<Vec<Event>, Rejection> {
        let events = result.map_err(|refused| self.refused_claim(refused))?;
        Ok(events.into_iter().map(Event::Claim).collect())
    }

    /// A lease that runs out takes the claim with it, and the entry is offered again. A breach that is told
    /// to the fallback owner puts the entry before that unit as well.
    fn rung(&self, rule: &str, rung: Vec<ClockEvent>, fallback: Option<Unit>) -> Vec<Event> {
        let over = rung.iter().any(|event| matches!(event, ClockEvent::Lapsed { .. }));
        let lapsed = if over && self.is_lease(rule) { self.claim.lapse() } else { Vec::new() };
        let breached = rung.iter().any(|event| matches!(event, ClockEvent::Breached { .. }));
        let fallen = fallback.filter(|to| breached && self.tells_fallback(rule) && self.may_fall_back(to));
        rung.into_iter()
            .map(Event::Clock)
            .chain(lapsed.into_iter().map(Event::Claim))
            .chain(fallen.map(|to| Event::FellBack { to }))
            .collect()
    }

    fn is_lease(&self, rule: &str) -> bool {
        self.period(rule).is_some_and(|period| period.starts.iter().any(|start| start == TAKEN))
    }

    fn tells_fallback(&self, rule: &str) -> bool {
        self.period(rule).is_some_and(|period| period.on_breach.tell.contains(&Who::Fallback))
    }

    /// The period of a running clock, in the version it started under.
    fn period(&self, rule: &str) -> Option<&'static Period> {
        let version = self.clocks.get(rule)?.rule_version;
        Periods::standard().row(rule, version)
    }

    /// Once per arrival, while nobody has signed, and to another unit than has it.
    fn may_fall_back(&self, to: &Unit) -> bool {
        let here = self.queue().is_some_and(|here| here.id != to.id);
        here && self.fallback.is_none() && to.agency == Agency::Police
    }
}

/// The head decides in their own name, whatever else is stated.
fn delegated(presiding: Option<DocumentNumber>, stamp: &Stamp) -> Option<DocumentNumber> {
    presiding.filter(|_| !stamp.by.is(Role::Head))
}

fn receipted(number: Text<40>, paper: Paper, stamp: &Stamp) -> Event {
    Event::Receipted { number, unit: stamp.by.unit.id.clone(), paper }
}

/// The last remedy is used up: the case goes back with the same decision.
fn accepted(number: DocumentNumber) -> [Event; 2] {
    [Event::ReasonsAccepted { number }, Event::ReturnedForAdmin { number: None }]
}

/// The event that starts a lease; a test holds it to [`ClaimEvent::kind`].
const TAKEN: &str = "claim.taken";
