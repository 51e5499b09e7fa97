//! Identifiers as newtypes: hub ids of matters (handbook 4.4), directory ids, and who a sealed value is
//! about. Never here: making identities (time and randomness live in `hub`).

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix is not the one of this kind.
    #[error("an id of this kind starts with {expected}-")]
    Prefix {
        /// The prefix it should have.
        expected: &'static str,
    },
    /// The parts are not division, date and serial.
    #[error("an id is written PREFIX-DDDDDD-YYYYMMDD-SERIAL-C")]
    Shape,
    /// The check character does not fit: the id was mistyped.
    #[error("the check character does not fit; please check the id")]
    Check,
}

/// Letters and digits of serials and check characters: Crockford's base 32.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Length of the serial part.
const SERIAL: usize = 13;

/// The check character: a polynomial over the field of 32 elements (x^5 + x^2 + 1), one element a character,
/// so that each of up to 31 places has a weight of its own and every single mistyped character and every two
/// characters that changed places show. A sum modulo 31 would take 1 for P and 0 for Z.
fn check_character(body: &str) -> char {
    let sum = body.bytes().filter(|byte| *byte != b'-').fold(0, |sum, byte| doubled(sum ^ value(byte)));
    ALPHABET.get(usize::from(sum)).map_or('0', |byte| char::from(*byte))
}

/// Times the element two.
const fn doubled(element: u8) -> u8 {
    let shifted = element << 1;
    if shifted & 32 == 0 { shifted } else { shifted ^ 0b10_0101 }
}

/// The value of a character. The L of a prefix, which no serial has, counts as the 1 it looks like.
fn value(byte: u8) -> u8 {
    let byte = if byte == b'L' { b'1' } else { byte };
    (0..).zip(ALPHABET).find(|(_, letter)| **letter == byte).map_or(0, |(value, _)| value)
}

fn mint(prefix: &str, division: DivisionCode, date: jiff::civil::Date, seed: u128) -> String {
    let mut serial = String::with_capacity(SERIAL);
    for place in (0..SERIAL).rev() {
        let digit = ((seed >> (5 * place)) & 31) as usize;
        serial.push(ALPHABET.get(digit).map_or('0', |byte| char::from(*byte)));
    }
    let body = format!("{prefix}-{division}-{}-{serial}", date.strftime("%Y%m%d"));
    let check = check_character(&body);
    format!("{body}-{check}")
}

fn parse(prefix: &'static str, text: &str) -> Result<String, IdError> {
    let upper = text.trim().to_ascii_uppercase();
    let mut parts = upper.split('-');
    if parts.next() != Some(prefix) {
        return Err(IdError::Prefix { expected: prefix });
    }
    let (Some(division), Some(date), Some(serial), Some(check), None) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(IdError::Shape);
    };
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(division, 6)
        || !digits(date, 8)
        || serial.len() != SERIAL
        || !serial.bytes().all(|b| ALPHABET.contains(&b))
        || check.chars().count() != 1
    {
        return Err(IdError::Shape);
    }
    let body = upper.get(..upper.len().saturating_sub(2)).unwrap_or_default();
    if !check.starts_with(check_character(body)) {
        return Err(IdError::Check);
    }
    Ok(upper)
}

macro_rules! hub_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(extend("pattern" = concat!(
            "^", $prefix, "-[0-9]{6}-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{13}-[0-9A-HJKMNP-TV-Z]$"
        )))]
        pub struct $name(String);

        impl $name {
            /// The prefix, which is also the category of the stream.
            pub const PREFIX: &'static str = $prefix;

            /// Makes the id from its parts. The low 65 bits of `seed` must be unique per division and day; ids
            /// of one division and day are ordered like them.
            #[must_use]
            pub fn new(division: DivisionCode, date: jiff::civil::Date, seed: u128) -> Self {
                Self(mint($prefix, division, date, seed))
            }

            /// The id as text; also the name of its stream.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The division it names; none where the digits name no division at all.
            #[must_use]
            pub fn division(&self) -> Option<DivisionCode> {
                self.0.split('-').nth(1)?.parse().ok()
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                parse($prefix, text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

hub_id!(
    /// A clue 线索.
    ClueId,
    "CL"
);
hub_id!(
    /// A referral 案件移送.
    ReferralId,
    "RF"
);
hub_id!(
    /// A reverse referral, from police or procuratorate to an agency (Order 310 art. 13).
    ReverseId,
    "RR"
);
hub_id!(
    /// An access by break-glass 临时查阅.
    GrantId,
    "BG"
);
hub_id!(
    /// A joint inspection 联合检查.
    InspectionId,
    "JI"
);
hub_id!(
    /// A hazard 隐患.
    HazardId,
    "HZ"
);
hub_id!(
    /// A campaign 专项行动.
    CampaignId,
    "CP"
);
hub_id!(
    /// A dispatch of inspectors 出动.
    DispatchId,
    "DP"
);
hub_id!(
    /// A count of the staff of an institution that were asked about.
    StaffCountId,
    "SC"
);
hub_id!(
    /// A random draw 随机抽查.
    DrawId,
    "DR"
);
/// Why a text is not a directory id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id has 4 to 40 characters of A-Z a-z 0-9 . _ - and starts with {prefix}-")]
pub struct PlainIdError {
    /// The prefix it should have.
    pub prefix: &'static str,
}

macro_rules! plain_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(extend("pattern" = concat!("^", $prefix, "-[A-Za-z0-9._-]{1,37}$")))]
        pub struct $name(String);

        impl $name {
            /// The prefix, which is also the category of the stream.
            pub const PREFIX: &'static str = $prefix;

            /// The id as text; also the name of its stream.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = PlainIdError;
            fn from_str(text: &str) -> Result<Self, PlainIdError> {
                let text = text.trim();
                let rest = text.strip_prefix(concat!($prefix, "-")).unwrap_or_default();
                let fits = (1..=37).contains(&rest.len())
                    && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
                if fits { Ok(Self(text.to_owned())) } else { Err(PlainIdError { prefix: $prefix }) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = PlainIdError;
            fn try_from(text: String) -> Result<Self, PlainIdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

plain_id!(
    /// A unit: an office of an agency with an area, e.g. `UN-EDU-430405`.
    UnitId,
    "UN"
);
plain_id!(
    /// An officer or a service account, e.g. `OF-4304050017`. Never a name.
    OfficerId,
    "OF"
);
plain_id!(
    /// An institution: school, kindergarten or training institution, e.g. `IN-91430400MA4L1A2B3C`.
    InstitutionId,
    "IN"
);
plain_id!(
    /// Whom a sealed value is about: a person or one case. The name of a data key, never of a person.
    SubjectId,
    "SU"
);
plain_id!(
    /// The certificates of one subject's erasures 删除证明: `ER-` and what follows `SU-`.
    ErasureId,
    "ER"
);

impl From<&SubjectId> for ErasureId {
    fn from(subject: &SubjectId) -> Self {
        let rest = subject.as_str().strip_prefix(SubjectId::PREFIX).unwrap_or_default();
        Self(format!("{}{rest}", Self::PREFIX))
    }
}

#[cfg(test)]
mod tests;
