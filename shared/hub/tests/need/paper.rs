//! A page as it is kept in the repository. Never here: what it says.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use domain::category::Minor;
use domain::class::{Class, Facet};
use domain::matter::Kind;
use hub::need::Sight;

use crate::cast::{COLUMNS, House, KINDS, readers};

/// Compares a page with the one in the repository, or writes that anew.
pub fn settle(name: &str, drawn: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/need_to_know").join(name);
    if std::env::var_os("SAFEGUARD_REWRITE").is_some() {
        std::fs::write(&file, drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = kept.lines().zip(drawn.lines()).position(|(kept, drawn)| kept != drawn);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(drawn.lines().count()));
    assert!(
        kept == drawn,
        "who sees what has changed; tests/need_to_know/{name} line {}:\n kept: {}\n now:  {}\nIf it is meant, write \
         it anew: SAFEGUARD_REWRITE=1 cargo test -p hub --test need",
        line + 1,
        kept.lines().nth(line).unwrap_or("(its end)"),
        drawn.lines().nth(line).unwrap_or("(its end)"),
    );
}

/// A class and what keeps it closer, as pages name it.
pub fn column((class, facet): (Class, Option<Facet>)) -> String {
    facet.map_or_else(|| class.code().to_owned(), |facet| format!("{} {}", class.code(), facet.code()))
}

/// `seen`, or the class under which it is withheld.
pub fn cell(sight: &Sight, (class, facet): (Class, Option<Facet>)) -> String {
    match sight.nothing() {
        true => "·".to_owned(),
        false if sight.sees_value(class, facet) => "seen".to_owned(),
        false => sight.in_effect(class).code().to_owned(),
    }
}

/// For every kind of matter, readers against classes; readers who see the same share a row.
pub fn tables(house: &House) -> String {
    let mut page = String::new();
    for (kind, name) in KINDS {
        let minors: &[(Minor, &str)] = match kind {
            Kind::Clue | Kind::Referral | Kind::Reverse => {
                &[(Minor::None, ", no minor concerned"), (Minor::Minor, ", a minor concerned")]
            }
            Kind::Inspection
            | Kind::Hazard
            | Kind::Campaign
            | Kind::Dispatch
            | Kind::StaffCount
            | Kind::Directory
            | Kind::Officer
            | Kind::Record => &[(Minor::None, "")],
        };
        for (minor, told) in minors {
            let _ = write!(page, "\n### {name}{told}\n\n{}", table(house, kind, *minor));
        }
    }
    page
}

fn table(house: &House, kind: Kind, minor: Minor) -> String {
    let head: Vec<String> = COLUMNS.into_iter().map(column).collect();
    let mut page = format!("| reader | {} |\n|---|{}\n", head.join(" | "), "---|".repeat(head.len()));
    let mut rows: Vec<(Vec<String>, Vec<&str>)> = Vec::new();
    for reader in readers() {
        let sight = house.sight(&reader, kind, minor);
        let cells: Vec<String> = COLUMNS.into_iter().map(|what| cell(&sight, what)).collect();
        match rows.iter_mut().find(|(known, _)| *known == cells) {
            Some((_, names)) => names.push(reader.name),
            None => rows.push((cells, vec![reader.name])),
        }
    }
    for (cells, names) in rows {
        let _ = writeln!(page, "| {} | {} |", names.join("<br>"), cells.join(" | "));
    }
    page
}

/// Paths grouped by their class, one line a group.
pub fn groups(paths: impl IntoIterator<Item = (String, (Class, Option<Facet>))>) -> String {
    let mut groups: BTreeMap<(Class, Option<Facet>), Vec<String>> = BTreeMap::new();
    for (path, what) in paths {
        groups.entry(what).or_default().push(format!("`{path}`"));
    }
    let line = |(what, paths): (_, Vec<String>)| format!("- {}: {}\n", column(what), paths.join(" "));
    groups.into_iter().map(line).collect()
}
