//! An officer or service account: a person in a unit with roles and a credential.
//!
//! ```text
//! (none) --register--> Active --disable--> Disabled --enable--> Active
//! ```
//! The name and the credential are sealed under the officer's own key. Never here: passwords, tokens.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::{Role, Stamp, Unit};
use crate::decider::{Decider, Refusal, Scope};
use crate::event::Stored;
use crate::ids::OfficerId;
use crate::sealed::Sealed;

/// What can be asked of an officer's entry.
#[derive(Debug, Clone)]
pub enum Command {
    /// Enter an officer into the directory.
    Register(Box<Registered>),
    /// Replace the roles.
    ChangeRoles {
        /// The new roles.
        roles: Vec<Role>,
    },
    /// Set the credential: the officer's own change, or a reset with a one-time password.
    SetCredential {
        /// The password hash, sealed.
        credential: Sealed,
        /// Whether it must be changed at the next sign-in.
        one_time: bool,
    },
    /// Shut the account.
    Disable,
    /// Open it again.
    Enable,
}

/// An officer as registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Registered {
    /// The id, the officer's number.
    #[schemars(extend("class" = "P1"))]
    pub officer: OfficerId,
    /// The unit.
    #[schemars(extend("class" = "P1"))]
    pub unit: Unit,
    /// The name, sealed.
    #[schemars(extend("class" = "P2"))]
    pub name: Sealed,
    /// What they are in the unit.
    #[schemars(extend("class" = "P1"))]
    pub roles: Vec<Role>,
}

/// What can happen to an officer's entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "data")]
pub enum Event {
    /// The officer was entered.
    #[serde(rename = "officer.registered")]
    Registered(Box<Registered>),
    /// The roles were replaced.
    #[serde(rename = "officer.roles-changed")]
    RolesChanged {
        /// The new roles.
        #[schemars(extend("class" = "P1"))]
        roles: Vec<Role>,
    },
    /// The credential was set.
    #[serde(rename = "officer.credential-set")]
    CredentialSet {
        /// The password hash, sealed.
        #[schemars(extend("class" = "P4"))]
        credential: Sealed,
        /// Whether it must be changed at the next sign-in.
        #[schemars(extend("class" = "P4"))]
        one_time: bool,
    },
    /// The account was shut.
    #[serde(rename = "officer.disabled")]
    Disabled {},
    /// The account was opened again.
    #[serde(rename = "officer.enabled")]
    Enabled {},
}

impl Stored for Event {
    fn kind(&self) -> &'static str {
        match self {
            Event::Registered(_) => "officer.registered",
            Event::RolesChanged { .. } => "officer.roles-changed",
            Event::CredentialSet { .. } => "officer.credential-set",
            Event::Disabled {} => "officer.disabled",
            Event::Enabled {} => "officer.enabled",
        }
    }
}

/// Why a command on an officer's entry is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The id is taken.
    #[error("officer {officer} is registered already")]
    OfficerExists {
        /// The id.
        officer: OfficerId,
    },
    /// There is no such officer.
    #[error("the officer is not registered")]
    OfficerUnknown,
    /// No role was given.
    #[error("an officer needs at least one role")]
    NoRole,
    /// Administrator and auditor in one hand (MLPS separation of duties, handbook 8.1).
    #[error("administrator and auditor must be different people")]
    DutiesNotSeparated,
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::OfficerExists { .. } => "OFFICER_EXISTS",
            Rejection::OfficerUnknown => "OFFICER_UNKNOWN",
            Rejection::NoRole => "NO_ROLE",
            Rejection::DutiesNotSeparated => "DUTIES_NOT_SEPARATED",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::OfficerExists { officer } => vec![("officer", officer.to_string())],
            Rejection::OfficerUnknown | Rejection::NoRole | Rejection::DutiesNotSeparated => Vec::new(),
        }
    }
}

/// What is known of an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Nothing.
    Unknown,
    /// The account is open.
    Active(Box<Registered>),
    /// The account is shut.
    Disabled(Box<Registered>),
}

/// The rule.
pub struct OfficerRule;

impl Decider for OfficerRule {
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;
    type State = State;

    fn initial() -> State {
        State::Unknown
    }

    fn decide(command: &Command, state: &State, _: &Stamp) -> Result<Vec<Event>, Rejection> {
        match (command, state) {
            (Command::Register(new), State::Unknown) => {
                sound(&new.roles)?;
                Ok(vec![Event::Registered(new.clone())])
            }
            (Command::Register(new), State::Active(_) | State::Disabled(_)) => {
                Err(Rejection::OfficerExists { officer: new.officer.clone() })
            }
            (_, State::Unknown) => Err(Rejection::OfficerUnknown),
            (Command::ChangeRoles { roles }, State::Active(_) | State::Disabled(_)) => {
                sound(roles)?;
                Ok(vec![Event::RolesChanged { roles: roles.clone() }])
            }
            (Command::SetCredential { credential, one_time }, State::Active(_) | State::Disabled(_)) => {
                Ok(vec![Event::CredentialSet { credential: credential.clone(), one_time: *one_time }])
            }
            (Command::Disable, State::Active(_)) => Ok(vec![Event::Disabled {}]),
            (Command::Enable, State::Disabled(_)) => Ok(vec![Event::Enabled {}]),
            (Command::Disable, State::Disabled(_)) | (Command::Enable, State::Active(_)) => Ok(Vec::new()),
        }
    }

    fn evolve(state: State, event: &Event, _: &Stamp) -> State {
        match (event, state) {
            (Event::Registered(new), _) => State::Active(new.clone()),
            (Event::RolesChanged { roles }, State::Active(mut known)) => {
                known.roles.clone_from(roles);
                State::Active(known)
            }
            (Event::RolesChanged { roles }, State::Disabled(mut known)) => {
                known.roles.clone_from(roles);
                State::Disabled(known)
            }
            (Event::Disabled {}, State::Active(known)) => State::Disabled(known),
            (Event::Enabled {}, State::Disabled(known)) => State::Active(known),
            (
                Event::CredentialSet { .. }
                | Event::Disabled {}
                | Event::Enabled {}
                | Event::RolesChanged { .. },
                other,
            ) => other,
        }
    }

    fn action(command: &Command) -> &'static str {
        match command {
            Command::Register(_) => "officer.register",
            Command::ChangeRoles { .. } => "officer.change-roles",
            Command::SetCredential { .. } => "officer.set-credential",
            Command::Disable | Command::Enable => "officer.disable",
        }
    }

    fn scope(command: &Command, state: &State) -> Scope {
        let unit = match (command, state) {
            (Command::Register(new), _) => Some(&new.unit),
            (_, State::Active(known) | State::Disabled(known)) => Some(&known.unit),
            (_, State::Unknown) => None,
        };
        unit.map_or_else(Scope::default, |unit| {
            Scope { division: Some(unit.division), ..Scope::default() }.with(unit)
        })
    }
}

fn sound(roles: &[Role]) -> Result<(), Rejection> {
    if roles.is_empty() {
        return Err(Rejection::NoRole);
    }
    if roles.contains(&Role::Administrator) && roles.contains(&Role::Auditor) {
        return Err(Rejection::DutiesNotSeparated);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
