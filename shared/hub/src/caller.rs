//! Who calls: from the bearer token of a request, or from the certificate of a service account, to the officer as the
//! roster knows them now. A change of roles or unit takes effect with the next call, whatever the token said; so do a
//! shut account, a certificate's end and its being taken back. Never here: what they may do.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use domain::actor::{Actor, Role, Unit};
use domain::decider::Scope;
use domain::ids::{OfficerId, UnitId};
use domain::sealed::Sealed;
use jiff::Timestamp;
use tonic::metadata::MetadataMap;
use wire::flaw::Flaw;
use wire::refusal::Refusal;

use crate::admission::apart;
use crate::deadline;
use crate::identity::{Bearer, IdentityError, credential_mark};
use crate::permit::Decision;
use crate::read_model::View;
use crate::refuse;
use crate::roster::Account;
use crate::shell::Hub;
use crate::tls::{MARK, Marked, Name, Shown, mark_of};
use crate::token::Token;

/// Longest time a query waits for its consistency token when the caller sets no deadline.
const PATIENCE: Duration = Duration::from_secs(5);

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who acts.
    pub actor: Actor,
    /// How long the caller waits at most.
    pub patience: Duration,
    /// When the caller's token, or the certificate that stands for one, stops holding.
    pub expires: Timestamp,
}

impl Caller {
    /// What belongs to the caller's own unit in its own area: what they must be allowed to read to have a list.
    #[must_use]
    pub fn own(&self) -> Scope {
        scope_of(&self.actor.unit)
    }
}

/// What belongs to a unit in its own area.
#[must_use]
pub fn scope_of(unit: &Unit) -> Scope {
    Scope { division: Some(unit.division), ..Scope::default() }.with(unit)
}

impl Hub {
    /// The caller of a request, with a password of their own.
    ///
    /// # Errors
    /// `Identity`: no token, a forged or expired one, a shut account, or a one-time password not yet changed; a
    /// certificate that is no good, whatever the token.
    pub fn caller(&self, metadata: &MetadataMap) -> Result<Caller, Refusal> {
        let (caller, one_time) = self.caller_at_the_door(metadata)?;
        if one_time { Err(Refusal::identity("PASSWORD_CHANGE_REQUIRED")) } else { Ok(caller) }
    }

    /// The caller of a request that is allowed before the one-time password was changed, and whether that is
    /// still to be done.
    ///
    /// # Errors
    /// `Identity`, as for [`Hub::caller`].
    pub fn caller_at_the_door(&self, metadata: &MetadataMap) -> Result<(Caller, bool), Refusal> {
        let certified = self.certified(metadata)?;
        // Only a call that brings no token at all is the certificate's: a bad token is not made good by it.
        if let Some((officer, until)) = &certified
            && !metadata.contains_key("authorization")
        {
            let actor = self.service(officer)?;
            return Ok((Caller { actor, patience: patience(metadata), expires: *until }, false));
        }
        let bearer = self.bearer(metadata)?;
        if certified.is_some_and(|(officer, _)| officer != bearer.officer) {
            return Err(Refusal::identity("CERTIFICATE_OF_ANOTHER"));
        }
        let account = open(&bearer, self.roster.account(&bearer.officer).map_err(refuse::view)?)?;
        let (actor, patience) = (account.actor.clone(), patience(metadata));
        Ok((Caller { actor, patience, expires: bearer.expires }, account.one_time))
    }

    /// The account that the certificate of a request names, and until when; none without a certificate or when it names
    /// a role, which is no account. What a front says of its caller counts while the front's own certificate is believed.
    fn certified(&self, metadata: &MetadataMap) -> Result<Option<(OfficerId, Timestamp)>, Refusal> {
        let Some(marked) = mark_of(metadata) else { return Ok(None) };
        let (Some(tls), Ok(Marked { shown, front })) = (&self.tls, marked) else {
            return Err(Refusal::identity("CERTIFICATE_BAD"));
        };
        if front.is_some_and(|front| tls.revoked(&front)) {
            return Err(Refusal::identity("CERTIFICATE_REVOKED"));
        }
        let Some(Shown { serial, until, name }) = shown else { return Ok(None) };
        if tls.revoked(&serial) {
            return Err(Refusal::identity("CERTIFICATE_REVOKED"));
        }
        if until <= self.time.now() {
            return Err(Refusal::identity("CERTIFICATE_EXPIRED"));
        }
        match name {
            Some(Name::Account(officer)) => Ok(Some((officer, until))),
            Some(Name::Role(_)) => Ok(None),
            None => Err(Refusal::identity("CERTIFICATE_BAD")),
        }
    }

