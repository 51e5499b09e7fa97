//! Proves the fake KurrentDB server, item by item of what `kurrentdb-http.md` says it must reproduce. What
//! needs no fault on demand runs against a real node as well, when `SAFEGUARD_TEST_KURRENTDB` is the address
//! of one (`kurrentdb://host:2113?tls=false`).
//!
//! Must never be here: our own client; it has the contract and the faults.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "fake/appending.rs"]
mod appending;
#[path = "fake/every_event.rs"]
mod every_event;
#[path = "fake/failing.rs"]
mod failing;
#[path = "fake/ground.rs"]
mod ground;
#[path = "../../../tests/kurrent/server.rs"]
mod kurrent;
#[path = "fake/leading.rs"]
mod leading;
#[path = "fake/linking.rs"]
mod linking;
#[path = "fake/reading.rs"]
mod reading;
#[path = "fake/refusing.rs"]
mod refusing;
#[path = "fake/waiting.rs"]
mod waiting;
