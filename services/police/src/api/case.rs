//! The whole case of an entry: read from its stream, as need-to-know lets the caller see it. Never here: the
//! queue.

use domain::clue::ClueRule;
use domain::referral::ReferralRule;
use hub::call::{Addressed, stream_of};
use hub::reads::Way;
use hub::{Caller, Hub, history};
use wire::refusal::Refusal;
use wire::show;
use wire::v1;
use wire::v1::get_queue_entry_response::Case;

/// A case and its history.
pub(super) type Seen = (Case, Vec<v1::HistoryEntry>);

/// What was asked, for the read log.
const ASKED: (Way, &str) = (Way::Queue, "GetQueueEntry");

/// A clue.
pub(super) async fn clue(
    hub: &Hub,
    caller: &Caller,
    id: &<ClueRule as Addressed>::Id,
) -> Result<Seen, Refusal> {
    let stream = stream_of(id)?;
    let told = history::<ClueRule>(hub, &stream).await?;
    hub.show(caller, &stream, ASKED, |eyes| {
        Some((Case::Clue(show::clue(&told, eyes)?), show::history(&told, eyes)))
    })
    .await
}

/// A referral.
pub(super) async fn referral(
    hub: &Hub,
    caller: &Caller,
    id: &<ReferralRule as Addressed>::Id,
) -> Result<Seen, Refusal> {
    let stream = stream_of(id)?;
    let told = history::<ReferralRule>(hub, &stream).await?;
    hub.show(caller, &stream, ASKED, |eyes| {
        Some((Case::Referral(show::referral(&told, eyes)?), show::history(&told, eyes)))
    })
    .await
}
