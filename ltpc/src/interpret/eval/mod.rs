//! Expressions, evaluated over values as the walk holds them.
//!
//! Durations and moments are numbers of milliseconds; none is `null`; what is of type `json` or `object` is its text.

pub(super) mod number;
mod place;
mod policy;

use std::cmp::Ordering;

use ltp_runtime::{
    codec::{Decoded, Value},
    policy::Policy,
    session::{Entropy, Now, Refusal, fresh_hex, fresh_uuid, rfc3339},
};

pub(super) use self::policy::Declared;

use self::number::{compare, equal, in_range, integer, number};
use super::{Program, constant, digest};
use crate::model::{Expr, ExprKind, Model, Presence, RecordId, Type, TypeKind, expr::BinaryOp};

/// What came in, for the transition that is taken.
#[derive(Debug)]
pub(super) enum Came {
    /// Nothing that can be named.
    Nothing,
    /// `open` or `closed`.
    Transport(&'static str),
    /// A message.
    Message(Decoded),
    /// Something that is no message.
    Malformed(Refusal),
    /// A row of a table (an index into the role's).
    Row(usize, Value),
    /// A record that is mapped.
    Record(RecordId, Value),
    /// A message to be sent, with the defaults of what is left out; what is to be stamped may be missing.
    Call(Decoded),
}

/// The values of variables, by their indices in the model.
#[derive(Debug, Clone, Default)]
pub(super) struct Variables {
    /// Of the role's options.
    pub options: Vec<Value>,
    /// Of the role's variables.
    pub role: Vec<Value>,
    /// Of those that survive restarts.
    pub persists: Vec<Value>,
    /// Of the state's variables.
    pub state: Vec<Value>,
    /// The state (an index into the role's).
    pub current: usize,
}

/// What an expression is evaluated in.
pub(super) struct Scope<'s> {
    pub model: &'s Model,
    /// Whose variables and meters can be named; a mapping has none.
    pub program: Option<&'s Program>,
    pub variables: &'s Variables,
    pub came: &'s Came,
    pub now: Now,
    pub entropy: &'s mut dyn Entropy,
    pub peer: &'s str,
    pub policy: &'s mut dyn Policy,
}

