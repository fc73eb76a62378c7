//! What a session takes from its module, and gives to it: the types of its variables, and the records of its tables.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use super::host::{Host, Named, Sort};
use crate::diagnostic::Severity;
use crate::model::{Decl, Model, ModuleId, RecordId, Type};
use crate::naming::pascal_case;
use crate::resolve::collect::add_record;
use crate::resolve::context::{Context, Owner, Scope};
use crate::resolve::names::{self, Declared, Found, Names};
use crate::source::Span;
use crate::syntax::tree::{self, RoleItem, StateItem};
use ltp_runtime::schema::Pattern;

/// The types that a session declares, by the places of the names that have them.
#[derive(Debug, Default)]
pub(in crate::resolve) struct Types {
    vars: HashMap<Span, Type>,
    tables: HashMap<Span, (Type, RecordId)>,
}

/// Resolves the types of all variables and tables of a session. Their records stand in the model once the context is complete.
pub(in crate::resolve) fn types<'a>(context: &mut Context<'a>, module: ModuleId, session: &'a tree::Session) -> Types {
    let mut types = Types::default();
    // Of two tables with one name, which is reported later, only the first makes a record.
    let mut tables = HashSet::new();
    for role in &session.roles {
        let owner = pascal_case(&format!("{}_{}", session.name.text, role.name.text));
        for item in &role.items {
            match item {
                RoleItem::Persist { var, .. } | RoleItem::Option(var) | RoleItem::Var(var) => types.var(context, module, &owner, var),
                RoleItem::Table(table) if tables.insert(table.name.text.as_str()) => types.table(context, module, session, table),
                RoleItem::State(state) => {
                    let owner = format!("{owner}{}", pascal_case(&state.name.text));
                    for item in &state.items {
                        if let StateItem::Var(var) = item {
                            types.var(context, module, &owner, var);
                        }
                    }
                }
                RoleItem::Table(_)
                | RoleItem::Meter(_)
                | RoleItem::Pending(_)
                | RoleItem::Retry(_)
                | RoleItem::Unique { .. }
                | RoleItem::Stamp(_)
                | RoleItem::Any(..) => {}
            }
        }
    }
    types
}

impl Types {
    fn var<'a>(&mut self, context: &mut Context<'a>, module: ModuleId, owner: &str, var: &'a tree::Var) {
        let scope = Scope {
            module,
            owner,
            in_session: true,
        };
        if let Some(ty) = context.type_of(&var.name.text, &var.ty, &var.constraints, scope, 0) {
            self.vars.insert(var.name.span, ty);
        }
    }

    fn table<'a>(&mut self, context: &mut Context<'a>, module: ModuleId, session: &tree::Session, table: &'a tree::Table) {
        let name = format!("{}{}", pascal_case(&session.name.text), pascal_case(&table.name.text));
        let key_name = format!("{name}Key");
        let key = context.resolve_type(
            &table.key,
            &[],
            Scope {
                module,
                owner: &key_name,
                in_session: true,
            },
        );
        let decl = Decl {
            name: name.clone(),
            module,
            docs: table.docs.clone(),
            annotations: Vec::new(),
            span: table.name.span,
        };
        let row = add_record(context, decl, false);
        context.draft_members(
            Owner::Record(row),
            &table.members,
            Scope {
                module,
                owner: &name,
                in_session: false,
            },
            0,
        );
        if let Some(key) = key {
            self.tables.insert(table.name.span, (key, row));
        }
    }
}

/// A module as its sessions see it.
pub(in crate::resolve) struct Module<'c, 'a> {
    id: ModuleId,
    model: &'c Model,
    names: RefCell<&'c mut Names<'a>>,
    types: &'c Types,
    patterns: &'c HashMap<String, Option<Pattern>>,
    is_broken: bool,
}

impl<'c, 'a> Module<'c, 'a> {
    pub fn new(id: ModuleId, context: &'c mut Context<'a>, types: &'c Types) -> Self {
        let mut all = context.found.iter().chain(&context.loaded.diagnostics);
        let is_broken = all.any(|diagnostic| diagnostic.severity == Severity::Error);
        Self {
            id,
            model: &context.model,
            names: RefCell::new(&mut context.names),
            types,
            patterns: &context.patterns,
            is_broken,
        }
    }
}

impl Host for Module<'_, '_> {
    fn model(&self) -> &Model {
        self.model
    }

    fn find(&self, path: &tree::Path) -> Option<Named> {
        match self.names.borrow_mut().find(self.id, path) {
            Found::Nothing => None,
            Found::Broken => Some(Named::Broken),
            Found::Entry(entry) => Some(match entry.target {
                None => Named::Broken,
                Some(Declared::Message(id)) => Named::Message(id),
                Some(Declared::Envelope(id)) => Named::Envelope(id),
                Some(Declared::Enum(id)) => Named::Enum(id),
                Some(Declared::Endpoint(id)) => Named::Endpoint(id),
                Some(Declared::Digest(id)) => Named::Digest(id),
                Some(_) => Named::Other,
            }),
        }
    }

    fn candidates(&self, sort: Sort) -> Vec<String> {
        let sort = match sort {
            Sort::Message => names::Sort::Message,
            Sort::Envelope => names::Sort::Envelope,
            Sort::Endpoint => names::Sort::Endpoint,
            Sort::Digest => names::Sort::Digest,
        };
        self.names.borrow().candidates(self.id, sort).collect()
    }

    fn var(&self, name: Span) -> Option<Type> {
        self.types.vars.get(&name).cloned()
    }

    fn table(&self, name: Span) -> Option<(Type, RecordId)> {
        self.types.tables.get(&name).cloned()
    }

    fn pattern(&self, source: &str) -> Option<&Pattern> {
        self.patterns.get(source)?.as_ref()
    }

    fn is_broken(&self) -> bool {
        self.is_broken
    }
}
