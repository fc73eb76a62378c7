//! Values, where they stand.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    super::super::{
        checks,
        names::{self, Item},
    },
    Ahead, Apart, EncodingSource, Way,
};
use crate::model::{PayloadsId, RecordId, Type, TypeKind};

/// So many members, those of members among them, has a record at most that is read in the place where it stands.
const FEW: usize = 12;

impl Ahead<'_, '_> {
    /// An expression of a value: it returns from its function where it does not find one.
    pub(super) fn value(&self, ty: &Type) -> TokenStream {
        if ty.nullable {
            let value = self.value(&Type {
                nullable: false,
                ..ty.clone()
            });
            return quote!(if reader.null()? { None } else { Some(#value) });
        }
        match &ty.kind {
            TypeKind::List { item, length, .. } => {
                let list = self.list(item);
                let Some(length) = length else { return list };
                let miscounts = checks::miscounts(&quote!(items), &quote!(items.len()), *length);
                quote!({ let items = #list; if #miscounts { return Err(Unexpected); } items })
            }
            TypeKind::Record(id) if self.is_few(*id) => self.object(*id, EncodingSource::Given).unwrap_or_else(|| self.any(ty)),
            TypeKind::Record(id) if self.is_told(*id) => {
                let read = self.apart(Apart::Record(*id));
                quote!(reader.value(#read)?)
            }
            _ => self.any(ty),
        }
    }

    /// As [`Self::value`], in whatever order its members come.
    fn any(&self, ty: &Type) -> TokenStream {
        let read = self.context.read(ty);
        quote!(#read?)
    }

    fn list(&self, item: &Type) -> TokenStream {
        match item.kind {
            TypeKind::Record(id) if !item.nullable && self.is_few(id) && self.is_told(id) => {
                let read = self.apart(Apart::List(id));
                quote!(reader.value(#read)?)
            }
            _ => self.items(&self.value(item)),
        }
    }

    /// A block that reads a list, each item by an expression.
    pub(super) fn items(&self, item: &TokenStream) -> TokenStream {
        let (opens, goes_on) = match self.way {
            Way::Straight => (quote!(opens_list), quote!(goes_on)),
            Way::Unordered => (quote!(begins_list), quote!(follows)),
        };
        quote! {{
            let (mut items, mut goes_on) = reader.#opens()?;
            while goes_on {
                items.push(#item);
                goes_on = reader.#goes_on(items.len())?;
            }
            items
        }}
    }

    /// A payload in JSON whose kind is known.
    pub(super) fn payload(&self, set: PayloadsId, kind: &Ident) -> TokenStream {
        let context = self.context;
        let path = context.names.path(context.model, Item::Payloads(set));
        let declared = &context.model[set];
        let names = names::variant_names(declared.kinds.iter().map(|kind| kind.name.as_str()), declared.open);
        let arms = declared.kinds.iter().zip(&names).map(|(kind, name)| {
            checks::subject(
                context,
                format!("{}_{}", names::member_name(&declared.decl.name), names::member_name(&kind.name)),
            );
            let (wire, read) = (&kind.wire, self.value(&kind.ty));
            quote!(#wire => #path::#name(#read),)
        });
        let arms: Vec<TokenStream> = arms.collect();
        let owned = context.options.owned_only.then(|| quote!(.into_owned()));
        let other = if declared.open {
            quote!(#path::Other { kind: #kind.clone() #owned, data: Carried::Json(reader.json()? #owned) })
        } else {
            quote!(return Err(Unexpected))
        };
        quote!(match &*#kind { #(#arms)* _ => #other, })
    }

    /// Whether a record is read in the place where it stands.
    pub(super) fn is_few(&self, id: RecordId) -> bool {
        self.count(id, FEW + 1).is_some_and(|count| count <= FEW)
    }

    /// How many members a record has, those of its members among them; `None` if they are more than `most`, as those of one that holds itself are.
    fn count(&self, id: RecordId, most: usize) -> Option<usize> {
        let members = &self.context.model[id].members;
        members.iter().try_fold(0, |count: usize, member| {
            let mut ty = &member.ty;
            while let TypeKind::List { item, .. } = &ty.kind {
                ty = item;
            }
            let left = most.checked_sub(count + 1)?;
            Some(match &ty.kind {
                TypeKind::Record(id) => count + 1 + self.count(*id, left)?,
                // A payload is as many records as it has kinds.
                TypeKind::Payload { .. } => return None,
                _ => count + 1,
            })
        })
    }
}
