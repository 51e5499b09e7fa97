//! What changed in the endpoints since it was last written to the log, and the endpoints as the log has them for an
//! instance that takes the seat after another. Never here: the log itself, or when it is written.
//!
//! When something was accepted last, and what the last failure was, is written along with other changes only: a healthy
//! endpoint costs the log nothing. That an endpoint fails is written when it has lasted for an hour, and that it works again
//! at once: one that does both by turns costs the log nothing either, and no endpoint more than two events an hour. Who
//! takes the seat meanwhile counts its failures from then on, so that the endpoint has an hour more at most before it is
//! given up.
//!
//! Crash story. What the file has is so; the log follows it. An append whose answer was lost may have been made or not, and
//! may yet be made, so from its beginning to its answer the log is in doubt about that endpoint: what the file has then is
//! written whatever was written before, and an endpoint that is gone is forgotten even if the log never had it. Die in
//! doubt: who takes the seat goes on from what the log has.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::consumer_group::Place;
use domain::webhook::{Kept, Secret};
use hub::seal::KeyStore;
use jiff::{SignedDuration, Timestamp};
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

/// How long an endpoint must fail before the log is told.
const LASTED: SignedDuration = SignedDuration::from_hours(1);

/// An endpoint with its sealed secrets and their ends, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Whole {
    endpoint: Endpoint,
    secrets: Vec<tables::Kept>,
}

impl Whole {
    /// Whether the log need not hear of this one after that one.
    fn same(&self, said: &Self) -> bool {
        let Fortune { last_success, last_error, .. } = said.endpoint.fortune;
        let fortune = Fortune { last_success, last_error, ..self.endpoint.fortune.clone() };
        Self { endpoint: Endpoint { fortune, ..self.endpoint.clone() }, ..self.clone() } == *said
    }

    /// As the log is told of it at a moment: an endpoint that is sent to and has not failed for long yet works.
    fn told(mut self, now: i64) -> Self {
        let Endpoint { standing, fortune, .. } = &mut self.endpoint;
        let young = |since: i64| i128::from(now) - i128::from(since) < LASTED.as_micros();
        if *standing == Standing::Active && fortune.failing_since.is_some_and(young) {
            *fortune = Fortune { last_success: fortune.last_success, ..Fortune::default() };
        }
        self
    }

