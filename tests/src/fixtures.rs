//! Fixtures that a reader adds to by adding a line.

use serde::Deserialize;

use crate::programs::root;

/// One message of a `.jsonl` file.
#[derive(Debug, Deserialize)]
pub struct Fixture {
    /// What it shows.
    pub title: String,
    /// The octets on the wire.
    pub text: String,
    /// Pointer and rule of each violation, sorted.
    #[serde(default)]
    pub violations: Vec<(String, String)>,
    /// Why it cannot be decoded, where that is meant.
    pub reason: Option<String>,
}

/// The fixtures in a file of `tests/fixtures`.
///
/// # Panics
/// If the file or a line cannot be read.
#[must_use]
#[allow(clippy::panic)]
pub fn lines(file: &str) -> Vec<Fixture> {
    let path = root().join("tests/fixtures").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{}: {error} in {line}", path.display())))
        .collect()
}
