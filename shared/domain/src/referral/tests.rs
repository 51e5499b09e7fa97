//! Scenarios of the referral rule, by theme. Never here: the arithmetic of periods (that is `period`).
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

mod clocks;
mod delivery;
mod drafting;
mod ending;
mod fallback;
mod filing;
mod fixture;
mod police;
mod presiding;
mod remedies;
mod stored;
mod under_fire;
