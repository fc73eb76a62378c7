//! The first look: which modules there are, what they declare, and by what names.

use std::cell::Cell;

use super::context::Context;
use super::names::{Declared, Entry, Sort, module_of};
use crate::check;
use crate::model::{
    Decl, Enum, EnumId, Module, ModuleId, Payloads, PayloadsId, Record, RecordId, Scalar, ScalarId, Type, TypeKind, Union, UnionId,
};
use crate::naming;
use crate::source::Span;
use crate::syntax::tree::{self, Item, ItemKind, MemberItem, Members, MessageBody, Name, RoleItem, StateItem};

/// Declares everything. Types get their ids, as they may name each other in any order; everything else when it is resolved.
pub fn collect<'a>(context: &mut Context<'a>) {
    for (index, file) in context.loaded.files.iter().enumerate() {
        let module = module_of(index);
        let protocol = file.tree.items.iter().find_map(|item| match &item.kind {
            ItemKind::Protocol { name, .. } => Some((name.text.clone(), item.docs.clone())),
            _ => None,
        });
        let (name, docs) = protocol.unwrap_or_default();
        context.model.modules.push(Module { name, docs, file: file.id });
        context.names.enter(module, file);
        let targets = file.tree.items.iter().map(|item| declare(context, module, item)).collect();
        context.targets.push(targets);
    }
    name_modules(context);
}

/// The compiled file is called as its protocol; the others as they are first imported.
fn name_modules(context: &mut Context<'_>) {
    let mut named = vec![false; context.model.modules.len()];
    let mut names = std::collections::HashMap::new();
    if let Some((first, root)) = named.first_mut().zip(context.model.modules.first()) {
        *first = true;
        names.insert(naming::snake_case(&root.name), Span::default());
    }
    for file in &context.loaded.files {
        for import in &file.imports {
            let Some(module) = context
                .model
                .modules
                .get_mut(import.file)
                .filter(|_| !std::mem::replace(&mut named[import.file], true))
            else {
                continue;
            };
            module.name.clone_from(&import.alias);
            if let Some(earlier) = names.insert(naming::snake_case(&import.alias), import.span) {
                context
                    .found
                    .push(check::names_collide::modules(&import.alias, import.span, earlier));
            }
        }
    }
}

fn declare<'a>(context: &mut Context<'a>, module: ModuleId, item: &'a Item) -> Option<Declared> {
    let (name, sort) = match &item.kind {
        ItemKind::Protocol { .. }
        | ItemKind::Import { .. }
        | ItemKind::Limits(_)
        | ItemKind::Example(_)
        | ItemKind::Mapping(_)
        | ItemKind::Element(_) => {
            return None;
        }
        ItemKind::Scalar { name, .. }
        | ItemKind::Record { name, .. }
        | ItemKind::Enum { name, .. }
        | ItemKind::Union { name, .. }
        | ItemKind::Payloads { name, .. }
        | ItemKind::Errors { name, .. }
        | ItemKind::Groups(tree::Groups { name, .. })
        | ItemKind::Tiers(tree::Tiers { name, .. }) => (name, Sort::Type),
        ItemKind::Envelope { name, .. } | ItemKind::Framing(tree::Framing { name, .. }) => (name, Sort::Envelope),
        ItemKind::Message { name, .. } => (name, Sort::Message),
        ItemKind::Endpoint { name, .. } => (name, Sort::Endpoint),
        ItemKind::Digest(digest) => (&digest.name, Sort::Digest),
        ItemKind::Session(session) => (&session.name, Sort::Session),
        ItemKind::Bridge(bridge) => (&bridge.name, Sort::Bridge),
        ItemKind::Work(work) => (&work.name, Sort::Work),
    };
    let decl = context.decl(module, item, name);
    let target = match &item.kind {
        ItemKind::Scalar { .. } => Some(Declared::Scalar(scalar(context, decl))),
        ItemKind::Record { open, .. } => Some(Declared::Record(add_record(context, decl, *open))),
        ItemKind::Enum { open, .. } => Some(Declared::Enum(add_enum(context, decl, *open, false))),
        ItemKind::Errors { open, .. } => Some(Declared::Enum(add_enum(context, decl, *open, true))),
        ItemKind::Groups(_) => Some(Declared::Enum(add_enum(context, decl, false, false))),
        ItemKind::Tiers(_) => Some(Declared::Enum(add_enum(context, decl, true, false))),
        ItemKind::Union { open, tag, .. } => Some(Declared::Union(union(context, decl, *open, &tag.text))),
        ItemKind::Payloads { open, .. } => Some(Declared::Payloads(payloads(context, decl, *open))),
        _ => None,
    };
    enter(
        context,
        module,
        name,
        Entry {
            target,
            sort,
            span: name.span,
            used: Cell::new(false),
        },
    );
    declare_in_place(context, module, item);
    target
}

fn enter<'a>(context: &mut Context<'a>, module: ModuleId, name: &'a Name, entry: Entry) {
    check::reserved_name::declaration(name, &mut context.found);
    check::unspeakable_name::check(name, &mut context.found);
    if let Some(earlier) = context.names.declare(module, &name.text, entry) {
        context.report(check::duplicate_name::report("name", &name.text, name.span, earlier));
    }
}

