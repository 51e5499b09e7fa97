//! The service as it is called: every step alike, by the name of its call. Never here: what a step says, or SQL.

use std::pin::Pin;

use futures::{Stream, StreamExt};
use hub::answer::{Answer, answer};
use tonic::{Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::hazard_service_server::HazardService;
use wire::v1::work_hazards_request::Step;

use super::{Hazards, ledger, read};

/// The answers to a stream of records.
type Answers = Pin<Box<dyn Stream<Item = Result<v1::WorkHazardsResponse, Status>> + Send>>;

/// The whole service: for each step its call, its request and response, and the step as a record has it; `acts` say
/// all by being done.
macro_rules! service {
    (
        steps { $($call:ident $request:ident $response:ident $step:ident $field:ident;)+ }
        acts { $($act:ident $act_request:ident $act_response:ident $act_step:ident;)+ }
    ) => {
        #[tonic::async_trait]
        impl HazardService for Hazards {
            type WorkHazardsStream = Answers;

            $(
                async fn $call(&self, request: Request<v1::$request>) -> Answer<v1::$response> {
                    let step = self.step(request, |asked| {
                        asked.$field.clone().map(Step::$step).ok_or(stringify!($field))
                    });
                    answer(step.await.map(|receipt| v1::$response { receipt }))
                }
            )+

            $(
                async fn $act(&self, request: Request<v1::$act_request>) -> Answer<v1::$act_response> {
                    let step = self.step(request, |_| Ok(Step::$act_step(v1::HazardAct {})));
                    answer(step.await.map(|receipt| v1::$act_response { receipt }))
                }
            )+

            async fn open_hazard(
                &self,
                request: Request<v1::OpenHazardRequest>,
            ) -> Answer<v1::OpenHazardResponse> {
                answer(self.open(request).await)
            }

            async fn work_hazards(
                &self,
                request: Request<Streaming<v1::WorkHazardsRequest>>,
            ) -> Answer<Self::WorkHazardsStream> {
                let outcomes = self.work(request)?;
                let answers = outcomes.map(|outcome| {
                    outcome.map(|outcome| v1::WorkHazardsResponse { outcome: Some(outcome) })
                });
                Ok(Response::new(Box::pin(answers)))
            }

            async fn get_hazard(&self, request: Request<v1::GetHazardRequest>) -> Answer<v1::GetHazardResponse> {
                answer(read::get(self, request).await)
            }

            async fn list_hazards(
                &self,
                request: Request<v1::ListHazardsRequest>,
            ) -> Answer<v1::ListHazardsResponse> {
                answer(read::list(self, request).await)
            }

            async fn get_hazard_ledger(
                &self,
                request: Request<v1::GetHazardLedgerRequest>,
            ) -> Answer<v1::GetHazardLedgerResponse> {
                answer(ledger::get(self, request).await)
            }
        }
    };
}

service! {
    steps {
        grade_hazard GradeHazardRequest GradeHazardResponse Grade grade;
        fix_hazard_on_spot FixHazardOnSpotRequest FixHazardOnSpotResponse FixOnSpot fix_on_spot;
        notify_hazard NotifyHazardRequest NotifyHazardResponse Notify notify;
        rectify_hazard RectifyHazardRequest RectifyHazardResponse Rectify rectify;
        report_hazard_progress ReportHazardProgressRequest ReportHazardProgressResponse ReportProgress report_progress;
        ask_hazard_extension AskHazardExtensionRequest AskHazardExtensionResponse AskExtension ask_extension;
        grant_hazard_extension GrantHazardExtensionRequest GrantHazardExtensionResponse GrantExtension grant_extension;
        deny_hazard_extension DenyHazardExtensionRequest DenyHazardExtensionResponse DenyExtension deny_extension;
        report_hazard_fix ReportHazardFixRequest ReportHazardFixResponse ReportFix report_fix;
        verify_hazard VerifyHazardRequest VerifyHazardResponse Verify verify;
        reject_hazard_fix RejectHazardFixRequest RejectHazardFixResponse Reject reject;
        supervise_hazard SuperviseHazardRequest SuperviseHazardResponse List list;
        open_hazard_penalty OpenHazardPenaltyRequest OpenHazardPenaltyResponse OpenPenalty open_penalty;
        propose_hazard_seal ProposeHazardSealRequest ProposeHazardSealResponse ProposeSeal propose_seal;
        seal_hazard_orally SealHazardOrallyRequest SealHazardOrallyResponse SealOrally seal_orally;
        seal_hazard SealHazardRequest SealHazardResponse Seal seal;
        drop_hazard_seal DropHazardSealRequest DropHazardSealResponse DropSeal drop_seal;
        suspend_use SuspendUseRequest SuspendUseResponse Suspend suspend;
        pass_hazard_review PassHazardReviewRequest PassHazardReviewResponse PassReview pass_review;
        fail_hazard_review FailHazardReviewRequest FailHazardReviewResponse FailReview fail_review;
        transfer_hazard TransferHazardRequest TransferHazardResponse Transfer transfer;
        propose_hazard_void ProposeHazardVoidRequest ProposeHazardVoidResponse ProposeVoid propose_void;
    }
    acts {
        ask_resume AskResumeRequest AskResumeResponse AskResume;
        resume_use ResumeUseRequest ResumeUseResponse Resume;
        approve_hazard_void ApproveHazardVoidRequest ApproveHazardVoidResponse ApproveVoid;
    }
}
