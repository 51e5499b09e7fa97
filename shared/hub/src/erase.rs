//! Erasing one person: an index of which data keys their values are under, the destruction of these keys, and the
//! certificate of it. Never here: deciding who may ask for it.
//!
//! What goes: the person's own values, and the texts and papers of every matter these stand in, because they
//! may name or show the person. Texts stand under the subject of their case, `SU-` and the matter; facts of a
//! referral under that of its clue, so that the referral's stream is found through the clue's. The own values
//! of other persons in these matters stay.
//!
//! Crash story. The index follows the log. Erasing waits until it has reached the log's head, then destroys
//! the keys in one step of the key store, then writes the certificate. Die before the step: nothing is erased, ask
//! again. Die between the two: the person is erased and nothing says so; ask again, and the certificate is written
//! from the key store's own list of what it destroyed. Die after: done, and asking again writes nothing.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use domain::erasure::{Basis, Certified, Command, ErasureRule};
use domain::ids::{ErasureId, SubjectId};
use domain::text::Reason;
use eventlog::{EventLog, Positioned, StreamName};
use rusqlite::{Connection, params};

use crate::blocking::blocking;
use crate::handle::{HandleError, Order};
use crate::papers::{PaperError, PaperReceipt, papers_within};
use crate::project::{ProjectError, Projection};
use crate::read_model::{View, ViewError};
use crate::seal::{Deletion, SealError, case_subject, sealed_within};
use crate::shell::Hub;

