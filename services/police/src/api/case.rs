//! The whole case of an entry: read from its stream, as the caller may see it. Each access is recorded. Never
//! here: the queue.

use domain::claim::Claim;
use domain::clue::{self, ClueRule};
use domain::decider::{Decider, Scope};
use domain::event::{Stored, decode};
use domain::ids::{InstitutionId, OfficerId, UnitId};
use domain::referral::{self, ReferralRule};
use domain::sealed::Sealed;
use hub::call::{Addressed, stream_of};
use hub::handle::metadata;
use hub::project::Revision;
use hub::{Caller, HandleError, Hub, refuse};
use wire::refusal::Refusal;
use wire::show::{self, Lens, Tells, Told};
use wire::v1;
use wire::v1::get_queue_entry_response::Case;

/// A case and its history.
pub(super) type Seen = (Case, Vec<v1::HistoryEntry>);

/// A clue. The reporter is shown to the officer who holds the entry, and to nobody else here.
pub(super) async fn clue(
    hub: &Hub,
    caller: &Caller,
    id: &<ClueRule as Addressed>::Id,
) -> Result<Seen, Refusal> {
    let told = history::<clue::Event>(hub, id).await?;
    let state = folded::<ClueRule>(&told);
    let known = state.clue().ok_or(Refusal::Permission)?;
    let scope = ClueRule::scope(&clue::Command::Claim, &state);
    hub.allow(caller, "view.clue", &scope)?;
    let holds = holder(known.claim()) == Some(&caller.actor.officer);
    let eyes = Eyes {
        hub,
        content: hub.allow(caller, "view.clue-content", &scope).is_ok(),
        reporter: holds && hub.allow(caller, "view.reporter", &scope).is_ok(),
    };
    eyes.note(caller, id);
    let clue = show::clue(&told, &eyes).ok_or(Refusal::Permission)?;
    Ok((Case::Clue(clue), show::history(&told, &eyes)))
}

/// A referral.
pub(super) async fn referral(
    hub: &Hub,
    caller: &Caller,
    id: &<ReferralRule as Addressed>::Id,
) -> Result<Seen, Refusal> {
    let told = history::<referral::Event>(hub, id).await?;
    let scope: Scope = folded::<ReferralRule>(&told).known().ok_or(Refusal::Permission)?.scope();
    hub.allow(caller, "view.referral", &scope)?;
    let content = hub.allow(caller, "view.referral-content", &scope).is_ok();
    let eyes = Eyes { hub, content, reporter: false };
    eyes.note(caller, id);
    let referral = show::referral(&told, &eyes).ok_or(Refusal::Permission)?;
    Ok((Case::Referral(referral), show::history(&told, &eyes)))
}

async fn history<E: Stored + Tells>(hub: &Hub, id: &impl std::fmt::Display) -> Result<Vec<Told<E>>, Refusal> {
    let read = hub.log.read(&stream_of(id)?, Revision::FIRST).await;
    let recorded = read.map_err(|error| refuse::handle(error.into()))?;
    let told = recorded.iter().map(|event| {
        let meta = metadata(event)?;
        let happened = decode(&event.kind, event.data.as_str())?;
        Ok(Told { event: happened, meta, revision: event.revision.get() })
    });
    told.collect::<Result<_, HandleError>>().map_err(refuse::handle)
}

fn folded<D: Decider>(told: &[Told<D::Event>]) -> D::State {
    told.iter().fold(D::initial(), |state, one| D::evolve(state, &one.event, &one.meta.stamp()))
}

const fn holder(claim: &Claim) -> Option<&OfficerId> {
    match claim {
        Claim::Open => None,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by),
    }
}

/// What the caller may see of a case.
struct Eyes<'a> {
    hub: &'a Hub,
    content: bool,
    reporter: bool,
}

impl Eyes<'_> {
    fn note(&self, caller: &Caller, matter: &impl std::fmt::Display) {
        tracing::info!(
            target: "access",
            %matter,
            officer = %caller.actor.officer,
            unit = %caller.actor.unit.id,
            content = self.content,
            reporter = self.reporter,
            "case read",
        );
    }
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
        self.reporter
    }

    fn show_content(&self) -> bool {
        self.content
    }

    fn superior(&self, id: &UnitId) -> Option<UnitId> {
        self.hub.roster.unit(id).ok().flatten().and_then(|entry| entry.superior.clone())
    }
}
