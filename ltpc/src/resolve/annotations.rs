//! `@...`: what the compiler reads, and what it keeps for others.

use crate::check::misplaced_annotation as rule;
use crate::diagnostic::Diagnostic;
use crate::model::{Annotation, Constant};
use crate::source::Span;
use crate::syntax::tree;

/// The annotations that the compiler reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// `@accepts("name", ...)`: other names that are read as a member's.
    Accepts,
    /// `@always`: a default is written, too.
    Always,
    /// `@toon(key = "name")`: what a list kind is called in a TOON document.
    Toon,
    /// `@accepts_flat`: a message is read too with its members beside those of its envelope.
    AcceptsFlat,
}

impl Known {
    const ALL: [Self; 4] = [Self::Accepts, Self::Always, Self::Toon, Self::AcceptsFlat];

    /// As it is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepts => "accepts",
            Self::Always => "always",
            Self::Toon => "toon",
            Self::AcceptsFlat => "accepts_flat",
        }
    }

    /// Where it can stand.
    #[must_use]
    pub const fn place(self) -> &'static str {
        match self {
            Self::Accepts => "a member",
            Self::Always => "an optional member with a default",
            Self::Toon => "a payload kind that is a list",
            Self::AcceptsFlat => "a message whose envelope has a body",
        }
    }

    /// With its arguments.
    #[must_use]
    pub const fn form(self) -> &'static str {
        match self {
            Self::Accepts => "@accepts(\"name\", ...)",
            Self::Always => "@always",
            Self::Toon => "@toon(key = \"name\")",
            Self::AcceptsFlat => "@accepts_flat",
        }
    }
}

/// What annotations say.
#[derive(Debug, Default)]
pub struct Read {
    /// Of `@accepts`.
    pub accepts: Vec<String>,
    /// Where `@always` stands.
    pub always: Option<Span>,
    /// Of `@toon`.
    pub toon_key: Option<(String, Span)>,
    /// Where `@accepts_flat` stands.
    pub accepts_flat: Option<Span>,
    /// What the compiler does not read.
    pub kept: Vec<Annotation>,
}

/// Reads annotations where these known ones can stand.
pub fn read(annotations: &[tree::Annotation], here: &[Known], found: &mut Vec<Diagnostic>) -> Read {
    let mut read = Read::default();
    for annotation in annotations {
        let Some(known) = Known::ALL.into_iter().find(|known| known.name() == annotation.name.text) else {
            read.kept.push(as_written(annotation));
            continue;
        };
        if !here.contains(&known) {
            found.push(rule::report(known, annotation.span));
        } else if !take(known, annotation, &mut read) {
            found.push(rule::form(known, annotation.span));
        }
    }
    read
}

/// Whether the arguments are as they should be, and it is the first of its name.
fn take(known: Known, annotation: &tree::Annotation, read: &mut Read) -> bool {
    let args = annotation.args.as_slice();
    match known {
        Known::Accepts => {
            let names = args.iter().map(|arg| match arg {
                (None, tree::Value::Text(text)) if !text.text.is_empty() => Some(text.text.clone()),
                _ => None,
            });
            match names.collect::<Option<Vec<_>>>() {
                Some(names) if !names.is_empty() && read.accepts.is_empty() => read.accepts = names,
                _ => return false,
            }
            true
        }
        Known::Toon => match args {
            [(Some(key), tree::Value::Text(text))] if key.text == "key" && !text.text.is_empty() => {
                read.toon_key.replace((text.text.clone(), annotation.span)).is_none()
            }
            _ => false,
        },
        Known::Always => args.is_empty() && read.always.replace(annotation.span).is_none(),
        Known::AcceptsFlat => args.is_empty() && read.accepts_flat.replace(annotation.span).is_none(),
    }
}

/// An annotation as the model keeps it.
#[must_use]
pub fn as_written(annotation: &tree::Annotation) -> Annotation {
    let args = annotation.args.iter().map(|(key, value)| {
        let key = key.as_ref().map(|key| key.text.clone()).unwrap_or_default();
        (key, loose(value, 0))
    });
    Annotation {
        name: annotation.name.text.clone(),
        args: args.collect(),
        span: annotation.span,
    }
}

/// A value that has no type to be of: names are texts, and what is nested too deep for anyone is `null`.
fn loose(value: &tree::Value, depth: usize) -> Constant {
    if depth > super::types::DEEPEST {
        return Constant::Null;
    }
    match value {
        tree::Value::Text(text) => Constant::Text(text.text.clone()),
        tree::Value::Number(number) => super::constants::number(&number.text).unwrap_or(Constant::Null),
        tree::Value::Duration { millis, .. } => Constant::Duration(*millis),
        tree::Value::Name(name) => match name.text.as_str() {
            "true" => Constant::Bool(true),
            "false" => Constant::Bool(false),
            "null" => Constant::Null,
            text => Constant::Text(text.to_owned()),
        },
        tree::Value::List { items, .. } => Constant::List(items.iter().map(|item| loose(item, depth + 1)).collect()),
        tree::Value::Object { members, .. } => Constant::Object(
            members
                .iter()
                .map(|(name, value)| (name.text.clone(), loose(value, depth + 1)))
                .collect(),
        ),
    }
}
