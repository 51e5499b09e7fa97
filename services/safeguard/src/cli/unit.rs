//! Units: offices, their areas and what they are competent for. Never here: officers.

use clap::{Args, Subcommand};
use domain::actor::{Agency, Level};
use domain::category::Category;
use wire::v1;

use super::desk::{Desk, ask, command};
use super::failure::Failure;
use super::order::{Order, Page, Plain, Which};
use super::out::{Heads, Out, cells};
use super::show::{self, agency};
use super::words::{number, one_of, word, words};

/// The commands.
#[derive(Subcommand)]
pub(crate) enum Unit {
    /// 登记单位 | Register a unit
    Register(Register),
    /// 更换职责范围（全部替换） | Replace what a unit is competent for
    Competence(Change),
    /// 撤销单位 | Close a unit
    Close(Plain),
    /// 查看单位 | Show a unit
    Show(Which),
    /// 单位列表 | List units
    List(List),
    /// 某地某类由谁办理 | Who handles a category in a division
    Competent(Competent),
}

/// A new unit.
#[derive(Args)]
pub(crate) struct Register {
    /// 单位编号，UN- 开头 | The id wanted, UN-...
    id: String,
    /// 单位名称 | Public name
    #[arg(long)]
    name: String,
    /// 部门 | Agency
    #[arg(long, value_parser = one_of::<Agency>())]
    agency: i32,
    /// 级别 | Level
    #[arg(long, value_parser = one_of::<Level>())]
    level: i32,
    /// 区划代码；全国为 100000 | Division it serves; 100000 for the whole country
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 上级单位编号 | The unit above it
    #[arg(long, default_value = "", hide_default_value = true, value_name = "UNIT")]
    superior: String,
    /// 职责 CODE[=类别,类别][!]，! 表示兜底，可重复 | Competence, CODE[=CATEGORY,CATEGORY][!]; ! marks the fallback
    #[arg(long, value_parser = row, value_name = "ROW")]
    competence: Vec<v1::Competence>,
    #[command(flatten)]
    order: Order,
}

/// New rows.
#[derive(Args)]
pub(crate) struct Change {
    /// 单位编号 | The unit
    id: String,
    /// 职责 CODE[=类别,类别][!]，! 表示兜底，可重复 | Competence, CODE[=CATEGORY,CATEGORY][!]; ! marks the fallback
    #[arg(long = "row", value_parser = row, value_name = "ROW")]
    rows: Vec<v1::Competence>,
    #[command(flatten)]
    order: Order,
}

/// Which units.
#[derive(Args)]
pub(crate) struct List {
    /// 部门 | Agency
    #[arg(long, value_parser = one_of::<Agency>())]
    agency: Option<i32>,
    /// 地区及下级 | Division and below
    #[arg(long, default_value = "", hide_default_value = true, value_name = "CODE")]
    division: String,
    /// 级别 | Level
    #[arg(long, value_parser = one_of::<Level>())]
    level: Option<i32>,
    #[command(flatten)]
    page: Page,
}

/// For what.
#[derive(Args)]
pub(crate) struct Competent {
    /// 部门 | Agency
    #[arg(long, value_parser = one_of::<Agency>())]
    agency: i32,
    /// 区划代码 | Division
    #[arg(long, value_name = "CODE")]
    division: String,
    /// 类别 | Category
    #[arg(long, value_parser = one_of::<Category>(), hide_possible_values = true)]
    category: i32,
}

/// `430421`, `430421=fee-fraud,food` or `430421!`.
fn row(text: &str) -> Result<v1::Competence, String> {
    let (text, fallback) = match text.strip_suffix('!') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (division, named) = text.split_once('=').unwrap_or((text, ""));
    let mut categories = Vec::new();
    for name in named.split(',').filter(|name| !name.is_empty()) {
        let known = number::<Category>(name.trim());
        categories
            .push(known.ok_or_else(|| format!("没有“{name}”这个类别 | there is no category {name:?}"))?);
    }
    Ok(v1::Competence { division: division.to_owned(), categories, fallback })
}

