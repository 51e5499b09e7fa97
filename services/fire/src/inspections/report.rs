//! Visits recorded elsewhere, many on one stream. Never here: what the law asks of a visit.

use std::pin::Pin;

use domain::inspection::{Command, InspectionRule, Member, Report};
use futures::{Stream, StreamExt};
use hub::bulk::Taken;
use hub::call::{Call, stream_of};
use hub::{Attached, Caller, Hub, refuse};
use jiff::Timestamp;
use tonic::{Request, Status, Streaming};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::plan;

/// The answers to a stream of records.
pub(super) type Answers = Pin<Box<dyn Stream<Item = Result<v1::ReportInspectionsResponse, Status>> + Send>>;

/// Members of one visit.
const MEMBERS: usize = 50;

/// Takes a stream of visits.
pub(super) fn intake(
    hub: &Hub,
    request: Request<Streaming<v1::ReportInspectionsRequest>>,
) -> Result<Answers, Refusal> {
    let shell = hub.clone();
    let outcomes = hub.intake(request, move |caller, record: v1::ReportInspectionsRequest| {
        let hub = shell.clone();
        async move { take(&hub, caller, record).await }
    })?;
    let answer = |outcome| v1::ReportInspectionsResponse { outcome: Some(outcome) };
    Ok(Box::pin(outcomes.map(move |outcome| outcome.map(answer))))
}

async fn take(hub: &Hub, caller: Caller, record: v1::ReportInspectionsRequest) -> Result<Taken, Refusal> {
    let asked = record.report.ok_or_else(|| Refusal::shape("report", &Flaw::new("REQUIRED")))?;
    let (call, report) = read(hub, caller, &asked).await?;
    let stream = stream_of(&report.plan.id)?;
    let order = call.order(Command::Report(Box::new(report)));
    let done = hub.handle::<InspectionRule>(&stream, &order).await.map_err(refuse::handle)?;
    Ok(Taken::from(&done))
}

/// A record, every field looked at. One that does not say when it was signed was signed at the end of the visit.
async fn read(hub: &Hub, caller: Caller, asked: &v1::InspectionReport) -> Result<(Call, Report), Refusal> {
    let mut faults = Violations::new();
    let call = hub.call_of(caller.clone(), asked, &mut faults);
    let command = call.as_ref().map(|call| call.id).unwrap_or_default();
    let attached = Attached::find(hub, &plan::papers(&asked.answers)).await?;
    let planned = plan::read(hub, (&caller, command), asked.plan.as_ref(), &mut faults).await?;
    let team: Option<Vec<Member>> =
        faults.each("members", (&asked.members, MEMBERS), |faults, member| plan::member(hub, faults, member));
    let from = required(&mut faults, "from", asked.from.as_ref());
    let until = required(&mut faults, "until", asked.until.as_ref());
    let answers = plan::answers((&asked.answers, 0), &attached, &mut faults);
    let refused = faults.optional_text("refused_to_sign", &asked.refused_to_sign);
    let notice = faults.optional_id("notice_number", &asked.notice_number);
    let times = from.zip(until);
    let (((call, plan), (team, answers)), (from, until)) =
        faults.done(call.zip(planned).zip(team.zip(answers)).zip(times))?;
    let call = Call { occurred: call.occurred.or(Some(until)), ..call };
    Ok((call, Report { plan, team, from, until, answers, refused, notice }))
}

fn required(faults: &mut Violations, field: &str, at: Option<&prost_types::Timestamp>) -> Option<Timestamp> {
    if at.is_none() {
        faults.add(field, &Flaw::new("REQUIRED"));
    }
    faults.optional_time(field, at)
}
