//! The official document number 发文字号: agency word 〔year〕 number 号, e.g. 国教督办〔2019〕4号 (GB/T 9704).
//! Never here: issuing numbers.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Longest number, in characters.
pub const MAX: usize = 60;

/// A document number in its one written form: year in U+3014 and U+3015, no spaces. Two ways of typing the
/// same number are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^.+〔[0-9]{4}〕[0-9]+号$", "maxLength" = MAX))]
pub struct DocumentNumber(String);

/// Why a text is not a document number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentNumberError {
    /// Too long.
    #[error("has {length} characters, {MAX} are allowed")]
    TooLong {
        /// Characters given, without spaces.
        length: usize,
    },
    /// It does not end in digits and 号.
    #[error("a document number ends in its number and 号")]
    Serial,
    /// There is no year in brackets before the number, or it is not from 1949 to 2100.
    #[error("a document number has its year in brackets, e.g. 〔2026〕")]
    Year,
    /// The word of the agency is missing or has other characters than letters, digits and （）.
    #[error("a document number starts with the word of the agency, e.g. 湘教")]
    Agency,
}

impl DocumentNumber {
    /// The number as written on the document.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// All brackets seen around years (handbook 4.4), as round ones.
fn round(letter: char) -> char {
    match letter {
        '〔' | '﹝' | '[' | '［' | '【' | '(' | '（' | '〖' | '｛' | '{' => '(',
        '〕' | '﹞' | ']' | '］' | '】' | ')' | '）' | '〗' | '｝' | '}' => ')',
        // Full-width letters and digits stand at a fixed distance from ASCII.
        '\u{FF10}'..='\u{FF5A}' => char::from_u32(letter as u32 - 0xFEE0).unwrap_or(letter),
        other => other,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl FromStr for DocumentNumber {
    type Err = DocumentNumberError;
    fn from_str(text: &str) -> Result<Self, DocumentNumberError> {
        let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).map(round).collect();
        let length = plain.chars().count();
        if length > MAX {
            return Err(DocumentNumberError::TooLong { length });
        }
        let body = plain.strip_suffix('号').ok_or(DocumentNumberError::Serial)?;
        // The last brackets are those of the year: police documents have others in the agency's word.
        let (head, serial) = body.rsplit_once(')').ok_or(DocumentNumberError::Year)?;
        let (agency, year) = head.rsplit_once('(').ok_or(DocumentNumberError::Year)?;
        let serial = serial.strip_prefix('第').unwrap_or(serial);
        if !is_digits(serial) || serial.len() > 10 || serial.bytes().all(|byte| byte == b'0') {
            return Err(DocumentNumberError::Serial);
        }
        let in_range = year.parse::<u16>().is_ok_and(|year| (1949..=2100).contains(&year));
        if year.len() != 4 || !in_range {
            return Err(DocumentNumberError::Year);
        }
        if agency.is_empty()
            || !agency.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '(' | ')'))
        {
            return Err(DocumentNumberError::Agency);
        }
        let agency = agency.replace('(', "（").replace(')', "）");
        Ok(Self(format!("{agency}〔{year}〕{serial}号")))
    }
}

impl TryFrom<String> for DocumentNumber {
    type Error = DocumentNumberError;
    fn try_from(text: String) -> Result<Self, DocumentNumberError> {
        text.parse()
    }
}

impl From<DocumentNumber> for String {
    fn from(number: DocumentNumber) -> String {
        number.0
    }
}

impl fmt::Display for DocumentNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
