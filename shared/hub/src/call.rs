//! One RPC that carries a command: the caller, the request's common fields, the command it becomes, and the
//! receipt of the answer. Never here: what any single request means.

use std::fmt::Display;
use std::str::FromStr;

use domain::actor::Actor;
use domain::break_glass::BreakGlassRule;
use domain::campaign::CampaignRule;
use domain::clue::{self, ClueRule};
use domain::decider::Decider;
use domain::dispatch::DispatchRule;
use domain::draw::record::DrawRule;
use domain::hazard::HazardRule;
use domain::ids::{
    CampaignId, ClueId, DispatchId, DrawId, GrantId, HazardId, InspectionId, InstitutionId, OfficerId,
    ReferralId, ReverseId, StaffCountId, UnitId,
};
use domain::inspection::InspectionRule;
use domain::institution::InstitutionRule;
use domain::officer::OfficerRule;
use domain::referral::ReferralRule;
use domain::reverse_referral::ReverseRule;
use domain::staff_count::StaffCountRule;
use domain::unit::UnitRule;
use eventlog::StreamName;
use jiff::Timestamp;
use tonic::Request;
use uuid::Uuid;
use wire::convert;
use wire::flaw::Fault;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::CommandReceipt;
use wire::violations::Violations;

use crate::caller::Caller;
use crate::handle::{Handled, Order};
use crate::refuse;
use crate::shell::Hub;

/// A rule whose streams a request can name.
pub trait Addressed: Decider {
    /// The id of a matter; its text is the name of its stream.
    type Id: FromStr<Err: Fault> + Display + Send;

    /// The stable word for where a matter stands.
    fn stage(state: &Self::State) -> String;
}

/// The stream of a matter: its id is its name.
///
/// # Errors
/// Never in practice: every id has the form of a stream's name.
pub fn stream_of(id: &impl Display) -> Result<StreamName, Refusal> {
    StreamName::parse(&id.to_string()).map_err(|error| refuse::internal(&error))
}

macro_rules! addressed {
    ($($rule:ty, $id:ty, $state:ident => $stage:expr;)+) => {
        $(
            impl Addressed for $rule {
                type Id = $id;
                fn stage($state: &Self::State) -> String {
                    $stage.to_owned()
                }
            }
        )+
    };
}

addressed! {
    ClueRule, ClueId, state => state.clue().map_or("unknown", |clue: &clue::state::Clue| clue.stage().name());
    ReferralRule, ReferralId, state => state.known().map_or("unknown", |referral| referral.step().word());
    ReverseRule, ReverseId, state => match state {
        domain::reverse_referral::State::Unknown => "unknown",
        domain::reverse_referral::State::Known { step, .. } => step.word(),
    };
    BreakGlassRule, GrantId, state => state.known().map_or("unknown", |grant| grant.stage().word());
    InspectionRule, InspectionId, state => state.known().map_or("unknown", |visit| visit.stage().word());
    DrawRule, DrawId, state => match state {
        domain::draw::record::State::Unknown => "unknown",
        domain::draw::record::State::Made { .. } => "draw-made",
    };
    HazardRule, HazardId, state => state.known().map_or("unknown", |hazard| hazard.stage().word());
    CampaignRule, CampaignId, state => state.known().map_or("unknown", |campaign| campaign.stage().word());
    DispatchRule, DispatchId, state => state.word();
    StaffCountRule, StaffCountId, state => state.word();
    UnitRule, UnitId, state => match state {
        domain::unit::State::Unknown => "unknown",
        domain::unit::State::Active(_) => "active",
        domain::unit::State::Closed => "closed",
    };
    OfficerRule, OfficerId, state => match state {
        domain::officer::State::Unknown => "unknown",
        domain::officer::State::Active(_) => "active",
        domain::officer::State::Disabled(_) => "disabled",
    };
    InstitutionRule, InstitutionId, state => match state {
        domain::institution::State::Unknown => "unknown",
        domain::institution::State::Known(_) => "known",
    };
}

/// The common part of a command request, checked.
#[derive(Debug, Clone)]
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    /// The command's id.
    pub id: Uuid,
    /// When it really happened.
    pub occurred: Option<Timestamp>,
}

impl Call {
    /// The order for a command.
    #[must_use]
    pub fn order<C>(&self, command: C) -> Order<C> {
        Order {
            by: self.caller.actor.clone(),
            id: self.id,
            occurred: self.occurred,
            causation: None,
            correlation: None,
            command,
        }
    }

    /// Who acts.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.caller.actor
    }
}

impl Hub {
    /// The caller and the common fields of a command request; faults of the fields go to `faults`.
    ///
    /// # Errors
    /// `Identity` at once: who is not known is not told what is wrong with the request.
    pub fn call<R: CommandRequest>(
        &self,
        request: &Request<R>,
        faults: &mut Violations,
    ) -> Result<Option<Call>, Refusal> {
        let caller = self.caller(request.metadata())?;
        Ok(self.call_of(caller, request.get_ref(), faults))
    }

    /// The common fields of a command request from a known caller.
    pub fn call_of<R: CommandRequest>(
        &self,
        caller: Caller,
        request: &R,
        faults: &mut Violations,
    ) -> Option<Call> {
        let id = faults.request_id(request.request_id());
        let stated = request.occurred_at();
        let occurred = faults.occurred_at(stated, self.time.now());
        let (id, occurred) = (id?, stated.and(Some(occurred?)));
        Some(Call { caller, id, occurred })
    }

    /// One command on a matter that the request names: caller, shape, then [`Hub::handle`].
    ///
    /// # Errors
    /// Every way a command can be refused.
    pub async fn command<D: Addressed, R: CommandRequest>(
        &self,
        request: Request<R>,
        shape: impl FnOnce(&R, &Call, &mut Violations) -> Option<D::Command>,
    ) -> Result<Handled<D::State>, Refusal> {
        let mut faults = Violations::new();
        let call = self.call(&request, &mut faults)?;
        let (field, id) = request.get_ref().matter();
        let matter = faults.id::<D::Id>(field, id);
        // Shape is checked even when common fields are at fault, so that every fault is named at once.
        let stand_in = match &call {
            Some(call) => call.clone(),
            None => Call { caller: self.caller(request.metadata())?, id: Uuid::nil(), occurred: None },
        };
        let command = shape(request.get_ref(), &stand_in, &mut faults);
        faults.into_result()?;
        let (Some(call), Some(matter), Some(command)) = (call, matter, command) else {
            return Err(refuse::internal(&"a request without faults gave no command"));
        };
        let stream = stream_of(&matter)?;
        self.handle::<D>(&stream, &call.order(command)).await.map_err(refuse::handle)
    }
}

/// The receipt of an answer.
#[must_use]
pub fn receipt<D: Addressed>(handled: &Handled<D::State>) -> Option<CommandReceipt> {
    Some(CommandReceipt {
        stream: handled.stream.to_string(),
        revision: handled.revision.get(),
        state: D::stage(&handled.state),
        consistency_token: handled.token().to_string(),
        recorded_at: Some(convert::timestamp(handled.recorded)),
        repeated: handled.repeated,
    })
}
