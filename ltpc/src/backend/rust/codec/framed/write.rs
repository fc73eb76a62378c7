//! Writing: texts that are known are written as one, in a buffer that is made large enough once.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use ltp_runtime::schema::Framing as Wire;

use super::{
    super::{
        super::{
            constant_json,
            context::{By, Context},
            names, types,
        },
        messages::tag_field,
        write::{Writer, differs},
    },
    Framed,
};
use crate::model::{BodyEnd, Constant, Member, MessageId, Presence, RecordId, StartPart, Tag, Type, TypeKind};

/// The function that writes any message.
pub fn messages(framed: &Framed<'_, '_>) -> TokenStream {
    let (context, message) = (framed.context, framed.message());
    let generics = context.generics(context.message_borrows(), "'_");
    let vis = context.vis();
    let arms: TokenStream = framed.messages().map(|(id, body)| one(framed, id, body)).collect();
    let others = context.model.messages.iter().any(|message| message.envelope != framed.envelope());
    let others = others.then(|| quote!(_ => {}));
    quote! {
        impl #message #generics {
            /// Appends its text.
            #vis fn encode(&self, out: &mut Vec<u8>) {
                match self { #arms #others }
            }
        }
    }
}

/// An arm that writes one message. A header's line is ended by what comes behind it.
fn one(framed: &Framed<'_, '_>, id: MessageId, body: RecordId) -> TokenStream {
    let (context, framing) = (framed.context, framed.framing);
    let (message, record) = (&context.model[id], &context.model[body]);
    let newline = framing.newline.written();
    let mut writer = Writer::default();
    let mut size = Size::default();

    let tag = tag_field(message);
    let envelope = &context.model[framed.envelope()];
    let start_fields = names::member_names(&envelope.members);
    for part in &framing.start {
        match (part, &message.tag, &tag) {
            (StartPart::Literal(text), ..) => writer.text(text),
            (StartPart::Tag, Tag::Text(text), _) => writer.text(&in_line(text)),
            (StartPart::Tag, Tag::Scalar { .. }, Some(field)) => {
                size.add(quote!(#field.len()));
                writer.push(quote!(text::line(out, #field);));
            }
            (StartPart::Tag, Tag::Scalar { .. }, None) => {}
            (StartPart::Member(index), ..) => {
                let (member, field) = (&envelope.members[*index], &start_fields[*index]);
                let value = Text {
                    context,
                    separator: None,
                    form: Form::Line,
                };
                match member.presence {
                    Presence::Optional => {
                        size.optional(&member.ty, &quote!(envelope.#field));
                        let written = value.write(&member.ty, &quote!(value), By::Ref);
                        writer.push(quote!(if let Some(value) = &envelope.#field { #written }));
                    }
                    _ => {
                        size.value(&member.ty, &quote!(envelope.#field));
                        writer.push(value.write(&member.ty, &quote!(envelope.#field), By::Place));
                    }
                }
            }
        }
    }

    let fields = names::member_names(&record.members);
    let members = || record.members.iter().enumerate();
    for (index, member) in members().filter(|(_, member)| member.wire != Wire::BODY) {
        let field = &fields[index];
        header(framed, &mut writer, &mut size, member, &quote!(body.#field));
    }
    let has_body = framing.body_end != BodyEnd::None;
    let body_member = members().find(|(_, member)| has_body && member.wire == Wire::BODY);
    let body_text = body_member.map(|(index, member)| BodyText::new(context, member, &fields[index]));
    if let (Some(text), Some(length)) = (&body_text, framing.body_end.header()) {
        let key = format!("{newline}{}", framed.key(&in_line(length)));
        size.fixed += 20;
        text.length(&mut writer, &key);
    }
    if record.open {
        let rest = types::rest_name(record);
        writer.push(quote!(text::kept::<texts::Form>(out, &body.#rest);));
    }
    writer.text(&format!("{newline}{}{newline}", framing.head_end));
    let made = body_text.as_ref().map(|text| &text.made);
    if let Some(BodyText { place, text, .. }) = &body_text {
        size.add(quote!(#place.len()));
        writer.push(quote!(write::raw(out, #text);));
        if framing.body_end.marker().is_some() {
            writer.push(quote!(if !#place.is_empty() { write::raw(out, #newline); }));
        }
    }
    if let Some(marker) = framing.body_end.marker() {
        writer.text(&format!("{marker}{newline}"));
    }

    let variant = context.names.variant(id);
    let fixed = writer.written() + size.fixed + newline.len();
    let (fixed, sizes, statements) = (Literal::usize_unsuffixed(fixed), &size.sizes, writer.finish());
    let pattern = |name: &str, is_used: bool| {
        let ident = names::ident(name);
        if is_used { quote!(#ident) } else { quote!(#ident: _) }
    };
    let envelope = pattern("envelope", !envelope.members.is_empty());
    let body = pattern("body", record.open || !record.members.is_empty());
    let tag = tag.map(|field| quote!(#field,));
    quote! {
        Self::#variant { #tag #envelope, #body } => {
            #made
            out.reserve(#fixed #(+ #sizes)*);
            #statements
        }
    }
}

/// Writes a header, if it is written.
fn header(framed: &Framed<'_, '_>, writer: &mut Writer, size: &mut Size, member: &Member, place: &TokenStream) {
    let (context, framing) = (framed.context, framed.framing);
    let key = format!("{}{}", framing.newline.written(), framed.key(&in_line(&member.wire)));
    let value = Text {
        context,
        separator: member.separator.as_deref(),
        form: if framing.trim { Form::Spaced } else { Form::Line },
    };
    match &member.presence {
        Presence::Required { .. } | Presence::Default { always: true, .. } => {
            size.value(&member.ty, place);
            writer.text(&key);
            writer.push(value.write(&member.ty, place, By::Place));
        }
        Presence::Optional => {
            size.fixed += key.len();
            size.optional(&member.ty, place);
            let written = value.write(&member.ty, &quote!(value), By::Ref);
            writer.push(quote!(if let Some(value) = &#place {
                write::raw(out, #key);
                #written
            }));
        }
        Presence::Default { value: default, .. } => {
            size.fixed += key.len();
            size.value(&member.ty, place);
            let written = value.write(&member.ty, place, By::Place);
            let differs = match (differs(context, &member.ty, place, default), default) {
                (Some(differs), _) => differs,
                (None, Constant::List(items)) if items.is_empty() => quote!(!#place.is_empty()),
                (None, _) => {
                    let json = constant_json(context.model, default);
                    let written = context.write(&member.ty, place, By::Place);
                    writer.push(quote! {
                        let mut json = Vec::new();
                        {
                            let out = &mut json;
                            #written;
                        }
                    });
                    quote!(json != #json.as_bytes())
                }
            };
            writer.push(quote!(if #differs {
                write::raw(out, #key);
                #written
            }));
        }
    }
}

/// A body as a text.
struct BodyText {
    /// A statement that makes it, where it is not at hand.
    made: TokenStream,
    /// Where it is.
    place: TokenStream,
    /// A `&str`, or a reference to what derefs to one.
    text: TokenStream,
    /// A condition: there is one. Without it there always is.
    is_said: Option<TokenStream>,
}

impl BodyText {
    fn new(context: &Context<'_>, member: &Member, field: &Ident) -> Self {
        let field = quote!(body.#field);
        let optional = member.presence == Presence::Optional;
        let is_said = optional.then(|| quote!(#field.is_some()));
        if matches!(member.ty.kind, TypeKind::String(_) | TypeKind::Datetime) {
            let (made, place, text) = if optional {
                (
                    quote!(let text = #field.as_deref().unwrap_or_default();),
                    quote!(text),
                    quote!(text),
                )
            } else {
                (TokenStream::new(), field.clone(), quote!(&#field))
            };
            return Self {
                made,
                place,
                text,
                is_said,
            };
        }
        let value = Text {
            context,
            separator: None,
            form: Form::Whole,
        };
        let written = if optional {
            let written = value.write(&member.ty, &quote!(value), By::Ref);
            quote!(if let Some(value) = &#field { #written })
        } else {
            value.write(&member.ty, &field, By::Place)
        };
        let made = quote! {
            let text = {
                let mut text = Vec::new();
                let out = &mut text;
                #written
                String::from_utf8(text).unwrap_or_default()
            };
        };
        Self {
            made,
            place: quote!(text),
            text: quote!(&text),
            is_said,
        }
    }

    /// Writes the header that says its length.
    fn length(&self, writer: &mut Writer, key: &str) {
        let place = &self.place;
        let written = quote!(write::u64(out, #place.len() as u64););
        match &self.is_said {
            Some(condition) => writer.push(quote!(if #condition {
                write::raw(out, #key);
                #written
            })),
            None => {
                writer.text(key);
                writer.push(written);
            }
        }
    }
}

/// Octets that a message has: at most about, so that its buffer grows once.
#[derive(Default)]
struct Size {
    fixed: usize,
    sizes: Vec<TokenStream>,
}

impl Size {
    fn add(&mut self, size: TokenStream) {
        self.sizes.push(size);
    }

    fn value(&mut self, ty: &Type, place: &TokenStream) {
        match (&ty.kind, octets(ty)) {
            (_, Some(octets)) => self.fixed += octets,
            (TypeKind::Enum(_), _) => self.add(quote!(#place.as_str().len())),
            (TypeKind::List { item, .. }, _) => {
                let each = match (&item.kind, octets(item)) {
                    (_, Some(octets)) => {
                        let octets = Literal::usize_unsuffixed(octets + 2);
                        quote!(#octets)
                    }
                    (TypeKind::Enum(_), _) => quote!(item.as_str().len() + 2),
                    _ => quote!(item.len() + 2),
                };
                let item = if octets(item).is_some() { quote!(_) } else { quote!(item) };
                self.add(quote!(#place.iter().map(|#item| #each).sum::<usize>()));
            }
            _ => self.add(quote!(#place.len())),
        }
    }

    fn optional(&mut self, ty: &Type, place: &TokenStream) {
        match (&ty.kind, octets(ty)) {
            (_, Some(octets)) => self.fixed += octets,
            (TypeKind::Enum(_), _) => self.add(quote!(#place.as_ref().map_or(0, |value| value.as_str().len()))),
            // An estimate: what is longer grows the buffer.
            (TypeKind::List { .. }, _) => self.fixed += 64,
            _ => self.add(quote!(#place.as_ref().map_or(0, |value| value.len()))),
        }
    }
}

/// The most octets of a type's text, where they are bounded and few.
fn octets(ty: &Type) -> Option<usize> {
    match ty.kind {
        TypeKind::Bool => Some(5),
        TypeKind::Int(_) | TypeKind::Uint(_) => Some(20),
        TypeKind::Float(_) => Some(24),
        TypeKind::Uuid => Some(36),
        _ => None,
    }
}

/// Where a text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Into a line.
    Line,
    /// Into a line, behind a space that an empty text takes away.
    Spaced,
    /// Anywhere.
    Whole,
}

/// Writes values as their text.
struct Text<'c, 'm> {
    context: &'c Context<'m>,
    separator: Option<&'c str>,
    form: Form,
}

impl Text<'_, '_> {
    /// A statement.
    fn write(&self, ty: &Type, value: &TokenStream, by: By) -> TokenStream {
        let referred = match by {
            By::Place => quote!(&#value),
            By::Ref => quote!(#value),
        };
        match &ty.kind {
            TypeKind::Uuid => quote!(text::uuid(out, #referred);),
            TypeKind::Enum(_) => self.text(&quote!(#value.as_str())),
            TypeKind::List { item, .. } => {
                let inside = Self {
                    form: if self.form == Form::Whole { Form::Whole } else { Form::Line },
                    separator: None,
                    ..*self
                };
                let item = inside.write(item, &quote!(item), By::Ref);
                let (separator, spaced) = (self.separator.unwrap_or_default(), self.form == Form::Spaced);
                quote!(text::items(out, #referred, #separator, #spaced, |out, item| { #item });)
            }
            TypeKind::String(_) | TypeKind::Datetime => self.text(&referred),
            _ => {
                let written = self.context.write(ty, value, by);
                quote!(#written;)
            }
        }
    }

    fn text(&self, text: &TokenStream) -> TokenStream {
        match self.form {
            Form::Line => quote!(text::line(out, #text);),
            Form::Spaced => quote!(text::spaced(out, #text);),
            Form::Whole => quote!(write::raw(out, #text);),
        }
    }
}

/// A text as a line holds it.
fn in_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
