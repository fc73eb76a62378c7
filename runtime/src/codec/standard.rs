//! Types of the language and its library that have a form on the wire, so that derived types can be made of them.

use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, string::String, vec::Vec};
use core::marker::PhantomData;

use super::{Json, Map, Object, Rule, Source, Wire, write};
use crate::{
    Uuid,
    derived::{documented, link},
    schema::{Docs, Format, Limits, List, Schema, StringSet, Type, TypeId},
};

/// Tables that hold only these types, the first of which is meant.
const fn schema(types: &'static [Type]) -> Schema {
    Schema {
        limits: Limits::DEFAULT,
        types: Cow::Borrowed(types),
        envelopes: Cow::Borrowed(&[]),
        messages: Cow::Borrowed(&[]),
        framing: None,
    }
}

const fn text(format: Option<Format>) -> Type {
    Type::String(StringSet {
        length: None,
        one_of: Cow::Borrowed(&[]),
        pattern: None,
        format,
    })
}

macro_rules! plain {
    ($($target:ty, $schema:expr, |$reader:ident| $read:expr, |$out:ident, $value:ident| $write:expr;)*) => {$(
        impl<'a> Wire<'a> for $target {
            const SCHEMA: &'static Schema = {
                static TYPES: [Type; 1] = [$schema];
                static SCHEMA: Schema = schema(&TYPES);
                &SCHEMA
            };
            const TYPE: TypeId = 0;

            #[inline]
            fn read<R: Source<'a>>($reader: &mut R) -> Result<Self, R::Refused> {
                $read
            }

            #[inline]
            fn encode(&self, $out: &mut Vec<u8>) {
                let $value = self;
                $write;
            }
        }
    )*};
}

plain! {
    bool, Type::Bool, |reader| reader.bool(), |out, value| write::bool(out, *value);
    u64, Type::Uint(Cow::Borrowed(&[])), |reader| reader.u64(), |out, value| write::u64(out, *value);
    i64, Type::Int(Cow::Borrowed(&[])), |reader| reader.i64(), |out, value| write::i64(out, *value);
    f64, Type::Float(Cow::Borrowed(&[])), |reader| reader.f64(), |out, value| write::f64(out, *value);
    Uuid, text(Some(Format::Uuid)), |reader| reader.uuid(), |out, value| write::uuid(out, value);
    String, text(None), |reader| reader.string().map(Cow::into_owned), |out, value| write::string(out, value);
    Box<str>, text(None), |reader| reader.string().map(|text| text.into_owned().into_boxed_str()), |out, value| write::string(out, value);
    Cow<'a, str>, text(None), |reader| reader.string(), |out, value| write::string(out, value);
    Json<'a>, Type::Json, |reader| reader.json(), |out, value| write::raw(out, value.as_str());
    Object<'a>, Type::Object, |reader| reader.object(), |out, value| write::raw(out, value.as_str());
}

macro_rules! narrow {
    ($($target:ty, $kind:ident, $wide:ident;)*) => {$(
        impl<'a> Wire<'a> for $target {
            const SCHEMA: &'static Schema = {
                static RANGES: [(i128, i128); 1] = [(<$target>::MIN as i128, <$target>::MAX as i128)];
                static TYPES: [Type; 1] = [Type::$kind(Cow::Borrowed(&RANGES))];
                static SCHEMA: Schema = schema(&TYPES);
                &SCHEMA
            };
            const TYPE: TypeId = 0;

            #[inline]
            fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
                let value = reader.$wide()?;
                Self::try_from(value).map_err(|_| reader.refuse(Rule::Range))
            }

            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                write::$wide(out, $wide::from(*self));
            }
        }
    )*};
}

narrow! {
    u8, Uint, u64;
    u16, Uint, u64;
    u32, Uint, u64;
    i8, Int, i64;
    i16, Int, i64;
    i32, Int, i64;
}

/// The tables of what is made of another type.
struct Of<T>(PhantomData<T>);

