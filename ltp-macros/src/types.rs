//! Types of Rust as types of a schema.

use ltpc::syntax::tree::{self, TypeKind};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Error, GenericArgument, PathArguments, Result, Type, spanned::Spanned};

use crate::places::Places;

/// What a field of a type holds.
pub struct Held {
    /// The type in a schema.
    pub ty: tree::Type,
    /// What its type says of its values, as constraints.
    pub natural: Option<tree::Constraint>,
    /// What constraints it may have.
    pub sort: Sort,
}

/// What may be said of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Sort {
    /// Integers from the least to the most.
    Integer(i128, i128),
    /// Doubles.
    Float,
    /// Text.
    Text,
    /// Lists and maps.
    Many,
    /// Anything else that the macro knows.
    Plain,
    /// What is declared elsewhere.
    Foreign,
}

/// Types that the macro knows nothing of, each with its tokens.
#[derive(Default)]
pub struct Foreign(pub Vec<TokenStream>);

/// The name of the module in which types are declared that the macro knows nothing of.
pub const ELSEWHERE: &str = "elsewhere";

const INTEGERS: [(&str, i128, i128); 8] = [
    ("u8", 0, u8::MAX as i128),
    ("u16", 0, u16::MAX as i128),
    ("u32", 0, u32::MAX as i128),
    ("u64", 0, u64::MAX as i128),
    ("i8", i8::MIN as i128, i8::MAX as i128),
    ("i16", i16::MIN as i128, i16::MAX as i128),
    ("i32", i32::MIN as i128, i32::MAX as i128),
    ("i64", i64::MIN as i128, i64::MAX as i128),
];

/// What holds no value of the wire, and what to write instead.
const REFUSED: [(&str, &str); 14] = [
    ("usize", "its size is the machine's: write `u64`"),
    ("isize", "its size is the machine's: write `i64`"),
    ("u128", "numbers on the wire have 64 bits: write `u64`"),
    ("i128", "numbers on the wire have 64 bits: write `i64`"),
    (
        "f32",
        "numbers on the wire are doubles, and rounding one would change it: write `f64`",
    ),
    ("char", "there are texts, no characters: write `String` with `#[ltp(len = 1)]`"),
    ("str", "text is owned or borrowed: write `String` or `Cow<'a, str>`"),
    ("HashSet", "items of a list have an order and may be equal: write `Vec`"),
    ("BTreeSet", "items of a list have an order and may be equal: write `Vec`"),
    ("VecDeque", "a list is read into a `Vec`: write that"),
    ("LinkedList", "a list is read into a `Vec`: write that"),
    ("PhantomData", "nothing of it is on the wire: say `#[ltp(skip)]`"),
    (
        "SystemTime",
        "a moment is text, or a number: write `String` with `#[ltp(datetime)]`, or `u64`",
    ),
    ("Duration", "a length of time is a number whose unit its name says: write `u64`"),
];

/// The argument of `Name<T>`, if the type is one.
pub fn inside<'t>(ty: &'t Type, name: &str) -> Option<&'t Type> {
    let (found, arguments) = named(ty)?;
    match arguments.as_slice() {
        [inner] if found == name => Some(inner),
        _ => None,
    }
}

/// The last name of a path, with the types between its brackets.
fn named(ty: &Type) -> Option<(String, Vec<&Type>)> {
    let Type::Path(path) = ty else { return None };
    if path.qself.is_some() {
        return None;
    }
    let last = path.path.segments.last()?;
    let arguments = match &last.arguments {
        PathArguments::None => Vec::new(),
        PathArguments::AngleBracketed(brackets) => brackets
            .args
            .iter()
            .filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            })
            .collect(),
        PathArguments::Parenthesized(_) => return None,
    };
    Some((last.ident.to_string(), arguments))
}

