//! Looking at the queue: entries, one entry, figures. Never here: changing it.

use clap::{Args, Subcommand};
use comfy_table::Cell;
use domain::category::{Category, Urgency};
use jiff::Timestamp;
use wire::{convert, v1};

use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::order::{Page, Which};
use crate::cli::out::{Heads, Out, cells};
use crate::cli::show::{clue, counts, referral};
use crate::cli::times::{moment, shown, span};
use crate::cli::words::{code, matter, one_matter, stage, word};

/// Heads of the queue's table.
const HEADS: Heads = &[
    ("紧急", "urgency"),
    ("时限", "clock"),
    ("事项", "matter"),
    ("来由", "kind"),
    ("阶段", "stage"),
    ("类别", "category"),
    ("地区", "division"),
    ("机构", "institution"),
    ("来自", "from"),
    ("认领人", "held by"),
    ("催办", "escalation"),
];

/// The queries.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// 队列列表，最紧急的在前 | List the queue, most urgent first
    List(List),
    /// 查看一件及经过 | Show one entry with its case and history
    Show(Which),
    /// 队列统计 | Figures of a queue
    Statistics(Statistics),
}

/// Which queue.
#[derive(Args)]
pub(crate) struct Scope {
    /// 单位；不填即本单位 | The unit; one's own when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) unit: String,
    /// 地区及下级 | Division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    pub(crate) division: String,
}

/// Which entries.
#[derive(Args)]
pub(crate) struct List {
    #[command(flatten)]
    scope: Scope,
    /// 包括已认领、已签收的 | Also those somebody holds or has signed for
    #[arg(long)]
    all: bool,
    /// 只看这一种 | Only this kind
    #[arg(long, value_parser = one_matter())]
    kind: Option<i32>,
    #[command(flatten)]
    page: Page,
}

/// Which figures.
#[derive(Args)]
pub(crate) struct Statistics {
    #[command(flatten)]
    scope: Scope,
    /// 到达时间自 | Offered from
    #[arg(long, value_parser = moment, value_name = "TIME")]
    from: Option<Timestamp>,
    /// 到达时间至 | Offered before
    #[arg(long, value_parser = moment, value_name = "TIME")]
    until: Option<Timestamp>,
}

/// Asks a query.
pub(crate) async fn run(desk: &Desk, asked: Look) -> Result<(), Failure> {
    match asked {
        Look::List(a) => list(desk, a).await,
        Look::Show(a) => show(desk, a.id).await,
        Look::Statistics(a) => statistics(desk, a).await,
    }
}

/// Entries as a table.
pub(crate) fn entries(out: &Out, entries: &[v1::QueueEntry]) -> Result<(), Failure> {
    out.table(HEADS, entries.iter().map(|entry| row(out, entry)).collect())
}

fn row(out: &Out, entry: &v1::QueueEntry) -> Vec<Cell> {
    let from = entry.from.as_ref().map(|unit| if unit.name.is_empty() { &unit.id } else { &unit.name });
    let mut row = cells([code::<Urgency>(entry.urgency)]);
    row.push(out.countdown(entry.clock.as_ref().map(|_| entry.seconds_left)));
    row.extend(cells([
        entry.matter.clone(),
        matter(out.lang, entry.kind()),
        stage(out.lang, &entry.stage),
        word::<Category>(out.lang, entry.category),
        entry.division.clone(),
        entry.institution_name.clone(),
        from.cloned().unwrap_or_default(),
        entry.claimed_by.clone(),
        escalation(out, entry.escalation).to_owned(),
    ]));
    row
}

/// Who has been told that nobody acts.
pub(crate) fn escalation(out: &Out, step: u32) -> &'static str {
    match step {
        0 => "",
        1 => out.either("已提醒承办人", "handler warned"),
        2 => out.either("已提醒负责人", "leader warned"),
        3 => out.either("已报上级", "superior told"),
        _ => out.either("已呼叫市级值班", "city duty paged"),
    }
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    let request = v1::ListQueueRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        unit_id: a.scope.unit,
        division: a.scope.division,
        include_claimed: a.all,
        kind: a.kind.unwrap_or(0),
    };
    let answer = ask!(desk, police.list_queue(request))?;
    desk.out.answer(&answer, |out, answer| entries(out, &answer.entries))?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

async fn show(desk: &Desk, matter: String) -> Result<(), Failure> {
    use v1::get_queue_entry_response::Case;
    let request = v1::GetQueueEntryRequest { consistency_token: desk.seen(), matter };
    let answer = ask!(desk, police.get_queue_entry(request))?;
    desk.out.answer(&answer, |out, answer| {
        let entry: Vec<_> = answer.entry.iter().cloned().collect();
        entries(out, &entry)?;
        if let Some(lease) = answer.entry.as_ref().and_then(|entry| entry.lease_until.as_ref()) {
            out.line(out.named("认领有效至：", "lease until:", shown(Some(lease))))?;
        }
        match &answer.case {
            Some(Case::Clue(case)) => clue(out, case, &answer.history),
            Some(Case::Referral(case)) => referral(out, case, &answer.history),
            None => Ok(()),
        }
    })
}

async fn statistics(desk: &Desk, a: Statistics) -> Result<(), Failure> {
    let request = v1::GetQueueStatisticsRequest {
        consistency_token: desk.seen(),
        unit_id: a.scope.unit,
        division: a.scope.division,
        offered_from: a.from.map(convert::timestamp),
        offered_until: a.until.map(convert::timestamp),
    };
    let answer = ask!(desk, police.get_queue_statistics(request))?;
    desk.out.answer(&answer, |out, answer| {
        let seconds = |seconds| if seconds == 0 { String::new() } else { span(out.lang, seconds) };
        out.facts(&[
            ("待认领", "open", answer.open.to_string()),
            ("已认领", "claimed", answer.claimed.to_string()),
            ("已签收", "receipted", answer.receipted.to_string()),
            ("等待中（紧急程度）", "waiting by urgency", counts(out, "urgency", &answer.waiting_by_urgency)),
            ("等待中（来由）", "waiting by kind", counts(out, "matter", &answer.waiting_by_kind)),
            ("超期", "overdue", answer.overdue.to_string()),
            ("最久等待", "longest wait", seconds(answer.oldest_open_seconds)),
            ("签收用时（中位数）", "to receipt, median", seconds(answer.receipt_seconds_p50)),
            ("签收用时（95%）", "to receipt, 95 %", seconds(answer.receipt_seconds_p95)),
            ("认领失效次数", "leases lapsed", answer.lapsed.to_string()),
        ])
    })
}
