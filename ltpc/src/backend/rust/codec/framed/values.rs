//! Values read from their text: each type that is constrained has a function.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::super::super::{
    checks,
    context::{Context, Scope},
    docs,
    names::{self, Item, Scope as Taken},
    tables,
};
use crate::model::{Model, StringSet, Type, TypeKind};

/// Where a text stands that is a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a line of the head: it is ASCII, and no longer than a line.
    Head,
    /// It is the body.
    Body,
}

/// A function that is written already: of what, and its name.
struct Known {
    kind: TypeKind,
    /// What stands between a list's items.
    separator: Option<String>,
    place: Place,
    name: Ident,
}

/// The functions that are needed so far.
pub struct Values<'c, 'm> {
    context: &'c Context<'m>,
    /// Octets of a line, and of a message.
    sizes: (u64, u64),
    taken: Taken,
    known: Vec<Known>,
    written: TokenStream,
}

impl<'c, 'm> Values<'c, 'm> {
    /// None so far.
    pub fn new(context: &'c Context<'m>) -> Self {
        let limits = &context.model.limits;
        Self {
            context,
            sizes: (limits.line, limits.message),
            // What a function calls its own values.
            taken: Taken::of(&["text", "value", "item", "items"].map(names::ident)),
            known: Vec::new(),
            written: TokenStream::new(),
        }
    }

    /// All functions that were asked for.
    pub fn functions(self) -> TokenStream {
        self.written
    }

