//! A believable city with its counties: real division codes, made-up officers and institutions with valid numbers, put
//! into a hub over gRPC as an administrator would do it. The demonstration, the benchmark and the end-to-end tests use
//! it. Never here: a story, or a way around the front door.

mod desk;
mod enter;
mod plan;

use std::collections::BTreeMap;

use anyhow::Context;
use domain::actor::{Agency, Role};
use serde::{Deserialize, Serialize};
use tonic::transport::Channel;

use crate::sample::cast::Premises;

pub use self::desk::{Bearer, Desk, said};
pub(crate) use self::enter::take_over;
pub use self::enter::{load, sign_in};

/// The city.
pub const CITY: &str = "430400";
/// The county where stories are told.
pub const COUNTY: &str = "430405";
/// The administrator that a first start makes.
pub const ADMINISTRATOR: &str = "OF-ADMIN";
/// The password of every account of such a world: known to all, so never for a hub with real data.
pub const PASSWORD: &str = "Safeguard-demo-1";

/// How large a world is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// Counties with their five units each, [`COUNTY`] first; the city has twelve.
    pub counties: usize,
    /// Counties that have officers too; the matters of the others reach nobody and fall to those above.
    pub staffed: usize,
    /// Clue clerks of each staffed county.
    pub clerks: usize,
    /// Police duty officers of each staffed county.
    pub duty: usize,
    /// Institutions of each county, at most [`crate::sample::cast::MOST`].
    pub institutions: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { counties: 4, staffed: 2, clerks: 1, duty: 2, institutions: 14 }
    }
}

/// An officer of the world and how to sign in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    /// Officer id.
    pub id: String,
    /// Id of the unit.
    pub unit: String,
    /// The unit's agency.
    pub agency: Agency,
    /// What the officer is there.
    pub roles: Vec<Role>,
    /// The post in Chinese.
    pub zh: String,
    /// The post in English.
    pub en: String,
    /// The password; empty before it was set.
    pub password: String,
    /// The bearer token of this session; never written down.
    #[serde(skip)]
    pub token: String,
}

/// What was put into the hub.
#[derive(Debug, Clone)]
pub struct World {
    /// The connection that everything went through.
    pub channel: Channel,
    /// Officers by name: `430405.edu.clerk1`, `430405.psb.duty2`, `430400.psb.duty`, `hub.auditor`, `admin`.
    pub officers: BTreeMap<String, Account>,
    /// Public names of the units by id.
    pub units: BTreeMap<String, String>,
    /// The institutions; none in a world that was only signed in to.
    pub institutions: Vec<Premises>,
}

impl World {
    /// The account of a name.
    ///
    /// # Errors
    /// The world has no such officer.
    pub fn officer(&self, name: &str) -> anyhow::Result<&Account> {
        self.officers.get(name).with_context(|| format!("this world has no officer {name}"))
    }

    /// The desk of an officer: clients that carry the officer's token.
    ///
    /// # Errors
    /// The world has no such officer, or nobody signed in for them.
    pub fn desk(&self, name: &str) -> anyhow::Result<Desk> {
        Desk::new(self.channel.clone(), self.officer(name)?)
    }

    /// The name of a unit; its id when the world does not know it.
    #[must_use]
    pub fn unit_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.units.get(id).map_or(id, String::as_str)
    }
}

/// The id of a unit, e.g. `UN-PSB-430405`.
#[must_use]
pub fn unit_id(agency: Agency, division: &str) -> String {
    format!("UN-{}-{division}", agency.code())
}
