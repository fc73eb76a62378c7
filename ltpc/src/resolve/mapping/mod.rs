//! Mappings: every rule with its places bound, every member of the source in the reach of one.

mod cover;
mod rule;
mod variants;

use std::collections::HashMap;

use super::context::{Context, spelled};
use super::names::{Declared, Sort};
use super::session::declared::{Module, Types};
use super::session::host::Host;
use super::session::scope::{Scope, Source};
use crate::check::mapping::{self as rules, sides};
use crate::diagnostic::Diagnostic;
use crate::model::{EnvelopeId, Framing, MapRule, Mapping, Member, MessageBody, Model, ModuleId, RecordId, Side, Tag};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind};

/// Resolves mappings. Everything else is resolved already.
pub(super) fn resolve(context: &mut Context<'_>) {
    let types = Types::default();
    // What is wrong with one mapping says nothing of the others; what is wrong with anything else may be why a member is not there.
    let mut all_found = Vec::new();
    let whole = !Module::new(ModuleId(0), context, &types).is_broken();
    let mut known: HashMap<(Side, Side), Span> = HashMap::new();
    for (module, _, item) in context.items() {
        let ItemKind::Mapping(written) = &item.kind else { continue };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        let (source, target) = (side(context, module, &written.source), side(context, module, &written.target));
        let Some((source, target)) = source.zip(target) else { continue };
        if let Some(earlier) = known.insert((source, target), written.span) {
            all_found.push(sides::again(written.span, earlier));
            continue;
        }
        let (mapped, found) = {
            let host = Module::new(module, context, &types);
            let mut found = Vec::new();
            (
                Sides::new(host.model(), source, target).mapping(&host, &mut found, written, whole),
                found,
            )
        };
        all_found.extend(found);
        let Some(mapped) = mapped else { continue };
        context.model.mappings.push(Mapping {
            name: format!("{} -> {}", spelled(&written.source), spelled(&written.target)),
            module,
            docs: item.docs.clone(),
            source,
            target,
            rules: mapped,
            span: written.span,
        });
    }
    context.found.extend(all_found);
}

/// The message or record of a path, if it is one that can be mapped.
fn side(context: &mut Context<'_>, module: ModuleId, path: &tree::Path) -> Option<Side> {
    match context.look_up(path, module, &[Sort::Message, Sort::Type])? {
        Declared::Message(id) => {
            let message = &context.model[id];
            match (&message.tag, message.body) {
                _ if is_foreign_text(&context.model, message.envelope) => context.report(sides::foreign(path.span, &spelled(path))),
                (Tag::Text(_), MessageBody::Record(_)) => return Some(Side::Message(id)),
                (Tag::Scalar { .. }, _) => context.report(sides::many_tags(path.span, &spelled(path))),
                (_, MessageBody::Object) => context.report(sides::no_members(path.span, &spelled(path))),
            }
        }
        Declared::Record(id) => return Some(Side::Record(id)),
        _ => context.report(sides::no_side(path.span, &spelled(path))),
    }
    None
}

/// Whether an envelope is a framing of another file than the one that is compiled: its messages are not read here.
fn is_foreign_text(model: &Model, envelope: EnvelopeId) -> bool {
    let of = |framing: &Framing| framing.envelope == envelope;
    model.framings.iter().any(of) && !model.framing().is_some_and(of)
}

/// What both sides are made of.
#[derive(Clone, Copy)]
struct Sides<'m> {
    model: &'m Model,
    source: Parts<'m>,
    target: Parts<'m>,
}

/// What a side is made of.
#[derive(Clone, Copy)]
struct Parts<'m> {
    side: Side,
    name: &'m str,
    envelope: &'m [Member],
    body: RecordId,
    /// Whether all that it keeps of unknown members is text.
    is_text: bool,
}

impl<'m> Parts<'m> {
    fn new(model: &'m Model, side: Side) -> Self {
        let (name, is_text) = match side {
            Side::Record(body) => (&model[body].decl.name, false),
            Side::Message(id) => {
                let is_text = |framing: &Framing| framing.envelope == model[id].envelope;
                (&model[id].decl.name, model.framing().is_some_and(is_text))
            }
        };
        Self {
            side,
            name,
            envelope: side.envelope(model),
            body: side.record(model),
            is_text,
        }
    }
}

impl<'m> Sides<'m> {
    fn new(model: &'m Model, source: Side, target: Side) -> Self {
        Self {
            model,
            source: Parts::new(model, source),
            target: Parts::new(model, target),
        }
    }

    /// The rules, if nothing is wrong with them.
    /// Coverage is only judged where nothing else is missing.
    fn mapping(self, host: &dyn Host, found: &mut Vec<Diagnostic>, written: &tree::Mapping, whole: bool) -> Option<Vec<MapRule>> {
        let no_variables = HashMap::new();
        let mut scope = Scope::new(host, found, &no_variables, None);
        scope.source = Some(Source {
            name: self.source.name,
            envelope: self.source.envelope,
            body: &self.model[self.source.body].members,
        });
        let typed: Vec<_> = written.rules.iter().map(|rule| rule::resolve(self, &mut scope, rule)).collect();
        let mut rules = typed.into_iter().collect::<Option<Vec<_>>>()?;
        if !whole {
            return None;
        }
        let before = found.len();
        rules::set_twice::find(&rules, found);
        cover::source(self, &mut rules, written.span, found);
        cover::target(self, &rules, written.span, found);
        (found.len() == before).then_some(rules)
    }
}
