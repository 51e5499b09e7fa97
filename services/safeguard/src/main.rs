//! The `safeguard` program: the hub, the officers' command line and the operators' tools in one binary.

use std::process::ExitCode;

/// Many threads allocate at once; the one of glibc has them wait for each other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    safeguard::cli::run(std::env::args_os().collect()).await
}
