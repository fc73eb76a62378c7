//! Runs a model directly: its messages by the table-driven walk, its sessions by interpretation. What schemas mean is written in
//! `docs/semantics.md`; this is that text as code, and what back ends are tested against.

pub mod bridge;
pub mod clock;
mod constant;
pub mod digest;
mod draft;
mod eval;
pub mod form;
mod lower;
mod machine;
mod mapping;
mod options;
mod program;
pub mod registry;
pub mod script;
mod text;
pub mod vectors;
pub mod work;

pub use bridge::Bridge;
pub use draft::Draft;
pub use lower::{Tables, lower};
pub use machine::Machine;
pub use mapping::{Mapper, NoMapping, Subject};
pub use options::{OptionError, OptionProblem, Options};
pub use program::{NoRole, Program};

#[cfg(test)]
mod tests;
