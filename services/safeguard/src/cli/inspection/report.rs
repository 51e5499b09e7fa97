//! Many visits that were carried out and recorded elsewhere. Never here: how records are sent.

use clap::Args;
use wire::v1;

use crate::cli::bulk::{Feed, send};
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;

/// Which file.
#[derive(Args)]
pub(crate) struct Report {
    #[command(flatten)]
    feed: Feed,
    /// 记录未写明时的专项行动编号 | The campaign of records that name none
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
}

/// Sends it.
pub(crate) async fn run(desk: &Desk, a: &Report) -> Result<(), Failure> {
    let given: Vec<(&str, String)> =
        a.campaign.iter().map(|id| ("report.plan.campaign_id", id.clone())).collect();
    send::<v1::ReportInspectionsRequest, v1::ReportInspectionsResponse>(
        desk,
        &a.feed,
        &given,
        async |request| {
            let service = desk.inspection().await;
            service?.report_inspections(request).await.map_err(|status| desk.refused(&status))
        },
    )
    .await
}
