//! An institution: a school, kindergarten or training institution under supervision (handbook 1.2, 1.3).
//!
//! ```text
//! (none) --register--> Known --register with other particulars--> Known (changed)
//! ```
//! Registering again with the same particulars changes nothing, so an import may be repeated. Never here:
//! staff or students.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Agency, Stamp};
use crate::credit_code::CreditCode;
use crate::decider::{Decider, Refusal, Scope};
use crate::division::DivisionCode;
use crate::event::Stored;
use crate::ids::InstitutionId;
use crate::text::{Text, Title};

/// What kind of institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InstitutionKind {
    /// Kindergarten 幼儿园.
    Kindergarten,
    /// Primary school 小学.
    Primary,
    /// Junior school 初中.
    Junior,
    /// Senior school 高中.
    Senior,
    /// Secondary vocational school 中等职业学校.
    Vocational,
    /// Special school 特殊教育学校.
    Special,
    /// Training institution for school subjects 学科类培训机构.
    SubjectTraining,
    /// Training institution for sport, arts, science 非学科类培训机构.
    NonSubjectTraining,
}

impl InstitutionKind {
    /// Every kind.
    pub const ALL: [InstitutionKind; 8] = [
        InstitutionKind::Kindergarten,
        InstitutionKind::Primary,
        InstitutionKind::Junior,
        InstitutionKind::Senior,
        InstitutionKind::Vocational,
        InstitutionKind::Special,
        InstitutionKind::SubjectTraining,
        InstitutionKind::NonSubjectTraining,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            InstitutionKind::Kindergarten => "kindergarten",
            InstitutionKind::Primary => "primary",
            InstitutionKind::Junior => "junior",
            InstitutionKind::Senior => "senior",
            InstitutionKind::Vocational => "vocational",
            InstitutionKind::Special => "special",
            InstitutionKind::SubjectTraining => "subject-training",
            InstitutionKind::NonSubjectTraining => "non-subject-training",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What can be asked of an institution's entry.
#[derive(Debug, Clone)]
pub enum Command {
    /// Enter or correct it.
    Register(Box<Particulars>),
}

/// The particulars of an institution; all of it is public record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Particulars {
    /// Its id.
    #[schemars(extend("class" = "P0"))]
    pub id: InstitutionId,
    /// Its unified social credit code.
    #[schemars(extend("class" = "P0"))]
    pub credit_code: CreditCode,
    /// Its registered name.
    #[schemars(extend("class" = "P0"))]
    pub name: Title,
    /// What kind.
    #[schemars(extend("class" = "P0"))]
    pub kind: InstitutionKind,
    /// Where.
    #[schemars(extend("class" = "P0"))]
    pub division: DivisionCode,
    /// The address of the premises.
    #[schemars(extend("class" = "P0"))]
    pub address: Text<200>,
    /// The agency with the lead in supervising it (handbook 1.2: exactly one).
    #[schemars(extend("class" = "P0"))]
    pub lead: Agency,
}

/// What can happen to an institution's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// It was entered.
    #[serde(rename = "institution.registered")]
    Registered(Box<Particulars>),
    /// Its particulars changed.
    #[serde(rename = "institution.changed")]
    Changed(Box<Particulars>),
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Registered(_) => "institution.registered",
            Event::Changed(_) => "institution.changed",
        }
    }
}

/// Why a command on an institution's entry is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The credit code belongs to the entry and never changes.
    #[error("the entry has credit code {known}; another code is another institution")]
    OtherCreditCode {
        /// The code of the entry.
        known: CreditCode,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::OtherCreditCode { .. } => "OTHER_CREDIT_CODE",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::OtherCreditCode { known } => vec![("known", known.to_string())],
        }
    }
}

/// What is known of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Unknown,
    /// Its particulars.
    Known(Box<Particulars>),
}

/// The rule.
pub struct InstitutionRule;

impl Decider for InstitutionRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Register(new), State::Unknown) => Ok(vec![Event::Registered(new.clone())]),
            (Command::Register(new), State::Known(known)) if new == known => Ok(Vec::new()),
            (Command::Register(new), State::Known(known)) if new.credit_code != known.credit_code => {
                Err(Rejection::OtherCreditCode { known: known.credit_code.clone() })
            }
            (Command::Register(new), State::Known(_)) => Ok(vec![Event::Changed(new.clone())]),
        }
    }

    fn evolve(_: State, event: &Event, _: &Stamp) -> State {
        match event {
            Event::Registered(new) | Event::Changed(new) => State::Known(new.clone()),
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Register(_) => "institution.register",
        }
    }

    fn scope(command: &Command, _: &State) -> Scope {
        match command {
            Command::Register(new) => Scope { division: Some(new.division), ..Scope::default() },
        }
    }
}

#[cfg(test)]
mod tests;
