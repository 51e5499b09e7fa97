//! The tongue of the hub: generated protobuf, conversions to and from the law's types, refusals as statuses, and
//! every text in Chinese and English. Never here: deciding anything, or storage.

pub mod classes;
pub mod cloud;
pub mod convert;
pub mod flaw;
pub mod pressing;
pub mod refusal;
pub mod request;
pub mod show;
pub mod texts;
pub mod violations;

pub use flaw::{Fault, Flaw};
pub use refusal::Refusal;
pub use texts::{Facts, Lang};
pub use violations::{Violation, Violations};

/// The generated code, in modules named like its packages.
#[allow(
    missing_docs,
    clippy::all,
    clippy::allow_attributes_without_reason,
    clippy::wildcard_enum_match_arm,
    clippy::indexing_slicing,
    reason = "generated code"
)]
mod generated {
    pub mod io {
        pub mod cloudevents {
            pub mod v1 {
                tonic::include_proto!("io.cloudevents.v1");
            }
        }
    }
    pub mod safeguard {
        pub mod v1 {
            tonic::include_proto!("safeguard.v1");
        }
    }
}

/// CloudEvents 1.0 in the protobuf format, package `io.cloudevents.v1`.
pub use generated::io::cloudevents::v1 as cloudevents;
/// The generated messages, clients and servers of package `safeguard.v1`; documented in `proto/`.
pub use generated::safeguard::v1;

/// All descriptors with their imports and comments, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.binpb"));

#[cfg(test)]
mod contract;