    fn kept(&self, keys: &KeyStore) -> Result<Kept, WebhookError> {
        let one = &self.endpoint;
        let unsound = |what: &str| WebhookError::Store(format!("{what} of {} cannot be read", one.id));
        let secret = |(stored, until): &tables::Kept| {
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
    /// Those of which the log may have something else by now.
    doubted: BTreeSet<EndpointId>,
}

impl Said {
    /// A note goes to the log: whether or not an answer comes, the log may have it.
    pub(crate) fn begun(&mut self, note: &Note) {
        let _ = self.doubted.insert(note.id);
    }

    /// A note is in the log.
    pub(crate) fn written(&mut self, note: Note) {
        let _ = self.doubted.remove(&note.id);
        match note.whole {
            Some(whole) => self.all.insert(note.id, whole),
            None => self.all.remove(&note.id),
        };
    }

    /// What the log is to be told of the endpoints as they are now; none of one that is gone.
    fn behind(&self, all: BTreeMap<EndpointId, Whole>, now: i64) -> Vec<(EndpointId, Option<Whole>)> {
        let known: BTreeSet<EndpointId> = self.all.keys().chain(&self.doubted).copied().collect();
        let gone: Vec<_> =
            known.into_iter().filter(|id| !all.contains_key(id)).map(|id| (id, None)).collect();
        let changed = all.into_iter().filter_map(|(id, whole)| {
            let whole = whole.told(now);
            let sure = !self.doubted.contains(&id);
            let same = sure && self.all.get(&id).is_some_and(|said| whole.same(said));
            (!same).then_some((id, Some(whole)))
        });
        changed.chain(gone).collect()
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
        let all = self.post.store.with(all).await?;
        let note = |(id, whole): (EndpointId, Option<Whole>)| {
            let kept = whole.as_ref().map(|whole| whole.kept(&self.post.hub.keys)).transpose()?;
            Ok(Note { stream: id.to_string(), kept: kept.map(Box::new), id, whole })
        };
        said.behind(all, self.post.now()).into_iter().map(note).collect()
    }
}

fn all(tables: &Connection) -> Result<BTreeMap<EndpointId, Whole>, WebhookError> {
    let mut all = BTreeMap::new();
    for endpoint in tables::standing(tables, &Standing::ALL)? {
        let secrets = tables::all_secrets(tables, endpoint.id)?;
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
        tables::put_secrets(tables, endpoint.id, secrets)?;
    }
    // No number is given twice, whichever instance gives it.
    let sql = "UPDATE sqlite_sequence SET seq = max(seq, ?1) WHERE name = 'endpoint'";
    if tables.prepare_cached(sql)?.execute([last])? == 0 {
        tables.prepare_cached("INSERT INTO sqlite_sequence VALUES ('endpoint', ?1)")?.execute([last])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
    use super::*;

    const SECOND: i64 = 1_000_000;
    const MINUTE: i64 = 60 * SECOND;
    const DAY: i64 = 24 * 60 * MINUTE;

    fn one(fortune: &Fortune) -> BTreeMap<EndpointId, Whole> {
        let endpoint = Endpoint {
            id: EndpointId(7),
            unit: "UN-EDU-430405".to_owned(),
            owner: "OF-SYS".to_owned(),
            url: String::new(),
            filter: Vec::new(),
            description: String::new(),
            after: None,
            registered_at: 0,
            standing: Standing::Active,
            since: 0,
            changed_by: "OF-SYS".to_owned(),
            fortune: fortune.clone(),
        };
        [(endpoint.id, Whole { endpoint, secrets: Vec::new() })].into()
    }

    fn note((id, whole): &(EndpointId, Option<Whole>)) -> Note {
        Note { stream: id.to_string(), kept: None, id: *id, whole: whole.clone() }
    }

    /// Since when it failed, in every event that a beat writes.
    fn write(said: &mut Said, fortune: &Fortune, now: i64) -> Vec<Option<i64>> {
        let behind = said.behind(one(fortune), now);
        for one in &behind {
            said.begun(&note(one));
            said.written(note(one));
        }
        let whole = behind.into_iter().filter_map(|(_, whole)| whole);
        whole.map(|whole| whole.endpoint.fortune.failing_since).collect()
    }

    #[test]
    fn an_endpoint_that_works_and_fails_by_turns_costs_the_log_nothing() {
        for worked in [2, 3, 600] {
            let (mut said, mut fortune, mut written) = (Said::default(), Fortune::default(), 0);
            for beat in 0..DAY / (5 * SECOND) {
                let (failed, now) = (beat % worked > 0, beat * 5 * SECOND);
                fortune = fortune.after(failed.then_some(Failure::Timeout), now).0;
                written += write(&mut said, &fortune, now).len();
            }
            assert_eq!(written, 1, "that it was registered: it worked every {worked} beats");
        }
    }

    #[test]
    fn that_it_fails_is_told_when_it_has_lasted_and_that_it_works_again_at_once() {
        let (mut said, mut fortune) = (Said::default(), Fortune::default());
        assert_eq!(write(&mut said, &fortune, 0), [None]);
        for minute in 1..600 {
            let failure = if minute % 2 == 0 { Failure::Timeout } else { Failure::Status };
            fortune = fortune.after(Some(failure), minute * MINUTE).0;
            let wanted: &[Option<i64>] = if minute == 61 { &[Some(MINUTE)] } else { &[] };
            assert_eq!(write(&mut said, &fortune, minute * MINUTE), wanted, "in minute {minute}");
        }
        fortune = fortune.after(None, 600 * MINUTE).0;
        assert_eq!(write(&mut said, &fortune, 600 * MINUTE), [None]);
        fortune = fortune.after(Some(Failure::Timeout), 601 * MINUTE).0;
        assert!(write(&mut said, &fortune, 601 * MINUTE).is_empty());
    }

    #[test]
    fn what_gave_no_answer_is_written_as_it_is_by_then() {
        let (mut said, all) = (Said::default(), one(&Fortune::default()));
        let behind = said.behind(all.clone(), 0);
        said.begun(&note(&behind[0]));
        assert_eq!(said.behind(BTreeMap::new(), 0), [(EndpointId(7), None)], "the log may have it");
        said.written(note(&behind[0]));
        assert!(said.behind(all.clone(), 0).is_empty());
        said.begun(&note(&behind[0]));
        assert_eq!(said.behind(all, 0), behind, "the log may have something else");
        said.written(note(&(EndpointId(7), None)));
        assert!(said.behind(BTreeMap::new(), 0).is_empty());
    }
}
