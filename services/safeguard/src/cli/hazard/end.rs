//! How the loop ends: others look at it, it is pressed for, another authority takes it, or it never was.
//! Never here: whether the place may be used meanwhile.

use clap::{Args, Subcommand};
use wire::v1;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Numbered, Order, Plain, Reasoned, given, papers};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum End {
    /// 复查销号 | Verify that it is gone
    Verify(Looked),
    /// 复查退回 | Send the fix back: it is not gone
    Reject(Wanting),
    /// 挂牌督办 | Put it under listed supervision
    Supervise(Reasoned),
    /// 登记立案处罚 | Record the penalty case
    Penalty(Numbered),
    /// 移交其他部门 | Hand it to another authority
    Transfer(Transfer),
    /// 作废：提出、同意（两人） | Void a wrong record: propose, approve, by two persons
    #[command(subcommand)]
    Void(Void),
}

/// What to do about a wrong record.
#[derive(Subcommand)]
pub(crate) enum Void {
    /// 提出作废 | Hold the record to be wrong
    Propose(Reasoned),
    /// 同意作废 | Agree that it is wrong
    Approve(Plain),
}

/// Who looked, and what shows it.
#[derive(Args)]
pub(crate) struct Looked {
    /// 隐患编号 | The hazard
    pub(super) id: String,
    /// 到场人员，可多人；不填即本人 | The officers who were there; oneself when not given
    #[arg(long, num_args = 1.., value_name = "OFFICER")]
    present: Vec<String>,
    /// 材料 evidence=文件 或 KIND=哈希，可重复 | Paper, evidence=FILE or KIND=HASH, may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    pub(super) order: Order,
}

/// Who looked, and what is wanting.
#[derive(Args)]
pub(crate) struct Wanting {
    #[command(flatten)]
    pub(super) looked: Looked,
    /// 还差什么，不含个人信息 | What is wanting, without personal data
    #[arg(long)]
    reason: String,
}

/// To whom.
#[derive(Args)]
pub(crate) struct Transfer {
    /// 隐患编号 | The hazard
    id: String,
    /// 接收单位 | The unit it goes to
    #[arg(long, value_name = "UNIT")]
    to: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    order: Order,
}

/// A look at the place.
pub(super) async fn visit(desk: &Desk, a: &Looked) -> Result<v1::HazardVisit, Failure> {
    let oneself = || desk.officer().map(str::to_owned).into_iter().collect();
    let present = if a.present.is_empty() { oneself() } else { a.present.clone() };
    Ok(v1::HazardVisit { present, papers: papers(desk, &a.id, &a.paper).await? })
}

/// A look that found something wanting.
pub(super) async fn finding(desk: &Desk, a: &Wanting) -> Result<v1::HazardFinding, Failure> {
    Ok(v1::HazardFinding { visit: Some(visit(desk, &a.looked).await?), reason: a.reason.clone() })
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: End) -> Result<(), Failure> {
    match asked {
        End::Verify(a) => {
            let verify = Some(visit(desk, &a).await?);
            command!(desk, hazard.verify_hazard, a.order, VerifyHazardRequest { hazard_id: a.id, verify })
        }
        End::Reject(a) => {
            let reject = Some(finding(desk, &a).await?);
            let Looked { id: hazard_id, order, .. } = a.looked;
            command!(desk, hazard.reject_hazard_fix, order, RejectHazardFixRequest { hazard_id, reject })
        }
        End::Supervise(Reasoned { id: hazard_id, reason, order }) => {
            let list = Some(v1::HazardReason { reason });
            command!(desk, hazard.supervise_hazard, order, SuperviseHazardRequest { hazard_id, list })
        }
        End::Penalty(Numbered { id: hazard_id, number, order }) => {
            let open_penalty = Some(v1::HazardPenalty { number });
            command!(
                desk,
                hazard.open_hazard_penalty,
                order,
                OpenHazardPenaltyRequest { hazard_id, open_penalty }
            )
        }
        End::Transfer(Transfer { id: hazard_id, to, reason, order }) => {
            let transfer = Some(v1::HazardTransfer { to_unit_id: to, reason });
            command!(desk, hazard.transfer_hazard, order, TransferHazardRequest { hazard_id, transfer })
        }
        End::Void(asked) => void(desk, asked).await,
    }
}

async fn void(desk: &Desk, asked: Void) -> Result<(), Failure> {
    match asked {
        Void::Propose(Reasoned { id: hazard_id, reason, order }) => {
            let propose_void = Some(v1::HazardReason { reason });
            command!(
                desk,
                hazard.propose_hazard_void,
                order,
                ProposeHazardVoidRequest { hazard_id, propose_void }
            )
        }
        Void::Approve(Plain { id: hazard_id, order }) => {
            command!(desk, hazard.approve_hazard_void, order, ApproveHazardVoidRequest { hazard_id })
        }
    }
}
