//! A protocol as one JSON document: its shape, and its sessions. Each language's support walks over it.
//!
//! Nothing in it depends on a language. Integers that a double does not hold stand as texts; defaults stand as the canonical JSON text
//! that they have on the wire. What the parts are is written in `docs/templates.md`.

mod expr;
mod session;
mod shape;
mod work;

use serde_json::{Value, json};

use crate::{interpret::Tables, model::Model};

/// The tables of a model, of which these are the lowered ones.
#[must_use]
pub fn tables(model: &Model, lowered: &Tables) -> Value {
    let schema = &lowered.schema;
    json!({
        "protocol": model.protocol.name,
        "version": model.protocol.version,
        "limits": {
            "message": model.limits.message,
            "depth": schema.limits.depth(),
            "string": model.limits.string,
            "list": model.limits.list,
            "members": model.limits.members,
        },
        "types": shape::types(model, schema),
        "envelopes": shape::envelopes(model, schema),
        "messages": shape::messages(schema),
        "framing": schema.framing.as_ref().map(shape::framing),
        "tiers": session::tiers(model),
        "digests": session::digests(model),
        "sessions": session::sessions(model, lowered),
        "groups": work::groups(model, lowered),
        "works": work::works(model),
    })
}

/// An integer as JSON: past what a double holds, as text.
fn integer(value: i128) -> Value {
    const EXACT: i128 = 1 << 53;
    match i64::try_from(value) {
        Ok(small) if value.abs() <= EXACT => Value::from(small),
        _ => Value::from(value.to_string()),
    }
}
