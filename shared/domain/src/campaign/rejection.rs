//! Why the law says no to a command about a campaign. Never here: personal data.

use jiff::civil::Date;

use crate::actor::{Agency, Level};
use crate::campaign::plan::{PhaseKind, Post};
use crate::decider::Refusal;
use crate::division::DivisionCode;
use crate::ids::{CampaignId, OfficerId, UnitId};
use crate::paper::Hash;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no plan under this id.
    #[error("there is no such campaign")]
    Unknown,
    /// The id is taken.
    #[error("campaign {campaign} has been drafted already")]
    AlreadyDrafted {
        /// The id.
        campaign: CampaignId,
    },
    /// The command has no place here.
    #[error("{action} is not possible while the campaign is {word}")]
    NotHere {
        /// The command, as an action.
        action: &'static str,
        /// The stage.
        word: &'static str,
    },
    /// Nobody issues it, or it asks for nothing.
    #[error("a plan needs an issuing agency, a phase and a task")]
    EmptyPlan,
    /// A phase stands twice.
    #[error("phase {phase} stands twice")]
    PhaseTwice {
        /// The phase.
        phase: &'static str,
    },
    /// A phase does not lie within the campaign.
    #[error("phase {phase} ends before it begins or lies outside the campaign")]
    PhaseOutside {
        /// The phase.
        phase: &'static str,
    },
    /// Only the leading unit does this.
    #[error("this is for unit {unit} to do, which leads the campaign")]
    NotLead {
        /// The leading unit.
        unit: UnitId,
    },
    /// Not the head of a unit that issues the campaign.
    #[error("agency {} does not issue this campaign at level {}", .agency.code(), .level.code())]
    NotIssuer {
        /// The agency of who signs.
        agency: Agency,
        /// The level of who signs.
        level: Level,
    },
    /// A signature is the head's.
    #[error("the head of unit {unit} must sign")]
    NotHead {
        /// The unit.
        unit: UnitId,
    },
    /// One signature is enough.
    #[error("agency {} has signed already", .agency.code())]
    AlreadySigned {
        /// Which.
        agency: Agency,
    },
    /// A level adds for its own area only.
    #[error("division {division} is not the area of your unit within this campaign")]
    NotYourArea {
        /// The division.
        division: DivisionCode,
    },
    /// A level may be stricter, never laxer (handbook 3.9).
    #[error("phase {phase} may be made stricter, never laxer: no later end, no smaller share")]
    Relaxed {
        /// The phase.
        phase: &'static str,
    },
    /// The campaign has no such phase.
    #[error("the campaign has no phase {phase}")]
    NoSuchPhase {
        /// The phase.
        phase: &'static str,
    },
    /// Its day has not come.
    #[error("it is too early: this is possible from {from} on")]
    TooEarly {
        /// First day.
        from: Date,
    },
    /// Not among those who report, as of the last day of the campaign.
    #[error("{post} reports no figures of this campaign")]
    NoSuchPost {
        /// The level and division.
        post: Post,
    },
    /// Figures are reported by who answers for the area.
    #[error("{post} does not lie in the area of your unit")]
    NotYourPost {
        /// The level and division.
        post: Post,
    },
    /// Figures of a day outside the campaign, or that has not come.
    #[error("figures of {post} through {through} are outside the campaign or of a day to come")]
    ReturnDate {
        /// The level and division.
        post: Post,
        /// The day.
        through: Date,
    },
    /// An older return never takes the place of a later one.
    #[error("{post} has reported through {through} already")]
    Superseded {
        /// The level and division.
        post: Post,
        /// The day of the later return.
        through: Date,
    },
    /// A part larger than what it is part of.
    #[error("the figures of {post} cannot be true together")]
    Inconsistent {
        /// The level and division.
        post: Post,
    },
    /// Who froze cannot verify.
    #[error("officer {officer} froze these figures; somebody else verifies them")]
    OwnFreeze {
        /// Who froze.
        officer: OfficerId,
    },
    /// What was counted again is not what was frozen.
    #[error("the figures counted again have digest {found}, the frozen ones {frozen}")]
    DigestDiffers {
        /// The frozen digest.
        frozen: Hash,
        /// What was found.
        found: Hash,
    },
    /// Counted again, these units have other figures than they reported.
    #[error("the reported figures of {} units differ from the counted ones", .posts.len())]
    Differs {
        /// Which.
        posts: Vec<Post>,
    },
    /// Records were counted where no unit reports: they would be published and answered for by nobody.
    #[error("figures were counted at {} places where no unit reports", .posts.len())]
    Unattributed {
        /// Where.
        posts: Vec<Post>,
    },
    /// These have not reported, and nobody said why that is to be put up with.
    #[error("{} units have not reported", .posts.len())]
    Missing {
        /// Which.
        posts: Vec<Post>,
    },
}

