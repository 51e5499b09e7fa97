//! Looking at referrals: a list, or one with its history. Never here: changing them.

use clap::{Args, Subcommand};
use wire::v1;

use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::order::{Page, Which};
use crate::cli::out::{Heads, cells};
use crate::cli::show::{self, left};
use crate::cli::times::shown;
use crate::cli::words::stage;

/// The queries.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// 案件移送列表 | List referrals
    List(List),
    /// 查看一件移送及经过 | Show one referral with its history
    Show(Which),
}

/// Which referrals.
#[derive(Args)]
pub(crate) struct List {
    /// 只看这些阶段，可重复 | Only these stages, may be repeated
    #[arg(long)]
    stage: Vec<String>,
    /// 只看这个地区及下级 | Only this division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 只看超期的 | Only overdue ones
    #[arg(long)]
    overdue: bool,
    /// 只看本单位的 | Only those of one's unit
    #[arg(long)]
    mine: bool,
    /// 编号中含有 | Ids that contain this
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    id: String,
    #[command(flatten)]
    page: Page,
}

/// Asks a query.
pub(crate) async fn run(desk: &Desk, asked: Look) -> Result<(), Failure> {
    match asked {
        Look::List(a) => list(desk, a).await,
        Look::Show(a) => show(desk, a.id).await,
    }
}

async fn show(desk: &Desk, referral_id: String) -> Result<(), Failure> {
    let request = v1::GetReferralRequest { consistency_token: desk.seen(), referral_id };
    let answer = ask!(desk, education.get_referral(request))?;
    desk.out.answer(&answer, |out, answer| match &answer.referral {
        Some(shown) => show::referral(out, shown, &answer.history),
        None => Ok(()),
    })
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("阶段", "stage"),
        ("线索", "clue"),
        ("地区", "division"),
        ("罪名", "charges"),
        ("移送单位", "from"),
        ("公安机关", "police"),
        ("起草", "drafted"),
        ("时限", "clock"),
    ];
    let request = v1::ListReferralsRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        stages: a.stage,
        division: a.division,
        overdue: a.overdue,
        mine: a.mine,
        id_text: a.id,
    };
    let answer = ask!(desk, education.list_referrals(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.referrals.iter().map(|one| {
            let mut row = cells([
                one.id.clone(),
                stage(out.lang, &one.stage),
                one.clue_id.clone(),
                one.division.clone(),
                one.charges.join(" "),
                one.from.clone(),
                one.police.clone(),
                shown(one.drafted_at.as_ref()),
            ]);
            row.push(out.countdown(left(one.clock.as_ref())));
            row
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}
