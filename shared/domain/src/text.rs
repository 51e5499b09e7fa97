//! Bounded text: what a person typed, parsed once. Never here: personal text (that is `Sealed`).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a text is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed; lengths in characters.
    #[error("has {length} characters, {max} are allowed")]
    TooLong {
        /// Characters given.
        length: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A control character other than line feed and tab.
    #[error("has a control character (U+{code:04X}) at character {place}")]
    Control {
        /// The code point.
        code: u32,
        /// Its place, from 1.
        place: usize,
    },
}

/// Checks a text of at most `max` characters and returns it trimmed.
///
/// # Errors
/// The first fault found.
pub fn checked(text: &str, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let length = text.chars().count();
    if length > max {
        return Err(TextError::TooLong { length, max });
    }
    let bad = text.chars().enumerate().find(|(_, letter)| {
        (letter.is_control() && !matches!(letter, '\n' | '\t'))
            || matches!(letter, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    });
    match bad {
        Some((place, letter)) => Err(TextError::Control { code: letter as u32, place: place + 1 }),
        None => Ok(text.to_owned()),
    }
}

/// Text of 1 to `MAX` characters without control characters, trimmed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(extend("minLength" = 1, "maxLength" = MAX))]
pub struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    /// Parses what was typed.
    ///
    /// # Errors
    /// Empty, too long, or with a control character.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        checked(text, MAX).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A reason given by an officer: at most 500 characters, never personal data.
pub type Reason = Text<500>;
/// A name of an office or institution: at most 100 characters.
pub type Title = Text<100>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_trimmed_and_counted_in_characters() {
        assert_eq!(Text::<4>::parse(" 安全守护 ").map(|t| t.to_string()), Ok("安全守护".to_owned()));
        assert_eq!(Text::<3>::parse("安全守护"), Err(TextError::TooLong { length: 4, max: 3 }));
    }

    #[test]
    fn control_and_direction_characters_are_named_by_place() {
        assert_eq!(Text::<9>::parse("a\u{0}b"), Err(TextError::Control { code: 0, place: 2 }));
        assert_eq!(Text::<9>::parse("ab\u{202E}c"), Err(TextError::Control { code: 0x202E, place: 3 }));
        assert_eq!(Text::<9>::parse(" \n"), Err(TextError::Empty));
    }
}
