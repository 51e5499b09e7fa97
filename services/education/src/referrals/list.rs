//! The list of referrals a reader may see, in the order in which their clocks run out. Keyset pagination: no
//! page shifts when referrals come and go. Never here: sealed values.
//!
//! Who sees a row is the policy of `views.cedar` in SQL: a unit that is a party, and a unit above the place of
//! an agency that is one. Whether the reader works on matters at all is asked of the policies themselves.

use std::fmt::Write as _;

use domain::actor::{Level, Unit};
use domain::division::DivisionCode;
use domain::ids::ReferralId;
use hub::answer::{Answer, ClockRow, moment};
use hub::page::{behind, cut, token};
use hub::{Caller, Hub, mint, refuse};
use rusqlite::types::Value;
use rusqlite::{Connection, Row, params_from_iter};
use tonic::{Request, Response};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::show::Standing;
use wire::v1::{ListReferralsRequest, ListReferralsResponse, ReferralSummary};
use wire::violations::Violations;

use super::Referrals;
use super::tables::{BREACHED, WARNED, words};

/// Characters of a piece of an id.
const ID_TEXT: usize = 40;

/// What is asked, checked.
struct Asked {
    size: u16,
    behind: Option<(i64, ReferralId)>,
    stages: Vec<String>,
    division: Option<DivisionCode>,
    overdue: bool,
    mine: bool,
    id_text: String,
}

impl Referrals {
    /// The referrals the reader may see, first due first.
    pub async fn list_referrals(
        &self,
        request: Request<ListReferralsRequest>,
    ) -> Answer<ListReferralsResponse> {
        let caller = self.hub.caller(request.metadata())?;
        let asked = request.into_inner();
        let mut look = Violations::new();
        let wanted = read(&self.hub, &asked, &mut look);
        let wanted = look.done(wanted)?;
        works(&self.hub, &caller)?;
        self.hub.wait(&self.view, &caller, &asked.consistency_token).await?;
        let size = wanted.size;
        let unit = caller.actor.unit.clone();
        let mut rows =
            self.view.read(move |tables| page(tables, &unit, &wanted)).await.map_err(refuse::view)?;
        let next = cut(&mut rows, size, |(due, row)| token(&(due, &row.id)));
        Ok(Response::new(ListReferralsResponse {
            consistency_token: asked.consistency_token,
            next_page_token: next.unwrap_or_default(),
            referrals: rows.into_iter().map(|(_, row)| row).collect(),
        }))
    }
}

/// Whether the reader works on the matters of the own unit at all; an auditor or operator has no list.
pub(crate) fn works(hub: &Hub, caller: &Caller) -> Result<(), Refusal> {
    hub.allow(caller, "view.referral", &caller.own())
}

/// Stage words of a filter; unknown ones are faults.
pub(crate) fn stages(given: &[String], known: &[&str], look: &mut Violations) -> Option<Vec<String>> {
    look.each("stages", (given, known.len()), |look, word| {
        if known.contains(&word.as_str()) {
            return Some(word.clone());
        }
        let shown: String = word.chars().take(ID_TEXT).collect();
        look.add("", &Flaw::new("WORD").with("value", shown));
        None
    })
}

fn read(hub: &Hub, asked: &ListReferralsRequest, look: &mut Violations) -> Option<Asked> {
    let size = look.page_size(asked.page_size);
    let behind = behind(look, &asked.page_token);
    let stages = stages(&asked.stages, &words(), look);
    let today = mint::beijing_day(hub.time.now());
    let division = look.optional_division("division", &asked.division, today);
    let id_text = look.optional_text::<ID_TEXT>("id_text", &asked.id_text);
    let id_text = id_text.map(|text| text.as_str().to_ascii_uppercase()).unwrap_or_default();
    let (overdue, mine) = (asked.overdue, asked.mine);
    Some(Asked { size: size?, behind: behind?, stages: stages?, division, overdue, mine, id_text })
}

/// A query under construction: conditions, and their values by number.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    fn value(&mut self, value: impl Into<Value>) -> usize {
        self.values.push(value.into());
        self.values.len()
    }

    fn and(&mut self, condition: &str) {
        // Writing to a string cannot fail.
        let _ = write!(self.text, " AND {condition}");
    }
}

