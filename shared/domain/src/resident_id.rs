//! The resident identity number (GB 11643-1999): division of issue, date of birth, sequence and check digit.
//! Never here: storage. The number is a secret: it is printed nowhere, is deliberately not serialisable, and
//! reaches the log only sealed; what other code needs are the flags derived from it.

use std::fmt;

use jiff::civil::Date;

use crate::credit_code::narrowed;
use crate::division::DivisionCode;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// An identity number whose date of birth and check digit fit.
#[derive(Clone, PartialEq, Eq)]
pub struct ResidentId {
    number: String,
    birth: Date,
}

/// Why a text is not an identity number. Never quotes the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// Not 18 characters. The form with 15 digits is obsolete.
    #[error("an identity number has 18 characters, this has {length}")]
    Length {
        /// Characters given, without spaces.
        length: usize,
    },
    /// A character that is not a digit; only the last may be X.
    #[error("character {place} must be a digit")]
    Character {
        /// Its place, from 1.
        place: usize,
    },
    /// The first six digits cannot be a division.
    #[error("the first six digits are not a division code")]
    Division,
    /// Digits 7 to 14 are not a day of the calendar.
    #[error("the date of birth does not exist")]
    Birth,
    /// The date of birth lies after the day of the event.
    #[error("the date of birth lies in the future")]
    FutureBirth,
    /// The last character does not fit.
    #[error("the check digit does not fit; please check the number")]
    Check,
}

impl ResidentId {
    /// Reads a number as of the day `on`, the day of the event. The division is that of the day of issue
    /// and may be abolished: only its form is checked.
    ///
    /// # Errors
    /// The first fault found, from left to right.
    pub fn parse(text: &str, on: Date) -> Result<Self, ResidentIdError> {
        let number = narrowed(text);
        let length = number.chars().count();
        if length != 18 {
            return Err(ResidentIdError::Length { length });
        }
        let fits = |(place, letter): (usize, char)| letter.is_ascii_digit() || (place == 17 && letter == 'X');
        if let Some(bad) = number.chars().enumerate().position(|letter| !fits(letter)) {
            return Err(ResidentIdError::Character { place: bad + 1 });
        }
        let part = |from: usize, to: usize| number.get(from..to).unwrap_or_default();
        part(0, 6).parse::<DivisionCode>().map_err(|_| ResidentIdError::Division)?;
        let birth = birth_date(part(6, 10), part(10, 12), part(12, 14)).ok_or(ResidentIdError::Birth)?;
        if birth > on {
            return Err(ResidentIdError::FutureBirth);
        }
        if number.bytes().last() != check_digit(&number) {
            return Err(ResidentIdError::Check);
        }
        Ok(Self { number, birth })
    }

    /// The number itself, to be sealed or hashed at once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.number
    }

    /// Date of birth.
    #[must_use]
    pub fn birth(&self) -> Date {
        self.birth
    }

    /// Completed years on `date`. A year of age is complete from the day after the birthday
    /// (法释〔2006〕1号 art. 2), so on the fourteenth birthday a child still counts as thirteen.
    /// Zero before the birth.
    #[must_use]
    pub fn age_on(&self, date: Date) -> u16 {
        let not_yet = (date.month(), date.day()) <= (self.birth.month(), self.birth.day());
        u16::try_from(date.year() - self.birth.year() - i16::from(not_yet)).unwrap_or(0)
    }

    /// Whether the person is under 14 on `date`: everything about them is sensitive (PIPL art. 28).
    #[must_use]
    pub fn is_under_14(&self, date: Date) -> bool {
        self.age_on(date) < 14
    }

    /// Whether the person is under 18 on `date` (MPL art. 2).
    #[must_use]
    pub fn is_minor(&self, date: Date) -> bool {
        self.age_on(date) < 18
    }
}

fn birth_date(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn check_digit(number: &str) -> Option<u8> {
    let digits = number.chars().filter_map(|letter| letter.to_digit(10));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    CHECKS.get(sum as usize % 11).copied()
}

impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResidentId(secret)")
    }
}

#[cfg(test)]
mod tests;
