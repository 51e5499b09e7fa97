//! Names and places: which stream, which revision in it, which position in the whole log.
//!
//! Must never be here: storage, or the meaning of a stream's name beyond its shape.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The name of a stream: 1 to 120 characters of `[A-Za-z0-9_.-]`, not starting with `.` or `-`.
///
/// Cheap to clone. A leading `$` is impossible, so a cluster log's own streams cannot be named,
/// and no character needs escaping in a URL.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StreamName(Arc<str>);

/// Why a text is no stream name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} is no stream name: use 1 to {} characters of A-Z a-z 0-9 _ . - and start with a letter, a digit or _",
    StreamName::MAX_CHARS
)]
pub struct BadStreamName {
    /// The refused text, cut to 150 characters.
    pub name: String,
}

impl StreamName {
    /// The longest name, in characters (all are ASCII, so also in bytes).
    pub const MAX_CHARS: usize = 120;

    /// Parses a name.
    ///
    /// # Errors
    /// [`BadStreamName`] when it is empty, too long or holds another character.
    pub fn parse(name: &str) -> Result<Self, BadStreamName> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
        let fits = (1..=Self::MAX_CHARS).contains(&name.len());
        if fits && name.bytes().all(allowed) && !name.starts_with(['.', '-']) {
            Ok(Self(name.into()))
        } else {
            let name = name.chars().take(150).collect();
            Err(BadStreamName { name })
        }
    }

    /// A name that was checked before it was stored.
    pub(crate) fn trusted(name: &str) -> Self {
        Self(name.into())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first `-`, or the whole name when it has none.
    #[must_use]
    pub fn category(&self) -> &str {
        self.0.split_once('-').map_or(&*self.0, |(category, _)| category)
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for StreamName {
    type Err = BadStreamName;
    fn from_str(name: &str) -> Result<Self, BadStreamName> {
        Self::parse(name)
    }
}

impl TryFrom<String> for StreamName {
    type Error = BadStreamName;
    fn try_from(name: String) -> Result<Self, BadStreamName> {
        Self::parse(&name)
    }
}

impl From<StreamName> for String {
    fn from(name: StreamName) -> Self {
        name.as_str().to_owned()
    }
}

/// An event's place in its stream: starts at 0, no gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Revision(u64);

impl Revision {
    /// The revision of a stream's first event.
    pub const FIRST: Self = Self(0);

    /// The revision with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The revision after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A place in the whole log: ordered, otherwise opaque.
///
/// Every backend counts 1, 2, 3 ... and gives an event one position for ever. In a cluster an operator
/// can truncate events; then their positions are missing, and the others stay. A checkpoint is the
/// position of the *last* event that was applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(u64);

/// A text that is no position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no position: give the digits as they were printed")]
pub struct BadPosition {
    /// The refused text.
    pub text: String,
}

impl Position {
    /// A position as it was stored by [`Position::get`].
    #[must_use]
    pub const fn new(stored: u64) -> Self {
        Self(stored)
    }

    /// The number to store in a checkpoint. Only order may be concluded from it.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Position {
    type Err = BadPosition;
    fn from_str(text: &str) -> Result<Self, BadPosition> {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits => Ok(Self(number)),
            Ok(_) | Err(_) => Err(BadPosition { text: text.to_owned() }),
        }
    }
}

/// What a command saw when it decided. There is no "any".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// The stream has no event.
    NoStream,
    /// The stream's last event has this revision.
    At(Revision),
}

impl Expected {
    /// What to expect after reading a stream whose last revision is this.
    #[must_use]
    pub const fn after(last: Option<Revision>) -> Self {
        match last {
            None => Self::NoStream,
            Some(revision) => Self::At(revision),
        }
    }

    /// The revision the first appended event will have.
    #[must_use]
    pub const fn first_new(self) -> Revision {
        match self {
            Self::NoStream => Revision::FIRST,
            Self::At(revision) => revision.next(),
        }
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStream => f.write_str("no stream"),
            Self::At(revision) => write!(f, "revision {revision}"),
        }
    }
}

/// What an append finds at its place. The one rule every backend shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Free: write here.
    Free(Revision),
    /// Taken by later events: the first answer again if they carry the same ids, else refused.
    Taken(Revision),
    /// The stream is shorter than expected: refused.
    Beyond,
}

impl Place {
    pub(crate) fn find(expected: Expected, actual: Option<Revision>) -> Self {
        let wanted = expected.first_new();
        let free = Expected::after(actual).first_new();
        match wanted.cmp(&free) {
            std::cmp::Ordering::Equal => Self::Free(wanted),
            std::cmp::Ordering::Less => Self::Taken(wanted),
            std::cmp::Ordering::Greater => Self::Beyond,
        }
    }
}
