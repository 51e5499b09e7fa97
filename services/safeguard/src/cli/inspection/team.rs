//! The team of a visit, and what is settled before it sets out. Never here: what happens on the spot.

use clap::{Args, Subcommand};
use wire::v1;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Order, Plain};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Team {
    /// 确认本单位参加人员 | Confirm a member of one's own unit
    Confirm(Confirm),
    /// 回避或退出 | Take a member off the team
    Recuse(Recuse),
    /// 组成检查组 | Close the team
    Form(Plain),
    /// 登记已通知机构 | Note that the institution was told
    Notify(Plain),
    /// 登记不予通知 | Note that the institution is not told
    Unannounced(Plain),
    /// 出发 | Set out
    SetOut(Plain),
}

/// A member.
#[derive(Args)]
pub(crate) struct Confirm {
    /// 检查编号 | The inspection
    id: String,
    /// 人员；不填即本人 | The officer; oneself when not given
    #[arg(long)]
    officer: Option<String>,
    /// 执法证号；没有则不计入执法人员 | Number of the enforcement certificate; without one not a qualified officer
    #[arg(long, default_value = "", hide_default_value = true, value_name = "NUMBER")]
    certificate: String,
    /// 公安派出所消防委托文号 | Paper by which a police station is charged with fire inspections
    #[arg(long, default_value = "", hide_default_value = true, value_name = "NUMBER")]
    fire_delegation: String,
    /// 与该机构有利害关系 | Has a conflict of interest there
    #[arg(long)]
    conflict: bool,
    #[command(flatten)]
    order: Order,
}

/// Who goes off, and why.
#[derive(Args)]
pub(crate) struct Recuse {
    /// 检查编号 | The inspection
    id: String,
    /// 人员；不填即本人 | The officer; oneself when not given
    #[arg(long)]
    officer: Option<String>,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Team) -> Result<(), Failure> {
    let oneself = || desk.officer().map(str::to_owned).unwrap_or_default();
    match asked {
        Team::Confirm(a) => {
            let member = Some(v1::InspectionMember {
                officer_id: a.officer.unwrap_or_else(oneself),
                certificate: a.certificate,
                fire_delegation: a.fire_delegation,
            });
            command!(
                desk,
                inspection.confirm_inspection_member,
                a.order,
                ConfirmInspectionMemberRequest { inspection_id: a.id, member, conflict: a.conflict }
            )
        }
        Team::Recuse(Recuse { id: inspection_id, officer, reason, order }) => {
            command!(
                desk,
                inspection.recuse_inspection_member,
                order,
                RecuseInspectionMemberRequest {
                    inspection_id,
                    officer_id: officer.unwrap_or_else(oneself),
                    reason,
                }
            )
        }
        Team::Form(Plain { id: inspection_id, order }) => {
            command!(
                desk,
                inspection.form_inspection_team,
                order,
                FormInspectionTeamRequest { inspection_id }
            )
        }
        Team::Notify(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.notify_institution, order, NotifyInstitutionRequest { inspection_id })
        }
        Team::Unannounced(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.leave_unannounced, order, LeaveUnannouncedRequest { inspection_id })
        }
        Team::SetOut(Plain { id: inspection_id, order }) => {
            command!(desk, inspection.set_out, order, SetOutRequest { inspection_id })
        }
    }
}
