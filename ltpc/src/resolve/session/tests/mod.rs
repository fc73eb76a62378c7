//! What expressions become. Each case is an expression as a schema writes it, and as the model has it.

mod expressions;
mod hostile;
mod machines;

use crate::diagnostic::Severity;
use crate::load::{Loader, load};
use crate::model::{Expr, ExprKind, Model, Place, PlaceBase, VarRef};

/// One text, which imports nothing.
struct One<'t>(&'t str);

impl Loader for One<'_> {
    fn load(&self, _: &str) -> Result<String, String> {
        Ok(self.0.to_owned())
    }
}

/// The model of a schema, or what is wrong with it, a line each.
fn resolved(text: &str) -> Result<Model, String> {
    let loaded = load("test.ltp", &One(text));
    let (model, found) = crate::resolve::resolve(&loaded);
    let errors: Vec<String> = loaded
        .diagnostics
        .iter()
        .chain(&found)
        .filter(|diagnostic| diagnostic.severity == Severity::Error)
        .map(|diagnostic| format!("{}: {}", diagnostic.code, diagnostic.message))
        .collect();
    if errors.is_empty() { Ok(model) } else { Err(errors.join("\n")) }
}

/// An expression of the model, with every conversion, in the words of its variants.
fn shown(expr: &Expr) -> String {
    let two = |name: &str, a: &Expr, b: &Expr| format!("{name}({}, {})", shown(a), shown(b));
    match &expr.kind {
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::None => "none".into(),
        ExprKind::Duration(millis) => format!("{millis}ms"),
        ExprKind::Variant(_, index) => format!("variant {index}"),
        ExprKind::Place(place) => shown_place(place),
        ExprKind::Now => "now".into(),
        ExprKind::Fresh => "fresh".into(),
        ExprKind::FreshHex { prefix, digits } => format!("fresh hex {digits} prefix {prefix:?}"),
        ExprKind::Has(place) => format!("has {}", shown_place(place)),
        ExprKind::Wrap(inner) => format!("Wrap({})", shown(inner)),
        ExprKind::Unwrap(inner) => format!("Unwrap({})", shown(inner)),
        ExprKind::Not(inner) => format!("Not({})", shown(inner)),
        ExprKind::Binary { op, left, right } => two(&format!("{op:?}"), left, right),
        ExprKind::OfUnit { value, unit } => format!("OfUnit({}, {unit})", shown(value)),
        ExprKind::InUnit { value, unit, up } => format!("InUnit({}, {unit}{})", shown(value), if *up { " up" } else { "" }),
        ExprKind::Peer => "peer".into(),
        ExprKind::Peek(pointer) => format!("peek {pointer:?}"),
        ExprKind::Grant { agent, claim, key, .. } => match key {
            Some(key) => format!("Grant({}, {}, {})", shown(agent), shown(claim), shown(key)),
            None => two("Grant", agent, claim),
        },
        ExprKind::May { tier, capability, .. } => format!("May({}, {capability})", shown(tier)),
        ExprKind::Wait { meter, key, tier } => match tier {
            Some(tier) => format!("Wait({meter}, {}, {})", shown(key), shown(tier)),
            None => format!("Wait({meter}, {})", shown(key)),
        },
        ExprKind::AsText(inner) => format!("AsText({})", shown(inner)),
        ExprKind::Object(members) => {
            let members: Vec<String> = members.iter().map(|(name, value)| format!("{name}: {}", shown(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        ExprKind::Digest { digest, list } => format!("digest {} {}", digest.0, shown(list)),
        ExprKind::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
    }
}

fn shown_place(place: &Place) -> String {
    let mut text = match &place.base {
        PlaceBase::Var(VarRef::Option(index)) => format!("option{index}"),
        PlaceBase::Var(VarRef::Role(index)) => format!("var{index}"),
        PlaceBase::Var(VarRef::Persist(index)) => format!("persist{index}"),
        PlaceBase::Var(VarRef::State(index)) => format!("state{index}"),
        PlaceBase::Body(index) => format!("body{index}"),
        PlaceBase::Envelope(index) => format!("envelope{index}"),
        PlaceBase::Row(index) => format!("row{index}"),
        other => format!("{other:?}"),
    };
    for index in &place.path {
        text.push_str(&format!(".{index}"));
    }
    text
}
