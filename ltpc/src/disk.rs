//! Texts from the disk: the one part of the library that touches it.

use std::io::ErrorKind;

use crate::load::Loader;

/// Loads files by their path, relative to the current directory.
#[derive(Debug, Clone, Copy, Default)]
pub struct FsLoader;

impl Loader for FsLoader {
    #[allow(clippy::disallowed_methods)]
    fn load(&self, path: &str) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => "no such file".to_owned(),
            ErrorKind::InvalidData => "it is not UTF-8".to_owned(),
            ErrorKind::PermissionDenied => "permission denied".to_owned(),
            ErrorKind::IsADirectory => "it is a directory".to_owned(),
            _ => error.to_string(),
        })
    }
}
