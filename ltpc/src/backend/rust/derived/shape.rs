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