    /// The service account that acts by certificate alone. Nobody else does: what a person answers for takes the
    /// person's password. Its own one-time password may stay unchanged, for it is not used.
    fn service(&self, officer: &OfficerId) -> Result<Actor, Refusal> {
        let account = self.roster.account(officer).map_err(refuse::view)?;
        let open =
            account.filter(|account| !account.disabled && account.actor.roles.contains(&Role::Service));
        open.map(|account| account.actor.clone()).ok_or_else(|| Refusal::identity("CERTIFICATE_BAD"))
    }

    /// The unit whose call this is, and whether it may only be that the directory does not show the caller yet: the token is of
    /// an officer it does not know, for a newer credential, or instead of a one-time password.
    pub(crate) fn unit_of(&self, headers: &HeaderMap) -> (Result<UnitId, Refusal>, bool) {
        let presented = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let found = self.bearer_in(presented.unwrap_or_default()).and_then(|bearer| {
            let account = self.roster.account(&bearer.officer).map_err(refuse::view)?;
            Ok((bearer, account))
        });
        let behind = found.as_ref().is_ok_and(|(bearer, account)| {
            account
                .as_ref()
                .is_none_or(|account| account.one_time || !still_shown(bearer, account.credential.as_ref()))
        });
        let unit = if headers.contains_key(MARK) {
            let door = self.caller_at_the_door(&MetadataMap::from_headers(headers.clone()));
            door.map(|(caller, _)| caller.actor.unit.id)
        } else {
            let open = found.and_then(|(bearer, account)| open(&bearer, account));
            open.map(|account| account.actor.unit.id.clone())
        };
        (unit, behind)
    }

    /// What the token of a request says, whatever became of its officer.
    ///
    /// # Errors
    /// `Identity`: no token, a forged or expired one.
    pub fn bearer(&self, metadata: &MetadataMap) -> Result<Bearer, Refusal> {
        let presented = metadata.get("authorization").and_then(|value| value.to_str().ok());
        self.bearer_in(presented.unwrap_or_default())
    }

    fn bearer_in(&self, presented: &str) -> Result<Bearer, Refusal> {
        let text = presented.strip_prefix("Bearer ").ok_or_else(|| Refusal::identity("TOKEN_MISSING"))?;
        self.tokens.bearer(text, self.time.now()).map_err(|error| {
            Refusal::identity(match error {
                IdentityError::Missing => "TOKEN_MISSING",
                IdentityError::Expired { .. } => "TOKEN_EXPIRED",
                IdentityError::Malformed | IdentityError::Forged => "TOKEN_BAD",
            })
        })
    }

    /// Whether the caller may read what a scope describes.
    ///
    /// # Errors
    /// `Permission`, without telling whether the thing exists.
    pub fn allow(&self, caller: &Caller, action: &str, scope: &Scope) -> Result<(), Refusal> {
        match self.permit.check(&caller.actor, action, scope) {
            Decision::Allowed => Ok(()),
            Decision::Denied { .. } => Err(Refusal::Permission),
        }
    }

    /// Waits until a view shows what the caller's consistency token names; an empty token waits for nothing.
    ///
    /// # Errors
    /// `Shape` for a text that is no token, `Late` when the caller's time runs out first.
    pub async fn wait(&self, view: &View, caller: &Caller, token: &str) -> Result<(), Refusal> {
        if token.is_empty() {
            return Ok(());
        }
        let token: Token = token
            .parse()
            .map_err(|_| Refusal::shape("consistency_token", &Flaw::new("CONSISTENCY_TOKEN")))?;
        apart(view.wait(&token, caller.patience)).await?.map_err(refuse::view)
    }
}

/// The account that a token is of, when it is open and the credential is the one that was shown for the token.
fn open(bearer: &Bearer, account: Option<Arc<Account>>) -> Result<Arc<Account>, Refusal> {
    account
        .filter(|account| !account.disabled && still_shown(bearer, account.credential.as_ref()))
        .ok_or_else(|| Refusal::identity("TOKEN_BAD"))
}

/// Whether the credential a token was given for is still the officer's: a new password ends the older tokens.
fn still_shown(bearer: &Bearer, credential: Option<&Sealed>) -> bool {
    bearer.credential.as_ref().is_none_or(|mark| credential.map(credential_mark).as_ref() == Some(mark))
}

/// What the caller states, or the default.
fn patience(metadata: &MetadataMap) -> Duration {
    deadline::stated(metadata.as_ref()).unwrap_or(PATIENCE).min(Duration::from_secs(30))
}
