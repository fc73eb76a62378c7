//! Envelopes: their own members in one pass with the body, whatever it is.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::{
        checks,
        context::{By, Context, Scope},
        facts,
        names::{self, Item},
    },
    key,
    members::{self, Finish, InOrder, Others, Slot},
    own, read, write,
    writer::Writer,
};
use crate::model::{Constant, Envelope, EnvelopeId, Member, MessageBody, Presence};

/// Reading and writing an envelope.
pub fn envelope(context: &Context<'_>, id: EnvelopeId) -> TokenStream {
    let read = reads(context, id);
    let (write, draft) = (writes(context, id, false), writes(context, id, true));
    let (own, own_draft) = (own::envelope(context, id), own::draft(context, id));
    quote!(#read #write #draft #own #own_draft)
}

/// The members that name the encoding of some message's payloads, each once.
pub fn namings(context: &Context<'_>, id: EnvelopeId) -> Vec<usize> {
    let envelope = &context.model[id];
    let mut namings = Vec::new();
    for message in context.model.messages.iter().filter(|message| message.envelope == id) {
        let MessageBody::Record(body) = message.body else { continue };
        let named = facts::encoded_by_envelope(&context.model[body]).map(|(name, _)| name);
        let Some(place) = envelope.members.iter().position(|member| Some(member.name.as_str()) == named) else {
            continue;
        };
        if !namings.contains(&place) {
            namings.push(place);
        }
    }
    namings
}

/// The function that reads an envelope whose member at `naming` names the encoding.
pub fn read_name(context: &Context<'_>, id: EnvelopeId, naming: Option<usize>) -> Ident {
    let all = namings(context, id);
    match naming.filter(|_| all.len() > 1) {
        Some(place) => format_ident!("read_by_{}", names::member_name(&context.model[id].members[place].name)),
        None => format_ident!("read"),
    }
}

/// The function that says what encoding an envelope's field names.
pub fn encoding_name(context: &Context<'_>, id: EnvelopeId, field: &Ident) -> Ident {
    if namings(context, id).len() > 1 {
        format_ident!("encoding_by_{}", names::plain(field))
    } else {
        format_ident!("encoding")
    }
}

/// The functions that read the envelope: one, unless several of its members name encodings.
fn reads(context: &Context<'_>, id: EnvelopeId) -> TokenStream {
    let envelope = &context.model[id];
    let of_it = || context.model.messages.iter().filter(|message| message.envelope == id);
    // Flat messages are read with their envelope's members.
    if envelope.body.is_none() || of_it().next().is_none() {
        return TokenStream::new();
    }
    let path = context.names.path(context.model, Item::Envelope(id));
    let generics = context.generics(context.item_borrows(Item::Envelope(id)), "'a");
    let mut all: Vec<Option<usize>> = namings(context, id).into_iter().map(Some).collect();
    if all.is_empty() || all.len() > 1 {
        all.push(None);
    }
    let functions = all.into_iter().map(|naming| read_one(context, id, naming));
    quote! {
        impl<'a> #path #generics {
            #(#functions)*
        }
    }
}

