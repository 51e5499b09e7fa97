//! A line in which units take turns. Never here: what a place in it is for.

use std::collections::{HashMap, VecDeque};

use domain::ids::UnitId;

use super::Told;

/// Those who wait, by unit; a unit that was served goes to the end.
#[derive(Debug, Default)]
pub(super) struct Line {
    units: HashMap<UnitId, VecDeque<Told>>,
    turns: VecDeque<UnitId>,
    waiting: usize,
}

impl Line {
    pub(super) const fn len(&self) -> usize {
        self.waiting
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// Adds a call of a unit. When `bound` wait already, the newest call of the unit with most of them gives way, which is
    /// told by dropping its sender.
    ///
    /// # Errors
    /// The call itself, when its unit has most of them, or as many.
    pub(super) fn join(&mut self, unit: &UnitId, told: Told, bound: usize) -> Result<(), Told> {
        if self.waiting >= bound {
            let mine = self.units.get(unit).map_or(0, VecDeque::len);
            let longest = self.units.values_mut().max_by_key(|calls| calls.len());
            let Some(longest) = longest.filter(|calls| calls.len() > mine + 1) else { return Err(told) };
            drop(longest.pop_back());
            self.waiting -= 1;
        }
        let calls = self.units.entry(unit.clone()).or_insert_with(|| {
            self.turns.push_back(unit.clone());
            VecDeque::new()
        });
        calls.push_back(told);
        self.waiting += 1;
        Ok(())
    }

    /// The oldest call of the unit whose turn it is among those that may have a place.
    pub(super) fn next(&mut self, may: impl Fn(&UnitId) -> bool) -> Option<(UnitId, Told)> {
        for _ in 0..self.turns.len() {
            let unit = self.turns.pop_front()?;
            let Some(calls) = self.units.get_mut(&unit) else { continue };
            let found = if may(&unit) { calls.pop_front() } else { None };
            self.waiting -= usize::from(found.is_some());
            if calls.is_empty() {
                self.units.remove(&unit);
            } else {
                self.turns.push_back(unit.clone());
            }
            if let Some(told) = found {
                return Some((unit, told));
            }
        }
        None
    }

    /// Forgets those of a unit who went away.
    pub(super) fn forget_the_gone(&mut self, unit: &UnitId) {
        let Some(calls) = self.units.get_mut(unit) else { return };
        let before = calls.len();
        calls.retain(|told| !told.is_closed());
        self.waiting -= before - calls.len();
        if calls.is_empty() {
            self.units.remove(unit);
            self.turns.retain(|turn| turn != unit);
        }
    }
}
