//! Signing in and changing one's password. Never here: what a signed-in officer may do.

use std::time::Duration;

use domain::ids::OfficerId;
use domain::officer::{Command, OfficerRule};
use hub::call::{receipt, stream_of};
use hub::identity::{LEAST, Locked, MOST, PasswordError, Peer, Token, credential_mark};
use hub::roster::Account;
use hub::seal::Opened;
use hub::tls::address_of;
use hub::{Hub, clocks, refuse};
use tonic::{Request, Response, Status};
use wire::convert;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::v1::session_service_server::SessionService;
use wire::violations::Violations;

use crate::Directory;

#[tonic::async_trait]
impl SessionService for Directory {
    async fn sign_in(
        &self,
        request: Request<v1::SignInRequest>,
    ) -> Result<Response<v1::SignInResponse>, Status> {
        let peer = peer(&request);
        Ok(Response::new(sign_in(self, request.into_inner(), peer).await?))
    }

    async fn who_am_i(
        &self,
        request: Request<v1::WhoAmIRequest>,
    ) -> Result<Response<v1::WhoAmIResponse>, Status> {
        let (caller, must_change_password) = self.hub.caller_at_the_door(request.metadata())?;
        let account = known(&self.hub, &caller.actor.officer)?;
        Ok(Response::new(v1::WhoAmIResponse {
            officer: caller.actor.officer.to_string(),
            name: Some(self.hub.personal(&account.name).map_err(refuse::seal)?),
            unit: self.hub.unit_on_wire(&caller.actor.unit.id)?,
            roles: convert::numbers(&caller.actor.roles),
            expires_at: Some(convert::timestamp(caller.expires)),
            must_change_password,
        }))
    }

