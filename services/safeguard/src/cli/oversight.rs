//! Who has read sensitive values, and who would see what of a matter. Never here: what is in a matter.

use std::collections::BTreeMap;

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

/// Letters of the places of values in one line of a table.
const LINE: usize = 60;

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
        ("规则", "allowed by"),
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
                read.shown.iter().map(|shown| facet(out, shown)).collect::<Vec<_>>().join(" "),
            ]);
            row.extend([figure(read.count), Cell::new(names(&read.policies))]);
            row
        });
        out.table(HEADS, rows.collect())?;
        legend(out, answer.reads.iter().flat_map(|read| &read.policies))
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

/// A facet of a class in the reader's words; a class stays as it is.
fn facet<'a>(out: &Out, word: &'a str) -> &'a str {
    match word {
        "identity" => out.either("身份", "identity"),
        "reporter" => out.either("举报人", "reporter"),
        _ => word,
    }
}

fn names(policies: &[v1::PolicyBasis]) -> String {
    let each: Vec<&str> = policies.iter().map(|one| one.policy.as_str()).collect();
    each.join(" ")
}

/// The policies that decided, each once, with its legal basis.
fn legend<'a>(out: &Out, policies: impl Iterator<Item = &'a v1::PolicyBasis>) -> Result<(), Failure> {
    const HEADS: Heads = &[("规则", "policy"), ("依据", "basis")];
    let each: BTreeMap<&str, &str> = policies.map(|one| (one.policy.as_str(), one.basis.as_str())).collect();
    if each.is_empty() {
        return Ok(());
    }
    let row = |(policy, basis): (&str, &str)| cells([policy.to_owned(), basis.to_owned()]);
    out.table(HEADS, each.into_iter().map(row).collect())
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
        // Nothing to explain about a matter that is not there.
        if answer.hidden && (answer.hidden_other || !compared) {
            return Ok(());
        }
        table(out, &answer.values, compared)
    })
}

/// Values of one kind of event that are decided alike stand in one row.
fn table(out: &Out, values: &[v1::ViewedValue], compared: bool) -> Result<(), Failure> {
    const ONE: Heads = &[
        ("事件", "event"),
        ("级别", "class"),
        ("可见", "seen"),
        ("决定的规则", "decided by"),
        ("内容", "values"),
    ];
    const TWO: Heads = &[
        ("事件", "event"),
        ("级别", "class"),
        ("可见", "seen"),
        ("决定的规则", "decided by"),
        ("另一单位", "other"),
        ("决定的规则", "decided by"),
        ("内容", "values"),
    ];
    let mut rows: BTreeMap<Vec<String>, Vec<&str>> = BTreeMap::new();
    for value in values {
        let class = [value.class.as_str(), facet(out, &value.facet)].join(" ");
        let mut row = vec![value.kind.clone(), class.trim_end().to_owned()];
        row.extend(seen(out, value.seen.as_ref()));
        if compared {
            row.extend(seen(out, value.other.as_ref()));
        }
        rows.entry(row).or_default().push(value.path.trim_start_matches('/'));
    }
    let rows = rows
        .into_iter()
        .map(|(row, places)| row.into_iter().chain([in_lines(&places)]).map(Cell::new).collect::<Vec<_>>());
    out.table(if compared { TWO } else { ONE }, rows.collect())?;
    let eyes = values.iter().flat_map(|value| value.seen.iter().chain(&value.other));
    legend(out, eyes.flat_map(|seen| &seen.policies))
}

/// Words behind each other, broken into lines.
fn in_lines(words: &[&str]) -> String {
    let mut lines = vec![String::new()];
    for word in words {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + word.len() < LINE => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push((*word).to_owned()),
        }
    }
    lines.join("\n")
}

fn seen(out: &Out, seen: Option<&v1::SeenAs>) -> [String; 2] {
    let Some(seen) = seen else { return [String::new(), String::new()] };
    let shown = if seen.shown { out.either("是", "yes") } else { out.either("否", "no") };
    let nobody = out.either("（无规则允许）", "(nothing permits it)");
    let by = if seen.policies.is_empty() { nobody.to_owned() } else { names(&seen.policies) };
    [shown.to_owned(), by]
}
