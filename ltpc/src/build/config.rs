//! `ltpc.toml`: what a project builds from which schema.
//!
//! ```toml
//! [[build]]
//! schema = "schema/chat.ltp"     # relative to ltpc.toml
//! target = "rust"
//! out = "src/chat"               # a directory that belongs to the output
//! serde = true                   # and the other options of the target
//! ```

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::options::Options;

/// The name of the file.
pub const FILE: &str = "ltpc.toml";

/// What `ltpc.toml` says. Paths in it are relative to its directory.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// One entry for each output.
    #[serde(default)]
    pub build: Vec<Entry>,
}

/// What an entry may say.
const KEYS: [&str; 14] = [
    "schema",
    "target",
    "out",
    "serde",
    "owned",
    "visibility",
    "layout",
    "derive",
    "runtime",
    "package",
    "module",
    "version",
    "names",
    "templates",
];

/// One output.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Entry {
    /// The schema.
    pub schema: PathBuf,
    /// In which language.
    pub target: Target,
    /// The directory of the output. It belongs to the output: what an earlier run wrote there and this one does not is removed.
    pub out: PathBuf,
    /// What else is chosen.
    #[serde(flatten)]
    pub options: Options,
}

/// A language that is generated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// Rust.
    Rust,
    /// A Python package.
    Python,
    /// A TypeScript package.
    Typescript,
    /// A package for Elixir.
    Elixir,
}

impl Target {
    /// Every target with its name.
    pub const ALL: [(&'static str, Self); 4] = [
        ("rust", Self::Rust),
        ("python", Self::Python),
        ("typescript", Self::Typescript),
        ("elixir", Self::Elixir),
    ];

    /// The target of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
    }
}

impl Config {
    /// Reads the text of `ltpc.toml`; `directory` is where the file stands, and comes before the paths in it.
    ///
    /// # Errors
    /// What is wrong with it, with the line.
    pub fn parse(text: &str, directory: &Path) -> Result<Self, String> {
        let mut config: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        // A flattened struct cannot refuse unknown keys by itself.
        let table: toml::Table = toml::from_str(text).map_err(|error| error.to_string())?;
        let entries = table.get("build").and_then(toml::Value::as_array).into_iter().flatten();
        for key in entries.filter_map(toml::Value::as_table).flat_map(toml::Table::keys) {
            if !KEYS.contains(&key.as_str()) {
                return Err(format!("unknown key `{key}`, expected one of {}", KEYS.join(", ")));
            }
        }
        for entry in &mut config.build {
            entry.schema = directory.join(&entry.schema);
            entry.out = directory.join(&entry.out);
            entry.options.templates = entry.options.templates.as_ref().map(|templates| directory.join(templates));
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_a_schema_a_target_a_directory_and_options() {
        let text = "[[build]]\nschema = \"a.ltp\"\ntarget = \"rust\"\nout = \"src/a\"\nserde = true\n";
        let config = Config::parse(text, Path::new("here")).unwrap();
        let options = Options {
            serde: true,
            ..Options::default()
        };
        let entry = Entry {
            schema: "here/a.ltp".into(),
            target: Target::Rust,
            out: "here/src/a".into(),
            options,
        };
        assert_eq!(config.build, [entry]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let error = |text: &str| Config::parse(text, Path::new("")).unwrap_err();
        let wrong = error("[[build]]\nschema = \"a.ltp\"\ntarget = \"cobol\"\nout = \"x\"\n");
        assert!(wrong.contains("cobol") && wrong.contains("rust"), "{wrong}");
        let wrong = error("[[build]]\nschema = \"a.ltp\"\ntarget = \"rust\"\nout = \"x\"\nserd = true\n");
        assert!(wrong.contains("serd"), "{wrong}");
        let wrong = error("[[biuld]]\n");
        assert!(wrong.contains("biuld") && wrong.contains("line 1"), "{wrong}");
    }
}
