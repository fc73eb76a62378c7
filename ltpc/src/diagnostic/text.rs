//! Diagnostics for people.

use annotate_snippets::{AnnotationKind, Element, Level, Origin, Padding, Renderer, Snippet};

use super::{Diagnostic, Severity};
use crate::source::{FileId, Sources, Span};

/// Every diagnostic with its lines of source, what to do, and an empty line behind it. Colour is for terminals.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&render(diagnostic, sources, &renderer));
        text.push_str("\n\n");
    }
    text
}

fn render(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut places = vec![Place {
        span: diagnostic.span,
        label: &diagnostic.label,
        kind: AnnotationKind::Primary,
    }];
    places.extend(diagnostic.related.iter().map(|(span, label)| Place {
        span: *span,
        label,
        kind: AnnotationKind::Context,
    }));
    let mut files: Vec<FileId> = Vec::new();
    for place in &places {
        if !files.contains(&place.span.file) {
            files.push(place.span.file);
        }
    }
    let mut group = level.primary_title(&*diagnostic.message).id(diagnostic.code).elements(
        files
            .into_iter()
            .map(|file| element(file, places.iter().filter(|place| place.span.file == file), sources)),
    );
    if let Some(help) = &diagnostic.help {
        group = group.element(Padding).element(Level::HELP.message(&**help));
    }
    renderer.render(&[group])
}

struct Place<'d> {
    span: Span,
    label: &'d str,
    kind: AnnotationKind,
}

/// The lines from the first to the last that has a place: the renderer is not to look through all of a long file.
fn element<'d>(file: FileId, places: impl Iterator<Item = &'d Place<'d>> + Clone, sources: &'d Sources) -> Element<'d> {
    let source = sources.get(file);
    let text = &*source.text;
    if text.is_empty() {
        return Origin::path(&*source.path).into();
    }
    let start = places
        .clone()
        .map(|place| place.span.start as usize)
        .min()
        .unwrap_or(0)
        .min(text.len());
    let end = places
        .clone()
        .map(|place| place.span.end as usize)
        .max()
        .unwrap_or(0)
        .min(text.len());
    let start = text[..start].rfind('\n').map_or(0, |line| line + 1);
    let end = text[end..].find('\n').map_or(text.len(), |line| end + line);
    let line = text[..start].matches('\n').count() + 1;
    let annotations = places.map(|place| {
        let span = place.span.start as usize..place.span.end as usize;
        let span = span.start.min(end) - start..span.end.min(end) - start;
        let annotation = place.kind.span(span);
        if place.label.is_empty() {
            annotation
        } else {
            annotation.label(place.label)
        }
    });
    let snippet = Snippet::source(&text[start..end]).line_start(line).path(&*source.path);
    snippet.annotations(annotations).into()
}
