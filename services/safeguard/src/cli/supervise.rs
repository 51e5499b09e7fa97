//! What the procuratorate does: filing supervision. Never here: what the police answer.

use clap::Subcommand;

use super::desk::{Desk, command};
use super::failure::Failure;
use super::order::Numbered;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Supervise {
    /// 要求公安机关说明不立案理由 | Demand the reasons for not filing
    Open(Numbered),
    /// 认可不立案理由 | Accept the reasons
    AcceptReasons(Numbered),
    /// 通知公安机关立案 | Order filing
    OrderFiling(Numbered),
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Supervise) -> Result<(), Failure> {
    match asked {
        Supervise::Open(a) => {
            command!(
                desk,
                police.open_supervision,
                a.order,
                OpenSupervisionRequest { referral_id: a.id, number: a.number }
            )
        }
        Supervise::AcceptReasons(a) => {
            command!(
                desk,
                police.accept_reasons,
                a.order,
                AcceptReasonsRequest { referral_id: a.id, number: a.number }
            )
        }
        Supervise::OrderFiling(a) => {
            command!(
                desk,
                police.order_filing,
                a.order,
                OrderFilingRequest { referral_id: a.id, number: a.number }
            )
        }
    }
}
