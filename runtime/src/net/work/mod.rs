//! Work over the network: nodes that take it in and have it done, and clients that submit it.
//!
//! A [`Node`] obeys a [`Scheduler`](crate::work::Scheduler): it runs handlers, hands units on to peers that handle them, and keeps time. Which
//! messages carry work is a [`Flow`](crate::work::Flow)'s to say, which the compiler writes.

mod attend;
mod client;
mod node;
mod pool;
mod run;
#[cfg(feature = "nats")]
mod shared;
mod stats;

pub use attend::attend;
pub use client::{Client, Results};
pub use node::{Node, NodeOptions};
#[cfg(feature = "nats")]
pub use shared::{Shared, SharedCounts, SharedOptions, attend_shared};
pub use stats::{KindStats, Latency};
