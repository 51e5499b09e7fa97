//! Who has read sensitive values, and who would see what of a matter. Never here: what is in a matter.

use clap::Args;
use comfy_table::Cell;
use domain::actor::Role;
use wire::v1;

use super::desk::{Desk, ask};
use super::failure::Failure;
use super::order::Page;
use super::out::{Heads, Out, cells, figure};
use super::times::{moment, shown};
use super::words::one_of;

/// Which readings.
#[derive(Args)]
pub(crate) struct Reads {
    /// 只看这一事项 | Only of this matter
    #[arg(long, default_value = "", hide_default_value = true)]
    matter: String,
    /// 只看这名人员 | Only by this officer
    #[arg(long, default_value = "", hide_default_value = true)]
    officer: String,
    /// 从何时起 | From this moment on
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<jiff::Timestamp>,
    #[command(flatten)]
    page: Page,
}

/// Through whose eyes.
#[derive(Args)]
pub(crate) struct ViewAs {
    /// 线索或移送编号 | The clue or referral
    matter: String,
    /// 单位 | The unit
    #[arg(long)]
    unit: String,
    /// 在该单位的角色，默认承办人 | What the officer is there; handler when not given
    #[arg(long, value_parser = one_of::<Role>())]
    role: Vec<i32>,
    /// 作为该事项的指定承办人 | As a named handler of the matter
    #[arg(long)]
    named: bool,
    /// 与另一单位比较 | Compare with another unit
    #[arg(long)]
    other: Option<String>,
    /// 另一单位的角色 | The role in the other unit
    #[arg(long, value_parser = one_of::<Role>(), requires = "other")]
    other_role: Vec<i32>,
    /// 只看两者不同之处 | Only where the two differ
    #[arg(long, requires = "other")]
    differences: bool,
}

/// Lists readings.
pub(crate) async fn reads(desk: &Desk, a: Reads) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("时间", "time"),
        ("人员", "officer"),
        ("单位", "unit"),
        ("途径", "way"),
        ("事项", "matter"),
        ("内容", "shown"),
        ("次数", "times"),
        ("依据", "basis"),
    ];
    let request = v1::ListReadsRequest {
        consistency_token: desk.seen(),
        page_size: a.page.page_size,
        page_token: a.page.page,
        matter: a.matter,
        officer: a.officer,
        from: a.from.map(wire::convert::timestamp),
    };
    let answer = ask!(desk, oversight.list_reads(request))?;
    desk.out.answer(&answer, |out, answer| {
        let rows = answer.reads.iter().map(|read| {
            let mut row = cells([
                shown(read.at.as_ref()),
                read.officer.clone(),
                read.unit.clone(),
                way(out, &read.way),
                read.matter.clone(),
                read.shown.join(" "),
            ]);
            row.extend([figure(read.count), Cell::new(bases(&read.policies))]);
            row
        });
        out.table(HEADS, rows.collect())
    })?;
    Page::more(desk, &answer.next_page_token);
    Ok(())
}

fn way(out: &Out, word: &str) -> String {
    let known = match word {
        "query" => out.either("查询", "query"),
        "queue" => out.either("队列", "queue"),
        "stream" => out.either("事件流", "stream"),
        "webhook" => out.either("回调", "webhook"),
        "export" => out.either("导出", "export"),
        "document" => out.either("材料", "document"),
        _ => word,
    };
    known.to_owned()
}

fn bases(policies: &[v1::PolicyBasis]) -> String {
    let each: Vec<&str> = policies.iter().map(|one| one.basis.as_str()).collect();
    each.join("\n")
}

/// Shows what a unit would see.
pub(crate) async fn view_as(desk: &Desk, a: ViewAs) -> Result<(), Failure> {
    let other = a.other.map(|unit_id| v1::Eyes { unit_id, roles: a.other_role, named: a.named });
    let compared = other.is_some();
    let request = v1::ViewAsRequest {
        consistency_token: desk.seen(),
        matter: a.matter,
        eyes: Some(v1::Eyes { unit_id: a.unit, roles: a.role, named: a.named }),
        other,
        only_differences: a.differences,
    };
    let answer = ask!(desk, oversight.view_as(request))?;
    desk.out.answer(&answer, |out, answer| {
        if answer.hidden {
            out.line(out.either("对该单位而言，此事项不存在", "to this unit the matter does not exist"))?;
        }
        if answer.hidden_other {
            out.line(
                out.either("对另一单位而言，此事项不存在", "to the other unit the matter does not exist"),
            )?;
        }
        table(out, &answer.values, compared)
    })
}

fn table(out: &Out, values: &[v1::ViewedValue], compared: bool) -> Result<(), Failure> {
    const ONE: Heads = &[
        ("事件", "event"),
        ("位置", "value"),
        ("级别", "class"),
        ("可见", "seen"),
        ("决定的规则", "decided by"),
    ];
    const TWO: Heads = &[
        ("事件", "event"),
        ("位置", "value"),
        ("级别", "class"),
        ("可见", "seen"),
        ("决定的规则", "decided by"),
        ("另一单位", "other"),
        ("决定的规则", "decided by"),
    ];
    let rows = values.iter().map(|value| {
        let class = [value.class.as_str(), value.facet.as_str()].join(" ");
        let mut row = cells([value.kind.clone(), value.path.clone(), class.trim_end().to_owned()]);
        row.extend(seen(out, value.seen.as_ref()));
        if compared {
            row.extend(seen(out, value.other.as_ref()));
        }
        row
    });
    out.table(if compared { TWO } else { ONE }, rows.collect())
}

fn seen(out: &Out, seen: Option<&v1::SeenAs>) -> Vec<Cell> {
    let Some(seen) = seen else { return cells([String::new(), String::new()]) };
    let shown = if seen.shown { out.either("是", "yes") } else { out.either("否", "no") };
    let policies: Vec<&str> = seen.policies.iter().map(|one| one.policy.as_str()).collect();
    let nobody = out.either("（无规则允许）", "(nothing permits it)");
    let by = if policies.is_empty() { nobody.to_owned() } else { policies.join(" ") };
    cells([shown.to_owned(), by])
}
