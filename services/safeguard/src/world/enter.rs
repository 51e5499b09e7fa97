//! Entering a world into a hub over gRPC: units level by level, officers at once, institutions as an import. Every
//! officer signs in with the one-time password and changes it. Never here: what the world consists of.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow, ensure};
use domain::actor::{Agency, Role};
use futures::{StreamExt, TryStreamExt, stream};
use tonic::Status;
use tonic::transport::Channel;
use uuid::Uuid;
use wire::convert::{OnWire, numbers};
use wire::v1::session_service_client::SessionServiceClient;
use wire::{Lang, v1};

use super::desk::{Bearer, Desk, said};
use super::{ADMINISTRATOR, Account, PASSWORD, Size, World, plan};
use crate::sample::cast::{self, Premises};

/// Calls under way at once.
const AT_ONCE: usize = 16;
/// The unit of the hub's own operator, there from the first start.
const OPERATOR: &str = "UN-HUB";
/// The seed of names and institutions: with it the first county has an institution of every kind a story needs.
const SEED: u64 = 20_261_120;

/// Puts a world into an empty hub. `admin_password` is the one-time password of the first start; afterwards every
/// account, the administrator's too, has [`PASSWORD`].
///
/// # Errors
/// The first refusal, with what was being done.
pub async fn load(channel: Channel, admin_password: &str, size: &Size) -> anyhow::Result<World> {
    let admin =
        first_sign_in(&channel, administrator(), admin_password).await.context("the administrator")?;
    let desk = Desk::new(channel.clone(), &admin)?;
    let mut units = BTreeMap::new();
    for level in plan::units(size) {
        let entered = stream::iter(&level).map(|unit| enter_unit(&desk, unit)).buffer_unordered(AT_ONCE);
        entered.try_collect::<Vec<()>>().await?;
        units.extend(level.into_iter().map(|unit| (unit.id, unit.name)));
    }
    let _ = units.insert(OPERATOR.to_owned(), operator(&desk).await?);
    let institutions = enter_institutions(&desk, size).await?;
    let entered = stream::iter(plan::officers(size))
        .map(|officer| enter_officer(&channel, &desk, officer))
        .buffer_unordered(AT_ONCE);
    let mut officers: BTreeMap<String, Account> = entered.try_collect().await?;
    let _ = officers.insert("admin".to_owned(), admin);
    Ok(World { channel, officers, units, institutions })
}

/// Signs in to a world that was loaded before.
///
/// # Errors
/// The first refusal, with the officer it was about.
pub async fn sign_in(
    channel: Channel,
    known: &BTreeMap<String, Account>,
    size: &Size,
) -> anyhow::Result<World> {
    let signed =
        stream::iter(known).map(|(name, account)| again(&channel, name, account)).buffer_unordered(AT_ONCE);
    let officers: BTreeMap<String, Account> = signed.try_collect().await?;
    let mut units: BTreeMap<_, _> =
        plan::units(size).into_iter().flatten().map(|unit| (unit.id, unit.name)).collect();
    if let Some(admin) = officers.get("admin") {
        let _ = units.insert(OPERATOR.to_owned(), operator(&Desk::new(channel.clone(), admin)?).await?);
    }
    let mut institutions = Vec::new();
    for (county, _) in plan::counties(size) {
        institutions.extend(cast::premises(SEED, &county, size.institutions)?.premises);
    }
    Ok(World { channel, officers, units, institutions })
}

/// Takes over a new hub as its administrator, who has [`PASSWORD`] afterwards.
///
/// # Errors
/// The one-time password is not that of the administrator.
pub(crate) async fn take_over(channel: &Channel, one_time: &str) -> anyhow::Result<()> {
    first_sign_in(channel, administrator(), one_time).await.map(|_| ())
}

/// The public name of the operator's unit.
async fn operator(desk: &Desk) -> anyhow::Result<String> {
    let request = v1::GetUnitRequest { unit_id: OPERATOR.to_owned(), ..Default::default() };
    let answer = desk.directory().get_unit(request).await.map_err(|status| refused(&status))?;
    Ok(answer.into_inner().unit.unwrap_or_default().name)
}

