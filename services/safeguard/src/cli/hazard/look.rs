//! Looking at hazards: one of them, the board, the ledger. Never here: changing them.

use clap::{Args, Subcommand, ValueEnum};
use domain::hazard::{Category, Grade};
use jiff::civil::Date;
use wire::{texts, v1};

use crate::cli::desk::{Desk, ask};
use crate::cli::failure::Failure;
use crate::cli::order::{Page, Which};
use crate::cli::out::{Heads, Out};
use crate::cli::sheet::{Export, Field, Listing, Sheet};
use crate::cli::show::{clocks, counts, division, papers, past, unit, yuan};
use crate::cli::times::shown;
use crate::cli::words::{one_of, stage, word};

/// The queries.
#[derive(Subcommand)]
pub(crate) enum Look {
    /// 查看一条隐患及经过 | Show one hazard with its history
    Show(Which),
    /// 隐患看板，最紧迫的在前 | The hazard board, the most pressing first
    Board(Box<Board>),
    /// 隐患台账：按机构、单位或地区统计整改 | The ledger of rectification by institution, unit or division
    Ledger(Box<Ledger>),
}

/// Which hazards.
#[derive(Args)]
pub(crate) struct Board {
    /// 单位；不填即本单位，上级单位即其辖区 | The unit; one's own, or the area of a unit above, when not given
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
    /// 只看这个地区及下级 | Only this division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 只看这些阶段，可重复；不填即未销号的 | Only these stages, may be repeated; the open ones when not given
    #[arg(long)]
    stage: Vec<String>,
    /// 只看这个等级 | Only this grade
    #[arg(long, value_parser = one_of::<Grade>())]
    grade: Option<i32>,
    /// 只看这个类别 | Only this category
    #[arg(long, value_parser = one_of::<Category>(), hide_possible_values = true)]
    category: Option<i32>,
    /// 只看发现满若干天的 | Only those found at least so many days ago
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "DAYS")]
    age: u32,
    /// 只看超期的 | Only overdue ones
    #[arg(long)]
    overdue: bool,
    /// 只看挂牌督办及以上的 | Only those under listed supervision or beyond
    #[arg(long)]
    listed: bool,
    /// 只看这个机构 | Only this institution
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    institution: String,
    /// 只看这次检查发现的 | Only those this inspection found
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    inspection: String,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    export: Export,
}

/// What a ledger has a row for.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// 机构 | Each institution
    Institution,
    /// 单位 | Each unit in charge
    Unit,
    /// 地区 | Each division
    Division,
}

/// Which ledger.
#[derive(Args)]
pub(crate) struct Ledger {
    /// 按什么统计 | What it has a row for
    #[arg(
        long,
        value_enum,
        default_value = "institution",
        hide_possible_values = true,
        value_name = "institution|unit|division"
    )]
    by: By,
    /// 只看这个单位负责的 | Only of this unit in charge
    #[arg(long, default_value = "", hide_default_value = true)]
    unit: String,
    /// 只看这个地区及下级 | Only this division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 只看这个机构 | Only this institution
    #[arg(long, default_value = "", hide_default_value = true, value_name = "ID")]
    institution: String,
    /// 发现日期自 | Found from this day on
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// 发现日期至（含） | Found until this day, included
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// 只看这个类别 | Only this category
    #[arg(long, value_parser = one_of::<Category>(), hide_possible_values = true)]
    category: Option<i32>,
    /// 只看这个等级 | Only this grade
    #[arg(long, value_parser = one_of::<Grade>())]
    grade: Option<i32>,
    #[command(flatten)]
    page: Page,
    #[command(flatten)]
    export: Export,
}

/// Asks a query.
pub(crate) async fn run(desk: &Desk, asked: Look) -> Result<(), Failure> {
    match asked {
        Look::Show(a) => show(desk, a.id).await,
        Look::Board(a) => board(desk, *a).await,
        Look::Ledger(a) => ledger(desk, *a).await,
    }
}

/// One hazard with its history.
pub(crate) async fn get(desk: &Desk, hazard_id: String) -> Result<v1::GetHazardResponse, Failure> {
    let request = v1::GetHazardRequest { consistency_token: desk.seen(), hazard_id };
    ask!(desk, hazard.get_hazard(request))
}

