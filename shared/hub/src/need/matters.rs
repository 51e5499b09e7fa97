//! The matters as need-to-know asks about them, folded from their streams and remembered until they grow.
//! Never here: who may see what.
//!
//! One task follows the log and forgets every stream that has grown beyond what was folded, so that what is
//! remembered is never older than that task, which is some milliseconds behind the log. A stream that grows while
//! it is being read is not remembered: the mark set before the reading is gone then.

use std::sync::{Arc, Mutex, PoisonError};

use domain::break_glass::BreakGlassRule;
use domain::campaign::CampaignRule;
use domain::clue::ClueRule;
use domain::decider::{Decider, Scope};
use domain::dispatch::DispatchRule;
use domain::door::DoorMark;
use domain::draw::record::{self, DrawRule};
use domain::hazard::HazardRule;
use domain::ids::{
    CampaignId, ClueId, DispatchId, DrawId, ErasureId, GrantId, HazardId, InspectionId, InstitutionId,
    OfficerId, ReferralId, ReverseId, StaffCountId, UnitId,
};
use domain::inspection::InspectionRule;
use domain::institution::InstitutionRule;
use domain::matter::{self, Matter, Origin};
use domain::officer::OfficerRule;
use domain::reading;
use domain::referral::ReferralRule;
use domain::reverse_referral::ReverseRule;
use domain::staff_count::StaffCountRule;
use domain::unit::UnitRule;
use eventlog::{EventLog, Positioned, ReadError, Recorded, Revision, StreamName};

use crate::handle::HandleError;
use crate::history::{state_of, told};
use crate::read_model::AGAIN;
use crate::recent::Recent;

/// Matters remembered; one is about half a KiB.
const REMEMBERED: usize = 20_000;

/// What is known of a stream.
#[derive(Clone)]
enum Known {
    /// Somebody reads it; the number tells who.
    Reading(u64),
    /// Folded up to a revision; none when the stream is empty or of no kind that need-to-know knows.
    Folded(Option<Arc<Matter>>, Option<Revision>),
}

struct Inner {
    log: EventLog,
    known: Mutex<(Recent<StreamName, Known>, u64)>,
}

/// The matters; cheap to clone.
#[derive(Clone)]
pub struct Matters {
    inner: Arc<Inner>,
}

impl Matters {
    /// Starts following the log from its end.
    #[must_use]
    pub fn start(log: &EventLog) -> Self {
        let known = Mutex::new((Recent::new(REMEMBERED), 0));
        let matters = Self { inner: Arc::new(Inner { log: log.clone(), known }) };
        tokio::spawn(forget(matters.clone()));
        matters
    }

    /// A matter with the facts of what it came from; as of a revision of its stream or later, when one is given.
    pub(super) async fn of(
        &self,
        stream: &StreamName,
        since: Option<Revision>,
    ) -> Result<Option<Arc<Matter>>, HandleError> {
        // Readings are of many matters and of none, doors of none at all: nobody is shown their events, and the streams
        // of readings are long.
        if matches!(stream.category(), reading::PREFIX | DoorMark::PREFIX) {
            return Ok(None);
        }
        let Some(own) = self.own(stream, since).await? else { return Ok(None) };
        // At most two steps: a reverse referral, its referral, the clue.
        let Some(origin) = self.origin(&own).await? else { return Ok(Some(own)) };
        let origin = match self.origin(&origin).await? {
            Some(first) => Arc::new((*origin).clone().following(&first)),
            None => origin,
        };
        Ok(Some(Arc::new((*own).clone().following(&origin))))
    }

    async fn origin(&self, matter: &Matter) -> Result<Option<Arc<Matter>>, HandleError> {
        let name = match &matter.origin {
            None => return Ok(None),
            Some(Origin::Clue(clue)) => clue.to_string(),
            Some(Origin::Referral(referral)) => referral.to_string(),
        };
        // An id always has the form of a stream's name.
        let Ok(stream) = StreamName::parse(&name) else { return Ok(None) };
        self.own(&stream, None).await
    }

    async fn own(
        &self,
        stream: &StreamName,
        since: Option<Revision>,
    ) -> Result<Option<Arc<Matter>>, HandleError> {
        if !is_of_a_matter(stream) {
            return Ok(None);
        }
        let mark = {
            let mut known = self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(Known::Folded(matter, last)) = known.0.get(stream)
                && last >= since
            {
                return Ok(matter);
            }
            known.1 += 1;
            let mark = known.1;
            known.0.put(stream.clone(), Known::Reading(mark));
            mark
        };
        let events = self.inner.log.read(stream, Revision::FIRST).await.map_err(HandleError::Read)?;
        let matter = folded(stream, &events)?.map(Arc::new);
        let last = events.last().map(|event| event.revision);
        let mut known = self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(known.0.get(stream), Some(Known::Reading(now)) if now == mark) {
            known.0.put(stream.clone(), Known::Folded(matter.clone(), last));
        }
        Ok(matter)
    }

