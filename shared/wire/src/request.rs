//! What all command requests have in common: the id that makes repeating harmless, when it happened, and
//! which matter is meant. Never here: the rest of a request.

use prost_types::Timestamp;

use crate::v1;

/// A request that carries a command.
pub trait CommandRequest {
    /// The id of the command, a UUID made by the client.
    fn request_id(&self) -> &str;

    /// When it really happened; absent means now.
    fn occurred_at(&self) -> Option<&Timestamp>;

    /// The name of the field that names the matter, and its text; both empty for a new matter.
    fn matter(&self) -> (&'static str, &str);
}

macro_rules! commands {
    ($($field:ident: $($request:ident)+;)+) => {
        $($(
            impl CommandRequest for v1::$request {
                fn request_id(&self) -> &str {
                    &self.request_id
                }
                fn occurred_at(&self) -> Option<&Timestamp> {
                    self.occurred_at.as_ref()
                }
                fn matter(&self) -> (&'static str, &str) {
                    (stringify!($field), &self.$field)
                }
            }
        )+)+
    };
    (new: $($request:ident)+) => {
        $(
            impl CommandRequest for v1::$request {
                fn request_id(&self) -> &str {
                    &self.request_id
                }
                fn occurred_at(&self) -> Option<&Timestamp> {
                    self.occurred_at.as_ref()
                }
                fn matter(&self) -> (&'static str, &str) {
                    ("", "")
                }
            }
        )+
    };
}

commands! {
    clue_id: MergeClueRequest ConfirmMergeRequest TriageClueRequest AssignClueRequest ReturnClueRequest
        StartVerificationRequest ExtendVerificationRequest ConcludeClueRequest TransferClueToPoliceRequest
        TransferClueToAgencyRequest ConfirmTransferRequest RecordCallRequest OpenAdminCaseRequest
        DecideFineRequest InformReporterRequest ReopenClueRequest DraftReferralRequest AcceptTransferRequest
        ClaimFireTransferRequest ReleaseFireTransferRequest SignFireReceiptRequest AcceptFireTransferRequest
        ForwardFireTransferRequest DeclineFireTransferRequest GiveFireFeedbackRequest;
    referral_id: AbandonReferralRequest SubmitReferralRequest ApproveReferralRequest RefuseReferralRequest
        OrderReferralAnewRequest DesignatePoliceRequest DeliverReferralRequest SupplementReferralRequest
        RequestReconsiderationRequest SuggestSupervisionRequest HandOverReferralRequest AcceptReturnRequest
        RequestSupplementRequest FileCaseRequest RefuseFilingRequest UpholdRefusalRequest
        OpenSupervisionRequest GiveReasonsRequest AcceptReasonsRequest OrderFilingRequest WithdrawCaseRequest
        NotifyWithdrawalRequest ConcludeCaseRequest;
    matter: ClaimEntryRequest ReleaseEntryRequest SignReceiptRequest ForwardEntryRequest DeclineEntryRequest
        GiveFeedbackRequest;
    reverse_id: ReceiveReverseReferralRequest HandleReverseReferralRequest ReportReverseReferralRequest;
    unit_id: RegisterUnitRequest ChangeCompetenceRequest CloseUnitRequest;
    officer_id: RegisterOfficerRequest ChangeRolesRequest DisableOfficerRequest EnableOfficerRequest
        ResetPasswordRequest;
    credit_code: RegisterInstitutionRequest;
    subject_id: EraseSubjectRequest;
    hazard_id: GradeHazardRequest FixHazardOnSpotRequest NotifyHazardRequest RectifyHazardRequest
        ReportHazardProgressRequest AskHazardExtensionRequest GrantHazardExtensionRequest
        DenyHazardExtensionRequest ReportHazardFixRequest VerifyHazardRequest RejectHazardFixRequest
        SuperviseHazardRequest OpenHazardPenaltyRequest ProposeHazardSealRequest SealHazardOrallyRequest
        SealHazardRequest DropHazardSealRequest SuspendUseRequest AskResumeRequest PassHazardReviewRequest
        FailHazardReviewRequest ResumeUseRequest TransferHazardRequest ProposeHazardVoidRequest
        ApproveHazardVoidRequest WorkHazardsRequest;
    access_id: ApproveAccessRequest RefuseAccessRequest ReviewAccessRequest;
    inspection_id: ConfirmInspectionMemberRequest RecuseInspectionMemberRequest FormInspectionTeamRequest
        NotifyInstitutionRequest LeaveUnannouncedRequest SetOutRequest CheckInRequest CheckOutRequest
        RecordLinesRequest ObstructInspectionRequest RetryInspectionRequest PostponeInspectionRequest
        ResumeInspectionRequest CancelInspectionRequest CompleteInspectionRequest SignInspectionRequest
        SignInspectionsRequest SignForInstitutionRequest RefuseToSignRequest SupplementInspectionRequest
        IssueInspectionRequest ServeInspectionNoticeRequest RequestReinspectionRequest
        BeginReinspectionRequest CompleteReinspectionRequest CloseInspectionRequest;
    campaign_id: SignCampaignRequest DeployCampaignRequest ExtendCampaignRequest BeginPhaseRequest
        SubmitReturnsRequest FreezeCampaignRequest VerifyCampaignRequest PublishCampaignRequest
        CorrectCampaignRequest CloseCampaignRequest;
    dispatch_id: VoidDispatchRequest;
    staff_count_id: VoidStaffCountRequest;
}

commands! { new: DraftCampaignRequest ReportDispatchesRequest ReportStaffCountsRequest ReportClueRequest SendReverseReferralRequest ChangePasswordRequest RequestAccessRequest
OpenHazardRequest PlanInspectionRequest InspectionReport DrawTargetsRequest }
