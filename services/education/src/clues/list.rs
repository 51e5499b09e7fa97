//! The list of clues: those of the reader's unit, and for a unit above them those of its area, most urgent
//! and first due first. No personal values. Never here: one clue with its content.

use domain::actor::Unit;
use domain::category::{Category, Channel, Minor, Urgency};
use domain::division::Divisions;
use domain::ids::InstitutionId;
use hub::answer::{Answer, ClockRow, moment};
use hub::page::{behind, cut, token};
use hub::{Hub, View, refuse};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tonic::{Request, Response};
use wire::convert::OnWire;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1::{ClueSummary, ListCluesRequest, ListCluesResponse};
use wire::violations::Violations;

use super::page::{self, json};
use super::running::read as clock_row;
use super::tally::STAGES;

/// Characters of a part of an id.
const ID_TEXT: usize = 40;

/// Clues of a unit up to which they are looked up one by one and sorted; beyond that a page is sooner full by
/// reading the order off the index.
const FEW: i64 = 2_000;

const COLUMNS: &str = "SELECT id, stage, urgency, category, channel, minor, division, institution, received,
    obligation, due, CASE WHEN stage IN ('transferred-police', 'transferred-other')
        THEN COALESCE(receiver, handler, owner) ELSE COALESCE(handler, owner) END";

const FILTERS: &str = "AND (urgency, due, id) > (?1, ?2, ?3) AND ?4 = ?4 AND ?5 = ?5
    AND (?7 IS NULL OR division IN (SELECT value FROM json_each(?7)))
    AND (?8 IS NULL OR stage IN (SELECT value FROM json_each(?8)))
    AND (?9 IS NULL OR CAST(urgency AS TEXT) IN (SELECT value FROM json_each(?9)))
    AND (?10 IS NULL OR category IN (SELECT value FROM json_each(?10)))
    AND (?11 = 0 OR EXISTS (SELECT 1 FROM clock WHERE clock.matter = clue.id AND standing = 3))
    AND (?12 = 0 OR owner = ?6 OR handler = ?6)
    AND (?13 = '' OR instr(id, ?13) > 0)
    ORDER BY urgency, due, id LIMIT ?14";

/// What is asked of the list, checked. Lists of words are JSON; `None` means all.
struct Asked {
    unit: Unit,
    stages: Option<String>,
    urgencies: Option<String>,
    categories: Option<String>,
    division: Option<domain::division::DivisionCode>,
    overdue: bool,
    mine: bool,
    id_text: String,
    after: (i64, i64, String),
    size: u16,
}

/// A row as read.
struct Found {
    summary: ClueSummary,
    institution: Option<String>,
    key: (i64, i64),
}

/// `ListClues`.
pub(crate) async fn list(
    hub: &Hub,
    view: &View,
    request: Request<ListCluesRequest>,
) -> Answer<ListCluesResponse> {
    let caller = hub.caller(request.metadata())?;
    let request = request.into_inner();
    let asked = asked(&request, &caller.actor.unit)?;
    hub.allow(&caller, "view.clue", &caller.own())?;
    hub.wait(view, &caller, &request.consistency_token).await?;
    let size = asked.size;
    let mut rows = view.read(move |tables| find(tables, &asked)).await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |last| token(&(last.key.0, last.key.1, &last.summary.id)));
    let clues = rows.into_iter().map(|row| named(hub, row)).collect::<Result<_, _>>()?;
    Ok(Response::new(ListCluesResponse {
        consistency_token: request.consistency_token,
        next_page_token: next.unwrap_or_default(),
        clues,
    }))
}

fn asked(request: &ListCluesRequest, unit: &Unit) -> Result<Asked, Refusal> {
    let mut look = Violations::new();
    let size = look.page_size(request.page_size);
    for (place, stage) in request.stages.iter().enumerate() {
        if !STAGES.contains(&stage.as_str()) {
            let shown: String = stage.chars().take(ID_TEXT).collect();
            look.add(&format!("stages[{place}]"), &Flaw::new("WORD").with("value", shown));
        }
    }
    let urgencies: Vec<Urgency> = look.chosen_many("urgencies", &request.urgencies).unwrap_or_default();
    let categories: Vec<Category> = look.chosen_many("categories", &request.categories).unwrap_or_default();
    let division = page::area(&mut look, &request.division, unit.division);
    if request.id_text.chars().count() > ID_TEXT {
        let flaw = Flaw::new("TEXT_TOO_LONG").with("length", request.id_text.chars().count());
        look.add("id_text", &flaw.with("max", ID_TEXT));
    }
    let after = behind(&mut look, &request.page_token).flatten();
    let some = |words: Vec<String>| if words.is_empty() { None } else { Some(json(words)) };
    let numbers = urgencies.iter().map(|urgency| urgency.to_wire().to_string());
    let asked = Asked {
        unit: unit.clone(),
        stages: some(request.stages.clone()),
        urgencies: some(numbers.collect()),
        categories: some(categories.iter().map(|category| category.code().to_owned()).collect()),
        division: division.filter(|_| !request.division.trim().is_empty()),
        overdue: request.overdue,
        mine: request.mine,
        id_text: request.id_text.trim().to_ascii_uppercase(),
        after: after.unwrap_or_default(),
        size: size.unwrap_or_default(),
    };
    look.done(Some(asked))
}

