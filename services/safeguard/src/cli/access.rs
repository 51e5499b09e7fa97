//! Access by break-glass: to ask, to approve or refuse, to review, to list. Never here: what is opened.

use clap::{Args, Subcommand};
use domain::break_glass::{Ceiling, MAX_HOURS};
use wire::v1;

use super::desk::{Desk, ask, command, send};
use super::failure::Failure;
use super::order::{Order, Page, Reasoned};
use super::out::{Heads, Out, cells};
use super::times::shown;
use super::words::{one_of, stage, word};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Access {
    /// 申请查阅本无权查看的内容 | Ask to see what one's office does not show
    Request(Request),
    /// 批准（第二人；可缩小，不可扩大） | Approve, as a second person; may narrow, never widen
    Approve(Approve),
    /// 不批准 | Refuse
    Refuse(Reasoned),
    /// 事后审查（第三人） | Review afterwards, as a third person
    Review(Review),
    /// 列表 | List
    List(List),
}

// How much, and for how long.
#[derive(Args)]
struct Terms {
    /// 最高级别 | Up to which class
    #[arg(long, value_parser = one_of::<Ceiling>())]
    class: i32,
    /// 包括举报人 | Who reported too
    #[arg(long)]
    reporter: bool,
    /// 小时数 | Hours
    #[arg(long, value_name = "N", value_parser = hours)]
    hours: u32,
}

fn hours(text: &str) -> Result<u32, String> {
    let fits = |hours: &u32| (1..=u32::from(MAX_HOURS)).contains(hours);
    let read = text.parse().ok().filter(fits);
    read.ok_or_else(|| format!("应为 1 到 {MAX_HOURS} 之间的整数 | a whole number from 1 to {MAX_HOURS}"))
}

impl Terms {
    fn on_wire(&self) -> v1::AccessTerms {
        v1::AccessTerms { class: self.class, reporter: self.reporter, hours: self.hours }
    }
}

/// A new request.
#[derive(Args)]
pub(crate) struct Request {
    /// 线索或移送编号 | The clue or referral
    matter: String,
    /// 理由，不含个人信息 | Why, without personal data
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    order: Order,
}

/// An approval.
#[derive(Args)]
pub(crate) struct Approve {
    /// 临时查阅编号 BG-... | The access, BG-...
    id: String,
    #[command(flatten)]
    terms: Terms,
    #[command(flatten)]
    order: Order,
}

/// A review.
#[derive(Args)]
pub(crate) struct Review {
    /// 临时查阅编号 BG-... | The access, BG-...
    id: String,
    /// 审查情况，不含个人信息 | What was found, without personal data
    #[arg(long)]
    findings: String,
    /// 没有必要，或用于他途 | It was not needed, or used for something else
    #[arg(long)]
    unjustified: bool,
    #[command(flatten)]
    order: Order,
}

/// Which ones.
#[derive(Args)]
pub(crate) struct List {
    /// 只看这一事项 | Only this matter
    #[arg(long, default_value = "", hide_default_value = true)]
    matter: String,
    /// 只看待审批、有效和待审查的 | Only those that wait for somebody
    #[arg(long)]
    pending: bool,
    #[command(flatten)]
    page: Page,
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Access) -> Result<(), Failure> {
    match asked {
        Access::Request(a) => {
            let terms = Some(a.terms.on_wire());
            command!(
                desk,
                access.request_access,
                a.order,
                RequestAccessRequest { matter: a.matter, reason: a.reason, terms: terms }
            )
        }
        Access::Approve(a) => {
            let terms = Some(a.terms.on_wire());
            let answer = send!(
                desk,
                access.approve_access,
                a.order,
                ApproveAccessRequest { access_id: a.id, terms: terms }
            )?;
            desk.done(&answer, answer.receipt.as_ref())?;
            match desk.out.json {
                true => Ok(()),
                false => {
                    desk.out.line(desk.out.named("有效至：", "open until:", shown(answer.until.as_ref())))
                }
            }
        }
        Access::Refuse(a) => {
            command!(
                desk,
                access.refuse_access,
                a.order,
                RefuseAccessRequest { access_id: a.id, reason: a.reason }
            )
        }
        Access::Review(a) => {
            command!(
                desk,
                access.review_access,
                a.order,
                ReviewAccessRequest { access_id: a.id, justified: !a.unjustified, findings: a.findings }
            )
        }
        Access::List(a) => list(desk, a).await,
    }
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("事项", "matter"),
        ("人员", "officer"),
        ("级别", "class"),
        ("阶段", "stage"),
        ("有效至", "open until"),
        ("次数", "uses"),
        ("审查期限", "review by"),
        ("理由", "reason"),
    ];
    let request = v1::ListAccessRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        matter: a.matter,
        pending: a.pending,
    };
    let answer = ask!(desk, access.list_access(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.accesses.iter().map(|one| {
            cells([
                one.id.clone(),
                one.matter.clone(),
                one.officer.clone(),
                class(out, one),
                stage(out.lang, &one.stage),
                shown(one.until.as_ref()),
                one.uses.to_string(),
                review(out, one),
                [one.reason.as_str(), one.remarks.as_str()].join("\n").trim_end().to_owned(),
            ])
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

fn class(out: &Out, access: &v1::Access) -> String {
    let terms = access.terms.unwrap_or_default();
    let reporter = if terms.reporter { out.either("（含举报人）", " with the reporter") } else { "" };
    format!("{}{reporter}", word::<Ceiling>(out.lang, terms.class))
}

fn review(out: &Out, access: &v1::Access) -> String {
    let overdue = if access.review_overdue { out.either("（逾期）", " (overdue)") } else { "" };
    format!("{}{overdue}", shown(access.review_due.as_ref()))
}
