//! Writing records: each member behind a comma, so that they can stand beside others; an object's first comma becomes its brace.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::{
    super::{
        context::{By, Context, Piece, Scope},
        facts::{self, Part},
        names::{self, Item},
    },
    key, raw_literal, read, statement,
    writer::Writer,
};
use crate::model::{Constant, Member, Model, Presence, Record, RecordId, Type, TypeKind, types::Encoding};

/// What writing a record takes beside the trait's function: its members where they stand beside others, and the documents of its
/// payloads where the envelope names their encoding.
pub fn record(context: &Context<'_>, id: RecordId) -> TokenStream {
    let record = &context.model[id];
    let encoded = facts::encoded_by_envelope(record);
    let is_flat = context.facts.is_flat(id);
    let row = context.is_row(id).then(|| row(context, id));
    if encoded.is_none() && !is_flat && row.is_none() {
        return TokenStream::new();
    }
    let path = context.names.path(context.model, Item::Record(id));
    let generics = context.generics(context.item_borrows(Item::Record(id)), "'_");
    let argument = encoded.as_ref().map(|(_, payloads)| {
        let count = Literal::usize_unsuffixed(payloads.len());
        quote!(, documents: Option<&[codec::Document<'_>; #count]>)
    });
    let write = encoded.is_some().then(|| {
        let body = encode(context, id);
        quote! {
            pub(crate) fn write(&self, out: &mut Vec<u8> #argument) {
                #body
            }
        }
    });
    let write_members = is_flat.then(|| {
        let body = members(context, id, false);
        let out = if body.is_empty() { quote!(_out) } else { quote!(out) };
        quote! {
            /// Appends the members, each behind a comma.
            pub(crate) fn write_members(&self, #out: &mut Vec<u8> #argument) {
                #body
            }
        }
    });
    let documents = encoded.map(|(_, payloads)| documents(record, &payloads));
    quote! {
        impl #path #generics {
            #write
            #write_members
            #documents
            #row
        }
    }
}

/// A function that gives all of a record as one piece.
fn row(context: &Context<'_>, id: RecordId) -> TokenStream {
    let record = &context.model[id];
    let mut writer = Writer::opening(true);
    for (member, name) in record.members.iter().zip(context.member_names(record)) {
        writer.text(&key(&member.wire));
        written_value(context, &mut writer, &member.ty, &quote!(self.#name), By::Place);
    }
    writer.text("}");
    let pieces = writer.expression();
    quote! {
        /// The object, as one piece.
        #[inline]
        pub(crate) fn row(&self) -> impl write::Piece + '_ {
            #pieces
        }
    }
}

/// Statements that write a record as an object.
pub fn encode(context: &Context<'_>, id: RecordId) -> TokenStream {
    let record = &context.model[id];
    if context.is_row(id) {
        return quote!(write::all(out, self.row()););
    }
    if context.facts.is_flat(id) {
        let argument = facts::encoded_by_envelope(record).map(|_| quote!(, documents));
        return quote! {
            let start = out.len();
            self.write_members(out #argument);
            write::enclose(out, start);
        };
    }
    match record.members.first().map(|member| &member.presence) {
        Some(Presence::Required { .. } | Presence::Default { always: true, .. }) => members(context, id, true),
        None if !record.open => quote!(write::raw(out, "{}");),
        _ => {
            let body = members(context, id, false);
            quote! {
                let start = out.len();
                #body
                write::enclose(out, start);
            }
        }
    }
}

/// The documents of the payloads that the envelope's encoding is for.
fn documents(record: &Record, payloads: &[usize]) -> TokenStream {
    let names = names::member_names(&record.members);
    let count = Literal::usize_unsuffixed(payloads.len());
    let each = payloads.iter().map(|index| document(&names[*index], &record.members[*index]));
    quote! {
        /// The documents of its payloads under an encoding; none if one of them has no such form.
        pub(crate) fn documents(&self, encoding: Encoding) -> Option<[codec::Document<'_>; #count]> {
            if encoding != Encoding::Toon {
                return None;
            }
            Some([#(#each?),*])
        }
    }
}

/// An expression: an `Option` of a payload's document. What is absent stands in no encoding's way.
fn document(name: &Ident, member: &Member) -> TokenStream {
    match member.presence {
        Presence::Optional => quote!(self.#name.as_ref().map_or(Some(codec::Document::EMPTY), |payload| payload.document())),
        _ => quote!(self.#name.document()),
    }
}

/// Statements that write a record's members, each behind a comma; with `braces`, the first behind the object's brace.
fn members(context: &Context<'_>, id: RecordId, braces: bool) -> TokenStream {
    let record = &context.model[id];
    let parts = facts::parts(record);
    let names = context.member_names(record);
    let mut writer = Writer::opening(braces);
    let encodings = own_encodings(context.model, record, &names);
    let mut statements = encodings.iter().map(|encoding| encoding.statement.clone()).collect::<TokenStream>();
    for (index, (member, part)) in record.members.iter().zip(&parts).enumerate() {
        let name = &names[index];
        match part {
            Part::KindOf(payload) => {
                let payload = &names[*payload];
                match &member.presence {
                    Presence::Default {
                        value: Constant::Text(default),
                        always: false,
                    } => {
                        let mut kind = Writer::default();
                        kind.text(&key(&member.wire));
                        kind.value(Piece::text(quote!(self.#payload.kind())));
                        let kind = kind.finish();
                        writer.push(quote!(if self.#payload.kind() != #default { #kind }));
                    }
                    _ => {
                        writer.text(&key(&member.wire));
                        writer.value(Piece::text(quote!(self.#payload.kind())));
                    }
                }
                continue;
            }
            Part::PayloadWith(_) => {
                writer.text(&key(&member.wire));
                let written = payload(record, index, &quote!(self.#name), &encodings);
                writer.push(written);
                continue;
            }
            Part::Whole => {}
        }
        if let Some(derived) = context.derived {
            derived.write(context.model, &mut writer, index, member);
            continue;
        }
        let as_json = encodings
            .iter()
            .find(|encoding| encoding.member == member.name)
            .map(|encoding| &encoding.says_json);
        if matches!(member.ty.kind, TypeKind::Payload { .. }) {
            let value = |value: TokenStream| payload(record, index, &value, &encodings);
            let written = loose_payload(member, &quote!(self.#name), value);
            writer.push(written);
            continue;
        }
        let boxed = context.facts.is_boxed(id, index);
        let fixed = as_json.map(|says_json| (says_json.clone(), json_text()));
        written_member(context, &mut writer, member, &quote!(self.#name), fixed.as_ref(), boxed);
    }
    if record.open {
        let rest = context.rest_name(record);
        writer.push(quote!(write::rest(out, &self.#rest, |out, value| write::raw(out, value.as_str()));));
    }
    if braces {
        writer.text("}");
    }
    statements.extend(writer.finish());
    statements
}

/// Writes a member that is no payload. `fixed`: while the condition holds, it says this constant whatever it holds.
pub fn written_member(
    context: &Context<'_>,
    writer: &mut Writer,
    member: &Member,
    place: &TokenStream,
    fixed: Option<&(TokenStream, Constant)>,
    boxed: bool,
) {
    let key = key(&member.wire);
    let key_text = raw_literal(&key);
    let whole = |value: &TokenStream, by: By| statement(context.write(&member.ty, value, by));
    let with_key = |value: &TokenStream, by: By| {
        let mut writer = Writer::default();
        writer.text(&key);
        written_value(context, &mut writer, &member.ty, value, by);
        writer.finish()
    };
    match &member.presence {
        Presence::Required { .. } => {
            writer.text(&key);
            match fixed {
                Some((condition, _)) => {
                    let written = whole(place, By::Place);
                    writer.push(quote!(if #condition { write::string(out, "json"); } else { #written }));
                }
                None => written_value(context, writer, &member.ty, place, By::Place),
            }
        }
        Presence::Optional => {
            let copied = context.is_copy(&member.ty) && !boxed && !member.ty.nullable;
            let (some, by) = match (copied, fixed) {
                (true, None) => (place.clone(), By::Place),
                (true, Some((condition, _))) => (quote!(#place.filter(|_| !#condition)), By::Place),
                (false, None) => (quote!(&#place), By::Ref),
                (false, Some((condition, _))) => (quote!(#place.as_ref().filter(|_| !#condition)), By::Ref),
            };
            let written = with_key(&quote!(value), by);
            writer.push(quote!(if let Some(value) = #some {
                #written
            }));
        }
        Presence::Default { value, always } => {
            let written = whole(place, By::Place);
            let says_json = match (fixed, read::constant_text(context.model, value)) {
                (None, _) => None,
                (Some((condition, _)), Some("json")) if !always => Some((condition, TokenStream::new())),
                (Some((condition, _)), _) => Some((condition, quote!(write::raw(out, #key_text); write::string(out, "json");))),
            };
            let keyed = with_key(place, By::Place);
            let plainly = if *always {
                keyed.clone()
            } else {
                match differs(context, &member.ty, place, value) {
                    Some(differs) => quote!(if #differs {
                        #keyed
                    }),
                    None => {
                        let json = super::super::constant_json(context.model, value);
                        let json = raw_literal(&json);
                        quote!(write::unless(out, #key_text, #json, |out| { #written });)
                    }
                }
            };
            match says_json {
                Some((condition, json)) if json.is_empty() => match differs(context, &member.ty, place, value) {
                    Some(differs) if !always => writer.push(quote!(if !#condition && #differs {
                        #keyed
                    })),
                    _ => writer.push(quote!(if !#condition { #plainly })),
                },
                Some((condition, json)) => writer.push(quote!(if #condition { #json } else { #plainly })),
                None if *always => {
                    writer.text(&key);
                    written_value(context, writer, &member.ty, place, By::Place);
                }
                None => writer.push(plainly),
            }
        }
    }
}

/// Writes a value: together with its neighbours, if it can.
fn written_value(context: &Context<'_>, writer: &mut Writer, ty: &Type, place: &TokenStream, by: By) {
    match context.piece(ty, place, by) {
        Some(piece) => writer.value(piece),
        None => writer.push(statement(context.write(ty, place, by))),
    }
}

fn json_text() -> Constant {
    Constant::Text("json".to_owned())
}

/// A condition: the place does not hold the constant. `None`: only its text can tell.
pub fn differs(context: &Context<'_>, ty: &Type, place: &TokenStream, constant: &Constant) -> Option<TokenStream> {
    if ty.nullable {
        return matches!(constant, Constant::Null).then(|| quote!(#place.is_some()));
    }
    Some(match (&ty.kind, constant) {
        (TypeKind::Bool, Constant::Bool(true)) => quote!(!#place),
        (TypeKind::Bool, Constant::Bool(false)) => quote!(#place),
        (TypeKind::Int(_) | TypeKind::Uint(_), constant) => {
            let value = context.constant(constant, ty, Scope::Beside);
            quote!(#place != #value)
        }
        (TypeKind::Float(_), constant) => {
            // As texts differ: `-0` and `0` do.
            let value = context.constant(constant, ty, Scope::Beside);
            quote!(#place.to_bits() != f64::to_bits(#value))
        }
        (TypeKind::String(_) | TypeKind::Datetime, Constant::Text(text)) => quote!(#place != #text),
        (TypeKind::Uuid, constant) => {
            let value = context.constant(constant, ty, Scope::Beside);
            quote!(#place != #value)
        }
        (TypeKind::Enum(id), Constant::Variant(..)) if !context.model[*id].open => {
            let value = context.constant(constant, ty, Scope::Beside);
            quote!(#place != #value)
        }
        (TypeKind::Enum(_) | TypeKind::PayloadKind(_), constant) => {
            let text = read::constant_text(context.model, constant)?;
            quote!(#place.as_str() != #text)
        }
        (TypeKind::Json | TypeKind::Object, constant) => {
            let json = raw_literal(&super::super::constant_json(context.model, constant));
            quote!(#place.as_str() != #json)
        }
        _ => return None,
    })
}

/// An encoding that a member of the record itself names.
struct OwnEncoding {
    /// The member.
    member: String,
    /// The payloads that it is for.
    payloads: Vec<usize>,
    /// The variable that holds their documents.
    documents: Ident,
    /// Makes the documents.
    statement: TokenStream,
    /// Whether the member has to say JSON.
    says_json: TokenStream,
}

fn own_encodings(model: &Model, record: &Record, names: &[Ident]) -> Vec<OwnEncoding> {
    let mut found: Vec<(usize, Vec<usize>)> = Vec::new();
    for (index, member) in record.members.iter().enumerate() {
        let TypeKind::Payload {
            encoding: Some(Encoding {
                member: naming,
                in_envelope: false,
            }),
            ..
        } = &member.ty.kind
        else {
            continue;
        };
        let Some(place) = record.members.iter().position(|member| member.name == *naming) else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| *known == place) {
            Some((_, payloads)) => payloads.push(index),
            None => found.push((place, vec![index])),
        }
    }
    let each = |(place, payloads): (usize, Vec<usize>)| {
        let naming = &record.members[place];
        let documents = names::ident(&format!("{}_documents", names::plain(&names[place])));
        let encoding = said_encoding(model, naming, &names[place], false);
        let all = payloads.iter().map(|index| document(&names[*index], &record.members[*index]));
        let count = Literal::usize_unsuffixed(payloads.len());
        let statement = quote! {
            let #documents: Option<Option<[codec::Document<'_>; #count]>> =
                (#encoding == Encoding::Toon).then(|| Some([#(#all?),*]));
        };
        let says_json = quote!(::core::matches!(#documents, Some(None)));
        OwnEncoding {
            member: naming.name.clone(),
            payloads,
            documents,
            statement,
            says_json,
        }
    };
    found.into_iter().map(each).collect()
}

/// An expression: the encoding that a field of `self` names.
pub fn said_encoding(model: &Model, naming: &Member, name: &Ident, draft: bool) -> TokenStream {
    let absent = match &naming.presence {
        Presence::Default { value, .. } | Presence::Required { default: Some(value) }
            if read::constant_text(model, value) == Some("toon") =>
        {
            quote!(Encoding::Toon)
        }
        _ => quote!(Encoding::Json),
    };
    if draft || naming.presence == Presence::Optional {
        quote!(self.#name.map_or(#absent, |named| Encoding::named(named.as_str())))
    } else {
        quote!(Encoding::named(self.#name.as_str()))
    }
}

/// Statements that write a payload: as its document, if its encoding asks for one and there is one.
fn payload(record: &Record, index: usize, place: &TokenStream, own: &[OwnEncoding]) -> TokenStream {
    if let Some(own) = own.iter().find(|own| own.payloads.contains(&index)) {
        let (documents, position) = (&own.documents, own.payloads.iter().position(|other| *other == index));
        let pattern = pattern(position.unwrap_or_default(), own.payloads.len());
        return quote!(match &#documents { Some(Some(#pattern)) => #place.write_document(out, document), _ => #place.write(out) });
    }
    match facts::encoded_by_envelope(record) {
        Some((_, payloads)) if payloads.contains(&index) => {
            let position = payloads.iter().position(|other| *other == index).unwrap_or_default();
            let pattern = pattern(position, payloads.len());
            quote!(match documents { Some(#pattern) => #place.write_document(out, document), None => #place.write(out) })
        }
        _ => quote!(#place.write(out);),
    }
}

/// `[_, document, _]`.
fn pattern(position: usize, count: usize) -> TokenStream {
    let places = (0..count).map(|place| if place == position { quote!(document) } else { quote!(_) });
    quote!([#(#places),*])
}

/// Statements that write a payload that may be absent.
fn loose_payload(member: &Member, place: &TokenStream, write: impl Fn(TokenStream) -> TokenStream) -> TokenStream {
    let key = raw_literal(&key(&member.wire));
    if member.presence == Presence::Optional {
        let written = write(quote!(payload));
        return quote! {
            if let Some(payload) = &#place {
                write::raw(out, #key);
                #written
            }
        };
    }
    let written = write(place.clone());
    quote! {
        write::raw(out, #key);
        #written
    }
}
