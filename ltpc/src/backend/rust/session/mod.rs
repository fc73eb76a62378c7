//! Session machines: for each session a module, for each role a file in it.
//!
//! A role's file holds its options, the calls that its application may make, its states (each a struct of what is known there), and
//! the machine, whose core has one function for each state and kind of input. A function looks at its transitions in the order of the
//! schema and gives the state that it enters. Nothing is interpreted at run time.

mod action;
pub(super) mod context;
mod due;
mod entry;
pub(super) mod expr;
mod handlers;
mod implementation;
pub(super) mod imports;
mod in_place;
mod machine;
mod messages;
mod names;
mod options;
mod options_check;
mod pending;
mod persist;
mod policy;
mod reach;
mod send;
mod states;
mod timers;
pub(super) mod uses;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use self::context::RoleContext;
use super::{context::Context, names::ident, print::Module};
use crate::{
    interpret::Tables,
    model::{Role, Session},
    naming::{pascal_case, snake_case},
};

/// The modules of all sessions, in the order in which they are declared.
pub fn modules(context: &Context<'_>) -> Vec<Module> {
    let tables = options_check::tables(context.model);
    context
        .model
        .sessions
        .iter()
        .map(|session| module(context, &tables, session))
        .collect()
}

/// The module of one session, with one for each role.
fn module(context: &Context<'_>, tables: &Tables, session: &Session) -> Module {
    let vis = context.vis();
    let children = session.roles.iter().map(|role| {
        let docs = format!("The side `{}` of `{}`.", role.name, session.decl.name);
        let items = file(context, tables, session, role);
        Module {
            name: snake_case(&role.name),
            docs,
            attributes: TokenStream::new(),
            vis: vis.clone(),
            items,
            children: Vec::new(),
        }
    });
    let children: Vec<Module> = children.collect();
    let exports = children.iter().zip(&session.roles).map(|(child, role)| {
        let (module, own) = (ident(&child.name), pascal_case(&role.name));
        let names = ["", "Call", "Options", "State"].map(|suffix| format_ident!("{own}{suffix}"));
        quote!(#vis use self::#module::{#(#names),*};)
    });
    let items = quote!(#(#exports)*);
    let docs = if session.decl.docs.is_empty() {
        format!("The session `{}`.", session.decl.name)
    } else {
        session.decl.docs.clone()
    };
    Module {
        name: snake_case(&session.decl.name),
        docs,
        attributes: TokenStream::new(),
        vis,
        items,
        children,
    }
}

/// The file of one role.
fn file(context: &Context<'_>, tables: &Tables, session: &Session, role: &Role) -> TokenStream {
    let role = RoleContext::new(context, tables, session, role);
    let options = options::options(&role);
    let machine = machine::structure(&role);
    let states = machine::state_enum(&role);
    let calls = messages::call_enum(&role);
    let handlers = handlers::Handlers::new(&role);
    let implementation = implementation::implementation(&role, &handlers);
    let in_place = in_place::InPlace::new(&role);
    let of_place = in_place.implementation(&role);
    let aliases = role.aliases();
    let core = machine::core(&role);
    let meters = policy::meters(&role);
    let persisted = persist::persisted(&role);
    let start = machine::start(&role);
    let store = persist::store(&role);
    let functions = handlers.functions(&role);
    let pending = pending::functions(&role);
    let placed = in_place.functions();
    let items = quote! {
        #options
        #machine
        #states
        #calls
        #implementation
        #of_place
        #aliases
        #meters
        #core
        #persisted
        impl Core {
            #start
            #store
            #functions
            #placed
            #pending
        }
    };
    let fixed = ["message", "draft", "tables", "digests"].map(ident);
    let modules: Vec<&Ident> = context.names.modules.iter().chain(&fixed).collect();
    let uses = role.imports.items(&context.runtime(), &quote!(super::super), &modules, &items);
    quote!(#uses #items)
}
