//! Messages as senders write them, each read by one function in which records stand as they are nested: what it reads stays in registers
//! until the message is made, and is moved once.
//!
//! There are two ways: *straight*, members in the declared order and no white space between them, and *unordered*. What a way does not
//! expect it gives up on as a whole.

mod straight;
mod unordered;
mod values;

use std::cell::RefCell;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::{
        checks,
        context::Context,
        facts,
        names::{self, Item, Scope},
    },
    envelopes, key, messages, raw_literal,
    read::{self, EncodingSource, Plan},
};
use crate::model::{Body, Member, MessageBody, MessageId, PayloadsId, Presence, RecordId, Tag, TypeKind};

/// Each way: its module, and the functions in it; nothing if no message is read so.
pub fn ways(context: &Context<'_>) -> [(&'static str, TokenStream); 2] {
    [Way::Straight, Way::Unordered].map(|way| {
        let ahead = Ahead {
            context,
            way,
            apart: RefCell::default(),
        };
        (way.module(), ahead.module())
    })
}

/// In which order members are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// That of the schema.
    Straight,
    /// Any.
    Unordered,
}

impl Way {
    fn module(self) -> &'static str {
        match self {
            Self::Straight => "straight",
            Self::Unordered => "unordered",
        }
    }
}

/// What writes a way of reading.
struct Ahead<'c, 'm> {
    context: &'c Context<'m>,
    way: Way,
    /// What has a function of its own, as it is asked for.
    apart: RefCell<Vec<Apart>>,
}

/// What is not read in the place where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    Record(RecordId),
    /// A list of records: a loop has registers of its own.
    List(RecordId),
    Payloads(PayloadsId),
}

/// A member: its name on the wire, the variable that holds its value, whether it must come, and an expression that reads it.
struct Part {
    wire: String,
    local: Ident,
    required: bool,
    read: TokenStream,
    /// What its value is where it does not come, if that is no `Option`.
    absent: Option<TokenStream>,
    /// Of a payload: what is known of it.
    payload: Option<Told>,
}

/// What is known of a payload beside its octets.
struct Told {
    set: PayloadsId,
    /// The variable of its kind's name.
    kind: Ident,
    /// An expression of its encoding, if it may have several and its record says which.
    encoding: Option<TokenStream>,
}

/// What a message is read with.
struct Message {
    id: MessageId,
    function: Ident,
    code: TokenStream,
}

