//! Certificates of erasure that a restored log is too old to have: they go with the deletion list, and back into the log
//! as they stood in it. Never here: making one up (`erase`, asked again, does that from the key store's list).
//!
//! Crash story. A restore writes into a draft; what of it is published is whole. A certificate is known by its event's
//! id, so that one that the backup has already is never written twice.

use std::collections::BTreeMap;

use anyhow::Context;
use domain::erasure::Certified;
use domain::ids::{ErasureId, SubjectId};
use eventlog::{EventLog, Expected, JsonObject, NewEvent, Recorded, Revision, StreamName};
use hub::seal::Deletion;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// The stored name.
const KIND: &str = "erasure.certified";

/// A certificate as it stands in the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Certificate {
    certificate: Uuid,
    stream: String,
    data: Value,
    metadata: Value,
}

impl Certificate {
    fn of(event: &Recorded) -> anyhow::Result<Self> {
        Ok(Self {
            certificate: event.id,
            stream: event.stream.to_string(),
            data: event.data.decode()?,
            metadata: event.metadata.decode()?,
        })
    }

    /// Whether it is what it says, so that nothing else gets into a log by this way.
    pub(super) fn sound(&self) -> bool {
        serde_json::from_value::<Certified>(self.data.clone())
            .is_ok_and(|certified| ErasureId::from(&certified.subject).as_str() == self.stream)
    }

    fn event(&self) -> anyhow::Result<NewEvent> {
        Ok(NewEvent {
            id: self.certificate,
            kind: KIND.to_owned(),
            data: JsonObject::of(&self.data)?,
            metadata: JsonObject::of(&self.metadata)?,
        })
    }
}

async fn of_subject(log: &EventLog, subject: &SubjectId) -> anyhow::Result<Vec<Recorded>> {
    let stream = StreamName::parse(ErasureId::from(subject).as_str())?;
    Ok(log.read(&stream, Revision::FIRST).await?)
}

/// Subjects of a list with the number of keys destroyed.
fn subjects(list: &[Deletion]) -> BTreeMap<&SubjectId, u64> {
    let mut subjects = BTreeMap::new();
    for deletion in list {
        *subjects.entry(&deletion.subject).or_default() += deletion.keys.len() as u64;
    }
    subjects
}

/// The certificates of these erasures.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn of(log: &EventLog, list: &[Deletion]) -> anyhow::Result<Vec<Certificate>> {
    let mut found = Vec::new();
    for subject in subjects(list).keys() {
        for event in of_subject(log, subject).await? {
            found.push(Certificate::of(&event)?);
        }
    }
    Ok(found)
}

/// Writes those that the log does not have; tells how many.
///
/// # Errors
/// When the log cannot be written.
pub(super) async fn put_back(log: &EventLog, certificates: &[Certificate]) -> anyhow::Result<usize> {
    let mut written = 0;
    for certificate in certificates {
        let stream = StreamName::parse(&certificate.stream)?;
        let known = log.read(&stream, Revision::FIRST).await?;
        if known.iter().any(|event| event.id == certificate.certificate) {
            continue;
        }
        let expected = Expected::after(known.last().map(|event| event.revision));
        let appended = log.append(&stream, expected, vec![certificate.event()?]).await;
        let _ = appended.with_context(|| certificate.stream.clone())?;
        written += 1;
    }
    Ok(written)
}

/// Those erased of whom the log certifies less than was destroyed.
///
/// # Errors
/// When the log cannot be read.
pub(super) async fn missing(log: &EventLog, list: &[Deletion]) -> anyhow::Result<Vec<SubjectId>> {
    let mut missing = Vec::new();
    for (subject, destroyed) in subjects(list) {
        let certified = of_subject(log, subject).await?;
        let certified: u64 = certified
            .iter()
            .filter_map(|event| event.data.decode::<Certified>().ok())
            .map(|certified| certified.keys)
            .sum();
        if certified < destroyed {
            missing.push(subject.clone());
        }
    }
    Ok(missing)
}
