//! A user's own templates, from a directory.

use std::{fs, path::Path};

use super::write::in_words;
use crate::backend::template::Templates;

/// Every file of a directory, by its path in it with `/` between folders.
pub fn read(directory: &Path) -> Result<Templates, String> {
    let mut templates = Templates::new();
    gather(directory, "", &mut templates).map_err(|error| error.to_string())?;
    if templates.is_empty() {
        return Err(format!("`{}` holds no templates", directory.display()));
    }
    Ok(templates)
}

fn gather(directory: &Path, prefix: &str, templates: &mut Templates) -> std::io::Result<()> {
    let unreadable = |error| in_words(error, "read", directory);
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(unreadable)?.is_dir() {
            gather(&entry.path(), &format!("{name}/"), templates)?;
        } else {
            let text = fs::read_to_string(entry.path()).map_err(|error| in_words(error, "read", &entry.path()))?;
            templates.insert(name, text);
        }
    }
    Ok(())
}
