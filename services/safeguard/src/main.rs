//! The `safeguard` program.
fn main() {}
