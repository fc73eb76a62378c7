//! The entries of the tables, and the statics that they refer to.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use ltp_runtime::schema::{EncodingMember, List, Member, Pattern, Presence, Schema, StringSet, Type};

use super::{pattern_function, pattern_name, patterns, text};
use crate::{
    backend::rust::{
        context::{Context, integer},
        names::Scope as Taken,
    },
    naming,
};

pub struct Writer<'c, 'm> {
    context: &'c Context<'m>,
    taken: Taken,
    /// What the entries refer to.
    pub statics: TokenStream,
}

impl<'c, 'm> Writer<'c, 'm> {
    /// With the patterns already written.
    pub fn new(context: &'c Context<'m>, schema: &Schema) -> Self {
        let mut writer = Self {
            context,
            taken: Taken::default(),
            statics: TokenStream::new(),
        };
        for pattern in patterns(schema) {
            writer.pattern(pattern);
        }
        writer
    }

    /// A list of values as a borrowed slice, in a static of its own.
    fn slice(&mut self, name: &str, ty: &TokenStream, items: &[TokenStream]) -> TokenStream {
        if items.is_empty() {
            return quote!(Cow::Borrowed(&[]));
        }
        // Names on the wire may have characters that no name in Rust has.
        let words: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let name = self.taken.take(&naming::screaming_case(&words));
        let count = Literal::usize_unsuffixed(items.len());
        self.statics.extend(quote!(static #name: [#ty; #count] = [#(#items),*];));
        quote!(Cow::Borrowed(&#name))
    }

    fn texts(&mut self, name: &str, texts: &[std::borrow::Cow<'static, str>]) -> TokenStream {
        let items: Vec<_> = texts.iter().map(|item| text(item)).collect();
        self.slice(name, &quote!(Cow<'static, str>), &items)
    }

    /// A pattern that the codec matches by, and the function that makes it a part of the tables too.
    fn pattern(&mut self, pattern: &Pattern) {
        let name = pattern_name(self.context, &pattern.source);
        let function = pattern_function(self.context, &pattern.source);
        let (classes, next, accepting) = (
            format_ident!("{name}_CLASSES"),
            format_ident!("{name}_NEXT"),
            format_ident!("{name}_ACCEPTING"),
        );
        let source = text(&pattern.source);
        let stride = Literal::u16_unsuffixed(pattern.stride);
        let is_printed = self.context.derived.is_none();
        let numbers = |values: &mut dyn Iterator<Item = String>| crate::backend::rust::print::packed(values, is_printed);
        let vis = self.context.beside();
        let class_values = numbers(&mut pattern.classes.iter().map(ToString::to_string));
        let next_values = numbers(&mut pattern.next.iter().map(ToString::to_string));
        let accepting_values = numbers(&mut pattern.accepting.iter().map(ToString::to_string));
        let count = Literal::usize_unsuffixed;
        let (class_count, next_count) = (count(pattern.classes.len()), count(pattern.next.len()));
        let accepting_count = count(pattern.accepting.len());
        let docs = format!(" The automaton of `{}`.", pattern.source);
        let matched = patterns::matcher(self.context, &pattern.source)
            .unwrap_or_else(|| quote!(#[doc = #docs] #vis static #name: Pattern = #function();));
        self.statics.extend(quote! {
            #matched

            const fn #function() -> Pattern {
                Pattern {
                    source: #source,
                    classes: Cow::Borrowed(&#classes),
                    next: Cow::Borrowed(&#next),
                    stride: #stride,
                    accepting: Cow::Borrowed(&#accepting),
                }
            }

            static #classes: [u8; #class_count] = #class_values;
            static #next: [u16; #next_count] = #next_values;
            static #accepting: [bool; #accepting_count] = #accepting_values;
        });
        for name in [&name, &classes, &next, &accepting] {
            self.taken.take(&name.to_string());
        }
    }

    pub fn ty(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::Bool => quote!(Type::Bool),
            Type::Int(set) => {
                let set = self.integers(set);
                quote!(Type::Int(#set))
            }
            Type::Uint(set) => {
                let set = self.integers(set);
                quote!(Type::Uint(#set))
            }
            Type::Float(set) => {
                let items: Vec<_> = set
                    .iter()
                    .map(|range| {
                        let (start, end, end_included) = (float(range.start), float(range.end), range.end_included);
                        quote!(FloatRange { start: #start, end: #end, end_included: #end_included })
                    })
                    .collect();
                let set = self.slice("ranges", &quote!(FloatRange), &items);
                quote!(Type::Float(#set))
            }
            Type::String(set) => {
                let set = self.strings(set);
                quote!(Type::String(#set))
            }
            Type::Json => quote!(Type::Json),
            Type::Object => quote!(Type::Object),
            Type::List(list) => {
                let list = self.list(list);
                quote!(Type::List(#list))
            }
            Type::Map(list) => {
                let list = self.list(list);
                quote!(Type::Map(#list))
            }
            Type::Nullable(inner) => {
                let inner = Literal::u32_unsuffixed(*inner);
                quote!(Type::Nullable(#inner))
            }
            Type::Record(record) => {
                let (name, members, open) = (text(&record.name), self.members(&record.name, &record.members), record.open);
                quote!(Type::Record(Record { name: #name, members: #members, open: #open }))
            }
            Type::Enum(declared) => {
                let (name, open) = (text(&declared.name), declared.open);
                let variants = self.texts(&format!("{}_texts", declared.name), &declared.variants);
                quote!(Type::Enum(Enum { name: #name, variants: #variants, open: #open }))
            }
            Type::Union(union) => {
                let (name, tag, open) = (text(&union.name), text(&union.tag), union.open);
                let variants = self.cases(&format!("{}_variants", union.name), &union.variants);
                quote!(Type::Union(Union { name: #name, tag: #tag, variants: #variants, open: #open }))
            }
            Type::Payload(payload) => {
                let (kind, open) = (text(&payload.kind), payload.open);
                let kinds = self.cases(&format!("{}_kinds", payload.kind), &payload.kinds);
                let encoding = match &payload.encoding {
                    Some(EncodingMember { name, in_envelope }) => {
                        let name = text(name);
                        quote!(Some(EncodingMember { name: #name, in_envelope: #in_envelope }))
                    }
                    None => quote!(None),
                };
                quote!(Type::Payload(Payload { kind: #kind, kinds: #kinds, open: #open, encoding: #encoding }))
            }
            // Lowering makes none: what is linked is another type's.
            Type::Linked(_) => quote!(Type::Json),
        }
    }

    fn integers(&mut self, set: &[(i128, i128)]) -> TokenStream {
        let items: Vec<_> = set
            .iter()
            .map(|(start, end)| {
                let (start, end) = (integer(*start), integer(*end));
                quote!((#start, #end))
            })
            .collect();
        self.slice("integers", &quote!((i128, i128)), &items)
    }

    fn strings(&mut self, set: &StringSet) -> TokenStream {
        let length = bounds(set.length);
        let one_of = self.texts("texts", &set.one_of);
        let pattern = match &set.pattern {
            Some(pattern) => {
                let function = pattern_function(self.context, &pattern.source);
                quote!(Some(#function()))
            }
            None => quote!(None),
        };
        let format = match set.format {
            Some(ltp_runtime::schema::Format::Uuid) => quote!(Some(Format::Uuid)),
            Some(ltp_runtime::schema::Format::Datetime) => quote!(Some(Format::Datetime)),
            None => quote!(None),
        };
        quote!(StringSet { length: #length, one_of: #one_of, pattern: #pattern, format: #format })
    }

    fn list(&mut self, list: &List) -> TokenStream {
        let (item, length) = (Literal::u32_unsuffixed(list.item), bounds(list.length));
        let toon_key = match &list.toon_key {
            Some(key) => {
                let key = text(key);
                quote!(Some(#key))
            }
            None => quote!(None),
        };
        quote!(List { item: #item, length: #length, toon_key: #toon_key })
    }

    fn cases(&mut self, name: &str, cases: &[(std::borrow::Cow<'static, str>, u32)]) -> TokenStream {
        let items: Vec<_> = cases
            .iter()
            .map(|(name, ty)| {
                let (name, ty) = (text(name), Literal::u32_unsuffixed(*ty));
                quote!((#name, #ty))
            })
            .collect();
        self.slice(name, &quote!((Cow<'static, str>, u32)), &items)
    }

    pub fn members(&mut self, owner: &str, members: &[Member]) -> TokenStream {
        let items: Vec<_> = members
            .iter()
            .map(|member| {
                let (wire, ty) = (&*member.name, Literal::u32_unsuffixed(member.ty));
                match (&member.presence, member.accepts.is_empty()) {
                    (Presence::Required, true) => return quote!(required(#wire, #ty)),
                    (Presence::Optional, true) => return quote!(optional(#wire, #ty)),
                    _ => {}
                }
                let accepts = self.texts(&format!("{owner}_{wire}_accepts"), &member.accepts);
                let presence = match &member.presence {
                    Presence::Required => quote!(Presence::Required),
                    Presence::Optional => quote!(Presence::Optional),
                    Presence::Default { value, always } => {
                        let value = text(value);
                        quote!(Presence::Default { value: #value, always: #always })
                    }
                };
                let name = text(wire);
                quote!(Member { name: #name, accepts: #accepts, ty: #ty, presence: #presence })
            })
            .collect();
        self.slice(&format!("{owner}_members"), &quote!(Member), &items)
    }
}

fn bounds(bounds: Option<(u64, u64)>) -> TokenStream {
    match bounds {
        Some((least, u64::MAX)) => {
            let least = integer(i128::from(least));
            quote!(Some((#least, u64::MAX)))
        }
        Some((least, most)) => {
            let (least, most) = (integer(i128::from(least)), integer(i128::from(most)));
            quote!(Some((#least, #most)))
        }
        None => quote!(None),
    }
}

fn float(value: f64) -> TokenStream {
    if value == f64::INFINITY {
        quote!(f64::INFINITY)
    } else if value == f64::NEG_INFINITY {
        quote!(f64::NEG_INFINITY)
    } else {
        format!("{value:?}").parse().unwrap_or_default()
    }
}
