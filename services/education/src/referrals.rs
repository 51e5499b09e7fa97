//! The agency's side of referrals under Order 310: from the draft to the hand-over or the return. Each request
//! becomes one command on the referral it names; what is asked of the reader's own list goes to the view.
//! Never here: whether the law allows it, or what the police do.

mod drafting;
mod list;
mod one;
mod tables;

use std::sync::Arc;

use domain::actor::{Actor, Agency, Unit};
use domain::ids::ReferralId;
use domain::paper::Paper;
use domain::referral::{Command, Referral, ReferralRule, State};
use hub::answer::Answer;
use hub::call::{Call, receipt, stream_of};
use hub::{Attached, Hub, View, ViewError, refuse};
use tokio::sync::Semaphore;
use tonic::{Request, Response};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::{self, CommandReceipt, PaperRef};
use wire::violations::Violations;

use crate::place::Named;

pub(crate) use drafting::{Cause, open_stream};
pub(crate) use list::{stages, works};
pub use tables::ReferralTables;

/// Papers on their way in at once; each may take 20 MiB of memory twice, open and sealed.
const UPLOADS: usize = 4;

/// The agency's side of referrals; cheap to clone.
#[derive(Clone)]
pub struct Referrals {
    pub(crate) hub: Hub,
    pub(crate) view: View,
    /// In whose name a referral's stream is opened: the hub's own account.
    by: Arc<Actor>,
    pub(crate) uploads: Arc<Semaphore>,
}

