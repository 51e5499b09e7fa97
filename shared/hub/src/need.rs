//! Need-to-know: what one reader may see of one matter, and the only place where it is applied. Queries, queue,
//! streams, exports and documents all come here; each reading of sensitive data goes to the read log.
//! Never here: a rule about who sees what (those are `policies/see.cedar`), or the class of a field (it stands
//! on the field of the event type).
//!
//! A sight is decided for the matter as it stands now: a change of role, unit or assignment holds for the next
//! question. Nothing but the questions themselves is remembered: the same officer, roles, parties and grants
//! always get the same answer from policies that never change while the process runs.

mod matters;
mod shown;
mod sights;
mod view_as;

use std::sync::Arc;

use domain::actor::Actor;
use domain::category::Minor;
use domain::class::{Class, Facet};
use domain::matter::Matter;
use eventlog::StreamName;
use wire::refusal::Refusal;

pub use matters::Matters;
pub use shown::Shown;
pub use sights::Sights;
pub use view_as::{Place, Seen};

use crate::reads::{Reading, Way, merge};
use crate::refuse;
use crate::shell::Hub;
use sights::{Decided, Question};

/// What is asked of the policies, in the order of [`What::place`].
const ACTIONS: [&str; 7] = ["see.p0", "see.p1", "see.p2", "see.p3", "see.p4", "see.reporter", "see.identity"];

/// Something that is seen or not: a class, or what is kept closer than its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Class(Class),
    Facet(Facet),
}

impl What {
    const fn place(self) -> usize {
        match self {
            What::Class(Class::Open) => 0,
            What::Class(Class::Internal) => 1,
            What::Class(Class::Personal) => 2,
            What::Class(Class::Sensitive) => 3,
            What::Class(Class::Restricted) => 4,
            What::Facet(Facet::Reporter) => 5,
            What::Facet(Facet::Identity) => 6,
        }
    }
}

/// What one reader may see of one matter.
#[derive(Debug, Clone)]
pub struct Sight {
    decided: Arc<Decided>,
    minor: Minor,
    by_grant: bool,
}

impl Sight {
    fn may(&self, what: What) -> bool {
        self.decided.get(what.place()).is_some_and(|(may, _)| *may)
    }

    /// Whether not even the matter's metadata may be seen: for this reader it does not exist.
    #[must_use]
    pub fn nothing(&self) -> bool {
        !self.may(What::Class(Class::Internal))
    }

    /// Whether values of a class, as declared, may be seen in this matter: where a minor is concerned it is raised.
    #[must_use]
    pub fn sees(&self, class: Class) -> bool {
        self.may(What::Class(class.raised(self.minor)))
    }

    /// Whether a value may be seen: by its class, and what is kept closer by its own rule.
    #[must_use]
    pub fn sees_value(&self, class: Class, facet: Option<Facet>) -> bool {
        match facet {
            None => self.sees(class),
            Some(Facet::Reporter) => self.may(What::Facet(Facet::Reporter)),
            // An adult's name is personal; a child's identity is kept closer.
            Some(Facet::Identity) if self.in_effect(class) < Class::Sensitive => self.sees(class),
            Some(Facet::Identity) => self.may(What::Facet(Facet::Identity)),
        }
    }

    /// The class that counts in this matter.
    #[must_use]
    pub const fn in_effect(&self, class: Class) -> Class {
        class.raised(self.minor)
    }

    /// Whether break-glass opened the matter to this reader.
    #[must_use]
    pub const fn by_grant(&self) -> bool {
        self.by_grant
    }

    /// The policies that decided whether a value may be seen.
    #[must_use]
    pub fn policies(&self, class: Class, facet: Option<Facet>) -> &[String] {
        let close =
            facet.filter(|facet| *facet == Facet::Reporter || self.in_effect(class) >= Class::Sensitive);
        let what = close.map_or(What::Class(self.in_effect(class)), What::Facet);
        self.decided.get(what.place()).map(|(_, policies)| policies.as_slice()).unwrap_or_default()
    }

    /// A number that two sights share when they show the same: one bit for each class and facet, raised.
    #[must_use]
    pub fn fingerprint(&self) -> u16 {
        let bits =
            self.decided.iter().enumerate().filter(|(_, (may, _))| *may).map(|(place, _)| 1_u16 << place);
        bits.sum::<u16>() | u16::from(self.minor != Minor::None) << ACTIONS.len()
    }
}

