//! The protocols that ship, compiled.

use ltp_runtime::schema::Schema;
use ltpc::{disk::FsLoader, interpret, model::Model};

use crate::programs::root;

/// The model of `schema/NAME.ltp`.
///
/// # Panics
/// If it does not compile.
#[must_use]
#[allow(clippy::panic)]
pub fn model(name: &str) -> Model {
    let path = root().join("schema").join(name).with_extension("ltp");
    let compilation = ltpc::compile(&path.to_string_lossy(), &FsLoader);
    compilation
        .model
        .unwrap_or_else(|| panic!("{}: {:?}", path.display(), compilation.diagnostics))
}

/// The tables of `schema/NAME.ltp`.
///
/// # Panics
/// If it does not compile.
#[must_use]
pub fn tables(name: &str) -> Schema {
    interpret::lower(&model(name))
}
