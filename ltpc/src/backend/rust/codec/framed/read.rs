//! Reading: the start line names the message, its headers are found, their texts become values.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use ltp_runtime::schema::Framing as Wire;

use super::{
    super::{
        super::{
            context::Scope,
            names::{self, Item, Scope as Taken},
            tables, types,
        },
        messages::tag_field,
        read::wire_names,
    },
    Framed,
    values::{Place, Values, subject},
};
use crate::model::{BodyEnd, Member, MessageId, Presence, RecordId, StartPart, Tag, TypeKind, Unknown};

/// The function that reads any message, and one for each.
pub fn messages(framed: &Framed<'_, '_>, values: &mut Values<'_, '_>) -> TokenStream {
    let context = framed.context;
    let mut taken = Taken::default();
    let functions: Vec<Ident> = framed
        .messages()
        .map(|(id, _)| taken.take(&names::member_name(&names::plain(context.names.variant(id)))))
        .collect();
    let any = any(framed, values, &functions);
    let each: TokenStream = framed
        .messages()
        .zip(&functions)
        .map(|((id, body), function)| one(framed, values, id, body, function))
        .collect();
    quote!(#any #each)
}

fn any(framed: &Framed<'_, '_>, values: &mut Values<'_, '_>, functions: &[Ident]) -> TokenStream {
    let (context, message) = (framed.context, framed.message());
    let generics = context.generics(context.message_borrows(), "'a");
    let envelope_item = Item::Envelope(framed.envelope());
    let envelope = &context.model[framed.envelope()];
    let mut scope = Taken::of(&["reader", "line", "tag", "mismatch", "frame", "envelope"].map(names::ident));
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
    quote! {
        impl<'a> #message #generics {
            /// Reads a frame in one pass.
            pub(crate) fn read(mismatch: schema::Mismatch, frame: &'a [u8]) -> Option<Self> {
                let (reader, line) = text::Reader::<texts::Form>::new(mismatch, frame)?;
                #parts
                let envelope = #path { #(#members),* };
                match tag { #arms }
            }
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
fn arms(framed: &Framed<'_, '_>, functions: &[Ident]) -> TokenStream {
    let (mut texts, mut patterns, mut any) = (TokenStream::new(), TokenStream::new(), false);
    for ((id, _), function) in framed.messages().zip(functions) {
        let message = &framed.context.model[id];
        let owned = framed.context.options.owned_only;
        let tag = if owned {
            quote!(String::from(tag))
        } else {
            quote!(Cow::Borrowed(tag))
        };
        match &message.tag {
            Tag::Text(text) => texts.extend(quote!(#text => #function(reader, envelope),)),
            Tag::Scalar { scalar, .. } => match &framed.context.model[*scalar].ty.kind {
                TypeKind::String(set) if set.pattern.is_some() => {
                    let matches = tables::matches(framed.context, set.pattern.as_deref().unwrap_or_default(), &quote!(tag));
                    patterns.extend(quote!(_ if #matches => #function(reader, envelope, #tag),));
                }
                // The first takes all that is left.
                _ if any => {}
                _ => {
                    any = true;
                    patterns.extend(quote!(_ => #function(reader, envelope, #tag),));
                }
            },
        }
    }
    let none = (!any).then(|| quote!(_ => None,));
    quote!(#texts #patterns #none)
}

/// A header that is looked for.
struct Header {
    /// The variable that holds its text.
    local: Ident,
    /// Its name, and the others that are read.
    names: Vec<String>,
}

/// The function that reads one message behind its start line.
fn one(framed: &Framed<'_, '_>, values: &mut Values<'_, '_>, id: MessageId, body: RecordId, function: &Ident) -> TokenStream {
    let (context, framing) = (framed.context, framed.framing);
    let (message, record) = (&context.model[id], &context.model[body]);
    let own = ["reader", "envelope", "place", "name", "kept", "ignored"].map(names::ident);
    let mut scope = Taken::of(own.iter().chain(tag_field(message).as_ref()));
    let text = scope.take("text");
    let fields = names::member_names(&record.members);
    let locals: Vec<Ident> = fields.iter().map(|field| scope.take(&names::plain(field))).collect();
    let headers = headers(framed, &record.members, &locals);
    let found = find(framed, &headers);
    let few = few(framed, &headers, record.members.iter().any(is_body));

    let mut uses_text = false;
    let members = record.members.iter().enumerate().map(|(index, member)| {
        let (field, local) = (&fields[index], &locals[index]);
        let subject = subject(&record.decl.name, &member.name);
        if is_body(member) {
            uses_text = true;
            let value = values.of(&member.ty, None, &quote!(#text), Place::Body, &subject);
            let value = if member.presence == Presence::Optional {
                quote!(Some(#value))
            } else {
                value
            };
            return quote!(#field: #value);
        }
        let mut value = |text: TokenStream| values.of(&member.ty, member.separator.as_deref(), &text, Place::Head, &subject);
        match &member.presence {
            Presence::Required { .. } => {
                let value = value(quote!(#local?));
                quote!(#field: #value)
            }
            Presence::Optional => {
                let value = value(quote!(#local));
                quote!(#field: match #local { Some(#local) => Some(#value), None => None })
            }
            Presence::Default { value: default, .. } => {
                let default = context.member_constant(body, index, Some(default), Scope::Beside);
                let value = value(quote!(#local));
                quote!(#field: match #local { Some(#local) => #value, None => #default })
            }
        }
    });
    let members: Vec<_> = members.collect();
    let rest = record.open.then(|| {
        let field = types::rest_name(record);
        let kept = if context.options.owned_only {
            quote!(kept.into_owned(codec::Json::into_owned))
        } else {
            quote!(kept)
        };
        quote!(#field: #kept)
    });
    let taken = if uses_text {
        quote!(let #text = reader.body()?;)
    } else {
        quote!(reader.body()?;)
    };
    let made = members.into_iter().chain(rest);
    let (tag, tag_argument) = match tag_field(message) {
        Some(field) => {
            let ty = context.text(Scope::Beside, "'a");
            (quote!(#field,), quote!(, #field: #ty))
        }
        None => (TokenStream::new(), TokenStream::new()),
    };
    let (path, enumeration) = (context.names.path(context.model, Item::Record(body)), framed.message());
    let variant = context.names.variant(id);
    let envelope = framed.named(Item::Envelope(framed.envelope()), "'a");
    let message_generics = context.generics(context.message_borrows(), "'a");
    let borrows = context.message_borrows() && !context.options.owned_only;
    let (generics, lifetime) = if borrows {
        (quote!(<'a>), quote!('a))
    } else {
        (TokenStream::new(), quote!('_))
    };
    let ignored = (framing.unknown == Unknown::Ignore).then(|| quote!(let mut ignored = Vec::new();));
    let kept = match (framing.unknown, record.open) {
        (Unknown::Keep, _) => quote!(let mut kept = codec::Map::new();),
        (_, true) => quote!(let kept = codec::Map::new();),
        (_, false) => TokenStream::new(),
    };
    let texts = variables(&headers);
    quote! {
        fn #function #generics (reader: text::Reader<#lifetime, texts::Form>, envelope: #envelope #tag_argument) -> Option<#enumeration #message_generics> {
            let mut reader = reader.own();
            #texts
            #kept
            #ignored
            #found
            #few
            #taken
            Some(#enumeration::#variant { #tag envelope, body: #path { #(#made),* } })
        }
    }
}

fn is_body(member: &Member) -> bool {
    member.wire == Wire::BODY
}

/// The headers of the members: each name once, the length's own first.
fn headers(framed: &Framed<'_, '_>, members: &[Member], locals: &[Ident]) -> Vec<Header> {
    let mut known: Vec<String> = framed.framing.body_end.header().iter().map(ToString::to_string).collect();
    let mut headers = Vec::new();
    for (member, local) in members.iter().zip(locals).filter(|(member, _)| !is_body(member)) {
        let insensitive = framed.framing.insensitive;
        let is_known = |known: &[String], name: &str| {
            known
                .iter()
                .any(|known| known == name || insensitive && known.eq_ignore_ascii_case(name))
        };
        let names: Vec<String> = wire_names(member).into_iter().filter(|name| !is_known(&known, name)).collect();
        known.extend(names.iter().cloned());
        headers.push(Header {
            local: local.clone(),
            names,
        });
    }
    headers
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

/// Statements that read the head: what is expected, then what is left.
fn find(framed: &Framed<'_, '_>, headers: &[Header]) -> TokenStream {
    let framing = framed.framing;
    let expected: Vec<(&Ident, String)> = headers
        .iter()
        .filter_map(|header| Some((&header.local, header.names.first().filter(|name| is_expected(framed, name))?)))
        .map(|(local, name)| (local, framed.key(name)))
        .collect();
    let in_order = expected
        .iter()
        .map(|(local, key)| quote!(if reader.next_is(#key) { #local = Some(reader.value()?); }));
    let length = framing.body_end.header();
    let length_key = length.filter(|name| is_expected(framed, name)).map(|name| framed.key(name));
    let length_in_order = length_key.as_ref().map(|key| quote!(if reader.next_is(#key) { reader.length()?; }));
    let length_in_any = length_key.as_ref().map(|key| {
        quote!(if reader.next_is(#key) {
            reader.length()?;
            continue;
        } else)
    });
    let in_any = expected
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
            #length_in_order
            while !reader.ends() {
                let name = reader.name()?;
                #otherwise
            }
        };
    }
    let next = (framing.unknown != Unknown::Refuse).then(|| quote!(continue;));
    quote! {
        #(#in_order)*
        #length_in_order
        while !reader.ends() {
            let place = #(#in_any)* #length_in_any {
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

/// Whether a line that begins with a name and the separator can be nothing but that header.
fn is_expected(framed: &Framed<'_, '_>, name: &str) -> bool {
    let framing = framed.framing;
    let separates = |line: &str| line.contains(framing.separator.as_str());
    let marker = match &framing.body_end {
        BodyEnd::Marker { line, .. } => separates(line),
        BodyEnd::None | BodyEnd::Length { .. } => false,
    };
    // A name that holds the separator's first character would be cut there.
    let whole = !framing.separator.chars().next().is_some_and(|first| name.contains(first));
    whole && !separates(&framing.head_end) && !marker
}

/// A statement that refuses a message with too many members, where its head may hold so many.
fn few(framed: &Framed<'_, '_>, headers: &[Header], has_body: bool) -> Option<TokenStream> {
    let (limits, keeps) = (&framed.context.model.limits, framed.framing.unknown == Unknown::Keep);
    let most = if keeps { limits.headers } else { headers.len() as u64 };
    let body = u64::from(has_body);
    if most.saturating_add(body) <= limits.members {
        return None;
    }
    let limit = Literal::u64_unsuffixed(limits.members);
    let locals = headers.iter().map(|header| &header.local);
    let body = Literal::u64_unsuffixed(body);
    let kept = keeps.then(|| quote!(+ kept.len()));
    Some(quote! {
        if #body #(+ usize::from(#locals.is_some()))* #kept > #limit { return None; }
    })
}
