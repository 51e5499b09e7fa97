//! Where a paper was uploaded, and whether it may stand in another matter. The subject of its key tells: the case
//! subject of a matter, or one made for a clue that was not written down yet. Never here: reading papers.

use domain::ids::{SubjectId, UnitId};
use hub::Hub;
use uuid::Uuid;
use wire::refusal::Refusal;
use wire::violations::Violations;

use super::matter::Matter;

/// How a subject begins that belongs to no matter yet.
const UNREPORTED: &str = "UP";

/// The mark of a unit in such a subject: an id may be longer than a subject has room for.
fn mark(unit: &UnitId) -> String {
    let text = Uuid::new_v5(&Uuid::NAMESPACE_OID, unit.as_str().as_bytes()).simple().to_string();
    text.chars().take(16).collect()
}

/// What a paper stands under before its clue is written down: its own, and of this unit.
pub(super) fn unreported(unit: &UnitId) -> String {
    let own: String = Uuid::now_v7().simple().to_string().chars().skip(16).collect();
    format!("{UNREPORTED}-{}-{own}", mark(unit))
}

/// Whether a unit could read a paper of this subject when it named it in a matter.
///
/// # Errors
/// `Permission` when it could not: then it knew no more than the hash.
pub(super) async fn may_stand_here(
    hub: &Hub,
    matter: &Matter,
    (by, subject): (&UnitId, &SubjectId),
) -> Result<(), Refusal> {
    let text = subject.as_str();
    let own =
        text.strip_prefix(SubjectId::PREFIX).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
    if own == matter.to_string() {
        return Ok(());
    }
    let sound = match own.split_once('-') {
        Some((UNREPORTED, rest)) => rest.split('-').next() == Some(mark(by).as_str()),
        Some(_) | None => match Matter::read("matter", own, &mut Violations::new()) {
            Some(source) => source.parties(hub).await?.contains(by),
            None => false,
        },
    };
    if !sound {
        tracing::warn!(target: "access", %matter, %by, %subject, "a paper of another matter was named by hash");
        return Err(Refusal::Permission);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_before_the_report_has_room_and_is_the_units_own() {
        let unit: Option<UnitId> = "UN-EDU-430405".parse().ok();
        let subject: Option<SubjectId> =
            unit.as_ref().and_then(|unit| hub::seal::case_subject(&unreported(unit)).ok());
        assert!(
            subject.is_some_and(|subject| unit.is_some_and(|unit| subject.as_str().contains(&mark(&unit))))
        );
    }
}
