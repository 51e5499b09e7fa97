//! Sealing a report: every personal value goes under its person's key before the event exists. Never here:
//! opening anything, or which values are personal by law (handbook 1.4).
//!
//! Whose key: a person with an identity number has one subject for all matters, so that one erasure reaches
//! every clue they stand in. Somebody without a number is known in this clue only and has a subject of it:
//! `SU-CL-...-R` is the reporter, `SU-CL-...-0` the first person. Narrative and address may name anyone and stand
//! under the clue's own subject `SU-CL-...`, as every text about it does: erasing any person of the clue takes
//! them along.

use std::collections::BTreeMap;

use domain::clue::{self, Report};
use domain::ids::{ClueId, SubjectId};
use domain::resident_id::ResidentId;
use domain::sealed::Sealed;
use hub::refuse;
use hub::seal::{KeyStore, Sealer, case_subject};
use wire::refusal::Refusal;

use super::shape::{Person, Reporter, Told};

/// One sealer per subject: a report uses one data key for each person in it.
struct Sealers<'a> {
    keys: &'a KeyStore,
    clue: &'a ClueId,
    taken: BTreeMap<String, Sealer>,
}

/// Seals what was told.
///
/// # Errors
/// `LogDown` when no data key could be made durable, `Internal` when the store fails otherwise.
pub(super) fn report(keys: &KeyStore, told: &Told, id: ClueId) -> Result<Report, Refusal> {
    let mut sealers = Sealers { keys, clue: &id, taken: BTreeMap::new() };
    let case = sealers.subject(None, "")?;
    let narrative = sealers.seal(&case, "narrative", &told.narrative)?;
    let place = told.place.as_ref().map(|place| sealers.seal(&case, "place", place)).transpose()?;
    let reporter = sealers.reporter(&told.reporter)?;
    let persons: Result<Vec<_>, _> =
        told.persons.iter().enumerate().map(|(place, person)| sealers.person(place, person)).collect();
    Ok(Report {
        channel: told.channel,
        category: told.category,
        situation: told.situation,
        urgency: told.urgency,
        minor: told.minor,
        harm: told.harm.clone(),
        division: told.division,
        institution: told.institution.clone(),
        received: told.received,
        narrative,
        place,
        reporter,
        persons: persons?,
        papers: told.papers.clone(),
        owner: told.units.owner.clone(),
        police: told.units.police.clone(),
        fallback: told.units.fallback.clone(),
        source: told.source.clone(),
        id,
    })
}

impl Sealers<'_> {
    /// The subject of a person, of a place in this clue, or of the clue.
    fn subject(&self, number: Option<&ResidentId>, place: &str) -> Result<SubjectId, Refusal> {
        match number {
            Some(number) => self.keys.person_subject(number.expose()),
            None => case_subject(&format!("{}{place}", self.clue)),
        }
        .map_err(|error| refuse::internal(&error))
    }

    fn seal(&mut self, subject: &SubjectId, field: &str, plain: &str) -> Result<Sealed, Refusal> {
        let sealer = match self.taken.entry(subject.to_string()) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(self.keys.sealer(subject).map_err(refuse::seal)?)
            }
        };
        sealer.seal(field, plain).map_err(refuse::seal)
    }

    fn reporter(&mut self, told: &Reporter) -> Result<clue::Reporter, Refusal> {
        let Reporter::Named { name, phone, id_number, secret } = told else {
            return Ok(clue::Reporter::Anonymous);
        };
        let subject = self.subject(id_number.as_ref(), "-R")?;
        let name = self.seal(&subject, "name", name)?;
        let phone = phone.as_ref().map(|phone| self.seal(&subject, "phone", phone.expose())).transpose()?;
        Ok(clue::Reporter::Named { subject, name, phone, secret: *secret })
    }

    fn person(&mut self, place: usize, told: &Person) -> Result<clue::Person, Refusal> {
        let subject = self.subject(told.id_number.as_ref(), &format!("-{place}"))?;
        let name = self.seal(&subject, "name", &told.name)?;
        let number = told.id_number.as_ref();
        let id_number = number.map(|number| self.seal(&subject, "id_number", number.expose())).transpose()?;
        Ok(clue::Person { subject, part: told.part, minor: told.minor, name, id_number })
    }
}
