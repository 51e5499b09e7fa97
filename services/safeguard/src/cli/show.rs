//! Matters as people read them: clues, referrals, their clocks and histories. Never here: how they are asked for.

use comfy_table::Cell;
use domain::actor::Agency;
use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::event::{Conclusion, Part, TransferOutcome};
use domain::paper::PaperKind;
use domain::referral::event::WithdrawalReason;
use wire::{Lang, v1};

use super::failure::Failure;
use super::out::{Heads, Out, cells};
use super::times::{seconds_left, shown};
use super::words::{stage, word, words};

/// A personal value: the text, or why there is none.
pub(crate) fn personal(out: &Out, value: Option<&v1::PersonalText>) -> String {
    match value {
        None => String::new(),
        Some(value) if value.erased => out.either("（已删除）", "(erased)").to_owned(),
        Some(value) if value.withheld => out.either("（无权查看）", "(withheld)").to_owned(),
        Some(value) => value.text.clone(),
    }
}

/// A unit: its name, or its id when the view does not know the name.
pub(crate) fn unit(unit: Option<&v1::Unit>) -> String {
    match unit {
        None => String::new(),
        Some(unit) if unit.name.is_empty() => unit.id.clone(),
        Some(unit) => format!("{} {}", unit.id, unit.name),
    }
}

/// A division: code and name.
pub(crate) fn division(code: &str, name: &str) -> String {
    format!("{code} {name}").trim().to_owned()
}

/// The name of a clock.
pub(crate) fn clock_name(lang: Lang, clock: &v1::Clock) -> String {
    match lang {
        Lang::Zh => clock.name_zh.clone(),
        Lang::En => clock.name_en.clone(),
    }
}

/// What a running clock has left.
pub(crate) fn left(clock: Option<&v1::Clock>) -> Option<i64> {
    let clock = clock.filter(|clock| clock.status() != v1::ClockStatus::Stopped)?;
    seconds_left(clock.due_at.as_ref())
}

/// Papers, a line each.
pub(crate) fn papers(out: &Out, papers: &[v1::PaperRef]) -> String {
    let one = |paper: &v1::PaperRef| {
        let kind = word::<PaperKind>(out.lang, paper.kind);
        format!("{kind} {} {}", paper.number, paper.hash).replace("  ", " ")
    };
    papers.iter().map(one).collect::<Vec<_>>().join("\n")
}

/// A clue with its clocks and its history.
pub(crate) fn clue(out: &Out, clue: &v1::Clue, history: &[v1::HistoryEntry]) -> Result<(), Failure> {
    out.facts(&[
        ("线索", "clue", clue.id.clone()),
        ("阶段", "stage", stage(out.lang, &clue.stage)),
        ("紧急程度", "urgency", word::<Urgency>(out.lang, clue.urgency)),
        ("类别", "category", word::<Category>(out.lang, clue.category)),
        ("来源", "channel", word::<Channel>(out.lang, clue.channel)),
        ("未成年人", "minor", word::<Minor>(out.lang, clue.minor)),
        ("侵害", "harm", words::<Harm>(out.lang, &clue.harm)),
        ("地区", "division", division(&clue.division, &clue.division_name)),
        ("机构", "institution", division(&clue.institution_id, &clue.institution_name)),
        ("接报时间", "received", shown(clue.received_at.as_ref())),
        ("内容", "narrative", personal(out, clue.narrative.as_ref())),
        ("地址", "place", personal(out, clue.place.as_ref())),
        ("举报人", "reporter", reporter(out, clue.reporter.as_ref())),
        ("相关人员", "persons", persons(out, &clue.persons)),
        ("材料", "papers", papers(out, &clue.papers)),
    ])?;
    out.facts(&[
        ("承办单位", "owner", unit(clue.owner.as_ref())),
        ("分派单位", "assigned", unit(clue.assigned.as_ref())),
        ("核查人员", "team", clue.team.join(" ")),
        ("报案义务", "police-report duty", obligation(out, clue.obligation.as_ref())),
        ("转交", "transfer", transfer(out, clue.transfer.as_ref())),
        ("核查结论", "conclusion", word::<Conclusion>(out.lang, clue.conclusion)),
        ("核查情况", "findings", personal(out, clue.summary.as_ref())),
        ("并入", "merged into", clue.merged_into.clone()),
        ("已并入本线索", "absorbed", clue.absorbed.join(" ")),
        ("行政案件", "administrative case", clue.admin_case_number.clone()),
        ("罚款", "fine", yuan(out, clue.fine_fen)),
        ("案件移送", "referral", clue.referral_id.clone()),
        ("答复举报人", "reporter told", personal(out, clue.told_reporter.as_ref())),
        ("未答复原因", "not told because", clue.no_contact.clone()),
    ])?;
    clocks(out, &clue.clocks)?;
    past(out, history)
}

