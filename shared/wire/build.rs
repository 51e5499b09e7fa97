//! Compiles the contract in `proto/` without a system protoc and keeps its descriptors for reflection.

use std::error::Error;
use std::path::PathBuf;

/// Every file that defines a service; what they import comes along.
const SERVICES: &[&str] = &[
    "safeguard/v1/bulk.proto",
    "safeguard/v1/session.proto",
    "safeguard/v1/directory.proto",
    "safeguard/v1/education.proto",
    "safeguard/v1/police.proto",
    "safeguard/v1/fire.proto",
    "safeguard/v1/hazard.proto",
    "safeguard/v1/inspection.proto",
    "safeguard/v1/streams.proto",
    "safeguard/v1/groups.proto",
    "safeguard/v1/webhooks.proto",
    "safeguard/v1/access.proto",
    "safeguard/v1/oversight.proto",
    "safeguard/v1/campaign.proto",
    "safeguard/v1/keys.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.display());

    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_imports(true).include_source_info(true).open_files(SERVICES)?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    // Encoded by the compiler: the types of prost would drop the options that declare classes.
    std::fs::write(out.join("descriptors.binpb"), compiler.encode_file_descriptor_set())?;
    let descriptors = compiler.file_descriptor_set();
    // The command line shows any answer as JSON by its name in the descriptors.
    let mut named = tonic_prost_build::Config::new();
    named.enable_type_names();
    // In order, so that the same event is always the same bytes.
    named.btree_map([".io.cloudevents.v1"]);
    // A batch keeps its events as they are on the wire: one event is written once for all who are sent it.
    named.extern_path(".io.cloudevents.v1.CloudEventBatch", "crate::cloud::Batch");
    tonic_prost_build::configure().compile_fds_with_config(descriptors, named)?;
    Ok(())
}
