//! What the tests that span crates share.

pub mod fixtures;
pub mod programs;
pub mod schemas;
