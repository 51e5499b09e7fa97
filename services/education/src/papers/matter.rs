//! The matter a paper belongs to: a clue, a referral, a reverse referral, an inspection or a hazard. Never here: bytes.

use std::fmt;

use domain::actor::{Agency, Unit};
use domain::ids::{ClueId, HazardId, InspectionId, ReferralId, ReverseId, UnitId};
use domain::paper::{Hash, Paper};
use hub::call::stream_of;
use hub::handle::metadata;
use hub::project::Revision;
use hub::{HandleError, Hub, refuse};
use serde::Deserialize;
use wire::flaw::Flaw;
use wire::refusal::Refusal;
use wire::violations::Violations;

/// A matter by its id.
pub(super) enum Matter {
    Clue(ClueId),
    Referral(ReferralId),
    Reverse(ReverseId),
    Inspection(InspectionId),
    Hazard(HazardId),
}

/// A paper as an event names it.
pub(super) struct Named {
    pub(super) paper: Paper,
    /// The unit that brought it.
    pub(super) by: Unit,
}

/// The papers in an event: the same members in every matter's events, of its own, of a look at the place, or of the
/// lines of a checklist.
#[derive(Deserialize)]
struct Brought {
    #[serde(default)]
    papers: Vec<Paper>,
    paper: Option<Paper>,
    visit: Option<Box<Brought>>,
    #[serde(default)]
    answers: Vec<Brought>,
    /// The line of an inspection from which the hub wrote a hazard down.
    found: Option<Found>,
}

#[derive(Deserialize)]
struct Found {
    inspection: InspectionId,
}

impl Brought {
    fn paper(self, hash: &Hash) -> Option<Paper> {
        let own = self.papers.into_iter().chain(self.paper).find(|paper| paper.hash == *hash);
        let within = || self.visit.map(|visit| *visit).into_iter().chain(self.answers);
        own.or_else(|| within().find_map(|brought| brought.paper(hash)))
    }
}

impl Matter {
    /// Reads the id of a matter.
    pub(super) fn read(field: &str, text: &str, look: &mut Violations) -> Option<Self> {
        let kind = text.trim().split('-').next().unwrap_or_default().to_ascii_uppercase();
        match kind.as_str() {
            ClueId::PREFIX => look.id(field, text).map(Self::Clue),
            ReferralId::PREFIX => look.id(field, text).map(Self::Referral),
            ReverseId::PREFIX => look.id(field, text).map(Self::Reverse),
            InspectionId::PREFIX => look.id(field, text).map(Self::Inspection),
            HazardId::PREFIX => look.id(field, text).map(Self::Hazard),
            _ => {
                look.add(field, &Flaw::new("MATTER_ID"));
                None
            }
        }
    }

    /// The units whose it is; none when there is no such matter.
    pub(super) async fn parties(&self, hub: &Hub) -> Result<Vec<UnitId>, Refusal> {
        let known = hub.matter(&stream_of(self)?).await?;
        Ok(known.map(|matter| matter.scope.parties.clone()).unwrap_or_default())
    }

    /// The paper of this hash and the unit that brought it, when an event of the matter names it.
    pub(super) async fn named(&self, hub: &Hub, hash: &Hash) -> Result<Option<Named>, Refusal> {
        let events = hub.log.read(&stream_of(self)?, Revision::FIRST).await;
        let events = events.map_err(|error| refuse::handle(HandleError::Read(error)))?;
        // Only what names the hash is read.
        for event in events.iter().filter(|event| event.data.as_str().contains(hash.as_str())) {
            let Ok(brought) = event.data.decode::<Brought>() else { continue };
            let from = brought.found.as_ref().map(|found| found.inspection.clone());
            if let Some(paper) = brought.paper(hash) {
                let by = metadata(event).map_err(refuse::handle)?.by.unit;
                // The hub names what an inspection named; who brought it there brought it here.
                return match from.filter(|_| by.agency == Agency::Hub) {
                    Some(inspection) => Box::pin(Self::Inspection(inspection).named(hub, hash)).await,
                    None => Ok(Some(Named { paper, by })),
                };
            }
        }
        Ok(None)
    }
}

impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clue(id) => id.fmt(f),
            Self::Referral(id) => id.fmt(f),
            Self::Reverse(id) => id.fmt(f),
            Self::Inspection(id) => id.fmt(f),
            Self::Hazard(id) => id.fmt(f),
        }
    }
}
