//! The certificate of an erasure 删除证明: that a person's data keys were destroyed, how many, which matters and
//! papers became unreadable with them, why, on which ground, and who asked for it.
//!
//! ```text
//! Uncertified --certify--> Certified(keys so far) --certify more--> Certified
//! ```
//! One stream for each subject. It is written after the keys are gone, and counts from the key store's own list: who
//! asks again after a crash, or for a backup that was restored, gets the certificate that is missing and never a
//! second one. Basis: PIPL art. 47 (when personal information is to be erased) and art. 51 (measures and records).
//!
//! Never here: destroying keys, or anything that would name the person.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Stamp;
use crate::decider::{Decider, Refusal, Scope};
use crate::event::Stored;
use crate::ids::{OfficerId, SubjectId};
use crate::text::Reason;

/// The legal ground of an erasure (PIPL art. 47 para. 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The purpose is achieved, cannot be achieved, or no longer needs it: art. 47 (1) item 1.
    PurposeAchieved,
    /// The period for which it is kept is over: item 2.
    RetentionOver,
    /// The person withdrew consent: item 3.
    ConsentWithdrawn,
    /// It was handled against the law or an agreement: item 4.
    Unlawful,
    /// Another case that law or administrative regulations provide for: item 5.
    OtherLaw,
}

impl Basis {
    /// Every ground, in the order of the article.
    pub const ALL: [Basis; 5] = [
        Basis::PurposeAchieved,
        Basis::RetentionOver,
        Basis::ConsentWithdrawn,
        Basis::Unlawful,
        Basis::OtherLaw,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Basis::PurposeAchieved => "purpose-achieved",
            Basis::RetentionOver => "retention-over",
            Basis::ConsentWithdrawn => "consent-withdrawn",
            Basis::Unlawful => "unlawful",
            Basis::OtherLaw => "other-law",
        }
    }
}

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Puts on record what was destroyed; its `keys` are all that ever were for this subject.
    Certify(Box<Certified>),
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// Keys were destroyed.
    #[serde(rename = "erasure.certified")]
    Certified(Box<Certified>),
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Certified {
    /// Whom it was about.
    #[schemars(extend("class" = "P1"))]
    pub subject: SubjectId,
    /// Data keys destroyed.
    #[schemars(extend("class" = "P1"))]
    pub keys: u64,
    /// The matters in which values of the subject stood.
    #[schemars(extend("class" = "P1"))]
    pub matters: Vec<String>,
    /// Attachments that can no longer be opened.
    #[schemars(extend("class" = "P1"))]
    pub papers: u64,
    /// Why, in words.
    #[schemars(extend("class" = "P2"))]
    pub reason: Reason,
    /// The legal ground.
    #[schemars(extend("class" = "P1"))]
    pub basis: Basis,
    /// Who ordered it.
    #[schemars(extend("class" = "P1"))]
    pub requested_by: OfficerId,
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Certified(_) => "erasure.certified",
        }
    }
}

/// Data keys certified so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct State {
    /// How many.
    pub keys: u64,
}

/// The law refuses nothing here: what was destroyed is on record, or nothing was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match *self {}
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match *self {}
    }
}

/// The rule of certificates.
#[derive(Debug)]
pub struct ErasureRule;

impl Decider for ErasureRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::default()
    }

    fn decide(Command::Certify(done): &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        let keys = done.keys.saturating_sub(state.keys);
        let certified = || Event::Certified(Box::new(Certified { keys, ..(**done).clone() }));
        Ok((keys > 0).then(certified).into_iter().collect())
    }

    fn evolve(state: State, Event::Certified(done): &Event, _: &Stamp) -> State {
        State { keys: state.keys.saturating_add(done.keys) }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Certify(_) => "admin.erase",
        }
    }

    fn scope(_: &Command, _: &State) -> Scope {
        Scope::default()
    }
}

#[cfg(test)]
mod tests;