    async fn change_password(
        &self,
        request: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordResponse>, Status> {
        Ok(Response::new(change_password(self, request).await?))
    }

    async fn renew_session(
        &self,
        request: Request<v1::RenewSessionRequest>,
    ) -> Result<Response<v1::RenewSessionResponse>, Status> {
        let hub = &self.hub;
        // Whoever may not call any more gets no new token either.
        hub.caller_at_the_door(request.metadata())?;
        let bearer = hub.bearer(request.metadata())?;
        let token = hub.tokens.renew(&bearer, hub.time.now()).map_err(|error| refuse::internal(&error))?;
        let expires_at = Some(convert::timestamp(token.expires));
        Ok(Response::new(v1::RenewSessionResponse { token: token.text, expires_at }))
    }
}

/// From where a request comes; not from a header that anybody can write.
fn peer<R>(request: &Request<R>) -> Peer {
    Peer::at(address_of(request))
}

/// One answer for a wrong number, a wrong password, a shut account: nobody learns which officers exist.
fn failed() -> Refusal {
    Refusal::identity("SIGN_IN_FAILED")
}

fn known(hub: &Hub, officer: &OfficerId) -> Result<std::sync::Arc<Account>, Refusal> {
    hub.roster.account(officer).map_err(refuse::view)?.ok_or_else(failed)
}

/// How long a sign-in waits for the directory to be level with the log; afterwards it counts as it stands.
const LEVEL: Duration = Duration::from_secs(2);

async fn sign_in(
    directory: &Directory,
    asked: v1::SignInRequest,
    peer: Peer,
) -> Result<v1::SignInResponse, Refusal> {
    let hub = &directory.hub;
    let officer: OfficerId = asked.officer.parse().map_err(|_| failed())?;
    begin(directory, &officer, peer).await?;
    let account = hub.roster.account(&officer).map_err(refuse::view)?.filter(|account| !account.disabled);
    if !proven(hub, account.as_deref(), &asked.password).await? {
        wrong(hub, &officer, peer).await;
        tracing::warn!(%officer, "sign-in failed");
        return Err(failed());
    }
    let account = account.ok_or_else(failed)?;
    hub.lockout.succeeded(&officer, peer);
    let token = issue(hub, &account)?;
    Ok(v1::SignInResponse {
        token: token.text,
        expires_at: Some(convert::timestamp(token.expires)),
        must_change_password: account.one_time,
        officer: officer.to_string(),
        unit: hub.unit_on_wire(&account.actor.unit.id)?,
        roles: convert::numbers(&account.actor.roles),
    })
}

/// Counts the attempt before the password is looked at.
async fn begin(directory: &Directory, officer: &OfficerId, peer: Peer) -> Result<(), Refusal> {
    let (hub, doors) = (&directory.hub, &directory.doors);
    let now = hub.time.now();
    let throttled = |locked: Locked| {
        let left = locked.until.duration_since(now);
        Refusal::Throttled { retry_after: left.try_into().unwrap_or_default() }
    };
    let door = hub.lockout.door(officer, peer);
    let open = || match doors.shut_until(&door, now).map_err(refuse::view)? {
        Some(until) => Err(throttled(Locked { until })),
        None => Ok(()),
    };
    // First what costs nothing, so that trying at a shut door does not trouble the log.
    open()?;
    hub.lockout.begin(officer, peer, now).map_err(throttled)?;
    // Another instance may have shut the door, or made the account or its password, a moment ago.
    let level = tokio::try_join!(hub.roster.view().wait_for_head(LEVEL), doors.view().wait_for_head(LEVEL));
    level.map_err(refuse::view)?;
    open()
}

/// Counts a wrong password, and shuts the door everywhere when it was one too many.
async fn wrong(hub: &Hub, officer: &OfficerId, peer: Peer) {
    if let Some(until) = hub.lockout.failed(officer, peer, hub.time.now()) {
        let (door, hub) = (hub.lockout.door(officer, peer), hub.clone());
        // A task of its own: who hangs up now does not keep the door open elsewhere.
        let _ = tokio::spawn(async move { hub.shut(&door, until).await }).await;
    }
}

/// Whether the password is the account's; takes the same time when there is no account.
async fn proven(hub: &Hub, account: Option<&Account>, password: &str) -> Result<bool, Refusal> {
    let stored = match account.and_then(|account| account.credential.as_ref()) {
        Some(sealed) => match hub.keys.open(sealed).map_err(refuse::seal)? {
            Opened::Text(hash) => Some(hash),
            Opened::Erased => None,
        },
        None => None,
    };
    hub.passwords.verify(password, stored.as_deref()).await.map_err(|error| refuse::internal(&error))
}

/// The hash of a new password, or what the policy has against it.
async fn hashed(hub: &Hub, officer: &OfficerId, password: &str) -> Result<String, Refusal> {
    hub.passwords.hash(officer, password).await.map_err(|error| match error {
        PasswordError::TooShort
        | PasswordError::TooLong
        | PasswordError::TooPlain
        | PasswordError::ContainsOfficer => {
            Refusal::shape("new_password", &Flaw::new("PASSWORD").with("min", LEAST).with("max", MOST))
        }
        PasswordError::Busy => Refusal::Overloaded { retry_after: hub::admission::RETRY_AFTER },
        PasswordError::Unreadable | PasswordError::Unavailable => refuse::internal(&error),
    })
}

async fn change_password(
    directory: &Directory,
    request: Request<v1::ChangePasswordRequest>,
) -> Result<v1::ChangePasswordResponse, Refusal> {
    let hub = &directory.hub;
    let (caller, _) = hub.caller_at_the_door(request.metadata())?;
    let (officer, peer) = (caller.actor.officer.clone(), peer(&request));
    let asked = request.into_inner();
    let mut faults = Violations::new();
    let call = hub.call_of(caller, &asked, &mut faults);
    faults.into_result()?;
    let call = call.ok_or_else(|| refuse::internal(&"a request without faults gave no call"))?;
    let account = known(hub, &officer)?;
    begin(directory, &officer, peer).await?;
    if !proven(hub, Some(&account), &asked.old_password).await? {
        wrong(hub, &officer, peer).await;
        return Err(failed());
    }
    hub.lockout.succeeded(&officer, peer);
    let hash = hashed(hub, &officer, &asked.new_password).await?;
    let credential = hub.keys.seal(&account.name.subject, "credential", &hash).map_err(refuse::seal)?;
    // The door has checked the old password, so the hub itself sets the new one.
    let mut order = call.order(Command::SetCredential { credential, one_time: false });
    order.by = clocks::service_actor().map_err(|error| refuse::internal(&error))?;
    let handled = hub.handle::<OfficerRule>(&stream_of(&officer)?, &order).await.map_err(refuse::handle)?;
    // The next call must find the new credential.
    hub.roster.view().wait(&handled.token(), call.caller.patience).await.map_err(refuse::view)?;
    let token = issue(hub, &*known(hub, &officer)?)?;
    Ok(v1::ChangePasswordResponse {
        receipt: receipt::<OfficerRule>(&handled),
        token: token.text,
        expires_at: Some(convert::timestamp(token.expires)),
    })
}

/// A token for whoever has shown the account's credential.
fn issue(hub: &Hub, account: &Account) -> Result<Token, Refusal> {
    let mark = account.credential.as_ref().map(credential_mark).ok_or_else(failed)?;
    hub.tokens.open(&account.actor.officer, mark, hub.time.now()).map_err(|error| refuse::internal(&error))
}
