//! Why a build failed.

use std::fmt;

/// Why a build failed: everything that is to be said, as the compiler says it, with the lines of the schema.
///
/// Its `Debug` is its `Display`, so that a build script whose `main` returns it prints what is to be read.
pub struct Error {
    text: String,
    summary: Vec<String>,
}

impl Error {
    /// An error in words.
    pub(crate) fn words(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            summary: vec![text.clone()],
            text,
        }
    }

    /// What the compiler says of a schema; `summary` has a line for each problem.
    pub(crate) fn rendered(text: String, summary: Vec<String>) -> Self {
        Self { text, summary }
    }

    /// All of them as one; `None` if there is none.
    pub(crate) fn all(errors: Vec<Self>) -> Option<Self> {
        errors.into_iter().reduce(|mut all, error| {
            all.text.push('\n');
            all.text.push_str(&error.text);
            all.summary.extend(error.summary);
            all
        })
    }

    /// One line of cargo's own for each problem: the text, which has many, goes to standard error.
    pub(crate) fn tell_cargo(&self) {
        for line in &self.summary {
            println!("cargo::error={}", line.replace('\n', " "));
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.trim_end())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Error {}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::words(error.to_string())
    }
}
