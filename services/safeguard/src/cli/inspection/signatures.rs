//! Signatures for many visits that other units entered. Never here: how records are sent.

use clap::Args;
use wire::v1;

use crate::cli::bulk::{Feed, send};
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;

/// Which file. A row names the inspection in the column `inspection_id`.
#[derive(Args)]
pub(crate) struct Signatures {
    #[command(flatten)]
    feed: Feed,
}

/// Sends it.
pub(crate) async fn run(desk: &Desk, a: &Signatures) -> Result<(), Failure> {
    send::<v1::SignInspectionsRequest, v1::SignInspectionsResponse>(desk, &a.feed, &[], async |request| {
        desk.inspection().await?.sign_inspections(request).await.map_err(|status| desk.refused(&status))
    })
    .await
}
