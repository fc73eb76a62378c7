//! Groups, elements, members that depend on them, and how work is routed.

use std::collections::HashMap;

use super::choices::{Names, made};
use super::context::{Context, Scope, spelled};
use super::names::{Declared, Sort};
use super::types::plain;
use crate::check::{dependent_member, duplicate_name, group_element};
use crate::model::{Dependent, Element, EnumId, Group, Groups, GroupsId, ModuleId, Part, RecordId, Route, StringSet, Type, TypeKind};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind};

mod routing;

pub use routing::resolve;

/// Resolves sets of groups, their elements, and those that other modules add. Records have their ids, and error tables their codes.
pub fn resolve_groups(context: &mut Context<'_>) {
    let mut seen = Seen::default();
    for (module, index, item) in context.items() {
        let (ItemKind::Groups(tree), Some(Declared::Enum(of))) = (&item.kind, context.targets[module.0 as usize][index]) else {
            continue;
        };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        groups(context, &mut seen, module, of, tree);
    }
    for (module, _, item) in context.items() {
        if let ItemKind::Element(tree) = &item.kind {
            super::annotations::read(&item.annotations, &[], &mut context.found);
            added(context, &mut seen, module, &item.docs, tree);
        }
    }
}

/// Where elements and aliases are declared, by set, group and text.
type Seen = HashMap<(GroupsId, usize, String), Span>;

fn groups<'a>(context: &mut Context<'a>, seen: &mut Seen, module: ModuleId, of: EnumId, tree: &'a tree::Groups) {
    let refuse = code(context, module, &tree.refuse);
    let id = GroupsId(u32::try_from(context.model.groups.len()).unwrap_or(u32::MAX));
    let (mut names, mut variants, mut resolved) = (Names::default(), Vec::new(), Vec::new());
    for group in &tree.groups {
        let Some(route) = Route::of(&group.route.text) else {
            context.report(group_element::route(&group.route));
            continue;
        };
        if !names.add(context, "group", &group.code) {
            continue;
        }
        let docs = if group.docs.is_empty() {
            format!("{}.", group.title.text)
        } else {
            group.docs.clone()
        };
        variants.push(made(context, &group.code, &group.code.text, &docs, &[], None));
        for element in &group.elements {
            let place = Place {
                module,
                groups: id,
                group: resolved.len(),
                owner: &tree.name.text,
            };
            let said = Said {
                name: &element.name,
                aliases: &element.aliases,
                docs: &element.docs,
                once: element.once,
                signature: element.signature.as_ref(),
            };
            declare(context, seen, &place, said);
        }
        resolved.push(Group {
            title: group.title.text.clone(),
            route,
        });
    }
    context.model.enums[of.0 as usize].variants = variants;
    // Where the code is wrong, which was said, nothing is refused with it: the set stands all the same, for its names to be known.
    context.model.groups.push(Groups {
        of,
        open: tree.open,
        refuse: refuse.unwrap_or((of, 0)),
        groups: resolved,
    });
}

/// Where an element belongs.
struct Place<'n> {
    module: ModuleId,
    groups: GroupsId,
    group: usize,
    owner: &'n str,
}

/// What is said of an element where it is declared.
struct Said<'a> {
    name: &'a tree::Name,
    aliases: &'a [tree::Name],
    docs: &'a str,
    once: bool,
    signature: Option<&'a (tree::Type, tree::Type)>,
}

