//! The way from a type of the model to its entry.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
};

use ltp_runtime::schema::TypeId;

use crate::model::{self, EnumId, PayloadsId, RecordId, TypeKind, UnionId};

/// Where types stand. Records, enums, unions and payload kinds stand first, in the model's order, for they may be recursive.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    pub enums: TypeId,
    pub unions: TypeId,
    pub kinds: TypeId,
    /// Everything else: the same type once for each payload context, by the hash of both (types hold doubles, and are no keys).
    others: HashMap<u64, Vec<(model::Type, Option<RecordId>, TypeId)>>,
}

impl Ids {
    /// Where the first enum, union and name of a payload set stands; records stand before them.
    pub fn after(enums: TypeId, unions: TypeId, kinds: TypeId) -> Self {
        Self {
            enums,
            unions,
            kinds,
            others: HashMap::new(),
        }
    }

    /// Notes where a type stands that has no place of its own.
    pub fn note(&mut self, ty: &model::Type, within: Option<RecordId>, id: TypeId) {
        self.others.entry(hash(ty, within)).or_default().push((ty.clone(), within, id));
    }

    /// `within` is the record that holds the type, which says where a payload's kind stands.
    pub fn find(&self, ty: &model::Type, within: Option<RecordId>) -> Option<TypeId> {
        if !ty.nullable {
            match &ty.kind {
                TypeKind::Record(RecordId(index)) => return Some(*index),
                TypeKind::Enum(EnumId(index)) => return Some(self.enums + index),
                TypeKind::Union(UnionId(index)) => return Some(self.unions + index),
                TypeKind::PayloadKind(PayloadsId(index)) => return Some(self.kinds + index),
                _ => {}
            }
        }
        let same = |known: &&(model::Type, Option<RecordId>, TypeId)| {
            known.0.kind == ty.kind && known.0.nullable == ty.nullable && known.1 == within
        };
        self.others.get(&hash(ty, within))?.iter().find(same).map(|(_, _, id)| *id)
    }
}

/// Equal for equal types in the same record.
fn hash(ty: &model::Type, within: Option<RecordId>) -> u64 {
    let mut hasher = DefaultHasher::new();
    within.hash(&mut hasher);
    hash_into(ty, &mut hasher);
    hasher.finish()
}

fn hash_into(ty: &model::Type, hasher: &mut DefaultHasher) {
    ty.nullable.hash(hasher);
    std::mem::discriminant(&ty.kind).hash(hasher);
    match &ty.kind {
        TypeKind::Int(set) | TypeKind::Uint(set) => set.hash(hasher),
        TypeKind::Float(set) => {
            for range in set {
                // Both zeros are equal, and become one.
                ((range.start + 0.0).to_bits(), (range.end + 0.0).to_bits(), range.end_included).hash(hasher);
            }
        }
        TypeKind::String(set) => (&set.length, &set.one_of, &set.pattern).hash(hasher),
        TypeKind::List { item, length, toon_key } => {
            (length, toon_key).hash(hasher);
            hash_into(item, hasher);
        }
        TypeKind::Map { value, length } => {
            length.hash(hasher);
            hash_into(value, hasher);
        }
        TypeKind::Record(id) => id.hash(hasher),
        TypeKind::Enum(id) => id.hash(hasher),
        TypeKind::Union(id) => id.hash(hasher),
        TypeKind::PayloadKind(id) => id.hash(hasher),
        TypeKind::Payload { set, kind, .. } => (set, kind).hash(hasher),
        _ => {}
    }
}
