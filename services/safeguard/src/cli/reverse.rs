//! Reverse referrals: no crime but an administrative offence, handed to the agency. Never here: referrals.

use clap::{Args, Subcommand};
use wire::v1;

use super::desk::{Desk, ask, command};
use super::failure::Failure;
use super::order::{Given, Numbered, Order, Page, given, papers, text_of};
use super::out::{Heads, cells};
use super::show::{personal, unit};
use super::times::shown;
use super::words::stage;

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Reverse {
    /// 移送行政机关处理 | Hand to the agency
    Send(Send),
    /// 签收 | Sign for it
    Receive(Numbered),
    /// 登记处理结果 | Record how it was handled
    Handle(Handle),
    /// 向来源机关反馈结果 | Report the result to the sender
    Report(Numbered),
    /// 反向移送列表 | List reverse referrals
    List(List),
}

/// A new one.
#[derive(Args)]
pub(crate) struct Send {
    /// 接收单位，同级且有处罚权 | The agency's unit, of the same level, with penalty power
    unit: String,
    /// 所答复的移送；单独移送不填 | The referral it answers; empty when it stands alone
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    referral: String,
    /// 发生地区划代码 | Division where the facts happened
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 文号 | Number of the letter
    #[arg(long)]
    number: String,
    /// 事实和建议；@文件 或 - 表示从文件、标准输入读取 | The facts and what is suggested; @FILE or - reads them
    #[arg(long, value_name = "TEXT")]
    facts: String,
    /// 材料 KIND=文件 或 KIND=哈希[,文号]，可重复 | Paper, KIND=FILE or KIND=HASH[,NUMBER], may be repeated
    #[arg(long, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    order: Order,
}

/// How it was handled.
#[derive(Args)]
pub(crate) struct Handle {
    /// 编号 | The reverse referral
    id: String,
    /// 决定书文号 | Number of the decision
    #[arg(long)]
    number: String,
    /// 处理结果，不含个人信息 | What was done, without personal data
    #[arg(long)]
    outcome: String,
    #[command(flatten)]
    order: Order,
}

/// Which.
#[derive(Args)]
pub(crate) struct List {
    /// 只看这些阶段，可重复 | Only these stages, may be repeated
    #[arg(long)]
    stage: Vec<String>,
    /// 只看这一件 | Only this one
    #[arg(long, default_value = "", hide_default_value = true)]
    id: String,
    #[command(flatten)]
    page: Page,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Reverse) -> Result<(), Failure> {
    match asked {
        Reverse::Send(a) => {
            let papers = papers(desk, &a.referral, &a.paper).await?;
            let facts = text_of(&a.facts)?;
            command!(
                desk,
                police.send_reverse_referral,
                a.order,
                SendReverseReferralRequest {
                    referral_id: a.referral,
                    to_unit_id: a.unit,
                    division: a.division,
                    number: a.number,
                    facts,
                    papers,
                }
            )
        }
        Reverse::Receive(a) => {
            command!(
                desk,
                education.receive_reverse_referral,
                a.order,
                ReceiveReverseReferralRequest { reverse_id: a.id, receipt_number: a.number }
            )
        }
        Reverse::Handle(a) => {
            command!(
                desk,
                education.handle_reverse_referral,
                a.order,
                HandleReverseReferralRequest { reverse_id: a.id, number: a.number, outcome: a.outcome }
            )
        }
        Reverse::Report(a) => {
            command!(
                desk,
                education.report_reverse_referral,
                a.order,
                ReportReverseReferralRequest { reverse_id: a.id, number: a.number }
            )
        }
        Reverse::List(a) => list(desk, a).await,
    }
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("阶段", "stage"),
        ("移送", "referral"),
        ("地区", "division"),
        ("来自", "from"),
        ("接收单位", "to"),
        ("文号", "number"),
        ("发出", "sent"),
        ("结果", "outcome"),
        ("事实", "facts"),
    ];
    let request = v1::ListReverseReferralsRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        stages: a.stage,
        reverse_id: a.id,
    };
    let answer = ask!(desk, education.list_reverse_referrals(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.reverse_referrals.iter().map(|one| {
            cells([
                one.id.clone(),
                stage(out.lang, &one.stage),
                one.referral_id.clone(),
                one.division.clone(),
                unit(one.from.as_ref()),
                unit(one.to.as_ref()),
                one.number.clone(),
                shown(one.sent_at.as_ref()),
                one.outcome.clone(),
                personal(out, one.facts.as_ref()),
            ])
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}
