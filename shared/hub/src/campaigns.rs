//! Plans of campaigns, for records that name a campaign: whether there is one, whether their day lies in it, and who
//! reports figures of it. A plan never changes once it is drafted, so what was read once is kept. Never here: where a
//! campaign stands, or its figures.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use domain::campaign::{CampaignRule, Plan, Post};
use domain::ids::CampaignId;
use wire::refusal::Refusal;

use crate::call::stream_of;
use crate::recent::Recent;
use crate::refuse;
use crate::shell::Hub;

/// Plans kept; one with the posts of the whole country is some hundred KiB.
const KEPT: usize = 16;

/// A plan, and who reports figures of it.
type Issued = (Arc<Plan>, Arc<BTreeSet<Post>>);

/// The plans read lately.
pub struct Campaigns {
    known: Mutex<Recent<CampaignId, Issued>>,
}

impl Default for Campaigns {
    fn default() -> Self {
        Self { known: Mutex::new(Recent::new(KEPT)) }
    }
}

impl Hub {
    /// The plan of a campaign; none when none was drafted under this id.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn campaign_plan(&self, id: &CampaignId) -> Result<Option<Arc<Plan>>, Refusal> {
        Ok(self.issued(id).await?.map(|(plan, _)| plan))
    }

    /// Who reports figures of a campaign ([`Plan::posts`]); none when none was drafted under this id.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn campaign_posts(&self, id: &CampaignId) -> Result<Option<Arc<BTreeSet<Post>>>, Refusal> {
        Ok(self.issued(id).await?.map(|(_, posts)| posts))
    }

    async fn issued(&self, id: &CampaignId) -> Result<Option<Issued>, Refusal> {
        if let Some(known) = self.campaigns.known.lock().unwrap_or_else(PoisonError::into_inner).get(id) {
            return Ok(Some(known));
        }
        let (state, _) = self.state::<CampaignRule>(&stream_of(id)?).await.map_err(refuse::handle)?;
        // None is not kept: it may be drafted the next moment.
        let Some(campaign) = state.known() else { return Ok(None) };
        let plan = campaign.plan().clone();
        let posts = Arc::new(plan.posts());
        let issued = (Arc::new(plan), posts);
        let mut known = self.campaigns.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.put(id.clone(), issued.clone());
        Ok(Some(issued))
    }
}