impl Refusal for Rejection {
    fn reason(&self) -> &'static str {
        match self {
            Rejection::Unknown => "CAMPAIGN_UNKNOWN",
            Rejection::AlreadyDrafted { .. } => "CAMPAIGN_DRAFTED_ALREADY",
            Rejection::NotHere { .. } => "CAMPAIGN_NOT_HERE",
            Rejection::EmptyPlan => "CAMPAIGN_PLAN_EMPTY",
            Rejection::PhaseTwice { .. } => "CAMPAIGN_PHASE_TWICE",
            Rejection::PhaseOutside { .. } => "CAMPAIGN_PHASE_OUTSIDE",
            Rejection::NotLead { .. } => "CAMPAIGN_NOT_LEAD",
            Rejection::NotIssuer { .. } => "CAMPAIGN_NOT_ISSUER",
            Rejection::NotHead { .. } => "CAMPAIGN_NOT_HEAD",
            Rejection::AlreadySigned { .. } => "CAMPAIGN_SIGNED_ALREADY",
            Rejection::NotYourArea { .. } => "CAMPAIGN_NOT_YOUR_AREA",
            Rejection::Relaxed { .. } => "CAMPAIGN_RELAXED",
            Rejection::NoSuchPhase { .. } => "CAMPAIGN_NO_SUCH_PHASE",
            Rejection::TooEarly { .. } => "CAMPAIGN_TOO_EARLY",
            Rejection::NoSuchPost { .. } => "CAMPAIGN_NO_SUCH_POST",
            Rejection::NotYourPost { .. } => "CAMPAIGN_NOT_YOUR_POST",
            Rejection::ReturnDate { .. } => "CAMPAIGN_RETURN_DATE",
            Rejection::Superseded { .. } => "CAMPAIGN_RETURN_SUPERSEDED",
            Rejection::Inconsistent { .. } => "CAMPAIGN_RETURN_INCONSISTENT",
            Rejection::OwnFreeze { .. } => "CAMPAIGN_OWN_FREEZE",
            Rejection::DigestDiffers { .. } => "CAMPAIGN_DIGEST_DIFFERS",
            Rejection::Differs { .. } => "CAMPAIGN_FIGURES_DIFFER",
            Rejection::Unattributed { .. } => "CAMPAIGN_FIGURES_UNATTRIBUTED",
            Rejection::Missing { .. } => "CAMPAIGN_RETURNS_MISSING",
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Rejection::Unknown | Rejection::EmptyPlan => Vec::new(),
            Rejection::AlreadyDrafted { campaign } => vec![("campaign", campaign.to_string())],
            Rejection::NotHere { action, word } => {
                vec![("action", (*action).to_owned()), ("word", (*word).to_owned())]
            }
            Rejection::PhaseTwice { phase }
            | Rejection::PhaseOutside { phase }
            | Rejection::Relaxed { phase }
            | Rejection::NoSuchPhase { phase } => vec![("phase", (*phase).to_owned())],
            Rejection::NotLead { unit } | Rejection::NotHead { unit } => vec![("unit", unit.to_string())],
            Rejection::NotIssuer { agency, level } => {
                vec![("agency", agency.code().to_owned()), ("level", level.code().to_owned())]
            }
            Rejection::AlreadySigned { agency } => vec![("agency", agency.code().to_owned())],
            Rejection::NotYourArea { division } => vec![("division", division.to_string())],
            Rejection::TooEarly { from } => vec![("from", from.to_string())],
            Rejection::NoSuchPost { post }
            | Rejection::NotYourPost { post }
            | Rejection::Inconsistent { post } => vec![("post", post.to_string())],
            Rejection::ReturnDate { post, through } | Rejection::Superseded { post, through } => {
                vec![("post", post.to_string()), ("through", through.to_string())]
            }
            Rejection::OwnFreeze { officer } => vec![("officer", officer.to_string())],
            Rejection::DigestDiffers { frozen, found } => {
                vec![("frozen", frozen.to_string()), ("found", found.to_string())]
            }
            Rejection::Differs { posts }
            | Rejection::Unattributed { posts }
            | Rejection::Missing { posts } => named(posts),
        }
    }
}

/// Posts that a refusal names; of the whole country there may be thousands, and a refusal has to fit into the head of
/// an answer.
const NAMED: usize = 50;

/// How many, and the names of the first.
fn named(posts: &[Post]) -> Vec<(&'static str, String)> {
    let more = (posts.len() > NAMED).then(|| "...".to_owned());
    let names: Vec<String> = posts.iter().take(NAMED).map(Post::to_string).chain(more).collect();
    vec![("count", posts.len().to_string()), ("posts", names.join(", "))]
}

impl From<crate::campaign::plan::PlanFault> for Rejection {
    fn from(fault: crate::campaign::plan::PlanFault) -> Self {
        use crate::campaign::plan::PlanFault;
        match fault {
            PlanFault::Empty => Rejection::EmptyPlan,
            PlanFault::Twice(phase) => Rejection::PhaseTwice { phase: PhaseKind::code(phase) },
            PlanFault::Outside(phase) => Rejection::PhaseOutside { phase: PhaseKind::code(phase) },
        }
    }
}
