//! `clues.jsonl`: clues from mixed channels as a county has them, with repetitions, late ones and the faults
//! such a file has, counted while they are written. Never here: how a line is read.

use anyhow::Context;
use domain::category::Category;
use jiff::ToSpan;
use jiff::civil::Date;

use super::clue::{self, Ground, Line};
use super::dice::Dice;
use super::flaw::{self, Flaw};
use super::people::{self, Reporter};
use super::tally::{ClueTally, Fault, add};

/// What a line is for.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Plain,
    Again,
    Late,
    /// A victim on the fourteenth birthday, who still counts as thirteen; nothing about minors is ticked.
    FourteenToday,
    /// A victim on the day after the fourteenth birthday.
    FourteenYesterday,
    /// A narrative that a spreadsheet would take for a formula.
    Formula,
    Flawed(Flaw),
}

fn purposes(total: usize) -> Vec<(Purpose, usize)> {
    let each = if total < 50 { 0 } else { total.div_ceil(500) };
    let oddities = [
        (Purpose::Again, total * 3 / 100),
        (Purpose::Late, total.div_ceil(100)),
        (Purpose::FourteenToday, each),
        (Purpose::FourteenYesterday, each),
        (Purpose::Formula, each),
    ];
    oddities.into_iter().chain(Flaw::ALL.map(|flaw| (Purpose::Flawed(flaw), each))).collect()
}

/// Writes `total` lines, each ended by a line feed.
///
/// # Errors
/// None in practice: everything is in memory.
pub(super) fn lines(
    dice: &mut Dice,
    ground: &Ground<'_>,
    total: usize,
) -> anyhow::Result<(Vec<u8>, ClueTally)> {
    let mut written: Vec<Vec<u8>> = Vec::new();
    let mut sound: Vec<usize> = Vec::new();
    let mut tally = ClueTally { rows: total, ..ClueTally::default() };
    for (place, purpose) in dice.plan(total, &purposes(total), Purpose::Plain).into_iter().enumerate() {
        if let Purpose::Again = purpose {
            let known = sound.get(dice.below(sound.len())).context("nothing to repeat")?;
            written.push(written.get(*known).cloned().unwrap_or_default());
            tally.duplicates += 1;
            continue;
        }
        let late = matches!(purpose, Purpose::Late);
        let day = if late { ground.base.saturating_sub(late_by(dice).days()) } else { ground.base };
        let category = category(dice, place);
        let mut line = clue::line(dice, ground, category, day, place + 1);
        if let Purpose::Flawed(flaw) = purpose {
            let faults = flaw.spoil(&mut line, ground.base);
            let bytes = flaw.spoil_bytes(serde_json::to_vec(&line)?);
            tally.refuse(faults.iter().map(|(field, fault)| Fault::new(place + 1, field, fault)));
            written.push(bytes);
        } else {
            special(dice, &mut line, purpose, day);
            count(&mut tally, &line, late);
            sound.push(written.len());
            written.push(serde_json::to_vec(&line)?);
        }
    }
    written.push(Vec::new());
    Ok((written.join(&b'\n'), tally))
}

/// Two to six days, so that more than 24 hours lie between the moment and the base day.
fn late_by(dice: &mut Dice) -> i64 {
    dice.pick(&[2, 3, 4, 5, 6])
}

/// Every category once, then by weight.
fn category(dice: &mut Dice, place: usize) -> Category {
    const WEIGHTS: [usize; 15] = [1, 2, 3, 1, 3, 8, 7, 10, 6, 22, 12, 6, 6, 5, 8];
    if let Some(category) = Category::ALL.get(place) {
        return *category;
    }
    let mut throw = dice.below(WEIGHTS.iter().sum());
    for (category, weight) in Category::ALL.into_iter().zip(WEIGHTS) {
        if throw < weight {
            return category;
        }
        throw -= weight;
    }
    Category::Other
}

fn special(dice: &mut Dice, line: &mut Line, purpose: Purpose, day: Date) {
    let birth = day.saturating_sub(14.years());
    match purpose {
        Purpose::FourteenToday => {
            line.minor = "";
            line.persons = vec![people::born(dice, "victim", birth, day)];
        }
        Purpose::FourteenYesterday => {
            line.minor = "";
            line.persons = vec![people::born(dice, "victim", birth.saturating_sub(1.day()), day)];
        }
        Purpose::Formula => {
            line.narrative = flaw::FORMULA.to_owned();
        }
        Purpose::Plain | Purpose::Again | Purpose::Late | Purpose::Flawed(_) => {}
    }
}

/// Counts a sound line, with the law applied by hand: a listed category or situation, or a minor with harm,
/// is U1 (高检发〔2020〕9号 art. 4).
fn count(tally: &mut ClueTally, line: &Line, late: bool) {
    const LISTED: [&str; 5] =
        ["minor-sexual-harm", "minor-abuse", "severe-bullying", "minor-missing", "minor-danger"];
    let ticked = match line.minor {
        "under14" => 2,
        "minor" => 1,
        _ => 0,
    };
    let youngest = line.persons.iter().map(|person| person.youth).fold(ticked, u8::max);
    let harmed = youngest > 0 && !line.harm.is_empty();
    let mandatory = LISTED.contains(&line.category) || line.situation > 0 || harmed;
    let urgency = if mandatory { "U1" } else { line.urgency };
    tally.valid += 1;
    add(&mut tally.by_category, line.category);
    add(&mut tally.by_channel, line.channel);
    add(&mut tally.by_urgency, urgency);
    add(&mut tally.by_division, &line.division);
    tally.mandatory += usize::from(mandatory);
    tally.raised += usize::from(urgency != line.urgency);
    tally.under_14 += usize::from(youngest == 2);
    tally.minor += usize::from(youngest == 1);
    tally.late += usize::from(late);
    tally.anonymous += usize::from(matches!(line.reporter, Reporter::Anonymous {}));
    tally.with_institution += usize::from(!line.institution.is_empty());
    tally.persons += line.persons.len();
}
