//! One clue as a line of `clues.jsonl`: the fields of `ReportClueRequest` by name, enum values as the stored
//! words. Made from dice; spoiled elsewhere. Never here: what an import makes of it.

use domain::category::{Category, Channel};
use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::dice::Dice;
use super::institutions::Row;
use super::people::{self, Person, Reporter};
use super::place::Place;
use super::stories;

/// A line.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) source: String,
    pub(super) channel: &'static str,
    pub(super) category: &'static str,
    #[serde(skip_serializing_if = "none")]
    pub(super) situation: u8,
    pub(super) urgency: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) harm: Vec<&'static str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) minor: &'static str,
    pub(super) division: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) institution: String,
    pub(super) received_at: String,
    pub(super) narrative: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) place: String,
    pub(super) reporter: Reporter,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) persons: Vec<Person>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes by reference")]
fn none(situation: &u8) -> bool {
    *situation == 0
}

/// Where clues come from.
pub(super) struct Ground<'a> {
    pub(super) places: &'a [Place],
    pub(super) institutions: &'a [Row],
    /// The day the clues came in.
    pub(super) base: Date,
}

/// A moment on `day` between 7 and 22 o'clock, Beijing time.
pub(super) fn moment(dice: &mut Dice, day: Date) -> String {
    let clock = |bound: usize| move |dice: &mut Dice| i8::try_from(dice.below(bound)).unwrap_or(0);
    let (hour, minute, second) = (7 + clock(15)(dice), clock(60)(dice), clock(60)(dice));
    let moment: DateTime = day.at(hour, minute, second, 0);
    format!("{moment}+08:00")
}

/// A sound clue about `category`, received on `day`; `number` makes its source key.
pub(super) fn line(
    dice: &mut Dice,
    ground: &Ground<'_>,
    category: Category,
    day: Date,
    number: usize,
) -> Line {
    let channel = dice.pick(&Channel::ALL.map(Some)).unwrap_or(Channel::Phone);
    let (place, institution, name) = site(dice, ground);
    let (harm, persons) = concerned(dice, category, day);
    Line {
        source: format!("hengyang-{}:2026{number:05}", channel.code()),
        channel: channel.code(),
        category: category.code(),
        situation: situation(dice, category),
        urgency: proposed(dice, category),
        harm,
        minor: stated(dice, &persons),
        division: place.code.as_str().to_owned(),
        institution,
        received_at: moment(dice, day),
        narrative: stories::narrative(dice, category, channel, &name),
        place: if dice.chance(70) { place.address(dice) } else { String::new() },
        reporter: people::reporter(dice),
        persons,
    }
}

/// Where it happened: mostly at a known institution, whose division it then shares.
fn site(dice: &mut Dice, ground: &Ground<'_>) -> (Place, String, String) {
    let known = ground.institutions.get(dice.below(ground.institutions.len()));
    match known.filter(|row| row.credit_code.is_ascii()) {
        Some(row) if dice.chance(80) => (row.place.clone(), row.credit_code.clone(), row.name.clone()),
        Some(_) | None => {
            let place = ground.places.get(dice.below(ground.places.len())).cloned().unwrap_or_default();
            let name =
                dice.pick(&["某培训班", "一家没有招牌的托管班", "小区里的辅导点", "学校附近的培训机构"]);
            (place, String::new(), name.to_owned())
        }
    }
}

/// Harm and people that go with a category.
fn concerned(dice: &mut Dice, category: Category, day: Date) -> (Vec<&'static str>, Vec<Person>) {
    let age = 4 + dice.below(13);
    match category {
        Category::MinorSexualHarm => {
            let persons = vec![people::child(dice, "victim", age, day), people::adult(dice, "suspect", day)];
            (vec!["sexual"], persons)
        }
        Category::MinorAbuse => {
            let persons = vec![people::child(dice, "victim", age, day), people::adult(dice, "suspect", day)];
            (vec!["injury"], persons)
        }
        Category::SevereBullying => {
            let other = (age + 1).min(17);
            let persons =
                vec![people::child(dice, "victim", age, day), people::child(dice, "suspect", other, day)];
            (vec!["injury", "danger"], persons)
        }
        Category::MinorMissing | Category::MinorDanger => {
            (vec!["danger"], vec![people::child(dice, "victim", age, day)])
        }
        Category::Food | Category::BusTraffic | Category::Premises if dice.chance(35) => {
            let victim = if dice.chance(80) {
                people::child(dice, "victim", age, day)
            } else {
                people::adult(dice, "victim", day)
            };
            (vec![if category == Category::Food { "injury" } else { "danger" }], vec![victim])
        }
        Category::FeeFraud | Category::StaffAccess | Category::Perimeter if dice.chance(40) => {
            let part = if dice.chance(50) { "suspect" } else { "witness" };
            (Vec::new(), vec![people::adult(dice, part, day)])
        }
        Category::FireExit if dice.chance(20) => (vec!["danger"], Vec::new()),
        Category::FireExit
        | Category::FireOther
        | Category::Premises
        | Category::StaffAccess
        | Category::FeeFraud
        | Category::IllegalOperation
        | Category::Food
        | Category::BusTraffic
        | Category::Perimeter
        | Category::Other => (Vec::new(), Vec::new()),
    }
}

/// Which of the nine situations is ticked: usually with the category, now and then although the category
/// says something else, which is as binding.
fn situation(dice: &mut Dice, category: Category) -> u8 {
    match category {
        Category::MinorSexualHarm => dice.pick(&[1, 2]),
        Category::MinorAbuse | Category::SevereBullying => dice.pick(&[0, 4]),
        Category::MinorMissing => dice.pick(&[6, 7]),
        Category::MinorDanger => dice.pick(&[5, 9]),
        Category::Other | Category::Perimeter if dice.chance(8) => dice.pick(&[8, 9]),
        Category::FireExit
        | Category::FireOther
        | Category::Premises
        | Category::StaffAccess
        | Category::FeeFraud
        | Category::IllegalOperation
        | Category::Food
        | Category::BusTraffic
        | Category::Perimeter
        | Category::Other => 0,
    }
}

/// The urgency the officer ticked; for harmed minors sometimes too low, which the law mends.
fn proposed(dice: &mut Dice, category: Category) -> &'static str {
    let serious = matches!(
        category,
        Category::MinorSexualHarm | Category::MinorAbuse | Category::MinorMissing | Category::MinorDanger
    );
    match dice.below(100) {
        0..60 if serious => "U1",
        0..12 => "U2",
        12..75 => "U3",
        _ => "U4",
    }
}

/// What is ticked about minors: often nothing, and the identity numbers must speak for themselves.
fn stated(dice: &mut Dice, persons: &[Person]) -> &'static str {
    let youngest = persons.iter().map(|person| person.youth).max().unwrap_or(0);
    match youngest {
        _ if dice.chance(40) => "",
        0 => "none",
        1 => "minor",
        _ => "under14",
    }
}