impl Referrals {
    /// Opens the view of referrals and keeps it current.
    ///
    /// # Errors
    /// When the view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let view = View::start(&hub.views, ReferralTables, &hub.log)?;
        let by = Arc::new(crate::follow::hub_itself()?);
        Ok(Self { hub: hub.clone(), view, by, uploads: Arc::new(Semaphore::new(UPLOADS)) })
    }

    /// The view, for its health and for waiting.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    /// One command on the referral that a request names.
    async fn on_referral<R: CommandRequest>(
        &self,
        request: Request<R>,
        shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<Command>,
    ) -> Result<Option<CommandReceipt>, Refusal> {
        let handled = self.hub.command::<ReferralRule, R>(request, shape).await?;
        Ok(receipt::<ReferralRule>(&handled))
    }

    /// Gives a draft up.
    pub async fn abandon_referral(
        &self,
        request: Request<v1::AbandonReferralRequest>,
    ) -> Answer<v1::AbandonReferralResponse> {
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let reason = look.required_text("reason", &request.reason);
            Some(Command::Abandon { number: number?, reason: reason? })
        });
        Ok(Response::new(v1::AbandonReferralResponse { receipt: receipt.await? }))
    }

    /// Submits the written report to the head.
    pub async fn submit_referral(
        &self,
        request: Request<v1::SubmitReferralRequest>,
    ) -> Answer<v1::SubmitReferralResponse> {
        let attached = Attached::of(&self.hub, &request, &request.get_ref().papers).await?;
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let papers = some_papers(&attached, &request.papers, look);
            Some(Command::Submit { number: number?, papers: papers? })
        });
        Ok(Response::new(v1::SubmitReferralResponse { receipt: receipt.await? }))
    }

    /// The head, or the person presiding, approves.
    pub async fn approve_referral(
        &self,
        request: Request<v1::ApproveReferralRequest>,
    ) -> Answer<v1::ApproveReferralResponse> {
        let attached = Attached::of(&self.hub, &request, request.get_ref().paper.as_slice()).await?;
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let paper = signed(&attached, request.paper.as_ref(), look);
            let presiding = look.optional_id("presiding_number", &request.presiding_number);
            Some(Command::Approve { number: number?, paper, presiding })
        });
        Ok(Response::new(v1::ApproveReferralResponse { receipt: receipt.await? }))
    }

    /// The head, or the person presiding, refuses.
    pub async fn refuse_referral(
        &self,
        request: Request<v1::RefuseReferralRequest>,
    ) -> Answer<v1::RefuseReferralResponse> {
        let attached = Attached::of(&self.hub, &request, request.get_ref().paper.as_slice()).await?;
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let reason = look.required_text("reason", &request.reason);
            let paper = signed(&attached, request.paper.as_ref(), look);
            let presiding = look.optional_id("presiding_number", &request.presiding_number);
            Some(Command::Refuse { number: number?, reason: reason?, paper, presiding })
        });
        Ok(Response::new(v1::RefuseReferralResponse { receipt: receipt.await? }))
    }

    /// A superior order or procuratorial opinion sends a refused referral back to drafting.
    pub async fn order_referral_anew(
        &self,
        request: Request<v1::OrderReferralAnewRequest>,
    ) -> Answer<v1::OrderReferralAnewResponse> {
        let receipt = self.on_referral(request, |request, _, look| {
            Some(Command::OrderAnew { number: look.id("number", &request.number)? })
        });
        Ok(Response::new(v1::OrderReferralAnewResponse { receipt: receipt.await? }))
    }

    /// Names another police unit than the one of the same level.
    pub async fn designate_police(
        &self,
        request: Request<v1::DesignatePoliceRequest>,
    ) -> Answer<v1::DesignatePoliceResponse> {
        let named = self.named(&request, &request.get_ref().to_unit_id)?;
        let receipt = self.on_referral(request, |request, _, look| {
            let to = named.required("to_unit_id", look).map(|unit| unit.unit.clone());
            let number = look.id("number", &request.number);
            Some(Command::Designate { to: to?, number: number? })
        });
        Ok(Response::new(v1::DesignatePoliceResponse { receipt: receipt.await? }))
    }

    /// Delivers letter and attachments to the police and the copy to the procuratorate.
    pub async fn deliver_referral(
        &self,
        request: Request<v1::DeliverReferralRequest>,
    ) -> Answer<v1::DeliverReferralResponse> {
        let named = self.named(&request, &request.get_ref().to_unit_id)?;
        let competent = if named.is_none() { self.competent_police(&request).await? } else { None };
        let attached = Attached::of(&self.hub, &request, &request.get_ref().papers).await?;
        let receipt = self.on_referral(request, |request, _, look| {
            let to = match (named.is_none(), competent) {
                (false, _) => named.required("to_unit_id", look).map(|unit| unit.unit.clone()),
                (true, Some(Ok(unit))) => Some(unit),
                (true, Some(Err(none))) => {
                    look.add("to_unit_id", &none);
                    None
                }
                // The id is no referral's; that is told under its own name.
                (true, None) => None,
            };
            let number = look.id("number", &request.number);
            let papers = some_papers(&attached, &request.papers, look);
            Some(Command::Deliver { to: to?, number: number?, papers: papers? })
        });
        Ok(Response::new(v1::DeliverReferralResponse { receipt: receipt.await? }))
    }

    /// Hands in the material the police asked for.
    pub async fn supplement_referral(
        &self,
        request: Request<v1::SupplementReferralRequest>,
    ) -> Answer<v1::SupplementReferralResponse> {
        let attached = Attached::of(&self.hub, &request, &request.get_ref().papers).await?;
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let papers = some_papers(&attached, &request.papers, look);
            Some(Command::Supplement { number: number?, papers: papers? })
        });
        Ok(Response::new(v1::SupplementReferralResponse { receipt: receipt.await? }))
    }

    /// Asks the police to reconsider a non-filing.
    pub async fn request_reconsideration(
        &self,
        request: Request<v1::RequestReconsiderationRequest>,
    ) -> Answer<v1::RequestReconsiderationResponse> {
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let reason = look.required_text("reason", &request.reason);
            Some(Command::RequestReconsideration { number: number?, reason: reason? })
        });
        Ok(Response::new(v1::RequestReconsiderationResponse { receipt: receipt.await? }))
    }

    /// Suggests filing supervision to the procuratorate.
    pub async fn suggest_supervision(
        &self,
        request: Request<v1::SuggestSupervisionRequest>,
    ) -> Answer<v1::SuggestSupervisionResponse> {
        let receipt = self.on_referral(request, |request, _, look| {
            Some(Command::SuggestSupervision { number: look.id("number", &request.number)? })
        });
        Ok(Response::new(v1::SuggestSupervisionResponse { receipt: receipt.await? }))
    }

    /// Agency and police have signed the hand-over list.
    pub async fn hand_over_referral(
        &self,
        request: Request<v1::HandOverReferralRequest>,
    ) -> Answer<v1::HandOverReferralResponse> {
        let attached = Attached::of(&self.hub, &request, request.get_ref().paper.as_slice()).await?;
        let receipt = self.on_referral(request, |request, _, look| {
            let number = look.id("number", &request.number);
            let paper = attached.paper("paper", request.paper.as_ref(), look);
            Some(Command::HandOver { number: number?, paper: paper? })
        });
        Ok(Response::new(v1::HandOverReferralResponse { receipt: receipt.await? }))
    }

    /// Takes a referral back as an administrative case.
    pub async fn accept_return(
        &self,
        request: Request<v1::AcceptReturnRequest>,
    ) -> Answer<v1::AcceptReturnResponse> {
        let receipt = self.on_referral(request, |request, _, look| {
            Some(Command::AcceptReturn { number: look.id("number", &request.number)? })
        });
        Ok(Response::new(v1::AcceptReturnResponse { receipt: receipt.await? }))
    }

    /// A unit that a request names, for a caller who is known.
    fn named<R>(&self, request: &Request<R>, unit: &str) -> Result<Named, Refusal> {
        self.hub.caller(request.metadata())?;
        Named::find(&self.hub, unit)
    }

    /// The referral that a request names, when the caller may see it; none when its id is not one, which the
    /// shape of the request will say.
    async fn seen<R: CommandRequest>(&self, request: &Request<R>) -> Result<Option<Box<Referral>>, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let Ok(id) = request.get_ref().matter().1.parse::<ReferralId>() else { return Ok(None) };
        let (state, _) = self.hub.state::<ReferralRule>(&stream_of(&id)?).await.map_err(refuse::handle)?;
        self.hub.allow(&caller, "view.referral", &state.known().map(Referral::scope).unwrap_or_default())?;
        match state {
            State::Known(referral) => Ok(Some(referral)),
            State::Unknown => Err(Refusal::Permission),
        }
    }

    /// The police unit that was designated, or the one of the same level for the place; else what is missing.
    async fn competent_police<R: CommandRequest>(
        &self,
        request: &Request<R>,
    ) -> Result<Option<Result<Unit, Flaw>>, Refusal> {
        let Some(referral) = self.seen(request).await? else { return Ok(None) };
        if let Some(unit) = referral.designated() {
            return Ok(Some(Ok(unit.clone())));
        }
        let (place, level) = (referral.draft().division, referral.draft().from.level);
        let roster = &self.hub.roster;
        let named = roster.competent(Agency::Police, place, None).map_err(refuse::view)?;
        let found = match named.filter(|unit| unit.level == level) {
            Some(unit) => Some(unit),
            None => roster.at_level(Agency::Police, place, level).map_err(refuse::view)?,
        };
        Ok(Some(found.ok_or_else(|| nobody(Agency::Police, place))))
    }
}

/// No unit of the agency serves the place.
fn nobody(agency: Agency, place: domain::division::DivisionCode) -> Flaw {
    Flaw::new("NO_COMPETENT_UNIT").with("agency", agency.code()).with("division", place)
}

/// The signed decision; none when the request attaches none.
fn signed(attached: &Attached, paper: Option<&PaperRef>, look: &mut Violations) -> Option<Paper> {
    paper.and_then(|paper| attached.paper("paper", Some(paper), look))
}

/// The papers of a request, at least one.
fn some_papers(attached: &Attached, papers: &[PaperRef], look: &mut Violations) -> Option<Vec<Paper>> {
    if papers.is_empty() {
        look.add("papers", &Flaw::new("TOO_FEW").with("count", 0).with("min", 1));
        return None;
    }
    attached.papers("papers", papers, look)
}
