//! The clue of an inbox entry, read from its stream as a fire officer may see it; the reporter is withheld.
//! Each access is recorded. Never here: the inbox.

use domain::clue::{ClueRule, Command, Event};
use domain::decider::Decider;
use domain::event::decode;
use domain::ids::{ClueId, InstitutionId, UnitId};
use domain::sealed::Sealed;
use hub::call::stream_of;
use hub::handle::metadata;
use hub::project::Revision;
use hub::{Caller, HandleError, Hub, refuse};
use wire::refusal::Refusal;
use wire::show::{self, Lens, Told};
use wire::v1;

/// The clue and its history.
pub(super) async fn clue(
    hub: &Hub,
    caller: &Caller,
    id: &ClueId,
) -> Result<(v1::Clue, Vec<v1::HistoryEntry>), Refusal> {
    let told = history(hub, id).await?;
    let state = told
        .iter()
        .fold(ClueRule::initial(), |state, one| ClueRule::evolve(state, &one.event, &one.meta.stamp()));
    let scope = ClueRule::scope(&Command::Claim, &state);
    hub.allow(caller, "view.clue", &scope)?;
    let eyes = Eyes { hub, content: hub.allow(caller, "view.clue-content", &scope).is_ok() };
    tracing::info!(
        target: "access",
        matter = %id,
        officer = %caller.actor.officer,
        unit = %caller.actor.unit.id,
        content = eyes.content,
        reporter = false,
        "case read",
    );
    let clue = show::clue(&told, &eyes).ok_or(Refusal::Permission)?;
    Ok((clue, show::history(&told, &eyes)))
}

async fn history(hub: &Hub, id: &ClueId) -> Result<Vec<Told<Event>>, Refusal> {
    let read = hub.log.read(&stream_of(id)?, Revision::FIRST).await;
    let recorded = read.map_err(|error| refuse::handle(error.into()))?;
    let told = recorded.iter().map(|event| {
        let meta = metadata(event)?;
        let happened = decode(&event.kind, event.data.as_str())?;
        Ok(Told { event: happened, meta, revision: event.revision.get() })
    });
    told.collect::<Result<_, HandleError>>().map_err(refuse::handle)
}

/// What the caller may see of a clue.
struct Eyes<'a> {
    hub: &'a Hub,
    content: bool,
}

impl Lens for Eyes<'_> {
    fn open(&self, sealed: &Sealed) -> v1::PersonalText {
        self.hub.personal(sealed)
    }

    fn unit_name(&self, id: &UnitId) -> String {
        self.hub.roster.unit(id).ok().flatten().map(|entry| entry.name.to_string()).unwrap_or_default()
    }

    fn institution_name(&self, id: &InstitutionId) -> String {
        self.hub.roster.institution(id).ok().flatten().map(|entry| entry.name.to_string()).unwrap_or_default()
    }

    fn show_reporter(&self) -> bool {
        false
    }

    fn show_content(&self) -> bool {
        self.content
    }

    fn superior(&self, id: &UnitId) -> Option<UnitId> {
        self.hub.roster.unit(id).ok().flatten().and_then(|entry| entry.superior.clone())
    }
}
