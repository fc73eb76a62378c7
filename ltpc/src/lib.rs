//! A declarative protocol compiler: shape and behaviour from one schema.

// A derive calls a part of what compiling a schema calls.
#![cfg_attr(not(feature = "build"), allow(dead_code, unused_imports))]

// What pest derives without its `std` names this crate.
#[cfg(feature = "build")]
extern crate alloc;

pub mod backend;
#[cfg(feature = "build")]
pub mod build;
pub mod check;
#[cfg(feature = "build")]
mod compile;
pub mod diagnostic;
#[cfg(feature = "build")]
pub mod disk;
pub mod interpret;
pub mod load;
pub mod model;
pub mod naming;
#[cfg(feature = "pattern")]
pub mod pattern;
#[cfg(not(feature = "pattern"))]
#[path = "pattern/absent.rs"]
pub mod pattern;
pub mod resolve;
pub mod source;
pub mod syntax;

#[cfg(feature = "build")]
pub use build::build;
#[cfg(feature = "build")]
pub use compile::{Compilation, compile};
