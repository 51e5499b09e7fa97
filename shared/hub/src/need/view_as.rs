//! What somebody would see of a matter, value by value, and which policies decide it. Never here: the values.

use std::collections::BTreeSet;

use domain::actor::Actor;
use domain::class::{Class, Facet};
use domain::matter::Matter;
use domain::schema::{self, Shape};
use eventlog::{Revision, StreamName};
use wire::refusal::Refusal;

use super::Sight;
use crate::handle::HandleError;
use crate::refuse;
use crate::shell::Hub;

/// A value of an event, as need-to-know sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The event's stored name.
    pub kind: &'static str,
    /// Where in its data, e.g. `/persons/*/name`.
    pub path: String,
    /// The class declared for it.
    pub class: Class,
    /// What keeps it closer.
    pub facet: Option<Facet>,
}

/// A place, and what was decided of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The class in effect: raised where a minor is concerned.
    pub class: Class,
    /// Whether it is shown.
    pub shown: bool,
    /// The policies that decided; none when merely none permits it.
    pub policies: Vec<String>,
}

impl Place {
    /// What a sight makes of it.
    #[must_use]
    pub fn through(&self, sight: &Sight) -> Seen {
        Seen {
            class: sight.in_effect(self.class),
            shown: !sight.nothing() && sight.sees_value(self.class, self.facet),
            policies: sight.policies(self.class, self.facet).to_vec(),
        }
    }
}

impl Hub {
    /// Every value that the events of a matter can hold, in the order of their names.
    ///
    /// # Errors
    /// `Permission` when there is no such matter, or the log's faults.
    pub async fn places(&self, stream: &StreamName) -> Result<Vec<Place>, Refusal> {
        let events = self.log.read(stream, Revision::FIRST).await;
        let events = events.map_err(|error| refuse::handle(HandleError::Read(error)))?;
        let happened: BTreeSet<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        let kinds = schema::kinds().iter().filter(|kind| happened.contains(*kind));
        let places: Vec<Place> = kinds.flat_map(|kind| places(kind)).collect();
        if places.is_empty() { Err(Refusal::Permission) } else { Ok(places) }
    }

    /// What an officer would see of a matter, were they to look now, as a named handler of it or not. Nobody looks, so
    /// nothing is recorded.
    ///
    /// # Errors
    /// `Permission` when there is no such matter, or the log's faults.
    pub async fn sight_as(&self, actor: &Actor, named: bool, stream: &StreamName) -> Result<Sight, Refusal> {
        let matter = self.matter(stream).await?.ok_or(Refusal::Permission)?;
        let named = if named { vec![actor.officer.clone()] } else { Vec::new() };
        Ok(self.sight(actor, stream, &Matter { named, ..(*matter).clone() }))
    }
}

fn places(kind: &'static str) -> Vec<Place> {
    let mut found = Vec::new();
    if let Some(shape) = schema::shape(kind) {
        below(shape, (kind, String::new()), &mut found);
    }
    found
}

fn below(shape: &Shape, (kind, path): (&'static str, String), found: &mut Vec<Place>) {
    if shape.is_leaf() {
        let class = shape.class.unwrap_or(Class::Restricted);
        found.push(Place { kind, path, class, facet: shape.facet });
        return;
    }
    for (name, inside) in &shape.fields {
        below(inside, (kind, format!("{path}/{name}")), found);
    }
    if let Some(items) = &shape.items {
        below(items, (kind, format!("{path}/*")), found);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn every_value_of_a_report_has_a_place() {
        let places = places("clue.reported");
        let of = |path: &str| places.iter().find(|place| place.path == path).unwrap();
        assert_eq!(of("/narrative").class, Class::Personal);
        assert_eq!(of("/persons/*/name").facet, Some(Facet::Identity));
        assert_eq!(of("/reporter/name").facet, Some(Facet::Reporter));
        assert!(places.len() > 30, "{places:?}");
    }
}
