//! What is asked of the file of the webhooks and changed in it: endpoints and their secrets. Never here: transactions, or
//! the log of attempts.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::client::Failure;
use super::endpoint::{Endpoint, EndpointId, Fortune, Standing};
use super::error::WebhookError;

/// Endpoints of one unit at most.
const MOST_OF_A_UNIT: usize = 50;
/// Older secrets that sign beside the newest at most.
const OLDER_SECRETS: u32 = 3;

/// An endpoint as it is asked for.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) unit: String,
    pub(super) owner: String,
    pub(super) url: String,
    pub(super) filter: Vec<u8>,
    pub(super) description: String,
    pub(super) after: Option<u64>,
}

const COLUMNS: &str = "id, unit, owner, url, filter, description, after, registered_at, standing, since, changed_by, \
                       last_success, failing_since, last_error";

fn endpoint(row: &Row<'_>) -> rusqlite::Result<Endpoint> {
    Ok(Endpoint {
        id: EndpointId(row.get(0)?),
        unit: row.get(1)?,
        owner: row.get(2)?,
        url: row.get(3)?,
        filter: row.get(4)?,
        description: row.get(5)?,
        after: row.get::<_, Option<i64>>(6)?.map(i64::unsigned_abs),
        registered_at: row.get(7)?,
        // A word of a newer release: not one that is sent to.
        standing: Standing::of(row.get_ref(8)?.as_str()?).unwrap_or(Standing::Disabled),
        since: row.get(9)?,
        changed_by: row.get(10)?,
        fortune: Fortune {
            last_success: row.get(11)?,
            failing_since: row.get(12)?,
            last_error: Failure::of(row.get_ref(13)?.as_str()?),
        },
    })
}

/// An endpoint; none when it is not there or being forgotten.
pub(super) fn find(tables: &Connection, id: EndpointId) -> Result<Option<Endpoint>, WebhookError> {
    let sql = format!("SELECT {COLUMNS} FROM endpoint WHERE id = ?1 AND standing <> 'deleted'");
    Ok(tables.prepare_cached(&sql)?.query_row([id.0], endpoint).optional()?)
}

/// The endpoints of a unit in the order they were registered, without those being forgotten.
pub(super) fn of_unit(tables: &Connection, unit: &str) -> Result<Vec<Endpoint>, WebhookError> {
    let sql = format!("SELECT {COLUMNS} FROM endpoint WHERE unit = ?1 AND standing <> 'deleted' ORDER BY id");
    let rows = tables.prepare_cached(&sql)?.query_map([unit], endpoint)?.collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}

/// All endpoints of these standings.
pub(super) fn standing(tables: &Connection, wanted: &[Standing]) -> Result<Vec<Endpoint>, WebhookError> {
    let sql = format!("SELECT {COLUMNS} FROM endpoint ORDER BY id");
    let mut select = tables.prepare_cached(&sql)?;
    let all = select.query_map([], endpoint)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(all.into_iter().filter(|one| wanted.contains(&one.standing)).collect())
}

/// Writes a new endpoint down, active from now on.
pub(super) fn register(tables: &Connection, wanted: &Wanted, now: i64) -> Result<EndpointId, WebhookError> {
    let known = of_unit(tables, &wanted.unit)?;
    if let Some(same) = known.iter().find(|one| one.url == wanted.url && one.filter == wanted.filter) {
        return Err(WebhookError::Exists(same.id));
    }
    if known.len() >= MOST_OF_A_UNIT {
        return Err(WebhookError::TooMany(MOST_OF_A_UNIT));
    }
    let sql =
        "INSERT INTO endpoint (unit, owner, url, filter, description, after, registered_at, standing, since,
               changed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'active', ?7, ?2)";
    let after = wanted.after.map(|after| i64::try_from(after).unwrap_or(i64::MAX));
    let facts = params![wanted.unit, wanted.owner, wanted.url, wanted.filter, wanted.description, after, now];
    tables.prepare_cached(sql)?.execute(facts)?;
    Ok(EndpointId(tables.last_insert_rowid()))
}

/// Makes an endpoint stand in a way. Enabling it gives it all its patience again.
pub(super) fn stand(
    tables: &Connection,
    id: EndpointId,
    standing: Standing,
    (by, now): (&str, i64),
) -> Result<(), WebhookError> {
    let sql =
        "UPDATE endpoint SET standing = ?2, since = ?3, changed_by = ?4 WHERE id = ?1 AND standing <> ?2
               AND standing <> 'deleted'";
    let changed = tables.prepare_cached(sql)?.execute(params![id.0, standing.code(), now, by])?;
    if changed > 0 && standing == Standing::Active {
        let sql = "UPDATE endpoint SET failing_since = NULL, last_error = '' WHERE id = ?1";
        tables.prepare_cached(sql)?.execute([id.0])?;
    }
    Ok(())
}