fn is_party_of_few(tables: &Connection, unit: &str) -> rusqlite::Result<bool> {
    tables
        .prepare_cached("SELECT COUNT(*) <= ?2 FROM (SELECT 1 FROM party WHERE unit = ?1 LIMIT ?2 + 1)")?
        .query_row(params![unit, FEW], |row| row.get(0))
}

/// One more row than the page holds, so that the last page is known. A unit above others, or one with many
/// clues, has the order read off the index; a unit with few has its own looked up and sorted.
fn find(tables: &Connection, asked: &Asked) -> rusqlite::Result<Vec<Found>> {
    let above = page::places(tables, "clue", |place| page::below(&asked.unit, place))?;
    let within = asked
        .division
        .map(|area| page::places(tables, "clue", |place| Divisions::standard().is_within(place, area)))
        .transpose()?;
    let few = above == "[]" && is_party_of_few(tables, asked.unit.id.as_str())?;
    let from = if few { "clue" } else { "clue INDEXED BY clue_order" };
    let whose = if few {
        "id IN (SELECT clue FROM party WHERE party.unit = ?6)"
    } else {
        "((agency = ?4 AND division IN (SELECT value FROM json_each(?5)))
          OR EXISTS (SELECT 1 FROM party WHERE party.unit = ?6 AND party.clue = clue.id))"
    };
    let mut find = tables.prepare_cached(&format!("{COLUMNS} FROM {from} WHERE {whose} {FILTERS}"))?;
    let (urgency, due, id) = &asked.after;
    let rows = find.query_map(
        params![
            urgency,
            due,
            id,
            asked.unit.agency.code(),
            above,
            asked.unit.id.as_str(),
            within,
            asked.stages,
            asked.urgencies,
            asked.categories,
            asked.overdue,
            asked.mine,
            asked.id_text,
            i64::from(asked.size) + 1
        ],
        read,
    )?;
    let mut rows = rows.collect::<rusqlite::Result<Vec<Found>>>()?;
    for row in &mut rows {
        row.summary.clock = first_clock(tables, &row.summary.id)?;
    }
    Ok(rows)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Found> {
    let urgency: i64 = row.get(2)?;
    let summary = ClueSummary {
        id: row.get(0)?,
        stage: row.get(1)?,
        // Stored as the rank, which is the number on the wire.
        urgency: i32::try_from(urgency).unwrap_or_default(),
        category: number::<Category>(row.get(3)?),
        channel: number::<Channel>(row.get(4)?),
        minor: number::<Minor>(row.get(5)?),
        division: row.get(6)?,
        institution_name: String::new(),
        received_at: moment(row.get(8)?),
        unit: row.get(11)?,
        obligation_open: row.get::<_, i64>(9)? == 1,
        clock: None,
    };
    Ok(Found { summary, institution: row.get(7)?, key: (urgency, row.get(10)?) })
}

/// A stored word as its number on the wire.
fn number<T: OnWire + DeserializeOwned>(word: String) -> i32 {
    serde_json::from_value::<T>(Value::String(word)).map(T::to_wire).unwrap_or_default()
}

fn first_clock(tables: &Connection, matter: &str) -> rusqlite::Result<Option<wire::v1::Clock>> {
    let first = tables
        .prepare_cached("SELECT rule, version, started, due, standing FROM clock WHERE matter = ?1 ORDER BY due, rule LIMIT 1")?
        .query_row([matter], clock_row)
        .optional()?;
    Ok(first.as_ref().and_then(ClockRow::on_wire))
}

fn named(hub: &Hub, row: Found) -> Result<ClueSummary, Refusal> {
    let id = row.institution.and_then(|id| id.parse::<InstitutionId>().ok());
    let known = id.map(|id| hub.roster.institution(&id).map_err(refuse::view)).transpose()?.flatten();
    let institution_name = known.map(|known| known.name.to_string()).unwrap_or_default();
    Ok(ClueSummary { institution_name, ..row.summary })
}
