//! Just enough Rust: code without its comments and strings, and the functions in it. It trusts rustfmt's
//! layout. Must never be here: judgement.

use std::iter::repeat_n;

/// A function with a body.
pub struct Function {
    pub name: String,
    /// Line of its name, from 1.
    pub line: usize,
    /// Lines from its name to its closing brace.
    pub length: usize,
    /// Parameters without `self`.
    pub params: usize,
    /// Type parameters.
    pub generics: usize,
    pub public: bool,
}

/// The text with comments, strings and characters blanked; every line stays where it was.
pub fn bare(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = ' ';
    while let Some(letter) = rest.chars().next() {
        let in_word = before.is_alphanumeric() || before == '_';
        let length = blank(rest, in_word);
        let (taken, after) = rest.split_at(if length == 0 { letter.len_utf8() } else { length });
        if length == 0 {
            out.push(letter);
        } else {
            out.extend(taken.chars().map(|letter| if letter == '\n' { '\n' } else { ' ' }));
        }
        before = letter;
        rest = after;
    }
    out
}

/// Bytes of the comment, string or character that starts here; 0 when none does.
fn blank(text: &str, in_word: bool) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block(text);
    }
    if text.starts_with('"') {
        return quoted(text, '"');
    }
    if let Some(after) = text.strip_prefix('\'') {
        let mut letters = after.char_indices();
        let escaped = letters.next().is_some_and(|(_, letter)| letter == '\\');
        let closed = letters.next().is_some_and(|(_, letter)| letter == '\'');
        return if escaped || closed { quoted(text, '\'') } else { 0 };
    }
    let raw = text.strip_prefix("br").or_else(|| text.strip_prefix('r'));
    match raw {
        Some(raw) if !in_word => {
            let hashes = raw.chars().take_while(|letter| *letter == '#').count();
            let opened = raw.get(hashes..).is_some_and(|raw| raw.starts_with('"'));
            let close: String = std::iter::once('"').chain(repeat_n('#', hashes)).collect();
            let start = text.len() - raw.len() + hashes + 1;
            let end = text.get(start..).and_then(|inside| inside.find(&close));
            if opened { end.map_or(text.len(), |end| start + end + close.len()) } else { 0 }
        }
        Some(_) | None => 0,
    }
}

fn block(text: &str) -> usize {
    let (mut depth, mut place) = (0, 0);
    while let Some(rest) = text.get(place..).filter(|rest| !rest.is_empty()) {
        let step = if rest.starts_with("/*") {
            depth += 1;
            2
        } else if rest.starts_with("*/") {
            depth -= 1;
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        place += step;
        if depth == 0 {
            return place;
        }
    }
    text.len()
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        if !escaped && letter == quote {
            return place + 1;
        }
        escaped = !escaped && letter == '\\';
    }
    text.len()
}

/// A declaration without `pub`, `pub(crate)` and the like; whether one stood there.
pub fn unveiled(line: &str) -> (&str, bool) {
    let line = line.trim_start();
    match line.strip_prefix("pub") {
        Some(rest) if rest.starts_with(' ') => (rest.trim_start(), true),
        Some(rest) if rest.starts_with('(') => {
            (rest.split_once(')').map_or(rest, |(_, rest)| rest).trim_start(), true)
        }
        Some(_) | None => (line, false),
    }
}

