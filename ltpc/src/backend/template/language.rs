//! What a language decides: how things are called, and how types, values and documentation are written.

use serde_json::Value;

use super::{elixir, python, typescript};
use crate::naming::Naming;

/// A language that is written by templates.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// Its name: the folder of its templates, and the target in `ltpc.toml`.
    pub name: &'static str,
    /// How it calls things.
    pub(super) naming: Naming,
    /// What programs import, where it is not said: of the words of the package's name.
    pub(super) module: fn(&str) -> String,
    /// How it writes types.
    pub(super) types: Types,
    /// How it writes a text.
    pub(super) text: fn(&str) -> String,
    /// How it writes a number with a fraction.
    pub(super) float: fn(f64) -> String,
    /// How it writes an integer.
    pub(super) integer: fn(i128) -> String,
    /// How it writes an object, of names and values that are literals.
    pub(super) object: fn(&[(String, String)]) -> String,
    /// How it writes a truth value and nothing.
    pub(super) truth: [&'static str; 2],
    /// What stands for nothing.
    pub(super) none: &'static str,
    /// Lines of documentation so that they can stand in a comment of the language.
    pub(super) docs: fn(&str) -> String,
    /// Names that what makes a session has for something else than the role's options.
    pub(super) taken: &'static [&'static str],
}

/// How types are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Types {
    pub bool: &'static str,
    /// An integer all of whose values a double holds.
    pub small: &'static str,
    pub integer: &'static str,
    pub float: &'static str,
    pub text: &'static str,
    pub any: &'static str,
    pub object: &'static str,
    pub list: fn(&str) -> String,
    pub map: fn(&str) -> String,
    /// The type, or `null`.
    pub nullable: fn(&str) -> String,
    /// One of these texts; whether any other text may stand there too.
    pub texts: fn(&[String], bool) -> String,
    /// One that is declared: by the package's module and its name.
    pub named: fn(&str, &str) -> String,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [python::LANGUAGE, typescript::LANGUAGE, elixir::LANGUAGE];

    /// What programs import of a package, where it is not said.
    #[must_use]
    pub fn module(&self, package: &str) -> String {
        let last = package.rsplit('/').next().unwrap_or_default().replace('-', "_");
        (self.module)(&last)
    }

    /// A value as a literal, of its JSON text; nothing of lists, objects and numbers that have too many digits for a double.
    pub(super) fn constant(&self, json: &str) -> Option<String> {
        const DIGITS: usize = 15;
        match serde_json::from_str(json).ok()? {
            Value::Null => Some(self.none.to_owned()),
            Value::Bool(value) => Some(self.truth[usize::from(value)].to_owned()),
            Value::String(text) => Some((self.text)(&text)),
            Value::Number(_) => (json.len() <= DIGITS).then(|| json.to_owned()),
            Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The language of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name == name)
    }
}

/// Names and values, each pair joined, with commas between them.
pub(super) fn paired(members: &[(String, String)], by: &str) -> String {
    let pairs: Vec<String> = members.iter().map(|(name, value)| format!("{name}{by}{value}")).collect();
    pairs.join(", ")
}
