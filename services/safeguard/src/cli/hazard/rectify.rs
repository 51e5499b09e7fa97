//! From finding a hazard to reporting that it is fixed. Never here: who looks at it afterwards.

use clap::{Args, Subcommand};
use domain::hazard::{Category, Grade};
use jiff::Timestamp;
use jiff::civil::Date;
use wire::v1;

use crate::cli::desk::{Desk, command};
use crate::cli::failure::Failure;
use crate::cli::order::{Given, Order, Reasoned, given, papers};
use crate::cli::words::one_of;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Fixing {
    /// 登记隐患（非检查发现） | Write down a hazard found without an inspection
    Open(Box<Open>),
    /// 定级 | Say how grave it is
    Grade(Grading),
    /// 登记当场整改 | Report that it was fixed on the spot
    FixedOnSpot(Fixed),
    /// 下达整改通知 | Notify the institution
    Notify(Notice),
    /// 登记五落实（责任、措施、资金、时限、预案） | Record the five elements
    Rectify(Box<Elements>),
    /// 报告整改进展 | Report progress
    Progress(Progress),
    /// 延期：申请、同意、不同意 | Extension: ask, grant, deny
    #[command(subcommand)]
    Extension(Extension),
    /// 报告整改完成 | Report that it is fixed
    Fixed(Fixed),
}

/// What to do about an extension.
#[derive(Subcommand)]
pub(crate) enum Extension {
    /// 申请延期 | Ask for more time
    Ask(Reasoned),
    /// 同意延期 | Give more time
    Grant(Grant),
    /// 不同意延期 | Give no more time
    Deny(Reasoned),
}

/// What was found.
#[derive(Args)]
pub(crate) struct Open {
    /// 机构编号 | The institution
    #[arg(long, value_name = "ID")]
    institution: String,
    /// 类别 | What is wrong
    #[arg(long, value_parser = one_of::<Category>())]
    category: i32,
    /// 等级 | How grave it looks
    #[arg(long, value_parser = one_of::<Grade>())]
    grade: i32,
    /// 违反的条款 | The article it breaks
    #[arg(long)]
    basis: String,
    /// 负责督促整改的单位；不填即本单位 | The unit in charge; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "UNIT")]
    lead: String,
    /// 部位和现状，不含个人信息 | Where, and what is to be seen there, without personal data
    #[arg(long, value_name = "TEXT")]
    spot: String,
    /// 材料 evidence=文件 或 KIND=哈希，可重复 | Paper, evidence=FILE or KIND=HASH, may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    order: Order,
}

/// How grave it is.
#[derive(Args)]
pub(crate) struct Grading {
    /// 隐患编号 | The hazard
    id: String,
    /// 等级 | How grave
    #[arg(long, value_parser = one_of::<Grade>())]
    grade: i32,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    order: Order,
}

/// That it was fixed.
#[derive(Args)]
pub(crate) struct Fixed {
    /// 隐患编号 | The hazard
    id: String,
    /// 整改人；不填即本人 | Who fixed it or had it fixed; oneself when not given
    #[arg(long, value_name = "OFFICER")]
    fixer: Option<String>,
    /// 材料 evidence=文件 或 KIND=哈希，可重复 | Paper, evidence=FILE or KIND=HASH, may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    order: Order,
}

/// The notice.
#[derive(Args)]
pub(crate) struct Notice {
    /// 隐患编号 | The hazard
    id: String,
    /// 通知书文号 | Number of the notice
    #[arg(long)]
    number: String,
    /// 重大隐患整改期限；一般隐患依法定期限，不填 | Last day of a major hazard's plan; a general one has the law's time
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    order: Order,
}

/// The five elements.
#[derive(Args)]
pub(crate) struct Elements {
    /// 隐患编号 | The hazard
    id: String,
    /// 责任岗位（不填姓名） | The post that answers for it, never a name
    #[arg(long)]
    responsible: String,
    /// 整改措施 | What is done
    #[arg(long)]
    measures: String,
    /// 资金，单位分 | Money set aside, in fen
    #[arg(long, default_value_t = 0)]
    fen: u64,
    /// 完成日期 | The day by which it is done
    #[arg(long, value_name = "DATE")]
    until: Date,
    /// 预案 | The plan, with what is done in an emergency
    #[arg(long)]
    plan: String,
    /// 整改期间的防护措施（重大隐患必填） | What protects people meanwhile; a major hazard must have it
    #[arg(long, default_value = "", hide_default_value = true)]
    interim: String,
    #[command(flatten)]
    order: Order,
}

