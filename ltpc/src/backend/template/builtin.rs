//! The templates that come with the compiler.

use super::{Language, Templates};

/// The built-in templates of a language.
#[must_use]
pub fn builtin(language: Language) -> Templates {
    let files = ltpc_templates::FILES.iter().filter_map(|(path, text)| {
        let path = path.strip_prefix(language.name)?.strip_prefix('/')?;
        Some((path.to_owned(), (*text).to_owned()))
    });
    files.collect()
}
