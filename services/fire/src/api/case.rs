//! The clue of an inbox entry, read from its stream as need-to-know lets a fire officer see it. Never here: the
//! inbox.

use domain::clue::ClueRule;
use domain::ids::ClueId;
use hub::call::stream_of;
use hub::reads::Way;
use hub::{Caller, Hub, history};
use wire::refusal::Refusal;
use wire::show;
use wire::v1;

/// The clue and its history.
pub(super) async fn clue(
    hub: &Hub,
    caller: &Caller,
    id: &ClueId,
) -> Result<(v1::Clue, Vec<v1::HistoryEntry>), Refusal> {
    let stream = stream_of(id)?;
    let told = history::<ClueRule>(hub, &stream).await?;
    hub.show(caller, &stream, (Way::Queue, "GetFireTransfer"), |eyes| {
        Some((show::clue(&told, eyes)?, show::history(&told, eyes)))
    })
    .await
}
