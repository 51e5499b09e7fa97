//! The gRPC face of education: every RPC goes to the part that does it. Never here: anything else.

use std::pin::Pin;

use futures::Stream;
use tonic::{Request, Response, Status, Streaming};
use wire::v1;
use wire::v1::education_service_server::EducationService;

use crate::{Education, clues, handling, import, intake, sending};

/// The service as a table: RPC, request, answer, who does it.
macro_rules! service {
    (
        hub { $($clue:ident($clue_request:ident) -> $clue_answer:ident = $part:path;)+ }
        view { $($query:ident($query_request:ident) -> $query_answer:ident = $reads:path;)+ }
        referrals { $($method:ident($request:ident) -> $answer:ident;)+ }
    ) => {
        #[tonic::async_trait]
        impl EducationService for Education {
            type ImportCluesStream = import::Answers;
            type DownloadPaperStream =
                Pin<Box<dyn Stream<Item = Result<v1::DownloadPaperResponse, Status>> + Send>>;

            $(async fn $clue(
                &self,
                request: Request<v1::$clue_request>,
            ) -> Result<Response<v1::$clue_answer>, Status> {
                $part(&self.hub, request).await
            })+

            $(async fn $query(
                &self,
                request: Request<v1::$query_request>,
            ) -> Result<Response<v1::$query_answer>, Status> {
                $reads(&self.hub, &self.clues, request).await
            })+

            $(async fn $method(
                &self,
                request: Request<v1::$request>,
            ) -> Result<Response<v1::$answer>, Status> {
                self.referrals.$method(request).await
            })+

            async fn import_clues(
                &self,
                request: Request<Streaming<v1::ImportCluesRequest>>,
            ) -> Result<Response<Self::ImportCluesStream>, Status> {
                import::import(&self.hub, request).await
            }

            async fn upload_paper(
                &self,
                request: Request<Streaming<v1::UploadPaperRequest>>,
            ) -> Result<Response<v1::UploadPaperResponse>, Status> {
                self.referrals.upload_paper(request).await
            }

            async fn download_paper(
                &self,
                request: Request<v1::DownloadPaperRequest>,
            ) -> Result<Response<Self::DownloadPaperStream>, Status> {
                self.referrals.download_paper(request).await
            }
        }
    };
}

service! {
    hub {
        report_clue(ReportClueRequest) -> ReportClueResponse = intake::report;
        merge_clue(MergeClueRequest) -> MergeClueResponse = handling::merge;
        confirm_merge(ConfirmMergeRequest) -> ConfirmMergeResponse = handling::confirm_merge;
        triage_clue(TriageClueRequest) -> TriageClueResponse = handling::triage;
        assign_clue(AssignClueRequest) -> AssignClueResponse = handling::assign;
        return_clue(ReturnClueRequest) -> ReturnClueResponse = handling::give_back;
        start_verification(StartVerificationRequest) -> StartVerificationResponse = handling::start;
        extend_verification(ExtendVerificationRequest) -> ExtendVerificationResponse = handling::extend;
        conclude_clue(ConcludeClueRequest) -> ConcludeClueResponse = handling::conclude;
        transfer_clue_to_police(TransferClueToPoliceRequest) -> TransferClueToPoliceResponse = sending::to_police;
        transfer_clue_to_agency(TransferClueToAgencyRequest) -> TransferClueToAgencyResponse = sending::to_agency;
        confirm_transfer(ConfirmTransferRequest) -> ConfirmTransferResponse = sending::confirm;
        record_call(RecordCallRequest) -> RecordCallResponse = handling::record_call;
        open_admin_case(OpenAdminCaseRequest) -> OpenAdminCaseResponse = handling::open_case;
        decide_fine(DecideFineRequest) -> DecideFineResponse = handling::fine;
        inform_reporter(InformReporterRequest) -> InformReporterResponse = handling::inform;
        reopen_clue(ReopenClueRequest) -> ReopenClueResponse = handling::reopen;
    }
    view {
        get_clue(GetClueRequest) -> GetClueResponse = clues::get;
        list_clues(ListCluesRequest) -> ListCluesResponse = clues::list;
        get_statistics(GetStatisticsRequest) -> GetStatisticsResponse = clues::statistics;
        list_clocks(ListClocksRequest) -> ListClocksResponse = clues::running;
    }
    referrals {
        draft_referral(DraftReferralRequest) -> DraftReferralResponse;
        abandon_referral(AbandonReferralRequest) -> AbandonReferralResponse;
        submit_referral(SubmitReferralRequest) -> SubmitReferralResponse;
        approve_referral(ApproveReferralRequest) -> ApproveReferralResponse;
        refuse_referral(RefuseReferralRequest) -> RefuseReferralResponse;
        order_referral_anew(OrderReferralAnewRequest) -> OrderReferralAnewResponse;
        designate_police(DesignatePoliceRequest) -> DesignatePoliceResponse;
        deliver_referral(DeliverReferralRequest) -> DeliverReferralResponse;
        supplement_referral(SupplementReferralRequest) -> SupplementReferralResponse;
        request_reconsideration(RequestReconsiderationRequest) -> RequestReconsiderationResponse;
        suggest_supervision(SuggestSupervisionRequest) -> SuggestSupervisionResponse;
        hand_over_referral(HandOverReferralRequest) -> HandOverReferralResponse;
        accept_return(AcceptReturnRequest) -> AcceptReturnResponse;
        get_referral(GetReferralRequest) -> GetReferralResponse;
        list_referrals(ListReferralsRequest) -> ListReferralsResponse;
        receive_reverse_referral(ReceiveReverseReferralRequest) -> ReceiveReverseReferralResponse;
        handle_reverse_referral(HandleReverseReferralRequest) -> HandleReverseReferralResponse;
        report_reverse_referral(ReportReverseReferralRequest) -> ReportReverseReferralResponse;
        list_reverse_referrals(ListReverseReferralsRequest) -> ListReverseReferralsResponse;
    }
}
