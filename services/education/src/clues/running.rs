//! The running clocks of a unit, first due first: of clues and of referrals. Never here: ringing them.

use domain::category::Urgency;
use hub::{Hub, View, refuse};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};
use tonic::{Request, Response};
use wire::show::{self, Run, Standing};
use wire::v1::{self, ListClocksRequest, ListClocksResponse, MatterClock};
use wire::violations::Violations;

use super::clock::{BREACHED, WARNED};
use super::{NEVER, page};
use crate::handling::Answer;

/// A running clock as its row has it.
pub(super) struct Running {
    rule: String,
    version: u32,
    started: i64,
    due: i64,
    standing: i64,
}

/// Reads rule, version, started, due, standing.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Running> {
    Ok(Running {
        rule: row.get(0)?,
        version: row.get(1)?,
        started: row.get(2)?,
        due: row.get(3)?,
        standing: row.get(4)?,
    })
}

impl Running {
    pub(super) fn shown(&self) -> v1::Clock {
        let run = Run::new(&self.rule, self.version, page::moment(self.started), page::moment(self.due));
        let standing = match self.standing {
            BREACHED => Standing::Breached,
            WARNED => Standing::Warned,
            _ => Standing::Running,
        };
        show::clock(&Run { standing, ..run })
    }
}

/// What is asked, checked.
struct Asked {
    unit: String,
    until: i64,
    after: (i64, String, String),
    size: u16,
}

/// A row as read.
struct Found {
    matter: String,
    stage: String,
    urgency: Option<i64>,
    clock: Running,
}

/// `ListClocks`.
pub(crate) async fn list(
    hub: &Hub,
    view: &View,
    request: Request<ListClocksRequest>,
) -> Answer<ListClocksResponse> {
    let caller = hub.caller(request.metadata())?;
    let request = request.into_inner();
    let now = hub.time.now();
    let mut look = Violations::new();
    let size = look.page_size(request.page_size);
    let after = match page::after::<3>(&mut look, &request.page_token) {
        Some([due, matter, rule]) => (page::number(&mut look, &due), matter, rule),
        None => (i64::MIN, String::new(), String::new()),
    };
    let unit = caller.actor.unit.id.to_string();
    let until = until(now, request.due_within_seconds);
    let asked = look.done(size.map(|size| Asked { unit, until, after, size }))?;
    hub.allow(&caller, "view.clocks", &page::own(&caller.actor))?;
    hub.wait(view, &caller, &request.consistency_token).await?;
    let size = usize::from(asked.size);
    let mut rows = view.read(move |tables| find(tables, &asked)).await.map_err(refuse::view)?;
    let more = rows.len() > size;
    rows.truncate(size);
    let next_page_token = match rows.last() {
        Some(last) if more => page::token(&[&last.clock.due.to_string(), &last.matter, &last.clock.rule]),
        Some(_) | None => String::new(),
    };
    let unit = caller.actor.unit.id.as_str();
    let clocks = rows.into_iter().map(|row| shown(row, now, unit)).collect();
    Ok(Response::new(ListClocksResponse {
        consistency_token: request.consistency_token,
        next_page_token,
        clocks,
    }))
}

fn until(now: Timestamp, seconds: u64) -> i64 {
    if seconds == 0 {
        return NEVER;
    }
    let span = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    now.checked_add(span).map_or(NEVER, Timestamp::as_microsecond)
}

fn find(tables: &Connection, asked: &Asked) -> rusqlite::Result<Vec<Found>> {
    let mut find = tables.prepare_cached(
        "SELECT rule, version, started, clock.due, standing, matter, COALESCE(clue.stage, referral.step, ''), clue.urgency
         FROM clock LEFT JOIN clue ON clue.id = clock.matter LEFT JOIN referral ON referral.id = clock.matter
         WHERE clock.unit = ?1 AND clock.due <= ?2 AND (clock.due, matter, rule) > (?3, ?4, ?5)
         ORDER BY clock.due, matter, rule LIMIT ?6",
    )?;
    let (due, matter, rule) = &asked.after;
    let rows = find
        .query_map(params![asked.unit, asked.until, due, matter, rule, i64::from(asked.size) + 1], |row| {
            Ok(Found { clock: read(row)?, matter: row.get(5)?, stage: row.get(6)?, urgency: row.get(7)? })
        })?;
    rows.collect()
}

fn shown(row: Found, now: Timestamp, unit: &str) -> MatterClock {
    // The rank of an urgency is its number on the wire.
    let urgency = row.urgency.and_then(|rank| i32::try_from(rank).ok());
    let known = urgency.filter(|rank| <Urgency as wire::convert::OnWire>::from_wire(*rank).is_some());
    MatterClock {
        matter: row.matter,
        stage: row.stage,
        urgency: known.unwrap_or_default(),
        clock: Some(row.clock.shown()),
        seconds_left: page::moment(row.clock.due).as_second().saturating_sub(now.as_second()),
        unit: unit.to_owned(),
    }
}
