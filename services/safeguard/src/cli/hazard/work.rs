//! Many steps on hazards from a file. Never here: how records are sent.

use clap::Args;
use wire::v1;

use crate::cli::bulk::{Feed, send};
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;

/// Which file. A row names its step in the column `step`, as in `verify`, beside `hazard_id` and the step's own fields.
#[derive(Args)]
pub(crate) struct Work {
    #[command(flatten)]
    feed: Feed,
}

/// Sends it.
pub(crate) async fn run(desk: &Desk, a: &Work) -> Result<(), Failure> {
    send::<v1::WorkHazardsRequest, v1::WorkHazardsResponse>(desk, &a.feed, &[], async |request| {
        desk.hazard().await?.work_hazards(request).await.map_err(|status| desk.refused(&status))
    })
    .await
}