async fn again(channel: &Channel, name: &str, account: &Account) -> anyhow::Result<(String, Account)> {
    let token = session(channel, &account.id, &account.password).await.with_context(|| account.id.clone())?;
    Ok((name.to_owned(), Account { token, ..account.clone() }))
}

fn administrator() -> Account {
    Account {
        id: ADMINISTRATOR.to_owned(),
        unit: OPERATOR.to_owned(),
        agency: Agency::Hub,
        roles: vec![Role::Administrator],
        zh: "系统管理员".to_owned(),
        en: "administrator".to_owned(),
        password: String::new(),
        token: String::new(),
    }
}

fn refused(status: &Status) -> anyhow::Error {
    anyhow!(said(status, Lang::En))
}

fn request_id() -> String {
    Uuid::now_v7().to_string()
}

async fn session(channel: &Channel, officer: &str, password: &str) -> anyhow::Result<String> {
    let request = v1::SignInRequest { officer: officer.to_owned(), password: password.to_owned() };
    let answer = SessionServiceClient::new(channel.clone()).sign_in(request).await;
    Ok(answer.map_err(|status| refused(&status))?.into_inner().token)
}

/// The first sign-in of an account, with the change of its one-time password.
async fn first_sign_in(channel: &Channel, account: Account, one_time: &str) -> anyhow::Result<Account> {
    let token = session(channel, &account.id, one_time).await?;
    let change = v1::ChangePasswordRequest {
        request_id: request_id(),
        old_password: one_time.to_owned(),
        new_password: PASSWORD.to_owned(),
        ..Default::default()
    };
    let mut client = SessionServiceClient::with_interceptor(channel.clone(), Bearer::new(&token)?);
    let changed = client.change_password(change).await.map_err(|status| refused(&status))?.into_inner();
    Ok(Account { password: PASSWORD.to_owned(), token: changed.token, ..account })
}

async fn enter_unit(desk: &Desk, unit: &plan::Unit) -> anyhow::Result<()> {
    let row = |fallback| v1::Competence { division: unit.division.clone(), categories: Vec::new(), fallback };
    let request = v1::RegisterUnitRequest {
        request_id: request_id(),
        unit_id: unit.id.clone(),
        name: unit.name.clone(),
        agency: unit.agency.to_wire(),
        level: unit.level.to_wire(),
        division: unit.division.clone(),
        superior: unit.superior.clone(),
        competence: vec![row(unit.fallback)],
        ..Default::default()
    };
    let answer = desk.directory().register_unit(request).await;
    let receipt =
        answer.map_err(|status| refused(&status)).with_context(|| unit.id.clone())?.into_inner().receipt;
    seen(desk, receipt, &unit.id).await
}

/// Waits until the directory shows what was written: those entered next refer to it.
async fn seen(desk: &Desk, receipt: Option<v1::CommandReceipt>, unit: &str) -> anyhow::Result<()> {
    let consistency_token = receipt.unwrap_or_default().consistency_token;
    let request = v1::GetUnitRequest { consistency_token, unit_id: unit.to_owned() };
    let shown = desk.directory().get_unit(request).await;
    shown.map(|_| ()).map_err(|status| refused(&status)).with_context(|| format!("waiting for {unit}"))
}

async fn enter_officer(
    channel: &Channel,
    desk: &Desk,
    plan: plan::Officer,
) -> anyhow::Result<(String, Account)> {
    let request = v1::RegisterOfficerRequest {
        request_id: request_id(),
        officer_id: plan.id.clone(),
        unit_id: plan.unit.clone(),
        name: cast::name(SEED, &plan.id),
        roles: numbers(&plan.roles),
        ..Default::default()
    };
    let answer = desk.directory().register_officer(request).await;
    let entered = answer.map_err(|status| refused(&status)).with_context(|| plan.id.clone())?.into_inner();
    seen(desk, entered.receipt, &plan.unit).await?;
    let account = Account {
        id: plan.id.clone(),
        unit: plan.unit,
        agency: plan.agency,
        roles: plan.roles,
        zh: plan.zh,
        en: plan.en,
        password: String::new(),
        token: String::new(),
    };
    let account =
        first_sign_in(channel, account, &entered.one_time_password).await.with_context(|| plan.id)?;
    Ok((plan.name, account))
}

