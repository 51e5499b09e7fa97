//! A joint inspection as the reader may see it: plan, team, its own checklists with their answers, signatures, clocks.
//! Never here: open hazards of earlier visits, which are matters of their own.

use domain::checklist::{Checklist, Checklists, Line};
use domain::decider::Decider;
use domain::draw::{Algorithm, Drawn};
use domain::hazard::Draft;
use domain::inspection::{Answer, Event, InspectionRule, Member, Planned, Said, Sheet, Stage, Visit};

use crate::convert::{self, OnWire, timestamp};
use crate::show::{Clocks, Lens, Tells, Told, as_seen, content, division_name, text, unit};
use crate::v1;

/// The inspection as its history left it; none when the history does not begin with a plan or a report.
#[must_use]
pub fn inspection(history: &[Told<Event>], lens: &dyn Lens) -> Option<v1::Inspection> {
    let (mut state, mut so_far, mut clocks) =
        (InspectionRule::initial(), v1::Inspection::default(), Clocks::default());
    for told in history {
        state = InspectionRule::evolve(state, &told.event, &told.meta.stamp());
        if let Some(clock) = told.event.clock() {
            clocks.evolve(clock);
        }
        tell(&mut so_far, told, lens);
    }
    let visit = state.known()?;
    let shown = v1::Inspection {
        stage: visit.stage().word().to_owned(),
        team: visit.team().members().iter().map(|one| attendance(visit, one, lens)).collect(),
        checklists: visit.plan().sheets.iter().filter_map(|sheet| filled(visit, sheet)).collect(),
        asked_again: visit.asks().map(ToString::to_string).collect(),
        institution_signed: visit.said() == Some(Said::Signed),
        clocks: clocks.shown(),
        revision: history.last().map(|told| told.revision).unwrap_or_default(),
        ..planned(visit.plan(), lens, so_far)
    };
    Some(as_seen(lens, shown))
}

fn planned(plan: &Planned, lens: &dyn Lens, so_far: v1::Inspection) -> v1::Inspection {
    v1::Inspection {
        id: plan.id.to_string(),
        plan: Some(plan_of(plan)),
        institution_name: lens.institution_name(&plan.institution),
        division: plan.division.to_string(),
        division_name: division_name(plan.division),
        lead: Some(unit(lens, &plan.lead)),
        invited: plan.invited.iter().map(|one| unit(lens, one)).collect(),
        ..so_far
    }
}

fn plan_of(plan: &Planned) -> v1::InspectionPlan {
    let sheet = |sheet: &Sheet| v1::InspectionSheet {
        agency: sheet.agency.to_wire(),
        checklist: sheet.edition.checklist.to_string(),
        version: sheet.edition.version,
    };
    v1::InspectionPlan {
        institution_id: plan.institution.to_string(),
        invited_unit_ids: plan.invited.iter().map(|unit| unit.id.to_string()).collect(),
        tier: plan.tier.to_wire(),
        campaign_id: text(plan.campaign.as_ref()),
        earlier_inspection_id: text(plan.earlier.as_ref()),
        sheets: plan.sheets.iter().map(sheet).collect(),
        on: plan.on.to_string(),
        drawn: plan.drawn.as_ref().map(drawn),
    }
}

/// A draw as a plan names it.
#[must_use]
pub fn drawn(drawn: &Drawn) -> v1::InspectionDraw {
    let algorithm = match drawn.algorithm {
        Algorithm::SplitMix64Shuffle => "splitmix64-shuffle-1",
    };
    let (frame, seed) = (drawn.frame.to_string(), drawn.seed.to_string());
    v1::InspectionDraw { frame, algorithm: algorithm.to_owned(), seed }
}

fn attendance(visit: &Visit, member: &Member, lens: &dyn Lens) -> v1::InspectionAttendance {
    let presence = visit.presence().get(&member.officer);
    v1::InspectionAttendance {
        member: Some(v1::InspectionMember {
            officer_id: member.officer.to_string(),
            certificate: text(member.certificate.as_ref()),
            fire_delegation: text(member.fire_delegation.as_ref()),
        }),
        unit: Some(unit(lens, &member.unit)),
        from: presence.map(|there| timestamp(there.since)),
        until: presence.and_then(|there| there.until).map(timestamp),
        signed: visit.signed().contains(&member.officer),
    }
}

/// A checklist of this visit, in its own edition. Another look sees only what failed.
fn filled(visit: &Visit, sheet: &Sheet) -> Option<v1::Checklist> {
    let list = Checklists::standard().find(&sheet.edition)?;
    let asks = |line: &&Line| visit.stage() != Stage::ReInspection || visit.asks().any(|id| *id == line.id);
    let lines = list.lines.iter().filter(asks).map(|line| {
        let given = visit.answers().get(&line.id);
        v1::ChecklistLine {
            answer: given.map(|given| answer(&given.answer)),
            answered_by_unit_id: text(given.map(|given| &given.unit.id)),
            ..line_of(line)
        }
    });
    Some(v1::Checklist { agency: sheet.agency.to_wire(), lines: lines.collect(), ..checklist(list) })
}

/// An edition of a checklist, without its lines.
#[must_use]
pub fn checklist(list: &Checklist) -> v1::Checklist {
    v1::Checklist {
        id: list.id.to_string(),
        version: list.version,
        title_zh: list.zh.clone(),
        title_en: list.en.clone(),
        source: list.source.clone(),
        ..v1::Checklist::default()
    }
}

/// A line of a checklist, without an answer.
#[must_use]
pub fn line_of(line: &Line) -> v1::ChecklistLine {
    v1::ChecklistLine {
        id: line.id.to_string(),
        text_zh: line.zh.clone(),
        text_en: line.en.clone(),
        basis: line.basis.to_string(),
        category: line.category.to_wire(),
        grade: line.grade.to_wire(),
        ..v1::ChecklistLine::default()
    }
}

fn answer(answer: &Answer) -> v1::LineAnswer {
    v1::LineAnswer {
        line: answer.line.to_string(),
        verdict: answer.verdict.to_wire(),
        finding: text(answer.finding.as_ref()),
        papers: answer.papers.iter().map(convert::paper).collect(),
        captured: answer.captured.map(|captured| v1::CapturedOffline {
            device_at: Some(timestamp(captured.device)),
            offset_seconds: captured.offset_seconds,
        }),
    }
}

/// What the events tell and the rule has no need to remember.
fn tell(shown: &mut v1::Inspection, told: &Told<Event>, lens: &dyn Lens) {
    if let Event::Reported(report) = &told.event {
        shown.reported = true;
        shown.refused_to_sign = text(report.refused.as_ref());
    } else if let Event::InstitutionSigned { representative } = &told.event {
        shown.institution_representative = Some(content(lens, representative));
    } else if let Event::InstitutionRefused { note } = &told.event {
        shown.refused_to_sign = note.to_string();
    } else if let Event::Supplemented { note, papers } = &told.event {
        shown.supplements.push(v1::InspectionSupplement {
            at: Some(timestamp(told.meta.at)),
            officer_id: told.meta.by.officer.to_string(),
            note: note.to_string(),
            papers: papers.iter().map(convert::paper).collect(),
        });
    } else if let Event::Issued { hazards } = &told.event {
        shown.hazard_ids = hazards.iter().map(|Draft { id, .. }| id.to_string()).collect();
    } else if let Event::NoticeServed { number } = &told.event {
        shown.notice_number = number.to_string();
    }
}
