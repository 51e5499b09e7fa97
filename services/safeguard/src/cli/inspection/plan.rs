//! Planning a visit, putting it off, calling it off. Never here: the team.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use domain::inspection::Tier;
use jiff::civil::Date;
use wire::{Lang, v1};

use super::draw;
use crate::cli::desk::{Desk, command, send};
use crate::cli::failure::Failure;
use crate::cli::order::{Order, Reasoned};
use crate::cli::out::Out;
use crate::cli::record::short::sheet;
use crate::cli::show::unit;
use crate::cli::words::one_of;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Planning {
    /// 列入检查计划，并提示是否过于频繁 | Plan a visit; warns of visits too near each other
    Plan(Box<Planned>),
    /// 延期 | Put the visit off
    Postpone(Reasoned),
    /// 延期后重新安排 | Plan a postponed visit anew
    Resume(Resume),
    /// 取消 | Call the visit off
    Cancel(Reasoned),
}

/// A visit.
#[derive(Args)]
pub(crate) struct Planned {
    /// 机构编号 | The institution
    #[arg(long, value_name = "ID")]
    institution: String,
    /// 检查日期 | The day
    #[arg(long, value_name = "DATE")]
    on: Date,
    /// 层级 | The tier at which it counts
    #[arg(long, value_parser = one_of::<Tier>())]
    tier: i32,
    /// 邀请的单位，可重复；有即为联合检查 | Unit asked to take part, may be repeated; with any it is a joint inspection
    #[arg(long, value_name = "UNIT")]
    invited: Vec<String>,
    /// 检查表 部门=检查表[@版本]，可重复 | Checklist, AGENCY=CHECKLIST[@VERSION], may be repeated
    #[arg(long, required = true, value_parser = sheet, value_name = "SHEET")]
    sheet: Vec<v1::InspectionSheet>,
    /// 专项行动编号 | The campaign
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    campaign: String,
    /// 回头看的检查编号 | The visit it looks back at
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    earlier: String,
    /// 抽中该机构的抽取记录文件 | Record of the draw that chose the institution
    #[arg(long, value_name = "FILE")]
    drawn: Option<PathBuf>,
    #[command(flatten)]
    order: Order,
}

/// A new day.
#[derive(Args)]
pub(crate) struct Resume {
    /// 检查编号 | The inspection
    id: String,
    /// 新的日期 | The new day
    #[arg(long, value_name = "DATE")]
    on: Date,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Planning) -> Result<(), Failure> {
    match asked {
        Planning::Plan(a) => plan(desk, *a).await,
        Planning::Postpone(Reasoned { id: inspection_id, reason, order }) => {
            command!(
                desk,
                inspection.postpone_inspection,
                order,
                PostponeInspectionRequest { inspection_id, reason }
            )
        }
        Planning::Resume(Resume { id: inspection_id, on, order }) => {
            command!(
                desk,
                inspection.resume_inspection,
                order,
                ResumeInspectionRequest { inspection_id, on: on.to_string() }
            )
        }
        Planning::Cancel(Reasoned { id: inspection_id, reason, order }) => {
            command!(
                desk,
                inspection.cancel_inspection,
                order,
                CancelInspectionRequest { inspection_id, reason }
            )
        }
    }
}

async fn plan(desk: &Desk, a: Planned) -> Result<(), Failure> {
    let plan = Some(v1::InspectionPlan {
        institution_id: a.institution,
        invited_unit_ids: a.invited,
        tier: a.tier,
        campaign_id: a.campaign,
        earlier_inspection_id: a.earlier,
        sheets: a.sheet,
        on: a.on.to_string(),
        drawn: a.drawn.map(|file| draw::drawn(&file)).transpose()?,
    });
    let answer = send!(desk, inspection.plan_inspection, a.order, PlanInspectionRequest { plan: plan })?;
    desk.done(&answer, answer.receipt.as_ref())?;
    match &answer.repeat_visits {
        Some(near) if !desk.out.json => warn(&desk.out, near),
        Some(_) | None => Ok(()),
    }
}

/// Which limits a visit would break, and what could be joined instead.
pub(super) fn warn(out: &Out, near: &v1::RepeatVisits) -> Result<(), Failure> {
    for limit in &near.too_soon {
        let visit = limit.visit.clone().unwrap_or_default();
        let (days, lead) = (limit.days, unit(visit.lead.as_ref()));
        let (apart, on) = (visit.days, visit.on);
        out.line(match out.lang {
            Lang::Zh => {
                format!("提醒：{on} {lead} 的检查与此相隔 {apart} 天，不足 {days} 天（{}）", limit.source)
            }
            Lang::En => {
                format!(
                    "warning: {lead} visits on {on}, {apart} days apart; the limit is {days} ({})",
                    limit.source
                )
            }
        })?;
    }
    for visit in &near.to_join {
        let (lead, on) = (unit(visit.lead.as_ref()), &visit.on);
        out.line(match out.lang {
            Lang::Zh => format!("建议：{lead} 计划 {on} 检查该机构，可联系合并检查 {}", visit.inspection_id),
            Lang::En => {
                format!("advice: {lead} plans a visit on {on}; ask to join it {}", visit.inspection_id)
            }
        })?;
    }
    Ok(())
}
