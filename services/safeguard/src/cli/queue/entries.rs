//! Taking an entry, signing for it, passing it on, answering the sender. Never here: filing decisions.

use clap::{Args, Subcommand};
use domain::clue::event::TransferOutcome;

use crate::cli::desk::{Desk, command, send};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Order, Plain, Reasoned, given, papers, text_of};
use crate::cli::times::shown;
use crate::cli::words::one_of;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Entries {
    /// 认领 | Take an entry under a lease
    Claim(Plain),
    /// 放回队列 | Give a claimed entry back
    Release(Reasoned),
    /// 签收回执 | Sign the receipt
    Receipt(Receipt),
    /// 受理转交的线索 | Accept a transferred clue
    Accept(Plain),
    /// 移交有管辖权的公安机关 | Pass to the competent police unit
    Forward(Forward),
    /// 不属公安机关管辖 | Say it is not a police matter
    Decline(Decline),
    /// 向来源单位反馈 | Tell the sender how it stands
    Feedback(Feedback),
}

/// A receipt.
#[derive(Args)]
pub(crate) struct Receipt {
    /// 事项编号 | The matter
    id: String,
    /// 回执编号 | Number of the receipt
    #[arg(long)]
    number: String,
    /// 签字回执 receipt=文件；案件移送必填 | The signed receipt, receipt=FILE; required for a referral
    #[arg(long, value_parser = given)]
    paper: Option<Given>,
    #[command(flatten)]
    order: Order,
}

/// Where to, and why.
#[derive(Args)]
pub(crate) struct Forward {
    /// 事项编号 | The matter
    id: String,
    /// 有管辖权的公安机关 | The competent police unit
    #[arg(long, value_name = "UNIT")]
    to: String,
    /// 通知文号；案件移送必填 | Number of the notice; required for a referral
    #[arg(long, default_value = "", hide_default_value = true)]
    number: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    order: Order,
}

/// Whose it is instead.
#[derive(Args)]
pub(crate) struct Decline {
    /// 事项编号 | The matter
    id: String,
    /// 通知文号；案件移送必填 | Number of the notice; required for a referral
    #[arg(long, default_value = "", hide_default_value = true)]
    number: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    /// 建议的主管部门 | The authority suggested
    #[arg(long)]
    suggestion: String,
    #[command(flatten)]
    order: Order,
}

/// What the sender is told.
#[derive(Args)]
pub(crate) struct Feedback {
    /// 事项编号 | The matter
    pub(crate) id: String,
    /// 结果；线索必填，案件移送不填 | What came of it; for a clue only
    #[arg(long, value_parser = one_of::<TransferOutcome>())]
    pub(crate) outcome: Option<i32>,
    /// 反馈内容；@文件 或 - 表示从文件、标准输入读取 | The words; @FILE or - reads them
    #[arg(long)]
    pub(crate) text: String,
    #[command(flatten)]
    pub(crate) order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Entries) -> Result<(), Failure> {
    match asked {
        Entries::Claim(a) => claim(desk, a).await,
        Entries::Release(a) => {
            command!(
                desk,
                police.release_entry,
                a.order,
                ReleaseEntryRequest { matter: a.id, reason: a.reason }
            )
        }
        Entries::Receipt(a) => {
            let given: Vec<Given> = a.paper.into_iter().collect();
            let paper = papers(desk, &a.id, &given).await?.pop();
            command!(
                desk,
                police.sign_receipt,
                a.order,
                SignReceiptRequest { matter: a.id, receipt_number: a.number, paper }
            )
        }
        Entries::Accept(a) => {
            command!(desk, police.accept_transfer, a.order, AcceptTransferRequest { clue_id: a.id })
        }
        Entries::Forward(a) => {
            command!(
                desk,
                police.forward_entry,
                a.order,
                ForwardEntryRequest { matter: a.id, to_unit_id: a.to, number: a.number, reason: a.reason }
            )
        }
        Entries::Decline(a) => {
            command!(
                desk,
                police.decline_entry,
                a.order,
                DeclineEntryRequest {
                    matter: a.id,
                    number: a.number,
                    reason: a.reason,
                    suggestion: a.suggestion,
                }
            )
        }
        Entries::Feedback(a) => {
            let text = text_of(&a.text)?;
            command!(
                desk,
                police.give_feedback,
                a.order,
                GiveFeedbackRequest { matter: a.id, outcome: a.outcome.unwrap_or(0), text }
            )
        }
    }
}

async fn claim(desk: &Desk, a: Plain) -> Result<(), Failure> {
    let answer = send!(desk, police.claim_entry, a.order, ClaimEntryRequest { matter: a.id })?;
    desk.done(&answer, answer.receipt.as_ref())?;
    match answer.lease_until {
        Some(_) if !desk.out.json => {
            let until = shown(answer.lease_until.as_ref());
            desk.out.line(desk.out.named("请在此前签收回执：", "sign the receipt before:", until))
        }
        Some(_) | None => Ok(()),
    }
}
