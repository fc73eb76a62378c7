//! How a value of each type is read, written and owned.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{By, Context, Piece};
use crate::backend::rust::names::Item;
use crate::model::{Member, Presence, RecordId, Type, TypeKind};

impl Context<'_> {
    /// An expression that reads a value of the type from `reader`: a `Result`.
    pub fn read(&self, ty: &Type) -> TokenStream {
        if ty.nullable {
            let read = self.reader(&Type {
                nullable: false,
                ..ty.clone()
            });
            return quote!(reader.nullable(#read));
        }
        if let Some(check) = self.check(ty) {
            return match &ty.kind {
                TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Float(_) => quote!(checks::#check(reader)),
                _ => quote!(reader.value(checks::#check)),
            };
        }
        let owned = |read: TokenStream, path: TokenStream| if self.options.owned_only { quote!(#read.map(#path)) } else { read };
        match &ty.kind {
            TypeKind::Bool => quote!(reader.bool()),
            TypeKind::Int(_) => quote!(reader.i64()),
            TypeKind::Uint(_) | TypeKind::Duration | TypeKind::Instant => quote!(reader.u64()),
            TypeKind::Float(_) => quote!(reader.f64()),
            TypeKind::String(_) | TypeKind::Datetime => owned(quote!(reader.string()), quote!(Cow::into_owned)),
            TypeKind::Uuid => quote!(reader.uuid()),
            TypeKind::Json | TypeKind::Payload { .. } => owned(quote!(reader.json()), quote!(codec::Json::into_owned)),
            TypeKind::Object => owned(quote!(reader.object()), quote!(codec::Object::into_owned)),
            TypeKind::List { item, .. } => {
                let item = self.reader(item);
                quote!(reader.list(#item))
            }
            TypeKind::Map { value, .. } => {
                let value = self.reader(value);
                owned(quote!(reader.map(#value)), quote!(|members| members.into_owned(|value| value)))
            }
            TypeKind::Record(id) => self.read_item(Item::Record(*id)),
            TypeKind::Enum(id) => self.read_item(Item::Enum(*id)),
            TypeKind::Union(id) => self.read_item(Item::Union(*id)),
            TypeKind::PayloadKind(id) => self.read_item(Item::Kind(*id)),
        }
    }

    fn read_item(&self, item: Item) -> TokenStream {
        let path = self.names.path(self.model, item);
        quote!(reader.value(#path::read))
    }

    /// A function or closure that reads a value of the type.
    pub fn reader(&self, ty: &Type) -> TokenStream {
        if !ty.nullable {
            if let Some(check) = self.check(ty) {
                return quote!(checks::#check);
            }
            let item = match &ty.kind {
                TypeKind::Record(id) => Some(Item::Record(*id)),
                TypeKind::Enum(id) => Some(Item::Enum(*id)),
                TypeKind::Union(id) => Some(Item::Union(*id)),
                TypeKind::PayloadKind(id) => Some(Item::Kind(*id)),
                _ => None,
            };
            if let Some(item) = item {
                let path = self.names.path(self.model, item);
                return quote!(#path::read);
            }
        }
        let read = self.read(ty);
        quote!(|reader| #read)
    }

    /// The function that reads a value of the type and checks its constraints, if it has any.
    pub fn check(&self, ty: &Type) -> Option<Ident> {
        crate::backend::rust::checks::of(self, ty)
    }

    /// An expression that writes a value of the type.
    pub fn write(&self, ty: &Type, value: &TokenStream, by: By) -> TokenStream {
        if ty.nullable {
            let inner = Type {
                nullable: false,
                ..ty.clone()
            };
            let (pattern, subject) = match (self.is_copy(&inner), by) {
                (true, By::Place) => (By::Place, quote!(#value)),
                (true, By::Ref) => (By::Place, quote!(*#value)),
                (false, By::Place) => (By::Ref, quote!(&#value)),
                (false, By::Ref) => (By::Ref, quote!(#value)),
            };
            let written = self.write(&inner, &quote!(value), pattern);
            return quote!(match #subject { Some(value) => #written, None => write::null(out), });
        }
        let copied = match by {
            By::Place => quote!(#value),
            By::Ref => quote!(*#value),
        };
        let referred = match by {
            By::Place => quote!(&#value),
            By::Ref => quote!(#value),
        };
        match &ty.kind {
            TypeKind::Bool => quote!(write::bool(out, #copied)),
            TypeKind::Int(_) => quote!(write::i64(out, #copied)),
            TypeKind::Uint(_) | TypeKind::Duration | TypeKind::Instant => quote!(write::u64(out, #copied)),
            TypeKind::Float(_) => quote!(write::f64(out, #copied)),
            TypeKind::String(_) | TypeKind::Datetime => quote!(write::string(out, #referred)),
            TypeKind::Uuid => quote!(write::uuid(out, #referred)),
            TypeKind::Json | TypeKind::Object => quote!(write::raw(out, #value.as_str())),
            TypeKind::List { item, .. } => match self.item(item) {
                Some(piece) => quote!(write::rows(out, #referred, |value| #piece)),
                None => {
                    let item = self.writer(item);
                    quote!(write::list(out, #referred, #item))
                }
            },
            TypeKind::Map { value, .. } => {
                let value = self.writer(value);
                quote!(write::map(out, #referred, #value))
            }
            TypeKind::Enum(_) | TypeKind::PayloadKind(_) => quote!(write::string(out, #value.as_str())),
            TypeKind::Record(_) | TypeKind::Union(_) => quote!(#value.encode(out)),
            TypeKind::Payload { .. } => quote!(#value.write(out)),
        }
    }

    /// An expression of a piece that writes a value of the type; `None` if more has to be done for it.
    pub fn piece(&self, ty: &Type, value: &TokenStream, by: By) -> Option<Piece> {
        if ty.nullable {
            return None;
        }
        let copied = match by {
            By::Place => quote!(#value),
            By::Ref => quote!(*#value),
        };
        let referred = match by {
            By::Place => quote!(&#value),
            By::Ref => quote!(#value),
        };
        let plain = |piece| Some(Piece { quotes: "", piece });
        match &ty.kind {
            TypeKind::Bool | TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Duration | TypeKind::Instant | TypeKind::Float(_) => {
                plain(copied)
            }
            TypeKind::Json | TypeKind::Object => plain(quote!(#value.as_str())),
            TypeKind::Uuid => Some(Piece {
                quotes: "\"",
                piece: referred,
            }),
            TypeKind::String(_) | TypeKind::Datetime => Some(Piece::text(referred)),
            TypeKind::Enum(_) | TypeKind::PayloadKind(_) => Some(Piece::text(quote!(#value.as_str()))),
            TypeKind::Record(id) if self.is_row(*id) => plain(quote!(#value.row())),
            _ => None,
        }
    }

    /// An expression of a piece that writes `value`, a reference to an item of a list.
    fn item(&self, ty: &Type) -> Option<TokenStream> {
        let Piece { quotes, piece } = self.piece(ty, &quote!(value), By::Ref)?;
        Some(if quotes.is_empty() {
            piece
        } else {
            quote!((#quotes, #piece, #quotes))
        })
    }

    /// Whether a record is written as one piece: all of its members always stand there, each a single value.
    pub fn is_row(&self, id: RecordId) -> bool {
        let record = &self.model[id];
        let stands = |(index, member): (usize, &Member)| {
            matches!(member.presence, Presence::Required { .. } | Presence::Default { always: true, .. })
                && !matches!(member.ty.kind, TypeKind::PayloadKind(_))
                && !self.facts.is_boxed(id, index)
                && self.piece(&member.ty, &TokenStream::new(), By::Ref).is_some()
        };
        self.derived.is_none()
            && !record.open
            && !self.facts.is_flat(id)
            && !record.members.is_empty()
            && record.members.iter().enumerate().all(stands)
    }

    /// A closure that writes a referred value of the type.
    fn writer(&self, ty: &Type) -> TokenStream {
        let written = self.write(ty, &quote!(value), By::Ref);
        quote!(|out, value| #written)
    }

    /// The value, on its own.
    pub fn own(&self, ty: &Type, value: &TokenStream) -> TokenStream {
        if !self.facts.borrows(self.model, ty) {
            return value.clone();
        }
        if ty.nullable {
            let inner = Type {
                nullable: false,
                ..ty.clone()
            };
            let owner = self.owner(&inner);
            return quote!(#value.map(#owner));
        }
        match &ty.kind {
            TypeKind::String(_) | TypeKind::Datetime => quote!(codec::owned(#value)),
            TypeKind::List { item, .. } => {
                let owner = self.owner(item);
                quote!(#value.into_iter().map(#owner).collect())
            }
            TypeKind::Map { value: item, .. } => {
                let owner = self.owner(item);
                quote!(#value.into_owned(#owner))
            }
            _ => quote!(#value.into_owned()),
        }
    }

    /// A function or closure that makes a value its own.
    pub fn owner(&self, ty: &Type) -> TokenStream {
        if !ty.nullable {
            let item = match &ty.kind {
                TypeKind::String(_) | TypeKind::Datetime => return quote!(codec::owned),
                TypeKind::Json => return quote!(codec::Json::into_owned),
                TypeKind::Object => return quote!(codec::Object::into_owned),
                TypeKind::Record(id) => Some(Item::Record(*id)),
                TypeKind::Enum(id) => Some(Item::Enum(*id)),
                TypeKind::Union(id) => Some(Item::Union(*id)),
                TypeKind::PayloadKind(id) => Some(Item::Kind(*id)),
                TypeKind::Payload { set, .. } => Some(Item::Payloads(*set)),
                _ => None,
            };
            if let Some(item) = item.filter(|item| self.item_borrows(*item)) {
                let path = self.names.path(self.model, item);
                return quote!(#path::into_owned);
            }
        }
        let owned = self.own(ty, &quote!(value));
        quote!(|value| #owned)
    }
}
