//! Who may do what: Cedar policies of `policies/*.cedar` over the officer who acts and the scope of the
//! matter. What no policy permits is denied. Never here: a rule of the law, or who an officer is.
//!
//! The policies are sorted by action when they are loaded, so that a check evaluates the two to five that
//! can apply and not all of them; nothing is remembered between checks, so a change of roles takes effect
//! with the next one.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use domain::actor::{Actor, Level};
use domain::decider::Scope;
use domain::division::{DivisionCode, DivisionLevel, Divisions};

mod load;

pub use load::PermitError;

/// The answer to "may this officer do this here".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Allowed,
    /// No.
    Denied {
        /// The policies that forbid it; empty when merely none permits it.
        policies: Vec<String>,
    },
}

/// The policies, ready to be asked. Immutable: one serves all threads.
pub struct Permit {
    authorizer: Authorizer,
    rules: HashMap<String, Rules>,
    officer: EntityTypeName,
    matter: EntityUid,
}

/// An action with the policies that can apply to it.
struct Rules {
    action: EntityUid,
    policies: PolicySet,
}

impl Permit {
    /// The policies that ship with the program, validated strictly against their schema.
    ///
    /// # Errors
    /// [`PermitError`]: the policies were edited into something that does not hold together.
    pub fn standard() -> Result<Self, PermitError> {
        Self::load(load::SCHEMA, &load::POLICIES)
    }

    /// Decides, and logs every denial.
    #[must_use]
    pub fn check(&self, actor: &Actor, action: &str, scope: &Scope) -> Decision {
        let decision = self.decide(actor, action, scope);
        if let Decision::Denied { policies } = &decision {
            tracing::warn!(
                target: "permit",
                action,
                officer = %actor.officer,
                unit = %actor.unit.id,
                policies = policies.join(" "),
                "denied",
            );
        }
        decision
    }

    fn decide(&self, actor: &Actor, action: &str, scope: &Scope) -> Decision {
        let Some(rules) = self.rules.get(action) else {
            return Decision::Denied { policies: Vec::new() };
        };
        match self.answer(actor, rules, scope) {
            Ok(decision) => decision,
            Err(error) => {
                // Ids and words of fixed sets always make entities; if they do not, nobody may.
                tracing::error!(target: "permit", action, %error, "a permission could not be decided");
                Decision::Denied { policies: Vec::new() }
            }
        }
    }

    fn answer(
        &self,
        actor: &Actor,
        rules: &Rules,
        scope: &Scope,
    ) -> Result<Decision, Box<dyn std::error::Error>> {
        let id = EntityId::new(actor.officer.as_str());
        let officer = EntityUid::from_type_name_and_id(self.officer.clone(), id);
        let entities = Entities::from_entities(
            [
                Entity::new(officer.clone(), of_officer(actor), HashSet::new())?,
                Entity::new(self.matter.clone(), of_matter(scope), HashSet::new())?,
            ],
            None,
        )?;
        let request =
            Request::new(officer, rules.action.clone(), self.matter.clone(), Context::empty(), None)?;
        let response = self.authorizer.is_authorized(&request, &rules.policies, &entities);
        let seen = response.diagnostics();
        // A policy that fails to evaluate is skipped by the engine. Strict validation rules that out; should
        // it happen, a skipped `forbid` must not let anyone through.
        let failed: Vec<String> = seen.errors().map(ToString::to_string).collect();
        if !failed.is_empty() {
            return Err(failed.join("; ").into());
        }
        Ok(match response.decision() {
            cedar_policy::Decision::Allow => Decision::Allowed,
            cedar_policy::Decision::Deny => {
                let mut policies: Vec<String> = seen.reason().map(ToString::to_string).collect();
                policies.sort();
                Decision::Denied { policies }
            }
        })
    }
}

fn of_officer(actor: &Actor) -> HashMap<String, RestrictedExpression> {
    let level = match actor.unit.level {
        Level::County => 0,
        Level::City => 1,
        Level::Province => 2,
        Level::Nation => 3,
    };
    HashMap::from([
        ("agency".to_owned(), text(actor.unit.agency.code())),
        ("level".to_owned(), RestrictedExpression::new_long(level)),
        ("unit".to_owned(), text(actor.unit.id.as_str())),
        ("division".to_owned(), text(actor.unit.division.as_str())),
        ("roles".to_owned(), set(actor.roles.iter().map(|role| role.code()))),
    ])
}

fn of_matter(scope: &Scope) -> HashMap<String, RestrictedExpression> {
    let (divisions, level) = scope.division.map_or((Vec::new(), 3), place);
    HashMap::from([
        ("divisions".to_owned(), set(divisions.iter().map(DivisionCode::as_str))),
        ("level".to_owned(), RestrictedExpression::new_long(level)),
        ("parties".to_owned(), set(scope.parties.iter().map(|unit| unit.as_str()))),
        ("agencies".to_owned(), set(scope.agencies.iter().map(|agency| agency.code()))),
    ])
}

/// The division, all above it and the nation; and its level. Of a division nobody knows only itself, and no
/// unit stands above it.
fn place(code: DivisionCode) -> (Vec<DivisionCode>, i64) {
    let chain = Divisions::standard().chain(code);
    let Some(lowest) = chain.first() else {
        return (vec![code], 3);
    };
    let level = match lowest.level {
        DivisionLevel::County => 0,
        DivisionLevel::City => 1,
        DivisionLevel::Province => 2,
    };
    let mut divisions: Vec<DivisionCode> = chain.iter().map(|row| row.code).collect();
    divisions.push(DivisionCode::NATION);
    (divisions, level)
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn set<'a>(values: impl Iterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(values.map(text))
}

#[cfg(test)]
mod tests;
