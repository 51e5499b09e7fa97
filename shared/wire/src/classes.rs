//! The classes of answers, read from the contract itself (`class.proto`): which fields a reader may see, and an
//! answer with the others cleared. Never here: who may see what.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::class::{Class, Facet};
use prost::{Message, Name};
use prost_reflect::{
    DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value,
};

use crate::{FILE_DESCRIPTOR_SET, convert, v1};

/// The class of a field, and what keeps it closer. `None` when the contract declares none, which a test forbids.
pub type Declared = Option<(Class, Option<Facet>)>;

/// The descriptors with the declared classes of every field, by the field's full name.
struct Contract {
    pool: DescriptorPool,
    classes: HashMap<String, Declared>,
}

static CONTRACT: LazyLock<Option<Contract>> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET).ok()?;
    let options = Options::of(&pool)?;
    let classes = pool
        .all_messages()
        .filter(|message| message.parent_file().package_name() == "safeguard.v1")
        .flat_map(|message| message.fields().map(|field| (message.clone(), field)).collect::<Vec<_>>())
        .map(|(message, field)| (field.full_name().to_owned(), options.declared(&message, &field)))
        .collect();
    Some(Contract { pool, classes })
});

/// The options that declare classes.
struct Options {
    class: prost_reflect::ExtensionDescriptor,
    facet: prost_reflect::ExtensionDescriptor,
    every: prost_reflect::ExtensionDescriptor,
}

impl Options {
    fn of(pool: &DescriptorPool) -> Option<Self> {
        let find = |name: &str| pool.get_extension_by_name(&format!("safeguard.v1.{name}"));
        Some(Self { class: find("class")?, facet: find("facet")?, every: find("every")? })
    }

    fn declared(&self, message: &MessageDescriptor, field: &FieldDescriptor) -> Declared {
        let own = field.options();
        let number = |value: &Value| value.as_enum_number().unwrap_or_default();
        let class = class(number(&own.get_extension(&self.class)))
            .or_else(|| class(number(&message.options().get_extension(&self.every))))?;
        Some((class, facet(number(&own.get_extension(&self.facet)))))
    }
}

const fn class(number: i32) -> Option<Class> {
    match number {
        1 => Some(Class::Open),
        2 => Some(Class::Internal),
        3 => Some(Class::Personal),
        4 => Some(Class::Sensitive),
        5 => Some(Class::Restricted),
        _ => None,
    }
}

const fn facet(number: i32) -> Option<Facet> {
    match number {
        1 => Some(Facet::Reporter),
        2 => Some(Facet::Identity),
        _ => None,
    }
}

/// What the contract declares of a field, by its full name, e.g. `safeguard.v1.Clue.narrative`.
#[must_use]
pub fn declared(field: &str) -> Declared {
    CONTRACT.as_ref().and_then(|contract| contract.classes.get(field).copied().flatten())
}

/// An answer with every field cleared that `sees` does not admit; a personal value says that it is withheld.
/// What has no declared class counts as P4.
#[must_use]
pub fn cleared<M: Message + Name + Default>(answer: M, sees: &dyn Fn(Class, Option<Facet>) -> bool) -> M {
    let shape = CONTRACT.as_ref().and_then(|contract| contract.pool.get_message_by_name(&M::full_name()));
    let known = shape.and_then(|shape| DynamicMessage::decode(shape, answer.encode_to_vec().as_slice()).ok());
    // The descriptors are those the types were generated from; without them nothing is shown.
    let Some(mut known) = known else { return M::default() };
    clear(&mut known, sees);
    M::decode(known.encode_to_vec().as_slice()).unwrap_or_default()
}

fn clear(message: &mut DynamicMessage, sees: &dyn Fn(Class, Option<Facet>) -> bool) {
    let fields: Vec<FieldDescriptor> = message.fields().map(|(field, _)| field).collect();
    for field in fields {
        let (class, facet) = declared(field.full_name()).unwrap_or((Class::Restricted, None));
        if sees(class, facet) {
            inside(message.get_field_mut(&field), sees);
        } else if is_personal(&field) && !field.is_list() {
            withhold(message, &field);
        } else {
            message.clear_field(&field);
        }
    }
}

fn inside(value: &mut Value, sees: &dyn Fn(Class, Option<Facet>) -> bool) {
    match value {
        Value::Message(message) if ours(message) => clear(message, sees),
        Value::List(entries) => entries.iter_mut().for_each(|entry| inside(entry, sees)),
        Value::Map(entries) => entries.values_mut().for_each(|entry| inside(entry, sees)),
        // A plain value, or a message of another package such as a time, has the class of its field.
        Value::Message(_)
        | Value::Bool(_)
        | Value::I32(_)
        | Value::I64(_)
        | Value::U32(_)
        | Value::U64(_)
        | Value::F32(_)
        | Value::F64(_)
        | Value::String(_)
        | Value::Bytes(_)
        | Value::EnumNumber(_) => {}
    }
}

fn ours(message: &DynamicMessage) -> bool {
    let shape = message.descriptor();
    // A personal value is one value, whatever it is made of.
    shape.parent_file().package_name() == "safeguard.v1" && shape.full_name() != v1::PersonalText::full_name()
}

fn is_personal(field: &FieldDescriptor) -> bool {
    matches!(field.kind(), Kind::Message(shape) if shape.full_name() == v1::PersonalText::full_name())
}

fn withhold(message: &mut DynamicMessage, field: &FieldDescriptor) {
    let Kind::Message(shape) = field.kind() else { return };
    match DynamicMessage::decode(shape, convert::withheld().encode_to_vec().as_slice()) {
        Ok(withheld) => message.set_field(field, Value::Message(withheld)),
        Err(_) => message.clear_field(field),
    }
}

#[cfg(test)]
mod tests;