async fn show(desk: &Desk, hazard_id: String) -> Result<(), Failure> {
    let answer = get(desk, hazard_id).await?;
    desk.out.answer(&answer, |out, answer| {
        let Some(hazard) = &answer.hazard else { return Ok(()) };
        found(out, hazard)?;
        treated(out, hazard)?;
        clocks(out, &hazard.clocks)?;
        past(out, &answer.history)
    })
}

fn found(out: &Out, hazard: &v1::Hazard) -> Result<(), Failure> {
    let institution = division(&hazard.institution_id, &hazard.institution_name);
    out.facts(&[
        ("隐患", "hazard", hazard.id.clone()),
        ("阶段", "stage", stage(out.lang, &hazard.stage)),
        ("类别", "category", word::<Category>(out.lang, hazard.category)),
        ("等级", "grade", word::<Grade>(out.lang, hazard.grade)),
        ("地区", "division", division(&hazard.division, &hazard.division_name)),
        ("机构", "institution", institution),
        ("检查", "inspection", hazard.inspection_id.clone()),
        ("检查项", "line", hazard.line.clone()),
        ("依据", "basis", hazard.basis.clone()),
        ("发现单位", "found by", unit(hazard.finder.as_ref())),
        ("负责单位", "in charge", unit(hazard.lead.as_ref())),
        ("部位和现状", "spot", hazard.spot.clone()),
        ("材料", "papers", papers(out, &hazard.papers)),
        ("发现时间", "found", shown(hazard.found_at.as_ref())),
    ])
}

