//! Session tokens: signed statements of who signed in, valid for minutes. They carry no roles: what an
//! officer is comes from the roster with every call. A token may be renewed while it holds, up to the longest
//! session; one that names a credential ends when that is replaced. Never here: passwords, or closing an account.

use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use domain::ids::OfficerId;
use domain::sealed::Sealed;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::recent::Recent;

/// How long a token holds unless configured otherwise.
pub const DEFAULT_LIFETIME: SignedDuration = SignedDuration::from_mins(15);
/// How long a session lasts at most, however often its token is renewed.
pub const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(12);
/// Bytes of a credential's mark.
const MARK: usize = 16;
/// Who issues them, and the only issuer believed.
const ISSUER: &str = "safeguard";
/// Longest token looked at, in bytes; ours have about 450.
const LONGEST: usize = 1024;
/// Half of the verified tokens remembered, about 200 bytes each.
const REMEMBERED: usize = 16 * 1024;

/// Why a token proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// There is none.
    #[error("no token was presented")]
    Missing,
    /// It is not a token of this hub.
    #[error("the token cannot be read")]
    Malformed,
    /// It was not signed by this hub, or by another method.
    #[error("the token was not issued here")]
    Forged,
    /// It no longer holds.
    #[error("the token expired at {since}")]
    Expired {
        /// Since when.
        since: Timestamp,
    },
}

/// Why tokens cannot be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokensError {
    /// The seed makes no key, or the library could not sign.
    #[error("tokens cannot be signed on this machine")]
    SigningFailed,
    /// The lifetime leaves the calendar.
    #[error("a token cannot hold that long")]
    Lifetime,
}

/// An issued token.
#[derive(Clone)]
pub struct Token {
    /// The text the caller presents.
    pub text: String,
    /// When it stops holding.
    pub expires: Timestamp,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: OfficerId,
    iat: i64,
    exp: i64,
    jti: Uuid,
    iss: String,
    /// When the session began, in seconds; with the token when it is not stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<i64>,
    /// The mark of the credential that was shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cred: Option<String>,
}

/// What a token says of the credential its officer signed in with: two credentials have different marks, and
/// a mark tells nothing of a password.
#[must_use]
pub fn credential_mark(credential: &Sealed) -> String {
    let whole = digest(&SHA256, credential.ct.as_bytes());
    whole.as_ref().iter().take(MARK).map(|byte| format!("{byte:02x}")).collect()
}

/// Whom a verified token belongs to; also what is remembered of it, under the hash of its text.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The officer.
    pub officer: OfficerId,
    /// When the token stops holding.
    pub expires: Timestamp,
    /// When the session began.
    pub since: Timestamp,
    /// The mark of the credential that was shown; none when the token holds whatever becomes of it.
    pub credential: Option<String>,
}

/// Issues and verifies tokens with one Ed25519 key. The algorithm is fixed here; what a token says about
/// its own algorithm is only ever compared with that.
pub struct Tokens {
    signing: EncodingKey,
    verifying: DecodingKey,
    rules: Validation,
    lifetime: SignedDuration,
    // A signature costs 30 to 100 us to verify, this look-up 0.2 us, and a token comes with every request.
    verified: Mutex<Recent<[u8; 32], Bearer>>,
}

