//! The templates that come with the compiler.

use super::{Language, Templates};

/// The built-in templates of a language.
#[must_use]
pub fn builtin(language: Language) -> Templates {
    let files = BUILTIN.iter().filter_map(|(path, text)| {
        let path = path.strip_prefix(language.name)?.strip_prefix('/')?;
        Some((path.to_owned(), (*text).to_owned()))
    });
    files.collect()
}

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        /// By their paths in `templates/`; a test holds the list to the folder.
        pub(super) const BUILTIN: &[(&str, &str)] = &[
            $(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $path)))),*
        ];
    };
}

files! {
    "python/README.md.j2",
    "python/pyproject.toml.j2",
    "python/src/__module__/__init__.py.j2",
    "python/src/__module__/_docs.py.j2",
    "python/src/__module__/endpoints.py.j2",
    "python/src/__module__/messages.py.j2",
    "python/src/__module__/py.typed",
    "python/src/__module__/runtime/__init__.py",
    "python/src/__module__/runtime/actions.py",
    "python/src/__module__/runtime/binding.py",
    "python/src/__module__/runtime/context.py",
    "python/src/__module__/runtime/drafts.py",
    "python/src/__module__/runtime/encode.py",
    "python/src/__module__/runtime/evaluate.py",
    "python/src/__module__/runtime/findings.py",
    "python/src/__module__/runtime/formats.py",
    "python/src/__module__/runtime/machine.py",
    "python/src/__module__/runtime/numbers.py",
    "python/src/__module__/runtime/policy.py",
    "python/src/__module__/runtime/roles.py",
    "python/src/__module__/runtime/schema.py",
    "python/src/__module__/runtime/script.py",
    "python/src/__module__/runtime/server.py",
    "python/src/__module__/runtime/session.py",
    "python/src/__module__/runtime/stamping.py",
    "python/src/__module__/runtime/store.py",
    "python/src/__module__/runtime/tape.py",
    "python/src/__module__/runtime/timers.py",
    "python/src/__module__/runtime/toon.py",
    "python/src/__module__/runtime/transport.py",
    "python/src/__module__/runtime/values.py",
    "python/src/__module__/runtime/walk.py",
    "python/src/__module__/runtime/words.py",
    "python/src/__module__/sessions.py.j2",
    "python/src/__module__/tables.py.j2",
    "python/src/__module__/types.py.j2",
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Every file below a directory, by its path in it.
    #[allow(clippy::disallowed_methods)]
    fn below(directory: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().unwrap().is_dir() {
                below(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }

    #[test]
    fn every_file_of_the_folder_is_in_the_list() {
        let mut found = Vec::new();
        below(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/templates")), "", &mut found);
        found.sort();
        assert_eq!(BUILTIN.iter().map(|(path, _)| *path).collect::<Vec<_>>(), found);
    }
}
