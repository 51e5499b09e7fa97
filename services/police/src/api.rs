//! The police service as it is called: each call is a few lines, by what it is about. Never here: tables, the
//! law, or what a caller may see (that is `sight`).

mod case;
mod command;
mod entry;
mod filing;
mod read;
mod reverse;
pub(crate) mod show;
pub(crate) mod sight;
mod supervision;

use hub::answer::{Answer, answer};
use hub::{Hub, View};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use wire::v1;
use wire::v1::police_service_server::PoliceService;

/// The service.
pub struct Api {
    hub: Hub,
    view: View,
}

impl Api {
    pub(crate) const fn new(hub: Hub, view: View) -> Self {
        Self { hub, view }
    }

    pub(crate) const fn view(&self) -> &View {
        &self.view
    }
}

/// Calls whose whole work is one function of the hub.
macro_rules! commands {
    ($($name:ident: $request:ident => $response:ident, $work:path;)+) => {
        #[tonic::async_trait]
        impl PoliceService for Api {
            type WatchQueueStream = ReceiverStream<Result<v1::WatchQueueResponse, Status>>;

            async fn list_queue(&self, request: Request<v1::ListQueueRequest>) -> Answer<v1::ListQueueResponse> {
                answer(read::list(self, request).await)
            }

            async fn watch_queue(&self, request: Request<v1::WatchQueueRequest>) -> Answer<Self::WatchQueueStream> {
                answer(read::watch(self, request).await)
            }

            async fn get_queue_entry(
                &self,
                request: Request<v1::GetQueueEntryRequest>,
            ) -> Answer<v1::GetQueueEntryResponse> {
                answer(read::entry(self, request).await)
            }

            async fn get_queue_statistics(
                &self,
                request: Request<v1::GetQueueStatisticsRequest>,
            ) -> Answer<v1::GetQueueStatisticsResponse> {
                answer(read::statistics(self, request).await)
            }

            $(
                async fn $name(&self, request: Request<v1::$request>) -> Answer<v1::$response> {
                    answer($work(&self.hub, request).await)
                }
            )+
        }
    };
}

commands! {
    claim_entry: ClaimEntryRequest => ClaimEntryResponse, entry::claim;
    release_entry: ReleaseEntryRequest => ReleaseEntryResponse, entry::release;
    sign_receipt: SignReceiptRequest => SignReceiptResponse, entry::sign;
    accept_transfer: AcceptTransferRequest => AcceptTransferResponse, entry::accept;
    forward_entry: ForwardEntryRequest => ForwardEntryResponse, entry::forward;
    decline_entry: DeclineEntryRequest => DeclineEntryResponse, entry::decline;
    give_feedback: GiveFeedbackRequest => GiveFeedbackResponse, entry::feedback;
    request_supplement: RequestSupplementRequest => RequestSupplementResponse, filing::request_supplement;
    file_case: FileCaseRequest => FileCaseResponse, filing::file;
    refuse_filing: RefuseFilingRequest => RefuseFilingResponse, filing::refuse;
    uphold_refusal: UpholdRefusalRequest => UpholdRefusalResponse, filing::uphold;
    withdraw_case: WithdrawCaseRequest => WithdrawCaseResponse, filing::withdraw;
    notify_withdrawal: NotifyWithdrawalRequest => NotifyWithdrawalResponse, filing::notify;
    conclude_case: ConcludeCaseRequest => ConcludeCaseResponse, filing::conclude;
    open_supervision: OpenSupervisionRequest => OpenSupervisionResponse, supervision::open;
    give_reasons: GiveReasonsRequest => GiveReasonsResponse, supervision::give_reasons;
    accept_reasons: AcceptReasonsRequest => AcceptReasonsResponse, supervision::accept_reasons;
    order_filing: OrderFilingRequest => OrderFilingResponse, supervision::order_filing;
    send_reverse_referral: SendReverseReferralRequest => SendReverseReferralResponse, reverse::send;
}
