//! Values known at compile time, as the walk holds them.

use ltp_runtime::codec::{Value, write};

use crate::model::{Constant, Member, Model, Presence, Type, TypeKind};

/// The constant as canonical JSON text.
pub(crate) fn json(model: &Model, constant: &Constant, ty: &Type) -> String {
    text_of(&value(model, constant, ty))
}

/// The constant as a value of its type.
pub(super) fn value(model: &Model, constant: &Constant, ty: &Type) -> Value {
    let plain = bare(model, constant);
    match ty.kind {
        TypeKind::Json | TypeKind::Object if plain != Value::Null || !ty.nullable => Value::Raw(text_of(&plain)),
        _ => plain,
    }
}

/// What a member is made with where nothing is said: a required one's default, else what absent means.
pub(super) fn default(model: &Model, member: &Member) -> Option<Value> {
    match &member.presence {
        Presence::Required { default: Some(constant) } | Presence::Default { value: constant, .. } => {
            Some(value(model, constant, &member.ty))
        }
        Presence::Required { default: None } | Presence::Optional => None,
    }
}

/// The value's JSON text.
pub(super) fn text_of(value: &Value) -> String {
    let mut out = Vec::new();
    value.write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// A double's canonical text.
pub(super) fn float(value: f64) -> String {
    let mut out = Vec::new();
    write::f64(&mut out, value);
    String::from_utf8(out).unwrap_or_default()
}

fn bare(model: &Model, constant: &Constant) -> Value {
    match constant {
        Constant::Null => Value::Null,
        Constant::Bool(value) => Value::Bool(*value),
        Constant::Integer(value) => Value::Number(value.to_string()),
        Constant::Float(value) => Value::Number(float(*value)),
        Constant::Text(text) => Value::String(text.clone()),
        Constant::Variant(id, index) => Value::String(
            model[*id]
                .variants
                .get(*index)
                .map(|variant| variant.wire.clone())
                .unwrap_or_default(),
        ),
        Constant::List(items) => Value::List(items.iter().map(|item| bare(model, item)).collect()),
        Constant::Object(members) => Value::Object(members.iter().map(|(name, member)| (name.clone(), bare(model, member))).collect()),
        Constant::Duration(milliseconds) => Value::Number(milliseconds.to_string()),
    }
}
