//! Random draws: the frame is taken from the directory, the rule draws. Never here: the algorithm.

use std::collections::BTreeSet;

use domain::decider::Scope;
use domain::division::DivisionCode;
use domain::draw::record::{Basis, Command, DrawRule, State};
use domain::draw::{Assigned, Frame, Inspector, Wanted};
use domain::ids::InstitutionId;
use domain::institution::InstitutionKind;
use hub::call::{receipt, stream_of};
use hub::roster::listing::{InstitutionFilter, Page};
use hub::{Hub, mint, refuse};
use tonic::Request;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::show::inspection::drawn;
use wire::v1;
use wire::violations::Violations;

use super::plan;

/// Rows of the directory read at once.
const ROWS: u16 = 10_000;
/// Institutions left out.
const EXCLUDED: usize = 500;
/// Officers who may be drawn.
const INSPECTORS: usize = 500;
/// Institutions one officer has a conflict at.
const CONFLICTS: usize = 100;

/// Draws and answers with what came out.
pub(super) async fn draw(
    hub: &Hub,
    request: Request<v1::DrawTargetsRequest>,
) -> Result<v1::DrawTargetsResponse, Refusal> {
    let mut faults = Violations::new();
    let call = hub.call(&request, &mut faults)?;
    let asked = request.get_ref();
    // Of the command's own day, so that a repeated one names the same draw.
    let command = call.as_ref().map(|call| call.id).unwrap_or_default();
    let day = mint::beijing_day(mint::made(command).unwrap_or_else(|| hub.time.now()));
    let division = faults.division("division", &asked.division, day);
    let kinds: Option<Vec<InstitutionKind>> = faults.chosen_many("kinds", &asked.kinds);
    let excluded = plan::institutions(&mut faults, "excluded_ids", (&asked.excluded_ids, EXCLUDED));
    let why = faults.optional_text("excluded_why", &asked.excluded_why);
    if !asked.excluded_ids.is_empty() && asked.excluded_why.trim().is_empty() {
        faults.add("excluded_why", &Flaw::new("REQUIRED"));
    }
    let wanted = wanted(asked, &mut faults);
    let inspectors =
        faults.each("inspectors", (&asked.inspectors, INSPECTORS), |faults, one| inspector(hub, faults, one));
    let seed = plan::seed(&mut faults, &asked.seed);
    let parts = call.zip(division).zip(kinds.zip(excluded)).zip(wanted.zip(inspectors).zip(seed));
    let (((call, division), (kinds, excluded)), ((wanted, inspectors), seed)) = faults.done(parts)?;
    // A frame may be the whole country: who may not draw reads nothing first.
    let place = Scope { division: Some(division), ..Scope::default() };
    hub.allow(&call.caller, "draw.make", &place)?;
    let targets = targets(hub, division, (&kinds, &excluded)).await?;
    let id = mint::draw_id(call.id, division, day);
    let excluded = excluded.into_iter().collect();
    let basis = Box::new(Basis { id: id.clone(), division, kinds, excluded, why, wanted });
    let frame = Box::new(Frame::new(targets, inspectors));
    let order = call.order(Command::Make { basis, frame, seed });
    let done = hub.handle::<DrawRule>(&stream_of(&id)?, &order).await.map_err(refuse::handle)?;
    let State::Made { made, .. } = &done.state else {
        return Err(refuse::internal(&"a draw that was handled was not made"));
    };
    Ok(v1::DrawTargetsResponse {
        receipt: receipt::<DrawRule>(&done),
        draw_id: id.to_string(),
        drawn: Some(drawn(&made.drawn)),
        frame_size: u32::try_from(made.frame_size).unwrap_or(u32::MAX),
        targets: made.assigned.iter().map(|one| target(hub, one)).collect::<Result<_, _>>()?,
    })
}

fn wanted(asked: &v1::DrawTargetsRequest, faults: &mut Violations) -> Option<Wanted> {
    let most = |given: bool, most| (u64::from(given), if given { most } else { 0 });
    let teams = !asked.inspectors.is_empty();
    let targets = faults.whole("targets", asked.targets.into(), (1, 10_000));
    let inspectors = faults.whole("team", asked.team.into(), most(teams, 50));
    let agencies = faults.whole("agencies", asked.agencies.into(), (0, if teams { 12 } else { 0 }));
    let number = |number: u64| usize::try_from(number).ok();
    Some(Wanted {
        targets: number(targets?)?,
        inspectors: number(inspectors?)?,
        agencies: number(agencies?)?,
    })
}

fn inspector(hub: &Hub, faults: &mut Violations, asked: &v1::DrawInspector) -> Option<Inspector> {
    let known = plan::officer(hub, faults, "officer_id", &asked.officer_id);
    let conflicts = plan::institutions(faults, "conflict_ids", (&asked.conflict_ids, CONFLICTS));
    let (officer, unit) = known?;
    Some(Inspector { officer, agency: unit.agency, unit: unit.id, conflicts: conflicts? })
}

/// The institutions of a division as the directory has them now.
async fn targets(
    hub: &Hub,
    division: DivisionCode,
    (kinds, excluded): (&[InstitutionKind], &BTreeSet<InstitutionId>),
) -> Result<Vec<InstitutionId>, Refusal> {
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let filter = InstitutionFilter { within: Some(division), ..InstitutionFilter::default() };
        let page = Page { after: after.clone(), size: ROWS };
        let rows = hub.roster.institutions(filter, page).await.map_err(refuse::view)?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.id.to_string();
        let counts = |kind| kinds.is_empty() || kinds.contains(&kind);
        found.extend(
            rows.into_iter().filter(|row| counts(row.kind) && !excluded.contains(&row.id)).map(|row| row.id),
        );
    }
}

fn target(hub: &Hub, drawn: &Assigned) -> Result<v1::DrawnTarget, Refusal> {
    let known = hub.roster.institution(&drawn.target).map_err(refuse::view)?;
    Ok(v1::DrawnTarget {
        institution_id: drawn.target.to_string(),
        institution_name: known.map(|known| known.name.to_string()).unwrap_or_default(),
        officer_ids: drawn.inspectors.iter().map(ToString::to_string).collect(),
    })
}
