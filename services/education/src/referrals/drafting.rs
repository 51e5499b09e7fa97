//! Opening a referral from a clue. The whole draft travels in the clue's event; the referral's own stream is a
//! reaction to it, done here at once so that the answer has the receipt, and by `follow` when we did not get
//! that far. Never here: what a lawful draft is.
//!
//! Crash story. Die before the clue's event: nothing has happened. Die after it: `follow` reads the event and
//! sends the same command under the same id. Both at once: one appends, the other finds it done.

use std::collections::BTreeSet;

use domain::actor::{Actor, Agency, Level, Unit};
use domain::clue::{self, ClueRule};
use domain::decider::Decider;
use domain::document_number::DocumentNumber;
use domain::ids::{ClueId, OfficerId};
use domain::referral::{Charge, Command, Drafted, ReferralRule, State};
use hub::answer::Answer;
use hub::call::{Call, receipt, stream_of};
use hub::{HandleError, Handled, Hub, Order, history, mint, refuse};
use jiff::Timestamp;
use jiff::civil::Date;
use tonic::{Request, Response};
use uuid::Uuid;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::v1;
use wire::violations::Violations;

use super::{Referrals, nobody};
use crate::handling::colleagues;

/// Characters of the facts.
const FACTS: usize = 8_000;
/// Officers of a case team (Order 310 art. 5); the law counts them again.
const TEAM: usize = 2;
/// Charges in one referral.
const CHARGES: usize = 20;

/// A request without faults.
struct Asked {
    clue: ClueId,
    number: DocumentNumber,
    team: Vec<OfficerId>,
    charges: Vec<Charge>,
    facts: String,
}

/// The units of a referral.
struct Units {
    superior: Unit,
    procuratorate: Unit,
}

/// What the opening of a referral's stream follows from.
pub(crate) struct Cause {
    /// The clue's event.
    pub(crate) event: Uuid,
    /// The first command of the chain.
    pub(crate) correlation: Uuid,
    /// When the clue's event happened.
    pub(crate) at: Timestamp,
}

impl Referrals {
    /// Opens a referral from a substantiated clue.
    pub async fn draft_referral(
        &self,
        request: Request<v1::DraftReferralRequest>,
    ) -> Answer<v1::DraftReferralResponse> {
        let mut look = Violations::new();
        let call = self.hub.call(&request, &mut look)?;
        let asked = read(&self.hub, request.get_ref(), &mut look)?;
        let units = match &call {
            Some(call) => units(&self.hub, &call.actor().unit, &mut look)?,
            None => None,
        };
        look.into_result()?;
        let (Some(call), Some(asked), Some(units)) = (call, asked, units) else {
            return Err(refuse::internal(&"a draft without faults gave no referral").into());
        };
        let drafted = self.draft(&call, asked, units).await?;
        Ok(Response::new(v1::DraftReferralResponse {
            receipt: receipt::<ReferralRule>(&drafted),
            referral_id: drafted.stream.to_string(),
        }))
    }

    async fn draft(&self, call: &Call, asked: Asked, units: Units) -> Result<Handled<State>, Refusal> {
        let stream = stream_of(&asked.clue)?;
        let (state, _) = self.hub.state::<ClueRule>(&stream).await.map_err(refuse::handle)?;
        // The key and the id come from the clue, so whose it is must be settled first.
        let scope = ClueRule::scope(&clue::Command::Claim, &state);
        self.hub.allow(&call.caller, "clue.open-referral", &scope)?;
        let Some(known) = state.clue() else { return Err(Refusal::Permission) };
        let mut look = Violations::new();
        colleagues(&self.hub, &asked.team, &call.actor().unit, &mut look)?;
        look.into_result()?;
        let id = mint::referral_id(call.id, known.division(), day_of(&asked.clue, call, &self.hub));
        // Under the clue's case: an erasure of a person of the clue finds the referral through this value.
        let facts = self.hub.sealed(asked.clue.as_str(), "facts", &asked.facts)?;
        let draft = Drafted {
            id,
            clue: asked.clue,
            division: known.division(),
            number: Some(asked.number),
            from: call.actor().unit.clone(),
            superior: units.superior,
            procuratorate: units.procuratorate,
            team: asked.team,
            charges: asked.charges,
            facts,
        };
        let order = call.order(clue::Command::OpenReferral { draft: Box::new(draft) });
        let opened = self.hub.handle::<ClueRule>(&stream, &order).await.map_err(refuse::handle)?;
        self.opened(call, &opened).await
    }

