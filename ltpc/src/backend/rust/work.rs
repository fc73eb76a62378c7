//! Work: the table of what a schema says of it, what each side's messages say, and elements that have types.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{context::Context, docs, names};
use crate::{interpret::work::table, naming::snake_case};
use ltp_runtime::work::{Group, Route, Table};

mod bodies;
mod body;
mod elements;
mod side;

pub use elements::elements;

/// The module that says how work is routed; nothing if the schema routes none.
pub fn routing(context: &Context<'_>) -> TokenStream {
    let Some(work) = context.model.works.first() else {
        return TokenStream::new();
    };
    let (runtime, vis) = (context.runtime(), context.vis());
    let table = static_table(&table(context.model, work));
    let docs = docs::of(&work.decl.docs, &format!("What the schema says of `{}`.", work.decl.name), &[]);
    let sides = context
        .model
        .sessions
        .iter()
        .flat_map(|session| session.roles.iter().map(move |role| (session, role)));
    let sides: Vec<TokenStream> = sides
        .filter_map(|(session, role)| side::side(context, work, session, role))
        .collect();
    let sides = quote!(#(#sides)*);
    let bodies = if sides.is_empty() {
        TokenStream::new()
    } else {
        bodies::bodies(context, work, &sides.to_string())
    };
    let sessions = context
        .model
        .sessions
        .iter()
        .map(|session| names::ident(&snake_case(&session.decl.name)));
    let text = quote!(#sides #bodies).to_string();
    let sessions: Vec<Ident> = sessions.filter(|session| text.contains(&format!("{session} ::"))).collect();
    let beside = ["draft", "message"]
        .into_iter()
        .chain(["types"])
        .map(str::to_owned)
        .chain(context.names.modules.iter().skip(1).map(names::plain))
        .filter(|module| text.contains(&format!("{module} ::")));
    let beside: Vec<Ident> = beside.map(|module| names::ident(&module)).collect();
    let used = (!sides.is_empty()).then(|| {
        let [taken, failure] = ["work :: taken", "Failure"].map(|word| text.contains(word));
        let (taken, failure) = (taken.then(|| quote!(self,)), failure.then(|| quote!(Failure,)));
        quote! {
            use #runtime::{codec::{Violation, Wire as _}, work::{#taken Beat, #failure Flow, Outcome, Said, Unit}};
            use super::{#(#beside,)* #(#sessions),*};
        }
    });
    quote! {
        use ::std::{borrow::Cow, sync::Arc};

        use #runtime::work::{Codes, Group, Members, Name, Route, Table};
        #used

        #docs
        #vis static TABLE: Table = #table;

        #sides

        #bodies
    }
}

/// A table as a constant.
fn static_table(table: &Table) -> TokenStream {
    let text = |text: &str| quote!(Cow::Borrowed(#text));
    let groups = table.groups.iter().map(static_group);
    let (open, codes, members) = (table.open, &table.codes, &table.members);
    let [unhandled, invalid, unrouted, overloaded, blocked, failed, late] = [
        &codes.unhandled,
        &codes.invalid,
        &codes.unrouted,
        &codes.overloaded,
        &codes.blocked,
        &codes.failed,
        &codes.late,
    ]
    .map(|code| text(code));
    let named = [
        ("id", &members.id),
        ("group", &members.group),
        ("element", &members.element),
        ("input", &members.input),
        ("priority", &members.priority),
        ("timeout", &members.timeout),
        ("after", &members.after),
        ("answers", &members.answers),
        ("status", &members.status),
        ("done", &members.done),
        ("undone", &members.undone),
        ("output", &members.output),
        ("failure", &members.failure),
        ("code", &members.code),
        ("message", &members.message),
        ("took", &members.took),
        ("fault_code", &members.fault_code),
        ("fault_message", &members.fault_message),
        ("handlers", &members.handlers),
        ("load", &members.load),
    ];
    let named = named.map(|(field, name)| {
        let (field, name) = (format_ident!("{field}"), text(name));
        quote!(#field: #name)
    });
    let says = |says: &[(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)]| {
        let said = says.iter().map(|(name, json)| {
            let (name, json) = (text(name), text(json));
            quote!((#name, #json))
        });
        quote!(Cow::Borrowed(&[#(#said),*]))
    };
    let [request_says, reply_says, beat_says] = [&members.request_says, &members.reply_says, &members.beat_says].map(|said| says(said));
    let usual = proc_macro2::Literal::u64_unsuffixed(members.usual_priority);
    quote! {
        Table {
            groups: Cow::Borrowed(&[#(#groups),*]),
            open: #open,
            codes: Codes {
                unhandled: #unhandled,
                invalid: #invalid,
                unrouted: #unrouted,
                overloaded: #overloaded,
                blocked: #blocked,
                failed: #failed,
                late: #late,
            },
            members: Members { #(#named,)* request_says: #request_says, reply_says: #reply_says, beat_says: #beat_says, usual_priority: #usual },
        }
    }
}

fn static_group(group: &Group) -> TokenStream {
    let (code, title) = (&*group.code, &*group.title);
    let route = match group.route {
        Route::Ordered => "Ordered",
        Route::Parallel => "Parallel",
        Route::Urgent => "Urgent",
        Route::Network => "Network",
        Route::Admin => "Admin",
        Route::Memory => "Memory",
    };
    let route = format_ident!("{route}");
    let elements = group.elements.iter().map(|element| {
        let name = &*element.name;
        let aliases = element.aliases.iter().map(|alias| {
            let alias = &**alias;
            quote!(Cow::Borrowed(#alias))
        });
        let once = element.once;
        quote!(Name { name: Cow::Borrowed(#name), aliases: Cow::Borrowed(&[#(#aliases),*]), once: #once })
    });
    quote! {
        Group {
            code: Cow::Borrowed(#code),
            title: Cow::Borrowed(#title),
            route: Route::#route,
            elements: Cow::Borrowed(&[#(#elements),*]),
        }
    }
}
