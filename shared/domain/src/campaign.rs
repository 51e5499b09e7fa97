//! Campaign 专项行动: agencies issue it jointly, every level works on it at once, and its figures hold because they are
//! counted from events and compared with what was reported.
//!
//! ```text
//! Drafting --all sign--> Approved --> Deployed --first phase--> Running{self-check, county, city, province, look-back}
//!   --freeze--> DataFrozen --verify--> Verified --> Published --> Closed*
//!                   '<------------- correct: a new version --------'
//! ```
//! Phases, tiers, shares and windows are data ([`plan`]). A level may add tasks and be stricter in its own area, never
//! laxer. A unit that has not reported is missing, never zero: a difference between reported and counted figures blocks
//! the verification and names the units, and so do missing ones unless somebody says why they may be. What is frozen is
//! never edited: a correction is a new version, verified anew. A return older than the last or after the freeze is none.
//!
//! Basis: handbook 2.9, 2.16, 3.9.
//!
//! Never here: counting the records ([`figures`] does), or who may be told what.

pub mod event;
pub mod figures;
pub mod places;
pub mod plan;
pub mod ratio;
mod rejection;
mod state;
pub mod workload;

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::actor::{Agency, Role, Stamp};
use crate::decider::{Decider, Scope};
use crate::division::{DivisionCode, Divisions};
use crate::period::BEIJING;
use crate::text::Reason;

pub use event::{Event, Return, Snapshot};
use figures::Recount;
pub use plan::{Addition, Phase, PhaseKind, Plan, Post};
pub use rejection::Rejection;
pub use state::{Campaign, Stage, State};

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Writes the plan.
    Draft(Box<Plan>),
    /// Signs for an issuing agency.
    Sign,
    /// Sends it to all levels.
    Deploy,
    /// Adds to it for an area.
    Extend(Addition),
    /// Begins a phase.
    Begin {
        /// Which.
        phase: PhaseKind,
    },
    /// Reports figures, of one unit or of many.
    Submit {
        /// Each unit's.
        returns: Vec<Return>,
    },
    /// Ends the counting.
    Freeze(Box<Snapshot>),
    /// Compares what was counted again, up to the frozen place, with what was reported.
    Verify(Box<Recount>),
    /// Publishes the verified figures.
    Publish,
    /// Puts corrected figures in place of the frozen ones.
    Correct {
        /// The new figures.
        snapshot: Box<Snapshot>,
        /// What units report anew.
        returns: Vec<Return>,
        /// Why.
        reason: Reason,
    },
    /// Ends it.
    Close,
}

/// The rule of campaigns.
#[derive(Debug)]
pub struct CampaignRule;

impl Decider for CampaignRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (state, command) {
            (State::Unknown, Command::Draft(plan)) => draft(plan, stamp),
            (State::Known(campaign), Command::Draft(_)) => {
                Err(Rejection::AlreadyDrafted { campaign: campaign.plan().id.clone() })
            }
            (State::Known(campaign), command) => act(command, campaign, stamp),
            (
                State::Unknown,
                Command::Sign
                | Command::Deploy
                | Command::Extend(_)
                | Command::Begin { .. }
                | Command::Submit { .. }
                | Command::Freeze(_)
                | Command::Verify(_)
                | Command::Publish
                | Command::Correct { .. }
                | Command::Close,
            ) => Err(Rejection::Unknown),
        }
    }

    fn evolve(state: State, event: &Event, stamp: &Stamp) -> State {
        state.evolve(event, stamp)
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Draft(_) => "campaign.draft",
            Command::Sign => "campaign.sign",
            Command::Deploy => "campaign.deploy",
            Command::Extend(_) => "campaign.extend",
            Command::Begin { .. } => "campaign.begin",
            Command::Submit { .. } => "campaign.submit",
            Command::Freeze(_) => "campaign.freeze",
            Command::Verify(_) => "campaign.verify",
            Command::Publish => "campaign.publish",
            Command::Correct { .. } => "campaign.correct",
            Command::Close => "campaign.close",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        let own = match (command, state) {
            (Command::Draft(plan), State::Unknown) => Scope::default().with(&plan.lead),
            (_, State::Unknown) => Scope::default(),
            (_, State::Known(campaign)) => Scope::default().with(&campaign.plan().lead),
        };
        Scope { division: place(command, state), ..own }
    }
}

