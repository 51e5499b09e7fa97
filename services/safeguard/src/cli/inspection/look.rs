//! Looking at inspections: one of them, the calendar, the checklists, visits near each other. Never here: changing them.

use clap::{Args, Subcommand};
use domain::inspection::Tier;
use jiff::civil::Date;
use wire::{Lang, v1};

use super::{plan, show};
use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::order::{Page, Which};
use crate::cli::out::{Heads, Out};
use crate::cli::sheet::{Export, Field, Listing, Sheet};
use crate::cli::words::{one_of, stage, word};

/// The queries.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// 检查日历 | The calendar of inspections
    List(Box<List>),
    /// 查看一次检查：检查表、结果、经过 | Show one inspection with checklists, answers and history
    Show(Which),
    /// 检查表目录 | List the checklists
    Checklists(Checklists),
    /// 查看检查表 | Show a checklist
    Checklist(Edition),
    /// 检查是否过于频繁、有无可合并的检查 | Whether a visit comes too soon, or could join another
    Near(Near),
}

/// Which inspections.
#[derive(Args)]
pub(crate) struct List {
    /// 单位；与地区都不填即本单位 | The unit; one's own when neither unit nor division is given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
    /// 只看这个地区及下级 | Only this division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 日期自 | From this day on
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// 日期至（含） | Until this day, included
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// 只看这个阶段 | Only this stage
    #[arg(long, default_value = "", hide_default_value = true)]
    stage: String,
    /// 只看这个层级 | Only this tier
    #[arg(long, value_parser = one_of::<Tier>())]
    tier: Option<i32>,
    /// 只看这个专项行动 | Only this campaign
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    campaign: String,
    /// 只看这个机构 | Only this institution
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    institution: String,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    export: Export,
}

/// Which checklists.
#[derive(Args)]
pub(crate) struct Checklists {
    /// 包括旧版 | Also older editions
    #[arg(long)]
    older: bool,
    #[command(flatten)]
    export: Export,
}

/// Which edition.
#[derive(Args)]
pub(crate) struct Edition {
    /// 检查表，如 fire-nine-rules | The checklist, e.g. fire-nine-rules
    checklist: String,
    /// 版本；不填即最新 | The version; the newest when not given
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    version: u32,
    #[command(flatten)]
    export: Export,
}

/// Where and when.
#[derive(Args)]
pub(crate) struct Near {
    /// 机构编号 | The institution
    institution: String,
    /// 拟定日期；不填即今天 | The day; today when not given
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
}

/// Asks a query.
pub(crate) async fn run(desk: &Desk, asked: Look) -> Result<(), Failure> {
    match asked {
        Look::List(a) => list(desk, *a).await,
        Look::Show(a) => {
            let answer = get(desk, a.id).await?;
            desk.out.answer(&answer, |out, answer| match &answer.inspection {
                Some(shown) => show::inspection(out, shown, &answer.history),
                None => Ok(()),
            })
        }
        Look::Checklists(a) => checklists(desk, a).await,
        Look::Checklist(a) => checklist(desk, a).await,
        Look::Near(a) => near(desk, a).await,
    }
}

/// One inspection with its history.
pub(crate) async fn get(desk: &Desk, inspection_id: String) -> Result<v1::GetInspectionResponse, Failure> {
    let request = v1::GetInspectionRequest { consistency_token: desk.seen(), inspection_id };
    ask!(desk, inspection.get_inspection(request))
}

fn day(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    let asked = v1::ListInspectionsRequest {
        consistency_token: desk.seen(),
        unit_id: a.unit,
        division: a.division,
        from: day(a.from),
        to: day(a.to),
        stage: a.stage,
        tier: a.tier.unwrap_or(0),
        campaign_id: a.campaign,
        institution_id: a.institution,
        ..v1::ListInspectionsRequest::default()
    };
    let asking = async |page_size, page_token| {
        let request = v1::ListInspectionsRequest { page_size, page_token, ..asked.clone() };
        ask!(desk, inspection.list_inspections(request))
    };
    a.export.list(desk, &a.page, asking).await
}

impl Listing for v1::ListInspectionsResponse {
    fn sheet(&self, out: &Out) -> Sheet {
        const HEADS: Heads = &[
            ("日期", "day"),
            ("编号", "id"),
            ("阶段", "stage"),
            ("层级", "tier"),
            ("地区", "division"),
            ("机构编号", "institution id"),
            ("机构", "institution"),
            ("牵头单位", "lead"),
            ("参加单位", "invited"),
            ("人员", "members"),
            ("隐患", "hazards"),
            ("专项行动", "campaign"),
        ];
        let row = |one: &v1::InspectionEntry| {
            let lead = one.lead.as_ref().map(|lead| lead.id.as_str()).unwrap_or_default();
            vec![
                Field::day(&one.on),
                Field::code(&one.id),
                Field::text(stage(out.lang, &one.stage)),
                Field::text(word::<Tier>(out.lang, one.tier)),
                Field::code(&one.division),
                Field::code(&one.institution_id),
                Field::text(&one.institution_name),
                Field::code(lead),
                Field::code(one.invited_unit_ids.join(" ")),
                Field::count(one.members),
                Field::count(one.hazards),
                Field::code(&one.campaign_id),
            ]
        };
        Sheet::new(HEADS, self.entries.iter().map(row))
    }

    fn next(&self) -> &str {
        &self.next_page_token
    }
}

async fn checklists(desk: &Desk, a: Checklists) -> Result<(), Failure> {
    const HEADS: Heads = &[("编号", "id"), ("版本", "version"), ("名称", "title"), ("来源", "written from")];
    let request = v1::ListChecklistsRequest { consistency_token: desk.seen(), older_too: a.older };
    let answer = ask!(desk, inspection.list_checklists(request))?;
    let lang = desk.out.lang;
    let row = |one: &v1::Checklist| {
        vec![
            Field::code(&one.id),
            Field::count(one.version),
            Field::text(either(lang, &one.title_zh, &one.title_en)),
            Field::text(&one.source),
        ]
    };
    let sheet = Sheet::new(HEADS, answer.checklists.iter().map(row));
    a.export.one(&desk.out, &answer, &sheet)
}

fn either<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

async fn checklist(desk: &Desk, a: Edition) -> Result<(), Failure> {
    let request = v1::GetChecklistRequest {
        consistency_token: desk.seen(),
        checklist: a.checklist,
        version: a.version,
    };
    let answer = ask!(desk, inspection.get_checklist(request))?;
    let list = answer.checklist.clone().unwrap_or_default();
    a.export.one(&desk.out, &answer, &show::lines(&desk.out, &list))
}

async fn near(desk: &Desk, a: Near) -> Result<(), Failure> {
    let request = v1::CheckRepeatVisitRequest {
        consistency_token: desk.seen(),
        institution_id: a.institution,
        on: day(a.on),
    };
    let answer = ask!(desk, inspection.check_repeat_visit(request))?;
    desk.out.answer(&answer, |out, answer| {
        let near = answer.repeat_visits.clone().unwrap_or_default();
        if near.too_soon.is_empty() && near.to_join.is_empty() {
            return out.line(out.either("没有临近的检查。", "no visit is near."));
        }
        plan::warn(out, &near)
    })
}
