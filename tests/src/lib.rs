//! What the tests that span crates share.

pub mod fixtures;
pub mod messages;
pub mod programs;
pub mod schemas;
