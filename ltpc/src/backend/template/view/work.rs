//! Work in the view: groups of elements, and who does it.

use serde::Serialize;

use super::{Member, Package, Role, make::Viewer};
use crate::{
    model::{self, ActionKind, ExprKind, GroupsId, PlaceBase, RecordId, VarRef},
    naming::Scope,
};

/// A set of groups.
#[derive(Debug, Clone, Serialize)]
pub struct Elements {
    /// The type of its groups' codes.
    pub name: String,
    /// Lines.
    pub docs: Vec<String>,
    /// Whether elements that are not listed can be asked for.
    pub open: bool,
    /// The groups.
    pub groups: Vec<Group>,
    /// The elements of all groups.
    pub elements: Vec<Element>,
}

/// A group.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// Its code on the wire, as a literal.
    pub literal: String,
    /// What it is called, as a literal.
    pub title: String,
    /// Lines.
    pub docs: Vec<String>,
}

/// An element.
#[derive(Debug, Clone, Serialize)]
pub struct Element {
    /// The constant's name: of the group and the element.
    pub name: String,
    /// `group:element`, as a literal.
    pub literal: String,
    /// Lines.
    pub docs: Vec<String>,
    /// The type of what it takes; nothing if that is any JSON.
    pub input: Option<String>,
    /// The type of what it gives.
    pub output: Option<String>,
}

/// Work that is routed to elements.
#[derive(Debug, Clone, Serialize)]
pub struct Work {
    /// In the schema.
    pub schema: String,
    /// Its index in the tables.
    pub index: usize,
    /// Lines.
    pub docs: Vec<String>,
    /// The record that asks, and the one that answers.
    pub asked: String,
    /// See `asked`.
    pub answered: String,
    /// Of the request: the members for what it is, its group, element and input, as the language calls them.
    pub members: Vec<String>,
    /// Who submits over a transport that it opens, and may work; nothing where no role of the schema does.
    pub client: Option<Worker>,
    /// Who is submitted to.
    pub node: Option<Worker>,
}

/// Who submits work, or does it.
#[derive(Debug, Clone, Serialize)]
pub struct Worker {
    /// In the language. `ltpc.toml` names it by `Work.role`.
    pub name: String,
    /// Its role: see the view's roles.
    pub role: Role,
    /// What the application chooses of the role's options.
    pub options: Vec<Member>,
    /// The option of the role that says which elements are handled: it follows from what is registered.
    pub handlers: Option<Member>,
}

impl Viewer<'_> {
    pub(super) fn elements(&self) -> Vec<Elements> {
        let sets = (0..).map(GroupsId).zip(&self.model.groups);
        sets.map(|(id, groups)| self.set(id, groups)).collect()
    }

    fn set(&self, id: GroupsId, groups: &model::Groups) -> Elements {
        let declared = &self.model[groups.of];
        let mut scope = Scope::new(self.language.naming);
        let literal = |text: &str| (self.language.text)(text);
        let record = |of: Option<RecordId>| of.map(|record| self.records[record.0 as usize].clone());
        let elements = self.model.elements.iter().filter(|element| element.groups == id);
        let elements = elements.map(|element| {
            let group = &declared.variants[element.group];
            Element {
                name: scope.allocate(&(self.language.naming.constants)(&format!("{}_{}", group.name, element.name))),
                literal: literal(&format!("{}:{}", group.wire, element.name)),
                docs: self.docs(&element.docs),
                input: record(element.input),
                output: record(element.output),
            }
        });
        let named = groups.groups.iter().zip(&declared.variants).map(|(group, variant)| Group {
            literal: literal(&variant.wire),
            title: literal(&group.title),
            docs: self.docs(&variant.docs),
        });
        Elements {
            elements: elements.collect(),
            groups: named.collect(),
            name: self.enums[groups.of.0 as usize].clone(),
            docs: self.docs(&declared.decl.docs),
            open: groups.open,
        }
    }

    pub(super) fn works(&mut self, package: &Package, roles: &[Role]) -> Vec<Work> {
        let model = self.model;
        let own = model.works.iter().enumerate().filter(|(_, work)| work.decl.module.0 == 0);
        own.map(|(index, work)| self.work(index, work, package, roles)).collect()
    }

    fn work(&mut self, index: usize, work: &model::Work, package: &Package, roles: &[Role]) -> Work {
        let model = self.model;
        let mut found = [None, None];
        for role in roles {
            let declared = &model.sessions[role.session].roles[role.index];
            let place = usize::from(!role.connects);
            if found[place].is_some() || !declared.pendings.iter().any(|pending| pending.request == work.request) {
                continue;
            }
            let schema = format!("{}.{}", work.decl.name, declared.name);
            let wanted = package.names.get(&schema).cloned();
            let wanted = wanted.unwrap_or_else(|| (self.language.naming.types)(&format!("{}_{}", work.decl.name, declared.name)));
            let handlers = handlers(work, declared);
            let (mut handlers, options): (Vec<_>, Vec<_>) = role.options.iter().cloned().partition(|option| Some(&option.wire) == handlers);
            found[place] = Some(Worker {
                name: self.scope.allocate(&wanted),
                role: role.clone(),
                handlers: handlers.pop(),
                options,
            });
        }
        let [client, node] = found;
        let body = |id: model::MessageId| match model[id].body {
            model::MessageBody::Record(RecordId(record)) => self.records[record as usize].clone(),
            model::MessageBody::Object => String::new(),
        };
        let mut scope = Scope::new(self.language.naming);
        let members: Vec<String> = model.body_record(work.request).map_or_else(Vec::new, |record| {
            let names = record.members.iter();
            names
                .map(|member| scope.allocate(&(self.language.naming.members)(&member.name)))
                .collect()
        });
        let asked = &work.asked;
        let named = [asked.id, asked.group, asked.element, asked.input];
        Work {
            members: named.iter().filter_map(|index| members.get(*index).cloned()).collect(),
            schema: work.decl.name.clone(),
            index,
            docs: self.docs(&work.decl.docs),
            asked: body(work.request),
            answered: body(work.reply),
            client,
            node,
        }
    }
}

/// The option from which a role says what it handles, in the message that says so.
fn handlers<'m>(work: &model::Work, role: &'m model::Role) -> Option<&'m String> {
    let (beat, handlers, _) = work.beat?;
    let transitions = role.states.iter().flat_map(|state| &state.transitions);
    let mut sent = transitions
        .flat_map(|transition| &transition.actions)
        .filter_map(|action| match &action.kind {
            ActionKind::Send { message, body, .. } if *message == beat => body.iter().find(|(member, _)| *member == handlers),
            _ => None,
        });
    let mut value = &sent.next()?.1;
    while let ExprKind::Wrap(inner) | ExprKind::Unwrap(inner) = &value.kind {
        value = inner;
    }
    match &value.kind {
        ExprKind::Place(place) => match place.base {
            PlaceBase::Var(VarRef::Option(index)) => Some(&role.options.get(index)?.name),
            _ => None,
        },
        _ => None,
    }
}
