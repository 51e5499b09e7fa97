//! Data classes (handbook 1.4): how secret a field is, declared once, on the field of the event type:
//! `#[schemars(extend("class" = "P2"))]`. Never here: who may see a class (that is `hub::need`).
//!
//! | class | means |
//! |---|---|
//! | P0 | public: the registers of units and institutions, divisions, published totals |
//! | P1 | internal to government: stages, urgency, units, officers' numbers, document numbers, times |
//! | P2 | personal: what happened, where, words about it, names and numbers of persons |
//! | P3 | sensitive: what concerns a minor (PIPL art. 28), the reporter's identity, video |
//! | P4 | restricted to the investigation: the police file, sealed juvenile records, credentials |
//!
//! The class of a field covers everything inside it; the strictest on the way down counts. Where a minor is or may
//! be concerned, P2 is P3. A leaf without a class is read as P4, and a test forbids it.

use crate::category::Minor;

/// How secret a value is, the least secret first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// P0: public.
    Open,
    /// P1: internal to government.
    Internal,
    /// P2: personal.
    Personal,
    /// P3: sensitive.
    Sensitive,
    /// P4: restricted to the investigation.
    Restricted,
}

impl Class {
    /// Every class, the least secret first.
    pub const ALL: [Class; 5] =
        [Class::Open, Class::Internal, Class::Personal, Class::Sensitive, Class::Restricted];

    /// `P0` to `P4`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Class::Open => "P0",
            Class::Internal => "P1",
            Class::Personal => "P2",
            Class::Sensitive => "P3",
            Class::Restricted => "P4",
        }
    }

    /// Reads a code as written by [`Class::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.code() == code)
    }

    /// The class in a matter that concerns such persons: what is personal in a minor's matter is sensitive
    /// (PIPL art. 28 under 14, MPL art. 4 up to 18). Where it is not known whether a minor is concerned, the
    /// caller says [`Minor::Minor`].
    #[must_use]
    pub const fn raised(self, minor: Minor) -> Self {
        match (self, minor) {
            (Class::Personal, Minor::Minor | Minor::Under14) => Class::Sensitive,
            (Class::Personal, Minor::None) => Class::Personal,
            (Class::Open | Class::Internal | Class::Sensitive | Class::Restricted, _) => self,
        }
    }
}

/// A part of a matter with a rule of its own besides its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// Who reported: the named handler only (CPL art. 111; handbook 1.4).
    Reporter,
    /// Name and identity number of a person concerned: the handlers only (MPL art. 4 and 110).
    Identity,
}

impl Facet {
    /// Every facet.
    pub const ALL: [Facet; 2] = [Facet::Reporter, Facet::Identity];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Facet::Reporter => "reporter",
            Facet::Identity => "identity",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|facet| facet.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_personal_is_sensitive_where_a_minor_is_concerned_and_nothing_else_changes() {
        for class in Class::ALL {
            assert_eq!(class.raised(Minor::None), class);
            let raised = if class == Class::Personal { Class::Sensitive } else { class };
            assert_eq!((class.raised(Minor::Minor), class.raised(Minor::Under14)), (raised, raised));
        }
    }

    #[test]
    fn classes_are_ordered_by_secrecy_and_read_back_like_facets() {
        assert!(Class::ALL.is_sorted());
        assert!(Class::ALL.into_iter().all(|class| Class::parse(class.code()) == Some(class)));
        assert!(Facet::ALL.into_iter().all(|facet| Facet::parse(facet.code()) == Some(facet)));
        assert_eq!((Class::parse("P5"), Facet::parse("")), (None, None));
    }
}
