//! Names by their whole paths: in a user's crate, nothing is known to be in scope.

use proc_macro2::{Delimiter, Group, Ident, Spacing, TokenStream, TokenTree};
use quote::quote;

/// Modules that are said with `::` behind them.
const MODULES: &[(&str, &[&str])] = &[
    ("codec", &["codec"]),
    ("schema", &["schema"]),
    ("write", &["codec", "write"]),
    ("formats", &["codec", "formats"]),
    ("derived", &["derived"]),
    ("text", &["text"]),
];
/// What code says of the library of the language.
const STANDARD: &[&str] = &["Vec", "String", "Box", "Cow", "Option", "Some", "None", "Result", "Ok", "Err"];
/// What code says of the codec.
const CODEC: &[&str] = &["Rule", "Source"];
/// What tables say.
const TABLES: &[&str] = &[
    "Enum",
    "FloatRange",
    "Format",
    "Limits",
    "List",
    "Member",
    "Pattern",
    "Presence",
    "Record",
    "Schema",
    "StringSet",
    "Type",
    "Union",
];

/// What came before a token, as far as it matters to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that matters: a name is one that is looked up.
    Anything,
    /// The first half of `::`.
    Colon,
    /// `.`, of which two are no access to a member.
    Dot,
    /// What makes a name part of something else: a path, a lifetime, a declaration.
    Bound,
}

/// The tokens with every name that the back end relies on as a whole path. What stands in a group without delimiters is the user's,
/// and stays as it is. What stands in the module of tables elsewhere is beside its codec here.
pub fn qualified(tokens: TokenStream, runtime: &TokenStream) -> TokenStream {
    let mut out = TokenStream::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut before = Before::Anything;
    while let Some(token) = tokens.next() {
        let next = match &token {
            TokenTree::Punct(punct) => match (punct.as_char(), before) {
                (':', Before::Colon) | ('\'', _) => Before::Bound,
                (':', _) if punct.spacing() == Spacing::Joint => Before::Colon,
                ('.', Before::Dot) => Before::Anything,
                ('.', _) => Before::Dot,
                _ => Before::Anything,
            },
            TokenTree::Ident(ident) if before != Before::Bound && ["fn", "static", "const", "struct"].iter().any(|word| ident == word) => {
                Before::Bound
            }
            _ => Before::Anything,
        };
        match token {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => {
                let mut inner = Group::new(group.delimiter(), qualified(group.stream(), runtime));
                inner.set_span(group.span());
                out.extend([TokenTree::Group(inner)]);
            }
            TokenTree::Ident(ident) if !matches!(before, Before::Bound | Before::Dot) => {
                let in_path =
                    matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == ':' && punct.spacing() == Spacing::Joint);
                if in_path && ident == "tables" {
                    // With its `::`.
                    tokens.nth(1);
                } else {
                    out.extend(path(&ident, in_path, runtime));
                }
            }
            token => out.extend([token]),
        }
        before = next;
    }
    out
}

fn path(ident: &Ident, in_path: bool, runtime: &TokenStream) -> TokenStream {
    let name = ident.to_string();
    let name = name.as_str();
    if in_path && let Some((_, modules)) = MODULES.iter().find(|(module, _)| *module == name) {
        let modules = modules.iter().map(|module| Ident::new(module, ident.span()));
        return quote!(#runtime #(::#modules)*);
    }
    let module = match name {
        _ if STANDARD.contains(&name) => "derived",
        _ if CODEC.contains(&name) => "codec",
        _ if TABLES.contains(&name) => "schema",
        _ => return quote!(#ident),
    };
    let module = Ident::new(module, ident.span());
    quote!(#runtime::#module::#ident)
}
