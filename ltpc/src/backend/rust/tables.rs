//! The tables of shape, as constants: exactly what lowering the model yields.

mod framing;
mod patterns;
mod writer;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use ltp_runtime::schema::{Pattern, Schema, Tag, Type};

pub use patterns::matches;
use writer::Writer;

use super::{
    context::{Context, integer},
    derived::Derived,
    names,
};
use crate::{
    model::{self, EnumId, PayloadsId, RecordId, TypeKind, UnionId},
    naming,
};

/// A record's entry.
pub fn record_id(_context: &Context<'_>, id: RecordId) -> u32 {
    id.0
}

/// An enum's entry.
pub fn enum_id(context: &Context<'_>, id: EnumId) -> u32 {
    entry(context, TypeKind::Enum(id))
}

/// A union's entry.
pub fn union_id(context: &Context<'_>, id: UnionId) -> u32 {
    entry(context, TypeKind::Union(id))
}

/// The entry of the names of a payload set's kinds.
pub fn kinds_id(context: &Context<'_>, id: PayloadsId) -> u32 {
    entry(context, TypeKind::PayloadKind(id))
}

fn entry(context: &Context<'_>, kind: TypeKind) -> u32 {
    let ty = model::Type {
        kind,
        nullable: false,
        scalar: None,
    };
    // Named types have an entry each.
    context.tables.type_id(&ty).unwrap_or_default()
}

/// The constant that holds a pattern's automaton.
pub fn pattern_name(context: &Context<'_>, source: &str) -> Ident {
    let of_scalar = context.model.scalars.iter().find(|scalar| match &scalar.ty.kind {
        TypeKind::String(set) => set.pattern.as_deref() == Some(source),
        _ => false,
    });
    match of_scalar {
        Some(scalar) => names::ident(&naming::screaming_case(&scalar.decl.name)),
        None => {
            let known = patterns(&context.tables.schema);
            let place = known.iter().position(|pattern| pattern.source == source).unwrap_or_default();
            format_ident!("PATTERN_{place}")
        }
    }
}

/// Every pattern, once.
fn patterns(schema: &Schema) -> Vec<&Pattern> {
    let in_types = schema.types.iter().filter_map(|ty| match ty {
        Type::String(set) => set.pattern.as_ref(),
        _ => None,
    });
    let in_tags = schema.messages.iter().filter_map(|message| match &message.tag {
        Tag::Pattern(pattern) => Some(pattern),
        Tag::Text(_) => None,
    });
    let mut patterns: Vec<&Pattern> = Vec::new();
    for pattern in in_types.chain(in_tags) {
        if !patterns.iter().any(|known| known.source == pattern.source) {
            patterns.push(pattern);
        }
    }
    patterns
}

