//! Compiles the contract in `proto/` without a system protoc and keeps its descriptors for reflection.

use std::error::Error;
use std::path::PathBuf;

use prost::Message as _;

/// Every file that defines a service; what they import comes along.
const SERVICES: [&str; 6] = [
    "safeguard/v1/session.proto",
    "safeguard/v1/directory.proto",
    "safeguard/v1/education.proto",
    "safeguard/v1/police.proto",
    "safeguard/v1/fire.proto",
    "safeguard/v1/streams.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo::rerun-if-changed={}", root.join("safeguard").display());

    let descriptors = protox::Compiler::new([&root])?
        .include_imports(true)
        .include_source_info(true)
        .open_files(SERVICES)?
        .file_descriptor_set();
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.binpb"), descriptors.encode_to_vec())?;
    // The command line shows any answer as JSON by its name in the descriptors.
    let mut named = tonic_prost_build::Config::new();
    named.enable_type_names();
    tonic_prost_build::configure().compile_fds_with_config(descriptors, named)?;
    Ok(())
}