/// Does a command.
pub(crate) async fn run(desk: &Desk, asked: Unit) -> Result<(), Failure> {
    match asked {
        Unit::Register(Register { id, name, agency, level, division, superior, competence, order }) => {
            command!(
                desk,
                directory.register_unit,
                order,
                RegisterUnitRequest { unit_id: id, name, agency, level, division, superior, competence }
            )
        }
        Unit::Competence(a) => {
            command!(
                desk,
                directory.change_competence,
                a.order,
                ChangeCompetenceRequest { unit_id: a.id, competence: a.rows }
            )
        }
        Unit::Close(a) => command!(desk, directory.close_unit, a.order, CloseUnitRequest { unit_id: a.id }),
        Unit::Show(a) => show(desk, a.id).await,
        Unit::List(a) => list(desk, a).await,
        Unit::Competent(a) => competent(desk, a).await,
    }
}

async fn show(desk: &Desk, unit_id: String) -> Result<(), Failure> {
    let request = v1::GetUnitRequest { consistency_token: desk.seen(), unit_id };
    let answer = ask!(desk, directory.get_unit(request))?;
    desk.out.answer(&answer, |out, answer| {
        let unit = answer.unit.clone().unwrap_or_default();
        let rows = answer.competence.iter().map(|row| {
            let fallback = if row.fallback { out.either("（兜底）", "(fallback)") } else { "" };
            let categories = match row.categories.is_empty() {
                true => out.either("全部类别", "every category").to_owned(),
                false => words::<Category>(out.lang, &row.categories),
            };
            format!("{} {categories}{fallback}", row.division)
        });
        out.facts(&[
            ("单位", "unit", show::unit(answer.unit.as_ref())),
            ("部门", "agency", agency(out, unit.agency)),
            ("级别", "level", word::<Level>(out.lang, unit.level)),
            ("地区", "division", unit.division),
            ("上级", "superior", unit.superior),
            ("职责", "competence", rows.collect::<Vec<_>>().join("\n")),
            (
                "状态",
                "status",
                if answer.closed { out.either("已撤销", "closed").to_owned() } else { String::new() },
            ),
        ])
    })
}

async fn list(desk: &Desk, a: List) -> Result<(), Failure> {
    let request = v1::ListUnitsRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        agency: a.agency.unwrap_or(0),
        division: a.division,
        level: a.level.unwrap_or(0),
    };
    let answer = ask!(desk, directory.list_units(request))?;
    desk.out.answer(&answer, |out, answer| rows(out, &answer.units))?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

fn rows(out: &Out, units: &[v1::Unit]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("名称", "name"),
        ("部门", "agency"),
        ("级别", "level"),
        ("地区", "division"),
        ("上级", "superior"),
    ];
    let rows = units.iter().map(|unit| {
        cells([
            unit.id.clone(),
            unit.name.clone(),
            agency(out, unit.agency),
            word::<Level>(out.lang, unit.level),
            unit.division.clone(),
            unit.superior.clone(),
        ])
    });
    out.table(HEADS, rows.collect())
}

async fn competent(desk: &Desk, a: Competent) -> Result<(), Failure> {
    let request = v1::FindCompetentUnitRequest {
        consistency_token: desk.seen(),
        agency: a.agency,
        division: a.division,
        category: a.category,
    };
    let answer = ask!(desk, directory.find_competent_unit(request))?;
    desk.out.answer(&answer, |out, answer| {
        out.facts(&[
            ("承办单位", "competent", show::unit(answer.unit.as_ref())),
            ("兜底单位", "fallback", show::unit(answer.fallback.as_ref())),
        ])
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;

    #[test]
    fn a_row_of_competence_is_an_area_with_or_without_categories() {
        let whole = row("430421").unwrap();
        assert_eq!((whole.division.as_str(), whole.categories.len(), whole.fallback), ("430421", 0, false));
        let some = row("430421=fee-fraud,food!").unwrap();
        assert_eq!((some.categories.len(), some.fallback), (2, true));
        assert!(row("430421=magic").unwrap_err().contains("magic"));
    }
}