/// Keeps how an endpoint has fared.
pub(super) fn fare(tables: &Connection, id: EndpointId, fortune: &Fortune) -> Result<(), WebhookError> {
    let sql = "UPDATE endpoint SET last_success = ?2, failing_since = ?3, last_error = ?4 WHERE id = ?1";
    let error = fortune.last_error.map_or("", Failure::word);
    tables.prepare_cached(sql)?.execute(params![id.0, fortune.last_success, fortune.failing_since, error])?;
    Ok(())
}

/// Drops an endpoint with its secrets and attempts.
pub(super) fn drop_rows(tables: &Connection, id: EndpointId) -> Result<(), WebhookError> {
    tables.prepare_cached("DELETE FROM endpoint WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

/// A sealed secret and when it stops signing, in microseconds; the newest has no end.
pub(super) type Kept = (String, Option<i64>);

/// All secrets of an endpoint, oldest first.
pub(super) fn all_secrets(tables: &Connection, id: EndpointId) -> Result<Vec<Kept>, WebhookError> {
    let sql = "SELECT sealed, until FROM secret WHERE endpoint = ?1 ORDER BY id";
    let mut select = tables.prepare_cached(sql)?;
    let rows = select.query_map([id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Makes these the secrets of an endpoint.
pub(super) fn put_secrets(tables: &Connection, id: EndpointId, secrets: &[Kept]) -> Result<(), WebhookError> {
    tables.prepare_cached("DELETE FROM secret WHERE endpoint = ?1")?.execute([id.0])?;
    let sql = "INSERT INTO secret (endpoint, sealed, until) VALUES (?1, ?2, ?3)";
    let mut insert = tables.prepare_cached(sql)?;
    for (sealed, until) in secrets {
        insert.execute(params![id.0, sealed, until])?;
    }
    Ok(())
}

/// Whether a secret is the newest of an endpoint.
pub(super) fn is_newest(tables: &Connection, id: EndpointId, sealed: &str) -> Result<bool, WebhookError> {
    let sql = "SELECT sealed FROM secret WHERE endpoint = ?1 ORDER BY id DESC LIMIT 1";
    let newest: Option<String> =
        tables.prepare_cached(sql)?.query_row([id.0], |row| row.get(0)).optional()?;
    Ok(newest.as_deref() == Some(sealed))
}

/// Takes back a secret that nobody was told of, unless there is a newer one: the endpoint has those from `before` again,
/// or is no more when it had none. Answers with the endpoint when it is no more.
pub(super) fn take_back(
    tables: &Connection,
    (id, sealed): (EndpointId, &str),
    before: &[Kept],
) -> Result<Option<Endpoint>, WebhookError> {
    // Its number may be another's by now: another instance may have held the seat, and given it.
    if !is_newest(tables, id, sealed)? {
        return Ok(None);
    }
    if before.is_empty() {
        let endpoint = find(tables, id)?;
        drop_rows(tables, id)?;
        return Ok(endpoint);
    }
    put_secrets(tables, id, before)?;
    Ok(None)
}

/// Keeps a new secret; those before it sign until a moment, when that is not sooner already. Answers when the last of
/// them ends.
pub(super) fn add_secret(
    tables: &Connection,
    id: EndpointId,
    sealed: &str,
    (until, now): (i64, i64),
) -> Result<Option<i64>, WebhookError> {
    let sql = "UPDATE secret SET until = min(coalesce(until, ?2), ?2) WHERE endpoint = ?1";
    tables.prepare_cached(sql)?.execute([id.0, until])?;
    tables.prepare_cached("DELETE FROM secret WHERE endpoint = ?1 AND until <= ?2")?.execute([id.0, now])?;
    let sql = "SELECT count(*) FROM secret WHERE endpoint = ?1";
    let older: u32 = tables.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?;
    if older > OLDER_SECRETS {
        return Err(WebhookError::TooManySecrets(OLDER_SECRETS));
    }
    let sql = "INSERT INTO secret (endpoint, sealed) VALUES (?1, ?2)";
    tables.prepare_cached(sql)?.execute(params![id.0, sealed])?;
    older_until(tables, id, now)
}

/// When the last of the older secrets stops signing.
pub(super) fn older_until(
    tables: &Connection,
    id: EndpointId,
    now: i64,
) -> Result<Option<i64>, WebhookError> {
    let sql = "SELECT max(until) FROM secret WHERE endpoint = ?1 AND until > ?2";
    Ok(tables.prepare_cached(sql)?.query_row([id.0, now], |row| row.get(0))?)
}

/// The sealed secrets that sign now, newest first.
pub(super) fn secrets(tables: &Connection, id: EndpointId, now: i64) -> Result<Vec<String>, WebhookError> {
    let sql =
        "SELECT sealed FROM secret WHERE endpoint = ?1 AND (until IS NULL OR until > ?2) ORDER BY id DESC";
    let mut select = tables.prepare_cached(sql)?;
    let rows = select.query_map([id.0, now], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(rows)
}
