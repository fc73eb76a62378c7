//! `work`: which members of which messages say what.

use std::collections::HashMap;

use super::super::context::Context;
use super::super::names::{Declared, Sort};
use crate::check::{duplicate_name, work_part as rule};
use crate::model::work::{Answered, Asked, CODES};
use crate::model::{EnumId, GroupsId, Member, MessageBody, MessageId, ModuleId, Part, RecordId, TypeKind, Work};
use crate::syntax::tree::{self, ItemKind, Name, Path, WorkPart};

/// Resolves how work is routed. Messages and their members are resolved already.
pub fn resolve(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Work(tree) = &item.kind else { continue };
        super::super::annotations::read(&item.annotations, &[], &mut context.found);
        let decl = context.decl(module, item, &tree.name);
        let mut parts: HashMap<&str, &WorkPart> = HashMap::new();
        for part in &tree.parts {
            if !rule::PARTS.contains(&part.name.text.as_str()) {
                context.report(rule::unknown(&part.name));
            } else if let Some(earlier) = parts.insert(&part.name.text, part) {
                context.report(duplicate_name::report("part", &part.name.text, part.span, earlier.span));
            }
        }
        let (request, reply) = (message(context, module, &tree.request), message(context, module, &tree.reply));
        let (Some((request, asked)), Some((reply, answered))) = (request, reply) else {
            continue;
        };
        if context.model[request].envelope != context.model[reply].envelope {
            context.report(rule::envelopes(tree.reply.span));
            continue;
        }
        let mut routing = Routing {
            context: &mut *context,
            module,
            tree,
            parts,
        };
        if let Some((groups, asked)) = routing.asked(asked)
            && let Some((answered, codes)) = routing.answered(answered)
            && let Some(fault) = routing.fault()
            && let Some(beat) = routing.beat()
        {
            context.model.works.push(Work {
                decl,
                request,
                reply,
                groups,
                asked,
                answered,
                fault,
                beat,
                codes,
            });
        }
    }
}

/// A message and the record that it says.
fn message(context: &mut Context<'_>, module: ModuleId, path: &Path) -> Option<(MessageId, RecordId)> {
    let Declared::Message(id) = context.look_up(path, module, &[Sort::Message])? else {
        return None;
    };
    match context.model[id].body {
        MessageBody::Record(record) => Some((id, record)),
        MessageBody::Object => {
            context.report(rule::no_members(path.span));
            None
        }
    }
}

struct Routing<'r, 'a> {
    context: &'r mut Context<'a>,
    module: ModuleId,
    tree: &'r tree::Work,
    parts: HashMap<&'r str, &'r WorkPart>,
}

impl Routing<'_, '_> {
    /// What a part says, so many values at least; it must be there.
    fn required(&mut self, name: &str, least: usize) -> Option<Vec<Path>> {
        match self.parts.get(name) {
            Some(part) if part.values.len() >= least => Some(part.values.clone()),
            Some(part) => {
                self.context.report(rule::values(&part.name, least));
                None
            }
            None => {
                self.context.report(rule::missing(&self.tree.name, name));
                None
            }
        }
    }

    /// The member of a record that a value names, if its type will do.
    fn member(&mut self, record: RecordId, path: &Path, wanted: &str, fits: impl Fn(&Member) -> bool) -> Option<usize> {
        let [name] = path.parts.as_slice() else {
            self.context.report(rule::no_member(path, &self.context.model[record].decl.name));
            return None;
        };
        let found = self.index(record, name)?;
        if fits(&self.context.model[record].members[found]) {
            return Some(found);
        }
        self.context.report(rule::other_type(name, wanted));
        None
    }

    fn index(&mut self, record: RecordId, name: &Name) -> Option<usize> {
        let found = self.context.model[record]
            .members
            .iter()
            .position(|member| member.name == name.text);
        if found.is_none() {
            let path = Path {
                parts: vec![name.clone()],
                span: name.span,
            };
            self.context.report(rule::no_member(&path, &self.context.model[record].decl.name));
        }
        found
    }

    /// A part that names a member and may be left out. `None`: something is wrong with it.
    fn optional(&mut self, part: &str, record: RecordId, wanted: &str, fits: impl Fn(&Member) -> bool) -> Option<Option<usize>> {
        match self.parts.get(part).and_then(|part| part.values.first()).cloned() {
            Some(path) => self.member(record, &path, wanted, fits).map(Some),
            None => Some(None),
        }
    }

