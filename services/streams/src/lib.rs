//! Agencies subscribing to the log: catch up, say so, then follow, over gRPC and over HTTP on the same port. Every
//! event is shown as its subscriber may see it. Never here: projections, or anything about what an event means.

pub mod api;
pub mod badge;
pub mod deliveries;
pub mod filter;
pub mod follow;
pub mod groups;
pub mod http;
pub mod render;
pub mod snapshot;
pub mod start;
pub mod view;
pub mod webhooks;

pub use api::Streams;
pub use deliveries::Deliveries;
