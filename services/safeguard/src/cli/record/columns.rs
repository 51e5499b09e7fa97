//! Columns to fields: a row of CSV as the nested object that a line of JSON is. Never here: what a value means.

use hub::import::Fields;
use prost_reflect::{Cardinality, Kind, MessageDescriptor};
use serde_json::{Map, Value};
use wire::v1::ImportFormat;
use wire::{Flaw, Violation};

/// The fields of a record as one object, with what is `given` where the record says nothing.
pub(super) fn tree<'a>(
    shape: &MessageDescriptor,
    (format, fields): (ImportFormat, Fields),
    given: impl Iterator<Item = (&'a str, String)>,
) -> Result<Value, Vec<Violation>> {
    let mut tree = match format {
        ImportFormat::Csv => row(shape, fields)?,
        ImportFormat::JsonLines | ImportFormat::Unspecified => Value::from_iter(fields),
    };
    for (path, value) in given {
        let path: Vec<&str> = path.split('.').collect();
        put(&mut tree, &path, Value::String(value), false);
    }
    Ok(tree)
}

/// A row: empty cells are left out, formulas are refused.
fn row(shape: &MessageDescriptor, fields: Fields) -> Result<Value, Vec<Violation>> {
    let (mut tree, mut faults) = (Value::Object(Map::new()), Vec::new());
    let cell = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    let step = shape.oneofs().find_map(|choice| fields.get(choice.name()).map(cell)).unwrap_or_default();
    for (column, value) in &fields {
        let text = cell(value);
        if text.is_empty() || shape.oneofs().any(|choice| choice.name() == column) {
            continue;
        }
        match (path(shape, column, &step), plain(&text)) {
            (Some(path), Some(text)) => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                put(&mut tree, &path, Value::String(text.to_owned()), true);
            }
            (None, _) => faults.push(Violation::new(column, &Flaw::new("COLUMN").with("column", column))),
            (_, None) => faults.push(Violation::new(column, &Flaw::new("FORMULA"))),
        }
    }
    if !step.is_empty() {
        put(&mut tree, &[&step], Value::Object(Map::new()), false);
    }
    if faults.is_empty() { Ok(tree) } else { Err(faults) }
}

/// The text of a cell without the mark that our own files put before codes; none when a spreadsheet would reckon with it.
fn plain(text: &str) -> Option<&str> {
    let begins =
        |text: &str| text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\'']);
    if let Some(marked) = text.strip_prefix('\'').filter(|rest| begins(rest) || rest.parse::<f64>().is_ok()) {
        return Some(marked);
    }
    let formula = begins(text) && !text.starts_with('\'');
    (!formula || text.parse::<i64>().is_ok()).then_some(text)
}

/// Where a column belongs: in the step the row names, else as written, else the one place deeper down of this name.
fn path(shape: &MessageDescriptor, column: &str, step: &str) -> Option<Vec<String>> {
    let names: Vec<String> = column.split('.').map(str::to_owned).collect();
    let inner = shape.get_field_by_name(step).map(|field| field.kind());
    // Another step's name is no place for a value of this one.
    let other = names.first().and_then(|name| shape.get_field_by_name(name));
    let own = other.is_some_and(|field| field.containing_oneof().is_none());
    if let Some(Kind::Message(inner)) = inner
        && leads(&inner, &names)
        && !own
    {
        return Some([&[step.to_owned()], names.as_slice()].concat());
    }
    let mut level = vec![(Vec::new(), shape.clone())];
    while !level.is_empty() {
        let mut found = level.iter().filter(|(_, shape)| leads(shape, &names));
        match (found.next(), found.next()) {
            (Some((before, _)), None) => return Some([before.as_slice(), &names].concat()),
            (Some(_), Some(_)) => return None,
            (None, _) => level = level.iter().flat_map(|(before, shape)| below(before, shape)).collect(),
        }
    }
    None
}

/// The messages right below, each of which there is one.
fn below(before: &[String], shape: &MessageDescriptor) -> Vec<(Vec<String>, MessageDescriptor)> {
    let single = shape.fields().filter(|field| field.cardinality() != Cardinality::Repeated);
    let inner = single.filter_map(|field| {
        let inner = field.kind().as_message().cloned()?;
        let ours = !inner.full_name().starts_with("google.");
        ours.then(|| ([before, &[field.name().to_owned()]].concat(), inner))
    });
    inner.collect()
}

/// Whether the names lead from this message to a field of it, through the numbers of entries of lists.
fn leads(shape: &MessageDescriptor, names: &[String]) -> bool {
    let Some((name, rest)) = names.split_first() else { return false };
    let Some(field) = shape.get_field_by_name(name) else { return false };
    let rest = match rest.split_first() {
        Some((place, rest)) if field.is_list() => {
            if place.parse::<u32>().is_err() {
                return false;
            }
            rest
        }
        _ => rest,
    };
    rest.is_empty() || field.kind().as_message().is_some_and(|inner| leads(inner, rest))
}

/// Puts a value at a path; `over` another that stands there. An entry's number, from 1, is kept as the name of its place
/// until the list is made.
fn put(tree: &mut Value, path: &[&str], value: Value, over: bool) {
    let Some((name, rest)) = path.split_first() else { return };
    let Value::Object(fields) = tree else { return };
    if rest.is_empty() {
        if over || !fields.contains_key(*name) {
            fields.insert((*name).to_owned(), value);
        }
        return;
    }
    let inner = fields.entry(*name).or_insert_with(|| Value::Object(Map::new()));
    put(inner, rest, value, over);
}
