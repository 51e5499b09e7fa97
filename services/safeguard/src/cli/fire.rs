//! The fire service's inbox of clues handed to it. Never here: the police's queue.

use clap::{Args, Subcommand};
use domain::category::{Category, Urgency};
use domain::clue::event::TransferOutcome;
use wire::v1;

use super::desk::{Desk, ask, command};
use super::failure::Failure;
use super::order::{Numbered, Order, Page, Plain, Reasoned, Which, text_of};
use super::out::{Heads, Out, cells};
use super::show::{clue, unit};
use super::times::shown;
use super::words::{code, one_of, stage, word};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Fire {
    /// 收件箱，最紧急的在前 | The inbox, most urgent first
    Inbox(Inbox),
    /// 查看一条及经过 | Show one clue with its history
    Show(Which),
    /// 认领 | Take an entry under a lease
    Claim(Plain),
    /// 放回 | Give a claimed entry back
    Release(Reasoned),
    /// 签收回执 | Sign the receipt
    Receipt(Numbered),
    /// 受理 | Accept the matter
    Accept(Plain),
    /// 移交有管辖权的消防救援机构 | Pass to the competent fire unit
    Forward(Forward),
    /// 不属消防管辖 | Say it is not a fire matter
    Decline(Decline),
    /// 向来源单位反馈 | Tell the sender what came of it
    Feedback(Feedback),
}

/// Which entries.
#[derive(Args)]
pub(crate) struct Inbox {
    /// 单位；不填即本单位 | The unit; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
    /// 包括已认领、已签收的 | Also those somebody holds or has signed for
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    page: Page,
}

/// Where to, and why.
#[derive(Args)]
pub(crate) struct Forward {
    /// 线索编号 | The clue
    id: String,
    /// 有管辖权的消防救援机构 | The competent fire unit
    #[arg(long, value_name = "UNIT")]
    to: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    order: Order,
}

/// Whose it is instead.
#[derive(Args)]
pub(crate) struct Decline {
    /// 线索编号 | The clue
    id: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    /// 建议的主管部门 | The authority suggested
    #[arg(long)]
    suggestion: String,
    #[command(flatten)]
    order: Order,
}

/// What the sender is told.
#[derive(Args)]
pub(crate) struct Feedback {
    /// 线索编号 | The clue
    id: String,
    /// 结果 | What came of it
    #[arg(long, value_parser = one_of::<TransferOutcome>())]
    outcome: i32,
    /// 反馈内容；@文件 或 - 表示从文件、标准输入读取 | The words; @FILE or - reads them
    #[arg(long)]
    text: String,
    #[command(flatten)]
    order: Order,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Fire) -> Result<(), Failure> {
    match asked {
        Fire::Inbox(a) => inbox(desk, a).await,
        Fire::Show(a) => show(desk, a.id).await,
        Fire::Claim(a) => {
            command!(desk, fire.claim_fire_transfer, a.order, ClaimFireTransferRequest { clue_id: a.id })
        }
        Fire::Release(a) => {
            command!(
                desk,
                fire.release_fire_transfer,
                a.order,
                ReleaseFireTransferRequest { clue_id: a.id, reason: a.reason }
            )
        }
        Fire::Receipt(a) => {
            command!(
                desk,
                fire.sign_fire_receipt,
                a.order,
                SignFireReceiptRequest { clue_id: a.id, receipt_number: a.number }
            )
        }
        Fire::Accept(a) => {
            command!(desk, fire.accept_fire_transfer, a.order, AcceptFireTransferRequest { clue_id: a.id })
        }
        Fire::Forward(a) => {
            command!(
                desk,
                fire.forward_fire_transfer,
                a.order,
                ForwardFireTransferRequest { clue_id: a.id, to_unit_id: a.to, reason: a.reason }
            )
        }
        Fire::Decline(a) => {
            command!(
                desk,
                fire.decline_fire_transfer,
                a.order,
                DeclineFireTransferRequest { clue_id: a.id, reason: a.reason, suggestion: a.suggestion }
            )
        }
        Fire::Feedback(a) => {
            let text = text_of(&a.text)?;
            command!(
                desk,
                fire.give_fire_feedback,
                a.order,
                GiveFireFeedbackRequest { clue_id: a.id, outcome: a.outcome, text }
            )
        }
    }
}

async fn show(desk: &Desk, clue_id: String) -> Result<(), Failure> {
    let request = v1::GetFireTransferRequest { consistency_token: desk.seen(), clue_id };
    let answer = ask!(desk, fire.get_fire_transfer(request))?;
    desk.out.answer(&answer, |out, answer| match &answer.clue {
        Some(shown) => clue(out, shown, &answer.history),
        None => Ok(()),
    })
}

async fn inbox(desk: &Desk, a: Inbox) -> Result<(), Failure> {
    let request = v1::ListInboxRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        unit_id: a.unit,
        include_claimed: a.all,
    };
    let answer = ask!(desk, fire.list_inbox(request))?;
    desk.out.answer(&answer, |out, answer| entries(out, &answer.entries))?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

fn entries(out: &Out, entries: &[v1::InboxEntry]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("紧急", "urgency"),
        ("时限", "clock"),
        ("线索", "clue"),
        ("阶段", "stage"),
        ("类别", "category"),
        ("地区", "division"),
        ("机构", "institution"),
        ("来自", "from"),
        ("到达", "offered"),
        ("认领人", "held by"),
    ];
    let rows = entries.iter().map(|entry| {
        let clue = entry.clue.clone().unwrap_or_default();
        let mut row = cells([code::<Urgency>(clue.urgency)]);
        row.push(out.countdown(clue.clock.as_ref().map(|_| entry.seconds_left)));
        row.extend(cells([
            clue.id,
            stage(out.lang, &clue.stage),
            word::<Category>(out.lang, clue.category),
            clue.division,
            clue.institution_name,
            unit(entry.from.as_ref()),
            shown(entry.offered_at.as_ref()),
            entry.claimed_by.clone(),
        ]));
        row
    });
    out.table(HEADS, rows.collect())
}
