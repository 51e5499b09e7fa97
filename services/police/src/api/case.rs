//! The whole case of an entry: read from its stream, as the caller may see it. Each access is recorded. Never
//! here: the queue.

use domain::claim::Claim;
use domain::clue::{self, ClueRule};
use domain::decider::Decider;
use domain::ids::OfficerId;
use domain::referral::ReferralRule;
use hub::call::{Addressed, stream_of};
use hub::{Caller, Eyes, Hub, history, state_of};
use wire::refusal::Refusal;
use wire::show;
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
    let told = history::<ClueRule>(hub, &stream_of(id)?).await?;
    let state = state_of::<ClueRule>(&told);
    let known = state.clue().ok_or(Refusal::Permission)?;
    let scope = ClueRule::scope(&clue::Command::Claim, &state);
    hub.allow(caller, "view.clue", &scope)?;
    let holds = holder(known.claim()) == Some(&caller.actor.officer);
    let content = hub.allow(caller, "view.clue-content", &scope).is_ok();
    let reporter = holds && hub.allow(caller, "view.reporter", &scope).is_ok();
    let eyes = Eyes { reporter, ..Eyes::new(hub, content) };
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
    let told = history::<ReferralRule>(hub, &stream_of(id)?).await?;
    let scope = state_of::<ReferralRule>(&told).known().ok_or(Refusal::Permission)?.scope();
    hub.allow(caller, "view.referral", &scope)?;
    let content = hub.allow(caller, "view.referral-content", &scope).is_ok();
    let eyes = Eyes::new(hub, content);
    eyes.note(caller, id);
    let referral = show::referral(&told, &eyes).ok_or(Refusal::Permission)?;
    Ok((Case::Referral(referral), show::history(&told, &eyes)))
}

const fn holder(claim: &Claim) -> Option<&OfficerId> {
    match claim {
        Claim::Open => None,
        Claim::Held { by, .. } | Claim::Kept { by, .. } => Some(by),
    }
}
