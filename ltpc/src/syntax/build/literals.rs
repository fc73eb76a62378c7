//! Texts, numbers, sizes, lengths of time, annotations and constants.

use pest::iterators::Pair;

use super::{Builder, Parts, octets};
use crate::check::{syntax_escape, syntax_number};
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Annotation, Number, Size, Text, Value};

impl Builder<'_> {
    /// A quoted text, unescaped.
    pub(super) fn text(&mut self, pair: &Pair<'_, Rule>) -> Text {
        let span = self.span(pair);
        let quoted = pair.as_str();
        let inner = quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(quoted);
        Text {
            text: if inner.contains('\\') {
                self.unescape(inner, span.start + 1)
            } else {
                inner.to_owned()
            },
            span,
        }
    }

    pub(super) fn take_text(&mut self, parts: &mut Parts<'_>) -> Option<Text> {
        let pair = parts.accept(Rule::string)?;
        Some(self.text(&pair))
    }

    fn unescape(&mut self, mut inner: &str, mut at: u32) -> String {
        let mut text = String::with_capacity(inner.len());
        while let Some(backslash) = inner.find('\\') {
            text.push_str(&inner[..backslash]);
            let (escaped, length) = escape(&inner[backslash..]);
            at += octets(backslash);
            match escaped {
                Some(character) => text.push(character),
                None => {
                    let span = Span {
                        file: self.file,
                        start: at,
                        end: at + octets(length),
                    };
                    self.diagnostics
                        .push(syntax_escape::diagnostic(span, &inner[backslash..backslash + length]));
                }
            }
            inner = &inner[backslash + length..];
            at += octets(length);
        }
        text.push_str(inner);
        text
    }

    pub(super) fn number(&self, pair: &Pair<'_, Rule>) -> Number {
        Number {
            text: pair.as_str().replace('_', ""),
            span: self.span(pair),
        }
    }

    pub(super) fn take_number(&self, parts: &mut Parts<'_>) -> Option<Number> {
        Some(self.number(&parts.accept(Rule::number)?))
    }

    /// `1 MiB`, or a number of pieces.
    pub(super) fn size(&self, pair: Pair<'_, Rule>) -> Option<Size> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let number = self.number(&parts.accept(Rule::amount)?);
        let factor = match parts.accept(Rule::size_unit).as_ref().map(Pair::as_str) {
            Some("KiB") => 1 << 10,
            Some("MiB") => 1 << 20,
            Some("GiB") => 1 << 30,
            _ => 1,
        };
        Some(Size { number, factor, span })
    }

    /// A length of time, in milliseconds.
    pub(super) fn duration(&mut self, pair: Pair<'_, Rule>) -> Option<(u64, Span)> {
        let span = self.span(&pair);
        let mut parts = Parts::of(pair);
        let amount = parts.accept(Rule::amount)?.as_str().replace('_', "");
        let unit = unit_millis(parts.accept(Rule::time_unit)?.as_str());
        let millis = millis(&amount, unit).unwrap_or_else(|problem| {
            self.diagnostics.push(syntax_number::diagnostic(span, problem));
            0
        });
        Some((millis, span))
    }

    /// The annotations that come next.
    pub(super) fn annotations(&mut self, parts: &mut Parts<'_>) -> Option<Vec<Annotation>> {
        let mut annotations = Vec::new();
        while let Some(pair) = parts.accept(Rule::annotation) {
            let span = self.span(&pair);
            let mut inner = Parts::of(pair);
            let name = self.take_name(&mut inner)?;
            let mut args = Vec::new();
            while let Some(arg) = inner.accept(Rule::annotation_arg) {
                let mut arg = Parts::of(arg);
                let key = self.take_name(&mut arg);
                args.push((key, self.value(arg.accept(Rule::value)?)?));
            }
            annotations.push(Annotation { name, args, span });
        }
        Some(annotations)
    }

    /// A constant.
    pub(super) fn value(&mut self, pair: Pair<'_, Rule>) -> Option<Value> {
        let inner = Parts::of(pair).next()?;
        let span = self.span(&inner);
        Some(match inner.as_rule() {
            Rule::string => Value::Text(self.text(&inner)),
            Rule::number => Value::Number(self.number(&inner)),
            Rule::duration => Value::Duration {
                millis: self.duration(inner)?.0,
                span,
            },
            Rule::name => Value::Name(self.name(&inner)),
            Rule::list_value => {
                let items = Parts::of(inner).map(|item| self.value(item)).collect::<Option<_>>()?;
                Value::List { items, span }
            }
            Rule::object_value => {
                let entry = |entry| {
                    let mut entry = Parts::of(entry);
                    Some((self.take_name(&mut entry)?, self.value(entry.accept(Rule::value)?)?))
                };
                let members = Parts::of(inner).map(entry).collect::<Option<_>>()?;
                Value::Object { members, span }
            }
            _ => return None,
        })
    }
}

/// The character that the escape at the beginning of `text` stands for, if it is one, and its length in octets.
fn escape(text: &str) -> (Option<char>, usize) {
    let Some(letter) = text[1..].chars().next() else { return (None, 1) };
    let character = match letter {
        '"' | '\\' => letter,
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => return unicode_escape(text),
        _ => return (None, 1 + letter.len_utf8()),
    };
    (Some(character), 2)
}

/// `\u{1F600}`
fn unicode_escape(text: &str) -> (Option<char>, usize) {
    let Some(digits) = text.strip_prefix("\\u{") else {
        return (None, 2);
    };
    let Some(length) = digits.bytes().position(|octet| !octet.is_ascii_hexdigit()) else {
        return (None, text.len());
    };
    if digits.as_bytes()[length] != b'}' {
        return (None, 3 + length);
    }
    let character = if length <= 6 {
        u32::from_str_radix(&digits[..length], 16).ok().and_then(char::from_u32)
    } else {
        None
    };
    (character, 4 + length)
}

/// How many milliseconds a unit of time has.
pub(super) fn unit_millis(unit: &str) -> u64 {
    match unit {
        "s" => 1000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => 1,
    }
}

/// A decimal number of units as whole milliseconds.
fn millis(amount: &str, unit: u64) -> Result<u64, &'static str> {
    if amount.starts_with('-') {
        return Err("a length of time cannot be negative");
    }
    if amount.contains(['e', 'E']) {
        return Err("a length of time is written without an exponent");
    }
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let fraction = fraction.trim_end_matches('0');
    let whole = whole
        .parse::<u64>()
        .ok()
        .and_then(|whole| whole.checked_mul(unit))
        .ok_or("this is too long")?;
    if fraction.is_empty() {
        return Ok(whole);
    }
    // No unit has more than 8 decimal places in milliseconds (86 400 000), so that more places are never a whole number of them.
    let scale = u32::try_from(fraction.len())
        .ok()
        .filter(|places| *places <= 8)
        .map(|places| 10_u64.pow(places));
    let part = scale
        .zip(fraction.parse::<u64>().ok())
        .filter(|(scale, part)| (part * unit).is_multiple_of(*scale));
    let (scale, part) = part.ok_or("this is no whole number of milliseconds")?;
    whole.checked_add(part * unit / scale).ok_or("this is too long")
}
