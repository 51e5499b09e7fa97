//! Looking at clues: lists, one clue, figures, running clocks. Never here: changing them.

use clap::{Args, Subcommand};
use domain::category::{Category, Urgency};
use jiff::Timestamp;
use wire::{convert, v1};

use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::order::{Page, Which};
use crate::cli::out::{Heads, Out, cells, figure};
use crate::cli::show::{clock_name, clue, clue_rows, counts, division};
use crate::cli::times::{moment, shown, span};
use crate::cli::words::{code, one_of, stage};

/// The queries.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// 线索列表 | List clues
    List(List),
    /// 查看一条线索及经过 | Show one clue with its history
    Show(Which),
    /// 各地统计 | Figures per division
    Statistics(Statistics),
    /// 本单位在走的时限 | Running clocks of one's unit
    Clocks(Clocks),
}

/// Asks a query.
pub(crate) async fn run(desk: &Desk, asked: Look) -> Result<(), Failure> {
    match asked {
        Look::List(a) => list(desk, a).await,
        Look::Show(a) => show(desk, a.id).await,
        Look::Statistics(a) => statistics(desk, a).await,
        Look::Clocks(a) => clocks(desk, a).await,
    }
}

/// Which clues.
#[derive(Args)]
pub(crate) struct List {
    /// 只看这些阶段，可重复 | Only these stages, may be repeated
    #[arg(long)]
    stage: Vec<String>,
    /// 只看这些紧急程度，可重复 | Only these urgencies, may be repeated
    #[arg(long, value_parser = one_of::<Urgency>())]
    urgency: Vec<i32>,
    /// 只看这些类别，可重复 | Only these categories, may be repeated
    #[arg(long, value_parser = one_of::<Category>(), hide_possible_values = true)]
    category: Vec<i32>,
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

/// Which figures.
#[derive(Args)]
pub(crate) struct Statistics {
    /// 地区；不填即本人辖区 | Division; one's area when not given
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 接报时间自 | Received from
    #[arg(long, value_parser = moment, value_name = "TIME")]
    from: Option<Timestamp>,
    /// 接报时间至 | Received before
    #[arg(long, value_parser = moment, value_name = "TIME")]
    until: Option<Timestamp>,
}

/// Which clocks.
#[derive(Args)]
pub(crate) struct Clocks {
    /// 只看若干小时内到期的（含已超期） | Only those due within so many hours, breached ones included
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "HOURS")]
    within: u64,
    #[command(flatten)]
    page: Page,
}

/// Lists clues.
async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    let request = v1::ListCluesRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        stages: a.stage,
        urgencies: a.urgency,
        categories: a.category,
        division: a.division,
        overdue: a.overdue,
        mine: a.mine,
        id_text: a.id,
    };
    let answer = ask!(desk, education.list_clues(request))?;
    desk.out.answer(&answer, |out, answer| clue_rows(out, &answer.clues))?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

/// Shows a clue.
async fn show(desk: &Desk, clue_id: String) -> Result<(), Failure> {
    let request = v1::GetClueRequest { consistency_token: desk.seen(), clue_id };
    let answer = ask!(desk, education.get_clue(request))?;
    desk.out.answer(&answer, |out, answer| match &answer.clue {
        Some(shown) => clue(out, shown, &answer.history),
        None => Ok(()),
    })
}

/// Shows figures.
async fn statistics(desk: &Desk, a: Statistics) -> Result<(), Failure> {
    let request = v1::GetStatisticsRequest {
        consistency_token: desk.seen(),
        division: a.division,
        received_from: a.from.map(convert::timestamp),
        received_until: a.until.map(convert::timestamp),
    };
    let answer = ask!(desk, education.get_statistics(request))?;
    desk.out.answer(&answer, |out, answer| {
        if let Some(first) = answer.rows.first() {
            whole(out, first)?;
            out.line("")?;
        }
        below(out, &answer.rows)
    })
}

/// What stands for a figure that readers of another agency are not shown.
const HIDDEN: &str = "*";

fn hidden(row: &v1::DivisionStatistics, name: &str) -> bool {
    row.suppressed.iter().any(|one| one == name)
}

fn single(row: &v1::DivisionStatistics, name: &str, count: u64) -> String {
    if hidden(row, name) { HIDDEN.to_owned() } else { count.to_string() }
}

fn whole(out: &Out, row: &v1::DivisionStatistics) -> Result<(), Failure> {
    let seconds = |seconds| match seconds {
        _ if hidden(row, "receipt_seconds") => HIDDEN.to_owned(),
        0 => String::new(),
        seconds => span(out.lang, seconds),
    };
    out.facts(&[
        ("地区", "division", division(&row.division, &row.division_name)),
        ("接报", "received", single(row, "received", row.received)),
        ("来源", "channels", counts(out, "channel", &row.by_channel)),
        ("类别", "categories", counts(out, "category", &row.by_category)),
        ("紧急程度", "urgencies", counts(out, "urgency", &row.by_urgency)),
        ("阶段", "stages", counts(out, "stage", &row.by_stage)),
        ("核查结论", "conclusions", counts(out, "conclusion", &row.by_conclusion)),
        ("匿名", "anonymous", single(row, "anonymous", row.anonymous)),
        ("超期未办", "overdue", single(row, "overdue", row.overdue)),
        (
            "未了结的报案义务",
            "police-report duties open",
            single(row, "obligations_open", row.obligations_open),
        ),
        ("已了结的报案义务", "police-report duties met", single(row, "obligations_met", row.obligations_met)),
        ("转交公安", "transferred to the police", single(row, "transferred_police", row.transferred_police)),
        ("公安签收用时（中位数）", "to police receipt, median", seconds(row.receipt_seconds_p50)),
        ("公安签收用时（95%）", "to police receipt, 95 %", seconds(row.receipt_seconds_p95)),
        ("案件移送", "referrals", counts(out, "stage", &row.referrals_by_stage)),
    ])
}

fn below(out: &Out, rows: &[v1::DivisionStatistics]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("地区", "division"),
        ("接报", "received"),
        ("匿名", "anonymous"),
        ("超期", "overdue"),
        ("未了结义务", "duties open"),
        ("转交公安", "to police"),
    ];
    let rows = rows.iter().map(|row| {
        let figures = [
            single(row, "received", row.received),
            single(row, "anonymous", row.anonymous),
            single(row, "overdue", row.overdue),
            single(row, "obligations_open", row.obligations_open),
            single(row, "transferred_police", row.transferred_police),
        ];
        let mut cells = cells([division(&row.division, &row.division_name)]);
        cells.extend(figures.map(figure));
        cells
    });
    out.table(HEADS, rows.collect())
}

/// Lists running clocks.
async fn clocks(desk: &Desk, a: Clocks) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("事项", "matter"),
        ("阶段", "stage"),
        ("紧急", "urgency"),
        ("时限", "clock"),
        ("到期", "due"),
        ("", ""),
    ];
    let request = v1::ListClocksRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        due_within_seconds: a.within.saturating_mul(3600),
    };
    let answer = ask!(desk, education.list_clocks(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.clocks.iter().map(|one| {
            let clock = one.clock.clone().unwrap_or_default();
            let mut row = cells([
                one.matter.clone(),
                stage(out.lang, &one.stage),
                code::<Urgency>(one.urgency),
                clock_name(out.lang, &clock),
                shown(clock.due_at.as_ref()),
            ]);
            row.push(out.countdown(Some(one.seconds_left)));
            row
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}
