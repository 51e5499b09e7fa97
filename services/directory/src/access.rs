//! The `AccessService`: asking for access by break-glass, deciding, reviewing, listing. Never here: the law of it,
//! or SQL.

mod asking;
mod list;

use domain::break_glass::{self, BreakGlassRule, Command, Stage};
use hub::answer::Answer;
use hub::call::receipt;
use hub::handle::Handled;
use tonic::{Request, Response};
use wire::convert;
use wire::request::CommandRequest;
use wire::v1;
use wire::v1::access_service_server::AccessService;
use wire::violations::Violations;

use crate::Directory;

#[tonic::async_trait]
impl AccessService for Directory {
    async fn request_access(
        &self,
        request: Request<v1::RequestAccessRequest>,
    ) -> Answer<v1::RequestAccessResponse> {
        let done = asking::request(&self.hub, request).await?;
        self.open(&done).await;
        Ok(Response::new(v1::RequestAccessResponse {
            receipt: receipt::<BreakGlassRule>(&done),
            access_id: done.stream.to_string(),
        }))
    }

    async fn approve_access(
        &self,
        request: Request<v1::ApproveAccessRequest>,
    ) -> Answer<v1::ApproveAccessResponse> {
        // Who could no longer ask, or no longer know of the matter, is given nothing either.
        asking::may_still_know(&self.hub, &request).await?;
        let done = self
            .decide(request, |asked: &v1::ApproveAccessRequest, faults| {
                let terms = faults.message("terms", asked.terms.as_ref(), asking::terms)?;
                Some(Command::Approve { terms })
            })
            .await?;
        let until = match done.state.known().map(break_glass::Grant::stage) {
            Some(Stage::Open { until, .. }) => Some(convert::timestamp(*until)),
            Some(Stage::Requested | Stage::Refused | Stage::Ended { .. } | Stage::Reviewed) | None => None,
        };
        Ok(Response::new(v1::ApproveAccessResponse { receipt: receipt::<BreakGlassRule>(&done), until }))
    }

    async fn refuse_access(
        &self,
        request: Request<v1::RefuseAccessRequest>,
    ) -> Answer<v1::RefuseAccessResponse> {
        let done = self
            .decide(request, |asked: &v1::RefuseAccessRequest, faults| {
                Some(Command::Refuse { reason: faults.required_text("reason", &asked.reason)? })
            })
            .await?;
        Ok(Response::new(v1::RefuseAccessResponse { receipt: receipt::<BreakGlassRule>(&done) }))
    }

    async fn review_access(
        &self,
        request: Request<v1::ReviewAccessRequest>,
    ) -> Answer<v1::ReviewAccessResponse> {
        let done = self
            .decide(request, |asked: &v1::ReviewAccessRequest, faults| {
                let findings = faults.required_text("findings", &asked.findings)?;
                Some(Command::Review { justified: asked.justified, findings })
            })
            .await?;
        Ok(Response::new(v1::ReviewAccessResponse { receipt: receipt::<BreakGlassRule>(&done) }))
    }

    async fn list_access(&self, request: Request<v1::ListAccessRequest>) -> Answer<v1::ListAccessResponse> {
        Ok(Response::new(list::list(&self.hub, request).await?))
    }
}

type Done = Handled<break_glass::State>;

impl Directory {
    /// A command about an access that the request names.
    async fn decide<R: CommandRequest>(
        &self,
        request: Request<R>,
        shape: impl FnOnce(&R, &mut Violations) -> Option<Command>,
    ) -> Result<Done, wire::Refusal> {
        let shape = |asked: &R, _: &_, faults: &mut Violations| shape(asked, faults);
        let done = self.hub.command::<BreakGlassRule, R>(request, shape).await?;
        self.open(&done).await;
        Ok(done)
    }

    /// Waits until this hub's own view shows what was decided: what was approved is open when the answer comes. A
    /// view that is late is no reason to refuse what is already recorded.
    async fn open(&self, done: &Done) {
        if let Err(error) = self.hub.grants.view().wait(&done.token(), crate::SHOWN).await {
            tracing::warn!(%error, "the accesses are late");
        }
    }
}
