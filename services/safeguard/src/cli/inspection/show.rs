//! An inspection as people read it: what was planned, who came, what was found line by line. Never here: asking for it.

use domain::actor::Agency;
use domain::hazard::{Category, Grade};
use domain::inspection::{Tier, Verdict};
use wire::{Lang, v1};

use crate::cli::failure::Failure;
use crate::cli::out::{Heads, Out, cells};
use crate::cli::sheet::{Field, Sheet};
use crate::cli::show::{clocks, division, past, personal, unit};
use crate::cli::times::shown;
use crate::cli::words::{stage, word};

/// Everything about it.
pub(super) fn inspection(
    out: &Out,
    one: &v1::Inspection,
    history: &[v1::HistoryEntry],
) -> Result<(), Failure> {
    planned(out, one)?;
    team(out, &one.team)?;
    earlier(out, &one.earlier_hazards)?;
    for list in &one.checklists {
        let title = match out.lang {
            Lang::Zh => &list.title_zh,
            Lang::En => &list.title_en,
        };
        out.line("")?;
        let agency = word::<Agency>(out.lang, list.agency);
        out.line(format!("{title} {}@{} {agency}", list.id, list.version))?;
        lines(out, list).show(out)?;
    }
    signed(out, one)?;
    clocks(out, &one.clocks)?;
    past(out, history)
}

fn planned(out: &Out, one: &v1::Inspection) -> Result<(), Failure> {
    let plan = one.plan.clone().unwrap_or_default();
    let invited: Vec<String> = one.invited.iter().map(|invited| unit(Some(invited))).collect();
    let seed = plan.drawn.as_ref().map(|drawn| format!("{} {}", drawn.algorithm, drawn.seed));
    out.facts(&[
        ("检查", "inspection", one.id.clone()),
        ("阶段", "stage", stage(out.lang, &one.stage)),
        ("日期", "day", plan.on),
        ("层级", "tier", word::<Tier>(out.lang, plan.tier)),
        ("机构", "institution", division(&plan.institution_id, &one.institution_name)),
        ("地区", "division", division(&one.division, &one.division_name)),
        ("牵头单位", "lead", unit(one.lead.as_ref())),
        ("参加单位", "invited", invited.join("\n")),
        ("专项行动", "campaign", plan.campaign_id),
        ("回头看", "looks back at", plan.earlier_inspection_id),
        ("随机抽取", "drawn", seed.unwrap_or_default()),
        (
            "录入",
            "entered",
            if one.reported { out.either("整份上报", "whole").to_owned() } else { String::new() },
        ),
    ])
}

fn team(out: &Out, team: &[v1::InspectionAttendance]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("人员", "officer"),
        ("单位", "unit"),
        ("执法证", "certificate"),
        ("签到", "came"),
        ("签退", "left"),
        ("签字", "signed"),
    ];
    if team.is_empty() {
        return Ok(());
    }
    let rows = team.iter().map(|one| {
        let member = one.member.clone().unwrap_or_default();
        cells([
            member.officer_id,
            unit(one.unit.as_ref()),
            member.certificate,
            shown(one.from.as_ref()),
            shown(one.until.as_ref()),
            if one.signed { out.either("已签", "yes").to_owned() } else { String::new() },
        ])
    });
    out.line("")?;
    out.table(HEADS, rows.collect())
}

/// Open hazards of earlier visits, which are looked at first.
fn earlier(out: &Out, hazards: &[v1::EarlierHazard]) -> Result<(), Failure> {
    const HEADS: Heads = &[
        ("以前未销号的隐患", "hazard still open"),
        ("等级", "grade"),
        ("阶段", "stage"),
        ("类别", "category"),
        ("检查项", "line"),
        ("部位和现状", "spot"),
    ];
    if hazards.is_empty() {
        return Ok(());
    }
    let rows = hazards.iter().map(|one| {
        cells([
            one.hazard_id.clone(),
            word::<Grade>(out.lang, one.grade),
            stage(out.lang, &one.stage),
            word::<Category>(out.lang, one.category),
            one.line.clone(),
            one.spot.clone(),
        ])
    });
    out.line("")?;
    out.table(HEADS, rows.collect())
}

/// The lines of a checklist, with the answers of a visit.
pub(super) fn lines(out: &Out, list: &v1::Checklist) -> Sheet {
    const PLAIN: Heads = &[
        ("检查项", "line"),
        ("内容", "what is looked at"),
        ("依据", "basis"),
        ("隐患类别", "category"),
        ("等级", "grade"),
    ];
    const ANSWERED: Heads = &[
        ("检查项", "line"),
        ("内容", "what is looked at"),
        ("依据", "basis"),
        ("结论", "verdict"),
        ("现状", "finding"),
        ("登记单位", "by"),
    ];
    let text = |line: &v1::ChecklistLine| match out.lang {
        Lang::Zh => line.text_zh.clone(),
        Lang::En => line.text_en.clone(),
    };
    // A checklist in nobody's hands was not taken on a visit.
    let visited = list.agency != 0;
    let row = |line: &v1::ChecklistLine| {
        let mut row = vec![Field::code(&line.id), Field::text(text(line)), Field::text(&line.basis)];
        let answer = line.answer.clone().unwrap_or_default();
        row.extend(if visited {
            [
                Field::text(word::<Verdict>(out.lang, answer.verdict)),
                Field::text(answer.finding),
                Field::code(&line.answered_by_unit_id),
            ]
            .to_vec()
        } else {
            let category = word::<Category>(out.lang, line.category);
            vec![Field::text(category), Field::text(word::<Grade>(out.lang, line.grade))]
        });
        row
    };
    Sheet::new(if visited { ANSWERED } else { PLAIN }, list.lines.iter().map(row))
}

fn signed(out: &Out, one: &v1::Inspection) -> Result<(), Failure> {
    let supplements = one.supplements.iter().map(|added| {
        format!("{} {} {}", shown(added.at.as_ref()), added.officer_id, added.note).trim_end().to_owned()
    });
    let institution = match (one.institution_signed, one.refused_to_sign.is_empty()) {
        (true, _) => {
            let said = out.either("已签字", "signed");
            format!("{said} {}", personal(out, one.institution_representative.as_ref())).trim_end().to_owned()
        }
        (false, false) => format!("{} {}", out.either("拒绝签字", "would not sign"), one.refused_to_sign),
        (false, true) => String::new(),
    };
    out.line("")?;
    out.facts(&[
        ("机构", "institution", institution),
        ("补充记录", "supplements", supplements.collect::<Vec<_>>().join("\n")),
        ("隐患", "hazards", one.hazard_ids.join("\n")),
        ("复查项", "asked again", one.asked_again.join(" ")),
        ("通知书文号", "notice", one.notice_number.clone()),
    ])
}