/// How far it has come.
#[derive(Args)]
pub(crate) struct Progress {
    /// 隐患编号 | The hazard
    id: String,
    /// 进展，不含个人信息 | How far, without personal data
    #[arg(long)]
    progress: String,
    #[command(flatten)]
    order: Order,
}

/// More time.
#[derive(Args)]
pub(crate) struct Grant {
    /// 隐患编号 | The hazard
    id: String,
    /// 重大隐患新的期限 | The new last day of a major hazard
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    #[command(flatten)]
    order: Order,
}

fn day(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Fixing) -> Result<(), Failure> {
    match asked {
        Fixing::Open(a) => open(desk, *a).await,
        Fixing::Grade(Grading { id: hazard_id, grade, reason, order }) => {
            let grade = Some(v1::HazardGrading { grade, reason });
            command!(desk, hazard.grade_hazard, order, GradeHazardRequest { hazard_id, grade })
        }
        Fixing::FixedOnSpot(a) => {
            let fix_on_spot = Some(fix(desk, &a).await?);
            command!(
                desk,
                hazard.fix_hazard_on_spot,
                a.order,
                FixHazardOnSpotRequest { hazard_id: a.id, fix_on_spot }
            )
        }
        Fixing::Notify(a) => {
            let notify = Some(v1::HazardNotice { number: a.number, until: day(a.until) });
            command!(desk, hazard.notify_hazard, a.order, NotifyHazardRequest { hazard_id: a.id, notify })
        }
        Fixing::Rectify(a) => rectify(desk, *a).await,
        Fixing::Progress(Progress { id: hazard_id, progress, order }) => {
            let report_progress = Some(v1::HazardProgress { progress });
            command!(
                desk,
                hazard.report_hazard_progress,
                order,
                ReportHazardProgressRequest { hazard_id, report_progress }
            )
        }
        Fixing::Extension(asked) => extension(desk, asked).await,
        Fixing::Fixed(a) => {
            let report_fix = Some(fix(desk, &a).await?);
            command!(
                desk,
                hazard.report_hazard_fix,
                a.order,
                ReportHazardFixRequest { hazard_id: a.id, report_fix }
            )
        }
    }
}

async fn fix(desk: &Desk, a: &Fixed) -> Result<v1::HazardFix, Failure> {
    let fixer = a.fixer.clone().or_else(|| desk.officer().map(str::to_owned)).unwrap_or_default();
    Ok(v1::HazardFix { fixer, papers: papers(desk, &a.id, &a.paper).await? })
}

async fn open(desk: &Desk, a: Open) -> Result<(), Failure> {
    let open = Some(v1::HazardOpening {
        institution_id: a.institution,
        category: a.category,
        grade: a.grade,
        basis: a.basis,
        lead_unit_id: a.lead,
        spot: a.spot,
        papers: papers(desk, "", &a.paper).await?,
    });
    // The day it was found is in its id: it is always stated.
    let order = a.order.or_at(Some(Timestamp::now()));
    command!(desk, hazard.open_hazard, order, OpenHazardRequest { open })
}

async fn rectify(desk: &Desk, a: Elements) -> Result<(), Failure> {
    let rectify = Some(v1::HazardElements {
        responsible: a.responsible,
        measures: a.measures,
        fen: a.fen,
        until: a.until.to_string(),
        plan: a.plan,
        interim: a.interim,
    });
    command!(desk, hazard.rectify_hazard, a.order, RectifyHazardRequest { hazard_id: a.id, rectify })
}

async fn extension(desk: &Desk, asked: Extension) -> Result<(), Failure> {
    match asked {
        Extension::Ask(Reasoned { id: hazard_id, reason, order }) => {
            let ask_extension = Some(v1::HazardReason { reason });
            command!(
                desk,
                hazard.ask_hazard_extension,
                order,
                AskHazardExtensionRequest { hazard_id, ask_extension }
            )
        }
        Extension::Grant(Grant { id: hazard_id, until, order }) => {
            let grant_extension = Some(v1::HazardExtension { until: day(until) });
            command!(
                desk,
                hazard.grant_hazard_extension,
                order,
                GrantHazardExtensionRequest { hazard_id, grant_extension }
            )
        }
        Extension::Deny(Reasoned { id: hazard_id, reason, order }) => {
            let deny_extension = Some(v1::HazardReason { reason });
            command!(
                desk,
                hazard.deny_hazard_extension,
                order,
                DenyHazardExtensionRequest { hazard_id, deny_extension }
            )
        }
    }
}
