//! Who asks, and what they may: Basic credentials, and system streams for administrators only.
//! Must never be here: streams themselves.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, WWW_AUTHENTICATE};

use super::ask::Ask;
use super::reply::Reply;

/// The accounts. Without any the cluster is insecure and everyone may do everything.
#[derive(Debug, Default)]
pub struct Users(HashMap<String, User>);

#[derive(Debug)]
struct User {
    password: String,
    administrator: bool,
}

/// Whom the server takes the caller for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Administrator,
    User,
    Anonymous,
}

impl Users {
    pub fn add(&mut self, name: &str, password: &str, administrator: bool) {
        self.0.insert(name.to_owned(), User { password: password.to_owned(), administrator });
    }

    /// Wrong credentials are refused wherever they are shown, with a challenge.
    pub fn caller(&self, ask: &Ask) -> Result<Caller, Box<Reply>> {
        if self.0.is_empty() {
            return Ok(Caller::Administrator);
        }
        let Some(shown) = ask.headers.get(AUTHORIZATION) else { return Ok(Caller::Anonymous) };
        let text = shown.to_str().ok().and_then(|text| text.strip_prefix("Basic "));
        let text = text.and_then(|text| STANDARD.decode(text).ok());
        let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
        let known = text
            .as_deref()
            .and_then(|text| text.split_once(':'))
            .and_then(|(name, password)| self.0.get(name).filter(|user| user.password == password));
        match known {
            Some(user) if user.administrator => Ok(Caller::Administrator),
            Some(_) => Ok(Caller::User),
            None => {
                let refused = Reply::unauthorized();
                Err(Box::new(refused.with(WWW_AUTHENTICATE, "X-Basic realm=\"ESDB\"")))
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Caller {
    /// Whether the stream is open to the caller: system streams are for administrators.
    pub fn may_use(self, stream: &str) -> bool {
        match self {
            Self::Administrator => true,
            Self::User => !stream.starts_with('$'),
            Self::Anonymous => false,
        }
    }
}
