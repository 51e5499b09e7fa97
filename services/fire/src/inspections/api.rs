//! The service as it is called: what a command says in a word or a field stands here, the rest in its own file. Never
//! here: SQL or the law.

use domain::inspection::Command;
use hub::answer::{Answer, answer};
use tonic::{Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::inspection_service_server::InspectionService;

use super::step::{act, step};
use super::{Inspections, draws, near, onsite, plan, read, report, sign};

/// The whole service: `acts` say all by being given; `steps` have fields, read from the request, its faults kept;
/// `others` answer with a receipt alone, and the rest is written out.
macro_rules! service {
    (
        acts { $($act:ident $act_request:ident $act_response:ident $command:ident;)+ }
        steps { $($step:ident $request:ident $response:ident |$asked:ident, $faults:ident, $api:ident| $shape:expr;)+ }
        others { $($other:ident $other_request:ident $other_response:ident |$it:ident, $call:ident| $done:expr;)+ }
        answers { $($question:ident $q_request:ident $q_response:ident |$me:ident, $ask:ident| $answered:expr;)+ }
    ) => {
        #[tonic::async_trait]
        impl InspectionService for Inspections {
            type ReportInspectionsStream = report::Answers;
            type SignInspectionsStream = sign::Answers;

            $(
                async fn $act(&self, request: Request<v1::$act_request>) -> Answer<v1::$act_response> {
                    let receipt = act(&self.hub, request, Command::$command).await;
                    answer(receipt.map(|receipt| v1::$act_response { receipt }))
                }
            )+

            $(
                async fn $step(&self, request: Request<v1::$request>) -> Answer<v1::$response> {
                    let $api = self;
                    let receipt = step(&self.hub, request, |$asked, _, $faults| $shape).await;
                    answer(receipt.map(|receipt| v1::$response { receipt }))
                }
            )+

            $(
                async fn $other(&self, $call: Request<v1::$other_request>) -> Answer<v1::$other_response> {
                    let $it = self;
                    answer($done.await.map(|receipt| v1::$other_response { receipt }))
                }
            )+

            $(
                async fn $question(&self, $ask: Request<v1::$q_request>) -> Answer<v1::$q_response> {
                    let $me = self;
                    answer($answered)
                }
            )+

            async fn report_inspections(
                &self,
                request: Request<Streaming<v1::ReportInspectionsRequest>>,
            ) -> Result<Response<report::Answers>, Status> {
                answer(report::intake(&self.hub, request))
            }

            async fn sign_inspections(
                &self,
                request: Request<Streaming<v1::SignInspectionsRequest>>,
            ) -> Result<Response<sign::Answers>, Status> {
                answer(sign::intake(&self.hub, request))
            }
        }
    };
}

service! {
    acts {
        form_inspection_team FormInspectionTeamRequest FormInspectionTeamResponse FormTeam;
        notify_institution NotifyInstitutionRequest NotifyInstitutionResponse Notify;
        leave_unannounced LeaveUnannouncedRequest LeaveUnannouncedResponse LeaveUnannounced;
        set_out SetOutRequest SetOutResponse SetOut;
        complete_inspection CompleteInspectionRequest CompleteInspectionResponse Complete;
        sign_inspection SignInspectionRequest SignInspectionResponse Sign;
        request_reinspection RequestReinspectionRequest RequestReinspectionResponse RequestReinspection;
        begin_reinspection BeginReinspectionRequest BeginReinspectionResponse BeginReinspection;
        complete_reinspection CompleteReinspectionRequest CompleteReinspectionResponse CompleteReinspection;
    }
    steps {
        confirm_inspection_member ConfirmInspectionMemberRequest ConfirmInspectionMemberResponse
            |asked, faults, api| {
                let member = faults.message("member", asked.member.as_ref(), |faults, member| {
                    plan::member(&api.hub, faults, member)
                })?;
                Some(Command::ConfirmMember { member: Box::new(member), conflict: asked.conflict })
            };
        recuse_inspection_member RecuseInspectionMemberRequest RecuseInspectionMemberResponse
            |asked, faults, _api| {
                let officer = faults.id("officer_id", &asked.officer_id);
                let reason = faults.required_text("reason", &asked.reason);
                Some(Command::Recuse { officer: officer?, reason: reason? })
            };
        check_in CheckInRequest CheckInResponse |asked, faults, _api| {
            Some(Command::CheckIn(onsite::seen((asked.place.as_ref(), asked.captured.as_ref()), faults)))
        };
        check_out CheckOutRequest CheckOutResponse |asked, faults, _api| {
            Some(Command::CheckOut(onsite::seen((asked.place.as_ref(), asked.captured.as_ref()), faults)))
        };
        obstruct_inspection ObstructInspectionRequest ObstructInspectionResponse |asked, faults, _api| {
            Some(Command::Obstruct { note: faults.required_text("note", &asked.note)? })
        };
        retry_inspection RetryInspectionRequest RetryInspectionResponse |asked, faults, api| {
            let unit = asked.assistance_unit_id.trim();
            let assistance = if unit.is_empty() {
                None
            } else {
                Some(api.hub.unit_named(faults, "assistance_unit_id", unit)?.unit.id.clone())
            };
            Some(Command::Retry { assistance })
        };
        postpone_inspection PostponeInspectionRequest PostponeInspectionResponse |asked, faults, _api| {
            Some(Command::Postpone { reason: faults.required_text("reason", &asked.reason)? })
        };
        resume_inspection ResumeInspectionRequest ResumeInspectionResponse |asked, faults, _api| {
            Some(Command::Resume { on: faults.id("on", &asked.on)? })
        };
        cancel_inspection CancelInspectionRequest CancelInspectionResponse |asked, faults, _api| {
            Some(Command::Cancel { reason: faults.required_text("reason", &asked.reason)? })
        };
        refuse_to_sign RefuseToSignRequest RefuseToSignResponse |asked, faults, _api| {
            Some(Command::RefuseToSign { note: faults.required_text("note", &asked.note)? })
        };
        serve_inspection_notice ServeInspectionNoticeRequest ServeInspectionNoticeResponse
            |asked, faults, _api| {
                Some(Command::ServeNotice { number: faults.id("number", &asked.number)? })
            };
    }
    others {
        record_lines RecordLinesRequest RecordLinesResponse |api, request| onsite::record(&api.hub, request);
        sign_for_institution SignForInstitutionRequest SignForInstitutionResponse
            |api, request| onsite::sign_for(&api.hub, request);
        supplement_inspection SupplementInspectionRequest SupplementInspectionResponse
            |api, request| onsite::supplement(&api.hub, request);
        close_inspection CloseInspectionRequest CloseInspectionResponse |api, request| api.close(request);
    }
    answers {
        plan_inspection PlanInspectionRequest PlanInspectionResponse |api, request| api.plan(request).await;
        issue_inspection IssueInspectionRequest IssueInspectionResponse |api, request| api.issue(request).await;
        draw_targets DrawTargetsRequest DrawTargetsResponse |api, request| draws::draw(&api.hub, request).await;
        get_inspection GetInspectionRequest GetInspectionResponse |api, request| read::one(api, request).await;
        list_inspections ListInspectionsRequest ListInspectionsResponse
            |api, request| read::list(api, request).await;
        list_checklists ListChecklistsRequest ListChecklistsResponse
            |api, request| read::checklists(api, request);
        get_checklist GetChecklistRequest GetChecklistResponse |api, request| read::checklist(api, request);
        check_repeat_visit CheckRepeatVisitRequest CheckRepeatVisitResponse
            |api, request| near::check(api, request).await;
    }
}
