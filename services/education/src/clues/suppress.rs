//! What a reader of another agency may not be shown, so that nobody is recognised (handbook, part 2: cells below
//! 3 are suppressed in any table across agencies). Never here: counting, or which tables there are.
//!
//! ```text
//!             phone  letter  ...  received       A row adds up to its total, a column to the whole, and every
//! county A      *      *             7           reader can subtract. So for each small cell three others are
//! county B      *      *             9           hidden that form a rectangle with it: adding one clue at two
//! the rest      .      .             0           corners and taking one at the others gives the same totals, so
//! the whole     4     12            16           that none of the four can be computed.
//! ```
//! A row with a small total is hidden whole, together with others, so that only their sum can be computed. Rows
//! and columns that are never shown (the rest of a division, clues without a conclusion) can be computed and are
//! treated like those that are. A zero is no secret, but beside hidden cells zeros are hidden too: otherwise
//! whatever is hidden would be known to be more than nothing.

/// Fewer than this in a cell, and it is not shown.
pub(super) const SMALL: u64 = 3;

/// One breakdown of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Split {
    /// Its figures; together the row's total.
    pub(super) cells: Vec<u64>,
    /// Whether the last figure is what is left of the total and never shown.
    pub(super) open: bool,
}

/// A row: a total and its breakdowns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Family {
    pub(super) total: u64,
    pub(super) splits: Vec<Split>,
}

/// What of a row is hidden.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Veil {
    /// These cells of each breakdown.
    Cells(Vec<Vec<bool>>),
    /// Everything.
    All,
}

impl Veil {
    /// Nothing is hidden.
    pub(super) const NONE: Veil = Veil::Cells(Vec::new());

    /// Whether a cell of a breakdown is hidden.
    pub(super) fn hides(&self, split: usize, cell: usize) -> bool {
        match self {
            Veil::All => true,
            Veil::Cells(cells) => {
                cells.get(split).and_then(|cells| cells.get(cell)).copied().unwrap_or(false)
            }
        }
    }
}

/// What is hidden of a whole, first, and of each of its parts; `rest` is what belongs to no part.
pub(super) fn veils(parts: &[Family], rest: &Family) -> Vec<Veil> {
    let totals: Vec<u64> = parts.iter().map(|part| part.total).collect();
    let Some(withheld) = withheld(&totals, rest.total) else {
        let of = |total: &u64| if *total == 0 { Veil::NONE } else { Veil::All };
        return std::iter::once(Veil::All).chain(totals.iter().map(of)).collect();
    };
    let shown: Vec<&Family> =
        parts.iter().zip(&withheld).filter(|(_, withheld)| !**withheld).map(|(part, _)| part).collect();
    let masks: Vec<Vec<Vec<bool>>> = (0..rest.splits.len())
        .map(|split| {
            let cells = |family: &Family| {
                family.splits.get(split).map(|split| split.cells.clone()).unwrap_or_default()
            };
            // Of the rest and the parts that are hidden whole only the sum can be computed.
            let together =
                parts.iter().zip(&withheld).filter(|(_, withheld)| **withheld).map(|(part, _)| cells(part));
            let together = together.fold(cells(rest), |sum, part| {
                sum.iter().zip(&part).map(|(one, other)| one + other).collect()
            });
            let rows = shown.iter().map(|part| cells(part)).chain([together]).collect();
            Grid::new(rows, rest.splits.get(split).is_some_and(|split| split.open)).hidden()
        })
        .collect();
    let veil = |row: usize| {
        Veil::Cells(masks.iter().map(|mask| mask.get(row).cloned().unwrap_or_default()).collect())
    };
    let mut row = 0..shown.len();
    let below: Vec<Veil> = withheld
        .iter()
        .map(|withheld| if *withheld { None } else { row.next() }.map_or(Veil::All, veil))
        .collect();
    std::iter::once(veil(shown.len() + 1)).chain(below).collect()
}

