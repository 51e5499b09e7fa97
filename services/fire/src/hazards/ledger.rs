//! The ledger: what became of the hazards found, for each institution, unit or division, and of all together. Rates are
//! a part and the whole it is of, never a fraction. Never here: who may see what (that is `reach`).

use std::collections::BTreeMap;

use domain::division::{DivisionCode, Divisions};
use domain::hazard::{Category, Grade};
use domain::ids::{InstitutionId, UnitId};
use domain::period::BEIJING;
use hub::page::{behind, cut, token};
use hub::{Hub, mint, refuse};
use jiff::civil::Date;
use rusqlite::{Connection, Row, params_from_iter};
use tonic::Request;
use wire::convert::OnWire;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::{self, HazardLedgerRow, LedgerBy};
use wire::violations::Violations;

use super::reach::Wanted;
use super::read::institution_name;
use super::{Hazards, reach};

/// What is counted, in the order it is read; a void record counts nowhere.
const COUNTED: &str = "count(*), count(iif(grade = 2, 1, NULL)), count(iif(verified AND on_spot, 1, NULL)),
    count(iif(verified AND NOT on_spot AND NOT late, 1, NULL)), count(iif(verified AND NOT on_spot AND late, 1, NULL)),
    count(iif(closed, NULL, 1)), count(iif(overdue AND NOT closed, 1, NULL)),
    count(iif(stage = 'hazard-transferred', 1, NULL)), count(verified), coalesce(sum(looks), 0)";

/// What is asked of the ledger, checked.
struct Asked {
    size: u16,
    after: Option<String>,
    by: LedgerBy,
    unit: Option<UnitId>,
    division: Option<Vec<DivisionCode>>,
    institution: Option<InstitutionId>,
    category: Option<Category>,
    grade: Option<Grade>,
    days: (Option<Date>, Option<Date>),
    today: Date,
}

pub(super) async fn get(
    api: &Hazards,
    request: Request<v1::GetHazardLedgerRequest>,
) -> Result<v1::GetHazardLedgerResponse, Refusal> {
    let caller = api.hub.caller(request.metadata())?;
    let request = request.into_inner();
    let asked = asked(&api.hub, &request)?;
    let wanted = asked.narrow(reach::of(&api.hub, &caller)?);
    api.hub.wait(&api.view, &caller, &request.consistency_token).await?;
    let (by, size, after, today) = (asked.by, asked.size, asked.after, asked.today);
    let found = api.view.read(move |tables| {
        let all = if after.is_none() { Some(all(tables, &wanted)?) } else { None };
        let rows = match by {
            LedgerBy::Division => divisions(tables, wanted, (after, size), today)?,
            LedgerBy::Institution | LedgerBy::Unit | LedgerBy::Unspecified => {
                page(tables, wanted, column(by), (after, size))?
            }
        };
        Ok((rows, all))
    });
    let (mut rows, all) = found.await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |row| token(&row.key));
    for row in &mut rows {
        row.name = name(&api.hub, by, &row.key)?;
    }
    Ok(v1::GetHazardLedgerResponse {
        consistency_token: request.consistency_token,
        next_page_token: next.unwrap_or_default(),
        rows,
        all,
    })
}

fn asked(hub: &Hub, request: &v1::GetHazardLedgerRequest) -> Result<Asked, Refusal> {
    let mut faults = Violations::new();
    let size = faults.page_size(request.page_size);
    let after = behind(&mut faults, &request.page_token);
    let by = LedgerBy::try_from(request.by).ok().filter(|by| *by != LedgerBy::Unspecified);
    if by.is_none() {
        faults.add("by", &Flaw::new("UNSPECIFIED"));
    }
    let unit = faults.optional_id("unit_id", &request.unit_id);
    let today = mint::beijing_day(hub.time.now());
    let division = faults.optional_area("division", &request.division, today);
    let institution = faults.optional_id("institution_id", &request.institution_id);
    let days = (faults.optional_date("from", &request.from), faults.optional_date("until", &request.until));
    let category = faults.optional_chosen("category", request.category);
    let grade = faults.optional_chosen("grade", request.grade);
    let read = size.zip(after).zip(by);
    let ((size, after), by) = faults.done(read)?;
    Ok(Asked { size, after, by, unit, division, institution, category, grade, days, today })
}

impl Asked {
    fn narrow(&self, mut wanted: Wanted) -> Wanted {
        wanted.unordered();
        wanted.plain("stage <> 'hazard-voided'");
        self.division.iter().for_each(|codes| wanted.within(codes));
        self.institution.iter().for_each(|id| wanted.of_institution(id));
        if let Some(unit) = &self.unit {
            wanted.and("lead = {}", unit.to_string());
        }
        if let Some(category) = self.category {
            wanted.and("category = {}", i64::from(category.to_wire()));
        }
        if let Some(grade) = self.grade {
            wanted.and("grade = {}", i64::from(grade.to_wire()));
        }
        let midnight = |day: Date| BEIJING.to_timestamp(day.into()).ok();
        if let Some(first) = self.days.0.and_then(midnight) {
            wanted.and("found >= {}", first.as_microsecond());
        }
        if let Some(end) = self.days.1.and_then(|day| day.tomorrow().ok()).and_then(midnight) {
            wanted.and("found < {}", end.as_microsecond());
        }
        wanted
    }
}

