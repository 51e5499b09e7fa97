//! Issuing a campaign: the plan, its signatures, what levels add, its phases, its end. Never here: figures.

use clap::{Args, Subcommand};
use domain::actor::Agency;
use domain::campaign::PhaseKind;
use jiff::civil::Date;
use wire::v1;

use super::phase::phase;
use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Order, Plain};
use crate::cli::words::one_of;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Issue {
    /// 起草方案，可用模板 | Write the plan, from a template or in full
    Draft(Box<Draft>),
    /// 会签 | Sign for an issuing agency
    Sign(Plain),
    /// 部署到各级 | Send it to all levels
    Deploy(Plain),
    /// 本地增加任务、提高要求 | Add tasks and stricter phases for one's own area
    Extend(Extend),
    /// 启动阶段 | Begin a phase
    Begin(Begin),
    /// 办结 | End it
    Close(Plain),
}

/// A plan.
#[derive(Args)]
pub(crate) struct Draft {
    /// 模板 safety-guard-2023 或 shanxi-2023；不填则逐项给出 | Template; everything is stated when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEMPLATE")]
    template: String,
    /// 名称 | Title
    #[arg(long, default_value = "", hide_default_value = true)]
    title: String,
    /// 联合发文部门，可重复 | Agency that issues it, may be repeated
    #[arg(long, value_parser = one_of::<Agency>())]
    issuer: Vec<i32>,
    /// 首日 | First day
    #[arg(long, value_name = "DATE")]
    opens: Option<Date>,
    /// 末日 | Last day
    #[arg(long, value_name = "DATE")]
    closes: Option<Date>,
    /// 阶段 KIND=起..止[,counties=1/2][,institutions=1/10]，可重复 | Phase, KIND=FROM..TO[,counties=1/2][,institutions=1/10], may be repeated
    #[arg(long, value_parser = phase, value_name = "PHASE")]
    phase: Vec<v1::CampaignPhase>,
    /// 任务，可重复 | Task, may be repeated
    #[arg(long)]
    task: Vec<String>,
    #[command(flatten)]
    order: Order,
}

/// What a level adds.
#[derive(Args)]
pub(crate) struct Extend {
    /// 专项行动编号 | The campaign
    id: String,
    /// 本地区划代码 | One's own area
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 任务，可重复 | Task, may be repeated
    #[arg(long)]
    task: Vec<String>,
    /// 阶段 KIND=起..止[,counties=1/2][,institutions=1/10]，可重复 | Phase, KIND=FROM..TO[,counties=1/2][,institutions=1/10], may be repeated
    #[arg(long, value_parser = phase, value_name = "PHASE")]
    phase: Vec<v1::CampaignPhase>,
    #[command(flatten)]
    order: Order,
}

/// Which phase.
#[derive(Args)]
pub(crate) struct Begin {
    /// 专项行动编号 | The campaign
    id: String,
    /// 阶段 | The phase
    #[arg(long, value_parser = one_of::<PhaseKind>())]
    phase: i32,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Issue) -> Result<(), Failure> {
    match asked {
        Issue::Draft(a) => {
            let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
            command!(
                desk,
                campaign.draft_campaign,
                a.order,
                DraftCampaignRequest {
                    template_id: a.template,
                    title: a.title,
                    issuers: a.issuer,
                    opens: day(a.opens),
                    closes: day(a.closes),
                    phases: a.phase,
                    tasks: a.task,
                }
            )
        }
        Issue::Sign(Plain { id: campaign_id, order }) => {
            command!(desk, campaign.sign_campaign, order, SignCampaignRequest { campaign_id })
        }
        Issue::Deploy(Plain { id: campaign_id, order }) => {
            command!(desk, campaign.deploy_campaign, order, DeployCampaignRequest { campaign_id })
        }
        Issue::Extend(Extend { id: campaign_id, division, task, phase, order }) => {
            let addition = Some(v1::CampaignAddition { division, tasks: task, phases: phase });
            command!(desk, campaign.extend_campaign, order, ExtendCampaignRequest { campaign_id, addition })
        }
        Issue::Begin(Begin { id: campaign_id, phase, order }) => {
            command!(desk, campaign.begin_phase, order, BeginPhaseRequest { campaign_id, phase })
        }
        Issue::Close(Plain { id: campaign_id, order }) => {
            command!(desk, campaign.close_campaign, order, CloseCampaignRequest { campaign_id })
        }
    }
}
