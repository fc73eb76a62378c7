//! A declarative protocol compiler: shape and behaviour from one schema.

pub mod diagnostic;
pub mod model;
pub mod source;
pub mod syntax;
