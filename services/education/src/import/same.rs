//! Whether a record tells what its clue was first told with. What a person erased can no longer tell is taken as
//! the same. Urgency is left out: the law may have raised it. Never here: what follows from a difference.

use domain::clue::{ClueRule, Event, Person, Reported, Reporter};
use domain::sealed::Sealed;
use hub::project::StreamName;
use hub::seal::{KeyStore, Opened};
use hub::{Hub, history, refuse};
use wire::refusal::Refusal;

use crate::intake::{self, Told};

/// Compares a record with the report that stands in the clue's stream.
///
/// # Errors
/// When log or keys cannot be read.
pub(super) async fn recorded(hub: &Hub, clue: &StreamName, told: &Told) -> Result<bool, Refusal> {
    let events = history::<ClueRule>(hub, clue).await?;
    let reported =
        events.iter().find_map(|one| if let Event::Reported(it) = &one.event { Some(it) } else { None });
    let Some(reported) = reported else { return Ok(false) };
    Ok(facts(reported, told) && words(&hub.keys, reported, told)?)
}

fn facts(before: &Reported, told: &Told) -> bool {
    before.channel == told.channel
        && before.category == told.category
        && before.situation == told.situation
        && before.minor == told.minor
        && before.harm == told.harm
        && before.division == told.division
        && before.institution == told.institution
        && before.received == told.received
        && before.source == told.source
}

fn words(keys: &KeyStore, before: &Reported, told: &Told) -> Result<bool, Refusal> {
    Ok(says(keys, Some(&before.narrative), Some(&told.narrative))?
        && says(keys, before.place.as_ref(), told.place.as_deref())?
        && reporter(keys, &before.reporter, &told.reporter)?
        && persons(keys, &before.persons, &told.persons)?)
}

fn reporter(keys: &KeyStore, before: &Reporter, told: &intake::Reporter) -> Result<bool, Refusal> {
    match (before, told) {
        (Reporter::Anonymous, intake::Reporter::Anonymous) => Ok(true),
        (Reporter::Named { name, .. }, intake::Reporter::Named { name: told, .. }) => {
            says(keys, Some(name), Some(told))
        }
        (Reporter::Anonymous, intake::Reporter::Named { .. })
        | (Reporter::Named { .. }, intake::Reporter::Anonymous) => Ok(false),
    }
}

fn persons(keys: &KeyStore, before: &[Person], told: &[intake::Person]) -> Result<bool, Refusal> {
    if before.len() != told.len() {
        return Ok(false);
    }
    for (before, told) in before.iter().zip(told) {
        let same = before.part == told.part
            && before.minor == told.minor
            && says(keys, Some(&before.name), Some(&told.name))?;
        if !same {
            return Ok(false);
        }
    }
    Ok(true)
}

fn says(keys: &KeyStore, before: Option<&Sealed>, told: Option<&str>) -> Result<bool, Refusal> {
    match (before, told) {
        (None, None) => Ok(true),
        (Some(sealed), Some(told)) => Ok(match keys.open(sealed).map_err(refuse::seal)? {
            Opened::Text(text) => text == told,
            Opened::Erased => true,
        }),
        (None, Some(_)) | (Some(_), None) => Ok(false),
    }
}
