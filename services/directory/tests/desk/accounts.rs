//! Signing in, one-time passwords and their change. Never here: how long a door stays shut after wrong passwords.

use tonic::{Response, Status};
use wire::v1::directory_service_server::DirectoryService;
use wire::v1::session_service_server::SessionService;
use wire::{Refusal, v1};

use crate::house::{ADMIN, House, PASSWORD, bearing, fresh};

const OFFICER: &str = "OF-HUB-1";

fn told<T: std::fmt::Debug>(answer: Result<T, Status>) -> (Refusal, String, Vec<u8>) {
    let status = answer.unwrap_err();
    (Refusal::from_status(&status), status.message().to_owned(), status.details().to_vec())
}

async fn units(house: &House, token: &str) -> Result<v1::ListUnitsResponse, Status> {
    let asked = bearing(token, v1::ListUnitsRequest::default());
    house.directory.list_units(asked).await.map(Response::into_inner)
}

#[tokio::test]
async fn nobody_learns_from_a_refusal_which_officers_there_are() {
    let (house, admin) = House::open().await;
    let one_time = house.hire(&admin, OFFICER).await;
    let wrong = told(house.sign_in(OFFICER, "Wrong-password-1").await);
    assert_eq!(wrong.0, Refusal::identity("SIGN_IN_FAILED"));
    assert_eq!(told(house.sign_in("OF-NOBODY", &one_time).await), wrong);
    assert_eq!(told(house.sign_in("no officer's number", &one_time).await), wrong);
    assert_eq!(told(house.sign_in(OFFICER, "").await), wrong);
    let shut = v1::DisableOfficerRequest {
        request_id: fresh(),
        officer_id: OFFICER.to_owned(),
        ..Default::default()
    };
    let _ = house.directory.disable_officer(bearing(&admin, shut)).await.unwrap();
    assert_eq!(told(house.sign_in(OFFICER, &one_time).await), wrong, "not even with the right password");
}

#[tokio::test]
async fn a_one_time_password_opens_nothing_but_its_own_change() {
    let (house, admin) = House::open().await;
    let one_time = house.hire(&admin, OFFICER).await;
    let signed = house.sign_in(OFFICER, &one_time).await.unwrap();
    assert!(signed.must_change_password);
    let who = house.directory.who_am_i(bearing(&signed.token, v1::WhoAmIRequest {})).await.unwrap();
    assert!(who.into_inner().must_change_password);
    let early = told(units(&house, &signed.token).await).0;
    assert!(matches!(early, Refusal::Identity { .. }), "{early:?}");
    let changed = house.change(&signed.token, &one_time, PASSWORD).await.unwrap();
    assert!(!units(&house, &changed.token).await.unwrap().units.is_empty());
    let old = told(house.sign_in(OFFICER, &one_time).await).0;
    assert_eq!(old, Refusal::identity("SIGN_IN_FAILED"), "one time is one time");
    assert!(!house.sign_in(OFFICER, PASSWORD).await.unwrap().must_change_password);
}

#[tokio::test]
async fn a_weak_password_is_refused_by_its_field_and_the_old_one_stays() {
    let (house, admin) = House::open().await;
    for weak in ["", "short-1A", "onlysmallletters", "123456789012", "Of-Admin-2026-x", &"a1B-".repeat(100)] {
        let refusal = told(house.change(&admin, PASSWORD, weak).await).0;
        let Refusal::Shape(faults) = refusal else { panic!("{weak:?}: {refusal:?}") };
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["new_password"], "{weak:?}");
    }
    assert_eq!(house.sign_in(ADMIN, PASSWORD).await.unwrap().officer, ADMIN);
}

#[tokio::test]
async fn a_reset_gives_a_new_one_time_password_and_ends_the_old_one() {
    let (house, admin) = House::open().await;
    let one_time = house.hire(&admin, OFFICER).await;
    let _ = house.settle(OFFICER, &one_time).await;
    let asked = v1::ResetPasswordRequest {
        request_id: fresh(),
        officer_id: OFFICER.to_owned(),
        ..Default::default()
    };
    let reset = house.directory.reset_password(bearing(&admin, asked.clone())).await.unwrap().into_inner();
    let again = house.directory.reset_password(bearing(&admin, asked)).await.unwrap().into_inner();
    assert!(again.one_time_password.is_empty(), "it is shown once");
    let old = told(house.sign_in(OFFICER, PASSWORD).await).0;
    assert_eq!(old, Refusal::identity("SIGN_IN_FAILED"));
    assert!(house.sign_in(OFFICER, &reset.one_time_password).await.unwrap().must_change_password);
}

#[tokio::test]
async fn an_officer_without_credential_is_known_and_signs_in_only_after_a_reset() {
    let (house, admin) = House::open().await;
    let asked = v1::RegisterOfficerRequest {
        request_id: fresh(),
        officer_id: OFFICER.to_owned(),
        unit_id: "UN-HUB".to_owned(),
        name: "某人".to_owned(),
        roles: vec![v1::Role::Auditor.into()],
        without_credential: true,
        ..Default::default()
    };
    for _ in 0..2 {
        let entered = house.directory.register_officer(bearing(&admin, asked.clone())).await.unwrap();
        assert_eq!(entered.into_inner().one_time_password, "");
    }
    let listed = bearing(&admin, v1::ListOfficersRequest::default());
    let officers = house.directory.list_officers(listed).await.unwrap().into_inner().officers;
    assert!(officers.iter().any(|officer| officer.id == OFFICER), "{officers:?}");
    assert_eq!(told(house.sign_in(OFFICER, "").await).0, Refusal::identity("SIGN_IN_FAILED"));
    let reset = v1::ResetPasswordRequest {
        request_id: fresh(),
        officer_id: OFFICER.to_owned(),
        ..Default::default()
    };
    let reset = house.directory.reset_password(bearing(&admin, reset)).await.unwrap().into_inner();
    let signed = house.sign_in(OFFICER, &reset.one_time_password).await.unwrap();
    assert!(signed.must_change_password);
}
