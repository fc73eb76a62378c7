//! Reading records.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    super::{
        checks,
        context::{Context, Scope},
        derived,
        facts::{self, Part},
        names::{self, Item, Scope as Taken},
        tables,
    },
    members::{self, Finish, InOrder, Others, Slot},
    write,
};
use crate::model::{Constant, Member, Model, PayloadsId, Presence, Record, RecordId, TypeKind, types::Encoding};

/// Reading a record: the trait's function, and, where the message's envelope has a say in it, one that takes what it says.
pub fn record(context: &Context<'_>, id: RecordId) -> TokenStream {
    let record = &context.model[id];
    let mut scope = members::scope();
    if facts::encoded_by_envelope(record).is_some() {
        scope.take("encoding");
    }
    let mut plan = Plan::new(context, id, &mut scope, EncodingSource::Given);
    let (slots, others) = (plan.slots(), plan.others());
    let (declared, any) = (plan.finish(&quote!(Self), true), plan.finish(&quote!(Self), false));
    let body = members::read(None, slots, &others, &declared, &any);
    let read = quote!(reader.value(|reader| { #body }));
    if facts::encoded_by_envelope(record).is_none() {
        let encode = write::encode(context, id);
        return super::wire(context, Item::Record(id), tables::record_id(context, id), &read, &encode);
    }
    let path = context.names.path(context.model, Item::Record(id));
    let generics = context.generics(context.item_borrows(Item::Record(id)), "'a");
    let wire = super::wire(
        context,
        Item::Record(id),
        tables::record_id(context, id),
        &quote!(Self::read_encoded(reader, Encoding::Json)),
        &quote!(self.write(out, None);),
    );
    quote! {
        #wire

        impl<'a> #path #generics {
            /// Reads it from a message whose envelope names the encoding.
            pub(crate) fn read_encoded<R: Source<'a>>(reader: &mut R, encoding: Encoding) -> Result<Self, R::Refused> {
                #read
            }
        }
    }
}

/// Where the encoding of payloads comes from that stands in a member of the envelope.
#[derive(Clone)]
pub enum EncodingSource {
    /// It is an argument.
    Given,
    /// It is read beside the record's own members: into this variable, of this member.
    Beside(Ident, Box<Member>),
}

/// How a record is read: a variable for each member, and the struct that is made of them.
pub struct Plan<'c, 'm> {
    context: &'c Context<'m>,
    id: RecordId,
    record: &'m Record,
    parts: Vec<Part>,
    fields: Vec<Ident>,
    locals: Vec<Ident>,
    rest: Ident,
    encoding: EncodingSource,
}

impl<'c, 'm> Plan<'c, 'm> {
    /// Names the variables; in `scope` are names that must not be used.
    pub fn new(context: &'c Context<'m>, id: RecordId, scope: &mut Taken, encoding: EncodingSource) -> Self {
        let record = &context.model[id];
        let fields = context.member_names(record);
        let locals = fields.iter().map(|field| scope.take(&names::plain(field))).collect();
        let rest = scope.take("rest");
        Self {
            context,
            id,
            record,
            parts: facts::parts(record),
            fields,
            locals,
            rest,
            encoding,
        }
    }

    /// The variable of a member.
    pub fn local(&self, index: usize) -> &Ident {
        &self.locals[index]
    }

    /// Whether a member is the name of a payload's kind, which the payload holds.
    pub fn is_kind(&self, index: usize) -> bool {
        matches!(self.parts[index], Part::KindOf(_))
    }

    /// What names a payload's kind, and an expression of its encoding if it may have several and its record says which;
    /// `before`: only where both stand before it.
    pub fn told(&self, index: usize, before: bool) -> Option<(&Ident, Option<TokenStream>)> {
        let TypeKind::Payload { set, kind, encoding } = &self.record.members[index].ty.kind else {
            return None;
        };
        let known = if before {
            &self.record.members[..index]
        } else {
            &self.record.members[..]
        };
        let kind = known.iter().position(|member| member.name == *kind)?;
        if !self.is_kind(kind) || !matches!(known[kind].presence, Presence::Required { .. }) {
            return None;
        }
        let model = self.context.model;
        let encoding = match (encoding, &self.encoding) {
            (Some(encoding), EncodingSource::Beside(..)) if encoding.in_envelope && !before => None,
            (Some(encoding), EncodingSource::Beside(local, member)) if encoding.in_envelope => Some(encoding_of(model, member, local)),
            (Some(encoding), EncodingSource::Given) if encoding.in_envelope => return None,
            (Some(encoding), _) => {
                let place = known.iter().position(|member| member.name == encoding.member)?;
                Some(encoding_of(model, &known[place], &self.locals[place]))
            }
            (None, _) => None,
        };
        let encoding = encoding.filter(|_| self.context.facts.is_encoded(*set));
        Some((&self.locals[kind], encoding))
    }

    /// A slot for each member.
    pub fn slots(&mut self) -> Vec<Slot> {
        let members = self.record.members.iter().enumerate();
        members
            .map(|(index, member)| {
                checks::subject(
                    self.context,
                    format!(
                        "{}_{}",
                        names::member_name(&self.record.decl.name),
                        names::member_name(&member.name)
                    ),
                );
                let fill = self.fill(index, member);
                Slot {
                    local: self.locals[index].clone(),
                    names: wire_names(member),
                    required: matches!(member.presence, Presence::Required { .. }),
                    fill,
                    in_order: self.in_order(index, member),
                }
            })
            .collect()
    }

    fn fill(&self, index: usize, member: &Member) -> TokenStream {
        if let Some(derived) = self.context.derived {
            return derived.fill(self.context, index, member);
        }
        match (&self.parts[index], &member.ty.kind) {
            (Part::KindOf(_), _) => quote!(reader.string()?),
            (_, TypeKind::Payload { set, kind, encoding }) => {
                let late = self.late(*set, kind, encoding.as_ref());
                quote!(#late?)
            }
            _ => {
                let read = self.context.read(&member.ty);
                if self.context.facts.is_boxed(self.id, index) {
                    if member.ty.nullable {
                        quote!(#read?.map(Box::new))
                    } else {
                        quote!(Box::new(#read?))
                    }
                } else {
                    quote!(#read?)
                }
            }
        }
    }

    /// An expression that reads a payload if all is known of it by now, and sets it aside if not.
    fn late(&self, set: PayloadsId, kind: &str, encoding: Option<&Encoding>) -> TokenStream {
        let path = self.context.names.path(self.context.model, Item::Payloads(set));
        let Some(index) = self.record.members.iter().position(|member| member.name == kind) else {
            return quote!(Late::aside(reader));
        };
        let Part::KindOf(_) = self.parts[index] else {
            // A kind that may be absent is not known before the end.
            return quote!(Late::aside(reader));
        };
        let kind = &self.locals[index];
        match encoding.map(|encoding| self.encoding_so_far(encoding)) {
            None if self.context.facts.is_encoded(set) => {
                quote!(Late::when(reader, #kind.as_ref(), |reader, kind| #path::read(reader, kind, Encoding::Json)))
            }
            None => quote!(Late::when(reader, #kind.as_ref(), #path::read)),
            Some((known, false)) => quote!(Late::when(reader, #kind.as_ref(), |reader, kind| #path::read(reader, kind, #known))),
            Some((known, true)) => {
                quote!(Late::when(reader, #kind.as_ref().zip(#known), |reader, (kind, encoding)| #path::read(reader, kind, encoding)))
            }
        }
    }

    /// Reading a payload whose kind is always known by then: the kind stands before it, and the encoding is said before.
    fn in_order(&self, index: usize, member: &Member) -> Option<InOrder> {
        let TypeKind::Payload { set, kind, encoding } = &member.ty.kind else {
            return None;
        };
        let kind = self.record.members[..index].iter().position(|member| member.name == *kind)?;
        let is_told =
            matches!(self.parts[kind], Part::KindOf(_)) && matches!(self.record.members[kind].presence, Presence::Required { .. });
        if !is_told || self.context.facts.is_boxed(self.id, index) {
            return None;
        }
        let encoding = match encoding.as_ref().map(|encoding| self.encoding_so_far(encoding)) {
            Some((_, true)) => return None,
            Some((known, false)) => Some(known),
            None => self.context.facts.is_encoded(*set).then(|| quote!(Encoding::Json)),
        };
        let path = self.context.names.path(self.context.model, Item::Payloads(*set));
        let encoding = encoding.map(|encoding| quote!(, #encoding));
        let (local, kind) = (&self.locals[index], &self.locals[kind]);
        Some(InOrder {
            fill: quote! {
                let Some(told) = &#kind else { break 'declared; };
                #local = Some(reader.value(|reader| #path::read(reader, told #encoding))?);
            },
            left: quote!(let mut #local = #local.map(Late::Read);),
        })
    }

    /// The encoding, and whether it is an `Option` because it may not be known yet.
    fn encoding_so_far(&self, encoding: &Encoding) -> (TokenStream, bool) {
        if encoding.in_envelope {
            return match &self.encoding {
                EncodingSource::Given => (quote!(encoding), false),
                EncodingSource::Beside(local, _) => (encoding_so_far(local), true),
            };
        }
        match self.record.members.iter().position(|member| member.name == encoding.member) {
            Some(index) => (encoding_so_far(&self.locals[index]), true),
            None => (quote!(Encoding::Json), false),
        }
    }

    /// What is done with members that are not declared.
    pub fn others(&self) -> Others {
        let rest = &self.rest;
        if self.record.open {
            Others {
                declared: quote!(let mut #rest = codec::Map::new();),
                fill: quote!(reader.keep(key, &mut #rest)?),
            }
        } else {
            Others {
                declared: TokenStream::new(),
                fill: quote!(_ = reader.unknown(key)?),
            }
        }
    }

    /// Statements that take apart what was read, and the struct; `declared` says whether all came in the declared order.
    pub fn taken(&self, path: &TokenStream, declared: bool) -> (TokenStream, TokenStream) {
        let required: Vec<&Ident> = self.required(declared).collect();
        let unpack = match required.as_slice() {
            [] => TokenStream::new(),
            [one] => quote!(let Some(#one) = #one else { return Err(reader.refuse(Rule::Required)); };),
            many => quote!(let (#(Some(#many)),*) = (#(#many),*) else { return Err(reader.refuse(Rule::Required)); };),
        };
        let fields = self
            .record
            .members
            .iter()
            .enumerate()
            .filter(|(index, _)| !matches!(self.parts[*index], Part::KindOf(_)));
        let mut settled = TokenStream::new();
        let fields = fields.map(|(index, member)| {
            let (field, local) = (&self.fields[index], &self.locals[index]);
            if matches!(member.ty.kind, TypeKind::Payload { .. }) {
                if !declared || self.in_order(index, member).is_none() {
                    settled.extend(self.settle(index, member));
                }
                return if field == local { quote!(#field) } else { quote!(#field: #local) };
            }
            match &member.presence {
                Presence::Required { .. } | Presence::Optional if field == local => quote!(#field),
                Presence::Required { .. } | Presence::Optional => quote!(#field: #local),
                Presence::Default { value, .. } if self.context.derived.is_some() => {
                    let default = derived::constant(self.context.model, member, value);
                    quote!(#field: match #local { Some(value) => value, None => #default })
                }
                Presence::Default { value, .. } => {
                    let value = self.context.member_constant(self.id, index, Some(value), Scope::Beside);
                    let default = unwrap_or(local, &value);
                    quote!(#field: #default)
                }
            }
        });
        let fields: Vec<_> = fields.collect();
        let rest = self.record.open.then(|| {
            let (field, local) = (self.context.rest_name(self.record), &self.rest);
            if declared {
                return quote!(#field: codec::Map::new());
            }
            let kept = if self.context.options.owned_only {
                quote!(#local.into_owned(codec::Json::into_owned))
            } else {
                quote!(#local)
            };
            if field == *local && !self.context.options.owned_only {
                quote!(#field)
            } else {
                quote!(#field: #kept)
            }
        });
        let skipped = self.context.derived.into_iter().flat_map(|derived| &derived.skipped);
        let skipped = skipped.map(derived::made);
        let all = fields.into_iter().chain(rest).chain(skipped);
        (quote!(#unpack #settled), quote!(#path { #(#all),* }))
    }

    /// As [`Self::taken`]: what ends a record's reading.
    fn finish(&self, path: &TokenStream, declared: bool) -> Finish {
        let (statements, made) = self.taken(path, declared);
        Finish { statements, made }
    }

    /// What must have come by the end; of what came in the declared order, a kind has said all that it says.
    fn required(&self, declared: bool) -> impl Iterator<Item = &Ident> {
        let is_done = move |index: usize| match self.parts[index] {
            Part::KindOf(payload) => declared && self.in_order(payload, &self.record.members[payload]).is_some(),
            _ => false,
        };
        let required = move |(index, member): &(usize, &Member)| matches!(member.presence, Presence::Required { .. }) && !is_done(*index);
        self.record
            .members
            .iter()
            .enumerate()
            .filter(required)
            .map(|(index, _)| &self.locals[index])
    }

    /// A statement that makes a payload's variable its value: by now its kind and encoding are known.
    fn settle(&self, index: usize, member: &Member) -> TokenStream {
        let TypeKind::Payload { set, kind, encoding } = &member.ty.kind else {
            return TokenStream::new();
        };
        let local = &self.locals[index];
        let path = self.context.names.path(self.context.model, Item::Payloads(*set));
        let place = self.record.members.iter().position(|member| member.name == *kind);
        let encoding = match encoding {
            Some(encoding) if !encoding.in_envelope => {
                let place = self.record.members.iter().position(|member| member.name == encoding.member);
                place.map_or_else(
                    || quote!(Encoding::Json),
                    |place| encoding_of(self.context.model, &self.record.members[place], &self.locals[place]),
                )
            }
            Some(_) => match &self.encoding {
                EncodingSource::Given => quote!(encoding),
                EncodingSource::Beside(local, member) => encoding_of(self.context.model, member, local),
            },
            None => quote!(Encoding::Json),
        };
        let boxed = self.context.facts.is_boxed(self.id, index).then(|| quote!(.map(Box::new)));
        let encoding = self.context.facts.is_encoded(*set).then(|| quote!(, #encoding));
        let read = match place {
            Some(place) if matches!(self.parts[place], Part::KindOf(_)) => {
                let kind = &self.locals[place];
                let default = match &self.record.members[place].presence {
                    Presence::Default {
                        value: Constant::Text(default),
                        ..
                    } => Some(quote!(.unwrap_or(Cow::Borrowed(#default)))),
                    _ => None,
                };
                quote!(#path::read(reader, &#kind #default #encoding))
            }
            Some(place) => {
                let kind = kind_of_slot(&self.record.members[place], &self.locals[place]);
                quote!(#path::read(reader, &#kind #encoding))
            }
            // The model holds no payload without a kind.
            None => quote!(Err(reader.refuse(Rule::Required))),
        };
        let settle = |late: TokenStream| quote!(#late.settle(reader, true, |reader| #read)#boxed);
        if member.presence == Presence::Optional {
            let settled = settle(quote!(late));
            return quote!(let #local = match #local { Some(late) => Some(#settled?), None => None };);
        }
        let settled = settle(quote!(#local));
        quote!(let #local = #settled?;)
    }
}

/// The names by which a member is read, its own first.
pub fn wire_names(member: &Member) -> Vec<String> {
    std::iter::once(member.wire.clone()).chain(member.accepts.iter().cloned()).collect()
}

/// `slot.unwrap_or(value)`, in the form that costs nothing where the value is at hand.
pub fn unwrap_or(slot: &Ident, value: &TokenStream) -> TokenStream {
    if value.to_string() == quote!(Vec::new()).to_string() {
        quote!(#slot.unwrap_or_default())
    } else if super::super::context::is_cheap(value) {
        quote!(#slot.unwrap_or(#value))
    } else {
        quote!(#slot.unwrap_or_else(|| #value))
    }
}

/// An `Option<Encoding>`: what a slot that names an encoding says so far.
pub fn encoding_so_far(slot: &Ident) -> TokenStream {
    quote!(#slot.map(|named| Encoding::named(named.as_str())))
}

/// An `Encoding`: what a slot that names one says in the end.
pub fn encoding_of(model: &Model, member: &Member, slot: &Ident) -> TokenStream {
    let absent = match &member.presence {
        Presence::Required { .. } => return quote!(Encoding::named(#slot.as_str())),
        Presence::Default { value, .. } if constant_text(model, value) == Some("toon") => quote!(Encoding::Toon),
        Presence::Optional | Presence::Default { .. } => quote!(Encoding::Json),
    };
    quote!(#slot.map_or(#absent, |named| Encoding::named(named.as_str())))
}

/// The text of a constant that is one.
pub fn constant_text<'m>(model: &'m Model, constant: &'m Constant) -> Option<&'m str> {
    match constant {
        Constant::Text(text) => Some(text),
        Constant::Variant(id, index) => model[*id].variants.get(*index).map(|variant| variant.wire.as_str()),
        _ => None,
    }
}

/// A `Cow<str>`: what a slot of a kind's name says in the end.
fn kind_of_slot(member: &Member, slot: &Ident) -> TokenStream {
    match &member.presence {
        Presence::Default {
            value: Constant::Text(default),
            ..
        } => {
            quote!(#slot.as_ref().map_or(Cow::Borrowed(#default), |kind| Cow::Owned(String::from(kind.as_str()))))
        }
        _ => quote!(Cow::Owned(String::from(#slot.as_str()))),
    }
}
