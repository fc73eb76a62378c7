//! What a derive says of the type that it is for.

use proc_macro2::{Ident, Span, TokenStream};

/// A type that is given implementations. The lifetime that is read from is always `'a`.
#[derive(Debug, Default)]
pub struct Derived {
    /// What the model declares it as.
    pub shape: Shape,
    /// The runtime's path.
    pub runtime: TokenStream,
    /// Its name.
    pub name: TokenStream,
    /// Its own arguments: `<'a, T>`, or nothing.
    pub own_arguments: TokenStream,
    /// What implementations are generic over: `'a, T`, with bounds.
    pub parameters: TokenStream,
    /// The same as arguments: `<'a, T>`.
    pub arguments: TokenStream,
    /// Bounds of a `where` clause.
    pub condition: TokenStream,
    /// The parameters that are types.
    pub types: Vec<Ident>,
    /// A field for each member of the record, or for each case of the union; of a value, its one.
    pub fields: Vec<Field>,
    /// Fields that are not on the wire, each with its type.
    pub skipped: Vec<(Ident, TokenStream)>,
    /// The variants, in the order of the model's.
    pub variants: Vec<Ident>,
    /// The field or variant that keeps what is not declared.
    pub open: Option<Ident>,
    /// Types that are declared elsewhere: those whose record in the second module has its index as the start of its span.
    pub foreign: Vec<TokenStream>,
    /// Of a set of headers, what stands between the items of each list, by the header's name.
    pub separators: Option<Vec<(String, String)>>,
    /// What it is to payload sets.
    pub kind: Option<Kind>,
    /// Of a record that is a variant's: what it is written in.
    pub parts: Option<Parts>,
}

/// A struct that refers to the fields of a variant's record, so that a variant is written where it stands. It has the record's
/// parameters behind a lifetime of its own, and a field `__ltp` that is made by `Default`.
#[derive(Debug)]
pub struct Parts {
    /// Its name.
    pub name: Ident,
    /// The fields that are on the wire, each with its type.
    pub fields: Vec<(Ident, TokenStream)>,
    /// Its name with its arguments, where the lifetime of its own is found out: for an expression.
    pub path: TokenStream,
    /// Its arguments, with the lifetime `'__ltp` before those of the record.
    pub arguments: TokenStream,
}

/// A variant that has fields of its own instead of a record.
#[derive(Debug, Clone)]
pub struct Inline {
    /// Its fields, which are those of its record.
    pub fields: Vec<Ident>,
    /// What it is written in, by its path.
    pub parts: TokenStream,
    /// The fields that are on the wire.
    pub written: Vec<Ident>,
}

/// What a type is declared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// The first record.
    #[default]
    Record,
    /// The first enum.
    Texts,
    /// The first union.
    Union,
    /// The type of the first record's only member.
    Value,
}

/// A field of a struct, or what a variant holds.
#[derive(Debug, Clone)]
pub struct Field {
    /// Its name.
    pub name: Ident,
    /// Its type; of what may be absent, that of what is there.
    pub ty: TokenStream,
    /// Whether more than its type holds for its values.
    pub constrained: bool,
    /// The least and the most that its type holds, if it is of integers.
    pub holds: Option<(i128, i128)>,
    /// Where its default stands, if that is to be a text of an enum that is declared elsewhere.
    pub text_of_enum: Option<Span>,
    /// Of a case: how it has fields of its own.
    pub inline: Option<Inline>,
}

/// A kind of payload sets.
#[derive(Debug)]
pub struct Kind {
    /// Its name on the wire.
    pub name: String,
    /// The sets, by their paths.
    pub sets: Vec<TokenStream>,
    /// What a list is called in a TOON document.
    pub toon_key: Option<String>,
}
