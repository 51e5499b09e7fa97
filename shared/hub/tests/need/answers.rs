//! The page of answers: the class of every field of every answer, and what is left of a whole matter when the contract's
//! classes have been applied to it for each reader. Never here: what an event shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use domain::category::Minor;
use domain::class::{Class, Facet};
use domain::matter::Kind;
use hub::need::Sight;
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor, ReflectMessage as _, Value};
use wire::classes::{cleared, declared};
use wire::{FILE_DESCRIPTOR_SET, v1};

use crate::cast::{house, readers};
use crate::paper::{groups, settle, tables};

const HEAD: &str = "# Who sees what of an answer

Drawn by `shared/hub/tests/need` from the contract (`class.proto`) and the policies; reviewed by a person. Which matters
an answer has is decided first: one of which a reader sees not even P1 is not in it. Of the others each field is cleared,
or says that it is withheld, as the tables have it: `seen`, or the class under which it is withheld. The tables are those
of `events.md`, of which each matter's state follows the same rules.

## Readers against classes
";

/// A field path of a message with its class.
type Field = (String, (Class, Option<Facet>));

fn pool() -> DescriptorPool {
    DescriptorPool::decode(FILE_DESCRIPTOR_SET).unwrap()
}

fn ours(message: &MessageDescriptor) -> bool {
    message.parent_file().package_name() == "safeguard.v1" && message.name() != "PersonalText"
}

/// The fields of one message; those that are messages of ours by their name.
fn fields(message: &MessageDescriptor) -> Vec<Field> {
    let one = |field: prost_reflect::FieldDescriptor| {
        let what =
            declared(field.full_name()).unwrap_or_else(|| panic!("{} has no class", field.full_name()));
        let inside = field.kind().as_message().filter(|inside| ours(inside)).cloned();
        let inside = inside.map(|inside| format!(" {}", inside.name())).unwrap_or_default();
        let many = if field.is_list() { "[]" } else { "" };
        (format!("{}{many}{inside}", field.name()), what)
    };
    message.fields().map(one).collect()
}

/// Every message that an answer can hold, by its name.
fn held(pool: &DescriptorPool) -> BTreeMap<String, MessageDescriptor> {
    let answers =
        pool.services().flat_map(|service| service.methods().collect::<Vec<_>>()).map(|call| call.output());
    let mut ahead: Vec<MessageDescriptor> = answers.filter(ours).collect();
    let mut held = BTreeMap::new();
    while let Some(message) = ahead.pop() {
        if held.insert(message.name().to_owned(), message.clone()).is_none() {
            let inside = message.fields().filter_map(|field| field.kind().as_message().cloned());
            ahead.extend(inside.filter(ours));
        }
    }
    held
}

#[tokio::test]
async fn the_page_of_answers_is_as_it_was_reviewed() {
    let pool = pool();
    let mut page = HEAD.to_owned();
    page.push_str(&tables(&house()));
    page.push_str("\n## What each call answers\n\n");
    let mut receipts = BTreeSet::new();
    for service in pool.services().filter(|service| service.parent_file().package_name() == "safeguard.v1") {
        for call in service.methods() {
            let name = format!("`{}/{}`", service.name(), call.name());
            if call.output().fields().all(|field| field.name() == "receipt") {
                receipts.insert(name);
                continue;
            }
            let _ = write!(page, "### {name}\n\n{}\n", groups(fields(&call.output())));
        }
    }
    let receipts: Vec<String> = receipts.into_iter().collect();
    let _ = write!(
        page,
        "### A receipt and nothing else\n\n- P1: `receipt CommandReceipt`: {}\n",
        receipts.join(" ")
    );
    page.push_str("\n## What is in them\n");
    for (name, message) in held(&pool).iter().filter(|(name, _)| !name.ends_with("Response")) {
        let _ = write!(page, "\n### {name}\n\n{}", groups(fields(message)));
    }
    settle("answers.md", &page);
}

/// A message with something in every field, every list with one entry.
fn full(message: &MessageDescriptor, depth: usize) -> DynamicMessage {
    use prost_reflect::Kind as Of;
    let mut made = DynamicMessage::new(message.clone());
    if depth == 0 {
        return made;
    }
    for field in message.fields() {
        let value = match field.kind() {
            Of::Message(inside) => Value::Message(full(&inside, depth - 1)),
            Of::String => Value::String(format!("word of {}", field.name())),
            Of::Bool => Value::Bool(true),
            Of::Bytes => Value::Bytes(vec![1].into()),
            Of::Enum(_) => Value::EnumNumber(1),
            Of::Double => Value::F64(1.0),
            Of::Float => Value::F32(1.0),
            Of::Int32 | Of::Sint32 | Of::Sfixed32 => Value::I32(1),
            Of::Int64 | Of::Sint64 | Of::Sfixed64 => Value::I64(1),
            Of::Uint32 | Of::Fixed32 => Value::U32(1),
            Of::Uint64 | Of::Fixed64 => Value::U64(1),
        };
        let value = if field.is_list() { Value::List(vec![value]) } else { value };
        made.set_field(&field, value);
    }
    made
}

/// Complains when anything is left above the reader, or anything is missing that is theirs to see.
fn compare(left: &DynamicMessage, before: &DynamicMessage, sight: &Sight, place: &str) {
    for field in before.descriptor().fields().filter(|field| before.has_field(field)) {
        let (class, facet) = declared(field.full_name()).unwrap();
        let place = format!("{place}.{}", field.name());
        let (left, before) = (left.get_field(&field), before.get_field(&field));
        if !sight.sees_value(class, facet) {
            let text = format!("{left:?}");
            assert!(!text.contains("word of"), "{place} is shown: {text}");
            continue;
        }
        let one = |value: &Value| match value {
            Value::Message(inside) => Some(inside.clone()),
            Value::List(list) => list.first().and_then(|first| first.as_message().cloned()),
            _ => None,
        };
        match (one(&left), one(&before)) {
            (Some(left), Some(before)) if ours(&before.descriptor()) => {
                compare(&left, &before, sight, &place)
            }
            _ => assert_eq!(left, before, "{place} is missing"),
        }
    }
}

fn check<M: Message + Name + Default>(kind: Kind) {
    let (house, pool) = (house(), pool());
    let shape = pool.get_message_by_name(&M::full_name()).unwrap();
    let whole = full(&shape, 6);
    for reader in readers() {
        for minor in [Minor::None, Minor::Minor] {
            let sight = house.sight(&reader, kind, minor);
            let answer = M::decode(whole.encode_to_vec().as_slice()).unwrap();
            let left = cleared(answer, &|class, facet| sight.sees_value(class, facet));
            let left = DynamicMessage::decode(shape.clone(), left.encode_to_vec().as_slice()).unwrap();
            compare(&left, &whole, &sight, &format!("{}, {}", reader.name, M::NAME));
        }
    }
}

#[tokio::test]
async fn of_a_whole_matter_each_reader_is_left_what_the_page_says() {
    check::<v1::Clue>(Kind::Clue);
    check::<v1::Referral>(Kind::Referral);
    check::<v1::ReverseReferral>(Kind::Reverse);
}
