//! What the police decide on a referral: supplement, filing, reconsideration, reasons, withdrawal, outcome.
//! Never here: taking it from the queue.

use clap::{Args, Subcommand};
use domain::paper::PaperKind;
use domain::referral::event::WithdrawalReason;
use wire::v1;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Numbered, NumberedReasoned, Order, given, papers};
use crate::cli::words::{number, one_of};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Filing {
    /// 通知补正（签收后 24 小时内） | Ask for missing material
    RequestSupplement(RequestSupplement),
    /// 立案 | File the criminal case
    File(Decision),
    /// 不予立案 | Do not file, with reasons
    NotFile(NotFile),
    #[command(flatten)]
    After(After),
}

/// What may follow a decision.
#[derive(Subcommand)]
pub(crate) enum After {
    /// 复议维持不予立案 | Uphold the refusal on reconsideration
    Uphold(NumberedReasoned),
    /// 向检察机关说明不立案理由 | Give the procuratorate the reasons
    GiveReasons(NumberedReasoned),
    /// 撤案 | Withdraw a filed case
    Withdraw(Withdraw),
    /// 告知移送单位撤案 | Tell the agency of the withdrawal
    NotifyWithdrawal(Numbered),
    /// 通报处理结果并办结 | Report the outcome
    Conclude(Conclude),
}

/// What is missing.
#[derive(Args)]
pub(crate) struct RequestSupplement {
    /// 移送编号 | The referral
    id: String,
    /// 通知文号 | Number of the notice
    #[arg(long)]
    number: String,
    /// 所缺材料 KIND=说明，可重复 | What is missing, KIND=NOTE, may be repeated
    #[arg(long, required = true, value_parser = missing)]
    missing: Vec<v1::MissingPaper>,
    #[command(flatten)]
    order: Order,
}

/// A decision with its paper.
#[derive(Args)]
pub(crate) struct Decision {
    /// 移送编号 | The referral
    id: String,
    /// 决定书文号 | Number of the decision
    #[arg(long)]
    number: String,
    /// 决定书 decision=文件 | The decision, decision=FILE
    #[arg(long, value_parser = given)]
    paper: Given,
    #[command(flatten)]
    order: Order,
}

/// A decision with its paper, and why.
#[derive(Args)]
pub(crate) struct NotFile {
    /// 移送编号 | The referral
    id: String,
    /// 通知书文号 | Number of the notice
    #[arg(long)]
    number: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    /// 不予立案通知书 notice=文件 | The notice, notice=FILE
    #[arg(long, value_parser = given)]
    paper: Given,
    #[command(flatten)]
    order: Order,
}

/// A withdrawal.
#[derive(Args)]
pub(crate) struct Withdraw {
    /// 移送编号 | The referral
    id: String,
    /// 决定书文号 | Number of the decision
    #[arg(long)]
    number: String,
    /// 撤案理由 | Why
    #[arg(long, value_parser = one_of::<WithdrawalReason>())]
    reason: i32,
    #[command(flatten)]
    order: Order,
}

/// An outcome.
#[derive(Args)]
pub(crate) struct Conclude {
    /// 移送编号 | The referral
    id: String,
    /// 文号 | Number of the document
    #[arg(long)]
    number: String,
    /// 处理结果，不含个人信息 | The outcome, without personal data
    #[arg(long)]
    outcome: String,
    #[command(flatten)]
    order: Order,
}

fn missing(text: &str) -> Result<v1::MissingPaper, String> {
    let wrong = || "请写成 appraisal=价格鉴定意见 | write appraisal=NOTE".to_owned();
    let (kind, note) = text.split_once('=').ok_or_else(wrong)?;
    let kind = number::<PaperKind>(kind.trim()).ok_or_else(wrong)?;
    Ok(v1::MissingPaper { kind, note: note.trim().to_owned() })
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Filing) -> Result<(), Failure> {
    match asked {
        Filing::RequestSupplement(a) => {
            command!(
                desk,
                police.request_supplement,
                a.order,
                RequestSupplementRequest { referral_id: a.id, number: a.number, missing: a.missing }
            )
        }
        Filing::File(a) => {
            let paper = papers(desk, &a.id, &[a.paper]).await?.pop();
            command!(
                desk,
                police.file_case,
                a.order,
                FileCaseRequest { referral_id: a.id, number: a.number, paper }
            )
        }
        Filing::NotFile(a) => {
            let paper = papers(desk, &a.id, &[a.paper]).await?.pop();
            command!(
                desk,
                police.refuse_filing,
                a.order,
                RefuseFilingRequest { referral_id: a.id, number: a.number, reason: a.reason, paper }
            )
        }
        Filing::After(asked) => after(desk, asked).await,
    }
}

async fn after(desk: &Desk, asked: After) -> Result<(), Failure> {
    match asked {
        After::Uphold(a) => {
            command!(
                desk,
                police.uphold_refusal,
                a.order,
                UpholdRefusalRequest { referral_id: a.id, number: a.number, reason: a.reason }
            )
        }
        After::GiveReasons(a) => {
            command!(
                desk,
                police.give_reasons,
                a.order,
                GiveReasonsRequest { referral_id: a.id, number: a.number, reason: a.reason }
            )
        }
        After::Withdraw(a) => {
            command!(
                desk,
                police.withdraw_case,
                a.order,
                WithdrawCaseRequest { referral_id: a.id, number: a.number, reason: a.reason }
            )
        }
        After::NotifyWithdrawal(a) => {
            command!(
                desk,
                police.notify_withdrawal,
                a.order,
                NotifyWithdrawalRequest { referral_id: a.id, number: a.number }
            )
        }
        After::Conclude(a) => {
            command!(
                desk,
                police.conclude_case,
                a.order,
                ConcludeCaseRequest { referral_id: a.id, number: a.number, outcome: a.outcome }
            )
        }
    }
}
