//! Expressions of sessions.

use serde_json::{Map, Value, json};

use super::integer;
use crate::model::{
    BinaryOp, Binding, BindingKind, Expr, ExprKind, Member, MessageBody, Model, Place, PlaceBase, Presence, Role, State, Type, TypeKind,
    VarRef,
};

/// Where an expression stands: what its names can mean.
#[derive(Clone, Copy)]
pub(super) struct Scope<'m> {
    pub model: &'m Model,
    pub role: &'m Role,
    /// The state whose variables can be named.
    pub state: Option<&'m State>,
    /// What came.
    pub binding: Option<&'m Binding>,
}

impl<'m> Scope<'m> {
    /// An expression; nothing, where there is none.
    pub fn maybe(&self, expr: Option<&Expr>) -> Value {
        expr.map_or(Value::Null, |expr| self.expr(expr))
    }

    pub fn expr(&self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Text(text) => json!({ "op": "text", "value": text }),
            ExprKind::Integer(value) => json!({ "op": "int", "value": integer(*value) }),
            ExprKind::Float(value) => json!({ "op": "float", "value": value }),
            ExprKind::Bool(value) => json!({ "op": "bool", "value": value }),
            ExprKind::None => json!({ "op": "none" }),
            ExprKind::Duration(value) => json!({ "op": "int", "value": integer((*value).into()) }),
            ExprKind::Variant(id, index) => json!({ "op": "text", "value": self.model[*id].variants[*index].wire }),
            ExprKind::Place(place) => self.place(place),
            ExprKind::Now => json!({ "op": "now" }),
            ExprKind::Fresh => json!({ "op": "fresh" }),
            ExprKind::FreshHex { prefix, digits } => json!({ "op": "fresh_hex", "prefix": prefix, "digits": digits }),
            ExprKind::Peek(pointer) => {
                json!({ "op": "peek", "pointer": pointer, "is": if matches!(expr.ty.kind, TypeKind::Uint(_)) { "uint" } else { "string" } })
            }
            ExprKind::Peer => json!({ "op": "peer" }),
            ExprKind::Grant { tiers, agent, claim, key } => json!({
                "op": "grant",
                "tiers": tiers.0,
                "agent": self.expr(agent),
                "claim": self.expr(claim),
                "key": self.maybe(key.as_deref()),
            }),
            ExprKind::May { tiers, tier, capability } => {
                json!({ "op": "may", "tiers": tiers.0, "tier": self.expr(tier), "capability": capability })
            }
            ExprKind::Wait { meter, key, tier } => {
                json!({ "op": "wait", "meter": meter, "key": self.expr(key), "tier": self.maybe(tier.as_deref()) })
            }
            ExprKind::Has(place) => json!({ "op": "has", "of": self.place(place) }),
            ExprKind::Wrap(inner) | ExprKind::Unwrap(inner) => self.expr(inner),
            ExprKind::Not(inner) => json!({ "op": "not", "of": self.expr(inner) }),
            ExprKind::Binary { op, left, right } => json!({
                "op": operator(*op),
                "left": self.expr(left),
                "right": self.expr(right),
                "tiers": self.tiers(&left.ty),
                "signed": matches!(expr.ty.kind, TypeKind::Int(_)),
            }),
            ExprKind::OfUnit { value, unit } => json!({ "op": "of_unit", "of": self.expr(value), "unit": unit }),
            ExprKind::InUnit { value, unit, up } => {
                json!({ "op": "in_unit", "of": self.expr(value), "unit": (*unit).max(1), "up": up })
            }
            ExprKind::AsText(value) => json!({ "op": "rfc3339", "of": self.expr(value) }),
            ExprKind::Object(members) => {
                let members = members.iter().map(|(name, value)| {
                    let left_out = value.ty.nullable && self.may_be_absent(&expr.ty, name);
                    json!([name, self.expr(value), left_out])
                });
                json!({ "op": "object", "members": members.collect::<Vec<_>>(), "raw": is_carried(&expr.ty) })
            }
            ExprKind::List(items) => {
                let items: Vec<Value> = items.iter().map(|item| self.expr(item)).collect();
                json!({ "op": "list", "items": items, "raw": is_carried(&expr.ty) })
            }
            ExprKind::Digest { digest, list } => json!({ "op": "digest", "digest": digest.0, "of": self.expr(list) }),
        }
    }

    /// Members that are given, by their names on the wire.
    pub fn given(&self, members: &[Member], given: &[(usize, Expr)]) -> Vec<Value> {
        let named = given.iter().map(|(index, value)| json!([members[*index].wire, self.expr(value)]));
        named.collect()
    }

    fn place(&self, place: &Place) -> Value {
        let variable = |base: &str, index: usize, ty: Option<&Type>| json!({ "op": base, "index": index, "path": ty.map_or_else(Vec::new, |ty| self.path(ty, &place.path)) });
        let member = |base: &str, members: &[Member], index: usize| {
            let member = &members[index];
            let mut path = vec![member.wire.clone()];
            path.extend(self.path(&member.ty, &place.path));
            json!({ "op": base, "path": path })
        };
        let of = |vars: &[crate::model::Var], index: usize| vars.get(index).map(|var| var.ty.clone());
        match place.base {
            PlaceBase::Var(VarRef::Option(index)) => variable("option", index, of(&self.role.options, index).as_ref()),
            PlaceBase::Var(VarRef::Role(index)) => variable("var", index, of(&self.role.vars, index).as_ref()),
            PlaceBase::Var(VarRef::Persist(index)) => variable("persist", index, of(&self.role.persists, index).as_ref()),
            PlaceBase::Var(VarRef::State(index)) => {
                let ty = self.state.and_then(|state| of(&state.vars, index));
                variable("state", index, ty.as_ref())
            }
            PlaceBase::Body(index) => member("body", self.body(), index),
            PlaceBase::Envelope(index) => member("envelope", self.envelope(), index),
            PlaceBase::Row(index) => member("row", self.row(), index),
            PlaceBase::Tag => json!({ "op": "tag" }),
            PlaceBase::RefusedTag => json!({ "op": "refused", "what": "tag" }),
            PlaceBase::RefusedRule => json!({ "op": "refused", "what": "rule" }),
            PlaceBase::RefusedPointer => json!({ "op": "refused", "what": "pointer" }),
            PlaceBase::RefusedText => json!({ "op": "refused", "what": "text" }),
            PlaceBase::RefusedSize => json!({ "op": "refused", "what": "size" }),
            PlaceBase::MessageLimit => json!({ "op": "int", "value": integer(self.model.limits.message.into()) }),
        }
    }

    /// The names on the wire of members within.
    fn path(&self, ty: &Type, path: &[usize]) -> Vec<String> {
        let (Some((index, rest)), TypeKind::Record(record)) = (path.split_first(), &ty.kind) else {
            return Vec::new();
        };
        let member = &self.model[*record].members[*index];
        let mut names = vec![member.wire.clone()];
        names.extend(self.path(&member.ty, rest));
        names
    }

    fn body(&self) -> &'m [Member] {
        match self.binding.map(|binding| binding.kind) {
            Some(BindingKind::Message(id)) => match self.model[id].body {
                MessageBody::Record(record) => &self.model[record].members,
                MessageBody::Object => &[],
            },
            _ => &[],
        }
    }

    fn envelope(&self) -> &'m [Member] {
        match self.binding.map(|binding| binding.kind) {
            Some(BindingKind::Message(id)) => &self.model[self.model[id].envelope].members,
            Some(BindingKind::Envelope(id)) => &self.model[id].members,
            _ => &[],
        }
    }

    fn row(&self) -> &'m [Member] {
        match self.binding.map(|binding| binding.kind) {
            Some(BindingKind::Row(table)) => &self.model[self.role.tables[table].row].members,
            _ => &[],
        }
    }

    fn tiers(&self, ty: &Type) -> Option<u32> {
        match ty.kind {
            TypeKind::Enum(id) => self.model.tiers_of(id).map(|tiers| tiers.0),
            _ => None,
        }
    }

    fn may_be_absent(&self, ty: &Type, name: &str) -> bool {
        let TypeKind::Record(record) = ty.kind else { return true };
        let member = self.model[record].members.iter().find(|member| member.wire == name);
        member.is_some_and(|member| !matches!(member.presence, Presence::Required { .. }))
    }
}

fn is_carried(ty: &Type) -> bool {
    matches!(ty.kind, TypeKind::Json | TypeKind::Object)
}

const fn operator(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Coalesce => "coalesce",
        BinaryOp::Equal => "eq",
        BinaryOp::NotEqual => "ne",
        BinaryOp::Less => "lt",
        BinaryOp::LessEqual => "le",
        BinaryOp::Greater => "gt",
        BinaryOp::GreaterEqual => "ge",
        BinaryOp::Add => "add",
        BinaryOp::Subtract => "sub",
        BinaryOp::Multiply => "mul",
    }
}

/// A JSON object of what is said, without what is nothing.
pub(super) fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let said = members.into_iter().filter(|(_, value)| !value.is_null());
    Value::Object(said.map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
}
