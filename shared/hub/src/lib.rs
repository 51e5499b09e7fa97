//! THE SHELL: everything that runs around the law and the log. It carries commands to rules, folds the
//! log into views, knows who calls, seals personal data, rings clocks and serves sockets.
//! Never here: a rule about clues or referrals.

pub mod admission;
pub mod answer;
pub mod asked;
pub mod attached;
pub mod blocking;
pub mod bulk;
pub mod call;
pub mod caller;
pub mod campaigns;
pub mod clocks;
pub mod config;
pub mod deadline;
pub mod erase;
pub mod grants;
pub mod handle;
pub mod held;
pub mod history;
pub mod identity;
pub mod import;
pub mod kept;
pub mod lens;
pub mod mint;
pub mod need;
pub mod open;
pub mod page;
pub mod papers;
pub mod permit;
pub mod project;
pub mod react;
pub mod read_model;
pub mod reads;
mod recent;
pub mod refuse;
pub mod roster;
pub mod seal;
pub mod serve;
pub mod shell;
pub mod step;
pub mod telemetry;
pub mod time;
pub mod tls;
pub mod token;

pub use attached::Attached;
pub use caller::Caller;
pub use handle::{HandleError, Handled, Order};
pub use history::{history, state_of};
pub use lens::Eyes;
pub use project::{ProjectError, Projection};
pub use read_model::{View, ViewError};
pub use shell::Hub;
pub use step::Step;
pub use time::Time;
pub use token::Token;
