//! Diagnostics for programs.

use serde::Serialize;

use super::{Diagnostic, Severity};
use crate::source::{Position, Sources, Span};

/// Every diagnostic as a JSON object on a line of its own.
///
/// `{"code", "severity": "error" | "warning" | "note", "message", "file", "start", "end", "label", "related": [{"message", "file",
/// "start", "end"}], "help"}`. Places are `{"line", "column", "offset"}`: lines and columns begin at 1, columns count Unicode scalar
/// values, offsets count octets from 0; `end` is behind the last character. `label` may be empty, `help` null.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        // Nothing in it can fail to be written: all keys are texts.
        text.push_str(&serde_json::to_string(&Object::of(diagnostic, sources)).unwrap_or_default());
        text.push('\n');
    }
    text
}

#[derive(Serialize)]
struct Object<'d> {
    code: &'d str,
    severity: &'static str,
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
    label: &'d str,
    related: Vec<Related<'d>>,
    help: Option<&'d str>,
}

#[derive(Serialize)]
struct Related<'d> {
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
}

#[derive(Serialize)]
struct Place<'d> {
    file: &'d str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
    offset: u32,
}

impl<'d> Object<'d> {
    fn of(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Self {
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let related = diagnostic
            .related
            .iter()
            .map(|(span, message)| Related {
                message,
                place: Place::of(*span, sources),
            })
            .collect();
        Self {
            code: diagnostic.code,
            severity,
            message: &diagnostic.message,
            place: Place::of(diagnostic.span, sources),
            label: &diagnostic.label,
            related,
            help: diagnostic.help.as_deref(),
        }
    }
}

impl<'d> Place<'d> {
    fn of(span: Span, sources: &'d Sources) -> Self {
        let source = sources.get(span.file);
        let point = |offset| {
            let Position { line, column } = source.position(offset);
            Point { line, column, offset }
        };
        Self {
            file: &source.path,
            start: point(span.start),
            end: point(span.end),
        }
    }
}
