//! Who may do what: Cedar policies of `policies/*.cedar` over the officer who acts and the scope of the
//! matter. What no policy permits is denied. Never here: a rule of the law, or who an officer is.
//!
//! The policies are sorted by action when they are loaded, so that a check evaluates the two to five that
//! can apply and not all of them. A decision is remembered with all that it rests on, the officer's roles too, and
//! policies never change while the process runs; so a change of roles takes effect with the next check.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};
use domain::actor::{Actor, Level};
use domain::decider::Scope;
use domain::division::{DivisionCode, DivisionLevel, Divisions};
use domain::ids::OfficerId;

use crate::recent::Answers;

mod load;

pub use load::PermitError;

/// Half of the decisions remembered; one is about 500 bytes.
const REMEMBERED: usize = 4_096;

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

/// What else than its scope policies may look at of a matter, when classes of it are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The word of its kind; empty when it is not a known one.
    pub kind: &'static str,
    /// Its named handlers.
    pub named: Vec<OfficerId>,
    /// Officers to whom break-glass opened personal content.
    pub opened_personal: Vec<OfficerId>,
    /// Officers to whom it opened sensitive content.
    pub opened_sensitive: Vec<OfficerId>,
    /// Officers to whom it opened the reporter's identity.
    pub opened_reporter: Vec<OfficerId>,
}

/// The policies, ready to be asked. Immutable: one serves all threads.
pub struct Permit {
    authorizer: Authorizer,
    rules: HashMap<String, Rules>,
    officer: EntityTypeName,
    matter: EntityUid,
    /// The legal basis each policy names.
    bases: HashMap<String, String>,
    /// Decisions made before, by officer, action and scope.
    decided: Answers<(Actor, String, Scope), Decision>,
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
        let same =
            |known: &(Actor, String, Scope)| known.0 == *actor && known.1 == action && known.2 == *scope;
        let asked = || (actor.clone(), action.to_owned(), scope.clone());
        self.decided.of(&(actor, action, scope), same, || (asked(), self.decide_anew(actor, action, scope)))
    }

    fn decide_anew(&self, actor: &Actor, action: &str, scope: &Scope) -> Decision {
        let (allowed, policies) = match self.why(actor, [action], scope, &Facts::default()) {
            [answer] => answer,
        };
        if allowed { Decision::Allowed } else { Decision::Denied { policies } }
    }

    /// Whether each of some actions is allowed, and the policies that decided: those that permit it, or those
    /// that forbid it; none when merely nobody permits it. Denials are not logged: the caller asks what may be
    /// shown, not whether to refuse.
    #[must_use]
    pub fn why<const N: usize>(
        &self,
        actor: &Actor,
        actions: [&str; N],
        scope: &Scope,
        facts: &Facts,
    ) -> [(bool, Vec<String>); N] {
        let entities = self.entities(actor, scope, facts);
        actions.map(|action| {
            let Some(rules) = self.rules.get(action) else { return (false, Vec::new()) };
            let answer = entities.as_ref().map_err(ToString::to_string).and_then(|(officer, entities)| {
                self.answer(officer, rules, entities).map_err(|error| error.to_string())
            });
            answer.unwrap_or_else(|error| {
                // Ids and words of fixed sets always make entities; if they do not, nobody may.
                tracing::error!(target: "permit", action, %error, "a permission could not be decided");
                (false, Vec::new())
            })
        })
    }

    /// The legal basis a policy names; empty when it names none.
    #[must_use]
    pub fn basis(&self, policy: &str) -> &str {
        self.bases.get(policy).map(String::as_str).unwrap_or_default()
    }

    fn entities(
        &self,
        actor: &Actor,
        scope: &Scope,
        facts: &Facts,
    ) -> Result<(EntityUid, Entities), Box<dyn std::error::Error>> {
        let id = EntityId::new(actor.officer.as_str());
        let officer = EntityUid::from_type_name_and_id(self.officer.clone(), id);
        let entities = Entities::from_entities(
            [
                Entity::new(officer.clone(), of_officer(actor), HashSet::new())?,
                Entity::new(self.matter.clone(), of_matter(scope, facts), HashSet::new())?,
            ],
            None,
        )?;
        Ok((officer, entities))
    }

    fn answer(
        &self,
        officer: &EntityUid,
        rules: &Rules,
        entities: &Entities,
    ) -> Result<(bool, Vec<String>), Box<dyn std::error::Error>> {
        let (officer, action) = (officer.clone(), rules.action.clone());
        let request = Request::new(officer, action, self.matter.clone(), Context::empty(), None)?;
        let response = self.authorizer.is_authorized(&request, &rules.policies, entities);
        let seen = response.diagnostics();
        // A policy that fails to evaluate is skipped by the engine. Strict validation rules that out; should
        // it happen, a skipped `forbid` must not let anyone through.
        let failed: Vec<String> = seen.errors().map(ToString::to_string).collect();
        if !failed.is_empty() {
            return Err(failed.join("; ").into());
        }
        let mut policies: Vec<String> = seen.reason().map(ToString::to_string).collect();
        policies.sort();
        Ok((response.decision() == cedar_policy::Decision::Allow, policies))
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
        ("id".to_owned(), text(actor.officer.as_str())),
        ("agency".to_owned(), text(actor.unit.agency.code())),
        ("level".to_owned(), RestrictedExpression::new_long(level)),
        ("unit".to_owned(), text(actor.unit.id.as_str())),
        ("division".to_owned(), text(actor.unit.division.as_str())),
        ("roles".to_owned(), set(actor.roles.iter().map(|role| role.code()))),
    ])
}

fn of_matter(scope: &Scope, facts: &Facts) -> HashMap<String, RestrictedExpression> {
    let (divisions, level) = scope.division.map_or((Vec::new(), 3), place);
    HashMap::from([
        ("divisions".to_owned(), set(divisions.iter().map(DivisionCode::as_str))),
        ("level".to_owned(), RestrictedExpression::new_long(level)),
        ("parties".to_owned(), set(scope.parties.iter().map(|unit| unit.as_str()))),
        ("agencies".to_owned(), set(scope.agencies.iter().map(|agency| agency.code()))),
        ("kind".to_owned(), text(facts.kind)),
        ("named".to_owned(), officers(&facts.named)),
        ("opened_personal".to_owned(), officers(&facts.opened_personal)),
        ("opened_sensitive".to_owned(), officers(&facts.opened_sensitive)),
        ("opened_reporter".to_owned(), officers(&facts.opened_reporter)),
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

fn officers(ids: &[OfficerId]) -> RestrictedExpression {
    set(ids.iter().map(OfficerId::as_str))
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn set<'a>(values: impl Iterator<Item = &'a str>) -> RestrictedExpression {
    RestrictedExpression::new_set(values.map(text))
}

#[cfg(test)]
mod tests;
