//! What a language decides: how things are called, and how types, values and documentation are written.

use super::{python, typescript};
use crate::naming::Naming;

/// A language that is written by templates.
#[derive(Debug, Clone, Copy)]
pub struct Language {
    /// Its name: the folder of its templates, and the target in `ltpc.toml`.
    pub name: &'static str,
    /// How it calls things.
    pub(super) naming: Naming,
    /// How it writes types.
    pub(super) types: Types,
    /// How it writes a text.
    pub(super) text: fn(&str) -> String,
    /// How it writes a truth value and nothing.
    pub(super) truth: [&'static str; 2],
    /// What stands for nothing.
    pub(super) none: &'static str,
    /// Lines of documentation so that they can stand in a comment of the language.
    pub(super) docs: fn(&str) -> String,
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
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [python::LANGUAGE, typescript::LANGUAGE];

    /// The language of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.name == name)
    }
}
