//! What a generated file imports, collected while it is written.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

pub(super) use super::super::print::mentions;

/// The names that a file imports so far.
#[derive(Debug, Default)]
pub(in super::super) struct Imports {
    used: RefCell<BTreeSet<(Origin, String)>>,
    /// Whether functions of the trait by which values are read and written are called.
    wire: Cell<bool>,
}

/// Where an imported name is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Origin {
    /// In `std::borrow`.
    Borrow,
    /// In `core::time`.
    Time,
    /// In the runtime's codec.
    Codec,
    /// In the runtime's policies.
    Policy,
    /// In the runtime's sessions.
    Session,
}

impl Imports {
    /// The name, imported.
    pub fn name(&self, origin: Origin, name: &str) -> TokenStream {
        self.used.borrow_mut().insert((origin, name.to_owned()));
        let ident = format_ident!("{name}");
        quote!(#ident)
    }

    /// Says that a value of a declared type is read or written.
    pub fn wire(&self) {
        self.wire.set(true);
    }

    /// The `use` items for all names that stand in `items`, and for the output's modules that stand there as paths.
    /// `root` leads to where those are.
    pub fn items(&self, runtime: &TokenStream, root: &TokenStream, modules: &[&proc_macro2::Ident], items: &TokenStream) -> TokenStream {
        let mut used = self.used.borrow().clone();
        // What back-end functions write without asking.
        for (origin, name) in [(Origin::Borrow, "Cow"), (Origin::Codec, "write")] {
            used.insert((origin, name.to_owned()));
        }
        used.retain(|(_, name)| mentions(items, name));
        let modules: Vec<_> = modules.iter().filter(|module| is_path(items, &module.to_string())).collect();
        let above = (!modules.is_empty()).then(|| quote!(use #root::{#(#modules),*};));
        let of = |origin: Origin, path: TokenStream| {
            let names: Vec<_> = used
                .iter()
                .filter(|(of, _)| *of == origin)
                .map(|(_, name)| format_ident!("{name}"))
                .collect();
            let itself = (origin == Origin::Codec && is_path(items, "codec")).then(|| quote!(self));
            let wire = (origin == Origin::Codec && self.wire.get()).then(|| quote!(Wire as _));
            let names = itself.into_iter().chain(names.iter().map(|name| quote!(#name))).chain(wire);
            let names: Vec<TokenStream> = names.collect();
            (!names.is_empty()).then(|| quote!(use #path::{#(#names),*};))
        };
        let items = [
            of(Origin::Borrow, quote!(std::borrow)),
            of(Origin::Time, quote!(core::time)),
            of(Origin::Codec, quote!(#runtime::codec)),
            of(Origin::Policy, quote!(#runtime::policy)),
            of(Origin::Session, quote!(#runtime::session)),
        ];
        quote!(#(#items)* #above)
    }
}

/// Whether a variable of that name is looked at: not a member, and not a field that is set.
pub(in super::super) fn looks_at(items: &TokenStream, name: &str) -> bool {
    let is_sign = |token: Option<&TokenTree>, sign: char| matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign);
    let tokens: Vec<TokenTree> = items.clone().into_iter().collect();
    tokens.iter().enumerate().any(|(index, token)| match token {
        TokenTree::Ident(ident) if ident == name => {
            let before = index.checked_sub(1).and_then(|before| tokens.get(before));
            !is_sign(before, '.') && !is_sign(tokens.get(index + 1), ':')
        }
        TokenTree::Group(group) => looks_at(&group.stream(), name),
        _ => false,
    })
}

/// Whether a name stands in the code with `::` behind it and not before.
fn is_path(items: &TokenStream, name: &str) -> bool {
    let mut tokens = items.clone().into_iter().peekable();
    // A field's `:` is no path's `::`.
    let (mut behind_path, mut behind_colon) = (false, false);
    while let Some(token) = tokens.next() {
        let is_colon = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ':');
        let found = match &token {
            TokenTree::Group(group) => is_path(&group.stream(), name),
            TokenTree::Ident(ident) => {
                !behind_path
                    && ident == name
                    && matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == ':' && next.spacing() == proc_macro2::Spacing::Joint)
            }
            _ => false,
        };
        if found {
            return true;
        }
        behind_path = is_colon && behind_colon;
        behind_colon = is_colon;
    }
    false
}
