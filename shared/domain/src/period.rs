//! The legal periods as versioned data (data/periods.json) and the arithmetic of their ends.
//! Every row names its article. Never here: running clocks (that is `clock`), or who the people told are.
//!
//! Arithmetic, in Beijing time (CPL art. 105; APL art. 85):
//! "期间开始的时和日不算在期间以内": the hour or day in which a period starts does not count.
//! - `elapsed_hours`: counting begins at the next full hour; 10:20 and 10:00:00 both lie in the hour from
//!   10 to 11, so 24 hours end at 11:00 of the next day. Runs through nights and holidays.
//! - `calendar_days_roll`: the starting day does not count; ends at 24:00 of the last day; a last day that
//!   is a rest day gives way to the first working day after it.
//! - `working_days`: counts working days, make-up weekends among them; ends at 24:00 of the last.
//! - `elapsed_minutes`: to the instant. Our own design targets only; no statute counts minutes.
//!
//! The filing decision, clock D, and its parameters (handbook 3.2: source, case kind, extension level,
//! approver). For the source *referral* the reading here is Order 310 art. 8: three days from the receipt,
//! whatever the charge, without extension; so there is one row and no fact to choose by. The 7 and 30 days of
//! the reform practice and the 7, 30 and 60 days for economic crime are periods of the source *report by the
//! public*, which the hub never decides on: of a transferred or reported clue it holds the receipt and the
//! outcome, and no filing review. That MPS notice 公通字〔2016〕16号 allows 7 and 30 days for referrals too is
//! remembered but not verified, and a period without its text gets no row. When it is read, the rows come as
//! data: a condition in `when`, `extends` for each level, and the event of the approval as their start.
//! Whether D stands still while the agency supplements (clock F) is the switch `pauses` of F's row, off:
//! missing material is no reason to leave a case undecided (MPS 2020 art. 180).

use std::sync::OnceLock;

use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, ToSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::category::{FireKind, Urgency};
use crate::hazard::draft::Grade;

/// China has one time zone, without summer time: UTC+8.
pub const BEIJING: Offset = Offset::constant(8);

/// How a period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// Minutes to the instant.
    ElapsedMinutes,
    /// Hours from the next full hour, through holidays.
    ElapsedHours,
    /// Calendar days; a last day of rest rolls forward.
    CalendarDaysRoll,
    /// Working days.
    WorkingDays,
}

/// What a period rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// A law of the National People's Congress.
    Statute,
    /// An order or normative document of the State Council, a ministry or the procuratorate.
    Order,
    /// A target of this system; no law.
    Design,
}

/// Who is told when a clock warns or runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The officer in charge of the matter.
    Handler,
    /// The leader of the handling unit.
    Leader,
    /// The unit's superior 上一级机关.
    Superior,
    /// The procuratorate of the same level.
    Procuratorate,
    /// The duty officer of the city, paged.
    CityDuty,
    /// The superior of the police unit.
    PoliceSuperior,
    /// The fallback owner of the area.
    Fallback,
}

/// What it means that a period ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// A duty was missed: told, counted, and open until answered.
    Breach,
    /// A right or lease has ended; nobody is at fault.
    Lapse,
    /// Only written down, e.g. the window for a jurisdiction notice has passed.
    Note,
}

/// What happens when a period runs out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnBreach {
    /// Who is told.
    pub tell: Vec<Who>,
    /// What it means.
    pub effect: Effect,
}

/// The facts of a matter that choose among rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockFacts {
    /// Its urgency; a referral has none.
    pub urgency: Option<Urgency>,
    /// Whether a minor is concerned.
    pub minor: bool,
    /// Which fire period applies, if any.
    pub fire: Option<FireKind>,
    /// Whether a leader has already confirmed the transfer just made.
    pub confirmed: bool,
    /// Whether the referral that just ended led to a criminal case.
    pub filed: bool,
    /// How grave it is, when it is a hazard.
    pub grade: Option<Grade>,
}

/// Conditions on the facts; what is absent does not matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// One of these urgencies; null in the list means none is known.
    pub urgency: Option<Vec<Option<Urgency>>>,
    /// A minor is, or is not, concerned.
    pub minor: Option<bool>,
    /// One of these fire kinds; null in the list means no fire complaint.
    pub fire: Option<Vec<Option<FireKind>>>,
    /// A leader has, or has not, confirmed.
    pub confirmed: Option<bool>,
    /// A criminal case did, or did not, come of it.
    pub filed: Option<bool>,
    /// A hazard of this grade.
    pub grade: Option<Grade>,
}

impl When {
    fn holds(&self, facts: &ClockFacts) -> bool {
        self.urgency.as_ref().is_none_or(|any| any.contains(&facts.urgency))
            && self.minor.is_none_or(|minor| minor == facts.minor)
            && self.fire.as_ref().is_none_or(|any| any.contains(&facts.fire))
            && self.confirmed.is_none_or(|confirmed| confirmed == facts.confirmed)
            && self.filed.is_none_or(|filed| filed == facts.filed)
            && self.grade.is_none_or(|grade| Some(grade) == facts.grade)
    }
}

/// Which side of a matter must act before a period runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Duty {
    /// The unit in charge of the matter.
    Agency,
    /// The unit it was handed to: the police, or another receiving unit.
    Receiver,
}

