//! Who sees what, on paper: two pages that a reviewer can read are drawn from the policies, the event types and the
//! contract, and compared with those in `tests/need_to_know`. With `SAFEGUARD_REWRITE=1` they are written anew; the
//! difference is then for a person to judge. Never here: a rule about who sees what.
//!
//! ```sh
//! SAFEGUARD_REWRITE=1 cargo test -p hub --test need
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a test may stop at the first surprise"
)]

mod answers;
mod cast;
mod events;
mod paper;