/// The identifier a text starts with.
pub fn identifier(text: &str) -> &str {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Whether `word` stands in a line of bare code, not as a piece of a longer identifier.
pub fn mentions(line: &str, word: &str) -> bool {
    let joins = |letter: char| letter.is_alphanumeric() || letter == '_';
    line.match_indices(word).any(|(place, _)| {
        let (before, rest) = line.split_at(place);
        let after = rest.get(word.len()..).unwrap_or_default();
        let starts_inside = word.starts_with(joins) && before.ends_with(joins);
        let ends_inside = word.ends_with(joins) && after.starts_with(joins);
        !starts_inside && !ends_inside
    })
}

/// Every function with a body in bare code.
pub fn functions(bare: &str) -> Vec<Function> {
    let lines: Vec<&str> = bare.lines().collect();
    (0..lines.len()).filter_map(|place| function(&lines, place)).collect()
}

fn function(lines: &[&str], place: usize) -> Option<Function> {
    let here = lines.get(place..)?;
    let line = here.first()?;
    let (mut rest, public) = unveiled(line);
    while let Some(next) = ["const ", "async ", "unsafe "].iter().find_map(|word| rest.strip_prefix(word)) {
        rest = next;
    }
    let name = identifier(rest.strip_prefix("fn ")?);
    let indent = line.len() - line.trim_start().len();
    let closing = [&" ".repeat(indent), "}"].concat();
    let whole = here.join("\n");
    let after = whole.split_once(&format!("fn {name}"))?.1;
    let (generics, after) = if after.starts_with('<') { enclosed(after)? } else { (Vec::new(), after) };
    let (params, after) = enclosed(after)?;
    // A declaration in a trait ends before any body begins.
    let body = after.find('{')?;
    if after.find(';').is_some_and(|end| end < body) {
        return None;
    }
    let header = whole.len() - after.len() + body;
    let first = whole.get(..header)?.lines().count();
    let one_line = here.get(first - 1)?.trim_end().ends_with('}');
    let length = if one_line { first } else { here.iter().position(|line| line.trim_end() == closing)? + 1 };
    let is_type = |word: &&String| !word.starts_with('\'') && !word.starts_with("const ");
    Some(Function {
        name: name.to_owned(),
        line: place + 1,
        length,
        params: params.iter().filter(|param| !is_self(param)).count(),
        generics: generics.iter().filter(is_type).count(),
        public,
    })
}

fn is_self(param: &str) -> bool {
    let owned = param.trim_start_matches('&');
    let named =
        if owned.starts_with('\'') { owned.split_once(' ').map_or("", |(_, rest)| rest) } else { owned };
    identifier(named.trim_start_matches("mut ")) == "self"
}

/// The parts between the first bracket and its partner, split at the commas right inside, and what follows.
fn enclosed(text: &str) -> Option<(Vec<String>, &str)> {
    let (mut depth, mut parts, mut part, mut before) = (0, Vec::new(), String::new(), ' ');
    for (place, letter) in text.char_indices() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            '>' if before != '-' && before != '=' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (letter == ',' && depth == 1) {
            parts.push(std::mem::take(&mut part).trim().to_owned());
        } else if depth > 1 || place > 0 {
            part.push(letter);
        }
        if depth == 0 {
            parts.retain(|part| !part.is_empty());
            return Some((parts, text.get(place + 1..)?));
        }
        before = letter;
    }
    None
}

#[test]
fn comments_and_strings_are_blanked_and_lines_stay() {
    let text = "a // b\n\"c\\\"\nd\" e 'f' '\\'' 'life r#\"g\"h\"# /* i /* j */ */ k\n";
    let words: Vec<String> = bare(text).split_whitespace().map(str::to_owned).collect();
    assert_eq!(words, ["a", "e", "'life", "k"]);
    assert_eq!(bare(text).lines().count(), text.lines().count());
}

#[test]
fn a_word_is_not_found_inside_another() {
    assert!(mentions("x.await;", ".await") && mentions("thread::sleep(x)", "sleep("));
    assert!(!mentions("x.awaiting", ".await") && !mentions("fn never_sleep()", "sleep("));
}

#[test]
fn functions_are_measured() {
    let text = "impl A {\n    pub fn a<'a, T: B<C, D>, const N: usize>(\n        &'a self,\n        f: impl Fn(u8, u8) -> u8,\n        g: (u8, u8),\n    ) -> u8 {\n        1\n    }\n    fn b(c: [u8; 2]);\n    fn d(&mut self) {}\n}\n";
    let found = functions(&bare(text));
    let seen: Vec<_> =
        found.iter().map(|f| (f.name.as_str(), f.line, f.length, f.params, f.generics, f.public)).collect();
    assert_eq!(seen, [("a", 2, 7, 2, 1, true), ("d", 10, 1, 0, 0, false)]);
}
