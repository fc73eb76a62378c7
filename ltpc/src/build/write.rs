//! Output on disk: written only where it differs, whole files only, nothing of others removed.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// The mark in the first lines of every file that the compiler wrote. A file without it is never removed.
pub const MARK: &str = "@generated";

/// What a back end produced: texts by path, relative to the output directory, with `/` between folders.
pub type Files = BTreeMap<String, String>;

/// How a directory differs from what it should hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Files that are absent or say something else, sorted.
    pub outdated: Vec<PathBuf>,
    /// Files that an earlier run wrote and this one does not produce, sorted.
    pub stale: Vec<PathBuf>,
}

impl Difference {
    /// Whether the directory holds exactly what it should.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.outdated.is_empty() && self.stale.is_empty()
    }
}

/// Compares without writing. `own` are directories, relative to this one, that belong to the output (`""`: this one): marked files
/// in them that `files` lacks are stale.
///
/// # Errors
/// If something there cannot be read.
pub fn compare(directory: &Path, files: &Files, own: &[&str]) -> io::Result<Difference> {
    let mut difference = Difference::default();
    for (name, text) in files {
        let path = directory.join(name);
        if !holds(&path, text)? {
            difference.outdated.push(path);
        }
    }
    let expected: Vec<PathBuf> = files.keys().map(|name| directory.join(name)).collect();
    for name in own {
        generated_files(&directory.join(name), &mut difference.stale)?;
    }
    difference.stale.retain(|path| !expected.contains(path));
    difference.stale.sort();
    difference.stale.dedup();
    Ok(difference)
}

/// Brings a directory up to date and says what was done. Files that are as they should be are not touched, so that whoever
/// watches them sees nothing.
///
/// # Errors
/// If something cannot be read, written or removed.
pub fn update(directory: &Path, files: &Files, own: &[&str]) -> io::Result<Difference> {
    let difference = compare(directory, files, own)?;
    for (name, text) in files {
        let path = directory.join(name);
        if difference.outdated.contains(&path) {
            write_atomically(&path, text)?;
        }
    }
    for path in &difference.stale {
        fs::remove_file(path)?;
        remove_empty_parents(path, directory);
    }
    Ok(difference)
}

/// Writes a file beside its place and moves it there: a reader sees the old text or the new one, never half of it.
///
/// # Errors
/// If it cannot be written.
pub fn write_atomically(path: &Path, text: &str) -> io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = directory.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path));
    if written.is_err() {
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| in_words(error, "write", path))
}

/// An error that names what was tried and where.
pub(crate) fn in_words(error: io::Error, what: &str, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("cannot {what} `{}`: {error}", path.display()))
}

fn holds(path: &Path, text: &str) -> io::Result<bool> {
    match fs::read(path) {
        Ok(present) => Ok(present == text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(in_words(error, "read", path)),
    }
}

fn generated_files(directory: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(in_words(error, "read", directory)),
    };
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            generated_files(&entry.path(), found)?;
        } else if kind.is_file() && is_marked(&entry.path()) {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// Whether the first lines carry the mark. What cannot be read as text is not ours.
fn is_marked(path: &Path) -> bool {
    use io::Read;
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1024).read_to_end(&mut head));
    read.is_ok() && String::from_utf8_lossy(&head).lines().take(5).any(|line| line.contains(MARK))
}

fn remove_empty_parents(path: &Path, up_to: &Path) {
    let mut parent = path.parent();
    while let Some(directory) = parent
        && directory != up_to
        && directory.starts_with(up_to)
        && fs::remove_dir(directory).is_ok()
    {
        parent = directory.parent();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let directory = std::env::temp_dir().join(format!("ltpc-write-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&directory);
        directory
    }

    fn files(list: &[(&str, &str)]) -> Files {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn what_is_up_to_date_is_not_touched() {
        let directory = scratch("untouched");
        let output = files(&[("a.rs", "// @generated\n"), ("b/c.rs", "// @generated\n")]);
        assert_eq!(update(&directory, &output, &[""]).unwrap().outdated.len(), 2);
        let written = fs::metadata(directory.join("b/c.rs")).unwrap().modified().unwrap();
        assert!(update(&directory, &output, &[""]).unwrap().is_empty());
        assert_eq!(fs::metadata(directory.join("b/c.rs")).unwrap().modified().unwrap(), written);
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn only_marked_files_are_removed_and_only_where_the_directory_is_owned() {
        let directory = scratch("stale");
        update(
            &directory,
            &files(&[("old/a.rs", "// @generated\n"), ("b.rs", "// @generated\n")]),
            &[""],
        )
        .unwrap();
        fs::write(directory.join("mine.rs"), "fn mine() {}\n").unwrap();
        let output = files(&[("b.rs", "// @generated\n")]);
        assert!(compare(&directory, &output, &[]).unwrap().is_empty());
        assert_eq!(compare(&directory, &output, &[""]).unwrap().stale, [directory.join("old/a.rs")]);
        update(&directory, &output, &[""]).unwrap();
        assert!(!directory.join("old").exists() && directory.join("mine.rs").exists());
        fs::remove_dir_all(directory).unwrap();
    }

    #[test]
    fn an_edited_file_is_outdated() {
        let directory = scratch("edited");
        let output = files(&[("a.rs", "// @generated\nfn a() {}\n")]);
        update(&directory, &output, &[""]).unwrap();
        fs::write(directory.join("a.rs"), "// @generated\nfn b() {}\n").unwrap();
        assert_eq!(compare(&directory, &output, &[""]).unwrap().outdated, [directory.join("a.rs")]);
        fs::remove_dir_all(directory).unwrap();
    }
}
