//! The clue side of education over real sockets: intake, import, handling, lists, figures.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a test may stop at the first surprise"
)]

mod answers;
mod handling;
mod import;
mod intake;
mod receiving;
mod scene;
mod views;
