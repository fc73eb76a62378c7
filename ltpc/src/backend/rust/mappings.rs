//! Mappings: a function each, which makes the target from the source and says what is lost.

mod place;
mod rest;
mod target;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use self::target::Values;
use super::{
    context::{Context, Scope},
    docs,
    names::{self, Item},
    session::{
        context::RoleContext,
        expr::{Came, Env, Root},
    },
};
use crate::interpret::Tables;
use crate::model::{Decl, ExprKind, MapRule, MapRuleKind, MapValue, Mapping, ModuleId, Others, Role, Session, Side, Taken};
use crate::source::Span;

/// The module's content; nothing if the schema declares no mapping.
pub fn module(context: &Context<'_>) -> TokenStream {
    if context.model.mappings.is_empty() {
        return TokenStream::new();
    }
    // Expressions of mappings are those of a role that has nothing of its own.
    let (session, role) = (no_session(), no_role());
    let tables = Tables::new(context.model);
    let role = RoleContext::new(context, &tables, &session, &role);
    let mappings = context.model.mappings.iter().zip(&context.names.mappings);
    let functions: TokenStream = mappings.map(|(mapping, name)| function(&role, mapping, name)).collect();
    let text = functions.to_string();
    let said = |name: &str| text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name);
    let itself = text.contains("mapping ::").then(|| quote!(self,));
    let used = ["Context", "Lost", "Mapped", "NotMapped"]
        .into_iter()
        .filter(|name| said(name))
        .map(names::ident);
    let runtime = context.runtime();
    let fixed = ["message", "digests", "tables"].map(names::ident);
    let modules: Vec<&Ident> = context.names.modules.iter().chain(&fixed).collect();
    let uses = role.imports.items(&runtime, &quote!(super), &modules, &functions);
    quote! {
        use #runtime::mapping::{#itself #(#used),*};
        #uses
        #functions
    }
}

fn no_session() -> Session {
    Session {
        decl: Decl {
            name: String::new(),
            module: ModuleId(0),
            docs: String::new(),
            annotations: Vec::new(),
            span: Span::default(),
        },
        roles: Vec::new(),
        endpoints: Vec::new(),
    }
}

fn no_role() -> Role {
    Role {
        name: String::new(),
        docs: String::new(),
        connects: false,
        options: Vec::new(),
        vars: Vec::new(),
        persists: Vec::new(),
        persist_key: None,
        retries: Vec::new(),
        tables: Vec::new(),
        meters: Vec::new(),
        pendings: Vec::new(),
        uniques: Vec::new(),
        states: Vec::new(),
        start: 0,
        span: Span::default(),
    }
}

/// A mapping, and how its code calls things.
struct Map<'r, 'm> {
    role: &'r RoleContext<'m>,
    mapping: &'m Mapping,
}