/// Where an act lies: additions and returns in the area they are about, anything else in the campaign's.
fn place(command: &Command, state: &State) -> Option<DivisionCode> {
    match command {
        Command::Extend(addition) => Some(addition.division),
        Command::Submit { returns } => returns.first().map(|one| one.post.division),
        Command::Draft(plan) => Some(plan.lead.division),
        Command::Sign
        | Command::Deploy
        | Command::Begin { .. }
        | Command::Freeze(_)
        | Command::Verify(_)
        | Command::Publish
        | Command::Correct { .. }
        | Command::Close => state.known().map(|campaign| campaign.plan().lead.division),
    }
}

fn draft(plan: &Plan, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    if plan.lead != stamp.by.unit {
        return Err(Rejection::NotLead { unit: plan.lead.id.clone() });
    }
    plan.check()?;
    Ok(vec![Event::Drafted(Box::new(plan.clone()))])
}

fn act(command: &Command, campaign: &Campaign, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    use Stage::{Approved, DataFrozen, Deployed, Drafting, Published, Running, Verified};
    match (command, campaign.stage()) {
        (Command::Sign, Drafting { signed }) => sign(campaign, signed, stamp),
        (Command::Deploy, Approved) => lead(campaign, stamp, Event::Deployed {}),
        (Command::Extend(addition), Deployed | Running { .. }) => extend(addition, campaign, stamp),
        (Command::Begin { phase }, Deployed) => begin(*phase, None, campaign, stamp),
        (Command::Begin { phase }, Running { begun }) => begin(*phase, Some(begun), campaign, stamp),
        (Command::Submit { returns }, Running { .. }) => submit(returns, campaign, stamp),
        (Command::Freeze(snapshot), Running { .. }) => {
            let from = campaign.plan().last_counting_day().tomorrow().unwrap_or(Date::MAX);
            not_before(from, stamp)?;
            lead(campaign, stamp, Event::Frozen(snapshot.clone()))
        }
        (Command::Verify(recount), DataFrozen { by }) => {
            if stamp.by.officer == *by {
                return Err(Rejection::OwnFreeze { officer: by.clone() });
            }
            lead(campaign, stamp, verify(recount, campaign)?)
        }
        (Command::Publish, Verified) => lead(campaign, stamp, Event::Published {}),
        (Command::Correct { snapshot, returns, reason }, DataFrozen { .. } | Verified | Published) => {
            checked(returns, campaign, stamp)?;
            let version = u32::try_from(campaign.snapshots().len()).unwrap_or(u32::MAX).saturating_add(1);
            let (snapshot, returns, reason) = (snapshot.clone(), returns.clone(), reason.clone());
            lead(campaign, stamp, Event::Corrected { version, snapshot, returns, reason })
        }
        (Command::Close, Published) => lead(campaign, stamp, Event::Closed {}),
        (
            Command::Draft(_)
            | Command::Sign
            | Command::Deploy
            | Command::Extend(_)
            | Command::Begin { .. }
            | Command::Submit { .. }
            | Command::Freeze(_)
            | Command::Verify(_)
            | Command::Publish
            | Command::Correct { .. }
            | Command::Close,
            stage,
        ) => Err(Rejection::NotHere { action: CampaignRule::action(command), word: stage.word() }),
    }
}

/// What only the leading unit does.
fn lead(campaign: &Campaign, stamp: &Stamp, event: Event) -> Result<Vec<Event>, Rejection> {
    let unit = &campaign.plan().lead;
    if *unit == stamp.by.unit { Ok(vec![event]) } else { Err(Rejection::NotLead { unit: unit.id.clone() }) }
}

/// The day of the act in Beijing, as the hub knows it: nothing is done ahead of its day by saying so.
fn today(stamp: &Stamp) -> Date {
    BEIJING.to_datetime(stamp.recorded).date()
}

fn not_before(from: Date, stamp: &Stamp) -> Result<(), Rejection> {
    if today(stamp) < from { Err(Rejection::TooEarly { from }) } else { Ok(()) }
}

/// The head signs for an issuing agency, at the level and in the area of the unit that leads.
fn sign(campaign: &Campaign, signed: &BTreeSet<Agency>, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    let (plan, unit) = (campaign.plan(), &stamp.by.unit);
    let (agency, level) = (unit.agency, unit.level);
    let beside = level == plan.lead.level && unit.division == plan.lead.division;
    if !beside || !plan.issuers.contains(&agency) {
        return Err(Rejection::NotIssuer { agency, level });
    }
    if !stamp.by.is(Role::Head) {
        return Err(Rejection::NotHead { unit: unit.id.clone() });
    }
    if signed.contains(&agency) {
        return Err(Rejection::AlreadySigned { agency });
    }
    let all = plan.issuers.iter().all(|issuer| *issuer == agency || signed.contains(issuer));
    Ok([Event::Signed { agency }].into_iter().chain(all.then_some(Event::Approved {})).collect())
}

