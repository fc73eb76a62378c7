//! Runs a model directly: its messages by the table-driven walk, its sessions by interpretation. What schemas mean is written in
//! `docs/semantics.md`; this is that text as code, and what back ends are tested against.

#[cfg(feature = "build")]
pub mod bridge;
#[cfg(feature = "build")]
pub mod clock;
mod constant;
#[cfg(feature = "build")]
pub mod digest;
#[cfg(feature = "build")]
mod draft;
#[cfg(feature = "build")]
mod eval;
#[cfg(feature = "build")]
pub mod form;
mod lower;
#[cfg(feature = "build")]
mod machine;
#[cfg(feature = "build")]
mod mapping;
#[cfg(feature = "build")]
mod options;
#[cfg(feature = "build")]
mod program;
#[cfg(feature = "build")]
pub mod registry;
#[cfg(feature = "build")]
pub mod script;
#[cfg(feature = "build")]
mod text;
#[cfg(feature = "build")]
pub mod vectors;
pub mod work;

#[cfg(feature = "build")]
pub use bridge::Bridge;
#[cfg(feature = "build")]
pub(crate) use constant::json as constant_json;
#[cfg(feature = "build")]
pub use draft::Draft;
pub use lower::{Tables, lower};
#[cfg(feature = "build")]
pub use machine::Machine;
#[cfg(feature = "build")]
pub use mapping::{Mapper, NoMapping, Subject};
#[cfg(feature = "build")]
pub use options::{OptionError, OptionProblem, Options};
#[cfg(feature = "build")]
pub use program::{NoRole, Program};

#[cfg(test)]
#[cfg(feature = "build")]
mod tests;
