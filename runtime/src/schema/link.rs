//! Tables that refer to others: each derived type has its own, and an explanation needs them as one.
//!
//! What is said of types in words refers to others in the same way, beside the tables: nothing that reads or writes needs it, so a
//! program holds it only where it writes out what it declares.

use alloc::{borrow::Cow, vec::Vec};

use super::{Schema, Type, TypeId};

/// Where a type is declared: its tables, and its place in them. A function, because types may hold each other.
pub type Link = fn() -> (&'static Schema, TypeId);

/// What is said of a type in words; empty where nothing is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Docs {
    /// Of the type itself.
    pub of: &'static str,
    /// Of its members, variants or cases, in their order.
    pub parts: &'static [&'static str],
    /// Where more is said: of the types that it is made of.
    pub links: &'static [fn() -> Documented],
}

impl Docs {
    /// Nothing is said.
    pub const NONE: Self = Self {
        of: "",
        parts: &[],
        links: &[],
    };
}

/// A type, and what is said of it.
#[derive(Debug, Clone, Copy)]
pub struct Documented {
    /// The tables that declare it.
    pub schema: &'static Schema,
    /// Its place in them.
    pub ty: TypeId,
    /// What is said.
    pub docs: Docs,
}

/// The tables with everything that they link to in one, and where the type stands in them. Limits are those of `schema`.
#[must_use]
pub fn linked(schema: &'static Schema, ty: TypeId) -> (Cow<'static, Schema>, TypeId) {
    if !schema.types.iter().any(|ty| matches!(ty, Type::Linked(_))) {
        return (Cow::Borrowed(schema), ty);
    }
    let (schema, ty, _) = joined(schema, ty);
    (Cow::Owned(schema), ty)
}

/// The same, with what is said of each of its types.
pub(super) fn documented(root: &Documented) -> (Schema, TypeId, Vec<Docs>) {
    let mut said: Vec<Documented> = Vec::from([*root]);
    let mut next = 0;
    while let Some(one) = said.get(next).copied() {
        next += 1;
        for link in one.docs.links {
            let other = link();
            if !said.iter().any(|known| same((known.schema, known.ty), (other.schema, other.ty))) {
                said.push(other);
            }
        }
    }
    let (schema, ty, known) = joined(root.schema, root.ty);
    let docs = known.into_iter().map(|place| {
        let found = said.iter().find(|one| same((one.schema, one.ty), place));
        found.map_or(Docs::NONE, |one| one.docs)
    });
    let docs = docs.collect();
    (schema, ty, docs)
}

/// The tables as one, and what each of their types is a copy of.
fn joined(schema: &'static Schema, ty: TypeId) -> (Schema, TypeId, Vec<Place>) {
    let mut linking = Linking::default();
    let ty = linking.place(schema, ty);
    while let Some((schema, id)) = linking.known.get(linking.types.len()).copied() {
        let copied = linking.copied(schema, id);
        linking.types.push(copied);
    }
    let joined = Schema {
        limits: schema.limits,
        types: linking.types.into(),
        envelopes: Cow::Borrowed(&[]),
        messages: Cow::Borrowed(&[]),
        framing: None,
    };
    (joined, ty, linking.known)
}

/// Where a type stands.
type Place = (&'static Schema, TypeId);

fn same(one: Place, other: Place) -> bool {
    core::ptr::eq(one.0, other.0) && one.1 == other.1
}

#[derive(Default)]
struct Linking {
    /// What each entry is a copy of.
    known: Vec<Place>,
    types: Vec<Type>,
}

impl Linking {
    /// The entry of a type, made now if it is not known yet.
    fn place(&mut self, mut schema: &'static Schema, mut ty: TypeId) -> TypeId {
        // A link leads to a type, never to itself.
        while let Some(Type::Linked(link)) = entry(schema, ty) {
            (schema, ty) = link();
        }
        let place = self.known.iter().position(|known| same(*known, (schema, ty))).unwrap_or_else(|| {
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
