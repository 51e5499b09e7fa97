//! A reader who adds and subtracts whatever is shown computes no figure that is hidden. The attack is by trying
//! every table that agrees with what is shown.

#![allow(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

/// Every way to distribute `total` over cells of which some are known.
fn fillings(known: &[Option<u64>], total: u64) -> Vec<Vec<u64>> {
    let Some((first, rest)) = known.split_first() else {
        return if total == 0 { vec![Vec::new()] } else { Vec::new() };
    };
    let values = first.map_or(0..=total, |value| value..=value);
    let values = values.filter(|value| *value <= total);
    values
        .flat_map(|value| {
            fillings(rest, total - value).into_iter().map(move |tail| [vec![value], tail].concat())
        })
        .collect()
}

/// What the reader cannot tell apart: for every cell of rows and whole, the values it takes in any table that
/// agrees with the totals and the cells that are shown.
fn possible(rows: &[Vec<u64>], hidden: &[Vec<bool>]) -> Vec<Vec<BTreeSet<u64>>> {
    let columns = rows[0].len();
    let mut values = vec![vec![BTreeSet::new(); columns]; rows.len() + 1];
    let choices: Vec<Vec<Vec<u64>>> = rows
        .iter()
        .zip(hidden)
        .map(|(row, hidden)| {
            let known: Vec<_> =
                row.iter().zip(hidden).map(|(cell, hidden)| (!hidden).then_some(*cell)).collect();
            fillings(&known, row.iter().sum())
        })
        .collect();
    let whole: Vec<u64> = (0..columns).map(|column| rows.iter().map(|row| row[column]).sum()).collect();
    let mut chosen = vec![0; rows.len()];
    loop {
        let table: Vec<&Vec<u64>> = choices.iter().zip(&chosen).map(|(all, one)| &all[*one]).collect();
        let sums: Vec<u64> = (0..columns).map(|column| table.iter().map(|row| row[column]).sum()).collect();
        let agrees = (0..columns).all(|column| hidden[rows.len()][column] || sums[column] == whole[column]);
        if agrees {
            for (row, cells) in table.into_iter().chain([&sums]).enumerate() {
                cells.iter().enumerate().for_each(|(column, cell)| {
                    values[row][column].insert(*cell);
                });
            }
        }
        let Some(place) = (0..chosen.len()).find(|place| chosen[*place] + 1 < choices[*place].len()) else {
            return values;
        };
        chosen[place] += 1;
        chosen[..place].fill(0);
    }
}

/// Rows that are shown add up to at least [`SMALL`], or to nothing.
fn table() -> impl Strategy<Value = Vec<Vec<u64>>> {
    let row = proptest::collection::vec(0..5_u64, 3);
    let sound = |row: &Vec<u64>| matches!(row.iter().sum(), 0 | 3..=6);
    proptest::collection::vec(row.prop_filter("a total that is shown", sound), 1..4)
}

fn family(total: u64) -> Family {
    Family { total, splits: vec![Split { cells: vec![total], open: false }] }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_hidden_figure_and_no_small_one_can_be_computed(rows in table(), open: bool) {
        let grid = Grid::new(rows.clone(), open);
        let (all, implied): (Vec<Vec<u64>>, Vec<Vec<bool>>) = (
            grid.rows.clone(),
            (0..grid.rows.len())
                .map(|row| (0..grid.columns()).map(|column| grid.is_implied(row, column)).collect())
                .collect(),
        );
        let hidden = grid.hidden();
        // The reader is not told what is never shown either, but for what follows from the rest.
        let unseen: Vec<Vec<bool>> = hidden
            .iter()
            .zip(&implied)
            .map(|(hidden, implied)| hidden.iter().zip(implied).map(|(one, other)| *one || *other).collect())
            .collect();
        let values = possible(&rows, &unseen);
        for (row, cells) in all.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let small = *cell > 0 && *cell < SMALL;
                prop_assert!(!small || hidden[row][column]);
                if *cell > 0 && hidden[row][column] {
                    prop_assert!(values[row][column].len() > 1, "{all:?} {hidden:?}: {row}, {column} is {cell}");
                }
            }
        }
    }

    #[test]
    fn no_hidden_total_can_be_computed(totals in proptest::collection::vec(0..6_u64, 1..5), rest in 0..4_u64) {
        let sum = totals.iter().sum::<u64>() + rest;
        let parts: Vec<Family> = totals.iter().copied().map(family).collect();
        let veils = veils(&parts, &family(rest));
        for (total, veil) in totals.iter().zip(&veils[1..]) {
            prop_assert!((1..SMALL).contains(total) <= (*veil == Veil::All), "{totals:?} {rest}");
        }
        if veils[0] == Veil::All {
            // The whole is hidden with all that is in it.
            prop_assert!(totals.iter().zip(&veils[1..]).all(|(total, veil)| *total == 0 || *veil == Veil::All));
        } else {
            // Parts that are hidden are known to be more than nothing; the rest may be nothing.
            let hidden: Vec<u64> =
                totals.iter().zip(&veils[1..]).filter(|(_, veil)| **veil == Veil::All).map(|(total, _)| *total).collect();
            let shown: u64 = totals.iter().sum::<u64>() - hidden.iter().sum::<u64>();
            let above = (sum - shown) - hidden.len() as u64;
            let known = if rest == 0 && hidden.len() == 1 { Some(0) } else { None };
            let all = fillings(&[vec![None; hidden.len()], vec![known]].concat(), above);
            for place in 0..hidden.len() {
                let values: BTreeSet<u64> = all.iter().map(|one| one[place] + 1).collect();
                prop_assert!(values.len() > 1, "{totals:?} {rest}: {values:?}");
            }
        }
    }
}

#[test]
fn a_single_small_cell_takes_a_rectangle_with_it() {
    let rows = vec![vec![1, 6, 9], vec![8, 7, 9], vec![0, 0, 0]];
    let hidden = Grid::new(rows, false).hidden();
    assert_eq!(hidden[0], [true, true, false]);
    assert_eq!(hidden[1], [true, true, false]);
    assert_eq!(hidden[3], [false, false, false], "the whole stays");
}

#[test]
fn what_is_large_is_shown_and_nothing_is_hidden_without_need() {
    let hidden = Grid::new(vec![vec![3, 0, 9], vec![0, 0, 0], vec![5, 4, 0]], false).hidden();
    assert!(hidden.iter().flatten().all(|hidden| !hidden), "{hidden:?}");
    assert_eq!(
        veils(&[family(5), family(0), family(9)], &family(0)),
        vec![Veil::Cells(vec![vec![false]]); 4]
    );
}

#[test]
fn a_division_with_one_clue_is_hidden_with_its_smallest_neighbour() {
    let all = veils(&[family(1), family(40), family(4), family(0)], &family(0));
    let hidden: Vec<bool> = all.iter().map(|veil| *veil == Veil::All).collect();
    assert_eq!(hidden, [false, true, false, true, false]);
    let alone = veils(&[family(2)], &family(0));
    assert_eq!(alone, [Veil::All, Veil::All]);
}
