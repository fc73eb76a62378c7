//! A struct or enum as the tree that its declaration in a schema would be.

use ltpc::syntax::tree::{self, ConstraintKind, ItemKind, Name, Value};
use proc_macro2::Span;
use syn::{Error, Expr, Lit, LitStr, Result, spanned::Spanned};

use crate::{
    attributes::{Bounds, Said, number},
    places::Places,
    types::{Held, Sort},
};

/// A word at its place.
pub fn name(text: impl Into<String>, span: Span, places: &mut Places) -> Name {
    Name {
        text: text.into(),
        span: places.at(span),
    }
}

/// A text at its place.
pub fn text(literal: &LitStr, places: &mut Places) -> tree::Text {
    tree::Text {
        text: literal.value(),
        span: places.at(literal.span()),
    }
}

/// One declaration.
pub fn item(docs: String, kind: ItemKind, span: Span, places: &mut Places) -> tree::Item {
    tree::Item {
        docs,
        annotations: Vec::new(),
        span: places.at(span),
        kind,
    }
}

/// The name on the wire, where it is not the name itself.
pub fn wire(own: &str, span: Span, said: &Said, all: &Said, places: &mut Places) -> Option<tree::Text> {
    if let Some(rename) = &said.rename {
        return Some(text(rename, places));
    }
    let renamed = all.rename_all?.of(own);
    (renamed != own).then(|| tree::Text {
        text: renamed,
        span: places.at(span),
    })
}

/// The constraints that attributes and the type itself make.
///
/// # Errors
/// If the type has no such values, or the constraint no such numbers.
pub fn constraints(said: &Said, held: &Held, places: &mut Places) -> Result<Vec<tree::Constraint>> {
    let mut constraints = Vec::new();
    let mut add = |kind, span, places: &mut Places| {
        constraints.push(tree::Constraint {
            kind,
            span: places.at(span),
        });
    };
    let fits = |span, word: &str, holds: bool, what: &str| {
        let wrong = || match held.sort {
            Sort::Foreign => Error::new(span, format!("`{word}` is said where the type is declared, of {what}")),
            _ => Error::new(span, format!("`{word}` is for {what}, and this is {}", said_sort(held.sort))),
        };
        if holds { Ok(()) } else { Err(wrong()) }
    };
    if let Some((span, ranges)) = &said.range {
        fits(*span, "range", matches!(held.sort, Sort::Integer(..) | Sort::Float), "numbers")?;
        let ranges = ranges
            .iter()
            .map(|range| self::range(range, held.sort, places))
            .collect::<Result<_>>()?;
        add(ConstraintKind::Ranges(ranges), *span, places);
    } else {
        constraints.extend(held.natural.clone());
    }
    let mut add = |kind, span, places: &mut Places| {
        constraints.push(tree::Constraint {
            kind,
            span: places.at(span),
        });
    };
    if let Some((span, len)) = &said.len {
        fits(*span, "len", matches!(held.sort, Sort::Text | Sort::Many), "text, lists and maps")?;
        let length = range(len, Sort::Integer(0, i128::from(u64::MAX)), places)?;
        add(ConstraintKind::Length(length), *span, places);
    }
    if let Some(pattern) = &said.pattern {
        fits(pattern.span(), "pattern", held.sort == Sort::Text, "text")?;
        add(ConstraintKind::Pattern(text(pattern, places)), pattern.span(), places);
    }
    if let Some((span, texts)) = &said.one_of {
        fits(*span, "one_of", held.sort == Sort::Text, "text")?;
        let texts = texts.iter().map(|one| text(one, places)).collect();
        add(ConstraintKind::Texts(texts), *span, places);
    }
    if let Some(span) = said.datetime {
        fits(span, "datetime", held.sort == Sort::Text, "text")?;
    }
    Ok(constraints)
}

fn said_sort(sort: Sort) -> &'static str {
    match sort {
        Sort::Integer(..) => "an integer",
        Sort::Float => "a double",
        Sort::Text => "text",
        Sort::Many => "a list or map",
        Sort::Plain | Sort::Foreign => "none",
    }
}

fn range(bounds: &Bounds, sort: Sort, places: &mut Places) -> Result<tree::Range> {
    let mut bound = |bound: &Option<(String, Span)>, otherwise: Option<i128>| -> Result<Option<tree::Number>> {
        let Some((digits, span)) = bound else {
            return Ok(otherwise.map(|value| tree::Number {
                text: value.to_string(),
                span: places.at(bounds.span),
            }));
        };
        if let Sort::Integer(least, most) = sort {
            match digits.parse::<i128>() {
                Ok(value) if (least..=most).contains(&value) => {}
                Ok(_) => return Err(Error::new(*span, format!("the type holds {least} to {most}"))),
                Err(_) => return Err(Error::new(*span, "the type holds integers")),
            }
        }
        Ok(Some(tree::Number {
            text: digits.clone(),
            span: places.at(*span),
        }))
    };
    let narrow = match sort {
        Sort::Integer(least, most) if most != i128::from(i64::MAX) && most != i128::from(u64::MAX) => Some((least, most)),
        _ => None,
    };
    let start = bound(&bounds.start, narrow.map(|(least, _)| least))?;
    let end = bound(&bounds.end, narrow.map(|(_, most)| most))?;
    Ok(tree::Range {
        start,
        end_included: bounds.closed || bounds.end.is_none(),
        end,
        span: places.at(bounds.span),
    })
}

/// A value as a schema has it.
///
/// # Errors
/// If it is more than literals.
pub fn value(expression: &Expr, places: &mut Places) -> Result<Value> {
    let span = expression.span();
    let items = |items: Vec<Value>, places: &mut Places| Value::List {
        items,
        span: places.at(span),
    };
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Ok(Value::Text(self::text(text, places))),
            Lit::Bool(value) => Ok(Value::Name(name(value.value.to_string(), span, places))),
            _ => constant_number(expression, places),
        },
        Expr::Unary(_) => constant_number(expression, places),
        Expr::Path(path) if path.path.is_ident("None") => Ok(Value::Name(name("null", span, places))),
        Expr::Array(array) => {
            let values = array.elems.iter().map(|item| value(item, places)).collect::<Result<_>>()?;
            Ok(items(values, places))
        }
        Expr::Path(_) => Err(Error::new(
            span,
            "a default is a literal: write the text that stands on the wire, such as `default = \"fast\"`",
        )),
        _ => Err(Error::new(
            span,
            "a default is a literal: a text, a number, `true`, `false`, `None` or a list `[a, b]`",
        )),
    }
}

fn constant_number(expression: &Expr, places: &mut Places) -> Result<Value> {
    let (digits, span) = number(expression)?;
    Ok(Value::Number(tree::Number {
        text: digits,
        span: places.at(span),
    }))
}

/// `@word("a", "b")`.
pub fn annotation(word: &str, span: Span, texts: &[LitStr], places: &mut Places) -> tree::Annotation {
    tree::Annotation {
        name: name(word, span, places),
        args: texts.iter().map(|one| (None, Value::Text(text(one, places)))).collect(),
        span: places.at(span),
    }
}