    fn asked(&mut self, record: RecordId) -> Option<(GroupsId, Asked)> {
        let id = self.required("id", 2)?;
        let id = self.member(record, &id[0], "a text that is there", is_text)?;
        let members = &self.context.model[record].members;
        let part = |wanted: Part| {
            members.iter().enumerate().find_map(|(index, member)| {
                let dependent = self.context.model.dependent(member)?;
                (dependent.part == wanted).then_some((index, dependent))
            })
        };
        let (Some((element, dependent)), Some((input, _))) = (part(Part::Element), part(Part::Input)) else {
            let name = &self.context.model[record].decl.name;
            self.context.report(rule::no_dependents(self.tree.request.span, name));
            return None;
        };
        let groups = dependent.groups;
        let group = members.iter().position(|member| member.name == dependent.group)?;
        let priority = self.optional("priority", record, "a `uint`", is_uint)?;
        let timeout = self.optional("timeout", record, "a `uint`", is_uint)?;
        let after = self.optional("after", record, "a `list<string>`", is_texts)?;
        let asked = Asked {
            id,
            group,
            element,
            input,
            priority,
            timeout,
            after,
        };
        Some((groups, asked))
    }

    fn answered(&mut self, record: RecordId) -> Option<(Answered, [String; CODES.len()])> {
        let id = self.required("id", 2)?;
        let id = self.member(record, &id[1], "a text that is there", is_text)?;
        let written = self.required("status", 3)?;
        let status = self.member(record, &written[0], "an enum that is there", |member| is_enum(member).is_some())?;
        let of = is_enum(&self.context.model[record].members[status])?;
        let outcomes = (self.variant(of, &written[1])?, self.variant(of, &written[2])?);
        let output = self.required("output", 1)?;
        let output = self.member(record, &output[0], "`json`", |member| matches!(member.ty.kind, TypeKind::Json))?;
        let failure = self.required("failure", 3)?;
        let (words_at, message_at) = (failure[1].clone(), failure[2].clone());
        let failure = self.member(record, &failure[0], "a record", |member| {
            matches!(member.ty.kind, TypeKind::Record(_))
        })?;
        let TypeKind::Record(inner) = self.context.model[record].members[failure].ty.kind else {
            return None;
        };
        let code = self.member(inner, &words_at, "a text, or a code of an error table", is_word)?;
        let words = (code, self.member(inner, &message_at, "a text", is_text)?);
        let took = self.optional("took", record, "a `uint`", is_uint)?;
        let table = is_enum(&self.context.model[inner].members[code]);
        let mut codes: [String; CODES.len()] = std::array::from_fn(|_| String::new());
        for (code, name) in codes.iter_mut().zip(CODES) {
            let path = self.required(name, 1)?.swap_remove(0);
            *code = match table {
                Some(table) => {
                    let index = self.variant(table, &path)?;
                    self.context.model[table].variants[index].wire.clone()
                }
                None => path.parts.last().map(|part| part.text.clone()).unwrap_or_default(),
            };
        }
        let answered = Answered {
            id,
            status,
            outcomes,
            output,
            failure,
            words,
            took,
        };
        Some((answered, codes))
    }

    fn fault(&mut self) -> Option<Option<(MessageId, usize, usize)>> {
        if !self.parts.contains_key("fault") {
            return Some(None);
        }
        let written = self.required("fault", 3)?;
        let (id, record) = message(self.context, self.module, &written[0])?;
        let code = self.member(record, &written[1], "a text, or a code of an error table", is_word)?;
        Some(Some((id, code, self.member(record, &written[2], "a text", is_text)?)))
    }

    fn beat(&mut self) -> Option<Option<(MessageId, usize, Option<usize>)>> {
        if !self.parts.contains_key("beat") {
            return Some(None);
        }
        let written = self.required("beat", 2)?;
        let (id, record) = message(self.context, self.module, &written[0])?;
        let handlers = self.member(record, &written[1], "a `list<string>`", is_texts)?;
        let load = match written.get(2) {
            Some(path) => Some(self.member(record, path, "a `float`", |member| matches!(member.ty.kind, TypeKind::Float(_)))?),
            None => None,
        };
        Some(Some((id, handlers, load)))
    }

    fn variant(&mut self, of: EnumId, path: &Path) -> Option<usize> {
        let name = path.parts.last()?;
        let declared = &self.context.model[of];
        let found = declared.variants.iter().position(|variant| variant.name == name.text);
        if found.is_none() {
            let problem = rule::no_variant(name, &declared.decl.name);
            self.context.report(problem);
        }
        found
    }
}

fn is_text(member: &Member) -> bool {
    matches!(member.ty.kind, TypeKind::String(_)) && !member.ty.nullable && member.presence != crate::model::Presence::Optional
}

fn is_word(member: &Member) -> bool {
    is_text(member) || is_enum(member).is_some()
}

fn is_enum(member: &Member) -> Option<EnumId> {
    match member.ty.kind {
        TypeKind::Enum(id) if !member.ty.nullable && member.presence != crate::model::Presence::Optional => Some(id),
        _ => None,
    }
}

fn is_uint(member: &Member) -> bool {
    matches!(member.ty.kind, TypeKind::Uint(_)) && !member.ty.nullable
}

fn is_texts(member: &Member) -> bool {
    match &member.ty.kind {
        TypeKind::List { item, .. } => matches!(item.kind, TypeKind::String(_)) && !item.nullable && !member.ty.nullable,
        _ => false,
    }
}
