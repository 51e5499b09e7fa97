//! What changed in the endpoints since it was last written to the log, and the endpoints as the log has them for an
//! instance that takes the seat after another. Never here: the log itself, or when it is written.
//!
//! When something was accepted last is written along with other changes only: a healthy endpoint costs the log nothing.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::consumer_group::Place;
use domain::webhook::{Kept, Secret};
use hub::seal::KeyStore;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::Webhooks;
use super::client::Failure;
use super::endpoint::{Endpoint, EndpointId, Fortune, Standing};
use super::error::WebhookError;
use super::signing::{opened, sealed};
use super::tables;
use crate::deliveries::KeptWebhook;

/// What a sealed address is bound to, and what it is for.
const URL: &str = "webhook.url";
const DESCRIPTION: &str = "webhook.description";

/// An endpoint with its sealed secrets and their ends, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    endpoint: Endpoint,
    secrets: Vec<(String, Option<i64>)>,
}

impl Whole {
    /// Whether the log need not hear of this one after that one.
    fn same(&self, said: &Self) -> bool {
        let last_success = said.endpoint.fortune.last_success;
        let fortune = Fortune { last_success, ..self.endpoint.fortune.clone() };
        Self { endpoint: Endpoint { fortune, ..self.endpoint.clone() }, ..self.clone() } == *said
    }

    fn kept(&self, keys: &KeyStore) -> Result<Kept, WebhookError> {
        let one = &self.endpoint;
        let unsound = |what: &str| WebhookError::Store(format!("{what} of {} cannot be read", one.id));
        let secret = |(stored, until): &(String, Option<i64>)| {
            let sealed = serde_json::from_str(stored).map_err(|_| unsound("a secret"))?;
            Ok(Secret { sealed, until: until.and_then(moment) })
        };
        Ok(Kept {
            unit: one.unit.parse().map_err(|_| unsound("the unit"))?,
            owner: one.owner.clone(),
            url: sealed(keys, one.id, (URL, &one.url))?,
            description: sealed(keys, one.id, (DESCRIPTION, &one.description))?,
            filter: STANDARD.encode(&one.filter),
            after: one.after.map(Place),
            registered_at: moment(one.registered_at).unwrap_or_default(),
            standing: one.standing.code().to_owned(),
            since: moment(one.since).unwrap_or_default(),
            changed_by: one.changed_by.clone(),
            last_success: one.fortune.last_success.and_then(moment),
            failing_since: one.fortune.failing_since.and_then(moment),
            last_error: one.fortune.last_error.map_or("", Failure::word).to_owned(),
            secrets: self.secrets.iter().map(secret).collect::<Result<_, WebhookError>>()?,
        })
    }

    fn of(id: EndpointId, kept: &Kept, keys: &KeyStore) -> Result<Self, WebhookError> {
        let secret = |secret: &Secret| {
            let stored = serde_json::to_string(&secret.sealed);
            let stored = stored.map_err(|error| WebhookError::Store(error.to_string()))?;
            Ok((stored, secret.until.map(Timestamp::as_microsecond)))
        };
        let endpoint = Endpoint {
            id,
            unit: kept.unit.to_string(),
            owner: kept.owner.clone(),
            url: opened(keys, &kept.url)?,
            filter: STANDARD.decode(&kept.filter).unwrap_or_default(),
            description: opened(keys, &kept.description)?,
            after: kept.after.map(|place| place.0),
            registered_at: kept.registered_at.as_microsecond(),
            standing: Standing::of(&kept.standing).unwrap_or(Standing::Disabled),
            since: kept.since.as_microsecond(),
            changed_by: kept.changed_by.clone(),
            fortune: Fortune {
                last_success: kept.last_success.map(Timestamp::as_microsecond),
                failing_since: kept.failing_since.map(Timestamp::as_microsecond),
                last_error: Failure::of(&kept.last_error),
            },
        };
        let secrets = kept.secrets.iter().map(secret).collect::<Result<_, WebhookError>>()?;
        Ok(Self { endpoint, secrets })
    }
}

fn moment(microsecond: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(microsecond).ok()
}

/// A change of an endpoint to be written.
pub(crate) struct Note {
    /// Its stream.
    pub(crate) stream: String,
    /// What it is now; none when it is forgotten.
    pub(crate) kept: Option<Box<Kept>>,
    id: EndpointId,
    whole: Option<Whole>,
}

/// What the log has of the endpoints.
#[derive(Default)]
pub(crate) struct Said {
    all: BTreeMap<EndpointId, Whole>,
}

impl Said {
    /// A note is in the log.
    pub(crate) fn written(&mut self, note: Note) {
        match note.whole {
            Some(whole) => self.all.insert(note.id, whole),
            None => self.all.remove(&note.id),
        };
    }
}