fn declare<'a>(context: &mut Context<'a>, seen: &mut Seen, place: &Place<'_>, said: Said<'a>) {
    let Said {
        name,
        aliases,
        docs,
        once,
        signature,
    } = said;
    crate::check::unspeakable_name::check(name, &mut context.found);
    let mut fresh = |context: &mut Context<'_>, name: &tree::Name| {
        let key = (place.groups, place.group, name.text.clone());
        let earlier = seen.insert(key.clone(), name.span);
        if let Some(earlier) = earlier {
            seen.insert(key, earlier);
            context.report(duplicate_name::report("element", &name.text, name.span, earlier));
        }
        earlier.is_none()
    };
    let is_fresh = fresh(context, name);
    let aliases: Vec<String> = aliases
        .iter()
        .filter(|alias| fresh(context, alias))
        .map(|alias| alias.text.clone())
        .collect();
    if !is_fresh {
        return;
    }
    let (mut input, mut output) = (None, None);
    if let Some((takes, gives)) = signature {
        let owner = format!("{}{}", place.owner, crate::naming::pascal_case(&name.text));
        let of = |context: &mut Context<'a>, ty: &'a tree::Type, what: &str| carried(context, place.module, &format!("{owner}{what}"), ty);
        let (Some(takes), Some(gives)) = (of(context, takes, "Input"), of(context, gives, "Output")) else {
            return;
        };
        (input, output) = (takes, gives);
    }
    context.model.elements.push(Element {
        module: place.module,
        groups: place.groups,
        group: place.group,
        name: name.text.clone(),
        aliases,
        docs: docs.to_owned(),
        once,
        input,
        output,
        span: name.span,
    });
}

/// What an element takes or gives: a record, or any JSON. None: it is neither, which has been said.
fn carried<'a>(context: &mut Context<'a>, module: ModuleId, owner: &str, ty: &'a tree::Type) -> Option<Option<RecordId>> {
    let scope = Scope {
        module,
        owner,
        in_session: false,
    };
    let resolved = context.resolve_type(ty, &[], scope)?;
    match resolved.kind {
        TypeKind::Record(id) if !resolved.nullable => Some(Some(id)),
        TypeKind::Json => Some(None),
        _ => {
            context.report(group_element::carried(ty.span));
            None
        }
    }
}

/// The code of an error table that a path names.
fn code(context: &mut Context<'_>, module: ModuleId, path: &tree::Path) -> Option<(EnumId, usize)> {
    let (name, table) = split(path);
    let Some(table) = table else {
        context.report(group_element::code(path));
        return None;
    };
    let Declared::Enum(id) = context.look_up(&table, module, &[Sort::Type])? else {
        context.report(group_element::code(path));
        return None;
    };
    let declared = &context.model[id];
    let index = declared.variants.iter().position(|variant| variant.name == name.text);
    match index.filter(|_| declared.is_errors) {
        Some(index) => Some((id, index)),
        None => {
            context.report(group_element::code(path));
            None
        }
    }
}

/// The last part of a path, and what stands before it.
fn split(path: &tree::Path) -> (&tree::Name, Option<tree::Path>) {
    let (last, before) = (&path.parts[path.parts.len() - 1], &path.parts[..path.parts.len() - 1]);
    let before = before.last().map(|end| tree::Path {
        parts: before.to_vec(),
        span: Span {
            end: end.span.end,
            ..path.span
        },
    });
    (last, before)
}

/// An element that a module adds to a group of its own or of one that it imports.
fn added<'a>(context: &mut Context<'a>, seen: &mut Seen, module: ModuleId, docs: &'a str, tree: &'a tree::Element) {
    let (name, before) = split(&tree.path);
    let Some(before) = before else {
        context.report(group_element::no_group(tree.path.span));
        return;
    };
    let (code, set) = split(&before);
    let Some((id, group)) = found(context, module, code, set.as_ref()) else {
        return;
    };
    let (is_open, home) = {
        let groups = &context.model[id];
        (groups.open, context.model[groups.of].decl.clone())
    };
    if !is_open {
        context.report(group_element::closed(tree.path.span, &home.name, home.span));
        return;
    }
    context.names.use_import(module, home.module);
    let place = Place {
        module,
        groups: id,
        group,
        owner: &code.text,
    };
    let said = Said {
        name,
        aliases: &tree.aliases,
        docs,
        once: tree.once,
        signature: Some(&tree.signature),
    };
    declare(context, seen, &place, said);
}