/// The column a ledger has a row for each value of.
const fn column(by: LedgerBy) -> &'static str {
    match by {
        LedgerBy::Institution => "institution",
        LedgerBy::Unit => "lead",
        LedgerBy::Division | LedgerBy::Unspecified => "county",
    }
}

fn counted(row: &Row<'_>, key: String) -> rusqlite::Result<HazardLedgerRow> {
    let count = |place: usize| row.get::<_, u32>(place).map(u64::from);
    let passed = count(9)?;
    Ok(HazardLedgerRow {
        key,
        name: String::new(),
        found: count(1)?,
        major: count(2)?,
        on_spot: count(3)?,
        on_time: count(4)?,
        late: count(5)?,
        open: count(6)?,
        overdue: count(7)?,
        transferred: count(8)?,
        rectified: passed,
        looks: count(10)?,
        passed,
    })
}

fn all(tables: &Connection, wanted: &Wanted) -> rusqlite::Result<HazardLedgerRow> {
    tables
        .prepare_cached(&format!("SELECT '', {COUNTED} {}", wanted.rows()))?
        .query_row(params_from_iter(&wanted.values), |row| counted(row, String::new()))
}

/// One row more than a page, by key.
fn page(
    tables: &Connection,
    mut wanted: Wanted,
    column: &str,
    (after, size): (Option<String>, u16),
) -> rusqlite::Result<Vec<HazardLedgerRow>> {
    if let Some(after) = after {
        wanted.and(&format!("{column} > {{}}"), after);
    }
    let more = wanted.mark(i64::from(size) + 1);
    let rows = wanted.rows();
    let sql = format!("SELECT {column}, {COUNTED} {rows} GROUP BY {column} ORDER BY {column} LIMIT {more}");
    let mut find = tables.prepare_cached(&sql)?;
    find.query_map(params_from_iter(wanted.values), |row| counted(row, row.get(0)?))?.collect()
}

/// One row more than a page by division: what was counted under a code that is merged is counted under the one that
/// answers for it today. The merged codes are few and read whole, so the others come off the index page by page.
fn divisions(
    tables: &Connection,
    mut wanted: Wanted,
    (after, size): (Option<String>, u16),
    today: Date,
) -> rusqlite::Result<Vec<HazardLedgerRow>> {
    let into: BTreeMap<DivisionCode, DivisionCode> = Divisions::standard().merged(today).collect();
    let merged: Vec<DivisionCode> = into.keys().copied().collect();
    let mut others = wanted.clone();
    let in_force = others.one_of(("county", "NOT "), &merged);
    others.plain(in_force);
    let gone = wanted.one_of(("county", ""), &merged);
    wanted.plain(gone);
    let mut rows = page(tables, others, "county", (after.clone(), size))?;
    for mut row in page(tables, wanted, "county", (None, u16::MAX))? {
        let now = row.key.parse().ok().and_then(|code: DivisionCode| into.get(&code));
        row.key = now.map(ToString::to_string).unwrap_or_default();
        if after.as_ref().is_some_and(|after| row.key <= *after) {
            continue;
        }
        match rows.binary_search_by(|known| known.key.cmp(&row.key)) {
            Ok(place) => rows.get_mut(place).into_iter().for_each(|known| add(known, &row)),
            Err(place) => rows.insert(place, row),
        }
    }
    rows.truncate(usize::from(size) + 1);
    Ok(rows)
}

fn add(row: &mut HazardLedgerRow, more: &HazardLedgerRow) {
    row.found += more.found;
    row.major += more.major;
    row.on_spot += more.on_spot;
    row.on_time += more.on_time;
    row.late += more.late;
    row.open += more.open;
    row.overdue += more.overdue;
    row.transferred += more.transferred;
    row.rectified += more.rectified;
    row.looks += more.looks;
    row.passed += more.passed;
}

fn name(hub: &Hub, by: LedgerBy, key: &str) -> Result<String, Refusal> {
    Ok(match by {
        LedgerBy::Institution => institution_name(hub, key)?,
        LedgerBy::Unit => {
            let known = key.parse::<UnitId>().ok().map(|id| hub.roster.unit(&id)).transpose();
            known.map_err(refuse::view)?.flatten().map(|entry| entry.name.to_string()).unwrap_or_default()
        }
        LedgerBy::Division | LedgerBy::Unspecified => {
            let code = key.parse::<DivisionCode>().ok();
            let row = code.and_then(|code| Divisions::standard().find(code));
            row.map(|row| row.name.clone()).unwrap_or_default()
        }
    })
}
