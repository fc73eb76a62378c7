//! Whether messages conform, told by looking at their values: what is sent is judged so, and not by its text.
//!
//! What is written here only says yes. Where it says no, or nothing, a message is judged by its text: a payload that is encoded, a name
//! that could be taken for another's, and all of a schema whose limits its own names pass.

mod values;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use values::{count, longest, of_value};

use super::{
    super::{
        context::{By, Context},
        facts::{self, Part},
        names::{self, Item, Scope},
        print::mentions,
        tables, types,
    },
    envelopes, key,
    messages::tag_field,
    read::wire_names,
    write::said_encoding,
};
use crate::model::{
    EnvelopeId, Member, Message, MessageBody, MessageId, Model, PayloadsId, Presence, Record, RecordId, Tag, Type, TypeKind, UnionId,
};

/// Octets of numbers, and of a UUID with its quotes, at most.
const INTEGER: usize = 20;
const DOUBLE: usize = 25;
const UUID: usize = 38;

/// Whether messages are judged in this way.
pub fn is_wanted(context: &Context<'_>) -> bool {
    let model = context.model;
    let limit = model.limits.string;
    !model.messages.is_empty() && model.framing().is_none() && limit >= UUID as u64 && longest_name(model) <= limit
}

/// What judges messages, and everything that they are made of.
pub fn messages(context: &Context<'_>) -> TokenStream {
    if !is_wanted(context) {
        return TokenStream::new();
    }
    let mut judge = Judge {
        context,
        needed: Vec::new(),
        taken: Scope::default(),
        known: Vec::new(),
        functions: TokenStream::new(),
    };
    let mut items = judge.messages();
    let mut next = 0;
    while let Some(item) = judge.needed.get(next).copied() {
        items.extend(judge.item(item));
        next += 1;
    }
    items.extend(judge.functions);
    items
}

/// Octets of the longest name or text that the schema itself says.
fn longest_name(model: &Model) -> u64 {
    let records = model.records.iter().flat_map(|record| &record.members);
    let members = records.chain(model.envelopes.iter().flat_map(|envelope| &envelope.members));
    let tags = model.envelopes.iter().map(|envelope| envelope.tag.len());
    let bodies = model
        .envelopes
        .iter()
        .filter_map(|envelope| Some(envelope.body.as_ref()?.wire.len()));
    let texts = model.messages.iter().map(|message| match &message.tag {
        Tag::Text(text) => text.len(),
        Tag::Scalar { .. } => 0,
    });
    let cases = model.unions.iter().flat_map(|union| &union.cases);
    let cases = cases
        .chain(model.payloads.iter().flat_map(|set| &set.kinds))
        .map(|case| case.wire.len());
    let variants = model.enums.iter().flat_map(|declared| &declared.variants);
    let unions = model.unions.iter().map(|union| union.tag.len());
    let all = members.map(|member| member.wire.len()).chain(tags).chain(bodies).chain(texts);
    let all = all.chain(cases).chain(unions).chain(variants.map(|variant| variant.wire.len()));
    all.max().unwrap_or_default() as u64
}

/// How a value is judged.
struct Judged {
    /// Octets that its text has at most, but for what the condition counts.
    octets: usize,
    /// Under which it conforms.
    condition: Option<TokenStream>,
}

impl Judged {
    const fn fixed(octets: usize) -> Self {
        Self { octets, condition: None }
    }

    const fn by(octets: usize, condition: TokenStream) -> Self {
        Self {
            octets,
            condition: Some(condition),
        }
    }
}

struct Judge<'c, 'm> {
    context: &'c Context<'m>,
    /// What has to be judged, in the order in which it was come across.
    needed: Vec<Item>,
    /// Functions that judge what is constrained.
    taken: Scope,
    known: Vec<(TypeKind, Ident)>,
    functions: TokenStream,
}

