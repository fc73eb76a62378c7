//! The protocol itself, and its limits.

use std::collections::HashMap;

use ltp_runtime::schema::Limits;

use super::context::Context;
use crate::check;
use crate::model::Protocol;
use crate::source::Span;
use crate::syntax::tree::{ItemKind, Size};

/// The names of limits.
pub const LIMITS: [&str; 7] = ["message", "depth", "string", "list", "members", "line", "headers"];

/// Resolves the protocol that the compiled file declares, and its limits. Those of imported files are checked, and hold where
/// they are compiled themselves.
pub fn resolve(context: &mut Context<'_>) {
    let mut limits: HashMap<(u32, &str), Span> = HashMap::new();
    for (module, _, item) in context.items() {
        match &item.kind {
            ItemKind::Protocol { name, version } => {
                check::reserved_name::check(name, &mut context.found);
                check::unspeakable_name::check(name, &mut context.found);
                super::annotations::read(&item.annotations, &[], &mut context.found);
                // A second one is reported where the file is loaded.
                if module.0 == 0 && context.model.protocol.name.is_empty() {
                    let annotations = item.annotations.iter().map(super::annotations::as_written).collect();
                    let (name, version) = (name.text.clone(), version.text.clone());
                    context.model.protocol = Protocol {
                        name,
                        version,
                        docs: item.docs.clone(),
                        annotations,
                        span: item.span,
                    };
                }
            }
            ItemKind::Limits(written) => {
                super::annotations::read(&item.annotations, &[], &mut context.found);
                for (name, size) in written {
                    let Some(known) = LIMITS.into_iter().find(|known| *known == name.text) else {
                        context.report(check::unknown_limit::report(&name.text, name.span));
                        continue;
                    };
                    if let Some(earlier) = limits.insert((module.0, known), name.span) {
                        context.report(check::duplicate_name::report("limit", known, name.span, earlier));
                        continue;
                    }
                    match octets(size) {
                        Some(0) => context.report(check::unknown_limit::zero(size.span)),
                        Some(value) if known == "depth" && value > Limits::DEEPEST as u64 => {
                            context.report(check::unknown_limit::too_deep(size.span, Limits::DEEPEST));
                        }
                        Some(value) if module.0 == 0 => set(context, known, value),
                        Some(_) => {}
                        None => context.report(check::unknown_limit::no_size(size.span)),
                    }
                }
            }
            _ => {}
        }
    }
    context.model.limit_spans = LIMITS.map(|name| limits.get(&(0, name)).copied());
}

/// What a size says; `None`: it is no count.
#[must_use]
pub fn octets(size: &Size) -> Option<u64> {
    size.number.text.parse::<u64>().ok()?.checked_mul(size.factor)
}

fn set(context: &mut Context<'_>, name: &str, value: u64) {
    let limits = &mut context.model.limits;
    match name {
        "message" => limits.message = value,
        "depth" => limits.depth = value,
        "string" => limits.string = value,
        "list" => limits.list = value,
        "members" => limits.members = value,
        "line" => limits.line = value,
        _ => limits.headers = value,
    }
}
