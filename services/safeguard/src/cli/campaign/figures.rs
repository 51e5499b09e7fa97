//! Figures that units report, and what is frozen, verified, published and corrected. Never here: looking at them.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::Date;
use wire::{Lang, v1};

use crate::cli::badge::bytes_of;
use crate::cli::bulk::{complain_unread, format};
use crate::cli::desk::{Desk, command, send};
use crate::cli::failure::Failure;
use crate::cli::order::{Order, Plain};
use crate::cli::out::Out;
use crate::cli::record::short::post;
use crate::cli::record::{Bulk, read};

/// How long a verification may take: everything is counted again from the log.
const COUNTING: std::time::Duration = std::time::Duration::from_secs(30 * 60);

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Figures {
    /// 上报数据：一个单位，或文件中的多个单位 | Report figures of one unit, or of many from a file
    Submit(Box<Submit>),
    /// 冻结数据 | End the counting
    Freeze(Plain),
    /// 核对：从日志重新统计，与上报和冻结的数据比对 | Verify: count again from the log and compare
    Verify(Verify),
    /// 公布 | Publish
    Publish(Plain),
    /// 更正：形成新版本，重新核对 | Correct: a new version, verified anew
    Correct(Correct),
}

/// One unit's figures, or a file.
#[derive(Args)]
pub(crate) struct Submit {
    /// 专项行动编号 | The campaign
    id: String,
    /// 上报单位 级别:区划，如 county:430421 | The unit, LEVEL:DIVISION, e.g. county:430421
    #[arg(long, value_parser = post, requires = "through", required_unless_present = "file", value_name = "POST")]
    post: Option<v1::CampaignPost>,
    /// 统计截止日期 | The last day they count
    #[arg(long, value_name = "DATE", requires = "post")]
    through: Option<Date>,
    #[command(flatten)]
    figures: Reported,
    /// 多个单位的文件（CSV 或 JSON Lines） | A file with many units, CSV or JSON Lines
    #[arg(long, value_name = "FILE", conflicts_with = "post")]
    file: Option<PathBuf>,
    #[command(flatten)]
    order: Order,
}

// The figures of one unit: every one is stated, because what was not reported is not zero.
#[derive(Args)]
pub(crate) struct Reported {
    /// 出动检查人员（人次） | Inspectors dispatched, person-times
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    dispatch_person_times: Option<i64>,
    /// 检查机构数 | Institutions inspected
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    inst_inspected: Option<i64>,
    /// 存在设施设备、安全生产隐患的机构数 | Institutions with safety hazards
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    inst_safety_hazard: Option<i64>,
    /// 存在消防隐患的机构数 | Institutions with fire hazards
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    inst_fire_hazard: Option<i64>,
    /// 其中疏散条件不达标的 | Of these, with evacuation below standard
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    inst_fire_evacuation: Option<i64>,
    /// 其中消防器材管理不规范的 | Of these, with fire equipment not in order
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    inst_fire_equipment: Option<i64>,
    /// 查询从业人员数 | Staff queried
    #[arg(long, value_name = "N", allow_negative_numbers = true, conflicts_with = "file")]
    staff_queried: Option<i64>,
}

impl Reported {
    const fn wire(&self) -> v1::CampaignFigures {
        v1::CampaignFigures {
            dispatch_person_times: self.dispatch_person_times,
            inst_inspected: self.inst_inspected,
            inst_safety_hazard: self.inst_safety_hazard,
            inst_fire_hazard: self.inst_fire_hazard,
            inst_fire_evacuation: self.inst_fire_evacuation,
            inst_fire_equipment: self.inst_fire_equipment,
            staff_queried: self.staff_queried,
        }
    }
}

/// The comparison.
#[derive(Args)]
pub(crate) struct Verify {
    /// 专项行动编号 | The campaign
    id: String,
    /// 有单位缺报仍予核对的理由 | Why missing returns are put up with
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    missing_reason: String,
    #[command(flatten)]
    order: Order,
}

