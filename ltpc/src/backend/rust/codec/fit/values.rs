//! How values are judged, wherever they stand.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use super::{DOUBLE, INTEGER, Judge, Judged, UUID};
use crate::{
    backend::rust::{
        checks,
        context::By,
        docs,
        names::{self, Item},
        print::mentions,
        tables,
    },
    model::{EnumId, Member, Presence, StringSet, Type, TypeKind},
};

impl Judge<'_, '_> {
    /// A member: of one that may be absent, what is there.
    pub fn member(&mut self, member: &Member, place: &TokenStream, boxed: bool) -> Judged {
        if member.presence != Presence::Optional {
            return self.value(&member.ty, place, By::Place);
        }
        let copied = self.context.is_copy(&member.ty) && !member.ty.nullable && !boxed;
        let judged = self.value(&member.ty, &quote!(value), if copied { By::Place } else { By::Ref });
        present(judged, place, copied)
    }

    pub fn value(&mut self, ty: &Type, place: &TokenStream, by: By) -> Judged {
        if ty.nullable {
            let inner = Type {
                nullable: false,
                ..ty.clone()
            };
            let copied = self.context.is_copy(&inner);
            let judged = self.value(&inner, &quote!(value), if copied { By::Place } else { By::Ref });
            return present(judged, place, copied);
        }
        let copied = match by {
            By::Place => quote!(#place),
            By::Ref => quote!(*#place),
        };
        let referred = match by {
            By::Place => quote!(&#place),
            By::Ref => quote!(#place),
        };
        let constrained = |function: Option<Ident>, value: &TokenStream| function.map(|function| quote!(#function(#value)));
        match &ty.kind {
            TypeKind::Bool => Judged::fixed(5),
            TypeKind::Int(_) | TypeKind::Uint(_) => Judged {
                octets: INTEGER,
                condition: constrained(self.function(ty), &copied),
            },
            TypeKind::Duration | TypeKind::Instant => Judged::fixed(INTEGER),
            TypeKind::Float(_) => {
                let finite = quote!(#place.is_finite());
                Judged::by(DOUBLE, constrained(self.function(ty), &copied).unwrap_or(finite))
            }
            TypeKind::String(_) | TypeKind::Datetime => {
                let more = constrained(self.function(ty), &referred).map(|condition| quote!(&& #condition));
                Judged::by(2, quote!(fit.text(#referred) #more))
            }
            TypeKind::Uuid => Judged::fixed(UUID),
            TypeKind::Json => Judged::by(0, quote!(fit.json(#place.as_str()))),
            TypeKind::Object => Judged::by(0, quote!(fit.object(#place.as_str()))),
            TypeKind::List { item, length, .. } => self.items(item, *length, place, &referred, "list"),
            TypeKind::Map { value, length } => self.items(value, *length, place, &referred, "map"),
            TypeKind::Record(id) => self.whole(Item::Record(*id), place),
            TypeKind::Union(id) => self.whole(Item::Union(*id), place),
            TypeKind::Payload { set, .. } => self.whole(Item::Payloads(*set), place),
            TypeKind::Enum(id) => self.enumeration(*id, place),
            TypeKind::PayloadKind(id) if self.context.model[*id].open => open_text(place),
            TypeKind::PayloadKind(id) => Judged::fixed(longest(&self.kinds(*id))),
        }
    }

    fn whole(&mut self, item: Item, place: &TokenStream) -> Judged {
        self.need(item);
        Judged::by(0, quote!(#place.fits(fit)))
    }

    fn enumeration(&self, id: EnumId, place: &TokenStream) -> Judged {
        let declared = &self.context.model[id];
        if declared.open {
            return open_text(place);
        }
        let texts: Vec<&str> = declared.variants.iter().map(|variant| variant.wire.as_str()).collect();
        Judged::fixed(longest(&texts))
    }

    fn items(&mut self, item: &Type, length: Option<(u64, u64)>, place: &TokenStream, referred: &TokenStream, function: &str) -> Judged {
        let Judged { octets, condition } = self.value(item, &quote!(item), By::Ref);
        let condition = condition.unwrap_or_else(|| quote!(true));
        let parameter = |name: &str| {
            let ident = format_ident!("{name}");
            if mentions(&condition, name) { quote!(#ident) } else { quote!(_) }
        };
        let (fit, item, octets, function) = (parameter("fit"), parameter("item"), count(octets), format_ident!("{function}"));
        let counted = length.map(|length| {
            let condition = checks::counts(place, &quote!(#place.len()), length);
            quote!(&& #condition)
        });
        Judged::by(0, quote!(fit.#function(#referred, #octets, |#fit, #item| #condition) #counted))
    }

    /// After what the next function without a name of its own is called.
    pub fn subject(&self, of: &str, name: &str) {
        checks::subject(self.context, format!("{}_{}", names::member_name(of), names::member_name(name)));
    }

    /// The function that judges a constrained number or text; `None` if any conforms.
    fn function(&mut self, ty: &Type) -> Option<Ident> {
        if let Some((_, known)) = self.known.iter().find(|(kind, _)| *kind == ty.kind) {
            return Some(known.clone());
        }
        let (argument, condition) = match &ty.kind {
            TypeKind::Int(set) if !set.is_empty() => (
                quote!(value: i64),
                checks::integers(set, i128::from(i64::MIN), i128::from(i64::MAX)),
            ),
            TypeKind::Uint(set) if !set.is_empty() => (quote!(value: u64), checks::integers(set, 0, i128::from(u64::MAX))),
            TypeKind::Float(set) if !set.is_empty() => {
                let (condition, bounded) = (
                    checks::floats(set),
                    set.iter().all(|range| range.start.is_finite() && range.end.is_finite()),
                );
                let condition = if bounded {
                    condition
                } else {
                    quote!(value.is_finite() && (#condition))
                };
                (quote!(value: f64), condition)
            }
            TypeKind::String(set) if *set != StringSet::default() => (quote!(text: &str), self.texts(set)),
            TypeKind::Datetime => (quote!(text: &str), quote!(formats::is_datetime(text))),
            _ => return None,
        };
        let name = self.taken.take(&checks::name(self.context, ty));
        let docs = docs::lines(&docs::constraint(ty).unwrap_or_default());
        self.known.push((ty.kind.clone(), name.clone()));
        self.functions.extend(quote! {
            #docs
            fn #name(#argument) -> bool { #condition }
        });
        Some(name)
    }

    fn texts(&self, set: &StringSet) -> TokenStream {
        let mut conditions = Vec::new();
        if let Some(length) = set.length {
            conditions.push(checks::counts(&quote!(text), &quote!(text.chars().count()), length));
        }
        if !set.one_of.is_empty() {
            let texts = &set.one_of;
            conditions.push(match texts.as_slice() {
                [only] => quote!(text == #only),
                texts => quote!([#(#texts),*].contains(&text)),
            });
        }
        if let Some(pattern) = &set.pattern {
            conditions.push(tables::matches(self.context, pattern, &quote!(text)));
        }
        quote!(#(#conditions)&&*)
    }
}

/// What is there of an `Option`.
fn present(judged: Judged, place: &TokenStream, copied: bool) -> Judged {
    let condition = judged.condition.map(|condition| {
        let subject = if copied { place.clone() } else { quote!(#place.as_ref()) };
        let judge = of_value(condition);
        quote!(#subject.is_none_or(#judge))
    });
    Judged {
        octets: judged.octets.max("null".len()),
        condition,
    }
}

/// A condition as a closure of `value`, or the function that it calls.
pub fn of_value(condition: TokenStream) -> TokenStream {
    match syn::parse2::<syn::ExprCall>(condition.clone()) {
        Ok(syn::ExprCall { func, args, .. }) if quote!(#args).to_string() == "value" => quote!(#func),
        _ => quote!(|value| #condition),
    }
}

fn open_text(place: &TokenStream) -> Judged {
    Judged::by(2, quote!(fit.text(#place.as_str())))
}

/// Octets of the longest of some texts, with quotes and all of their escapes.
pub fn longest(texts: &[&str]) -> usize {
    let octets = |text: &&str| {
        let mut out = Vec::new();
        ltp_runtime::codec::write::string(&mut out, text);
        out.len()
    };
    texts.iter().map(octets).max().unwrap_or_default()
}

pub fn count(number: usize) -> Literal {
    Literal::usize_unsuffixed(number)
}