/// One legal period.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// Its name, stored with every clock event.
    pub id: String,
    /// Running clocks keep the version they started under.
    pub version: u32,
    /// The letter of handbook 3.4, for referral clocks.
    #[serde(default)]
    pub letter: Option<char>,
    /// Rows of one family are alternatives: at most one holds for given facts.
    #[serde(default)]
    pub family: Option<String>,
    /// The article, in Chinese as it is cited.
    pub article: String,
    /// What it rests on.
    pub basis: Basis,
    /// How it is counted.
    pub kind: PeriodKind,
    /// How many minutes, hours or days.
    pub length: u16,
    /// The events that start it.
    pub starts: Vec<String>,
    /// The events that stop it.
    pub stops: Vec<String>,
    /// Whether a start event while it runs stops it and starts it anew.
    #[serde(default)]
    pub restart: bool,
    /// The period this one extends: when that one runs, counting goes on from its end.
    #[serde(default)]
    pub extends: Option<String>,
    /// Whether the duties of the other side stand still while it runs.
    #[serde(default)]
    pub pauses: bool,
    /// Conditions.
    #[serde(default)]
    pub when: When,
    /// At which percentages of the span it warns: of 50 and 80.
    pub warn: Vec<u8>,
    /// What happens when it runs out.
    pub on_breach: OnBreach,
    /// Who must act before it runs out.
    pub duty: Duty,
    /// Short name in Chinese.
    pub zh: String,
    /// Short name in English.
    pub en: String,
}

/// All periods, in all versions.
#[derive(Debug)]
pub struct Periods {
    rows: Vec<Period>,
}

pub(crate) const TABLE: &str = include_str!("../data/periods.json");

impl Periods {
    /// The periods that ship with the program.
    #[must_use]
    pub fn standard() -> &'static Periods {
        static STANDARD: OnceLock<Periods> = OnceLock::new();
        STANDARD.get_or_init(|| Periods::parse(TABLE))
    }

    /// Reads the JSON form. Rows that do not parse are left out; a test counts the standard ones.
    pub(crate) fn parse(text: &str) -> Self {
        #[derive(Deserialize)]
        struct Table {
            rows: Vec<serde_json::Value>,
        }
        let raw = serde_json::from_str::<Table>(text).map(|table| table.rows).unwrap_or_default();
        Self { rows: raw.into_iter().filter_map(|row| serde_json::from_value(row).ok()).collect() }
    }

    /// Every row.
    #[must_use]
    pub fn all(&self) -> &[Period] {
        &self.rows
    }

    /// One version of a period.
    #[must_use]
    pub fn row(&self, id: &str, version: u32) -> Option<&Period> {
        self.rows.iter().find(|row| row.id == id && row.version == version)
    }

    /// The periods an event starts, given the facts: each in its newest version.
    #[must_use]
    pub fn starting(&self, kind: &str, facts: &ClockFacts) -> Vec<&Period> {
        self.rows
            .iter()
            .filter(|row| row.starts.iter().any(|start| start == kind) && row.when.holds(facts))
            .filter(|row| self.is_newest(row))
            .collect()
    }

    /// The period of a family that applies to the facts, in its newest version.
    #[must_use]
    pub fn of_family(&self, family: &str, facts: &ClockFacts) -> Option<&Period> {
        let kin = self.rows.iter().filter(|row| row.family.as_deref() == Some(family));
        kin.filter(|row| self.is_newest(row)).find(|row| row.when.holds(facts))
    }

    fn is_newest(&self, row: &Period) -> bool {
        !self.rows.iter().any(|other| other.id == row.id && other.version > row.version)
    }
}

/// The end of a period that starts at `start`: the last instant at which the act is still in time.
#[must_use]
pub fn due(kind: PeriodKind, length: u16, start: Timestamp, calendar: &Calendar) -> Timestamp {
    let first = BEIJING.to_datetime(start).date();
    match kind {
        PeriodKind::ElapsedMinutes => later(start, SignedDuration::from_mins(length.into())),
        PeriodKind::ElapsedHours => {
            // Beijing is whole hours from UTC, so the full hours are the same.
            let hour = Timestamp::from_second(start.as_second().div_euclid(3600) * 3600).unwrap_or(start);
            later(hour, SignedDuration::from_hours(i64::from(length) + 1))
        }
        PeriodKind::CalendarDaysRoll => {
            let mut last = first.saturating_add(i64::from(length).days());
            while !calendar.is_working_day(last) && last < Date::MAX {
                last = last.saturating_add(1.day());
            }
            end_of(last)
        }
        PeriodKind::WorkingDays => {
            let mut last = first;
            let mut left = length;
            while left > 0 && last < Date::MAX {
                last = last.saturating_add(1.day());
                left -= u16::from(calendar.is_working_day(last));
            }
            end_of(last)
        }
    }
}

/// The moment at `percent` of the way from `start` to `due`, to the second.
#[must_use]
pub fn warn_at(percent: u8, start: Timestamp, due: Timestamp) -> Timestamp {
    let span = due.as_second().saturating_sub(start.as_second());
    later(start, SignedDuration::from_secs(span * i64::from(percent) / 100))
}

fn later(start: Timestamp, by: SignedDuration) -> Timestamp {
    start.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// 24:00 of a day in Beijing.
pub(crate) fn end_of(day: Date) -> Timestamp {
    let next = day.tomorrow().map(|next| next.at(0, 0, 0, 0));
    next.and_then(|midnight| BEIJING.to_timestamp(midnight)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
