//! Telephone numbers: mobile and landline. Never here: storage. Like identity numbers they are secrets:
//! printed nowhere, deliberately not serialisable, and in the log only sealed.

use std::fmt;
use std::str::FromStr;

use crate::credit_code::narrowed;

/// A mobile number of mainland China: eleven digits, without the country code.
#[derive(Clone, PartialEq, Eq)]
pub struct Mobile(String);

/// A mobile or landline number.
#[derive(Clone, PartialEq, Eq)]
pub enum Phone {
    /// A mobile number.
    Mobile(Mobile),
    /// A landline: area code, hyphen, number, e.g. `0734-8866000`.
    Landline(String),
}

/// Why a text is not a telephone number. Never quotes the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Not a mobile number.
    #[error("a mobile number has 11 digits and starts with 13 to 19")]
    NotMobile,
    /// Neither a mobile nor a landline number.
    #[error("a telephone number is a mobile number or an area code from 0 with 7 or 8 digits")]
    NotPhone,
}

/// Half-width text without white space and without the country code; a landline gets its leading 0 back.
fn local(text: &str) -> String {
    let text = narrowed(text);
    match text.strip_prefix("+86").or_else(|| text.strip_prefix("0086")) {
        Some(rest) => rest.trim_start_matches('-').to_owned(),
        None => text,
    }
}

impl Mobile {
    /// The eleven digits, to be sealed at once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Mobile {
    type Err = PhoneError;
    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let digits: String = local(text).chars().filter(|letter| *letter != '-').collect();
        let mut letters = digits.chars();
        let fits = digits.len() == 11
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && letters.next() == Some('1')
            && letters.next().is_some_and(|second| ('3'..='9').contains(&second));
        if fits { Ok(Self(digits)) } else { Err(PhoneError::NotMobile) }
    }
}

impl Phone {
    /// The number, to be sealed at once.
    #[must_use]
    pub fn expose(&self) -> &str {
        match self {
            Phone::Mobile(mobile) => mobile.expose(),
            Phone::Landline(number) => number,
        }
    }
}

impl FromStr for Phone {
    type Err = PhoneError;
    fn from_str(text: &str) -> Result<Self, PhoneError> {
        if let Ok(mobile) = text.parse() {
            return Ok(Phone::Mobile(mobile));
        }
        landline(&local(text)).map(Phone::Landline).ok_or(PhoneError::NotPhone)
    }
}

/// Area codes have three digits for the great cities (010, 02x) and four elsewhere.
fn landline(text: &str) -> Option<String> {
    let text = if text.starts_with('0') { text.to_owned() } else { ["0", text].concat() };
    let short = text.starts_with("010") || text.starts_with("02");
    let (area, rest) = text.split_at_checked(if short { 3 } else { 4 })?;
    let number = rest.strip_prefix('-').unwrap_or(rest);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fits =
        digits(area) && digits(number) && matches!(number.len(), 7 | 8) && !number.starts_with(['0', '1']);
    fits.then(|| [area, "-", number].concat())
}

impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mobile(secret)")
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(secret)")
    }
}

#[cfg(test)]
mod tests;
