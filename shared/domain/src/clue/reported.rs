//! A new clue as it is stored, with the people in it: part of the contract of `event`. Never here: what
//! happens to a clue later.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::actor::Unit;
use crate::category::{Category, Channel, Harm, Minor, Urgency};
use crate::division::DivisionCode;
use crate::ids::{ClueId, InstitutionId, SubjectId};
use crate::paper::Paper;
use crate::sealed::Sealed;
use crate::text::Text;

/// Who reported (CPL art. 111: identity kept secret on request).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[allow(clippy::large_enum_variant, reason = "there is one reporter in a boxed report, never a list")]
pub enum Reporter {
    /// Anonymous.
    Anonymous,
    /// A named person.
    Named {
        /// Whose key.
        subject: SubjectId,
        /// The name, sealed.
        name: Sealed,
        /// Telephone, sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phone: Option<Sealed>,
        /// Whether the reporter asked for secrecy.
        secret: bool,
    },
}

/// What a person is in the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Harmed.
    Victim,
    /// Saw it.
    Witness,
    /// Suspected.
    Suspect,
}

/// A person concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// Whose key.
    #[schemars(extend("class" = "P2"))]
    pub subject: SubjectId,
    /// What they are in the matter.
    #[schemars(extend("class" = "P1"))]
    pub part: Part,
    /// Computed as of the event.
    #[schemars(extend("class" = "P1"))]
    pub minor: Minor,
    /// The name, sealed.
    #[schemars(extend("class" = "P2", "facet" = "identity"))]
    pub name: Sealed,
    /// The identity number, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2", "facet" = "identity"))]
    pub id_number: Option<Sealed>,
}

/// A new clue as stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reported {
    /// Its id.
    #[schemars(extend("class" = "P1"))]
    pub id: ClueId,
    /// How it came in.
    #[schemars(extend("class" = "P1"))]
    pub channel: Channel,
    /// What it is about.
    #[schemars(extend("class" = "P1"))]
    pub category: Category,
    /// Which of the nine situations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub situation: Option<u8>,
    /// Urgency, after the law raised it.
    #[schemars(extend("class" = "P1"))]
    pub urgency: Urgency,
    /// Minor concerned.
    #[schemars(extend("class" = "P1"))]
    pub minor: Minor,
    /// Harm or danger.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("class" = "P1"))]
    pub harm: Vec<Harm>,
    /// Where.
    #[schemars(extend("class" = "P1"))]
    pub division: DivisionCode,
    /// The institution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub institution: Option<InstitutionId>,
    /// When the reporter told the officer.
    #[schemars(extend("class" = "P1"))]
    pub received: Timestamp,
    /// What happened, sealed.
    #[schemars(extend("class" = "P2"))]
    pub narrative: Sealed,
    /// The address, sealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P2"))]
    pub place: Option<Sealed>,
    /// Who reported.
    #[schemars(extend("class" = "P3", "facet" = "reporter"))]
    pub reporter: Reporter,
    /// The people concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<Person>,
    /// Papers and evidence.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<Paper>,
    /// The education unit that triages it.
    #[schemars(extend("class" = "P1"))]
    pub owner: Unit,
    /// The police unit of the place.
    #[schemars(extend("class" = "P1"))]
    pub police: Unit,
    /// The fallback owner.
    #[schemars(extend("class" = "P1"))]
    pub fallback: Unit,
    /// The record it was imported from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("class" = "P1"))]
    pub source: Option<Text<100>>,
}
