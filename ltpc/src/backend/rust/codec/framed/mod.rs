//! Framed text: messages read from their text and written as it, with nothing in between.
//!
//! Behind its start line a message is read *straight*: as we write it, each value where it stands. One that is written otherwise is read in
//! two steps: its headers in any order, those that are declared mostly by their whole literals; then, from the texts that were found, the
//! values. Both say only yes or no: what they refuse the walk over the tables explains.

mod body;
mod read;
mod straight;
mod values;
mod write;

use proc_macro2::TokenStream;
use quote::quote;

use super::super::{context::Context, names::Item};
use crate::model::{BodyEnd, EnvelopeId, Framing, MessageBody, MessageId, RecordId};

use values::Values;

/// The codec of all framed messages, and the values that stand in them; empty if the model has none.
pub fn messages(context: &Context<'_>) -> (TokenStream, TokenStream) {
    let Some(framing) = context.model.framing().filter(|_| !context.model.messages.is_empty()) else {
        return (TokenStream::new(), TokenStream::new());
    };
    let mut values = Values::new(context);
    let framed = Framed { context, framing };
    let (read, write) = (read::messages(&framed, &mut values), write::messages(&framed));
    let functions = values.functions();
    let texts = quote! {
        /// How the messages stand, for what reads and writes them.
        #[derive(Debug)]
        pub(crate) enum Form {}

        impl text::Form for Form {
            const SCHEMA: &'static schema::Schema = &tables::SCHEMA;
        }

        #functions
    };
    (quote!(#read #write), texts)
}

/// What is written about.
struct Framed<'c, 'm> {
    context: &'c Context<'m>,
    framing: &'m Framing,
}

impl Framed<'_, '_> {
    /// The messages that the framing carries, each with its record.
    fn messages(&self) -> impl Iterator<Item = (MessageId, RecordId)> + use<'_> {
        let all = self.context.model.messages.iter().enumerate();
        all.filter(|(_, message)| message.envelope == self.framing.envelope)
            .filter_map(|(index, message)| match message.body {
                MessageBody::Record(body) => Some((MessageId(index as u32), body)),
                // The checker refuses it.
                MessageBody::Object => None,
            })
    }

    fn envelope(&self) -> EnvelopeId {
        self.framing.envelope
    }

    /// A type with its lifetime.
    fn named(&self, item: Item, lifetime: &str) -> TokenStream {
        let path = self.context.names.path(self.context.model, item);
        let generics = self.context.generics(self.context.item_borrows(item), lifetime);
        quote!(#path #generics)
    }

    /// The enum of all messages.
    fn message(&self) -> TokenStream {
        let message = &self.context.names.message;
        quote!(message::#message)
    }

    /// Whether a line that begins with a name and the separator can be nothing but that header.
    fn is_expected(&self, name: &str) -> bool {
        let framing = self.framing;
        let separates = |line: &str| line.contains(framing.separator.as_str());
        let marker = match &framing.body_end {
            BodyEnd::Marker { line, .. } => separates(line),
            BodyEnd::None | BodyEnd::Length { .. } => false,
        };
        // A name that holds the separator's first character would be cut there.
        let whole = !framing.separator.chars().next().is_some_and(|first| name.contains(first));
        whole && !separates(&framing.head_end) && !marker
    }

    /// The text in front of a header's value, as it is written.
    fn key(&self, name: &str) -> String {
        let space = if self.framing.trim { " " } else { "" };
        format!("{name}{}{space}", self.framing.separator)
    }
}