/// The tables of a type that is the user's own: its entries, and the constants that they and its codec refer to.
pub fn of_derived(context: &Context<'_>, derived: &Derived) -> (Vec<TokenStream>, TokenStream) {
    let schema = &context.tables.schema;
    let mut writer = Writer::new(context, schema);
    let entries = schema.types.iter().enumerate();
    let entries: Vec<TokenStream> = entries
        .map(|(index, ty)| derived.linked(context.model, index).unwrap_or_else(|| writer.ty(ty)))
        .collect();
    let statics = writer.statics;
    let helpers = helpers(&quote!(#(#entries)* #statics).to_string());
    (entries, quote!(#statics #helpers))
}

/// The module's content.
pub fn module(context: &Context<'_>) -> TokenStream {
    let schema = &context.tables.schema;
    let mut writer = Writer::new(context, schema);
    let types = schema.types.iter().map(|ty| writer.ty(ty)).collect::<Vec<_>>();
    let envelopes = schema.envelopes.iter().map(|envelope| {
        let (name, tag) = (text(&envelope.name), text(&envelope.tag));
        let members = writer.members(&envelope.name, &envelope.members);
        let body = match &envelope.body {
            Some(body) => {
                let (name, position, optional) = (text(&body.name), Literal::usize_unsuffixed(body.position), body.optional);
                quote!(Some(Body { name: #name, position: #position, optional: #optional }))
            }
            None => quote!(None),
        };
        quote!(Envelope { name: #name, tag: #tag, members: #members, body: #body })
    });
    let envelopes = envelopes.collect::<Vec<_>>();
    let messages = schema.messages.iter().map(|message| {
        let name = text(&message.name);
        let tag = match &message.tag {
            Tag::Text(tag) => {
                let tag = text(tag);
                quote!(Tag::Text(#tag))
            }
            Tag::Pattern(pattern) => {
                let pattern = pattern_function(context, &pattern.source);
                quote!(Tag::Pattern(#pattern()))
            }
        };
        let (envelope, body) = (Literal::u32_unsuffixed(message.envelope), Literal::u32_unsuffixed(message.body));
        let accepts_flat = message.accepts_flat;
        quote!(Message { name: #name, tag: #tag, envelope: #envelope, body: #body, accepts_flat: #accepts_flat })
    });
    let messages = messages.collect::<Vec<_>>();
    let limits = {
        let number = |value: usize| integer(i128::try_from(value).unwrap_or(i128::MAX));
        let limits = &schema.limits;
        let (message, depth, string) = (number(limits.message), number(limits.depth), number(limits.string));
        let (list, members) = (number(limits.list), number(limits.members));
        quote!(Limits { message: #message, depth: #depth, string: #string, list: #list, members: #members })
    };
    let framing = match &schema.framing {
        Some(framing) => framing::framing(framing),
        None => quote!(None),
    };
    let (runtime, vis, statics) = (context.runtime(), context.vis(), writer.statics);
    let (type_count, envelope_count, message_count) = (types.len(), envelopes.len(), messages.len());
    let (types_static, envelopes_static, messages_static) = (
        (type_count > 0).then(|| {
            let count = Literal::usize_unsuffixed(type_count);
            quote!(static TYPES: [Type; #count] = [#(#types),*];)
        }),
        (envelope_count > 0).then(|| {
            let count = Literal::usize_unsuffixed(envelope_count);
            quote!(static ENVELOPES: [Envelope; #count] = [#(#envelopes),*];)
        }),
        (message_count > 0).then(|| {
            let count = Literal::usize_unsuffixed(message_count);
            quote!(static MESSAGES: [Message; #count] = [#(#messages),*];)
        }),
    );
    let slice = |name: &str, count: usize| {
        let name = format_ident!("{name}");
        if count > 0 {
            quote!(Cow::Borrowed(&#name))
        } else {
            quote!(Cow::Borrowed(&[]))
        }
    };
    let (types, envelopes, messages) = (
        slice("TYPES", type_count),
        slice("ENVELOPES", envelope_count),
        slice("MESSAGES", message_count),
    );
    let body = quote! {
        /// What a receiver of the protocol enforces, and the shape of everything in it.
        #vis static SCHEMA: Schema = Schema {
            limits: #limits,
            types: #types,
            envelopes: #envelopes,
            messages: #messages,
            framing: #framing,
        };

        #types_static
        #envelopes_static
        #messages_static
        #statics
    };
    let helpers = helpers(&body.to_string());
    let names = [
        "Body",
        "EncodingMember",
        "Enum",
        "Envelope",
        "FloatRange",
        "Format",
        "Limits",
        "List",
        "Member",
        "Message",
        "Pattern",
        "Payload",
        "Presence",
        "Record",
        "BodyEnd",
        "Charset",
        "Framing",
        "Headers",
        "Mismatch",
        "Newline",
        "StartPart",
        "Unknown",
        "Schema",
        "StringSet",
        "Tag",
        "Type",
        "Union",
    ];
    let all = quote!(#body #helpers).to_string();
    let used = names
        .iter()
        .filter(|name| super::print::is_said(&all, name))
        .map(|name| format_ident!("{name}"));
    quote! {
        use ::std::borrow::Cow;

        use #runtime::schema::{#(#used),*};

        #body
        #helpers
    }
}

/// Functions that shorten the tables.
fn helpers(body: &str) -> TokenStream {
    // Within the compiler of Rust, tokens are printed without the space.
    let calls = |name: &str| [" (", "("].iter().any(|open| body.contains(&format!("{name}{open}")));
    let required = calls("required").then(|| {
        quote! {
            const fn required(name: &'static str, ty: u32) -> Member {
                Member { name: Cow::Borrowed(name), accepts: Cow::Borrowed(&[]), ty, presence: Presence::Required }
            }
        }
    });
    let optional = calls("optional").then(|| {
        quote! {
            const fn optional(name: &'static str, ty: u32) -> Member {
                Member { name: Cow::Borrowed(name), accepts: Cow::Borrowed(&[]), ty, presence: Presence::Optional }
            }
        }
    });
    quote!(#required #optional)
}

fn pattern_function(context: &Context<'_>, source: &str) -> Ident {
    format_ident!("{}", names::member_name(&names::plain(&pattern_name(context, source))))
}

fn text(text: &str) -> TokenStream {
    quote!(Cow::Borrowed(#text))
}