    /// An expression of the type: the value that a `&str` stands for. Within a function of an `Option`, which it leaves if there is
    /// none. A function made for it is named after the subject, where the type itself has no name.
    pub fn of(&mut self, ty: &Type, separator: Option<&str>, text: &TokenStream, place: Place, subject: &str) -> TokenStream {
        if self.is_constrained(ty, place) {
            let function = self.function(ty, separator, place, subject);
            return quote!(texts::#function(#text)?);
        }
        self.plain(ty, separator, text, place, subject, &quote!(texts::))
    }

    /// As [`Self::of`], within the functions' own module.
    fn inside(&mut self, ty: &Type, text: &TokenStream, place: Place, subject: &str) -> TokenStream {
        if self.is_constrained(ty, place) {
            let function = self.function(ty, None, place, subject);
            return quote!(#function(#text)?);
        }
        self.plain(ty, None, text, place, subject, &TokenStream::new())
    }

    fn plain(
        &mut self,
        ty: &Type,
        separator: Option<&str>,
        text: &TokenStream,
        place: Place,
        subject: &str,
        path: &TokenStream,
    ) -> TokenStream {
        let context = self.context;
        match &ty.kind {
            TypeKind::Bool => quote!(text::value::bool(#text)?),
            TypeKind::Int(_) => quote!(text::value::i64(#text)?),
            TypeKind::Uint(_) => quote!(text::value::u64(#text)?),
            TypeKind::Float(_) => quote!(text::value::f64(#text)?),
            TypeKind::Uuid => quote!(formats::uuid(#text)?),
            TypeKind::Enum(id) => {
                let declared = context.names.path(context.model, Item::Enum(*id));
                if context.model[*id].open {
                    let text = self.borrowed(text);
                    quote!(#declared::from(#text))
                } else {
                    quote!(#text.parse::<#declared>().ok()?)
                }
            }
            TypeKind::List { item, .. } => {
                let separator = separator.unwrap_or_default();
                let item = match path.is_empty() {
                    true => self.inside(item, &quote!(item), place, subject),
                    false => self.of(item, None, &quote!(item), place, subject),
                };
                let item = reader(item);
                quote!(text::list::<#path Form, _>(#text, #separator, #item)?)
            }
            _ => self.borrowed(text),
        }
    }

    fn borrowed(&self, text: &TokenStream) -> TokenStream {
        if self.context.options.owned_only {
            quote!(String::from(#text))
        } else {
            quote!(Cow::Borrowed(#text))
        }
    }

    /// Whether not every text of the Rust type's conforms.
    fn is_constrained(&self, ty: &Type, place: Place) -> bool {
        match &ty.kind {
            TypeKind::String(set) => *set != StringSet::default() || self.limit(place).is_some(),
            TypeKind::Enum(_) => self.limit(place).is_some(),
            TypeKind::Datetime => true,
            TypeKind::Int(set) | TypeKind::Uint(set) => !set.is_empty(),
            TypeKind::Float(set) => !set.is_empty(),
            TypeKind::List { length, .. } => length.is_some(),
            _ => false,
        }
    }

    /// The limit of a string's octets, where its place does not hold it anyway.
    fn limit(&self, place: Place) -> Option<u64> {
        let (line, message) = self.sizes;
        let most = if place == Place::Head { line } else { message };
        let limit = self.context.model.limits.string;
        (most > limit).then_some(limit)
    }

    fn function(&mut self, ty: &Type, separator: Option<&str>, place: Place, subject: &str) -> Ident {
        let same = |known: &&Known| known.kind == ty.kind && known.separator.as_deref() == separator && known.place == place;
        if let Some(known) = self.known.iter().find(same) {
            return known.name.clone();
        }
        let model = self.context.model;
        let scalar = ty
            .scalar
            .filter(|id| model[*id].ty.kind == ty.kind)
            .or_else(|| scalar_of(model, &ty.kind));
        let name = match (scalar, &ty.kind) {
            (Some(id), _) => names::member_name(&model[id].decl.name),
            (None, TypeKind::Datetime) => "datetime".to_owned(),
            (None, TypeKind::Enum(id)) => names::member_name(&model[*id].decl.name),
            (None, _) => subject.to_owned(),
        };
        let name = self.taken.take(&name);
        self.known.push(Known {
            kind: ty.kind.clone(),
            separator: separator.map(str::to_owned),
            place,
            name: name.clone(),
        });
        let plain = self.plain(ty, separator, &quote!(text), place, subject, &TokenStream::new());
        let condition = self.condition(ty, place);
        let body = match &ty.kind {
            TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Float(_) => quote! {
                let value = #plain;
                (#condition).then_some(value)
            },
            TypeKind::List { length: Some(length), .. } => {
                let miscounts = checks::miscounts(&quote!(items), &quote!(items.len()), *length);
                quote! {
                    let items = #plain;
                    if #miscounts { None } else { Some(items) }
                }
            }
            // What leaves the function is not made before it is known to be wanted.
            _ => quote!(if #condition { Some(#plain) } else { None }),
        };
        let ty = Type {
            nullable: false,
            scalar: scalar.or(ty.scalar),
            ..ty.clone()
        };
        let (returned, docs) = (
            self.context.bare(&ty, Scope::Beside, "'_"),
            docs::lines(&docs::constraint(&ty).unwrap_or_default()),
        );
        self.written.extend(quote! {
            #docs
            #[inline]
            pub(crate) fn #name(text: &str) -> Option<#returned> {
                #body
            }
        });
        name
    }

    /// A condition of `text`, or of a number's `value`.
    fn condition(&self, ty: &Type, place: Place) -> TokenStream {
        let mut all: Vec<TokenStream> = Vec::new();
        match &ty.kind {
            TypeKind::Int(set) => return checks::integers(set, i128::from(i64::MIN), i128::from(i64::MAX)),
            TypeKind::Uint(set) => return checks::integers(set, 0, i128::from(u64::MAX)),
            TypeKind::Float(set) => return checks::floats(set),
            TypeKind::Datetime => all.push(quote!(formats::is_datetime(text))),
            TypeKind::String(set) => {
                if let Some(length) = set.length {
                    // ASCII has as many characters as octets.
                    let count = match place {
                        Place::Head => quote!(text.len()),
                        Place::Body => quote!(text.chars().count()),
                    };
                    all.push(checks::counts(&quote!(text), &count, length));
                }
                match set.one_of.as_slice() {
                    [] => {}
                    [only] => all.push(quote!(text == #only)),
                    texts => all.push(quote!(::core::matches!(text, #(#texts)|*))),
                }
                if let Some(pattern) = &set.pattern {
                    all.push(tables::matches(self.context, pattern, &quote!(text)));
                }
            }
            _ => {}
        }
        if let Some(limit) = self.limit(place).filter(|_| !matches!(ty.kind, TypeKind::Datetime)) {
            let limit = proc_macro2::Literal::u64_unsuffixed(limit);
            all.insert(0, quote!(text.len() <= #limit));
        }
        quote!(#(#all)&&*)
    }
}

fn scalar_of(model: &Model, kind: &TypeKind) -> Option<crate::model::ScalarId> {
    let index = model.scalars.iter().position(|scalar| scalar.ty.kind == *kind)?;
    Some(crate::model::ScalarId(index as u32))
}

/// A function of an `Option`, or a closure, of an expression of `item` that leaves its function where there is none.
fn reader(value: TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = value.clone().into_iter().collect();
    if !matches!(tokens.pop(), Some(TokenTree::Punct(last)) if last.as_char() == '?') {
        return quote!(|item| Some(#value));
    }
    let called = tokens.iter().cloned().collect::<TokenStream>();
    match tokens.pop() {
        Some(TokenTree::Group(argument)) if argument.stream().to_string() == "item" => tokens.into_iter().collect(),
        _ => quote!(|item| #called),
    }
}

/// After what a function for a member's value is called.
pub fn subject(owner: &str, member: &str) -> String {
    format_ident!("{}_{}", names::member_name(owner), names::member_name(member)).to_string()
}
