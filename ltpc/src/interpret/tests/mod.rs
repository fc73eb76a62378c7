//! The interpreter on the protocol that ships, under virtual time.

mod malformed;
mod messages;
mod options;
mod pair;
mod reconnect;
mod resume;
mod scripts;
mod thread;

use std::sync::{Arc, LazyLock};

use serde_json::{Map, Value as Json};

use super::{Machine, Options, Program};
use crate::{compile, disk::FsLoader, model::Model};

/// Milliseconds since the Unix epoch at time 0.
const EPOCH: u64 = 1_731_700_000_000;

/// The schema that ships.
fn model() -> &'static Arc<Model> {
    static MODEL: LazyLock<Arc<Model>> = LazyLock::new(|| compiled(concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/ltp.ltp")));
    &MODEL
}

fn compiled(path: &str) -> Arc<Model> {
    let compilation = compile(path, &FsLoader);
    Arc::new(compilation.model.unwrap_or_else(|| panic!("{:?}", compilation.diagnostics)))
}

fn program(model: &Arc<Model>, role: &str) -> Arc<Program> {
    Program::new(Arc::clone(model), None, Some(role), true).unwrap()
}

fn options(json: &str) -> Map<String, Json> {
    serde_json::from_str(json).unwrap()
}

/// A machine of a role with options, as JSON.
fn machine(model: &Arc<Model>, role: &str, given: &str) -> Machine {
    let program = program(model, role);
    let options = Options::read(&program, &options(given)).unwrap();
    program.machine(options)
}
