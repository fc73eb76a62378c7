//! A document's lines: without comments and blank lines, each with its depth.

use super::Wrong;

/// Spaces of one level.
const INDENT: usize = 2;

/// One line that says something.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'d> {
    /// From 1.
    pub number: usize,
    pub depth: usize,
    /// Without indentation and trailing spaces; not empty.
    pub content: &'d str,
    /// Whether a blank line stands before it.
    pub after_blank: bool,
}

/// The lines still to come.
pub(super) struct Lines<'d> {
    rest: Option<&'d str>,
    /// The last line that was looked at.
    number: usize,
    peeked: Option<Line<'d>>,
}

impl<'d> Lines<'d> {
    pub fn new(document: &'d str) -> Self {
        // A byte-order mark at the very start is no content.
        Self {
            rest: Some(document.strip_prefix('\u{feff}').unwrap_or(document)),
            number: 0,
            peeked: None,
        }
    }

    /// The number of the last line that was looked at.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The next line, which stays next.
    pub fn peek(&mut self) -> Result<Option<Line<'d>>, Wrong> {
        if self.peeked.is_none() {
            self.peeked = self.scan()?;
        }
        Ok(self.peeked)
    }

    /// Passes the line that was looked at.
    pub fn pass(&mut self) {
        self.peeked = None;
    }

    fn scan(&mut self) -> Result<Option<Line<'d>>, Wrong> {
        let mut after_blank = false;
        while let Some(rest) = self.rest {
            let (line, rest) = match rest.split_once('\n') {
                Some((line, rest)) => (line, Some(rest)),
                None => (rest, None),
            };
            self.rest = rest;
            self.number += 1;
            let line = line.strip_suffix('\r').unwrap_or(line).trim_end_matches(' ');
            let content = line.trim_start_matches(' ');
            let spaces = line.len() - content.len();
            if content.is_empty() {
                after_blank = true;
            } else if content.starts_with('#') {
                // A comment, wherever it stands.
            } else if spaces % INDENT != 0 || content.starts_with('\t') {
                return Err(Wrong::Text { line: self.number });
            } else {
                return Ok(Some(Line {
                    number: self.number,
                    depth: spaces / INDENT,
                    content,
                    after_blank,
                }));
            }
        }
        Ok(None)
    }
}
