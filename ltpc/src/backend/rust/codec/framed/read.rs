//! Reading: the start line names the message, its headers are found, their texts become values.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    super::{
        super::{
            context::Scope,
            names::{self, Item, Scope as Taken},
            tables,
        },
        messages::tag_field,
    },
    Framed,
    body::{Body, Header, headers, is_body},
    straight,
    values::{Place, Values, subject},
};
use crate::model::{MessageId, Presence, RecordId, StartPart, Tag, TypeKind, Unknown};

/// The function that reads any message, and one for each.
pub fn messages(framed: &Framed<'_, '_>, values: &mut Values<'_, '_>) -> TokenStream {
    let context = framed.context;
    let mut taken = Taken::of(&[names::ident("start")]);
    let functions: Vec<Functions> = framed
        .messages()
        .map(|(id, _)| {
            let name = names::member_name(&names::plain(context.names.variant(id)));
            Functions {
                message: taken.take(&name),
                straight: taken.take(&format!("{name}_straight")),
                otherwise: taken.take(&format!("{name}_otherwise")),
                any: taken.take(&format!("{name}_any")),
            }
        })
        .collect();
    let any = any(framed, values, &functions);
    let each: TokenStream = framed
        .messages()
        .zip(&functions)
        .map(|((id, body), function)| one(framed, values, id, body, function))
        .collect();
    quote!(#any #each)
}

/// What the functions are called that read a message.
struct Functions {
    /// Reads all of it behind the start line.
    message: Ident,
    /// Reads its body where it is written as we write it.
    straight: Ident,
    /// Reads all of it however it is written.
    otherwise: Ident,
    /// Reads its body however it is written.
    any: Ident,
}

fn any(framed: &Framed<'_, '_>, values: &mut Values<'_, '_>, functions: &[Functions]) -> TokenStream {
    let (context, message) = (framed.context, framed.message());
    let generics = context.generics(context.message_borrows(), "'a");
    let envelope_item = Item::Envelope(framed.envelope());
    let envelope = &context.model[framed.envelope()];
    let mut scope = Taken::of(&["start", "line", "tag", "mismatch", "frame", "envelope"].map(names::ident));
    let fields = names::member_names(&envelope.members);
    let locals: Vec<Ident> = fields.iter().map(|field| scope.take(&names::plain(field))).collect();

    // Each part takes what stands before the next.
    let mut parts = TokenStream::new();
    let mut start = framed.framing.start.iter().peekable();
    while let Some(part) = start.next() {
        let local = match part {
            StartPart::Literal(text) => {
                parts.extend(quote!(let line = line.strip_prefix(#text)?;));
                if start.peek().is_none() {
                    parts.extend(ended());
                }
                continue;
            }
            StartPart::Tag => names::ident("tag"),
            StartPart::Member(index) => locals[*index].clone(),
        };
        if let Some(StartPart::Literal(text)) = start.next_if(|next| matches!(next, StartPart::Literal(_))) {
            parts.extend(quote!(let (#local, line) = text::until(line, #text)?;));
            if start.peek().is_none() {
                parts.extend(ended());
            }
        } else {
            parts.extend(quote! {
                let #local = line;
                if #local.is_empty() { return None; }
            });
        }
    }
    let members = envelope.members.iter().zip(&fields).zip(&locals).map(|((member, field), local)| {
        let subject = subject(&envelope.decl.name, &member.name);
        let value = values.of(&member.ty, None, &quote!(#local), Place::Head, &subject);
        let value = if member.presence == Presence::Optional {
            quote!(Some(#value))
        } else {
            value
        };
        quote!(#field: #value)
    });
    let members: Vec<_> = members.collect();
    let path = context.names.path(context.model, envelope_item);
    let arms = arms(framed, functions);
    let envelope_type = framed.named(envelope_item, "'_");
    quote! {
        impl<'a> #message #generics {
            /// Reads a frame in one pass.
            pub(crate) fn read(mismatch: schema::Mismatch, frame: &'a [u8]) -> Result<Self, Refusal> {
                let Some((start, envelope, tag)) = start(mismatch, frame) else {
                    return Err(text::refusal(&tables::SCHEMA, mismatch, frame));
                };
                match tag.as_bytes() { #arms }
            }
        }

        /// Reads the first line.
        #[inline(always)]
        fn start(mismatch: schema::Mismatch, frame: &[u8]) -> Option<(text::Start<'_, texts::Form>, #envelope_type, &str)> {
            let (start, line) = text::Start::of(mismatch, frame)?;
            #parts
            Some((start, #path { #(#members),* }, tag))
        }
    }
}

/// Nothing stands behind the last text of the start line.
fn ended() -> TokenStream {
    quote!(if !line.is_empty() {
        return None;
    })
}

/// An arm for each message: those that a text names first.
fn arms(framed: &Framed<'_, '_>, functions: &[Functions]) -> TokenStream {
    let (mut texts, mut patterns, mut any) = (TokenStream::new(), TokenStream::new(), false);
    for ((id, _), Functions { message: function, .. }) in framed.messages().zip(functions) {
        let message = &framed.context.model[id];
        let owned = framed.context.options.owned_only;
        let tag = if owned {
            quote!(String::from(tag))
        } else {
            quote!(Cow::Borrowed(tag))
        };
        match &message.tag {
            Tag::Text(text) => {
                let text = Literal::byte_string(text.as_bytes());
                texts.extend(quote!(#text => #function(start, envelope),));
            }
            Tag::Scalar { scalar, .. } => match &framed.context.model[*scalar].ty.kind {
                TypeKind::String(set) if set.pattern.is_some() => {
                    let matches = tables::matches(framed.context, set.pattern.as_deref().unwrap_or_default(), &quote!(tag));
                    patterns.extend(quote!(_ if #matches => #function(start, envelope, #tag),));
                }
                // The first takes all that is left.
                _ if any => {}
                _ => {
                    any = true;
                    patterns.extend(quote!(_ => #function(start, envelope, #tag),));
                }
            },
        }
    }
    let none = (!any).then(|| quote!(_ => Err(start.refusal()),));
    quote!(#texts #patterns #none)
}

/// The functions that read one message behind its start line.
fn one(framed: &Framed<'_, '_>, values: &mut Values<'_, '_>, id: MessageId, body: RecordId, functions: &Functions) -> TokenStream {
    let context = framed.context;
    let (message, record) = (&context.model[id], &context.model[body]);
    let own = ["reader", "place", "name", "kept", "ignored", "length"].map(names::ident);
    let mut scope = Taken::of(&own);
    let text = scope.take("text");
    let fields = names::member_names(&record.members);
    let locals: Vec<Ident> = fields.iter().map(|field| scope.take(&names::plain(field))).collect();
    let headers = headers(framed, &record.members, &locals);
    let body = Body {
        framed,
        id: body,
        record,
        headers: &headers,
        fields: &fields,
        locals: &locals,
        text: &text,
    };
    let straight = straight::body(&body, values, &functions.straight);
    let any = any_order(&body, values, &functions.any);

    let tag_field = tag_field(message);
    let start = Taken::of(tag_field.as_slice()).take("start");
    let tag = tag_field.as_ref().map(|field| quote!(#field,));
    let tag_argument = tag_field.as_ref().map(|field| {
        let ty = context.text(Scope::Beside, "'a");
        quote!(#field: #ty)
    });
    let (enumeration, variant) = (framed.message(), context.names.variant(id));
    let envelope = framed.named(Item::Envelope(framed.envelope()), "'a");
    let message_generics = context.generics(context.message_borrows(), "'a");
    let borrows = context.message_borrows() && !context.options.owned_only;
    let (generics, lifetime) = if borrows {
        (quote!(<'a>), quote!('a))
    } else {
        (TokenStream::new(), quote!('_))
    };
    let Functions {
        message: function,
        straight: read_straight,
        otherwise,
        any: read_any,
    } = functions;
    let made = quote!(Ok(#enumeration::#variant { #tag envelope, body }));
    let arguments = quote!(#start: text::Start<#lifetime, texts::Form>, envelope: #envelope, #tag_argument);
    let read = quote!(Result<#enumeration #message_generics, Refusal>);
    let first = straight.map(|straight| {
        quote! {
            fn #function #generics (#arguments) -> #read {
                match #start.straight().and_then(#read_straight) {
                    Some(body) => #made,
                    None => #otherwise(#start, envelope, #tag_field),
                }
            }
            #straight
        }
    });
    let (last, never) = match &first {
        Some(_) => (otherwise, Some(quote!(#[inline(never)]))),
        None => (function, None),
    };
    quote! {
        #first

        #never
        fn #last #generics (#arguments) -> #read {
            match #read_any(&#start) {
                Some(body) => #made,
                None => Err(#start.refusal()),
            }
        }
        #any
    }
}

/// The function that reads what a message says in any order, with all headers that may stand there.
fn any_order(body: &Body<'_, '_, '_>, values: &mut Values<'_, '_>, function: &Ident) -> TokenStream {
    let (framing, record) = (body.framed.framing, body.record);
    let (found, few) = (find(body.framed, body.headers), few(body));
    let members: Vec<_> = (body.members())
        .map(|(index, member, field, local)| {
            if is_body(member) {
                let value = body.text_value(values, index);
                return quote!(#field: #value);
            }
            let mut value = |text: TokenStream| body.value(values, index, &text);
            match &member.presence {
                Presence::Required { .. } => {
                    let value = value(quote!(#local?));
                    quote!(#field: #value)
                }
                Presence::Optional => {
                    let value = value(quote!(#local));
                    quote!(#field: match #local { Some(#local) => Some(#value), None => None })
                }
                Presence::Default { .. } => {
                    let (value, default) = (value(quote!(#local)), body.absent(index));
                    quote!(#field: match #local { Some(#local) => #value, None => #default })
                }
            }
        })
        .collect();
    let rest = body.rest(&quote!(kept));
    let taken = body.taken(&TokenStream::new());
    let ignored = (framing.unknown == Unknown::Ignore).then(|| quote!(let mut ignored = Vec::new();));
    let kept = match (framing.unknown, record.open) {
        (Unknown::Keep, _) => quote!(let mut kept = codec::Map::new();),
        (_, true) => quote!(let kept = codec::Map::new();),
        (_, false) => TokenStream::new(),
    };
    let (texts, path) = (variables(body.headers), body.path());
    let signature = body.signature(function, |lifetime| quote!(start: &text::Start<#lifetime, texts::Form>));
    quote! {
        #[inline(always)]
        #signature {
            let mut reader = start.reader();
            #texts
            #kept
            #ignored
            #found
            #few
            #taken
            Some(#path { #(#members,)* #rest })
        }
    }
}

/// A variable for each header.
fn variables(headers: &[Header]) -> TokenStream {
    let locals = headers.iter().map(|header| (&header.local, header.names.is_empty()));
    let each = locals.map(|(local, never)| if never { quote!(#local) } else { quote!(mut #local) });
    let each: Vec<_> = each.collect();
    match each.as_slice() {
        [] => TokenStream::new(),
        [one] => quote!(let #one: Option<&str> = None;),
        many => {
            let count = Literal::usize_unsuffixed(many.len());
            quote!(let [#(#many),*]: [Option<&str>; #count] = [None; #count];)
        }
    }
}

/// A loop that reads the head: names as they are mostly written, then others.
fn find(framed: &Framed<'_, '_>, headers: &[Header]) -> TokenStream {
    let framing = framed.framing;
    let expected: Vec<(&Ident, String)> = headers
        .iter()
        .filter_map(|header| Some((&header.local, header.names.first().filter(|name| framed.is_expected(name))?)))
        .map(|(local, name)| (local, framed.key(name)))
        .collect();
    let length = framing.body_end.header();
    let expected_length = length.filter(|name| framed.is_expected(name)).map(|name| {
        let key = framed.key(name);
        quote!(if reader.next_is(#key) {
            reader.length()?;
            continue;
        } else)
    });
    let by_key = expected
        .iter()
        .map(|(local, key)| quote!(if reader.next_is(#key) { &mut #local } else));
    let by_name = headers
        .iter()
        .filter(|header| !header.names.is_empty())
        .map(|Header { local, names }| quote!(if #(text::same::<texts::Form>(name, #names))||* { &mut #local } else));
    let length_by_name = length.map(|name| {
        quote!(if text::same::<texts::Form>(name, #name) {
            reader.length()?;
            continue;
        } else)
    });
    let unknown = match framing.unknown {
        Unknown::Keep => quote!(reader.keep(name, &mut kept)?),
        Unknown::Ignore => quote!(reader.ignore(name, &mut ignored)?),
        Unknown::Refuse => quote!(return None),
    };
    if headers.iter().all(|header| header.names.is_empty()) {
        let otherwise = match length {
            Some(name) => quote!(if text::same::<texts::Form>(name, #name) { reader.length()?; } else { #unknown; }),
            None => quote!(#unknown;),
        };
        return quote! {
            while !reader.ends() {
                let name = reader.name()?;
                #otherwise
            }
        };
    }
    let next = (framing.unknown != Unknown::Refuse).then(|| quote!(continue;));
    quote! {
        loop {
            let place = #(#by_key)* #expected_length if reader.ends() {
                break;
            } else {
                let name = reader.name()?;
                #(#by_name)* #length_by_name {
                    #unknown;
                    #next
                }
            };
            if place.is_some() {
                return None;
            }
            *place = Some(reader.value()?);
        }
    }
}

/// A statement that refuses a message with too many members, where its head may hold so many.
fn few(body: &Body<'_, '_, '_>) -> Option<TokenStream> {
    let (limits, keeps) = (&body.framed.context.model.limits, body.framed.framing.unknown == Unknown::Keep);
    let most = if keeps { limits.headers } else { body.headers.len() as u64 };
    let text = u64::from(body.has_text());
    if most.saturating_add(text) <= limits.members {
        return None;
    }
    let limit = Literal::u64_unsuffixed(limits.members);
    let locals = body.headers.iter().map(|header| &header.local);
    let text = Literal::u64_unsuffixed(text);
    let kept = keeps.then(|| quote!(+ kept.len()));
    Some(quote! {
        if #text #(+ usize::from(#locals.is_some()))* #kept > #limit { return None; }
    })
}
