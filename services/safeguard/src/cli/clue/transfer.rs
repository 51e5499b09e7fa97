//! Handing a clue over: to the police, to another agency, the leader's consent, the 110 call. Never here: referrals.

use clap::{Args, Subcommand};

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Order, Plain, given, papers};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Transfer {
    /// 转交公安机关 | Transfer to the police
    ToPolice(Send),
    /// 转交其他部门 | Transfer to another agency
    ToAgency(Send),
    /// 负责人确认转交 | Confirm a transfer, as a leader
    Confirm(Plain),
    /// 登记 110 报警 | Note the 110 call
    Call(Call),
}

/// Where to, with what.
#[derive(Args)]
pub(crate) struct Send {
    /// 线索编号 | The clue
    clue: String,
    /// 接收单位；转公安时可省略 | The receiving unit; for the police the competent one when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "UNIT")]
    to: String,
    /// 材料 KIND=文件 或 KIND=哈希[,文号]，可重复 | Paper, KIND=FILE or KIND=HASH[,NUMBER], may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    order: Order,
}

/// Which call.
#[derive(Args)]
pub(crate) struct Call {
    /// 线索编号 | The clue
    clue: String,
    /// 110 接警记录号 | Number of the call record
    #[arg(long, value_name = "NUMBER")]
    call_number: String,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Transfer) -> Result<(), Failure> {
    match asked {
        Transfer::ToPolice(a) => {
            let papers = papers(desk, &a.clue, &a.paper).await?;
            command!(
                desk,
                education.transfer_clue_to_police,
                a.order,
                TransferClueToPoliceRequest { clue_id: a.clue, to_unit_id: a.to, papers }
            )
        }
        Transfer::ToAgency(a) => {
            let papers = papers(desk, &a.clue, &a.paper).await?;
            command!(
                desk,
                education.transfer_clue_to_agency,
                a.order,
                TransferClueToAgencyRequest { clue_id: a.clue, to_unit_id: a.to, papers }
            )
        }
        Transfer::Confirm(a) => {
            command!(desk, education.confirm_transfer, a.order, ConfirmTransferRequest { clue_id: a.id })
        }
        Transfer::Call(a) => {
            command!(
                desk,
                education.record_call,
                a.order,
                RecordCallRequest { clue_id: a.clue, call_number: a.call_number }
            )
        }
    }
}
