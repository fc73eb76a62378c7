//! Lists of records that have a table in TOON, whose rows are read and written where they stand.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::super::{
    context::{By, Context, Piece},
    names::Item,
};
use crate::model::{Record, RecordId, Type, TypeKind};

/// A list of records all of whose members have a cell that needs no JSON in between.
pub struct Rows<'c, 'm> {
    context: &'c Context<'m>,
    id: RecordId,
    record: &'m Record,
    fields: Vec<Ident>,
    key: &'c str,
}

/// How a column is read and written.
enum Column {
    /// As in JSON.
    Json,
    /// A double, of which some have no cell.
    Float,
    /// A UUID.
    Uuid,
    /// A text.
    Text,
    /// A text with a name.
    Enum {
        /// Whether it may be another.
        open: bool,
    },
}

impl<'c, 'm> Rows<'c, 'm> {
    /// The type's, if it is such a list.
    pub fn of(context: &'c Context<'m>, ty: &'c Type) -> Option<Self> {
        let TypeKind::List { item, toon_key, .. } = &ty.kind else {
            return None;
        };
        let TypeKind::Record(id) = item.kind else { return None };
        if ty.nullable || item.nullable || context.check(ty).is_some() || !context.is_row(id) {
            return None;
        }
        let record = &context.model[id];
        let rows = Self {
            context,
            id,
            record,
            fields: context.member_names(record),
            key: toon_key.as_deref().unwrap_or_default(),
        };
        let keys = record.members.iter().all(|member| is_key(&member.wire));
        let plain = keys && (rows.key.is_empty() || is_key(rows.key));
        let columns = record.members.iter().all(|member| rows.column(&member.ty).is_some());
        (plain && columns).then_some(rows)
    }

    /// How a member is a column. What is read from a string with a check is none.
    fn column(&self, ty: &Type) -> Option<Column> {
        let context = self.context;
        Some(match &ty.kind {
            TypeKind::Bool | TypeKind::Int(_) | TypeKind::Uint(_) | TypeKind::Duration | TypeKind::Instant => Column::Json,
            TypeKind::Float(_) => Column::Float,
            TypeKind::Uuid if context.check(ty).is_none() => Column::Uuid,
            TypeKind::String(_) if context.check(ty).is_none() && !context.options.owned_only => Column::Text,
            TypeKind::Enum(id) => match context.model[*id].open {
                true if context.options.owned_only => return None,
                open => Column::Enum { open },
            },
            _ => return None,
        })
    }

    fn columns(&self) -> impl Iterator<Item = (&Ident, &'m Type, Column)> {
        let members = self.record.members.iter().zip(&self.fields);
        members.filter_map(|(member, field)| Some((field, &member.ty, self.column(&member.ty)?)))
    }

    /// What stands before the number of rows, in a JSON string, and what stands behind it.
    fn header(&self) -> (String, String) {
        let names: Vec<&str> = self.record.members.iter().map(|member| member.wire.as_str()).collect();
        (format!("\"{}[", self.key), format!("]{{{}}}:", names.join(",")))
    }

    /// An expression: the rows that `reader` comes to, in an `Option`.
    pub fn read(&self) -> TokenStream {
        let (start, fields) = self.header();
        let mut octets = "{},".len();
        let mut cells = TokenStream::new();
        for (index, (field, ty, column)) in self.columns().enumerate() {
            octets += self.record.members[index].wire.len() + "\"\":,\"\"".len();
            let comma = (index > 0).then(|| quote!(.comma()?));
            let value = match column {
                Column::Json | Column::Float => {
                    let read = self.context.reader(ty);
                    quote!(cells #comma.cell(#read)?)
                }
                Column::Uuid => quote!(cells #comma.uuid()?),
                Column::Text => quote!(Cow::Borrowed(cells #comma.text()?)),
                Column::Enum { open: true } => quote!(Cow::Borrowed(cells #comma.text()?).into()),
                Column::Enum { open: false } => quote!(cells #comma.text()?.parse().ok()?),
            };
            cells.extend(quote!(#field: #value,));
        }
        let path = self.context.names.path(self.context.model, Item::Record(self.id));
        let [columns, octets] = [self.fields.len(), octets].map(Literal::usize_unsuffixed);
        quote!(reader.toon_rows([#start, #fields], [#columns, #octets], |cells| Some(#path { #cells })))
    }

    /// A condition: `value`, a reference to the list, has a table, and its cells are plain.
    pub fn are_plain(&self) -> TokenStream {
        let conditions = self.columns().filter_map(|(field, _, column)| {
            Some(match column {
                Column::Json | Column::Uuid => return None,
                Column::Float => quote!(codec::toon::is_cell(row.#field)),
                Column::Text => quote!(codec::toon::is_plain(&row.#field)),
                Column::Enum { .. } => quote!(codec::toon::is_plain(row.#field.as_str())),
            })
        });
        let conditions: Vec<TokenStream> = conditions.collect();
        if conditions.is_empty() {
            return quote!(!value.is_empty());
        }
        quote!(!value.is_empty() && value.iter().all(|row| #(#conditions)&&*))
    }

    /// An expression that writes `value`, whose cells are plain, as a string.
    pub fn write(&self) -> TokenStream {
        let (start, fields) = self.header();
        let cells = self.columns().enumerate().filter_map(|(index, (field, ty, _))| {
            let Piece { piece, .. } = self.context.piece(ty, &quote!(row.#field), By::Place)?;
            let comma = (index > 0).then(|| quote!(","));
            Some(comma.into_iter().chain([piece]))
        });
        let cells = super::writer::tuple(cells.flatten().collect());
        quote!(codec::toon::write_rows(out, #start, value, #fields, |row| #cells))
    }
}

/// Whether a name stands in a header without quotes.
fn is_key(name: &str) -> bool {
    let mut octets = name.bytes();
    octets.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && octets.all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'.'))
}