impl Scope<'_> {
    /// The expression's value.
    pub fn eval(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Text(text) => Value::String(text.clone()),
            ExprKind::Integer(value) => Value::Number(value.to_string()),
            ExprKind::Float(value) => Value::Number(constant::float(*value)),
            ExprKind::Bool(value) => Value::Bool(*value),
            ExprKind::None => Value::Null,
            ExprKind::Duration(milliseconds) => number(*milliseconds),
            ExprKind::Variant(id, index) => Value::String(
                self.model[*id]
                    .variants
                    .get(*index)
                    .map(|variant| variant.wire.clone())
                    .unwrap_or_default(),
            ),
            ExprKind::Place(place) => self.place(place),
            ExprKind::Now => number(self.now.unix),
            ExprKind::FreshHex { prefix, digits } => Value::String(fresh_hex(self.entropy, prefix, *digits)),
            ExprKind::Fresh => Value::String(fresh_uuid(self.entropy).to_string()),
            ExprKind::Has(place) => Value::Bool(self.place(place) != Value::Null),
            ExprKind::Wrap(inner) | ExprKind::Unwrap(inner) => self.eval(inner),
            ExprKind::Not(inner) => Value::Bool(!self.holds(inner)),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, &expr.ty),
            ExprKind::OfUnit { value, unit } => {
                let milliseconds = |value: i128| value.saturating_mul((*unit).into());
                each(self.eval(value), milliseconds, &TypeKind::Duration)
            }
            ExprKind::InUnit { value, unit, up } => {
                let unit = i128::from((*unit).max(1));
                // Lengths of time are not negative.
                let round = if *up { unit - 1 } else { 0 };
                each(self.eval(value), |value| (value + round) / unit, &expr.ty.kind)
            }
            ExprKind::Peek(pointer) => self.peek(pointer, &expr.ty.kind),
            ExprKind::Peer => Value::String(self.peer.to_owned()),
            ExprKind::Grant { tiers, agent, claim, key } => self.grant(*tiers, agent, claim, key.as_deref()),
            ExprKind::May { tiers, tier, capability } => self.may(*tiers, tier, *capability),
            ExprKind::Wait { meter, key, tier } => number(self.wait(*meter, key, tier.as_deref())),
            ExprKind::AsText(value) => match self.eval(value) {
                Value::Null => Value::Null,
                moment => Value::String(rfc3339(u64::try_from(integer(&moment)).unwrap_or_default())),
            },
            ExprKind::Object(members) => self.object(members, &expr.ty),
            ExprKind::Digest { digest, list } => Value::String(digest::of(self.model, &self.model[*digest], &self.eval(list))),
            ExprKind::List(items) => {
                let list = Value::List(items.iter().map(|item| self.eval(item)).collect());
                as_text_if_json(list, &expr.ty)
            }
        }
    }

    /// What stands at a pointer of what was malformed.
    fn peek(&self, pointer: &str, kind: &TypeKind) -> Value {
        let Came::Malformed(refusal) = self.came else { return Value::Null };
        let readable = &refusal.readable;
        match kind {
            TypeKind::Uint(_) => readable.integer(pointer).map_or(Value::Null, number),
            _ => readable.text(pointer).map_or(Value::Null, |text| Value::String(text.to_owned())),
        }
    }

    /// Whether a condition holds.
    pub fn holds(&mut self, expr: &Expr) -> bool {
        self.eval(expr) == Value::Bool(true)
    }

    /// A duration in milliseconds.
    pub fn milliseconds(&mut self, expr: &Expr) -> u64 {
        let value = self.eval(expr);
        u64::try_from(integer(&value)).unwrap_or_default()
    }

    fn binary(&mut self, op: BinaryOp, left: &Expr, right: &Expr, ty: &Type) -> Value {
        match op {
            BinaryOp::And => return Value::Bool(self.holds(left) && self.holds(right)),
            BinaryOp::Or => return Value::Bool(self.holds(left) || self.holds(right)),
            BinaryOp::Coalesce => {
                return match self.eval(left) {
                    Value::Null => self.eval(right),
                    value => value,
                };
            }
            _ => {}
        }
        let (mut a, mut b) = (self.eval(left), self.eval(right));
        // Tiers are compared by their level, the highest first.
        let tiers = match left.ty.kind {
            TypeKind::Enum(id) if self.model.tiers_of(id).is_some() => Some(id),
            _ => None,
        };
        if let Some(of) = tiers {
            for value in [&mut a, &mut b] {
                if *value != Value::Null {
                    *value = Value::Number((-(policy::level(self.model, of, value) as i64)).to_string());
                }
            }
        }
        let order = |wanted: fn(Ordering) -> bool| Value::Bool(compare(&a, &b, &left.ty.kind).is_some_and(wanted));
        let arithmetic = |result: i128| in_range(result, &ty.kind);
        match op {
            BinaryOp::Equal => Value::Bool(equal(&a, &b, &left.ty.kind)),
            BinaryOp::NotEqual => Value::Bool(!equal(&a, &b, &left.ty.kind)),
            BinaryOp::Less => order(Ordering::is_lt),
            BinaryOp::LessEqual => order(Ordering::is_le),
            BinaryOp::Greater => order(Ordering::is_gt),
            BinaryOp::GreaterEqual => order(Ordering::is_ge),
            BinaryOp::Add => arithmetic(integer(&a).saturating_add(integer(&b))),
            BinaryOp::Subtract => arithmetic(integer(&a).saturating_sub(integer(&b))),
            BinaryOp::Multiply => arithmetic(integer(&a).saturating_mul(integer(&b))),
            BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce => Value::Null,
        }
    }

    fn object(&mut self, members: &[(String, Expr)], ty: &Type) -> Value {
        let optional = |name: &str| match ty.kind {
            TypeKind::Record(record) => {
                let member = self.model[record].members.iter().find(|member| member.wire == name);
                member.is_some_and(|member| !matches!(member.presence, Presence::Required { .. }))
            }
            _ => true,
        };
        let left_out: Vec<bool> = members.iter().map(|(name, _)| optional(name)).collect();
        let mut object = Vec::with_capacity(members.len());
        for ((name, member), left_out) in members.iter().zip(left_out) {
            let value = self.eval(member);
            if !(left_out && member.ty.nullable && value == Value::Null) {
                object.push((name.clone(), value));
            }
        }
        as_text_if_json(Value::Object(object), ty)
    }
}

/// The integer, changed; none stays none.
fn each(value: Value, change: impl Fn(i128) -> i128, kind: &TypeKind) -> Value {
    match value {
        Value::Null => Value::Null,
        value => in_range(change(integer(&value)), kind),
    }
}

/// Members and items of a place that holds any JSON are kept as their text.
fn as_text_if_json(value: Value, ty: &Type) -> Value {
    match ty.kind {
        TypeKind::Json | TypeKind::Object => Value::Raw(constant::text_of(&value)),
        _ => value,
    }
}
