//! Planning with its warnings, issuing with its hazards, closing with those still open. Never here: the law.

use domain::ids::InspectionId;
use domain::inspection::{Command, Event, InspectionRule};
use hub::call::stream_of;
use hub::{history, refuse};
use tonic::Request;
use wire::refusal::Refusal;
use wire::v1::{self, CommandReceipt};
use wire::violations::Violations;

use super::step::{act, receipted};
use super::{Inspections, near, plan};
use crate::hazards::still_open;

impl Inspections {
    /// A visit is planned, and who plans it is told what else there is near that day.
    pub(super) async fn plan(
        &self,
        request: Request<v1::PlanInspectionRequest>,
    ) -> Result<v1::PlanInspectionResponse, Refusal> {
        let (hub, mut faults) = (&self.hub, Violations::new());
        let caller = hub.caller(request.metadata())?;
        let asked = request.get_ref();
        let call = hub.call_of(caller.clone(), asked, &mut faults);
        let command = call.as_ref().map(|call| call.id).unwrap_or_default();
        let planned = plan::read(hub, (&caller, command), asked.plan.as_ref(), &mut faults).await?;
        let (call, planned) = faults.done(call.zip(planned))?;
        let order = call.order(Command::Plan(Box::new(planned.clone())));
        let stream = stream_of(&planned.id)?;
        let done = hub.handle::<InspectionRule>(&stream, &order).await.map_err(refuse::handle)?;
        let place = (&planned.institution, planned.on);
        let repeat_visits = near::visits(self, &caller, place, Some(&planned.id)).await?;
        Ok(v1::PlanInspectionResponse {
            receipt: receipted(&done),
            inspection_id: planned.id.to_string(),
            repeat_visits: Some(repeat_visits),
        })
    }

    /// The findings go out; the answer names the hazards that they are.
    pub(super) async fn issue(
        &self,
        request: Request<v1::IssueInspectionRequest>,
    ) -> Result<v1::IssueInspectionResponse, Refusal> {
        let hub = &self.hub;
        let done = hub.command::<InspectionRule, _>(request, |_, _, _| Some(Command::Issue)).await?;
        let told = history::<InspectionRule>(hub, &done.stream).await?;
        let hazards = told.iter().find_map(|told| {
            let Event::Issued { hazards } = &told.event else { return None };
            Some(hazards.iter().map(|hazard| hazard.id.to_string()).collect())
        });
        Ok(v1::IssueInspectionResponse { receipt: receipted(&done), hazard_ids: hazards.unwrap_or_default() })
    }

    /// The end, as far as the hazards of the visit let it.
    pub(super) async fn close(
        &self,
        request: Request<v1::CloseInspectionRequest>,
    ) -> Result<Option<CommandReceipt>, Refusal> {
        self.hub.caller(request.metadata())?;
        // An id that is none is named by the shape of the request.
        let open = match request.get_ref().inspection_id.parse::<InspectionId>() {
            Ok(inspection) => still_open(&self.hub, &inspection).await?,
            Err(_) => None,
        };
        act(&self.hub, request, Command::Close { open }).await
    }
}
