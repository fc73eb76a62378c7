//! Types of sessions compared: which values are alike, and which of two sets of values is the wider.

use crate::model::{FloatSet, IntSet, Model, StringSet, Type, TypeKind};

/// Whether values of both types are alike: equal but for constraints, names of scalars, and whether the whole may be none.
pub(in crate::resolve) fn alike(a: &TypeKind, b: &TypeKind) -> bool {
    use TypeKind as T;
    match (a, b) {
        (T::Bool, T::Bool)
        | (T::Int(_), T::Int(_))
        | (T::Uint(_), T::Uint(_))
        | (T::Float(_), T::Float(_))
        | (T::String(_), T::String(_))
        | (T::Uuid, T::Uuid)
        | (T::Datetime, T::Datetime)
        | (T::Json, T::Json)
        | (T::Object, T::Object)
        | (T::Duration, T::Duration)
        | (T::Instant, T::Instant) => true,
        (T::List { item: a, .. }, T::List { item: b, .. }) | (T::Map { value: a, .. }, T::Map { value: b, .. }) => {
            a.nullable == b.nullable && alike(&a.kind, &b.kind)
        }
        (T::Record(a), T::Record(b)) => a == b,
        (T::Enum(a), T::Enum(b)) => a == b,
        (T::Union(a), T::Union(b)) => a == b,
        (T::PayloadKind(a), T::PayloadKind(b)) => a == b,
        _ => false,
    }
}

/// Whether every value of `narrow` is one of `wide`; both are alike. A pattern is only ever included in itself.
pub(in crate::resolve) fn includes(wide: &TypeKind, narrow: &TypeKind) -> bool {
    use TypeKind as T;
    match (wide, narrow) {
        (T::Int(wide), T::Int(narrow)) | (T::Uint(wide), T::Uint(narrow)) => includes_integers(wide, narrow),
        (T::Float(wide), T::Float(narrow)) => includes_floats(wide, narrow),
        (T::String(wide), T::String(narrow)) => includes_texts(wide, narrow),
        (
            T::List {
                item: wide, length: most, ..
            },
            T::List { item: narrow, length, .. },
        )
        | (T::Map { value: wide, length: most }, T::Map { value: narrow, length }) => {
            includes_length(*most, *length) && includes(&wide.kind, &narrow.kind)
        }
        _ => true,
    }
}

fn includes_integers(wide: &IntSet, narrow: &IntSet) -> bool {
    wide.is_empty()
        || !narrow.is_empty()
            && narrow.iter().all(|(start, end)| {
                let at = wide.partition_point(|(_, last)| last < start);
                wide.get(at).is_some_and(|(first, last)| first <= start && end <= last)
            })
}

fn includes_floats(wide: &FloatSet, narrow: &FloatSet) -> bool {
    wide.is_empty()
        || !narrow.is_empty()
            && narrow.iter().all(|range| {
                wide.iter()
                    .any(|w| w.start <= range.start && (range.end < w.end || range.end == w.end && (w.end_included || !range.end_included)))
            })
}

fn includes_texts(wide: &StringSet, narrow: &StringSet) -> bool {
    // A finite set is judged text by text; patterns among texts are left to the codec.
    if !narrow.one_of.is_empty() && wide.pattern.is_none() {
        return narrow.one_of.iter().all(|text| {
            let length = text.chars().count() as u64;
            (wide.one_of.is_empty() || wide.one_of.contains(text))
                && wide.length.is_none_or(|(least, most)| least <= length && length <= most)
        });
    }
    wide.one_of.is_empty() && includes_length(wide.length, narrow.length) && (wide.pattern.is_none() || wide.pattern == narrow.pattern)
}

fn includes_length(wide: Option<(u64, u64)>, narrow: Option<(u64, u64)>) -> bool {
    match (wide, narrow) {
        (None, _) => true,
        (Some((least, most)), None) => least == 0 && most == u64::MAX,
        (Some(wide), Some(narrow)) => wide.0 <= narrow.0 && narrow.1 <= wide.1,
    }
}

/// The type as a schema writes it, by its scalar's name where it has one.
pub(in crate::resolve) fn describe(model: &Model, ty: &Type) -> String {
    let named = ty
        .scalar
        .and_then(|id| model.scalars.get(id.0 as usize))
        .map(|scalar| scalar.decl.name.clone());
    let mut text = named.unwrap_or_else(|| describe_kind(model, &ty.kind));
    if ty.nullable {
        text.push('?');
    }
    text
}

fn describe_kind(model: &Model, kind: &TypeKind) -> String {
    let name = |decl: &crate::model::Decl| decl.name.clone();
    match kind {
        TypeKind::Bool => "bool".into(),
        TypeKind::Int(_) => "int".into(),
        TypeKind::Uint(_) => "uint".into(),
        TypeKind::Float(_) => "float".into(),
        TypeKind::String(_) => "string".into(),
        TypeKind::Uuid => "uuid".into(),
        TypeKind::Datetime => "datetime".into(),
        TypeKind::Json => "json".into(),
        TypeKind::Object => "object".into(),
        TypeKind::Duration => "duration".into(),
        TypeKind::Instant => "moment".into(),
        TypeKind::List { item, .. } => format!("list<{}>", describe(model, item)),
        TypeKind::Map { value, .. } => format!("map<{}>", describe(model, value)),
        TypeKind::Record(id) => name(&model[*id].decl),
        TypeKind::Enum(id) => name(&model[*id].decl),
        TypeKind::Union(id) => name(&model[*id].decl),
        TypeKind::PayloadKind(id) => name(&model[*id].decl),
        TypeKind::Payload { set, kind, .. } => format!("{}[{kind}]", model[*set].decl.name),
    }
}

/// A type without constraints that may not be none.
pub(in crate::resolve) fn plain(kind: TypeKind) -> Type {
    Type {
        kind,
        nullable: false,
        scalar: None,
    }
}

/// The same type, nullable or not.
pub(in crate::resolve) fn nullable(ty: &Type, nullable: bool) -> Type {
    Type { nullable, ..ty.clone() }
}

/// The same kind of value without constraints.
pub(in crate::resolve) fn unconstrained(kind: &TypeKind) -> TypeKind {
    match kind {
        TypeKind::Int(_) => TypeKind::Int(IntSet::new()),
        TypeKind::Uint(_) => TypeKind::Uint(IntSet::new()),
        TypeKind::Float(_) => TypeKind::Float(FloatSet::new()),
        TypeKind::String(_) => TypeKind::String(StringSet::default()),
        other => other.clone(),
    }
}
