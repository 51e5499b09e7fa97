//! Fictitious people: names, telephone numbers, birthdays. Never here: anybody real.

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;

use super::codes::{identity_number, younger_than};
use super::dice::Dice;

const SURNAMES: &str = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";
const GIVEN: [&str; 36] = [
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀英", "霞", "平", "刚", "桂英", "文博", "子轩", "梓涵", "欣怡", "浩然", "雨桐", "一诺", "思远", "嘉怡",
    "俊杰", "晓雯", "建国", "志强", "佳琪",
];
/// Where the numbers say they were issued; the last has been abolished since, which is no fault.
const ISSUERS: [&str; 6] = ["110101", "430405", "430407", "430421", "440106", "430402"];

/// Who reported, as `ReporterStatement` spells it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Reporter {
    /// Nobody gave a name.
    Anonymous {},
    /// A named person.
    Named {
        name: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        phone: String,
        secret: bool,
    },
}

/// A person concerned, as `PersonStatement` spells it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Person {
    pub(super) part: &'static str,
    pub(super) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) id_number: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(super) minor: &'static str,
    /// What the hub must make of it, by the number or else by the statement: 0 adult, 1 minor, 2 under 14.
    #[serde(skip)]
    pub(super) youth: u8,
}

/// A name.
pub(super) fn name(dice: &mut Dice) -> String {
    let surnames: Vec<char> = SURNAMES.chars().collect();
    [dice.pick(&surnames).to_string(), dice.pick(&GIVEN).to_owned()].concat()
}

/// A reporter; one in three stays anonymous.
pub(super) fn reporter(dice: &mut Dice) -> Reporter {
    if dice.chance(34) {
        return Reporter::Anonymous {};
    }
    let phone = match dice.below(10) {
        0 => String::new(),
        1 => ["0734-8", &dice.digits(6)].concat(),
        2 => ["+86", &mobile(dice)].concat(),
        _ => mobile(dice),
    };
    Reporter::Named { name: name(dice), phone, secret: dice.chance(25) }
}

fn mobile(dice: &mut Dice) -> String {
    [dice.pick(&["138", "139", "150", "186", "177"]), "0000", &dice.digits(4)].concat()
}

/// An adult, half of them without a known number.
pub(super) fn adult(dice: &mut Dice, part: &'static str, day: Date) -> Person {
    let age = 22 + dice.below(40);
    let birth = birthday(dice, age, day);
    let id_number = if dice.chance(50) { String::new() } else { identity(dice, birth) };
    Person { part, name: name(dice), id_number, minor: "", youth: 0 }
}

/// A child of `age` years, mostly with a number; without one the statement stands.
pub(super) fn child(dice: &mut Dice, part: &'static str, age: usize, day: Date) -> Person {
    let birth = birthday(dice, age, day);
    if dice.chance(75) {
        return born(dice, part, birth, day);
    }
    let youth = youth(birth, day);
    let minor = if youth == 2 { "under14" } else { "minor" };
    Person { part, name: name(dice), id_number: String::new(), minor, youth }
}

/// A person with a number and nothing stated, born on `birth`.
pub(super) fn born(dice: &mut Dice, part: &'static str, birth: Date, day: Date) -> Person {
    let id_number = identity(dice, birth);
    Person { part, name: name(dice), id_number, minor: "", youth: youth(birth, day) }
}

fn identity(dice: &mut Dice, birth: Date) -> String {
    let issuer = dice.pick(&ISSUERS);
    identity_number(dice, issuer, birth)
}

/// How young somebody born on `birth` counts on `day`: 0 adult, 1 minor, 2 under 14.
fn youth(birth: Date, day: Date) -> u8 {
    u8::from(younger_than(18, birth, day)) + u8::from(younger_than(14, birth, day))
}

/// A birthday that makes somebody `age` years old on `day`, a month or more from either edge.
fn birthday(dice: &mut Dice, age: usize, day: Date) -> Date {
    let years = i64::try_from(age).unwrap_or(30);
    let days = 30 + i64::try_from(dice.below(300)).unwrap_or(0);
    day.saturating_sub(years.years()).saturating_sub(days.days())
}