    /// Opens the referral's stream as the clue's event says it. On a repeated request that is the draft of
    /// the first time, whatever was sealed now.
    async fn opened(&self, call: &Call, opened: &Handled<clue::State>) -> Result<Handled<State>, Refusal> {
        let history = history::<ClueRule>(&self.hub, &opened.stream).await?;
        let draft = history.into_iter().filter(|told| told.meta.command == call.id).find_map(|told| {
            if let clue::Event::ReferralOpened { draft } = told.event {
                Some((draft, told.meta.at))
            } else {
                None
            }
        });
        let Some((draft, at)) = draft else {
            return Err(refuse::internal(&"a referral was opened without its event"));
        };
        let cause = Cause { event: opened.cause, correlation: call.id, at };
        let drafted = open_stream(&self.hub, &self.by, &cause, draft).await.map_err(refuse::handle)?;
        Ok(Handled { repeated: opened.repeated, ..drafted })
    }
}

/// Opens a referral's stream from its draft. Its id derives from the clue's event, so that doing it twice does
/// nothing.
///
/// # Errors
/// As [`Hub::handle`].
pub(crate) async fn open_stream(
    hub: &Hub,
    by: &Actor,
    cause: &Cause,
    draft: Box<Drafted>,
) -> Result<Handled<State>, HandleError> {
    let stream = hub::project::StreamName::parse(draft.id.as_str());
    // An id always has the form of a stream's name; if not, there is no such stream for anyone.
    let stream = stream.map_err(|_| HandleError::Denied)?;
    let order = Order {
        by: by.clone(),
        id: mint::follow_up(cause.event, "referral/draft"),
        occurred: Some(cause.at),
        causation: Some(cause.event),
        correlation: Some(cause.correlation),
        command: Command::Draft(draft),
    };
    hub.handle::<ReferralRule>(&stream, &order).await
}

fn read(
    hub: &Hub,
    request: &v1::DraftReferralRequest,
    look: &mut Violations,
) -> Result<Option<Asked>, Refusal> {
    let clue = look.id("clue_id", &request.clue_id);
    let team = look.ids::<OfficerId>("team", &request.team, TEAM);
    for (place, officer) in team.iter().flatten().enumerate() {
        if hub.roster.account(officer).map_err(refuse::view)?.is_none() {
            look.add(&format!("team[{place}]"), &Flaw::new("OFFICER_UNKNOWN").with("officer", officer));
        }
    }
    let charges = charges(&request.charges, look);
    let facts = look.personal("facts", &request.facts, FACTS);
    let number = look.id("number", &request.number);
    Ok((|| Some(Asked { clue: clue?, number: number?, team: team?, charges: charges?, facts: facts? }))())
}

fn charges(texts: &[String], look: &mut Violations) -> Option<Vec<Charge>> {
    if texts.is_empty() {
        look.add("charges", &Flaw::new("TOO_FEW").with("count", 0).with("min", 1));
        return None;
    }
    let charges: Vec<Charge> = look.each("charges", (texts, CHARGES), |look, text| look.id("", text))?;
    let distinct: BTreeSet<String> = charges.iter().map(ToString::to_string).collect();
    if distinct.len() < charges.len() {
        look.add("charges", &Flaw::new("TWICE"));
        return None;
    }
    Some(charges)
}

/// The units above and beside the caller's; a missing one is a fault that says of which agency. They follow
/// from the caller's unit alone, so the answer tells nothing of the clue.
fn units(hub: &Hub, from: &Unit, look: &mut Violations) -> Result<Option<Units>, Refusal> {
    let superior = match hub.roster.superior(&from.id).map_err(refuse::view)? {
        Some(unit) => Some(unit),
        // Nobody stands above a ministry.
        None => (from.level == Level::Nation).then(|| from.clone()),
    };
    let procuratorate = procuratorate(hub, from)?;
    if superior.is_none() {
        look.add("", &nobody(from.agency, from.division));
    }
    if procuratorate.is_none() {
        look.add("", &nobody(Agency::Procuratorate, from.division));
    }
    Ok((|| Some(Units { superior: superior?, procuratorate: procuratorate? }))())
}

/// The procuratorate of the same level (Order 310 art. 14): the competent one, else the one of that level.
fn procuratorate(hub: &Hub, from: &Unit) -> Result<Option<Unit>, Refusal> {
    let named = hub.roster.competent(Agency::Procuratorate, from.division, None).map_err(refuse::view)?;
    match named.filter(|unit| unit.level == from.level) {
        Some(unit) => Ok(Some(unit)),
        None => hub.roster.at_level(Agency::Procuratorate, from.division, from.level).map_err(refuse::view),
    }
}

/// The day in the clue's id, so that a request repeated tomorrow names the same referral.
fn day_of(clue: &ClueId, call: &Call, hub: &Hub) -> Date {
    let written = clue.as_str().split('-').nth(2).and_then(|day| Date::strptime("%Y%m%d", day).ok());
    // Every clue's id has a date of digits, but not always one of the calendar.
    written.unwrap_or_else(|| mint::beijing_day(call.occurred.unwrap_or_else(|| hub.time.now())))
}