impl Foreign {
    /// What a type is in a schema.
    ///
    /// # Errors
    /// If it has no form on the wire, with what to write instead.
    pub fn held(&mut self, ty: &Type, places: &mut Places) -> Result<Held> {
        let span = ty.span();
        match ty {
            Type::Path(_) => {}
            Type::Paren(inner) => return self.held(&inner.elem, places),
            Type::Group(inner) => return self.held(&inner.elem, places),
            _ => return Err(Error::new(span, no_path(ty))),
        }
        let Some((name, arguments)) = named(ty) else {
            return Ok(self.elsewhere(ty, places));
        };
        if let Some((_, why)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            return Err(Error::new(span, format!("`{name}` has no form on the wire: {why}")));
        }
        if let Some((_, least, most)) = INTEGERS.iter().find(|(known, ..)| *known == name && arguments.is_empty()) {
            return Ok(integer(&name, *least, *most, span, places));
        }
        let (kind, sort) = match (name.as_str(), arguments.as_slice()) {
            ("bool", []) => (built_in("bool", span, places), Sort::Plain),
            ("f64", []) => (built_in("float", span, places), Sort::Float),
            ("String", []) => (built_in("string", span, places), Sort::Text),
            ("Uuid", []) => (built_in("uuid", span, places), Sort::Plain),
            ("Json", []) => (built_in("json", span, places), Sort::Plain),
            ("Object", []) => (built_in("object", span, places), Sort::Plain),
            ("Cow" | "Box", [inner]) if named(inner).is_some_and(|(name, _)| name == "str") => {
                (built_in("string", span, places), Sort::Text)
            }
            ("Cow", [_]) => return Err(Error::new(span, "only text is borrowed: write `Cow<'a, str>`, or the owned type")),
            ("Box", [inner]) => return self.held(inner, places),
            ("Vec", [item]) => {
                let item = self.held(item, places)?;
                let kind = TypeKind::List {
                    item: Box::new(item.ty),
                    constraints: item.natural.into_iter().collect(),
                };
                (kind, Sort::Many)
            }
            ("Map", [value]) => (self.map(value, places)?, Sort::Many),
            ("BTreeMap", [key, value]) | ("HashMap", [key, value, ..]) => {
                let is_text = matches!(named(key), Some((name, _)) if matches!(name.as_str(), "String" | "Cow" | "Box"));
                if !is_text {
                    return Err(Error::new(key.span(), "names of members are text: write `String`"));
                }
                (self.map(value, places)?, Sort::Many)
            }
            ("Option", [inner]) => {
                let mut inner = self.held(inner, places)?;
                if inner.ty.nullable {
                    return Err(Error::new(span, "`null` is one value: write `Option` once"));
                }
                inner.ty.nullable = true;
                return Ok(inner);
            }
            _ => return Ok(self.elsewhere(ty, places)),
        };
        Ok(Held {
            ty: tree::Type {
                kind,
                nullable: false,
                span: places.at(span),
            },
            natural: None,
            sort,
        })
    }

    fn map(&mut self, value: &Type, places: &mut Places) -> Result<TypeKind> {
        let value = self.held(value, places)?;
        Ok(TypeKind::Map {
            value: Box::new(value.ty),
            constraints: value.natural.into_iter().collect(),
        })
    }

    /// A type that its own implementation reads and writes.
    fn elsewhere(&mut self, ty: &Type, places: &mut Places) -> Held {
        let tokens = ty.to_token_stream();
        let text = tokens.to_string();
        let known = self.0.iter().position(|known| known.to_string() == text);
        let index = known.unwrap_or_else(|| {
            self.0.push(tokens);
            self.0.len() - 1
        });
        let span = places.at(ty.span());
        let name = |text: String| tree::Name { text, span };
        Held {
            ty: tree::Type {
                kind: TypeKind::Path(tree::Path {
                    parts: vec![name(ELSEWHERE.to_owned()), name(format!("T{index}"))],
                    span,
                }),
                nullable: false,
                span,
            },
            natural: None,
            sort: Sort::Foreign,
        }
    }
}

fn integer(name: &str, least: i128, most: i128, span: Span, places: &mut Places) -> Held {
    let natural = (!name.ends_with("64")).then(|| {
        let number = |value: i128, places: &mut Places| tree::Number {
            text: value.to_string(),
            span: places.at(span),
        };
        let range = tree::Range {
            start: Some(number(least, places)),
            end: Some(number(most, places)),
            end_included: true,
            span: places.at(span),
        };
        tree::Constraint {
            kind: tree::ConstraintKind::Ranges(vec![range]),
            span: places.at(span),
        }
    });
    Held {
        ty: tree::Type {
            kind: built_in(if least < 0 { "int" } else { "uint" }, span, places),
            nullable: false,
            span: places.at(span),
        },
        natural,
        sort: Sort::Integer(least, most),
    }
}

/// A type that needs no declaration.
pub fn built_in(name: &str, span: Span, places: &mut Places) -> TypeKind {
    let span = places.at(span);
    TypeKind::Path(tree::Path {
        parts: vec![tree::Name {
            text: name.to_owned(),
            span,
        }],
        span,
    })
}

fn no_path(ty: &Type) -> String {
    let instead = match ty {
        Type::Reference(reference) if quote!(#reference).to_string().ends_with("str") => {
            "a text with escapes is not in the frame as it is, so it cannot always be borrowed: write `Cow<'a, str>`"
        }
        Type::Reference(_) => "what is read is not there to be referred to: write the owned type",
        Type::Slice(_) | Type::Array(_) => "a list is read into a `Vec`: write that, and its length as `#[ltp(len = 3)]`",
        Type::Tuple(tuple) if tuple.elems.is_empty() => "there is nothing to be written: leave the field out, or say `#[ltp(skip)]`",
        Type::Tuple(_) => "members have names: write a struct and derive `Payload` for it",
        Type::TraitObject(_) | Type::ImplTrait(_) => "its values have no one form: write an enum and derive `Payload` for it",
        _ => "say `#[ltp(skip)]` if it is not to be on the wire",
    };
    format!("this type has no form on the wire: {instead}")
}
