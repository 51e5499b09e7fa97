//! Whether the place may be used: sealed by the fire service, suspended, used again after a review.
//! Never here: whether the hazard is gone.

use clap::{Args, Subcommand};
use wire::v1;

use super::end::{Looked, Wanting, finding, visit};
use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, NumberedReasoned, Order, Plain, Reasoned, given, papers};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Using {
    /// 临时查封：提请、口头同意后当场查封、作出决定、不予查封 | Temporary sealing: propose, orally, decide, drop
    #[command(subcommand)]
    Seal(Seal),
    /// 责令停用 | Suspend the use
    Suspend(NumberedReasoned),
    /// 恢复使用：申请、审查通过、审查不通过、同意 | Use again: ask, pass, fail, approve
    #[command(subcommand)]
    Resume(Resume),
}

/// What to do about sealing.
#[derive(Subcommand)]
pub(crate) enum Seal {
    /// 提请集体研究 | Put it to the collective decision
    Propose(Part),
    /// 紧急情况经口头同意当场查封 | Seal at once, approved orally
    Orally(OralSeal),
    /// 作出查封决定 | Record the collective decision to seal
    Decide(Decision),
    /// 决定不予查封 | Record the collective decision not to seal
    Drop(Reasoned),
}

/// What to do about using it again.
#[derive(Subcommand)]
pub(crate) enum Resume {
    /// 登记恢复使用申请 | Record that the institution asks for it
    Ask(Plain),
    /// 审查通过 | The review found that it may
    Pass(Looked),
    /// 审查不通过 | The review found that it may not
    Fail(Wanting),
    /// 同意恢复使用 | Approve the use
    Approve(Plain),
}

/// What is to be sealed.
#[derive(Args)]
pub(crate) struct Part {
    /// 隐患编号 | The hazard
    id: String,
    /// 危险部位或场所 | The dangerous part or place
    #[arg(long)]
    spot: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    order: Order,
}

/// A seal in an emergency.
#[derive(Args)]
pub(crate) struct OralSeal {
    #[command(flatten)]
    part: Part,
    /// 同意的负责人 | The leader who approved
    #[arg(long, value_name = "OFFICER")]
    approver: String,
}

/// A collective decision.
#[derive(Args)]
pub(crate) struct Decision {
    /// 隐患编号 | The hazard
    id: String,
    /// 参加集体研究的人员，至少三名 | Who decided, at least three
    #[arg(long, required = true, num_args = 1.., value_name = "OFFICER")]
    decider: Vec<String>,
    /// 决定书 decision=文件,文号 | The decision, decision=FILE,NUMBER
    #[arg(long, value_parser = given)]
    paper: Given,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Using) -> Result<(), Failure> {
    match asked {
        Using::Seal(asked) => seal(desk, asked).await,
        Using::Suspend(NumberedReasoned { id: hazard_id, number, reason, order }) => {
            let suspend = Some(v1::HazardSuspension { number, reason });
            command!(desk, hazard.suspend_use, order, SuspendUseRequest { hazard_id, suspend })
        }
        Using::Resume(asked) => resume(desk, asked).await,
    }
}

async fn seal(desk: &Desk, asked: Seal) -> Result<(), Failure> {
    match asked {
        Seal::Propose(Part { id: hazard_id, spot, reason, order }) => {
            let propose_seal = Some(v1::HazardPart { spot, reason });
            command!(
                desk,
                hazard.propose_hazard_seal,
                order,
                ProposeHazardSealRequest { hazard_id, propose_seal }
            )
        }
        Seal::Orally(OralSeal { part: Part { id: hazard_id, spot, reason, order }, approver }) => {
            let part = Some(v1::HazardPart { spot, reason });
            let seal_orally = Some(v1::HazardOralSeal { part, approver });
            command!(
                desk,
                hazard.seal_hazard_orally,
                order,
                SealHazardOrallyRequest { hazard_id, seal_orally }
            )
        }
        Seal::Decide(a) => {
            let paper = papers(desk, &a.id, &[a.paper]).await?.pop();
            let seal = Some(v1::HazardSeal { deciders: a.decider, paper });
            command!(desk, hazard.seal_hazard, a.order, SealHazardRequest { hazard_id: a.id, seal })
        }
        Seal::Drop(Reasoned { id: hazard_id, reason, order }) => {
            let drop_seal = Some(v1::HazardReason { reason });
            command!(desk, hazard.drop_hazard_seal, order, DropHazardSealRequest { hazard_id, drop_seal })
        }
    }
}

async fn resume(desk: &Desk, asked: Resume) -> Result<(), Failure> {
    match asked {
        Resume::Ask(Plain { id: hazard_id, order }) => {
            command!(desk, hazard.ask_resume, order, AskResumeRequest { hazard_id })
        }
        Resume::Pass(a) => {
            let pass_review = Some(visit(desk, &a).await?);
            let Looked { id: hazard_id, order, .. } = a;
            command!(
                desk,
                hazard.pass_hazard_review,
                order,
                PassHazardReviewRequest { hazard_id, pass_review }
            )
        }
        Resume::Fail(a) => {
            let fail_review = Some(finding(desk, &a).await?);
            let Looked { id: hazard_id, order, .. } = a.looked;
            command!(
                desk,
                hazard.fail_hazard_review,
                order,
                FailHazardReviewRequest { hazard_id, fail_review }
            )
        }
        Resume::Approve(Plain { id: hazard_id, order }) => {
            command!(desk, hazard.resume_use, order, ResumeUseRequest { hazard_id })
        }
    }
}
