//! What is chosen of the output.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;

/// What is chosen of the output, whatever says so: a build script, `ltpc.toml` or the command line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Options {
    /// Whether types implement `serde::Serialize` and `serde::Deserialize`.
    pub serde: bool,
    /// Whether types own all of their text, and have no lifetimes.
    pub owned: bool,
    /// Who may use what is generated.
    pub visibility: Visibility,
    /// In how many files the output is.
    pub layout: Layout,
    /// Derives to add, by the name of a type in the schema (`*`: every type).
    pub derive: BTreeMap<String, Vec<String>>,
    /// The path of the runtime in generated code; without it `::ltp_runtime`.
    pub runtime: Option<String>,
    /// Of a package: what it is called where packages are published; left out, as the protocol.
    pub package: Option<String>,
    /// Of a package: what programs import; left out, as the package.
    pub module: Option<String>,
    /// Of a package: its version; left out, the protocol's, with as many parts as versions of packages have.
    pub version: Option<String>,
    /// Of a package: names that are given by hand, by `Session.role` and `Session.role.option`.
    pub names: BTreeMap<String, String>,
    /// Of a package: a directory of templates in place of the built-in ones.
    pub templates: Option<PathBuf>,
}

/// Who may use what is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
pub enum Visibility {
    /// Everyone.
    #[default]
    #[serde(rename = "pub")]
    Public,
    /// The crate that it is in.
    #[serde(rename = "pub(crate)")]
    Crate,
}

/// In how many files the output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// A module a file.
    #[default]
    Files,
    /// All in one.
    Single,
}
