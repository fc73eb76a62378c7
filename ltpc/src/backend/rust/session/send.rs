//! Messages that a machine makes: what is given, defaults, stamps, and the check that nothing wrong is sent.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{
    super::facts,
    context::RoleContext,
    expr::{Came, Env},
    imports::{looks_at, mentions},
    names, uses,
};
use crate::model::{
    ActionKind, EnvelopeId, Expr, ExprKind, Member, MessageBody, MessageId, Presence, RecordId, StampEntry, Trigger, TypeKind,
};

/// `send M { .. }`: the body and the envelope's given members, then the stamps, then the check.
pub(super) fn made(env: &Env<'_, '_>, message: MessageId, envelope: &[(usize, Expr)], body: &[(usize, Expr)]) -> TokenStream {
    let role = env.role;
    let declared = &role.model[message];
    let named = Named::new(env, envelope, body);
    let draft_type = role.draft_type(declared.envelope, false);
    let mut draft = quote!(#draft_type::default());
    if !envelope.is_empty() {
        let members = &role.model[declared.envelope].members;
        let fields = envelope.iter().enumerate().map(|(order, (index, value))| {
            let (field, member) = (role.envelope_field(declared.envelope, *index), &members[*index]);
            let owned = named.value(order, value, |value| env.owned(value));
            // What may be absent comes as a nullable value, which is what a draft holds; all else is said for certain.
            match (may_be_left_out(member, value), member.ty.nullable) {
                (true, false) => quote!(#field: #owned),
                (true, true) => quote!(#field: #owned.map(Some)),
                (false, _) => quote!(#field: Some(#owned)),
            }
        });
        let rest = (envelope.len() < members.len()).then(|| quote!(..#draft_type::default()));
        draft = quote!(#draft_type { #(#fields,)* #rest });
    }
    let body = match declared.body {
        MessageBody::Record(record) => role.record_literal(record, |index| {
            let order = body.iter().position(|(given, _)| *given == index)?;
            let member = &role.model[record].members[index];
            Some(named.value(envelope.len() + order, &body[order].1, |value| env.for_member(value, member)))
        }),
        MessageBody::Object => {
            let object = role.codec("Object");
            quote!(#object::EMPTY)
        }
    };
    let lets = &named.lets;
    let stamped = stamped(env, declared.envelope, &draft);
    let tag = role.tag_field(message).map(|field| {
        let text = role.text_literal("");
        quote!(#field: #text,)
    });
    let (path, variant) = (role.message_draft_path(), role.message_variant(message));
    let name = names::local(&declared.decl.name);
    // Values are drawn in this order: the body's, then the stamps'.
    quote! {
        #lets
        let #name = #path::#variant { #tag body: #body, envelope: #stamped };
        step.send(#name.boxed());
    }
}

/// `send`: what the application gave.
pub(super) fn given(env: &Env<'_, '_>, message: MessageId, again: bool) -> TokenStream {
    let (name, draft) = given_draft(env, message, again);
    quote! {
        #draft
        step.send(#name.boxed());
    }
}

/// A name, and what gives it to the draft of what the application gave.
pub(super) fn given_draft(env: &Env<'_, '_>, message: MessageId, again: bool) -> (Ident, TokenStream) {
    let role = env.role;
    let (body, envelope) = if again {
        (quote!((*body).clone()), quote!(envelope.clone()))
    } else {
        (quote!(*body), quote!(envelope))
    };
    let tag = role
        .tag_field(message)
        .map(|field| if again { quote!(#field: #field.clone(),) } else { quote!(#field,) });
    let stamping = env.state.and_then(|state| Stamped::new(role, state, role.model[message].envelope));
    // In its box, for it is large.
    let (stamped, envelope) = match stamping {
        None => (TokenStream::new(), quote!(*#envelope)),
        Some(stamping) => {
            let call = stamping.call(&quote!(&mut stamped), &owned_texts(role));
            (quote!(let mut stamped = #envelope; #call;), quote!(*stamped))
        }
    };
    let (path, variant) = (role.message_draft_path(), role.message_variant(message));
    let name = names::local(&role.model[message].decl.name);
    let draft = quote!(#stamped let #name = #path::#variant { #tag envelope: #envelope, body: #body };);
    (name, draft)
}

/// A draft of an envelope with what the state says of it.
fn stamped(env: &Env<'_, '_>, envelope: EnvelopeId, draft: &TokenStream) -> TokenStream {
    let Some(stamping) = env.state.and_then(|state| Stamped::new(env.role, state, envelope)) else {
        return draft.clone();
    };
    let call = stamping.call(&quote!(&mut draft), &owned_texts(env.role));
    quote!({ let mut draft = #draft; #call; draft })
}

/// What makes texts that are kept.
fn owned_texts(role: &RoleContext<'_>) -> TokenStream {
    let owned = role.session("OwnedTexts");
    quote!(&mut #owned)
}

/// Given values that draw randomness get names in the order in which they are written: drawing in another order would draw others.
struct Named {
    lets: TokenStream,
    names: Vec<Option<Ident>>,
}

impl Named {
    fn new(env: &Env<'_, '_>, envelope: &[(usize, Expr)], body: &[(usize, Expr)]) -> Self {
        let all: Vec<&Expr> = envelope.iter().chain(body).map(|(_, value)| value).collect();
        let many = all.iter().filter(|value| uses::draws(value)).count() > 1;
        let mut lets = TokenStream::new();
        let names = all
            .iter()
            .enumerate()
            .map(|(order, value)| {
                (many && uses::draws(value)).then(|| {
                    let name = format_ident!("drawn_{order}");
                    let value = env.owned(value);
                    lets.extend(quote!(let #name = #value;));
                    name
                })
            })
            .collect();
        Self { lets, names }
    }

    fn value(&self, order: usize, value: &Expr, otherwise: impl Fn(&Expr) -> TokenStream) -> TokenStream {
        match self.names.get(order) {
            Some(Some(name)) => quote!(#name),
            _ => otherwise(value),
        }
    }
}

/// Whether a given value that is none leaves its member out.
fn may_be_left_out(member: &Member, value: &Expr) -> bool {
    !matches!(member.presence, Presence::Required { .. }) && value.ty.nullable
}

// ---- the envelopes of a state

/// The envelopes of what a state sends.
fn sent_in(role: &RoleContext<'_>, state: usize) -> BTreeSet<EnvelopeId> {
    let mut envelopes = BTreeSet::new();
    for transition in &role.role.states[state].transitions {
        for action in &transition.actions {
            match (&action.kind, &transition.trigger) {
                (ActionKind::Send { message, .. }, _) => _ = envelopes.insert(role.model[*message].envelope),
                (ActionKind::SendGiven | ActionKind::Track(_), Trigger::App(messages)) => {
                    envelopes.extend(messages.iter().map(|id| role.model[*id].envelope))
                }
                _ => {}
            }
        }
    }
    envelopes
}

/// What a state says of an envelope, in order.
fn stamps<'m>(role: &RoleContext<'m>, state: usize, envelope: EnvelopeId) -> Vec<&'m StampEntry> {
    let stamps = role.role.states[state]
        .stamps
        .iter()
        .filter(|stamp| stamp.envelope == envelope)
        .flat_map(|stamp| &stamp.entries);
    stamps.filter(|entry| !matches!(entry.value.kind, ExprKind::None)).collect()
}

/// The function that says what a state says of an envelope.
struct Stamped {
    name: Ident,
    body: TokenStream,
    /// How it is called: `self.`, or `Self::` if it looks at nothing of the core.
    path: TokenStream,
    /// Whether it looks at the state.
    state: bool,
    /// Whether it looks at the step.
    step: bool,
    /// Whether it makes texts.
    texts: bool,
}

impl Stamped {
    /// `None` if the state says nothing.
    fn new(role: &RoleContext<'_>, state: usize, envelope: EnvelopeId) -> Option<Self> {
        let entries = stamps(role, state, envelope);
        if entries.is_empty() {
            return None;
        }
        let env = Env::new(role, Some(state), Came::Nothing);
        let mut stamping = Stamping {
            env: &env,
            envelope,
            known: Vec::new(),
            statements: Vec::new(),
        };
        entries.iter().for_each(|entry| stamping.stamp(entry));
        let body = stamping.body();
        let name = format_ident!(
            "{}_{}",
            role.states[state].prefix,
            names::plain_field(&role.model[envelope].decl.name)
        );
        let path = if mentions(&body, "self") { quote!(self.) } else { quote!(Self::) };
        Some(Self {
            name,
            path,
            state: looks_at(&body, "state"),
            step: mentions(&body, "step"),
            texts: mentions(&body, "texts"),
            body,
        })
    }

    /// What has a draft stamped; `maker` makes the texts.
    fn call(&self, draft: &TokenStream, maker: &TokenStream) -> TokenStream {
        let Self {
            name,
            path,
            state,
            step,
            texts,
            ..
        } = self;
        let (state, step) = (state.then(|| quote!(state,)), step.then(|| quote!(, step)));
        let texts = texts.then(|| quote!(, #maker));
        quote!(#path #name(#state #draft #step #texts))
    }

    fn write(&self, role: &RoleContext<'_>, state: usize, envelope: EnvelopeId) -> TokenStream {
        let Self { name, body, .. } = self;
        let docs = format!(
            " What `{}` says of the `{}` of what it sends.",
            role.role.states[state].name, role.model[envelope].decl.name
        );
        let step = role.step_type();
        let (generics, draft, texts) = if self.texts {
            let fresh = role.session("FreshText");
            (
                quote!(<'s>),
                role.envelope_draft_of(envelope, "'s"),
                quote!(, texts: &mut impl #fresh<'s>),
            )
        } else {
            (TokenStream::new(), role.envelope_draft_of(envelope, "'_"), TokenStream::new())
        };
        let receiver = mentions(body, "self").then(|| quote!(&self,));
        let parameter = self.state.then(|| role.state_parameter(state, false));
        let step = self.step.then(|| quote!(, step: #step));
        quote! {
            #[doc = #docs]
            fn #name #generics(#receiver #parameter draft: &mut #draft #step #texts) {
                #body
            }
        }
    }
}

/// The functions that say what a state says of the envelopes of what it sends.
pub(super) fn envelopes(role: &RoleContext<'_>, state: usize) -> TokenStream {
    let sent = sent_in(role, state).into_iter();
    sent.filter_map(|envelope| Some(Stamped::new(role, state, envelope)?.write(role, state, envelope)))
        .collect()
}

/// The statement that stamps `envelope` with what a state says; `None` if it says nothing.
pub(super) fn stamping(role: &RoleContext<'_>, state: usize, envelope: EnvelopeId) -> Option<TokenStream> {
    let call = Stamped::new(role, state, envelope)?.call(&quote!(envelope), &quote!(texts));
    Some(quote!(#call;))
}

/// How many texts a state makes for an envelope.
pub(super) fn texts(role: &RoleContext<'_>, state: usize, envelope: EnvelopeId) -> usize {
    let is_fresh = |value: &Expr| matches!(value.kind, ExprKind::Fresh) && !matches!(value.ty.kind, TypeKind::Uuid);
    let entries = stamps(role, state, envelope).into_iter();
    entries
        .filter(|entry| match &entry.value.kind {
            ExprKind::Wrap(inner) => is_fresh(inner),
            _ => is_fresh(&entry.value),
        })
        .count()
}

/// What a state's stamps do to a draft, one after the other.
struct Stamping<'e, 'r, 'm> {
    env: &'e Env<'r, 'm>,
    envelope: EnvelopeId,
    /// Records on the way, each with a name: `NAME_made` says whether nothing stood there, so that none of its members is said.
    /// One that must have members is made at once, and known by the name.
    known: Vec<(Vec<usize>, Ident)>,
    /// Statements; of one that only binds a name, that name.
    statements: Vec<(Option<Ident>, TokenStream)>,
}

/// Where a stamp leads so far.
struct Target {
    /// The field.
    place: TokenStream,
    /// Whether nothing stands there, as an expression.
    absent: TokenStream,
    /// Whether the field may hold nothing: then a record in it is made where a member of it is set.
    is_option: bool,
    /// How many `Some`s stand around a value in the field.
    layers: usize,
}

impl<'m> Stamping<'_, '_, 'm> {
    /// `member = value` or `member ?= value`.
    fn stamp(&mut self, entry: &StampEntry) {
        let role = self.env.role;
        let Some((first, rest)) = entry.target.split_first() else { return };
        let field = role.envelope_field(self.envelope, *first);
        let mut ty = &role.model[self.envelope].members[*first].ty;
        let layers = 1 + usize::from(ty.nullable);
        let mut target = Target {
            place: quote!(draft.#field),
            absent: quote!(draft.#field.is_none()),
            is_option: true,
            layers,
        };
        for (depth, index) in rest.iter().enumerate() {
            let TypeKind::Record(record) = ty.kind else { break };
            let member = &role.model[record].members[*index];
            let members = &role.model[record].members;
            let (path, may_stand) = (&entry.target[..=depth], target.is_option);
            if may_stand && !facts::has_default(members) {
                target = self.made(path, &target, record);
            } else if may_stand && members.iter().any(|member| member.presence != Presence::Optional) {
                let (_, flag) = self.flagged(path, &target, record);
                target.absent = quote!(#flag);
            }
            target = target.member(&role.record_field(record, *index), member);
            ty = &member.ty;
        }
        let assigned = assign(self.env, &target, entry);
        self.statements.push((None, assigned));
    }

    /// All statements, without names that nothing uses.
    fn body(&self) -> TokenStream {
        let mut body = TokenStream::new();
        for (order, (name, statement)) in self.statements.iter().enumerate() {
            let used = |name: &Ident| {
                self.statements[order + 1..]
                    .iter()
                    .any(|(_, later)| mentions(later, &name.to_string()))
            };
            if name.as_ref().is_none_or(used) {
                body.extend(statement.clone());
            }
        }
        body
    }

    /// The name of a record on the way, and the name of whether nothing stood there before it was first looked at.
    fn flagged(&mut self, path: &[usize], target: &Target, record: RecordId) -> (Ident, Ident) {
        let flag = |name: &Ident| format_ident!("{}_made", names::plain(name));
        if let Some((_, name)) = self.known.iter().find(|(known, _)| known == path) {
            return (name.clone(), flag(name));
        }
        let name = names::local(&self.env.role.model[record].decl.name);
        let name = if self.known.iter().any(|(_, known)| *known == name) {
            format_ident!("{name}_{}", self.known.len())
        } else {
            name
        };
        let (flag, absent) = (flag(&name), &target.absent);
        self.statements.push((Some(flag.clone()), quote!(let #flag = #absent;)));
        self.known.push((path.to_vec(), name.clone()));
        (name, flag)
    }

    /// A record that is made if it is absent. What it must have is set by other stamps: until then something stands there.
    fn made(&mut self, path: &[usize], target: &Target, record: RecordId) -> Target {
        let is_new = !self.known.iter().any(|(known, _)| known == path);
        let (name, flag) = self.flagged(path, target, record);
        if is_new {
            let (place, literal) = (&target.place, self.env.role.placeholder(record));
            let made = quote!(let #name = #place.get_or_insert_with(|| #literal););
            self.statements.push((None, made));
        }
        Target {
            place: quote!(#name),
            absent: quote!(#flag),
            is_option: false,
            layers: 0,
        }
    }
}

impl Target {
    /// A member of the record that stands there, which is made if it is absent.
    fn member(self, field: &Ident, member: &Member) -> Self {
        let Self {
            place,
            absent,
            is_option: may_be_absent,
            ..
        } = self;
        let is_option = member.presence == Presence::Optional;
        let layers = usize::from(is_option) + usize::from(member.ty.nullable);
        if !may_be_absent {
            let absent = if is_option { quote!(#place.#field.is_none()) } else { absent };
            return Self {
                place: quote!(#place.#field),
                absent,
                is_option,
                layers,
            };
        }
        let absent = if is_option {
            quote!(#place.as_ref().is_none_or(|it| it.#field.is_none()))
        } else {
            absent
        };
        Self {
            place: quote!(#place.get_or_insert_default().#field),
            absent,
            is_option,
            layers,
        }
    }
}

fn assign(env: &Env<'_, '_>, target: &Target, entry: &StampEntry) -> TokenStream {
    let Target { place, absent, layers, .. } = target;
    let put = |value: TokenStream| {
        let value = (0..*layers).fold(value, |value, _| quote!(Some(#value)));
        quote!(#place = #value;)
    };
    let if_absent = |put: TokenStream| if entry.only_if_absent { quote!(if #absent { #put }) } else { put };
    match &entry.value.kind {
        ExprKind::None => TokenStream::new(),
        ExprKind::Wrap(inner) => if_absent(put(stamp_value(env, inner))),
        _ if entry.value.ty.nullable => {
            let (value, put) = (env.owned(&entry.value), put(quote!(value)));
            let absent = entry.only_if_absent.then(|| quote!(#absent &&));
            quote!(if #absent let Some(value) = #value { #put })
        }
        _ => if_absent(put(stamp_value(env, &entry.value))),
    }
}

/// A value that is kept as long as the draft: a fresh text need not be longer.
fn stamp_value(env: &Env<'_, '_>, value: &Expr) -> TokenStream {
    match value.kind {
        ExprKind::Fresh if !matches!(value.ty.kind, TypeKind::Uuid) && !env.role.rust.options.owned_only => {
            quote!(texts.fresh(step.fresh()))
        }
        _ => env.owned(value),
    }
}
