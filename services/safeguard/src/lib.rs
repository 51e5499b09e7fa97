//! The one binary: it serves all parts of the hub or some of them, and is the officers' and operators'
//! command line. Never here: a rule, or a table of any agency.

pub mod authority;
pub mod bench;
pub mod campaign;
pub mod cli;
pub mod demo;
pub mod front;
pub mod house;
pub mod keys;
mod listening;
mod operate;
pub mod process;
pub mod sample;
pub mod serve;
pub mod world;
