//! That the lists are read off an index, whatever they are narrowed to. Never here: what is in them.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use hub::project::Projection;
use rusqlite::{Connection, params_from_iter};

use super::*;
use crate::hazards::HazardTables;

/// How a page of the board is found: for a reader of an area, narrowed to some divisions.
fn plan(area: &str, divisions: &[&str]) -> String {
    let tables = Connection::open_in_memory().unwrap();
    HazardTables.create(&tables).unwrap();
    let mut wanted =
        Wanted { source: Source::Area(NATION), in_order: true, parts: Vec::new(), values: Vec::new() };
    let codes = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
    wanted.within(&codes(&[area]));
    wanted.within(&codes(divisions));
    wanted.behind("0, 5, 0, 0, ''");
    let query = format!(
        "EXPLAIN QUERY PLAN SELECT id {} ORDER BY closed, rank, due, found, id LIMIT 51",
        wanted.rows()
    );
    let mut find = tables.prepare(&query).unwrap();
    let steps = find.query_map(params_from_iter(wanted.values), |row| row.get::<_, String>(3)).unwrap();
    steps.map(Result::unwrap).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_page_is_read_off_the_index_of_its_area() {
    for (area, divisions, index) in [
        ("500000", vec!["500103"], "of_county (county=?"),
        ("370000", vec!["371000"], "of_city (city=?"),
        ("500000", vec!["500000"], "of_province (province=?"),
    ] {
        let plan = plan(area, &divisions);
        assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{divisions:?}: {plan}");
    }
    // Of several counties only their own rows are read, and put in order.
    let merged = plan("500000", &["500157", "500105", "500112"]);
    assert!(merged.contains("of_county (county=?") && !merged.contains("SCAN"), "{merged}");
    // A county that became a city stands in two columns: it is read off the index of the reader's area.
    let city = plan("460000", &["460400", "469003"]);
    assert!(city.contains("of_province (province=?") && !city.contains("TEMP B-TREE"), "{city}");
}
