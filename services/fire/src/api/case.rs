//! The clue of an inbox entry, read from its stream as a fire officer may see it; the reporter is withheld.
//! Each access is recorded. Never here: the inbox.

use domain::clue::{ClueRule, Command};
use domain::decider::Decider;
use domain::ids::ClueId;
use hub::call::stream_of;
use hub::{Caller, Eyes, Hub, history, state_of};
use wire::refusal::Refusal;
use wire::show;
use wire::v1;

/// The clue and its history.
pub(super) async fn clue(
    hub: &Hub,
    caller: &Caller,
    id: &ClueId,
) -> Result<(v1::Clue, Vec<v1::HistoryEntry>), Refusal> {
    let told = history::<ClueRule>(hub, &stream_of(id)?).await?;
    let scope = ClueRule::scope(&Command::Claim, &state_of::<ClueRule>(&told));
    hub.allow(caller, "view.clue", &scope)?;
    let eyes = Eyes::new(hub, hub.allow(caller, "view.clue-content", &scope).is_ok());
    eyes.note(caller, id);
    let clue = show::clue(&told, &eyes).ok_or(Refusal::Permission)?;
    Ok((clue, show::history(&told, &eyes)))
}
