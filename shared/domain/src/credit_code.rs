//! The unified social credit code (GB 32100-2015) of institutions, schools and agencies: 18 characters with
//! two check characters. Never here: whether the code was ever issued.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::division::{DivisionCode, Divisions};

/// Values 0 to 30 in order: no I, O, S, V or Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Weights of the organisation code (GB 11714) on places 9 to 16.
const INNER_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code whose two check characters fit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[0-9A-HJ-NP-RTUWXY]{18}$"))]
pub struct CreditCode(String);

/// Why a text is not a unified social credit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters. Fifteen digits are an old licence number, another kind of id.
    #[error("a credit code has 18 characters, this has {length}")]
    Length {
        /// Characters given, without spaces.
        length: usize,
    },
    /// A character outside the alphabet, such as I, O, S, V or Z.
    #[error("character {place} cannot occur in a credit code")]
    Character {
        /// Its place, from 1.
        place: usize,
    },
    /// Character 17, the check of the organisation code, does not fit characters 9 to 16.
    #[error("the check of the organisation code (character 17) does not fit; please check the code")]
    OrganisationCheck,
    /// Character 18, the check of the whole code, does not fit.
    #[error("the last check character does not fit; please check the code")]
    FinalCheck,
}

/// What is odd about a valid code: shown, never a reason to reject (handbook 4.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreditCodeWarning {
    /// Registered with a national body (100000).
    NationalRegistrar,
    /// The registrar's division has been abolished; the code stays good.
    AbolishedDivision {
        /// The division.
        code: DivisionCode,
        /// Where its area went.
        successors: Vec<DivisionCode>,
    },
    /// The registrar's division is not in the table: abolished before 2015, or a zone.
    UnknownDivision,
}

/// Upper-case half-width form of what was typed, without white space; shared by the number types.
pub(crate) fn narrowed(text: &str) -> String {
    let narrow = |letter: char| match letter {
        // Full-width forms stand at a fixed distance from ASCII.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        other => other,
    };
    text.chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| narrow(letter).to_ascii_uppercase())
        .collect()
}

impl CreditCode {
    /// The 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The division of the registrar as written, which may be abolished or no division at all.
    #[must_use]
    pub fn division(&self) -> Option<DivisionCode> {
        self.0.get(2..8)?.parse().ok()
    }

    /// What is odd about the code.
    #[must_use]
    pub fn warnings(&self) -> Vec<CreditCodeWarning> {
        let Some(code) = self.division() else { return vec![CreditCodeWarning::UnknownDivision] };
        if code == DivisionCode::NATION {
            return vec![CreditCodeWarning::NationalRegistrar];
        }
        match Divisions::standard().find(code) {
            None => vec![CreditCodeWarning::UnknownDivision],
            Some(row) if row.valid_to.is_some() => {
                vec![CreditCodeWarning::AbolishedDivision { code, successors: row.successors.clone() }]
            }
            Some(_) => Vec::new(),
        }
    }
}

fn value(letter: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == letter).and_then(|place| u32::try_from(place).ok())
}

/// The check of the organisation code: letters count A = 10 to Z = 35, unlike the outer check.
fn inner_check(organisation: &[u8]) -> u8 {
    let sum: u32 = organisation
        .iter()
        .zip(INNER_WEIGHTS)
        .map(|(byte, weight)| char::from(*byte).to_digit(36).unwrap_or(0) * weight)
        .sum();
    match 11 - sum % 11 {
        10 => b'X',
        11 => b'0',
        digit => b'0' + u8::try_from(digit).unwrap_or(0),
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;
    fn from_str(text: &str) -> Result<Self, CreditCodeError> {
        let code = narrowed(text);
        let length = code.chars().count();
        if length != 18 {
            return Err(CreditCodeError::Length { length });
        }
        if let Some(bad) = code.chars().position(|letter| !letter.is_ascii() || value(letter as u8).is_none())
        {
            return Err(CreditCodeError::Character { place: bad + 1 });
        }
        let bytes = code.as_bytes();
        let organisation = bytes.get(8..16).unwrap_or_default();
        if bytes.get(16) != Some(&inner_check(organisation)) {
            return Err(CreditCodeError::OrganisationCheck);
        }
        // Weights are the powers of 3 modulo 31.
        let weights = std::iter::successors(Some(1_u32), |weight| Some(weight * 3 % 31));
        let sum: u32 =
            bytes.iter().take(17).zip(weights).map(|(byte, weight)| value(*byte).unwrap_or(0) * weight).sum();
        if bytes.get(17).copied().and_then(value) != Some((31 - sum % 31) % 31) {
            return Err(CreditCodeError::FinalCheck);
        }
        Ok(Self(code))
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;
    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        text.parse()
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> String {
        code.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
