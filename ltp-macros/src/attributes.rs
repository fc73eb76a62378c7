//! What is said in `#[ltp(...)]`.

use ltpc::diagnostic::did_you_mean;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{
    Attribute, Error, Expr, ExprRange, Lit, LitStr, Path, RangeLimits, Result, Token, meta::ParseNestedMeta, parenthesized,
    punctuated::Punctuated, spanned::Spanned,
};

use crate::places::Errors;

/// Where an attribute stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// A struct.
    Struct,
    /// An enum.
    Enum,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
}

/// What is said of a struct, enum, field or variant.
#[derive(Default)]
pub struct Said {
    /// `kind = "name"`.
    pub kind: Option<LitStr>,
    /// `set = path`, as often as there are sets.
    pub sets: Vec<Path>,
    /// `toon(key = "name")`.
    pub toon_key: Option<LitStr>,
    /// `crate = path`.
    pub runtime: Option<Path>,
    /// `tag = "name"`.
    pub tag: Option<LitStr>,
    /// `rename_all = "case"`.
    pub rename_all: Option<Case>,
    /// Where that is said.
    pub rename_all_span: Option<Span>,
    /// `rename = "name"`.
    pub rename: Option<LitStr>,
    /// `accepts("name", ...)`.
    pub accepts: Vec<LitStr>,
    /// `range = a..=b`, `range(a..=b, c)`.
    pub range: Option<(Span, Vec<Bounds>)>,
    /// `len = a..=b`.
    pub len: Option<(Span, Bounds)>,
    /// `pattern = "..."`.
    pub pattern: Option<LitStr>,
    /// `one_of("a", "b")`.
    pub one_of: Option<(Span, Vec<LitStr>)>,
    /// `default`, `default = value`.
    pub default: Option<(Span, Option<Expr>)>,
    /// `always`.
    pub always: Option<Span>,
    /// `nullable`.
    pub nullable: Option<Span>,
    /// `datetime`.
    pub datetime: Option<Span>,
    /// `open`.
    pub open: Option<Span>,
    /// `skip`.
    pub skip: Option<Span>,
    /// `separated = ","`.
    pub separated: Option<LitStr>,
    /// `element = "group:name"`.
    pub element: Option<LitStr>,
    /// `output = Type`.
    pub output: Option<syn::Type>,
    /// `refused = "CODE"`.
    pub refused: Option<LitStr>,
}

/// A range of numbers, or a single one.
#[derive(Clone)]
pub struct Bounds {
    /// The least, as written.
    pub start: Option<(String, Span)>,
    /// The bound above, as written.
    pub end: Option<(String, Span)>,
    /// Whether that is in.
    pub closed: bool,
    /// All of it.
    pub span: Span,
}

/// How names are written on the wire.
#[derive(Clone, Copy)]
pub enum Case {
    Snake,
    ScreamingSnake,
    Kebab,
    Camel,
    Pascal,
    Lower,
    Upper,
}

const CASES: [(&str, Case); 7] = [
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("camelCase", Case::Camel),
    ("PascalCase", Case::Pascal),
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
];

impl Case {
    /// A name in that case.
    pub fn of(self, name: &str) -> String {
        use ltpc::naming::{camel_case, pascal_case, screaming_case, snake_case};
        match self {
            Self::Snake => snake_case(name),
            Self::ScreamingSnake => screaming_case(name),
            Self::Kebab => snake_case(name).replace('_', "-"),
            Self::Camel => camel_case(name),
            Self::Pascal => pascal_case(name),
            Self::Lower => name.to_lowercase(),
            Self::Upper => name.to_uppercase(),
        }
    }
}

/// Every word, where it may stand, and how it is written.
const WORDS: &[(&str, &[On], &str)] = &[
    ("kind", &[On::Struct, On::Enum], "kind = \"name\""),
    ("set", &[On::Struct, On::Enum], "set = path::of::Set"),
    ("toon", &[On::Struct, On::Enum], "toon(key = \"name\")"),
    ("crate", &[On::Struct, On::Enum], "crate = path"),
    ("element", &[On::Struct, On::Enum], "element = \"group:name\""),
    ("output", &[On::Struct, On::Enum], "output = Type"),
    ("refused", &[On::Struct, On::Enum], "refused = \"CODE\""),
    ("tag", &[On::Enum], "tag = \"name\""),
    ("rename_all", &[On::Struct, On::Enum, On::Variant], "rename_all = \"snake_case\""),
    ("rename", &[On::Struct, On::Enum, On::Field, On::Variant], "rename = \"name\""),
    ("accepts", &[On::Field], "accepts(\"name\")"),
    ("range", &[On::Struct, On::Field], "range = 1..=10"),
    ("len", &[On::Struct, On::Field], "len = 1..=10"),
    ("pattern", &[On::Struct, On::Field], "pattern = \"[a-z]+\""),
    ("one_of", &[On::Struct, On::Field], "one_of(\"a\", \"b\")"),
    ("datetime", &[On::Struct, On::Field], "datetime"),
    ("default", &[On::Field], "default = value"),
    ("always", &[On::Field], "always"),
    ("nullable", &[On::Field], "nullable"),
    ("open", &[On::Field, On::Variant], "open"),
    ("skip", &[On::Field], "skip"),
    ("separated", &[On::Field], "separated = \",\""),
];