/// The parts to hide whole: those with a small total, and the smallest others until their sum says nothing of
/// any of them; none when that is not possible and the whole must be hidden too.
fn withheld(totals: &[u64], rest: u64) -> Option<Vec<bool>> {
    let small = |total: u64| total > 0 && total < SMALL;
    if small(totals.iter().sum::<u64>() + rest) {
        return None;
    }
    let mut hidden: Vec<bool> = totals.iter().map(|total| small(*total)).collect();
    loop {
        let of_hidden = totals.iter().zip(&hidden).filter(|(_, hidden)| **hidden);
        let (count, sum) = of_hidden.fold((0, rest), |(count, sum), (total, _)| (count + 1, sum + total));
        let alone = count == 1 && rest == 0;
        if sum == 0 || (sum >= SMALL && sum > count && !alone) {
            return Some(hidden);
        }
        let candidates =
            totals.iter().zip(hidden.iter_mut()).filter(|(total, hidden)| **total > 0 && !**hidden);
        *candidates.min_by_key(|(total, _)| **total)?.1 = true;
    }
}

/// One breakdown in every row that is shown, then in the sum of what is hidden whole, then in the whole.
struct Grid {
    rows: Vec<Vec<u64>>,
    hidden: Vec<Vec<bool>>,
    open: bool,
}

impl Grid {
    fn new(mut rows: Vec<Vec<u64>>, open: bool) -> Self {
        let columns = rows.first().map(Vec::len).unwrap_or_default();
        let whole = (0..columns).map(|column| rows.iter().filter_map(|row| row.get(column)).sum()).collect();
        rows.push(whole);
        let small = |cell: &u64| *cell > 0 && *cell < SMALL;
        let hidden = rows.iter().map(|row| row.iter().map(small).collect()).collect();
        Self { rows, hidden, open }
    }

    fn at(&self, row: usize, column: usize) -> u64 {
        self.rows.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default()
    }

    fn is_hidden(&self, row: usize, column: usize) -> bool {
        self.hidden.get(row).and_then(|row| row.get(column)).copied().unwrap_or_default()
    }

    fn hide(&mut self, row: usize, column: usize) {
        if let Some(cell) = self.hidden.get_mut(row).and_then(|row| row.get_mut(column)) {
            *cell = true;
        }
    }

    fn whole(&self) -> usize {
        self.rows.len() - 1
    }

    fn columns(&self) -> usize {
        self.rows.first().map(Vec::len).unwrap_or_default()
    }

    /// Whether nobody is shown the cell anyway.
    fn is_implied(&self, row: usize, column: usize) -> bool {
        row + 1 == self.whole() || (self.open && column + 1 == self.columns())
    }

    /// What is lost by hiding a cell.
    fn cost(&self, row: usize, column: usize) -> u64 {
        let free = self.is_hidden(row, column) || self.is_implied(row, column);
        if free { 0 } else { 1 + self.at(row, column) }
    }

    /// The cheapest rectangle that leaves the cell open: one clue may be added to it and the same totals stand.
    fn rectangle(&self, row: usize, column: usize) -> Option<(usize, usize)> {
        let others = (0..self.columns()).filter(|other| *other != column);
        let corners = others.flat_map(|other| (0..self.rows.len()).map(move |across| (across, other)));
        let possible = corners.filter(|(across, other)| {
            let whole = self.whole();
            match (row == whole, *across == whole) {
                (true, true) => false,
                (true, false) => self.at(*across, *other) > 0,
                (false, true) => self.at(row, *other) > 0,
                (false, false) => *across != row && self.at(row, *other) > 0 && self.at(*across, column) > 0,
            }
        });
        possible.min_by_key(|(across, other)| {
            self.cost(row, *other) + self.cost(*across, *other) + self.cost(*across, column)
        })
    }

    /// Which cells are hidden, row by row.
    fn hidden(mut self) -> Vec<Vec<bool>> {
        let cells = |grid: &Self| -> Vec<(usize, usize)> {
            let rows = 0..grid.rows.len();
            rows.flat_map(|row| (0..grid.columns()).map(move |column| (row, column))).collect()
        };
        let small: Vec<_> =
            cells(&self).into_iter().filter(|(row, column)| self.is_hidden(*row, *column)).collect();
        for (row, column) in small {
            if let Some((across, other)) = self.rectangle(row, column) {
                for (row, column) in [(row, other), (across, other), (across, column)] {
                    self.hide(row, column);
                }
            }
        }
        for (row, hidden) in self.rows.iter().zip(self.hidden.iter_mut()) {
            if hidden.contains(&true) {
                row.iter().zip(hidden).filter(|(cell, _)| **cell == 0).for_each(|(_, hidden)| *hidden = true);
            }
        }
        self.hidden
    }
}

#[cfg(test)]
mod tests;
