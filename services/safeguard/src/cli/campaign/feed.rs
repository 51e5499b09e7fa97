//! Dispatches and staff counts: many from a file, and taking one back. Never here: how records are sent.

use clap::{Args, Subcommand};
use wire::v1;

use crate::cli::bulk::{self, send};
use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::Reasoned;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Feed {
    /// 批量上报出动记录（CSV 或 JSON Lines） | Report many dispatches, from CSV or JSON Lines
    Dispatches(Records),
    /// 撤回一条出动记录 | Take a dispatch back
    VoidDispatch(Reasoned),
    /// 批量上报从业人员查询（CSV 或 JSON Lines） | Report many staff counts, from CSV or JSON Lines
    StaffCounts(Records),
    /// 撤回一条从业人员查询 | Take a staff count back
    VoidStaffCount(Reasoned),
}

/// Which file.
#[derive(Args)]
pub(crate) struct Records {
    #[command(flatten)]
    feed: bulk::Feed,
    /// 记录未写明时的专项行动编号 | The campaign of records that name none
    #[arg(long, value_name = "ID")]
    campaign: Option<String>,
}

impl Records {
    fn given(&self) -> Vec<(&'static str, String)> {
        self.campaign.iter().map(|id| ("campaign_id", id.clone())).collect()
    }
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Feed) -> Result<(), Failure> {
    match asked {
        Feed::Dispatches(a) => {
            send::<v1::ReportDispatchesRequest, v1::ReportDispatchesResponse>(
                desk,
                &a.feed,
                &a.given(),
                async |request| {
                    let service = desk.campaign().await;
                    service?.report_dispatches(request).await.map_err(|status| desk.refused(&status))
                },
            )
            .await
        }
        Feed::VoidDispatch(Reasoned { id: dispatch_id, reason, order }) => {
            command!(desk, campaign.void_dispatch, order, VoidDispatchRequest { dispatch_id, reason })
        }
        Feed::StaffCounts(a) => {
            send::<v1::ReportStaffCountsRequest, v1::ReportStaffCountsResponse>(
                desk,
                &a.feed,
                &a.given(),
                async |request| {
                    let service = desk.campaign().await;
                    service?.report_staff_counts(request).await.map_err(|status| desk.refused(&status))
                },
            )
            .await
        }
        Feed::VoidStaffCount(Reasoned { id: staff_count_id, reason, order }) => {
            command!(desk, campaign.void_staff_count, order, VoidStaffCountRequest { staff_count_id, reason })
        }
    }
}
