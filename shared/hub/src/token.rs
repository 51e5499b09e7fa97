//! The consistency token: this stream at this revision. An answer to a command carries one; a query that
//! presents it waits until the view shows that event. Never here: positions, which an append does not know.

use std::fmt;
use std::str::FromStr;

use eventlog::{Revision, StreamName};

/// A stream at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The stream.
    pub stream: StreamName,
    /// The revision the reader must see.
    pub revision: Revision,
}

/// A text that is not a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a consistency token is written STREAM@REVISION and comes from an earlier answer")]
pub struct TokenError;

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.stream, self.revision.get())
    }
}

impl FromStr for Token {
    type Err = TokenError;
    fn from_str(text: &str) -> Result<Self, TokenError> {
        let (stream, revision) = text.split_once('@').ok_or(TokenError)?;
        Ok(Self {
            stream: StreamName::parse(stream).map_err(|_| TokenError)?,
            revision: Revision::new(revision.parse().map_err(|_| TokenError)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_rubbish_is_refused() {
        let token: Result<Token, _> = "CL-1@7".parse();
        assert_eq!(token.map(|t| t.to_string()), Ok("CL-1@7".to_owned()));
        for bad in ["", "CL-1", "@7", "CL-1@", "CL-1@x", "$all@1"] {
            assert_eq!(bad.parse::<Token>(), Err(TokenError), "{bad}");
        }
    }
}
