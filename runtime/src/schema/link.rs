//! Tables that refer to others: each derived type has its own, and an explanation needs them as one.

use alloc::{borrow::Cow, vec::Vec};

use super::{Schema, Type, TypeId};

/// Where a type is declared: its tables, and its place in them. A function, because types may hold each other.
pub type Link = fn() -> (&'static Schema, TypeId);

/// The tables with everything that they link to in one, and where the type stands in them. Limits are those of `schema`.
#[must_use]
pub fn linked(schema: &'static Schema, ty: TypeId) -> (Cow<'static, Schema>, TypeId) {
    if !schema.types.iter().any(|ty| matches!(ty, Type::Linked(_))) {
        return (Cow::Borrowed(schema), ty);
    }
    let mut linking = Linking::default();
    let ty = linking.place(schema, ty);
    while let Some((schema, id)) = linking.known.get(linking.types.len()).copied() {
        let copied = linking.copied(schema, id);
        linking.types.push(copied);
    }
    let types = linking.types;
    let schema = Schema {
        limits: schema.limits,
        types: types.into(),
        envelopes: Cow::Borrowed(&[]),
        messages: Cow::Borrowed(&[]),
        framing: None,
    };
    (Cow::Owned(schema), ty)
}

#[derive(Default)]
struct Linking {
    /// What each entry is a copy of.
    known: Vec<(&'static Schema, TypeId)>,
    types: Vec<Type>,
}

impl Linking {
    /// The entry of a type, made now if it is not known yet.
    fn place(&mut self, mut schema: &'static Schema, mut ty: TypeId) -> TypeId {
        // A link leads to a type, never to itself.
        while let Some(Type::Linked(link)) = entry(schema, ty) {
            (schema, ty) = link();
        }
        let same = |known: &(&'static Schema, TypeId)| core::ptr::eq(known.0, schema) && known.1 == ty;
        let place = self.known.iter().position(same).unwrap_or_else(|| {
            self.known.push((schema, ty));
            self.known.len() - 1
        });
        TypeId::try_from(place).unwrap_or(TypeId::MAX)
    }

    fn copied(&mut self, schema: &'static Schema, id: TypeId) -> Type {
        let Some(ty) = entry(schema, id) else { return Type::Json };
        let mut ty = ty.clone();
        match &mut ty {
            Type::List(list) | Type::Map(list) => list.item = self.place(schema, list.item),
            Type::Nullable(inner) => *inner = self.place(schema, *inner),
            Type::Record(record) => {
                for member in record.members.to_mut() {
                    member.ty = self.place(schema, member.ty);
                }
            }
            Type::Union(union) => self.cases(schema, &mut union.variants),
            Type::Payload(payload) => self.cases(schema, &mut payload.kinds),
            _ => {}
        }
        ty
    }

    fn cases(&mut self, schema: &'static Schema, cases: &mut Cow<'static, [(Cow<'static, str>, TypeId)]>) {
        for (_, ty) in cases.to_mut() {
            *ty = self.place(schema, *ty);
        }
    }
}

fn entry(schema: &'static Schema, id: TypeId) -> Option<&'static Type> {
    schema.types.get(usize::try_from(id).ok()?)
}
