//! The `safeguard` program: the hub, the officers' command line and the operators' tools in one binary.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    safeguard::cli::run(std::env::args_os().collect()).await
}