impl<'m> Ahead<'_, 'm> {
    fn module(&self) -> TokenStream {
        let context = self.context;
        if context.model.framing().is_some() {
            return TokenStream::new();
        }
        let all = (0..context.model.messages.len() as u32).map(MessageId);
        let read: Vec<Message> = all.filter_map(|id| self.message(id)).collect();
        if read.is_empty() {
            return TokenStream::new();
        }
        let mut tags: Vec<&str> = Vec::new();
        for message in &read {
            let tag = context.model[context.model[message.id].envelope].tag.as_str();
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        let chosen = match self.way {
            Way::Straight => straight::chosen(self, &tags, &read),
            Way::Unordered => unordered::chosen(self, &tags, &read),
        };
        let functions = read.iter().map(|message| &message.code);
        let apart = self.functions();
        quote! {
            const LIMITS: schema::Limits = tables::SCHEMA.limits;

            #chosen
            #(#functions)*
            #apart
        }
    }

    /// The type of all messages with its lifetime; that declared; and said of what it borrows from.
    fn message_type(&self) -> (TokenStream, TokenStream, TokenStream) {
        let (message, generics) = (
            &self.context.names.message,
            self.context.generics(self.context.message_borrows(), "'a"),
        );
        let (declared, reference) = lifetime(&generics);
        (quote!(message::#message #generics), declared, reference)
    }

    /// The function that chooses a message by the tag of this place among so many.
    fn tagged(&self, count: usize, place: usize) -> Ident {
        let way = self.way.module();
        match count {
            1 => format_ident!("read_{way}_tagged"),
            _ => format_ident!("read_{way}_tagged_{place}"),
        }
    }

    /// An arm for each message of a tag of this name, those that a text names first; each calls its function, which is generic over these, with
    /// these arguments and its tag.
    fn arms(&self, tag: &str, read: &[Message], argument: &TokenStream, generic: &TokenStream) -> TokenStream {
        let context = self.context;
        let (mut texts, mut patterns) = (TokenStream::new(), TokenStream::new());
        for Message { id, function, .. } in read {
            let message = &context.model[*id];
            if context.model[message.envelope].tag != tag {
                continue;
            }
            match &message.tag {
                Tag::Text(text) => texts.extend(quote!(#text => #function #generic(#argument),)),
                Tag::Scalar { scalar, .. } => {
                    let matches = messages::tag_matches(context, *scalar);
                    patterns.extend(quote!(_ if #matches => #function #generic(#argument, tag),));
                }
            }
        }
        quote!(#texts #patterns)
    }

    /// The function that reads a message; `None` for those that are only read in other ways.
    fn message(&self, id: MessageId) -> Option<Message> {
        let context = self.context;
        let message = &context.model[id];
        let envelope = &context.model[message.envelope];
        let mut scope = scope();
        let field = messages::tag_field(message);
        let locals: Vec<Ident> = names::member_names(&envelope.members)
            .iter()
            .map(|field| scope.take(&names::plain(field)))
            .collect();
        let mut parts: Vec<Part> = envelope
            .members
            .iter()
            .zip(&locals)
            .map(|(member, local)| self.part(&envelope.decl.name, member, local, false))
            .collect();
        let naming = facts::body_record(context.model, id)
            .and_then(facts::encoded_by_envelope)
            .and_then(|(name, _)| envelope.members.iter().position(|member| member.name == name));
        let source = match naming {
            Some(place) => EncodingSource::Beside(locals[place].clone(), Box::new(envelope.members[place].clone())),
            None => EncodingSource::Given,
        };
        let body = match (&envelope.body, message.body) {
            (Some(body), content) => {
                if self.way == Way::Straight && naming.is_some_and(|place| place >= body.position) {
                    return None;
                }
                let local = scope.take("body");
                let part = self.body(body, content, &local, source)?;
                parts.insert(body.position.min(parts.len()), part);
                if local == "body" { quote!(#local) } else { quote!(body: #local) }
            }
            (None, MessageBody::Record(record)) => {
                let plan = Plan::new(context, record, &mut scope, source);
                parts.extend(self.parts(record, &plan)?);
                let (_, made) = plan.taken(&context.names.path(context.model, Item::Record(record)), true);
                quote!(body: #made)
            }
            (None, MessageBody::Object) => return None,
        };
        let expected = match &message.tag {
            Tag::Text(text) => {
                let mut quoted = Vec::new();
                ltp_runtime::codec::write::string(&mut quoted, text);
                let quoted = raw_literal(&String::from_utf8_lossy(&quoted));
                quote!(reader.reads(#text, #quoted)?;)
            }
            Tag::Scalar { .. } => quote!(if reader.string()? != tag {
                return Err(Unexpected);
            }),
        };
        let read = match self.way {
            Way::Straight => self.straight(&parts, straight::Lead::Comma, Some(&envelope.tag))?,
            Way::Unordered => {
                let json = naming.map(|place| read::encoding_of(context.model, &envelope.members[place], &locals[place]));
                self.unordered(&parts, &mut scope, Some((&envelope.tag, &expected)), json)?
            }
        };
        let variant = context.names.variant(id);
        let path = context.names.path(context.model, Item::Envelope(message.envelope));
        let (_, made) = envelopes::made(context, envelope, &locals);
        let tag = field.as_ref().map(|field| {
            let owned = context.options.owned_only.then(|| quote!(.into_owned()));
            if owned.is_none() && field == "tag" {
                quote!(#field,)
            } else {
                quote!(#field: tag #owned,)
            }
        });
        let (ty, declared, reference) = self.message_type();
        let (declared, argument, cursor) = match self.way {
            Way::Straight => (
                if reference.is_empty() {
                    quote!(<const SPACED: bool>)
                } else {
                    quote!(<'a, const SPACED: bool>)
                },
                quote!(rest: &#reference [u8], layout: codec::Layout),
                quote!(Cursor::inside(rest, &LIMITS, layout)),
            ),
            Way::Unordered => (
                declared,
                quote!(frame: &#reference [u8]),
                quote!(Cursor::new(frame, &LIMITS).ok_or(Unexpected)?),
            ),
        };
        let space = (self.way == Way::Straight).then(|| quote!(reader.expects_space(SPACED);));
        let given = field.map(|_| {
            let any = if reference.is_empty() { quote!('_) } else { reference.clone() };
            quote!(, tag: Cow<#any, str>)
        });
        let enumeration = &context.names.message;
        let function = format_ident!("read_{}", names::member_name(&names::plain(variant)));
        let code = quote! {
            fn #function #declared(#argument #given) -> Result<#ty, Unexpected> {
                let mut cursor = #cursor;
                let reader = &mut cursor;
                #space
                #read
                if !reader.is_done() { return Err(Unexpected); }
                Ok(message::#enumeration::#variant { #tag envelope: #path { #made }, #body })
            }
        };
        Some(Message { id, function, code })
    }

    /// The member that holds a message's body.
    fn body(&self, body: &Body, content: MessageBody, local: &Ident, source: EncodingSource) -> Option<Part> {
        let (read, can_be_empty) = match content {
            MessageBody::Record(id) => (self.object(id, source)?, facts::can_be_empty(&self.context.model[id])),
            MessageBody::Object => {
                let owned = self.context.options.owned_only.then(|| quote!(.into_owned()));
                (quote!(reader.object()? #owned), true)
            }
        };
        let required = !(body.optional && can_be_empty);
        Some(Part {
            wire: body.wire.clone(),
            local: local.clone(),
            required,
            read,
            absent: Some(quote!(Default::default())),
            payload: None,
        })
    }

    /// The functions of all that is not read in the place where it stands.
    fn functions(&self) -> TokenStream {
        let mut functions = TokenStream::new();
        let mut count = 0;
        // Each may ask for others.
        loop {
            let Some(apart) = self.apart.borrow().get(count).copied() else {
                return functions;
            };
            count += 1;
            let (item, arguments, returned, read) = match apart {
                Apart::Record(id) => {
                    let Some(read) = self.object(id, EncodingSource::Given) else {
                        continue;
                    };
                    (Item::Record(id), TokenStream::new(), quote!(Self), read)
                }
                Apart::List(id) => {
                    let Some(read) = self.object(id, EncodingSource::Given) else {
                        continue;
                    };
                    (Item::Record(id), TokenStream::new(), quote!(Vec<Self>), self.items(&read))
                }
                Apart::Payloads(set) => (
                    Item::Payloads(set),
                    quote!(, kind: Cow<'a, str>),
                    quote!(Self),
                    self.payload(set, &format_ident!("kind")),
                ),
            };
            let path = self.context.names.path(self.context.model, item);
            let generics = self.context.generics(self.context.item_borrows(item), "'a");
            let (declared, text) = match (generics.is_empty(), apart) {
                (true, Apart::Record(_) | Apart::List(_)) => (TokenStream::new(), quote!('_)),
                (true, Apart::Payloads(_)) => (quote!('a,), quote!('a)),
                (false, _) => (TokenStream::new(), quote!('a)),
            };
            let (of_type, _) = lifetime(&generics);
            let name = self.function_name(apart);
            let (declared, space) = match self.way {
                Way::Straight => (quote!(<#declared const SPACED: bool>), quote!(reader.expects_space(SPACED);)),
                Way::Unordered if declared.is_empty() => (declared, TokenStream::new()),
                Way::Unordered => (quote!(<#declared>), TokenStream::new()),
            };
            functions.extend(quote! {
                impl #of_type #path #generics {
                    fn #name #declared(outer: &mut Cursor<#text> #arguments) -> Result<#returned, Unexpected> {
                        let mut cursor = *outer;
                        let reader = &mut cursor;
                        #space
                        let read = #read;
                        outer.goes_on_at(reader);
                        Ok(read)
                    }
                }
            });
        }
    }

    /// Says that something has a function of its own; gives that.
    fn apart(&self, apart: Apart) -> TokenStream {
        if !self.apart.borrow().contains(&apart) {
            self.apart.borrow_mut().push(apart);
        }
        let item = match apart {
            Apart::Record(id) | Apart::List(id) => Item::Record(id),
            Apart::Payloads(set) => Item::Payloads(set),
        };
        let (path, name) = (self.context.names.path(self.context.model, item), self.function_name(apart));
        match self.way {
            Way::Straight => quote!(#path::#name::<SPACED>),
            Way::Unordered => quote!(#path::#name),
        }
    }

    fn function_name(&self, apart: Apart) -> Ident {
        let way = self.way.module();
        match apart {
            Apart::Record(_) | Apart::Payloads(_) => format_ident!("read_{way}"),
            Apart::List(_) => format_ident!("read_{way}_list"),
        }
    }

    /// A block that reads a record where it stands.
    fn object(&self, id: RecordId, source: EncodingSource) -> Option<TokenStream> {
        let mut scope = scope();
        if let EncodingSource::Beside(local, _) = &source {
            scope.take(&local.to_string());
        }
        let plan = Plan::new(self.context, id, &mut scope, source);
        let parts = self.parts(id, &plan)?;
        let read = match self.way {
            Way::Straight => self.straight(&parts, straight::Lead::Bracket, None)?,
            Way::Unordered => self.unordered(&parts, &mut scope, None, None)?,
        };
        let (_, made) = plan.taken(&self.context.names.path(self.context.model, Item::Record(id)), true);
        Some(quote!({ #read #made }))
    }

    /// The members of a record; `None` if something is not known when it is read.
    fn parts(&self, id: RecordId, plan: &Plan<'_, 'm>) -> Option<Vec<Part>> {
        let record = &self.context.model[id];
        let members = record.members.iter().enumerate();
        members
            .map(|(index, member)| {
                let local = plan.local(index);
                if plan.is_kind(index) {
                    return Some(Part {
                        read: quote!(reader.string()?),
                        ..self.part(&record.decl.name, member, local, false)
                    });
                }
                let boxed = self.context.facts.is_boxed(id, index);
                let TypeKind::Payload { set, .. } = member.ty.kind else {
                    return Some(self.part(&record.decl.name, member, local, boxed));
                };
                let (kind, encoding) = plan.told(index, self.way == Way::Straight)?;
                let read = match self.way {
                    Way::Straight => self.told_payload(set, kind, encoding.as_ref()),
                    Way::Unordered => TokenStream::new(),
                };
                Some(Part {
                    read,
                    payload: Some(Told {
                        set,
                        kind: kind.clone(),
                        encoding,
                    }),
                    ..self.part(&record.decl.name, member, local, boxed)
                })
            })
            .collect()
    }

    fn part(&self, owner: &str, member: &Member, local: &Ident, boxed: bool) -> Part {
        checks::subject(
            self.context,
            format!("{}_{}", names::member_name(owner), names::member_name(&member.name)),
        );
        let read = self.value(&member.ty);
        let read = match (boxed, member.ty.nullable) {
            (true, true) => quote!((#read).map(Box::new)),
            (true, false) => quote!(Box::new(#read)),
            (false, _) => read,
        };
        Part {
            wire: member.wire.clone(),
            local: local.clone(),
            required: matches!(member.presence, Presence::Required { .. }),
            read,
            absent: None,
            payload: None,
        }
    }

    /// Whether no two names are one, and they are not more or longer than is read at all.
    fn are_plain(&self, names: &[&str]) -> bool {
        let limits = &self.context.tables.schema.limits;
        let is_plain = |name: &&str| name.len() <= limits.string && names.iter().filter(|other| *other == name).count() == 1;
        names.len() <= limits.members && names.iter().all(is_plain)
    }

    /// Whether all is known of a record's payloads when they are read.
    fn is_told(&self, id: RecordId) -> bool {
        let record = &self.context.model[id];
        let names: Vec<&str> = record.members.iter().map(|member| member.wire.as_str()).collect();
        let plan = Plan::new(self.context, id, &mut scope(), EncodingSource::Given);
        let is_told = |(index, member): (usize, &Member)| {
            !matches!(member.ty.kind, TypeKind::Payload { .. }) || plan.told(index, self.way == Way::Straight).is_some()
        };
        facts::encoded_by_envelope(record).is_none() && self.are_plain(&names) && record.members.iter().enumerate().all(is_told)
    }
}

/// A scope in which the names that are used beside members are taken.
fn scope() -> Scope {
    Scope::of(
        &[
            "reader", "cursor", "outer", "read", "rest", "frame", "lead", "place", "tag", "tagged", "told", "layout", "items", "goes_on",
        ]
        .map(names::ident),
    )
}

/// The lifetime of what is read from, declared and said, if what is read borrows from it.
fn lifetime(generics: &TokenStream) -> (TokenStream, TokenStream) {
    if generics.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        (quote!(<'a>), quote!('a))
    }
}