fn function(role: &RoleContext<'_>, mapping: &Mapping, name: &Ident) -> TokenStream {
    let map = Map { role, mapping };
    let (rust, model) = (role.rust, role.model);
    let source_body = &model[mapping.source.record(model)].members;
    let mut env = Env::new(role, None, Came::Message(mapping.source.envelope(model), source_body));
    env.root = match mapping.source {
        Side::Message(_) => Root::Message,
        Side::Record(_) => Root::Record,
    };
    let bound = map.bind(&mut env);
    let refused: TokenStream = rules(mapping, |kind| match kind {
        MapRuleKind::Refuse { source, reason } => Some((source, reason)),
        _ => None,
    })
    .map(|(source, reason)| map.taken(&env, source, reason, true))
    .collect();
    let dropped: TokenStream = rules(mapping, |kind| match kind {
        MapRuleKind::Drop { source, reason } => Some((source, reason)),
        _ => None,
    })
    .map(|(source, reason)| map.taken(&env, source, reason, false))
    .collect();
    let values = Values::new(&map, &env);
    let (lets, message) = (&values.lets, values.message());
    if matches!(mapping.target, Side::Record(_)) {
        role.imports.wire();
    }
    let mutable = (!dropped.is_empty()).then(|| quote!(mut));
    let body = quote! {
        #refused
        #bound
        #lets
        let #mutable lost = Vec::new();
        let message = #message;
        message.validate().map_err(NotMapped::Invalid)?;
        #dropped
        Ok(Mapped { message, lost })
    };

    let borrowed = match mapping.source {
        Side::Record(id) => rust.item_borrows(Item::Record(id)),
        Side::Message(id) => {
            rust.item_borrows(Item::Envelope(model[id].envelope)) || rust.item_borrows(Item::Record(mapping.source.record(model)))
        }
    } && !rust.options.owned_only;
    let target_borrows = match mapping.target {
        Side::Record(id) => rust.item_borrows(Item::Record(id)),
        Side::Message(_) => rust.message_borrows(),
    };
    let named = borrowed && target_borrows;
    let (life, output) = match named {
        true => ("'a", "'a"),
        false => ("'_", "'static"),
    };
    let body_type = rust.named(Item::Record(mapping.source.record(model)), Scope::Beside, life);
    let parameters = match mapping.source {
        Side::Record(_) => quote!(source: &#body_type,),
        Side::Message(id) => {
            let envelope = rust.named(Item::Envelope(model[id].envelope), Scope::Beside, life);
            let envelope = (!mapping.source.envelope(model).is_empty()).then(|| quote!(envelope: &#envelope,));
            quote!(#envelope body: &#body_type,)
        }
    };
    let context = reads_context(mapping).then(|| quote!(context: &mut Context<'_>,));
    let output = match mapping.target {
        Side::Record(id) => rust.named(Item::Record(id), Scope::Beside, output),
        Side::Message(_) => {
            let (path, generics) = (role.message_path(), rust.generics(target_borrows, output));
            quote!(#path #generics)
        }
    };
    let generics = named.then(|| quote!(<'a>));
    let (vis, docs) = (rust.vis(), described(mapping));
    quote! {
        #docs
        #vis fn #name #generics(#parameters #context) -> Result<Mapped<#output>, NotMapped> {
            #body
        }
    }
}

/// What the function does, in words.
fn described(mapping: &Mapping) -> TokenStream {
    let says = |rule: &MapRule| match &rule.kind {
        MapRuleKind::Refuse { .. } => true,
        MapRuleKind::Set {
            value: MapValue::Variant { by, .. },
            ..
        } => matches!(by.others, Others::Refuse(_)),
        _ => false,
    };
    let errors = if mapping.rules.iter().any(says) {
        "If the source holds what must not be lost, or what it becomes does not conform."
    } else {
        "If what it becomes does not conform."
    };
    docs::of(
        &mapping.docs,
        &format!("The mapping `{}`.", mapping.name),
        &[
            if mapping.docs.is_empty() {
                String::new()
            } else {
                format!("The mapping `{}`.", mapping.name)
            },
            format!("# Errors\n{errors}"),
        ],
    )
}

/// What the rules of one kind say.
fn rules<'m>(
    mapping: &'m Mapping,
    of: impl Fn(&'m MapRuleKind) -> Option<(&'m Taken, &'m String)>,
) -> impl Iterator<Item = (&'m Taken, &'m String)> {
    mapping.rules.iter().filter_map(move |rule| of(&rule.kind))
}

/// Whether any value is made of the moment, or drawn.
fn reads_context(mapping: &Mapping) -> bool {
    let mut reads = false;
    for rule in &mapping.rules {
        if let MapRuleKind::Set {
            value: MapValue::Expr(value) | MapValue::Variant { value, .. },
            ..
        } = &rule.kind
        {
            value.each(&mut |expr| reads |= matches!(expr.kind, ExprKind::Now | ExprKind::Fresh | ExprKind::FreshHex { .. }));
        }
    }
    reads
}
