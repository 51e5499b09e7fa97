//! A suspected charge as an article of the Criminal Law. Never here: whether it fits the facts.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A suspected charge: an article of the Criminal Law, `236` or `236-1` (handbook 4.5).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(extend("pattern" = "^[1-4][0-9]{2}(-[0-9]{1,2})?$"))]
pub struct Charge {
    article: u16,
    sub: u8,
}

/// A text that is not an article of the Criminal Law.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a charge is an article of the Criminal Law from 102 to 451, such as 266 or 236-1")]
pub struct ChargeError;

impl TryFrom<String> for Charge {
    type Error = ChargeError;
    fn try_from(text: String) -> Result<Self, ChargeError> {
        text.parse()
    }
}

impl FromStr for Charge {
    type Err = ChargeError;
    fn from_str(text: &str) -> Result<Self, ChargeError> {
        let (article, sub) = text.trim().split_once('-').unwrap_or((text.trim(), "0"));
        let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !plain(article) || !plain(sub) {
            return Err(ChargeError);
        }
        let article: u16 = article.parse().map_err(|_| ChargeError)?;
        let sub: u8 = sub.parse().map_err(|_| ChargeError)?;
        if (102..=451).contains(&article) && sub <= 20 { Ok(Self { article, sub }) } else { Err(ChargeError) }
    }
}

impl From<Charge> for String {
    fn from(charge: Charge) -> String {
        charge.to_string()
    }
}

impl fmt::Display for Charge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sub == 0 { write!(f, "{}", self.article) } else { write!(f, "{}-{}", self.article, self.sub) }
    }
}
