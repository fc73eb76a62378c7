//! Tiers: the variants of an open enum, each with what it may, how often, and how it is claimed.

use std::collections::HashMap;

use super::choices::{Names, made};
use super::context::Context;
use super::names::Declared;
use crate::check::{bad_rate, duplicate_name};
use crate::diagnostic::Diagnostic;
use crate::model::{Capability, EnumId, Rate, Tier, Tiers};
use crate::source::Span;
use crate::syntax::tree::{self, ItemKind, TierPartKind};

/// Resolves tiers, once their enums are declared.
pub fn resolve(context: &mut Context<'_>) {
    for (module, index, item) in context.items() {
        let (ItemKind::Tiers(tree), Some(Declared::Enum(id))) = (&item.kind, context.targets[module.0 as usize][index]) else {
            continue;
        };
        super::annotations::read(&item.annotations, &[], &mut context.found);
        tiers(context, id, tree);
    }
}

fn tiers(context: &mut Context<'_>, id: EnumId, tree: &tree::Tiers) {
    let mut tiers = Tiers {
        of: id,
        capabilities: Vec::new(),
        levels: Vec::new(),
    };
    let mut capabilities = HashMap::new();
    let (mut names, mut variants) = (Names::default(), Vec::new());
    for written in &tree.tiers {
        let tier = tier(context, &mut tiers.capabilities, &mut capabilities, written);
        if names.add(context, "tier", &written.name) {
            let wire = written.wire.as_ref().map_or(&written.name.text, |wire| &wire.text);
            variants.push(made(context, &written.name, wire, &written.docs, &[], None));
            tiers.levels.push(tier);
        }
    }
    context.model.enums[id.0 as usize].variants = variants;
    context.model.tiers.push(tiers);
}

fn tier<'a>(
    context: &mut Context<'_>,
    declared: &mut Vec<Capability>,
    capabilities: &mut HashMap<&'a str, usize>,
    tree: &'a tree::Tier,
) -> Tier {
    let mut tier = Tier::default();
    let mut said: HashMap<&str, Span> = HashMap::new();
    let mut named: HashMap<usize, Span> = HashMap::new();
    for part in &tree.parts {
        let what = match part.kind {
            TierPartKind::May(_) => "may",
            TierPartKind::AtMost(_) => "at most",
            TierPartKind::ByKey => "claimed by key",
        };
        if let Some(earlier) = said.insert(what, part.span) {
            context.report(duplicate_name::report("part", what, part.span, earlier));
            continue;
        }
        match &part.kind {
            TierPartKind::May(names) => {
                for name in names {
                    crate::check::unspeakable_name::check(name, &mut context.found);
                    let index = *capabilities.entry(&name.text).or_insert_with(|| {
                        declared.push(Capability {
                            name: name.text.clone(),
                            span: name.span,
                        });
                        declared.len() - 1
                    });
                    if let Some(earlier) = named.insert(index, name.span) {
                        context.report(duplicate_name::report("capability", &name.text, name.span, earlier));
                    }
                }
            }
            TierPartKind::AtMost(written) => tier.rate = rate(&mut context.found, written),
            TierPartKind::ByKey => tier.by_key = true,
        }
    }
    tier.may = named.into_keys().collect();
    tier.may.sort_unstable();
    tier
}

/// How often, or nothing if that is never, which is reported.
pub fn rate(found: &mut Vec<Diagnostic>, tree: &tree::Rate) -> Option<Rate> {
    let limit = tree.limit.text.parse::<u32>().ok().filter(|limit| *limit > 0);
    if limit.is_none() {
        found.push(bad_rate::limit(&tree.limit.text, tree.limit.span));
    }
    let (window, span) = tree.window;
    if window == 0 {
        found.push(bad_rate::window(span));
    }
    Some(Rate {
        limit: limit?,
        window: Some(window).filter(|window| *window > 0)?,
        span: tree.span,
    })
}
