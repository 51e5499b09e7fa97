//! Between the words of the wire and the words of the law: code lists, times, units, papers.
//! Never here: judging a whole request (that is `violations`), or anything that can be refused by law.

use domain::actor::{Agency, Level, Role, Unit};
use domain::break_glass::Ceiling;
use domain::campaign::PhaseKind;
use domain::category::{Category, Channel, Harm, Minor, Urgency};
use domain::clue::event::{Conclusion, Part, TransferOutcome};
use domain::division::DivisionLevel;
use domain::erasure::Basis;
use domain::hazard::{Category as HazardCategory, Grade as HazardGrade};
use domain::ids::UnitId;
use domain::inspection::{Tier, Verdict};
use domain::institution::InstitutionKind;
use domain::paper::{Paper, PaperKind};
use domain::referral::event::WithdrawalReason;
use jiff::Timestamp;

use crate::v1;

/// A code list of the law that has a number on the wire.
pub trait OnWire: Copy + 'static {
    /// The value of a number; none for 0 (not stated) and for numbers this build does not know.
    fn from_wire(number: i32) -> Option<Self>;

    /// The number of a value, never 0.
    fn to_wire(self) -> i32;
}

/// Pairs a code list with its enum on the wire, value by value under the same names; a value missing on
/// either side does not compile.
macro_rules! pair {
    ($ours:ident, $theirs:ident: $($value:ident)+) => {
        impl From<$ours> for v1::$theirs {
            fn from(value: $ours) -> Self {
                match value {
                    $($ours::$value => v1::$theirs::$value,)+
                }
            }
        }

        impl OnWire for $ours {
            fn from_wire(number: i32) -> Option<Self> {
                match v1::$theirs::try_from(number) {
                    $(Ok(v1::$theirs::$value) => Some($ours::$value),)+
                    Ok(v1::$theirs::Unspecified) | Err(_) => None,
                }
            }

            fn to_wire(self) -> i32 {
                v1::$theirs::from(self) as i32
            }
        }
    };
}

pair!(Urgency, Urgency: U1 U2 U3 U4);
pair!(Category, Category:
    MinorSexualHarm MinorAbuse SevereBullying MinorMissing MinorDanger FireExit FireOther Premises
    StaffAccess FeeFraud IllegalOperation Food BusTraffic Perimeter Other);
pair!(Channel, Channel:
    WalkIn Phone Letter ParentApp School Inspection OnlinePatrol Superior OtherAgency Media);
pair!(Minor, Minor: None Minor Under14);
pair!(Harm, Harm: Injury Sexual Danger);
pair!(Part, PersonPart: Victim Witness Suspect);
pair!(Agency, Agency:
    Education Police Fire Market Science Culture Sport Health Housing Civil Procuratorate Hub);
pair!(Level, Level: County City Province Nation);
pair!(Role, Role: Handler Triage Leader Head Duty Auditor Administrator Service);
pair!(PaperKind, PaperKind:
    Letter Report Items Appraisal Other Receipt Decision Notice Evidence HandOver);
pair!(Conclusion, Conclusion: Substantiated Unsubstantiated Unverifiable);
pair!(TransferOutcome, TransferOutcome: FiledCriminal FiledAdministrative NotPursued Handled);
pair!(WithdrawalReason, WithdrawalReason:
    NoCriminalFacts ClearlyMinor TimeBarred Amnesty SuspectDied NoLiability);
pair!(Ceiling, AccessClass: Personal Sensitive);
pair!(Basis, ErasureBasis: PurposeAchieved RetentionOver ConsentWithdrawn Unlawful OtherLaw);
pair!(PhaseKind, PhaseKind: SelfCheck CountyInspection CitySpotCheck ProvincialSpotCheck LookBack);
pair!(InstitutionKind, InstitutionKind:
    Kindergarten Primary Junior Senior Vocational Special SubjectTraining NonSubjectTraining);
pair!(HazardCategory, HazardCategory:
    Site Structure Facility FireEvacuation FireEquipment FireSource FireManagement GasElectric StaffAccess
    Insurance Security BusTraffic Food Gathering Perimeter Fee Drill Other);
pair!(Tier, InspectionTier: County City Province LookBack);
pair!(Verdict, LineVerdict: Pass Fail FailFixed NotApplicable NotChecked);
pair!(HazardGrade, HazardGrade: General Major);

impl From<DivisionLevel> for v1::Level {
    fn from(level: DivisionLevel) -> Self {
        match level {
            DivisionLevel::Province => v1::Level::Province,
            DivisionLevel::City => v1::Level::City,
            DivisionLevel::County => v1::Level::County,
        }
    }
}

/// A list of values as numbers, in order.
#[must_use]
pub fn numbers<T: OnWire>(values: &[T]) -> Vec<i32> {
    values.iter().map(|value| value.to_wire()).collect()
}

/// A point in time for the wire.
#[must_use]
pub fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: at.as_second(), nanos: at.subsec_nanosecond() }.normalized()
}

/// A point in time from the wire; none when nanoseconds are out of range or the year is not 1 to 9999.
#[must_use]
pub fn moment(at: &prost_types::Timestamp) -> Option<Timestamp> {
    // 0001-01-01 is the earliest a protobuf timestamp may be; jiff would go further back.
    const FIRST: i64 = -62_135_596_800;
    if !(0..=999_999_999).contains(&at.nanos) || at.seconds < FIRST {
        return None;
    }
    Timestamp::new(at.seconds, at.nanos).ok()
}

/// A unit as answered; `name` and `superior` come from the directory and may be unknown.
#[must_use]
pub fn unit(unit: &Unit, name: &str, superior: Option<&UnitId>) -> v1::Unit {
    v1::Unit {
        id: unit.id.to_string(),
        name: name.to_owned(),
        agency: unit.agency.to_wire(),
        level: unit.level.to_wire(),
        division: unit.division.to_string(),
        superior: superior.map(ToString::to_string).unwrap_or_default(),
    }
}

/// A unit as the law knows it; none when a part of it is not well formed.
#[must_use]
pub fn known_unit(unit: &v1::Unit) -> Option<Unit> {
    Some(Unit {
        id: unit.id.parse().ok()?,
        agency: Agency::from_wire(unit.agency)?,
        level: Level::from_wire(unit.level)?,
        division: unit.division.parse().ok()?,
    })
}

/// A paper as answered.
#[must_use]
pub fn paper(paper: &Paper) -> v1::PaperRef {
    v1::PaperRef {
        kind: paper.kind.to_wire(),
        number: paper.number.as_ref().map(ToString::to_string).unwrap_or_default(),
        hash: paper.hash.to_string(),
        size: paper.size,
    }
}

/// A personal value the reader may see.
#[must_use]
pub fn open(text: impl Into<String>) -> v1::PersonalText {
    v1::PersonalText { text: text.into(), erased: false, withheld: false }
}

/// A personal value whose key was destroyed.
#[must_use]
pub fn erased() -> v1::PersonalText {
    v1::PersonalText { text: String::new(), erased: true, withheld: false }
}

/// A personal value the reader may not see.
#[must_use]
pub fn withheld() -> v1::PersonalText {
    v1::PersonalText { text: String::new(), erased: false, withheld: true }
}

#[cfg(test)]
mod tests;
