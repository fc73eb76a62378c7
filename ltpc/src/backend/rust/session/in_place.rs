//! `InPlace` for a role: what is delivered where it was read, and what is written where it goes out.
//!
//! Only transitions that do nothing but deliver, or send what was given, are written a second time; for all others these functions say
//! no, before anything has changed.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    super::codec::fit,
    action::{self, Block, Given},
    context::RoleContext,
    expr::{Came, Env},
    imports::{looks_at, mentions},
    messages, send, uses,
};
use crate::model::{Action, ActionKind, EnvelopeId, MessageId, Next, PlaceBase, StateKind, Transition};

/// The functions of a role's core, and the arms that call them.
pub(super) struct InPlace {
    functions: TokenStream,
    admits: TokenStream,
    sends: TokenStream,
    stamps: TokenStream,
    /// How many texts are made for a message at most.
    texts: usize,
}

impl InPlace {
    pub fn new(role: &RoleContext<'_>) -> Self {
        let mut made = Self {
            functions: TokenStream::new(),
            admits: TokenStream::new(),
            sends: TokenStream::new(),
            stamps: TokenStream::new(),
            texts: 0,
        };
        for state in (0..role.states.len()).filter(|state| role.role.states[*state].kind != StateKind::End) {
            if let Some(body) = admits(role, state) {
                let message = role.message_of("'_");
                let (function, arm) = function(role, state, "admits", &quote!(message: &#message), &quote!(message), &body);
                let docs = format!(" Takes a message that `{}` only delivers.", role.role.states[state].name);
                made.functions.extend(quote!(#[doc = #docs] #function));
                made.admits.extend(arm);
            }
            if let Some(Sent { pattern, body, texts }) = stamps(role, state) {
                let lifetime = if mentions(&body, "texts") { "'s" } else { "'_" };
                let draft = role.draft_of(lifetime);
                let (function, arm) = function(role, state, "stamps", &quote!(draft: &mut #draft), &quote!(&mut draft), &body);
                let docs = format!(" Stamps a message that `{}` only sends.", role.role.states[state].name);
                made.functions.extend(quote!(#[doc = #docs] #function));
                made.stamps.extend(arm);
                made.texts = made.texts.max(texts);
                let (variant, state_enum) = (&role.states[state].variant, role.own("State"));
                let fields = role.states[state].structure.is_some().then(|| quote!((_)));
                made.sends
                    .extend(quote!(Some(#state_enum::#variant #fields) => matches!(draft, #pattern),));
            }
        }
        if !made.admits.is_empty() && !role.role.uniques.is_empty() {
            made.functions.extend(is_fresh(role));
        }
        made
    }

    /// What the core has for it.
    pub fn functions(&self) -> &TokenStream {
        &self.functions
    }

    /// `InPlace` for the role.
    pub fn implementation(&self, role: &RoleContext<'_>) -> TokenStream {
        let name = role.own("");
        let (in_place, context, error, refusal) = (
            role.session("InPlace"),
            role.session("Context"),
            role.session("CallError"),
            role.session("Refusal"),
        );
        let (path, lent, draft) = (role.message_path(), role.message_of("'f"), role.draft_of("'d"));
        let borrows = role.rust.message_borrows() && !role.rust.options.owned_only;
        let read = match role.model.framing() {
            None => quote!(#path::decode_by(&mut self.habit, frame)),
            Some(_) => quote!(#path::decode_by(self.mismatch, frame)),
        };
        let kept = if borrows { quote!(message.into_owned()) } else { quote!(message) };
        let admit = self.admit(role);
        let (sends, say) = (self.sends(), self.say(role));
        let (calls, from) = (calls(role, borrows), drafts(role));
        quote! {
            impl #in_place for #name {
                type Read<'f> = #lent;
                type Draft<'d> = #draft;

                fn read<'f>(&mut self, frame: &'f [u8]) -> Result<Self::Read<'f>, #refusal> {
                    #read
                }

                fn name_of<'m>(message: &'m Self::Read<'_>) -> &'m str {
                    message.name()
                }

                fn own(message: Self::Read<'_>) -> Box<Self::Message> {
                    Box::new(#kept)
                }

                fn lend<'f>(message: Self::Message) -> Self::Read<'f> {
                    message
                }

                #admit

                #sends

                fn say(
                    &mut self,
                    draft: Self::Draft<'_>,
                    context: &mut #context<'_>,
                    out: &mut Vec<u8>,
                ) -> Result<&'static str, #error> {
                    #say
                }

                fn call(draft: Self::Draft<'_>) -> Result<Self::Call, &'static str> {
                    #calls
                }
            }

            #from
        }
    }

    fn admit(&self, role: &RoleContext<'_>) -> TokenStream {
        let context = role.session("Context");
        if self.admits.is_empty() {
            return quote! {
                fn admit(&mut self, _message: &Self::Read<'_>, _context: &mut #context<'_>) -> bool {
                    false
                }
            };
        }
        let (arms, step) = (&self.admits, step(&self.admits));
        let context_name = if step.is_empty() {
            format_ident!("_context")
        } else {
            format_ident!("context")
        };
        quote! {
            fn admit(&mut self, message: &Self::Read<'_>, #context_name: &mut #context<'_>) -> bool {
                #step
                match &mut self.state { #arms _ => false, }
            }
        }
    }

    fn sends(&self) -> TokenStream {
        if self.sends.is_empty() {
            return quote! {
                fn sends(&self, _draft: &Self::Draft<'_>) -> bool {
                    false
                }
            };
        }
        let arms = &self.sends;
        quote! {
            fn sends(&self, draft: &Self::Draft<'_>) -> bool {
                match &self.state { #arms _ => false, }
            }
        }
    }

    fn say(&self, role: &RoleContext<'_>) -> TokenStream {
        let error = role.session("CallError");
        let not_now = quote! {
            Err(#error::NotNow {
                state: self.name().into(),
                message: draft.name().into(),
            })
        };
        if self.stamps.is_empty() {
            return quote! {
                let _ = (context, out);
                #not_now
            };
        }
        let (arms, step) = (&self.stamps, step(&self.stamps));
        let unused = step.is_empty().then(|| quote!(let _ = context;));
        let texts = mentions(arms, "texts").then(|| {
            let (lent, count) = (role.session("LentTexts"), proc_macro2::Literal::usize_unsuffixed(self.texts));
            quote! {
                let mut room = #lent::room::<#count>();
                let mut texts = #lent::new(&mut room);
            }
        });
        let fits = fit::is_wanted(role.rust).then(|| {
            quote! {
                if draft.fits() {
                    draft.encode(out);
                    return Ok(name);
                }
            }
        });
        quote! {
            #unused
            #step
            #texts
            let mut draft = draft;
            let is_sent = match &mut self.state { #arms _ => false, };
            if !is_sent {
                return #not_now;
            }
            let name = draft.name();
            #fits
            match draft.boxed() {
                Ok(message) => {
                    message.encode(out);
                    Ok(name)
                }
                Err(violations) => Err(#error::Invalid(violations.into())),
            }
        }
    }
}

/// A function of a state, which says yes or no, and the arm that calls it.
fn function(
    role: &RoleContext<'_>,
    state: usize,
    suffix: &str,
    parameter: &TokenStream,
    argument: &TokenStream,
    body: &TokenStream,
) -> (TokenStream, TokenStream) {
    let names = &role.states[state];
    let (name, variant, state_enum) = (format_ident!("{}_{suffix}", names.prefix), &names.variant, role.own("State"));
    let looks = looks_at(body, "state") && names.structure.is_some();
    let of_state = looks.then(|| role.state_parameter(state, true));
    let receiver = mentions(body, "self").then(|| quote!(&mut self,));
    let path = if receiver.is_some() { quote!(self.core.) } else { quote!(Core::) };
    let (given, step) = if mentions(body, "step") {
        let ty = role.step_type();
        (quote!(, &mut step), quote!(, step: #ty))
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let (generics, made, texts) = if mentions(body, "texts") {
        let fresh = role.session("FreshText");
        (quote!(<'s>), quote!(, &mut texts), quote!(, texts: &mut impl #fresh<'s>))
    } else {
        (TokenStream::new(), TokenStream::new(), TokenStream::new())
    };
    // Arms are written as transitions are, whether they say the same or not.
    let only_says = (body.to_string().contains("=> true ,")).then(|| quote!(#[allow(clippy::match_like_matches_macro)]));
    let function = quote! {
        #only_says
        fn #name #generics(#receiver #of_state #parameter #step #texts) -> bool {
            #body
        }
    };
    let (bound, passed) = match (&names.structure, looks) {
        (None, _) => (TokenStream::new(), TokenStream::new()),
        (Some(_), false) => (quote!((_)), TokenStream::new()),
        (Some(_), true) => (quote!((state)), quote!(state,)),
    };
    let arm = quote!(Some(#state_enum::#variant #bound) => #path #name(#passed #argument #given #made),);
    (function, arm)
}

/// A step that asks for nothing, if one is needed.
fn step(arms: &TokenStream) -> TokenStream {
    if !mentions(arms, "step") {
        return TokenStream::new();
    }
    quote! {
        let mut actions = Vec::new();
        let mut step = Step::new(context, &mut actions);
    }
}

/// Drafts as calls.
fn calls(role: &RoleContext<'_>, borrows: bool) -> TokenStream {
    let (call, path) = (role.own("Call"), role.message_draft_path());
    let calls = role.calls();
    if calls.is_empty() {
        return quote!(Err(draft.name()));
    }
    let arms = calls.iter().map(|id| {
        let variant = role.message_variant(*id);
        let tag: Vec<_> = role.tag_field(*id).into_iter().collect();
        quote! {
            #path::#variant { #(#tag,)* envelope, body } => #call::#variant {
                #(#tag,)*
                body: Box::new(body),
                envelope: Box::new(envelope),
            },
        }
    });
    let owned = if borrows { quote!(draft.into_owned()) } else { quote!(draft) };
    let other = (calls.len() < role.model.messages.len()).then(|| quote!(other => return Err(other.name()),));
    quote! {
        Ok(match #owned { #(#arms)* #other })
    }
}

/// Calls as drafts.
fn drafts(role: &RoleContext<'_>) -> TokenStream {
    let (call, draft) = (role.own("Call"), role.draft_of("'static"));
    let arms = role.calls().into_iter().map(|id| {
        let variant = role.message_variant(id);
        let tag: Vec<_> = role.tag_field(id).into_iter().collect();
        quote! {
            #call::#variant { #(#tag,)* envelope, body } => Self::#variant {
                #(#tag,)*
                envelope: *envelope,
                body: *body,
            },
        }
    });
    quote! {
        impl From<#call> for #draft {
            fn from(call: #call) -> Self {
                match call { #(#arms)* }
            }
        }
    }
}

/// Whether an action changes nothing but a timer, by what is known without the message and without drawing.
fn is_timer(action: &Action) -> bool {
    let is_kind = matches!(action.kind, ActionKind::Arm(_) | ActionKind::Disarm(_) | ActionKind::Ignore);
    let mut draws = false;
    action.expressions(&mut |expr| draws |= uses::draws(expr));
    is_kind && !draws
}

/// Whether a transition does one thing, and otherwise sets timers.
fn does_only(transition: &Transition, what: impl Fn(&ActionKind) -> bool) -> bool {
    let (does, others): (Vec<&Action>, Vec<&Action>) = transition.actions.iter().partition(|action| what(&action.kind));
    matches!(transition.next, Next::Stay) && does.len() == 1 && others.into_iter().all(is_timer)
}

/// What a state does with the messages that it only delivers; `None` if there are none, or if a message may not repeat for two reasons.
fn admits(role: &RoleContext<'_>, state: usize) -> Option<TokenStream> {
    let declared = &role.role.states[state];
    let uniques = &role.role.uniques;
    let is_plain = |transition: &Transition| does_only(transition, |kind| matches!(kind, ActionKind::Deliver));
    let twice = uniques
        .iter()
        .enumerate()
        .any(|(index, unique)| uniques[..index].iter().any(|before| before.envelope == unique.envelope));
    if twice || !messages::coming(declared).any(is_plain) {
        return None;
    }
    let is_unique = !uniques.is_empty();
    // Of the others only who takes what is looked at.
    let transitions: Vec<Transition> = messages::coming(declared)
        .map(|transition| {
            let mut trimmed = transition.clone();
            trimmed.actions.retain(|action| is_plain(transition) && is_timer(action));
            trimmed.next = Next::Stay;
            // A guard that draws cannot be asked beforehand.
            trimmed.guard = trimmed.guard.filter(|guard| !uses::draws(guard));
            trimmed
        })
        .collect();
    let plain: Vec<bool> = messages::coming(declared)
        .zip(&transitions)
        .map(|(transition, trimmed)| is_plain(transition) && transition.guard.is_some() == trimmed.guard.is_some())
        .collect();
    let blocks = transitions.iter().zip(&plain).map(|(transition, plain)| {
        let came = action::came(role.model, transition);
        let block = action::block(Env::new(role, Some(state), came), transition, Given::Nothing);
        let (statements, outcome) = if *plain {
            let statements = block.statements;
            match (is_unique, statements.is_empty()) {
                (false, _) => (statements, quote!(true)),
                (true, true) => (statements, quote!(self.is_fresh(message))),
                (true, false) => (quote!(if !self.is_fresh(message) { return false; } #statements), quote!(true)),
            }
        } else {
            (TokenStream::new(), quote!(false))
        };
        (
            transition,
            Block {
                statements,
                outcome,
                ..block
            },
        )
    });
    Some(messages::matched(role, &quote!(message), &quote!(false), blocks))
}

/// Whether what must not repeat does not.
fn is_fresh(role: &RoleContext<'_>) -> TokenStream {
    let repeats = messages::uniques(role, &quote!(message), |_| quote!(return false;));
    let message = role.message_of("'_");
    quote! {
        /// Whether what must not repeat does not; then it is remembered.
        fn is_fresh(&mut self, message: &#message) -> bool {
            #repeats
            true
        }
    }
}

/// Messages that a state only sends.
struct Sent {
    pattern: TokenStream,
    /// What the state says of them.
    body: TokenStream,
    /// How many texts are made for one at most.
    texts: usize,
}

/// What a state says of the messages that it only sends; `None` if there are none.
fn stamps(role: &RoleContext<'_>, state: usize) -> Option<Sent> {
    let declared = &role.role.states[state];
    let mut by_envelope: BTreeMap<EnvelopeId, (Vec<MessageId>, TokenStream)> = BTreeMap::new();
    let mut arms = TokenStream::new();
    let mut sent = Vec::new();
    for message in role.calls() {
        let Some(transition) = messages::taken_by(declared, message).next() else {
            continue;
        };
        if transition.guard.is_some() || !does_only(transition, |kind| matches!(kind, ActionKind::SendGiven)) {
            continue;
        }
        let mut timers = transition.clone();
        timers.actions.retain(is_timer);
        if uses::names(&timers, |base| matches!(base, PlaceBase::Body(_) | PlaceBase::Envelope(_))) {
            continue;
        }
        sent.push(message);
        let envelope = role.model[message].envelope;
        let stamping = send::stamping(role, state, envelope).unwrap_or_default();
        let set = action::block(Env::new(role, Some(state), Came::Nothing), &timers, Given::Nothing).statements;
        if set.is_empty() {
            by_envelope
                .entry(envelope)
                .or_insert_with(|| (Vec::new(), stamping))
                .0
                .push(message);
        } else {
            let pattern = pattern(role, &[message], &stamping);
            arms.extend(quote!(#pattern => { #stamping #set true }));
        }
    }
    for (messages, stamping) in by_envelope.values() {
        let pattern = pattern(role, messages, stamping);
        arms.extend(if stamping.is_empty() {
            quote!(#pattern => true,)
        } else {
            quote!(#pattern => { #stamping true })
        });
    }
    if sent.is_empty() {
        return None;
    }
    let rest = (sent.len() < role.model.messages.len()).then(|| quote!(_ => false,));
    let texts = |id: &MessageId| send::texts(role, state, role.model[*id].envelope);
    Some(Sent {
        texts: sent.iter().map(texts).max().unwrap_or(0),
        pattern: pattern(role, &sent, &TokenStream::new()),
        body: quote!(match draft { #arms #rest }),
    })
}

/// The pattern of drafts, with the envelope if it is stamped.
fn pattern(role: &RoleContext<'_>, messages: &[MessageId], stamping: &TokenStream) -> TokenStream {
    let path = role.message_draft_path();
    let envelope = (!stamping.is_empty()).then(|| quote!(envelope,));
    let patterns = messages.iter().map(|id| {
        let variant = role.message_variant(*id);
        quote!(#path::#variant { #envelope .. })
    });
    quote!(#(#patterns)|*)
}
