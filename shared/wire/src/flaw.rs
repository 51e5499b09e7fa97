//! What can be wrong with one field, as a stable reason with facts: the law's parse errors under the names of their
//! texts, and what only the edge can find. Never here: the field's name or value (it may be personal).

use domain::credit_code::CreditCodeError;
use domain::division::{DivisionCodeError, DivisionError};
use domain::document_number::{DocumentNumberError, MAX as NUMBER_MAX};
use domain::ids::{IdError, PlainIdError};
use domain::mobile::PhoneError;
use domain::paper::HashError;
use domain::referral::event::ChargeError;
use domain::resident_id::ResidentIdError;
use domain::text::TextError;

use crate::texts::Facts;

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Stable reason in `SCREAMING_SNAKE_CASE`: the key of its texts.
    pub reason: &'static str,
    /// The facts its texts show.
    pub facts: Facts,
}

impl Flaw {
    /// A flaw without facts. The reason must have a text `violation-REASON` in both languages.
    #[must_use]
    pub fn new(reason: &'static str) -> Self {
        Self { reason, facts: Facts::new() }
    }

    /// Adds a fact.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.facts.insert(name.to_owned(), value.to_string());
        self
    }
}

/// A parse error that has texts in every language.
pub trait Fault {
    /// The flaw it tells of.
    fn flaw(&self) -> Flaw;
}

impl Fault for Flaw {
    fn flaw(&self) -> Flaw {
        self.clone()
    }
}

impl Fault for TextError {
    fn flaw(&self) -> Flaw {
        match self {
            TextError::Empty => Flaw::new("TEXT_EMPTY"),
            TextError::TooLong { length, max } => {
                Flaw::new("TEXT_TOO_LONG").with("length", length).with("max", max)
            }
            TextError::Control { code, place } => {
                Flaw::new("TEXT_CONTROL").with("code", format!("U+{code:04X}")).with("place", place)
            }
        }
    }
}

impl Fault for IdError {
    fn flaw(&self) -> Flaw {
        match self {
            IdError::Prefix { expected } => Flaw::new("ID_PREFIX").with("prefix", expected),
            IdError::Shape => Flaw::new("ID_SHAPE"),
            IdError::Check => Flaw::new("ID_CHECK"),
        }
    }
}

impl Fault for PlainIdError {
    fn flaw(&self) -> Flaw {
        Flaw::new("DIRECTORY_ID").with("prefix", self.prefix)
    }
}

impl Fault for HashError {
    fn flaw(&self) -> Flaw {
        Flaw::new("HASH")
    }
}

impl Fault for DocumentNumberError {
    fn flaw(&self) -> Flaw {
        match self {
            DocumentNumberError::TooLong { length } => {
                Flaw::new("TEXT_TOO_LONG").with("length", length).with("max", NUMBER_MAX)
            }
            DocumentNumberError::Serial => Flaw::new("NUMBER_SERIAL"),
            DocumentNumberError::Year => Flaw::new("NUMBER_YEAR"),
            DocumentNumberError::Agency => Flaw::new("NUMBER_AGENCY"),
        }
    }
}

impl Fault for PhoneError {
    fn flaw(&self) -> Flaw {
        match self {
            PhoneError::NotMobile => Flaw::new("PHONE_MOBILE"),
            PhoneError::NotPhone => Flaw::new("PHONE"),
        }
    }
}

impl Fault for ResidentIdError {
    fn flaw(&self) -> Flaw {
        match self {
            ResidentIdError::Length { length } => Flaw::new("RESIDENT_ID_LENGTH").with("length", length),
            ResidentIdError::Character { place } => Flaw::new("RESIDENT_ID_CHARACTER").with("place", place),
            ResidentIdError::Division => Flaw::new("RESIDENT_ID_DIVISION"),
            ResidentIdError::Birth => Flaw::new("RESIDENT_ID_BIRTH"),
            ResidentIdError::FutureBirth => Flaw::new("RESIDENT_ID_FUTURE"),
            ResidentIdError::Check => Flaw::new("RESIDENT_ID_CHECK"),
        }
    }
}

impl Fault for CreditCodeError {
    fn flaw(&self) -> Flaw {
        match self {
            CreditCodeError::Length { length } => Flaw::new("CREDIT_CODE_LENGTH").with("length", length),
            CreditCodeError::Character { place } => Flaw::new("CREDIT_CODE_CHARACTER").with("place", place),
            CreditCodeError::OrganisationCheck => Flaw::new("CREDIT_CODE_ORGANISATION"),
            CreditCodeError::FinalCheck => Flaw::new("CREDIT_CODE_CHECK"),
        }
    }
}

impl Fault for DivisionCodeError {
    fn flaw(&self) -> Flaw {
        Flaw::new("DIVISION_CODE")
    }
}

impl Fault for DivisionError {
    fn flaw(&self) -> Flaw {
        match self {
            DivisionError::Unknown { code } => Flaw::new("DIVISION_UNKNOWN").with("code", code),
            DivisionError::NotYet { code, from } => {
                Flaw::new("DIVISION_NOT_YET").with("code", code).with("from", from)
            }
            DivisionError::Abolished { code, on, successors } => {
                let successors: Vec<String> = successors.iter().map(ToString::to_string).collect();
                let flaw = Flaw::new("DIVISION_ABOLISHED").with("code", code).with("on", on);
                flaw.with("successors", successors.join(", "))
            }
        }
    }
}

impl Fault for ChargeError {
    fn flaw(&self) -> Flaw {
        Flaw::new("CHARGE")
    }
}

impl Fault for uuid::Error {
    fn flaw(&self) -> Flaw {
        Flaw::new("UUID")
    }
}

impl Fault for jiff::Error {
    fn flaw(&self) -> Flaw {
        Flaw::new("DATE")
    }
}

#[cfg(test)]
mod tests;
