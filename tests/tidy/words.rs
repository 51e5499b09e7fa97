//! Words the house does not use (design 6), in the names of types, modules, functions and files.

use crate::code::{bare, identifier, unveiled};
use crate::settle;
use crate::tree::sources;

/// In no name at all.
const NEVER: [&str; 12] = [
    "manager",
    "managers",
    "processor",
    "processors",
    "helper",
    "helpers",
    "util",
    "utils",
    "utility",
    "utilities",
    "misc",
    "aggregate",
];
/// Not in the name of a type, nor of a module or file that is nothing else.
const NOT_A_TYPE: [&str; 9] =
    ["handler", "handlers", "info", "infos", "data", "item", "items", "job", "offset"];
const INSTEAD: &str = "say what it is: the words are in design 6";

/// The words of a name in either spelling, in small letters.
fn parts(name: &str) -> Vec<String> {
    let mut spaced = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if letter.is_alphanumeric() { letter } else { ' ' });
        before = letter;
    }
    spaced.to_lowercase().split_whitespace().map(str::to_owned).collect()
}

/// What a line declares: the keyword and the name.
fn declared(line: &str) -> Option<(&'static str, &str)> {
    let (mut rest, public) = unveiled(line);
    while let Some(next) = ["const ", "async ", "unsafe "].iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next;
    }
    let keywords = ["struct", "enum", "union", "trait", "type", "mod", "fn"];
    let (word, after) = keywords.into_iter().find_map(|word| {
        rest.strip_prefix(word).and_then(|after| after.strip_prefix(' ')).map(|after| (word, after))
    })?;
    // The name of an associated type was chosen by the trait.
    let chosen = word != "type" || public || !line.starts_with(' ');
    chosen.then(|| (word, identifier(after)))
}

#[test]
fn banned_words_name_nothing() {
    let mut complaints = Vec::new();
    for page in sources() {
        for (place, line) in bare(&page.text).lines().enumerate() {
            let Some((kind, name)) = declared(line) else { continue };
            let parts = parts(name);
            let never = parts.iter().find(|part| NEVER.contains(&part.as_str()));
            let wrong_type = parts.iter().find(|part| NOT_A_TYPE.contains(&part.as_str()));
            let bad = match kind {
                "fn" => never,
                "mod" => never.or_else(|| wrong_type.filter(|_| parts.len() == 1)),
                _ => never.or(wrong_type),
            };
            if let Some(bad) = bad {
                complaints.push(format!("{}:{}: {kind} {name}: `{bad}`; {INSTEAD}", page.path, place + 1));
            }
        }
    }
    settle(&complaints);
}

#[test]
fn banned_words_name_no_file() {
    let mut complaints = Vec::new();
    for page in sources() {
        for name in page.path.trim_end_matches(".rs").split('/') {
            let parts = parts(name);
            let never = parts.iter().find(|part| NEVER.contains(&part.as_str()));
            let alone = parts.first().filter(|part| parts.len() == 1 && NOT_A_TYPE.contains(&part.as_str()));
            if let Some(bad) = never.or(alone) {
                complaints.push(format!("{}: `{bad}`; {INSTEAD}", page.path));
            }
        }
    }
    settle(&complaints);
}

#[test]
fn names_are_taken_apart_in_either_spelling() {
    assert_eq!(parts("ClueInfo"), ["clue", "info"]);
    assert_eq!(parts("clue_info"), ["clue", "info"]);
    assert_eq!(declared("    type Item = u8;"), None);
    assert_eq!(declared("pub(crate) const fn manage() {"), Some(("fn", "manage")));
}