fn extend(addition: &Addition, campaign: &Campaign, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    let (division, plan) = (addition.division, campaign.plan());
    let own = division == stamp.by.unit.division && plan.issuers.contains(&stamp.by.unit.agency);
    if !own || !Divisions::standard().is_within(division, plan.lead.division) {
        return Err(Rejection::NotYourArea { division });
    }
    for phase in &addition.phases {
        let base = campaign
            .phase_in(phase.kind, division)
            .ok_or(Rejection::NoSuchPhase { phase: phase.kind.code() })?;
        if phase.opens < plan.opens {
            return Err(Rejection::PhaseOutside { phase: phase.kind.code() });
        }
        if !phase.as_strict_as(&base) {
            return Err(Rejection::Relaxed { phase: phase.kind.code() });
        }
    }
    Ok(vec![Event::Extended(addition.clone())])
}

/// Phases overlap: one that begins ends no other. Beginning twice is nothing.
fn begin(
    kind: PhaseKind,
    begun: Option<&BTreeSet<PhaseKind>>,
    campaign: &Campaign,
    stamp: &Stamp,
) -> Result<Vec<Event>, Rejection> {
    let phase = campaign.plan().phase(kind).ok_or(Rejection::NoSuchPhase { phase: kind.code() })?;
    not_before(phase.opens, stamp)?;
    let event = lead(campaign, stamp, Event::PhaseBegun { phase: kind })?;
    let again = begun.is_some_and(|begun| begun.contains(&kind));
    Ok(if again { Vec::new() } else { event })
}

fn submit(returns: &[Return], campaign: &Campaign, stamp: &Stamp) -> Result<Vec<Event>, Rejection> {
    checked(returns, campaign, stamp)?;
    let news = returns.iter().filter(|one| campaign.returns().get(&one.post) != Some(one));
    let returns: Vec<Return> = news.cloned().collect();
    Ok(if returns.is_empty() { Vec::new() } else { vec![Event::FiguresSubmitted { returns }] })
}

/// Every return is of a unit that reports, by who answers for its area, of a day of the campaign, and can be true.
fn checked(returns: &[Return], campaign: &Campaign, stamp: &Stamp) -> Result<(), Rejection> {
    let (plan, unit, divisions) = (campaign.plan(), &stamp.by.unit, Divisions::standard());
    let posts = plan.posts();
    for Return { post, through, figures } in returns {
        let (post, through) = (*post, *through);
        if !posts.contains(&post) {
            return Err(Rejection::NoSuchPost { post });
        }
        let answers = unit.level >= post.level && plan.issuers.contains(&unit.agency);
        if !answers || !divisions.is_within(post.division, unit.division) {
            return Err(Rejection::NotYourPost { post });
        }
        if through < plan.opens || through > plan.closes || through > today(stamp) {
            return Err(Rejection::ReturnDate { post, through });
        }
        if let Some(later) = campaign.returns().get(&post).filter(|known| known.through > through) {
            return Err(Rejection::Superseded { post, through: later.through });
        }
        if !figures.consistent() {
            return Err(Rejection::Inconsistent { post });
        }
    }
    Ok(())
}

/// What was reported is what was counted, or there is no verification.
fn verify(recount: &Recount, campaign: &Campaign) -> Result<Event, Rejection> {
    if let Some(frozen) = campaign.snapshots().last().filter(|frozen| frozen.digest != recount.digest) {
        let (frozen, found) = (frozen.digest.clone(), recount.digest.clone());
        return Err(Rejection::DigestDiffers { frozen, found });
    }
    let counted = |post: &Post| recount.figures.get(post).copied().unwrap_or_default();
    let differs = campaign.returns().values().filter(|one| one.figures != counted(&one.post));
    let posts: Vec<Post> = differs.map(|one| one.post).collect();
    if !posts.is_empty() {
        return Err(Rejection::Differs { posts });
    }
    // What counts where nobody reports would be published unseen by anybody.
    let reports = campaign.plan().posts();
    let posts: Vec<Post> = recount.figures.keys().filter(|post| !reports.contains(post)).copied().collect();
    if !posts.is_empty() {
        return Err(Rejection::Unattributed { posts });
    }
    let (missing, reason) = (campaign.missing(), recount.missing.clone());
    if missing.is_empty() {
        return Ok(Event::Verified { missing, reason: None });
    }
    if reason.is_none() {
        return Err(Rejection::Missing { posts: missing });
    }
    Ok(Event::Verified { missing, reason })
}

#[cfg(test)]
mod tests;