impl Hub {
    /// What need-to-know asks about a matter, as the log has it now; none when there is no such matter.
    ///
    /// # Errors
    /// When the log cannot be read, or an event cannot be understood.
    pub async fn matter(&self, stream: &StreamName) -> Result<Option<Arc<Matter>>, Refusal> {
        self.matters.of(stream, None).await.map_err(refuse::handle)
    }

    /// The same for one of its events: the matter as of that event or later. Who is shown an event must not be judged
    /// by the matter as it was before it.
    ///
    /// # Errors
    /// As [`Hub::matter`].
    pub async fn matter_at(
        &self,
        stream: &StreamName,
        revision: eventlog::Revision,
    ) -> Result<Option<Arc<Matter>>, Refusal> {
        self.matters.of(stream, Some(revision)).await.map_err(refuse::handle)
    }

    /// What an officer may see of the matter in a stream.
    ///
    /// # Errors
    /// `Permission` when that is nothing or there is no such matter, or the log's faults.
    pub async fn sight_of(&self, actor: &Actor, stream: &StreamName) -> Result<Sight, Refusal> {
        self.seen(actor, stream).await.map(|(_, sight)| sight)
    }

    async fn seen(&self, actor: &Actor, stream: &StreamName) -> Result<(Arc<Matter>, Sight), Refusal> {
        let matter = self.matter(stream).await?.ok_or(Refusal::Permission)?;
        let sight = self.sight(actor, stream, &matter);
        if sight.nothing() {
            let (officer, unit) = (&actor.officer, &actor.unit.id);
            tracing::warn!(target: "permit", action = "see.p1", %officer, %unit, %stream, "denied");
            return Err(Refusal::Permission);
        }
        Ok((matter, sight))
    }

    /// What an officer may see of a matter now.
    #[must_use]
    pub fn sight(&self, actor: &Actor, stream: &StreamName, matter: &Matter) -> Sight {
        let opened = self.grants.opened(stream, actor, self.time.now());
        let question = Question {
            actor,
            kind: matter.kind,
            scope: &matter.scope,
            named: matter.named.contains(&actor.officer),
            opened,
        };
        let decided = self.sights.decide(&self.permit, question);
        Sight { decided, minor: matter.minor, by_grant: opened.is_some() }
    }

    /// The matter in a stream, and what whoever looks may see of it. A matter that is not there is as one not
    /// theirs to see. Looking by break-glass is recorded before this returns.
    ///
    /// # Errors
    /// `Permission` when nothing may be seen, or the log's faults.
    pub async fn look(&self, looking: &Looking<'_>) -> Result<(Arc<Matter>, Sight), Refusal> {
        let Looking { actor, stream, way, .. } = looking;
        let (matter, sight) = self.seen(actor, stream).await?;
        if sight.by_grant {
            self.use_grant(actor, stream, *way).await?;
        }
        Ok((matter, sight))
    }

    /// Notes what sensitive and restricted values whoever looked has been shown; nothing when there were none.
    ///
    /// # Errors
    /// `LogDown` when the process is stopping, or nothing takes readings: then nothing may be shown.
    pub async fn note_reading(
        &self,
        looking: &Looking<'_>,
        matter: &Matter,
        sight: &Sight,
        read: &[(Class, Option<Facet>)],
    ) -> Result<(), Refusal> {
        let sensitive = |(class, _): &&(Class, Option<Facet>)| sight.in_effect(*class) >= Class::Sensitive;
        let mut read = read.iter().filter(sensitive).peekable();
        if read.peek().is_none() {
            return Ok(());
        }
        let Looking { actor, stream, way, what } = looking;
        let mut reading = Reading::new(actor, *way, what, stream, self.time.now());
        reading.owner.clone_from(&matter.owner);
        for (class, facet) in read {
            let name = facet.map_or(sight.in_effect(*class).code(), Facet::code);
            let policies = sight.policies(*class, *facet).iter().cloned();
            merge(&mut reading.classes, [name]);
            merge(&mut reading.policies, policies);
        }
        self.reads.note(reading).await.map_err(refuse::reads)
    }
}

/// Somebody looking at a matter.
#[derive(Debug, Clone, Copy)]
pub struct Looking<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// At which matter.
    pub stream: &'a StreamName,
    /// By which way.
    pub way: Way,
    /// What was asked: the name of the query, or `event`.
    pub what: &'static str,
}
