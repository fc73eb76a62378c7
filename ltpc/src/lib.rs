//! A declarative protocol compiler: shape and behaviour from one schema.

// What pest derives without its `std` names this crate.
extern crate alloc;

pub mod backend;
pub mod build;
pub mod check;
mod compile;
pub mod diagnostic;
pub mod disk;
pub mod interpret;
pub mod load;
pub mod model;
pub mod naming;
pub mod pattern;
pub mod resolve;
pub mod source;
pub mod syntax;

pub use build::build;
pub use compile::{Compilation, compile};
