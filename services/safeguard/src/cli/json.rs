//! Any answer of the hub as JSON: the canonical form of protobuf with the field names of `proto/`, every field
//! present, 64-bit numbers as text. Never here: what is asked or shown.

use std::sync::LazyLock;

use anyhow::Context;
use prost::{Message, Name};
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::Value;

static POOL: LazyLock<Result<DescriptorPool, String>> =
    LazyLock::new(|| DescriptorPool::decode(wire::FILE_DESCRIPTOR_SET).map_err(|error| error.to_string()));

/// The descriptors of every message of this build.
///
/// # Errors
/// Never for a build that passed its tests.
pub(crate) fn pool() -> anyhow::Result<&'static DescriptorPool> {
    POOL.as_ref().map_err(|error| anyhow::anyhow!(error.clone()))
}

/// The JSON of a protobuf answer.
///
/// # Errors
/// Never for messages of this build: the descriptors are those they were generated from.
pub(crate) fn json<M: Message + Name>(answer: &M) -> anyhow::Result<Value> {
    let name = M::full_name();
    let shape = pool()?.get_message_by_name(&name).with_context(|| format!("no descriptor of {name}"))?;
    let known = DynamicMessage::decode(shape, answer.encode_to_vec().as_slice())?;
    let options = SerializeOptions::new().use_proto_field_name(true).skip_default_fields(false);
    Ok(known.serialize_with_options(serde_json::value::Serializer, &options)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
    use super::*;
    use wire::v1;

    #[test]
    fn an_answer_has_the_names_of_the_contract_and_every_field() {
        let receipt = v1::CommandReceipt {
            stream: "CL-1".to_owned(),
            revision: 3,
            recorded_at: Some(prost_types::Timestamp { seconds: 0, nanos: 0 }),
            ..v1::CommandReceipt::default()
        };
        let answer = v1::ReportClueResponse {
            receipt: Some(receipt),
            urgency: v1::Urgency::U1.into(),
            ..v1::ReportClueResponse::default()
        };
        let json = json(&answer).unwrap();
        assert_eq!(json.pointer("/receipt/recorded_at").unwrap(), "1970-01-01T00:00:00Z");
        assert_eq!(json.pointer("/receipt/revision").unwrap(), "3");
        assert_eq!(json.pointer("/urgency").unwrap(), "URGENCY_U1");
        assert_eq!(json.pointer("/call_110").unwrap(), false);
    }
}