/// Imports each county's list as its office would send it.
async fn enter_institutions(desk: &Desk, size: &Size) -> anyhow::Result<Vec<Premises>> {
    let mut all = Vec::new();
    for (county, _) in plan::counties(size) {
        let listing = cast::premises(SEED, &county, size.institutions)?;
        import(desk, &county, listing.csv).await?;
        all.extend(listing.premises);
    }
    Ok(all)
}

async fn import(desk: &Desk, county: &str, csv: Vec<u8>) -> anyhow::Result<()> {
    use v1::import_institutions_request::Part;
    use v1::import_institutions_response::News;
    let options = v1::ImportOptions {
        request_id: request_id(),
        format: v1::ImportFormat::Csv as i32,
        file_name: format!("institutions-{county}.csv"),
        dry_run: false,
    };
    let parts = [Part::Options(options), Part::Chunk(csv)];
    let parts = stream::iter(parts.map(|part| v1::ImportInstitutionsRequest { part: Some(part) }));
    let answer = desk.directory().import_institutions(parts).await.map_err(|status| refused(&status))?;
    let mut news = answer.into_inner();
    while let Some(told) = news.message().await.map_err(|status| refused(&status))? {
        match told.news {
            Some(News::BadRow(row)) => {
                return Err(anyhow!("institutions of {county}, line {}: {}", row.line, row.reason_en));
            }
            Some(News::Done(done)) => {
                let figures = done.figures.unwrap_or_default();
                ensure!(figures.bad == 0, "institutions of {county}: {} refused", figures.bad);
                let request = v1::GetUnitRequest {
                    consistency_token: done.consistency_token,
                    unit_id: super::unit_id(Agency::Education, county),
                };
                desk.directory().get_unit(request).await.map_err(|status| refused(&status))?;
                return Ok(());
            }
            Some(News::Progress(_)) | None => {}
        }
    }
    Err(anyhow!("the import of {county} ended without an answer"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::super::{CITY, COUNTY};
    use super::*;

    #[test]
    fn the_first_county_has_an_institution_of_every_kind_the_stories_need() {
        let size = Size::default();
        let here = cast::premises(SEED, COUNTY, size.institutions).unwrap().premises;
        assert_eq!(here.len(), size.institutions);
        for kind in ["kindergarten", "subject-training", "non-subject-training"] {
            assert!(here.iter().any(|one| one.kind == kind), "no {kind}");
        }
        assert!(here.iter().all(|one| one.credit_code.parse::<domain::credit_code::CreditCode>().is_ok()));
    }

    #[test]
    fn every_superior_is_entered_a_level_earlier_and_every_officer_has_a_unit() {
        let mut known = std::collections::BTreeSet::from([OPERATOR.to_owned()]);
        for level in plan::units(&Size::default()) {
            assert!(level.iter().all(|unit| unit.superior.is_empty() || known.contains(&unit.superior)));
            known.extend(level.into_iter().map(|unit| unit.id));
        }
        let officers = plan::officers(&Size::default());
        assert!(officers.iter().all(|officer| known.contains(&officer.unit)));
        let mut ids: Vec<&str> = officers.iter().map(|officer| officer.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), officers.len());
    }

    #[test]
    fn the_city_takes_what_no_county_owns() {
        let units: Vec<plan::Unit> = plan::units(&Size::default()).into_iter().flatten().collect();
        let fallback: Vec<&str> =
            units.iter().filter(|unit| unit.fallback).map(|unit| unit.id.as_str()).collect();
        assert_eq!(fallback, [super::super::unit_id(Agency::Education, CITY)]);
    }
}
