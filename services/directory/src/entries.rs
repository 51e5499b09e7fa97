//! The directory's commands: what a request becomes. Never here: queries.

use domain::actor::{Agency, Level, Unit};
use domain::category::Category;
use domain::credit_code::CreditCode;
use domain::ids::UnitId;
use domain::institution::{self, InstitutionKind, InstitutionRule, Particulars};
use domain::jurisdiction::Jurisdiction;
use domain::officer::{self, OfficerRule};
use domain::unit;
use hub::call::{Call, receipt, stream_of};
use hub::handle::Handled;
use hub::identity::one_time_password;
use hub::{Hub, mint, refuse};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use crate::Directory;
use crate::import::id_of;

/// Most rows of competence of one unit.
const MOST_ROWS: usize = 200;

/// Competence rows of a request.
pub(crate) fn competence(
    hub: &Hub,
    rows: &[v1::Competence],
    faults: &mut Violations,
) -> Option<Vec<Jurisdiction>> {
    let today = mint::beijing_day(hub.time.now());
    faults.each("competence", (rows, MOST_ROWS), |faults, row| {
        let division = faults.division("division", &row.division, today);
        let categories = faults.chosen_many::<Category>("categories", &row.categories);
        Some(Jurisdiction { division: division?, categories: categories?, fallback: row.fallback })
    })
}

/// A new unit.
pub(crate) fn register_unit(
    hub: &Hub,
    asked: &v1::RegisterUnitRequest,
    faults: &mut Violations,
) -> Option<unit::Command> {
    let today = mint::beijing_day(hub.time.now());
    // A fault of the id was named when the matter was read.
    let id = asked.unit_id.parse::<UnitId>().ok();
    let name = faults.required_text("name", &asked.name);
    let agency = faults.chosen::<Agency>("agency", asked.agency);
    let level = faults.chosen::<Level>("level", asked.level);
    let division = faults.division("division", &asked.division, today);
    let superior = faults.optional_id::<UnitId>("superior", &asked.superior);
    if let Some(superior) = &superior {
        // The unit above is of the same agency: escalation must not leave it.
        let known = hub.roster.unit(superior).ok().flatten();
        if known.is_none_or(|known| Some(known.unit.agency) != agency) {
            faults.add("superior", &Flaw::new("UNIT_UNKNOWN").with("unit", superior));
        }
    }
    let competence = competence(hub, &asked.competence, faults);
    let unit = Unit { id: id?, agency: agency?, level: level?, division: division? };
    Some(unit::Command::Register(Box::new(unit::Registered {
        unit,
        name: name?,
        superior,
        competence: competence?,
    })))
}

/// A new officer with a one-time password: two commands, the second with an id derived from the first. Without a
/// credential the first alone: there is nothing to sign in with.
pub(crate) async fn register_officer(
    hub: &Hub,
    request: Request<v1::RegisterOfficerRequest>,
) -> Result<v1::RegisterOfficerResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let asked = request.into_inner();
    let id = faults.id("officer_id", &asked.officer_id);
    let unit_id = faults.id::<UnitId>("unit_id", &asked.unit_id);
    let unit = unit_id.and_then(|unit| match hub.roster.unit(&unit) {
        Ok(Some(entry)) => Some(entry.unit.clone()),
        Ok(None) | Err(_) => {
            faults.add("unit_id", &Flaw::new("UNIT_UNKNOWN").with("unit", unit));
            None
        }
    });
    let name = faults.personal("name", &asked.name, 50);
    let roles = faults.chosen_many("roles", &asked.roles);
    faults.into_result()?;
    let (Some(call), Some(officer), Some(unit), Some(name), Some(roles)) = (call, id, unit, name, roles)
    else {
        return Err(refuse::internal(&"a request without faults gave no officer"));
    };
    let subject = format!("SU-{officer}").parse().map_err(|error| refuse::internal(&error))?;
    let name = hub.keys.seal(&subject, "name", &name).map_err(refuse::seal)?;
    let stream = stream_of(&officer)?;
    let command = officer::Command::Register(Box::new(officer::Registered { officer, unit, name, roles }));
    let handled = hub.handle::<OfficerRule>(&stream, &call.order(command)).await.map_err(refuse::handle)?;
    if asked.without_credential {
        Directory::shown(hub, &handled.token()).await;
        let receipt = receipt::<OfficerRule>(&handled);
        return Ok(v1::RegisterOfficerResponse { receipt, one_time_password: String::new() });
    }
    let (one_time_password, set) = set_one_time(hub, &call, &handled).await?;
    Ok(v1::RegisterOfficerResponse { receipt: receipt::<OfficerRule>(&set), one_time_password })
}