impl Webhooks {
    /// This instance takes the seat: the file becomes what the log has. What it has from `earlier`, before the log had any,
    /// stays beside that.
    ///
    /// # Errors
    /// The faults of the file and of the key store.
    pub(crate) async fn begin(&self, kept: &[KeptWebhook], earlier: bool) -> Result<Said, WebhookError> {
        let mut said = Said::default();
        let mut last = 0;
        for webhook in kept {
            let Ok(id) = webhook.at.0.as_str().parse::<EndpointId>() else { continue };
            last = last.max(id.0);
            if let Some(kept) = &webhook.kept {
                let _ = said.all.insert(id, Whole::of(id, kept, &self.post.hub.keys)?);
            }
        }
        let mut wanted = said.all.clone();
        let adopted = move |tables: &Connection| {
            if earlier {
                for (id, whole) in all(tables)? {
                    let _ = wanted.entry(id).or_insert(whole);
                }
            }
            adopt(tables, &wanted.into_values().collect::<Vec<_>>(), last)
        };
        self.post.store.with(adopted).await?;
        Ok(said)
    }

    /// What is to be written to the log.
    ///
    /// # Errors
    /// The faults of the file and of the key store.
    pub(crate) async fn notes(&self, said: &Said) -> Result<Vec<Note>, WebhookError> {
        let now = self.post.store.with(all).await?;
        let mut notes = Vec::new();
        for (id, whole) in &now {
            if !said.all.get(id).is_some_and(|said| whole.same(said)) {
                let kept = Some(Box::new(whole.kept(&self.post.hub.keys)?));
                notes.push(Note { stream: id.to_string(), kept, id: *id, whole: Some(whole.clone()) });
            }
        }
        let gone = said.all.keys().filter(|id| !now.contains_key(id));
        notes.extend(gone.map(|id| Note { stream: id.to_string(), kept: None, id: *id, whole: None }));
        Ok(notes)
    }
}

fn all(tables: &Connection) -> Result<BTreeMap<EndpointId, Whole>, WebhookError> {
    let mut all = BTreeMap::new();
    for endpoint in tables::standing(tables, &Standing::ALL)? {
        let mut select =
            tables.prepare_cached("SELECT sealed, until FROM secret WHERE endpoint = ?1 ORDER BY id")?;
        let secrets = select.query_map([endpoint.id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let secrets = secrets.collect::<rusqlite::Result<_>>()?;
        let _ = all.insert(endpoint.id, Whole { endpoint, secrets });
    }
    Ok(all)
}

/// Makes the file what the log has. The attempts that this instance made stay; `last` is the last number ever given.
fn adopt(tables: &Connection, wanted: &[Whole], last: i64) -> Result<(), WebhookError> {
    for id in all(tables)?.into_keys() {
        if !wanted.iter().any(|whole| whole.endpoint.id == id) {
            tables::drop_rows(tables, id)?;
        }
    }
    let sql = "INSERT INTO endpoint (id, unit, owner, url, filter, description, after, registered_at, standing, since,
               changed_by, last_success, failing_since, last_error)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
               ON CONFLICT (id) DO UPDATE SET unit = ?2, owner = ?3, url = ?4, filter = ?5, description = ?6, after = ?7,
               registered_at = ?8, standing = ?9, since = ?10, changed_by = ?11, last_success = ?12,
               failing_since = ?13, last_error = ?14";
    for Whole { endpoint, secrets } in wanted {
        tables.prepare_cached(sql)?.execute(params![
            endpoint.id.0,
            endpoint.unit,
            endpoint.owner,
            endpoint.url,
            endpoint.filter,
            endpoint.description,
            endpoint.after.map(|after| i64::try_from(after).unwrap_or(i64::MAX)),
            endpoint.registered_at,
            endpoint.standing.code(),
            endpoint.since,
            endpoint.changed_by,
            endpoint.fortune.last_success,
            endpoint.fortune.failing_since,
            endpoint.fortune.last_error.map_or("", Failure::word),
        ])?;
        tables.prepare_cached("DELETE FROM secret WHERE endpoint = ?1")?.execute([endpoint.id.0])?;
        for (stored, until) in secrets {
            let sql = "INSERT INTO secret (endpoint, sealed, until) VALUES (?1, ?2, ?3)";
            tables.prepare_cached(sql)?.execute(params![endpoint.id.0, stored, until])?;
        }
    }
    // No number is given twice, whichever instance gives it.
    let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'endpoint'";
    if tables.prepare_cached(sql)?.execute([last])? == 0 {
        tables.prepare_cached("INSERT INTO sqlite_sequence VALUES ('endpoint', ?1)")?.execute([last])?;
    }
    Ok(())
}
