//! The running clocks of a unit, first due first: of clues and of referrals. Never here: ringing them.

use domain::category::Urgency;
use hub::answer::{Answer, ClockRow};
use hub::page::{behind, cut, token};
use hub::{Hub, View, refuse};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row, params};
use tonic::{Request, Response};
use wire::show::Standing;
use wire::v1::{ListClocksRequest, ListClocksResponse, MatterClock};
use wire::violations::Violations;

use super::NEVER;
use super::clock::{BREACHED, WARNED};

/// Reads rule, version, started, due, standing.
pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<ClockRow> {
    let standing = match row.get::<_, i64>(4)? {
        BREACHED => Standing::Breached,
        WARNED => Standing::Warned,
        _ => Standing::Running,
    };
    Ok(ClockRow { rule: row.get(0)?, version: row.get(1)?, started: row.get(2)?, due: row.get(3)?, standing })
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
    clock: ClockRow,
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
    let after = behind(&mut look, &request.page_token).flatten();
    let after = after.unwrap_or((i64::MIN, String::new(), String::new()));
    let unit = caller.actor.unit.id.to_string();
    let until = until(now, request.due_within_seconds);
    let asked = look.done(size.map(|size| Asked { unit, until, after, size }))?;
    hub.allow(&caller, "view.clocks", &caller.own())?;
    hub.wait(view, &caller, &request.consistency_token).await?;
    let size = asked.size;
    let mut rows = view.read(move |tables| find(tables, &asked)).await.map_err(refuse::view)?;
    let next = cut(&mut rows, size, |last| token(&(last.clock.due, &last.matter, &last.clock.rule)));
    let unit = caller.actor.unit.id.as_str();
    let clocks = rows.into_iter().map(|row| shown(row, now, unit)).collect();
    Ok(Response::new(ListClocksResponse {
        consistency_token: request.consistency_token,
        next_page_token: next.unwrap_or_default(),
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
        clock: row.clock.on_wire(),
        seconds_left: row.clock.seconds_left(now),
        unit: unit.to_owned(),
    }
}
