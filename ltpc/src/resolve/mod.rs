//! Tree to model: every name bound, every type known, every expression typed.
//!
//! Nothing here stops at a mistake: what cannot be resolved is reported once, left out, and remembered as left out, so that what
//! depends on it stays silent. No step recurses along declarations (schemas may be chains of thousands), and every one takes time
//! linear in the schema.

mod annotations;
#[cfg(feature = "build")]
mod bridge;
mod choices;
mod collect;
mod constants;
mod constraints;
mod context;
#[cfg(feature = "build")]
mod digests;
mod endpoints;
#[cfg(feature = "build")]
mod examples;
mod facts;
mod framings;
pub(crate) mod graph;
#[cfg(feature = "build")]
mod mapping;
mod members;
mod messages;
mod names;
mod payloads;
mod scalars;
#[cfg(feature = "build")]
mod session;
mod sets;
mod tiers;
mod types;
#[cfg(feature = "build")]
mod unused;
mod work;

pub(crate) use annotations::Known;
use context::{Context, Owner};
pub(crate) use endpoints::PROPERTIES;
pub(crate) use facts::LIMITS;
pub(crate) use types::BUILT_IN;

use crate::diagnostic::{Diagnostic, Severity};
use crate::load::Loaded;
use crate::model::Model;

/// Resolves what was loaded. The model is usable even if there are errors: what is wrong is not in it.
#[must_use]
pub fn resolve(loaded: &Loaded) -> (Model, Vec<Diagnostic>) {
    let mut context = Context::new(loaded);
    collect::collect(&mut context);
    facts::resolve(&mut context);
    scalars::resolve(&mut context);
    choices::resolve_enums(&mut context);
    tiers::resolve(&mut context);
    work::resolve_groups(&mut context);
    members::resolve_records(&mut context);
    choices::resolve_unions(&mut context);
    choices::resolve_payloads(&mut context);
    messages::resolve_envelopes(&mut context);
    framings::resolve(&mut context);
    messages::resolve_messages(&mut context);
    members::finish(&mut context);
    framings::finish(&mut context);
    payloads::resolve(&mut context);
    constants::resolve_defaults(&mut context);
    // A derive declares a type, and nothing that has types.
    #[cfg(feature = "build")]
    uses(&mut context);

    let Context { mut model, found, .. } = context;
    let found = once(found);
    model.whole = !found.iter().chain(&loaded.diagnostics).any(|one| one.severity == Severity::Error);
    (model, found)
}

/// What is made of messages and their types.
#[cfg(feature = "build")]
fn uses(context: &mut Context<'_>) {
    endpoints::resolve(context);
    digests::resolve(context);
    work::resolve(context);
    session::resolve(context);
    mapping::resolve(context);
    bridge::resolve(context);
    examples::resolve(context);
    unused::report(context);
}

/// In the order of the source, each once: members that are spread are looked at wherever they land, but told of where they stand.
fn once(mut found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.sort_by(|a, b| (a.span, a.code, &a.message).cmp(&(b.span, b.code, &b.message)));
    found.dedup_by(|a, b| a.span == b.span && a.code == b.code && a.message == b.message);
    found
}
