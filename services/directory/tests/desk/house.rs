//! A hub with nothing but its administrator, and calls in officers' names. Never here: an assertion.

use directory::{Directory, first_start};
use hub::config::Config;
use hub::open::over;
use hub::project::EventLog;
use hub::{Hub, Time};
use tempfile::TempDir;
use tonic::{Request, Response, Status};
use uuid::Uuid;
use wire::v1;
use wire::v1::directory_service_server::DirectoryService;
use wire::v1::session_service_server::SessionService;

/// The administrator of a first start.
pub const ADMIN: &str = "OF-ADMIN";
/// A password nobody would guess.
pub const PASSWORD: &str = "Correct-horse-42-staple";

/// Everything that runs; dropping it ends it.
pub struct House {
    pub hub: Hub,
    pub directory: Directory,
    _folder: TempDir,
}

/// The id of a new request.
pub fn fresh() -> String {
    Uuid::now_v7().to_string()
}

/// A request with a token.
pub fn bearing<T>(token: &str, message: T) -> Request<T> {
    let mut request = Request::new(message);
    let _ = request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

impl House {
    /// A hub over a log, never started before.
    pub fn over(log: EventLog) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data: folder.path().to_owned(), ..Config::default() };
        let hub = over(&config, log, Time::system()).unwrap();
        Self { directory: Directory::start(&hub).unwrap(), hub, _folder: folder }
    }

    /// A hub after its first start; the token of its administrator, whose password is [`PASSWORD`].
    pub async fn open() -> (Self, String) {
        let house = Self::over(EventLog::memory());
        let one_time = first_start(&house.hub).await.unwrap().expect("a first start shows a password");
        let token = house.settle(ADMIN, &one_time).await;
        (house, token)
    }

    pub async fn sign_in(&self, officer: &str, password: &str) -> Result<v1::SignInResponse, Status> {
        let asked = v1::SignInRequest { officer: officer.to_owned(), password: password.to_owned() };
        self.directory.sign_in(Request::new(asked)).await.map(Response::into_inner)
    }

    pub async fn change(
        &self,
        token: &str,
        old: &str,
        new: &str,
    ) -> Result<v1::ChangePasswordResponse, Status> {
        let asked = v1::ChangePasswordRequest {
            request_id: fresh(),
            old_password: old.to_owned(),
            new_password: new.to_owned(),
            ..Default::default()
        };
        self.directory.change_password(bearing(token, asked)).await.map(Response::into_inner)
    }

    /// Signs in with a one-time password and changes it to [`PASSWORD`]; the token to work with.
    pub async fn settle(&self, officer: &str, one_time: &str) -> String {
        let signed = self.sign_in(officer, one_time).await.unwrap();
        self.change(&signed.token, one_time, PASSWORD).await.unwrap().token
    }

    /// Registers an officer in the operator's unit; the one-time password.
    pub async fn hire(&self, admin: &str, officer: &str) -> String {
        let asked = v1::RegisterOfficerRequest {
            request_id: fresh(),
            officer_id: officer.to_owned(),
            unit_id: "UN-HUB".to_owned(),
            name: "某人".to_owned(),
            roles: vec![v1::Role::Auditor.into()],
            ..Default::default()
        };
        let answer = self.directory.register_officer(bearing(admin, asked)).await;
        answer.unwrap().into_inner().one_time_password
    }
}