impl Tokens {
    /// From the seed of the key store ([`crate::seal::KeyStore::signing_seed`]).
    ///
    /// # Errors
    /// [`TokensError::SigningFailed`].
    pub fn new(seed: &[u8; 32], lifetime: SignedDuration) -> Result<Self, TokensError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).map_err(|_| TokensError::SigningFailed)?;
        let document = pair.to_pkcs8v1().map_err(|_| TokensError::SigningFailed)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[ISSUER]);
        rules.set_required_spec_claims(&["exp", "sub", "iss"]);
        // Time arrives as an argument; it is compared below, without leeway.
        rules.validate_exp = false;
        Ok(Self {
            signing: EncodingKey::from_ed_der(document.as_ref()),
            verifying: DecodingKey::from_ed_der(pair.public_key().as_ref()),
            rules,
            lifetime,
            verified: Mutex::new(Recent::new(REMEMBERED)),
        })
    }

    /// Issues a token that holds whatever becomes of the officer's credential: the hub's own and tests'.
    ///
    /// # Errors
    /// [`TokensError`].
    pub fn issue(&self, officer: &OfficerId, now: Timestamp) -> Result<Token, TokensError> {
        self.issue_for(officer, None, (now, now))
    }

    /// Issues a token to an officer who has just signed in with a credential of this mark.
    ///
    /// # Errors
    /// [`TokensError`].
    pub fn open(&self, officer: &OfficerId, mark: String, now: Timestamp) -> Result<Token, TokensError> {
        self.issue_for(officer, Some(mark), (now, now))
    }

    /// Issues another token for the session of a bearer; it ends with the session at the latest.
    ///
    /// # Errors
    /// [`TokensError`].
    pub fn renew(&self, bearer: &Bearer, now: Timestamp) -> Result<Token, TokensError> {
        self.issue_for(&bearer.officer, bearer.credential.clone(), (bearer.since, now))
    }

    fn issue_for(
        &self,
        officer: &OfficerId,
        cred: Option<String>,
        (since, now): (Timestamp, Timestamp),
    ) -> Result<Token, TokensError> {
        let after = |start: Timestamp, span| start.checked_add(span).map_err(|_| TokensError::Lifetime);
        let end = after(now, self.lifetime)?.min(after(since, LONGEST_SESSION.max(self.lifetime))?);
        let expires = Timestamp::from_second(end.as_second()).map_err(|_| TokensError::Lifetime)?;
        let claims = Claims {
            sub: officer.clone(),
            iat: now.as_second(),
            exp: expires.as_second(),
            jti: Uuid::now_v7(),
            iss: ISSUER.to_owned(),
            since: (since != now).then(|| since.as_second()),
            cred,
        };
        let header = Header::new(Algorithm::EdDSA);
        let text =
            jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|_| TokensError::SigningFailed)?;
        Ok(Token { text, expires })
    }

    /// Who a token was issued to.
    ///
    /// # Errors
    /// [`IdentityError`]; a token that is forged and expired counts as forged.
    pub fn verify(&self, text: &str, now: Timestamp) -> Result<OfficerId, IdentityError> {
        self.bearer(text, now).map(|bearer| bearer.officer)
    }

    /// Who a token was issued to and until when it holds.
    ///
    /// # Errors
    /// As [`Tokens::verify`].
    pub fn bearer(&self, text: &str, now: Timestamp) -> Result<Bearer, IdentityError> {
        if text.is_empty() {
            return Err(IdentityError::Missing);
        }
        if text.len() > LONGEST {
            return Err(IdentityError::Malformed);
        }
        let mut name = [0; 32];
        name.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        let remembered = self.remembered(&name);
        let fresh = remembered.is_none();
        let verified = remembered.map_or_else(|| self.check(text), Ok)?;
        if verified.expires <= now {
            return Err(IdentityError::Expired { since: verified.expires });
        }
        if fresh {
            let mut all = self.verified.lock().unwrap_or_else(PoisonError::into_inner);
            all.put(name, verified.clone());
        }
        Ok(verified)
    }

    fn remembered(&self, name: &[u8; 32]) -> Option<Bearer> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner).get(name)
    }

    fn check(&self, text: &str) -> Result<Bearer, IdentityError> {
        let claims = jsonwebtoken::decode::<Claims>(text, &self.verifying, &self.rules)
            .map_err(|error| refused(error.kind()))?
            .claims;
        let moment = |second| Timestamp::from_second(second).map_err(|_| IdentityError::Malformed);
        let (expires, since) = (moment(claims.exp)?, moment(claims.since.unwrap_or(claims.iat))?);
        Ok(Bearer { officer: claims.sub, expires, since, credential: claims.cred })
    }
}

/// Claims are read only after the signature held, so whatever is wrong with them was signed here and is a
/// matter of form.
fn refused(kind: &ErrorKind) -> IdentityError {
    let forged =
        matches!(kind, ErrorKind::InvalidSignature | ErrorKind::InvalidAlgorithm | ErrorKind::InvalidIssuer);
    if forged { IdentityError::Forged } else { IdentityError::Malformed }
}

#[cfg(test)]
mod tests;
