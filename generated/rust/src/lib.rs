//! The protocols of `schema/`, as the compiler writes them in Rust.
//!
//! Each module is a protocol. What is in its folder is generated: `cargo xtask gen` writes it anew.
#![deny(missing_docs)]

#[rustfmt::skip]
pub mod ctp;
#[rustfmt::skip]
pub mod ltp;
#[rustfmt::skip]
pub mod packetflow;
#[rustfmt::skip]
pub mod telepathy;