/// How long erasing waits for the index to reach the log's head.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why a person was not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The index.
    #[error(transparent)]
    View(#[from] ViewError),
    /// The keys.
    #[error(transparent)]
    Keys(#[from] SealError),
    /// The attachments.
    #[error(transparent)]
    Papers(#[from] PaperError),
    /// The index did not reach the log's head in time; a key it has not seen would have survived.
    #[error("the index of sealed values has not reached the log's head in time; nothing was erased")]
    Late,
    /// The keys are destroyed, and the certificate could not be written: ask again.
    #[error("what was erased could not be certified: {0}")]
    Certificate(#[from] HandleError),
    /// The subject's name is no name of a stream, which no subject has.
    #[error("the subject cannot name its certificate")]
    Nameless,
    /// The process is stopping.
    #[error("the hub is stopping")]
    Stopping,
}

/// Whom to erase, and why.
#[derive(Debug, Clone)]
pub struct Erasing {
    /// Whom.
    pub subject: SubjectId,
    /// Why, without personal data.
    pub reason: Reason,
    /// The legal ground.
    pub basis: Basis,
}

/// What an erasure did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Data keys destroyed.
    pub keys: usize,
    /// The matters in which values of the subject stood; their texts and papers are gone.
    pub matters: Vec<String>,
    /// Attachments that can no longer be opened.
    pub papers: usize,
}

/// An erasure on record.
#[derive(Debug, Clone)]
pub struct OnRecord {
    /// What it did.
    pub erased: Erased,
    /// The stream of the subject's certificates; none when nothing of the subject was ever destroyed.
    pub certificate: Option<StreamName>,
}

/// The index of sealed values; cheap to clone.
#[derive(Clone)]
pub struct ErasureIndex {
    view: View,
}

impl ErasureIndex {
    /// Opens the index and keeps it current.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn start(folder: &Path, log: &EventLog) -> Result<Self, ViewError> {
        Ok(Self { view: View::start(folder, SealedValues, log)? })
    }

    /// The index's view, for its health.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// What an erasure of a subject reaches, once the index has seen everything in the log.
    async fn reach(&self, subject: &SubjectId) -> Result<Reach, EraseError> {
        if !self.view.wait_for_head(PATIENCE).await? {
            return Err(EraseError::Late);
        }
        let subject = subject.clone();
        Ok(self.view.read(move |tables| Reach::of(tables, subject)).await?)
    }
}

/// What an erasure reaches.
#[derive(Default)]
struct Reach {
    /// The subject asked for, and the case subjects of the matters.
    subjects: BTreeSet<SubjectId>,
    keys: BTreeSet<u64>,
    matters: BTreeSet<String>,
    /// Content addresses of the papers these matters name: one brought before its clue was written down
    /// stands under a subject of its own.
    papers: BTreeSet<String>,
}

impl Reach {
    /// From the subject to the matters its values stand in, to their case subjects, and on to the matters
    /// where values of those stand; never to another person.
    fn of(tables: &Connection, subject: SubjectId) -> rusqlite::Result<Self> {
        let mut values = tables.prepare_cached("SELECT key, stream FROM sealed WHERE subject = ?1")?;
        let mut papers = tables.prepare_cached("SELECT hash FROM paper WHERE stream = ?1")?;
        let mut reach = Reach::default();
        let mut ahead = vec![subject];
        while let Some(subject) = ahead.pop() {
            let rows =
                values.query_map([subject.as_str()], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
            for row in rows {
                let (key, stream): (i64, String) = row?;
                reach.keys.insert(key.cast_unsigned());
                // A name too long for a case subject has nothing standing under it.
                ahead.extend(case_subject(&stream).ok().filter(|case| !reach.subjects.contains(case)));
                if !reach.matters.contains(&stream) {
                    for hash in papers.query_map([&stream], |row| row.get(0))? {
                        reach.papers.insert(hash?);
                    }
                    reach.matters.insert(stream);
                }
            }
            reach.subjects.insert(subject);
        }
        Ok(reach)
    }

    fn concerns(&self, paper: &PaperReceipt) -> bool {
        self.subjects.contains(&paper.subject) || self.papers.contains(paper.hash.as_str())
    }
}

impl Hub {
    /// Erases a person or a case, and certifies it.
    ///
    /// # Errors
    /// [`EraseError`]; asking again is harmless.
    pub async fn erase(&self, order: &Order<Erasing>) -> Result<OnRecord, EraseError> {
        let subject = &order.command.subject;
        let erased = self.destroy_keys(subject, order.by.officer.as_str()).await?;
        let listed = self.destroyed(subject).await?;
        let Some(last) = listed.last() else { return Ok(OnRecord { erased, certificate: None }) };
        let certified = Certified {
            subject: subject.clone(),
            keys: listed.iter().map(|deletion| deletion.keys.len() as u64).sum(),
            matters: erased.matters.clone(),
            papers: erased.papers as u64,
            reason: order.command.reason.clone(),
            basis: order.command.basis,
            requested_by: last.by.parse().unwrap_or_else(|_| order.by.officer.clone()),
        };
        let certify = Order {
            by: order.by.clone(),
            id: order.id,
            occurred: order.occurred,
            causation: order.causation,
            correlation: order.correlation,
            command: Command::Certify(Box::new(certified)),
        };
        // `SU-` and `ER-` are equally long: what names a subject names a stream.
        let stream =
            StreamName::parse(ErasureId::from(subject).as_str()).map_err(|_| EraseError::Nameless)?;
        self.handle::<ErasureRule>(&stream, &certify).await?;
        Ok(OnRecord { erased, certificate: Some(stream) })
    }

    /// Destroys every data key of a subject, and those of the texts and papers of its matters; writes no certificate.
    ///
    /// # Errors
    /// [`EraseError`]; asking again is harmless.
    pub async fn destroy_keys(&self, subject: &SubjectId, by: &str) -> Result<Erased, EraseError> {
        let reach = self.erasure.reach(subject).await?;
        let in_papers = self.papers.keys_of(|paper| reach.concerns(paper)).await?;
        let papers = in_papers.len();
        let mut keys = reach.keys;
        keys.extend(in_papers);
        let keys: Vec<u64> = keys.into_iter().collect();
        let (store, subject, by, at) = (self.keys.clone(), subject.clone(), by.to_owned(), self.time.now());
        let erasure = blocking(move || store.erase_keys(&keys, &subject, &by, at)).await;
        let erasure = erasure.map_err(|_| EraseError::Stopping)??;
        Ok(Erased { keys: erasure.keys, matters: reach.matters.into_iter().collect(), papers })
    }

    /// What was ever destroyed of a subject, oldest first.
    async fn destroyed(&self, subject: &SubjectId) -> Result<Vec<Deletion>, EraseError> {
        let store = self.keys.clone();
        let list = blocking(move || store.deletion_list()).await;
        let list = list.map_err(|_| EraseError::Stopping)??;
        Ok(list.into_iter().filter(|deletion| deletion.subject == *subject).collect())
    }
}

/// The projection behind the index.
pub struct SealedValues;

impl Projection for SealedValues {
    fn name(&self) -> &'static str {
        "sealed"
    }

    fn shape(&self) -> u32 {
        2
    }

    fn create(&self, tables: &Connection) -> rusqlite::Result<()> {
        tables.execute_batch(
            "CREATE TABLE sealed (subject TEXT NOT NULL, key INTEGER NOT NULL, stream TEXT NOT NULL,
                 PRIMARY KEY (subject, key, stream)) STRICT, WITHOUT ROWID;
             CREATE TABLE paper (stream TEXT NOT NULL, hash TEXT NOT NULL,
                 PRIMARY KEY (stream, hash)) STRICT, WITHOUT ROWID;",
        )
    }

    fn apply(&mut self, tables: &Connection, event: &Positioned) -> Result<(), ProjectError> {
        let text = event.event.data.as_str();
        let stream = event.event.stream.as_str();
        if text.contains("\"A256GCM\"") {
            let mut insert = tables
                .prepare_cached("INSERT OR IGNORE INTO sealed (subject, key, stream) VALUES (?1, ?2, ?3)")?;
            for (subject, key) in sealed_within(text) {
                insert.execute(params![subject.as_str(), key.cast_signed(), stream])?;
            }
        }
        for hash in papers_within(text) {
            let mut insert =
                tables.prepare_cached("INSERT OR IGNORE INTO paper (stream, hash) VALUES (?1, ?2)")?;
            insert.execute([stream, hash.as_str()])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