/// Reads all of `attributes`.
pub fn read(attributes: &[Attribute], on: On, errors: &mut Errors) -> Said {
    let mut said = Said::default();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("ltp")) {
        let read = attribute.parse_nested_meta(|meta| said.word(&meta, on));
        errors.take(read);
    }
    said
}

/// The lines of documentation, without slashes.
pub fn docs(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter(|attribute| attribute.path().is_ident("doc"));
    let lines: Vec<String> = lines
        .filter_map(|attribute| match &attribute.meta.require_name_value().ok()?.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value().trim().to_owned()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    lines.join("\n")
}

fn place(on: On) -> &'static str {
    match on {
        On::Struct => "a struct",
        On::Enum => "an enum",
        On::Field => "a field",
        On::Variant => "a variant",
    }
}

impl Said {
    fn word(&mut self, meta: &ParseNestedMeta<'_>, on: On) -> Result<()> {
        let span = meta.path.span();
        let word = meta.path.to_token_stream().to_string();
        let Some((_, places, written)) = WORDS.iter().find(|(known, ..)| *known == word) else {
            let here = WORDS.iter().filter(|(_, places, _)| places.contains(&on)).map(|(word, ..)| *word);
            let meant = match did_you_mean(&word, here.clone()) {
                Some(meant) => format!("; did you mean `{meant}`?"),
                None => format!("; {} takes {}", place(on), here.collect::<Vec<_>>().join(", ")),
            };
            return Err(meta.error(format!("`{word}` is no attribute of `ltp`{meant}")));
        };
        if !places.contains(&on) {
            return Err(meta.error(misplaced(&word, on, places)));
        }
        let twice = self.has(&word);
        if twice {
            return Err(meta.error(format!("`{word}` is said twice: leave one of them")));
        }
        let in_its_form = |error: Error| Error::new(error.span(), format!("{error}; it is written `{written}`"));
        self.value(&word, span, meta).map_err(in_its_form)
    }

    fn has(&self, word: &str) -> bool {
        match word {
            "kind" => self.kind.is_some(),
            "toon" => self.toon_key.is_some(),
            "crate" => self.runtime.is_some(),
            "tag" => self.tag.is_some(),
            "rename_all" => self.rename_all.is_some(),
            "rename" => self.rename.is_some(),
            "range" => self.range.is_some(),
            "len" => self.len.is_some(),
            "pattern" => self.pattern.is_some(),
            "one_of" => self.one_of.is_some(),
            "default" => self.default.is_some(),
            "element" => self.element.is_some(),
            "output" => self.output.is_some(),
            "refused" => self.refused.is_some(),
            "separated" => self.separated.is_some(),
            _ => false,
        }
    }

    fn value(&mut self, word: &str, span: Span, meta: &ParseNestedMeta<'_>) -> Result<()> {
        match word {
            "kind" => self.kind = Some(filled(meta.value()?.parse()?)?),
            "set" => self.sets.push(meta.value()?.parse()?),
            "crate" => self.runtime = Some(meta.value()?.parse()?),
            "tag" => self.tag = Some(meta.value()?.parse()?),
            "rename" => self.rename = Some(meta.value()?.parse()?),
            "pattern" => self.pattern = Some(meta.value()?.parse()?),
            "element" => self.element = Some(filled(meta.value()?.parse()?)?),
            "output" => self.output = Some(meta.value()?.parse()?),
            "refused" => self.refused = Some(filled(meta.value()?.parse()?)?),
            "separated" => self.separated = Some(filled(meta.value()?.parse()?)?),
            "rename_all" => {
                let case: LitStr = meta.value()?.parse()?;
                let known = CASES.iter().find(|(name, _)| *name == case.value());
                let unknown = || {
                    let names: Vec<&str> = CASES.iter().map(|(name, _)| *name).collect();
                    Error::new(case.span(), format!("no such case: one of {}", names.join(", ")))
                };
                self.rename_all = Some(known.ok_or_else(unknown)?.1);
                self.rename_all_span = Some(span);
            }
            "toon" => meta.parse_nested_meta(|inner| {
                if !inner.path.is_ident("key") {
                    return Err(inner.error("`toon` takes a `key`"));
                }
                self.toon_key = Some(inner.value()?.parse()?);
                Ok(())
            })?,
            "accepts" => self.accepts.extend(texts(meta)?),
            "one_of" => self.one_of = Some((span, texts(meta)?)),
            "range" => self.range = Some((span, ranges(meta)?)),
            "len" => self.len = Some((span, bounds(&meta.value()?.parse()?)?)),
            "default" => {
                let value = if meta.input.peek(Token![=]) {
                    Some(meta.value()?.parse()?)
                } else {
                    None
                };
                self.default = Some((span, value));
            }
            "always" => self.always = Some(span),
            "nullable" => self.nullable = Some(span),
            "datetime" => self.datetime = Some(span),
            "open" => self.open = Some(span),
            _ => self.skip = Some(span),
        }
        Ok(())
    }

