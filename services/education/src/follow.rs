//! What follows between a clue and its referral: an opened referral gets its stream, and a clue learns that its
//! referral has ended, or runs again. Each is a command whose id derives from the event, so doing it twice does nothing.
//! Never here: a decision; the rules make those, and what they refuse is settled.
//!
//! When a referral has ended for its clue (handbook 3.4; Order 310 art. 10, 11, 12):
//! - **with a criminal case** when items and papers are handed over to the police, or the outcome of a case that
//!   was not withdrawn is reported: from the hand-over on it is the police's case, and the reporter can be told;
//! - **without one** when it was abandoned, the head refused, it is no police matter, it came back to the agency,
//!   or the outcome of a withdrawn case is reported: administrative handling goes on.
//!
//! Not filed and withdrawn are no ends: the agency still has its remedies, and accepts the return afterwards. The
//! last word counts: a case that was handed over and then withdrawn comes back without one, and a referral that the
//! head refused runs again when a superior or the procuratorate orders it anew.

use domain::actor::Actor;
use domain::clue::{self, ClueRule};
use domain::event::decode;
use domain::ids::ReferralId;
use domain::referral::ReferralRule;
use hub::call::stream_of;
use hub::clocks::service_actor;
use hub::handle::metadata;
use hub::project::{Positioned, Revision};
use hub::react::{self, Reaction};
use hub::serve::Watched;
use hub::{HandleError, Hub, Order, ViewError, mint};

use crate::referrals::{Cause, open_stream};

/// The reactions between clues and referrals.
struct Follow {
    by: Actor,
}

/// Starts the reactions between clues and referrals.
///
/// # Errors
/// When their checkpoint file cannot be made.
pub fn start(hub: &Hub) -> Result<Watched, ViewError> {
    react::start(hub, &hub.views, Follow { by: hub_itself()? })
}

/// The hub's own account, in whose name reactions act.
///
/// # Errors
/// Never in practice: it is made of constants.
pub(crate) fn hub_itself() -> Result<Actor, ViewError> {
    service_actor().map_err(|error| ViewError::Stopped(error.to_string()))
}

/// What a clue and its referral tell each other.
#[derive(Clone, Copy)]
enum Step {
    /// The clue has a referral.
    Opened,
    /// The referral runs again.
    Resumed,
    /// The police closed it, or the referral was withdrawn before.
    Concluded,
    /// The referral is over.
    Ended {
        /// Whether the police took it.
        filed: bool,
    },
}

impl Reaction for Follow {
    type Step = Step;

    fn name(&self) -> &'static str {
        "referral-follow"
    }

    fn step(&self, kind: &str) -> Option<Step> {
        match kind {
            "clue.referral-opened" => Some(Step::Opened),
            "referral.ordered-anew" => Some(Step::Resumed),
            "referral.handed-over" => Some(Step::Ended { filed: true }),
            "referral.concluded" => Some(Step::Concluded),
            "referral.abandoned"
            | "referral.head-refused"
            | "referral.not-police-matter"
            | "referral.returned-for-admin" => Some(Step::Ended { filed: false }),
            _ => None,
        }
    }

    async fn react(&self, hub: &Hub, event: &Positioned, step: Step) -> Result<(), HandleError> {
        let done = match step {
            Step::Opened => self.draft(hub, event).await,
            Step::Resumed => self.resumed(hub, event).await,
            Step::Concluded => {
                let filed = !withdrawn(hub, event).await?;
                self.ended(hub, event, filed).await
            }
            Step::Ended { filed } => self.ended(hub, event, filed).await,
        };
        react::settled(event, event.event.stream.as_str(), done)
    }
}

impl Follow {
    /// Opens the referral's stream, when the officer's call did not get that far.
    async fn draft(&self, hub: &Hub, event: &Positioned) -> Result<(), HandleError> {
        let opened: clue::Event = decode(&event.event.kind, event.event.data.as_str())?;
        let clue::Event::ReferralOpened { draft } = opened else { return Ok(()) };
        let beside = metadata(&event.event)?;
        let cause = Cause { event: event.event.id, correlation: beside.correlation, at: beside.at };
        open_stream(hub, &self.by, &cause, draft).await.map(|_| ())
    }

    /// Tells the clue that its referral has ended.
    async fn ended(&self, hub: &Hub, event: &Positioned, filed: bool) -> Result<(), HandleError> {
        let command = |referral| clue::Command::EndReferral { referral, filed };
        self.tell(hub, event, "clue/end-referral", command).await
    }

    /// Tells the clue that its referral runs again.
    async fn resumed(&self, hub: &Hub, event: &Positioned) -> Result<(), HandleError> {
        let command = |referral| clue::Command::ResumeReferral { referral };
        self.tell(hub, event, "clue/resume-referral", command).await
    }

    /// Tells the clue what became of its referral, at the moment it did.
    async fn tell(
        &self,
        hub: &Hub,
        event: &Positioned,
        what: &str,
        command: impl FnOnce(ReferralId) -> clue::Command,
    ) -> Result<(), HandleError> {
        let (state, _) = hub.state::<ReferralRule>(&event.event.stream).await?;
        let Some(referral) = state.known() else { return Ok(()) };
        let Ok(stream) = stream_of(&referral.draft().clue) else { return Ok(()) };
        let beside = metadata(&event.event)?;
        let order = Order {
            by: self.by.clone(),
            id: mint::follow_up(event.event.id, what),
            occurred: Some(beside.at),
            causation: Some(event.event.id),
            correlation: Some(beside.correlation),
            command: command(referral.draft().id.clone()),
        };
        hub.handle::<ClueRule>(&stream, &order).await.map(|_| ())
    }
}

/// Whether the case of a referral was withdrawn before this event.
async fn withdrawn(hub: &Hub, event: &Positioned) -> Result<bool, HandleError> {
    let history = hub.log.read(&event.event.stream, Revision::FIRST).await?;
    let before = history.iter().filter(|earlier| earlier.revision < event.event.revision);
    Ok(before.into_iter().any(|earlier| earlier.kind == "referral.withdrawn"))
}
