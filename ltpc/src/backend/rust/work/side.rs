//! What one side's messages say of work.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::{
    backend::rust::{
        context::{Context, Scope},
        names::{self, Item},
    },
    model::{MessageId, Role, Session, Trigger, Work},
    naming::{pascal_case, snake_case},
};

/// What one side's messages say; nothing if its application sends neither requests nor replies.
pub fn side(context: &Context<'_>, work: &Work, session: &Session, role: &Role) -> Option<TokenStream> {
    let calls = |id: MessageId| {
        let mut transitions = role.states.iter().flat_map(|state| &state.transitions);
        transitions.any(|transition| matches!(&transition.trigger, Trigger::App(messages) if messages.contains(&id)))
    };
    let (submits, answers) = (calls(work.request), calls(work.reply));
    if !submits && !answers {
        return None;
    }
    let (module, own, vis) = (
        names::ident(&snake_case(&session.decl.name)),
        pascal_case(&role.name),
        context.vis(),
    );
    let (machine, call) = (format_ident!("{own}"), format_ident!("{own}Call"));
    let name = format_ident!("{}{own}", pascal_case(&session.decl.name));
    let message = &context.names.message;
    let lifetime = context.generics(context.message_borrows(), "'static");
    let said = |id: MessageId, said: TokenStream| {
        let variant = context.names.variant(id);
        quote!(message::#message::#variant { body, .. } => #said,)
    };
    let (request, reply) = (context.names.variant(work.request), context.names.variant(work.reply));
    let mut read = quote! {
        message::#message::#request { body, envelope, .. } => Said::Request(unit(body)?, envelope.into()),
    };
    read.extend(said(work.reply, quote!(Said::Reply(outcome(body)?))));
    let mut count = 2;
    if let Some((id, ..)) = work.fault {
        read.extend(said(id, quote!(Said::Fault(fault(body)?))));
        count += 1;
    }
    if let Some((id, ..)) = work.beat {
        read.extend(said(id, quote!(Said::Beat(beat(body)?))));
        count += 1;
    }
    let rest = (count < context.model.messages.len()).then(|| quote!(_ => return None,));
    let id = context
        .member_names(context.model.body_record(work.request)?)
        .swap_remove(work.asked.id);
    let draft = context.named(Item::EnvelopeDraft(context.model[work.request].envelope), Scope::Beside, "'static");
    let submit = if submits {
        quote! {
            fn submit(&self, unit: Unit) -> Result<#module::#call, Vec<Violation>> {
                Ok(#module::#call::#request { body: Box::new(request(unit)?), envelope: Box::default() })
            }
        }
    } else {
        quote! {
            fn submit(&self, _unit: Unit) -> Result<#module::#call, Vec<Violation>> {
                Err(Vec::new())
            }
        }
    };
    let answer = if answers {
        quote! {
            fn answer(&self, ticket: Self::Ticket, outcome: Outcome) -> Result<#module::#call, Vec<Violation>> {
                Ok(#module::#call::#reply { body: Box::new(reply(outcome)?), envelope: Box::new(ticket) })
            }
        }
    } else {
        quote! {
            fn answer(&self, _ticket: Self::Ticket, _outcome: Outcome) -> Result<#module::#call, Vec<Violation>> {
                Err(Vec::new())
            }
        }
    };
    let beat = match work.beat.filter(|(id, ..)| calls(*id)) {
        Some((id, ..)) => {
            let variant = context.names.variant(id);
            quote! {
                fn beat(&self, beat: Beat) -> Result<#module::#call, Vec<Violation>> {
                    Ok(#module::#call::#variant { body: Box::new(say_beat(beat)?), envelope: Box::default() })
                }
            }
        }
        None => quote! {
            fn beat(&self, _beat: Beat) -> Result<#module::#call, Vec<Violation>> {
                Err(Vec::new())
            }
        },
    };
    let other = (context.model.messages.len() > 1).then(|| quote!(_ => None,));
    let docs = format!(" What the messages of `{}.{}` say of work.", session.decl.name, role.name);
    Some(quote! {
        #[doc = #docs]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        #vis struct #name;

        impl Flow for #name {
            type Machine = #module::#machine;
            type Ticket = #draft;

            fn table(&self) -> Arc<Table> {
                Arc::new(TABLE.clone())
            }

            fn read(&self, message: message::#message #lifetime) -> Option<Said<Self::Ticket>> {
                Some(match message { #read #rest })
            }

            fn id<'m>(&self, request: &'m message::#message #lifetime) -> Option<&'m str> {
                match request {
                    message::#message::#request { body, .. } => Some(&body.#id),
                    #other
                }
            }

            #submit

            #answer

            #beat
        }
    })
}
