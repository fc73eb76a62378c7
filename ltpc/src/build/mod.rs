//! For build scripts: schemas to Rust, whenever cargo builds.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), ltpc::build::Error> {
//!     ltpc::build("schema/chat.ltp")
//! }
//! ```
//!
//! ```ignore
//! // src/main.rs
//! mod chat {
//!     include!(concat!(env!("OUT_DIR"), "/chat.rs"));
//! }
//! ```
//!
//! The file is named as the protocol that the schema declares. Cargo is told of every file that was read, imports too, and runs the
//! script only when one of them changed; a build that changes nothing writes nothing.
#![allow(clippy::disallowed_methods)] // A build script reads and writes files: that is its work.

mod config;
mod emit;
mod error;
mod options;
mod stamp;
mod templates;
pub mod write;

use std::{
    env,
    path::{Path, PathBuf},
};

pub use config::{Config, Entry, FILE as CONFIG_FILE, Target};
pub use emit::{Emitted, emit};
pub use error::Error;
pub use options::{Layout, Options, Visibility};

use self::stamp::Stamp;

/// Compiles one schema into `OUT_DIR`, as the schema and nothing else says.
///
/// # Errors
/// If the schema does not compile, or the output cannot be written. Returned from a build script's `main`, it fails the build and
/// says why.
pub fn build(schema: impl Into<PathBuf>) -> Result<(), Error> {
    Builder::new().schema(schema).compile()
}

/// What a build script chooses.
#[derive(Debug, Clone, Default)]
pub struct Builder {
    schemas: Vec<PathBuf>,
    out_dir: Option<PathBuf>,
    options: Options,
}

impl Builder {
    /// Nothing to compile yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            options: Options {
                layout: Layout::Single,
                ..Options::default()
            },
            ..Self::default()
        }
    }

    /// A schema to compile, relative to the package. Each is a module of its own.
    #[must_use]
    pub fn schema(mut self, path: impl Into<PathBuf>) -> Self {
        self.schemas.push(path.into());
        self
    }

    /// Where the output goes, relative to the package; else cargo's `OUT_DIR`.
    #[must_use]
    pub fn out_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(path.into());
        self
    }

    /// serde for every type, behind the feature `serde` of your crate.
    #[must_use]
    pub fn serde(mut self, yes: bool) -> Self {
        self.options.serde = yes;
        self
    }

    /// Types that own all of their text: no lifetimes, more copies.
    #[must_use]
    pub fn owned(mut self, yes: bool) -> Self {
        self.options.owned = yes;
        self
    }

    /// Who may use what is generated; everyone, if nothing is said.
    #[must_use]
    pub fn visibility(mut self, visibility: Visibility) -> Self {
        self.options.visibility = visibility;
        self
    }

    /// In how many files the output is; in one, if nothing is said.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.options.layout = layout;
        self
    }

    /// A derive to add to a type, by its name in the schema (`Affect`, or `core.Affect` of an imported file; `*`: every type), and
    /// the derive's path (`Hash`, `schemars::JsonSchema`).
    #[must_use]
    pub fn derive(mut self, name: impl Into<String>, derive: impl Into<String>) -> Self {
        self.options.derive.entry(name.into()).or_default().push(derive.into());
        self
    }

    /// By which path generated code says the runtime: `::ltp` where that crate is the dependency; else `::ltp_runtime`.
    #[must_use]
    pub fn runtime(mut self, path: impl Into<String>) -> Self {
        self.options.runtime = Some(path.into());
        self
    }

    /// Compiles all schemas, and tells cargo of every file that was read.
    ///
    /// # Errors
    /// Everything that is wrong with the schemas and options, or why the output cannot be written. Nothing is written then.
    pub fn compile(self) -> Result<(), Error> {
        let cargo = env::var_os("OUT_DIR").map(PathBuf::from);
        let Some(out) = self.out_dir.clone().or_else(|| cargo.clone()) else {
            return Err(Error::words(
                "`OUT_DIR` is not set: outside of a build script, say where the output goes with `out_dir`",
            ));
        };
        let (mut wrong, mut unmet) = (Vec::new(), Vec::new());
        for schema in &self.schemas {
            match self.one(schema, &out, cargo.as_deref()) {
                Ok(of_one) => unmet.push(of_one),
                Err(error) => wrong.push(error),
            }
        }
        // What is said of a type is meant for the schema that declares it.
        if let Some((first, others)) = unmet.split_first()
            && wrong.is_empty()
        {
            let of_none = first
                .iter()
                .filter(|(name, _)| others.iter().all(|of_one| of_one.iter().any(|(other, _)| other == name)));
            wrong.extend(of_none.map(|(_, words)| Error::words(words.clone())));
        }
        match Error::all(wrong) {
            None => Ok(()),
            Some(error) => {
                error.tell_cargo();
                Err(error)
            }
        }
    }

    /// Compiles a schema; gives what is said of types that it does not declare.
    fn one(&self, schema: &Path, out: &Path, cargo: Option<&Path>) -> Result<Vec<(String, String)>, Error> {
        let compiler = stamp::compiler(&(&self.options, out, schema));
        let stamp_path = cargo.map(|directory| directory.join(format!(".ltpc-{compiler:016x}")));
        if let Some(stamp) = stamp_path.as_deref().and_then(|path| Stamp::if_fresh(path, compiler)) {
            stamp.inputs.iter().for_each(|(path, _)| rerun_if_changed(path));
            return Ok(stamp.unmet);
        }
        let emitted = emit(schema, Target::Rust, &self.options);
        let inputs = match &emitted {
            Ok(emitted) => emitted.inputs.clone(),
            Err((_, inputs)) => inputs.clone(),
        };
        inputs.iter().for_each(|path| rerun_if_changed(path));
        let Emitted {
            files, warnings, unmet, ..
        } = emitted.map_err(|(error, _)| error)?;
        warnings.lines().for_each(|line| println!("cargo::warning={line}"));
        write::update(out, &files, &[])?;
        let outputs: Vec<PathBuf> = files.keys().map(|name| out.join(name)).collect();
        // Warnings are to be seen with every build, and only compiling finds them.
        if let (Some(path), true) = (stamp_path, warnings.is_empty())
            && let Some(stamp) = Stamp::new(compiler, &inputs, &outputs, &unmet)
        {
            stamp.save(&path);
        }
        Ok(unmet)
    }
}

fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}
