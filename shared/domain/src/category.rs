//! What a clue is about and how urgent it is (handbook 3.2 and 4.5). Never here: deadlines.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Urgency of handbook 4.5, most urgent first so that ordering by it puts U1 on top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub enum Urgency {
    /// Immediate: life, a minor being harmed, every mandatory report.
    U1,
    /// Urgent, 24 hours.
    U2,
    /// Normal.
    U3,
    /// Low.
    U4,
}

impl Urgency {
    /// All, most urgent first.
    pub const ALL: [Urgency; 4] = [Urgency::U1, Urgency::U2, Urgency::U3, Urgency::U4];

    /// `U1` to `U4`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Urgency::U1 => "U1",
            Urgency::U2 => "U2",
            Urgency::U3 => "U3",
            Urgency::U4 => "U4",
        }
    }

    /// The more urgent of two.
    #[must_use]
    pub fn or_higher(self, other: Self) -> Self {
        self.min(other)
    }
}

/// Which period of the fire-complaint rules applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FireKind {
    /// Blocked escape routes or disabled equipment: verify in 24 hours.
    Exit,
    /// Other fire complaints: 3 working days.
    Other,
}

/// What a clue is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Sexual harm of a minor 性侵未成年人.
    MinorSexualHarm,
    /// Abuse, beating or neglect of a minor 虐待、殴打.
    MinorAbuse,
    /// Severe student bullying 严重学生欺凌 (MPL art. 39).
    SevereBullying,
    /// A minor missing, abandoned or trafficked 失踪、遗弃、拐卖.
    MinorMissing,
    /// Another of the nine situations, or present danger to a minor.
    MinorDanger,
    /// Blocked escape route or disabled fire equipment.
    FireExit,
    /// Another fire hazard.
    FireOther,
    /// Premises and facilities.
    Premises,
    /// Unchecked or barred staff 从业人员准入.
    StaffAccess,
    /// Prepaid fees: fraud, absconding, off-platform flow.
    FeeFraud,
    /// Operating without a permit 无证办学.
    IllegalOperation,
    /// Food safety.
    Food,
    /// School bus and traffic.
    BusTraffic,
    /// The perimeter of a school.
    Perimeter,
    /// Anything else.
    Other,
}

impl Category {
    /// Every category.
    pub const ALL: [Category; 15] = [
        Category::MinorSexualHarm,
        Category::MinorAbuse,
        Category::SevereBullying,
        Category::MinorMissing,
        Category::MinorDanger,
        Category::FireExit,
        Category::FireOther,
        Category::Premises,
        Category::StaffAccess,
        Category::FeeFraud,
        Category::IllegalOperation,
        Category::Food,
        Category::BusTraffic,
        Category::Perimeter,
        Category::Other,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Category::MinorSexualHarm => "minor-sexual-harm",
            Category::MinorAbuse => "minor-abuse",
            Category::SevereBullying => "severe-bullying",
            Category::MinorMissing => "minor-missing",
            Category::MinorDanger => "minor-danger",
            Category::FireExit => "fire-exit",
            Category::FireOther => "fire-other",
            Category::Premises => "premises",
            Category::StaffAccess => "staff-access",
            Category::FeeFraud => "fee-fraud",
            Category::IllegalOperation => "illegal-operation",
            Category::Food => "food",
            Category::BusTraffic => "bus-traffic",
            Category::Perimeter => "perimeter",
            Category::Other => "other",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.code() == code)
    }

    /// Whether the category alone is one of the situations of mandatory reporting
    /// (高检发〔2020〕9号 art. 4; MPL art. 11): it forces U1 and opens a police-report obligation.
    #[must_use]
    pub const fn mandatory(self) -> bool {
        match self {
            Category::MinorSexualHarm
            | Category::MinorAbuse
            | Category::SevereBullying
            | Category::MinorMissing
            | Category::MinorDanger => true,
            Category::FireExit
            | Category::FireOther
            | Category::Premises
            | Category::StaffAccess
            | Category::FeeFraud
            | Category::IllegalOperation
            | Category::Food
            | Category::BusTraffic
            | Category::Perimeter
            | Category::Other => false,
        }
    }

    /// Which fire period applies, if any.
    #[must_use]
    pub const fn fire(self) -> Option<FireKind> {
        match self {
            Category::FireExit => Some(FireKind::Exit),
            Category::FireOther => Some(FireKind::Other),
            Category::MinorSexualHarm
            | Category::MinorAbuse
            | Category::SevereBullying
            | Category::MinorMissing
            | Category::MinorDanger
            | Category::Premises
            | Category::StaffAccess
            | Category::FeeFraud
            | Category::IllegalOperation
            | Category::Food
            | Category::BusTraffic
            | Category::Perimeter
            | Category::Other => None,
        }
    }
}

/// Whether and how young a minor is concerned, computed as of the event (handbook 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Minor {
    /// No minor is concerned.
    None,
    /// A minor of 14 to 17.
    Minor,
    /// A child under 14: all of it is sensitive personal information (PIPL art. 28).
    Under14,
}

/// Harm or danger reported; with a minor concerned any of them forces U1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// Bodily injury.
    Injury,
    /// Sexual harm.
    Sexual,
    /// Present danger.
    Danger,
}

/// How a clue came in (handbook 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// In person.
    WalkIn,
    /// A telephone line: 110, 119, 96119, 12345, the minor-protection line or a local one.
    Phone,
    /// A letter or mailbox.
    Letter,
    /// The parents' application.
    ParentApp,
    /// A school or kindergarten.
    School,
    /// A by-product of an inspection.
    Inspection,
    /// Online patrol.
    OnlinePatrol,
    /// Assigned by a superior 交办.
    Superior,
    /// Handed over by another agency.
    OtherAgency,
    /// Press or social media.
    Media,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 10] = [
        Channel::WalkIn,
        Channel::Phone,
        Channel::Letter,
        Channel::ParentApp,
        Channel::School,
        Channel::Inspection,
        Channel::OnlinePatrol,
        Channel::Superior,
        Channel::OtherAgency,
        Channel::Media,
    ];

    /// The stored word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Channel::WalkIn => "walk-in",
            Channel::Phone => "phone",
            Channel::Letter => "letter",
            Channel::ParentApp => "parent-app",
            Channel::School => "school",
            Channel::Inspection => "inspection",
            Channel::OnlinePatrol => "online-patrol",
            Channel::Superior => "superior",
            Channel::OtherAgency => "other-agency",
            Channel::Media => "media",
        }
    }

    /// Reads a stored word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}
