//! Commands about referrals on the agency's side, from the draft to the hand-over. Never here: what the police decide.

mod look;

use clap::{Args, Subcommand};

use super::desk::{Desk, command};
use super::failure::Failure;
use super::order::{Given, Numbered, NumberedReasoned, Order, given, papers, text_of};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Referral {
    /// 由查实的线索起草案件移送 | Draft from a substantiated clue
    Draft(Draft),
    #[command(flatten)]
    Look(look::Look),
    #[command(flatten)]
    Decide(Decide),
    #[command(flatten)]
    Send(Send),
}

/// What the agency decides.
#[derive(Subcommand)]
pub(crate) enum Decide {
    /// 放弃起草 | Give a draft up
    Abandon(NumberedReasoned),
    /// 提交正职负责人审批（须附调查报告） | Submit to the head, with the report
    Submit(Papers),
    /// 批准移送 | Approve, as the head or the person presiding
    Approve(Approval),
    /// 不批准移送 | Refuse, as the head or the person presiding
    Refuse(Refusal),
    /// 责令重新办理 | Send a refused referral back to drafting
    OrderAnew(Numbered),
    /// 指定管辖 | Name another police unit
    Designate(Designate),
}

/// What goes between agency, police and procuratorate.
#[derive(Subcommand)]
pub(crate) enum Send {
    /// 移送公安机关（材料见第六条） | Deliver to the police with the papers of article 6
    Deliver(Deliver),
    /// 补正材料 | Hand in what the police asked for
    Supplement(Papers),
    /// 申请复议 | Ask for reconsideration
    Reconsider(NumberedReasoned),
    /// 建议立案监督 | Suggest filing supervision
    SuggestSupervision(Numbered),
    /// 移交涉案物品 | Sign the hand-over list
    HandOver(HandOver),
    /// 接回作行政处理 | Take back as an administrative case
    AcceptReturn(Numbered),
}

/// A draft.
#[derive(Args)]
pub(crate) struct Draft {
    /// 线索编号 | The clue
    clue: String,
    /// 专案组人员，至少两名 | Officers of the team, at least two
    #[arg(long, required = true, num_args = 1.., value_name = "OFFICER")]
    team: Vec<String>,
    /// 涉嫌罪名，刑法条号如 266 或 236-1，可重复 | Articles of the Criminal Law, e.g. 266 or 236-1
    #[arg(long, required = true, num_args = 1.., value_name = "ARTICLE")]
    charge: Vec<String>,
    /// 专案组任命或行政立案文号 | Number of the team's appointment or of the administrative case
    #[arg(long)]
    number: String,
    /// 案情；@文件 或 - 表示从文件、标准输入读取 | The facts; @FILE or - reads them
    #[arg(long, value_name = "TEXT")]
    facts: String,
    #[command(flatten)]
    order: Order,
}

/// By whom and on what paper a head's decision was taken.
#[derive(Args)]
pub(crate) struct Signed {
    /// 签字的决定 decision=文件 | The signed decision, decision=FILE
    #[arg(long, value_parser = given)]
    paper: Option<Given>,
    /// 主持工作授权文号（非正职负责人时必填） | Number of the delegation to preside; needed from who is not the head
    #[arg(long, default_value = "", hide_default_value = true, value_name = "NUMBER")]
    presiding: String,
}

/// An approval.
#[derive(Args)]
pub(crate) struct Approval {
    #[command(flatten)]
    asked: Numbered,
    #[command(flatten)]
    signed: Signed,
}

/// A refusal.
#[derive(Args)]
pub(crate) struct Refusal {
    #[command(flatten)]
    asked: NumberedReasoned,
    #[command(flatten)]
    signed: Signed,
}

/// A referral with papers.
#[derive(Args)]
pub(crate) struct Papers {
    /// 移送编号 | The referral
    id: String,
    /// 报告或函件文号 | Number of the report or covering letter
    #[arg(long)]
    number: String,
    /// 材料 KIND=文件 或 KIND=哈希[,文号]，可重复 | Paper, KIND=FILE or KIND=HASH[,NUMBER], may be repeated
    #[arg(long, required = true, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    order: Order,
}

/// A designation.
#[derive(Args)]
pub(crate) struct Designate {
    /// 移送编号 | The referral
    id: String,
    /// 被指定的公安机关 | The police unit designated
    #[arg(long, value_name = "UNIT")]
    to: String,
    /// 指定文号 | Number of the designation
    #[arg(long)]
    number: String,
    #[command(flatten)]
    order: Order,
}

/// A delivery.
#[derive(Args)]
pub(crate) struct Deliver {
    /// 移送编号 | The referral
    id: String,
    /// 公安机关；不填即同级或被指定的 | The police unit; the one of the same level or designated when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "UNIT")]
    to: String,
    /// 移送书文号 | Number of the letter
    #[arg(long)]
    number: String,
    /// 材料 KIND=文件 或 KIND=哈希[,文号]，可重复 | Paper, KIND=FILE or KIND=HASH[,NUMBER], may be repeated
    #[arg(long, required = true, value_parser = given)]
    paper: Vec<Given>,
    #[command(flatten)]
    order: Order,
}

