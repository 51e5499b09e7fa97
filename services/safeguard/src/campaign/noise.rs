//! The noise on the line (handbook 5.5, item 9): records sent twice, out of order, and wrong ones, which are added and never
//! take the place of a right one. Never here: lateness (that is the schedule's), or what the hub makes of it.

use jiff::ToSpan;

use super::draw::{Dice, id};
use super::record::{Dispatch, Head, Signature, StaffCount, Step, Visit};
use super::works::Day;

/// Of a thousand records: sent twice, sent out of order, followed by a wrong one.
const TWICE: u64 = 30;
const OUT_OF_ORDER: u64 = 20;
const WRONG: u64 = 5;

/// A kind that can go wrong.
trait Noisy: Clone {
    fn head(&mut self) -> &mut Head;

    /// Makes something of it that no hub may record.
    fn spoil(&mut self, way: u64);
}

/// Puts the noise on a day.
pub(super) fn disturb(seed: u64, day: &mut Day) {
    day.dispatches = noisy(seed, std::mem::take(&mut day.dispatches));
    day.visits = noisy(seed, std::mem::take(&mut day.visits));
    day.signatures = noisy(seed, std::mem::take(&mut day.signatures));
    day.steps = noisy(seed, std::mem::take(&mut day.steps));
    day.staff = noisy(seed, std::mem::take(&mut day.staff));
}

fn noisy<T: Noisy>(seed: u64, records: Vec<T>) -> Vec<T> {
    let (mut sent, mut afterwards) = (Vec::with_capacity(records.len()), Vec::new());
    for mut record in records {
        let key = record.head().request_id;
        let mut dice = Dice::of(seed, "noise", key);
        if dice.in_thousand(TWICE) {
            afterwards.push(record.clone());
        }
        if dice.in_thousand(WRONG) {
            let mut wrong = record.clone();
            wrong.head().request_id = id(seed, "wrong", key);
            wrong.spoil(dice.below(4));
            sent.push(wrong);
        }
        if dice.in_thousand(OUT_OF_ORDER) {
            afterwards.push(record);
        } else {
            sent.push(record);
        }
    }
    sent.append(&mut afterwards);
    sent
}

/// A credit code that ends otherwise: nobody has it.
fn mistyped(institution: &mut String) {
    *institution =
        format!("IN-{}", crate::sample::cast::with_wrong_check(institution.trim_start_matches("IN-")));
}

impl Noisy for Dispatch {
    fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    fn spoil(&mut self, way: u64) {
        match way {
            0 => self.persons = -2,
            1 => self.division = "430499".to_owned(),
            2 => self.on = self.on.saturating_sub(1.year()),
            _ => self.institutions.iter_mut().for_each(mistyped),
        }
    }
}

impl Noisy for Visit {
    fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    fn spoil(&mut self, way: u64) {
        match way {
            0 => self.members.truncate(1),
            1 => self.failed.push(super::record::Failed {
                line: "FIRE9-99".to_owned(),
                fixed: false,
                finding: "没有这一项".to_owned(),
            }),
            2 => {
                self.from -= 8_784.hours();
                self.until -= 8_784.hours();
            }
            _ => mistyped(&mut self.institution),
        }
    }
}

impl Noisy for Signature {
    fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    fn spoil(&mut self, way: u64) {
        match way {
            0 => self.inspection = crate::sample::cast::with_wrong_check(&self.inspection),
            1 => self.inspection = self.inspection.replace("JI-", "IJ-"),
            // The leading unit, which signed with its report.
            _ => self.head.by = self.head.by.replace("FIRE", "EDU"),
        }
    }
}

impl Noisy for Step {
    fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    fn spoil(&mut self, way: u64) {
        match way {
            // The check character does not fit any more.
            0 | 1 => self.hazard = crate::sample::cast::with_wrong_check(&self.hazard),
            _ => self.hazard = self.hazard.replace("HZ-", "ZH-"),
        }
    }
}

impl Noisy for StaffCount {
    fn head(&mut self) -> &mut Head {
        &mut self.head
    }

    fn spoil(&mut self, way: u64) {
        match way {
            0 => self.persons.clear(),
            1 => self.persons.push("张三".to_owned()),
            2 => self.on = self.on.saturating_sub(1.year()),
            _ => mistyped(&mut self.institution),
        }
    }
}