fn index(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

fn scalar(context: &mut Context<'_>, decl: Decl) -> ScalarId {
    let id = ScalarId(index(context.model.scalars.len()));
    context.model.scalars.push(Scalar {
        decl,
        ty: Type {
            kind: TypeKind::Json,
            nullable: false,
            scalar: Some(id),
        },
    });
    id
}

/// Adds a record without members.
pub fn add_record(context: &mut Context<'_>, decl: Decl, open: bool) -> RecordId {
    let id = RecordId(index(context.model.records.len()));
    context.model.records.push(Record {
        decl,
        members: Vec::new(),
        open,
    });
    id
}

fn add_enum(context: &mut Context<'_>, decl: Decl, open: bool, is_errors: bool) -> EnumId {
    let id = EnumId(index(context.model.enums.len()));
    context.model.enums.push(Enum {
        decl,
        variants: Vec::new(),
        open,
        is_errors,
    });
    id
}

fn union(context: &mut Context<'_>, decl: Decl, open: bool, tag: &str) -> UnionId {
    let id = UnionId(index(context.model.unions.len()));
    context.model.unions.push(Union {
        decl,
        tag: tag.to_owned(),
        cases: Vec::new(),
        open,
    });
    id
}

fn payloads(context: &mut Context<'_>, decl: Decl, open: bool) -> PayloadsId {
    let id = PayloadsId(index(context.model.payloads.len()));
    context.model.payloads.push(Payloads {
        decl,
        kinds: Vec::new(),
        open,
    });
    id
}

/// Declares the records that are written in place and have a name: they can be named like any other.
fn declare_in_place<'a>(context: &mut Context<'a>, module: ModuleId, item: &'a Item) {
    match &item.kind {
        ItemKind::Scalar { ty, .. } => types(context, module, [ty]),
        ItemKind::Record { members, .. } | ItemKind::Envelope { members, .. } => in_members(context, module, members, 0),
        ItemKind::Framing(framing) => in_members(context, module, &framing.members, 0),
        ItemKind::Message {
            body: MessageBody::Members(members),
            ..
        } => in_members(context, module, members, 0),
        ItemKind::Union { cases, .. } | ItemKind::Payloads { kinds: cases, .. } => {
            types(context, module, cases.iter().map(|case| &case.ty))
        }
        ItemKind::Groups(groups) => {
            let signatures = groups
                .groups
                .iter()
                .flat_map(|group| &group.elements)
                .filter_map(|element| element.signature.as_ref());
            types(context, module, signatures.flat_map(|(input, output)| [input, output]));
        }
        ItemKind::Element(element) => types(context, module, [&element.signature.0, &element.signature.1]),
        ItemKind::Session(session) => {
            for part in session.roles.iter().flat_map(|role| &role.items) {
                match part {
                    RoleItem::Persist { var, .. } | RoleItem::Option(var) | RoleItem::Var(var) => types(context, module, [&var.ty]),
                    RoleItem::Table(table) => in_members(context, module, &table.members, 0),
                    RoleItem::State(state) => in_state(context, module, &state.items),
                    RoleItem::Any(items, _) => in_state(context, module, items),
                    RoleItem::Retry(_) | RoleItem::Meter(_) | RoleItem::Pending(_) | RoleItem::Unique { .. } | RoleItem::Stamp(_) => {}
                }
            }
        }
        _ => {}
    }
}

fn in_state<'a>(context: &mut Context<'a>, module: ModuleId, items: &'a [StateItem]) {
    let vars = items.iter().filter_map(|item| match item {
        StateItem::Var(var) => Some(&var.ty),
        _ => None,
    });
    types(context, module, vars);
}

fn types<'a>(context: &mut Context<'a>, module: ModuleId, types: impl IntoIterator<Item = &'a crate::syntax::tree::Type>) {
    for ty in types {
        in_type(context, module, ty, 0);
    }
}

fn in_members<'a>(context: &mut Context<'a>, module: ModuleId, members: &'a Members, depth: usize) {
    for item in &members.items {
        if let MemberItem::Member(member) = item
            && let Some(ty) = &member.ty
        {
            in_type(context, module, ty, depth);
        }
    }
}

fn in_type<'a>(context: &mut Context<'a>, module: ModuleId, ty: &'a crate::syntax::tree::Type, depth: usize) {
    use crate::syntax::tree::TypeKind;
    if depth > super::types::DEEPEST {
        return;
    }
    match &ty.kind {
        TypeKind::List { item: inner, .. } | TypeKind::Map { value: inner, .. } => in_type(context, module, inner, depth + 1),
        TypeKind::Record { name, open, members } => {
            if let Some(name) = name {
                let decl = Decl {
                    name: name.text.clone(),
                    module,
                    docs: String::new(),
                    annotations: Vec::new(),
                    span: name.span,
                };
                let id = add_record(context, decl, *open);
                context.in_place.insert(id);
                let entry = Entry {
                    target: Some(Declared::Record(id)),
                    sort: Sort::Type,
                    span: name.span,
                    used: Cell::new(true),
                };
                enter(context, module, name, entry);
            }
            in_members(context, module, members, depth + 1);
        }
        TypeKind::Path(_) | TypeKind::Literals(_) | TypeKind::Payload { .. } | TypeKind::Dependent(_) => {}
    }
}