/// A hand-over.
#[derive(Args)]
pub(crate) struct HandOver {
    /// 移送编号 | The referral
    id: String,
    /// 移交清单文号 | Number of the list
    #[arg(long)]
    number: String,
    /// 签字的移交清单 hand-over=文件 | The signed list, hand-over=FILE
    #[arg(long, value_parser = given)]
    paper: Given,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Referral) -> Result<(), Failure> {
    match asked {
        Referral::Draft(a) => draft(desk, a).await,
        Referral::Look(asked) => look::run(desk, asked).await,
        Referral::Decide(asked) => decide(desk, asked).await,
        Referral::Send(asked) => send(desk, asked).await,
    }
}

async fn draft(desk: &Desk, a: Draft) -> Result<(), Failure> {
    let facts = text_of(&a.facts)?;
    command!(
        desk,
        education.draft_referral,
        a.order,
        DraftReferralRequest { clue_id: a.clue, number: a.number, team: a.team, charges: a.charge, facts }
    )
}

async fn decide(desk: &Desk, asked: Decide) -> Result<(), Failure> {
    match asked {
        Decide::Abandon(a) => {
            command!(
                desk,
                education.abandon_referral,
                a.order,
                AbandonReferralRequest { referral_id: a.id, number: a.number, reason: a.reason }
            )
        }
        Decide::Submit(a) => {
            let papers = papers(desk, &a.id, &a.paper).await?;
            command!(
                desk,
                education.submit_referral,
                a.order,
                SubmitReferralRequest { referral_id: a.id, number: a.number, papers }
            )
        }
        Decide::Approve(a) => approve(desk, a).await,
        Decide::Refuse(a) => refuse(desk, a).await,
        Decide::OrderAnew(a) => {
            command!(
                desk,
                education.order_referral_anew,
                a.order,
                OrderReferralAnewRequest { referral_id: a.id, number: a.number }
            )
        }
        Decide::Designate(a) => {
            command!(
                desk,
                education.designate_police,
                a.order,
                DesignatePoliceRequest { referral_id: a.id, to_unit_id: a.to, number: a.number }
            )
        }
    }
}

async fn approve(desk: &Desk, Approval { asked: a, signed }: Approval) -> Result<(), Failure> {
    let paper = papers(desk, &a.id, signed.paper.as_slice()).await?.pop();
    command!(
        desk,
        education.approve_referral,
        a.order,
        ApproveReferralRequest {
            referral_id: a.id,
            number: a.number,
            paper,
            presiding_number: signed.presiding
        }
    )
}

async fn refuse(desk: &Desk, Refusal { asked: a, signed }: Refusal) -> Result<(), Failure> {
    let paper = papers(desk, &a.id, signed.paper.as_slice()).await?.pop();
    command!(
        desk,
        education.refuse_referral,
        a.order,
        RefuseReferralRequest {
            referral_id: a.id,
            number: a.number,
            reason: a.reason,
            paper,
            presiding_number: signed.presiding
        }
    )
}

async fn send(desk: &Desk, asked: Send) -> Result<(), Failure> {
    match asked {
        Send::Deliver(a) => {
            let papers = papers(desk, &a.id, &a.paper).await?;
            command!(
                desk,
                education.deliver_referral,
                a.order,
                DeliverReferralRequest { referral_id: a.id, to_unit_id: a.to, number: a.number, papers }
            )
        }
        Send::Supplement(a) => {
            let papers = papers(desk, &a.id, &a.paper).await?;
            command!(
                desk,
                education.supplement_referral,
                a.order,
                SupplementReferralRequest { referral_id: a.id, number: a.number, papers }
            )
        }
        Send::Reconsider(a) => {
            command!(
                desk,
                education.request_reconsideration,
                a.order,
                RequestReconsiderationRequest { referral_id: a.id, number: a.number, reason: a.reason }
            )
        }
        Send::SuggestSupervision(a) => {
            command!(
                desk,
                education.suggest_supervision,
                a.order,
                SuggestSupervisionRequest { referral_id: a.id, number: a.number }
            )
        }
        Send::HandOver(a) => {
            let paper = papers(desk, &a.id, &[a.paper]).await?.pop();
            command!(
                desk,
                education.hand_over_referral,
                a.order,
                HandOverReferralRequest { referral_id: a.id, number: a.number, paper }
            )
        }
        Send::AcceptReturn(a) => {
            command!(
                desk,
                education.accept_return,
                a.order,
                AcceptReturnRequest { referral_id: a.id, number: a.number }
            )
        }
    }
}
