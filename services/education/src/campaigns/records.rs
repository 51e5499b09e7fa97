//! The records that only campaigns count, many at a time: dispatches and staff counts. Each becomes one command in the
//! name of its caller. Never here: how many are under way, or how an answer is given (that is `hub::bulk`).

use domain::campaign::Post;
use domain::dispatch::{self, DispatchRule};
use domain::division::DivisionCode;
use domain::ids::{CampaignId, InstitutionId};
use domain::staff_count::{self, StaffCountRule};
use hub::bulk::Taken;
use hub::call::{Call, stream_of};
use hub::{Caller, Hub, mint, refuse};
use jiff::civil::Date;
use uuid::Uuid;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::shape;

/// One dispatch.
pub(super) async fn dispatch(
    hub: Hub,
    caller: Caller,
    asked: v1::ReportDispatchesRequest,
) -> Result<Taken, Refusal> {
    let mut look = Violations::new();
    let call = hub.call_of(caller, &asked, &mut look);
    let post = shape::post(&mut look, asked.post.as_ref());
    let on: Option<Date> = look.id("on", &asked.on);
    let campaign = campaign(&hub, &mut look, &asked.campaign_id, on).await?;
    if let (Some(campaign), Some(post)) = (&campaign, post) {
        reports(&hub, &mut look, campaign, post).await?;
    }
    let persons = shape::count(&mut look, "persons", asked.persons.into());
    let persons = persons.map(|persons| u32::try_from(persons).unwrap_or(u32::MAX));
    let max = (asked.institution_ids.as_slice(), dispatch::INSTITUTIONS);
    let institutions = look.each("institution_ids", max, |look, text| institution(&hub, look, "", text));
    let command = (|| {
        let (call, post, on) = (call?, post?, on?);
        let (institutions, places) = institutions?.into_iter().unzip();
        let id = mint::dispatch_id(call.id, post.division, on);
        let report = dispatch::Report { id, campaign: campaign?, post, on, persons: persons?, institutions };
        Some((call, dispatch::Command::Report { report: Box::new(report), places }))
    })();
    let (call, command) = look.done(command)?;
    let dispatch::Command::Report { report, .. } = &command else { return Err(Refusal::Internal) };
    let stream = stream_of(&report.id)?;
    let handled = hub.handle::<DispatchRule>(&stream, &call.order(command)).await.map_err(refuse::handle)?;
    Ok(Taken::from(&handled))
}

/// The staff of one institution.
pub(super) async fn staff(
    hub: Hub,
    caller: Caller,
    asked: v1::ReportStaffCountsRequest,
) -> Result<Taken, Refusal> {
    let mut look = Violations::new();
    let call: Option<Call> = hub.call_of(caller, &asked, &mut look);
    let on: Option<Date> = look.id("on", &asked.on);
    let campaign = campaign(&hub, &mut look, &asked.campaign_id, on).await?;
    let institution = institution(&hub, &mut look, "institution_id", &asked.institution_id);
    let persons = persons(&mut look, &asked.persons);
    let report = (|| {
        let (call, on, (institution, division)) = (call?, on?, institution?);
        let id = mint::staff_count_id(call.id, division, on);
        let (campaign, persons) = (campaign?, persons?);
        Some((call, staff_count::Report { id, campaign, institution, division, on, persons }))
    })();
    let (call, report) = look.done(report)?;
    let stream = stream_of(&report.id)?;
    let order = call.order(staff_count::Command::Report(Box::new(report)));
    let handled = hub.handle::<StaffCountRule>(&stream, &order).await.map_err(refuse::handle)?;
    Ok(Taken::from(&handled))
}

/// The persons in order; twice the same is a fault.
fn persons(look: &mut Violations, texts: &[String]) -> Option<Vec<Uuid>> {
    let max = (texts, staff_count::PERSONS);
    let mut persons: Vec<Uuid> = look.each("persons", max, |look, text| look.id("", text))?;
    persons.sort_unstable();
    if persons.iter().zip(persons.iter().skip(1)).any(|(one, next)| one == next) {
        look.add("persons", &Flaw::new("TWICE"));
        return None;
    }
    Some(persons)
}

/// The campaign, when there is one and the day lies in it.
async fn campaign(
    hub: &Hub,
    look: &mut Violations,
    text: &str,
    on: Option<Date>,
) -> Result<Option<CampaignId>, Refusal> {
    let Some(id) = look.id::<CampaignId>("campaign_id", text) else { return Ok(None) };
    let Some(plan) = hub.campaign_plan(&id).await? else {
        look.add("campaign_id", &Flaw::new("CAMPAIGN_UNKNOWN"));
        return Ok(None);
    };
    if let Some(on) = on.filter(|on| !plan.covers(*on)) {
        look.add("on", &Flaw::new("CAMPAIGN_DAY").with("on", on).with("opens", plan.opens));
    }
    Ok(Some(id))
}

/// A post that reports figures of the campaign. One that was merged away before its last day reports no figures, but
/// what its units did counts at its successor.
async fn reports(hub: &Hub, look: &mut Violations, campaign: &CampaignId, post: Post) -> Result<(), Refusal> {
    let (Some(posts), Some(plan)) = (hub.campaign_posts(campaign).await?, hub.campaign_plan(campaign).await?)
    else {
        return Ok(());
    };
    let divisions = domain::division::Divisions::standard();
    let now = domain::campaign::ratio::successor(divisions, post.division, plan.closes);
    let now = now.map(|row| Post { division: row.code, ..post });
    if !now.is_some_and(|now| posts.contains(&now)) {
        look.add("post", &Flaw::new("CAMPAIGN_POST").with("post", post));
    }
    Ok(())
}

/// An institution of the directory, and its division there.
fn institution(
    hub: &Hub,
    look: &mut Violations,
    field: &str,
    text: &str,
) -> Option<(InstitutionId, DivisionCode)> {
    let id: InstitutionId = look.id(field, text)?;
    match hub.roster.institution(&id) {
        Ok(Some(known)) => Some((id, known.division)),
        Ok(None) => {
            look.add(field, &Flaw::new("INSTITUTION_UNKNOWN"));
            None
        }
        Err(error) => {
            // Without a fault and without an institution the record is answered as an internal error.
            tracing::error!(%error, "the roster cannot be read");
            None
        }
    }
}