/// A new one-time password for a known officer.
pub(crate) async fn reset_password(
    hub: &Hub,
    request: Request<v1::ResetPasswordRequest>,
) -> Result<v1::ResetPasswordResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let officer = faults.id::<domain::ids::OfficerId>("officer_id", &request.get_ref().officer_id);
    faults.into_result()?;
    let (Some(call), Some(officer)) = (call, officer) else {
        return Err(refuse::internal(&"a request without faults gave no officer"));
    };
    let stream = stream_of(&officer)?;
    let (state, _) = hub.state::<OfficerRule>(&stream).await.map_err(refuse::handle)?;
    let handled = Handled {
        stream,
        revision: hub::project::Revision::FIRST,
        state,
        recorded: hub.time.now(),
        repeated: false,
        cause: call.id,
    };
    let (one_time_password, set) = set_one_time(hub, &call, &handled).await?;
    Ok(v1::ResetPasswordResponse { receipt: receipt::<OfficerRule>(&set), one_time_password })
}

/// Sets a fresh one-time password. Repeating a request that was done gives no password: it was shown once.
async fn set_one_time(
    hub: &Hub,
    call: &Call,
    officer: &Handled<officer::State>,
) -> Result<(String, Handled<officer::State>), Refusal> {
    let entry = match &officer.state {
        officer::State::Active(entry) | officer::State::Disabled(entry) => entry,
        // Not permitted or not there: the caller is not told which.
        officer::State::Unknown => return Err(Refusal::Permission),
    };
    let password = one_time_password().map_err(|error| refuse::internal(&error))?;
    let hash =
        hub.passwords.hash(&entry.officer, &password).await.map_err(|error| refuse::internal(&error))?;
    let credential = hub.keys.seal(&entry.name.subject, "credential", &hash).map_err(refuse::seal)?;
    let mut order = call.order(officer::Command::SetCredential { credential, one_time: true });
    order.id = mint::follow_up(officer.cause, "credential");
    let set = hub.handle::<OfficerRule>(&officer.stream, &order).await.map_err(refuse::handle)?;
    Directory::shown(hub, &set.token()).await;
    let shown = if set.repeated { String::new() } else { password.to_string() };
    Ok((shown, set))
}

/// An institution entered or corrected by hand.
pub(crate) async fn register_institution(
    hub: &Hub,
    request: Request<v1::RegisterInstitutionRequest>,
) -> Result<v1::RegisterInstitutionResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let asked = request.get_ref();
    let today = mint::beijing_day(hub.time.now());
    let code = faults.id::<CreditCode>("credit_code", &asked.credit_code);
    let name = faults.required_text("name", &asked.name);
    let kind = faults.chosen::<InstitutionKind>("kind", asked.kind);
    let division = faults.division("division", &asked.division, today);
    let address = faults.required_text("address", &asked.address);
    let lead = faults.chosen::<Agency>("lead", asked.lead);
    faults.into_result()?;
    let (Some(call), Some(credit_code), Some(name), Some(kind)) = (call, code, name, kind) else {
        return Err(refuse::internal(&"a request without faults gave no institution"));
    };
    let (Some(division), Some(address), Some(lead)) = (division, address, lead) else {
        return Err(refuse::internal(&"a request without faults gave no institution"));
    };
    let id = id_of(&credit_code)?;
    let stream = stream_of(&id)?;
    let institution_id = id.to_string();
    let entry = Particulars { id, credit_code, name, kind, division, address, lead };
    let command = institution::Command::Register(Box::new(entry));
    let handled =
        hub.handle::<InstitutionRule>(&stream, &call.order(command)).await.map_err(refuse::handle)?;
    Directory::shown(hub, &handled.token()).await;
    Ok(v1::RegisterInstitutionResponse { receipt: receipt::<InstitutionRule>(&handled), institution_id })
}
