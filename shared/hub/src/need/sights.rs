//! What was decided of one reader and one matter, remembered by everything that decides it. Never here: a policy.
//!
//! Nothing but the question itself is remembered, and policies never change while the process runs; so an answer is
//! as good as a new one. Asking again costs a hash and a comparison.

use std::sync::Arc;

use domain::actor::Actor;
use domain::class::Class;
use domain::decider::Scope;
use domain::matter::Kind;

use super::ACTIONS;
use crate::grants::Opened;
use crate::permit::{Facts, Permit};
use crate::recent::Answers;

/// Decisions remembered; one is about 1 KiB.
const REMEMBERED: usize = 4_096;

/// What was decided: for each of [`ACTIONS`], whether it may, and by which policies.
pub(super) type Decided = [(bool, Vec<String>); ACTIONS.len()];

/// All that decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question<'a> {
    /// Who reads.
    pub(super) actor: &'a Actor,
    /// What kind of matter.
    pub(super) kind: Kind,
    /// Where it lies and whose it is.
    pub(super) scope: &'a Scope,
    /// Whether the reader is its named handler.
    pub(super) named: bool,
    /// How far break-glass opened it to the reader.
    pub(super) opened: Option<Opened>,
}

impl Question<'_> {
    fn ask(&self, permit: &Permit) -> Decided {
        let me = |yes: bool| if yes { vec![self.actor.officer.clone()] } else { Vec::new() };
        let opened = |class| self.opened.is_some_and(|opened| opened.class >= class);
        let facts = Facts {
            kind: self.kind.code(),
            named: me(self.named),
            opened_personal: me(opened(Class::Personal)),
            opened_sensitive: me(opened(Class::Sensitive)),
            opened_reporter: me(self.opened.is_some_and(|opened| opened.reporter)),
        };
        permit.why(self.actor, ACTIONS, self.scope, &facts)
    }
}

/// A question that was asked.
struct Asked {
    actor: Actor,
    kind: Kind,
    scope: Scope,
    named: bool,
    opened: Option<Opened>,
}

impl Asked {
    fn of(question: Question<'_>) -> Self {
        let Question { actor, kind, scope, named, opened } = question;
        Self { actor: actor.clone(), kind, scope: scope.clone(), named, opened }
    }

    fn question(&self) -> Question<'_> {
        let Self { actor, kind, scope, named, opened } = self;
        Question { actor, kind: *kind, scope, named: *named, opened: *opened }
    }
}

/// Sights decided before.
pub struct Sights {
    known: Answers<Asked, Arc<Decided>>,
}

impl Default for Sights {
    fn default() -> Self {
        Self { known: Answers::new(REMEMBERED) }
    }
}

impl Sights {
    pub(super) fn decide(&self, permit: &Permit, question: Question<'_>) -> Arc<Decided> {
        let same = |asked: &Asked| asked.question() == question;
        self.known.of(&question, same, || (Asked::of(question), Arc::new(question.ask(permit))))
    }
}
