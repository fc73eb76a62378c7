//! Examples: what each must be. Whether it is so, `check` finds out.

use super::context::Context;
use super::names::{Declared, Sort};
use crate::check;
use crate::model::{Example, ExampleOf, ModuleId};
use crate::syntax::tree::{self, ItemKind};

/// Resolves examples.
pub fn resolve(context: &mut Context<'_>) {
    for (module, _, item) in context.items() {
        let ItemKind::Example(example) = &item.kind else { continue };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        let mut sound = true;
        for (_, rule) in &example.refusals {
            if !check::refusals_differ::is_rule(&rule.text) {
                context.report(check::refusals_differ::unknown_rule(&rule.text, rule.span));
                sound = false;
            }
        }
        let of = match &example.of {
            None => None,
            Some(path) => match what(context, path, module) {
                Some(of) => Some(of),
                None => continue,
            },
        };
        if !sound {
            continue;
        }
        let refusals = example
            .refusals
            .iter()
            .map(|(pointer, rule)| (pointer.text.clone(), rule.text.clone()))
            .collect();
        let text = example.body.text.clone();
        let span = example.body.span;
        context.model.examples.push(Example {
            title: example.title.text.clone(),
            docs: item.docs.clone(),
            of,
            refusals,
            advisory: example.advisory,
            text,
            span,
        });
    }
}

/// A message, or a type that is declared.
fn what(context: &mut Context<'_>, path: &tree::Path, module: ModuleId) -> Option<ExampleOf> {
    match context.look_up(path, module, &[Sort::Message, Sort::Type])? {
        Declared::Message(id) => Some(ExampleOf::Message(id)),
        declared => Some(ExampleOf::Type(Box::new(context.type_named(declared)?))),
    }
}
