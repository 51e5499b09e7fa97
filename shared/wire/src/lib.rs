//! The tongue of the hub: generated protobuf, conversions to and from the law's types, refusals as statuses, and
//! every text in Chinese and English. Never here: deciding anything, or storage.

pub mod convert;
pub mod flaw;
pub mod refusal;
pub mod request;
pub mod show;
pub mod texts;
pub mod violations;

pub use flaw::{Fault, Flaw};
pub use refusal::Refusal;
pub use texts::{Facts, Lang};
pub use violations::{Violation, Violations};

/// The generated messages, clients and servers of package `safeguard.v1`; documented in `proto/`.
#[allow(
    missing_docs,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::wildcard_enum_match_arm,
    clippy::indexing_slicing,
    reason = "generated code"
)]
pub mod v1 {
    tonic::include_proto!("safeguard.v1");
}

/// All descriptors with their imports and comments, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));

#[cfg(test)]
mod contract;
