//! The law of interagency coordination as pure rules: commands meet states and become events.
//! Never here: async, clocks, randomness, storage, protobuf. Time arrives as an argument.

pub mod actor;
pub mod break_glass;
pub mod calendar;
pub mod campaign;
pub mod category;
pub mod checklist;
pub mod claim;
pub mod class;
pub mod clock;
pub mod clue;
pub mod consumer_group;
pub mod credit_code;
pub mod decider;
pub mod dispatch;
pub mod division;
pub mod document_number;
pub mod door;
pub mod draw;
pub mod erasure;
pub mod event;
pub mod hazard;
pub mod ids;
pub mod inspection;
pub mod institution;
pub mod jurisdiction;
pub mod matter;
pub mod mobile;
pub mod officer;
pub mod paper;
pub mod period;
pub mod reading;
pub mod referral;
pub mod resident_id;
pub mod reverse_referral;
#[cfg(test)]
mod scenario;
pub mod schema;
pub mod sealed;
pub mod seat;
pub mod staff_count;
pub mod text;
pub mod unit;
pub mod webhook;

pub use actor::{Actor, Agency, Level, Role, Stamp, Unit};
pub use decider::{Decider, Refusal, Scope};
