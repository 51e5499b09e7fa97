//! Campaigns from the plan to the published figures: commands, the records that only campaigns count, and what is
//! counted of all of it. Figures come from the view; what verifies them comes from the log. Never here: the law, or how
//! visits and hazards come about.

mod api;
mod commands;
mod counted;
mod freezing;
mod progress;
mod reading;
mod records;
mod recount;
mod shape;
mod tables;

use hub::{Hub, View, ViewError};

pub use tables::CampaignTables;

/// The service of campaigns; cheap to clone.
#[derive(Clone)]
pub struct Campaigns {
    hub: Hub,
    view: View,
}

impl Campaigns {
    /// Opens the view of campaigns and keeps it current.
    ///
    /// # Errors
    /// When the view's file cannot be made.
    pub fn start(hub: &Hub) -> Result<Self, ViewError> {
        let view = View::start(&hub.views, CampaignTables::default(), &hub.log)?;
        Ok(Self { hub: hub.clone(), view })
    }

    /// The view, for its health and for waiting.
    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }
}