fn read_one(context: &Context<'_>, id: EnvelopeId, naming: Option<usize>) -> TokenStream {
    let envelope = &context.model[id];
    let fields = names::member_names(&envelope.members);
    let mut scope = members::scope();
    let variables: Vec<Ident> = fields.iter().map(|field| scope.take(&names::plain(field))).collect();
    let name = read_name(context, id, naming);
    let mut slots = slots(context, envelope, &variables);
    let Some(body) = &envelope.body else { return TokenStream::new() };
    let slot = scope.take(&names::member_name(&body.wire));
    let naming = naming.map(|place| (&envelope.members[place], &variables[place]));
    let (fill, in_order) = match naming {
        Some((_, field)) => {
            let known = read::encoding_so_far(field);
            let in_order = InOrder {
                // Where it is not said, it is JSON.
                fill: quote! {
                    let known = #known;
                    let encoding = known.unwrap_or(Encoding::Json);
                    met = Some((known, reader.place()));
                    #slot = Some(reader.value(|reader| read(reader, encoding))?);
                },
                left: quote!(let mut #slot = Late::met(#slot, met);),
            };
            (quote!(Late::encoded(reader, #known, &mut read)?), Some(in_order))
        }
        None => (quote!(reader.value(&mut read)?), None),
    };
    slots.insert(
        body.position.min(slots.len()),
        Slot {
            local: slot.clone(),
            names: vec![body.wire.clone()],
            required: false,
            fill,
            in_order,
        },
    );
    let (unpack, made) = made(context, envelope, &variables);
    let met = naming.map(|_| quote!(let mut met: Option<(Option<Encoding>, codec::Place)> = None;));
    let (argument, declared, any) = match naming {
        Some((member, field)) => {
            let encoding = read::encoding_of(context.model, member, field);
            let declared = quote! {
                if met.is_some_and(|(known, _)| known.unwrap_or(Encoding::Json) != #encoding) {
                    return Err(reader.refuse(Rule::Encoding));
                }
            };
            let any = quote! {
                let #slot = match #slot {
                    Some(late) => {
                        let encoding = #encoding;
                        Some(late.settle(reader, encoding == Encoding::Json, |reader| read(reader, encoding))?)
                    }
                    None => None,
                };
            };
            (quote!(impl FnMut(&mut R, Encoding) -> Result<B, R::Refused>), declared, any)
        }
        None => (
            quote!(impl FnMut(&mut R) -> Result<B, R::Refused>),
            TokenStream::new(),
            TokenStream::new(),
        ),
    };
    let finish = |settle: &TokenStream| Finish {
        statements: quote!(#unpack #settle),
        made: quote!((Self { #made }, #slot)),
    };
    let pass = members::read(Some(&envelope.tag), slots, &others(), &finish(&declared), &finish(&any));
    quote! {
        /// Reads the members, and the body, if it is there, as `read` does.
        #[inline(always)]
        pub(crate) fn #name<B, R: Source<'a>>(reader: &mut R, mut read: #argument) -> Result<(Self, Option<B>), R::Refused> {
            #met
            #pass
        }
    }
}

/// A slot for each of an envelope's members.
pub fn slots(context: &Context<'_>, envelope: &Envelope, variables: &[Ident]) -> Vec<Slot> {
    let slot = |(member, local): (&Member, &Ident)| {
        checks::subject(
            context,
            format!("{}_{}", names::member_name(&envelope.decl.name), names::member_name(&member.name)),
        );
        let read = context.read(&member.ty);
        Slot {
            local: local.clone(),
            names: read::wire_names(member),
            required: matches!(member.presence, Presence::Required { .. }),
            fill: quote!(#read?),
            in_order: None,
        }
    };
    envelope.members.iter().zip(variables).map(slot).collect()
}

/// Members that are not declared are passed over.
fn others() -> Others {
    Others {
        declared: TokenStream::new(),
        fill: quote!(_ = reader.unknown(key)?),
    }
}

/// Statements that take apart what was read, and the fields of the struct.
pub fn made(context: &Context<'_>, envelope: &Envelope, variables: &[Ident]) -> (TokenStream, TokenStream) {
    let fields = names::member_names(&envelope.members);
    let members = || envelope.members.iter().zip(variables);
    let required: Vec<&Ident> = members()
        .filter(|(member, _)| matches!(member.presence, Presence::Required { .. }))
        .map(|(_, variable)| variable)
        .collect();
    let unpack = match required.as_slice() {
        [] => TokenStream::new(),
        [one] => quote!(let Some(#one) = #one else { return Err(reader.refuse(Rule::Required)); };),
        many => quote!(let (#(Some(#many)),*) = (#(#many),*) else { return Err(reader.refuse(Rule::Required)); };),
    };
    let made = members().zip(&fields).map(|((member, variable), field)| match &member.presence {
        Presence::Default { value, .. } => {
            let value = context.constant(value, &member.ty, Scope::Beside);
            let default = read::unwrap_or(variable, &value);
            quote!(#field: #default)
        }
        _ if field == variable => quote!(#field),
        _ => quote!(#field: #variable),
    });
    (unpack, quote!(#(#made),*))
}

/// The function that writes an envelope, or what its draft says of it.
fn writes(context: &Context<'_>, id: EnvelopeId, draft: bool) -> TokenStream {
    if !context.model.messages.iter().any(|message| message.envelope == id) {
        return TokenStream::new();
    }
    let envelope = &context.model[id];
    let item = if draft { Item::EnvelopeDraft(id) } else { Item::Envelope(id) };
    let (path, generics) = (
        context.names.path(context.model, item),
        context.generics(context.item_borrows(item), "'_"),
    );
    let fields = names::member_names(&envelope.members);
    let namings = namings(context, id);
    let json = |place: usize| format_ident!("{}_json", names::plain(&fields[place]));

    let mut writer = Writer::default();
    let body_position = envelope.body.as_ref().map(|body| body.position.min(envelope.members.len()));
    let write_body = |writer: &mut Writer| {
        if let Some(body) = &envelope.body {
            writer.text(&key(&body.wire));
            writer.push(quote!(body(out);));
        }
    };
    for (index, (member, field)) in envelope.members.iter().zip(&fields).enumerate() {
        if body_position == Some(index) {
            write_body(&mut writer);
        }
        let fixed = namings.contains(&index).then(|| {
            let json = json(index);
            (quote!(#json), Constant::Text("json".to_owned()))
        });
        if draft {
            write_draft(context, &mut writer, member, field, fixed.as_ref());
        } else {
            write::written_member(context, &mut writer, member, &quote!(self.#field), fixed.as_ref(), false);
        }
    }
    if body_position == Some(envelope.members.len()) {
        write_body(&mut writer);
    }
    let statements = writer.finish();
    let arguments = namings.iter().map(|place| {
        let json = json(*place);
        quote!(, #json: bool)
    });
    let body = envelope.body.is_some().then(|| quote!(, body: impl FnOnce(&mut Vec<u8>)));
    let out = if envelope.members.is_empty() && envelope.body.is_none() {
        quote!(_out)
    } else {
        quote!(out)
    };
    let docs = if namings.is_empty() {
        quote!(#[doc = " Appends the members, each behind a comma."])
    } else {
        quote!(#[doc = " Appends the members, each behind a comma; the encoding as JSON where the body has no other form."])
    };
    let encodings = namings.iter().map(|place| {
        let (member, field) = (&envelope.members[*place], &fields[*place]);
        let name = encoding_name(context, id, field);
        let said = write::said_encoding(context.model, member, field, draft);
        quote! {
            /// The encoding that it names.
            pub(crate) fn #name(&self) -> Encoding {
                #said
            }
        }
    });
    quote! {
        impl #path #generics {
            #docs
            pub(crate) fn write(&self, #out: &mut Vec<u8> #(#arguments)* #body) {
                #statements
            }

            #(#encodings)*
        }
    }
}

/// Writes a member of a draft: what is not said has the default of a required member, or is absent.
fn write_draft(context: &Context<'_>, writer: &mut Writer, member: &Member, field: &Ident, fixed: Option<&(TokenStream, Constant)>) {
    let place = quote!(self.#field);
    let optional = Member {
        presence: Presence::Optional,
        ..member.clone()
    };
    match &member.presence {
        Presence::Required { default: Some(value) } | Presence::Default { value, always: true } => {
            let mut given = Writer::default();
            write::written_member(context, &mut given, &optional, &place, None, false);
            let given = given.finish();
            let text = format!("{}{}", key(&member.wire), super::super::constant_json(context.model, value));
            let text = super::raw_literal(&text);
            let json = fixed.map(|(condition, _)| {
                let text = super::raw_literal(&format!("{}\"json\"", key(&member.wire)));
                quote!(if #condition { write::raw(out, #text); } else)
            });
            writer.push(quote!(#json #given else { write::raw(out, #text); }));
        }
        Presence::Default { value, always: false } => {
            let value = super::raw_literal(&super::super::constant_json(context.model, value));
            let copied = context.is_copy(&member.ty) && !member.ty.nullable;
            let (some, by) = match (copied, fixed) {
                (true, None) => (place, By::Place),
                (true, Some((condition, _))) => (quote!(#place.filter(|_| !#condition)), By::Place),
                (false, None) => (quote!(&#place), By::Ref),
                (false, Some((condition, _))) => (quote!(#place.as_ref().filter(|_| !#condition)), By::Ref),
            };
            let written = super::statement(context.write(&member.ty, &quote!(value), by));
            let key = super::raw_literal(&key(&member.wire));
            writer.push(quote!(if let Some(value) = #some {
                write::unless(out, #key, #value, |out| { #written });
            }));
        }
        _ => write::written_member(context, writer, &optional, &place, fixed, false),
    }
}
