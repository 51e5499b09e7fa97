//! The notice to rectify 责令限期整改通知书: the hazard, its basis, the deadline, how to ask for a re-inspection.
//! Never here: layout.

use domain::hazard::{Category, Grade};
use serde::{Deserialize, Serialize};
use wire::convert::{OnWire, moment};
use wire::v1;

use super::{Both, Content, LAYOUT, Printed, Wanted};
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;
use crate::cli::hazard::look::get;
use crate::cli::show::{division, unit};
use crate::cli::times::last_day;

/// The event by which the institution was told.
const NOTICED: &str = "hazard.noticed";
/// The clocks whose end is the deadline begin with this.
const RECTIFY: &str = "hazard-rectify";

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(super) id: String,
    pub(super) institution: String,
    pub(super) institution_id: String,
    pub(super) division: String,
    pub(super) lead: String,
    pub(super) category: Both,
    pub(super) grade: Both,
    pub(super) spot: String,
    pub(super) basis: String,
    pub(super) found: String,
    pub(super) inspection: String,
    pub(super) line: String,
    pub(super) deadline: String,
}

/// Writes it.
pub(crate) async fn run(desk: &Desk, wanted: Wanted) -> Result<(), Failure> {
    printed(desk, &wanted.id).await?.save(desk, wanted)
}

pub(super) async fn printed(desk: &Desk, id: &str) -> Result<Printed, Failure> {
    let answer = get(desk, id.to_owned()).await?;
    of(&answer.hazard.unwrap_or_default(), &answer.history)
}

/// The notice about a hazard.
///
/// # Errors
/// When the institution has not been told yet.
pub(super) fn of(one: &v1::Hazard, history: &[v1::HistoryEntry]) -> Result<Printed, Failure> {
    if one.notice_number.is_empty() {
        return Err(Failure::plain(
            format!("{} 尚未下达整改通知。\n下达：safeguard hazard notify {} --number 文号", one.id, one.id),
            format!(
                "{} has no notice yet.\nGive it: safeguard hazard notify {} --number NUMBER",
                one.id, one.id
            ),
        ));
    }
    let clock = one.clocks.iter().rfind(|clock| clock.rule.starts_with(RECTIFY));
    let noticed = history.iter().rfind(|entry| entry.kind == NOTICED);
    let word =
        |list, code: Option<&str>| code.map_or_else(|| Both::new("", ""), |code| Both::word(list, code));
    let page = Page {
        id: one.id.clone(),
        institution: one.institution_name.clone(),
        institution_id: one.institution_id.clone(),
        division: division(&one.division, &one.division_name),
        lead: unit(one.lead.as_ref()),
        category: word("hazard", Category::from_wire(one.category).map(Category::code)),
        grade: word("grade", Grade::from_wire(one.grade).map(Grade::code)),
        spot: one.spot.clone(),
        basis: one.basis.clone(),
        found: day(one.found_at.as_ref()),
        inspection: one.inspection_id.clone(),
        line: one.line.clone(),
        deadline: clock
            .and_then(|clock| last_day(clock.due_at.as_ref()?))
            .map(|day| day.to_string())
            .unwrap_or_default(),
    };
    Ok(Printed {
        layout: LAYOUT,
        title: Both::new("责令限期整改通知书", "Notice to rectify"),
        number: one.notice_number.clone(),
        date: day(noticed.and_then(|entry| entry.at.as_ref())),
        content: Content::Hazard(Box::new(page)),
    })
}

/// A day in Beijing.
fn day(at: Option<&prost_types::Timestamp>) -> String {
    let at = at.and_then(moment).map(|at| domain::period::BEIJING.to_datetime(at));
    at.map(|at| at.date().to_string()).unwrap_or_default()
}
