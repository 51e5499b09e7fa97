//! From triage to the conclusion: what is done with a clue while it is worked on. Never here: handing it over.

use clap::{Args, Subcommand};
use domain::category::{Category, Harm, Minor, Urgency};
use domain::clue::event::Conclusion;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Order, Plain, Reasoned, text_of};
use crate::cli::words::one_of;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Work {
    /// 并入另一条线索 | Merge into another clue on the same facts
    Merge(Merge),
    /// 第二人确认合并 | Agree to a proposed merge, as a second officer
    ConfirmMerge(Plain),
    /// 分流 | Sort a clue
    Triage(Triage),
    /// 分派给承办单位 | Hand to the competent unit
    Assign(Assign),
    /// 退回分派 | Give an assigned clue back
    Return(Reasoned),
    /// 开始核查（至少两人） | Start verification by at least two officers
    Verify(Verify),
    /// 延长核查期限一次 | Extend the period of verification, once
    Extend(Reasoned),
    /// 作出核查结论 | Conclude the verification
    Conclude(Conclude),
}

/// Which clue goes into which.
#[derive(Args)]
pub(crate) struct Merge {
    /// 将结束的线索 | The clue that ends
    clue: String,
    /// 保留的线索 | The clue that stays
    into: String,
    #[command(flatten)]
    order: Order,
}

/// What was found at triage.
#[derive(Args)]
pub(crate) struct Triage {
    /// 线索编号 | The clue
    clue: String,
    /// 类别 | Category
    #[arg(long, value_parser = one_of::<Category>())]
    category: i32,
    /// 紧急程度 | Urgency
    #[arg(long, value_parser = one_of::<Urgency>())]
    urgency: i32,
    /// 是否涉及未成年人 | Whether a minor is concerned
    #[arg(long, value_parser = one_of::<Minor>())]
    minor: i32,
    /// 侵害，可重复 | Harm, may be repeated
    #[arg(long, value_parser = one_of::<Harm>())]
    harm: Vec<i32>,
    #[command(flatten)]
    order: Order,
}

/// To whom.
#[derive(Args)]
pub(crate) struct Assign {
    /// 线索编号 | The clue
    clue: String,
    /// 承办单位编号 | The unit's id
    unit: String,
    #[command(flatten)]
    order: Order,
}

/// By whom.
#[derive(Args)]
pub(crate) struct Verify {
    /// 线索编号 | The clue
    clue: String,
    /// 核查人员，至少两名 | Officers, at least two
    #[arg(long, required = true, num_args = 1.., value_name = "OFFICER")]
    team: Vec<String>,
    #[command(flatten)]
    order: Order,
}

/// With what result.
#[derive(Args)]
pub(crate) struct Conclude {
    /// 线索编号 | The clue
    clue: String,
    /// 结论 | Result
    #[arg(long, value_parser = one_of::<Conclusion>())]
    result: i32,
    /// 核查情况；@文件 或 - 表示从文件、标准输入读取 | What was found; @FILE or - reads it
    #[arg(long, value_name = "TEXT")]
    summary: String,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Work) -> Result<(), Failure> {
    match asked {
        Work::Merge(a) => {
            command!(
                desk,
                education.merge_clue,
                a.order,
                MergeClueRequest { clue_id: a.clue, into_clue_id: a.into }
            )
        }
        Work::ConfirmMerge(a) => {
            command!(desk, education.confirm_merge, a.order, ConfirmMergeRequest { clue_id: a.id })
        }
        Work::Triage(Triage { clue, category, urgency, minor, harm, order }) => {
            command!(
                desk,
                education.triage_clue,
                order,
                TriageClueRequest { clue_id: clue, category, urgency, minor, harm }
            )
        }
        Work::Assign(a) => {
            command!(
                desk,
                education.assign_clue,
                a.order,
                AssignClueRequest { clue_id: a.clue, to_unit_id: a.unit }
            )
        }
        Work::Return(a) => {
            command!(
                desk,
                education.return_clue,
                a.order,
                ReturnClueRequest { clue_id: a.id, reason: a.reason }
            )
        }
        Work::Verify(a) => {
            command!(
                desk,
                education.start_verification,
                a.order,
                StartVerificationRequest { clue_id: a.clue, team: a.team }
            )
        }
        Work::Extend(a) => {
            command!(
                desk,
                education.extend_verification,
                a.order,
                ExtendVerificationRequest { clue_id: a.id, reason: a.reason }
            )
        }
        Work::Conclude(a) => conclude(desk, a).await,
    }
}

async fn conclude(desk: &Desk, a: Conclude) -> Result<(), Failure> {
    let summary = text_of(&a.summary)?;
    command!(
        desk,
        education.conclude_clue,
        a.order,
        ConcludeClueRequest { clue_id: a.clue, result: a.result, summary }
    )
}
