//! Between the bodies of messages and what they say of work: member by member where their shape allows it, so that what an element takes and
//! gives is moved and not looked at; else by the table and JSON.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::body::Body;
use crate::{
    backend::rust::{
        context::{Context, Scope},
        names::{self, Item},
    },
    model::{Constant, EnumId, Member, Presence, TypeKind, Work},
};

/// A function for each direction and message, as far as the text of the sides calls it.
pub fn bodies(context: &Context<'_>, work: &Work, sides: &str) -> TokenStream {
    let mut all = TokenStream::new();
    if let Some(body) = Body::of(context, work.request) {
        let [unit, request] = body.request(work);
        all.extend(unit);
        all.extend(sides.contains("request (unit)").then_some(request));
    }
    if let Some(body) = Body::of(context, work.reply) {
        let [outcome, reply] = body.reply(work);
        all.extend(outcome);
        all.extend(sides.contains("reply (outcome)").then_some(reply));
    }
    if let Some((id, code, message)) = work.fault
        && let Some(body) = Body::of(context, id)
    {
        let ty = body.ty();
        let failure = body.failure(&quote!(body), (code, message));
        all.extend(quote! {
            /// What is said of a bad frame.
            fn fault(body: #ty) -> Option<Failure> {
                Some(#failure)
            }
        });
    }
    if let Some((id, handlers, load)) = work.beat
        && let Some(body) = Body::of(context, id)
    {
        let [beat, say_beat] = body.beat(handlers, load);
        all.extend(beat);
        all.extend(sides.contains("say_beat (beat)").then_some(say_beat));
    }
    all
}

impl Body<'_, '_> {
    /// A unit of a request, and the other way round.
    fn request(&self, work: &Work) -> [TokenStream; 2] {
        let (asked, ty, decoded) = (&work.asked, self.ty(), self.decoded(&quote!(TABLE.request(&unit))));
        let known: Vec<usize> = [asked.id, asked.group, asked.element, asked.input]
            .into_iter()
            .chain([asked.priority, asked.timeout, asked.after].into_iter().flatten())
            .collect();
        let is_certain = |index: usize| matches!(self.member(index).presence, Presence::Required { .. });
        let has_timeout = asked
            .timeout
            .is_none_or(|index| self.member(index).presence != Presence::Required { default: None });
        if !self.is_plain(&known) || !has_timeout || ![asked.id, asked.group, asked.element, asked.input].into_iter().all(is_certain) {
            let unit = quote! {
                /// What a request asks for.
                fn unit(body: #ty) -> Option<Unit> {
                    TABLE.unit(&body.to_json())
                }
            };
            let request = quote! {
                /// The request of a unit.
                fn request(unit: Unit) -> Result<#ty, Vec<Violation>> {
                    #decoded
                }
            };
            return [unit, request];
        }
        let field = |index: usize| {
            let name = &self.names[index];
            quote!(body.#name)
        };
        let (id, element) = (self.text(&field(asked.id)), self.text(&field(asked.element)));
        let (group, input) = (field(asked.group), field(asked.input));
        let usual = match asked.priority.map(|index| &self.member(index).presence) {
            Some(Presence::Default { value, .. } | Presence::Required { default: Some(value) }) => constant(value),
            _ => quote!(0),
        };
        let priority = match asked.priority {
            Some(index) if self.is_optional(index) => {
                let place = field(index);
                quote!(#place.unwrap_or(TABLE.members.usual_priority))
            }
            Some(index) => field(index),
            None => quote!(TABLE.members.usual_priority),
        };
        let timeout = match asked.timeout {
            Some(index) if self.is_optional(index) => field(index),
            Some(index) => {
                let place = field(index);
                quote!(Some(#place))
            }
            None => quote!(None),
        };
        let after = match asked.after {
            Some(index) if self.is_optional(index) => {
                let place = field(index);
                self.texts(&quote!(#place.unwrap_or_default()))
            }
            Some(index) => self.texts(&field(index)),
            None => quote!(Vec::new()),
        };
        let more = self.says_more(&known);
        let mut members = vec![
            (asked.id, self.as_text(&quote!(unit.id))),
            (asked.group, quote!(group)),
            (asked.element, self.as_text(&quote!(unit.element))),
            (asked.input, quote!(input)),
        ];
        if let Some(index) = asked.priority {
            members.push((
                index,
                if self.is_optional(index) {
                    quote!((unit.priority > 0).then_some(unit.priority))
                } else {
                    quote!(if unit.priority > 0 { unit.priority } else { #usual })
                },
            ));
        }
        if let Some(index) = asked.timeout {
            let otherwise = match &self.member(index).presence {
                Presence::Default { value, .. } | Presence::Required { default: Some(value) } => Some(constant(value)),
                _ => None,
            };
            members.push((
                index,
                otherwise.map_or_else(|| quote!(unit.timeout), |value| quote!(unit.timeout.unwrap_or(#value))),
            ));
        }
        if let Some(index) = asked.after {
            let texts = self.as_texts(&quote!(unit.after));
            members.push((
                index,
                if self.is_optional(index) {
                    quote!(if unit.after.is_empty() { None } else { Some(#texts) })
                } else {
                    texts
                },
            ));
        }
        let made = self.made(&members);
        let groups = self.context.path(Item::Enum(enum_of(self.member(asked.group))), Scope::Beside);
        let unit = quote! {
            /// What a request asks for.
            fn unit(body: #ty) -> Option<Unit> {
                let more = if #more { TABLE.more(&body.to_json()) } else { Vec::new() };
                Some(Unit {
                    id: #id,
                    group: #group.as_str().to_owned(),
                    element: #element,
                    input: #input.into_string(),
                    priority: #priority,
                    timeout: #timeout,
                    after: #after,
                    more,
                })
            }
        };
        let request = quote! {
            /// The request of a unit.
            fn request(mut unit: Unit) -> Result<#ty, Vec<Violation>> {
                if unit.more.is_empty()
                    && let Ok(group) = unit.group.parse::<#groups>()
                    && let Some(input) = work::taken(&mut unit.input)
                {
                    return Ok(#made);
                }
                #decoded
            }
        };
        [unit, request]
    }

    /// An outcome of a reply, and the other way round.
    fn reply(&self, work: &Work) -> [TokenStream; 2] {
        let (answered, ty, decoded) = (&work.answered, self.ty(), self.decoded(&quote!(TABLE.reply(&outcome))));
        let known: Vec<usize> = [answered.id, answered.status, answered.output, answered.failure]
            .into_iter()
            .chain(answered.took)
            .collect();
        let inner = match self.member(answered.failure).ty.kind {
            TypeKind::Record(id) => Some(Self::new(self.context, id)),
            _ => None,
        };
        let inner = inner.filter(|inner| inner.is_plain(&[answered.words.0, answered.words.1]));
        let took = answered.took.map(|index| (index, self.member(index).presence.clone()));
        let fits = self.is_plain(&known) && self.is_optional(answered.output) && self.is_optional(answered.failure);
        let Some(inner) = inner.filter(|_| fits) else {
            let outcome = quote! {
                /// What a reply says became of a unit.
                fn outcome(body: #ty) -> Option<Outcome> {
                    TABLE.outcome(&body.to_json())
                }
            };
            let reply = quote! {
                /// The reply of an outcome.
                fn reply(outcome: Outcome) -> Result<#ty, Vec<Violation>> {
                    #decoded
                }
            };
            return [outcome, reply];
        };
        let variant = |index: usize| {
            let id = enum_of(self.member(answered.status));
            let declared = &self.context.model[id];
            let path = self.context.path(Item::Enum(id), Scope::Beside);
            let name =
                names::variant_names(declared.variants.iter().map(|variant| variant.name.as_str()), declared.open).swap_remove(index);
            quote!(#path::#name)
        };
        let (done, undone) = (variant(answered.outcomes.0), variant(answered.outcomes.1));
        let [id, status, output, failure] =
            [answered.id, answered.status, answered.output, answered.failure].map(|index| &self.names[index]);
        let own_id = self.text(&quote!(body.#id));
        let read_failure = inner.failure(&quote!(failure), answered.words);
        let read_took = match &took {
            Some((index, Presence::Optional)) => {
                let name = &self.names[*index];
                quote!(body.#name.unwrap_or(0))
            }
            Some((index, _)) => {
                let name = &self.names[*index];
                quote!(body.#name)
            }
            None => quote!(0),
        };
        let (code, message) = (
            inner.member(answered.words.0),
            self.as_text(&quote!(std::mem::take(&mut failure.message))),
        );
        let is_enum = matches!(code.ty.kind, TypeKind::Enum(_));
        let made_code = if is_enum {
            quote!(code)
        } else {
            self.as_text(&quote!(failure.code.to_string()))
        };
        let made_failure = inner.made(&[(answered.words.0, made_code), (answered.words.1, message)]);
        let undone = quote!((#undone, None, Some(#made_failure)));
        let undone = if is_enum {
            quote!(failure.code.parse().ok().map(|code| #undone))
        } else {
            quote!(Some(#undone))
        };
        let mut members = vec![
            (answered.id, self.as_text(&quote!(outcome.id))),
            (answered.status, quote!(status)),
            (answered.output, quote!(output)),
            (answered.failure, quote!(failure)),
        ];
        members.extend(took.map(|(index, presence)| {
            (
                index,
                if presence == Presence::Optional {
                    quote!(Some(outcome.took))
                } else {
                    quote!(outcome.took)
                },
            )
        }));
        let made = self.made(&members);
        let outcome = quote! {
            /// What a reply says became of a unit.
            fn outcome(body: #ty) -> Option<Outcome> {
                let result = if body.#status == #done {
                    Ok(body.#output.map_or_else(|| "null".to_owned(), |output| output.into_string()))
                } else {
                    Err(body.#failure.map_or_else(
                        || Failure::new(TABLE.codes.failed.clone(), String::new()),
                        |failure| #read_failure,
                    ))
                };
                Some(Outcome { id: #own_id, result, took: #read_took })
            }
        };
        let reply = quote! {
            /// The reply of an outcome.
            fn reply(mut outcome: Outcome) -> Result<#ty, Vec<Violation>> {
                let said = match &mut outcome.result {
                    Ok(output) => work::taken(output).map(|output| (#done, Some(output), None)),
                    Err(failure) => #undone,
                };
                if let Some((status, output, failure)) = said {
                    return Ok(#made);
                }
                #decoded
            }
        };
        [outcome, reply]
    }

    /// The failure that a place says, by its members for a code and words.
    fn failure(&self, place: &TokenStream, (code, message): (usize, usize)) -> TokenStream {
        let (code_name, message_name) = (&self.names[code], &self.names[message]);
        let code = match self.member(code).ty.kind {
            TypeKind::Enum(_) => quote!(#place.#code_name.as_str().to_owned()),
            _ => self.text(&quote!(#place.#code_name)),
        };
        let message = self.text(&quote!(#place.#message_name));
        quote!(Failure::new(#code, #message))
    }

    /// What a peer says of itself, and the other way round.
    fn beat(&self, handlers: usize, load: Option<usize>) -> [TokenStream; 2] {
        let (ty, decoded) = (self.ty(), self.decoded(&quote!(TABLE.say_beat(&beat))));
        let known: Vec<usize> = std::iter::once(handlers).chain(load).collect();
        let fits = known
            .iter()
            .all(|index| self.is_optional(*index) && !self.member(*index).ty.nullable);
        let (read, write) = if fits && self.is_plain(&known) {
            // Owned texts are what they are on either side.
            let changed = |place: TokenStream, texts: TokenStream| match self.context.options.owned_only {
                true => place,
                false => quote!(#place.map(|handlers| #texts)),
            };
            let said = changed(quote!(beat.handlers), self.as_texts(&quote!(handlers)));
            let mut members = vec![(handlers, said)];
            members.extend(load.map(|index| (index, quote!(beat.load))));
            let made = self.made(&members);
            let handlers = &self.names[handlers];
            let heard = changed(quote!(body.#handlers), self.texts(&quote!(handlers)));
            let load = match load.map(|index| &self.names[index]) {
                Some(name) => quote!(body.#name),
                None => quote!(None),
            };
            (quote!(Some(Beat { handlers: #heard, load: #load })), quote!(Ok(#made)))
        } else {
            (quote!(TABLE.beat(&body.to_json())), decoded)
        };
        let say = quote! {
            /// What is said of oneself.
            fn say_beat(beat: Beat) -> Result<#ty, Vec<Violation>> {
                #write
            }
        };
        let beat = quote! {
            /// What a peer says of itself.
            fn beat(body: #ty) -> Option<Beat> {
                #read
            }
        };
        [beat, say]
    }
}

fn enum_of(member: &Member) -> EnumId {
    match member.ty.kind {
        TypeKind::Enum(id) => id,
        // The resolver took no other.
        _ => EnumId(0),
    }
}

fn constant(value: &Constant) -> TokenStream {
    match value {
        Constant::Integer(value) => proc_macro2::Literal::u64_unsuffixed(u64::try_from(*value).unwrap_or(0)).into_token_stream(),
        _ => quote!(0),
    }
}
