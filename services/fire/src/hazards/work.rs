//! Steps of a hazard carried out: one call, or a stream of records. Never here: what a step says (that is `step`).

use domain::hazard::draft::Draft;
use domain::hazard::{Command, HazardRule, State};
use domain::ids::HazardId;
use hub::bulk::{Outcomes, Taken};
use hub::call::{Call, receipt, stream_of};
use hub::{Attached, Caller, Handled, mint, refuse};
use tonic::{Request, Streaming};
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::request::CommandRequest;
use wire::v1::work_hazards_request::Step;
use wire::v1::{self, CommandReceipt};
use wire::violations::Violations;

use super::Hazards;
use super::step::{Reader, papers};

impl Hazards {
    /// One step, as a call of its own.
    pub(super) async fn step<R: CommandRequest>(
        &self,
        request: Request<R>,
        read: impl FnOnce(&R) -> Result<Step, &'static str>,
    ) -> Result<Option<CommandReceipt>, Refusal> {
        let caller = self.hub.caller(request.metadata())?;
        let request = request.get_ref();
        let handled = self.take(caller, request, read(request)).await?;
        Ok(receipt::<HazardRule>(&handled))
    }

    /// A hazard found without an inspection.
    pub(super) async fn open(
        &self,
        request: Request<v1::OpenHazardRequest>,
    ) -> Result<v1::OpenHazardResponse, Refusal> {
        let receipt = self.step(request, |asked| asked.open.clone().map(Step::Open).ok_or("open")).await?;
        let hazard_id = receipt.as_ref().map(|receipt| receipt.stream.clone()).unwrap_or_default();
        Ok(v1::OpenHazardResponse { receipt, hazard_id })
    }

    /// A stream of steps.
    pub(super) fn work(
        &self,
        request: Request<Streaming<v1::WorkHazardsRequest>>,
    ) -> Result<Outcomes, Refusal> {
        let api = self.clone();
        self.hub.intake(request, move |caller, mut record: v1::WorkHazardsRequest| {
            let api = api.clone();
            async move {
                let step = record.step.take().ok_or("step");
                api.take(caller, &record, step).await.map(|handled| Taken::from(&handled))
            }
        })
    }

    /// One step; a missing one is named by the field it should be in.
    async fn take<R: CommandRequest>(
        &self,
        caller: Caller,
        request: &R,
        step: Result<Step, &'static str>,
    ) -> Result<Handled<State>, Refusal> {
        let mut faults = Violations::new();
        let call = self.hub.call_of(caller.clone(), request, &mut faults);
        let attached = Attached::find(&self.hub, step.as_ref().map(papers).unwrap_or_default()).await?;
        let (field, id) = request.matter();
        let mut reader = Reader { hub: &self.hub, attached: &attached, faults: &mut faults, place: None };
        let meant = match step {
            Ok(Step::Open(opening)) => {
                // Shape is checked even when common fields are at fault, so that every fault is named at once.
                reader.opening((request, &caller), call.as_ref(), &opening)
            }
            Ok(step) => {
                let hazard = reader.faults.id::<HazardId>(field, id);
                reader.place = hazard.as_ref().and_then(HazardId::division);
                hazard.zip(reader.command(&step))
            }
            Err(missing) => {
                faults.add(missing, &Flaw::new("REQUIRED"));
                // A new hazard has no id to look at.
                if field.is_empty() { None } else { faults.id::<HazardId>(field, id).and(None) }
            }
        };
        let (call, (hazard, command)) = faults.done(call.zip(meant))?;
        let stream = stream_of(&hazard)?;
        self.hub.handle::<HazardRule>(&stream, &call.order(command)).await.map_err(refuse::handle)
    }
}

impl Reader<'_> {
    /// The hazard that an opening names, and the command. The division is the institution's own.
    fn opening<R: CommandRequest>(
        &mut self,
        (request, caller): (&R, &Caller),
        call: Option<&Call>,
        it: &v1::HazardOpening,
    ) -> Option<(HazardId, Command)> {
        if request.occurred_at().is_none() {
            self.faults.add("occurred_at", &Flaw::new("REQUIRED"));
        }
        let (_, id) = request.matter();
        self.faults.must_be_empty("hazard_id", id.is_empty());
        let finder = caller.actor.unit.clone();
        let (hub, attached) = (self.hub, self.attached);
        let draft = self.faults.within("open", |faults| {
            let institution = hub.institution_named(faults, "institution_id", &it.institution_id);
            let category = faults.chosen("category", it.category);
            let grade = faults.chosen("grade", it.grade);
            let basis = faults.required_text("basis", &it.basis);
            let lead = match it.lead_unit_id.trim() {
                "" => Some(finder.clone()),
                unit => hub.unit_named(faults, "lead_unit_id", unit).map(|entry| entry.unit.clone()),
            };
            let spot = faults.required_text("spot", &it.spot);
            let papers = attached.papers("papers", &it.papers, faults);
            let (call, institution) = (call?, institution?);
            let found = mint::beijing_day(call.occurred?);
            Some(Draft {
                id: mint::hazard_id(call.id, institution.division, found),
                division: institution.division,
                institution: institution.id,
                category: category?,
                grade: grade?,
                visit_lead: None,
                found: None,
                basis: basis?,
                finder,
                lead: lead?,
                spot: spot?,
                papers: papers?,
            })
        })?;
        Some((draft.id.clone(), Command::Open { draft: Box::new(draft) }))
    }
}
