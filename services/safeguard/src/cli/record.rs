//! From a record of a file to a message of the contract: a line of JSON has the message's own names; a row of CSV has
//! its fields as columns, `plan.institution_id` or, where only one is meant, `institution_id`. Whatever is wrong is told by
//! the field. Never here: sending it, or what the hub thinks of it.

mod columns;
pub(crate) mod short;
mod values;

use std::collections::BTreeMap;

use hub::import::{Fields, Record, records};
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, MessageDescriptor};
use serde_json::Value;
use uuid::Uuid;
use wire::Violation;
use wire::v1::ImportFormat;

use super::json::pool;

/// A message that a file may hold many of.
pub(crate) trait Bulk: Message + Name + Default + Clone + 'static {
    /// Where its own id stands; a message without one has no number either.
    const ID: Option<&'static str>;
}

/// What a file holds: the messages by line, and what is wrong with the other lines.
pub(crate) struct Read<M> {
    /// Good records.
    pub(crate) good: BTreeMap<u64, M>,
    /// Faults, by line.
    pub(crate) bad: Vec<(u64, Vec<Violation>)>,
}

/// Reads a file. `given` are fields that the command line states for every record that does not. A record without an id
/// gets one made of its content, so that the same file read again gives the same ids.
///
/// # Errors
/// When the build has no descriptor of the message.
pub(crate) fn read<M: Bulk>(
    format: ImportFormat,
    bytes: &[u8],
    given: &[(&str, String)],
) -> anyhow::Result<Read<M>> {
    let shape = shape::<M>(pool()?)?;
    let (mut read, mut seen) = (Read { good: BTreeMap::new(), bad: Vec::new() }, BTreeMap::new());
    for Record { line, fields } in records(format, bytes) {
        let made = fields.map_err(|fault| vec![fault]).and_then(|fields| {
            let id = content_id(&fields, &mut seen);
            let stated = M::ID.map(|path| [(path, id), ("number", line.to_string())]);
            let given = given.iter().cloned().chain(stated.into_iter().flatten());
            let fields = columns::tree(&shape, (format, fields), given)?;
            values::message(&shape, &fields)
        });
        match made.and_then(|made| made.transcode_to::<M>().map_err(|_| vec![unreadable()])) {
            Ok(message) => {
                read.good.insert(line, message);
            }
            Err(faults) => read.bad.push((line, faults)),
        }
    }
    Ok(read)
}

fn shape<M: Name>(pool: &DescriptorPool) -> anyhow::Result<MessageDescriptor> {
    let name = M::full_name();
    pool.get_message_by_name(&name).ok_or_else(|| anyhow::anyhow!("no descriptor of {name}"))
}

fn unreadable() -> Violation {
    Violation::new("", &wire::Flaw::new("OTHER"))
}

/// The same content has the same id; the second of two equal records has another, and always the same.
fn content_id(fields: &Fields, seen: &mut BTreeMap<String, u32>) -> String {
    let text = Value::from_iter(fields.clone()).to_string();
    let times = seen.entry(text.clone()).and_modify(|times| *times += 1).or_default();
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{times}\n{text}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests;