    /// The first constraint, by its word.
    pub fn constraint(&self) -> Option<(&'static str, Span)> {
        let range = self.range.as_ref().map(|(span, _)| ("range", *span));
        let len = self.len.as_ref().map(|(span, _)| ("len", *span));
        let pattern = self.pattern.as_ref().map(|text| ("pattern", text.span()));
        let one_of = self.one_of.as_ref().map(|(span, _)| ("one_of", *span));
        let datetime = self.datetime.map(|span| ("datetime", span));
        range.or(len).or(pattern).or(one_of).or(datetime)
    }

    /// The path of the runtime.
    pub fn runtime(&self) -> TokenStream {
        self.runtime
            .as_ref()
            .map_or_else(|| quote::quote!(::ltp), ToTokens::to_token_stream)
    }
}

fn misplaced(word: &str, on: On, places: &[On]) -> String {
    let belongs: Vec<&str> = places.iter().map(|on| place(*on)).collect();
    let more = match (word, on) {
        ("open", On::Struct) => ": say it of the field that keeps unknown members, a `Map<'a, Json<'a>>`",
        ("open", On::Enum) => ": say it of the variant that keeps what is not declared",
        ("tag", On::Struct) => ": a struct is told apart by the enum that it is a case of",
        ("default", On::Variant) => ": say it of the field, `default = \"text\"`",
        ("skip", On::Variant) => ": a variant that is never on the wire is kept in a type of its own",
        ("toon", On::Field) => ": a list that is a kind by itself has a key, `struct Log(Vec<Point>);`",
        _ => "",
    };
    format!("`{word}` is said of {}, not of {}{more}", belongs.join(" or "), place(on))
}

fn filled(text: LitStr) -> Result<LitStr> {
    if text.value().is_empty() {
        return Err(Error::new(text.span(), "the text is empty"));
    }
    Ok(text)
}

/// `("a", "b")`, or `= "a"`.
fn texts(meta: &ParseNestedMeta<'_>) -> Result<Vec<LitStr>> {
    if meta.input.peek(Token![=]) {
        return Ok(vec![meta.value()?.parse()?]);
    }
    let content;
    parenthesized!(content in meta.input);
    let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
    if texts.is_empty() {
        return Err(content.error("at least one text"));
    }
    Ok(texts.into_iter().collect())
}

fn ranges(meta: &ParseNestedMeta<'_>) -> Result<Vec<Bounds>> {
    if meta.input.peek(Token![=]) {
        return Ok(vec![bounds(&meta.value()?.parse()?)?]);
    }
    let content;
    parenthesized!(content in meta.input);
    let ranges = Punctuated::<Expr, Token![,]>::parse_terminated(&content)?;
    if ranges.is_empty() {
        return Err(content.error("at least one range"));
    }
    ranges.iter().map(bounds).collect()
}

fn bounds(expression: &Expr) -> Result<Bounds> {
    let span = expression.span();
    let Expr::Range(ExprRange { start, limits, end, .. }) = expression else {
        let only = number(expression)?;
        return Ok(Bounds {
            start: Some(only.clone()),
            end: Some(only),
            closed: true,
            span,
        });
    };
    let bound = |bound: &Option<Box<Expr>>| bound.as_deref().map(number).transpose();
    let (start, end) = (bound(start)?, bound(end)?);
    if start.is_none() && end.is_none() {
        return Err(Error::new(span, "`..` allows everything: leave it out, or say a bound"));
    }
    Ok(Bounds {
        start,
        end,
        closed: matches!(limits, RangeLimits::Closed(_)),
        span,
    })
}

/// The digits of a number, with its sign.
pub fn number(expression: &Expr) -> Result<(String, Span)> {
    let span = expression.span();
    let digits = |literal: &Lit| match literal {
        Lit::Int(number) if number.suffix().is_empty() => Some(number.base10_digits().to_owned()),
        Lit::Float(number) if number.suffix().is_empty() => Some(number.base10_digits().to_owned()),
        _ => None,
    };
    let found = match expression {
        Expr::Lit(literal) => digits(&literal.lit),
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => match &*unary.expr {
            Expr::Lit(literal) => digits(&literal.lit).map(|digits| format!("-{digits}")),
            _ => None,
        },
        _ => None,
    };
    let wrong = || {
        Error::new(
            span,
            "a number as it stands on the wire, without suffix: the macro computes nothing",
        )
    };
    found.map(|digits| (digits, span)).ok_or_else(wrong)
}