/// Money; empty when there is none.
pub(crate) fn yuan(out: &Out, fen: u64) -> String {
    if fen == 0 {
        String::new()
    } else {
        format!("{}.{:02} {}", fen / 100, fen % 100, out.either("元", "yuan"))
    }
}

fn reporter(out: &Out, reporter: Option<&v1::Reporter>) -> String {
    match reporter {
        None => String::new(),
        Some(one) if one.anonymous => out.either("匿名", "anonymous").to_owned(),
        Some(one) => {
            let secret =
                if one.secret { out.either("（要求保密）", "(asked for secrecy)") } else { "" };
            format!("{} {} {secret}", personal(out, one.name.as_ref()), personal(out, one.phone.as_ref()))
        }
    }
}

fn persons(out: &Out, persons: &[v1::Person]) -> String {
    let one = |person: &v1::Person| {
        let parts = [
            word::<Part>(out.lang, person.part),
            personal(out, person.name.as_ref()),
            personal(out, person.id_number.as_ref()),
            word::<Minor>(out.lang, person.minor),
            person.subject.clone(),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    persons.iter().map(one).collect::<Vec<_>>().join("\n")
}

fn obligation(out: &Out, duty: Option<&v1::PoliceObligation>) -> String {
    let Some(duty) = duty else { return String::new() };
    let police = unit(duty.police.as_ref());
    match &duty.met_at {
        Some(at) => {
            let parts = [
                police,
                out.either("已签收", "received").to_owned(),
                duty.receipt_number.clone(),
                shown(Some(at)),
                unit(duty.answering.as_ref()),
                stage(out.lang, &duty.state),
                duty.reason.clone(),
                duty.suggestion.clone(),
                word::<TransferOutcome>(out.lang, duty.outcome),
                personal(out, duty.feedback.as_ref()),
            ];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
        None => format!(
            "{police} {} {}",
            out.either("未签收，请先拨打 110", "OPEN: call 110 first"),
            duty.call_number
        ),
    }
}

fn transfer(out: &Out, transfer: Option<&v1::ClueTransfer>) -> String {
    let Some(sent) = transfer else { return String::new() };
    let parts = [
        unit(sent.to.as_ref()),
        stage(out.lang, &sent.state),
        sent.claimed_by.clone(),
        sent.receipt_number.clone(),
        sent.reason.clone(),
        sent.suggestion.clone(),
        word::<TransferOutcome>(out.lang, sent.outcome),
        personal(out, sent.feedback.as_ref()),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A referral with its clocks and its history.
pub(crate) fn referral(
    out: &Out,
    referral: &v1::Referral,
    history: &[v1::HistoryEntry],
) -> Result<(), Failure> {
    let documents = referral.documents.iter().map(|one| {
        format!("{} {} {} {}", shown(one.at.as_ref()), one.kind, one.number, one.reason).trim_end().to_owned()
    });
    let missing =
        referral.missing.iter().map(|one| format!("{} {}", word::<PaperKind>(out.lang, one.kind), one.note));
    out.facts(&[
        ("案件移送", "referral", referral.id.clone()),
        ("阶段", "stage", stage(out.lang, &referral.stage)),
        ("线索", "clue", referral.clue_id.clone()),
        ("地区", "division", division(&referral.division, &referral.division_name)),
        ("移送单位", "from", unit(referral.from.as_ref())),
        ("上级单位", "superior", unit(referral.superior.as_ref())),
        ("检察机关", "procuratorate", unit(referral.procuratorate.as_ref())),
        ("公安机关", "police", unit(referral.police.as_ref())),
        ("专案组", "team", referral.team.join(" ")),
        ("涉嫌罪名（刑法条）", "charges (articles)", referral.charges.join(" ")),
        ("案情", "facts", personal(out, referral.facts.as_ref())),
        ("材料", "papers", papers(out, &referral.papers)),
        ("文书", "documents", documents.collect::<Vec<_>>().join("\n")),
        ("待补正", "missing", missing.collect::<Vec<_>>().join("\n")),
        ("承办民警", "held by", referral.claimed_by.clone()),
        ("撤案理由", "withdrawn because", word::<WithdrawalReason>(out.lang, referral.withdrawal)),
        ("反馈", "feedback", personal(out, referral.feedback.as_ref())),
        ("结果", "outcome", referral.outcome.clone()),
    ])?;
    clocks(out, &referral.clocks)?;
    past(out, history)
}

/// The clocks of a matter; nothing when it has none.
pub(crate) fn clocks(out: &Out, clocks: &[v1::Clock]) -> Result<(), Failure> {
    const HEADS: Heads =
        &[("时限", "clock"), ("依据", "article"), ("到期", "due"), ("状态", "status"), ("", "")];
    if clocks.is_empty() {
        return Ok(());
    }
    let rows = clocks.iter().map(|clock| {
        let status = match clock.status() {
            v1::ClockStatus::Unspecified => "",
            v1::ClockStatus::Running => "running",
            v1::ClockStatus::Warned => "warned",
            v1::ClockStatus::Breached => "breached",
            v1::ClockStatus::Stopped => "stopped",
            v1::ClockStatus::Lapsed => "lapsed",
            v1::ClockStatus::Paused => "paused",
        };
        let mut row = cells([
            clock_name(out.lang, clock),
            clock.article.clone(),
            shown(clock.due_at.as_ref()),
            wire::texts::word(out.lang, "clock", status),
        ]);
        use v1::ClockStatus::{Lapsed, Paused, Stopped};
        let runs = !matches!(clock.status(), Stopped | Lapsed | Paused);
        row.push(if runs { out.countdown(left(Some(clock))) } else { Cell::new("") });
        row
    });
    out.line("")?;
    out.table(HEADS, rows.collect())
}

/// The history of a matter.
pub(crate) fn past(out: &Out, history: &[v1::HistoryEntry]) -> Result<(), Failure> {
    const HEADS: Heads =
        &[("时间", "at"), ("经过", "what happened"), ("人员", "officer"), ("单位", "unit"), ("", "")];
    let rows = history.iter().map(|one| {
        let said = match out.lang {
            Lang::Zh => &one.summary_zh,
            Lang::En => &one.summary_en,
        };
        let late = if one.late { out.either("补录", "late") } else { "" };
        cells([shown(one.at.as_ref()), said.clone(), one.officer.clone(), one.unit.clone(), late.to_owned()])
    });
    out.line("")?;
    out.table(HEADS, rows.collect())
}

/// Clues in a list.
pub(crate) fn clue_rows(out: &Out, clues: &[v1::ClueSummary]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("编号", "id"),
        ("紧急", "urgency"),
        ("阶段", "stage"),
        ("类别", "category"),
        ("地区", "division"),
        ("机构", "institution"),
        ("接报", "received"),
        ("单位", "unit"),
        ("时限", "clock"),
    ];
    let rows = clues.iter().map(|clue| {
        let mut row = cells([
            clue.id.clone(),
            super::words::code::<Urgency>(clue.urgency),
            stage(out.lang, &clue.stage),
            word::<Category>(out.lang, clue.category),
            clue.division.clone(),
            clue.institution_name.clone(),
            shown(clue.received_at.as_ref()),
            clue.unit.clone(),
        ]);
        row.push(out.countdown(left(clue.clock.as_ref())));
        row
    });
    out.table(HEADS, rows.collect())
}

/// An agency in the reader's words.
pub(crate) fn agency(out: &Out, number: i32) -> String {
    word::<Agency>(out.lang, number)
}

/// Counts by kind, in the reader's words.
pub(crate) fn counts(out: &Out, list: &str, counts: &[v1::Count]) -> String {
    let shown = counts.iter().filter(|count| !count.suppressed);
    let mut parts: Vec<String> = shown
        .map(|count| format!("{} {}", wire::texts::word(out.lang, list, &count.key), count.count))
        .collect();
    if counts.iter().any(|count| count.suppressed) {
        parts.push(out.either("其余不显示", "others not shown").to_owned());
    }
    parts.join(out.either("，", ", "))
}
