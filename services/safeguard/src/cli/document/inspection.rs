//! The record of an inspection 检查记录表: who was visited by whom, every line with its answer, signatures, opinion.
//! Never here: layout.

use domain::actor::Agency;
use domain::inspection::{Tier, Verdict};
use serde::{Deserialize, Serialize};
use wire::convert::OnWire;
use wire::v1;

use super::{Both, Content, LAYOUT, Printed, Wanted};
use crate::cli::desk::Desk;
use crate::cli::failure::Failure;
use crate::cli::inspection::look::get;
use crate::cli::show::{division, unit};
use crate::cli::times::shown;

/// What it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Page {
    pub(super) id: String,
    pub(super) institution: String,
    pub(super) institution_id: String,
    pub(super) division: String,
    pub(super) on: String,
    pub(super) tier: Both,
    pub(super) campaign: String,
    pub(super) lead: String,
    pub(super) invited: Vec<String>,
    pub(super) team: Vec<Member>,
    pub(super) sheets: Vec<Sheet>,
    pub(super) verdicts: Vec<Counted>,
    pub(super) hazards: Vec<String>,
    pub(super) notice: String,
    pub(super) institution_signed: bool,
    pub(super) representative: String,
    pub(super) refused: String,
    pub(super) supplements: Vec<Supplement>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) officer: String,
    pub(super) unit: String,
    pub(super) certificate: String,
    pub(super) from: String,
    pub(super) until: String,
    pub(super) signed: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sheet {
    pub(super) title: Both,
    pub(super) edition: String,
    pub(super) agency: Both,
    pub(super) lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Line {
    pub(super) id: String,
    pub(super) text: Both,
    pub(super) basis: String,
    pub(super) verdict: Both,
    pub(super) failed: bool,
    pub(super) finding: String,
    pub(super) papers: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) verdict: Both,
    pub(super) count: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Supplement {
    pub(super) at: String,
    pub(super) officer: String,
    pub(super) note: String,
}

/// Writes it.
pub(crate) async fn run(desk: &Desk, wanted: Wanted) -> Result<(), Failure> {
    printed(desk, &wanted.id).await?.save(desk, wanted)
}

pub(super) async fn printed(desk: &Desk, id: &str) -> Result<Printed, Failure> {
    let answer = get(desk, id.to_owned()).await?;
    Ok(of(&answer.inspection.unwrap_or_default()))
}

/// The document of an inspection.
pub(super) fn of(one: &v1::Inspection) -> Printed {
    let plan = one.plan.clone().unwrap_or_default();
    let representative = one.institution_representative.as_ref().map(|known| known.text.clone());
    let page = Page {
        id: one.id.clone(),
        institution: one.institution_name.clone(),
        institution_id: plan.institution_id,
        division: division(&one.division, &one.division_name),
        on: plan.on.clone(),
        tier: coded::<Tier>("tier", plan.tier, Tier::code),
        campaign: plan.campaign_id,
        lead: unit(one.lead.as_ref()),
        invited: one.invited.iter().map(|invited| unit(Some(invited))).collect(),
        team: one.team.iter().map(member).collect(),
        sheets: one.checklists.iter().map(|list| sheet(one.reported, list)).collect(),
        verdicts: verdicts(one),
        hazards: one.hazard_ids.clone(),
        notice: one.notice_number.clone(),
        institution_signed: one.institution_signed,
        representative: representative.unwrap_or_default(),
        refused: one.refused_to_sign.clone(),
        supplements: one.supplements.iter().map(supplement).collect(),
    };
    Printed {
        layout: LAYOUT,
        title: Both::new("检查记录表", "Record of inspection"),
        number: one.id.clone(),
        date: plan.on,
        content: Content::Inspection(Box::new(page)),
    }
}

fn coded<T: OnWire>(list: &str, number: i32, code: impl Fn(T) -> &'static str) -> Both {
    T::from_wire(number).map_or_else(|| Both::new("", ""), |value| Both::word(list, code(value)))
}

fn member(one: &v1::InspectionAttendance) -> Member {
    let member = one.member.clone().unwrap_or_default();
    Member {
        officer: member.officer_id,
        unit: unit(one.unit.as_ref()),
        certificate: member.certificate,
        from: shown(one.from.as_ref()),
        until: shown(one.until.as_ref()),
        signed: one.signed,
    }
}

/// What became of a line; of a visit that was reported whole, lines without an answer passed.
fn verdict(reported: bool, line: &v1::ChecklistLine) -> Option<Verdict> {
    let given = line.answer.as_ref().and_then(|answer| Verdict::from_wire(answer.verdict));
    given.or(reported.then_some(Verdict::Pass))
}

fn sheet(reported: bool, list: &v1::Checklist) -> Sheet {
    let line = |line: &v1::ChecklistLine| {
        let (answer, verdict) = (line.answer.clone().unwrap_or_default(), verdict(reported, line));
        Line {
            id: line.id.clone(),
            text: Both::new(&line.text_zh, &line.text_en),
            basis: line.basis.clone(),
            verdict: verdict.map_or_else(|| Both::new("", ""), |one| Both::word("verdict", one.code())),
            failed: verdict.is_some_and(Verdict::failed),
            finding: answer.finding,
            papers: answer.papers.len(),
        }
    };
    Sheet {
        title: Both::new(&list.title_zh, &list.title_en),
        edition: format!("{}@{}", list.id, list.version),
        agency: coded::<Agency>("agency", list.agency, Agency::code),
        lines: list.lines.iter().map(line).collect(),
    }
}

fn verdicts(one: &v1::Inspection) -> Vec<Counted> {
    let lines = || one.checklists.iter().flat_map(|list| &list.lines);
    let count = |wanted| lines().filter(|line| verdict(one.reported, line) == Some(wanted)).count();
    let counted = Verdict::ALL.map(|verdict| (verdict, count(verdict)));
    let some = counted.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(verdict, count)| Counted { verdict: Both::word("verdict", verdict.code()), count }).collect()
}

fn supplement(added: &v1::InspectionSupplement) -> Supplement {
    let (at, officer) = (shown(added.at.as_ref()), added.officer_id.clone());
    Supplement { at, officer, note: added.note.clone() }
}