/// One row more than a page, so that the caller sees whether another page follows.
fn page(tables: &Connection, unit: &Unit, asked: &Asked) -> rusqlite::Result<Vec<(i64, ReferralSummary)>> {
    let mut wanted = seen_by(unit);
    if let Some((due, id)) = &asked.behind {
        let (due, id) = (wanted.value(*due), wanted.value(id.to_string()));
        wanted.and(&format!("(r.due, r.id) > (?{due}, ?{id})"));
    }
    if !asked.stages.is_empty() {
        let places: Vec<String> =
            asked.stages.iter().map(|stage| format!("?{}", wanted.value(stage.clone()))).collect();
        wanted.and(&format!("r.stage IN ({})", places.join(", ")));
    }
    if let Some(division) = asked.division {
        let division = wanted.value(division.as_str().to_owned());
        wanted.and(&format!("EXISTS (SELECT 1 FROM place WHERE referral = r.id AND division = ?{division})"));
    }
    if asked.overdue {
        wanted.and("r.breached = 1");
    }
    if asked.mine {
        wanted.and(
            "(r.from_unit = ?1 OR r.police = ?1
              OR EXISTS (SELECT 1 FROM party WHERE referral = r.id AND unit = ?1 AND fallback = 1))",
        );
    }
    if !asked.id_text.is_empty() {
        let piece = wanted.value(asked.id_text.clone());
        wanted.and(&format!("instr(r.id, ?{piece}) > 0"));
    }
    let limit = wanted.value(i64::from(asked.size) + 1);
    let sql = format!(
        "SELECT r.due, r.id, r.stage, r.clue, r.division, r.charges, r.from_unit, r.police, r.drafted,
             c.rule, c.version, c.started, c.due, c.mark
         FROM referral r LEFT JOIN clock c ON c.referral = r.id AND c.rule = r.first_rule
         WHERE {} ORDER BY r.due, r.id LIMIT ?{limit}",
        wanted.text
    );
    let mut find = tables.prepare_cached(&sql)?;
    let rows = find.query_map(params_from_iter(wanted.values), |row| Ok((row.get(0)?, summary(row)?)))?;
    rows.collect()
}

/// A party, or above the place and of a party's agency.
fn seen_by(unit: &Unit) -> Conditions {
    let level: i64 = match unit.level {
        Level::County => 0,
        Level::City => 1,
        Level::Province => 2,
        Level::Nation => 3,
    };
    Conditions {
        text: "(EXISTS (SELECT 1 FROM party WHERE referral = r.id AND unit = ?1)
             OR (r.level < ?4
                 AND EXISTS (SELECT 1 FROM party WHERE referral = r.id AND agency = ?2)
                 AND EXISTS (SELECT 1 FROM place WHERE referral = r.id AND division = ?3)))"
            .to_owned(),
        values: vec![
            unit.id.as_str().to_owned().into(),
            unit.agency.code().to_owned().into(),
            unit.division.as_str().to_owned().into(),
            level.into(),
        ],
    }
}

fn summary(row: &Row<'_>) -> rusqlite::Result<ReferralSummary> {
    let charges: String = row.get(5)?;
    Ok(ReferralSummary {
        id: row.get(1)?,
        stage: row.get(2)?,
        clue_id: row.get(3)?,
        division: row.get(4)?,
        charges: charges.split_whitespace().map(ToOwned::to_owned).collect(),
        from: row.get(6)?,
        police: row.get(7)?,
        drafted_at: moment(row.get(8)?),
        clock: running(row)?.as_ref().and_then(ClockRow::on_wire),
    })
}

fn running(row: &Row<'_>) -> rusqlite::Result<Option<ClockRow>> {
    let Some(rule) = row.get(9)? else { return Ok(None) };
    let standing = match row.get::<_, u8>(13)? {
        BREACHED => Standing::Breached,
        WARNED => Standing::Warned,
        _ => Standing::Running,
    };
    Ok(Some(ClockRow { rule, version: row.get(10)?, started: row.get(11)?, due: row.get(12)?, standing }))
}