    /// Forgets the streams that have grown beyond what was folded. A clock tells nothing of whose a matter is, so
    /// one that follows right behind is taken as folded in.
    fn forget(&self, page: &[Positioned]) {
        let mut known = self.inner.known.lock().unwrap_or_else(PoisonError::into_inner);
        for Positioned { event, .. } in page {
            let place = Some(event.revision);
            let Some(Known::Folded(matter, last)) = known.0.get(&event.stream) else {
                known.0.remove(&event.stream);
                continue;
            };
            if last >= place {
                continue;
            }
            if is_clock(event) && last.map(Revision::next) == place {
                known.0.put(event.stream.clone(), Known::Folded(matter, place));
            } else {
                known.0.remove(&event.stream);
            }
        }
    }

    fn forget_all(&self) {
        self.inner.known.lock().unwrap_or_else(PoisonError::into_inner).0.clear();
    }
}

/// Follows the log and forgets what grew. What was remembered before the place was known may have grown
/// unseen, so it is forgotten as a whole; so is everything after a fault.
async fn forget(matters: Matters) {
    let log = matters.inner.log.clone();
    let mut follow = None;
    loop {
        let page = match &mut follow {
            None => log.head().await.map(|head| {
                matters.forget_all();
                follow = Some(log.subscribe(head));
                Vec::new()
            }),
            Some(events) => events.next().await,
        };
        match page {
            Ok(page) => matters.forget(&page),
            Err(ReadError::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "need-to-know cannot follow the log");
                matters.forget_all();
                tokio::time::sleep(AGAIN).await;
            }
        }
    }
}

/// The categories of the streams that are about a matter. What the hub writes about its own deliveries is about none: it
/// is nobody's to see, and such a stream may be far too long to be read for that.
const OF_MATTERS: [&str; 14] = [
    ClueId::PREFIX,
    ReferralId::PREFIX,
    ReverseId::PREFIX,
    InspectionId::PREFIX,
    DrawId::PREFIX,
    HazardId::PREFIX,
    CampaignId::PREFIX,
    DispatchId::PREFIX,
    StaffCountId::PREFIX,
    UnitId::PREFIX,
    OfficerId::PREFIX,
    InstitutionId::PREFIX,
    GrantId::PREFIX,
    ErasureId::PREFIX,
];

fn is_of_a_matter(stream: &StreamName) -> bool {
    OF_MATTERS.contains(&stream.category())
}

/// The matter a stream's events lead to.
fn folded(stream: &StreamName, events: &[Recorded]) -> Result<Option<Matter>, HandleError> {
    if events.is_empty() {
        return Ok(None);
    }
    Ok(match stream.category() {
        ClueId::PREFIX => {
            let told = all::<ClueRule>(events)?;
            let wrote = told.first().map(|first| &first.meta.by.officer);
            matter::of_clue(&state_of::<ClueRule>(&told), wrote)
        }
        ReferralId::PREFIX => matter::of_referral(&state::<ReferralRule>(events)?),
        ReverseId::PREFIX => matter::of_reverse(&state::<ReverseRule>(events)?),
        InspectionId::PREFIX => matter::of_inspection(&state::<InspectionRule>(events)?),
        DrawId::PREFIX => match state::<DrawRule>(events)? {
            record::State::Unknown => None,
            record::State::Made { scope, .. } => Some(Matter::record(scope)),
        },
        HazardId::PREFIX => matter::of_hazard(&state::<HazardRule>(events)?),
        CampaignId::PREFIX => matter::of_campaign(&state::<CampaignRule>(events)?),
        DispatchId::PREFIX => matter::of_dispatch(&state::<DispatchRule>(events)?),
        StaffCountId::PREFIX => matter::of_staff_count(&state::<StaffCountRule>(events)?),
        UnitId::PREFIX => Some(matter::of_unit(&state::<UnitRule>(events)?)),
        OfficerId::PREFIX => Some(matter::of_officer(&state::<OfficerRule>(events)?)),
        InstitutionId::PREFIX => matter::of_institution(&state::<InstitutionRule>(events)?),
        GrantId::PREFIX => {
            state::<BreakGlassRule>(events)?.known().map(|grant| Matter::record(grant.asked().scope()))
        }
        // A certificate names no division and no unit: it is the operator's and the auditors' to see.
        ErasureId::PREFIX => Some(Matter::record(Scope::default())),
        _ => None,
    })
}

fn state<D: Decider>(events: &[Recorded]) -> Result<D::State, HandleError> {
    Ok(state_of::<D>(&all::<D>(events)?))
}

/// Decoded, without the clocks, which are half of most histories and tell nothing of whose a matter is.
fn all<D: Decider>(events: &[Recorded]) -> Result<Vec<wire::show::Told<D::Event>>, HandleError> {
    events.iter().filter(|event| !is_clock(event)).map(told).collect()
}

fn is_clock(event: &Recorded) -> bool {
    event.kind.starts_with("clock.")
}
