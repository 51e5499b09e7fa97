//! The record of a random draw (handbook 2.9): what was drawn from, what was left out and why, seed, algorithm, who drew.
//! The rule draws itself, so that no record says anything else than what comes out.
//!
//! ```text
//! (none) --make--> Made*
//! ```
//! The frame is recorded by its digest: it is the institutions of a division as the directory had them at that place in
//! the log, without those left out. Never here: the algorithm (that is `draw`), or what becomes of the targets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Stamp;
use crate::decider::{Decider, Refusal, Scope};
use crate::division::DivisionCode;
use crate::draw::{self, Assigned, Drawn, Frame, Seed, Wanted};
use crate::event::Stored;
use crate::ids::{DrawId, InstitutionId};
use crate::institution::InstitutionKind;
use crate::text::Reason;

/// What the frame is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Basis {
    /// The draw's id.
    #[schemars(extend("class" = "P1"))]
    pub id: DrawId,
    /// The institutions of this division and below.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// Only of these kinds; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub kinds: Vec<InstitutionKind>,
    /// Left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub excluded: Vec<InstitutionId>,
    /// Why they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub why: Option<Reason>,
    /// How much is drawn.
    #[schemars(extend("class" = "P1"))]
    pub wanted: Wanted,
}

/// What can be asked.
#[derive(Debug, Clone)]
pub enum Command {
    /// Draws.
    Make {
        /// What the frame is taken from.
        basis: Box<Basis>,
        /// The frame.
        frame: Box<Frame>,
        /// The seed.
        seed: Seed,
    },
}

/// A draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Made {
    /// What the frame was taken from.
    pub basis: Basis,
    /// Institutions in the frame.
    #[schemars(extend("class" = "P1"))]
    pub frame_size: usize,
    /// What it can be recomputed from.
    #[schemars(extend("class" = "P1"))]
    pub drawn: Drawn,
    /// What was drawn, in the order drawn.
    #[schemars(extend("class" = "P1"))]
    pub assigned: Vec<Assigned>,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was drawn.
    #[serde(rename = "draw.made")]
    Made(Box<Made>),
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Made(_) => "draw.made",
        }
    }
}

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The id is taken; a draw is not made again.
    #[error("draw {draw} has been made already")]
    AlreadyMade {
        /// The draw.
        draw: DrawId,
    },
    /// Nothing can be drawn.
    #[error(transparent)]
    Frame(#[from] draw::Rejection),
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::AlreadyMade { .. } => "DRAW_MADE_ALREADY",
            Rejection::Frame(why) => why.reason(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::AlreadyMade { draw } => vec![("draw", draw.to_string())],
            Rejection::Frame(why) => why.facts(),
        }
    }
}

/// What is known of a draw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    #[default]
    Unknown,
    /// It was made. Final.
    Made {
        /// What was drawn.
        made: Box<Made>,
        /// Whose it is.
        scope: Scope,
    },
}

/// The rule of draws.
#[derive(Debug)]
pub struct DrawRule;

impl Decider for DrawRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        let Command::Make { basis, frame, seed } = command;
        match state {
            State::Made { .. } => Err(Rejection::AlreadyMade { draw: basis.id.clone() }),
            State::Unknown => {
                let (drawn, assigned) = frame.draw(basis.wanted, *seed)?;
                let made = Made { basis: (**basis).clone(), frame_size: frame.size(), drawn, assigned };
                Ok(vec![Event::Made(Box::new(made))])
            }
        }
    }

    fn evolve(_: State, event: &Event, stamp: &Stamp) -> State {
        let Event::Made(made) = event;
        let scope = Scope { division: Some(made.basis.division), ..Scope::default() }.with(&stamp.by.unit);
        State::Made { made: made.clone(), scope }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Make { .. } => "draw.make",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        let Command::Make { basis, .. } = command;
        match state {
            State::Unknown => Scope { division: Some(basis.division), ..Scope::default() },
            State::Made { scope, .. } => scope.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
