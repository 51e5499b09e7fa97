//! Importing institutions from CSV or JSON Lines: every bad record is named by line and field, the good ones
//! are recorded. Never here: reading files or lines.

use domain::actor::Agency;
use domain::credit_code::CreditCode;
use domain::ids::InstitutionId;
use domain::institution::{Command, InstitutionKind, InstitutionRule, Particulars};
use hub::call::{Call, stream_of};
use hub::import::{Fields, Taken, Turns};
use hub::{Hub, mint, refuse};
use serde_json::Value;
use uuid::Uuid;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::violations::Violations;

use crate::Directory;

/// The columns of a record; all of it is public record.
pub(crate) const COLUMNS: [&str; 6] = ["credit_code", "name", "kind", "division", "address", "lead"];

/// The id of an institution: its credit code.
pub(crate) fn id_of(code: &CreditCode) -> Result<InstitutionId, Refusal> {
    format!("IN-{code}").parse().map_err(|error| refuse::internal(&error))
}

/// One record of the import. Records of the same institution take turns.
pub(crate) async fn take(
    hub: &Hub,
    call: &Call,
    turns: &Turns,
    dry: bool,
    fields: Fields,
) -> Result<Taken, Refusal> {
    let particulars = particulars(hub, &fields)?;
    if dry {
        return Ok(Taken::Dry);
    }
    let stream = stream_of(&particulars.id)?;
    let content = serde_json::to_string(&particulars).map_err(|error| refuse::internal(&error))?;
    let turn = turns.of(mint::follow_up(Uuid::NAMESPACE_OID, stream.as_str()));
    let _mine = turn.lock().await;
    let (_, before) = hub.state::<InstitutionRule>(&stream).await.map_err(refuse::handle)?;
    // The same record on the same state of the entry is the same command, whichever file or line it stands
    // in; the state is part of it, so that an entry can be corrected back to what it once was.
    let at = before.map_or(0, |revision| revision.get() + 1);
    let id = mint::follow_up(Uuid::NAMESPACE_OID, &format!("{stream}/{at}/{content}"));
    let mut order = call.order(Command::Register(Box::new(particulars)));
    order.id = id;
    let handled = hub.handle::<InstitutionRule>(&stream, &order).await.map_err(refuse::handle)?;
    Directory::shown(hub, &handled.token()).await;
    let unchanged = handled.repeated || before == Some(handled.revision);
    Ok(if unchanged { Taken::Repeated } else { Taken::New(handled.token()) })
}

/// The particulars of a record with columns `credit_code`, `name`, `kind`, `division`, `address`, `lead`.
fn particulars(hub: &Hub, fields: &Fields) -> Result<Particulars, Refusal> {
    let mut faults = Violations::new();
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    let today = mint::beijing_day(hub.time.now());
    let code = faults.id::<CreditCode>("credit_code", text("credit_code"));
    let name = faults.required_text("name", text("name"));
    let kind = InstitutionKind::parse(text("kind").trim());
    let kind = faults.field("kind", kind.ok_or_else(|| Flaw::new("WORD").with("value", short(text("kind")))));
    let division = faults.division("division", text("division").trim(), today);
    let address = faults.required_text("address", text("address"));
    let lead = Agency::parse(text("lead").trim());
    let lead = faults.field("lead", lead.ok_or_else(|| Flaw::new("WORD").with("value", short(text("lead")))));
    faults.into_result()?;
    let (Some(credit_code), Some(name), Some(kind), Some(division), Some(address), Some(lead)) =
        (code, name, kind, division, address, lead)
    else {
        return Err(refuse::internal(&"a record without faults gave no particulars"));
    };
    let id = id_of(&credit_code)?;
    Ok(Particulars { id, credit_code, name, kind, division, address, lead })
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}
