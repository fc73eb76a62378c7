//! Writing: texts that are known, and values beside them, are written as one.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use ltp_runtime::schema::Framing as Wire;

use super::{
    super::{
        super::{
            constant_json,
            context::{By, Context, Piece},
            names, types,
        },
        messages::tag_field,
        write::differs,
        writer::Writer,
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

    let tag = tag_field(message);
    let envelope = &context.model[framed.envelope()];
    let start_fields = names::member_names(&envelope.members);
    for part in &framing.start {
        match (part, &message.tag, &tag) {
            (StartPart::Literal(text), ..) => writer.text(text),
            (StartPart::Tag, Tag::Text(text), _) => writer.text(&in_line(text)),
            (StartPart::Tag, Tag::Scalar { .. }, Some(field)) => writer.piece(quote!(text::Line(#field))),
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
                        let written = value.behind("", &member.ty, &quote!(value), By::Ref);
                        writer.push(quote!(if let Some(value) = &envelope.#field { #written }));
                    }
                    _ => value.write(&mut writer, &member.ty, &quote!(envelope.#field), By::Place),
                }
            }
        }
    }

    let fields = names::member_names(&record.members);
    let members = || record.members.iter().enumerate();
    for (index, member) in members().filter(|(_, member)| member.wire != Wire::BODY) {
        let field = &fields[index];
        header(framed, &mut writer, member, &quote!(body.#field));
    }
    let has_body = framing.body_end != BodyEnd::None;
    let body_member = members().find(|(_, member)| has_body && member.wire == Wire::BODY);
    let body_text = body_member.map(|(index, member)| BodyText::new(context, member, &fields[index]));
    if let (Some(text), Some(length)) = (&body_text, framing.body_end.header()) {
        let key = format!("{newline}{}", framed.key(&in_line(length)));
        text.length(&mut writer, &key);
    }
    if record.open {
        let rest = types::rest_name(record);
        writer.piece(quote!(text::Kept::<texts::Form>::of(&body.#rest)));
    }
    writer.text(&format!("{newline}{}{newline}", framing.head_end));
    let made = body_text.as_ref().map(|text| &text.made);
    if let Some(BodyText { place, text, .. }) = &body_text {
        writer.piece(quote!(write::Raw(#text)));
        if framing.body_end.marker().is_some() {
            writer.piece(quote!((!#place.is_empty()).then_some(#newline)));
        }
    }
    if let Some(marker) = framing.body_end.marker() {
        writer.text(&format!("{marker}{newline}"));
    }

    let variant = context.names.variant(id);
    let statements = writer.finish();
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
            #statements
        }
    }
}

/// Writes a header, if it is written.
fn header(framed: &Framed<'_, '_>, writer: &mut Writer, member: &Member, place: &TokenStream) {
    let (context, framing) = (framed.context, framed.framing);
    let key = format!("{}{}", framing.newline.written(), framed.key(&in_line(&member.wire)));
    let value = Text {
        context,
        separator: member.separator.as_deref(),
        form: if framing.trim { Form::Spaced } else { Form::Line },
    };
    match &member.presence {
        Presence::Required { .. } | Presence::Default { always: true, .. } => {
            writer.text(&key);
            value.write(writer, &member.ty, place, By::Place);
        }
        Presence::Optional => {
            let written = value.behind(&key, &member.ty, &quote!(value), By::Ref);
            writer.push(quote!(if let Some(value) = &#place { #written }));
        }
        Presence::Default { value: default, .. } => {
            let written = value.behind(&key, &member.ty, place, By::Place);
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
            writer.push(quote!(if #differs { #written }));
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
            let written = value.behind("", &member.ty, &quote!(value), By::Ref);
            quote!(if let Some(value) = &#field { #written })
        } else {
            value.behind("", &member.ty, &field, By::Place)
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
        let length = quote!(#place.len() as u64);
        match &self.is_said {
            Some(condition) => writer.push(quote!(if #condition { write::all(out, (#key, #length)); })),
            None => {
                writer.text(key);
                writer.piece(length);
            }
        }
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
    /// Writes a value behind what was written.
    fn write(&self, writer: &mut Writer, ty: &Type, value: &TokenStream, by: By) {
        let referred = match by {
            By::Place => quote!(&#value),
            By::Ref => quote!(#value),
        };
        match &ty.kind {
            TypeKind::Enum(_) => self.text(writer, &quote!(#value.as_str())),
            TypeKind::String(_) | TypeKind::Datetime => self.text(writer, &referred),
            TypeKind::List { item, .. } => {
                let inside = Self {
                    form: if self.form == Form::Whole { Form::Whole } else { Form::Line },
                    separator: None,
                    ..*self
                };
                let item = inside.behind("", item, &quote!(item), By::Ref);
                let (separator, spaced) = (self.separator.unwrap_or_default(), self.form == Form::Spaced);
                writer.push(quote!(text::items(out, #referred, #separator, #spaced, |out, item| { #item });));
            }
            // In a header a UUID has no quotes, nor has any other value.
            _ => match self.context.piece(ty, value, by) {
                Some(Piece { piece, .. }) => writer.piece(piece),
                None => {
                    let written = self.context.write(ty, value, by);
                    writer.push(quote!(#written;));
                }
            },
        }
    }

    /// Statements that write a value behind a text.
    fn behind(&self, key: &str, ty: &Type, value: &TokenStream, by: By) -> TokenStream {
        let mut writer = Writer::default();
        writer.text(key);
        self.write(&mut writer, ty, value, by);
        writer.finish()
    }

    fn text(&self, writer: &mut Writer, text: &TokenStream) {
        let piece = match self.form {
            Form::Line => quote!(text::Line(#text)),
            Form::Spaced => {
                writer.unspace();
                quote!(text::Spaced(#text))
            }
            Form::Whole => quote!(write::Raw(#text)),
        };
        writer.piece(piece);
    }
}

/// A text as a line holds it.
fn in_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}