impl<'a, T: Wire<'a>> Of<T> {
    const DOCS: Docs = Docs {
        links: &[documented::<T>],
        ..Docs::NONE
    };
    const ITEM: List = List {
        item: 1,
        length: None,
        toon_key: None,
    };
    const LIST: &'static Schema = &schema(Self::LIST_TYPES);
    const LIST_TYPES: &'static [Type] = &[Type::List(Self::ITEM), Type::Linked(link::<T>)];
    const MAP: &'static Schema = &schema(Self::MAP_TYPES);
    const MAP_TYPES: &'static [Type] = &[Type::Map(Self::ITEM), Type::Linked(link::<T>)];
    const NULLABLE: &'static Schema = &schema(Self::NULLABLE_TYPES);
    const NULLABLE_TYPES: &'static [Type] = &[Type::Nullable(1), Type::Linked(link::<T>)];
}

impl<'a, T: Wire<'a>> Wire<'a> for Vec<T> {
    const SCHEMA: &'static Schema = Of::<T>::LIST;
    const TYPE: TypeId = 0;
    const DOCS: Docs = Of::<T>::DOCS;

    #[inline]
    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        reader.list(T::read)
    }

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        write::list(out, self, |out, item| item.encode(out));
    }
}

/// `null` is none.
impl<'a, T: Wire<'a>> Wire<'a> for Option<T> {
    const SCHEMA: &'static Schema = Of::<T>::NULLABLE;
    const TYPE: TypeId = 0;
    const DOCS: Docs = Of::<T>::DOCS;

    #[inline]
    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        reader.nullable(T::read)
    }

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.encode(out),
            None => write::null(out),
        }
    }
}

impl<'a, T: Wire<'a>> Wire<'a> for Box<T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
    const TYPE: TypeId = T::TYPE;
    const DOCS: Docs = T::DOCS;

    #[inline]
    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        T::read(reader).map(Box::new)
    }

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        T::encode(self, out);
    }

    fn untag(&mut self, tag: &str) {
        T::untag(self, tag);
    }
}

/// Written in the order in which members came.
impl<'a, T: Wire<'a>> Wire<'a> for Map<'a, T> {
    const SCHEMA: &'static Schema = Of::<T>::MAP;
    const TYPE: TypeId = 0;
    const DOCS: Docs = Of::<T>::DOCS;

    #[inline]
    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        reader.map(T::read)
    }

    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        write::map(out, self, |out, value| value.encode(out));
    }
}

/// Written in the order of the names.
impl<'a, N: From<Cow<'a, str>> + AsRef<str> + Ord, T: Wire<'a>> Wire<'a> for BTreeMap<N, T> {
    const SCHEMA: &'static Schema = Of::<T>::MAP;
    const TYPE: TypeId = 0;
    const DOCS: Docs = Of::<T>::DOCS;

    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        let members = reader.map(T::read)?;
        Ok(members.into_iter().map(|(name, value)| (N::from(name), value)).collect())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        write::members(out, self.iter().map(|(name, value)| (name.as_ref(), value)));
    }
}

/// Written in any order.
#[cfg(feature = "net")]
impl<'a, N, T, S> Wire<'a> for std::collections::HashMap<N, T, S>
where
    N: From<Cow<'a, str>> + AsRef<str> + Eq + core::hash::Hash,
    T: Wire<'a>,
    S: core::hash::BuildHasher + Default,
{
    const SCHEMA: &'static Schema = Of::<T>::MAP;
    const TYPE: TypeId = 0;
    const DOCS: Docs = Of::<T>::DOCS;

    fn read<R: Source<'a>>(reader: &mut R) -> Result<Self, R::Refused> {
        let members = reader.map(T::read)?;
        Ok(members.into_iter().map(|(name, value)| (N::from(name), value)).collect())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        write::members(out, self.iter().map(|(name, value)| (name.as_ref(), value)));
    }
}