/// A correction.
#[derive(Args)]
pub(crate) struct Correct {
    /// 专项行动编号 | The campaign
    id: String,
    /// 理由 | Why
    #[arg(long)]
    reason: String,
    /// 重新上报的单位的文件（CSV 或 JSON Lines） | A file with what units report anew, CSV or JSON Lines
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Figures) -> Result<(), Failure> {
    match asked {
        Figures::Submit(a) => submit(desk, *a).await,
        Figures::Freeze(a) => {
            let answer =
                send!(desk, campaign.freeze_campaign, a.order, FreezeCampaignRequest { campaign_id: a.id })?;
            desk.done(&answer, answer.receipt.as_ref())?;
            frozen(&desk.out, answer.snapshot.as_ref())
        }
        Figures::Verify(a) => verify(desk, a).await,
        Figures::Publish(Plain { id: campaign_id, order }) => {
            command!(desk, campaign.publish_campaign, order, PublishCampaignRequest { campaign_id })
        }
        Figures::Correct(a) => {
            let returns = a.file.as_deref().map(|file| returns(&desk.out, file)).transpose()?;
            let answer = send!(
                desk,
                campaign.correct_campaign,
                a.order,
                CorrectCampaignRequest {
                    campaign_id: a.id,
                    returns: returns.unwrap_or_default(),
                    reason: a.reason,
                }
            )?;
            desk.done(&answer, answer.receipt.as_ref())?;
            frozen(&desk.out, answer.snapshot.as_ref())
        }
    }
}

async fn submit(desk: &Desk, a: Submit) -> Result<(), Failure> {
    let returns = match (&a.file, a.post, a.through) {
        (Some(file), _, _) => returns(&desk.out, file)?,
        (None, post, through) => vec![v1::CampaignReturn {
            post,
            through: through.map(|day| day.to_string()).unwrap_or_default(),
            figures: Some(a.figures.wire()),
        }],
    };
    command!(desk, campaign.submit_returns, a.order, SubmitReturnsRequest { campaign_id: a.id, returns })
}

impl Bulk for v1::CampaignReturn {
    const ID: Option<&'static str> = None;
}

/// The returns of a file. They are reported as a whole, so a bad line keeps the others back.
fn returns(out: &Out, file: &Path) -> Result<Vec<v1::CampaignReturn>, Failure> {
    let read = read::<v1::CampaignReturn>(format(None, file)?, &bytes_of(file)?, &[])?;
    if read.bad.is_empty() {
        return Ok(read.good.into_values().collect());
    }
    complain_unread(out, &read.bad)?;
    let bad = read.bad.len();
    Err(Failure::plain(
        format!("有 {bad} 行不正确，整份未上报。"),
        format!("{bad} lines are bad; nothing was reported."),
    ))
}

fn frozen(out: &Out, snapshot: Option<&v1::CampaignSnapshot>) -> Result<(), Failure> {
    let Some(kept) = snapshot.filter(|_| !out.json) else { return Ok(()) };
    out.line(match out.lang {
        Lang::Zh => format!("第 {} 版，摘要 {}", kept.version, kept.digest),
        Lang::En => format!("version {}, digest {}", kept.version, kept.digest),
    })
}

async fn verify(desk: &Desk, a: Verify) -> Result<(), Failure> {
    let id = a.order.id();
    let mut request = desk.lasting(v1::VerifyCampaignRequest {
        request_id: id.clone(),
        occurred_at: a.order.at(),
        campaign_id: a.id,
        missing_reason: a.missing_reason,
    })?;
    request.set_timeout(COUNTING);
    let answer = desk.campaign().await?.verify_campaign(request).await;
    let answer = answer.map_err(|status| desk.refused(&status).of_request(&id))?.into_inner();
    desk.done(&answer, answer.receipt.as_ref())?;
    if desk.out.json {
        return Ok(());
    }
    desk.out.line(desk.out.named("摘要：", "digest:", &answer.digest))
}