impl Judge<'_, '_> {
    fn messages(&mut self) -> TokenStream {
        let context = self.context;
        let model = context.model;
        let all = (0..model.messages.len() as u32).map(MessageId);
        let arms: Vec<TokenStream> = all.map(|id| self.message(id)).collect();
        let used: BTreeSet<EnvelopeId> = model.messages.iter().map(|message| message.envelope).collect();
        let envelopes: TokenStream = used.into_iter().map(|id| self.envelope(id)).collect();
        let any = context.generics(context.message_borrows(), "'_");
        let (message, draft) = (&context.names.message, &context.names.draft);
        let fits = quote! {
            /// Whether it conforms for certain.
            pub(crate) fn fits(&self) -> bool {
                let fit = &mut Fit::new(&tables::SCHEMA.limits);
                match self { #(#arms)* }
            }
        };
        quote! {
            impl message::#message #any { #fits }

            impl draft::#draft #any { #fits }

            #envelopes
        }
    }

    fn message(&mut self, id: MessageId) -> TokenStream {
        let context = self.context;
        let message = &context.model[id];
        let envelope = &context.model[message.envelope];
        let variant = context.names.variant(id);
        if !is_told(context.model, message) {
            return quote!(Self::#variant { .. } => false,);
        }
        let field = tag_field(message);
        let mut conditions = Vec::new();
        if let Some(field) = &field {
            conditions.push(self.tag(message, field));
        }
        conditions.push(quote!(envelope.fits(fit)));
        let mut looks_at_body = true;
        match message.body {
            MessageBody::Object => conditions.push(quote!(fit.object(body.as_str()))),
            MessageBody::Record(body) => {
                let record = &context.model[body];
                if let Some((naming, _)) = facts::encoded_by_envelope(record)
                    && let Some(place) = envelope.members.iter().position(|member| member.name == naming)
                {
                    let fields = names::member_names(&envelope.members);
                    let encoding = envelopes::encoding_name(context, message.envelope, &fields[place]);
                    conditions.push(quote!(envelope.#encoding() == Encoding::Json));
                }
                if envelope.body.is_none() && record.open {
                    // They would stand beside what the envelope declares.
                    let rest = context.rest_name(record);
                    conditions.push(quote!(body.#rest.is_empty()));
                }
                if record.members.is_empty() && !record.open {
                    looks_at_body = false;
                    conditions.push(quote!(fit.open(0, 2)));
                } else {
                    self.need(Item::Record(body));
                    conditions.push(quote!(body.fits(fit)));
                }
            }
        }
        let (tag, body) = (field.map(|field| quote!(#field,)), looks_at_body.then(|| quote!(, body)));
        let rest = (!looks_at_body).then(|| quote!(, ..));
        quote!(Self::#variant { #tag envelope #body #rest } => #(#conditions)&&*,)
    }

    /// A condition: a tag of a pattern names this message, and none that has its text.
    fn tag(&self, message: &Message, field: &Ident) -> TokenStream {
        let model = self.context.model;
        let texts = model.messages.iter().filter_map(|other| match &other.tag {
            Tag::Text(text) => Some(text),
            Tag::Scalar { .. } => None,
        });
        let texts: Vec<_> = texts.collect();
        let is_free = (!texts.is_empty()).then(|| quote!(&& ![#(#texts),*].contains(&&**#field)));
        let pattern = match &message.tag {
            Tag::Scalar { scalar, .. } => match &model[*scalar].ty.kind {
                TypeKind::String(set) => set.pattern.as_ref(),
                _ => None,
            },
            Tag::Text(_) => None,
        };
        let matches = match pattern {
            Some(pattern) => tables::matches(self.context, pattern, &quote!(#field)),
            None => quote!(!#field.contains('\n')),
        };
        quote!(fit.text(#field) && #matches #is_free)
    }

    /// What opens a message: the members of its envelope, of the message's and of a draft's.
    fn envelope(&mut self, id: EnvelopeId) -> TokenStream {
        let context = self.context;
        let envelope = &context.model[id];
        let tags = context.model.messages.iter().filter_map(|message| match &message.tag {
            Tag::Text(text) => Some(text.as_str()),
            Tag::Scalar { .. } => None,
        });
        let tags: Vec<&str> = tags.collect();
        let body = envelope.body.as_ref().map_or(0, |body| key(&body.wire).len());
        let around = key(&envelope.tag).len() + longest(&tags) + body + 2;
        [(Item::Envelope(id), false), (Item::EnvelopeDraft(id), true)]
            .into_iter()
            .map(|(item, draft)| {
                let names = names::member_names(&envelope.members);
                let mut octets = around;
                let mut conditions = TokenStream::new();
                for (member, name) in envelope.members.iter().zip(&names) {
                    self.subject(&envelope.decl.name, &member.name);
                    let judged = self.envelope_member(member, &quote!(self.#name), draft);
                    octets += key(&member.wire).len() + judged.octets;
                    conditions.extend(judged.condition.map(|condition| quote!(&& #condition)));
                }
                let (members, octets) = (count(envelope.members.len() + 2), count(octets));
                let path = context.names.path(context.model, item);
                let generics = context.generics(context.item_borrows(item), "'_");
                quote! {
                    impl #path #generics {
                        /// Whether its members conform; the message stays open for the body.
                        pub(crate) fn fits(&self, fit: &mut Fit) -> bool {
                            fit.open(#members, #octets) #conditions
                        }
                    }
                }
            })
            .collect()
    }

    /// Of a draft, what must be said and is not does not conform; a default that is not said is left out.
    fn envelope_member(&mut self, member: &Member, place: &TokenStream, draft: bool) -> Judged {
        if !draft {
            return self.member(member, place, false);
        }
        let copied = self.context.is_copy(&member.ty) && !member.ty.nullable;
        let by = if copied { By::Place } else { By::Ref };
        let judged = self.value(&member.ty, &quote!(value), by);
        let subject = if copied { place.clone() } else { quote!(#place.as_ref()) };
        let condition = match (&member.presence, judged.condition) {
            (Presence::Required { .. }, Some(condition)) => {
                let judge = of_value(condition);
                Some(quote!(#subject.is_some_and(#judge)))
            }
            (Presence::Required { .. }, None) => Some(quote!(#place.is_some())),
            (_, Some(condition)) => {
                let judge = of_value(condition);
                Some(quote!(#subject.is_none_or(#judge)))
            }
            (_, None) => None,
        };
        Judged { condition, ..judged }
    }

    fn need(&mut self, item: Item) {
        if !self.needed.contains(&item) {
            self.needed.push(item);
        }
    }

    fn item(&mut self, item: Item) -> TokenStream {
        let body = match item {
            Item::Record(id) => self.record(id),
            Item::Union(id) => self.union(id),
            Item::Payloads(id) => self.payloads(id),
            _ => return TokenStream::new(),
        };
        let path = self.context.names.path(self.context.model, item);
        let generics = self.context.generics(self.context.item_borrows(item), "'_");
        let fit = if mentions(&body, "fit") { quote!(fit) } else { quote!(_) };
        quote! {
            impl #path #generics {
                /// Whether it conforms for certain.
                pub(crate) fn fits(&self, #fit: &mut Fit) -> bool { #body }
            }
        }
    }

    fn record(&mut self, id: RecordId) -> TokenStream {
        let context = self.context;
        let record = &context.model[id];
        let (parts, fields) = (facts::parts(record), context.member_names(record));
        let is_apart = |(part, member): (&Part, &Member)| *part == Part::Whole && matches!(member.ty.kind, TypeKind::Payload { .. });
        if parts.iter().zip(&record.members).any(is_apart) {
            // A kind that is held apart from its payload may be another's.
            return quote!(false);
        }
        // Braces.
        let mut octets = 2;
        let mut conditions = TokenStream::new();
        for (index, (member, part)) in record.members.iter().zip(&parts).enumerate() {
            self.subject(&record.decl.name, &member.name);
            let field = &fields[index];
            let judged = match (part, &member.ty.kind) {
                // What the payload itself is judged with.
                (Part::KindOf(_), TypeKind::PayloadKind(set)) => Judged::fixed(longest(&self.kinds(*set)).max(2)),
                _ => self.member(member, &quote!(self.#field), context.facts.is_boxed(id, index)),
            };
            if let Some(encoding) = self.own_encoding(record, member, &fields) {
                conditions.extend(quote!(&& #encoding == Encoding::Json));
            }
            octets += key(&member.wire).len() + judged.octets;
            conditions.extend(judged.condition.map(|condition| quote!(&& #condition)));
        }
        if record.open {
            let rest = context.rest_name(record);
            let names = record.members.iter().flat_map(wire_names);
            conditions.extend(quote!(&& fit.rest(&self.#rest, &[#(#names),*])));
        }
        // A union's tag stands among them.
        let (members, octets) = (count(record.members.len() + 1), count(octets));
        quote!(fit.open(#members, #octets) #conditions && fit.close())
    }

    /// What names the encoding of a payload, where it is a member of the same record.
    fn own_encoding(&self, record: &Record, member: &Member, fields: &[Ident]) -> Option<TokenStream> {
        let TypeKind::Payload {
            encoding: Some(encoding), ..
        } = &member.ty.kind
        else {
            return None;
        };
        let place = record.members.iter().position(|other| other.name == encoding.member)?;
        (!encoding.in_envelope).then(|| said_encoding(self.context.model, &record.members[place], &fields[place], false))
    }

    fn union(&mut self, id: UnionId) -> TokenStream {
        let context = self.context;
        let union = &context.model[id];
        let names = context.variant_names(union.cases.iter().map(|case| case.name.as_str()), union.open);
        let tag = &union.tag;
        let arms = union.cases.iter().zip(&names).map(|(case, name)| {
            let TypeKind::Record(record) = case.ty.kind else {
                return quote!(Self::#name(_) => false,);
            };
            self.need(Item::Record(record));
            let octets = count(key(tag).len() + longest(&[&case.wire]));
            let rest = context.model[record].open.then(|| {
                let rest = types::rest_name(&context.model[record]);
                quote!(&& value.#rest.get(#tag).is_none())
            });
            quote!(Self::#name(value) => fit.takes(#octets) && value.fits(fit) #rest,)
        });
        let arms: Vec<_> = arms.collect();
        let other = union.open.then(|| quote!(Self::Other(_) => false,));
        quote!(match self { #(#arms)* #other })
    }

    fn payloads(&mut self, id: PayloadsId) -> TokenStream {
        let context = self.context;
        let set = &context.model[id];
        let names = names::variant_names(set.kinds.iter().map(|kind| kind.name.as_str()), set.open);
        // Kinds of one type share their arm.
        let mut by_type: Vec<(&Type, Vec<&Ident>)> = Vec::new();
        for (kind, name) in set.kinds.iter().zip(&names) {
            match by_type.iter_mut().find(|(ty, _)| **ty == kind.ty) {
                Some((_, same)) => same.push(name),
                None => by_type.push((&kind.ty, vec![name])),
            }
        }
        let arms = by_type.into_iter().map(|(ty, names)| {
            self.subject(&set.decl.name, &names[0].to_string());
            let Judged { octets, condition } = self.value(ty, &quote!(value), By::Ref);
            let takes = (octets > 0).then(|| count(octets)).map(|octets| quote!(fit.takes(#octets)));
            let value = if condition.is_some() { quote!(value) } else { quote!(_) };
            let conditions: Vec<_> = takes.into_iter().chain(condition).collect();
            let conditions = if conditions.is_empty() { vec![quote!(true)] } else { conditions };
            quote!(#(Self::#names(#value))|* => #(#conditions)&&*,)
        });
        let arms: Vec<TokenStream> = arms.collect();
        let other = set.open.then(|| {
            let kinds = self.kinds(id);
            let is_other = (!kinds.is_empty()).then(|| quote!(![#(#kinds),*].contains(&&**kind) &&));
            quote! {
                Self::Other { kind, data: Carried::Json(data) } => #is_other fit.text(kind) && fit.json(data.as_str()),
                Self::Other { .. } => false,
            }
        });
        quote!(match self { #(#arms)* #other })
    }

    fn kinds(&self, id: PayloadsId) -> Vec<&str> {
        self.context.model[id].kinds.iter().map(|kind| kind.wire.as_str()).collect()
    }
}

/// Whether the tag of what is written is the one by which it is read: that of another envelope is looked for first, and may be the name of
/// a member. Of tags that are known by a pattern there is one.
fn is_told(model: &Model, message: &Message) -> bool {
    let envelope = &model[message.envelope];
    let earlier = model.envelopes.iter().take_while(|other| other.tag != envelope.tag);
    let earlier: Vec<&str> = earlier.map(|other| other.tag.as_str()).collect();
    let beside = match message.body {
        MessageBody::Record(body) if envelope.body.is_none() => model[body].members.as_slice(),
        _ => &[],
    };
    let is_other = |name: &str| earlier.contains(&name);
    let mut members = envelope.members.iter().chain(beside).flat_map(wire_names);
    let is_hidden = members.any(|name| is_other(&name)) || envelope.body.as_ref().is_some_and(|body| is_other(&body.wire));
    let patterns = model
        .messages
        .iter()
        .filter(|other| matches!(other.tag, Tag::Scalar { .. }))
        .count();
    !is_hidden && (patterns < 2 || matches!(message.tag, Tag::Text(_)))
}