fn treated(out: &Out, hazard: &v1::Hazard) -> Result<(), Failure> {
    let known =
        |list, code: &str| if code.is_empty() { String::new() } else { texts::word(out.lang, list, code) };
    let looks = hazard.looks.iter().map(|look| {
        let said = texts::word(out.lang, "look", &look.kind);
        let officers = look.officers.join(" ");
        format!("{} {said} {officers} {}", shown(look.at.as_ref()), look.reason).trim_end().to_owned()
    });
    out.facts(&[
        ("通知书文号", "notice", hazard.notice_number.clone()),
        ("五落实", "five elements", elements(out, hazard.elements.as_ref())),
        ("整改与复查", "fixes and looks", looks.collect::<Vec<_>>().join("\n")),
        ("督促", "pressed for", known("pressure", &hazard.pressure)),
        ("处罚案号", "penalty case", hazard.penalty_number.clone()),
        ("使用", "use", known("use", &hazard.r#use)),
        ("恢复使用审查", "review", known("review", &hazard.review)),
        ("延期", "extension", known("extension", &hazard.extension)),
        ("提出作废", "void proposed by", hazard.void_proposed_by.clone()),
        ("移交", "transferred to", unit(hazard.transferred_to.as_ref())),
    ])
}

fn elements(out: &Out, elements: Option<&v1::HazardElements>) -> String {
    let Some(one) = elements else { return String::new() };
    let parts = [&one.responsible, &one.measures, &yuan(out, one.fen), &one.until, &one.plan, &one.interim];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("\n")
}

async fn board(desk: &Desk, a: Board) -> Result<(), Failure> {
    let asked = v1::ListHazardsRequest {
        consistency_token: desk.seen(),
        unit_id: a.unit,
        division: a.division,
        stages: a.stage,
        grade: a.grade.unwrap_or(0),
        category: a.category.unwrap_or(0),
        age_days_least: a.age,
        overdue_only: a.overdue,
        listed_only: a.listed,
        institution_id: a.institution,
        inspection_id: a.inspection,
        ..v1::ListHazardsRequest::default()
    };
    let asking = async |page_size, page_token| {
        let request = v1::ListHazardsRequest { page_size, page_token, ..asked.clone() };
        ask!(desk, hazard.list_hazards(request))
    };
    a.export.list(desk, &a.page, asking).await
}

impl Listing for v1::ListHazardsResponse {
    fn sheet(&self, out: &Out) -> Sheet {
        const HEADS: Heads = &[
            ("编号", "id"),
            ("等级", "grade"),
            ("阶段", "stage"),
            ("类别", "category"),
            ("地区", "division"),
            ("机构编号", "institution id"),
            ("机构", "institution"),
            ("负责单位", "in charge"),
            ("发现", "found"),
            ("天数", "days"),
            ("期限", "due"),
            ("督促", "pressed for"),
            ("使用", "use"),
        ];
        let row = |one: &v1::HazardEntry| {
            vec![
                Field::code(&one.id),
                Field::text(word::<Grade>(out.lang, one.grade)),
                Field::text(stage(out.lang, &one.stage)),
                Field::text(word::<Category>(out.lang, one.category)),
                Field::code(&one.division),
                Field::code(&one.institution_id),
                Field::text(&one.institution_name),
                Field::code(&one.lead_unit_id),
                Field::day_of(one.found_at.as_ref()),
                Field::count(one.age_days),
                Field::last_day(one.due_at.as_ref()),
                Field::text(texts::word(out.lang, "pressure", &one.pressure)),
                Field::text(texts::word(out.lang, "use", &one.r#use)),
            ]
        };
        Sheet::new(HEADS, self.hazards.iter().map(row))
    }

    fn next(&self) -> &str {
        &self.next_page_token
    }

    fn below(&self, out: &Out) -> Result<(), Failure> {
        if self.stages.is_empty() {
            return Ok(());
        }
        out.facts(&[
            ("合计", "total", self.total.to_string()),
            ("阶段", "stages", counts(out, "stage", &self.stages)),
            ("等级", "grades", counts(out, "grade", &self.grades)),
            ("发现天数", "age in days", counts(out, "age", &self.ages)),
        ])
    }
}

async fn ledger(desk: &Desk, a: Ledger) -> Result<(), Failure> {
    let by = match a.by {
        By::Institution => v1::LedgerBy::Institution,
        By::Unit => v1::LedgerBy::Unit,
        By::Division => v1::LedgerBy::Division,
    };
    let day = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let asked = v1::GetHazardLedgerRequest {
        consistency_token: desk.seen(),
        by: by.into(),
        unit_id: a.unit,
        division: a.division,
        institution_id: a.institution,
        from: day(a.from),
        until: day(a.until),
        category: a.category.unwrap_or(0),
        grade: a.grade.unwrap_or(0),
        ..v1::GetHazardLedgerRequest::default()
    };
    let asking = async |page_size, page_token| {
        let request = v1::GetHazardLedgerRequest { page_size, page_token, ..asked.clone() };
        ask!(desk, hazard.get_hazard_ledger(request))
    };
    a.export.list(desk, &a.page, asking).await
}

/// A part of a whole in percent with two decimals, by integers; empty of nothing.
fn rate(part: u64, whole: u64) -> String {
    let Some(shares) = (u128::from(part) * 10_000).checked_div(u128::from(whole)) else {
        return String::new();
    };
    format!("{}.{:02}%", shares / 100, shares % 100)
}

impl Listing for v1::GetHazardLedgerResponse {
    fn sheet(&self, out: &Out) -> Sheet {
        const HEADS: Heads = &[
            ("编号", "id"),
            ("名称", "name"),
            ("发现", "found"),
            ("重大", "major"),
            ("当场整改", "on the spot"),
            ("按期", "in time"),
            ("逾期整改", "late"),
            ("未销号", "open"),
            ("超期", "overdue"),
            ("移交", "transferred"),
            ("整改率", "rectified"),
            ("复查", "looks"),
            ("复查合格率", "passed"),
        ];
        let all = out.either("合计", "all");
        let row = |one: &v1::HazardLedgerRow| {
            let figures = [
                one.found,
                one.major,
                one.on_spot,
                one.on_time,
                one.late,
                one.open,
                one.overdue,
                one.transferred,
            ];
            let name = if one.key.is_empty() { all } else { &one.name };
            let mut row = vec![Field::code(&one.key), Field::text(name)];
            row.extend(figures.map(Field::count));
            row.push(Field::text(rate(one.rectified, one.found)));
            row.push(Field::count(one.looks));
            row.push(Field::text(rate(one.passed, one.looks)));
            row
        };
        Sheet::new(HEADS, self.all.iter().chain(&self.rows).map(row))
    }

    fn next(&self) -> &str {
        &self.next_page_token
    }
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn a_rate_is_rounded_down_so_that_only_the_whole_is_all() {
        assert_eq!(rate(1, 3), "33.33%");
        assert_eq!(rate(9_999_999, 10_000_000), "99.99%");
        assert_eq!((rate(5, 5), rate(0, 0)), ("100.00%".to_owned(), String::new()));
    }
}