/// The group of a code: of the set that is named, else of the only one in reach that has it.
fn found(context: &mut Context<'_>, module: ModuleId, code: &tree::Name, set: Option<&tree::Path>) -> Option<(GroupsId, usize)> {
    let group_in = |context: &Context<'_>, id: GroupsId| {
        let of = context.model[id].of;
        context.model[of].variants.iter().position(|variant| variant.name == code.text)
    };
    let among: Vec<GroupsId> = match set {
        Some(path) => {
            let Declared::Enum(of) = context.look_up(path, module, &[Sort::Type])? else {
                context.report(group_element::no_groups(path.span, &spelled(path)));
                return None;
            };
            let Some(id) = context.model.groups_of(of) else {
                context.report(group_element::no_groups(path.span, &spelled(path)));
                return None;
            };
            vec![id]
        }
        None => {
            let reached = context.names.reached(module);
            let is_reached = |id: &GroupsId| {
                let home = context.model[context.model[*id].of].decl.module;
                reached.iter().any(|(_, module)| *module == home)
            };
            (0..context.model.groups.len())
                .filter_map(|index| u32::try_from(index).ok().map(GroupsId))
                .filter(is_reached)
                .collect()
        }
    };
    let having: Vec<(GroupsId, usize)> = among.iter().filter_map(|id| Some((*id, group_in(context, *id)?))).collect();
    match having.as_slice() {
        [one] => Some(*one),
        [] => {
            let codes: Vec<String> = among
                .iter()
                .flat_map(|id| &context.model[context.model[*id].of].variants)
                .map(|variant| variant.name.clone())
                .collect();
            let nearest = context.nearest(&code.text, codes.into_iter());
            context.report(group_element::unknown_group(code, nearest.as_deref()));
            None
        }
        _ => {
            context.report(group_element::several(code));
            None
        }
    }
}

/// The type of a member that depends on the element that its siblings name.
pub(super) fn dependent_type<'a>(
    context: &mut Context<'a>,
    member: &'a tree::Member,
    ty: &tree::Type,
    dependent: &'a tree::Dependent,
    scope: Scope<'_>,
) -> Option<Type> {
    let groups = match context.look_up(&dependent.groups, scope.module, &[Sort::Type])? {
        Declared::Enum(of) => context.model.groups_of(of),
        _ => None,
    };
    let Some(groups) = groups else {
        context.report(group_element::no_groups(dependent.groups.span, &spelled(&dependent.groups)));
        return None;
    };
    let part = match (dependent.part.text.as_str(), &dependent.element) {
        ("element", None) => Part::Element,
        ("input", Some(_)) => Part::Input,
        ("output", Some(_)) => Part::Output,
        _ => {
            context.report(dependent_member::part(&dependent.part, dependent.element.is_some()));
            return None;
        }
    };
    if let Some(encoding) = &member.encoding {
        context.report(crate::check::payload_encoding::no_payload(encoding.span));
    }
    if let Some(constraint) = member.constraints.first().filter(|_| part != Part::Element) {
        context.report(crate::check::misplaced_constraint::payload(constraint.span));
        return None;
    }
    let declared = Dependent {
        groups,
        group: dependent.group.text.clone(),
        element: dependent.element.as_ref().map(|element| element.text.clone()),
        part,
        span: ty.span,
    };
    context.model.dependents.insert(member.name.span, declared);
    let mut resolved = plain(match part {
        Part::Element => TypeKind::String(StringSet {
            one_of: named(context, groups),
            ..StringSet::default()
        }),
        Part::Input | Part::Output => TypeKind::Json,
    });
    if ty.nullable {
        context.report(dependent_member::nullable(ty.span));
        return None;
    }
    if !member.constraints.is_empty() && !super::constraints::apply(context, &mut resolved, &member.constraints) {
        return None;
    }
    Some(resolved)
}

/// The texts of all elements of a set, if it has no others.
fn named(context: &Context<'_>, groups: GroupsId) -> Vec<String> {
    if context.model[groups].open {
        return Vec::new();
    }
    let elements = context.model.elements.iter().filter(|element| element.groups == groups);
    let mut texts: Vec<String> = elements
        .flat_map(|element| std::iter::once(&element.name).chain(&element.aliases).cloned())
        .collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
