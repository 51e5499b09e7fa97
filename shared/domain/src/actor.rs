//! Who acts: agencies, levels, units, roles and the officer behind every command.
//! Never here: what an actor may do (that is `hub::permit`) or any lookup.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::division::DivisionCode;
use crate::ids::{OfficerId, UnitId};

/// An agency of handbook 1.2, by its code name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Agency {
    /// Education bureau 教育行政部门.
    #[serde(rename = "EDU")]
    Education,
    /// Public security 公安机关.
    #[serde(rename = "PSB")]
    Police,
    /// Fire and rescue 消防救援机构.
    #[serde(rename = "FIRE")]
    Fire,
    /// Market regulation 市场监管部门.
    #[serde(rename = "SAMR")]
    Market,
    /// Science and technology 科技部门.
    #[serde(rename = "SCI")]
    Science,
    /// Culture and tourism 文旅部门.
    #[serde(rename = "CULT")]
    Culture,
    /// Sports 体育部门.
    #[serde(rename = "SPORT")]
    Sport,
    /// Health 卫生健康部门.
    #[serde(rename = "HEALTH")]
    Health,
    /// Housing 住建部门.
    #[serde(rename = "HOUSING")]
    Housing,
    /// Civil affairs 民政部门.
    #[serde(rename = "CIVIL")]
    Civil,
    /// Procuratorate 检察机关.
    #[serde(rename = "PROC")]
    Procuratorate,
    /// The hub's own operator: administrators and the clock service.
    #[serde(rename = "HUB")]
    Hub,
}

impl Agency {
    /// Every agency, in the order of the handbook.
    pub const ALL: [Agency; 12] = [
        Agency::Education,
        Agency::Police,
        Agency::Fire,
        Agency::Market,
        Agency::Science,
        Agency::Culture,
        Agency::Sport,
        Agency::Health,
        Agency::Housing,
        Agency::Civil,
        Agency::Procuratorate,
        Agency::Hub,
    ];

    /// The code name used in files, policies and on the command line.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Agency::Education => "EDU",
            Agency::Police => "PSB",
            Agency::Fire => "FIRE",
            Agency::Market => "SAMR",
            Agency::Science => "SCI",
            Agency::Culture => "CULT",
            Agency::Sport => "SPORT",
            Agency::Health => "HEALTH",
            Agency::Housing => "HOUSING",
            Agency::Civil => "CIVIL",
            Agency::Procuratorate => "PROC",
            Agency::Hub => "HUB",
        }
    }

    /// Reads a code name as written by [`Agency::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|agency| agency.code() == code)
    }

    /// Whether this agency holds penalty power and may open a referral
    /// (Order 310 articles 2 and 3; handbook 3.1 "who can refer at all").
    #[must_use]
    pub const fn enforces(self) -> bool {
        match self {
            Agency::Education
            | Agency::Fire
            | Agency::Market
            | Agency::Science
            | Agency::Culture
            | Agency::Sport
            | Agency::Health
            | Agency::Housing => true,
            Agency::Police | Agency::Civil | Agency::Procuratorate | Agency::Hub => false,
        }
    }
}

/// Administrative level of a unit (handbook 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// County 县级.
    County,
    /// City, prefecture 市级.
    City,
    /// Province 省级.
    Province,
    /// Ministry 部级.
    Nation,
}

impl Level {
    /// Every level, lowest first.
    pub const ALL: [Level; 4] = [Level::County, Level::City, Level::Province, Level::Nation];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Level::County => "county",
            Level::City => "city",
            Level::Province => "province",
            Level::Nation => "nation",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }
}

/// What an officer is in the unit. One officer may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Handles matters: clerk, case officer, inspector 承办人.
    Handler,
    /// Sorts incoming clues 分流人员.
    Triage,
    /// Leads a unit's section and confirms transfers 部门负责人.
    Leader,
    /// The head of the agency (正职) or the person presiding: Order 310 art. 5; for the police the
    /// county-level head who approves filing (MPS 2020 art. 178).
    Head,
    /// On duty at the fast-response queue 值班民警.
    Duty,
    /// Reads the record, decides nothing 审计员.
    Auditor,
    /// Runs the directory 系统管理员.
    Administrator,
    /// Another system speaking through a service account, and the hub's own clock service.
    Service,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 8] = [
        Role::Handler,
        Role::Triage,
        Role::Leader,
        Role::Head,
        Role::Duty,
        Role::Auditor,
        Role::Administrator,
        Role::Service,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Role::Handler => "handler",
            Role::Triage => "triage",
            Role::Leader => "leader",
            Role::Head => "head",
            Role::Duty => "duty",
            Role::Auditor => "auditor",
            Role::Administrator => "administrator",
            Role::Service => "service",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// A unit as a command names it: an office of one agency with a level and an area.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Unit {
    /// Its id in the directory.
    pub id: UnitId,
    /// The agency it belongs to.
    pub agency: Agency,
    /// Its level.
    pub level: Level,
    /// The division it serves.
    pub division: DivisionCode,
}

/// The officer who acts, as the directory knew them when they acted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// The officer.
    pub officer: OfficerId,
    /// The unit in whose name they act.
    pub unit: Unit,
    /// What they are there.
    pub roles: Vec<Role>,
}

impl Actor {
    /// Whether the officer holds `role`.
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Who did it and when: written beside every event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Who.
    pub by: Actor,
    /// When it really happened (the officer's statement, never after `recorded`).
    pub at: Timestamp,
    /// When the hub learned of it.
    pub recorded: Timestamp,
}

/// How long after the fact an act may reach the hub before it is marked late, in seconds.
pub const LATE_AFTER_SECONDS: i64 = 900;

impl Stamp {
    /// Whether the act was recorded late (handbook 3.4: late events are allowed, flagged, and keep
    /// their real time).
    #[must_use]
    pub fn late(&self) -> bool {
        self.recorded.as_second() - self.at.as_second() > LATE_AFTER_SECONDS
    }
}
